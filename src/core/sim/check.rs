//! Properties that hold in every reachable state, checked while it runs: cheap, and reported rather than asserted.

mod history;

use history::History;

use crate::mon::effect::{Effect, Write};
use crate::mon::elector::modern::Strategy;
use crate::mon::message::{Body, ElectionOp};
use crate::mon::monmap::Addr;
use crate::mon::paxos::Phase;
use crate::mon::{Branch, MonId, Monitor, Rank, RankSet, State};

/// A property that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Property {
    /// SAFE-1: a live monitor's epoch never decreases, nor does the stored one.
    EpochMonotone,
    /// SAFE-2: odd while electing, even when settled; messages likewise.
    Parity,
    /// SAFE-3: a victory has more than half of the map behind it, the declarer included.
    Majority,
    /// SAFE-4: everybody in a declared quorum acked in the declarer's round.
    AcksOfTheRound,
    /// SAFE-5: a candidate has acked nobody, and within an epoch a vote only moves to a lower rank (but by scores).
    OneVote,
    /// SAFE-6a: a monitor follows at most one leader in an epoch.
    OneLeaderFollowed,
    /// SAFE-6b: at most one leader of an epoch finishes its collect.
    OneLeaderActive,
    /// SAFE-7: a leader's rank is lower than its peons', as far as the strategy goes by ranks, and it may lead.
    RankOrder,
    /// SAFE-9: proposal numbers drawn and promised never decrease, and end in the rank of who drew them.
    ProposalNumbers,
    /// SAFE-8: what is committed was accepted by the whole quorum, and stays.
    Committed,
    /// SAFE-10: two quorums of the same monmap have a member in common.
    QuorumsMeet,
}

impl Property {
    /// Every property that is checked.
    pub const ALL: [Self; 11] = [
        Self::EpochMonotone,
        Self::Parity,
        Self::Majority,
        Self::AcksOfTheRound,
        Self::OneVote,
        Self::OneLeaderFollowed,
        Self::OneLeaderActive,
        Self::RankOrder,
        Self::ProposalNumbers,
        Self::Committed,
        Self::QuorumsMeet,
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
            Self::RankOrder => "SAFE-7",
            Self::ProposalNumbers => "SAFE-9",
            Self::Committed => "SAFE-8",
            Self::QuorumsMeet => "SAFE-10",
        }
    }
}

/// What is remembered of a monitor between two of its inputs.
#[derive(Clone, Debug, Default)]
struct Seen {
    epoch: u32,
    stored_epoch: u32,
    leader_acked: Option<Rank>,
    followed: Option<(u32, Rank)>,
    rank: Option<Rank>,
    last_pn: u64,
    accepted_pn: u64,
    /// The latest epoch in which it acked each monitor, by identity; 0: never.
    acked: Vec<u32>,
}

/// The checker of a run.
#[derive(Clone, Debug)]
pub struct Checker {
    /// The owner of each address.
    owners: Vec<MonId>,
    seen: Vec<Seen>,
    history: History,
    /// The leaders that finished a collect, the latest last.
    active: Vec<(u32, MonId)>,
    /// A disk was emptied: a voter that forgets its vote may give it twice, and nothing keeps two leaders of an epoch
    /// apart any more; nor is a value kept that it had accepted. No property promises that, so it isn't checked from
    /// then on.
    amnesia: bool,
}

/// How many finished collects are remembered; epochs only grow, so old ones can't matter.
const ACTIVE_MAX: usize = 16;

impl Checker {
    /// A checker for monitors with these addresses, of which a majority has Paxos versions up to `newest`.
    #[must_use]
    pub fn new(owners: &[MonId], newest: u64) -> Self {
        let monitors = owners.len();
        let seen = vec![
            Seen {
                acked: vec![0; monitors],
                ..Seen::default()
            };
            monitors
        ];
        Self {
            owners: owners.to_vec(),
            seen,
            history: History::new(monitors, newest),
            active: Vec::new(),
            amnesia: false,
        }
    }

    /// The process of this monitor ended: its memory may start anew, its disk may not.
    pub fn process_ended(&mut self, mon: MonId) {
        let seen = &mut self.seen[mon.index()];
        seen.epoch = 0;
        seen.leader_acked = None;
    }

