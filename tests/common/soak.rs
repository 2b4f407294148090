//! Clusters to which everything is done that can be done, at random.

use monscope::core::mon::feature::Release;
use monscope::core::mon::message::Features;
use monscope::core::mon::{Kind, MonId, Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{
    Action, Address, By, Deed, Edition, HealLink, How, MonSpec, Scenario, Scripted, Session, Share,
    Strategy,
};
use monscope::core::sim::EventKind;
use monscope::core::sim::check::Property;
use monscope::core::words::Lang;

use crate::common;
use crate::common::dice::Dice;

/// What kind of cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flavour {
    pub(crate) edition: Edition,
    pub(crate) strategy: Strategy,
    /// Its map changes, values are committed, some may join, some lack features or start from nothing.
    pub(crate) changing: bool,
}

/// Every edition and strategy, once with the same members all the time and once with changing ones.
pub(crate) fn flavours() -> Vec<Flavour> {
    let kinds = [
        (Edition::Luminous, Strategy::Classic),
        (Edition::Modern, Strategy::Classic),
        (Edition::Modern, Strategy::Disallow),
        (Edition::Modern, Strategy::Connectivity),
    ];
    kinds
        .into_iter()
        .flat_map(|(edition, strategy)| {
            [false, true].map(|changing| Flavour {
                edition,
                strategy,
                changing,
            })
        })
        .collect()
}

/// How many actions a scenario has.
const ACTIONS: usize = 60;
/// After so many entries a run has shown what it can: a storm of messages is no variety.
const ENTRIES_MAX: u64 = 20_000;
/// How many monitors without a seat stand ready where the cluster changes.
const NEWCOMERS: usize = 2;

/// The random scenario of this number.
pub(crate) fn scenario(flavour: Flavour, seed: u64) -> Scenario {
    let mut dice = Dice::new(seed);
    let seats = dice.one(&[2, 3, 3, 4, 5, 5, 6, 7]);
    let mut scenario = common::scenario(seats, seed);
    scenario.edition = flavour.edition;
    scenario.strategy = flavour.strategy;
    if flavour.strategy != Strategy::Classic && dice.once_in(2) {
        scenario.disallowed = vec![MonId(dice.below(seats as u64) as u8)];
    }
    if flavour.changing {
        let old = scenario.clone();
        change(&mut scenario, seats, &mut dice);
        // A document that can't be meant is no test of the cluster.
        if monscope::core::scenario::read(&scenario.to_text()).is_err() {
            scenario = old;
        }
    }
    let rough = roughen(&mut scenario, &mut dice);
    let all = scenario.monitors.len();
    let (mut at, mut known) = (Time::ZERO, seats);
    for _ in 0..ACTIONS {
        // Mostly in the middle of things: an election lasts a fraction of a second, a lease three.
        at += Span::from_ms(match dice.below(4) {
            0 => dice.below(200),
            1 | 2 => dice.below(4_000),
            _ => dice.below(15_000),
        });
        let mut action = if flavour.changing && dice.once_in(2) {
            changing_action(all, flavour, &mut dice)
        } else if rough && dice.once_in(4) {
            rough_action(all, scenario.network.session, &mut dice)
        } else {
            fault(all, &mut dice)
        };
        // A document names a monitor without a seat first by what boots or adds it.
        if action.monitors().any(|mon| mon.index() >= known) {
            action = Action::Boot(vec![MonId(known as u8)]);
            known += 1;
        }
        scenario.script.push(Scripted {
            at,
            action,
            by: By::Author,
        });
    }
    scenario
}

/// Half of the networks are as good as they can be. The others are a messenger's, or have no sessions at all, and lose
/// and double messages; or somebody meddles with single ones. Says whether there is more than the usual to be done.
fn roughen(scenario: &mut Scenario, dice: &mut Dice) -> bool {
    let network = &mut scenario.network;
    network.session = match dice.below(8) {
        0..=4 => Session::Lossless,
        5..=6 => Session::Messenger,
        _ => Session::Lossy,
    };
    if network.session.may_lose() {
        network.loss = Share(dice.one(&[0, 0, 5_000, 50_000, 200_000]));
    }
    if network.session == Session::Lossy {
        network.duplicate = Share(dice.one(&[0, 5_000, 100_000]));
    }
    network.session.may_lose() || dice.once_in(5)
}

/// What can go wrong in a network like that.
fn rough_action(of: usize, session: Session, dice: &mut Dice) -> Action {
    if session.may_lose() && dice.once_in(3) {
        return Action::Loss {
            link: dice.once_in(2).then(|| two(of, dice)),
            share: Share(dice.one(&[0, 20_000, 500_000, 1_000_000])),
        };
    }
    let (from, to) = two(of, dice);
    let deed = match dice.below(4) {
        0 => Deed::Drop,
        1 => Deed::Delay(Span::from_ms(dice.below(9_000))),
        2 => Deed::Duplicate,
        _ => Deed::Deliver,
    };
    let message = Address {
        kind: dice.one(&[
            Kind::Propose,
            Kind::Ack,
            Kind::Victory,
            Kind::ProbeReply,
            Kind::Collect,
            Kind::Last,
            Kind::Begin,
            Kind::Accept,
            Kind::Commit,
            Kind::Lease,
        ]),
        from,
        to,
        ordinal: 1 + dice.below(20) as u32,
    };
    Action::Message { message, deed }
}

