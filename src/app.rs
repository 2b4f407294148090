//! The page: all that is inside one `<mon-scope>`.

use std::cell::Cell;

use monscope_core::frame::verdict;
use monscope_core::mon::{MonId, Time};
use monscope_core::scenario::Scenario;
use monscope_core::words::{Phrase, Val};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::page::bar::{Bar, facts};
use crate::page::dom::{SightWatch, prefers_less_motion};
use crate::page::help::Help;
use crate::page::keys;
use crate::page::legend::{Legend, counts};
use crate::page::library::{Entry, FIRST, GALLERY};
use crate::page::log::LogView;
use crate::page::notice::NoticeView;
use crate::page::paste::{Paste, about, open_file, take};
use crate::page::session::Session;
use crate::page::stage::Stage;
use crate::page::tools::{Tools, apply_to_monitor, cut_or_heal, undoable};
use crate::page::transport::Transport;
use crate::page::ui::{Change, Dialog, Menu, Notice, Tab, Theme, Tool, Ui, UiHandle};
use crate::page::verdict::VerdictView;

/// What the page is given by its element.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AppProps {
    /// The `<mon-scope>` that the page lives in: its attributes say what to show, and events are dispatched on it.
    pub host: HtmlElement,
}

/// The scenario an element asks for, and what is wrong with its asking.
fn asked_for(host: &HtmlElement, ui: &mut Ui) -> Scenario {
    let slug = host.get_attribute("scenario");
    let find = |slug: &str| GALLERY.iter().find(|entry| entry.slug == slug);
    if let Some(slug) = slug.as_deref().filter(|slug| find(slug).is_none()) {
        let line = ui
            .lang
            .line(Phrase::NoticeNoScenario, &[("name", Val::Text(slug))]);
        ui.notice = Some(Notice {
            bad: true,
            lines: vec![line],
        });
    }
    let entry = slug
        .as_deref()
        .and_then(find)
        .or_else(|| find(FIRST))
        .unwrap_or(&GALLERY[0]);
    let mut scenario = entry.open();
    if let Some(seed) = host
        .get_attribute("seed")
        .and_then(|seed| seed.parse().ok())
    {
        scenario.seed = seed;
    }
    scenario
}

/// A session as the element asks for it, and the page's first state.
fn begin(host: &HtmlElement) -> (Session, Ui) {
    let mut ui = Ui {
        theme: host
            .get_attribute("theme")
            .and_then(|name| Theme::from_name(&name))
            .unwrap_or_default(),
        ..Ui::default()
    };
    let session = Session::new(asked_for(host, &mut ui));
    if let Some(ms) = host.get_attribute("t").and_then(|t| t.parse().ok()) {
        session.go_to(Time::from_ms(ms));
    }
    (session, ui)
}

/// The whole page.
#[component]
pub fn App(props: &AppProps) -> Html {
    let begun = use_memo((), |()| begin(&props.host));
    let session = begun.0.clone();
    let ui = use_reducer(|| begun.1.clone());
    let root = use_node_ref();
    let tick = use_tick(&session, &root, &props.host);

    let on_document = on_document(&session, &ui);
    let on_monitor = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |id: MonId| {
            if !apply_to_monitor(&session, &ui, ui.tool, id) {
                ui.dispatch(Change::Open(Menu::Monitor(id)));
            }
        })
    };
    let on_link = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(
            move |(a, b, x, y): (MonId, MonId, f32, f32)| match ui.tool {
                Tool::Cut => cut_or_heal(&session, &ui, a, b),
                Tool::Select => ui.dispatch(Change::Open(Menu::Link(a, b, x, y))),
                _ => {}
            },
        )
    };
    let on_pick = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |entry: &'static Entry| {
            session.load(entry.open());
            ui.dispatch(Change::Loaded);
        })
    };
    let onkeydown = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |event: KeyboardEvent| keys::on_key(&session, &ui, &event))
    };
    let (ondragover, ondragleave, ondrop) = dropping(&ui, &on_document);
    let (title, facts, note) = session.look(|player| {
        let scenario = player.scenario();
        let said = scenario
            .notes
            .iter()
            .rev()
            .find(|note| note.at <= player.now());
        (
            AttrValue::from(scenario.title.clone()),
            facts(scenario, ui.lang),
            said.map(|note| AttrValue::from(note.text.clone())),
        )
    });
    let scene = session.scene();
    let verdict = verdict(&scene, session.now(), ui.lang);
    let tab = if ui.tab == Tab::Tools { "tools" } else { "log" };
    html! {
        <section class="monscope" aria-label="Monitor cluster" tabindex="-1" ref={root} data-theme={ui.theme.name()}
            data-tab={tab} {onkeydown} {ondragover} {ondragleave} {ondrop}>
            <Bar ui={ui.clone()} {title} {facts} {on_pick} />
            <div class="stage">
                <VerdictView {verdict} {note} />
                <Legend counts={counts(&scene)} lang={ui.lang} />
                <Stage session={session.clone()} ui={ui.clone()} {tick} {on_monitor} {on_link} />
                <NoticeView ui={ui.clone()} />
            </div>
            <Tools session={session.clone()} ui={ui.clone()} undo={undoable(&session, ui.lang)} />
            <aside>
                { tabs(&ui) }
                <LogView session={session.clone()} ui={ui.clone()} {tick} />
            </aside>
            <Transport session={session.clone()} ui={ui.clone()} playing={session.playing()} speed={session.speed_milli()}
                stretch={session.stretch()} slow_down={session.slow_down()}
                ended={session.look(|player| player.next_at().is_none())} />
            { dialog(&ui, on_document) }
            if ui.dragging {
                <div class="drop"><p>{ ui.lang.say(Phrase::PasteDrop) }</p></div>
            }
        </section>
    }
}