    /// The disk of this monitor was emptied.
    pub fn disk_wiped(&mut self, mon: MonId) {
        self.amnesia = true;
        let seen = &mut self.seen[mon.index()];
        *seen = Seen {
            // The acks it sent were sent: whoever counts them has them.
            acked: std::mem::take(&mut seen.acked),
            ..Seen::default()
        };
    }

    /// Looks at a monitor that just handled an input, and gives the first property that does not hold.
    pub fn observe(
        &mut self,
        m: &Monitor,
        effects: &[Effect],
        took_propose_3: bool,
    ) -> Option<Property> {
        let alone = m.monmap.len() < 2;
        self.note_acks(m, effects);
        let owners = &self.owners;
        let owner = |addr: Addr| owners.get(addr.0 as usize).copied();
        let commits_hold = self.history.commits_hold(m, effects, owner);
        let quorums_meet = self.history.quorums_meet(m, effects);
        let seen = &self.seen[m.id.index()];
        let epoch = m.elector.epoch();
        let broken = if epoch < seen.epoch || m.store.election_epoch < seen.stored_epoch {
            Some(Property::EpochMonotone)
        } else if !alone && !parity_holds(m, effects, took_propose_3) {
            Some(Property::Parity)
        } else if !majority_holds(m, effects) {
            Some(Property::Majority)
        } else if !alone && !self.acks_hold(m, effects) {
            Some(Property::AcksOfTheRound)
        } else if !one_vote_holds(m, seen) {
            Some(Property::OneVote)
        } else if m.state == State::Peon
            && seen
                .followed
                .is_some_and(|(e, l)| e == epoch && Some(l) != m.leader)
        {
            Some(Property::OneLeaderFollowed)
        } else if !self.amnesia
            && serves(m)
            && self
                .active
                .iter()
                .any(|(e, other)| *e == epoch && *other != m.id)
        {
            Some(Property::OneLeaderActive)
        } else if !alone && epoch != seen.epoch && !order_holds(m) {
            Some(Property::RankOrder)
        } else if !numbers_hold(m, effects, seen) {
            Some(Property::ProposalNumbers)
        } else if !self.amnesia && !commits_hold {
            Some(Property::Committed)
        } else if !self.amnesia && !quorums_meet {
            Some(Property::QuorumsMeet)
        } else {
            None
        };
        self.remember(m);
        broken
    }

    fn note_acks(&mut self, m: &Monitor, effects: &[Effect]) {
        for effect in effects {
            let Effect::Send {
                to,
                body: Body::Election(election),
            } = effect
            else {
                continue;
            };
            let receiver = self.owners.get(to.0 as usize);
            if let (ElectionOp::Ack, Some(receiver)) = (&election.op, receiver) {
                self.seen[m.id.index()].acked[receiver.index()] = election.epoch;
            }
        }
    }

    fn acks_hold(&self, m: &Monitor, effects: &[Effect]) -> bool {
        victories(effects).all(|(epoch, quorum)| {
            quorum
                .iter()
                .filter(|rank| Some(*rank) != m.rank)
                .all(|rank| {
                    let voter = m
                        .monmap
                        .addr(rank)
                        .and_then(|addr| self.owners.get(addr.0 as usize));
                    voter.is_some_and(|voter| {
                        self.seen[voter.index()].acked[m.id.index()] + 1 == epoch
                    })
                })
        })
    }

    fn remember(&mut self, m: &Monitor) {
        let epoch = m.elector.epoch();
        if serves(m) && !self.active.contains(&(epoch, m.id)) {
            if self.active.len() == ACTIVE_MAX {
                self.active.remove(0);
            }
            self.active.push((epoch, m.id));
        }
        self.history.remember(m);
        let seen = &mut self.seen[m.id.index()];
        seen.epoch = epoch;
        seen.rank = m.rank;
        seen.stored_epoch = m.store.election_epoch;
        seen.leader_acked = m.elector.leader_acked();
        if let (State::Peon, Some(leader)) = (m.state, m.leader) {
            seen.followed = Some((epoch, leader));
        }
        seen.last_pn = m.store.paxos.last_pn;
        seen.accepted_pn = m.store.paxos.accepted_pn;
    }
}

