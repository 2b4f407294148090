//! Which of the author's expectations were met.

use crate::mon::{MonId, RankSet, Time};
use crate::scenario::{Condition, Expect, When};
use crate::sim::{EventKind, Trace, World};

/// How it stands with an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// It has not fallen due, and is not decided.
    Open,
    /// It was so.
    Yes,
    /// It was not.
    No,
    /// Somebody stepped in before it fell due: what the author expected of the undisturbed run is no question any more.
    Void,
}

/// The expectations of a scenario and how each stands.
#[derive(Clone, Debug)]
pub struct Score {
    rows: Vec<(Expect, Met)>,
    open: usize,
}

impl Score {
    /// Nothing decided yet.
    #[must_use]
    pub fn new(expects: &[Expect]) -> Self {
        Self {
            rows: expects
                .iter()
                .map(|expect| (expect.clone(), Met::Open))
                .collect(),
            open: expects.len(),
        }
    }

    /// Each expectation with how it stands, in the order of the document.
    #[must_use]
    pub fn rows(&self) -> &[(Expect, Met)] {
        &self.rows
    }

    /// Time is about to reach `at`: what falls due strictly before it is decided by the world as it is.
    pub(super) fn pass_until(&mut self, at: Time, world: &World, trace: &Trace) {
        self.decide(|due| due < at, world, trace);
    }

    /// Everything up to and including `at` has happened: what falls due by then is decided.
    pub(super) fn pass_through(&mut self, at: Time, world: &World, trace: &Trace) {
        self.decide(|due| due <= at, world, trace);
    }

    /// Somebody does something by hand at `at`: what falls due from then on is void, unless it came true before.
    pub(super) fn void_from(&mut self, at: Time) {
        for (expect, met) in &mut self.rows {
            let early = if expect.never { Met::No } else { Met::Yes };
            let came_true = matches!(expect.when, When::By(_)) && *met == early;
            if expect.when.time() >= at && !came_true {
                *met = Met::Void;
            }
        }
        self.open = self
            .rows
            .iter()
            .filter(|(_, met)| *met == Met::Open)
            .count();
    }

    fn decide(&mut self, is_due: impl Fn(Time) -> bool, world: &World, trace: &Trace) {
        if self.open == 0 {
            return;
        }
        for (expect, met) in &mut self.rows {
            if *met == Met::Open && is_due(expect.when.time()) {
                let holds = holds_all(&expect.what, expect.when.time(), world, trace);
                *met = if holds == expect.never {
                    Met::No
                } else {
                    Met::Yes
                };
                self.open -= 1;
            }
        }
    }

    /// Something happened: `by …` may have become true.
    pub(super) fn look(&mut self, world: &World, trace: &Trace) {
        if self.open == 0 {
            return;
        }
        for (expect, met) in &mut self.rows {
            let When::By(by) = expect.when else { continue };
            let undecided =
                *met == Met::Open && world.now() <= by && !waits_for_the_end(&expect.what);
            if undecided && holds_all(&expect.what, world.now(), world, trace) {
                *met = if expect.never { Met::No } else { Met::Yes };
                self.open -= 1;
            }
        }
    }
}

/// Conditions about a whole stretch of time are decided at its end only: early on they hold of nothing.
fn waits_for_the_end(what: &[Condition]) -> bool {
    what.iter().any(|condition| {
        matches!(
            condition,
            Condition::Outage(_) | Condition::Elections { .. } | Condition::Violation(None)
        )
    })
}

fn holds_all(what: &[Condition], at: Time, world: &World, trace: &Trace) -> bool {
    what.iter()
        .all(|condition| holds(condition, at, world, trace))
}

/// Is this so at `at`, an instant between the world's latest event and its next one?
#[must_use]
pub fn holds(condition: &Condition, at: Time, world: &World, trace: &Trace) -> bool {
    let monitors = world.monitors();
    match condition {
        Condition::Leader(wanted) => world.leader() == *wanted,
        Condition::Quorum(wanted) => quorum(world) == *wanted,
        Condition::State(mon, state) => world.monitor(*mon).state == *state,
        Condition::Epoch(epoch) => monitors.iter().map(|m| m.elector.epoch()).max() == Some(*epoch),
        Condition::Victories(least) => world.victories() >= *least,
        Condition::BranchTaken(branch, mon) => world.has_taken(*branch, *mon),
        Condition::TwoLeaders => {
            let leading: Vec<u32> = leaders(world)
                .map(|mon| world.monitor(mon).elector.epoch())
                .collect();
            leading
                .iter()
                .enumerate()
                .any(|(i, epoch)| leading[..i].contains(epoch))
        }
        Condition::Leaders(least) => leaders(world).count() >= *least as usize,
        Condition::Outage(most) => world.longest_outage_by(at) <= *most,
        Condition::Elections { count, from, to } => {
            let to = (*to).min(at);
            let won = trace.events()[..world.last_event() as usize]
                .iter()
                .filter(|event| {
                    event.kind == EventKind::Victory && event.at >= *from && event.at <= to
                });
            won.count() == *count as usize
        }
        Condition::Violation(None) => world.violations().is_empty(),
        Condition::Violation(Some(id)) => world
            .violations()
            .iter()
            .any(|(_, property)| property.id() == id),
        Condition::MonmapEpoch(mon, epoch) => world.monitor(*mon).monmap.epoch == *epoch,
        Condition::LastCommitted(mon, least) => {
            world.monitor(*mon).store.paxos.last_committed >= *least
        }
    }
}

fn leaders(world: &World) -> impl Iterator<Item = MonId> + '_ {
    world
        .monitors()
        .iter()
        .filter(|m| m.state == crate::mon::State::Leader)
        .map(|m| m.id)
}

/// The quorum of the leader that has all of it behind it, as starting ranks; empty when there is none.
fn quorum(world: &World) -> RankSet {
    let Some(leader) = world.leader().map(|leader| world.monitor(leader)) else {
        return RankSet::EMPTY;
    };
    let owner = |rank| leader.monmap.addr(rank).and_then(|addr| world.owner(addr));
    let members = leader.quorum.iter().filter_map(owner);
    members.map(|mon| world.starting_rank(mon)).collect()
}
