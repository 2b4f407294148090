//! Every branch of the specification is in the table, has a sentence, and is taken by a test; `cargo run --release
//! --example branches` prints the list.
//!
//! What is wrong is told line by line, and the last line says how many branches and complaints there are.

use std::collections::BTreeSet;
use std::process::ExitCode;

use monscope::core::mon::Branch;

#[path = "branches/ledger.rs"]
mod ledger;
#[path = "branches/sources.rs"]
mod sources;

use sources::Way;

fn main() -> ExitCode {
    let sources = match sources::all() {
        Ok(sources) => sources,
        Err(error) => {
            println!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let rows = ledger::rows(&sources);
    let complaints = ledger::complaints(&rows);
    for way in Way::ALL {
        let tests = sources.iter().filter(|source| source.way == way);
        let taken: BTreeSet<Branch> = tests.clone().flat_map(|t| t.taken.clone()).collect();
        println!(
            "{} of {}: {} branches",
            tests.count(),
            way.name(),
            taken.len()
        );
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    let crafted = rows.iter().filter(|row| row.crafted.is_some()).count();
    println!(
        "branches: {}, taken by {} tests, {crafted} of them by crafted input only; {} complaints",
        rows.len(),
        sources.len(),
        complaints.len()
    );
    if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
