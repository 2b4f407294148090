//! The strip as SVG text: what the page paints on its canvas, and the names of the lanes, in one string.

use super::Strip;
use super::picture::{Align, INKS, LOOKS, Picture, Text, Way};
use crate::frame::glyph::CROWN;
use crate::frame::px::{Path, Point, Px};
use crate::frame::svg::Svg;
use crate::mon::MonId;

/// The room for the names, in pixels.
const GUTTER: f32 = 80.0;

/// The strip as one `<svg>` element; `style` is the style sheet it carries.
#[must_use]
pub fn svg(strip: &Strip<'_>, style: &str) -> String {
    let picture = strip.picture(0.0, strip.room.width);
    let (width, height) = (Px::of(strip.room.width + GUTTER), Px::of(strip.room.height));
    let mut out = Print(Svg::begin(width, height, style));
    out.names(strip);
    out.0.open("svg", "lanes");
    out.0.num("x", Px::of(GUTTER));
    out.0.num("width", Px::of(strip.room.width));
    out.0.num("height", height);
    out.0.0.push('>');
    out.picture(&picture);
    out.0.0.push_str("</svg></svg>");
    out.0.0
}

struct Print(Svg);

impl Print {
    fn names(&mut self, strip: &Strip<'_>) {
        for (spec, id) in strip.player.scenario().monitors.iter().zip(0..) {
            self.0.open("text", "lane-name");
            self.0.attr("text-anchor", "end");
            self.0.attr("font-size", "12");
            self.0.num("x", Px::of(GUTTER - 8.0));
            self.0.num("y", Px::of(strip.heights.lane(MonId(id)) + 4.0));
            self.0.0.push('>');
            self.0.text(&["mon.", &spec.name].concat());
            self.0.0.push_str("</text>");
        }
    }

    fn hue(&mut self, attribute: &str, hue: &str) {
        self.0.attr(attribute, &["var(--", hue, ")"].concat());
    }

    fn picture(&mut self, picture: &Picture) {
        for (place, strokes) in picture.strokes.iter().enumerate() {
            match INKS[place].way {
                _ if strokes.is_empty() => {}
                Way::Line => self.lines(place, strokes),
                Way::Fill | Way::Box => strokes
                    .iter()
                    .for_each(|numbers| self.rect(place, *numbers)),
            }
        }
        for (x, y) in &picture.crowns {
            self.0.open("path", "crown");
            let at = crate::frame::shape::translate(Point::of((*x, *y)));
            self.0.attr("transform", &[&at, " scale(.5)"].concat());
            self.0.attr("d", CROWN);
            self.0.0.push_str("/>");
        }
        picture.texts.iter().for_each(|text| self.text(text));
    }

    /// All lines of a pen are one path.
    fn lines(&mut self, place: usize, lines: &[[f32; 4]]) {
        let ink = &INKS[place];
        let path = lines
            .iter()
            .fold(Path::default(), |path, [ax, ay, bx, by]| {
                let path = path.cmd('M').at(Point::of((*ax, *ay)));
                path.cmd('L').at(Point::of((*bx, *by)))
            });
        self.0.open("path", ["pen-", ink.hue].concat().as_str());
        self.0.attr("fill", "none");
        self.hue("stroke", ink.hue);
        self.0.num("stroke-width", Px(i32::from(ink.width / 10)));
        let (dash, gap) = ink.dash;
        if gap > 0 {
            let dashes = [Px(dash.into()).text(), Px(gap.into()).text()].join(" ");
            self.0.attr("stroke-dasharray", &dashes);
        }
        if dash == 1 {
            self.0.attr("stroke-linecap", "round");
        }
        self.opacity(ink.cover);
        self.0.attr("d", &path.done());
        self.0.0.push_str("/>");
    }

    fn rect(&mut self, place: usize, [x, y, w, h]: [f32; 4]) {
        let ink = &INKS[place];
        self.0.open("rect", ["pen-", ink.hue].concat().as_str());
        if ink.way == Way::Box {
            self.hue("fill", "panel");
            self.hue("stroke", ink.hue);
            self.0.num("stroke-width", Px(i32::from(ink.width / 10)));
        } else {
            self.hue("fill", ink.hue);
        }
        self.opacity(ink.cover);
        for (name, value) in [("x", x), ("y", y), ("width", w), ("height", h)] {
            self.0.num(name, Px::of(value));
        }
        self.0.0.push_str("/>");
    }

    fn opacity(&mut self, percent: u8) {
        if percent < 100 {
            self.0.attr(
                "opacity",
                &["0.", &Px(i32::from(percent) * 10).text()].concat(),
            );
        }
    }

    fn text(&mut self, text: &Text) {
        let (hue, size, heavy, halo) = LOOKS[text.look as usize];
        // What a style sheet says of every text holds for its parts only where they say nothing themselves.
        self.0.open("text", "note");
        self.0.num("x", Px::of(text.at.0));
        self.0.num("y", Px::of(text.at.1));
        self.0.0.push('>');
        self.0.open("tspan", "words");
        self.hue("fill", hue);
        self.0.num("font-size", Px(i32::from(size) * 10));
        if heavy {
            self.0.attr("font-weight", "600");
        }
        if text.align == Align::Middle {
            self.0.attr("text-anchor", "middle");
        }
        if halo > 0 {
            self.0.attr("paint-order", "stroke");
            self.hue("stroke", "panel");
            self.0.num("stroke-width", Px(i32::from(halo) * 10));
            self.0.attr("stroke-linejoin", "round");
        }
        self.0.0.push('>');
        self.0.text(&text.words);
        self.0.0.push_str("</tspan></text>");
    }
}
