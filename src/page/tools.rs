//! The tools: one row, each with its key; and what each does to the monitor or link it is used on.

use monscope_core::frame::verdict::{Telling, action as told};
use monscope_core::mon::{MonId, State};
use monscope_core::scenario::{Action, HealLink, How};
use monscope_core::words::{Lang, Line, Phrase, Val};
use yew::prelude::*;

use super::icon::{self, Icon};
use super::session::Session;
use super::ui::{Change, Menu, Notice, Tool, UiHandle};

/// The tools that are taken in hand, with icon, word and key, as a key event and as people write it.
pub const TOOLS: [(Tool, Icon, Phrase, &str, &str); 7] = [
    (Tool::Select, icon::CURSOR, Phrase::ToolSelect, "s", "S"),
    (Tool::Kill, icon::CROSS, Phrase::ToolKill, "k", "K"),
    (Tool::Restart, icon::RESTART, Phrase::ToolRestart, "r", "R"),
    (Tool::Pause, icon::PAUSE, Phrase::ToolPause, "p", "P"),
    (Tool::Cut, icon::CUT, Phrase::ToolCut, "c", "C"),
    (
        Tool::Partition,
        icon::PARTITION,
        Phrase::ToolPartition,
        "g",
        "G",
    ),
    (Tool::Exit, icon::EXIT, Phrase::ToolExit, "e", "E"),
];

/// Heals everything.
pub const HEAL_KEY: &str = "h";
/// Takes back the last thing done.
pub const UNDO_KEY: &str = "z";

/// Does something to the cluster; says so when that can't be done.
pub fn act(session: &Session, ui: &UiHandle, action: Action) {
    forget_future(session, ui);
    if let Err(what) = session.act(action) {
        let line = ui
            .lang
            .line(Phrase::NoticeNot, &[("what", Val::Text(&what))]);
        ui.dispatch(Change::Say(Some(Notice {
            bad: true,
            lines: vec![line],
        })));
    }
}

/// Takes back the last thing a person did.
pub fn take_back(session: &Session, ui: &UiHandle) {
    session.undo();
    forget_future(session, ui);
}

/// What lies in the future goes when somebody acts: it can't stay selected.
fn forget_future(session: &Session, ui: &UiHandle) {
    let happened = session.look(|player| player.events().len() as u32);
    if ui.event.is_some_and(|event| event.get() > happened) {
        ui.dispatch(Change::SelectEvent(None));
    }
}

/// Uses a tool on a monitor. False: this tool has nothing to do with one.
pub fn apply_to_monitor(session: &Session, ui: &UiHandle, tool: Tool, id: MonId) -> bool {
    let scene = session.scene();
    let Some(mon) = scene.mon(id) else {
        return false;
    };
    let action = match tool {
        Tool::Select => return false,
        Tool::Kill if mon.state == State::Down => Action::Restart(vec![id]),
        Tool::Kill => Action::Kill(vec![id]),
        Tool::Restart => Action::Restart(vec![id]),
        Tool::Pause if mon.paused => Action::Resume(vec![id]),
        Tool::Pause => Action::Pause(vec![id]),
        Tool::Exit if mon.participating => Action::QuorumExit(id),
        Tool::Exit => Action::QuorumEnter(id),
        Tool::Partition => {
            ui.dispatch(Change::Pick(id));
            return true;
        }
        Tool::Cut => {
            match ui.picked.first() {
                Some(first) if *first != id => {
                    // Which way it is cut is asked there: by keyboard there is no other place for it.
                    ui.dispatch(Change::Open(Menu::Link(*first, id, None)));
                    ui.dispatch(Change::Pick(*first));
                }
                _ => ui.dispatch(Change::Pick(id)),
            }
            return true;
        }
    };
    act(session, ui, action);
    true
}

/// Cuts a link both ways; one that is cut is healed.
pub fn cut_or_heal(session: &Session, ui: &UiHandle, a: MonId, b: MonId) {
    let scene = session.scene();
    let cut = scene.cuts.contains(&(a, b)) || scene.cuts.contains(&(b, a));
    let action = if cut {
        Action::Heal(Some(HealLink {
            from: a,
            to: b,
            both: true,
        }))
    } else {
        Action::Cut {
            from: a,
            to: b,
            both: true,
            how: How::Drop,
        }
    };
    act(session, ui, action);
}

