//! Every property is broken on purpose once: what the checker has seen is a real run, and then a monitor comes up with
//! something that no monitor does. Each time exactly that is reported, against the event that it contradicts.

mod kept;
mod votes;

use std::num::NonZeroU32;
use std::sync::Arc;

use super::{Broken, Property};
use crate::mon::decision::Path;
use crate::mon::effect::{Effect, Outcome, Write};
use crate::mon::elector::AnyElector;
use crate::mon::elector::luminous::Elector;
use crate::mon::elector::modern::ElectionLogic;
use crate::mon::message::{Body, Election, ElectionOp};
use crate::mon::monmap::AddrSet;
use crate::mon::paxos::{Phase, Value};
use crate::mon::tracker::{ConnectionReport, ConnectionTracker, Held, Real};
use crate::mon::{Branch, Input, Kind, MonId, MonMap, Monitor, Rank, RankSet, State, Time, Timer};
use crate::scenario::read;
use crate::sim::trace::{Event, EventId, EventKind};
use crate::sim::{Trace, World};

const A: MonId = MonId(0);
const B: MonId = MonId(1);
const C: MonId = MonId(2);

/// Three or five that have settled: mon.a leads all of them.
const SETTLED: &str = "monitors 3\nlatency 20ms\n";
/// mon.a has three of five votes and waits for its timer.
const CANDIDATE: &str = "monitors 5\nlatency 20ms\nat 0s boot 0 1 2\n";
/// mon.c voted for mon.b, which waits for mon.a's vote.
const VOTED: &str = "monitors 3\nlatency 20ms\nat 0s boot 1 2\n";
const SCORED: &str = "monitors 3\nedition modern\nstrategy connectivity\nlatency 20ms\n";

/// A run, and what its checker has seen of it.
struct Run {
    world: World,
    trace: Trace,
    /// What the next monitor comes up with.
    monitor: Monitor,
    event: Event,
    outcome: Outcome,
}

fn run(text: &str, ms: u64, mon: MonId) -> Run {
    let (world, trace) = played(text, ms);
    assert_eq!(world.violations(), []);
    let next = NonZeroU32::new(world.last_event() + 1).expect("more than none");
    let draft = world.draft(EventKind::Timer, Some(mon));
    Run {
        monitor: world.monitor(mon).clone(),
        event: Event {
            id: EventId(next),
            ..draft
        },
        outcome: Outcome::default(),
        world,
        trace,
    }
}

fn played(text: &str, ms: u64) -> (World, Trace) {
    let scenario = read(text).expect("a document without mistakes");
    let (mut world, mut trace) = (World::new(&scenario), Trace::default());
    for (scripted, place) in scenario.timeline().iter().zip(0..) {
        world.run_until(scripted.at, &mut trace);
        let done = world.act(&scripted.action, place, &mut trace);
        done.expect("what is written can be done");
    }
    world.run_until(Time::from_ms(ms), &mut trace);
    (world, trace)
}

impl Run {
    fn elector(&mut self) -> &mut Elector {
        match &mut self.monitor.elector {
            AnyElector::Luminous(elector) => elector,
            AnyElector::Modern(_) => panic!("this run is luminous"),
        }
    }

    fn logic(&mut self) -> &mut ElectionLogic {
        match &mut self.monitor.elector {
            AnyElector::Modern(owner) => &mut owner.logic,
            AnyElector::Luminous(_) => panic!("this run is modern"),
        }
    }

    fn effect(&mut self, effect: Effect) {
        self.outcome.effects.push(effect);
    }

    fn victory(&mut self, epoch: u32, quorum: &[u8]) {
        let quorum = quorum.iter().copied().map(Rank).collect();
        self.effect(Effect::Victory { epoch, quorum });
    }

    fn says(&mut self, op: ElectionOp, epoch: u32) {
        let election = Election {
            op,
            epoch,
            mon_features: 1,
            monmap: Arc::clone(&self.monitor.monmap),
            scoring: None,
        };
        self.effect(Effect::Send {
            to: self.monitor.addr,
            body: Body::Election(election),
        });
    }

    /// The event of this run that `which` describes: the latest.
    fn latest(&self, which: impl Fn(&Event) -> bool) -> Option<EventId> {
        let found = self.trace.events().iter().rev().find(|event| which(event));
        assert!(found.is_some(), "there is such an event");
        found.map(|event| event.id)
    }

    /// When this monitor came to its epoch.
    fn reached_by(&self, mon: MonId) -> Option<EventId> {
        self.latest(|e| e.mon == Some(mon) && e.kind.is_handled() && e.epoch != e.epoch_before)
    }

    /// What the checker says.
    fn reported(&mut self) -> Vec<Broken> {
        let epoch = self.monitor.elector.epoch();
        self.event.epoch = epoch;
        self.event.state = self.monitor.state;
        let mut checker = self.world.checker.clone();
        let mut broken = Vec::new();
        checker.observe(&self.monitor, &self.event, &self.outcome, &mut broken);
        broken
    }

    fn reports(&mut self, property: Property, against: Option<EventId>) {
        let reported = self.reported();
        assert!(!reported.is_empty(), "{} is not seen", property.id());
        assert!(
            reported
                .iter()
                .all(|each| *each == Broken { property, against }),
            "{} against {against:?} is what is broken, not {reported:?}",
            property.id()
        );
    }

    fn finds_nothing(&mut self) {
        assert_eq!(self.reported(), []);
    }
}

#[test]
fn nothing_is_broken_in_what_monitors_do() {
    for (text, ms) in [
        (SETTLED, 9_000),
        (CANDIDATE, 2_000),
        (VOTED, 2_000),
        (SCORED, 9_000),
    ] {
        for mon in [A, B, C] {
            run(text, ms, mon).finds_nothing();
        }
    }
}

#[test]
fn an_assertion_that_fails() {
    let mut run = run(SETTLED, 9_000, C);
    run.elector().epoch -= 1;
    run.effect(Effect::Abort(Branch::Bump1));
    let reported = run.reported();
    assert!(reported.contains(&Broken {
        property: Property::Assertion,
        against: None
    }));
    run.world.checker.distrust_sessions();
    let reported = run.reported();
    let failed = |each: &Broken| each.property == Property::Assertion;
    assert!(!reported.iter().any(failed), "a message may be doubled");
    run = self::run(SETTLED, 9_000, C);
    run.effect(Effect::Abort(Branch::C3));
    run.finds_nothing();
}

/// What the world makes of it: an event that names both, and a line of the log that says what is wrong.
#[test]
fn a_violation_is_recorded_with_the_events_that_it_is_about() {
    let (mut world, mut trace) = played(SETTLED, 9_000);
    world.monitors[2].leader = Some(Rank(1));
    let draft = world.draft(EventKind::Timer, Some(C));
    let handled = world.handle(C, Input::Timer(Timer::Ping), draft, &mut trace);
    let [(event, Property::OneLeaderFollowed)] = *world.violations() else {
        panic!("one is broken: {:?}", world.violations());
    };
    let event = trace.get(event).expect("it is recorded");
    assert_eq!(
        (event.kind, event.mon, event.cause),
        (EventKind::Violation, Some(C), Some(handled))
    );
    let against = event
        .missing
        .and_then(|id| trace.get(id))
        .expect("it names the other one");
    assert_eq!(
        (against.mon, against.message),
        (Some(C), Some(Kind::Victory))
    );
}
