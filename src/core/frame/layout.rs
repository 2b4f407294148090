//! Where the monitors stand: a ring in rank order, rank 0 on top, words outside it, links inside it.
//!
//! Computed in CSS pixels for the room there is; nothing is ever scaled. The radius is the largest at which nothing
//! is cut off and no words meet; where there is none, less is said, or the discs get smaller.

use super::geometry::{hand, length, sine, within};
use super::label::{Around, Detail, Extent, extent};
use super::scene::Scene;
use crate::mon::MonId;
use crate::words::Lang;

/// A rectangle, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
}

impl Rect {
    fn moved(self, dx: f32, dy: f32) -> Self {
        Self {
            left: self.left + dx,
            top: self.top + dy,
            right: self.right + dx,
            bottom: self.bottom + dy,
        }
    }

    fn grown(self, by: f32) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// Do they share a point?
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Does it share a point with a disc?
    #[must_use]
    pub fn meets_disc(self, (x, y): (f32, f32), r: f32) -> bool {
        let (dx, dy) = (
            x - within(x, self.left, self.right),
            y - within(y, self.top, self.bottom),
        );
        dx * dx + dy * dy < r * r
    }

    /// Does it share a point with the line between two points?
    #[must_use]
    pub fn meets_line(self, a: (f32, f32), b: (f32, f32)) -> bool {
        // Liang-Barsky: what is left of the line after each of the four edges.
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut from, mut to) = (0.0_f32, 1.0_f32);
        let edges = [
            (-dx, a.0 - self.left),
            (dx, self.right - a.0),
            (-dy, a.1 - self.top),
            (dy, self.bottom - a.1),
        ];
        for (step, room) in edges {
            if step == 0.0 {
                if room < 0.0 {
                    return false;
                }
            } else if step < 0.0 {
                from = from.max(room / step);
            } else {
                to = to.min(room / step);
            }
        }
        from <= to
    }
}

/// The room for a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// Its width in CSS pixels.
    pub width: f32,
    /// Its height in CSS pixels.
    pub height: f32,
    /// How wide the font is, against the table of [`super::measure`]: 0.9 is usual.
    pub text: f32,
    /// Where something else is written already.
    pub clear: Vec<Rect>,
}

/// How a label stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// To the right of its place.
    #[default]
    Start,
    /// To the left of it.
    End,
}

/// Where a label stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// The edge the text starts from.
    pub x: f32,
    /// Its top; the middle of the line when it is turned.
    pub y: f32,
    /// To which side of `x` it goes.
    pub side: Side,
    /// How far it is turned, clockwise in degrees.
    pub turn: f32,
}

/// Where a monitor stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Which one.
    pub id: MonId,
    /// The middle of its disc.
    pub x: f32,
    /// The middle of its disc.
    pub y: f32,
    /// Its place on the ring as part of a turn, clockwise from the top.
    pub turn: f32,
    /// The direction away from the middle of the ring.
    pub away: (f32, f32),
    /// Where its label stands.
    pub label: Place,
    /// Where its label stands when the outlines of a partition are drawn.
    pub label_parted: Place,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The width of the room.
    pub width: f32,
    /// The height of the room.
    pub height: f32,
    /// The middle of the ring.
    pub middle: (f32, f32),
    /// The radius of the ring.
    pub radius: f32,
    /// The radius of a disc.
    pub disc: f32,
    /// How much is said.
    pub detail: Detail,
    /// The monitors, in rank order; those outside the map come last.
    pub spots: Vec<Spot>,
    by_id: Vec<usize>,
}

impl Layout {
    /// Finds the place of everything.
    #[must_use]
    pub fn new(room: &Room, scene: &Scene, lang: Lang) -> Self {
        let order = order(scene);
        let around = Around {
            scene,
            usual_epoch: 88,
            lang,
        };
        let mut extents: Vec<Extent> = Vec::new();
        let mut measured = None;
        for (detail, r) in attempts(order.len()) {
            if measured != Some(detail) {
                extents = order
                    .iter()
                    .map(|id| extent(*id, detail, around, room.text))
                    .collect();
                measured = Some(detail);
            }
            let ring = Ring {
                room,
                order: &order,
                detail,
                extents: &extents,
            };
            if let Some(layout) = ring.largest(r) {
                return layout;
            }
        }
        // A room too small for anything: the discs alone, as they come.
        let extents = vec![Extent::default(); order.len()];
        let ring = Ring {
            room,
            order: &order,
            detail: Detail::Bare,
            extents: &extents,
        };
        let (w, h) = (room.width / 2.0, room.height / 2.0);
        ring.laid_out((w.min(h) - 18.0).max(0.0), 7.0, (w, h))
    }

