//! A headless player of a scenario: it plays, steps, goes back, takes what people do, and keeps score of what the
//! author expected.
//!
//! * [`timeline`]: the author's script and what people did, in one order.
//! * [`history`]: keyframes, from which any instant is reached again.
//! * [`clock`]: how virtual time follows the time of the person who watches.
//! * [`expect`]: which expectations were met.
//! * [`reign`]: who led when.
//! * [`stop`]: break points.
//! * [`snapshot`]: a run in plain values, for programs.
//! * [`whatif`]: what a loss would come to.

pub mod clock;
pub mod expect;
pub mod history;
pub mod reign;
pub mod snapshot;
pub mod stop;
pub mod timeline;
pub mod whatif;

use crate::mon::{MonId, Rank, Time};
use crate::scenario::{Action, BadAction, By, DocError, Scenario, Scripted};
use crate::sim::world::Watched;
use crate::sim::{Event, EventId, EventKind, Trace, World};

pub use clock::Clock;
pub use expect::{Met, Score};
use history::History;
pub use reign::Reign;
use reign::Reigns;
pub use stop::Stop;
use stop::Stops;
use timeline::Timeline;

/// The most events of a run (ten hours of five monitors at rest): a document may ask for more than any machine holds.
pub const EVENTS_MAX: u32 = 1_000_000;

/// How far "the next event of interest" is looked for, in events and in virtual time: a cluster at rest has none.
const SEARCH_EVENTS: usize = 50_000;
const SEARCH_SPAN: crate::mon::Span = crate::mon::Span::from_secs(600);

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

/// A run that somebody left: they went back, and did something else.
#[derive(Clone, Debug)]
struct Left {
    script: Vec<Scripted>,
    /// The latest event that it has in common with the present run.
    common: u32,
    /// Up to when it was known.
    until: Time,
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

