//! A headless player of a scenario: it plays, steps, goes back, takes what people do, and keeps score of what the
//! author expected.
//!
//! * [`timeline`]: the author's script and what people did, in one order.
//! * [`history`]: keyframes, from which any instant is reached again.
//! * [`clock`]: how virtual time follows the time of the person who watches.
//! * [`expect`]: which expectations were met.
//! * `travel`: to any instant or event, back and forth; `left`: the run that was left by acting in the past.
//! * [`reign`]: who led when; [`stop`]: break points.
//! * [`snapshot`]: a run in plain values, for programs.
//! * [`whatif`]: what a loss would come to.

pub mod clock;
pub mod expect;
pub mod history;
mod left;
pub mod reign;
pub mod snapshot;
pub mod stop;
pub mod timeline;
mod travel;
pub mod whatif;

use crate::mon::{MonId, Rank, Time};
use crate::scenario::{Action, BadAction, By, Scenario, Scripted};
use crate::sim::world::Watched;
use crate::sim::{Event, EventId, EventKind, Trace, World};

pub use clock::Clock;
pub use expect::{Met, Score};
use history::History;
use left::Left;
pub use reign::Reign;
use reign::Reigns;
pub use stop::Stop;
use stop::Stops;
use timeline::Timeline;
pub use travel::{Wanted, is_mark};

/// The most events of a run (ten hours of five monitors at rest): a document may ask for more than any machine holds.
pub const EVENTS_MAX: u32 = 1_000_000;

/// A scenario being played.
#[derive(Clone, Debug)]
pub struct Player {
    scenario: Scenario,
    timeline: Timeline,
    world: World,
    trace: Trace,
    history: History,
    reigns: Reigns,
    stops: Stops,
    left: Option<Left>,
    /// The latest instant that was come to before going back.
    reached: Time,
    score: Score,
    version: u64,
    /// Counts the times that known events were dropped.
    forks: u32,
}

