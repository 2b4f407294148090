//! What can be done with a monitor or a link, beside it.

use monscope_core::mon::{MonId, State};
use monscope_core::scenario::{Action, HealLink, How};
use monscope_core::words::{Lang, Phrase, Val};
use yew::prelude::*;

use super::popup::Popup;
use super::session::Session;
use super::tools::act;
use super::ui::{Change, Menu, UiHandle};

/// What can be done with a monitor or a link, beside the point `at` of the stage, at a distance.
pub fn view(session: &Session, ui: &UiHandle, menu: Menu, at: (f32, f32, f32)) -> Html {
    let lang = ui.lang;
    let (name, items) = match menu {
        Menu::Monitor(id) => monitor_items(session, id, lang),
        Menu::Link(a, b, ..) => link_items(session, a, b, lang),
        Menu::Picker => return Html::default(),
    };
    let item = |(words, action): (String, Action)| {
        let (session, ui) = (session.clone(), ui.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            ui.dispatch(Change::CloseMenu);
            act(&session, &ui, action.clone());
        });
        html! { <button type="button" role="menuitem" tabindex="-1" {onclick}>{ words }</button> }
    };
    let key = name.clone();
    html! {
        <Popup key={key} ui={Some(ui.clone())} {name} class="menu" at={Some(at)}>
            { for items.into_iter().map(item) }
        </Popup>
    }
}

type Items = Vec<(String, Action)>;

fn monitor_items(session: &Session, id: MonId, lang: Lang) -> (String, Items) {
    let scene = session.scene();
    let Some(mon) = scene.mon(id) else {
        return (String::new(), Vec::new());
    };
    let title = lang.text(Phrase::MenuMonitor, &[("mon", Val::Text(&mon.name))]);
    let item = |phrase, action| (lang.say(phrase).to_owned(), action);
    let one = || vec![id];
    let mut items = Vec::new();
    if mon.state == State::Down {
        items.push(item(Phrase::ToolRestart, Action::Restart(one())));
    } else {
        items.push(item(Phrase::ToolKill, Action::Kill(one())));
        items.push(item(Phrase::ToolRestart, Action::Restart(one())));
        items.push(if mon.paused {
            item(Phrase::ToolResume, Action::Resume(one()))
        } else {
            item(Phrase::ToolPause, Action::Pause(one()))
        });
        items.push(if mon.participating {
            item(Phrase::ToolExit, Action::QuorumExit(id))
        } else {
            item(Phrase::ToolEnter, Action::QuorumEnter(id))
        });
    }
    items.push(item(Phrase::ToolWipe, Action::Wipe(one())));
    (title, items)
}

fn link_items(session: &Session, a: MonId, b: MonId, lang: Lang) -> (String, Items) {
    let scene = session.scene();
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let name = |id| scene.mon(id).map_or("?", |mon| mon.name.as_str());
    let words = |phrase, from, to| {
        let values = [
            ("mon", Val::Text(name(from))),
            ("peer", Val::Text(name(to))),
        ];
        lang.text(phrase, &values)
    };
    let cut = |from, to| scene.cuts.contains(&(from, to));
    let cut_action = |from, to, both| Action::Cut {
        from,
        to,
        both,
        how: How::Drop,
    };
    let mut items = Vec::new();
    for (from, to) in [(a, b), (b, a)] {
        if !cut(from, to) {
            items.push((
                words(Phrase::MenuCutTo, from, to),
                cut_action(from, to, false),
            ));
        }
    }
    if items.len() == 2 {
        items.push((words(Phrase::MenuCutBoth, a, b), cut_action(a, b, true)));
    }
    if cut(a, b) || cut(b, a) {
        let link = HealLink {
            from: a,
            to: b,
            both: true,
        };
        items.push((words(Phrase::MenuHeal, a, b), Action::Heal(Some(link))));
    }
    (words(Phrase::MenuLink, a, b), items)
}
