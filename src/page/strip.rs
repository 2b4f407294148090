//! The strip of time: a lane a monitor on a canvas, the playhead over it, and the whole run below.
//!
//! yew knows one element of it; what is in there, [`hands`] moves and paints, as pointer, keys and time want it.

mod board;
mod brush;
mod hands;

use web_sys::Element;
use yew::prelude::*;

use super::session::Session;
use super::ui::UiHandle;
use hands::Hands;
pub use hands::takes;

/// Keeps the strip in its element up to date. `verdict`: what is true at the present instant, in words.
#[hook]
pub fn use_strip(session: &Session, ui: &UiHandle, element: &NodeRef, verdict: String) {
    let kept = use_mut_ref(|| None);
    let (session, ui, element) = (session.clone(), ui.clone(), element.clone());
    use_effect(move || {
        let mut kept = kept.borrow_mut();
        if kept.is_none() {
            *kept = element
                .cast::<Element>()
                .and_then(|element| Hands::begin(&element, session, ui.clone()));
        }
        if let Some((hands, _)) = &*kept {
            hands.update(ui, &verdict);
        }
    });
}