/// Does its text form say the same?
fn is_readable(scenario: &Scenario) -> bool {
    monscope::core::scenario::read(&scenario.to_text()).as_ref() == Ok(scenario)
}

/// Monitors that may join; little is kept, so that it is soon trimmed; some are not as the others.
fn change(scenario: &mut Scenario, seats: usize, dice: &mut Dice) {
    for place in seats..seats + NEWCOMERS {
        scenario.monitors.push(MonSpec {
            seat: false,
            ..MonSpec::nth(place)
        });
    }
    let options = &mut scenario.options;
    options.paxos_min = 4;
    options.paxos_trim_min = 3;
    options.paxos_trim_max = 5;
    options.paxos_max_join_drift = 2;
    options.mon_sync_max_payload_size = 8_192;
    if dice.once_in(5) {
        scenario.monmap_epoch = 0;
    }
    if scenario.edition == Edition::Modern {
        modern_change(scenario, seats, dice);
    }
    for mon in &mut scenario.monitors {
        if dice.once_in(16) {
            mon.capable = false;
        }
        if dice.once_in(16) {
            let all = Features::ALL;
            let (less_con, less_mon) = (all.con >> 1, all.mon >> 1);
            let less = [(less_con, all.mon), (all.con, less_mon)];
            let (con, bits) = dice.one(&less);
            mon.features = Some(Features { con, mon: bits });
        }
        if dice.once_in(8) {
            mon.required_features = Some(Features { con: 1, mon: 1 });
        }
        if mon.seat && dice.once_in(8) {
            mon.epoch = Some(dice.below(12) as u32);
        }
    }
}

/// Two sites and a tiebreaker, somebody marked down; monitors of other releases.
fn modern_change(scenario: &mut Scenario, seats: usize, dice: &mut Dice) {
    if dice.once_in(3) {
        scenario.min_release = Release::find("octopus");
    }
    for mon in &mut scenario.monitors {
        if dice.once_in(16) {
            mon.release = Release::find(dice.one(&["octopus", "quincy"]));
        }
    }
    if scenario.strategy == Strategy::Connectivity && dice.once_in(2) {
        let tiebreaker = seats - 1;
        scenario.tiebreaker = Some(MonId(tiebreaker as u8));
        for (place, mon) in scenario.monitors.iter_mut().enumerate() {
            let site = match place {
                _ if place == tiebreaker => "dc3",
                _ if place % 2 == 0 => "dc1",
                _ => "dc2",
            };
            mon.location = (!dice.once_in(12)).then(|| site.to_owned());
        }
        if dice.once_in(4) {
            scenario.marked_down = vec![MonId(dice.below(seats as u64) as u8)];
        }
    }
}

fn mon(of: usize, dice: &mut Dice) -> MonId {
    MonId(dice.below(of as u64) as u8)
}

fn two(of: usize, dice: &mut Dice) -> (MonId, MonId) {
    let one = mon(of, dice);
    let step = 1 + dice.below(of as u64 - 1) as u8;
    (one, MonId((one.0 + step) % of as u8))
}

/// What can go wrong in a cluster.
fn fault(of: usize, dice: &mut Dice) -> Action {
    let one = mon(of, dice);
    match dice.below(26) {
        0..=3 => Action::Kill(vec![one]),
        4..=8 => Action::Restart(vec![one]),
        9 => Action::Pause(vec![one]),
        10..=11 => Action::Resume(vec![one]),
        12 => Action::QuorumExit(one),
        13..=14 => Action::QuorumEnter(one),
        15..=17 => {
            let ((from, to), both) = (two(of, dice), dice.once_in(2));
            let how = dice.one(&[How::Drop, How::Reset]);
            Action::Cut {
                from,
                to,
                both,
                how,
            }
        }
        18..=19 => {
            let ((from, to), both) = (two(of, dice), dice.once_in(2));
            Action::Heal(Some(HealLink { from, to, both }))
        }
        20..=21 => Action::Heal(None),
        22 => {
            let sides = 1 + dice.below((1 << of) - 2);
            let side = |wanted: u64| {
                let ids = (0..of as u8).filter(move |id| sides >> id & 1 == wanted);
                ids.map(MonId).collect()
            };
            Action::Partition {
                groups: vec![side(0), side(1)],
                how: dice.one(&[How::Drop, How::Reset]),
            }
        }
        23 => Action::Terminate(vec![one]),
        24 => Action::KillHost(vec![one]),
        _ => {
            let shortest = Span::from_ms(dice.below(50));
            let longest = shortest + Span::from_ms(dice.below(400));
            Action::Latency {
                link: dice.once_in(2).then(|| two(of, dice)),
                range: (shortest, longest),
            }
        }
    }
}

