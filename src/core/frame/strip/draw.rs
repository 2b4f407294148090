//! From facts to a picture: what lies between two places of the strip.

use super::Strip;
use super::facts::{Fate, Flight, Mark, MarkKind, Step};
use super::family::Family;
use super::picture::{Align, Look, Pen, Picture};
use super::scale::SUB;
use crate::frame::measure::text_width;
use crate::frame::verdict::{Telling, action};
use crate::mon::{MonId, Span, State, Time};
use crate::scenario::By;
use crate::words::{Phrase, Val};

/// How far a label reaches beyond its mark at most, in pixels.
const LABEL: f32 = 260.0;

/// Messages are counted in columns of so many pixels; too many in one are drawn as a bar.
const COLUMN: i64 = 3;

/// With more messages than this in sight, columns with more than so many become bars.
const ARROWS: usize = 4_000;
const CROWD: usize = 8;

/// Of marks that stand closer than so many pixels, one is painted.
const MARK: i64 = 8;

type Point = (f32, f32);

/// An arrow: one line, or two where the message was held between; and where it ends in a cross.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrow {
    first: Option<(Point, Point)>,
    second: Option<(Point, Point)>,
    cross: Option<Point>,
}

impl Arrow {
    /// Its lines.
    pub(super) fn lines(self) -> impl Iterator<Item = (Point, Point)> {
        [self.first, self.second].into_iter().flatten()
    }
}