/// The row of tools, and what the one in hand waits for.
pub fn view(session: &Session, ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let undo = undoable(session, lang);
    let heal = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |_: MouseEvent| act(&session, &ui, Action::Heal(None)))
    };
    let on_undo = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |_: MouseEvent| take_back(&session, &ui))
    };
    html! {
        <div class="tools" role="toolbar" aria-label={lang.say(Phrase::ToolLabel)}>
            { hint(session, ui) }
            <div class="row">
                { for TOOLS.iter().map(|(tool, icon, phrase, key, shown)| {
                    let (ui, tool) = (ui.clone(), *tool);
                    let pressed = ui.tool == tool;
                    let onclick = Callback::from(move |_: MouseEvent| ui.dispatch(Change::Tool(tool)));
                    html! {
                        <button type="button" class={classes!(pressed.then_some("on"))}
                            aria-pressed={pressed.to_string()} aria-keyshortcuts={*key} title={*shown} {onclick}>
                            { icon.node() }{ lang.say(*phrase) }<kbd aria-hidden="true">{ *shown }</kbd>
                        </button>
                    }
                }) }
                <button type="button" aria-keyshortcuts={HEAL_KEY} title="H" onclick={heal}>
                    { icon::HEAL.node() }{ lang.say(Phrase::ToolHeal) }<kbd aria-hidden="true">{ "H" }</kbd>
                </button>
                <button type="button" class="undo" aria-keyshortcuts={UNDO_KEY} title="Z" disabled={undo.is_none()}
                    onclick={on_undo}>
                    { icon::UNDO.node() }<span>{ undo_words(undo.as_deref(), lang) }</span>
                </button>
            </div>
        </div>
    }
}

fn undo_words(undo: Option<&str>, lang: Lang) -> String {
    match undo {
        Some(what) => lang.text(Phrase::ToolUndoWhat, &[("what", Val::Text(what))]),
        None => lang.say(Phrase::ToolUndo).to_owned(),
    }
}

/// What undo would take back, in words.
fn undoable(session: &Session, lang: Lang) -> Option<String> {
    let last = session.last_by_user()?;
    let scene = session.scene();
    let name = |id: &MonId| scene.mon(*id).map_or("?", |mon| mon.name.as_str());
    Some(told(&last.action, &name, Telling::Command, lang))
}

/// What the tool in hand waits for.
fn hint(session: &Session, ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let scene = session.scene();
    let names: Vec<String> = ui
        .picked
        .iter()
        .filter_map(|id| scene.mon(*id))
        .map(|mon| lang.text(Phrase::Mon, &[("mon", Val::Text(&mon.name))]))
        .collect();
    let say = |phrase| Line::plain(lang.say(phrase));
    let words = match ui.tool {
        Tool::Select => say(Phrase::HintSelect),
        Tool::Kill => say(Phrase::HintKill),
        Tool::Restart => say(Phrase::HintRestart),
        Tool::Pause => say(Phrase::HintPause),
        Tool::Exit => say(Phrase::HintExit),
        Tool::Cut if names.is_empty() => say(Phrase::HintCut),
        Tool::Cut => lang.line(
            Phrase::HintCutSecond,
            &[("mons", Val::Text(&lang.list(&names)))],
        ),
        Tool::Partition if names.is_empty() => say(Phrase::HintPartition),
        Tool::Partition => lang.line(
            Phrase::HintPartitionSome,
            &[("mons", Val::Text(&lang.list(&names)))],
        ),
    };
    let whole = names.len() == scene.monitors.len();
    let part = {
        let (session, ui) = (session.clone(), ui.clone());
        Callback::from(move |_: MouseEvent| cut_off(&session, &ui))
    };
    let put_down = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Tool(Tool::Select)))
    };
    html! {
        <div class="hint">
            <span role="status">{ super::svg::line(&words) }</span>
            if ui.tool == Tool::Partition && !names.is_empty() && !whole {
                <button type="button" class="solid" onclick={part}>{ lang.say(Phrase::HintPartitionDo) }</button>
            }
            if ui.tool != Tool::Select {
                <button type="button" class="line" onclick={put_down}>{ lang.say(Phrase::HintCancel) }</button>
            }
        </div>
    }
}

/// Parts the picked monitors from the rest.
pub fn cut_off(session: &Session, ui: &UiHandle) {
    let side = ui.picked.clone();
    let rest: Vec<MonId> = session
        .scene()
        .monitors
        .iter()
        .map(|m| m.id)
        .filter(|id| !side.contains(id))
        .collect();
    if !side.is_empty() && !rest.is_empty() {
        let groups = vec![side, rest];
        let how = How::Drop;
        act(session, ui, Action::Partition { groups, how });
        ui.dispatch(Change::Tool(Tool::Select));
    }
}