    /// Where a monitor stands.
    #[must_use]
    pub fn spot(&self, id: MonId) -> Option<&Spot> {
        self.by_id.get(id.index()).and_then(|i| self.spots.get(*i))
    }

    /// Are the discs so small that strokes are thinner and timers nearer?
    #[must_use]
    pub fn small(&self) -> bool {
        self.disc < 18.0
    }

    /// The radius of the timer arcs.
    #[must_use]
    pub fn arc(&self) -> f32 {
        self.disc + if self.small() { 4.0 } else { 7.0 }
    }

    /// How far from the middle of a link messages keep, to the right of their direction.
    #[must_use]
    pub fn lane(&self) -> f32 {
        match self.spots.len() {
            16.. => 0.0,
            _ if self.disc < 26.0 => 5.0,
            _ => 7.0,
        }
    }

    /// The way from one monitor to another: its two ends `pad` px outside the discs, `lane` px to the right.
    #[must_use]
    pub fn way(
        &self,
        from: MonId,
        to: MonId,
        lane: f32,
        pad: f32,
    ) -> Option<((f32, f32), (f32, f32))> {
        let (a, b) = (self.spot(from)?, self.spot(to)?);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = length(dx, dy);
        if length < 1.0 {
            return None;
        }
        let (ux, uy) = (dx / length, dy / length);
        let pad = self.disc + pad;
        let side = (-uy * lane, ux * lane);
        Some((
            (a.x + ux * pad + side.0, a.y + uy * pad + side.1),
            (b.x - ux * pad + side.0, b.y - uy * pad + side.1),
        ))
    }
}

/// The monitors in rank order; those outside the map come last, in the order of the document.
fn order(scene: &Scene) -> Vec<MonId> {
    let mut order: Vec<(u8, MonId)> = Vec::with_capacity(scene.monitors.len());
    for mon in &scene.monitors {
        let key = (mon.rank.map_or(u8::MAX, |rank| rank.0), mon.id);
        let place = order
            .iter()
            .position(|other| *other > key)
            .unwrap_or(order.len());
        order.insert(place, key);
    }
    order.into_iter().map(|(_, id)| id).collect()
}

/// What may be said for so many monitors, and the radii a disc may have then; the best first.
fn attempts(n: usize) -> impl Iterator<Item = (Detail, f32)> {
    use Detail::{Bare, Full, Name, Radial, Short, Tiny};
    let (first, base) = match n {
        ..=5 => (Full, 36.0),
        6..=9 => (Short, 26.0),
        10..=15 => (Name, 20.0),
        _ => (Radial, 15.0),
    };
    let attempts: [(Detail, &[f32]); 8] = [
        (Full, &[1.33, 1.17, 1.0, 0.85]),
        (Short, &[1.33, 1.17, 1.0, 0.85, 0.7]),
        (Tiny, &[0.85, 0.75, 0.67, 0.55]),
        (Short, &[0.55, 0.45]),
        (Tiny, &[0.45, 0.4]),
        (Name, &[1.17, 1.0, 0.87, 0.75, 0.6, 0.5, 0.4]),
        (Radial, &[1.17, 1.0, 0.87, 0.75, 0.6]),
        (Bare, &[0.87, 0.75, 0.67, 0.6, 0.5, 0.4]),
    ];
    let fits =
        move |(detail, _): &(Detail, &[f32])| *detail >= first && (*detail != Radial || n >= 10);
    let each = move |(detail, factors): (Detail, &'static [f32])| {
        factors.iter().map(move |f| (detail, (base * f).round()))
    };
    attempts.into_iter().filter(fits).flat_map(each)
}

/// The space kept free at the edges of the room.
const MARGIN: f32 = 6.0;
/// What a disc carries around it: its timer, the ring of a selection.
const HALO: f32 = 15.0;
/// The room of a crown above a disc.
const CROWN: f32 = 27.0;
/// How far outside the discs the outline of a partition runs.
pub(super) const OUTLINE: f32 = 11.5;

struct Ring<'a> {
    room: &'a Room,
    order: &'a [MonId],
    detail: Detail,
    extents: &'a [Extent],
}

