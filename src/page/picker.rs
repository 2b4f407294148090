//! The gallery, and the way to a document of one's own.

use monscope_core::words::Phrase;
use web_sys::Element;
use yew::prelude::*;

use super::icon;
use super::library::{Entry, GALLERY};
use super::menu::{focus_first, give_back, on_key, on_leave};
use super::ui::{Change, Dialog, Menu, UiHandle};

/// The properties of [`Picker`].
#[derive(Debug, PartialEq, Properties)]
pub struct PickerProps {
    /// The page's state.
    pub ui: UiHandle,
    /// The title of what is on the stage.
    pub title: AttrValue,
    /// Told which one was picked.
    pub on_pick: Callback<&'static Entry>,
}

/// The button that shows what is on the stage, and opens the gallery.
#[component]
pub fn Picker(props: &PickerProps) -> Html {
    let ui = &props.ui;
    let open = ui.menu == Some(Menu::Picker);
    let toggle = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| {
            ui.dispatch(if open {
                Change::CloseMenu
            } else {
                Change::Open(Menu::Picker)
            });
        })
    };
    html! {
        <div class="picker">
            <button type="button" class="pick line" aria-haspopup="menu" aria-expanded={open.to_string()}
                title={ui.lang.say(Phrase::PageScenario)} onclick={toggle}
                onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())}>
                <span>{ &props.title }</span>{ icon::DOWN.node() }
            </button>
            if open {
                <Gallery ui={ui.clone()} title={props.title.clone()} on_pick={props.on_pick.clone()} />
            }
        </div>
    }
}

#[component]
fn Gallery(props: &PickerProps) -> Html {
    let ui = &props.ui;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let opener = node.cast::<Element>().and_then(|list| {
                let opener = list.previous_element_sibling();
                focus_first(&list);
                opener.map(wasm_bindgen::JsCast::unchecked_into)
            });
            move || give_back(&node, opener)
        });
    }
    let entry = |entry: &'static Entry| {
        let (ui, on_pick) = (ui.clone(), props.on_pick.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            ui.dispatch(Change::CloseMenu);
            on_pick.emit(entry);
        });
        let here = props.title == entry.title;
        html! {
            <button type="button" role="menuitemradio" aria-checked={here.to_string()} tabindex="-1" {onclick}>
                { entry.title }
            </button>
        }
    };
    let paste = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| {
            ui.dispatch(Change::Dialog(Dialog::Paste(String::new())))
        })
    };
    html! {
        <div class="menu" role="menu" aria-label={ui.lang.say(Phrase::PickGallery)} ref={node} onkeydown={on_key(ui)}
            onfocusout={on_leave(ui)} onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())}>
            { for GALLERY.iter().map(entry) }
            <button type="button" role="menuitem" class="last" tabindex="-1" onclick={paste}>
                { ui.lang.say(Phrase::PickPaste) }
            </button>
        </div>
    }
}
