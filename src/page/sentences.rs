//! The text that says what is decided at each branch: fetched when somebody first asks why, and kept.

use std::cell::RefCell;
use std::rc::Rc;

use monscope_core::words::Lang;
use monscope_core::words::branches::Reference;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, window};
use yew::prelude::*;

thread_local! {
    /// Where the page's files are; the text, once it is here; and whom to tell then.
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
    static KEPT: RefCell<Option<Rc<Reference>>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<Callback<Rc<Reference>>>> = const { RefCell::new(Vec::new()) };
}

/// Says where the page's files are.
pub fn set_base(base: &str) {
    BASE.with_borrow_mut(|kept| base.clone_into(kept));
}

const fn file(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "branches.en.txt",
    }
}

/// The text; empty until it is here, and when it can't be had: ids stand for themselves then.
#[hook]
pub fn use_reference(lang: Lang) -> Rc<Reference> {
    let reference = use_state(|| KEPT.with_borrow(Clone::clone).unwrap_or_default());
    let setter = reference.setter();
    use_effect_with((), move |()| {
        if KEPT.with_borrow(Option::is_none) {
            ask(lang, Callback::from(move |text| setter.set(text)));
        }
    });
    (*reference).clone()
}

/// Fetches the text, unless somebody did already.
fn ask(lang: Lang, tell: Callback<Rc<Reference>>) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push(tell);
        waiting.len() == 1
    });
    if !first {
        return;
    }
    spawn_local(async move {
        let url = BASE.with_borrow(|base| [base.as_str(), file(lang)].concat());
        let text = fetch(&url).await;
        let waiting = WAITING.with_borrow_mut(std::mem::take);
        if let Some(text) = text {
            let reference = Rc::new(Reference::new(text));
            KEPT.with_borrow_mut(|kept| *kept = Some(reference.clone()));
            waiting.iter().for_each(|tell| tell.emit(reference.clone()));
        }
    });
}

async fn fetch(url: &str) -> Option<String> {
    let answer = JsFuture::from(window()?.fetch_with_str(url)).await.ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}
