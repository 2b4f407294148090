//! Recorded runs as a scenario: the same deeds at the same times, in a cluster that came to the same beginning.
//!
//! Runs of one chain followed each other in one cluster, and what a run left behind (the numbers of connections,
//! scores, who is down since when) shows in the next one: so a chain is one scenario. What differed between real runs
//! differs between seeds: where in the lease's cycle somebody steps in, how long a process or a client takes to start,
//! and how long every message takes.

use std::collections::BTreeSet;

use monscope::core::mon::{MonId, Span, Time};
use monscope::core::scenario::{Action, Edition, How, Scenario, Session, Strategy};
use monscope::core::sim::chance::{Chance, Purpose};

use crate::deed::{self, Deed, Delay};
use crate::recording::{Initial, Run};

/// A cluster that boots at 0 s is at rest by then.
const AT_REST: Span = Span::from_secs(15);

/// The cycle of leases, within which somebody steps in at any moment.
const CYCLE: Span = Span::from_secs(3);

/// How long a monitor was down or out when nothing says how long.
const OUTAGE: Span = Span::from_secs(25);

/// A cut that scores remember, and how long its traces last.
const CUT: Span = Span::from_secs(90);
const AFTER_CUT: Span = Span::from_secs(50);

/// From the start of a process to its first message, and from a client's start to what it asks for, and from a word to
/// a process that runs to what it does.
const BOOT: Delays = Delays::of_micros(28_000, 50_000, 400_000, 3);
const CLIENT: Delays = Delays::of_micros(125_000, 100_000, 520_000, 3);
const WORD: Delays = Delays::of_micros(200, 1_500, 5_000, 3);

/// The start of a process among others, and by how many thousandths they hold each other up.
const CROWDED_BOOT: Delays = Delays::of_micros(28_000, 75_000, 120_000, 1);
const CROWD_WITHIN: Span = Span::from_ms(200);
const CROWD: Delays = Delays::of_micros(1_000, 100, 4_000, 2);

/// What a message takes at least, and the longest that it takes: a few times more on a host that has much else to do.
const SHORTEST: Span = Span(100);
const LONGEST: Delays = Delays::of_micros(1_500, 2_500, 12_000, 3);

/// How long something takes on a host with several clusters: so long at least and a little more, seldom much more.
#[derive(Clone, Copy, Debug)]
struct Delays {
    least: u64,
    more: u64,
    most: u64,
    /// How seldom: an even chance, squared so often.
    seldom: u32,
}

impl Delays {
    const fn of_micros(least: u64, more: u64, most: u64, seldom: u32) -> Self {
        Self {
            least,
            more,
            most,
            seldom,
        }
    }

    fn draw(self, chance: &mut Chance) -> Span {
        let seldom = (0..self.seldom).fold(chance.below(1_000), |x, _| x * x / 1_000);
        let rest = self.most - self.least - self.more;
        Span(self.least + chance.below(self.more) + rest * seldom / 1_000)
    }
}

/// Something that is to be done then.
pub(crate) type Planned = (Time, Action);

/// What a seed leaves to chance, besides what the simulator itself does.
#[derive(Clone, Debug)]
pub(crate) struct Luck {
    chance: Chance,
    /// What a message takes when nobody delays it.
    latency: (Span, Span),
}

impl Luck {
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::of_link(seed, Purpose::Latency, MonId(254), MonId(255));
        let latency = (SHORTEST, LONGEST.draw(&mut chance));
        Self { chance, latency }
    }

    /// Somebody steps in at any moment of the cycle of leases.
    pub(crate) fn moment(&mut self) -> Span {
        self.chance.span(Span::ZERO, CYCLE)
    }

    fn delayed(&mut self, at: Time, delay: Delay) -> Time {
        let delays = match delay {
            Delay::None => return at,
            Delay::Word => WORD,
            Delay::Boot => BOOT,
            Delay::Client => CLIENT,
        };
        at + delays.draw(&mut self.chance)
    }

    /// When a process is there that was started among others, who hold it up by so many thousandths.
    fn crowded(&mut self, at: Time, crowd: Span) -> Time {
        let alone = CROWDED_BOOT.draw(&mut self.chance);
        at + Span(alone.0 * crowd.0 / 1_000)
    }
}

/// The runs that follow each other in one cluster, each directly after the one before.
pub(crate) fn chains(all: &[Run]) -> Vec<Vec<&Run>> {
    let begins = all
        .iter()
        .filter(|run| !all.iter().any(|before| run.follows(before)));
    let whole = |first| {
        let mut chain: Vec<&Run> = vec![first];
        while let Some(next) = all.iter().find(|run| run.follows(chain[chain.len() - 1])) {
            chain.push(next);
        }
        chain
    };
    begins.map(whole).collect()
}

/// The cluster of a chain, and what brings it to the beginning of the first run; the run begins at that time.
pub(crate) fn beginning(first: &Run, seed: u64, luck: &mut Luck) -> (Scenario, Vec<Planned>, Time) {
    let mut scenario = cluster(first, seed);
    scenario.network.session = Session::Messenger;
    scenario.network.latency = luck.latency;
    surroundings(first, &mut scenario);
    let mut plan = Vec::new();
    if first.begins_anew() {
        return (scenario, plan, Time::ZERO);
    }
    let crowd = CROWD.draw(&mut luck.chance);
    for mon in (0..first.seats).map(|place| MonId(place as u8)) {
        let at = luck.crowded(Time::ZERO, crowd);
        plan.push((at, Action::Boot(vec![mon])));
    }
    let rest = past(first, luck, &mut plan, Time::ZERO + AT_REST);
    let origin = catch_up(first, &mut plan, rest);
    (scenario, plan, origin)
}

