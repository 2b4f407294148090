//! Plays a scenario without a page and prints what happened, for tests and scripts:
//!
//! ```text
//! cargo run --release --example headless -- <scenario file, text or JSON> --until-ms N
//! ```
//!
//! One JSON line an event, one line for each expectation that falls due by then, and the snapshot last. The exit status
//! is 0 when all expectations were met, 1 when one was not, 2 for a document or a command that can't be used.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use monscope::core::mon::Time;
use monscope::core::play::{Met, Player};
use monscope::core::scenario;
use serde_json::json;

const USAGE: &str = "usage: headless <scenario file, text or JSON> --until-ms N";

/// What goes wrong before anything is played.
enum Refused {
    /// The command line, the file or the document can't be used; said on stderr.
    Input(String),
    /// Nobody reads what is printed.
    Output(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Refused::Input(why)) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
        // A reader that had enough (`| head`) is no fault.
        Err(Refused::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Refused::Output(error)) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Plays; true when every expectation that fell due was met.
fn run() -> Result<bool, Refused> {
    let (file, until) = arguments()?;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Refused::Input(format!("{file}: {error}")))?;
    let scenario =
        scenario::read(&text).map_err(|error| Refused::Input(format!("{file}: {error}")))?;
    for option in scenario.idle_options() {
        eprintln!("{file}: {option} changes nothing here");
    }
    let mut player = Player::new(scenario);
    player.advance_to(until);

    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = |value: &serde_json::Value| writeln!(out, "{value}");
    for event in player.events() {
        line(&json!(player.event_view(event)))?;
    }
    let mut all_met = true;
    let due = player
        .score()
        .rows()
        .iter()
        .filter(|(expect, _)| expect.when.time() <= until);
    for (expect, met) in due {
        let line_of = player.scenario().expect_line(expect);
        // Somebody stepped in before it fell due: neither met nor missed.
        let verdict = (*met != Met::Void).then_some(*met == Met::Yes);
        all_met &= verdict != Some(false);
        line(&json!({ "expect": line_of, "met": verdict }))?;
    }
    line(&json!(player.snapshot()))?;
    out.flush()?;
    Ok(all_met)
}

fn arguments() -> Result<(String, Time), Refused> {
    let (mut file, mut until) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--until-ms" {
            let ms = words.next().and_then(|ms| ms.parse::<u64>().ok());
            until = ms.and_then(|ms| ms.checked_mul(1_000)).map(Time);
            if until.is_none() {
                let why = "--until-ms: a whole number of milliseconds is expected";
                return Err(Refused::Input(format!("{why}\n{USAGE}")));
            }
        } else if file.is_none() && !word.starts_with('-') {
            file = Some(word);
        } else {
            return Err(Refused::Input(format!("what is `{word}`?\n{USAGE}")));
        }
    }
    file.zip(until)
        .ok_or_else(|| Refused::Input(USAGE.to_owned()))
}
