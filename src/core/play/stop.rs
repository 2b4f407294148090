//! Break points: playing stops when something becomes so that could stand in an `expect`.

use super::Player;
use super::expect::holds;
use crate::mon::{Span, Time};
use crate::scenario::{Condition, DocError, Place, Scenario, read_conditions};
use crate::sim::check::Property;
use crate::sim::{Event, EventKind, Trace, World};

/// The most break points at a time.
pub const STOPS_MAX: usize = 20;

/// A break point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// As it was written: `branch PROPOSE-5a mon 2`.
    pub words: String,
    never: bool,
    what: Vec<Condition>,
    /// Was it so the last time somebody looked?
    was: bool,
}

impl Stop {
    /// Reads a break point for a scenario: what stands in an `expect` line after its time, and `outage >= 10s`.
    ///
    /// # Errors
    /// When it isn't something that can be expected.
    pub fn read(text: &str, scenario: &Scenario) -> Result<Self, DocError> {
        let text = text.trim();
        // A reader that knows what is expected knows the most; here the least counts.
        let longer = text.strip_prefix("outage").map(str::trim_start);
        let longer = longer.and_then(|rest| rest.strip_prefix(">="));
        let known = longer.map_or_else(|| text.to_owned(), |span| ["outage <=", span].concat());
        let (never, what) = read_conditions(&known, scenario)?;
        if longer.is_none() && what.iter().any(|one| matches!(one, Condition::Outage(_))) {
            let message =
                "an outage stops the run once it is as long as this: write `outage >= 10s`";
            return Err(DocError::new(Place::NOWHERE, message));
        }
        Ok(Self {
            words: text.to_owned(),
            never,
            what,
            was: false,
        })
    }

    /// Is it so, given what happened in the latest step?
    fn is_so(&self, step: &[Event], world: &World, trace: &Trace) -> bool {
        let one = |condition: &Condition| match condition {
            Condition::BranchTaken(branch, mon) => step.iter().any(|event| {
                (mon.is_none() || event.mon == *mon) && event.branches().any(|b| b == *branch)
            }),
            Condition::Violation(id) => {
                let broken = |event: &Event| {
                    let property = Property::ALL.get(event.index as usize);
                    let wanted =
                        property.is_some_and(|p| id.as_ref().is_none_or(|id| p.id() == id));
                    event.kind == EventKind::Violation && wanted
                };
                // `violation none` is so while nothing breaks.
                step.iter().any(broken) == id.is_some()
            }
            Condition::Outage(span) => reached(world, *span).is_some_and(|at| at <= world.now()),
            other => holds(other, world.now(), world, trace),
        };
        self.what.iter().all(one) != self.never
    }
}

/// When the outage that goes on is that long.
fn reached(world: &World, span: Span) -> Option<Time> {
    world.leaderless_since().map(|since| since + span)
}

/// The break points of a player.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops {
    list: Vec<Stop>,
    hit: Option<usize>,
}

impl Stops {
    pub(super) fn list(&self) -> &[Stop] {
        &self.list
    }

    /// The one that stopped the run.
    pub(super) fn hit(&self) -> Option<&Stop> {
        self.list.get(self.hit?)
    }

    /// Adds one, unless it is there already.
    pub(super) fn add(&mut self, stop: Stop, world: &World, trace: &Trace) {
        if self.list.len() < STOPS_MAX && self.list.iter().all(|known| known.words != stop.words) {
            self.list.push(stop);
            self.settle(world, trace);
        }
    }

    pub(super) fn remove(&mut self, place: usize) {
        if place < self.list.len() {
            self.list.remove(place);
            self.hit = None;
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Somebody came to this moment by another way: what is so already stops nothing.
    pub(super) fn settle(&mut self, world: &World, trace: &Trace) {
        self.hit = None;
        for stop in &mut self.list {
            stop.was = stop.is_so(&[], world, trace);
        }
    }

    /// A step was taken: these are its events.
    pub(super) fn look(&mut self, step: &[Event], world: &World, trace: &Trace) {
        self.hit = None;
        for (place, stop) in self.list.iter_mut().enumerate() {
            let is = stop.is_so(step, world, trace);
            if is && !stop.was {
                self.hit.get_or_insert(place);
            }
            // What a step does is over with it.
            stop.was = is && !stop.what.iter().any(passes);
        }
    }

    /// When the outage that goes on will be as long as a break point waits for; not before something else happens.
    pub(super) fn next_at(&self, world: &World) -> Option<Time> {
        let spans = self.list.iter().flat_map(|stop| &stop.what);
        let outages = spans.filter_map(|condition| match condition {
            Condition::Outage(span) => reached(world, *span),
            _ => None,
        });
        outages.filter(|at| *at > world.now()).min()
    }
}

/// Is it about a step, and not about a state that lasts?
const fn passes(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::BranchTaken(..) | Condition::Violation(_)
    )
}

impl Player {
    /// Stops the run whenever this becomes so.
    ///
    /// # Errors
    /// When the text isn't a break point; see [`Stop::read`].
    pub fn stop_when(&mut self, text: &str) -> Result<(), DocError> {
        let stop = Stop::read(text, &self.scenario)?;
        self.stops.add(stop, &self.world, &self.trace);
        Ok(())
    }

    /// Takes a break point away, by its place in [`Self::stops`].
    pub fn remove_stop(&mut self, place: usize) {
        self.stops.remove(place);
    }

    /// The break points.
    #[must_use]
    pub fn stops(&self) -> &[Stop] {
        self.stops.list()
    }

    /// The break point that was reached with the latest step; who plays stops then.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stop> {
        self.stops.hit()
    }

    /// Goes to the instant at which an outage is as long as a break point waits for, if it comes before anything
    /// happens and not after `until`.
    pub(crate) fn stop_by(&mut self, until: Time) -> bool {
        let Some(at) = self.stops.next_at(&self.world) else {
            return false;
        };
        if at > until || self.next_at().is_some_and(|next| next <= at) {
            return false;
        }
        self.pass_time(at);
        self.stops.look(&[], &self.world, &self.trace);
        self.version += 1;
        self.stops.hit().is_some()
    }

    /// Whoever came here did not play: nothing that is so already stops them.
    pub(super) fn settle(&mut self) {
        self.version += 1;
        self.stops.settle(&self.world, &self.trace);
    }
}
