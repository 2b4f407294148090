//! Many outcomes in short: which names occur, and between which bounds the numbers lie.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::outcome::{COUNTED, NAMED, Outcome};

/// Many outcomes of the same deed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// How many they are.
    pub(crate) of: usize,
    /// For each column of names: every name, and how often it occurs.
    named: [BTreeMap<String, usize>; NAMED.len()],
    /// For each column of numbers.
    counted: [Range; COUNTED.len()],
}

/// The bounds of a number, and whether it was sometimes missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) span: Option<(u64, u64)>,
    pub(crate) sometimes_none: bool,
}

impl Range {
    fn add(&mut self, value: Option<u64>) {
        let Some(value) = value else {
            self.sometimes_none = true;
            return;
        };
        let (least, most) = self.span.unwrap_or((value, value));
        self.span = Some((least.min(value), most.max(value)));
    }

    /// Does this number, or its lack, occur between these bounds, or so near to them?
    pub(crate) fn holds(&self, value: Option<u64>, near: u64) -> bool {
        match (value, self.span) {
            (None, _) => self.sometimes_none,
            (Some(value), Some((least, most))) => value + near >= least && value <= most + near,
            (Some(_), None) => false,
        }
    }
}

impl Summary {
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
        let mut all = Self::default();
        outcomes.iter().for_each(|outcome| all.add(outcome));
        all
    }

    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.of += 1;
        for (names, name) in self.named.iter_mut().zip(outcome.named()) {
            *names.entry(name.to_owned()).or_insert(0) += 1;
        }
        for (range, value) in self.counted.iter_mut().zip(outcome.counted()) {
            range.add(value);
        }
    }

    /// Every name of a column and how often it occurs, the commonest first.
    pub(crate) fn names(&self, column: usize) -> Vec<(&str, usize)> {
        let names = self.named[column].iter();
        let mut all: Vec<(&str, usize)> =
            names.map(|(name, count)| (name.as_str(), *count)).collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }

    pub(crate) const fn range(&self, column: usize) -> Range {
        self.counted[column]
    }

    // -- as data

    pub(crate) fn to_json(&self) -> Value {
        let ranges = self.counted.iter().map(|range| {
            let (least, most) = range.span.unzip();
            json!([least, most, range.sometimes_none])
        });
        json!({ "of": self.of, "named": self.named, "counted": ranges.collect::<Vec<_>>() })
    }

    /// `None`: that was written by something else.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let mut all = Self {
            of: usize::try_from(value.get("of")?.as_u64()?).ok()?,
            ..Self::default()
        };
        let (named, counted) = (value.get("named")?, value.get("counted")?);
        for (column, names) in all.named.iter_mut().enumerate() {
            for (name, count) in named.get(column)?.as_object()? {
                names.insert(name.clone(), usize::try_from(count.as_u64()?).ok()?);
            }
        }
        for (column, range) in all.counted.iter_mut().enumerate() {
            let written = counted.get(column)?;
            let bound = |i: usize| written.get(i).and_then(Value::as_u64);
            range.span = bound(0).zip(bound(1));
            range.sometimes_none = written.get(2)?.as_bool()?;
        }
        Some(all)
    }
}
