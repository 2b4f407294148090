//! What a monitor knows, field by field, under the names that Ceph's code gives them.

use crate::mon::elector::AnyElector;
use crate::mon::monmap::MonMap;
use crate::mon::paxos::Phase;
use crate::mon::{MonId, Monitor, Rank, RankSet, Span, State, Time, Timer};
use crate::play::Player;
use crate::scenario::By;
use crate::sim::Event;
use crate::words::fill::decimal;
use crate::words::{Lang, Line, Phrase, Role, Val};

use super::verdict::{Telling, action};

/// How monitors are called in a run.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The run.
    pub player: &'a Player,
    /// The language.
    pub lang: Lang,
}

impl Names<'_> {
    /// `mon.e`.
    #[must_use]
    pub fn mon(&self, mon: MonId) -> String {
        let spec = self.player.scenario().monitors.get(mon.index());
        let name = spec.map_or("?", |spec| spec.name.as_str());
        self.lang.text(Phrase::Mon, &[("mon", Val::Text(name))])
    }

    /// The monitor of a rank of a map.
    #[must_use]
    pub fn rank(&self, map: &MonMap, rank: Rank) -> Option<String> {
        let owner = self.player.world().owner(map.addr(rank)?)?;
        Some(self.mon(owner))
    }

    /// The monitor whose name has this number.
    #[must_use]
    pub fn name(&self, name: i64) -> String {
        u8::try_from(name).map_or_else(|_| String::new(), |name| self.mon(MonId(name)))
    }

    /// What somebody did, as a clause: `you killed mon.a`.
    #[must_use]
    pub fn deed(&self, event: &Event) -> String {
        let Some(scripted) = self.player.action(event) else {
            return String::new();
        };
        let who = self.lang.say(match scripted.by {
            By::User => Phrase::WhoYou,
            By::Author => Phrase::WhoScript,
        });
        let monitors = &self.player.scenario().monitors;
        let name = |id: &MonId| {
            let spec = monitors.get(id.index());
            spec.map_or("?", |spec| spec.name.as_str())
        };
        action(&scripted.action, &name, Telling::Past { who }, self.lang)
    }
}

/// Where a field lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// It survives a restart.
    Disk,
    /// It is lost with the process.
    Memory,
    /// It counts down.
    Timer,
}

/// A field and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it lives.
    pub home: Home,
    /// Its name in Ceph's code.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The monitor it names, if it is a rank.
    pub who: String,
    /// What that means, where it is not plain.
    pub note: String,
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its name in Ceph's code.
    pub name: &'static str,
    /// What it was, what it is, and what that means.
    pub words: Line,
}

/// Everything that a monitor knows.
#[must_use]
pub fn fields(names: Names<'_>, m: &Monitor) -> Vec<Field> {
    let mut teller = Teller {
        names,
        m,
        fields: Vec::new(),
    };
    teller.disk();
    teller.elector();
    teller.monitor();
    teller.paxos();
    teller.fields
}

/// The fields that differ between two moments of a monitor; its timers at the instant `at` of the later one.
#[must_use]
pub fn changes(names: Names<'_>, before: &Monitor, after: &Monitor, at: Time) -> Vec<Story> {
    let lang = names.lang;
    let (old, new) = (fields(names, before), fields(names, after));
    let same = |name: &str, home: Home| {
        new.iter()
            .find(|field| field.name == name && field.home == home)
    };
    let mut stories = Vec::new();
    for was in &old {
        let Some(is) = same(was.name, was.home).filter(|is| is.value != was.value) else {
            continue;
        };
        // The epoch on disk follows the one in memory: that is said there.
        if was.home == Home::Disk
            && was.name == STORED_EPOCH
            && before.elector.epoch() != after.elector.epoch()
        {
            continue;
        }
        let mut words = told(lang, was, is);
        if was.home == Home::Memory
            && was.name == EPOCH
            && after.store.election_epoch == after.elector.epoch()
        {
            words.push(Role::Plain, lang.say(Phrase::WhyAlsoOnDisk));
        }
        stories.push(Story {
            name: is.name,
            words,
        });
    }
    for timer in Timer::ALL {
        stories.extend(timer_story(lang, timer, before, after, at));
    }
    stories
}

/// `3 (mon.d) → 2 (mon.c)`.
fn told(lang: Lang, was: &Field, is: &Field) -> Line {
    let with = |field: &Field| match field.who.as_str() {
        "" => field.value.clone(),
        who => [&field.value, " (", who, ")"].concat(),
    };
    lang.line(
        Phrase::WhyChange,
        &[
            ("before", Val::Text(&with(was))),
            ("after", Val::Text(&with(is))),
        ],
    )
}

