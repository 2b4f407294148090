//! The decision list of a handler: its ids in order, each tested, taken or never reached.
//!
//! Only what was taken is recorded. What stands before the last taken row was tested in vain, unless it is an
//! alternative to a row before it that was not (`else: ` in the text), or belongs to a heading that did not hold; what
//! stands after it was never reached.

use super::values::Values;
use crate::mon::Branch;
use crate::mon::State;
use crate::mon::branch::{BRANCHES, Level, Procedure};
use crate::mon::decision::Step;
use crate::words::branches::{Entry, Reference};
use crate::words::{Line, Role};

/// How far the handler got with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Taken: something followed from it.
    Taken,
    /// Looked at, or done on the way.
    Tested,
    /// Never reached.
    Never,
}

/// The answer to a row's test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It held.
    Yes,
    /// It did not.
    No,
    /// It had to hold and did not: the process ended.
    Failed,
    /// Nothing was tested.
    None,
}

/// A row of a decision list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id; `None` for a test that several ids share.
    pub branch: Option<Branch>,
    /// Its number in the specification: `7a`.
    pub label: String,
    /// Does it stand below a test that it shares?
    pub inner: bool,
    /// How far the handler got with it.
    pub mark: Mark,
    /// The answer to its test.
    pub answer: Answer,
    /// What is tested, or done.
    pub text: Line,
    /// What followed, when it was taken.
    pub effect: Line,
    /// Did the handler end here?
    pub end: bool,
}

/// The decision list of one handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The handler.
    pub procedure: Procedure,
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// A procedure's steps while it ran once.
#[derive(Debug)]
struct Visit<'a> {
    procedure: Procedure,
    steps: Vec<&'a Step>,
}

/// The lists of the procedures in which something was decided; of the first one when nothing was.
pub(super) fn lists(values: &Values<'_>, reference: &Reference) -> Vec<List> {
    let visits = visits(&values.watched.steps);
    let decides = |visit: &&Visit<'_>| {
        let mut branches = visit.steps.iter().map(|step| step.branch);
        branches.any(|branch| branch.level() == Level::Choice)
    };
    let mut chosen: Vec<&Visit<'_>> = visits.iter().filter(decides).collect();
    if chosen.is_empty() {
        chosen.extend(visits.first());
    }
    let list = |visit: &Visit<'_>| List {
        procedure: visit.procedure,
        rows: Rail::of(values, reference, visit).rows,
    };
    chosen.into_iter().map(list).collect()
}

/// The runs of procedures, by their first steps. A procedure that is called again begins anew: its steps go back.
fn visits(steps: &[Step]) -> Vec<Visit<'_>> {
    let mut visits: Vec<Visit<'_>> = Vec::new();
    for step in steps {
        let procedure = step.branch.procedure();
        let open = visits.iter_mut().rev().find(|v| v.procedure == procedure);
        let order = ids_of(procedure);
        let place = |branch: Branch| order.iter().position(|known| *known == branch);
        match open {
            // A loop takes the same step again.
            Some(visit)
                if visit
                    .steps
                    .last()
                    .is_none_or(|last| place(last.branch) <= place(step.branch)) =>
            {
                visit.steps.push(step);
            }
            _ => visits.push(Visit {
                procedure,
                steps: vec![step],
            }),
        }
    }
    visits
}

/// The ids of a procedure in the order of the specification, which is not always that of the table.
#[must_use]
pub fn ids_of(procedure: Procedure) -> Vec<Branch> {
    let mut ids: Vec<Branch> = BRANCHES
        .iter()
        .copied()
        .filter(|branch| branch.procedure() == procedure)
        .collect();
    crate::order::few(&mut ids, |a, b| {
        let (a, b) = (Number::of(a.id()), Number::of(b.id()));
        a.prefix == b.prefix && (a.number, a.rest) < (b.number, b.rest)
    });
    ids
}

/// An id taken apart: `HANDLE-LAST`, 7, `-UNCOMMITTED`.
#[derive(Clone, Copy, Debug)]
struct Number<'a> {
    prefix: &'a str,
    number: u32,
    rest: &'a str,
}

