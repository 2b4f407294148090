//! A document of one's own: pasted, opened or dropped.

use monscope_core::scenario::{Origin, Scenario, read};
use monscope_core::words::{Lang, Line, Phrase, Val};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, File, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::ui::{Change, Notice, UiHandle};

/// The window in which a document is pasted; `text` stands in it at first, `on_document` is given what was pasted.
pub fn view(ui: &UiHandle, text: &str, on_document: &Callback<String>) -> Html {
    let lang = ui.lang;
    let onsubmit = {
        let on_document = on_document.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let form = event.target_dyn_into::<Element>();
            let area = form.and_then(|form| form.query_selector("textarea").ok()?);
            if let Some(area) = area.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) {
                on_document.emit(area.value());
            }
        })
    };
    let onchange = {
        let (ui, on_document) = (ui.clone(), on_document.clone());
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            if let Some(file) = input.and_then(|input| input.files()?.get(0)) {
                open_file(file, &ui, on_document.clone());
            }
        })
    };
    html! {
        <Window ui={ui.clone()} title={lang.say(Phrase::PasteTitle)}>
            <form class="paste" {onsubmit}>
                <p>{ super::svg::line(&lang.line(Phrase::PasteHint, &[])) }</p>
                if let Some(notice) = ui.notice.as_ref().filter(|notice| notice.bad) {
                    <div class="wrong" role="alert">
                        { for notice.lines.iter().map(|l| html! { <p>{ super::svg::line(l) }</p> }) }
                    </div>
                }
                <textarea rows="12" spellcheck="false" aria-label={lang.say(Phrase::PasteLabel)}
                    autofocus=true defaultvalue={text.to_owned()} />
                <div class="row">
                    <label class="line button">{ lang.say(Phrase::PasteFile) }<input type="file" {onchange} /></label>
                    <span class="grow"></span>
                    <button type="submit" class="solid">{ lang.say(Phrase::PasteRun) }</button>
                </div>
            </form>
        </Window>
    }
}

/// Reads a file as text.
pub fn open_file(file: File, ui: &UiHandle, on_document: Callback<String>) {
    let ui = ui.clone();
    spawn_local(async move {
        match JsFuture::from(file.text())
            .await
            .ok()
            .and_then(|text| text.as_string())
        {
            Some(text) => on_document.emit(text),
            None => ui.dispatch(Change::Say(Some(Notice {
                bad: true,
                lines: vec![Line::plain(ui.lang.say(Phrase::PasteUnreadable))],
            }))),
        }
    });
}

/// Reads a document.
///
/// # Errors
/// What to say about a bad one.
pub fn take(document: &str, lang: Lang) -> Result<Scenario, Notice> {
    read(document).map_err(|error| Notice {
        bad: true,
        lines: vec![
            Line::plain(error.to_string()),
            Line::plain(lang.say(Phrase::NoticeBad)),
        ],
    })
}

/// What there is to know about a document: options that change nothing, and what was taken over from Ceph.
#[must_use]
pub fn about(scenario: &Scenario, lang: Lang) -> Option<Notice> {
    let Origin::Ceph { command, down } = &scenario.origin else {
        let idle: Vec<&str> = scenario.idle_options().collect();
        let options = idle.join(", ");
        let line = lang.line(Phrase::NoticeIdle, &[("options", Val::Text(&options))]);
        let notice = Notice {
            bad: false,
            lines: vec![line],
        };
        return (!idle.is_empty()).then_some(notice);
    };
    let mut lines = vec![lang.line(Phrase::NoticeFrom, &[("command", Val::Text(command))])];
    if !down.is_empty() {
        let names = down
            .iter()
            .filter_map(|id| scenario.monitors.get(id.index()));
        let names: Vec<String> = names
            .map(|m| lang.text(Phrase::Mon, &[("mon", Val::Text(&m.name))]))
            .collect();
        let phrase = if names.len() == 1 {
            Phrase::NoticeDownOne
        } else {
            Phrase::NoticeDown
        };
        lines.push(lang.line(phrase, &[("mons", Val::Text(&lang.list(&names)))]));
    }
    Some(Notice { bad: false, lines })
}

/// The properties of [`Window`].
#[derive(Debug, PartialEq, Properties)]
pub struct WindowProps {
    /// The page's state.
    pub ui: UiHandle,
    /// What it is called.
    pub title: &'static str,
    /// What is in it.
    pub children: Html,
}

/// A window over the page. The browser keeps the focus in it, and closes it with Escape.
#[component]
pub fn Window(props: &WindowProps) -> Html {
    let WindowProps {
        ui,
        title,
        children,
    } = props;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It fails only for a dialog that is open already or not on the page.
                let _ = dialog.show_modal();
            }
        });
    }
    let close = |ui: &UiHandle| {
        let ui = ui.clone();
        move || ui.dispatch(Change::CloseDialog)
    };
    let (on_close, on_click) = (close(ui), close(ui));
    html! {
        <dialog ref={node} aria-label={*title} onclose={Callback::from(move |_: Event| on_close())}>
            <div class="head">
                <h2>{ *title }</h2>
                <button type="button" class="icon-only" aria-label={ui.lang.say(Phrase::PageClose)}
                    onclick={Callback::from(move |_: MouseEvent| on_click())}>{ super::icon::CROSS.node() }</button>
            </div>
            { children.clone() }
        </dialog>
    }
}
