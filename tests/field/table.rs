//! Real and simulated outcomes side by side, and whether they tell the same story.

use std::fmt::Write as _;

use crate::outcome::{COUNTED, COUNTS, NAMED, Outcome};
use crate::reasons;
use crate::summary::{Range, Summary};

/// One deed of one scenario: every real run of it, and every simulated one.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) variant: String,
    /// What was done.
    pub(crate) title: String,
    pub(crate) real: Vec<Outcome>,
    pub(crate) simulated: Summary,
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
    /// What the row is about: `S2 kill leader 0 / kill mon.0`.
    pub(crate) fn name(&self) -> String {
        format!("{} {} / {}", self.scenario, self.variant, self.title)
    }

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
        let real = Summary::of(&self.real);
        let (real, simulated) = (real.names(column), self.simulated.names(column));
        let occurs = |name: &str| simulated.iter().any(|(other, _)| *other == name);
        let names = real.iter().map(|(name, _)| *name);
        let never: Vec<&str> = names.filter(|name| !occurs(name)).collect();
        if !never.is_empty() {
            return Some(format!("{} never occurs", never.join(", ")));
        }
        let agree = real.len() == 1 && self.real.len() > 1;
        let (commonest, wanted) = (simulated.first()?.0, real.first()?.0);
        (agree && commonest != wanted).then(|| format!("{commonest} is commonest, not {wanted}"))
    }

    fn counted_difference(&self, column: usize) -> Option<String> {
        let range = self.simulated.range(column);
        let values = self.real.iter().map(|outcome| outcome.counted()[column]);
        let near = if column < COUNTS { 0 } else { NEAR };
        let outside = values.filter(|value| !range.holds(*value, near));
        let mut outside: Vec<Option<u64>> = outside.collect();
        outside.sort_unstable();
        outside.dedup();
        let all: Vec<String> = outside.iter().map(|value| shown(*value, column)).collect();
        (!all.is_empty()).then(|| format!("{} is outside", all.join(", ")))
    }

    /// The row, as lines of text.
    pub(crate) fn to_text(&self) -> String {
        let real = Summary::of(&self.real);
        let mut text = self.name();
        let _ = writeln!(
            text,
            "  ({} real, {} simulated)",
            real.of, self.simulated.of
        );
        for (who, summary, share) in [("real", &real, false), ("sim", &self.simulated, true)] {
            let mut line = format!("  {who:<5}");
            for (column, width) in NAME_WIDTHS.iter().enumerate() {
                let _ = write!(line, "{:<width$} ", names(summary, column, share));
            }
            for column in 0..COUNTED.len() {
                let (cell, width) = (numbers(summary.range(column), column), width(column));
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

/// The reasons that no row needs.
pub(crate) fn idle_reasons(rows: &[Row]) -> Vec<&'static str> {
    let differences = rows.iter().flat_map(Row::differences);
    let needed: Vec<&str> = differences
        .filter_map(|difference| difference.reason)
        .collect();
    reasons::all()
        .map(|(_, _, why)| why)
        .filter(|why| !needed.contains(why))
        .collect()
}

/// A time is inside a range within so many microseconds of it: by so much real events were late on their busy host.
const NEAR: u64 = 10_000;

const NAME_WIDTHS: [usize; NAMED.len()] = [26, 34];

const fn width(column: usize) -> usize {
    if column < COUNTS { 9 } else { 16 }
}

/// What the columns are, above the table.
pub(crate) fn heading() -> String {
    let mut line = " ".repeat(7);
    for (name, width) in NAMED.iter().zip(NAME_WIDTHS) {
        let _ = write!(line, "{name:<width$} ");
    }
    for (column, name) in COUNTED.iter().enumerate() {
        let unit = if column < COUNTS { "" } else { " s" };
        let (name, width) = (format!("{name}{unit}"), width(column));
        let _ = write!(line, "{name:<width$} ");
    }
    line.trim_end().to_owned()
}

fn names(summary: &Summary, column: usize, share: bool) -> String {
    const SHOWN: usize = 3;
    let all = summary.names(column);
    let more = all.len().saturating_sub(SHOWN);
    let percent = |count: usize| (count * 100 + summary.of / 2) / summary.of.max(1);
    let cells = all.iter().take(SHOWN).map(|(name, count)| match share {
        true => format!("{name} {}%", percent(*count)),
        false if *count > 1 => format!("{name}×{count}"),
        false => (*name).to_owned(),
    });
    let mut text = cells.collect::<Vec<_>>().join(" ");
    if more > 0 {
        let _ = write!(text, " +{more}");
    }
    text
}

fn numbers(range: Range, column: usize) -> String {
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
