//! Replays recordings of Ceph's own election code against the code here: 0 mismatches.
//!
//! `CONFORMANCE_DIR=<folder>` replays every recording (`*.jsonl`, `*.jsonl.gz`) of that folder instead of the ones in
//! `tests/conformance/`. The last line is `conformance: S scenarios, C calls, M mismatches`. A test of the rounds
//! counts as a scenario, each of its operations and of its time steps as a call. A file of another kind and a line that
//! isn't what it should be are told as errors, and fail.

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "conformance/mutant.rs"]
mod mutant;
#[path = "conformance/replay.rs"]
mod replay;

use replay::tally::Tally;

fn main() -> ExitCode {
    let named = std::env::var_os("CONFORMANCE_DIR").map(PathBuf::from);
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut tally = Tally::default();
    match replay::recordings(named.as_ref().unwrap_or(&ours)) {
        Ok(files) => files
            .iter()
            .for_each(|file| replay::replay_file(file, &mut tally)),
        Err(error) => tally.fault(&error),
    }
    // The recordings that come with the repository must be there and agree to the last bit, and a change of theirs must
    // be noticed; a folder named by hand may hold anything.
    let complete = named.is_some() || (tally.calls > 40_000 && tally.last_bits == 0);
    let noticed = named.is_some() || mutant::all_are_noticed(&ours);
    println!(
        "reals: {} compared, {} agree but for the last bits",
        tally.reals, tally.last_bits
    );
    if tally.faults > 0 {
        println!("errors: {}, see above", tally.faults);
    }
    println!(
        "conformance: {} scenarios, {} calls, {} mismatches",
        tally.scenarios, tally.calls, tally.mismatches
    );
    if tally.mismatches == 0 && tally.faults == 0 && complete && noticed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
