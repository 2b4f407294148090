//! The strip of time: a lane a monitor on a canvas, the playhead over it, and the whole run below.
//!
//! yew knows one element of it; what is in there, `hands` moves and paints, as pointer, keys and time want it. All of
//! that comes later; until then the element holds the place.

mod board;
mod brush;
mod controls;
mod hands;

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::later;
use super::session::Session;
use super::ui::UiHandle;
pub use controls::{back, controls, on_key};
use hands::Hands;

/// Takes every change of the page, with what is true at that instant, in words.
pub type Update = Rc<dyn Fn(&UiHandle, &str)>;

/// Fills the strip's element. It goes on as long as what is given back is kept.
pub fn begin(element: &Element, session: &Session, ui: &UiHandle) -> Option<Update> {
    let (hands, watches) = Hands::begin(element, session.clone(), ui.clone())?;
    Some(Rc::new(move |ui: &UiHandle, verdict: &str| {
        let _as_long_as_this = &watches;
        hands.update(ui.clone(), verdict);
    }))
}

/// Keeps the strip in its element up to date, once it is there. `verdict`: what is true at the present instant.
#[hook]
pub fn use_strip(session: &Session, ui: &UiHandle, element: &NodeRef, verdict: String) {
    let kept = use_mut_ref(|| None::<Update>);
    let (session, ui, element) = (session.clone(), ui.clone(), element.clone());
    use_effect(move || {
        let mut kept = kept.borrow_mut();
        if let (None, Some(later), Some(element)) =
            (&*kept, later::at_hand(), element.cast::<Element>())
        {
            *kept = (later.strip)(&element, &session, &ui);
        }
        if let Some(update) = &*kept {
            update(&ui, &verdict);
        }
    });
}
