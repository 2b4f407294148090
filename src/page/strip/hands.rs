//! What pointer, wheel and keys do on the strip: travel, look closer or elsewhere, select.

use std::cell::RefCell;
use std::rc::Rc;

use monscope_core::mon::Time;
use web_sys::{Element, HtmlElement, WheelEvent};
use yew::prelude::*;

use super::Hover;
use super::board::Board;
use crate::page::session::Session;
use crate::page::ui::{Change, UiHandle};

/// A press that moves less than this is a click, in pixels.
const CLICK: f32 = 4.0;

/// Keys move the view by this part of its width.
const KEY_PAN: f32 = 0.25;

/// What a pressed pointer does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grip {
    /// Nothing yet: it was pressed here.
    Pressed(f32, f32),
    /// It takes the present along; true: time passed before, and goes on after.
    Travels(bool),
    /// It moves the view; where it was last.
    Pans(f32),
}

/// The hands of somebody at the strip.
#[derive(Clone, Debug)]
pub(super) struct Hands {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// The strip.
    pub board: Rc<RefCell<Board>>,
    /// What the pointer is over.
    pub hover: UseStateHandle<Hover>,
    /// The element of the lanes.
    pub lanes: NodeRef,
    /// The element of the whole run.
    pub whole: NodeRef,
    /// What the pressed pointer does.
    pub grip: Rc<RefCell<Option<Grip>>>,
}

impl Hands {
    fn place(&self, x: i32, y: i32) -> Option<(f32, f32)> {
        let bounds = self.lanes.cast::<Element>()?.get_bounding_client_rect();
        Some((
            (f64::from(x) - bounds.left()) as f32,
            (f64::from(y) - bounds.top()) as f32,
        ))
    }

