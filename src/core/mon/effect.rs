//! What a monitor asks of the world around it.

use super::branch::Branch;
use super::decision::Path;
use super::kind::Timer;
use super::message::Body;
use super::monmap::{Addr, AddrSet};
use super::paxos::Value;
use super::rank::{Rank, RankSet};
use super::time::Span;

/// One thing a monitor asks for. The world carries them out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a message to an address.
    Send {
        /// To whom.
        to: Addr,
        /// What.
        body: Body,
    },
    /// Arm a timer, or arm it anew; it fires after this long.
    Arm(Timer, Span),
    /// Cancel a timer that was armed.
    Cancel(Timer),
    /// Something was written to the monitor's own store; it takes no time and is done before the next effect.
    Persist(Write),
    /// A commit is queued for the disk. It takes no time, but is a step of its own: it comes back as
    /// [`Input::Written`](super::Input).
    QueueWrite,
    /// A version was committed here.
    Committed {
        /// Which.
        version: u64,
        /// What it holds.
        value: Value,
        /// The leader's quorum: all of them accepted it, this monitor included.
        by: AddrSet,
    },
    /// From here on messages carry this rank.
    SpeakAs(Option<Rank>),
    /// Every session with other monitors ends (the rank changed: peers must not think I am someone else).
    DropSessions,
    /// This monitor declared victory.
    Victory {
        /// The epoch won.
        epoch: u32,
        /// Its quorum.
        quorum: RankSet,
    },
    /// The process ends in order, exit status 0.
    Exit,
    /// The process starts anew in its own place, as the map says its address has changed.
    StartAgain,
    /// An assertion of Ceph's failed: the process aborts.
    Abort(Branch),
}

/// A write to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// `election_epoch`
    ElectionEpoch(u32),
    /// `election_writeable_test`: proves that the disk can be written; never read.
    WriteableTest,
    /// `joined`
    Joined,
    /// A monmap, by its epoch.
    Monmap(u32),
    /// Paxos' `last_pn`.
    LastPn(u64),
    /// Paxos' `accepted_pn`.
    AcceptedPn(u64),
    /// Paxos' committed versions, up to this one.
    LastCommitted(u64),
    /// The value accepted for this version.
    Accepted(u64),
    /// `in_sync` and `last_committed_floor`.
    InSync,
}

/// What handling one input gave: effects and the path taken. Reused from input to input.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What the monitor asks for, in order.
    pub effects: Vec<Effect>,
    /// The steps it took, in order.
    pub path: Path,
}

impl Outcome {
    /// Forgets the last input.
    pub fn clear(&mut self) {
        self.effects.clear();
        self.path.clear();
    }
}
