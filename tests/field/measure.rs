//! A simulated run, measured as the real ones were.

use std::collections::BTreeSet;

use monscope::core::mon::{Kind, MonId, Monitor, RankSet, Span, State, Time, Timer};
use monscope::core::sim::{Event, EventId, EventKind, World};

use crate::outcome::Outcome;
use crate::play::digits;

/// Who led at an instant.
#[derive(Clone, Debug)]
struct Lead {
    leader: MonId,
    quorum: RankSet,
    members: Vec<MonId>,
    epoch: u32,
}

/// What came of what was done at `from`, by now.
pub(crate) fn outcome(world: &World, events: &[Event], from: Time) -> Outcome {
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

/// Did the monitor itself call this election, as its log would say? The elector starts again by itself when its time is
/// up, when a victory makes no sense, and when others may lead than before.
fn is_call(start: &Event) -> bool {
    let by_elector = start.timer == Some(Timer::Election) || start.message == Some(Kind::Victory);
    !by_elector && start.branches().all(|branch| branch.id() != "C4-START")
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
