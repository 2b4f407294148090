//! Real and simulated outcomes side by side, and whether they tell the same story.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::outcome::{COUNTED, COUNTS, NAMED, Outcome};
use crate::reasons;

/// One deed of one scenario: every real run of it, and every simulated one.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) variant: String,
    /// What was done.
    pub(crate) title: String,
    pub(crate) real: Vec<Outcome>,
    pub(crate) simulated: Vec<Outcome>,
}

/// A measure in which a row's real and simulated outcomes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) column: &'static str,
    pub(crate) what: String,
    /// Why, as far as it is known.
    pub(crate) reason: Option<&'static str>,
}

impl Row {
    /// Where real and simulated differ: a real run outside the simulator's range, a real outcome that never occurs, or
    /// another one that is commonest where all real runs agree.
    pub(crate) fn differences(&self) -> Vec<Difference> {
        let named = (0..NAMED.len()).filter_map(|i| Some((NAMED[i], self.named_difference(i)?)));
        let counted =
            (0..COUNTED.len()).filter_map(|i| Some((COUNTED[i], self.counted_difference(i)?)));
        let reason = |column| reasons::why(&self.scenario, &self.variant, &self.title, column);
        named
            .chain(counted)
            .map(|(column, what)| Difference {
                column,
                what,
                reason: reason(column),
            })
            .collect()
    }

    fn named_difference(&self, column: usize) -> Option<String> {
        let real = tally(self.real.iter().map(|outcome| outcome.named()[column]));
        let simulated = tally(self.simulated.iter().map(|outcome| outcome.named()[column]));
        let never: Vec<&str> = real
            .iter()
            .filter(|(name, _)| !simulated.iter().any(|(other, _)| other == name))
            .map(|(name, _)| *name)
            .collect();
        if !never.is_empty() {
            return Some(format!("{} never occurs", never.join(", ")));
        }
        let agree = real.len() == 1 && self.real.len() > 1;
        let other = simulated
            .first()
            .zip(real.first())
            .filter(|(a, b)| agree && a.0 != b.0)?;
        Some(format!("{} is commonest, not {}", other.0.0, other.1.0))
    }

    fn counted_difference(&self, column: usize) -> Option<String> {
        let range = range(&self.simulated, column);
        let outside = |value: &Option<u64>| match (value, range.span) {
            (None, _) => !range.sometimes_none,
            (Some(value), Some((least, most))) => !(least..=most).contains(value),
            (Some(_), None) => true,
        };
        let mut real: Vec<Option<u64>> = self
            .real
            .iter()
            .map(|outcome| outcome.counted()[column])
            .collect();
        real.retain(outside);
        real.sort_unstable();
        real.dedup();
        let all: Vec<String> = real.iter().map(|value| shown(*value, column)).collect();
        (!all.is_empty()).then(|| format!("{} is outside", all.join(", ")))
    }

    /// The row, as lines of text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{} {} / {}", self.scenario, self.variant, self.title);
        let _ = writeln!(
            text,
            "  ({} real, {} simulated)",
            self.real.len(),
            self.simulated.len()
        );
        for (who, outcomes, share) in [("real", &self.real, false), ("sim", &self.simulated, true)]
        {
            let mut line = format!("  {who:<5}");
            for column in 0..NAMED.len() {
                let cell = names(outcomes, column, share);
                let _ = write!(line, "{cell:<28} ");
            }
            for column in 0..COUNTED.len() {
                let cell = numbers(outcomes, column);
                let width = if column < COUNTS { 10 } else { 18 };
                let _ = write!(line, "{cell:<width$} ");
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        for difference in self.differences() {
            let why = difference.reason.unwrap_or("UNEXPLAINED");
            let _ = writeln!(
                text,
                "    {}: {}: {why}",
                difference.column, difference.what
            );
        }
        text
    }
}

/// What the columns are, above the table.
pub(crate) fn heading() -> String {
    let mut line = " ".repeat(7);
    for name in NAMED {
        let _ = write!(line, "{name:<28} ");
    }
    for (column, name) in COUNTED.iter().enumerate() {
        let (name, width) = if column < COUNTS {
            ((*name).to_owned(), 10)
        } else {
            (format!("{name} s"), 18)
        };
        let _ = write!(line, "{name:<width$} ");
    }
    line.trim_end().to_owned()
}

struct Range {
    span: Option<(u64, u64)>,
    sometimes_none: bool,
}

fn range(outcomes: &[Outcome], column: usize) -> Range {
    let values = || outcomes.iter().map(|outcome| outcome.counted()[column]);
    let (least, most) = (values().flatten().min(), values().flatten().max());
    Range {
        span: least.zip(most),
        sometimes_none: values().any(|value| value.is_none()),
    }
}

/// Every name and how often it occurs, the commonest first.
fn tally<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0_usize) += 1;
    }
    let mut all: Vec<(&str, usize)> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all
}

fn names(outcomes: &[Outcome], column: usize, share: bool) -> String {
    const SHOWN: usize = 3;
    let all = tally(outcomes.iter().map(|outcome| outcome.named()[column]));
    let more = all.len().saturating_sub(SHOWN);
    let cells = all.iter().take(SHOWN).map(|(name, count)| match share {
        true => format!(
            "{name} {}%",
            (count * 100 + outcomes.len() / 2) / outcomes.len().max(1)
        ),
        false if *count > 1 => format!("{name}×{count}"),
        false => (*name).to_owned(),
    });
    let mut text = cells.collect::<Vec<_>>().join(" ");
    if more > 0 {
        let _ = write!(text, " +{more}");
    }
    text
}

fn numbers(outcomes: &[Outcome], column: usize) -> String {
    let range = range(outcomes, column);
    let Some((least, most)) = range.span else {
        return "-".to_owned();
    };
    let (least, most) = (shown(Some(least), column), shown(Some(most), column));
    let none = if range.sometimes_none { "|-" } else { "" };
    if least == most {
        format!("{least}{none}")
    } else {
        format!("{least}..{most}{none}")
    }
}

fn shown(value: Option<u64>, column: usize) -> String {
    match value {
        None => "-".to_owned(),
        Some(count) if column < COUNTS => count.to_string(),
        Some(micros) => format!("{}.{:03}", micros / 1_000_000, micros % 1_000_000 / 1_000),
    }
}
