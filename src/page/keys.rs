//! What a key does, while the focus is somewhere inside the element.

use monscope_core::mon::MonId;
use monscope_core::scenario::Action;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::later;
use super::session::Session;
use super::tools::{HEAL_KEY, TOOLS, UNDO_KEY, act, apply_to_monitor, take_back};
use super::transport::{SPEEDS, toggle};
use super::ui::{Change, Dialog, Tool, UiHandle};

/// Handles a key; what is typed into a field is left alone.
pub fn on_key(session: &Session, ui: &UiHandle, event: &KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(target) = event.target_dyn_into::<Element>() else {
        return;
    };
    let tag = target.tag_name();
    let types = matches!(tag.as_str(), "TEXTAREA" | "SELECT")
        || event
            .target_dyn_into::<HtmlInputElement>()
            .is_some_and(|input| matches!(input.type_().as_str(), "text" | "search"));
    if types && event.key() != "Escape" || ui.dialog.is_some() {
        return;
    }
    let key = event.key();
    if is_of_strip(&target, &key) {
        return;
    }
    let taken = match key.as_str() {
        // A button that has the focus takes the space bar itself.
        " " if tag == "BUTTON" || tag == "INPUT" => false,
        " " => {
            toggle(session);
            true
        }
        "Home" if tag != "INPUT" => {
            session.restart();
            true
        }
        "." => {
            session.step();
            true
        }
        "Escape" => {
            ui.dispatch(Change::Escape);
            true
        }
        "?" => {
            ui.dispatch(Change::Dialog(Dialog::Help));
            true
        }
        "+" | "=" => faster(session, true),
        "-" => faster(session, false),
        letter => on_letter(
            session,
            ui,
            &target,
            (&letter.to_ascii_lowercase(), event.shift_key()),
        ),
    };
    if taken {
        event.prevent_default();
    }
}

/// Is it a key that the strip takes, when it has the focus?
fn is_of_strip(target: &Element, key: &str) -> bool {
    const KEYS: [&str; 9] = [
        "PageUp", "PageDown", "Home", "End", "Enter", "+", "=", "-", "0",
    ];
    target.class_name() == "lanes" && (KEYS.contains(&key) || key.starts_with("Arrow"))
}

fn on_letter(
    session: &Session,
    ui: &UiHandle,
    target: &Element,
    (letter, shift): (&str, bool),
) -> bool {
    match letter {
        "n" => session.next_of_interest(),
        HEAL_KEY => act(session, ui, Action::Heal(None)),
        UNDO_KEY | "u" => take_back(session, ui),
        _ if later::at_hand().is_some_and(|later| (later.time_key)(session, letter, shift)) => {}
        _ => {
            let Some((tool, ..)) = TOOLS.iter().find(|(.., key, _)| *key == letter) else {
                return false;
            };
            // With a monitor in focus, its key does it at once.
            let focused = focused_monitor(target);
            let at_once = focused.filter(|_| !matches!(tool, Tool::Cut | Tool::Partition));
            if !at_once.is_some_and(|id| apply_to_monitor(session, ui, *tool, id)) {
                ui.dispatch(Change::Tool(*tool));
            }
        }
    }
    true
}

/// The monitor that has the focus: its button says which one it is.
fn focused_monitor(target: &Element) -> Option<MonId> {
    let button = target.closest(".mon").ok().flatten()?;
    button.get_attribute("data-mon")?.parse().ok().map(MonId)
}

fn faster(session: &Session, faster: bool) -> bool {
    let speed = session.speed_milli();
    let next = if faster {
        SPEEDS.iter().find(|known| **known > speed)
    } else {
        SPEEDS.iter().rev().find(|known| **known < speed)
    };
    if let Some(next) = next {
        session.set_speed_milli(*next);
    }
    true
}
