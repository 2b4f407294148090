//! The page: all that is inside one `<mon-scope>`.

use std::cell::Cell;
use std::rc::Rc;

use monscope_core::frame::verdict::{Verdict, verdict as judge};
use monscope_core::mon::MonId;
use monscope_core::scenario::{Scenario, url};
use monscope_core::words::{Line, Phrase};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::page::asked::Asked;
use crate::page::dom::{SightWatch, next_picture, prefers_less_motion};
use crate::page::later::{self, Missing};
use crate::page::panels::Panels;
use crate::page::paste::{about, open_file};
use crate::page::session::Session;
use crate::page::stage::Stage;
use crate::page::strip::use_strip;
use crate::page::tools::{apply_to_monitor, cut_or_heal};
use crate::page::ui::{Change, Menu, Notice, Tab, Theme, Tool, Ui, UiHandle};
use crate::page::{bar, keys, legend, notice, tools, transport, verdict};

/// What the page is given by its element.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AppProps {
    /// The `<mon-scope>` that the page lives in: its attributes say what to show, and events are dispatched on it.
    pub host: HtmlElement,
}

/// How a page begins.
struct Opening {
    session: Session,
    ui: Ui,
    /// Does it play by itself?
    plays: bool,
    /// Does it have the window to itself?
    standalone: bool,
}

/// What the element asks for.
fn begin(asked: Asked) -> Opening {
    let (plays, standalone) = (asked.plays(), asked.standalone);
    let theme = match asked.options.theme {
        url::Theme::Auto => Theme::Auto,
        url::Theme::Light => Theme::Light,
        url::Theme::Dark => Theme::Dark,
    };
    let mut ui = Ui {
        theme,
        ..Ui::default()
    };
    ui.notice = if asked.problems.is_empty() {
        about(&asked.scenario, ui.lang)
    } else {
        let lines = asked
            .problems
            .iter()
            .map(|problem| Line::plain(problem.to_string()))
            .collect();
        Some(Notice { bad: true, lines })
    };
    let session = Session::new(asked.scenario);
    if let Some(speed) = asked.options.speed_milli {
        session.set_speed_milli(speed);
    }
    if let Some(at) = asked.options.at {
        session.go_to(at);
    }
    Opening {
        session,
        ui,
        plays,
        standalone,
    }
}

/// The whole page, as soon as it is known what was asked for.
#[component]
pub fn App(props: &AppProps) -> Html {
    let begun = {
        let host = props.host.clone();
        use_state(move || Asked::at_once(&host).map(|asked| Rc::new(begin(asked))))
    };
    let fetched = use_state(|| later::at_hand().is_some());
    let need = {
        let (begun, fetched, host) = (begun.setter(), fetched.setter(), props.host.clone());
        Callback::from(move |when: Need| {
            let (begun, fetched, host) = (begun.clone(), fetched.clone(), host.clone());
            spawn_local(async move {
                if when == Need::AfterFirstPicture {
                    next_picture().await;
                }
                let later = later::fetch().await;
                if when == Need::ToBegin {
                    let asked = match later {
                        Ok(later) => (later.asked)(&host),
                        Err(Missing) => Asked::nothing(false),
                    };
                    begun.set(Some(Rc::new(begin(asked))));
                }
                fetched.set(later.is_ok());
            });
        })
    };
    {
        let (need, begins) = (need.clone(), begun.is_none());
        use_effect_with((), move |()| {
            need.emit(if begins {
                Need::ToBegin
            } else {
                Need::AfterFirstPicture
            });
        });
    }
    match &*begun {
        Some(begun) => html! { <Page begun={Begun(begun.clone())} fetched={*fetched} {need} /> },
        None => Html::default(),
    }
}

/// When that which comes later is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It has to say what was asked for.
    ToBegin,
    /// Soon.
    AfterFirstPicture,
    /// Somebody wants to see something of it.
    Now,
}

/// What a page begins with.
#[derive(Clone)]
struct Begun(Rc<Opening>);