impl Strip<'_> {
    /// All that lies between two places, given in pixels from the left edge.
    #[must_use]
    pub fn picture(&self, from: f32, to: f32) -> Picture {
        let mut picture = Picture::default();
        self.outages(&mut picture, from, to);
        for lane in 0..self.facts.monitors() {
            self.lane(&mut picture, MonId(lane as u8), from, to);
        }
        if self.room.bare {
            return picture;
        }
        self.arrows(&mut picture, from, to);
        self.marks(&mut picture, from, to);
        self.axis(&mut picture, from, to);
        picture
    }

    /// The messages of a family, and nothing else.
    #[must_use]
    pub fn family(&self, family: &Family, from: f32, to: f32) -> Picture {
        let mut picture = Picture::default();
        let (start, end) = (self.time(from), self.time(to));
        for flight in self.facts.flights_in(start, end) {
            if family.has(flight.send) && family.has(flight.last) {
                self.message(&mut picture, flight);
            }
        }
        picture
    }

    // -- without a leader

    fn outages(&self, picture: &mut Picture, from: f32, to: f32) {
        let reigns = self.player.reigns();
        let end = self.scale_end();
        let start = self.time(from - LABEL);
        let first = reigns.partition_point(|r| r.at <= start);
        for place in first.saturating_sub(1)..reigns.len() {
            let reign = reigns[place];
            let x = self.x(reign.at);
            if x > to + LABEL {
                break;
            }
            if reign.leader.is_some() {
                continue;
            }
            let until = reigns.get(place + 1).map_or(end, |next| next.at);
            self.outage(picture, x, self.x(until), until.since(reign.at), (from, to));
        }
    }

    fn outage(&self, picture: &mut Picture, x: f32, end: f32, span: Span, (from, to): Point) {
        let h = self.heights;
        let (left, right) = (x.max(from - 1.0), end.min(to + 1.0));
        if right > left {
            picture.stroke(Pen::Outage, [left, h.top, right - left, h.bottom - h.top]);
        }
        if self.room.bare || end - x < 2.0 {
            return;
        }
        let y = h.bottom + 5.0;
        picture.stroke(Pen::Bracket, [left, y, right.max(left), y]);
        for foot in [x, end] {
            if foot >= from && foot <= to {
                picture.stroke(Pen::Bracket, [foot, y - 0.7, foot, y + 4.0]);
            }
        }
        let span = self.lang.span(span);
        let full = self
            .lang
            .text(Phrase::StripOutage, &[("span", Val::Text(&span))]);
        let fits = |words: &str| text_width(words, 12.0, true, self.room.text) + 8.0 < end - x;
        let words = [full, span].into_iter().find(|words| fits(words));
        if let Some(words) = words {
            // Again and again along a bracket that is longer than the window.
            let times = ((end - x) / 900.0) as u16 + 1;
            let step = (end - x) / f32::from(times);
            for n in 0..times {
                let at = x + step * (f32::from(n) + 0.5);
                if at > from - LABEL && at < to + LABEL {
                    picture.text((at, y + 14.0), Align::Middle, Look::Outage, words.clone());
                }
            }
        }
    }

    pub(super) fn scale_end(&self) -> Time {
        self.player.known_until()
    }

    // -- lanes

    fn lane(&self, picture: &mut Picture, mon: MonId, from: f32, to: f32) {
        let steps = self.facts.lane(mon);
        let start = self.time(from - 30.0);
        let first = steps.partition_point(|step| step.at <= start);
        let end = self.scale_end();
        let mut place = first.saturating_sub(1);
        while let Some(step) = steps.get(place) {
            let x = self.x(step.at);
            if x > to {
                break;
            }
            place += 1;
            let mut until = self.x(steps.get(place).map_or(end, |next| next.at));
            if until - x < 1.0 {
                // What is narrower than a pixel is not looked at one by one.
                let pixel = self.time(x + 1.0);
                let skipped = steps.partition_point(|step| step.at <= pixel);
                place = place.max(skipped);
                until = self
                    .x(steps.get(place).map_or(end, |next| next.at))
                    .min(x + 1.0);
            }
            self.bar(picture, mon, step.state, (x, until), (from, to));
            self.epoch(picture, mon, step, x, until);
        }
        // Before it booted for the first time.
        let start = steps.first().map_or(end, |step| step.at);
        if self.x(start) > from {
            let from_start = self.x(Time::ZERO);
            self.bar(
                picture,
                mon,
                State::Down,
                (from_start, self.x(start)),
                (from, to),
            );
        }
    }

    fn bar(
        &self,
        picture: &mut Picture,
        mon: MonId,
        state: State,
        (x, end): Point,
        (from, to): Point,
    ) {
        let (h, y) = (self.heights, self.heights.lane(mon));
        let mut left = x;
        if x < from {
            // Dashes go on where they would be if all of it were painted.
            left += ((from - x) / 24.0).floor() * 24.0;
        }
        let right = end.min(to + 24.0);
        if right <= left {
            return;
        }
        let mut pen = Pen::of_state(state);
        let block = |height: f32| [left, y - height / 2.0, right - left, height];
        let numbers = match state {
            State::Leader => block(h.bar),
            State::Peon => block(h.thin),
            State::Synchronizing => block((h.bar * 0.6).max(2.0)),
            State::Electing if right - left < 3.0 => {
                pen = Pen::ElectingThin;
                block(h.bar)
            }
            State::Electing => {
                // Its edge is painted half inside, half outside.
                let wide = (right - left - 1.0).max(0.5);
                [
                    left + 0.5,
                    y - h.bar / 2.0 + 0.5,
                    wide,
                    (h.bar - 1.0).max(1.0),
                ]
            }
            State::Down | State::Probing => [left + 1.0, y, (right - 1.0).max(left + 1.1), y],
        };
        picture.stroke(pen, numbers);
    }

    fn epoch(&self, picture: &mut Picture, mon: MonId, step: &Step, x: f32, end: f32) {
        let look = match step.state {
            State::Leader => Look::EpochLeader,
            State::Peon => Look::EpochPeon,
            State::Electing => Look::EpochElecting,
            _ => return,
        };
        let words = crate::words::fill::decimal(step.epoch.into());
        let wide = text_width(&words, 11.0, true, self.room.text);
        if self.room.bare || self.heights.bar < 12.0 || end - x < wide + 7.0 {
            return;
        }
        let at = (x + 4.0, self.heights.lane(mon) + 4.0);
        picture.text(at, Align::Start, look, words);
    }

    // -- messages

    fn arrows(&self, picture: &mut Picture, from: f32, to: f32) {
        let (start, end) = (self.time(from - 8.0), self.time(to + 8.0));
        if self
            .facts
            .sent_in(self.time(0.0), self.time(self.room.width))
            <= ARROWS
        {
            for flight in self.facts.flights_in(start, end) {
                self.message(picture, flight);
            }
            return;
        }
        // Arrows are short where so many are in sight: what flies in from further left is not missed.
        let sub = |px: f32| self.left + (px * SUB as f32) as i64;
        let mut column = (sub(from) / SUB - 30).max(0) / COLUMN;
        let flights = self.facts.flights();
        let start = self.scale.time(column * COLUMN * SUB);
        let mut rest = &flights[flights.partition_point(|flight| flight.sent < start)..];
        while column * COLUMN * SUB <= sub(to) {
            let until = self.scale.time((column + 1) * COLUMN * SUB);
            let many = rest.partition_point(|flight| flight.sent < until);
            self.messages(picture, &rest[..many], column);
            rest = &rest[many..];
            column += 1;
        }
    }

    /// The messages of a column: arrows, or one bar when they are many.
    fn messages(&self, picture: &mut Picture, flights: &[Flight], column: i64) {
        if flights.len() <= CROWD {
            flights
                .iter()
                .for_each(|flight| self.message(picture, flight));
            return;
        }
        let x = self.px(column * COLUMN * SUB);
        let mut bottom = self.heights.bottom;
        for pen in [Pen::ManyElection, Pen::ManyProbes, Pen::ManyPaxos] {
            let many = flights
                .iter()
                .filter(|f| Pen::of_many(f.kind) == pen)
                .count();
            if many > 0 {
                let most = (self.heights.bottom - self.heights.top) / 3.0;
                let high = (many as f32).sqrt().min(most).max(1.0);
                bottom -= high;
                picture.stroke(pen, [x, bottom, COLUMN as f32 - 0.5, high]);
            }
        }
    }

    fn message(&self, picture: &mut Picture, flight: &Flight) {
        let arrow = self.arrow(flight);
        for ((ax, ay), (bx, by)) in arrow.lines() {
            picture.stroke(Pen::of_kind(flight.kind), [ax, ay, bx, by]);
        }
        if let Some(at) = arrow.cross {
            picture.cross(Pen::Cross, at, 2.5);
        }
    }

    /// Where a message's arrow runs.
    pub(super) fn arrow(&self, flight: &Flight) -> Arrow {
        let (y, far_y) = (self.heights.lane(flight.from), self.heights.lane(flight.to));
        let way = |part: f32| y + (far_y - y) * part;
        let x = self.x(flight.sent);
        let held = self.facts.is_held(flight);
        // As far as a message gets in a part of the usual time.
        let stub = (self.x(flight.sent + Span(self.facts.folding().usual().0 / 3)) - x).max(5.0);
        if held {
            let stop = (x + stub, way(0.34));
            let landed = (flight.fate == Fate::Landed).then(|| self.x(flight.end));
            return Arrow {
                first: Some(((x, y), stop)),
                second: landed.map(|end| ((end - stub, way(0.66)), (end, far_y))),
                cross: Some(stop),
            };
        }
        let (end, cross) = match flight.fate {
            Fate::Landed => ((self.x(flight.end), far_y), false),
            Fate::Lost if flight.end == flight.sent => ((x + stub, way(0.34)), true),
            Fate::Lost => ((self.x(flight.end).max(x + stub), way(0.62)), true),
            Fate::Flying => {
                let now = self.scale_end();
                let length = self.flies_until(flight).since(flight.sent).0.max(1);
                let part = now.since(flight.sent).0 as f32 / length as f32;
                ((self.x(now), way(part.min(0.95))), false)
            }
        };
        Arrow {
            first: Some(((x, y), end)),
            second: None,
            cross: cross.then_some(end),
        }
    }

    /// When a message that is on its way lands, as the network has it; a guess, where that lies in the past.
    fn flies_until(&self, flight: &Flight) -> Time {
        let wire = self.player.world().wire();
        let due = wire
            .flights()
            .find(|other| other.sent_by == flight.send)
            .and_then(|other| other.due);
        due.unwrap_or(flight.sent + Span(self.facts.folding().usual().0 * 2))
    }

    // -- marks

    /// The marks from an instant to another one.
    pub(super) fn marks_in(&self, from: Time, to: Time) -> impl Iterator<Item = &Mark> {
        let marks = self.facts.marks();
        let first = marks.partition_point(|mark| mark.at < from);
        marks[first..].iter().take_while(move |mark| mark.at <= to)
    }

    /// At which height a mark stands: in its lane, or above all of them.
    pub(super) fn mark_y(&self, mark: &Mark) -> f32 {
        match mark.mon {
            Some(mon) if mark.kind != MarkKind::Victory => self.heights.lane(mon),
            _ => self.heights.top - 9.0,
        }
    }

    fn marks(&self, picture: &mut Picture, from: f32, to: f32) {
        let (start, end) = (self.time(from - LABEL), self.time(to + 16.0));
        let mut painted = [i64::MIN; 2];
        for mark in self.marks_in(start, end) {
            let (sub, x) = (self.scale.x(mark.at), self.x(mark.at));
            let y = self.mark_y(mark);
            // Above the lanes, and in them.
            let last = &mut painted[usize::from(y > self.heights.top)];
            let column = sub / (MARK * SUB);
            if std::mem::replace(last, column) == column && mark.kind != MarkKind::Violation {
                continue;
            }
            let (look, gap) = match mark.kind {
                MarkKind::Victory => {
                    picture.crowns.push((x + 7.0, self.heights.top - 4.0));
                    (Look::Note, 19.0)
                }
                MarkKind::Deed if mark.mon.is_none() => {
                    let bottom = self.heights.bottom;
                    picture.stroke(Pen::Deed, [x, self.heights.top - 18.0, x, bottom]);
                    (Look::Note, 5.0)
                }
                MarkKind::Deed | MarkKind::End => {
                    picture.cross(Pen::Broken, (x, y), 4.0);
                    (Look::Note, 9.0)
                }
                MarkKind::Violation => {
                    let (top, bottom) = (self.heights.top, self.heights.bottom);
                    picture.stroke(Pen::Broken, [x, top, x, bottom]);
                    (Look::Alarm, 5.0)
                }
            };
            let words = self.mark_words(mark);
            let wide = text_width(&words, 11.0, false, self.room.text);
            if self.is_free(mark, x + gap + wide + 6.0) {
                let y = if mark.mon.is_none() || mark.kind == MarkKind::Victory {
                    self.heights.top - 6.0
                } else {
                    y + 4.0
                };
                picture.text((x + gap, y), Align::Start, look, words);
            }
        }
    }

    /// Is there nothing else beside a mark, up to this place? Looked up in what is known, not in what is painted, so
    /// that it doesn't depend on where somebody looks.
    fn is_free(&self, mark: &Mark, up_to: f32) -> bool {
        if self.heights.pitch < 12.0 && self.mark_y(mark) > self.heights.top {
            return false;
        }
        let row = self.mark_y(mark);
        let later = self.marks_in(mark.at, self.time(up_to));
        later
            .filter(|other| other.event > mark.event)
            .all(|other| self.mark_y(other) != row || self.x(other.at) > up_to)
    }

    /// What a mark says.
    fn mark_words(&self, mark: &Mark) -> String {
        let known = self.player.known().get(mark.event.get() as usize - 1);
        let Some(event) = known else {
            return String::new();
        };
        let monitors = &self.player.scenario().monitors;
        let name = |mon: &MonId| {
            let spec = monitors.get(mon.index());
            spec.map_or("?", |spec| spec.name.as_str())
        };
        match mark.kind {
            MarkKind::Victory => {
                let quorum = event.quorum.to_string();
                let values = [
                    ("mon", Val::Text(event.mon.as_ref().map_or("?", name))),
                    ("quorum", Val::Text(&quorum)),
                ];
                self.lang.text(Phrase::StripLeads, &values)
            }
            MarkKind::Deed => {
                let Some(entry) = self.player.script().get(event.index as usize) else {
                    return String::new();
                };
                let who = self.lang.say(match entry.by {
                    By::User => Phrase::WhoYou,
                    By::Author => Phrase::WhoScript,
                });
                action(&entry.action, &name, Telling::Past { who }, self.lang)
            }
            MarkKind::Violation => {
                let property = crate::sim::check::Property::ALL.get(event.index as usize);
                let id = property.map_or("?", |property| property.id());
                self.lang
                    .text(Phrase::LogViolation, &[("what", Val::Text(id))])
            }
            MarkKind::End => self.lang.say(Phrase::LogExits).to_owned(),
        }
    }
}
