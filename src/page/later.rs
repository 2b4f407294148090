//! What isn't needed for the first picture: a wasm of its own, fetched once the first picture is there, or when
//! somebody asks for it sooner.
//!
//! All of it is reached through the functions in [`Later`]; nothing else may name them, or it would be needed at once.

use std::cell::Cell;

use monscope_core::scenario::Scenario;
use monscope_core::words::Lang;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::asked::Asked;
use super::inspect::InspectView;
use super::log::LogView;
use super::reference::ReferenceView;
use super::session::Session;
use super::ui::{Dialog, Notice, Tab, UiHandle};
use super::what_if::WhatIfView;
use super::why::WhyView;
use super::{asked, help, paste, picker, stops, strip, why};

/// What comes later.
#[derive(Debug)]
pub struct Later {
    /// Reads what an element asks for.
    pub asked: fn(&HtmlElement) -> Asked,
    /// Reads a document, or says what is wrong with it.
    pub take: fn(&str, Lang) -> Result<Scenario, Notice>,
    /// The gallery's list; the callback is given what was picked.
    pub gallery: fn(&UiHandle, &str, &Callback<Scenario>) -> Html,
    /// Fills the strip of time.
    pub strip: fn(&Element, &Session, &UiHandle) -> Option<strip::Update>,
    /// What the transport has to offer about it.
    pub controls: fn(&Session, &UiHandle) -> Html,
    /// One event back, or to the previous one of an election.
    pub back: fn(&Session, bool),
    /// What a key does that goes back in time, or to marks, or bounds a loop; it is given whether Shift is held.
    pub time_key: fn(&Session, &str, bool) -> bool,
    /// The break points.
    pub stops: fn(&Session, &UiHandle) -> Html,
    /// Adds a break point, or says why it is none; true: it is one.
    pub stop: fn(&Session, &UiHandle, &str) -> bool,
    /// A window over the page; the callback is given the text of a document.
    pub dialog: fn(&UiHandle, &Dialog, &Callback<String>) -> Html,
    /// What stands under a tab beside the stage.
    pub panel: fn(&Session, &UiHandle, Tab) -> Html,
    /// The way to the events beside the one that is explained.
    pub beside: fn(&Session, &UiHandle) -> Html,
}

/// It could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

fn dialog(ui: &UiHandle, dialog: &Dialog, on_document: &Callback<String>) -> Html {
    match dialog {
        Dialog::Paste(text) => paste::view(ui, text, on_document),
        Dialog::Help => help::view(ui),
        Dialog::Reference(branch) => html! { <ReferenceView ui={ui.clone()} branch={*branch} /> },
    }
}

fn panel(session: &Session, ui: &UiHandle, tab: Tab) -> Html {
    let (session, ui) = (session.clone(), ui.clone());
    let (told, past, shown) = (session.told(), session.past(), session.shown());
    match tab {
        Tab::Why => html! { <WhyView {session} {ui} {told} {past} /> },
        Tab::Inspect => html! { <InspectView {session} {ui} {shown} /> },
        Tab::Log => html! { <LogView {session} {ui} {told} {past} /> },
        Tab::WhatIf => {
            let loads = session.loads();
            html! { <WhatIfView {session} {ui} {loads} /> }
        }
        // They stand beside it, and come forward.
        Tab::Tools => Html::default(),
    }
}

/// The door to it: in a build with the feature `split` this is asynchronous, and fetches the other wasm first.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later, fallible))]
fn open() -> Result<Box<Later>, Missing> {
    Ok(Box::new(Later {
        asked: asked::of_element,
        take: paste::take,
        gallery: picker::gallery,
        strip: strip::begin,
        controls: strip::controls,
        back: strip::back,
        time_key: strip::on_key,
        stops: stops::view,
        stop: stops::add,
        dialog,
        panel,
        beside: why::beside_buttons,
    }))
}

thread_local! {
    static FETCHED: Cell<Option<&'static Later>> = const { Cell::new(None) };
}

/// It, if it is there already.
#[must_use]
pub fn at_hand() -> Option<&'static Later> {
    FETCHED.get()
}

/// Fetches it, if it isn't there yet.
///
/// # Errors
/// It could not be fetched; the next call tries again.
pub async fn fetch() -> Result<&'static Later, Missing> {
    if let Some(later) = at_hand() {
        return Ok(later);
    }
    #[cfg(feature = "split")]
    let opened = open().await?;
    #[cfg(not(feature = "split"))]
    let opened = open()?;
    // Once for the whole page, however many elements it has.
    let later: &'static Later = match at_hand() {
        Some(later) => later,
        None => Box::leak(opened),
    };
    FETCHED.set(Some(later));
    Ok(later)
}
