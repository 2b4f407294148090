//! The display list as primitive shapes with classes: what SVG nodes and SVG text are printed from.

use std::borrow::Cow;

use super::display::{Badge, Disc, Follow, Link, LinkState, Look};
use super::glyph;
use super::layout::Side;
use super::px::{Path, Point, Px};
use crate::words::{Line, Role, Tone};

/// A primitive of SVG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A circle.
    Circle {
        /// Its class.
        class: &'static str,
        /// Its middle.
        at: Point,
        /// Its radius.
        r: Px,
    },
    /// A line.
    Line {
        /// Its class.
        class: &'static str,
        /// From here.
        a: Point,
        /// To here.
        b: Point,
    },
    /// A rectangle.
    Rect {
        /// Its class.
        class: &'static str,
        /// Its upper left corner.
        at: Point,
        /// Its width and height.
        size: Point,
        /// The radius of its corners.
        round: Px,
    },
    /// A path.
    Path {
        /// Its class.
        class: &'static str,
        /// Its data.
        d: Cow<'static, str>,
        /// Where its origin is, if it is moved.
        spin: Option<Spin>,
    },
    /// A line of text.
    Text {
        /// Its class.
        class: Cow<'static, str>,
        /// Where its baseline begins (or ends, or has its middle: its class says).
        at: Point,
        /// Turned clockwise about that point, in degrees.
        turn: Option<Px>,
        /// The size of its font, where no class says it.
        font: Option<Px>,
        /// What it says.
        line: Line,
    },
}

/// How a path is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spin {
    /// Where its origin comes.
    pub at: Point,
    /// Turned clockwise, in degrees.
    pub turn: Px,
    /// Its size in hundredths.
    pub percent: u16,
}

impl Spin {
    const fn at(at: Point, percent: u16) -> Option<Self> {
        Some(Self {
            at,
            turn: Px(0),
            percent,
        })
    }

    /// As the value of a `transform` attribute.
    #[must_use]
    pub fn transform(&self) -> String {
        let mut out = translate(self.at);
        if self.turn != Px(0) {
            out.push_str(" rotate(");
            self.turn.push_to(&mut out);
            out.push(')');
        }
        if self.percent != 100 {
            out.push_str(" scale(");
            crate::words::fill::push_fixed(&mut out, self.percent.into(), 2);
            out.push(')');
        }
        out
    }
}

/// The value of a `transform` attribute that moves the origin.
#[must_use]
pub fn translate(at: Point) -> String {
    let mut out = String::from("translate(");
    at.x.push_to(&mut out);
    out.push(' ');
    at.y.push_to(&mut out);
    out.push(')');
    out
}

/// The class of a run of text.
#[must_use]
pub const fn role_class(role: Role) -> Option<&'static str> {
    match role {
        Role::Plain => None,
        Role::Strong => Some("strong"),
        Role::Dim => Some("dim"),
        Role::Tone(tone) => Some(match tone {
            Tone::Leader => "c-leader",
            Tone::Peon => "c-peon",
            Tone::Electing => "c-electing",
            Tone::Probing => "c-probing",
            Tone::Sync => "c-sync",
            Tone::Down => "c-down",
            Tone::Fault => "c-fault",
        }),
    }
}

impl Look {
    /// The class of a disc filled so.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Leader => "st-leader",
            Self::Peon => "st-peon",
            Self::Electing => "st-electing",
            Self::Probing => "st-probing",
            Self::Synchronizing => "st-sync",
            Self::Down => "st-down",
            Self::Exited => "st-exited",
            Self::Outside => "st-outside",
        }
    }
}

const fn xy(x: i32, y: i32) -> Point {
    Point { x: Px(x), y: Px(y) }
}

const ORIGIN: Point = xy(0, 0);

/// A link.
#[must_use]
pub fn link(link: &Link) -> Vec<Shape> {
    let line = |class, a, b| Shape::Line { class, a, b };
    let (a, b) = (link.from, link.to);
    let middle = xy((a.x.0 + b.x.0) / 2, (a.y.0 + b.y.0) / 2);
    let stop = link.mark.map_or(middle, |(at, _)| at);
    let mut out = match link.state {
        LinkState::Rest => vec![line("link", a, b)],
        LinkState::Dead => vec![line("link dead", a, b)],
        LinkState::Cut => vec![line("link cut", a, b)],
        LinkState::CutOneWay => vec![line("link", stop, b), line("link cut", a, stop)],
    };
    if let Some((at, turn)) = link.mark {
        let one_way = link.state == LinkState::CutOneWay;
        out.push(Shape::Circle {
            class: "cutmark",
            at,
            r: Px(if one_way { 120 } else { 110 }),
        });
        out.push(Shape::Path {
            class: "cutmark",
            d: Cow::Borrowed(if one_way { glyph::STOP } else { glyph::CROSS }),
            spin: Some(Spin {
                at,
                turn: if one_way { turn } else { Px(0) },
                percent: 100,
            }),
        });
    }
    out
}

/// Who follows whom.
#[must_use]
pub fn follow(follow: &Follow) -> Vec<Shape> {
    let (shaft, head) = if follow.acked {
        ("follow electing shaft", "follow electing head")
    } else {
        ("follow peon shaft", "follow peon head")
    };
    let [tip, left, right] = follow.head;
    let d = Path::default()
        .cmd('M')
        .at(tip)
        .cmd('L')
        .at(left)
        .cmd('L')
        .at(right);
    vec![
        Shape::Line {
            class: shaft,
            a: follow.shaft.0,
            b: follow.shaft.1,
        },
        Shape::Path {
            class: head,
            d: Cow::Owned(d.cmd('Z').done()),
            spin: None,
        },
    ]
}

