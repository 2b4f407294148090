//! The page in a headless browser: it mounts into a shadow root, leaves it clean, and two of them don't meddle.
#![cfg(target_arch = "wasm32")]

use js_sys::Promise;
use monscope::element::{Mounted, mount};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode, window};

mod common;
#[path = "common/golden.rs"]
mod golden;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn an_eventful_run_is_the_same_to_the_bit_here_as_natively() {
    assert_eq!(golden::run().world().hash(), golden::HASH);
    assert_eq!(golden::run_modern().world().hash(), golden::HASH_MODERN);
}

/// An element on the page with a shadow root, as `<mon-scope>` has; gone at the end of its test.
struct Host {
    element: HtmlElement,
    shadow: ShadowRoot,
}

impl Host {
    fn new() -> Result<Self, JsValue> {
        let document = window()
            .and_then(|window| window.document())
            .ok_or("no document")?;
        let element: HtmlElement = document.create_element("div")?.unchecked_into();
        document.body().ok_or("no body")?.append_child(&element)?;
        let shadow = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        Ok(Self { element, shadow })
    }

    fn mount(&self) -> Result<Mounted, JsValue> {
        mount(self.element.clone(), &self.shadow, "./")
    }

    /// How many pages run in the shadow root: containers with something in them.
    fn pages(&self) -> Result<u32, JsValue> {
        Ok(self
            .shadow
            .query_selector_all(".page:not(:empty)")?
            .length())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.element.remove();
    }
}

/// Waits until the browser has painted: by then yew has rendered what it had to.
async fn settled() -> Result<(), JsValue> {
    let frame = |resolve: js_sys::Function| {
        window().map(|window| window.request_animation_frame(&resolve));
    };
    for _ in 0..2 {
        JsFuture::from(Promise::new(&mut |resolve, _| frame(resolve))).await?;
    }
    Ok(())
}

#[wasm_bindgen_test]
async fn it_mounts_and_unmounts() -> Result<(), JsValue> {
    let host = Host::new()?;
    let mounted = host.mount()?;
    settled().await?;
    assert_eq!(host.pages()?, 1);

    mounted.unmount();
    settled().await?;
    assert_eq!(
        host.shadow.child_element_count(),
        0,
        "nothing is left in the shadow root"
    );

    let again = host.mount()?;
    settled().await?;
    assert_eq!(host.pages()?, 1, "a second time in the same element");
    again.unmount();
    Ok(())
}

#[wasm_bindgen_test]
async fn two_stand_side_by_side() -> Result<(), JsValue> {
    let (left, right) = (Host::new()?, Host::new()?);
    let (one, other) = (left.mount()?, right.mount()?);
    settled().await?;
    assert_eq!((left.pages()?, right.pages()?), (1, 1));

    one.unmount();
    settled().await?;
    assert_eq!(
        (left.pages()?, right.pages()?),
        (0, 1),
        "one goes, the other stays"
    );
    other.unmount();
    Ok(())
}
