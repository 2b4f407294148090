//! What the custom element's JavaScript calls.

use js_sys::Error;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};
use yew::{AppHandle, Renderer};

use crate::app::{App, AppProps};
use crate::page::sentences::set_base;

/// A page that is running in an element's shadow root, until it is unmounted.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Mounted {
    app: AppHandle<App>,
    container: HtmlElement,
}

/// Starts the page in `root`, the shadow root of `host`. What it needs later it fetches from beside `base`.
///
/// # Errors
/// When the document refuses to make or place an element, with the browser's own words.
#[wasm_bindgen]
pub fn mount(host: HtmlElement, root: &ShadowRoot, base: &str) -> Result<Mounted, JsValue> {
    set_base(base);
    let document = host
        .owner_document()
        .ok_or_else(|| Error::new("the element belongs to no document"))?;
    let container: HtmlElement = document.create_element("div")?.unchecked_into();
    container.set_class_name("page");
    root.append_child(&container)?;
    let app =
        Renderer::<App>::with_root_and_props(container.clone().into(), AppProps { host }).render();
    Ok(Mounted { app, container })
}

#[wasm_bindgen]
impl Mounted {
    /// Stops the page and takes it out of the shadow root.
    pub fn unmount(self) {
        self.app.destroy();
        self.container.remove();
    }
}
