//! What is decided at each branch: one short sentence each, about the monitor that takes it.
//!
//! The sentences are a text with a line for each id, not a table in code: they are a twentieth of what the page weighs,
//! so it loads them when somebody asks why. Native programs have them built in.

use crate::mon::Branch;

/// The sentences in English.
#[cfg(not(target_arch = "wasm32"))]
pub const EN: &str = include_str!("branches.en.txt");

/// Every id of such a text with its sentence, in the text's order.
pub fn sentences(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.split_once(' '))
}

/// The sentence of a branch in such a text; `None`: it has none there.
#[must_use]
pub fn sentence(text: &str, branch: Branch) -> Option<&str> {
    let mut all = sentences(text);
    all.find_map(|(id, sentence)| (id == branch.id()).then_some(sentence))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::mon::branch::BRANCHES;

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
        for line in EN.lines() {
            let sentence = line.split_once(' ').map_or("", |(_, sentence)| sentence);
            let first = sentence.chars().next();
            assert!(first.is_some_and(char::is_uppercase), "{line}");
            assert!(sentence.ends_with(['.', '?']), "{line}");
            assert!(sentence.chars().count() <= 95, "{line}");
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
}
