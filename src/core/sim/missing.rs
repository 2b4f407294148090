//! What a timer waited for in vain: the first expected message that was lost since it was armed, or the death, pause or
//! cut that explains why none came.

use std::collections::VecDeque;

use super::trace::EventId;
use super::world::{Arming, World};
use crate::mon::{Kind, MonId, Monitor, Rank, RankSet, State, Timer};

/// How many losses are remembered; a timer waits seconds, and losses are rare.
const LOSSES_MAX: usize = 256;

/// What a message belongs to, as far as waiting goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Probe,
    Election,
    Collect,
    Commit,
    Lease,
    Sync,
    Request,
    Ping,
}

impl Class {
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Probe | Kind::ProbeReply => Self::Probe,
            Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak => Self::Election,
            Kind::Collect | Kind::Last => Self::Collect,
            Kind::Begin | Kind::Accept | Kind::Commit => Self::Commit,
            Kind::Sync => Self::Sync,
            Kind::Join | Kind::Forward | Kind::Route => Self::Request,
            Kind::Lease | Kind::LeaseAck => Self::Lease,
            Kind::Ping => Self::Ping,
        }
    }
}

/// A message that was lost, or swallowed unread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost {
    /// The event of its loss.
    pub(super) event: EventId,
    pub(super) from: MonId,
    pub(super) to: MonId,
    pub(super) class: Class,
}

/// The latest losses, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(VecDeque<Lost>);

impl Losses {
    pub(super) fn note(&mut self, lost: Lost) {
        if self.0.len() == LOSSES_MAX {
            self.0.pop_front();
        }
        self.0.push_back(lost);
    }

    fn first_between(&self, a: MonId, b: MonId, class: Class, since: EventId) -> Option<EventId> {
        self.0
            .iter()
            .find(|lost| {
                let between = (lost.from, lost.to) == (a, b) || (lost.from, lost.to) == (b, a);
                between && lost.class == class && lost.event > since
            })
            .map(|lost| lost.event)
    }
}

/// Whom a timer of this monitor waits for, and for what.
fn expected(m: &Monitor, timer: Timer) -> (RankSet, Class) {
    let others = m.monmap.others(m.rank);
    let without = |set: RankSet, gone: RankSet| RankSet(set.0 & !gone.0);
    let mut members = m.quorum;
    if let Some(me) = m.rank {
        members.remove(me);
    }
    match timer {
        Timer::Probe => (others, Class::Probe),
        Timer::Election => match m.elector.leader_acked() {
            Some(leader) => (RankSet::one(leader), Class::Election),
            None => (without(others, m.elector.voters()), Class::Election),
        },
        Timer::Collect => {
            let answered = m.paxos.peers.iter().map(|peer| peer.peer).collect();
            (without(members, answered), Class::Collect)
        }
        Timer::Accept => (without(members, m.paxos.accepted), Class::Commit),
        Timer::Sync => {
            let provider = m
                .syncing
                .as_ref()
                .and_then(|sync| m.monmap.rank_of_addr(sync.provider));
            (provider.map_or(RankSet::EMPTY, RankSet::one), Class::Sync)
        }
        Timer::LeaseAck => (without(members, m.paxos.acked_lease), Class::Lease),
        Timer::LeaseTimeout => (m.leader.map_or(RankSet::EMPTY, RankSet::one), Class::Lease),
        // They wait for nobody.
        Timer::LeaseRenew => (RankSet::EMPTY, Class::Lease),
        Timer::Ping => (RankSet::EMPTY, Class::Ping),
        Timer::Recovery => (RankSet::EMPTY, Class::Commit),
    }
}

/// What `timer` of `mon` waited for in vain; `None`: nothing, or nothing explains it.
pub(super) fn explain(world: &World, mon: MonId, timer: Timer, armed: Arming) -> Option<EventId> {
    let m = world.monitor(mon);
    let (peers, class) = expected(m, timer);
    let ids = || {
        let addrs = peers.iter().filter_map(|rank: Rank| m.monmap.addr(rank));
        addrs.filter_map(|addr| world.owner(addr))
    };
    let lost = ids().filter_map(|peer| world.losses.first_between(mon, peer, class, armed.by));
    lost.min()
        .or_else(|| ids().find_map(|peer| world.silence_of(mon, peer, (armed.by, armed.at))))
        .or_else(|| ids().find_map(|peer| leader_waits_for(world, peer)))
}

/// A leader that is itself waiting for somebody grants no lease: what explains that.
fn leader_waits_for(world: &World, leader: MonId) -> Option<EventId> {
    if world.monitor(leader).state != State::Leader {
        return None;
    }
    [Timer::Collect, Timer::Accept, Timer::LeaseAck]
        .into_iter()
        .find_map(|timer| {
            let armed = world.arming(leader, timer)?;
            let m = world.monitor(leader);
            let (peers, _) = expected(m, timer);
            let mut ids = peers
                .iter()
                .filter_map(|rank| m.monmap.addr(rank))
                .filter_map(|addr| world.owner(addr));
            ids.find_map(|peer| world.silence_of(leader, peer, (armed.by, armed.at)))
        })
}
