//! SAFE-6 and 7: who follows whom, and that no two lead at once.

use std::collections::VecDeque;

use super::{Look, Property, Report};
use crate::mon::elector::modern::Strategy;
use crate::mon::paxos::Phase;
use crate::mon::{MonId, Monitor, Rank, RankSet, State};
use crate::sim::trace::EventId;

/// How many of the latest rounds, victories and collects are remembered; epochs only grow, so old ones can't matter.
const REMEMBERED: usize = 16;

/// Somebody did something in an epoch.
#[derive(Clone, Copy, Debug)]
struct Deed {
    epoch: u32,
    by: MonId,
    event: EventId,
}

/// Whom a monitor follows, or leads as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    epoch: u32,
    state: State,
    leader: Option<Rank>,
}

/// Where a monitor stands that never ran.
const NOWHERE: Place = Place {
    epoch: 0,
    state: State::Down,
    leader: None,
};

/// What is remembered of all monitors together.
#[derive(Clone, Debug)]
pub(super) struct Following {
    /// Where each monitor stood last.
    places: Vec<Place>,
    /// Whom each monitor followed last, in which epoch, and since which event.
    followed: Vec<Option<(u32, Rank, EventId)>>,
    /// Who finished a collect, the latest last.
    active: VecDeque<Deed>,
    /// Who declared victory, the latest last.
    won: VecDeque<Deed>,
    /// The rounds that somebody proposed himself in, by the first one to do so.
    rounds: VecDeque<Deed>,
    /// The latest event that may have kept an election message from its receiver.
    disturbed: Option<EventId>,
}

impl Following {
    pub(super) fn new(monitors: usize) -> Self {
        Self {
            places: vec![NOWHERE; monitors],
            followed: vec![None; monitors],
            active: VecDeque::new(),
            won: VecDeque::new(),
            rounds: VecDeque::new(),
            disturbed: None,
        }
    }

    /// This monitor remembers nothing any more.
    pub(super) fn forget(&mut self, mon: MonId) {
        self.followed[mon.index()] = None;
    }

    pub(super) const fn disturbed(&mut self, event: EventId) {
        self.disturbed = Some(event);
    }

    pub(super) fn check(&self, look: &Look<'_>, amnesia: bool, report: &mut Report<'_>) {
        let (m, epoch) = (look.m, look.epoch());
        for (epoch, _) in look.victories().filter(|_| !look.is_alone()) {
            self.one_victory(m, epoch, report);
        }
        if look.ended || !m.state.in_quorum() {
            return;
        }
        let i = m.id.index();
        if let (State::Peon, Some((then, leader, since))) = (m.state, self.followed[i]) {
            let holds = then != epoch || Some(leader) == m.leader;
            report.unless(holds, Property::OneLeaderFollowed, Some(since));
        }
        if serves(m)
            && !amnesia
            && let Some(other) = other_deed(&self.active, epoch, m.id)
        {
            report.unless(false, Property::OneLeaderActive, Some(other.event));
        }
        if place(m) != self.places[i] && !look.is_alone() {
            report.unless(order_holds(m), Property::RankOrder, None);
        }
    }

    /// SAFE-6c, as far as nothing is in the way now.
    fn one_victory(&self, m: &Monitor, epoch: u32, report: &mut Report<'_>) {
        let Some(other) = other_deed(&self.won, epoch, m.id) else {
            return;
        };
        let round = epoch.wrapping_sub(1);
        let first = self.rounds.iter().find(|deed| deed.epoch == round);
        // A round too old to be remembered is too old to have gone well.
        let undisturbed = first.is_some_and(|first| Some(first.event) > self.disturbed);
        report.unless(!undisturbed, Property::OneVictory, Some(other.event));
    }

    pub(super) fn remember(&mut self, look: &Look<'_>) {
        let (m, event) = (look.m, look.event.id);
        let deed = |epoch| Deed {
            epoch,
            by: m.id,
            event,
        };
        for (epoch, _) in look.victories() {
            push(&mut self.won, deed(epoch));
        }
        // A candidate proposes itself once in an epoch, but for the first boot.
        let epoch = look.epoch();
        if m.elector.electing_me() && !self.rounds.iter().any(|round| round.epoch == epoch) {
            push(&mut self.rounds, deed(epoch));
        }
        let here = place(m);
        if here != self.places[m.id.index()] {
            self.places[m.id.index()] = here;
            if let (State::Peon, Some(leader)) = (m.state, m.leader) {
                self.followed[m.id.index()] = Some((epoch, leader, event));
            }
        }
        let known = |deed: &Deed| deed.epoch == epoch && deed.by == m.id;
        if serves(m) && !self.active.iter().any(known) {
            push(&mut self.active, deed(epoch));
        }
    }
}

fn place(m: &Monitor) -> Place {
    Place {
        epoch: m.elector.epoch(),
        state: m.state,
        leader: m.leader,
    }
}

fn other_deed(deeds: &VecDeque<Deed>, epoch: u32, mon: MonId) -> Option<Deed> {
    let other = |deed: &&Deed| deed.epoch == epoch && deed.by != mon;
    deeds.iter().rev().find(other).copied()
}

fn push(deeds: &mut VecDeque<Deed>, deed: Deed) {
    if deeds.len() == REMEMBERED {
        deeds.pop_front();
    }
    deeds.push_back(deed);
}

/// A leader with peons that has finished its collect.
fn serves(m: &Monitor) -> bool {
    m.state == State::Leader && m.paxos.phase == Phase::Active && m.quorum.len() > 1
}

/// Who follows whom, by the strategy and the map of the election. (A later map has other ranks, and ends the quorum.)
fn order_holds(m: &Monitor) -> bool {
    let (strategy, disallowed) = match m.monmap.rules.strategy {
        Strategy::Classic => (Strategy::Classic, RankSet::EMPTY),
        other => (other, m.monmap.disallowed_leaders()),
    };
    let (Some(me), Some(leader)) = (m.rank, m.leader) else {
        return false;
    };
    let may_lead = !disallowed.contains(leader);
    match m.state {
        State::Leader => may_lead && leader == me,
        State::Peon if strategy == Strategy::Connectivity => may_lead && leader != me,
        State::Peon => may_lead && (leader < me || disallowed.contains(me)),
        _ => true,
    }
}
