//! Break points: what stops the run, and where to say so.

use monscope_core::words::{Line, Phrase};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::icon;
use super::later;
use super::session::Session;
use super::ui::{Change, Notice, UiHandle};

/// What one may want to stop at; the rest of the forms is in the documentation of scenarios.
const EXAMPLES: [&str; 6] = [
    "leader none",
    "two_leaders",
    "outage >= 10s",
    "victories >= 3",
    "never violation none",
    "branch PROPOSE-5a mon 2",
];

/// The button that shows and hides the break points.
pub fn button(session: &Session, ui: &UiHandle) -> Html {
    let open = ui.stops;
    let count = session.look(|player| player.stops().len());
    let onclick = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Stops(!open)))
    };
    html! {
        <button type="button" class={classes!("chip", (count > 0).then_some("act"))} aria-expanded={open.to_string()}
            {onclick}>
            { ui.lang.say(Phrase::StopWhen) }
            if count > 0 { { count } }
        </button>
    }
}

/// The break points, while they are shown. (It comes later.)
pub fn view(session: &Session, ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let onsubmit = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let form = event.target_dyn_into::<Element>();
            let field = form.and_then(|form| form.query_selector("input").ok()?);
            if let Some(field) = field {
                // It is an input: the selector says so.
                let field = field.unchecked_into::<HtmlInputElement>();
                if add(&session, &ui, &field.value()) {
                    field.set_value("");
                }
            }
        })
    };
    let stops = session.look(|player| {
        let stops = player.stops().iter().enumerate();
        stops
            .map(|(place, stop)| one(session, lang.say(Phrase::StopRemove), place, &stop.words))
            .collect::<Html>()
    });
    html! {
        <form class="stops" {onsubmit}>
            <label>{ lang.say(Phrase::StopWhen) }<input type="text" list="stop-examples" size="26"
                placeholder="branch PROPOSE-5a mon 2" /></label>
            <datalist id="stop-examples">
                { for EXAMPLES.iter().map(|text| html! { <option value={*text} /> }) }
            </datalist>
            <button class="line">{ lang.say(Phrase::StopAdd) }</button>
            <ul>{ stops }</ul>
        </form>
    }
}

fn one(session: &Session, remove: &'static str, place: usize, words: &str) -> Html {
    let onclick = {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| session.remove_stop(place))
    };
    html! {
        <li class="chip"><code>{ words.to_owned() }</code>
            <button type="button" class="icon-only" aria-label={[remove, " ", words].concat()} {onclick}>
                { icon::CROSS.node() }</button></li>
    }
}

/// Adds a break point, or says why it is none; true: it is one. (It comes later.)
pub fn add(session: &Session, ui: &UiHandle, text: &str) -> bool {
    let added = session.stop_when(text);
    let notice = added.as_ref().err().map(|message| Notice {
        bad: true,
        lines: vec![Line::plain(message)],
    });
    ui.dispatch(Change::Say(notice));
    added.is_ok()
}

/// Stops the run whenever this becomes so (as `branch PROPOSE-5a mon c`), and shows the break points: for a line that
/// tells of something one may want to stop at.
pub fn stop_when(session: &Session, ui: &UiHandle, text: &str) {
    if let Some(later) = later::at_hand() {
        ui.dispatch(Change::Stops((later.stop)(session, ui, text)));
    }
}
