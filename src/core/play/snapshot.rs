//! A run in plain values, for programs: the snapshot of an instant, and events, as the JavaScript API and the headless
//! example give them. Times are milliseconds; monitors are named by their starting rank.

use serde::Serialize;

use super::Player;
use crate::mon::{MonId, Rank, RankSet, Time, Timer};
use crate::order;
use crate::scenario::Action;
use crate::sim::check::Property;
use crate::sim::wire::LinkState;
use crate::sim::{Event, EventId, EventKind};
use crate::words::Lang;

/// Everything at an instant.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    /// The instant.
    pub at_ms: f64,
    /// The monitor in state leader whose whole quorum follows it in its epoch.
    pub leader: Option<u8>,
    /// All monitors in state leader.
    pub leaders: Vec<u8>,
    /// That leader's quorum; empty when there is none.
    pub quorum: Vec<u8>,
    /// The highest election epoch among the living.
    pub epoch: u32,
    /// The monitors, by identity.
    pub monitors: Vec<MonitorView>,
    /// The messages on their way, oldest first.
    pub messages: Vec<MessageView>,
    /// The directions that are cut, or wait for something.
    pub links: Vec<LinkView>,
    /// The properties that were broken.
    pub violations: Vec<ViolationView>,
}

/// A monitor at an instant.
#[derive(Clone, Debug, Serialize)]
pub struct MonitorView {
    /// Its rank; null outside the map.
    pub rank: Option<u8>,
    /// Its name.
    pub name: String,
    /// `down probing synchronizing electing leader peon`
    pub state: &'static str,
    /// Its election epoch.
    pub epoch: u32,
    /// The last leader it had.
    pub leader: Option<u8>,
    /// The quorum it is in.
    pub quorum: Vec<u8>,
    /// Is it a candidate?
    pub electing_me: bool,
    /// Whom it acked.
    pub leader_acked: Option<u8>,
    /// Who acked it, in order of arrival.
    pub acked_me: Vec<u8>,
    /// False after `quorum exit`.
    pub participating: bool,
    /// Was it once in a quorum with a committed monmap?
    pub has_ever_joined: bool,
    /// The epoch of the monmap it uses.
    pub monmap_epoch: u32,
    /// Its last Paxos version.
    pub last_committed: u64,
    /// Names known alive outside any quorum.
    pub outside_quorum: Vec<String>,
    /// The timers that run.
    pub timers: Vec<TimerView>,
    /// Does its process run?
    pub up: bool,
    /// Is its process stopped?
    pub paused: bool,
}

/// A running timer.
#[derive(Clone, Debug, Serialize)]
pub struct TimerView {
    /// Which.
    pub timer: &'static str,
    /// When it fires.
    pub at_ms: f64,
}

/// A message on its way.
#[derive(Clone, Debug, Serialize)]
pub struct MessageView {
    /// The event of its send.
    pub id: u32,
    /// Its kind.
    pub kind: &'static str,
    /// The sender.
    pub from: u8,
    /// The receiver.
    pub to: u8,
    /// Which message of its kind it is on this link, counted from 1.
    pub ordinal: u32,
    /// The election epoch it carries; null: none.
    pub epoch: Option<u32>,
    /// When it arrives; null while it is held.
    pub due_ms: Option<f64>,
}

/// One direction of a link.
#[derive(Clone, Debug, Serialize)]
pub struct LinkView {
    /// The sending end.
    pub from: u8,
    /// The receiving end.
    pub to: u8,
    /// Is it cut?
    pub cut: bool,
    /// How, while it is cut: `drop reset`
    pub how: Option<&'static str>,
    /// What it does with what is sent now: `passes retries connects closed`. It retries while a packet is sent again
    /// and again, connects while there is no connection, and is closed while nobody tries to make one.
    pub state: &'static str,
    /// When it tries next; null: it doesn't.
    pub retry_ms: Option<f64>,
}