/// What became of a timer.
fn timer_story(
    lang: Lang,
    timer: Timer,
    before: &Monitor,
    after: &Monitor,
    at: Time,
) -> Option<Story> {
    let (was, is) = (before.armed(timer), after.armed(timer));
    if was == is {
        return None;
    }
    let left = |armed: crate::mon::monitor::Armed| {
        let left = Span(armed.at.0.saturating_sub(at.0));
        let span = lang.text(Phrase::Seconds, &[("n", Val::Hundredths(left.0))]);
        (left, span)
    };
    let was = was.map(left).map_or_else(
        || lang.say(Phrase::WhyTimerOff).to_owned(),
        |(left, span)| match left {
            Span::ZERO => lang.say(Phrase::WhyTimerOut).to_owned(),
            _ => lang.text(Phrase::WhyTimerLeft, &[("span", Val::Text(&span))]),
        },
    );
    let is = is.map(left).map_or_else(
        || lang.say(Phrase::WhyTimerOff).to_owned(),
        |(_, span)| span,
    );
    Some(Story {
        name: timer_name(timer),
        words: lang.line(
            Phrase::WhyChange,
            &[("before", Val::Text(&was)), ("after", Val::Text(&is))],
        ),
    })
}

/// What a timer is called among the fields.
#[must_use]
pub const fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Probe => "probe timer",
        Timer::Election => "election timer",
        Timer::Collect => "collect timer",
        Timer::LeaseRenew => "lease renewal",
        Timer::LeaseAck => "lease_ack timer",
        Timer::LeaseTimeout => "lease timer",
        Timer::Accept => "accept timer",
        Timer::Sync => "sync timer",
        Timer::Ping => "ping timer",
        Timer::Recovery => "recovery timer",
    }
}

const STORED_EPOCH: &str = "election_epoch";
const EPOCH: &str = "epoch";

struct Teller<'a> {
    names: Names<'a>,
    m: &'a Monitor,
    fields: Vec<Field>,
}

