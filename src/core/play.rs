//! A headless player of a scenario: it plays, steps, goes back, takes what people do, and keeps score of what the
//! author expected.
//!
//! * [`timeline`]: the author's script and what people did, in one order.
//! * [`history`]: keyframes, from which any instant is reached again.
//! * [`clock`]: how virtual time follows the time of the person who watches.
//! * [`expect`]: which expectations were met.
//! * [`snapshot`]: a run in plain values, for programs.

pub mod clock;
pub mod expect;
pub mod history;
pub mod snapshot;
pub mod timeline;

use crate::mon::{MonId, Rank, Time};
use crate::scenario::{Action, BadAction, By, Scenario, Scripted};
use crate::sim::world::Watched;
use crate::sim::{Event, EventId, EventKind, Trace, World};

pub use clock::Clock;
pub use expect::{Met, Score};
use history::History;
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
    score: Score,
    version: u64,
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
            score,
            version: 0,
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

    /// Every event up to the present.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.trace.events()[..self.world.last_event() as usize]
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
        let limit = self.now() + SEARCH_SPAN;
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
        // What has to hold before this instant is judged by the world as it is.
        self.score.pass_until(at, &self.world, &self.trace);
        let event = if self.world.next_at().is_some_and(|next| next <= at) {
            self.world.step(&mut self.trace)
        } else {
            self.perform(at)
        };
        self.version += 1;
        self.score.look(&self.world, &self.trace);
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

    /// Goes on to the next event that changes something in an election: a message or timer of an election, a change of
    /// state, a victory, an action. Gives it; `None`: nothing of the kind within ten minutes, and time stands still.
    pub fn next_of_interest(&mut self) -> Option<EventId> {
        let now = self.now();
        let found = self.search_on(now + SEARCH_SPAN);
        if found.is_none() {
            self.seek(now);
        }
        found
    }

    fn search_on(&mut self, limit: Time) -> Option<EventId> {
        for _ in 0..SEARCH_EVENTS {
            if self.next_at().is_none_or(|at| at > limit) {
                return None;
            }
            let before = self.world.last_event() as usize;
            self.go_on();
            if let Some(event) = self.events()[before..]
                .iter()
                .find(|event| is_of_interest(event))
            {
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
        self.version += 1;
        true
    }

    /// Forgets the future that was known, and what people did in it.
    fn fork(&mut self) {
        let last = self.world.last_event();
        if self.trace.events().len() > last as usize {
            self.trace.truncate(last);
        }
        self.history.forget_after(last);
        self.timeline.drop_later_by_users();
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
        self.version += 1;
    }

    /// Back to 0 s, as if nothing had happened; what people did stays in the script.
    pub fn restart(&mut self) {
        self.travel(|world, _| world.last_event() == 0);
        self.version += 1;
    }

    /// Goes to the latest keyframe that `fits`; the first one always does.
    fn travel(&mut self, fits: impl Fn(&World, usize) -> bool) {
        let frame = self.history.latest(|frame| fits(&frame.world, frame.done));
        self.world = frame.world.clone();
        self.score = frame.score.clone();
        self.timeline.go_to(frame.done);
        self.version += 1;
    }

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
        let mut past = Self {
            world: frame.world.clone(),
            timeline: self.timeline.clone(),
            score: Score::new(&[]),
            history: History::off(),
            trace: Trace::off(),
            scenario: self.scenario.clone(),
            version: 0,
        };
        past.timeline.go_to(frame.done);
        past.world.watch(id);
        while past.world.last_event() < id.get() {
            past.go_on()?;
        }
        past.world.watched()
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
