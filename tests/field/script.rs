//! A recorded run as a scenario: the same deeds at the same times, in a cluster that came to the same beginning.
//!
//! What differed between real runs differs between seeds: where in the lease's cycle somebody steps in, how long a
//! process or a client takes to start, and how long every message takes.

use std::collections::BTreeSet;

use monscope::core::mon::{MonId, Span, Time};
use monscope::core::scenario::{Action, By, Edition, How, Scenario, Scripted, Session, Strategy};
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

/// From the start of a process to its first message, from a client's start to what it asks for, and from a word to a
/// process that runs to what it does.
const BOOT: (Span, Span) = (Span::from_ms(28), Span::from_ms(360));
const CLIENT: (Span, Span) = (Span::from_ms(125), Span::from_ms(420));
const WORD: (Span, Span) = (Span(200), Span::from_ms(5));

/// What a message takes at least, and the longest that it takes: a few times more on a host that has much else to do.
const SHORTEST: Span = Span(100);
const LONGEST: (Span, Span) = (Span(1_500), Span::from_ms(12));

/// How a run's scenario is made.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    /// The runs before it that brought the cluster to its beginning, and the run itself, last.
    chain: Vec<&'a Run>,
}

/// A scenario, and when the run begins in it.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) scenario: Scenario,
    pub(crate) origin: Time,
}

impl<'a> Plan<'a> {
    /// Runs of one chain follow each other without a pause: one that doesn't begin at rest is what the runs before it
    /// made of the cluster.
    pub(crate) fn of(run: &'a Run, all: &'a [Run]) -> Self {
        let mut chain = vec![run];
        loop {
            let first = chain[chain.len() - 1];
            let before = all.iter().find(|before| first.follows(before));
            match before.filter(|_| !first.begins_at_rest() && !first.begins_anew()) {
                Some(before) => chain.push(before),
                None => break,
            }
        }
        chain.reverse();
        Self { chain }
    }

    pub(crate) fn run(&self) -> &'a Run {
        self.chain[self.chain.len() - 1]
    }

    /// The scenario of this run under a seed.
    pub(crate) fn stage(&self, seed: u64) -> Staged {
        let run = self.run();
        let first = self.chain[0];
        // Runs of the same name under the same seed would be the same run.
        let seed = run.name.bytes().fold(seed, |all, byte| {
            all.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut chance = Chance::of_link(seed, Purpose::Latency, MonId(254), MonId(255));
        let mut scenario = cluster(first, seed);
        scenario.network.session = Session::Messenger;
        let own = (SHORTEST, skewed(LONGEST, &mut chance));
        scenario.network.latency = own;
        surroundings(run, &mut scenario);
        let mut origin = Time::ZERO;
        if !first.begins_anew() {
            push(&mut scenario, origin, Action::Boot(Vec::new()));
            origin = origin + AT_REST + chance.span(Span::ZERO, CYCLE);
            origin = catch_up(first, &mut scenario, origin);
        }
        for before in &self.chain[..self.chain.len() - 1] {
            before
                .deeds
                .iter()
                .for_each(|deed| act(&mut scenario, own, origin, deed, &mut chance));
            origin = origin + before.duration + chance.span(Span::ZERO, CYCLE);
        }
        run.deeds
            .iter()
            .for_each(|deed| act(&mut scenario, own, origin, deed, &mut chance));
        scenario.script.sort_by_key(|scripted| scripted.at);
        Staged { scenario, origin }
    }
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
            scenario.network.latency = delayed(own, Span::from_ms(ms));
        }
    }
}

/// Brings a cluster at rest to the beginning of a run, when nothing is known of what came before it.
fn catch_up(first: &Run, scenario: &mut Scenario, origin: Time) -> Time {
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
        push(
            scenario,
            at,
            Action::Cut {
                from: MonId(0),
                to,
                both: true,
                how: How::Drop,
            },
        );
        push(scenario, at + CUT, Action::Heal(None));
        at = at + CUT + AFTER_CUT;
    }
    let exited = of(&|mon| mon.elects);
    if leader.is_some() && !exited.is_empty() {
        exited
            .into_iter()
            .for_each(|mon| push(scenario, at, Action::QuorumExit(mon)));
        at += OUTAGE;
    }
    // Who has seen fewer elections went down earlier.
    let epochs: BTreeSet<_> = first.initial.iter().map(|mon| mon.epoch).collect();
    for epoch in epochs {
        let down = of(&|mon| !mon.up && mon.epoch == epoch);
        if !down.is_empty() {
            push(scenario, at, Action::Kill(down));
            at += OUTAGE;
        }
    }
    at
}

/// The network delays every message by so much, and it takes its own time besides.
fn delayed(own: (Span, Span), by: Span) -> (Span, Span) {
    (own.0 + by, own.1 + by)
}

fn push(scenario: &mut Scenario, at: Time, action: Action) {
    scenario.script.push(Scripted {
        at,
        action,
        by: By::Author,
    });
}

fn act(scenario: &mut Scenario, own: (Span, Span), origin: Time, deed: &Deed, chance: &mut Chance) {
    let delay = match deed.delay {
        Delay::None => Span::ZERO,
        Delay::Word => skewed(WORD, chance),
        Delay::Boot => skewed(BOOT, chance),
        Delay::Client => skewed(CLIENT, chance),
    };
    let mut what = deed.what.clone();
    if let Action::Latency { range, .. } = &mut what {
        *range = delayed(own, range.0);
    }
    push(scenario, origin + deed.at + delay, what);
}

/// Mostly near the lower end, seldom near the upper one.
fn skewed((least, most): (Span, Span), chance: &mut Chance) -> Span {
    let drawn = chance.below(1_000);
    let width = (most - least).0;
    least + Span(width * drawn.pow(3) / 1_000_000_000)
}
