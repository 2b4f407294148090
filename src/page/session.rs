//! The player behind a page, its clock, and what is kept between two pictures.
//!
//! It lives outside yew's tree: the frame loop advances it and calls the painters every frame; yew is told only when
//! something happened, or a countdown moved on.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use monscope_core::frame::{Scene, gather};
use monscope_core::mon::Time;
use monscope_core::play::{Clock, Player, Wanted};
use monscope_core::scenario::{Action, Scenario, Scripted};
use monscope_core::sim::EventId;
use yew::Callback;

use super::dom::{Frame, prefers_less_motion};

/// Countdowns move on so often while nothing happens, in milliseconds.
const COUNTDOWN_MS: f64 = 100.0;

/// The most time that passes for the one who watches between two frames, in microseconds: a tab that was hidden does
/// not catch up.
const FRAME_MOST_US: u64 = 100_000;

/// The player behind a page. Clones are the same session.
#[derive(Clone)]
pub struct Session(Rc<Inner>);

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

struct Inner {
    player: RefCell<Player>,
    clock: RefCell<Clock>,
    playing: Cell<bool>,
    in_sight: Cell<bool>,
    /// Counts the times the past was changed: everything made from events is to be made anew.
    past: Cell<u32>,
    /// Counts the scenarios that were put on the stage.
    loads: Cell<u32>,
    /// The section that is played again and again.
    section: Cell<Option<(Time, Time)>>,
    scene: RefCell<Option<(u64, Rc<Scene>)>>,
    frame: RefCell<Option<Frame>>,
    last_frame_ms: Cell<Option<f64>>,
    shown_ms: Cell<f64>,
    shown_version: Cell<u64>,
    /// Up to which event the log tells; while time passes it follows as often as a countdown.
    told: Cell<u32>,
    /// Counts the times that it was told; what counts down follows it.
    shown: Cell<u32>,
    changed: RefCell<Callback<()>>,
    painters: RefCell<Vec<(u32, Callback<()>)>>,
    next_painter: Cell<u32>,
}

/// A painter is called every frame, until this is dropped.
#[must_use]
pub struct Painting {
    session: Weak<Inner>,
    id: u32,
}

impl fmt::Debug for Painting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Painting")
    }
}

