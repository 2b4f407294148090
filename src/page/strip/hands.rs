//! What pointer, wheel and keys do on the strip: travel, look closer or elsewhere, select.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use monscope_core::frame::log::{line as log_line, short_name};
use monscope_core::frame::strip::Found;
use monscope_core::mon::{MonId, Time};
use monscope_core::play::Player;
use monscope_core::words::fill::decimal;
use monscope_core::words::{Lang, Phrase, Val};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent, WheelEvent,
};
use yew::prelude::*;

use super::board::{Board, Parts};
use super::brush::Brush;
use crate::page::dom::{Listener, MediaWatch, SizeWatch, put_at};
use crate::page::session::{Painting, Session};
use crate::page::ui::{Change, UiHandle};

/// A press that moves less than this is a click, in pixels.
const CLICK: f32 = 4.0;

/// Keys move the view by this part of its width.
const KEY_PAN: f32 = 0.25;

/// Lower than this, the strip shows lanes only, in pixels.
const BARE_BELOW: f32 = 90.0;

/// What a pressed pointer does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// Nothing yet: it was pressed here.
    Pressed(f32),
    /// It takes the present along; true: time passed before, and goes on after.
    Travels(bool),
    /// It moves the view; where it was last.
    Pans(f32),
    /// It draws a section to be played again and again, from this instant on.
    Loops(Time),
}

/// What is in the strip.
const INSIDE: &str = "<ul class=names aria-hidden=true></ul>\
    <div class=lanes tabindex=0 role=slider aria-valuemin=0><canvas></canvas><div class=section hidden></div>\
    <div class=spot hidden></div><div class=after hidden></div>\
    <div class=playhead><i></i></div></div>\
    <div class=whole aria-hidden=true><canvas></canvas><div class=frame></div></div><div class=tip hidden></div>";

/// Up to so many lanes have their names beside them: more have no room there.
const NAMED: usize = 10;

/// The hands of somebody at the strip.
#[derive(Debug)]
pub(super) struct Hands {
    session: Session,
    ui: RefCell<UiHandle>,
    board: RefCell<Board>,
    /// What the pointer is over.
    hover: Cell<Option<Found>>,
    grip: Cell<Option<Grip>>,
    /// The scenario whose monitors are named, and the one that is selected.
    named: Cell<Option<(u32, Option<MonId>)>>,
    /// Up to which event it was said where the present is.
    told: Cell<u32>,
    names: HtmlElement,
    lanes: HtmlElement,
    whole: HtmlElement,
    tip: HtmlElement,
}

/// What goes on as long as the strip is there.
#[derive(Debug)]
pub(super) struct Watches {
    _painting: Painting,
    _size: Option<SizeWatch>,
    _theme: Option<MediaWatch>,
    _hands: [Option<Listener>; 2],
}

const ON_LANES: &[&str] = &[
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerleave",
    "wheel",
    "keydown",
];
const ON_WHOLE: &[&str] = &["pointerdown", "pointermove"];

impl Hands {
    /// Fills the strip's element, begins to paint in it and to listen.
    pub(super) fn begin(
        strip: &Element,
        session: Session,
        ui: UiHandle,
    ) -> Option<(Rc<Self>, Watches)> {
        strip.set_inner_html(INSIDE);
        let part =
            |css: &str| -> Option<HtmlElement> { strip.query_selector(css).ok()??.dyn_into().ok() };
        let canvas = |css: &str| Brush::new(part(css)?.dyn_into::<HtmlCanvasElement>().ok()?);
        let board = Board::new(
            ui.lang,
            Parts {
                brush: canvas(".lanes canvas")?,
                whole: canvas(".whole canvas")?,
                head: part(".playhead")?,
                section: part(".section")?,
                after: part(".after")?,
                spot: part(".spot")?,
                frame: part(".frame")?,
            },
        );
        let hands = Rc::new(Self {
            session,
            board: RefCell::new(board),
            ui: RefCell::new(ui),
            hover: Cell::new(None),
            grip: Cell::new(None),
            named: Cell::new(None),
            told: Cell::new(0),
            names: part(".names")?,
            lanes: part(".lanes")?,
            whole: part(".whole")?,
            tip: part(".tip")?,
        });
        let watches = hands.watch();
        Some((hands, watches))
    }

