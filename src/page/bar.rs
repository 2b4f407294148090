//! The bar: the name, what is on the stage, the facts of this run, theme and help.

use monscope_core::scenario::{Origin, Scenario};
use monscope_core::words::{Lang, Phrase, Val};
use yew::prelude::*;

use super::icon;
use super::picker;
use super::ui::{Change, Dialog, Theme, UiHandle};

/// The facts of a run, as short words.
fn facts(scenario: &Scenario, lang: Lang) -> Vec<String> {
    let monitors = match scenario.seats() {
        1 => lang.say(Phrase::PageFactMonitor).to_owned(),
        n => lang.text(Phrase::PageFactMonitors, &[("n", Val::Num(n as u64))]),
    };
    let seed = lang.text(Phrase::PageFactSeed, &[("seed", Val::Num(scenario.seed))]);
    let words = [scenario.edition.name(), scenario.strategy.name()].map(str::to_owned);
    let [edition, strategy] = words;
    vec![monitors, edition, strategy, seed]
}

/// The bar; `on_pick` is told which scenario of the gallery was picked.
pub fn view(ui: &UiHandle, scenario: &Scenario, on_pick: &Callback<Scenario>) -> Html {
    let lang = ui.lang;
    let title = match &scenario.origin {
        _ if !scenario.title.is_empty() => scenario.title.as_str(),
        Origin::Ceph { .. } => lang.say(Phrase::PageYourCluster),
        Origin::Written => lang.say(Phrase::PageUntitled),
    };
    let facts = facts(scenario, lang);
    let (theme, theme_icon) = match ui.theme {
        Theme::Auto => (Phrase::PageThemeAuto, icon::THEME),
        Theme::Light => (Phrase::PageThemeLight, icon::SUN),
        Theme::Dark => (Phrase::PageThemeDark, icon::MOON),
    };
    let change_theme = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Theme(ui.theme.next())))
    };
    let help = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Dialog(Dialog::Help)))
    };
    html! {
        <header class="bar">
            <span class="brand">{ icon::logo() }<span>{ lang.say(Phrase::PageName) }</span></span>
            { picker::view(ui, title, on_pick) }
            <ul class="facts" aria-label={lang.say(Phrase::PageFacts)}>
                { for facts.into_iter().map(|fact| html! { <li>{ fact }</li> }) }
            </ul>
            <span class="grow"></span>
            <button type="button" class="icon-only" aria-label={lang.say(theme)} title={lang.say(theme)}
                onclick={change_theme}>
                { theme_icon.node() }
            </button>
            <button type="button" class="icon-only" aria-label={lang.say(Phrase::PageHelp)}
                title={lang.say(Phrase::PageHelp)} aria-keyshortcuts="?" onclick={help}>{ icon::HELP.node() }</button>
        </header>
    }
}