/// A property that was broken.
#[derive(Clone, Debug, Serialize)]
pub struct ViolationView {
    /// Its id, `SAFE-3`.
    pub property: &'static str,
    /// The event that records it.
    pub event: u32,
    /// What is wrong, in a sentence.
    pub text: &'static str,
    /// The monitor it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mon: Option<u8>,
    /// The events that broke it, in their order: the one that shows it last.
    pub events: Vec<u32>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    /// Its number.
    pub id: u32,
    /// When.
    pub at_ms: f64,
    /// What it is: `send deliver drop timer state epoch victory violation user boot command exit abort write`.
    pub kind: &'static str,
    /// The monitor it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mon: Option<u8>,
    /// The other monitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<u8>,
    /// The message's kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'static str>,
    /// The epoch the message carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_epoch: Option<u32>,
    /// The timer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<&'static str>,
    /// Why a message was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What a person or the script did.
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    pub deed: Option<&'static str>,
    /// The whole action, in the words of the text form: `partition 0 1 | 2 3 4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The broken property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<&'static str>,
    /// The monitor's state after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// The monitor's epoch after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u32>,
    /// The quorum of a victory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quorum: Vec<u8>,
    /// The last branch taken.
    pub branch: Option<&'static str>,
    /// All branches taken, in order.
    pub path: Vec<&'static str>,
    /// The event behind it.
    pub cause: Option<u32>,
    /// What a timer waited for in vain, or what explains a loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<u32>,
}

fn ms(at: Time) -> f64 {
    at.0 as f64 / 1_000.0
}

fn list(ranks: RankSet) -> Vec<u8> {
    ranks.iter().map(|rank| rank.0).collect()
}

fn plain(rank: Option<Rank>) -> Option<u8> {
    rank.map(|rank| rank.0)
}

