//! Prints every branch of the specification: its id, what is decided there, the function of Ceph's that it mirrors, and
//! the tests that take it.
//!
//! ```text
//! cargo run --release --example branches            a list, procedure by procedure
//! cargo run --release --example branches -- --names  the same with the name of every test
//! cargo run --release --example branches -- --md     a table
//! cargo run --release --example branches -- ID …     these ids only, with the name of every test
//! ```
//!
//! `tests/branches.rs` holds that nothing is missing. The exit status is 1 when something is, 2 for an id that is none.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use monscope::core::mon::Branch;

#[path = "../tests/branches/ledger.rs"]
mod ledger;
#[path = "../tests/branches/sources.rs"]
mod sources;

use ledger::Row;
use sources::Way;

/// How the list is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Lines, with how many tests of each kind.
    Counts,
    /// Lines, with the name of every test.
    Names,
    /// A table, with how many tests of each kind.
    Table,
}

fn main() -> ExitCode {
    let mut form = Form::Counts;
    let mut wanted = Vec::new();
    for argument in std::env::args().skip(1) {
        match (argument.as_str(), Branch::from_id(&argument)) {
            ("--md", _) => form = Form::Table,
            ("--names", _) => form = Form::Names,
            (_, Some(branch)) => wanted.push(branch),
            _ => {
                eprintln!("`{argument}` is no id; usage: branches [--names | --md] [ID …]");
                return ExitCode::from(2);
            }
        }
    }
    let sources = match sources::all() {
        Ok(sources) => sources,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let rows = ledger::rows(&sources);
    let complaints = ledger::complaints(&rows);
    if !wanted.is_empty() && form == Form::Counts {
        form = Form::Names;
    }
    let shown = rows
        .iter()
        .filter(|row| wanted.is_empty() || wanted.contains(&row.branch));
    match print(shown, form, sources.len()) {
        // A reader that had enough (`| head`) is no fault.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
        _ => {}
    }
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn print<'a>(rows: impl Iterator<Item = &'a Row<'a>>, form: Form, tests: usize) -> io::Result<()> {
    let out = &mut BufWriter::new(io::stdout().lock());
    if form == Form::Table {
        writeln!(out, "| id | what is decided | in Ceph | taken by |")?;
        writeln!(out, "|---|---|---|---|")?;
    }
    let (mut procedure, mut shown, mut crafted) = (None, 0, 0);
    for row in rows {
        shown += 1;
        crafted += usize::from(row.crafted.is_some());
        let (id, function) = (row.branch.id(), row.branch.procedure().ceph_function());
        let by = taken_by(row);
        if form == Form::Table {
            let sentence = row.sentence;
            writeln!(out, "| {id} | {sentence} | `{function}` | {by} |")?;
            continue;
        }
        if procedure.replace(row.branch.procedure()) != Some(row.branch.procedure()) {
            let name = row.branch.procedure().name();
            writeln!(out, "\n{name}  {function}")?;
        }
        writeln!(out, "  {id:<26}{}\n  {:26}{by}", row.sentence, "")?;
        if form == Form::Names {
            names(row, out)?;
        }
    }
    if form != Form::Table {
        writeln!(
            out,
            "\n{shown} branches, taken by {tests} tests; {crafted} by crafted input only"
        )?;
    }
    out.flush()
}

/// How many tests of each kind take it; or why none but crafted ones do.
fn taken_by(row: &Row<'_>) -> String {
    let count = |way: Way| row.taken_by.get(&way).map_or(0, Vec::len);
    let counts: Vec<String> = Way::ALL
        .into_iter()
        .filter(|way| count(*way) > 0)
        .map(|way| format!("{} {}", way.name(), count(way)))
        .collect();
    let counts = counts.join(", ");
    match row.crafted {
        Some(why) => format!("{counts}; crafted: {why}"),
        None => counts,
    }
}

fn names(row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
    for (way, names) in &row.taken_by {
        for name in names {
            writeln!(out, "  {:28}{} {name}", "", way.name())?;
        }
    }
    Ok(())
}
