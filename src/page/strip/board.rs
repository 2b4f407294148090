//! The strip behind its canvases: what it knows, where somebody looks, and what has to be painted again.

use monscope_core::frame::Px;
use monscope_core::frame::strip::scale::{SUB, ZOOM_MAX, ZOOM_ONE};
use monscope_core::frame::strip::{Facts, Family, Folding, Room, Scale, Strip, facts_of};
use monscope_core::mon::Time;
use monscope_core::play::Player;
use monscope_core::sim::EventId;
use monscope_core::words::Lang;
use web_sys::HtmlElement;

use super::brush::Brush;
use crate::page::dom::put_at;
use crate::page::session::Session;

/// How far before the present, in pixels, what is painted may change with the next event: flights land, folds open.
const LIVE: f32 = 240.0;

/// While time passes, the strip grows in steps of so many pixels.
const GROWS: f32 = 3.0;

/// Where somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Is every second as wide as any other?
    pub real_time: bool,
    /// In millionths.
    pub zoom: u64,
    /// What stands at the left edge, in 256ths of a pixel from 0 s.
    pub left: i64,
}

/// What was painted last.
#[derive(Clone, Debug, PartialEq)]
struct Painted {
    view: View,
    size: (f32, f32),
    moved: u32,
    known: usize,
    until: Time,
    kin: Option<EventId>,
}

/// The strip behind its canvases.
#[derive(Debug)]
pub(super) struct Board {
    facts: Facts,
    /// Which run the facts are of.
    run: Option<(u32, u32)>,
    /// Where somebody looks.
    pub view: View,
    /// Does the view go along with the present?
    follows: bool,
    /// The instant that was shown last.
    now: Time,
    /// Are there lanes only?
    pub(super) bare: bool,
    text: f32,
    parts: Parts,
    painted: Option<Painted>,
    whole_painted: Option<(Time, (f32, f32), usize)>,
    /// Where the playhead and the frame stand, in whole pixels, and whether anything is known after the present.
    placed: (i32, (i32, i32), bool),
    /// Where the section that is played again and again stands.
    looped: Option<(i32, i32)>,
    /// Where the ring stands.
    spotted: Option<(i32, i32)>,
    /// The event whose family stands out.
    kin: Option<(EventId, Family)>,
    lang: Lang,
}

/// The elements that a board paints on and moves.
#[derive(Debug)]
pub(super) struct Parts {
    /// For the lanes.
    pub(super) brush: Brush,
    /// For the whole run.
    pub(super) whole: Brush,
    /// The playhead.
    pub(super) head: HtmlElement,
    /// What makes pale what lies after it.
    pub(super) after: HtmlElement,
    /// The section that is played again and again.
    pub(super) section: HtmlElement,
    /// The ring round the event whose family stands out.
    pub(super) spot: HtmlElement,
    /// The frame round what is in sight of the whole run.
    pub(super) frame: HtmlElement,
}

impl Board {
    /// A board that knows nothing yet.
    #[must_use]
    pub(super) fn new(lang: Lang, parts: Parts) -> Self {
        Self {
            facts: Facts::new(0, Folding::default()),
            run: None,
            view: View {
                real_time: false,
                zoom: ZOOM_ONE,
                left: 0,
            },
            follows: true,
            now: Time::ZERO,
            bare: false,
            text: 0.9,
            parts,
            painted: None,
            whole_painted: None,
            placed: (0, (0, 0), false),
            looped: None,
            spotted: None,
            kin: None,
            lang,
        }
    }

    /// Reads the colours and the font anew; everything is to be painted again.
    pub(super) fn read_theme(&mut self, probe: &HtmlElement) {
        for brush in [&mut self.parts.brush, &mut self.parts.whole] {
            brush.read_theme(probe);
        }
        self.text = self.parts.brush.text_scale();
        self.stale();
    }

    /// Takes the sizes of its two canvases, in CSS pixels. `bare`: lanes only.
    pub(super) fn set_sizes(&mut self, lanes: (f32, f32), whole: (f32, f32), bare: bool) {
        self.bare = bare;
        self.parts.brush.set_size(lanes.0, lanes.1);
        self.parts.whole.set_size(whole.0, whole.1);
        self.stale();
    }

    fn stale(&mut self) {
        self.painted = None;
        self.whole_painted = None;
    }

    /// The strip as it is.
    #[inline(never)]
    pub(super) fn strip<'a>(&'a self, player: &'a Player) -> Strip<'a> {
        let (width, height) = self.parts.brush.size;
        let room = Room {
            width,
            height,
            text: self.text,
            bare: self.bare,
        };
        let scale = self.scale(player);
        Strip::new(player, &self.facts, scale, self.view.left, room, self.lang)
    }

    /// The width of the lanes, in CSS pixels.
    #[must_use]
    pub(super) fn width(&self) -> f32 {
        self.parts.brush.size.0
    }

