//! Recorded runs of real clusters: what was done to them, and what was measured.
//!
//! A run is one JSON object: a timeline without its events and messages, for those need megabytes and every measure
//! is taken already. `runs.jsonl.gz` holds one object a line; a folder holds one a file.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use monscope::core::mon::options::{OPTIONS, Unit};
use monscope::core::mon::{MonId, Options, Span, Time};
use monscope::core::scenario::Strategy;
use serde_json::Value;

use crate::deed::{self, Deed};
use crate::outcome::Outcome;

/// What may lie between a run and the one that follows it, for their lengths are rounded.
const PAUSE: Span = Span::from_secs(1);

/// A recorded run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// `S2-kill-leader-0.r1`
    pub(crate) name: String,
    /// `S2`
    pub(crate) scenario: String,
    /// `kill leader 0`
    pub(crate) variant: String,
    /// Runs of one chain followed each other in one cluster.
    pub(crate) chain: String,
    /// When it began, on the recording's clock.
    pub(crate) began: Time,
    pub(crate) strategy: Strategy,
    pub(crate) options: Options,
    /// How many seats the map had.
    pub(crate) seats: usize,
    /// Had what was done before come to rest?
    pub(crate) settled: bool,
    /// Had nothing been done to the cluster before?
    pub(crate) fresh: bool,
    pub(crate) duration: Span,
    /// Every monitor as it was at the beginning.
    pub(crate) initial: Vec<Initial>,
    /// What was done, in order.
    pub(crate) deeds: Vec<Deed>,
    /// What was measured after each group of deeds.
    pub(crate) phases: Vec<Phase>,
}

/// A monitor at the beginning of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Initial {
    pub(crate) up: bool,
    /// Its election epoch, or the one on its disk; `None`: its disk is empty.
    pub(crate) epoch: Option<u64>,
    pub(crate) leads: bool,
    /// Was it electing?
    pub(crate) elects: bool,
    /// The quorum it was in, as digits.
    pub(crate) quorum: String,
}

/// The time from a deed (or from several that belong together) to the next one.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    /// What was done: `kill mon.0`.
    pub(crate) title: String,
    /// When, counted from the beginning of the run.
    pub(crate) at: Span,
    pub(crate) length: Span,
    /// What came of it.
    pub(crate) real: Outcome,
}

impl Run {
    /// Did this run follow that one in the same cluster, without a pause?
    pub(crate) fn follows(&self, before: &Self) -> bool {
        let end = before.began + before.duration;
        self.chain == before.chain && self.began > before.began && self.began < end + PAUSE
    }

    /// Did the cluster not exist yet?
    pub(crate) fn begins_anew(&self) -> bool {
        self.initial
            .iter()
            .all(|mon| !mon.up && mon.epoch.is_none())
    }

    /// Who led at the beginning.
    pub(crate) fn first_leader(&self) -> Option<MonId> {
        let place = self.initial.iter().position(|mon| mon.leads)?;
        Some(MonId(place as u8))
    }
}

/// The runs of a folder of timelines (`*.json`), or of a file with one run a line (`*.jsonl.gz`); and what is wrong
/// with those that lack something: the file and the field.
///
/// # Errors
/// When nothing can be read.
pub(crate) fn read(place: &Path) -> Result<(Vec<Run>, Vec<String>), String> {
    let (mut runs, mut complaints) = (Vec::new(), Vec::new());
    for (name, value) in values(place)? {
        match run(&value) {
            Ok(run) => runs.push(run),
            Err(why) => complaints.push(format!("{name}: {why}")),
        }
    }
    runs.sort_by(|a, b| {
        (order_of(&a.scenario), &a.variant, &a.name).cmp(&(
            order_of(&b.scenario),
            &b.variant,
            &b.name,
        ))
    });
    if runs.is_empty() {
        complaints.push(format!("{}: there is no timeline here", place.display()));
        return Err(complaints.join("\n"));
    }
    Ok((runs, complaints))
}

