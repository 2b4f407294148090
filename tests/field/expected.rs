//! The simulated side of the table as the repository has it: one row a line of JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::summary::Summary;

/// These rows, to be written down.
pub(crate) fn to_text<'a>(rows: impl Iterator<Item = (String, &'a Summary)>) -> String {
    rows.map(|(name, simulated)| format!("{}\n", json!([name, simulated.to_json()])))
        .collect()
}

/// What was written down, by the name of the row.
///
/// # Errors
/// When the file can't be read or says something else.
pub(crate) fn read(file: &Path) -> Result<Vec<(String, Summary)>, String> {
    let said = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|error| said(&error))?;
    let row = |line: &str| {
        let value: Value = serde_json::from_str(line).map_err(|error| said(&error))?;
        let name = value.get(0).and_then(Value::as_str);
        let summary = value.get(1).and_then(Summary::from_json);
        let found = name.map(str::to_owned).zip(summary);
        found.ok_or_else(|| said(&"write it again by `--expect`"))
    };
    text.lines().map(row).collect()
}
