//! What the page has to say: what was wrong, where, and that nothing was lost.

use monscope_core::words::Phrase;
use yew::prelude::*;

use super::icon;
use super::svg::line;
use super::ui::{Change, UiHandle};

/// The notice, if there is one.
pub fn view(ui: &UiHandle) -> Html {
    let close = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Say(None)))
    };
    html! {
        // The place is there before anything is said: what appears in it is read out.
        <div class="notices" role={if ui.notice.as_ref().is_some_and(|n| n.bad) { "alert" } else { "status" }}>
            if let Some(notice) = ui.notice.as_ref().filter(|_| ui.dialog.is_none()) {
                <div class={classes!("notice", notice.bad.then_some("bad"))}>
                    <div>{ for notice.lines.iter().map(|l| html! { <p>{ line(l) }</p> }) }</div>
                    <button type="button" class="icon-only" aria-label={ui.lang.say(Phrase::PageClose)} onclick={close}>
                        { icon::CROSS.node() }
                    </button>
                </div>
            }
        </div>
    }
}