/// Every timeline of a folder or line of a file, and what to call it in a message.
///
/// # Errors
/// When something can't be read, or isn't JSON.
pub(crate) fn values(place: &Path) -> Result<Vec<(String, Value)>, String> {
    let said = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let parse = |path: &Path, text: &str| {
        serde_json::from_str::<Value>(text).map_err(|error| said(path, &error))
    };
    let mut found = Vec::new();
    if place.is_dir() {
        // Somebody may name the folder above.
        let below = place.join("timelines");
        let folder = if below.is_dir() {
            below
        } else {
            place.to_owned()
        };
        let entries = fs::read_dir(&folder).map_err(|error| said(&folder, &error))?;
        let mut files: Vec<_> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        files.retain(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        });
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).map_err(|error| said(&file, &error))?;
            let value = parse(&file, &text)?;
            // A list is the summary of all.
            if value.is_object() {
                found.push((file.display().to_string(), value));
            }
        }
        return Ok(found);
    }
    let file = File::open(place).map_err(|error| said(place, &error))?;
    let packed = place.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if packed {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(|error| said(place, &error))?;
        found.push((
            format!("{} line {}", place.display(), number + 1),
            parse(place, &line)?,
        ));
    }
    Ok(found)
}

fn run(value: &Value) -> Result<Run, String> {
    let seats = number(value, "n")? as usize;
    let initial = value
        .get("initial")
        .and_then(Value::as_object)
        .ok_or("`initial` is missing")?;
    let mut monitors = Vec::new();
    for mon in 0..initial.len() {
        let mon = initial.get(&mon.to_string()).ok_or("`initial` has a gap")?;
        monitors.push(initial_of(mon)?);
    }
    let mut deeds = Vec::new();
    for entry in list(value, "interventions")? {
        deeds.extend(deed::read(entry)?);
    }
    let mut phases: Vec<Phase> = Vec::new();
    for entry in list(value, "summary")? {
        let next = phase(entry)?;
        if let Some(last) = phases.last_mut() {
            // Lengths are rounded, and what comes next must not fall into this.
            last.length = Span(next.at.0.saturating_sub(last.at.0));
        }
        phases.push(next);
    }
    Ok(Run {
        name: text(value, "name")?,
        scenario: text(value, "scenario")?,
        variant: text(value, "variant")?,
        chain: text(value, "chain")?,
        began: instant(&text(value, "t0_wall")?)?,
        strategy: strategy(&text(value, "strategy")?)?,
        options: options(value)?,
        seats,
        settled: value
            .get("initial_settled")
            .and_then(Value::as_bool)
            .unwrap_or(true),
        fresh: text(value, "precondition").is_ok_and(|before| before == "fresh"),
        duration: span(value, "duration_s")?,
        initial: monitors,
        deeds,
        phases,
    })
}

fn initial_of(value: &Value) -> Result<Initial, String> {
    let state = text(value, "state")?;
    Ok(Initial {
        up: state != "down",
        epoch: value.get("epoch").and_then(Value::as_u64),
        leads: state == "leader",
        elects: state == "electing",
        quorum: digits(value.get("quorum")),
    })
}

fn phase(value: &Value) -> Result<Phase, String> {
    let optional = |field: &str| value.get(field).and_then(Value::as_f64).map(micros);
    let count = |field: &str| number(value, field).map(|number| number as u32);
    let leader = value.get("final_leader").and_then(Value::as_u64);
    let end = leader.map(|leader| format!("{leader}/{}", digits(value.get("final_quorum"))));
    let first = value.get("first_quorum").filter(|quorum| !quorum.is_null());
    Ok(Phase {
        title: text(value, "phase")?.replace(" (SIGKILL)", ""),
        at: span(value, "t")?,
        length: span(value, "dur")?,
        real: Outcome {
            end: end.unwrap_or_else(|| "none".to_owned()),
            first_quorum: first.map_or_else(|| "-".to_owned(), |quorum| digits(Some(quorum))),
            victories: count("victories")?,
            starts: count("starts")?,
            rise: count("epoch_inc")?,
            notice: optional("first_call"),
            victory: optional("first_victory"),
            settle: optional("stable"),
        },
    })
}

