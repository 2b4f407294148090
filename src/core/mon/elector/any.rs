//! The elector of either edition, as its monitor and those who watch it know it.

use super::modern::Owner;
use super::{Arrival, Out, View, luminous};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::tracker::ConnectionTracker;

/// The elector of one monitor. Only [`Edition`](crate::mon::edition::Edition) decides which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyElector {
    /// That of v12.
    Luminous(luminous::Elector),
    /// ElectionLogic and its owner.
    Modern(Box<Owner>),
}

/// What the monitor calls its elector for.
#[derive(Clone, Copy, Debug)]
pub(in crate::mon) enum Call<'a> {
    /// The monitor calls an election.
    Start,
    /// The election timer fired.
    Expire,
    /// An election message passed the gate.
    Dispatch(&'a Arrival<'a>),
    /// It is the only monitor of its map.
    Standalone,
    /// The process shuts down in order.
    Shutdown,
}

impl AnyElector {
    pub(in crate::mon) fn call(&mut self, view: &View<'_>, call: &Call<'_>, out: &mut Out<'_>) {
        match (self, call) {
            (Self::Luminous(elector), Call::Start) => elector.start(view, out),
            (Self::Luminous(elector), Call::Expire) => elector.expire(view, out),
            (Self::Luminous(elector), Call::Dispatch(m)) => elector.dispatch(view, m, out),
            (Self::Luminous(elector), Call::Standalone) => elector.win_standalone(view, out),
            (Self::Luminous(elector), Call::Shutdown) => elector.shutdown(out),
            (Self::Modern(owner), Call::Start) => owner.start(view, out),
            (Self::Modern(owner), Call::Expire) => owner.expire(view, out),
            (Self::Modern(owner), Call::Dispatch(m)) => owner.dispatch(view, m, out),
            (Self::Modern(owner), Call::Standalone) => owner.win_standalone(view, out),
            (Self::Modern(owner), Call::Shutdown) => owner.shutdown(out),
        }
    }

    /// Whether it takes part in elections: not after `quorum exit`.
    pub const fn set_participating(&mut self, participating: bool) {
        match self {
            Self::Luminous(elector) => elector.participating = participating,
            Self::Modern(owner) => owner.logic.participating = participating,
        }
    }

    /// The half that acts, of a modern one.
    #[must_use]
    pub const fn modern(&self) -> Option<&Owner> {
        match self {
            Self::Luminous(_) => None,
            Self::Modern(owner) => Some(owner),
        }
    }

    pub(in crate::mon) const fn modern_mut(&mut self) -> Option<&mut Owner> {
        match self {
            Self::Luminous(_) => None,
            Self::Modern(owner) => Some(owner),
        }
    }

    // -- what can be seen of it

    /// The election epoch; 0 until the first election of the process. Odd: an election runs.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        match self {
            Self::Luminous(elector) => elector.epoch,
            Self::Modern(owner) => owner.logic.epoch,
        }
    }

    /// Is it a candidate in the present round?
    #[must_use]
    pub const fn electing_me(&self) -> bool {
        match self {
            Self::Luminous(elector) => elector.electing_me,
            Self::Modern(owner) => owner.logic.electing_me,
        }
    }

    /// Whom it acked.
    #[must_use]
    pub const fn leader_acked(&self) -> Option<Rank> {
        match self {
            Self::Luminous(elector) => elector.leader_acked,
            Self::Modern(owner) => owner.logic.leader_acked,
        }
    }

    /// Who acked it, itself included.
    #[must_use]
    pub fn voters(&self) -> RankSet {
        match self {
            Self::Luminous(elector) => elector.voters(),
            Self::Modern(owner) => owner.logic.acked_me,
        }
    }

    /// The same, in the order in which their acks came.
    #[must_use]
    pub fn acked_me(&self) -> Vec<Rank> {
        match self {
            Self::Luminous(elector) => elector.acked_me.iter().map(|(rank, _)| *rank).collect(),
            Self::Modern(owner) => {
                let known = owner.peer_info().iter().map(|peer| peer.rank);
                known.filter(|rank| self.voters().contains(*rank)).collect()
            }
        }
    }

    /// Does it take part? Not after `quorum exit`.
    #[must_use]
    pub const fn participating(&self) -> bool {
        match self {
            Self::Luminous(elector) => elector.participating,
            Self::Modern(owner) => owner.logic.participating,
        }
    }

    /// `connectivity_scores`, as its store holds them; luminous has none.
    #[must_use]
    pub fn stored_scores(&self) -> Option<&ConnectionTracker> {
        self.modern()?.logic.store.scores.as_ref()
    }
}