    fn scale<'a>(&'a self, player: &Player) -> Scale<'a> {
        let until = player.known_until();
        Scale::new(
            self.facts.folding(),
            !self.view.real_time,
            self.view.zoom,
            until,
        )
    }

    // -- moving

    /// Changes the scale; the present keeps its place, if it is in sight.
    pub(super) fn set_real_time(&mut self, player: &Player, real_time: bool) {
        if self.view.real_time != real_time {
            self.view.real_time = real_time;
            self.view.zoom = ZOOM_ONE;
            self.show(player, player.now(), 0.6);
        }
    }

    /// Closer (by more than 1000 thousandths) or further away; what is at `x` stays there.
    pub(super) fn zoom(&mut self, player: &Player, x: f32, by_milli: u64) {
        let at = self.strip(player).time(x);
        let fit = self.fitting(player);
        self.view.zoom = (self.view.zoom * by_milli / 1_000).min(ZOOM_MAX).max(fit);
        self.view.left = self.scale(player).x(at) - (x * SUB as f32) as i64;
        self.keep_within(player);
    }

    /// All of the run is in sight.
    pub(super) fn fit(&mut self, player: &Player) {
        self.view.zoom = self.fitting(player);
        self.view.left = 0;
        self.follows = true;
    }

    fn fitting(&self, player: &Player) -> u64 {
        let (squeezed, until) = (!self.view.real_time, player.known_until());
        Scale::fitting(self.facts.folding(), squeezed, self.width() - 8.0, until)
    }

    /// Moves the view by so many pixels.
    pub(super) fn pan(&mut self, player: &Player, by: f32) {
        self.view.left += (by * SUB as f32) as i64;
        self.keep_within(player);
        self.follows = self.sees(player);
    }

    fn sees(&self, player: &Player) -> bool {
        let x = self.strip(player).x(player.now());
        x >= 0.0 && x <= self.width()
    }

    fn keep_within(&mut self, player: &Player) {
        let end = self.scale(player).x(player.known_until());
        let window = (self.width() * SUB as f32) as i64;
        self.view.left = self.view.left.min(end - window / 2).max(0);
    }

    /// Brings an instant to a part of the width.
    pub(super) fn show(&mut self, player: &Player, at: Time, part: f32) {
        let x = self.scale(player).x(at);
        self.view.left = x - (self.width() * part * SUB as f32) as i64;
        self.keep_within(player);
        self.follows = self.sees(player);
    }

    /// The view goes along with the present again.
    pub(super) const fn follow(&mut self) {
        self.follows = true;
    }

    /// Lets the family of an event stand out, or none.
    pub(super) fn set_kin(&mut self, player: &Player, event: Option<EventId>) {
        if self.kin.as_ref().map(|(id, _)| *id) != event {
            self.kin = event.map(|id| (id, Family::of(player.known(), id)));
        }
    }

    // -- painting

    /// Brings everything up to date; called every frame while time passes, and whenever the picture changed.
    pub(super) fn update(&mut self, session: &Session) {
        session.look(|player| {
            self.learn(player, (session.loads(), player.forks()));
            self.go_along(player, session.playing());
            self.paint(player, session.playing());
            self.paint_whole(player);
            self.place_section(player, session.section());
            self.place_spot(player);
        });
    }

    fn learn(&mut self, player: &Player, run: (u32, u32)) {
        if self.run != Some(run) {
            if self.run.is_none_or(|known| known.0 != run.0) {
                self.view.left = 0;
                self.view.zoom = ZOOM_ONE;
                self.follows = true;
            }
            self.run = Some(run);
            self.facts = facts_of(player);
            self.kin = None;
            self.stale();
        }
        self.facts.read(player.known());
    }

    /// Keeps the present in sight: page by page, so that nothing has to be painted anew at every frame.
    fn go_along(&mut self, player: &Player, playing: bool) {
        let width = self.width();
        if width <= 0.0 {
            return;
        }
        if self.bare {
            self.fit(player);
        }
        let now = player.now();
        let moved = std::mem::replace(&mut self.now, now) != now;
        let x = self.strip(player).x(now);
        if self.follows && moved && !self.bare {
            let most = if playing { width * 0.92 } else { width };
            if x > most || x < 0.0 {
                let part = match x {
                    x if x < 0.0 => 0.5,
                    _ if playing => 0.6,
                    _ => 0.85,
                };
                self.show(player, now, part);
            }
        }
        // By whole pixels: nothing else has to be drawn for what nobody sees.
        let x = self.strip(player).x(now).min(width + 20.0).max(-20.0) as i32;
        let known = player.known_until() > now;
        if self.placed.0 != x || self.placed.2 != known {
            (self.placed.0, self.placed.2) = (x, known);
            move_to(&self.parts.head, x as f32);
            move_to(&self.parts.after, x as f32);
            self.parts.after.set_hidden(!known);
        }
    }

    fn paint(&mut self, player: &Player, playing: bool) {
        let brush = &self.parts.brush;
        if brush.size.0 <= 0.0 {
            return;
        }
        let wanted = Painted {
            view: self.view,
            size: brush.size,
            moved: self.facts.moved(),
            known: self.facts.upto(),
            until: player.known_until(),
            kin: self.kin.as_ref().map(|(id, _)| *id),
        };
        let width = brush.size.0;
        let strip = self.strip(player);
        let from = match &self.painted {
            Some(painted) if *painted == wanted => width,
            Some(painted) => {
                let grown = Painted {
                    known: wanted.known,
                    until: wanted.until,
                    ..painted.clone()
                };
                let (before, after) = (strip.x(painted.until), strip.x(wanted.until));
                if grown != wanted || !playing {
                    0.0
                } else if after - before < GROWS && painted.known + 40 > wanted.known {
                    width
                } else {
                    strip.live_from(painted.until) - LIVE
                }
            }
            None => 0.0,
        };
        if from >= width {
            return;
        }
        let from = from.max(0.0);
        brush.begin(from, width);
        brush.paint(&strip.picture(from, width), self.kin.is_some());
        if let Some((_, family)) = &self.kin {
            brush.paint(&strip.family(family, from, width), false);
        }
        brush.end();
        self.painted = Some(wanted);
    }

    /// The whole run in real time, and the frame round what is in sight.
    fn paint_whole(&mut self, player: &Player) {
        let brush = &self.parts.whole;
        if brush.size.0 <= 0.0 {
            return;
        }
        // It grows in steps, so that it isn't painted anew for every event.
        let until = player.known_until();
        let room_for = Time(
            until
                .0
                .max(1_000_000)
                .next_multiple_of((until.0 / 8).max(1_000_000)),
        );
        let wanted = (room_for, brush.size, self.facts.upto());
        let (width, height) = brush.size;
        let zoom = Scale::fitting(self.facts.folding(), false, width, room_for);
        let scale = Scale::new(self.facts.folding(), false, zoom, room_for);
        let x = |at| scale.x(at) as f32 / SUB as f32;
        let stale = self.whole_painted.is_none_or(|painted| {
            (painted.0, painted.1) != (wanted.0, wanted.1) || painted.2.abs_diff(wanted.2) > 60
        });
        if stale {
            let room = Room {
                width,
                height,
                text: self.text,
                bare: true,
            };
            let strip = Strip::new(player, &self.facts, scale, 0, room, self.lang);
            brush.begin(0.0, width);
            brush.paint(&strip.picture(0.0, width), false);
            brush.end();
            self.whole_painted = Some(wanted);
        }
        let strip = self.strip(player);
        let (from, to) = (strip.time(0.0), strip.time(self.width()));
        let placed = (x(from) as i32, (x(to) - x(from)).max(4.0) as i32);
        if self.placed.1 != placed {
            self.placed.1 = placed;
            move_to(&self.parts.frame, placed.0 as f32);
            // Setting a known property to a length is never refused.
            let style = self.parts.frame.style();
            let _ = style.set_property("width", &px(placed.1 as f32));
        }
    }

    /// A ring round the event whose family stands out.
    fn place_spot(&mut self, player: &Player) {
        let spot = self.kin.as_ref().and_then(|(id, _)| {
            let event = player.known().get(id.get() as usize - 1)?;
            let strip = self.strip(player);
            let (x, y) = (strip.x(event.at), strip.heights().lane(event.mon?));
            (x > -20.0 && x < self.width() + 20.0 && !self.bare).then_some((x as i32, y as i32))
        });
        if self.spotted != spot {
            self.spotted = spot;
            self.parts.spot.set_hidden(spot.is_none());
            if let Some((x, y)) = spot {
                put_at(&self.parts.spot, x as f32, y as f32);
            }
        }
    }

    fn place_section(&mut self, player: &Player, section: Option<(Time, Time)>) {
        let placed = section.map(|(from, to)| {
            let strip = self.strip(player);
            let (x, end) = (strip.x(from).max(-4.0), strip.x(to));
            let wide = end.min(self.width() + 4.0) - x;
            (x as i32, wide.max(0.0) as i32)
        });
        if self.looped == placed {
            return;
        }
        self.looped = placed;
        let element = &self.parts.section;
        element.set_hidden(placed.is_none());
        if let Some((x, wide)) = placed {
            move_to(element, x as f32);
            let _ = element.style().set_property("width", &px(wide as f32));
        }
    }

    /// The instant at a place of the whole run.
    #[must_use]
    pub(super) fn time_of_whole(&self, x: f32) -> Option<Time> {
        let (room_for, (width, _), _) = self.whole_painted?;
        let zoom = Scale::fitting(self.facts.folding(), false, width, room_for);
        let scale = Scale::new(self.facts.folding(), false, zoom, room_for);
        Some(scale.time((x * SUB as f32) as i64))
    }
}

fn px(length: f32) -> String {
    let mut text = Px::of(length).text();
    text.push_str("px");
    text
}

/// Moves an element that stands at the left edge.
fn move_to(element: &HtmlElement, x: f32) {
    let text = ["translateX(", &px(x), ")"].concat();
    let _ = element.style().set_property("transform", &text);
}