impl Player {
    /// Everything at this instant, in plain values.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let world = self.world();
        let leading = world.leader().map(|leader| world.monitor(leader));
        Snapshot {
            at_ms: ms(self.now()),
            leader: leading.and_then(|m| plain(m.rank)),
            leaders: self.leaders(),
            quorum: leading.map_or_else(Vec::new, |m| list(m.quorum)),
            epoch: world
                .monitors()
                .iter()
                .map(|m| m.elector.epoch())
                .max()
                .unwrap_or(0),
            monitors: (0..world.monitors().len())
                .map(|i| self.monitor_view(MonId(i as u8)))
                .collect(),
            messages: self.message_views(),
            links: self.link_views(),
            violations: world
                .violations()
                .iter()
                .map(|(event, property)| self.violation_view(*event, *property))
                .collect(),
        }
    }

    fn violation_view(&self, id: EventId, property: Property) -> ViolationView {
        let event = self.event(id);
        let both = event.map(|event| [event.missing, event.cause]);
        ViolationView {
            property: property.id(),
            event: id.get(),
            text: Lang::En.broken(property),
            mon: event
                .and_then(|event| event.mon)
                .map(|mon| self.number(mon)),
            events: both
                .into_iter()
                .flatten()
                .flatten()
                .map(EventId::get)
                .collect(),
        }
    }

    fn leaders(&self) -> Vec<u8> {
        let leading = self
            .world()
            .monitors()
            .iter()
            .filter(|m| m.state == crate::mon::State::Leader);
        leading.filter_map(|m| plain(m.rank)).collect()
    }

    /// How programs name a monitor: by its starting rank.
    fn number(&self, mon: MonId) -> u8 {
        self.starting_rank(mon).0
    }

    fn monitor_view(&self, mon: MonId) -> MonitorView {
        let (m, process) = (self.world().monitor(mon), self.world().process(mon));
        let names = &self.scenario().monitors;
        let outside = RankSet(m.outside_quorum.0)
            .iter()
            .filter_map(|name| names.get(name.index()));
        MonitorView {
            // The dead keep their seat in the map they know.
            rank: plain(if process.up {
                m.rank
            } else {
                self.world().seat_of(mon)
            }),
            name: names[mon.index()].name.clone(),
            state: m.state.name(),
            epoch: m.elector.epoch(),
            leader: plain(m.leader),
            quorum: list(m.quorum),
            electing_me: m.elector.electing_me(),
            leader_acked: plain(m.elector.leader_acked()),
            acked_me: m.elector.acked_me().iter().map(|rank| rank.0).collect(),
            participating: m.elector.participating(),
            has_ever_joined: m.has_ever_joined,
            monmap_epoch: m.monmap.epoch,
            last_committed: m.store.paxos.last_committed,
            outside_quorum: outside.map(|spec| spec.name.clone()).collect(),
            timers: Timer::ALL
                .iter()
                .filter_map(|timer| {
                    m.armed(*timer).map(|armed| TimerView {
                        timer: timer.name(),
                        at_ms: ms(armed.at),
                    })
                })
                .collect(),
            up: process.up,
            paused: process.paused_by.is_some(),
        }
    }

    fn link_views(&self) -> Vec<LinkView> {
        let (world, now) = (self.world(), self.now());
        let up = |mon: &MonId| world.process(*mon).up;
        let ids = || (0..world.monitors().len()).map(|i| MonId(i as u8));
        let mut views = Vec::new();
        for (from, to) in ids().flat_map(|from| ids().map(move |to| (from, to))) {
            let link = world.wire().link(from, to);
            let (state, retry) = match world.wire().state_of(now, from, to) {
                LinkState::Passes => ("passes", None),
                LinkState::Retries { at } => ("retries", Some(at)),
                LinkState::Broken { at: Some(at) } => ("connects", Some(at)),
                LinkState::Broken { at: None } => ("closed", None),
            };
            let waits = state != "passes" && from != to && [from, to].iter().all(up);
            if link.cut_by.is_some() || waits {
                views.push(LinkView {
                    from: self.number(from),
                    to: self.number(to),
                    cut: link.cut_by.is_some(),
                    how: link.cut_by.map(|_| link.how.name()),
                    state,
                    retry_ms: retry.map(ms),
                });
            }
        }
        views
    }

    fn message_views(&self) -> Vec<MessageView> {
        let mut messages: Vec<MessageView> = self
            .world()
            .wire()
            .flights()
            .map(|flight| MessageView {
                id: flight.sent_by.get(),
                kind: flight.message.body.kind().name(),
                from: self.number(flight.message.from),
                to: self.number(flight.to),
                ordinal: flight.ordinal,
                epoch: flight.message.body.epoch(),
                due_ms: flight.due.map(ms),
            })
            .collect();
        order::by_key(&mut messages, |message| u64::from(message.id));
        messages
    }

    /// An event in plain values.
    #[must_use]
    pub fn event_view(&self, event: &Event) -> EventView {
        let about_epoch = matches!(
            event.kind,
            EventKind::Epoch | EventKind::Victory | EventKind::State
        );
        let handled = event.kind.is_handled() || about_epoch;
        EventView {
            id: event.id.get(),
            at_ms: ms(event.at),
            kind: event.kind.name(),
            mon: event.mon.map(|mon| self.number(mon)),
            peer: event.peer.map(|mon| self.number(mon)),
            message: event.message.map(crate::mon::Kind::name),
            message_epoch: (event.message_epoch > 0).then_some(event.message_epoch),
            timer: event.timer.map(Timer::name),
            reason: event.loss.map(crate::sim::trace::Loss::name),
            deed: self.action(event).map(|scripted| name_of(&scripted.action)),
            action: self
                .action(event)
                .map(|scripted| self.scenario().action_words(&scripted.action)),
            property: (event.kind == EventKind::Violation)
                .then(|| {
                    Property::ALL
                        .get(event.index as usize)
                        .map(|property| property.id())
                })
                .flatten(),
            state: handled.then(|| event.state.name()),
            epoch: handled.then_some(event.epoch),
            quorum: list(event.quorum),
            branch: event.branch().map(crate::mon::Branch::id),
            path: event.branches().map(crate::mon::Branch::id).collect(),
            cause: event.cause.map(EventId::get),
            missing: event.missing.map(EventId::get),
        }
    }
}

/// What an action is called in documents.
fn name_of(action: &Action) -> &'static str {
    match action {
        Action::Boot(_) => "boot",
        Action::Kill(_) => "kill",
        Action::Restart(_) => "restart",
        Action::Pause(_) => "pause",
        Action::Resume(_) => "resume",
        Action::Wipe(_) => "wipe",
        Action::Cut { .. } => "cut",
        Action::Partition { .. } => "partition",
        Action::Heal(_) => "heal",
        Action::Latency { .. } => "latency",
        Action::Loss { .. } => "loss",
        Action::Message { deed, .. } => deed.name(),
        Action::QuorumExit(_) => "quorum_exit",
        Action::QuorumEnter(_) => "quorum_enter",
        Action::Terminate(_) => "terminate",
        Action::KillHost(_) => "kill",
        Action::Commit { .. } => "commit",
        Action::Add(_) => "add",
        Action::Remove(_) => "remove",
        Action::SetStrategy(_) => "set_strategy",
        Action::Disallow(_) => "disallow",
        Action::Allow(_) => "allow",
    }
}