    fn watch(self: &Rc<Self>) -> Watches {
        let lang = self.ui.borrow().lang;
        set(&self.lanes, "aria-label", lang.say(Phrase::StripLabel));
        let (painter, sizer, painted) = (self.clone(), self.clone(), self.clone());
        let (on_lanes, on_whole) = (self.clone(), self.clone());
        Watches {
            _painting: self
                .session
                .on_frame(Callback::from(move |()| painter.paint())),
            _size: SizeWatch::new(&self.lanes, move || sizer.measure()),
            _theme: MediaWatch::new("(prefers-color-scheme: dark)", move || painted.read_theme()),
            _hands: [
                Listener::new(
                    &self.lanes,
                    ON_LANES,
                    Box::new(move |event| on_lanes.on_event(&event)),
                ),
                Listener::new(
                    &self.whole,
                    ON_WHOLE,
                    Box::new(move |event| on_whole.on_whole(&event)),
                ),
            ],
        }
    }

    /// The page has changed; `verdict` is what is true now.
    pub(super) fn update(&self, ui: UiHandle, verdict: &str) {
        let before = self.ui.replace(ui);
        let ui = self.ui.borrow().clone();
        if before.theme != ui.theme {
            self.read_theme();
        }
        self.session.look(|player| {
            self.board.borrow_mut().set_real_time(player, ui.real_time);
            self.name(player, ui.selected);
            if self.told.replace(self.session.told()) != self.session.told()
                || !self.session.playing()
            {
                self.say(player, ui.lang, verdict);
            }
        });
        self.paint();
    }

    /// Says where the present is.
    fn say(&self, player: &Player, lang: Lang, verdict: &str) {
        let ms = |at: Time| decimal(at.0 / 1_000);
        set(&self.lanes, "aria-valuemax", &ms(player.known_until()));
        set(&self.lanes, "aria-valuenow", &ms(player.now()));
        let values = [
            ("at", Val::Millis(player.now().0)),
            ("verdict", Val::Text(verdict)),
        ];
        let text = lang.text(Phrase::StripNow, &values);
        set(&self.lanes, "aria-valuetext", &text);
    }

    /// Writes the names of the lanes beside them.
    fn name(&self, player: &Player, selected: Option<MonId>) {
        let named = Some((self.session.loads(), selected));
        if self.named.replace(named) == named {
            return;
        }
        self.names.set_text_content(None);
        let monitors = player.scenario().monitors.iter().zip(0..);
        let count = player.scenario().monitors.len();
        for (spec, id) in monitors.filter(|_| count <= NAMED) {
            let words = if spec.name.len() > 5 {
                short_name(player, MonId(id))
            } else {
                ["mon.", &spec.name].concat()
            };
            let item = self
                .names
                .owner_document()
                .and_then(|d| d.create_element("li").ok());
            if let Some(item) = item {
                item.set_text_content(Some(&words));
                item.set_class_name(if selected == Some(MonId(id)) {
                    "sel"
                } else {
                    ""
                });
                // A new element can be put anywhere.
                let _ = self.names.append_child(&item);
            }
        }
    }

    fn read_theme(&self) {
        self.board.borrow_mut().read_theme(&self.tip);
        self.paint();
    }

    fn measure(&self) {
        // Sizes of a strip are small whole numbers.
        let size = |e: &HtmlElement| (e.client_width() as f32, e.client_height() as f32);
        let lanes = size(&self.lanes);
        let bare = lanes.1 < BARE_BELOW;
        self.board
            .borrow_mut()
            .set_sizes(lanes, size(&self.whole), bare);
        self.read_theme();
    }

    fn paint(&self) {
        let mut board = self.board.borrow_mut();
        let shown = self
            .hover
            .get()
            .map(|found| found.event)
            .or(self.ui.borrow().event);
        self.session.look(|player| board.set_kin(player, shown));
        board.update(&self.session);
    }

    // -- the pointer

    fn place(element: &Element, event: &MouseEvent) -> (f32, f32) {
        let bounds = element.get_bounding_client_rect();
        (
            (f64::from(event.client_x()) - bounds.left()) as f32,
            (f64::from(event.client_y()) - bounds.top()) as f32,
        )
    }

