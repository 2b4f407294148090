//! Everything that one monitor knows, beside the truth.

use super::fields::{self, Field, Home, Names, timer_name};
use super::glyph::{self, Glyph};
use super::log::is_essential;
use crate::mon::tracker::ConnectionTracker;
use crate::mon::{Branch, MonId, Monitor, Rank, RankSet, Span, State, Time, Timer};
use crate::play::Player;
use crate::scenario::{StateName, Strategy};
use crate::sim::{Event, EventId, EventKind};
use crate::words::fill::decimal;
use crate::words::{Lang, Line, Phrase, Role, Tone, Val};

/// One monitor, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspect {
    /// Its name, with `mon.`.
    pub name: String,
    /// Its rank as its disc has it; empty outside the map.
    pub rank: String,
    /// Its state.
    pub state: StateName,
    /// Rank, address and state, in a line.
    pub about: Line,
    /// What it believes, beside the truth.
    pub beliefs: Vec<Belief>,
    /// What is on its disk.
    pub disk: Vec<Known>,
    /// What it has in memory.
    pub memory: Vec<Known>,
    /// Its timers, those that run first.
    pub timers: Vec<Countdown>,
    /// The messages on their way to it, the next one first; then those it sent itself.
    pub wire: Vec<Coming>,
    /// How many those are, in words.
    pub wire_count: String,
    /// Its scores; `None`: its edition keeps none.
    pub scores: Option<Scores>,
}

/// Something it believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// What about.
    pub what: &'static str,
    /// What it believes.
    pub believes: String,
    /// What is true; stands out where it is something else.
    pub truth: Line,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name in Ceph's code.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What that means, or what it was before it changed.
    pub note: String,
    /// Did it change with the latest event?
    pub changed: bool,
}

/// A timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// Its name.
    pub name: &'static str,
    /// What is left of it, in thousandths; `None`: it does not run.
    pub left: Option<u16>,
    /// What is left of it, in words.
    pub words: String,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Its shape.
    pub icon: Glyph,
    /// What it is, and whose.
    pub words: String,
    /// What it will do when it lands: the branch.
    pub branch: Option<Branch>,
    /// When it lands.
    pub due: String,
}

/// The scores of the connectivity strategy, as one monitor has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    /// Do elections go by them?
    pub decide: bool,
    /// The ranks.
    pub ranks: Vec<Rank>,
    /// What each rank reports of each other; `None`: nothing.
    pub cells: Vec<Vec<Option<Cell>>>,
    /// Their totals now, in ten-thousandths.
    pub live: Vec<u32>,
    /// Their totals frozen for this round; empty when nothing is frozen.
    pub frozen: Vec<u32>,
}

/// The score of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// In ten-thousandths.
    pub score: u16,
    /// Is it alive?
    pub alive: bool,
}

/// What a monitor knew before its latest event, by which it is told what that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    at: Time,
    fields: Vec<Field>,
}

impl Before {
    /// What was known before an event that a monitor handled. It is run again for that, so keep it.
    #[must_use]
    pub fn of(player: &Player, id: EventId, lang: Lang) -> Option<Self> {
        let at = player.known_event(id)?.at;
        let watched = player.look(id)?;
        let fields = fields::fields(Names { player, lang }, &watched.before);
        Some(Self { at, fields })
    }
}

/// The latest event of a monitor that is more than what goes on all the time.
#[must_use]
pub fn latest(player: &Player, mon: MonId) -> Option<EventId> {
    let own =
        |event: &&Event| event.mon == Some(mon) && event.kind.is_handled() && is_essential(event);
    let events = player.events().iter().rev().take(EVENTS_MOST);
    events.into_iter().find(own).map(|event| event.id)
}

/// How far back that is looked for.
const EVENTS_MOST: usize = 20_000;

