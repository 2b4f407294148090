//! What is to happen, in one explicit order: by time, then by the order in which it was put in.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::mon::{MonId, Time, Timer};

/// Something that is to happen. An entry whose token is stale was overtaken by events and is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A message arrives.
    Arrival {
        /// Its place in the table of flights.
        slot: u32,
        /// The flight that was in that place when this was queued.
        token: u32,
    },
    /// A timer fires.
    Timer {
        /// Whose.
        mon: MonId,
        /// Which.
        timer: Timer,
        /// Which arming of it.
        token: u32,
    },
    /// An end of a session attempts to connect. (It is nothing that happens to a monitor, and has no event.)
    Call {
        /// Whose end.
        from: MonId,
        /// To whom.
        to: MonId,
        /// Which attempt.
        token: u32,
    },
    /// A commit that was queued for the disk is written.
    Write {
        /// Whose.
        mon: MonId,
        /// Which one.
        token: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    at: Time,
    seq: u64,
    due: Due,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest first; the earliest must come first.
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Entry>,
    next_seq: u64,
}

impl Queue {
    /// Puts something in; among equal times, what was put in first comes out first.
    pub fn push(&mut self, at: Time, due: Due) {
        self.heap.push(Entry {
            at,
            seq: self.next_seq,
            due,
        });
        self.next_seq += 1;
    }

    /// The next entry, left where it is.
    #[must_use]
    pub fn peek(&self) -> Option<(Time, Due)> {
        self.heap.peek().map(|entry| (entry.at, entry.due))
    }

    /// Takes the next entry out.
    pub fn pop(&mut self) -> Option<(Time, Due)> {
        self.heap.pop().map(|entry| (entry.at, entry.due))
    }
}
