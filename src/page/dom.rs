//! The few things of the browser that yew leaves to us, each ended by `Drop`.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, HtmlElement, IntersectionObserver, IntersectionObserverEntry, MediaQueryList,
    ResizeObserver, Window, window,
};

/// A frame that was asked for; dropped before it comes, it never does.
#[derive(Debug)]
pub struct Frame {
    handle: i32,
    done: Rc<Cell<bool>>,
    _callback: Closure<dyn FnMut(f64)>,
}

impl Frame {
    /// Calls `callback` with the time in milliseconds before the next picture. `None`: there is no window.
    pub fn request(callback: impl FnOnce(f64) + 'static) -> Option<Self> {
        let done = Rc::new(Cell::new(false));
        let called = done.clone();
        let closure = Closure::once(move |now: f64| {
            called.set(true);
            callback(now);
        });
        let handle = window()?
            .request_animation_frame(closure.as_ref().unchecked_ref())
            .ok()?;
        Some(Self {
            handle,
            done,
            _callback: closure,
        })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let (false, Some(window)) = (self.done.get(), window()) {
            // It fails only for a handle that the window doesn't know.
            let _ = window.cancel_animation_frame(self.handle);
        }
    }
}

/// Waits until a picture has been drawn.
pub async fn next_picture() {
    // Before the first frame nothing is drawn yet; before the second, the first one is.
    for _ in 0..2 {
        let frame = Promise::new(&mut |resolve, _| {
            // Without a window there is no picture to wait for, and nobody who waits.
            window().map(|window| window.request_animation_frame(&resolve));
        });
        let _comes_always = JsFuture::from(frame).await;
    }
}

/// Watches the size of an element.
#[derive(Debug)]
pub struct SizeWatch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Calls `callback` whenever the size of `element` has changed, and once at the beginning.
    pub fn new(element: &Element, callback: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::new(callback);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: closure,
        })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches whether any of an element is on screen.
#[derive(Debug)]
pub struct SightWatch {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array)>,
}

impl SightWatch {
    /// Calls `callback` with whether `element` can be seen, whenever that changes.
    pub fn new(element: &Element, callback: impl Fn(bool) + 'static) -> Option<Self> {
        let closure = Closure::new(move |entries: Array| {
            let last = entries
                .iter()
                .last()
                .and_then(|e| e.dyn_into::<IntersectionObserverEntry>().ok());
            if let Some(entry) = last {
                callback(entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: closure,
        })
    }
}

impl Drop for SightWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches a media query.
#[derive(Debug)]
pub struct MediaWatch {
    query: MediaQueryList,
    callback: Closure<dyn FnMut()>,
}

impl MediaWatch {
    /// Calls `callback` whenever the answer to `query` changes.
    pub fn new(query: &str, callback: impl FnMut() + 'static) -> Option<Self> {
        let query = window()?.match_media(query).ok()??;
        let callback = Closure::new(callback);
        let function = callback.as_ref().unchecked_ref();
        query
            .add_event_listener_with_callback("change", function)
            .ok()?;
        Some(Self { query, callback })
    }
}

impl Drop for MediaWatch {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        // It fails only for a target that is no target.
        let _ = self
            .query
            .remove_event_listener_with_callback("change", function);
    }
}

/// Listens to events of an element itself, past yew: many of them, several times a frame, or such as may keep the
/// browser from what it does by itself.
#[derive(Debug)]
pub struct Listener {
    element: Element,
    types: &'static [&'static str],
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `act` for every event of these types.
    #[must_use]
    pub fn new(
        element: &Element,
        types: &'static [&'static str],
        act: Box<dyn FnMut(Event)>,
    ) -> Option<Self> {
        let callback = Closure::wrap(act);
        let function = callback.as_ref().unchecked_ref();
        for name in types {
            element
                .add_event_listener_with_callback(name, function)
                .ok()?;
        }
        Some(Self {
            element: element.clone(),
            types,
            callback,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        for name in self.types {
            // It fails only for a target that is no target.
            let _ = self
                .element
                .remove_event_listener_with_callback(name, function);
        }
    }
}

/// Watches what is scrolled inside an element.
#[derive(Debug)]
pub struct ScrollWatch {
    element: Element,
    callback: Closure<dyn FnMut(Event)>,
}

impl ScrollWatch {
    /// Calls `callback` with whatever is scrolled inside `element`. (Such an event doesn't bubble, so it is caught on
    /// its way down.)
    pub fn new(element: &Element, callback: impl Fn(&Element) + 'static) -> Option<Self> {
        let callback = Closure::new(move |event: Event| {
            if let Some(scrolled) = event.target().and_then(|target| target.dyn_into().ok()) {
                callback(&scrolled);
            }
        });
        let function = callback.as_ref().unchecked_ref();
        element
            .add_event_listener_with_callback_and_bool("scroll", function, true)
            .ok()?;
        Some(Self {
            element: element.clone(),
            callback,
        })
    }
}

impl Drop for ScrollWatch {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        // It fails only for a target that is no target.
        let _ = self
            .element
            .remove_event_listener_with_callback_and_bool("scroll", function, true);
    }
}

/// Does somebody prefer less motion?
#[must_use]
pub fn prefers_less_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

fn matches(query: &str) -> bool {
    let answer = window().and_then(|w: Window| w.match_media(query).ok()?);
    answer.is_some_and(|answer| answer.matches())
}

/// Places an element: its upper left corner, in CSS pixels from that of its container. (Through the object model: a
/// `style` attribute would break pages that forbid inline styles.)
pub fn put_at(element: &HtmlElement, x: f32, y: f32) {
    let px = |v: f32| {
        let mut text = monscope_core::frame::Px::of(v).text();
        text.push_str("px");
        text
    };
    // Setting a known property to a length is never refused.
    let _ = element.style().set_property("left", &px(x));
    let _ = element.style().set_property("top", &px(y));
}
