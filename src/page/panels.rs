//! The panels beside the stage, or under it: Why, Inspect, Log and, for a cluster of one's own, What if. Where there is
//! much room Why stands beside the others.

use monscope_core::scenario::Origin;
use monscope_core::words::Phrase;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::dom::{ScrollWatch, SizeWatch};
use super::later;
use super::session::Session;
use super::ui::{Change, Tab, UiHandle};

/// From this width on, in pixels, two panels stand side by side (the style sheet says the same).
const WIDE: i32 = 1600;
/// Up to this width the panels stand under the stage (the style sheet says the same).
const NARROW: i32 = 959;

/// The properties of [`Panels`].
#[derive(Debug, PartialEq, Properties)]
pub struct PanelsProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Counts the times that something new is to be seen.
    pub shown: u32,
    /// Is there what they are made of?
    pub ready: bool,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Room {
    Narrow,
    #[default]
    Usual,
    Wide,
}

/// The panels.
#[component]
pub fn Panels(props: &PanelsProps) -> Html {
    let PanelsProps { session, ui, .. } = props;
    let node = use_node_ref();
    let room = use_room(&node);
    use_reads(&node, ui);
    let own = session.look(|player| matches!(player.scenario().origin, Origin::Ceph { .. }));
    let mut tabs = vec![Tab::Why, Tab::Inspect, Tab::Log];
    if own {
        tabs.push(Tab::WhatIf);
    }
    if room == Room::Narrow {
        tabs.push(Tab::Tools);
    }
    let tab = if tabs.contains(&ui.tab) {
        ui.tab
    } else {
        Tab::Why
    };
    if room == Room::Wide {
        let beside = if tab == Tab::Why { Tab::Log } else { tab };
        tabs.remove(0);
        return html! {
            <aside ref={node} class="two">
                <div class="side">
                    { bar(session, ui, &[Tab::Why], Tab::Why) }
                    { panel(session, ui, Tab::Why) }
                </div>
                <div class="side">
                    { bar(session, ui, &tabs, beside) }
                    { panel(session, ui, beside) }
                </div>
            </aside>
        };
    }
    html! {
        <aside ref={node}>
            { bar(session, ui, &tabs, tab) }
            { panel(session, ui, tab) }
        </aside>
    }
}

/// Watches the width of the page.
#[hook]
fn use_room(node: &NodeRef) -> Room {
    let room = use_state(Room::default);
    let (node, setter) = (node.clone(), room.setter());
    use_effect_with((), move |()| {
        let page = node
            .cast::<Element>()
            .and_then(|aside| aside.closest(".monscope").ok().flatten());
        let watch = page.and_then(|page| {
            let measured = page.clone();
            SizeWatch::new(&page, move || {
                setter.set(match measured.client_width() {
                    ..=NARROW => Room::Narrow,
                    WIDE.. => Room::Wide,
                    _ => Room::Usual,
                });
            })
        });
        move || drop(watch)
    });
    *room
}

/// Notes whether somebody reads on in a panel.
#[hook]
fn use_reads(node: &NodeRef, ui: &UiHandle) {
    let known = use_mut_ref(|| false);
    *known.borrow_mut() = ui.reads;
    let (node, dispatch) = (node.clone(), ui.dispatcher());
    use_effect_with((), move |()| {
        let watch = node.cast::<Element>().and_then(|aside| {
            ScrollWatch::new(&aside, move |panel| {
                let reads = reads(panel, *known.borrow());
                if known.replace(reads) != reads {
                    dispatch.dispatch(Change::Reads(reads));
                }
            })
        });
        move || drop(watch)
    });
}

const fn name(tab: Tab) -> (&'static str, Phrase) {
    match tab {
        Tab::Why => ("why", Phrase::WhyTitle),
        Tab::Inspect => ("inspect", Phrase::InspectTitle),
        Tab::Log => ("log", Phrase::LogTitle),
        Tab::WhatIf => ("what-if", Phrase::WhatIfTitle),
        Tab::Tools => ("tools", Phrase::ToolsTitle),
    }
}

/// The tabs, and with Why the way to the events beside this one.
fn bar(session: &Session, ui: &UiHandle, tabs: &[Tab], on: Tab) -> Html {
    let tab = |tab: &Tab| {
        let (id, phrase) = name(*tab);
        let (ui, tab, on) = (ui.clone(), *tab, *tab == on);
        let lang = ui.lang;
        let onclick = Callback::from(move |_: MouseEvent| ui.dispatch(Change::Tab(tab)));
        html! {
            <button type="button" role="tab" id={["tab-", id].concat()} aria-controls={["panel-", id].concat()}
                class={on.then_some("on")} aria-selected={on.to_string()}
                tabindex={if on { "0" } else { "-1" }} {onclick}>{ lang.say(phrase) }</button>
        }
    };
    html! {
        <div class="tabs">
            <div role="tablist" aria-label={ui.lang.say(Phrase::TabsLabel)} onkeydown={Callback::from(on_key)}>
                { for tabs.iter().map(tab) }
            </div>
            if let Some(later) = later::at_hand().filter(|_| on == Tab::Why) {
                { (later.beside)(session, ui) }
            }
        </div>
    }
}

/// Arrow keys go from tab to tab and open it.
fn on_key(event: KeyboardEvent) {
    let Some(tab) = event.target_dyn_into::<Element>() else {
        return;
    };
    let list = tab.parent_element();
    let to = match event.key().as_str() {
        "ArrowRight" => tab
            .next_element_sibling()
            .or_else(|| list?.first_element_child()),
        "ArrowLeft" => tab
            .previous_element_sibling()
            .or_else(|| list?.last_element_child()),
        "Home" => list.and_then(|list| list.first_element_child()),
        "End" => list.and_then(|list| list.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        to.click();
        // A button on the page can take the focus.
        let _ = to.focus();
    }
}

/// Is somebody reading on? The panel grows when the stage makes way, and must have something left to scroll then.
fn reads(panel: &Element, before: bool) -> bool {
    const GROWS: i32 = 280;
    let hidden = panel.scroll_height() - panel.client_height();
    if before {
        panel.scroll_top() > 0
    } else {
        panel.scroll_top() > 16 && hidden > GROWS
    }
}

fn panel(session: &Session, ui: &UiHandle, tab: Tab) -> Html {
    let (id, _) = name(tab);
    if tab == Tab::Tools {
        // They stand beside it, and come forward.
        return Html::default();
    }
    html! {
        <div class="body" role="tabpanel" id={["panel-", id].concat()} aria-labelledby={["tab-", id].concat()}>
            if let Some(later) = later::at_hand() {
                { (later.panel)(session, ui, tab) }
            }
        </div>
    }
}
