//! What is decided at each branch, in words: one line an id, in a text of its own.
//!
//! The text is no table in code: it is a twentieth of what the page weighs, so it loads it when somebody asks why.
//! Native programs have it built in. A line is
//!
//! ```text
//! ID Sentence. | TEST → EFFECT | What happened, with names.
//! ```
//!
//! The sentence is about the monitor that takes the branch; tests and effects are said by it (`mine`, `my rank`). All
//! but the sentence may be missing. `HEADING // TEST` gives the test that this id and its siblings share (of 6a, 6b and
//! 6c); `else: ` stands before what is tested only when the row before it was tested in vain, `assert: ` before what
//! must hold. Values are named as in the table of ids; `frame::why` tells how they are written.

use crate::mon::Branch;
use crate::mon::branch::BRANCHES;

/// The text in English.
#[cfg(not(target_arch = "wasm32"))]
pub const EN: &str = include_str!("branches.en.txt");

/// Every id of such a text with its sentence, in the text's order.
pub fn sentences(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (id, rest) = line.split_once(' ')?;
        Some((id, rest.split(" | ").next().unwrap_or_default()))
    })
}

/// The sentence of a branch in such a text; `None`: it has none there.
#[must_use]
pub fn sentence(text: &str, branch: Branch) -> Option<&str> {
    let mut all = sentences(text);
    all.find_map(|(id, sentence)| (id == branch.id()).then_some(sentence))
}

/// What is said of one branch. What is missing is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What is decided there, about the monitor.
    pub sentence: &'a str,
    /// What is tested there, with values, by the monitor.
    pub test: &'a str,
    /// What follows when it holds, with values, by the monitor.
    pub effect: &'a str,
    /// What happened there, with names and values.
    pub story: &'a str,
    /// The test that it and its siblings share; only with the first of them.
    pub heading: &'a str,
    /// Is it (or its heading) tested only when the row before it was tested in vain?
    pub otherwise: bool,
    /// Must the test hold? (Else the process ends.)
    pub asserted: bool,
}

impl<'a> Entry<'a> {
    fn read(line: &'a str) -> Self {
        let mut parts = line.split(" | ");
        let sentence = parts.next().unwrap_or_default();
        let (rule, story) = (parts.next().unwrap_or_default(), parts.next());
        let (otherwise, rule) = after(rule, "else: ");
        let (heading, rule) = rule.split_once(" // ").unwrap_or(("", rule));
        let (asserted, rule) = after(rule, "assert: ");
        let (test, effect) = rule.split_once('→').unwrap_or((rule, ""));
        Self {
            sentence,
            test: test.trim(),
            effect: effect.trim(),
            story: story.unwrap_or_default(),
            heading,
            otherwise,
            asserted,
        }
    }
}

fn after<'a>(text: &'a str, mark: &str) -> (bool, &'a str) {
    text.strip_prefix(mark)
        .map_or((false, text), |rest| (true, rest))
}

/// Such a text, with each branch's line at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    text: String,
    /// Where each branch's line begins, after its id, and ends.
    places: Vec<(u32, u32)>,
}

impl Reference {
    /// Reads a text. Lines of unknown ids, and branches without a line, do no harm.
    #[must_use]
    pub fn new(text: String) -> Self {
        let mut places = vec![(0, 0); BRANCHES.len()];
        let mut begin = 0;
        for line in text.split('\n') {
            let end = begin + line.len();
            let id = line.split(' ').next().unwrap_or_default();
            if let Some(branch) = Branch::from_id(id) {
                places[branch as usize] = ((begin + id.len() + 1).min(end) as u32, end as u32);
            }
            begin = end + 1;
        }
        Self { text, places }
    }

    /// What is said of a branch.
    #[must_use]
    pub fn entry(&self, branch: Branch) -> Entry<'_> {
        let (begin, end) = self
            .places
            .get(branch as usize)
            .copied()
            .unwrap_or_default();
        Entry::read(
            self.text
                .get(begin as usize..end as usize)
                .unwrap_or_default(),
        )
    }

    /// Is there nothing in it?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_branch_has_a_sentence() {
        let without = BRANCHES.iter().filter(|b| sentence(EN, **b).is_none());
        let without: Vec<&str> = without.map(|branch| branch.id()).collect();
        assert_eq!(
            without, [""; 0],
            "these ids need a line in words/branches.en.txt"
        );
    }

    #[test]
    fn sentences_are_short_and_end() {
        for (id, sentence) in sentences(EN) {
            let first = sentence.chars().next();
            assert!(first.is_some_and(char::is_uppercase), "{id}");
            assert!(sentence.ends_with(['.', '?']), "{id}");
            assert!(sentence.chars().count() <= 95, "{id}");
        }
    }

    #[test]
    fn no_id_is_there_twice() {
        let mut ids: Vec<&str> = sentences(EN).map(|(id, _)| id).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn a_line_is_taken_apart() {
        let line =
            "Is old. | else: {a} < {b} // assert: outside → start, {c}; go on | {me} starts.";
        let entry = Entry::read(line);
        assert_eq!(entry.sentence, "Is old.");
        assert_eq!((entry.heading, entry.otherwise), ("{a} < {b}", true));
        assert_eq!((entry.test, entry.asserted), ("outside", true));
        assert_eq!(
            (entry.effect, entry.story),
            ("start, {c}; go on", "{me} starts.")
        );
        assert_eq!(Entry::read("Goes on.").test, "");
    }
}
