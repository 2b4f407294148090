//! The author's script and what people did, in one order, and how far it has been carried out.

use crate::mon::Time;
use crate::scenario::{By, Scenario, Scripted};

/// Every action of a run, in the order carried out.
#[derive(Clone, Debug)]
pub struct Timeline {
    entries: Vec<Scripted>,
    done: usize,
}

impl Timeline {
    /// The timeline of a scenario, nothing done yet.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            entries: scenario.timeline(),
            done: 0,
        }
    }

    /// All entries; those before [`Self::done`] were carried out.
    #[must_use]
    pub fn entries(&self) -> &[Scripted] {
        &self.entries
    }

    /// How many were carried out.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// When the next one falls due.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.entries.get(self.done).map(|entry| entry.at)
    }

    /// Takes the next one.
    pub(super) fn advance(&mut self) -> Option<Scripted> {
        let entry = self.entries.get(self.done)?.clone();
        self.done += 1;
        Some(entry)
    }

    /// Puts an entry in as the latest one carried out; gives its place.
    pub(super) fn insert(&mut self, entry: Scripted) -> usize {
        self.entries.insert(self.done, entry);
        self.done += 1;
        self.done - 1
    }

    pub(super) fn go_to(&mut self, done: usize) {
        self.done = done;
    }

    /// Other entries; those that were carried out are the same.
    pub(super) fn replace(&mut self, entries: Vec<Scripted>) {
        self.entries = entries;
    }

    /// Drops what people did after the present; the author's entries stay.
    pub(super) fn drop_later_by_users(&mut self) {
        let mut place = 0;
        let done = self.done;
        self.entries.retain(|entry| {
            place += 1;
            place <= done || entry.by == By::Author
        });
    }
}