/// A leader with peons that has finished its collect.
fn serves(m: &Monitor) -> bool {
    m.state == State::Leader && m.paxos.phase == Phase::Active && m.quorum.len() > 1
}

fn victories(effects: &[Effect]) -> impl Iterator<Item = (u32, RankSet)> + '_ {
    effects.iter().filter_map(|effect| match effect {
        Effect::Victory { epoch, quorum } => Some((*epoch, *quorum)),
        _ => None,
    })
}

fn parity_holds(m: &Monitor, effects: &[Effect], took_propose_3: bool) -> bool {
    let odd = m.elector.epoch() % 2 == 1;
    // One that ends within a handler may not have come to its new state.
    let ends = |effect: &Effect| matches!(effect, Effect::Exit | Effect::Abort(_));
    let state_fits = match m.state {
        _ if effects.iter().any(ends) => true,
        State::Leader | State::Peon => !odd,
        State::Electing if m.elector.electing_me() => odd,
        _ => true,
    };
    state_fits
        && effects.iter().all(|effect| {
            let Effect::Send {
                body: Body::Election(election),
                ..
            } = effect
            else {
                return true;
            };
            let odd = election.epoch % 2 == 1;
            match election.op {
                ElectionOp::Propose => odd,
                // The fall-through of PROPOSE-3 may ack in a settled epoch.
                ElectionOp::Ack => odd || took_propose_3,
                ElectionOp::Victory { .. } => !odd,
                ElectionOp::Nak { .. } => true,
            }
        })
}

fn majority_holds(m: &Monitor, effects: &[Effect]) -> bool {
    victories(effects).all(|(_, quorum)| {
        quorum.len() >= m.monmap.majority() && m.rank.is_some_and(|me| quorum.contains(me))
    })
}

fn one_vote_holds(m: &Monitor, seen: &Seen) -> bool {
    let e = &m.elector;
    let torn = e.electing_me() && e.leader_acked().is_some();
    // By scores a vote may move to a higher rank.
    let by_rank = m.monmap.rules.strategy != Strategy::Connectivity;
    let worsened = by_rank
        && e.epoch() == seen.epoch
        && matches!((seen.leader_acked, e.leader_acked()), (Some(before), Some(now)) if now > before);
    !torn && !worsened
}

/// Who follows whom, by the strategy and the map of the election. (A later map has other ranks, and ends the quorum.)
fn order_holds(m: &Monitor) -> bool {
    let (strategy, disallowed) = match m.monmap.rules.strategy {
        Strategy::Classic => (Strategy::Classic, RankSet::EMPTY),
        other => (other, m.monmap.disallowed_leaders()),
    };
    let (Some(me), Some(leader)) = (m.rank, m.leader) else {
        return !m.state.in_quorum();
    };
    let may_lead = !disallowed.contains(leader);
    match m.state {
        State::Leader => may_lead,
        State::Peon if strategy == Strategy::Connectivity => may_lead,
        State::Peon => may_lead && (leader < me || disallowed.contains(me)),
        _ => true,
    }
}

/// A copy that wipes first brings the provider's numbers with it.
fn numbers_hold(m: &Monitor, effects: &[Effect], seen: &Seen) -> bool {
    let paxos = &m.store.paxos;
    let grow = paxos.last_pn >= seen.last_pn && paxos.accepted_pn >= seen.accepted_pn;
    // The rank may change while the input is handled.
    let ranks = [m.rank, seen.rank].map(|rank| rank.map(|rank| u64::from(rank.0)));
    let own = effects.iter().all(|effect| match effect {
        Effect::Persist(Write::LastPn(pn)) => ranks.contains(&Some(pn % 100)),
        _ => true,
    });
    own && (grow || m.store.sync.in_sync)
}

/// Did this path go through PROPOSE-3, whose fall-through has exceptions of its own?
#[must_use]
pub fn took_propose_3(steps: &[crate::mon::decision::Step]) -> bool {
    steps.iter().any(|step| step.branch == Branch::Propose3)
}
