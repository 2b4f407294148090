//! The gallery, and the way to a document of one's own.

use monscope_core::scenario::Scenario;
use monscope_core::scenario::gallery::{Entry, GALLERY};
use monscope_core::words::Phrase;
use yew::prelude::*;

use super::asked::read_entry;
use super::icon;
use super::later;
use super::popup::{Popup, keep_focus};
use super::ui::{Change, Dialog, Menu, UiHandle};

/// The button that shows the title of what is on the stage, and opens the gallery.
pub fn view(ui: &UiHandle, title: &str, on_pick: &Callback<Scenario>) -> Html {
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
                onmousedown={open.then(|| Callback::from(keep_focus))}>
                <span>{ title.to_owned() }</span>{ icon::DOWN.node() }
            </button>
            if open {
                <Popup ui={Some(ui.clone())} name={ui.lang.say(Phrase::PickGallery)} class="menu" at={None}>
                    if let Some(later) = later::at_hand() {
                        { (later.gallery)(ui, title, on_pick) }
                    }
                </Popup>
            }
        </div>
    }
}

/// The list of scenarios.
pub fn gallery(ui: &UiHandle, title: &str, on_pick: &Callback<Scenario>) -> Html {
    let entry = |entry: &'static Entry| {
        let (ui, on_pick) = (ui.clone(), on_pick.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            ui.dispatch(Change::CloseMenu);
            on_pick.emit(read_entry(entry));
        });
        let here = title == entry.title();
        html! {
            <button type="button" role="menuitemradio" aria-checked={here.to_string()} tabindex="-1" {onclick}>
                { entry.title() }
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
        <>
            { for GALLERY.iter().map(entry) }
            <button type="button" role="menuitem" class="last" tabindex="-1" onclick={paste}>
                { ui.lang.say(Phrase::PickPaste) }
            </button>
        </>
    }
}