/// Counts pictures; begins to play, and stops while nobody can see it.
#[hook]
fn use_tick(session: &Session, root: &NodeRef, host: &HtmlElement) -> u32 {
    let tick = use_state(|| 0_u32);
    let (session, root, host) = (session.clone(), root.clone(), host.clone());
    let setter = tick.setter();
    use_effect_with((), move |()| {
        let count = Cell::new(0_u32);
        session.on_change(Callback::from(move |()| {
            count.set(count.get().wrapping_add(1));
            setter.set(count.get());
        }));
        if host.has_attribute("autoplay") && !prefers_less_motion() {
            session.set_playing(true);
        }
        let watched = session.clone();
        let sight = root.cast::<Element>().and_then(|root| {
            SightWatch::new(&root, move |in_sight| watched.set_in_sight(in_sight))
        });
        move || {
            session.set_playing(false);
            session.on_change(Callback::noop());
            drop(sight);
        }
    });
    *tick
}

/// Takes a document; what is on the stage stays there when it is a bad one.
fn on_document(session: &Session, ui: &UiHandle) -> Callback<String> {
    let (session, ui) = (session.clone(), ui.clone());
    Callback::from(move |text: String| match take(&text, ui.lang) {
        Ok(scenario) => {
            let notice = about(&scenario, ui.lang);
            session.load(scenario);
            ui.dispatch(Change::Loaded);
            ui.dispatch(Change::Say(notice));
        }
        Err(notice) => ui.dispatch(Change::Say(Some(notice))),
    })
}

type DragCallbacks = (
    Callback<DragEvent>,
    Callback<DragEvent>,
    Callback<DragEvent>,
);

/// A document may be dropped anywhere on the element.
fn dropping(ui: &UiHandle, on_document: &Callback<String>) -> DragCallbacks {
    let over = {
        let ui = ui.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            ui.dispatch(Change::Dragging(true));
        })
    };
    let leave = {
        let ui = ui.clone();
        Callback::from(move |event: DragEvent| {
            // Leaving a part of the page for another one is not leaving it.
            if event.related_target().is_none() {
                ui.dispatch(Change::Dragging(false));
            }
        })
    };
    let (ui, on_document) = (ui.clone(), on_document.clone());
    let dropped = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        ui.dispatch(Change::Dragging(false));
        let Some(data) = event.data_transfer() else {
            return;
        };
        if let Some(file) = data.files().and_then(|files| files.get(0)) {
            open_file(file, &ui, on_document.clone());
        } else if let Ok(text) = data.get_data("text/plain") {
            on_document.emit(text);
        }
    });
    (over, leave, dropped)
}

/// The tabs of the panel beside, or under, the stage.
fn tabs(ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let tab = |tab: Tab, class: Option<&'static str>, phrase: Phrase| {
        let on = ui.tab == tab;
        let ui = ui.clone();
        let onclick = Callback::from(move |_: MouseEvent| ui.dispatch(Change::Tab(tab)));
        html! {
            <button type="button" class={classes!(class, on.then_some("on"))} aria-pressed={on.to_string()} {onclick}>
                { lang.say(phrase) }
            </button>
        }
    };
    html! {
        <nav class="tabs">
            { tab(Tab::Log, None, Phrase::LogTitle) }
            { tab(Tab::Tools, Some("narrow"), Phrase::ToolsTitle) }
        </nav>
    }
}

fn dialog(ui: &UiHandle, on_document: Callback<String>) -> Html {
    match &ui.dialog {
        Some(Dialog::Paste(text)) => {
            html! { <Paste ui={ui.clone()} text={text.clone()} {on_document} /> }
        }
        Some(Dialog::Help) => html! { <Help ui={ui.clone()} /> },
        None => Html::default(),
    }
}