/// A monitor, from the middle of its disc: disc, numeral, crown, badge.
#[must_use]
pub fn disc(disc: &Disc) -> Vec<Shape> {
    let r = disc.size.disc;
    let circle = |class, r| Shape::Circle {
        class,
        at: ORIGIN,
        r,
    };
    let mut out = Vec::with_capacity(6);
    out.push(circle("disc", r));
    if disc.look == Look::Synchronizing {
        let d = Path::default().cmd('M').at(Point {
            x: Px(-r.0),
            y: Px(0),
        });
        let d = d.cmd('A').num(r).num(r).num(Px(0)).num(Px(0)).num(Px(0));
        out.push(Shape::Path {
            class: "level",
            d: Cow::Owned(d.at(Point { x: r, y: Px(0) }).cmd('Z').done()),
            spin: None,
        });
    }
    out.push(numeral(disc));
    if disc.crown {
        let above = if disc.timer && !disc.size.small {
            100
        } else {
            40
        };
        out.push(Shape::Path {
            class: "crown",
            d: Cow::Borrowed(glyph::CROWN),
            spin: Spin::at(xy(0, -r.0 - above), (r.0 * 100 / 340).clamp(55, 100) as u16),
        });
    }
    if let Some(badge) = disc.badge {
        out.extend(badge_shapes(badge, r));
    }
    out
}

/// The size of a numeral, and how far its baseline is below the middle.
fn numeral(disc: &Disc) -> Shape {
    let size = (disc.size.disc.0 * 74 / 100).clamp(110, 280);
    let mut text = String::new();
    match disc.rank {
        Some(rank) => crate::words::fill::push_decimal(&mut text, rank.0.into()),
        None => text.push('–'),
    }
    Shape::Text {
        class: Cow::Borrowed("rank"),
        at: xy(0, size * 36 / 100),
        turn: None,
        font: Some(Px(size / 10 * 10)),
        line: Line::plain(text),
    }
}

fn badge_shapes(badge: Badge, r: Px) -> [Shape; 2] {
    let percent = (r.0 * 27 / 100).clamp(65, 90) * 10 / 8;
    let at = xy(r.0 * 74 / 100, -r.0 * 74 / 100);
    let (class, d) = match badge {
        Badge::Killed => ("badge killed", glyph::KILLED),
        Badge::Paused => ("badge", glyph::PAUSED),
        Badge::Exited => ("badge", glyph::EXITED),
    };
    [
        Shape::Circle {
            class,
            at,
            r: Px(percent * 8 / 10),
        },
        Shape::Path {
            class,
            d: Cow::Borrowed(d),
            spin: Spin::at(at, percent as u16),
        },
    ]
}

/// What is said beside a monitor, from the middle of its disc.
#[must_use]
pub fn label(disc: &Disc) -> Vec<Shape> {
    let (place, label) = (&disc.place, &disc.label);
    let end = place.side == Side::End;
    let mut out = Vec::with_capacity(4);
    for line in &label.lines {
        let class = match (line.name, disc.size.tiny, end) {
            (true, false, false) => "lab nm",
            (true, false, true) => "lab nm end",
            (true, true, false) => "lab nm tiny",
            (true, true, true) => "lab nm tiny end",
            (false, _, false) => "lab",
            (false, _, true) => "lab end",
        };
        // Turned text stands on its own middle.
        let down = if place.turn.is_some() {
            40
        } else {
            i32::from(line.baseline) * 10
        };
        out.push(Shape::Text {
            class: Cow::Borrowed(class),
            at: if place.turn.is_some() {
                place.at
            } else {
                xy(place.at.x.0, place.at.y.0 + down)
            },
            turn: place.turn,
            font: None,
            line: line.line.clone(),
        });
    }
    if let Some(ballot) = &label.ballot {
        out.extend(ballot_shapes(ballot, place.at, end));
    }
    out
}

fn ballot_shapes(ballot: &super::label::Ballot, at: Point, end: bool) -> Vec<Shape> {
    let px = |n: u16| i32::from(n) * 10;
    let left = at.x.0 - if end { px(ballot.width()) } else { 0 };
    let top = at.y.0 + px(ballot.top);
    let (cell, height) = (i32::from(ballot.cell) * 10, px(ballot.height()));
    let mut out = Vec::with_capacity(ballot.all as usize * 2 + 1);
    for i in 0..u16::from(ballot.all) {
        let x = left + px(ballot.left(i));
        let vote = ballot.votes.get(usize::from(i));
        out.push(Shape::Rect {
            class: if vote.is_some() { "cell on" } else { "cell" },
            at: xy(x, top),
            size: xy(cell, height),
            round: Px(if ballot.cell > 6 { 20 } else { 5 }),
        });
        if let Some(voter) = vote.filter(|_| ballot.numbered()) {
            out.push(Shape::Text {
                class: Cow::Borrowed("cellno"),
                at: xy(x + cell / 2, top + cell / 2 + 40),
                turn: None,
                font: None,
                line: Line::plain(crate::words::fill::decimal(voter.0.into())),
            });
        }
    }
    let mark = left + px(ballot.mark());
    out.push(Shape::Line {
        class: "need",
        a: xy(mark, top - 35),
        b: xy(mark, top + height + 35),
    });
    out
}