impl Ring<'_> {
    /// The layout with the largest ring for this size of disc, if it is large enough to see anything on its links.
    fn largest(&self, r: f32) -> Option<Layout> {
        let n = self.order.len();
        let chord = 2.0 * sine(0.5 / n.max(2) as f32);
        let free = match n {
            ..=5 => f32::max(30.0, 1.6 * r),
            6..=9 => 16.0,
            10..=15 => 6.0,
            _ => 2.0,
        };
        let arc = if r < 18.0 { 4.0 } else { 7.0 };
        let least = if n < 2 {
            0.0
        } else {
            (2.0 * (r + arc) + free) / chord
        };
        // A disc grows with its ring only where there is plenty of room.
        let roomy = n <= 9 && r > if n <= 5 { 37.0 } else { 27.0 };
        let least = if roomy {
            f32::max(least, 6.3 * r)
        } else {
            least
        };
        let mut radius = if n < 2 {
            0.0
        } else {
            self.room.width.max(self.room.height) / 2.0
        };
        while radius >= least {
            let layout = self.laid_out(radius, r, (0.0, 0.0));
            if let Some(middle) = self.place(&layout) {
                let mut layout = self.laid_out(radius, r, middle);
                self.keep_inside(&mut layout);
                return Some(layout);
            }
            radius -= 2.0;
        }
        None
    }

    /// Everything in its place, for a ring of this radius around `middle`.
    fn laid_out(&self, radius: f32, disc: f32, middle: (f32, f32)) -> Layout {
        let n = self.order.len();
        let mut layout = Layout {
            width: self.room.width,
            height: self.room.height,
            middle,
            radius,
            disc,
            detail: self.detail,
            spots: Vec::with_capacity(n),
            by_id: Vec::new(),
        };
        for (i, id) in self.order.iter().enumerate() {
            let turn = i as f32 / n as f32;
            let away = hand(turn);
            if layout.by_id.len() <= id.index() {
                layout.by_id.resize(id.index() + 1, usize::MAX);
            }
            layout.by_id[id.index()] = i;
            layout.spots.push(Spot {
                id: *id,
                x: middle.0 + radius * away.0,
                y: middle.1 + radius * away.1,
                turn,
                away,
                label: Place::default(),
                label_parted: Place::default(),
            });
        }
        for parted in [false, true] {
            self.put_labels(&mut layout, parted);
        }
        layout
    }

    fn put_labels(&self, layout: &mut Layout, parted: bool) {
        let mut taken: Vec<Rect> = Vec::with_capacity(layout.spots.len());
        for i in 0..layout.spots.len() {
            let place = match self.detail {
                Detail::Radial => radial(&layout.spots[i], layout.disc),
                _ => self.beside(layout, i, parted, &taken),
            };
            taken.push(self.bounds(place, i));
            let spot = &mut layout.spots[i];
            if parted {
                spot.label_parted = place;
            } else {
                spot.label = place;
            }
        }
    }

    /// The words of a partition stay where they always are, if the place beyond its outline is out of the room.
    fn keep_inside(&self, layout: &mut Layout) {
        let (width, height) = (self.room.width, self.room.height);
        for (i, spot) in layout.spots.iter_mut().enumerate() {
            let b = self.bounds(spot.label_parted, i);
            if b.left < 0.0 || b.right > width || b.top < 0.0 || b.bottom > height {
                spot.label_parted = spot.label;
            }
        }
    }

    /// Beside the disc, away from the middle; moved up or down until it is clear of discs, links and other words.
    fn beside(&self, layout: &Layout, i: usize, parted: bool, taken: &[Rect]) -> Place {
        let (spot, extent) = (&layout.spots[i], self.extents[i]);
        let side = if spot.away.0 > -0.02 {
            Side::Start
        } else {
            Side::End
        };
        let gap = match self.detail {
            Detail::Full => 18.0,
            Detail::Tiny => 12.0,
            _ => 16.0,
        };
        let reach = layout.disc + gap;
        let lean = if spot.away.0.abs() < 0.3 {
            0.375
        } else {
            0.175
        };
        let mut place = Place {
            x: spot.x + if side == Side::Start { reach } else { -reach },
            y: spot.y - extent.usual / 2.0 + extent.usual * lean * spot.away.1,
            side,
            turn: 0.0,
        };
        let step = if spot.away.1 > 0.01 { 2.0 } else { -2.0 };
        for _ in 0..50 {
            if self.is_free(layout, i, self.bounds(place, i), parted, taken) {
                break;
            }
            place.y += step;
        }
        place
    }

    fn is_free(
        &self,
        layout: &Layout,
        i: usize,
        bounds: Rect,
        parted: bool,
        taken: &[Rect],
    ) -> bool {
        let n = layout.spots.len();
        if taken.iter().any(|other| bounds.meets(other.grown(3.0))) {
            return false;
        }
        let own = &layout.spots[i];
        let (before, after) = ((i + n - 1) % n, (i + 1) % n);
        for near in [i, before, after, (i + 2) % n, (before + n - 1) % n] {
            let spot = &layout.spots[near];
            // The words begin a gap away from their own disc; what stands around another one is kept clear too.
            let halo = if near == i { 9.0 } else { HALO - 2.0 };
            if bounds.meets_disc((spot.x, spot.y), layout.disc + halo) {
                return false;
            }
        }
        let clearance = if parted {
            layout.disc + OUTLINE + 2.0
        } else {
            9.0
        };
        [before, after]
            .into_iter()
            .filter(|near| *near != i)
            .all(|near| {
                let other = &layout.spots[near];
                let (a, b) = outwards((own.x, own.y), (other.x, other.y), own.away, clearance);
                !bounds.meets_line(a, b)
            })
    }

    /// The box a label may fill.
    fn bounds(&self, place: Place, i: usize) -> Rect {
        let Extent { width, highest, .. } = self.extents[i];
        if self.detail == Detail::Radial {
            let away = hand(i as f32 / self.order.len() as f32);
            let (x, y) = (place.x + width * away.0, place.y + width * away.1);
            return Rect {
                left: place.x.min(x),
                right: place.x.max(x),
                top: place.y.min(y),
                bottom: place.y.max(y),
            }
            .grown(6.0);
        }
        let (left, right) = match place.side {
            Side::Start => (place.x, place.x + width),
            Side::End => (place.x - width, place.x),
        };
        Rect {
            left,
            right,
            top: place.y,
            bottom: place.y + highest,
        }
    }

    /// Where the middle of a ring laid out around 0, 0 may be, so that all is inside and nothing is covered.
    fn place(&self, layout: &Layout) -> Option<(f32, f32)> {
        let discs = layout.spots.iter().map(|s| {
            let halo = if layout.small() { 10.0 } else { HALO };
            let (reach, r) = (
                layout.disc + halo,
                layout.disc + CROWN * within(layout.disc / 34.0, 0.6, 1.0),
            );
            Rect {
                left: s.x - reach,
                right: s.x + reach,
                top: s.y - r,
                bottom: s.y + reach,
            }
        });
        let mut boxes: Vec<Rect> = discs.collect();
        if self.detail != Detail::Bare {
            // A partition moves words a little; on small rings there is to be room for that, too.
            let parted = layout.spots.len() <= 7 && self.detail <= Detail::Short;
            for (i, spot) in layout.spots.iter().enumerate() {
                boxes.push(self.bounds(spot.label, i));
                if parted {
                    boxes.push(self.bounds(spot.label_parted, i));
                }
            }
        }
        let all = boxes.iter().copied().reduce(|a, b| Rect {
            left: a.left.min(b.left),
            right: a.right.max(b.right),
            top: a.top.min(b.top),
            bottom: a.bottom.max(b.bottom),
        })?;
        let (least_x, most_x) = (MARGIN - all.left, self.room.width - MARGIN - all.right);
        let (least_y, most_y) = (MARGIN - all.top, self.room.height - MARGIN - all.bottom);
        if least_x > most_x || least_y > most_y {
            return None;
        }
        let x = within(self.room.width / 2.0, least_x, most_x);
        // The middle first, then further down, where nothing else is written.
        (0..=8)
            .map(|k| (least_y + most_y) / 2.0 + (most_y - least_y) / 16.0 * k as f32)
            .find(|y| {
                let covered = |b: &Rect| {
                    self.room
                        .clear
                        .iter()
                        .any(|c| c.meets(b.moved(x, *y).grown(2.0)))
                };
                !boxes.iter().any(covered)
            })
            .map(|y| (x, y))
    }
}

/// Along the radius; turned so that it is never upside down.
fn radial(spot: &Spot, disc: f32) -> Place {
    let reach = disc + if disc < 18.0 { 10.0 } else { 14.0 };
    let left = spot.away.0 < -0.001;
    let turn = spot.turn * 360.0 - 90.0 + if left { 180.0 } else { 0.0 };
    Place {
        x: spot.x + reach * spot.away.0,
        y: spot.y + reach * spot.away.1,
        side: if left { Side::End } else { Side::Start },
        turn,
    }
}

/// The line between two points, moved `by` px to the side that `away` points to.
fn outwards(a: (f32, f32), b: (f32, f32), away: (f32, f32), by: f32) -> ((f32, f32), (f32, f32)) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = length(dx, dy).max(1.0);
    let (mut nx, mut ny) = (-dy / length, dx / length);
    if nx * away.0 + ny * away.1 < 0.0 {
        (nx, ny) = (-nx, -ny);
    }
    (
        (a.0 + nx * by, a.1 + ny * by),
        (b.0 + nx * by, b.1 + ny * by),
    )
}