impl Drop for Painting {
    fn drop(&mut self) {
        if let Some(inner) = self.session.upgrade() {
            inner.painters.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

impl Session {
    /// A session at the beginning of a scenario, paused.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let section = section_of(&scenario);
        Self(Rc::new(Inner {
            section: Cell::new(section),
            player: RefCell::new(Player::new(scenario)),
            clock: RefCell::new(Clock::default()),
            playing: Cell::new(false),
            in_sight: Cell::new(true),
            past: Cell::new(0),
            loads: Cell::new(0),
            scene: RefCell::new(None),
            frame: RefCell::new(None),
            last_frame_ms: Cell::new(None),
            shown_ms: Cell::new(0.0),
            shown_version: Cell::new(0),
            told: Cell::new(0),
            shown: Cell::new(0),
            changed: RefCell::new(Callback::noop()),
            painters: RefCell::new(Vec::new()),
            next_painter: Cell::new(0),
        }))
    }

    // -- looking

    /// Looks at the player.
    pub fn look<T>(&self, look: impl FnOnce(&Player) -> T) -> T {
        look(&self.0.player.borrow())
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Time {
        self.look(Player::now)
    }

    /// The facts of the present picture. Between two events it is the same one, with an earlier instant.
    #[must_use]
    pub fn scene(&self) -> Rc<Scene> {
        let player = self.0.player.borrow();
        let mut kept = self.0.scene.borrow_mut();
        match &*kept {
            Some((version, scene)) if *version == player.version() => scene.clone(),
            _ => {
                let scene = Rc::new(gather(&player));
                *kept = Some((player.version(), scene.clone()));
                scene
            }
        }
    }

    /// Counts the times the past was changed (a step back, an undo, another scenario).
    #[must_use]
    pub fn past(&self) -> u32 {
        self.0.past.get()
    }

    /// Counts the scenarios that were put on the stage after the first one.
    #[must_use]
    pub fn loads(&self) -> u32 {
        self.0.loads.get()
    }

    /// Up to which event the log tells.
    #[must_use]
    pub fn told(&self) -> u32 {
        self.0.told.get()
    }

    /// Counts the times that something new was to be seen, at the pace of a countdown.
    #[must_use]
    pub fn shown(&self) -> u32 {
        self.0.shown.get()
    }

    /// Is time passing?
    #[must_use]
    pub fn playing(&self) -> bool {
        self.0.playing.get()
    }

    /// The speed in thousandths of real time.
    #[must_use]
    pub fn speed_milli(&self) -> u32 {
        self.0.clock.borrow().speed_milli()
    }

    /// Is time stretched while messages fly?
    #[must_use]
    pub fn slow_down(&self) -> bool {
        self.0.clock.borrow().slow_down
    }

    /// By how much time is stretched now.
    #[must_use]
    pub fn stretch(&self) -> u64 {
        self.0.clock.borrow().stretch()
    }

    /// What [`Self::undo`] would take back.
    #[must_use]
    pub fn last_by_user(&self) -> Option<Scripted> {
        self.look(|player| player.last_by_user().cloned())
    }

    /// The section that is played again and again.
    #[must_use]
    pub fn section(&self) -> Option<(Time, Time)> {
        self.0.section.get()
    }

    // -- being heard

    /// Whom to tell that something happened.
    pub fn on_change(&self, changed: Callback<()>) {
        *self.0.changed.borrow_mut() = changed;
    }

    /// Calls `painter` every frame while time passes, and whenever the picture changed.
    pub fn on_frame(&self, painter: Callback<()>) -> Painting {
        let id = self.0.next_painter.get();
        self.0.next_painter.set(id + 1);
        self.0.painters.borrow_mut().push((id, painter));
        Painting {
            session: Rc::downgrade(&self.0),
            id,
        }
    }

    // -- time

    /// Lets time pass, or stops it.
    pub fn set_playing(&self, playing: bool) {
        self.0.playing.set(playing);
        self.0.last_frame_ms.set(None);
        self.0.show();
        Inner::run(&self.0);
    }

    /// The page has come on screen, or is no more on it.
    pub fn set_in_sight(&self, in_sight: bool) {
        self.0.in_sight.set(in_sight);
        self.0.last_frame_ms.set(None);
        Inner::run(&self.0);
    }

    /// Sets the speed, in thousandths of real time.
    pub fn set_speed_milli(&self, speed: u32) {
        self.0.clock.borrow_mut().set_speed_milli(speed);
        self.0.show();
    }

    /// Stretches time while messages fly, or not.
    pub fn set_slow_down(&self, slow_down: bool) {
        self.0.clock.borrow_mut().slow_down = slow_down;
        self.0.show();
    }

    /// Takes the next event; time stops.
    pub fn step(&self) {
        self.0.playing.set(false);
        self.0.player.borrow_mut().step();
        self.0.show();
    }

    /// Goes to the next event of an election; time stops.
    pub fn next_of_interest(&self) {
        self.0.playing.set(false);
        self.0.player.borrow_mut().next_of(Wanted::Election);
        self.0.show();
    }

    /// Goes to the moment right after an event that is known; time stops.
    pub fn go_to_event(&self, id: EventId) {
        self.0.playing.set(false);
        self.0.player.borrow_mut().go_to_event(id);
        self.0.past_changed();
    }

    /// Takes back the latest event; time stops.
    pub fn step_back(&self) {
        self.back(&|player| player.step_back());
    }

    /// Back to the previous event of an election; time stops.
    pub fn previous_of_interest(&self) {
        self.back(&|player| player.previous_of(Wanted::Election));
    }

    /// To the next mark of the strip, or the previous one; time stops.
    pub fn to_mark(&self, next: bool) {
        if next {
            self.0.playing.set(false);
            self.0.player.borrow_mut().next_of(Wanted::Mark);
            self.0.show();
        } else {
            self.back(&|player| player.previous_of(Wanted::Mark));
        }
    }

    /// To the run that somebody left by acting in its past.
    pub fn back_to_left(&self) {
        self.back(&Player::back_to_left);
    }

    /// Plays a section again and again, or none. One that has no length is none.
    pub fn set_section(&self, section: Option<(Time, Time)>) {
        self.0.section.set(section.filter(|(from, to)| from < to));
        self.0.show();
    }

    /// The section begins now, or ends now; its other end stays, if it can.
    pub fn bound_section(&self, begins: bool) {
        let (now, until) = self.look(|player| (player.now(), player.known_until()));
        let (from, to) = self.section().unwrap_or((Time::ZERO, until));
        self.set_section(Some(if begins {
            (now, if to > now { to } else { until })
        } else {
            (if from < now { from } else { Time::ZERO }, now)
        }));
    }

    /// Stops whenever this becomes so: what may stand in an `expect`, or `outage >= 10s`.
    ///
    /// # Errors
    /// When it is nothing of the kind, in words.
    ///
    /// Only what comes later may call it: it brings the reader of documents along.
    pub fn stop_when(&self, text: &str) -> Result<(), String> {
        let done = self.0.player.borrow_mut().stop_when(text);
        self.0.show();
        done.map_err(|error| error.to_string())
    }

    /// Takes away the break point at that place.
    pub fn remove_stop(&self, place: usize) {
        self.0.player.borrow_mut().remove_stop(place);
        self.0.show();
    }

    fn back(&self, go: &dyn Fn(&mut Player) -> bool) {
        self.0.playing.set(false);
        go(&mut self.0.player.borrow_mut());
        self.0.past_changed();
    }

    /// Goes to an instant.
    pub fn go_to(&self, at: Time) {
        self.0.player.borrow_mut().seek(at);
        self.0.past_changed();
    }

    /// Back to the beginning.
    pub fn restart(&self) {
        self.0.player.borrow_mut().restart();
        self.0.past_changed();
    }

    // -- acting

    /// Does something to the cluster, now.
    ///
    /// # Errors
    /// When the cluster has no such monitor, in words.
    pub fn act(&self, action: Action) -> Result<(), String> {
        let done = self.0.player.borrow_mut().apply(action);
        self.0.past_changed();
        done.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Takes back the last thing a person did.
    pub fn undo(&self) {
        self.0.player.borrow_mut().undo();
        self.0.past_changed();
    }

    /// Puts another scenario on the stage, at its beginning.
    pub fn load(&self, scenario: Scenario) {
        self.0.section.set(section_of(&scenario));
        *self.0.player.borrow_mut() = Player::new(scenario);
        *self.0.scene.borrow_mut() = None;
        self.0.loads.set(self.0.loads.get() + 1);
        self.0.past_changed();
    }
}

/// The section that the author wants to be seen again and again.
fn section_of(scenario: &Scenario) -> Option<(Time, Time)> {
    scenario
        .loops
        .first()
        .map(|section| (section.from, section.to))
}

impl Inner {
    fn past_changed(&self) {
        self.past.set(self.past.get() + 1);
        self.show();
    }

    /// Somebody did something: everything is drawn anew.
    fn show(&self) {
        self.told.set(self.player.borrow().events().len() as u32);
        self.shown.set(self.shown.get().wrapping_add(1));
        self.draw();
    }

    /// The picture changed.
    fn draw(&self) {
        *self.scene.borrow_mut() = None;
        self.shown_version.set(self.player.borrow().version());
        self.changed.borrow().emit(());
        self.paint();
    }

    fn paint(&self) {
        // A painter may come or go while others paint.
        let painters: Vec<_> = self
            .painters
            .borrow()
            .iter()
            .map(|(_, painter)| painter.clone())
            .collect();
        painters.iter().for_each(|painter| painter.emit(()));
    }

    /// Asks for the next frame, if time passes and somebody can see it.
    fn run(this: &Rc<Self>) {
        if !this.playing.get() || !this.in_sight.get() {
            *this.frame.borrow_mut() = None;
            return;
        }
        let weak = Rc::downgrade(this);
        let frame = Frame::request(move |now_ms| {
            if let Some(inner) = weak.upgrade() {
                inner.pass(now_ms);
                Self::run(&inner);
            }
        });
        *this.frame.borrow_mut() = frame;
    }

    /// A frame: time has passed.
    fn pass(&self, now_ms: f64) {
        let last = self.last_frame_ms.replace(Some(now_ms)).unwrap_or(now_ms);
        // Frames come in order; a clock that was set back counts as no time.
        let us = (((now_ms - last) * 1000.0) as u64).min(FRAME_MOST_US);
        self.clock
            .borrow_mut()
            .play(us, &mut self.player.borrow_mut());
        if self.player.borrow().stopped().is_some() {
            self.playing.set(false);
            return self.show();
        }
        if let Some((from, to)) = self.section.get()
            && self.player.borrow().now() >= to
        {
            self.player.borrow_mut().seek(from);
            return self.past_changed();
        }
        let happened = self.player.borrow().version() != self.shown_version.get();
        let due = now_ms - self.shown_ms.get() >= COUNTDOWN_MS;
        if due {
            self.shown_ms.set(now_ms);
            self.show();
        } else if happened {
            self.draw();
        } else if !prefers_less_motion() {
            self.paint();
        }
    }
}
