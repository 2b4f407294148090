//! The trace: every fact as a small fixed record with its cause. It is the log, and nothing else is.

use std::num::NonZeroU32;

use crate::mon::{Branch, Kind, MonId, RankSet, State, Time, Timer};

/// Names an event of a run; they count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub NonZeroU32);

impl EventId {
    /// As a plain number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

/// What an event is. A new kind goes to the end: the rolling hash of a run knows it by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EventKind {
    /// Somebody did something to cluster or network.
    User,
    /// A process starts; its monitor bootstraps.
    Boot,
    /// A monitor carries out a command (`quorum exit`, `quorum enter`).
    Command,
    /// A message leaves.
    Send,
    /// A message arrives and is handled.
    Deliver,
    /// A message is lost; its cause is its send, and `missing` names what explains the loss.
    Drop,
    /// A timer fires and is handled.
    Timer,
    /// A monitor's state changed.
    State,
    /// A monitor's election epoch changed.
    Epoch,
    /// A monitor declared victory.
    Victory,
    /// A process ended by itself, in order.
    Exit,
    /// An assertion of Ceph's failed: the process went down. The path's last branch says which.
    Abort,
    /// A property that must hold does not.
    Violation,
    /// A commit that was queued for the disk is written; its cause is what queued it.
    Write,
}

impl EventKind {
    /// Its name in traces: `deliver`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Boot => "boot",
            Self::Command => "command",
            Self::Send => "send",
            Self::Deliver => "deliver",
            Self::Drop => "drop",
            Self::Timer => "timer",
            Self::State => "state",
            Self::Epoch => "epoch",
            Self::Victory => "victory",
            Self::Exit => "exit",
            Self::Abort => "abort",
            Self::Violation => "violation",
            Self::Write => "write",
        }
    }

    /// Did a monitor handle an input here? (Such an event has a path.)
    #[must_use]
    pub const fn is_handled(self) -> bool {
        matches!(
            self,
            Self::Boot | Self::Command | Self::Deliver | Self::Timer | Self::Write
        )
    }
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Loss {
    /// No process listens at the address.
    PeerDown,
    /// An end of the session died while the message was on its way.
    EndDied,
    /// The session was dropped (a rank changed).
    SessionDropped,
    /// The network lost it, as it loses a share of all.
    Network,
    /// A cut lost it, as there was no session to keep it.
    Cut,
    /// It was sent in the session of a process that is gone; the one that runs now will not have it.
    StaleSession,
    /// Somebody took it off the wire.
    ByHand,
}

impl Loss {
    /// Its name in traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PeerDown => "peer_down",
            Self::EndDied => "end_died",
            Self::SessionDropped => "session_dropped",
            Self::Network => "network",
            Self::Cut => "cut",
            Self::StaleSession => "stale_session",
            Self::ByHand => "by_hand",
        }
    }
}

/// The most branches an event's record lists.
pub const PATH_MAX: usize = 8;

/// How many of them fit a word of the rolling hash; only a longer path adds another.
const PATH_WORD: usize = 4;

/// A fact of the run. Small and fixed: values, and before and after, are computed again when somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the run.
    pub id: EventId,
    /// The event behind it: the send of a delivery, the arming of a timer, the input that led to a send.
    pub cause: Option<EventId>,
    /// What a timer waited for in vain, or what explains a loss.
    pub missing: Option<EventId>,
    /// When.
    pub at: Time,
    /// What it is.
    pub kind: EventKind,
    /// The monitor it is about.
    pub mon: Option<MonId>,
    /// The other monitor: receiver of a send, sender of a delivery.
    pub peer: Option<MonId>,
    /// The kind of the message, if it is about one.
    pub message: Option<Kind>,
    /// The epoch the message carries; 0: none.
    pub message_epoch: u32,
    /// The timer, if it is about one.
    pub timer: Option<Timer>,
    /// Why a message was lost.
    pub loss: Option<Loss>,
    /// The monitor's state before.
    pub state_before: State,
    /// The monitor's state after.
    pub state: State,
    /// The monitor's election epoch before.
    pub epoch_before: u32,
    /// The monitor's election epoch after.
    pub epoch: u32,
    /// Whether the monitor has all it needs to serve after it (its Paxos is active).
    pub active: bool,
    /// The quorum of a victory.
    pub quorum: RankSet,
    /// The branches taken, each where it was taken first.
    pub path: [Option<Branch>; PATH_MAX],
    /// For [`EventKind::User`], the place of the action in the run's list of actions; for a violation, the property's
    /// number.
    pub index: u32,
}

impl Event {
    /// The branches taken, in order.
    pub fn branches(&self) -> impl Iterator<Item = Branch> + '_ {
        self.path.iter().flatten().copied()
    }

    /// The last branch taken.
    #[must_use]
    pub fn branch(&self) -> Option<Branch> {
        self.branches().last()
    }

    /// The record as a few words, for the run's rolling hash.
    fn words(&self) -> [u64; 6] {
        let id = |event: Option<EventId>| event.map_or(0, |event| u64::from(event.get()));
        let mon = |mon: Option<MonId>| mon.map_or(255, |mon| u64::from(mon.0));
        let path = path_word(&self.path[..PATH_WORD]);
        let kinds = (self.kind as u64) << 32
            | self.message.map_or(255, |kind| kind as u64) << 24
            | self.timer.map_or(255, |timer| timer as u64) << 16
            | self.loss.map_or(255, |loss| loss as u64) << 8
            | self.state as u64;
        [
            self.at.0,
            kinds << 16 | mon(self.mon) << 8 | mon(self.peer),
            u64::from(self.epoch) << 32 | u64::from(self.message_epoch),
            id(self.cause) << 32 | id(self.missing),
            path,
            self.quorum.0,
        ]
    }

    /// Folds the record into a rolling hash: equal histories, and only they, keep equal hashes.
    #[must_use]
    pub fn fold(&self, hash: u64) -> u64 {
        let more = path_word(&self.path[PATH_WORD..]);
        let words = self.words().into_iter();
        words
            .chain((more > 0).then_some(more))
            .fold(hash, |hash, word| {
                let mixed = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                mixed ^ (mixed >> 29)
            })
    }
}

fn path_word(path: &[Option<Branch>]) -> u64 {
    path.iter().fold(0, |all, branch| {
        all << 16 | branch.map_or(0, |branch| branch as u64 + 1)
    })
}

/// The events of a run, in order: the one with id `n` stands at `n - 1`.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    events: Vec<Event>,
    off: bool,
}

impl Trace {
    /// A trace that keeps nothing: for a replay whose events are known.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            events: Vec::new(),
            off: true,
        }
    }

    /// Adds an event. One that is there already (a replay) is left as it is.
    pub fn record(&mut self, event: Event) {
        if !self.off && event.id.get() as usize > self.events.len() {
            self.events.push(event);
        }
    }

    /// Forgets every event after this id.
    pub fn truncate(&mut self, last: u32) {
        self.events.truncate(last as usize);
    }

    /// All events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The event of that id.
    #[must_use]
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.events.get(id.get() as usize - 1)
    }
}
