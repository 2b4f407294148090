//! What can be done with a monitor or a link, beside it.

use monscope_core::mon::{MonId, State};
use monscope_core::scenario::{Action, HealLink};
use monscope_core::words::{Lang, Phrase, Val};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node, ShadowRoot};
use yew::prelude::*;

use super::dom::put_at;
use super::session::Session;
use super::tools::act;
use super::ui::{Change, Menu, UiHandle};

/// The properties of [`MenuView`].
#[derive(Debug, PartialEq, Properties)]
pub struct MenuProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Which menu.
    pub menu: Menu,
    /// The point of the stage it belongs to, and how far from it it stands.
    pub at: (f32, f32, f32),
}

/// What can be done with a monitor or a link.
#[component]
pub fn MenuView(props: &MenuProps) -> Html {
    let MenuProps {
        session,
        ui,
        menu,
        at,
    } = props;
    let lang = ui.lang;
    let (title, items) = match menu {
        Menu::Monitor(id) => monitor_items(session, *id, lang),
        Menu::Link(a, b, ..) => link_items(session, *a, *b, lang),
        Menu::Picker => return Html::default(),
    };
    let node = use_node_ref();
    {
        let (node, at) = (node.clone(), *at);
        use_effect_with((*menu, at), move |_| {
            let opener = node.cast::<HtmlElement>().and_then(|element| {
                let opener = focused(&element);
                place(&element, at);
                focus_first(&element);
                opener
            });
            move || give_back(&node, opener)
        });
    }
    html! {
        <div class="menu" role="menu" aria-label={title} ref={node} onkeydown={on_key(ui)} onfocusout={on_leave(ui)}
            onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())}>
            { for items.into_iter().map(|(words, action)| {
                let (session, ui) = (session.clone(), ui.clone());
                let onclick = Callback::from(move |event: MouseEvent| {
                    event.stop_propagation();
                    ui.dispatch(Change::CloseMenu);
                    act(&session, &ui, action.clone());
                });
                html! { <button type="button" role="menuitem" tabindex="-1" {onclick}>{ words }</button> }
            }) }
        </div>
    }
}

type Items = Vec<(String, Action)>;

fn monitor_items(session: &Session, id: MonId, lang: Lang) -> (String, Items) {
    let scene = session.scene();
    let Some(mon) = scene.mon(id) else {
        return (String::new(), Vec::new());
    };
    let title = lang.text(Phrase::MenuMonitor, &[("mon", Val::Text(&mon.name))]);
    let item = |phrase, action| (lang.say(phrase).to_owned(), action);
    let one = || vec![id];
    let mut items = Vec::new();
    if mon.state == State::Down {
        items.push(item(Phrase::ToolRestart, Action::Restart(one())));
    } else {
        items.push(item(Phrase::ToolKill, Action::Kill(one())));
        items.push(item(Phrase::ToolRestart, Action::Restart(one())));
        items.push(if mon.paused {
            item(Phrase::ToolResume, Action::Resume(one()))
        } else {
            item(Phrase::ToolPause, Action::Pause(one()))
        });
        items.push(if mon.participating {
            item(Phrase::ToolExit, Action::QuorumExit(id))
        } else {
            item(Phrase::ToolEnter, Action::QuorumEnter(id))
        });
    }
    items.push(item(Phrase::ToolWipe, Action::Wipe(one())));
    (title, items)
}

fn link_items(session: &Session, a: MonId, b: MonId, lang: Lang) -> (String, Items) {
    let scene = session.scene();
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let name = |id| scene.mon(id).map_or("?", |mon| mon.name.as_str());
    let words = |phrase, from, to| {
        let values = [
            ("mon", Val::Text(name(from))),
            ("peer", Val::Text(name(to))),
        ];
        lang.text(phrase, &values)
    };
    let cut = |from, to| scene.cuts.contains(&(from, to));
    let cut_action = |from, to, both| Action::Cut { from, to, both };
    let mut items = Vec::new();
    for (from, to) in [(a, b), (b, a)] {
        if !cut(from, to) {
            items.push((
                words(Phrase::MenuCutTo, from, to),
                cut_action(from, to, false),
            ));
        }
    }
    if items.len() == 2 {
        items.push((words(Phrase::MenuCutBoth, a, b), cut_action(a, b, true)));
    }
    if cut(a, b) || cut(b, a) {
        let link = HealLink {
            from: a,
            to: b,
            both: true,
        };
        items.push((words(Phrase::MenuHeal, a, b), Action::Heal(Some(link))));
    }
    (words(Phrase::MenuLink, a, b), items)
}

