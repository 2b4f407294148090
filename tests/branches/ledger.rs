//! The list of branches: what each is, which tests take it, and what is wrong with the list.

use std::collections::{BTreeMap, BTreeSet};

use monscope::core::mon::Branch;
use monscope::core::mon::branch::BRANCHES;
use monscope::core::words::branches::{EN, sentence, sentences};

use super::sources::{Source, Way};

const SPEC_IDS: &str = include_str!("spec-ids.txt");
const NOT_IDS: &str = include_str!("not-ids.txt");
const CRAFTED: &str = include_str!("crafted.txt");

/// A branch and the tests that take it.
pub(crate) struct Row<'a> {
    pub(crate) branch: Branch,
    /// What is decided.
    pub(crate) sentence: &'static str,
    /// Why no run comes there; `None`: some do.
    pub(crate) crafted: Option<&'static str>,
    /// The names of the tests that take it, by their kind.
    pub(crate) taken_by: BTreeMap<Way, Vec<&'a str>>,
}

/// The lines of a list of ours, without remarks and headings.
fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', '=']))
}

/// Ids with reasons.
fn reasons(list: &'static str) -> BTreeMap<&'static str, &'static str> {
    lines(list)
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect()
}

/// Every branch, procedure by procedure in the order of the table.
pub(crate) fn rows(sources: &[Source]) -> Vec<Row<'_>> {
    let crafted = reasons(CRAFTED);
    let mut branches = BRANCHES.to_vec();
    let place = |branch: Branch| BRANCHES.iter().position(|other| *other == branch);
    branches.sort_by_key(|branch| (branch.procedure(), place(*branch)));
    let row = |branch: Branch| {
        let mut taken_by: BTreeMap<Way, Vec<&str>> = BTreeMap::new();
        for source in sources.iter().filter(|s| s.taken.contains(&branch)) {
            taken_by.entry(source.way).or_default().push(&source.name);
        }
        Row {
            branch,
            sentence: sentence(EN, branch).unwrap_or_default(),
            crafted: crafted.get(branch.id()).copied(),
            taken_by,
        }
    };
    branches.into_iter().map(row).collect()
}

/// What is wrong, in sentences; nothing: the list is complete.
pub(crate) fn complaints(rows: &[Row<'_>]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut complain = |id: &str, what: &str| wrong.push(format!("{id} {what}"));
    let spec: BTreeSet<&str> = lines(SPEC_IDS).flat_map(str::split_whitespace).collect();
    let (not_ids, crafted) = (reasons(NOT_IDS), reasons(CRAFTED));
    let is_branch = |id: &str| Branch::from_id(id).is_some();

    for id in &spec {
        if !is_branch(id) && !not_ids.contains_key(id) {
            complain(
                id,
                "is in the specification, but neither a branch nor in not-ids.txt",
            );
        }
    }
    for (id, reason) in &not_ids {
        if is_branch(id) {
            complain(
                id,
                "is a branch after all: its line in not-ids.txt has to go",
            );
        }
        if !spec.contains(id) || reason.is_empty() {
            complain(
                id,
                "in not-ids.txt is no id of spec-ids.txt, or has no reason",
            );
        }
    }
    for (id, _) in sentences(EN) {
        if !is_branch(id) && !spec.contains(id) {
            complain(id, "has a sentence, but is no id");
        }
    }
    for (id, reason) in &crafted {
        if !is_branch(id) || reason.is_empty() {
            complain(id, "in crafted.txt is no branch, or has no reason");
        }
    }
    for row in rows {
        let id = row.branch.id();
        if !spec.contains(id) {
            complain(id, "is a branch, but not in spec-ids.txt");
        }
        if row.sentence.is_empty() {
            complain(id, "has no sentence in words/branches.en.txt");
        }
        let runs = row.taken_by.keys().any(|way| *way != Way::Step);
        match (row.taken_by.is_empty(), runs, row.crafted) {
            (true, ..) => complain(id, "is taken by no test"),
            (_, false, None) => complain(
                id,
                "is taken by single steps only: crafted.txt must say why no run does",
            ),
            (_, true, Some(_)) => {
                complain(id, "is taken by a run: its line in crafted.txt has to go")
            }
            _ => {}
        }
    }
    wrong
}
