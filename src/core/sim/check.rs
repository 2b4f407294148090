//! Properties that hold in every reachable state, checked while it runs: cheap, and reported rather than asserted.
//!
//! [`Checker::observe`] looks at a monitor after every input it handled. What is broken comes back with the earlier
//! event that it contradicts; the world records both. The properties themselves:
//!
//! * `round`: SAFE-1 to 5, an election as one monitor sees it.  * `following`: SAFE-6 and 7, who follows whom.
//! * `history`: SAFE-8 to 10, what Paxos keeps.  * `scores`: SAFE-11, who reaches whom.

#[cfg(test)]
mod broken_on_purpose;
mod following;
mod history;
mod round;
mod scores;

use following::Following;
use history::History;
use scores::Reports;

use super::trace::{Event, EventId};
use crate::mon::decision::Step;
use crate::mon::effect::{Effect, Outcome};
use crate::mon::message::{Body, Election};
use crate::mon::monmap::Addr;
use crate::mon::tracker::ConnectionTracker;
use crate::mon::{Branch, MonId, Monitor, Rank, RankSet};

/// A property that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Property {
    /// SAFE-1: a live monitor's epoch never decreases, nor does the stored one.
    EpochMonotone,
    /// SAFE-2: odd while electing, even when settled; messages likewise.
    Parity,
    /// SAFE-3: a victory has more than half of the map behind it: just those who acked, the declarer included.
    Majority,
    /// SAFE-4: everybody who counts as a voter acked in the candidate's round.
    AcksOfTheRound,
    /// SAFE-5: a candidate has acked nobody, and within an epoch a vote only moves to a better candidate.
    OneVote,
    /// SAFE-6a: a monitor follows at most one leader in an epoch.
    OneLeaderFollowed,
    /// SAFE-6b: at most one leader of an epoch finishes its collect.
    OneLeaderActive,
    /// SAFE-6c: where everybody hears everybody in time, one monitor at most declares victory in an epoch.
    OneVictory,
    /// SAFE-7: a leader's rank is lower than its peons', as far as the strategy goes by ranks, and it may lead.
    RankOrder,
    /// SAFE-8: what is committed was accepted by the whole quorum, and stays.
    Committed,
    /// SAFE-9: proposal numbers drawn increase, promised ones don't decrease; they end in the rank of who drew them.
    ProposalNumbers,
    /// SAFE-10: two quorums of the same monmap have a member in common.
    QuorumsMeet,
    /// SAFE-11: scores stay within their bounds, reports only get newer, and nobody's own is overwritten.
    Scores,
    /// Ceph's own assertions, as far as a correct run never trips them.
    Assertion,
}

impl Property {
    /// Every property that is checked, in the order of its numbers.
    pub const ALL: [Self; 14] = [
        Self::EpochMonotone,
        Self::Parity,
        Self::Majority,
        Self::AcksOfTheRound,
        Self::OneVote,
        Self::OneLeaderFollowed,
        Self::OneLeaderActive,
        Self::OneVictory,
        Self::RankOrder,
        Self::Committed,
        Self::ProposalNumbers,
        Self::QuorumsMeet,
        Self::Scores,
        Self::Assertion,
    ];

    /// Its id in the specification.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::EpochMonotone => "SAFE-1",
            Self::Parity => "SAFE-2",
            Self::Majority => "SAFE-3",
            Self::AcksOfTheRound => "SAFE-4",
            Self::OneVote => "SAFE-5",
            Self::OneLeaderFollowed => "SAFE-6a",
            Self::OneLeaderActive => "SAFE-6b",
            Self::OneVictory => "SAFE-6c",
            Self::RankOrder => "SAFE-7",
            Self::Committed => "SAFE-8",
            Self::ProposalNumbers => "SAFE-9",
            Self::QuorumsMeet => "SAFE-10",
            Self::Scores => "SAFE-11",
            Self::Assertion => "ASSERT",
        }
    }
}

/// A property that does not hold any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub property: Property,
    /// The earlier event that the present one contradicts, where there is one: the first of two victories, the vote
    /// that was given before, the event that raised the epoch.
    pub against: Option<EventId>,
}

/// An epoch with the event in which it was reached.
type Reached = (u32, Option<EventId>);