/// To the right of its point, or to the left where there is no room; within the stage.
fn place(menu: &HtmlElement, (x, y, gap): (f32, f32, f32)) {
    let Some(stage) = menu.offset_parent() else {
        return;
    };
    let (w, h) = (menu.offset_width() as f32, menu.offset_height() as f32);
    let (width, height) = (stage.client_width() as f32, stage.client_height() as f32);
    let right = x + gap;
    let left = if right + w + 4.0 <= width {
        right
    } else {
        x - gap - w
    };
    put_at(
        menu,
        left.clamp(4.0, f32::max(4.0, width - w - 4.0)),
        (y - h / 2.0).clamp(4.0, f32::max(4.0, height - h - 4.0)),
    );
}

/// What has the focus in the same element's shadow root.
fn focused(near: &Node) -> Option<HtmlElement> {
    let root = near.get_root_node().dyn_into::<ShadowRoot>().ok()?;
    // `focus`, all that is used of it, is the same in HTML and SVG.
    Some(root.active_element()?.unchecked_into())
}

/// A list goes: who had the focus before it gets it back, unless somebody else has it by now.
pub fn give_back(list: &NodeRef, opener: Option<HtmlElement>) {
    let Some(opener) = opener else { return };
    let now = focused(&opener);
    let inside = |now: &HtmlElement| list.get().is_some_and(|list| list.contains(Some(now)));
    if now.is_none() || now.as_ref().is_some_and(inside) {
        // What had the focus can take it again, unless it is gone.
        let _ = opener.focus();
    }
}

/// Moves the focus into a list.
pub fn focus_first(list: &Element) {
    let first = list
        .query_selector("[role=menuitem], [role=menuitemradio]")
        .ok()
        .flatten();
    if let Some(item) = first {
        // A button takes the focus.
        let _ = item.unchecked_into::<HtmlElement>().focus();
    }
}

/// Arrow keys go through a list, Escape closes it and gives the focus back.
pub fn on_key(ui: &UiHandle) -> Callback<KeyboardEvent> {
    let ui = ui.clone();
    Callback::from(move |event: KeyboardEvent| {
        let Some(item) = event.target_dyn_into::<Element>() else {
            return;
        };
        let list = item.parent_element();
        let to = match event.key().as_str() {
            "ArrowDown" => item
                .next_element_sibling()
                .or_else(|| list?.first_element_child()),
            "ArrowUp" => item
                .previous_element_sibling()
                .or_else(|| list?.last_element_child()),
            "Home" => list.and_then(|list| list.first_element_child()),
            "End" => list.and_then(|list| list.last_element_child()),
            "Escape" | "Tab" => {
                ui.dispatch(Change::CloseMenu);
                event.stop_propagation();
                return;
            }
            // Keys of a list don't reach the cluster.
            key => {
                if key != "Enter" {
                    event.stop_propagation();
                }
                return;
            }
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(to) = to {
            // A button takes the focus.
            let _ = to.unchecked_into::<HtmlElement>().focus();
        }
    })
}

/// Closes a list that the focus has left.
pub fn on_leave(ui: &UiHandle) -> Callback<FocusEvent> {
    let ui = ui.clone();
    Callback::from(move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let item = event.target_dyn_into::<Element>();
        let list = item.and_then(|item| item.closest("[role=menu]").ok()?);
        if list.is_some_and(|list| !list.contains(to.as_ref())) {
            ui.dispatch(Change::CloseMenu);
        }
    })
}