impl PartialEq for Begun {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What [`Page`] is given.
#[derive(PartialEq, Properties)]
struct PageProps {
    /// How it begins.
    begun: Begun,
    /// Is what comes later there? (The page is drawn anew when it is.)
    fetched: bool,
    /// Fetches it.
    need: Callback<Need>,
}

/// The page.
#[component]
fn Page(props: &PageProps) -> Html {
    let begun = props.begun.0.clone();
    let session = begun.session.clone();
    let ui = use_reducer(|| begun.ui.clone());
    let root = use_node_ref();
    let tick = use_tick(&begun, &root);
    let (clock, strip) = (use_node_ref(), use_node_ref());
    transport::use_clock(&session, &clock);

    let on_document = on_document(&session, &ui);
    {
        let wanted = ui.dialog.is_some() || ui.stops || ui.menu == Some(Menu::Picker);
        let need = props.need.clone();
        use_effect_with(wanted && !props.fetched, move |wanted| {
            if *wanted {
                need.emit(Need::Now);
            }
        });
    }
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
                Tool::Select => ui.dispatch(Change::Open(Menu::Link(a, b, Some((x, y))))),
                _ => {}
            },
        )
    };
    let on_pick = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |scenario: Scenario| show(&session, &ui, scenario))
    };
    let onkeydown = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |event: KeyboardEvent| keys::on_key(&session, &ui, &event))
    };
    let (onfocusin, onfocusout) = use_kept_focus(&root);
    let (ondragover, ondragleave, ondrop) = dropping(&ui, &on_document);
    let scene = session.scene();
    let verdict = judge(&scene, session.now(), ui.lang);
    use_strip(
        &session,
        &ui,
        &strip,
        [verdict.headline.text(), verdict.count.text()].concat(),
    );
    let tab = if ui.tab == Tab::Tools {
        "tools"
    } else {
        "panel"
    };
    html! {
        <section class="monscope" aria-label="Monitor cluster" tabindex="-1" ref={root} data-theme={ui.theme.name()}
            data-tab={tab} data-reads={ui.reads.to_string()}
            {onfocusin} {onfocusout} {onkeydown} {ondragover} {ondragleave} {ondrop}>
            { session.look(|player| bar::view(&ui, player.scenario(), &on_pick)) }
            <div class="stage">
                { said(&session, &verdict) }
                { legend::view(legend::counts(&scene), ui.lang) }
                <Stage session={session.clone()} ui={ui.clone()} {tick} {on_monitor} {on_link} />
                { notice::view(&ui) }
            </div>
            { tools::view(&session, &ui) }
            <Panels session={session.clone()} ui={ui.clone()} shown={session.shown()}
                ready={later::at_hand().is_some()} />
            <div class="time">
                { transport::view(&session, &ui, clock) }
                if let Some(later) = later::at_hand().filter(|_| ui.stops) {
                    { (later.stops)(&session, &ui) }
                }
                <div class="strip" ref={strip}></div>
            </div>
            { dialog(&ui, &on_document) }
            if ui.dragging {
                <div class="drop"><p>{ ui.lang.say(Phrase::PasteDrop) }</p></div>
            }
        </section>
    }
}

/// Keeps the focus inside when what has it goes away (a closed list, a button that is of no use any more), so that
/// keys go on working. Who takes the focus elsewhere is let go.
#[hook]
fn use_kept_focus(root: &NodeRef) -> (Callback<FocusEvent>, Callback<FocusEvent>) {
    let left = use_mut_ref(|| None::<Element>);
    let bring_back = {
        let root = root.clone();
        move |element: &Element| {
            let gone = !element.is_connected() || element.matches(":disabled").unwrap_or_default();
            if let Some(root) = root.cast::<HtmlElement>().filter(|_| gone) {
                // It can take the focus: it has a tab index.
                let _ = root.focus();
            }
            gone
        }
    };
    {
        let (left, bring_back) = (left.clone(), bring_back.clone());
        use_effect(move || {
            if let Some(element) = left.take() {
                bring_back(&element);
            }
        });
    }
    let comes = {
        let left = left.clone();
        Callback::from(move |_: FocusEvent| *left.borrow_mut() = None)
    };
    let goes = Callback::from(move |event: FocusEvent| {
        let element = event
            .target_dyn_into::<Element>()
            .filter(|_| event.related_target().is_none());
        // What is disabled loses the focus after the picture is drawn; what is removed, while it is.
        *left.borrow_mut() = element.filter(|element| !bring_back(element));
    });
    (comes, goes)
}

/// The verdict on the present picture, and what the author says at this time.
fn said(session: &Session, verdict: &Verdict) -> Html {
    session.look(|player| {
        let notes = &player.scenario().notes;
        let note = notes.iter().rev().find(|note| note.at <= player.now());
        verdict::view(verdict, note.map(|note| note.text.as_str()))
    })
}

/// Counts pictures; begins to play, and stops while nobody can see it.
#[hook]
fn use_tick(begun: &Opening, root: &NodeRef) -> u32 {
    let tick = use_state(|| 0_u32);
    let (session, root) = (begun.session.clone(), root.clone());
    let (plays, standalone) = (begun.plays, begun.standalone);
    let setter = tick.setter();
    use_effect_with((), move |()| {
        let count = Cell::new(0_u32);
        session.on_change(Callback::from(move |()| {
            count.set(count.get().wrapping_add(1));
            setter.set(count.get());
        }));
        if standalone && let Some(root) = root.cast::<HtmlElement>() {
            // The page has the window to itself: its keys work at once.
            let _can_always_be_focused = root.focus();
        }
        if plays && !prefers_less_motion() {
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

/// Puts a scenario that somebody chose on the stage, and plays it.
fn show(session: &Session, ui: &UiHandle, scenario: Scenario) {
    session.load(scenario);
    session.set_playing(!prefers_less_motion());
    ui.dispatch(Change::Loaded);
}

/// Takes a document; what is on the stage stays there when it is a bad one.
fn on_document(session: &Session, ui: &UiHandle) -> Callback<String> {
    let (session, ui) = (session.clone(), ui.clone());
    Callback::from(move |text: String| {
        let (session, ui) = (session.clone(), ui.clone());
        spawn_local(async move {
            let taken = match later::fetch().await {
                Ok(later) => (later.take)(&text, ui.lang),
                Err(Missing) => Err(Notice {
                    bad: true,
                    lines: vec![Line::plain(ui.lang.say(Phrase::NoticeMissing))],
                }),
            };
            match taken {
                Ok(scenario) => {
                    let notice = about(&scenario, ui.lang);
                    show(&session, &ui, scenario);
                    ui.dispatch(Change::Say(notice));
                }
                Err(notice) => ui.dispatch(Change::Say(Some(notice))),
            }
        });
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

fn dialog(ui: &UiHandle, on_document: &Callback<String>) -> Html {
    match (&ui.dialog, later::at_hand()) {
        (Some(dialog), Some(later)) => (later.dialog)(ui, dialog, on_document),
        _ => Html::default(),
    }
}