/// What is remembered of a monitor between two of its inputs.
#[derive(Clone, Debug, Default)]
struct Seen {
    epoch: Reached,
    stored_epoch: u32,
    electing_me: bool,
    voters: RankSet,
    /// The latest ack that it heard from each monitor, by identity; epoch 0: none.
    acks: Vec<Reached>,
    /// Whom it acked, and in which event.
    leader_acked: Option<(Rank, EventId)>,
    /// The scores that its choice sent along.
    choice: Option<ConnectionTracker>,
    /// The latest proposal number it drew, and in which event.
    last_pn: (u64, Option<EventId>),
    accepted_pn: u64,
    rank: Option<Rank>,
    /// How many monitors its map had.
    monitors: usize,
    reports: Reports,
}

/// The checker of a run.
#[derive(Clone, Debug)]
pub struct Checker {
    /// The owner of each address.
    owners: Vec<MonId>,
    seen: Vec<Seen>,
    following: Following,
    history: History,
    /// A disk was emptied: a voter that forgets its vote may give it twice, and nothing keeps two leaders of an epoch
    /// apart any more; nor is a value kept that it had accepted. No property promises that, so it isn't checked from
    /// then on.
    amnesia: bool,
    /// Some map has fewer members than the one before it.
    shrunk: bool,
    /// Messages may arrive twice, late or not at all. Ceph's assertions rely on sessions that keep that from happening.
    untrusted: bool,
}

/// What there is to look at: a monitor, and the input that it just handled.
struct Look<'a> {
    m: &'a Monitor,
    event: &'a Event,
    effects: &'a [Effect],
    steps: &'a [Step],
    /// The process ended within the handler, so the monitor may not have come to its new state.
    ended: bool,
    /// Is a victory among the effects? An election message? A commit?
    victory: bool,
    election: bool,
    commit: bool,
}

impl<'a> Look<'a> {
    fn new(m: &'a Monitor, event: &'a Event, outcome: &'a Outcome) -> Self {
        let mut look = Self {
            m,
            event,
            effects: &outcome.effects,
            steps: outcome.path.steps(),
            ended: false,
            victory: false,
            election: false,
            commit: false,
        };
        for effect in look.effects {
            match effect {
                Effect::Exit | Effect::Abort(_) => look.ended = true,
                Effect::Victory { .. } => look.victory = true,
                Effect::Committed { .. } => look.commit = true,
                Effect::Send {
                    body: Body::Election(_),
                    ..
                } => look.election = true,
                _ => {}
            }
        }
        look
    }

    /// The effects, if there is anything of the kind among them.
    const fn effects_if(&self, any: bool) -> &'a [Effect] {
        if any { self.effects } else { &[] }
    }

    fn took(&self, branch: Branch) -> bool {
        self.steps.iter().any(|step| step.branch == branch)
    }

    /// The only monitor of its map elects itself, by rules of its own.
    fn is_alone(&self) -> bool {
        self.m.monmap.len() < 2
    }

    fn epoch(&self) -> u32 {
        self.m.elector.epoch()
    }

    fn victories(&self) -> impl Iterator<Item = (u32, RankSet)> + '_ {
        let effects = self.effects_if(self.victory).iter();
        effects.filter_map(|effect| match effect {
            Effect::Victory { epoch, quorum } => Some((*epoch, *quorum)),
            _ => None,
        })
    }

    fn election_messages(&self) -> impl Iterator<Item = &Election> + '_ {
        let effects = self.effects_if(self.election).iter();
        effects.filter_map(|effect| match effect {
            Effect::Send {
                body: Body::Election(election),
                ..
            } => Some(election),
            _ => None,
        })
    }
}

/// Where what is broken is noted.
struct Report<'a>(&'a mut Vec<Broken>);

impl Report<'_> {
    fn unless(&mut self, holds: bool, property: Property, against: Option<EventId>) {
        if !holds {
            self.0.push(Broken { property, against });
        }
    }
}

impl Checker {
    /// A checker for monitors with these addresses, of which a majority has Paxos versions up to `newest`.
    #[must_use]
    pub fn new(owners: &[MonId], newest: u64) -> Self {
        let monitors = owners.len();
        let seen = Seen {
            acks: vec![(0, None); monitors],
            ..Seen::default()
        };
        Self {
            owners: owners.to_vec(),
            seen: vec![seen; monitors],
            following: Following::new(monitors),
            history: History::new(monitors, newest),
            amnesia: false,
            shrunk: false,
            untrusted: false,
        }
    }

