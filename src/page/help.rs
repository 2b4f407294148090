//! The keys, and how to read the picture.

use monscope_core::words::Phrase;
use yew::prelude::*;

use super::paste::Window;
use super::ui::UiHandle;

const KEYS: [(&str, Phrase); 13] = [
    ("Space", Phrase::HelpPlay),
    (", .", Phrase::HelpStep),
    ("B N", Phrase::HelpNext),
    ("M", Phrase::HelpMarks),
    ("[ ]", Phrase::HelpLoop),
    ("Home", Phrase::HelpRestart),
    ("− +", Phrase::HelpSpeed),
    ("K R P C G E H", Phrase::HelpTools),
    ("Z", Phrase::HelpUndo),
    ("← →", Phrase::HelpMonitors),
    ("Enter", Phrase::HelpMenu),
    ("↑ ↓ Enter", Phrase::HelpLog),
    ("Esc", Phrase::HelpEscape),
];

const READ: [Phrase; 6] = [
    Phrase::HelpLeader,
    Phrase::HelpElecting,
    Phrase::HelpProbing,
    Phrase::HelpArc,
    Phrase::HelpShapes,
    Phrase::HelpLanes,
];

/// The window with the keys.
pub fn view(ui: &UiHandle) -> Html {
    let lang = ui.lang;
    html! {
        <Window ui={ui.clone()} title={lang.say(Phrase::HelpTitle)}>
            <div class="help">
                <h3>{ lang.say(Phrase::HelpKeys) }</h3>
                <dl>{ for KEYS.iter().map(|(key, phrase)| html! {
                    <><dt>{ for key.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                    <dd>{ lang.say(*phrase) }</dd></>
                }) }</dl>
                <p>{ lang.say(Phrase::HelpFocused) }</p>
                <p>{ lang.say(Phrase::HelpStrip) }</p>
                <h3>{ lang.say(Phrase::HelpRead) }</h3>
                <ul>{ for READ.iter().map(|phrase| html! { <li>{ lang.say(*phrase) }</li> }) }</ul>
            </div>
        </Window>
    }
}
