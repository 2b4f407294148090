//! Simulates what was done to real clusters and puts the outcomes side by side:
//!
//! ```text
//! cargo run --release --example field -- [--seeds N] [--only S5]... [--quiet] [FOLDER]
//! cargo run --release --example field -- --document NAME --seed N [FOLDER]
//! cargo run --release --example field -- --extract FILE FOLDER
//! cargo run --release --example field -- --expect FILE
//! ```
//!
//! Without a folder of timelines (`*.json`) it takes the runs of `tests/field/runs.jsonl.gz`. The last line is
//! `field: R runs, N rows, M rows with a reason, U unexplained`; the exit status is 0 when there is none of the latter,
//! 1 when there is one or a recording lacks something, 2 for a command or recordings that can't be used. `--quiet`
//! leaves out rows that agree; `--document` prints the scenario of one run, to be looked at in the page; `--extract`
//! writes what is needed of a folder into one file; `--expect` writes the simulated side of the table, against which
//! `tests/field.rs` holds quicker simulations.

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "../../tests/field/compare.rs"]
mod compare;
#[path = "../../tests/field/deed.rs"]
mod deed;
#[path = "../../tests/field/expected.rs"]
mod expected;
mod extract;
#[path = "../../tests/field/measure.rs"]
mod measure;
#[path = "../../tests/field/outcome.rs"]
mod outcome;
#[path = "../../tests/field/play.rs"]
mod play;
#[path = "../../tests/field/reasons.rs"]
mod reasons;
#[path = "../../tests/field/recording.rs"]
mod recording;
#[path = "../../tests/field/script.rs"]
mod script;
#[path = "../../tests/field/summary.rs"]
mod summary;
#[path = "../../tests/field/table.rs"]
mod table;

const USAGE: &str = "usage: field [--seeds N] [--only SCENARIO]... [--quiet] [FOLDER]
       field --document NAME --seed N [FOLDER]
       field --extract FILE FOLDER
       field --expect FILE";

#[derive(Default)]
struct Arguments {
    seeds: Option<u64>,
    only: Vec<String>,
    /// Only rows that differ.
    quiet: bool,
    document: Option<String>,
    seed: u64,
    extract: Option<PathBuf>,
    expect: Option<PathBuf>,
    folder: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

/// How many rows differ for no reason that is known, and how many runs lack something.
fn run() -> Result<usize, String> {
    let arguments = arguments()?;
    let place = arguments.folder.clone();
    let place = place.unwrap_or_else(|| data("runs.jsonl.gz"));
    if let Some(file) = &arguments.extract {
        println!("{} runs", extract::extract(&place, file)?);
        return Ok(0);
    }
    let (runs, complaints) = recording::read(&place)?;
    complaints.iter().for_each(|why| eprintln!("{why}"));
    if let Some(name) = &arguments.document {
        let run = runs.iter().find(|run| run.name == *name);
        let run = run.ok_or_else(|| format!("there is no run `{name}`"))?;
        let chains = script::chains(&runs);
        let (chain, place) = chains
            .iter()
            .find_map(|chain| {
                Some((
                    chain,
                    chain.iter().position(|other| other.name == run.name)?,
                ))
            })
            .ok_or_else(|| format!("`{name}` belongs to no chain"))?;
        let played = play::play(&chain[..=place], arguments.seed);
        println!(
            "# {} begins at {} ms\n{}",
            run.name,
            played.origins[place].0 / 1_000,
            played.scenario.to_text()
        );
        return Ok(0);
    }
    let only = &arguments.only;
    let wanted = |run: &recording::Run| only.is_empty() || only.contains(&run.scenario);
    let compared = compare::compare(&runs, wanted, arguments.seeds.unwrap_or(200));
    if let Some(file) = &arguments.expect {
        let text = expected::to_text(written(&compared));
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    } else if arguments.folder.is_none() && only.is_empty() && arguments.seeds.is_none() {
        let known = expected::read(&data("expected.jsonl"))?;
        if expected::to_text(known.iter().map(|(name, summary)| (name.clone(), summary)))
            != expected::to_text(written(&compared))
        {
            println!("tests/field/expected.jsonl says something else: write it by --expect");
        }
        for reason in table::idle_reasons(&compared.rows) {
            println!("no row needs this reason any more: {reason}");
        }
    }
    Ok(report(&compared, arguments.quiet) + complaints.len())
}

/// A file that comes with the repository.
fn data(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/field").join(name)
}

fn written(compared: &compare::Compared) -> impl Iterator<Item = (String, &summary::Summary)> {
    compared.rows.iter().map(|row| (row.name(), &row.simulated))
}

fn report(compared: &compare::Compared, quiet: bool) -> usize {
    println!("{}", table::heading());
    let (mut with_reason, mut unexplained) = (0, 0);
    for row in &compared.rows {
        let differences = row.differences();
        let lacks = differences
            .iter()
            .any(|difference| difference.reason.is_none());
        unexplained += usize::from(lacks);
        with_reason += usize::from(!lacks && !differences.is_empty());
        if !quiet || !differences.is_empty() {
            print!("{}", row.to_text());
        }
    }
    println!(
        "{} simulated runs; {} more did not begin as the real one; {} properties broken",
        compared.simulated, compared.off, compared.violations
    );
    println!(
        "field: {} runs, {} rows, {with_reason} rows with a reason, {unexplained} unexplained",
        compared.runs,
        compared.rows.len()
    );
    unexplained
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| format!("{word}: something must follow\n{USAGE}"))
        };
        match word.as_str() {
            "--seeds" => found.seeds = Some(whole(&value()?)?),
            "--seed" => found.seed = whole(&value()?)?,
            "--only" => found.only.push(value()?),
            "--document" => found.document = Some(value()?),
            "--extract" => found.extract = Some(PathBuf::from(value()?)),
            "--expect" => found.expect = Some(PathBuf::from(value()?)),
            "--quiet" => found.quiet = true,
            _ if !word.starts_with('-') && found.folder.is_none() => {
                found.folder = Some(PathBuf::from(&word))
            }
            _ => return Err(format!("what is `{word}`?\n{USAGE}")),
        }
    }
    Ok(found)
}

fn whole(word: &str) -> Result<u64, String> {
    word.parse()
        .map_err(|_| format!("`{word}`: a whole number is expected\n{USAGE}"))
}