/// Ceph's options that were not the defaults: seconds, factors and counts by their own names.
fn options(value: &Value) -> Result<Options, String> {
    let mut options = Options::default();
    let Some(given) = value.get("options").and_then(Value::as_object) else {
        return Ok(options);
    };
    for (name, value) in given {
        let known = OPTIONS.iter().find(|option| option.name == name);
        let option = known.ok_or_else(|| format!("`options`: what is `{name}`?"))?;
        let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        let number = number.ok_or_else(|| format!("`{name}`: a number is expected"))?;
        let unit = match option.unit {
            Unit::Seconds | Unit::Margin => 1e6,
            Unit::Factor => 1e3,
            Unit::Count | Unit::Strategy => 1.0,
            Unit::Flag | Unit::Names => {
                return Err(format!("`options`: `{name}` can't be read yet"));
            }
        };
        option.set(&mut options, (number * unit).round() as u64);
    }
    Ok(options)
}

/// # Errors
/// When there is no such strategy.
pub(crate) fn strategy(name: &str) -> Result<Strategy, String> {
    match name {
        "classic" => Ok(Strategy::Classic),
        "disallow" => Ok(Strategy::Disallow),
        "connectivity" => Ok(Strategy::Connectivity),
        _ => Err(format!("`strategy`: what is `{name}`?")),
    }
}

/// `2026-11-23T03:34:12.320Z`, in whole milliseconds.
fn instant(text: &str) -> Result<Time, String> {
    let wrong = || format!("`t0_wall`: what is `{text}`?");
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let numbers: Option<Vec<u64>> = numbers.map(|part| part.parse().ok()).collect();
    let Some([year, month, day, hour, minute, second, ms]) = numbers.as_deref() else {
        return Err(wrong());
    };
    // Days since the first of March of the year 0, as years begin in March: leap days come last.
    let (year, month) = if *month > 2 {
        (*year, month - 3)
    } else {
        (year.saturating_sub(1), month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Ok(Time::from_ms(seconds * 1_000 + ms))
}

/// Where a scenario stands in the table: `S1`, `S1b`, `S2`, … `S10`.
fn order_of(scenario: &str) -> (u32, String) {
    let number: String = scenario.chars().filter(char::is_ascii_digit).collect();
    let rest = scenario
        .trim_start_matches('S')
        .trim_start_matches(|c: char| c.is_ascii_digit());
    (number.parse().unwrap_or(u32::MAX), rest.to_owned())
}

fn digits(value: Option<&Value>) -> String {
    let ranks = value.and_then(Value::as_array).into_iter().flatten();
    ranks
        .filter_map(Value::as_u64)
        .map(|rank| rank.to_string())
        .collect()
}

fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round().max(0.0) as u64
}

/// A number of seconds.
pub(crate) fn span(value: &Value, field: &str) -> Result<Span, String> {
    let seconds = value.get(field).and_then(Value::as_f64);
    seconds
        .map(|s| Span(micros(s)))
        .ok_or_else(|| format!("`{field}`: seconds are expected"))
}

pub(crate) fn number(value: &Value, field: &str) -> Result<u64, String> {
    let number = value.get(field).and_then(Value::as_u64);
    number.ok_or_else(|| format!("`{field}`: a whole number is expected"))
}

pub(crate) fn text(value: &Value, field: &str) -> Result<String, String> {
    let text = value.get(field).and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| format!("`{field}`: text is expected"))
}

pub(crate) fn list<'a>(value: &'a Value, field: &str) -> Result<&'a Vec<Value>, String> {
    value
        .get(field)
        .and_then(Value::as_array)
        .ok_or_else(|| format!("`{field}`: a list is expected"))
}