impl Player {
    /// A player at 0 s: nothing has happened yet.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let world = World::new(&scenario);
        let timeline = Timeline::new(&scenario);
        let score = Score::new(&scenario.expects);
        let history = History::new(&world, &score);
        Self {
            scenario,
            timeline,
            world,
            trace: Trace::default(),
            history,
            reigns: Reigns::default(),
            stops: Stops::default(),
            left: None,
            reached: Time::ZERO,
            score,
            version: 0,
            forks: 0,
        }
    }

    // -- looking

    /// The instant it has come to.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.world.now()
    }

    /// The cluster and its network at this instant.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The scenario as it was given; what people did since is in [`Self::document`].
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The starting rank of a monitor: how programs name it.
    #[must_use]
    pub fn starting_rank(&self, mon: MonId) -> Rank {
        self.world.starting_rank(mon)
    }

    /// The scenario that replays this run: what people did stands in its script.
    #[must_use]
    pub fn document(&self) -> Scenario {
        Scenario {
            script: self.timeline.entries().to_vec(),
            every: Vec::new(),
            ..self.scenario.clone()
        }
    }

    /// Everything that is done in this run, in order: the author's script and what people did.
    #[must_use]
    pub fn script(&self) -> &[Scripted] {
        self.timeline.entries()
    }

    /// Every event up to the present.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.trace.events()[..self.world.last_event() as usize]
    }

    /// Every event that is known, those after the present included: what was passed once stays known until somebody
    /// acts before it.
    #[must_use]
    pub fn known(&self) -> &[Event] {
        self.trace.events()
    }

    /// The event of that id, if it is known.
    #[must_use]
    pub fn known_event(&self, id: EventId) -> Option<&Event> {
        self.trace.get(id)
    }

    /// Up to when the run is known.
    #[must_use]
    pub fn known_until(&self) -> Time {
        let last = self.known().last().map_or(Time::ZERO, |event| event.at);
        last.max(self.now()).max(self.reached)
    }

    /// Counts the times that known events were dropped, because somebody acted before them: what was made of
    /// [`Self::known`] is to be made anew.
    #[must_use]
    pub const fn forks(&self) -> u32 {
        self.forks
    }

    /// Who led when, as far as the run is known, beginning with nobody at 0 s.
    #[must_use]
    pub fn reigns(&self) -> &[Reign] {
        self.reigns.list()
    }

    /// The event of that id, if it has happened.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.events().get(id.get() as usize - 1)
    }

    /// The action that a user event records.
    #[must_use]
    pub fn action(&self, event: &Event) -> Option<&Scripted> {
        (event.kind == EventKind::User)
            .then(|| self.timeline.entries().get(event.index as usize))?
    }

    /// The last thing done, a boot left out, and the time without a leader since then.
    #[must_use]
    pub fn last_deed(&self) -> Option<(&Scripted, crate::mon::Span)> {
        let (index, leaderless) = self.world.last_deed()?;
        Some((self.timeline.entries().get(index as usize)?, leaderless))
    }

    /// Which expectations fell due, and whether they were met.
    #[must_use]
    pub const fn score(&self) -> &Score {
        &self.score
    }

    /// Changes with every event, every action and every jump in time: equal versions, equal picture at rest.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Has this run as many events as are kept? Then nothing more happens in it.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.world.last_event() >= EVENTS_MAX
    }

    /// When something happens next by itself or by the script; `None`: never.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        if self.is_full() {
            return None;
        }
        match (self.world.next_at(), self.timeline.next_at()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    // -- going on

    /// Takes the next thing that happens, whatever it is; gives its event. `None`: nothing will happen, at least not
    /// within ten minutes.
    pub fn step(&mut self) -> Option<EventId> {
        let limit = self.now() + travel::SEARCH_SPAN;
        loop {
            match self.go_on()? {
                None if self.now() > limit => return None,
                None => {}
                event => return event,
            }
        }
    }

    /// The same, but no more than one entry of the queue: one that is between messengers has no event, and gives
    /// `Some(None)`. `None`: nothing will ever happen.
    pub fn go_on(&mut self) -> Option<Option<EventId>> {
        let at = self.next_at()?;
        let before = self.world.last_event() as usize;
        // What has to hold before this instant is judged by the world as it is.
        self.score.pass_until(at, &self.world, &self.trace);
        let event = if self.world.next_at().is_some_and(|next| next <= at) {
            self.world.step(&mut self.trace)
        } else {
            self.perform(at)
        };
        self.version += 1;
        self.score.look(&self.world, &self.trace);
        self.reigns.look(&self.world);
        if !self.stops.is_empty() {
            let events = &self.trace.events()[before..self.world.last_event() as usize];
            self.stops.look(events, &self.world, &self.trace);
        }
        self.history
            .keep(&self.world, self.timeline.done(), &self.score);
        Some(event)
    }

    /// Performs the script's next action, which falls due at `at`.
    fn perform(&mut self, at: Time) -> Option<EventId> {
        self.world.wait_until(at);
        let index = self.timeline.done() as u32;
        let scripted = self.timeline.advance()?;
        if scripted.by == By::User {
            self.score.void_from(at);
        }
        // Every action was checked when it was written down, so that none is refused here.
        self.world
            .act(&scripted.action, index, &mut self.trace)
            .ok()
    }

    /// Lets everything happen that falls due up to `until`, which is then the present. Earlier instants are ignored.
    pub fn advance_to(&mut self, until: Time) {
        while self.next_at().is_some_and(|at| at <= until) {
            self.go_on();
        }
        self.pass_time(until);
    }

    /// Nothing falls due until then: time goes on.
    fn pass_time(&mut self, until: Time) {
        if until > self.world.now() {
            self.world.wait_until(until);
            self.score.pass_through(until, &self.world, &self.trace);
        }
    }

    // -- acting

    /// Does something now, as a person at the page: first what is left to happen at this very microsecond, then the
    /// action. It is written into the script. After a step back in time, what people did later is dropped.
    ///
    /// # Errors
    /// When the action can't be meant, whatever the moment; then nothing was changed.
    pub fn apply(&mut self, action: Action) -> Result<EventId, BadAction> {
        action.check(self.scenario.monitors.len(), self.scenario.network.session)?;
        let now = self.now();
        self.advance_to(now);
        self.fork();
        self.score.void_from(now);
        let index = self.timeline.insert(Scripted {
            at: now,
            action,
            by: By::User,
        });
        let action = self.timeline.entries()[index].action.clone();
        let event = self.world.act(&action, index as u32, &mut self.trace)?;
        self.version += 1;
        self.score.look(&self.world, &self.trace);
        self.reigns.look(&self.world);
        self.history
            .keep(&self.world, self.timeline.done(), &self.score);
        Ok(event)
    }

    /// The last thing a person did, that [`Self::undo`] would take back.
    #[must_use]
    pub fn last_by_user(&self) -> Option<&Scripted> {
        let done = &self.timeline.entries()[..self.timeline.done()];
        done.iter().rev().find(|entry| entry.by == By::User)
    }

    /// Takes back the last thing a person did: the run is again at the instant before it.
    ///
    /// False: there is nothing to take back.
    pub fn undo(&mut self) -> bool {
        let done = self.timeline.done();
        let Some(place) = self.timeline.entries()[..done]
            .iter()
            .rposition(|entry| entry.by == By::User)
        else {
            return false;
        };
        let at = self.timeline.entries()[place].at;
        self.travel(|world, done| world.now() <= at && done <= place);
        while self.timeline.done() < place && self.next_at().is_some_and(|next| next <= at) {
            self.go_on();
        }
        while self.world.next_at().is_some_and(|next| next <= at) && self.timeline.done() == place {
            self.go_on();
        }
        self.pass_time(at);
        // It lies in the future now, and goes with it.
        self.fork();
        self.settle();
        true
    }

    // -- looking closely

    /// Looks at an event that a monitor handled: before, after, and every step with its values. Computed again from the
    /// nearest keyframe. `None`: there is no such event, or no monitor handled anything there.
    #[must_use]
    pub fn look(&self, id: EventId) -> Option<Watched> {
        if !self.trace.get(id)?.kind.is_handled() {
            return None;
        }
        let frame = self
            .history
            .latest(|frame| frame.world.last_event() < id.get());
        let (world, timeline) = (frame.world.clone(), self.timeline.clone());
        let mut past = Self::bare(self.scenario.clone(), world, timeline);
        past.timeline.go_to(frame.done);
        past.world.watch(id);
        while past.world.last_event() < id.get() {
            past.go_on()?;
        }
        past.world.watched()
    }

    /// What will happen up to an instant, if nobody interferes.
    #[must_use]
    pub fn foresee(&self, until: Time) -> Vec<Event> {
        let (world, timeline) = (self.world.clone(), self.timeline.clone());
        let mut future = Self {
            trace: Trace::default(),
            ..Self::bare(Scenario::of(0), world, timeline)
        };
        while future.next_at().is_some_and(|at| at <= until) {
            future.go_on();
        }
        future.trace.events().to_vec()
    }

    /// A player that keeps nothing, in this world.
    fn bare(scenario: Scenario, world: World, timeline: Timeline) -> Self {
        Self {
            scenario,
            timeline,
            world,
            trace: Trace::off(),
            history: History::off(),
            reigns: Reigns::default(),
            stops: Stops::default(),
            left: None,
            reached: Time::ZERO,
            score: Score::new(&[]),
            version: 0,
            forks: 0,
        }
    }
}