impl<'a> Number<'a> {
    fn of(id: &'a str) -> Self {
        let mut places = id.match_indices('-').map(|(at, _)| at);
        let digit = |at: &usize| id[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        let Some(at) = places.find(digit) else {
            return Self {
                prefix: id,
                number: 0,
                rest: "",
            };
        };
        let tail = &id[at + 1..];
        let end = tail
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(tail.len());
        Self {
            prefix: &id[..at],
            number: tail[..end].parse().unwrap_or(0),
            rest: &tail[end..],
        }
    }

    /// `7a`, and what it stands below: `7`. Only letters and digits count.
    fn label(&self) -> &'a str {
        self.rest.split('-').next().unwrap_or("")
    }
}

/// The number of an id as it stands at its row: `7b1`; empty when it has none.
#[must_use]
pub fn label(branch: Branch) -> String {
    let number = Number::of(branch.id());
    if number.number == 0 && number.rest.is_empty() {
        return String::new();
    }
    let mut label = crate::words::fill::decimal(number.number.into());
    label.push_str(number.label());
    label
}

/// The label of the test that an id shares with its siblings: `7b` for `7b1`, `7` for `7a`.
fn parent(label: &str) -> &str {
    let last = label.chars().next_back();
    let same = |c: char| c.is_ascii_digit() == last.is_some_and(|last| last.is_ascii_digit());
    label.trim_end_matches(same)
}

/// Does the test of that label stand above this id, or above one that does?
fn is_above(heading: &str, label: &str) -> bool {
    let above = parent(label);
    !above.is_empty() && (above == heading || is_above(heading, above))
}

/// What became of the row before, at one depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    InVain,
    Passed,
}

/// A heading that is open, and whether it held.
#[derive(Debug)]
struct Heading {
    label: String,
    held: bool,
}

/// A list being made.
struct Rail<'a> {
    values: &'a Values<'a>,
    reference: &'a Reference,
    steps: &'a [&'a Step],
    /// The place of the last id taken.
    last: usize,
    headings: Vec<Heading>,
    /// What became of the latest row at each depth.
    before: [Before; 3],
    rows: Vec<Row>,
}

impl<'a> Rail<'a> {
    fn of(values: &'a Values<'a>, reference: &'a Reference, visit: &'a Visit<'a>) -> Self {
        let ids = ids_of(visit.procedure);
        let taken = |branch: &Branch| visit.steps.iter().any(|step| step.branch == *branch);
        let mut rail = Self {
            values,
            reference,
            steps: &visit.steps,
            last: ids.iter().rposition(taken).unwrap_or(0),
            headings: Vec::new(),
            before: [Before::Nothing; 3],
            rows: Vec::new(),
        };
        for (place, branch) in ids.iter().enumerate() {
            rail.add(place, *branch, &ids);
        }
        rail
    }

