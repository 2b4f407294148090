//! Something that pops up at a place of the stage: a list of things to do, or a few words about what is there.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node, ShadowRoot};
use yew::prelude::*;

use super::dom::put_at;
use super::ui::{Change, UiHandle};

/// The properties of [`Popup`].
#[derive(Debug, PartialEq, Properties)]
pub struct PopupProps {
    /// The page's state, if it is a list: the focus moves into it, and it closes when the focus leaves.
    pub ui: Option<UiHandle>,
    /// What it is called.
    #[prop_or_default]
    pub name: String,
    /// Its class.
    pub class: &'static str,
    /// The point it belongs to, and how far from it it stands; `None`: where the style sheet says.
    pub at: Option<(f32, f32, f32)>,
    /// What is in it.
    pub children: Html,
}

/// Something that pops up.
#[component]
pub fn Popup(props: &PopupProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.at, move |at| {
            if let (Some(element), Some(at)) = (node.cast::<HtmlElement>(), at) {
                place(&element, *at);
            }
        });
    }
    {
        let (node, list) = (node.clone(), props.ui.is_some());
        use_effect_with((), move |()| {
            let opener = node
                .cast::<HtmlElement>()
                .filter(|_| list)
                .and_then(|element| {
                    let opener = focused(&element);
                    focus(element.query_selector("button").ok().flatten());
                    opener
                });
            move || give_back(&node, opener)
        });
    }
    let Some(ui) = &props.ui else {
        return html! { <div class={props.class} ref={node}>{ props.children.clone() }</div> };
    };
    html! {
        <div class={props.class} role="menu" aria-label={props.name.clone()} ref={node} onkeydown={on_key(ui)}
            onfocusout={on_leave(ui)} onmousedown={Callback::from(keep_focus)}>
            { props.children.clone() }
        </div>
    }
}

/// A press of the mouse that does not move the focus.
pub fn keep_focus(event: MouseEvent) {
    event.prevent_default();
}

/// To the right of its point, or to the left where there is no room; within the stage.
fn place(popup: &HtmlElement, (x, y, gap): (f32, f32, f32)) {
    let Some(stage) = popup.offset_parent() else {
        return;
    };
    let (w, h) = (popup.offset_width() as f32, popup.offset_height() as f32);
    let (width, height) = (stage.client_width() as f32, stage.client_height() as f32);
    let right = x + gap;
    let left = if right + w + 4.0 <= width {
        right
    } else {
        x - gap - w
    };
    put_at(
        popup,
        left.min(width - w - 4.0).max(4.0),
        (y - h / 2.0).min(height - h - 4.0).max(4.0),
    );
}

fn focus(element: Option<Element>) {
    if let Some(element) = element {
        // `focus`, all that is used of it, is the same in HTML and SVG; what can't take it leaves it where it is.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// What has the focus in the same shadow root.
fn focused(near: &Node) -> Option<Element> {
    near.get_root_node()
        .dyn_into::<ShadowRoot>()
        .ok()?
        .active_element()
}

/// A list goes: who had the focus before it gets it back, unless somebody else has it by now.
fn give_back(list: &NodeRef, opener: Option<Element>) {
    let Some(opener) = opener else { return };
    let now = focused(&opener);
    let inside = |now: &Element| list.get().is_some_and(|list| list.contains(Some(now)));
    if now.as_ref().is_none_or(inside) {
        focus(Some(opener));
    }
}

/// Arrow keys go through a list, Escape closes it. Its keys don't reach the cluster.
fn on_key(ui: &UiHandle) -> Callback<KeyboardEvent> {
    let ui = ui.clone();
    Callback::from(move |event: KeyboardEvent| {
        let Some(item) = event.target_dyn_into::<Element>() else {
            return;
        };
        let list = item.parent_element();
        event.stop_propagation();
        let to = match event.key().as_str() {
            "ArrowDown" => item
                .next_element_sibling()
                .or_else(|| list?.first_element_child()),
            "ArrowUp" => item
                .previous_element_sibling()
                .or_else(|| list?.last_element_child()),
            "Home" => list.and_then(|list| list.first_element_child()),
            "End" => list.and_then(|list| list.last_element_child()),
            "Escape" | "Tab" => return ui.dispatch(Change::CloseMenu),
            _ => return,
        };
        event.prevent_default();
        focus(to);
    })
}

/// Closes a list that the focus has left.
fn on_leave(ui: &UiHandle) -> Callback<FocusEvent> {
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