    fn on_event(&self, event: &Event) {
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            return self.on_key(key);
        }
        let Some(mouse) = event.dyn_ref::<MouseEvent>() else {
            return;
        };
        let (x, y) = Self::place(&self.lanes, mouse);
        match event.type_().as_str() {
            "pointerdown" => self.on_down(event, mouse, (x, y)),
            "pointermove" => self.on_move(x, y),
            "pointerup" => {
                if let Some(Grip::Pressed(_)) = self.grip.get() {
                    let found = self.find(x, y);
                    self.select(found);
                }
                self.let_go();
            }
            "pointercancel" => self.let_go(),
            "pointerleave" => self.hover_over(None, x, y),
            _ => self.on_wheel(event, mouse, x),
        }
    }

    fn on_down(&self, event: &Event, mouse: &MouseEvent, (x, y): (f32, f32)) {
        if !matches!(mouse.button(), 0 | 1) {
            return;
        }
        capture(&self.lanes, event);
        event.prevent_default();
        if mouse.button() == 1 || mouse.shift_key() {
            self.grip.set(Some(Grip::Pans(x)));
            return;
        }
        if mouse.alt_key() {
            let from = self.time(x);
            return self.grip.set(Some(Grip::Loops(from)));
        }
        self.grip.set(Some(Grip::Pressed(x)));
        let at_once = self.session.look(|player| {
            let board = self.board.borrow();
            let strip = board.strip(player);
            let heights = strip.heights();
            let by_head = (strip.x(player.now()) - x).abs() < 7.0;
            // Lanes without anything to select are there to travel on.
            board.bare || y > heights.bottom + 2.0 || y < heights.top - 2.0 || by_head
        });
        if at_once {
            self.travel(x);
        }
    }

    fn on_move(&self, x: f32, y: f32) {
        match self.grip.get() {
            None => {
                let found = self.find(x, y);
                self.hover_over(found, x, y);
            }
            Some(Grip::Pressed(from)) if (x - from).abs() < CLICK => {}
            Some(Grip::Pressed(_) | Grip::Travels(_)) => self.travel(x),
            Some(Grip::Loops(from)) => {
                let to = self.time(x);
                self.session.set_section(Some((from.min(to), from.max(to))));
            }
            Some(Grip::Pans(from)) => {
                self.grip.set(Some(Grip::Pans(x)));
                self.view(|board, player| board.pan(player, from - x));
            }
        }
    }

    fn time(&self, x: f32) -> Time {
        let board = self.board.borrow();
        self.session.look(|player| board.strip(player).time(x))
    }

    fn find(&self, x: f32, y: f32) -> Option<Found> {
        let board = self.board.borrow();
        self.session.look(|player| board.strip(player).hit(x, y))
    }

    fn select(&self, found: Option<Found>) {
        let event = found.map(|found| found.event);
        self.ui.borrow().dispatch(Change::SelectEvent(event));
    }

    fn let_go(&self) {
        if let Some(Grip::Travels(true)) = self.grip.take() {
            self.session.set_playing(true);
        }
    }

    /// Says what the pointer is over, and lets its family stand out.
    fn hover_over(&self, found: Option<Found>, x: f32, y: f32) {
        if self.hover.replace(found) == found {
            return;
        }
        let words = found.and_then(|found| self.session.look(|player| self.tell(player, found)));
        let tip = &self.tip;
        tip.set_hidden(words.is_none());
        tip.set_text_content(words.as_deref());
        let (left, width) = (
            self.lanes.offset_left() as f32,
            self.lanes.offset_width() as f32,
        );
        let wide = tip.offset_width() as f32;
        // On the other side, where there is no room.
        let beside = if x + 14.0 + wide > width {
            -14.0 - wide
        } else {
            14.0
        };
        put_at(tip, left + x + beside, y - 10.0);
        self.paint();
    }

    fn tell(&self, player: &Player, found: Found) -> Option<String> {
        let event = player.known().get(found.event.get() as usize - 1)?;
        let said = log_line(player, event, self.ui.borrow().lang);
        let mon = said.mon.map_or_else(String::new, |(mon, _)| mon);
        let parts = [
            &said.at,
            " s  ",
            &mon,
            "  ",
            &said.words.text(),
            "  ",
            &said.branches,
        ];
        Some(parts.concat())
    }

    /// Takes the present to a place.
    fn travel(&self, x: f32) {
        if !matches!(self.grip.get(), Some(Grip::Travels(_))) {
            self.grip.set(Some(Grip::Travels(self.session.playing())));
            self.session.set_playing(false);
            self.hover_over(None, x, 0.0);
        }
        self.board.borrow_mut().follow();
        let to = self.time(x);
        if to != self.session.now() {
            self.session.go_to(to);
        }
    }

    /// A press on the whole run brings that place into sight; so does moving on with it.
    fn on_whole(&self, event: &Event) {
        let Some(mouse) = event.dyn_ref::<MouseEvent>() else {
            return;
        };
        if event.type_() == "pointerdown" {
            capture(&self.whole, event);
        } else if mouse.buttons() == 0 {
            return;
        }
        let (x, _) = Self::place(&self.whole, mouse);
        self.view(|board, player| {
            if let Some(at) = board.time_of_whole(x) {
                board.show(player, at, 0.5);
            }
        });
    }

    /// The wheel zooms, or moves the view.
    fn on_wheel(&self, event: &Event, mouse: &MouseEvent, x: f32) {
        let Some(wheel) = event.dyn_ref::<WheelEvent>() else {
            return;
        };
        let lanes = &self.lanes;
        // In somebody's page the wheel scrolls that page, until the strip was clicked.
        let focused = lanes.matches(":focus").unwrap_or_default();
        if !focused && !mouse.ctrl_key() && scrolls(lanes) {
            return;
        }
        event.prevent_default();
        let (dx, dy) = (wheel.delta_x() as f32, wheel.delta_y() as f32);
        self.view(|board, player| {
            if mouse.shift_key() || dx.abs() > dy.abs() {
                board.pan(player, if dx == 0.0 { dy } else { dx });
            } else {
                board.zoom(player, x, if dy < 0.0 { 1_200 } else { 833 });
            }
        });
    }

    // -- keys

    /// The keys of a slider, and those that look closer.
    fn on_key(&self, event: &KeyboardEvent) {
        let other = event.ctrl_key() || event.meta_key() || event.alt_key();
        if !other && self.key(&event.key(), event.shift_key()) {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn key(&self, key: &str, shift: bool) -> bool {
        let session = &self.session;
        self.board.borrow_mut().follow();
        let pan = |part: f32| self.view(|board, player| board.pan(player, part * board.width()));
        match key {
            "ArrowLeft" if shift => pan(-KEY_PAN),
            "ArrowRight" if shift => pan(KEY_PAN),
            "ArrowLeft" | "ArrowDown" => session.step_back(),
            "ArrowRight" | "ArrowUp" => session.step(),
            "PageDown" => session.previous_of_interest(),
            "PageUp" => session.next_of_interest(),
            "Home" => session.restart(),
            "End" => session.go_to(session.look(Player::known_until)),
            "+" | "=" => self.zoom(1_500),
            "-" => self.zoom(667),
            "0" => self.view(Board::fit),
            "Enter" => {
                let last = session.look(|player| player.events().last().map(|event| event.id));
                self.ui.borrow().dispatch(Change::SelectEvent(last));
            }
            _ => return false,
        }
        true
    }

    fn zoom(&self, by_milli: u64) {
        self.view(|board, player| {
            let x = board.strip(player).x(player.now());
            board.zoom(player, x.max(0.0).min(board.width()), by_milli);
        });
    }

    fn view(&self, change: impl FnOnce(&mut Board, &Player)) {
        self.session
            .look(|player| change(&mut self.board.borrow_mut(), player));
        self.paint();
    }
}

/// Sets an attribute with a name that is one.
fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Moves of this pointer go to the element until it is let go; it has the focus.
fn capture(element: &HtmlElement, event: &Event) {
    if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
        // It fails for a pointer that has gone; then nothing moves any more.
        let _ = element.set_pointer_capture(pointer.pointer_id());
    }
    // What can't take the focus leaves it where it is.
    let _ = element.focus();
}

/// Is the element in a page that scrolls?
fn scrolls(element: &Element) -> bool {
    let root = element
        .owner_document()
        .and_then(|document| document.document_element());
    root.is_some_and(|root| root.scroll_height() > root.client_height())
}