    /// The latest step with this id.
    fn step(&self, branch: Branch) -> Option<&'a Step> {
        self.steps
            .iter()
            .rev()
            .find(|step| step.branch == branch)
            .copied()
    }

    fn add(&mut self, place: usize, branch: Branch, ids: &[Branch]) {
        let entry = self.reference.entry(branch);
        let label = label(branch);
        let above = parent(&label).to_owned();
        while self
            .headings
            .last()
            .is_some_and(|h| !is_above(&h.label, &label))
        {
            self.headings.pop();
        }
        if !entry.heading.is_empty() && self.headings.last().is_none_or(|h| h.label != above) {
            self.open(place, &entry, &above, ids);
        }
        if self.headings.iter().any(|heading| !heading.held) {
            return;
        }
        // Ids without a number are handlers of their own.
        if label.is_empty() && self.step(branch).is_none() {
            return;
        }
        let depth = self.headings.len().min(2);
        // What the heading of a first sibling is an alternative to, the sibling is not.
        let otherwise = entry.otherwise && entry.heading.is_empty();
        let step = self.step(branch);
        let reached = self.reached(place, depth, otherwise);
        let mark = match step {
            Some(_) if branch.level() == Level::Choice => Mark::Taken,
            Some(_) => Mark::Tested,
            None if reached && !entry.test.is_empty() => Mark::Tested,
            None => Mark::Never,
        };
        self.note(depth, mark, step.is_some());
        let row = self.row(branch, label, &entry, step, mark);
        self.rows.push(Row {
            inner: depth > 0,
            end: place == self.last && step.is_some(),
            ..row
        });
    }

    /// The heading of several ids.
    fn open(&mut self, place: usize, entry: &Entry<'_>, label: &str, ids: &[Branch]) {
        let below = |branch: &&Branch| {
            let below = self::label(**branch);
            below.len() > label.len() && below.starts_with(label)
        };
        // An outer heading that did not hold hides what is below it.
        if self.headings.iter().any(|heading| !heading.held) {
            return;
        }
        let depth = self.headings.len().min(2);
        let held = ids
            .iter()
            .filter(below)
            .any(|branch| self.step(*branch).is_some());
        let reached = held || self.reached(place, depth, entry.otherwise);
        let mark = if reached { Mark::Tested } else { Mark::Never };
        self.note(depth, mark, held);
        let answer = match mark {
            Mark::Never => Answer::None,
            _ if held => Answer::Yes,
            _ => Answer::No,
        };
        self.rows.push(Row {
            branch: None,
            label: label.to_owned(),
            inner: depth > 0,
            mark,
            answer,
            text: self.text(entry.heading, None, mark),
            effect: Line::default(),
            end: false,
        });
        self.headings.push(Heading {
            label: label.to_owned(),
            held,
        });
    }

    fn reached(&self, place: usize, depth: usize, otherwise: bool) -> bool {
        place <= self.last && !(otherwise && self.before[depth] == Before::Passed)
    }

    fn note(&mut self, depth: usize, mark: Mark, held: bool) {
        self.before[depth] = if mark == Mark::Tested && !held {
            Before::InVain
        } else {
            Before::Passed
        };
        if let Some(below) = self.before.get_mut(depth + 1) {
            *below = Before::Nothing;
        }
    }

    fn row(
        &self,
        branch: Branch,
        label: String,
        entry: &Entry<'_>,
        step: Option<&Step>,
        mark: Mark,
    ) -> Row {
        let tested = !entry.test.is_empty();
        let answer = match (mark, step) {
            (Mark::Never, _) => Answer::None,
            _ if !tested => Answer::None,
            (_, None) => Answer::No,
            (_, Some(step)) if entry.asserted && self.failed(step) => Answer::Failed,
            _ => Answer::Yes,
        };
        let (text, effect) = match (tested, entry.effect.is_empty()) {
            (true, _) => (entry.test, entry.effect),
            (false, false) => (entry.effect, ""),
            (false, true) => (entry.sentence, ""),
        };
        let effect = match step {
            Some(step) => self.values.fill(effect, Some(step), Role::Plain),
            None => Line::default(),
        };
        Row {
            branch: Some(branch),
            label,
            inner: false,
            mark,
            answer,
            text: self.text(text, step, mark),
            effect,
            end: false,
        }
    }

    /// What was never reached has no values.
    fn text(&self, template: &str, step: Option<&Step>, mark: Mark) -> Line {
        match mark {
            Mark::Never => {
                crate::words::fill::fill_by(template, Role::Plain, &|name| self.values.who(name))
            }
            _ => self.values.fill(template, step, Role::Strong),
        }
    }

    /// The process ended at this step, the last one taken.
    fn failed(&self, step: &Step) -> bool {
        let last = self.values.watched.steps.last();
        self.values.watched.after.state == State::Down
            && last.is_some_and(|last| std::ptr::eq(last, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_the_order_of_their_numbers() {
        let reply: Vec<String> = ids_of(Procedure::ProbeReply)
            .into_iter()
            .map(label)
            .collect();
        assert_eq!(
            reply.join(" "),
            "1 2 3 4 5 6 7 8 10a 10b 11a 11b 11c 11d 11e"
        );
        let last = ids_of(Procedure::HandleLast);
        let place = |branch| last.iter().position(|known| *known == branch);
        assert!(place(Branch::HandleLast7) < place(Branch::HandleLast7Uncommitted));
        assert!(place(Branch::HandleLast7Uncommitted) < place(Branch::HandleLast8));
    }

    #[test]
    fn labels_know_what_they_stand_below() {
        assert_eq!(label(Branch::AConn7b1), "7b1");
        assert_eq!(parent("7b1"), "7b");
        assert_eq!(parent("7b"), "7");
        assert_eq!(parent("7"), "");
        assert_eq!(label(Branch::LeaseTimeout), "");
    }
}
