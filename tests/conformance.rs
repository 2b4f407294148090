//! Replays recordings of Ceph's own election code against the code here: 0 mismatches.
//!
//! `CONFORMANCE_DIR=<folder>` replays every recording (`*.jsonl`, `*.jsonl.gz`) of that folder instead of the ones in
//! `tests/conformance/`. The last line is `conformance: S scenarios, C calls, M mismatches`. A test of the rounds
//! counts as a scenario, each of its operations and of its time steps as a call.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path as FsPath, PathBuf};
use std::process::ExitCode;

use flate2::read::GzDecoder;
use serde_json::Value;

#[path = "conformance/luminous.rs"]
mod luminous;
#[path = "conformance/modern.rs"]
mod modern;
#[path = "conformance/read.rs"]
mod read;
#[path = "conformance/rounds.rs"]
mod rounds;
#[path = "conformance/tally.rs"]
mod tally;
#[path = "conformance/tracker.rs"]
mod tracker;
#[path = "conformance/world.rs"]
mod world;

use tally::Tally;

fn main() -> ExitCode {
    let folder = std::env::var_os("CONFORMANCE_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance"),
        PathBuf::from,
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")
        })
        .collect();
    files.sort();
    let mut tally = Tally::default();
    for file in &files {
        replay_file(file, &mut tally);
    }
    println!(
        "reals: {} compared, {} agree but for the last bits",
        tally.reals, tally.last_bits
    );
    println!(
        "conformance: {} scenarios, {} calls, {} mismatches",
        tally.scenarios, tally.calls, tally.mismatches
    );
    // The recordings that come with the repository must be there and agree to the last bit; a folder named by hand may
    // hold anything.
    let named = std::env::var_os("CONFORMANCE_DIR").is_some();
    let complete = tally.calls > 40_000 && tally.last_bits == 0;
    if tally.mismatches == 0 && (complete || named) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn replay_file(file: &FsPath, tally: &mut Tally) {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let open = File::open(file).unwrap_or_else(|e| panic!("{name}: {e}"));
    let reader: Box<dyn Read> = if name.ends_with(".gz") {
        Box::new(GzDecoder::new(open))
    } else {
        Box::new(open)
    };
    let mut lines = BufReader::new(reader).lines().map(|line| {
        let line = line.unwrap_or_else(|e| panic!("{name}: {e}"));
        serde_json::from_str::<Value>(&line).unwrap_or_else(|e| panic!("{name}: {e}"))
    });
    let Some(head) = lines.next() else { return };
    let word = |key: &str| head[key].as_str().unwrap_or("");
    let replay = match (word("format"), word("edition"), word("kind")) {
        ("monelect-transcript/1", "luminous", _) => luminous::replay,
        ("monelect-transcript/1", "modern", "tracker") => tracker::replay,
        ("monelect-transcript/1", "modern", _) => modern::replay,
        ("monelect-rounds/1", _, _) => rounds::replay,
        (format, edition, _) => panic!("{name}: unknown format {format} of edition {edition}"),
    };
    let before = tally.mismatches;
    let (scenarios, calls) = (tally.scenarios, tally.calls);
    for scenario in lines {
        tally.scenarios += 1;
        replay(&name, &scenario, tally);
    }
    println!(
        "{name}: {} scenarios, {} calls, {} mismatches",
        tally.scenarios - scenarios,
        tally.calls - calls,
        tally.mismatches - before
    );
}
