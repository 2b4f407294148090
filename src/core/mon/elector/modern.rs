//! The modern edition's elector, in two halves as Ceph has it: [`ElectionLogic`] decides, its owner acts.
//!
//! | half | here | in Ceph |
//! |---|---|---|
//! | decides | [`ElectionLogic`], one file for each strategy | `src/mon/ElectionLogic.cc` |
//! | acts: messages, timers, gate | [`Owner`] in `owner.rs` | `src/mon/Elector.cc` |
//! | pings | [`Owner`] in `ping.rs` | the same |
//!
//! Between the two lies Ceph's ElectionOwner interface. Its questions are answered by a read-only [`View`]. Its
//! requests are [`Effect`]s, appended in Ceph's order. They are not those of [`super::Effect`], because they lie one
//! level deeper: the logic says "propose to the peers", and only the owner knows of the messages, features, metadata
//! and timers that make up a proposal. Ceph's own unit test drives this interface, too, with an owner of another kind.
//! The owner turns each of these effects into effects of [`super::Effect`].

mod classic;
mod connectivity;
#[cfg(test)]
mod crafted;
mod disallow;
mod logic;
mod owner;
mod ping;

pub use logic::{ElectionLogic, Store};
pub use owner::Owner;
pub use ping::{PingCall, Pings, Watch};

use super::Aborted;
use crate::mon::branch::Branch;
use crate::mon::decision::Path;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::tracker::ConnectionTracker;

/// By what rule a leader is chosen. The monmap says which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The lowest rank wins.
    #[default]
    Classic = 1,
    /// The same, but some may not lead.
    Disallow = 2,
    /// Who is best connected wins; some may not lead.
    Connectivity = 3,
}

impl Strategy {
    /// All of them, by their numbers in a monmap.
    pub const ALL: [Self; 3] = [Self::Classic, Self::Disallow, Self::Connectivity];

    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Disallow => "disallow",
            Self::Connectivity => "connectivity",
        }
    }
}

/// What the logic sees of its surroundings while it handles one call. It does not change during the call.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// My rank.
    pub me: Rank,
    /// How many monitors the monmap has. (`paxos_size`)
    pub monitors: usize,
    /// The quorum my monitor is in; empty: none. (`is_current_member`)
    pub quorum: RankSet,
    /// Was I ever in a quorum? (`ever_participated`)
    pub ever_participated: bool,
    /// Who may not lead. (`get_disallowed_leaders`)
    pub disallowed: RankSet,
    /// The tiebreaker of a stretch cluster. (`is_tiebreaker`)
    pub tiebreaker: Option<Rank>,
    /// The monitors that stretch mode has marked down. (`is_stretch_marked_down_mons`)
    pub marked_down: RankSet,
}

/// What the logic asks of its owner, in the order asked: the callbacks of Ceph's ElectionOwner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write `election_epoch`, and the live tracker as it is then; done before the next effect.
    PersistEpoch(u32),
    /// Write something nobody reads, to prove that the disk can be written (A-START-4b).
    ValidateStore,
    /// The epoch went up: Monitor JOIN-ELECTION.
    NotifyBumpEpoch,
    /// Monitor START-ELECTION, without its call of A-START: that follows inline.
    TriggerNewElection,
    /// Monitor BOOTSTRAP: back to probing.
    ResetElection,
    /// Propose myself to every other rank, ascending.
    ProposeToPeers {
        /// The epoch of the election.
        epoch: u32,
        /// My stable scores as their receiver decodes them; connectivity only.
        scores: Option<ConnectionTracker>,
    },
    /// I am a candidate now: note what I support and arm the election timer. (`_start`)
    Start,
    /// Ack this candidate and arm the longer timer. (`_defer_to`)
    DeferTo {
        /// The candidate.
        to: Rank,
        /// The epoch of the election.
        epoch: u32,
    },
    /// I won: tell the others of the quorum.
    MessageVictory {
        /// The epoch won.
        epoch: u32,
        /// Who acked, myself included.
        quorum: RankSet,
    },
    /// An assertion of Ceph's failed: the process aborts.
    Abort(Branch),
}

/// Where a call writes: its effects and the path it took.
#[derive(Debug)]
pub struct Out<'a> {
    /// What it asks for, in order.
    pub effects: &'a mut Vec<Effect>,
    /// The steps it took, in order.
    pub path: &'a mut Path,
}

impl Out<'_> {
    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn assert_that(&mut self, holds: bool, branch: Branch) -> Result<(), Aborted> {
        if holds {
            return Ok(());
        }
        self.effect(Effect::Abort(branch));
        Err(Aborted)
    }
}