    /// The process of this monitor ended: its memory starts anew, its disk does not.
    pub fn process_ended(&mut self, mon: MonId) {
        let seen = &mut self.seen[mon.index()];
        *seen = Seen {
            stored_epoch: seen.stored_epoch,
            epoch: (0, seen.epoch.1),
            acks: vec![(0, None); self.owners.len()],
            last_pn: seen.last_pn,
            accepted_pn: seen.accepted_pn,
            rank: seen.rank,
            ..Seen::default()
        };
    }

    /// The disk of this monitor was emptied.
    pub fn disk_wiped(&mut self, mon: MonId) {
        self.amnesia = true;
        self.seen[mon.index()] = Seen {
            acks: vec![(0, None); self.owners.len()],
            ..Seen::default()
        };
        self.following.forget(mon);
        self.history.forget(mon);
    }

    /// From now on messages may be lost, doubled or overtaken though nobody died.
    pub const fn distrust_sessions(&mut self) {
        self.untrusted = true;
    }

    /// Something happened that may keep an election message from its receiver: an action, a loss, a message thrown away
    /// or late. Two victories in a round that it falls into are nobody's fault.
    pub fn disturbed(&mut self, event: EventId) {
        self.following.disturbed(event);
    }

    /// Looks at a monitor that just handled an input, and notes every property that does not hold. That no disturbance
    /// lasts, which [`Property::OneVictory`] asks for as well, only the world can say.
    pub fn observe(
        &mut self,
        m: &Monitor,
        event: &Event,
        outcome: &Outcome,
        broken: &mut Vec<Broken>,
    ) {
        let look = Look::new(m, event, outcome);
        let report = &mut Report(broken);
        if !self.untrusted {
            assertions(&look, self.shrunk, report);
        }
        let owners = &self.owners;
        let owner = |addr: Addr| owners.get(addr.0 as usize).copied();
        let seen = &mut self.seen[m.id.index()];
        round::check(&look, seen, owner, report);
        self.following.check(&look, self.amnesia, report);
        history::numbers(&look, seen, report);
        self.history.check(&look, self.amnesia, owner, report);
        self.shrunk |= m.monmap.len() < seen.monitors;
        seen.reports.check(&look, self.shrunk, report);
        remember(&look, seen);
        self.following.remember(&look);
        self.history.remember(&look);
    }
}

/// Ceph aborts, so the process is down: what it left behind is no state to look at.
fn assertions(look: &Look<'_>, shrunk: bool, report: &mut Report<'_>) {
    for effect in look.effects_if(look.ended) {
        if let Effect::Abort(branch) = effect {
            // Who missed a map that took ranks away counts its own differently from the next one, in Ceph as here. Who
            // follows such a one by its old rank acks to whoever has that rank now.
            let ranks_moved = *branch == Branch::C3 || shrunk && *branch == Branch::B5Epoch;
            report.unless(ranks_moved, Property::Assertion, None);
        }
    }
}

fn remember(look: &Look<'_>, seen: &mut Seen) {
    let (m, event) = (look.m, look.event.id);
    let elector = &m.elector;
    if look.epoch() != seen.epoch.0 {
        seen.epoch = (look.epoch(), Some(event));
    }
    seen.stored_epoch = m.store.election_epoch;
    seen.electing_me = elector.electing_me();
    seen.voters = round::voters(m);
    if elector.leader_acked() != seen.leader_acked.map(|(rank, _)| rank) {
        seen.leader_acked = elector.leader_acked().map(|rank| (rank, event));
    }
    if round::may_choose(look) {
        let choice = elector.modern().map(|owner| &owner.logic.leader_tracker);
        seen.choice.clone_from(choice.unwrap_or(&None));
    }
    if m.store.paxos.last_pn != seen.last_pn.0 {
        seen.last_pn = (m.store.paxos.last_pn, Some(event));
    }
    seen.accepted_pn = m.store.paxos.accepted_pn;
    seen.rank = m.rank;
    seen.monitors = m.monmap.len();
}
