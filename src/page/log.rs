//! The log: one line an event. Only the lines in sight are made, however long it is.

use monscope_core::frame::log::{Log, LogLine, Row, line};
use monscope_core::mon::State;
use monscope_core::words::{Lang, Phrase, Val};
use web_sys::Element;
use yew::prelude::*;

use super::session::Session;
use super::svg;

/// The height of a row in pixels (the style sheet says the same).
const ROW: usize = 20;

/// Rows made above and below those in sight.
const SPARE: usize = 8;

/// The properties of [`LogView`].
#[derive(Debug, PartialEq, Properties)]
pub struct LogProps {
    /// The player.
    pub session: Session,
    /// The language.
    pub lang: Lang,
    /// Up to which event it tells.
    pub told: u32,
    /// Counts the times the past was changed.
    pub past: u32,
}

/// The rows, and the past they were made of.
#[derive(Debug, Default)]
struct Kept {
    log: Log,
    past: u32,
}

/// The log.
#[component]
pub fn LogView(props: &LogProps) -> Html {
    let session = &props.session;
    let lang = props.lang;
    let (follow, essential) = (use_state(|| true), use_state(|| true));
    let window = use_state(|| (0_usize, 40_usize));
    let list = use_node_ref();
    let kept = use_mut_ref(Kept::default);

    let mut kept = kept.borrow_mut();
    session.look(|player| {
        let stale = kept.past != session.past()
            || kept.log.essential != *essential
            || kept.log.upto() > player.events().len();
        if stale {
            *kept = Kept {
                log: Log::new(*essential),
                past: session.past(),
            };
        }
        kept.log.read(player.events());
    });
    let count = kept.log.rows().len();
    {
        let (list, follow, window) = (list.clone(), *follow, window.clone());
        use_effect_with((count, follow), move |_| {
            if let Some(list) = list.cast::<Element>() {
                if follow {
                    list.set_scroll_top(list.scroll_height());
                }
                look_at(&list, &window);
            }
        });
    }
    let onscroll = {
        let (list, window) = (list.clone(), window.clone());
        Callback::from(move |_: Event| {
            if let Some(list) = list.cast::<Element>() {
                look_at(&list, &window);
            }
        })
    };
    // Somebody who scrolls back wants to read.
    let hold = {
        let (follow, list) = (follow.clone(), list.clone());
        Callback::from(move |event: WheelEvent| {
            let scrolls = list
                .cast::<Element>()
                .is_some_and(|list| list.scroll_height() > list.client_height());
            if event.delta_y() < 0.0 && scrolls {
                follow.set(false);
            }
        })
    };
    let (first, shown) = *window;
    let first = first.saturating_sub(SPARE).min(count.saturating_sub(shown));
    let last = (first + shown + 2 * SPARE).min(count);
    let rows = session.look(|player| {
        // With its place as its key, a row that stays is not touched.
        let row = |(place, row): (usize, &Row)| match row {
            Row::Quiet(span) => {
                let words = lang.span_left(*span);
                html! { <li key={place} class="quiet"><span>{ words }</span></li> }
            }
            Row::Event(at) => match player.events().get(*at as usize) {
                Some(event) => log_row(place, &line(player, event, lang)),
                None => Html::default(),
            },
        };
        let places = first..last;
        places
            .clone()
            .zip(&kept.log.rows()[places])
            .map(row)
            .collect::<Html>()
    });
    html! {
        <div class="log">
            <div class="logtools">
                { choice(&follow, lang.say(Phrase::LogFollow), lang.say(Phrase::LogHold)) }
                { chip(&essential, lang.say(Phrase::LogQuietKinds)) }
                <span class="dim">{ match kept.log.lines() {
                    1 => lang.say(Phrase::LogLine).to_owned(),
                    n => lang.text(Phrase::LogLines, &[("n", Val::Num(n.into()))]),
                } }</span>
            </div>
            <div class="loglist" ref={list} {onscroll} onwheel={hold}
                tabindex="0" role="group" aria-label={lang.say(Phrase::LogTitle)}>
                if count == 0 {
                    <p class="dim">{ lang.say(Phrase::LogEmpty) }</p>
                }
                { spacer(first) }
                <ol>{ rows }</ol>
                { spacer(count - last) }
            </div>
        </div>
    }
}

/// Notes which rows are in sight, if others are than before.
fn look_at(list: &Element, window: &UseStateHandle<(usize, usize)>) {
    // Positions of a list are small numbers that aren't negative.
    let first = list.scroll_top().max(0) as usize / ROW;
    let shown = list.client_height().max(0) as usize / ROW + 1;
    let (known, known_shown) = **window;
    if known.abs_diff(first) >= SPARE / 2 || known_shown != shown {
        window.set((first, shown));
    }
}

/// Holds the place of rows that are not made.
fn spacer(rows: usize) -> Html {
    html! { <svg class="spacer" width="1" height={(rows * ROW).to_string()} aria-hidden="true"></svg> }
}

fn choice(follow: &UseStateHandle<bool>, yes: &'static str, no: &'static str) -> Html {
    let option = |value: bool, words: &'static str| {
        let state = follow.clone();
        let on = *state == value;
        let onclick = Callback::from(move |_: MouseEvent| state.set(value));
        html! {
            <button type="button" class={classes!(on.then_some("on"))} aria-pressed={on.to_string()} {onclick}>
                { words }
            </button>
        }
    };
    html! { <span class="choice" role="group">{ option(true, yes) }{ option(false, no) }</span> }
}

fn chip(state: &UseStateHandle<bool>, words: &'static str) -> Html {
    let on = **state;
    let state = state.clone();
    let onclick = Callback::from(move |_: MouseEvent| state.set(!on));
    html! {
        <button type="button" class={classes!("chip", on.then_some("act"))} aria-pressed={on.to_string()} {onclick}>
            { words }
        </button>
    }
}

fn log_row(place: usize, line: &LogLine) -> Html {
    let dot = line
        .mon
        .as_ref()
        .and_then(|(_, state)| state.map(dot_class));
    html! {
        <li key={place} class={classes!(line.by_hand.then_some("user"))}>
            <span class="dim">{ &line.at }</span>
            <svg class={classes!("dot", dot)} width="10" height="10" viewBox="-6 -6 12 12" aria-hidden="true">
                if dot.is_some() { <circle r="4.5" /> }
            </svg>
            <b>{ line.mon.as_ref().map(|(name, _)| name.clone()) }</b>
            if let Some(icon) = line.icon {
                { svg::glyph(icon, "13") }
            } else {
                <i></i>
            }
            <span class="said">{ svg::line(&line.words) }</span>
            <code>{ &line.branches }</code>
        </li>
    }
}

const fn dot_class(state: State) -> &'static str {
    match state {
        State::Down => "st-down",
        State::Probing => "st-probing",
        State::Synchronizing => "st-sync",
        State::Electing => "st-electing",
        State::Leader => "st-leader",
        State::Peon => "st-peon",
    }
}