    /// The latest event that changed something in an election, up to the present; a run that has been at rest for very
    /// long may have none.
    #[must_use]
    pub fn latest_of_interest(&self) -> Option<&Event> {
        let latest = self.events().iter().rev().take(SEARCH_EVENTS);
        latest.into_iter().find(|event| is_of_interest(event))
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

    /// Takes the next thing that happens, whatever it is; gives its event. `None`: nothing will ever happen.
    pub fn step(&mut self) -> Option<EventId> {
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
        event
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
            self.step();
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

    /// Goes on to the next event of that kind. Gives it; `None`: nothing of the kind within ten minutes, and time stands
    /// still.
    pub fn next_of(&mut self, wanted: Wanted) -> Option<EventId> {
        let now = self.now();
        let found = self.search_on(now + SEARCH_SPAN, wanted);
        if found.is_none() {
            self.seek(now);
        }
        found
    }

    fn search_on(&mut self, limit: Time, wanted: Wanted) -> Option<EventId> {
        for _ in 0..SEARCH_EVENTS {
            if self.next_at().is_none_or(|at| at > limit) {
                return None;
            }
            let before = self.world.last_event() as usize;
            self.step();
            let new = &self.events()[before..];
            if let Some(event) = new.iter().find(|event| wanted.is(event)) {
                return Some(event.id);
            }
        }
        None
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
            self.step();
        }
        while self.world.next_at().is_some_and(|next| next <= at) && self.timeline.done() == place {
            self.step();
        }
        self.pass_time(at);
        // It lies in the future now, and goes with it.
        self.fork();
        self.settle();
        true
    }

    /// Forgets the future that was known, and what people did in it; it can be had back.
    fn fork(&mut self) {
        let last = self.world.last_event();
        let by_user = |entry: &Scripted| entry.by == By::User;
        if self.timeline.entries()[self.timeline.done()..]
            .iter()
            .any(by_user)
            || self.trace.events().len() > last as usize
        {
            self.left = Some(self.leaving(last));
        }
        self.reached = Time::ZERO;
        if self.trace.events().len() > last as usize {
            self.trace.truncate(last);
            self.forks += 1;
        }
        self.reigns.forget_after(last);
        self.history.forget_after(last);
        self.timeline.drop_later_by_users();
    }

    fn leaving(&self, common: u32) -> Left {
        Left {
            script: self.timeline.entries().to_vec(),
            common,
            until: self.known_until(),
        }
    }

    /// Is there a run that somebody left by acting in its past?
    #[must_use]
    pub const fn has_left(&self) -> bool {
        self.left.is_some()
    }

    /// Goes to the run that was left, as far as it was known; the present one is left now. False: there is none.
    pub fn back_to_left(&mut self) -> bool {
        let Some(left) = self.left.take() else {
            return false;
        };
        let leaving = self.leaving(left.common);
        self.travel(|world, _| world.last_event() <= left.common);
        self.trace.truncate(left.common);
        self.reigns.forget_after(left.common);
        self.history.forget_after(left.common);
        self.forks += 1;
        self.reached = Time::ZERO;
        self.timeline.replace(left.script);
        self.advance_to(left.until);
        self.left = Some(leaving);
        self.settle();
        true
    }

    // -- stopping

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
    fn settle(&mut self) {
        self.version += 1;
        self.stops.settle(&self.world, &self.trace);
    }

    // -- travelling

    /// Goes to an instant, back or forth; what is known of the future stays known.
    pub fn seek(&mut self, at: Time) {
        let fits = |world: &World| world.now() <= at;
        let nearest = &self.history.latest(|frame| fits(&frame.world)).world;
        // Forwards too: what was passed once has its keyframes.
        if at < self.now() || nearest.last_event() > self.world.last_event() {
            self.travel(|world, _| fits(world));
        }
        self.advance_to(at);
        self.settle();
    }

    /// Goes to the moment right after an event that is known, and what happened with it. False: there is no such event.
    pub fn go_to_event(&mut self, id: EventId) -> bool {
        if self.trace.get(id).is_none() {
            return false;
        }
        if self.world.last_event() >= id.get() {
            self.travel(|world, _| world.last_event() < id.get());
        }
        while self.world.last_event() < id.get() && self.step().is_some() {}
        self.settle();
        true
    }

    /// Takes back the latest event, and what happened with it: the next [`Self::step`] takes it again. False: nothing
    /// has happened.
    pub fn step_back(&mut self) -> bool {
        let last = self.world.last_event();
        let Some(before) = self.before_step(last) else {
            return false;
        };
        self.travel(|world, _| world.last_event() <= before);
        while self.world.last_event() < before && self.step().is_some() {}
        self.settle();
        true
    }

    /// The latest event before the step that ended with the event `last`.
    fn before_step(&mut self, last: u32) -> Option<u32> {
        if last == 0 {
            return None;
        }
        let mut before = self.ghost(&|world| world.last_event() < last);
        let mut event = before.world.last_event();
        while before.world.last_event() < last {
            event = before.world.last_event();
            before.step()?;
        }
        Some(event)
    }

    /// Goes back to the moment after the latest event of that kind before the present one; to 0 s, when there was none.
    pub fn previous_of(&mut self, wanted: Wanted) -> bool {
        let before = self
            .before_step(self.world.last_event())
            .unwrap_or_default();
        let past = &self.trace.events()[..before as usize];
        let found = past.iter().rev().find(|event| wanted.is(event));
        match found.map(|event| event.id) {
            Some(id) => self.go_to_event(id),
            None => {
                self.restart();
                false
            }
        }
    }

    /// A player that keeps nothing, at the latest keyframe that `fits`.
    #[inline(never)]
    fn ghost(&self, fits: &dyn Fn(&World) -> bool) -> Self {
        let frame = self.history.latest(|frame| fits(&frame.world));
        let mut ghost = Self::bare(
            self.scenario.clone(),
            frame.world.clone(),
            self.timeline.clone(),
        );
        ghost.timeline.go_to(frame.done);
        ghost
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

    /// Back to 0 s, as if nothing had happened; what people did stays in the script.
    pub fn restart(&mut self) {
        self.travel(|world, _| world.last_event() == 0);
        self.settle();
    }

    /// Goes to the latest keyframe that `fits`; the first one always does.
    fn travel(&mut self, fits: impl Fn(&World, usize) -> bool) {
        self.reached = self.reached.max(self.now());
        let frame = self.history.latest(|frame| fits(&frame.world, frame.done));
        self.world = frame.world.clone();
        self.score = frame.score.clone();
        self.timeline.go_to(frame.done);
        self.version += 1;
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
            future.step();
        }
        future.trace.events().to_vec()
    }

    /// Looks at an event that a monitor handled: before, after, and every step with its values. Computed again from the
    /// nearest keyframe. `None`: there is no such event, or no monitor handled anything there.
    #[must_use]
    pub fn look(&self, id: EventId) -> Option<Watched> {
        if !self.trace.get(id)?.kind.is_handled() {
            return None;
        }
        let mut past = self.ghost(&|world| world.last_event() < id.get());
        past.world.watch(id);
        while past.world.last_event() < id.get() {
            past.step()?;
        }
        past.world.watched()
    }
}

/// What is looked for in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What changes something in an election: a message or timer of an election, a change of state, a victory, an
    /// action.
    Election,
    /// What the strip marks: an action, a victory, an end, a broken property.
    Mark,
}

impl Wanted {
    fn is(self, event: &Event) -> bool {
        match self {
            Self::Election => is_of_interest(event),
            Self::Mark => is_mark(event),
        }
    }
}

/// Is it something that the strip marks?
#[must_use]
pub fn is_mark(event: &Event) -> bool {
    match event.kind {
        // That everybody boots at the beginning is no news.
        EventKind::User => event.at > Time::ZERO || event.mon.is_some(),
        EventKind::Victory | EventKind::Violation | EventKind::Abort | EventKind::Exit => true,
        _ => false,
    }
}

/// Does this event change something in an election, or is it somebody's doing?
fn is_of_interest(event: &Event) -> bool {
    use crate::mon::{Kind, Timer};
    match event.kind {
        EventKind::Deliver => {
            matches!(
                event.message,
                Some(Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak)
            )
        }
        EventKind::Timer => {
            event.timer == Some(Timer::Election) || event.state != event.state_before
        }
        EventKind::User
        | EventKind::State
        | EventKind::Victory
        | EventKind::Abort
        | EventKind::Exit => true,
        _ => false,
    }
}