/// What changes a cluster.
fn changing_action(of: usize, flavour: Flavour, dice: &mut Dice) -> Action {
    let one = mon(of, dice);
    match dice.below(13) {
        0..=4 => Action::Commit {
            count: 1 + dice.below(4) as u32,
            mon: dice.once_in(2).then_some(one),
        },
        5..=6 => Action::Boot(vec![one]),
        7 => Action::Add(one),
        8 => Action::Remove(one),
        9 if dice.once_in(3) => Action::Wipe(vec![one]),
        10 if flavour.edition == Edition::Modern => Action::Disallow(one),
        11 if flavour.edition == Edition::Modern => Action::Allow(one),
        12 if flavour.edition == Edition::Modern => {
            // Mostly back to what it began with.
            let other = dice.one(&Strategy::ALL);
            Action::SetStrategy(dice.one(&[other, flavour.strategy, flavour.strategy]))
        }
        _ => Action::Restart(vec![one]),
    }
}

/// What came of a run.
pub(crate) struct Run {
    /// Entries that were taken from the queue.
    pub(crate) entries: u64,
    pub(crate) player: Player,
}

/// Until when a scenario is played: some time after its last action.
pub(crate) fn end(scenario: &Scenario) -> Time {
    let last = scenario.script.iter().map(|scripted| scripted.at).max();
    last.unwrap_or(Time::ZERO) + Span::from_secs(30)
}

/// Plays.
pub(crate) fn play(scenario: &Scenario, until: Time) -> Run {
    let mut player = Player::new(scenario.clone());
    let mut entries = 0;
    while entries < ENTRIES_MAX && player.next_at().is_some_and(|at| at <= until) {
        let went_on = player.go_on().flatten();
        let event = went_on.and_then(|event| player.event(event));
        entries += u64::from(event.is_none_or(|event| event.kind != EventKind::User));
    }
    Run { entries, player }
}

impl Run {
    /// The property that was broken first: an assertion of Ceph's is one as well, where sessions are lossless.
    pub(crate) fn broken(&self) -> Option<String> {
        let world = self.player.world();
        let mut violations = world.violations().iter();
        let doubled = may_double(self.player.scenario());
        let (event, property) =
            violations.find(|(_, property)| !doubled || *property != Property::Committed)?;
        let (id, event) = (property.id(), event.get());
        let why = Lang::En.broken(*property);
        Some(format!("{id} at event {event} ({why})"))
    }
}

/// Can a message arrive twice? An ACCEPT of the value before counts for the next one then (HANDLE-ACCEPT-2 lets it
/// pass), which is committed before all have accepted it: Ceph's Paxos relies on its sessions, and SAFE-8 with it.
fn may_double(scenario: &Scenario) -> bool {
    let by_hand = |scripted: &Scripted| {
        matches!(
            scripted.action,
            Action::Message {
                deed: Deed::Duplicate,
                ..
            }
        )
    };
    scenario.network.duplicate > Share::NONE || scenario.script.iter().any(by_hand)
}

/// The same scenario with no more in it than `fails` needs.
pub(crate) fn minimised(scenario: &Scenario, fails: impl Fn(&Scenario) -> bool) -> Scenario {
    let fails = |less: &Scenario| is_readable(less) && fails(less);
    let mut best = scenario.clone();
    loop {
        let before = best.clone();
        shorten(&mut best, &fails);
        simplify(&mut best, &fails);
        if best == before {
            return best;
        }
    }
}

/// Leaves out pieces of the script, large ones first.
fn shorten(best: &mut Scenario, fails: &impl Fn(&Scenario) -> bool) {
    let mut piece = best.script.len();
    while piece > 0 {
        let mut at = 0;
        while at < best.script.len() {
            let mut less = best.clone();
            let to = (at + piece).min(less.script.len());
            less.script.drain(at..to);
            if fails(&less) {
                *best = less;
            } else {
                at = to;
            }
        }
        piece /= 2;
    }
}

/// Makes monitors, options and times plain again, one by one.
fn simplify(best: &mut Scenario, fails: &impl Fn(&Scenario) -> bool) {
    let (monitors, actions) = (best.monitors.len(), best.script.len());
    let mut attempt = |change: &dyn Fn(&mut Scenario)| {
        let mut less = best.clone();
        change(&mut less);
        if less != *best && fails(&less) {
            *best = less;
        }
    };
    attempt(&|s| s.options = Scenario::of(1).options);
    attempt(&|s| s.network = Scenario::of(1).network);
    attempt(&|s| s.network.loss = Share::NONE);
    attempt(&|s| s.network.duplicate = Share::NONE);
    attempt(&|s| s.disallowed.clear());
    attempt(&|s| s.monmap_epoch = 1);
    attempt(&|s| s.network.latency = (Span::from_ms(40), Span::from_ms(40)));
    for place in 0..monitors {
        attempt(&|s| {
            let seat = s.monitors[place].seat;
            s.monitors[place] = MonSpec {
                seat,
                ..MonSpec::nth(place)
            };
        });
    }
    for place in 0..actions {
        attempt(&|s| s.script[place].at.0 -= s.script[place].at.0 % 1_000_000);
    }
}
