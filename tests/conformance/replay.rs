//! Replaying folders and files of recordings.

pub(crate) mod luminous;
pub(crate) mod modern;
mod read;
mod rounds;
mod shape;
pub(crate) mod tally;
pub(crate) mod tracker;
mod world;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

pub(crate) use shape::Kind;
use tally::Tally;

/// Every recording of a folder, in the order of their names.
///
/// # Errors
/// The folder can't be read, or there is no recording in it.
pub(crate) fn recordings(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| told(&e))? {
        let path = entry.map_err(|e| told(&e))?.path();
        let name = path.to_string_lossy();
        if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(told(&"no recordings (*.jsonl, *.jsonl.gz) here"));
    }
    files.sort();
    Ok(files)
}

/// The name of a file without its folder.
pub(crate) fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A recording that is being read, line by line.
pub(crate) struct Recording {
    name: String,
    kind: Kind,
    lines: Box<dyn Iterator<Item = Result<Value, String>>>,
}

impl Recording {
    /// What it records.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Opens a file and reads its head.
    ///
    /// # Errors
    /// It can't be read, or it is no recording that can be replayed.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let name = name_of(file);
        let open = File::open(file).map_err(|error| format!("{name}: {error}"))?;
        let reader: Box<dyn Read> = if name.ends_with(".gz") {
            Box::new(GzDecoder::new(open))
        } else {
            Box::new(open)
        };
        let named = name.clone();
        let mut lines = BufReader::new(reader)
            .lines()
            .zip(1..)
            .map(move |(line, number)| {
                let line = line.map_err(|error| format!("{named} line {number}: {error}"))?;
                serde_json::from_str::<Value>(&line)
                    .map_err(|error| format!("{named} line {number}: malformed: {error}"))
            });
        let head = lines
            .next()
            .unwrap_or_else(|| Err(format!("{name}: the file is empty")))?;
        let kind = Kind::of(&head).map_err(|error| format!("{name}: {error}"))?;
        Ok(Self {
            name,
            kind,
            lines: Box::new(lines),
        })
    }
}

impl Iterator for Recording {
    type Item = Result<Value, String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.lines.next()
    }
}

/// Replays a file. What can't be replayed counts as a fault and is told; the rest of the file is replayed all the same.
pub(crate) fn replay_file(file: &Path, tally: &mut Tally) {
    let (scenarios, calls, before) = (tally.scenarios, tally.calls, tally.mismatches);
    match Recording::open(file) {
        Ok(mut recording) => {
            // Line 1 is the head.
            for number in 2.. {
                let Some(line) = recording.next() else { break };
                let (name, kind) = (&recording.name, recording.kind);
                let replayed = line.and_then(|scenario| {
                    replay_scenario(name, kind, &scenario, tally)
                        .map_err(|error| format!("{name} line {number}: {error}"))
                });
                if let Err(error) = replayed {
                    tally.fault(&error);
                }
            }
        }
        Err(error) => tally.fault(&error),
    }
    println!(
        "{}: {} scenarios, {} calls, {} mismatches",
        name_of(file),
        tally.scenarios - scenarios,
        tally.calls - calls,
        tally.mismatches - before
    );
}

/// Replays one scenario, or one test of the rounds.
///
/// # Errors
/// It has not the shape of one.
pub(crate) fn replay_scenario(
    file: &str,
    kind: Kind,
    scenario: &Value,
    tally: &mut Tally,
) -> Result<(), String> {
    kind.check(scenario)?;
    tally.scenarios += 1;
    let replay = match kind {
        Kind::Luminous => luminous::replay,
        Kind::Modern => modern::replay,
        Kind::Tracker => tracker::replay,
        Kind::Rounds => rounds::replay,
    };
    // Code that panics must not hide what the rest of the recordings say.
    catch_unwind(AssertUnwindSafe(|| replay(file, scenario, tally)))
        .map_err(|_| "the replay panicked, see above".to_owned())
}
