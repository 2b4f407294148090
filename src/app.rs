//! The page: all that is inside one `<mon-scope>`.

use web_sys::HtmlElement;
use yew::prelude::*;

/// What the page is given by its element.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AppProps {
    /// The `<mon-scope>` that the page lives in: its attributes say what to show, and events are dispatched on it.
    pub host: HtmlElement,
}

/// The whole page.
#[component]
pub fn App(_props: &AppProps) -> Html {
    html! {
        <section class="monscope" aria-label="Monitor cluster">
            { "monscope" }
        </section>
    }
}
