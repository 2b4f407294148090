//! The facts behind a picture: what is true of cluster and network at an instant.

use crate::mon::{Kind, MonId, Rank, RankSet, Span, Time, Timer};
use crate::scenario::{Action, By, StateName};

/// Everything a picture of one instant may show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The instant.
    pub now: Time,
    /// The monitors, by identity.
    pub monitors: Vec<MonScene>,
    /// The messages on their way, link by link; on each, oldest first.
    pub flights: Vec<FlightScene>,
    /// The directions (from, to) that are cut.
    pub cuts: Vec<(MonId, MonId)>,
    /// The groups of the partition in force; empty when there is none.
    pub groups: Vec<Vec<MonId>>,
    /// The monitor in state leader whose whole quorum follows it in its epoch.
    pub leader: Option<MonId>,
    /// Since when there has been none, when there is none.
    pub leaderless_since: Option<Time>,
    /// The last thing done to the cluster, and what it has cost.
    pub last_deed: Option<DeedScene>,
}

impl Scene {
    /// A monitor by its identity.
    #[must_use]
    pub fn mon(&self, id: MonId) -> Option<&MonScene> {
        self.monitors.iter().find(|m| m.id == id)
    }
}

/// Something done to the cluster or its network, and the time without a leader since then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedScene {
    /// When it was done.
    pub at: Time,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub by: By,
    /// How much of the time from then to the instant of the scene had no leader.
    pub leaderless: Span,
}

/// One monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonScene {
    /// Who it is.
    pub id: MonId,
    /// Its name, without `mon.`.
    pub name: String,
    /// Its rank; `None` outside the map.
    pub rank: Option<Rank>,
    /// What it is doing.
    pub state: StateName,
    /// Its election epoch.
    pub epoch: u32,
    /// Is it a candidate of the running round?
    pub electing_me: bool,
    /// Who acked it, itself included, in order of arrival.
    pub acked_me: Vec<Rank>,
    /// Whom it acked.
    pub leader_acked: Option<Rank>,
    /// Whom it follows, itself when it leads; only in states leader and peon.
    pub leader: Option<Rank>,
    /// The quorum it is in; empty unless leader or peon.
    pub quorum: RankSet,
    /// False after `quorum exit`.
    pub participating: bool,
    /// Its process is stopped.
    pub paused: bool,
    /// Paxos is active: it holds, or may grant, a lease.
    pub active: bool,
    /// How many monitors it knows alive outside a quorum, itself included; while probing.
    pub outside_quorum: usize,
    /// Since when and why it is down, when it is.
    pub down: Option<DownScene>,
    /// The timer that decides what it does next, if any runs.
    pub timer: Option<TimerScene>,
}

/// Why a monitor is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownScene {
    /// Since when.
    pub since: Time,
    /// Was it killed (else: it has not been booted yet, or it went by itself)?
    pub killed: bool,
}

/// A running timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerScene {
    /// Which one.
    pub timer: Timer,
    /// When it fires.
    pub at: Time,
    /// How long it was when it was armed.
    pub length: Span,
}

/// One message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlightScene {
    /// Names it among all messages of the run: the id of its send in the trace.
    pub id: u32,
    /// Who sent it.
    pub from: MonId,
    /// To whom.
    pub to: MonId,
    /// What it is.
    pub kind: Kind,
    /// The election epoch it carries; `None` for probes, which carry none.
    pub epoch: Option<u32>,
    /// When it was sent (or sent on, after a heal).
    pub sent: Time,
    /// When it arrives; `None` while a cut or a pause holds it.
    pub due: Option<Time>,
    /// How far it had got when it was held, in thousandths of the way.
    pub held_at: u16,
}