/// What is done in a run that begins then.
pub(crate) fn deeds(run: &Run, origin: Time, luck: &mut Luck) -> Vec<Planned> {
    let mut plan = Vec::with_capacity(run.deeds.len());
    let crowd = CROWD.draw(&mut luck.chance);
    for deed in &run.deeds {
        let mut what = deed.what.clone();
        match &mut what {
            Action::Latency { range, .. } => *range = slower(luck.latency, range.0),
            Action::Boot(mons) if run.variant.contains("empty store") => {
                what = Action::Wipe(std::mem::take(mons));
            }
            _ => {}
        }
        let at = origin + deed.at;
        let same_time = |other: &&Deed| {
            let apart = other.at.0.abs_diff(deed.at.0);
            other.delay == Delay::Boot && apart < CROWD_WITHIN.0
        };
        let crowded = deed.delay == Delay::Boot && run.deeds.iter().filter(same_time).count() > 2;
        let at = if crowded {
            luck.crowded(at, crowd)
        } else {
            luck.delayed(at, deed.delay)
        };
        plan.push((at, what));
    }
    plan
}

/// The cluster at 0 s.
fn cluster(first: &Run, seed: u64) -> Scenario {
    let mut scenario = Scenario {
        title: first.name.clone(),
        edition: Edition::Modern,
        strategy: first.strategy,
        options: first.options,
        seed,
        ..Scenario::of(first.initial.len())
    };
    scenario.rank_order = scenario.usual_rank_order();
    if first.begins_anew() {
        scenario.monmap_epoch = 0;
    }
    for (place, monitor) in scenario.monitors.iter_mut().enumerate() {
        monitor.seat = place < first.seats;
    }
    if first.strategy == Strategy::Disallow {
        // Whoever is in the quorum and before its leader was not allowed to lead.
        let leader = first.first_leader().map_or(0, |leader| leader.0);
        scenario.disallowed = (0..leader)
            .filter(|mon| first.initial[usize::from(*mon)].up)
            .map(MonId)
            .collect();
    }
    scenario
}

/// What the run's title says of the network.
fn surroundings(run: &Run, scenario: &mut Scenario) {
    let words: Vec<&str> = run
        .variant
        .split(|c: char| c.is_whitespace() || c == ',')
        .collect();
    for window in words.windows(4) {
        if let [percent, "%", "packet", "loss"] = window
            && let Ok(percent) = percent.parse::<f64>()
        {
            scenario.network.loss = deed::loss(percent / 100.0);
        }
    }
    for window in words.windows(3) {
        if let ["latency", ms, "ms"] = window
            && let Ok(ms) = ms.parse()
        {
            let own = scenario.network.latency;
            scenario.network.latency = slower(own, Span::from_ms(ms));
        }
    }
}

/// Something was done to the cluster before the first run that is known: restarts leave traces in the numbers of
/// connections.
fn past(first: &Run, luck: &mut Luck, plan: &mut Vec<Planned>, origin: Time) -> Time {
    let mut at = origin;
    if !first.fresh {
        for _ in 0..luck.chance.below(3) {
            let mon = MonId(luck.chance.below(first.seats as u64) as u8);
            plan.push((at, Action::Kill(vec![mon])));
            plan.push((at + OUTAGE, Action::Boot(vec![mon])));
            at += OUTAGE + AT_REST;
        }
    }
    at
}

/// Brings a cluster at rest to the beginning of a run, when nothing is known of what came before it.
fn catch_up(first: &Run, plan: &mut Vec<Planned>, origin: Time) -> Time {
    let mut at = origin;
    let of = |which: &dyn Fn(&Initial) -> bool| -> Vec<MonId> {
        let seats = first.initial.iter().take(first.seats).zip(0..);
        seats
            .filter(|(mon, _)| which(mon))
            .map(|(_, place)| MonId(place))
            .collect()
    };
    let leader = first.first_leader();
    if let Some(leader) =
        leader.filter(|leader| leader.0 > 0 && first.strategy == Strategy::Connectivity)
    {
        // Scores that put it first: those before it lack a link for a while.
        let to = MonId(if leader.0 > 1 {
            1
        } else {
            first.seats as u8 - 1
        });
        let cut = Action::Cut {
            from: MonId(0),
            to,
            both: true,
            how: How::Drop,
        };
        plan.push((at, cut));
        plan.push((at + CUT, Action::Heal(None)));
        at = at + CUT + AFTER_CUT;
    }
    let exited = of(&|mon| mon.elects);
    if leader.is_some() && !exited.is_empty() {
        exited
            .into_iter()
            .for_each(|mon| plan.push((at, Action::QuorumExit(mon))));
        at += OUTAGE;
    }
    // Who has seen fewer elections went down earlier.
    let epochs: BTreeSet<_> = first.initial.iter().map(|mon| mon.epoch).collect();
    for epoch in epochs {
        let down = of(&|mon| !mon.up && mon.epoch == epoch);
        if !down.is_empty() {
            plan.push((at, Action::Kill(down)));
            at += OUTAGE;
        }
    }
    at
}

/// The network delays every message by so much, and it takes its own time besides.
fn slower(own: (Span, Span), by: Span) -> (Span, Span) {
    (own.0 + by, own.1 + by)
}
