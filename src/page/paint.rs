//! Paints what moves on a canvas: numbers only, colours once per theme, no text but the epochs.

use std::fmt;
use std::rc::Rc;

use monscope_core::frame::glyph::{self, Paint};
use monscope_core::frame::measure::{SAMPLE, text_width};
use monscope_core::frame::{Layout, Moving, Scene, Trails};
use monscope_core::mon::{Kind, Time};
use monscope_core::words::Tone;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, Path2d, window};

/// The classes whose computed colour is read, in the order of `Colours`.
pub const SWATCHES: [&str; 11] = [
    "t-leader",
    "t-peon",
    "t-electing",
    "t-probing",
    "t-sync",
    "t-down",
    "t-fault",
    "t-paxos",
    "t-bg",
    "t-line",
    "t-ink",
];

/// Colours as the browser computes them, one for each swatch.
#[derive(Clone, Debug, Default)]
struct Colours([String; SWATCHES.len()]);

const BG: usize = 8;
const LINE: usize = 9;
const INK: usize = 10;

const fn tone_index(tone: Tone) -> usize {
    match tone {
        Tone::Leader => 0,
        Tone::Peon => 1,
        Tone::Electing => 2,
        Tone::Probing => 3,
        Tone::Sync => 4,
        Tone::Down => 5,
        Tone::Fault => 6,
    }
}

const fn kind_index(kind: Kind) -> usize {
    match kind {
        Kind::Victory => 0,
        Kind::Ack => 1,
        Kind::Propose => 2,
        Kind::Probe | Kind::ProbeReply => 3,
        Kind::Nak => 6,
        Kind::Sync => 4,
        Kind::Collect
        | Kind::Last
        | Kind::Begin
        | Kind::Accept
        | Kind::Commit
        | Kind::Lease
        | Kind::LeaseAck
        | Kind::Join
        | Kind::Forward
        | Kind::Route
        | Kind::Ping => 7,
    }
}

/// Paints on one canvas.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    paths: Vec<(Kind, Paint, Path2d)>,
    colours: Colours,
    font: String,
    ratio: f64,
    layout: Option<Rc<Layout>>,
    /// What moves, as it was painted last.
    pub moving: Moving,
}

impl fmt::Debug for Painter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Painter")
    }
}

