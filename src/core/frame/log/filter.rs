//! Which lines of the log are wanted.

use crate::mon::{Branch, Kind, MonId, Timer};
use crate::sim::{Event, EventKind};
use crate::words::Phrase;

/// Kinds of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kinds {
    /// All but leases, their renewal, pings and probes (not the replies).
    #[default]
    Essential,
    /// All.
    All,
    /// Election messages, election timers and victories.
    Elections,
    /// Probes and replies.
    Probes,
    /// Paxos, leases included.
    Paxos,
    /// Copying a store.
    Sync,
    /// Timers that fired.
    Timers,
    /// Messages that were lost, or thrown away unread.
    Dropped,
    /// Where an epoch changed.
    Epochs,
    /// What somebody did.
    Deeds,
}

impl Kinds {
    /// All of them, as they are offered.
    pub const ALL: [Self; 10] = [
        Self::Essential,
        Self::All,
        Self::Elections,
        Self::Probes,
        Self::Paxos,
        Self::Sync,
        Self::Timers,
        Self::Dropped,
        Self::Epochs,
        Self::Deeds,
    ];

    /// What they are called.
    #[must_use]
    pub const fn phrase(self) -> Phrase {
        match self {
            Self::Essential => Phrase::LogEssential,
            Self::All => Phrase::LogAll,
            Self::Elections => Phrase::LogElections,
            Self::Probes => Phrase::LogProbes,
            Self::Paxos => Phrase::LogPaxos,
            Self::Sync => Phrase::LogSync,
            Self::Timers => Phrase::LogTimers,
            Self::Dropped => Phrase::LogThrownAway,
            Self::Epochs => Phrase::LogEpochs,
            Self::Deeds => Phrase::LogDeeds,
        }
    }

    fn passes(self, event: &Event) -> bool {
        let message = |kinds: &[Kind]| event.message.is_some_and(|kind| kinds.contains(&kind));
        match self {
            Self::All => true,
            Self::Essential => is_essential(event),
            Self::Elections => {
                message(&[Kind::Propose, Kind::Ack, Kind::Victory, Kind::Nak])
                    || event.kind == EventKind::Victory
                    || event.timer == Some(Timer::Election)
            }
            Self::Probes => {
                message(&[Kind::Probe, Kind::ProbeReply]) || event.timer == Some(Timer::Probe)
            }
            Self::Paxos => {
                let timers = [
                    Timer::Collect,
                    Timer::Accept,
                    Timer::LeaseRenew,
                    Timer::LeaseAck,
                    Timer::LeaseTimeout,
                ];
                message(&[
                    Kind::Collect,
                    Kind::Last,
                    Kind::Begin,
                    Kind::Accept,
                    Kind::Commit,
                    Kind::Lease,
                    Kind::LeaseAck,
                ]) || event.kind == EventKind::Write
                    || event.timer.is_some_and(|timer| timers.contains(&timer))
            }
            Self::Sync => message(&[Kind::Sync]) || event.timer == Some(Timer::Sync),
            Self::Timers => event.kind == EventKind::Timer,
            Self::Dropped => is_dropped(event),
            Self::Epochs => event.kind.is_handled() && event.epoch != event.epoch_before,
            Self::Deeds => matches!(event.kind, EventKind::User | EventKind::Command),
        }
    }
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of which kinds.
    pub kinds: Kinds,
    /// Of which monitor; `None`: of all.
    pub mon: Option<MonId>,
    /// Only where a branch was taken whose id begins like this, in capitals or not; empty: all.
    pub branch: String,
}

impl Filter {
    /// Is this line wanted?
    #[must_use]
    pub fn passes(&self, event: &Event) -> bool {
        // What somebody did concerns everybody.
        let mon = |mon: MonId| event.mon == Some(mon) || event.kind == EventKind::User;
        self.kinds.passes(event)
            && self.mon.is_none_or(mon)
            && (self.branch.is_empty() || event.branches().any(|branch| self.names(branch)))
    }

    fn names(&self, branch: Branch) -> bool {
        let head = branch.id().get(..self.branch.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(&self.branch))
    }
}

/// Is it more than what goes on all the time?
#[must_use]
pub fn is_essential(event: &Event) -> bool {
    match event.kind {
        EventKind::Deliver | EventKind::Drop => !matches!(
            event.message,
            Some(Kind::Lease | Kind::LeaseAck | Kind::Probe | Kind::Ping)
        ),
        EventKind::Timer => !matches!(event.timer, Some(Timer::LeaseRenew | Timer::Ping)),
        _ => true,
    }
}

/// Was a message lost, or thrown away?
fn is_dropped(event: &Event) -> bool {
    use Branch as B;
    event.kind == EventKind::Drop
        || event.branch().is_some_and(|branch| {
            matches!(
                branch,
                B::Gate2
                    | B::Gate3
                    | B::Dispatch1
                    | B::Dispatch2
                    | B::Dispatch3
                    | B::Dispatch5
                    | B::Dispatch9
                    | B::Propose5b
                    | B::Hack4
                    | B::Hack5
                    | B::Hack7
                    | B::B2Strategy
                    | B::B5Con
                    | B::B5Mon
                    | B::AProp0
                    | B::APrefix2b
                    | B::AConn1
                    | B::AConn2
                    | B::AConn4b
                    | B::AAck4
                    | B::ProbeFsid
                    | B::PaxosGate2
                    | B::PaxosGate3
                    | B::PaxosGate5
                    | B::HandleLast1
                    | B::HandleBegin1
                    | B::HandleAccept1
                    | B::HandleAccept2
                    | B::HandleLease1
                    | B::HandleLeaseAck1
            )
        })
}
