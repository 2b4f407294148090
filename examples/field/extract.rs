//! What the comparison needs of a folder of timelines, as one file.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use crate::recording;

/// What is kept of a timeline.
const KEPT: &[&str] = &[
    "name",
    "scenario",
    "variant",
    "run",
    "chain",
    "strategy",
    "n",
    "options",
    "precondition",
    "t0_wall",
    "initial_settled",
    "duration_s",
    "interventions",
    "initial",
    "summary",
];

/// Writes the runs of a folder as one file, without what is too big to keep; gives their number.
///
/// # Errors
/// When the folder can't be read or the file can't be written.
pub(crate) fn extract(folder: &Path, file: &Path) -> Result<usize, String> {
    let all = recording::values(folder)?;
    let values = all.iter().map(|(_, value)| value);
    write(values, file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(all.len())
}

fn write<'a>(values: impl Iterator<Item = &'a Value>, file: &Path) -> io::Result<()> {
    let mut out = GzEncoder::new(File::create(file)?, Compression::best());
    for value in values {
        let kept = KEPT
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), value.get(*key)?.clone())));
        writeln!(out, "{}", Value::Object(kept.collect::<Map<_, _>>()))?;
    }
    out.finish().map(|_| ())
}