impl Painter {
    /// A painter for a canvas; `None`, if the browser has no such thing.
    #[must_use]
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        let path = |kind| {
            let glyph = glyph::of(kind);
            Some((
                kind,
                glyph.paint,
                Path2d::new_with_path_string(glyph.path).ok()?,
            ))
        };
        let paths = Kind::ALL.into_iter().filter_map(path).collect();
        Some(Self {
            canvas,
            context,
            paths,
            colours: Colours::default(),
            font: String::new(),
            ratio: 1.0,
            layout: None,
            moving: Moving::default(),
        })
    }

    /// Reads the colours and the font anew: the theme has changed. `swatches` holds an element for each
    /// of [`SWATCHES`].
    pub fn read_theme(&mut self, swatches: &Element) {
        let Some(window) = window() else { return };
        let children = swatches.children();
        for (i, colour) in self.colours.0.iter_mut().enumerate() {
            let style = children
                .item(i as u32)
                .and_then(|e| window.get_computed_style(&e).ok()?);
            if let Some(value) = style.and_then(|style| style.get_property_value("color").ok()) {
                *colour = value;
            }
        }
        let style = window.get_computed_style(swatches).ok().flatten();
        if let Some(family) = style.and_then(|style| style.get_property_value("font-family").ok()) {
            self.font = family;
        }
    }

    /// How wide the page's font is against the table of the layout.
    #[must_use]
    pub fn text_scale(&self) -> f32 {
        text_scale(&self.context, &self.font)
    }

    /// Takes another layout; the canvas gets its size, in the pixels of the screen.
    pub fn set_layout(&mut self, layout: Rc<Layout>) {
        let ratio = window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .clamp(1.0, 4.0);
        // A stage is far smaller than what a canvas may be.
        let (w, h) = (
            (f64::from(layout.width) * ratio) as u32,
            (f64::from(layout.height) * ratio) as u32,
        );
        if self.canvas.width() != w || self.canvas.height() != h {
            self.canvas.set_width(w);
            self.canvas.set_height(h);
        }
        self.ratio = ratio;
        self.layout = Some(layout);
    }

    /// Paints an instant. With `still`, nothing moves between events.
    pub fn paint(&mut self, scene: &Scene, now: Time, still: bool) {
        let Some(layout) = self.layout.clone() else {
            return;
        };
        let now = if still { scene.now } else { now };
        self.moving.update(scene, &layout, now, still);
        let c = &self.context;
        self.place(0.0, 0.0, 1.0);
        c.clear_rect(0.0, 0.0, layout.width.into(), layout.height.into());
        self.sweeps();
        self.trails();
        self.shapes();
        self.epochs();
    }

    /// Moves the origin to a point, in CSS pixels, and scales.
    fn place(&self, x: f32, y: f32, scale: f32) {
        let (ratio, scale) = (self.ratio, self.ratio * f64::from(scale));
        // Numbers are never refused.
        let _ = self.context.set_transform(
            scale,
            0.0,
            0.0,
            scale,
            f64::from(x) * ratio,
            f64::from(y) * ratio,
        );
    }

    fn sweeps(&self) {
        let (c, r) = (&self.context, f64::from(self.moving.arc));
        let top = -std::f64::consts::FRAC_PI_2;
        c.set_stroke_style_str(&self.colours.0[LINE]);
        c.set_line_width(1.0);
        c.begin_path();
        for sweep in &self.moving.sweeps {
            let (x, y) = (f64::from(sweep.x), f64::from(sweep.y));
            c.move_to(x + r, y);
            // A radius that isn't negative is never refused.
            let _ = c.arc(x, y, r, 0.0, std::f64::consts::TAU);
        }
        c.stroke();
        c.set_line_width(2.0);
        for sweep in self.moving.sweeps.iter().filter(|sweep| sweep.part > 0.0) {
            let (x, y) = (f64::from(sweep.x), f64::from(sweep.y));
            c.set_stroke_style_str(&self.colours.0[tone_index(sweep.tone)]);
            c.begin_path();
            let _ = c.arc(
                x,
                y,
                r,
                top,
                top + std::f64::consts::TAU * f64::from(sweep.part),
            );
            c.stroke();
        }
    }

    fn trails(&self) {
        let (width, alpha) = match self.moving.trails {
            Trails::Full => (2.0, 0.45),
            Trails::Pale => (1.25, 0.26),
            Trails::None => return,
        };
        let c = &self.context;
        c.set_global_alpha(alpha);
        c.set_line_width(width);
        for (kind, ..) in &self.paths {
            let mut begun = false;
            for mark in self
                .moving
                .marks
                .iter()
                .filter(|mark| mark.kind == *kind && !mark.held)
            {
                if !begun {
                    c.set_stroke_style_str(&self.colours.0[kind_index(*kind)]);
                    c.begin_path();
                    begun = true;
                }
                c.move_to(mark.tail.0.into(), mark.tail.1.into());
                c.line_to(mark.x.into(), mark.y.into());
            }
            if begun {
                c.stroke();
            }
        }
        c.set_global_alpha(1.0);
    }

    /// Each shape on a round halo of the background, so that what lies below it does not show through.
    fn shapes(&self) {
        let c = &self.context;
        if self.moving.trails != Trails::None {
            c.set_fill_style_str(&self.colours.0[BG]);
            let r = 10.5 * f64::from(self.moving.scale);
            for mark in &self.moving.marks {
                c.begin_path();
                let _ = c.arc(mark.x.into(), mark.y.into(), r, 0.0, std::f64::consts::TAU);
                c.fill();
            }
        }
        c.set_line_cap("round");
        c.set_line_join("round");
        for (kind, paint, path) in &self.paths {
            let mut begun = false;
            for mark in self.moving.marks.iter().filter(|mark| mark.kind == *kind) {
                if !begun {
                    let colour = &self.colours.0[kind_index(*kind)];
                    c.set_fill_style_str(colour);
                    c.set_stroke_style_str(colour);
                    c.set_line_width(if *paint == Paint::Bold { 3.0 } else { 2.0 });
                    begun = true;
                }
                self.place(mark.x, mark.y, self.moving.scale);
                c.set_global_alpha(if mark.held { 0.55 } else { 1.0 });
                match paint {
                    Paint::Fill => c.fill_with_path_2d(path),
                    Paint::Hollow | Paint::Bold => c.stroke_with_path(path),
                }
            }
        }
        c.set_global_alpha(1.0);
        c.set_line_cap("butt");
        self.place(0.0, 0.0, 1.0);
    }

    fn epochs(&self) {
        let c = &self.context;
        let mut font_set = false;
        for mark in &self.moving.marks {
            let Some((x, y, epoch)) = mark.epoch else {
                continue;
            };
            if !font_set {
                c.set_font(&["600 11px ", &self.font].concat());
                c.set_text_align("center");
                c.set_fill_style_str(&self.colours.0[INK]);
                c.set_stroke_style_str(&self.colours.0[BG]);
                c.set_line_width(3.0);
                font_set = true;
            }
            let text = monscope_core::words::fill::decimal(epoch.into());
            let (x, y) = (f64::from(x), f64::from(y) + 4.0);
            // Text at finite places is never refused.
            let _ = c.stroke_text(&text, x, y);
            let _ = c.fill_text(&text, x, y);
        }
    }
}

/// How wide a font is against the table of [`monscope_core::frame::measure`], as a canvas measures it.
#[must_use]
pub fn text_scale(context: &CanvasRenderingContext2d, font: &str) -> f32 {
    context.set_font(&["12px ", font].concat());
    let width = context.measure_text(SAMPLE).map_or(0.0, |m| m.width()) as f32;
    let scale = width / text_width(SAMPLE, 12.0, false, 1.0);
    // A font that isn't there yet, or a strange one, must not break the layout.
    if scale > 0.6 && scale < 1.4 {
        scale + 0.01
    } else {
        1.0
    }
}
