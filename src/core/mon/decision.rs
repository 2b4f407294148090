//! The decision a monitor took, as data: which branches, and the values compared there.

use super::branch::{Branch, Level};
use super::rank::{Rank, RankSet};

/// The most values a step carries.
pub const VALUES_MAX: usize = 3;

/// A branch or step that was taken, with the values compared or chosen there; [`Branch::values`] says what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which one.
    pub branch: Branch,
    /// Its values, in the table's order; those beyond the table's are 0.
    pub values: [i64; VALUES_MAX],
}

/// Something that can stand as a value of a step.
pub trait Value {
    /// As the number a step carries: itself, -1 for "none", or one bit for each member of a set.
    fn value(self) -> i64;
}

impl Value for u32 {
    fn value(self) -> i64 {
        i64::from(self)
    }
}

impl Value for u64 {
    fn value(self) -> i64 {
        i64::from_ne_bytes(self.to_ne_bytes())
    }
}

impl Value for usize {
    fn value(self) -> i64 {
        self as i64
    }
}

impl Value for Rank {
    fn value(self) -> i64 {
        i64::from(self.0)
    }
}

impl Value for Option<Rank> {
    fn value(self) -> i64 {
        self.map_or(-1, Value::value)
    }
}

impl Value for RankSet {
    fn value(self) -> i64 {
        self.0.value()
    }
}

/// The steps taken while one input was handled, in order. Reused from input to input.
#[derive(Clone, Debug, Default)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// Forgets the last input's steps.
    pub fn clear(&mut self) {
        self.steps.clear();
    }

    /// Notes a step without values.
    pub fn take(&mut self, branch: Branch) {
        self.steps.push(Step {
            branch,
            values: [0; VALUES_MAX],
        });
    }

    /// Notes a step with one value.
    pub fn take1(&mut self, branch: Branch, a: impl Value) {
        self.steps.push(Step {
            branch,
            values: [a.value(), 0, 0],
        });
    }

    /// Notes a step with two values.
    pub fn take2(&mut self, branch: Branch, a: impl Value, b: impl Value) {
        self.steps.push(Step {
            branch,
            values: [a.value(), b.value(), 0],
        });
    }

    /// Notes a step with three values.
    pub fn take3(&mut self, branch: Branch, a: impl Value, b: impl Value, c: impl Value) {
        self.steps.push(Step {
            branch,
            values: [a.value(), b.value(), c.value()],
        });
    }

    /// All steps, in the order taken.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The choices among them, in the order taken: what an event's path lists.
    pub fn choices(&self) -> impl Iterator<Item = Branch> {
        self.steps
            .iter()
            .map(|step| step.branch)
            .filter(|branch| branch.level() == Level::Choice)
    }
}