impl Teller<'_> {
    fn say(&mut self, home: Home, name: &'static str, value: String, note: String) {
        self.fields.push(Field {
            home,
            name,
            value,
            who: String::new(),
            note,
        });
    }

    fn on_disk(&mut self, name: &'static str, value: impl Into<u64>) {
        self.say(Home::Disk, name, decimal(value.into()), String::new());
    }

    fn in_memory(&mut self, name: &'static str, value: String) {
        self.say(Home::Memory, name, value, String::new());
    }

    fn flag(&mut self, home: Home, name: &'static str, value: bool) {
        let value = if value { "true" } else { "false" };
        self.say(home, name, value.to_owned(), String::new());
    }

    fn ranks(&mut self, name: &'static str, set: RankSet) {
        self.in_memory(name, braces(&set.to_string()));
    }

    /// A rank, and whose it is.
    fn rank(&mut self, name: &'static str, rank: Option<Rank>) {
        let value = rank.map_or_else(|| String::from("-1"), |rank| decimal(rank.0.into()));
        let who = rank.and_then(|rank| self.names.rank(&self.m.monmap, rank));
        self.fields.push(Field {
            home: Home::Memory,
            name,
            value,
            who: who.unwrap_or_default(),
            note: String::new(),
        });
    }

    fn phrase(&self, phrase: Phrase) -> String {
        self.names.lang.say(phrase).to_owned()
    }

    fn disk(&mut self) {
        let store = &self.m.store;
        let parity = match store.election_epoch {
            0 => Phrase::FieldAbsent,
            epoch if epoch % 2 == 1 => Phrase::FieldOdd,
            _ => Phrase::FieldEven,
        };
        let parity = self.phrase(parity);
        let epoch = decimal(store.election_epoch.into());
        self.say(Home::Disk, STORED_EPOCH, epoch, parity);
        self.flag(Home::Disk, "joined", store.joined);
        let map = store.latest_map();
        let members = [
            ("epoch", Val::Num(map.epoch.into())),
            ("n", Val::Num(map.len() as u64)),
        ];
        let members = self.names.lang.text(Phrase::FieldMap, &members);
        self.say(Home::Disk, "monmap", members, String::new());
        let paxos = &store.paxos;
        self.on_disk("first_committed", paxos.first_committed);
        self.on_disk("last_committed", paxos.last_committed);
        self.on_disk("last_pn", paxos.last_pn);
        let promised = promised_to(paxos.accepted_pn);
        let promised = promised.and_then(|rank| self.names.rank(&self.m.monmap, rank));
        let note = promised.map_or_else(String::new, |mon| {
            self.names
                .lang
                .text(Phrase::FieldPromised, &[("mon", Val::Text(&mon))])
        });
        self.say(Home::Disk, "accepted_pn", decimal(paxos.accepted_pn), note);
        if let Some(accepted) = &paxos.accepted {
            self.on_disk("pending_v", accepted.version);
            self.on_disk("pending_pn", accepted.pn);
        }
    }

    fn elector(&mut self) {
        let m = self.m;
        let state = self.names.lang.state(m.state).to_owned();
        self.in_memory("state", state);
        let elector = &m.elector;
        self.in_memory(EPOCH, decimal(elector.epoch().into()));
        self.flag(Home::Memory, "participating", elector.participating());
        self.flag(Home::Memory, "electing_me", elector.electing_me());
        self.ranks("acked_me", elector.voters());
        self.rank("leader_acked", elector.leader_acked());
        if let AnyElector::Modern(owner) = elector {
            let logic = &owner.logic;
            self.rank("last_election_winner", logic.last_election_winner);
            self.rank("last_voted_for", logic.last_voted_for);
        }
    }

    fn monitor(&mut self) {
        let m = self.m;
        let stale = m.leader.is_some() && !m.state.in_quorum() && m.state != State::Down;
        self.rank("rank", m.rank);
        self.rank("leader", m.leader);
        if stale && let Some(field) = self.fields.last_mut() {
            field.note = self.names.lang.say(Phrase::FieldStale).to_owned();
        }
        self.ranks("quorum", m.quorum);
        let outside: Vec<String> = RankSet(m.outside_quorum.0)
            .iter()
            .map(|name| self.short(MonId(name.0)))
            .collect();
        self.in_memory("outside_quorum", braces(&outside.join(" ")));
        let world = self.names.player.world();
        let extra = m
            .extra_probe_peers
            .iter()
            .filter_map(|addr| world.owner(addr));
        let extra: Vec<String> = extra.map(|mon| self.short(mon)).collect();
        self.in_memory("extra_probe_peers", braces(&extra.join(" ")));
        self.in_memory("monmap epoch", decimal(m.monmap.epoch.into()));
        self.flag(Home::Memory, "has_ever_joined", m.has_ever_joined);
        if let Some(sync) = &m.syncing {
            let provider = world.owner(sync.provider).map(|mon| self.names.mon(mon));
            self.in_memory("sync_provider", provider.unwrap_or_default());
        }
    }

    /// A monitor's name as it stands in a set.
    fn short(&self, mon: MonId) -> String {
        let spec = self.names.player.scenario().monitors.get(mon.index());
        spec.map_or_else(String::new, |spec| spec.name.clone())
    }

    fn paxos(&mut self) {
        let paxos = &self.m.paxos;
        self.in_memory("paxos state", phase(paxos.phase).to_owned());
        self.in_memory("paxos accepted_pn", decimal(paxos.accepted_pn));
        if paxos.num_last > 0 {
            self.in_memory("num_last", decimal(paxos.num_last as u64));
        }
        if !paxos.accepted.is_empty() {
            self.ranks("accepted", paxos.accepted);
        }
        self.ranks("acked_lease", paxos.acked_lease);
        let lease = match paxos.lease_expire {
            Time::ZERO => self.phrase(Phrase::FieldNoLease),
            end => self
                .names
                .lang
                .text(Phrase::FieldUntil, &[("at", Val::Millis(end.0))]),
        };
        self.in_memory("lease_expire", lease);
    }
}

/// Whose number that is: its last two digits are a rank.
fn promised_to(pn: u64) -> Option<Rank> {
    (pn >= 100).then_some(Rank((pn % 100) as u8))
}

fn braces(inner: &str) -> String {
    ["{", inner, "}"].concat()
}

/// What Ceph's `paxos` calls how far it is.
#[must_use]
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Recovering => "recovering",
        Phase::Active => "active",
        Phase::Updating => "updating",
        Phase::UpdatingPrevious => "updating-previous",
        Phase::Writing => "writing",
        Phase::WritingPrevious => "writing-previous",
        Phase::Refresh => "refresh",
    }
}