    fn on(
        &self,
        act: impl Fn(&Self, &PointerEvent, (f32, f32)) + 'static,
    ) -> Callback<PointerEvent> {
        let hands = self.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(place) = hands.place(event.client_x(), event.client_y()) {
                act(&hands, &event, place);
            }
        })
    }

    /// A pointer is pressed.
    pub(super) fn on_down(&self) -> Callback<PointerEvent> {
        self.on(|hands, event, (x, y)| {
            let Some(lanes) = hands.lanes.cast::<HtmlElement>() else {
                return;
            };
            if !matches!(event.button(), 0 | 1) {
                return;
            }
            // What has no such pointer any more is let go.
            let _ = lanes.set_pointer_capture(event.pointer_id());
            let _ = lanes.focus();
            event.prevent_default();
            if event.button() == 1 || event.shift_key() {
                *hands.grip.borrow_mut() = Some(Grip::Pans(x));
                return;
            }
            *hands.grip.borrow_mut() = Some(Grip::Pressed(x, y));
            let at_once = hands.session.look(|player| {
                hands.board.borrow().look(player, |strip| {
                    let heights = strip.heights();
                    let by_head = (strip.x(player.now()) - x).abs() < 7.0;
                    y > heights.bottom + 2.0 || y < heights.top - 2.0 || by_head
                })
            });
            if at_once {
                hands.travel(x);
            }
        })
    }

    /// The pointer moves.
    pub(super) fn on_move(&self) -> Callback<PointerEvent> {
        self.on(|hands, _, (x, y)| {
            let grip = *hands.grip.borrow();
            match grip {
                None => hands.look_at(x, y),
                Some(Grip::Pressed(from, _)) if (x - from).abs() < CLICK => {}
                Some(Grip::Pressed(..) | Grip::Travels(_)) => hands.travel(x),
                Some(Grip::Pans(from)) => {
                    *hands.grip.borrow_mut() = Some(Grip::Pans(x));
                    hands
                        .session
                        .look(|player| hands.board.borrow_mut().pan(player, from - x));
                    hands.paint();
                }
            }
        })
    }

    /// The pointer is let go: a click selects.
    pub(super) fn on_up(&self) -> Callback<PointerEvent> {
        self.on(|hands, _, (x, y)| {
            if let Some(Grip::Pressed(..)) = *hands.grip.borrow() {
                let board = hands.board.borrow();
                let found = hands.session.look(|player| board.hit(player, x, y));
                hands
                    .ui
                    .dispatch(Change::SelectEvent(found.map(|found| found.event)));
            }
            hands.let_go();
        })
    }

    /// The pointer is taken away.
    pub(super) fn on_cancel(&self) -> Callback<PointerEvent> {
        self.on(|hands, _, _| hands.let_go())
    }

    /// The pointer leaves.
    pub(super) fn on_leave(&self) -> Callback<PointerEvent> {
        self.on(|hands, _, _| hands.hover.set(None))
    }

    fn let_go(&self) {
        if let Some(Grip::Travels(true)) = self.grip.borrow_mut().take() {
            self.session.set_playing(true);
        }
    }

    fn look_at(&self, x: f32, y: f32) {
        let board = self.board.borrow();
        let found = self.session.look(|player| board.hit(player, x, y));
        let known = self.hover.map(|(found, ..)| found);
        if found != known {
            self.hover.set(found.map(|found| (found, x, y)));
        }
    }

    /// Takes the present to a place.
    fn travel(&self, x: f32) {
        let grip = *self.grip.borrow();
        if !matches!(grip, Some(Grip::Travels(_))) {
            let played = self.session.playing();
            *self.grip.borrow_mut() = Some(Grip::Travels(played));
            self.session.set_playing(false);
            self.hover.set(None);
        }
        let to = self.session.look(|player| {
            let mut board = self.board.borrow_mut();
            board.follow();
            let wide = board.look(player, |strip| strip.x(player.known_until()));
            board.look(player, |strip| strip.time(x.min(wide)))
        });
        self.go_to(to);
    }

    fn go_to(&self, at: Time) {
        if at != self.session.now() {
            self.session.go_to(at);
        }
    }

    fn paint(&self) {
        self.board.borrow_mut().update(&self.session);
    }

    /// A press on the whole run brings that place into sight; so does moving on with it.
    pub(super) fn on_whole(&self, pressed: bool) -> Callback<PointerEvent> {
        let hands = self.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(whole) = hands.whole.cast::<Element>() else {
                return;
            };
            if pressed {
                let _ = whole.set_pointer_capture(event.pointer_id());
            } else if event.buttons() == 0 {
                return;
            }
            let x = f64::from(event.client_x()) - whole.get_bounding_client_rect().left();
            hands.session.look(|player| {
                let mut board = hands.board.borrow_mut();
                if let Some(at) = board.time_of_whole(x as f32) {
                    board.show(player, at, 0.5);
                }
            });
            hands.paint();
        })
    }

    /// The wheel zooms, or moves the view.
    pub(super) fn on_wheel(&self, event: &WheelEvent) {
        // In somebody's page the wheel scrolls that page, until the strip was clicked.
        let Some(lanes) = self.lanes.cast::<HtmlElement>() else {
            return;
        };
        let focused = lanes.matches(":focus").unwrap_or_default();
        if !focused && !event.ctrl_key() && scrolls(&lanes) {
            return;
        }
        let Some((x, _)) = self.place(event.client_x(), event.client_y()) else {
            return;
        };
        event.prevent_default();
        let (dx, dy) = (event.delta_x() as f32, event.delta_y() as f32);
        self.session.look(|player| {
            let mut board = self.board.borrow_mut();
            if event.shift_key() || dx.abs() > dy.abs() {
                board.pan(player, if dx == 0.0 { dy } else { dx });
            } else {
                board.zoom(player, x, if dy < 0.0 { 1_200 } else { 833 });
            }
        });
        self.paint();
    }

    /// The keys of a slider, and those that look closer.
    pub(super) fn on_key(&self) -> Callback<KeyboardEvent> {
        let hands = self.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            if hands.key(&event.key(), event.shift_key()) {
                event.prevent_default();
                event.stop_propagation();
            }
        })
    }

    fn key(&self, key: &str, shift: bool) -> bool {
        let session = &self.session;
        self.board.borrow_mut().follow();
        match key {
            "ArrowLeft" | "ArrowRight" if shift => {
                let by = if key == "ArrowLeft" {
                    -KEY_PAN
                } else {
                    KEY_PAN
                };
                self.view(|board, player| {
                    let wide = board.width();
                    board.pan(player, by * wide);
                });
            }
            "ArrowLeft" | "ArrowDown" => session.step_back(),
            "ArrowRight" | "ArrowUp" => session.step(),
            "PageDown" => session.previous_of_interest(),
            "PageUp" => session.next_of_interest(),
            "Home" => session.restart(),
            "End" => session.go_to(session.look(|player| player.known_until())),
            "+" | "=" => self.zoom(1_500),
            "-" => self.zoom(667),
            "0" => self.view(|board, player| board.fit(player)),
            "Enter" => {
                let last = session.look(|player| player.events().last().map(|event| event.id));
                self.ui.dispatch(Change::SelectEvent(last));
            }
            _ => return false,
        }
        true
    }

    fn zoom(&self, by_milli: u64) {
        self.view(|board, player| {
            let x = board.look(player, |strip| strip.x(player.now()));
            let x = x.max(0.0).min(board.width());
            board.zoom(player, x, by_milli);
        });
    }

    fn view(&self, change: impl FnOnce(&mut Board, &monscope_core::play::Player)) {
        self.session
            .look(|player| change(&mut self.board.borrow_mut(), player));
        self.paint();
    }
}

/// Is the element in a page that scrolls?
fn scrolls(element: &Element) -> bool {
    let root = element
        .owner_document()
        .and_then(|document| document.document_element());
    root.is_some_and(|root| root.scroll_height() > root.client_height())
}