/// Takes a monitor apart at the player's present instant; `before` says what its latest event changed.
#[must_use]
pub fn inspect(player: &Player, mon: MonId, before: Option<&Before>, lang: Lang) -> Inspect {
    let teller = Teller {
        names: Names { player, lang },
        m: player.world().monitor(mon),
        before,
        lang,
    };
    let fields = teller.known();
    let home = |home: Home| {
        let own = fields.iter().filter(|(place, _)| *place == home);
        own.map(|(_, known)| known.clone()).collect()
    };
    let (wire, wire_count) = teller.wire();
    Inspect {
        name: teller.names.mon(mon),
        rank: teller.rank_words(),
        state: teller.m.state,
        about: teller.about(),
        beliefs: teller.beliefs(),
        disk: home(Home::Disk),
        memory: home(Home::Memory),
        timers: teller.timers(),
        wire,
        wire_count,
        scores: teller.scores(),
    }
}

struct Teller<'a> {
    names: Names<'a>,
    m: &'a Monitor,
    before: Option<&'a Before>,
    lang: Lang,
}

impl Teller<'_> {
    const fn player(&self) -> &Player {
        self.names.player
    }

    fn now(&self) -> Time {
        self.player().now()
    }

    fn is_up(&self) -> bool {
        self.m.state != State::Down
    }

    fn rank_words(&self) -> String {
        // The dead keep their seat in the map.
        let seat = if self.is_up() {
            self.m.rank
        } else {
            self.player().world().seat_of(self.m.id)
        };
        seat.map_or_else(String::new, |rank| decimal(rank.0.into()))
    }

    fn about(&self) -> Line {
        let spec = self.player().scenario().monitors.get(self.m.id.index());
        let state = if self.m.elector.electing_me() && self.m.state == State::Electing {
            self.lang.say(Phrase::StateCandidate)
        } else {
            self.lang.state(self.m.state)
        };
        self.lang.line(
            Phrase::InspectAbout,
            &[
                ("rank", Val::Text(&self.rank_words())),
                ("addr", Val::Text(spec.map_or("", |spec| &spec.addr))),
                ("state", Val::Text(state)),
                ("tone", Val::Hue(Tone::of(self.m.state))),
            ],
        )
    }

    // -- beliefs

    fn beliefs(&self) -> Vec<Belief> {
        if !self.is_up() {
            return Vec::new();
        }
        let mut beliefs = vec![self.leader(), self.quorum(), self.newest_epoch()];
        if self.m.elector.electing_me() {
            beliefs.push(self.votes());
        }
        beliefs
    }

    fn belief(&self, what: Phrase, believes: String, truth: &str, more: &str) -> Belief {
        let mut line = Line::default();
        let role = if truth == believes {
            Role::Plain
        } else {
            Role::Strong
        };
        line.push(role, truth);
        line.push(Role::Dim, more);
        Belief {
            what: self.lang.say(what),
            believes,
            truth: line,
        }
    }

    fn leader(&self) -> Belief {
        let none = || self.lang.say(Phrase::InspectNone).to_owned();
        let m = self.m;
        let believed = m.leader.filter(|_| m.state.in_quorum());
        let believed = believed.and_then(|rank| self.names.rank(&m.monmap, rank));
        let leader = self.player().world().leader();
        let truth = leader.map_or_else(none, |leader| self.names.mon(leader));
        self.belief(
            Phrase::InspectLeader,
            believed.unwrap_or_else(none),
            &truth,
            "",
        )
    }

    fn quorum(&self) -> Belief {
        let say = |quorum: RankSet| {
            if quorum.is_empty() {
                self.lang.say(Phrase::InspectNone).to_owned()
            } else {
                quorum.to_string()
            }
        };
        let world = self.player().world();
        let leader = world.leader().map(|leader| world.monitor(leader));
        let truth = leader.map_or(RankSet::EMPTY, |leader| leader.quorum);
        self.belief(Phrase::InspectQuorum, say(self.m.quorum), &say(truth), "")
    }

    /// The highest epoch among the living, and who has it.
    fn newest_epoch(&self) -> Belief {
        let living = || {
            let all = self.player().world().monitors().iter();
            all.filter(|m| m.state != State::Down)
        };
        let newest = living().map(|m| m.elector.epoch()).max().unwrap_or(0);
        let own = self.m.elector.epoch();
        let at: Vec<String> = living()
            .filter(|m| m.elector.epoch() == newest)
            .map(|m| self.names.mon(m.id))
            .collect();
        let at = self.lang.text(
            Phrase::InspectAt,
            &[("mons", Val::Text(&self.lang.list(&at)))],
        );
        self.belief(
            Phrase::InspectEpoch,
            decimal(own.into()),
            &decimal(newest.into()),
            if newest == own { "" } else { &at },
        )
    }

    /// The votes a candidate counts, and those that are still with it.
    fn votes(&self) -> Belief {
        let m = self.m;
        let world = self.player().world();
        let voters = m.elector.voters();
        let mut moved = Vec::new();
        for rank in voters.iter().filter(|rank| Some(*rank) != m.rank) {
            let owner = m.monmap.addr(rank).and_then(|addr| world.owner(addr));
            let Some(voter) = owner.map(|owner| world.monitor(owner)) else {
                continue;
            };
            let stays = voter.elector.leader_acked() == m.rank
                && voter.elector.epoch() == m.elector.epoch()
                && voter.state == State::Electing;
            if !stays {
                moved.push(self.names.mon(voter.id));
            }
        }
        let need = m.monmap.majority() as u64;
        let votes = [
            ("votes", Val::Num(voters.len() as u64)),
            ("need", Val::Num(need)),
        ];
        let believes = self.lang.text(Phrase::InspectVotesOf, &votes);
        let kept = voters.len() - moved.len();
        let truth = if moved.is_empty() {
            believes.clone()
        } else {
            self.lang.text(
                Phrase::InspectMoved,
                &[
                    ("votes", Val::Num(kept as u64)),
                    ("mons", Val::Text(&self.lang.list(&moved))),
                ],
            )
        };
        self.belief(Phrase::InspectVotes, believes, &truth, "")
    }

    // -- fields

    fn known(&self) -> Vec<(Home, Known)> {
        let now = fields::fields(self.names, self.m);
        let ago = self
            .before
            .map(|before| self.lang.span_fine(self.now().since(before.at)));
        let ago = ago.unwrap_or_default();
        let was = |field: &Field| {
            let mut before = self.before?.fields.iter();
            let same = before.find(|b| b.home == field.home && b.name == field.name);
            same.filter(|was| was.value != field.value)
        };
        let known = |field: Field| {
            let was = was(&field);
            let note = match was {
                Some(was) => self.lang.text(
                    Phrase::InspectWas,
                    &[("was", Val::Text(&was.value)), ("ago", Val::Text(&ago))],
                ),
                None if field.note.is_empty() => field.who,
                None => field.note,
            };
            (
                field.home,
                Known {
                    name: field.name,
                    value: field.value,
                    note,
                    changed: was.is_some(),
                },
            )
        };
        now.into_iter().map(known).collect()
    }

    fn timers(&self) -> Vec<Countdown> {
        let countdown = |timer: &Timer| {
            let armed = self.m.armed(*timer);
            let left = armed.map(|armed| armed.at.since(self.now()));
            let words = match (armed, left) {
                (Some(armed), Some(left)) => {
                    let length = self.lang.span_whole(armed.length);
                    let values = [
                        ("left", Val::Hundredths(left.0)),
                        ("length", Val::Text(&length)),
                    ];
                    self.lang.text(Phrase::InspectLeft, &values)
                }
                _ => self.lang.say(Phrase::InspectOff).to_owned(),
            };
            let milli = |left: Span, length: Span| (left.0 * 1_000 / length.0.max(1)).min(1_000);
            Countdown {
                name: timer_name(*timer),
                left: armed
                    .zip(left)
                    .map(|(armed, left)| milli(left, armed.length) as u16),
                words,
            }
        };
        let (running, idle): (Vec<Timer>, Vec<Timer>) = Timer::ALL
            .into_iter()
            .partition(|timer| self.m.armed(*timer).is_some());
        // Those that everybody has; the others are told while they run.
        let usual = [Timer::Election, Timer::Probe, Timer::LeaseTimeout];
        let idle = idle.into_iter().filter(|timer| usual.contains(timer));
        let all: Vec<Timer> = running.into_iter().chain(idle).collect();
        all.iter().map(countdown).collect()
    }

    // -- the wire

    fn wire(&self) -> (Vec<Coming>, String) {
        let me = self.m.id;
        let mut flights: Vec<_> = self
            .player()
            .world()
            .wire()
            .flights()
            .filter(|flight| flight.to == me || flight.message.from == me)
            .collect();
        crate::order::by_key(&mut flights, |flight| {
            let own = u64::from(flight.to != me);
            own << 60 | flight.due.map_or(1 << 59, |due| due.0)
        });
        let to_me = flights.iter().filter(|flight| flight.to == me).count();
        let last = flights.iter().filter_map(|flight| flight.due).max();
        let foreseen = last.map_or_else(Vec::new, |last| self.player().foresee(last));
        let coming = |flight: &&crate::sim::wire::Flight| {
            let kind = flight.message.body.kind();
            let mine = flight.to != me;
            let other = if mine { flight.to } else { flight.message.from };
            let epoch = flight
                .message
                .body
                .epoch()
                .filter(|_| glyph::shows_epoch(kind));
            let epoch = epoch.map_or_else(String::new, |epoch| decimal(epoch.into()));
            let words = self.lang.text(
                if mine {
                    Phrase::InspectGoing
                } else {
                    Phrase::InspectComing
                },
                &[
                    ("kind", Val::Text(self.lang.kind(kind))),
                    ("epoch", Val::Text(&epoch)),
                    ("mon", Val::Text(&self.names.mon(other))),
                ],
            );
            let lands = foreseen.iter().find(|event| {
                event.kind == EventKind::Deliver && event.cause == Some(flight.sent_by)
            });
            let due = match flight.due {
                Some(due) => {
                    let left = self.lang.span_fine(due.since(self.now()));
                    self.lang
                        .text(Phrase::InspectDue, &[("left", Val::Text(&left))])
                }
                None => self.lang.say(Phrase::InspectHeld).to_owned(),
            };
            Coming {
                icon: glyph::of(kind),
                words: words.replace("  ", " "),
                branch: lands.and_then(Event::branch),
                due,
            }
        };
        let count = self.lang.text(
            Phrase::InspectWireCount,
            &[
                ("n", Val::Num(to_me as u64)),
                ("mon", Val::Text(&self.names.mon(me))),
                ("own", Val::Num((flights.len() - to_me) as u64)),
            ],
        );
        (flights.iter().map(coming).collect(), count)
    }

    // -- scores

    fn scores(&self) -> Option<Scores> {
        let logic = &self.m.elector.modern()?.logic;
        let tracker = &logic.peer_tracker;
        let ranks: Vec<Rank> = RankSet::below(self.m.monmap.len()).iter().collect();
        let cell = |of: &Rank, to: &Rank| {
            let report = tracker.peer_reports.get(*of)?;
            Some(Cell {
                score: ten_thousandths(report.score(*to)?.billionths()) as u16,
                alive: report.alive(*to)?,
            })
        };
        let totals = |tracker: &ConnectionTracker| {
            let total = |rank: &Rank| ten_thousandths(tracker.total(Some(*rank)).0.billionths());
            ranks.iter().map(total).collect::<Vec<u32>>()
        };
        Some(Scores {
            decide: logic.strategy == Strategy::Connectivity,
            cells: ranks
                .iter()
                .map(|of| ranks.iter().map(|to| cell(of, to)).collect())
                .collect(),
            live: totals(tracker),
            frozen: logic.stable_tracker.as_ref().map_or_else(Vec::new, totals),
            ranks,
        })
    }
}

fn ten_thousandths(billionths: i64) -> u32 {
    ((billionths.max(0) + 50_000) / 100_000) as u32
}

/// The monitor to take apart when nobody chose one: who leads, or the living one with the lowest rank.
#[must_use]
pub fn first(player: &Player) -> MonId {
    let world = player.world();
    let rank = |m: &&Monitor| {
        let seat = world.seat_of(m.id).map_or(u8::MAX, |rank| rank.0);
        (m.state == State::Down, seat)
    };
    let lowest = || world.monitors().iter().min_by_key(rank);
    let lowest = || lowest().map_or(MonId(0), |m| m.id);
    world.leader().unwrap_or_else(lowest)
}
