//! A simulated run, measured as the real ones were.

use std::collections::BTreeSet;

use monscope::core::mon::{Kind, MonId, Monitor, RankSet, Span, State, Time, Timer};
use monscope::core::scenario::Scripted;
use monscope::core::sim::{Event, EventId, EventKind, Trace, World};

use crate::outcome::Outcome;
use crate::recording::Run;
use crate::script::Staged;

/// A simulated run.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// What came of each deed; `None` when the run did not begin as the real one.
    pub(crate) outcomes: Option<Vec<Outcome>>,
    /// How many properties that must hold did not.
    pub(crate) violations: usize,
}

/// Who led at an instant.
#[derive(Clone, Debug)]
struct Lead {
    leader: MonId,
    quorum: RankSet,
    members: Vec<MonId>,
    epoch: u32,
}

/// Plays a run's scenario and measures it.
pub(crate) fn play(run: &Run, staged: &Staged) -> Played {
    let mut world = World::new(&staged.scenario);
    let mut trace = Trace::default();
    let script = staged.scenario.timeline();
    let mut done = 0;
    advance(&mut world, &mut trace, &script, &mut done, staged.origin);
    if !begins_alike(run, &world) {
        return Played {
            outcomes: None,
            violations: world.violations().len(),
        };
    }
    let mut outcomes = Vec::with_capacity(run.phases.len());
    for phase in &run.phases {
        let from = staged.origin + phase.at;
        advance(
            &mut world,
            &mut trace,
            &script,
            &mut done,
            from + phase.length,
        );
        outcomes.push(outcome(&world, trace.events(), from));
    }
    Played {
        outcomes: Some(outcomes),
        violations: world.violations().len(),
    }
}

/// Lets everything happen before `until`; what is done at that very instant belongs to the next phase.
fn advance(
    world: &mut World,
    trace: &mut Trace,
    script: &[Scripted],
    done: &mut usize,
    until: Time,
) {
    while let Some(next) = script.get(*done).filter(|next| next.at < until) {
        world.run_until(next.at, trace);
        // Every action comes from a recording in which it was possible.
        let acted = world.act(&next.action, *done as u32, trace);
        debug_assert!(acted.is_ok(), "{acted:?}");
        *done += 1;
    }
    world.run_until(until, trace);
}

/// Is everybody as in the real run at its beginning?
fn begins_alike(run: &Run, world: &World) -> bool {
    let up = run
        .initial
        .iter()
        .zip(0..)
        .all(|(mon, place)| mon.up == world.process(MonId(place)).up);
    let quorum =
        |leader: Option<MonId>| leader.map(|leader| (leader, digits(world.monitor(leader).quorum)));
    let real = run
        .first_leader()
        .map(|leader| (leader, run.initial[leader.index()].quorum.clone()));
    up && (!run.settled || quorum(world.leader()) == real)
}

fn outcome(world: &World, events: &[Event], from: Time) -> Outcome {
    let begin = events.partition_point(|event| event.at < from);
    let (earlier, phase) = events.split_at(begin);
    let highest = |events: &[Event]| events.iter().map(|event| event.epoch).max().unwrap_or(0);
    let before = highest(earlier);
    let victories: Vec<&Event> = phase
        .iter()
        .filter(|event| event.kind == EventKind::Victory)
        .collect();
    let starts = starts(phase);
    let by_hand = starts.iter().find_map(|start| {
        events
            .get(start.get() as usize - 1)
            .filter(|start| is_call(start))
    });
    let since = |event: &Event| event.at.since(from).0;
    let lead = lead(world);
    Outcome {
        end: lead.as_ref().map_or_else(
            || "none".to_owned(),
            |lead| format!("{}/{}", lead.leader.0, digits(lead.quorum)),
        ),
        first_quorum: victories
            .first()
            .map_or_else(|| "-".to_owned(), |victory| digits(victory.quorum)),
        victories: victories.len() as u32,
        starts: starts.len() as u32,
        rise: highest(phase).saturating_sub(before),
        notice: by_hand.map(since),
        victory: victories.first().map(|victory| since(victory)),
        settle: lead
            .and_then(|lead| together(phase, &lead, from))
            .map(|span| span.0),
    }
}

/// The events that made somebody propose itself.
fn starts(phase: &[Event]) -> BTreeSet<EventId> {
    phase
        .iter()
        .filter(|event| event.kind == EventKind::Send && event.message == Some(Kind::Propose))
        .filter_map(|event| event.cause)
        .collect()
}

/// Did the monitor call this election, rather than go on with the one that it was in?
fn is_call(start: &Event) -> bool {
    start.timer != Some(Timer::Election)
}

/// The monitor in state leader; of several, the one with the highest epoch. One that is stopped leads nobody.
fn lead(world: &World) -> Option<Lead> {
    let leads = |m: &&Monitor| m.state == State::Leader && world.process(m.id).paused_by.is_none();
    let leader = world
        .monitors()
        .iter()
        .filter(leads)
        .max_by_key(|m| m.elector.epoch())?;
    let members = leader
        .quorum
        .iter()
        .filter_map(|rank| world.owner(leader.monmap.addr(rank)?))
        .collect();
    Some(Lead {
        leader: leader.id,
        quorum: leader.quorum,
        members,
        epoch: leader.elector.epoch(),
    })
}

/// When the last member of the quorum was in it, if that came about in this phase.
fn together(phase: &[Event], lead: &Lead, from: Time) -> Option<Span> {
    let adopts = |event: &&Event| {
        let kind = matches!(event.kind, EventKind::State | EventKind::Epoch);
        let state = matches!(event.state, State::Leader | State::Peon);
        kind && state
            && event.epoch == lead.epoch
            && event.mon.is_some_and(|mon| lead.members.contains(&mon))
    };
    phase.iter().rfind(adopts).map(|event| event.at.since(from))
}

fn digits(ranks: RankSet) -> String {
    ranks.iter().map(|rank| rank.to_string()).collect()
}
