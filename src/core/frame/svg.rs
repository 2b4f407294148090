//! A picture as SVG text: what the page shows, in one string.

use super::display::Frame;
use super::geometry::hand;
use super::glyph::{self, Paint};
use super::moving::{Moving, Sweep, Trails};
use super::px::{Path, Point, Px};
use super::shape::{self, Shape, role_class, translate};
use crate::words::fill::push_decimal;

/// The picture as one `<svg>` element; `style` is the style sheet it carries.
#[must_use]
pub fn svg(frame: &Frame, moving: &Moving, style: &str) -> String {
    let mut out = Svg::begin(frame.width, frame.height, style);
    if let Some((at, r)) = frame.hull {
        out.shape(&Shape::Circle {
            class: "link",
            at,
            r,
        });
    }
    for d in &frame.outlines {
        out.open("path", "outline");
        out.attr("d", d);
        out.0.push_str("/>");
    }
    frame
        .links
        .iter()
        .for_each(|link| out.shapes(&shape::link(link)));
    frame
        .follows
        .iter()
        .for_each(|follow| out.shapes(&shape::follow(follow)));
    out.moving(moving);
    for disc in &frame.discs {
        out.open("g", "mon ");
        out.0.pop();
        out.0.push_str(disc.look.class());
        if disc.size.small {
            out.0.push_str(" small");
        }
        out.0.push('"');
        out.attr("transform", &translate(disc.at));
        out.0.push('>');
        out.shapes(&shape::disc(disc));
        out.shapes(&shape::label(disc));
        out.0.push_str("</g>");
    }
    out.0.push_str("</svg>");
    out.0
}

/// SVG text, as it is put together.
pub(super) struct Svg(pub(super) String);

impl Svg {
    /// The head of a picture: its size, its style sheet, its paper.
    pub(super) fn begin(width: Px, height: Px, style: &str) -> Self {
        let mut out = Self(String::new());
        out.open("svg", "monscope");
        out.attr("xmlns", "http://www.w3.org/2000/svg");
        out.num("width", width);
        out.num("height", height);
        out.0.push('>');
        out.open("style", "sheet");
        out.0.push('>');
        out.text(style);
        out.0.push_str("</style>");
        out.0
            .push_str("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>");
        out
    }

    pub(super) fn open(&mut self, tag: &str, class: &str) {
        self.0.push('<');
        self.0.push_str(tag);
        self.attr("class", class);
    }

    pub(super) fn attr(&mut self, name: &str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        self.text(value);
        self.0.push('"');
    }

    pub(super) fn num(&mut self, name: &str, value: Px) {
        self.attr(name, &value.text());
    }

    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
    }

    fn shapes(&mut self, shapes: &[Shape]) {
        shapes.iter().for_each(|shape| self.shape(shape));
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Circle { class, at, r } => {
                self.open("circle", class);
                self.num("cx", at.x);
                self.num("cy", at.y);
                self.num("r", *r);
            }
            Shape::Line { class, a, b } => {
                self.open("line", class);
                self.num("x1", a.x);
                self.num("y1", a.y);
                self.num("x2", b.x);
                self.num("y2", b.y);
            }
            Shape::Rect {
                class,
                at,
                size,
                round,
            } => {
                self.open("rect", class);
                self.num("x", at.x);
                self.num("y", at.y);
                self.num("width", size.x);
                self.num("height", size.y);
                self.num("rx", *round);
            }
            Shape::Path { class, d, spin } => {
                self.open("path", class);
                self.attr("d", d);
                if let Some(spin) = spin {
                    self.attr("transform", &spin.transform());
                }
            }
            Shape::Text {
                class,
                at,
                turn,
                font,
                line,
            } => {
                self.open("text", class);
                match turn {
                    Some(turn) => self.attr("transform", &turned(*at, *turn)),
                    None => {
                        self.num("x", at.x);
                        self.num("y", at.y);
                    }
                }
                if turn.is_some() {
                    self.attr("y", "4");
                }
                if let Some(font) = font {
                    self.num("font-size", *font);
                }
                self.0.push('>');
                for run in &line.0 {
                    if let Some(class) = role_class(run.role) {
                        self.open("tspan", class);
                        self.0.push('>');
                        self.text(&run.text);
                        self.0.push_str("</tspan>");
                    } else {
                        self.text(&run.text);
                    }
                }
                self.0.push_str("</text>");
                return;
            }
        }
        self.0.push_str("/>");
    }

    fn moving(&mut self, moving: &Moving) {
        for sweep in &moving.sweeps {
            self.sweep(sweep, moving.arc);
        }
        for mark in moving
            .marks
            .iter()
            .filter(|_| moving.trails != Trails::None)
        {
            let kind = glyph::of(mark.kind).hue;
            let pale = if moving.trails == Trails::Pale {
                "trail pale m-"
            } else {
                "trail m-"
            };
            self.open("line", &[pale, kind].concat());
            self.num("x1", Px::of(mark.tail.0));
            self.num("y1", Px::of(mark.tail.1));
            self.num("x2", Px::of(mark.x));
            self.num("y2", Px::of(mark.y));
            self.0.push_str("/>");
        }
        for mark in &moving.marks {
            let glyph = glyph::of(mark.kind);
            let at = Point::of((mark.x, mark.y));
            let spin = shape::Spin {
                at,
                turn: Px(0),
                percent: (moving.scale * 100.0) as u16,
            };
            self.open("g", &["mark m-", glyph.hue].concat());
            self.attr("transform", &spin.transform());
            self.0.push_str("><circle class=\"halo\" r=\"10.5\"/>");
            self.open(
                "path",
                match glyph.paint {
                    Paint::Fill => "f",
                    Paint::Hollow => "s2",
                    Paint::Bold => "s3",
                },
            );
            self.attr("d", glyph.path);
            self.0.push_str("/></g>");
            if let Some((x, y, epoch)) = mark.epoch {
                self.open("text", "mepoch");
                self.num("x", Px::of(x));
                self.num("y", Px::of(y + 4.0));
                self.0.push('>');
                push_decimal(&mut self.0, epoch.into());
                self.0.push_str("</text>");
            }
        }
    }

    fn sweep(&mut self, sweep: &Sweep, r: f32) {
        self.shape(&Shape::Circle {
            class: "track",
            at: Point::of((sweep.x, sweep.y)),
            r: Px::of(r),
        });
        let (x, y) = hand(sweep.part);
        let (top, end) = ((sweep.x, sweep.y - r), (sweep.x + r * x, sweep.y + r * y));
        let path = Path::default().cmd('M').at(Point::of(top)).cmd('A');
        let path = path.num(Px::of(r)).num(Px::of(r)).num(Px(0));
        let path = path
            .num(Px(if sweep.part > 0.5 { 10 } else { 0 }))
            .num(Px(10));
        self.open("path", &["arc t-", sweep.tone.name()].concat());
        self.attr("d", &path.at(Point::of(end)).done());
        self.0.push_str("/>");
    }
}

/// The value of a `transform` attribute that moves and turns.
#[must_use]
pub fn turned(at: Point, turn: Px) -> String {
    let mut out = translate(at);
    out.push_str(" rotate(");
    turn.push_to(&mut out);
    out.push(')');
    out
}
