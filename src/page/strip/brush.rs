//! Paints a picture of the strip on a canvas: each pen is set up once.

use std::fmt;

use js_sys::Array;
use monscope_core::frame::glyph::CROWN;
use monscope_core::frame::strip::Picture;
use monscope_core::frame::strip::picture::{Align, INKS, LOOKS, Pen, Way};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, Path2d, window};

use crate::page::paint::text_scale;

/// A canvas of the strip, with its colours.
pub(super) struct Brush {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    crown: Option<Path2d>,
    /// The colour of each pen, then that of each look of a text, then the background.
    colours: Vec<String>,
    font: String,
    ratio: f64,
    /// Its size in CSS pixels.
    pub size: (f32, f32),
}

impl fmt::Debug for Brush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Brush")
    }
}

/// How much arrows still cover when others are to stand out.
const PALE: f64 = 0.16;

impl Brush {
    /// A brush for a canvas; `None`, if the browser has no such thing.
    #[must_use]
    pub(super) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??;
        Some(Self {
            context: context.dyn_into().ok()?,
            canvas,
            crown: Path2d::new_with_path_string(CROWN).ok(),
            colours: Vec::new(),
            font: String::new(),
            ratio: 1.0,
            size: (0.0, 0.0),
        })
    }

    /// Reads the colours and the font anew. `probe` is an element that nobody sees: it takes one colour after another.
    pub(super) fn read_theme(&mut self, probe: &HtmlElement) {
        let hues = INKS.iter().map(|ink| ink.hue);
        let hues = hues.chain(LOOKS.iter().map(|look| look.0)).chain(["panel"]);
        let Some(style) = window().and_then(|w| w.get_computed_style(probe).ok()?) else {
            return;
        };
        // A known property of an element is there, and takes a value.
        let read = |name| style.get_property_value(name).unwrap_or_default();
        self.colours = hues
            .map(|hue| {
                let value = ["var(--", hue, ")"].concat();
                let _ = probe.style().set_property("color", &value);
                read("color")
            })
            .collect();
        self.font = read("font-family");
        let _ = probe.style().remove_property("color");
    }

    /// How wide the page's font is against the table of the core.
    #[must_use]
    pub(super) fn text_scale(&self) -> f32 {
        text_scale(&self.context, &self.font)
    }

    /// Takes a size in CSS pixels; what was painted is gone if it is another one.
    pub(super) fn set_size(&mut self, width: f32, height: f32) {
        let ratio = window().map_or(1.0, |window| window.device_pixel_ratio());
        // Never coarser than the page; `clamp` would bring the printing of floats with it.
        self.ratio = ratio.max(1.0);
        self.size = (width, height);
        let pixels = |length: f32| (f64::from(length) * self.ratio) as u32;
        let (w, h) = (pixels(width), pixels(height));
        if self.canvas.width() != w || self.canvas.height() != h {
            self.canvas.set_width(w);
            self.canvas.set_height(h);
        }
    }

    /// Begins to paint between two places: what was there goes.
    pub(super) fn begin(&self, from: f32, to: f32) {
        let c = &self.context;
        c.save();
        // Numbers are never refused.
        let _ = c.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
        let (x, width) = (f64::from(from), f64::from(to - from));
        let height = f64::from(self.size.1);
        c.begin_path();
        c.rect(x, 0.0, width, height);
        c.clip();
        c.clear_rect(x, 0.0, width, height);
    }

    /// Ends what [`Self::begin`] began.
    pub(super) fn end(&self) {
        self.context.restore();
    }

    /// Paints; `pale`: arrows are to be seen just so.
    pub(super) fn paint(&self, picture: &Picture, pale: bool) {
        if self.colours.is_empty() {
            return;
        }
        for (place, strokes) in picture.strokes.iter().enumerate() {
            if !strokes.is_empty() {
                self.strokes(place, strokes, pale);
            }
        }
        self.context.set_global_alpha(1.0);
        self.crowns(&picture.crowns);
        self.texts(picture);
    }

    fn strokes(&self, place: usize, strokes: &[[f32; 4]], pale: bool) {
        let (c, ink, colour) = (&self.context, &INKS[place], &self.colours[place]);
        let is_arrow = (Pen::Quiet as usize..=Pen::Cross as usize).contains(&place);
        let cover = f64::from(ink.cover) / 100.0;
        c.set_global_alpha(if pale && is_arrow {
            cover * PALE
        } else {
            cover
        });
        c.set_line_width(f64::from(ink.width) / 100.0);
        let numbers = |stroke: &[f32; 4]| stroke.map(f64::from);
        match ink.way {
            Way::Fill => {
                c.set_fill_style_str(colour);
                for [x, y, w, h] in strokes.iter().map(numbers) {
                    c.fill_rect(x, y, w, h);
                }
            }
            Way::Box => {
                c.set_fill_style_str(&self.colours[INKS.len() + LOOKS.len()]);
                c.set_stroke_style_str(colour);
                for [x, y, w, h] in strokes.iter().map(numbers) {
                    c.fill_rect(x, y, w, h);
                    c.stroke_rect(x, y, w, h);
                }
            }
            Way::Line => {
                let (dash, gap) = ink.dash;
                let dashes = Array::new();
                if gap > 0 {
                    dashes.push(&(f64::from(dash) / 10.0).into());
                    dashes.push(&(f64::from(gap) / 10.0).into());
                }
                // Two numbers that aren't negative are a pattern.
                let _ = c.set_line_dash(&dashes);
                c.set_line_cap(if dash == 1 { "round" } else { "butt" });
                c.set_stroke_style_str(colour);
                c.begin_path();
                for [ax, ay, bx, by] in strokes.iter().map(numbers) {
                    c.move_to(ax, ay);
                    c.line_to(bx, by);
                }
                c.stroke();
                let _ = c.set_line_dash(&Array::new());
            }
        }
    }

    fn crowns(&self, crowns: &[(f32, f32)]) {
        let (c, Some(crown)) = (&self.context, &self.crown) else {
            return;
        };
        c.set_fill_style_str(&self.colours[Pen::Leader as usize]);
        for (x, y) in crowns {
            c.save();
            let _ = c.translate(f64::from(*x), f64::from(*y));
            let _ = c.scale(0.5, 0.5);
            c.fill_with_path_2d(crown);
            c.restore();
        }
    }

    fn texts(&self, picture: &Picture) {
        let c = &self.context;
        let background = &self.colours[INKS.len() + LOOKS.len()];
        c.set_line_join("round");
        c.set_stroke_style_str(background);
        for (look, (_, size, heavy, halo)) in LOOKS.iter().enumerate() {
            let mut begun = false;
            let texts = picture.texts.iter();
            for text in texts.filter(|text| text.look as usize == look) {
                if !begun {
                    begun = true;
                    let weight = if *heavy { "600 " } else { "" };
                    let size = if *size == 12 { "12px " } else { "11px " };
                    c.set_font(&[weight, size, &self.font].concat());
                    c.set_fill_style_str(&self.colours[INKS.len() + look]);
                    c.set_line_width(f64::from(*halo));
                }
                c.set_text_align(match text.align {
                    Align::Start => "start",
                    Align::Middle => "center",
                });
                let (x, y) = (f64::from(text.at.0), f64::from(text.at.1));
                // Text at finite places is never refused.
                if *halo > 0 {
                    let _ = c.stroke_text(&text.words, x, y);
                }
                let _ = c.fill_text(&text.words, x, y);
            }
        }
    }
}
