//! What the transport has to say and to offer about the strip: its scale, break points, a loop, the run that was left.

use monscope_core::words::{Lang, Phrase, Val};
use yew::prelude::*;

use crate::page::icon;
use crate::page::session::Session;
use crate::page::stops;
use crate::page::ui::{Change, UiHandle};

/// These controls.
pub fn controls(session: &Session, ui: &UiHandle) -> Html {
    let to_left = {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| session.back_to_left())
    };
    html! {
        <>
            { stops::button(session, ui) }
            { scale(ui) }
            <div class="asides">
                { section(session, ui.lang) }
                if session.look(|player| player.has_left()) {
                    <button type="button" class="chip" onclick={to_left}>{ ui.lang.say(Phrase::TimeLeft) }</button>
                }
            </div>
        </>
    }
}

/// What a key does that goes back in time, or to marks, or bounds a loop; true: it is such a key.
pub fn on_key(session: &Session, key: &str, shift: bool) -> bool {
    match key {
        "," => session.step_back(),
        "b" => session.previous_of_interest(),
        "m" => session.to_mark(!shift),
        "[" => session.bound_section(true),
        "]" => session.bound_section(false),
        _ => return false,
    }
    true
}

/// One event back, or to the previous one of an election.
pub fn back(session: &Session, interest: bool) {
    if interest {
        session.previous_of_interest();
    } else {
        session.step_back();
    }
}

/// The section that is played again and again: a press ends that.
fn section(session: &Session, lang: Lang) -> Html {
    let Some((from, to)) = session.section() else {
        return Html::default();
    };
    let values = [("from", Val::Tenths(from.0)), ("to", Val::Tenths(to.0))];
    let session = session.clone();
    let onclick = Callback::from(move |_: MouseEvent| session.set_section(None));
    html! {
        <button type="button" class="chip" title={lang.say(Phrase::TimeSectionEnd)} {onclick}>
            { lang.text(Phrase::TimeSection, &values) }{ icon::CROSS.node() }
        </button>
    }
}

/// How the strip lays time out.
fn scale(ui: &UiHandle) -> Html {
    let option = |real_time: bool, phrase: Phrase| {
        let on = ui.real_time == real_time;
        let ui = ui.clone();
        let words = ui.lang.say(phrase);
        let onclick = Callback::from(move |_: MouseEvent| ui.dispatch(Change::RealTime(real_time)));
        html! {
            <button type="button" class={classes!(on.then_some("on"))} aria-pressed={on.to_string()} {onclick}>
                { words }
            </button>
        }
    };
    html! {
        <span class="choice scale" role="group" aria-label={ui.lang.say(Phrase::StripScale)}>
            { option(false, Phrase::StripSqueezed) }{ option(true, Phrase::StripReal) }
        </span>
    }
}
