//! The log: one line an event. Only the lines in sight are made, however long it is.

use monscope_core::frame::log::{Filter, Kinds, Log, LogLine, Row, line};
use monscope_core::mon::{MonId, State};
use monscope_core::sim::EventId;
use monscope_core::words::{Lang, Phrase, Val};
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::session::Session;
use super::svg;
use super::ui::UiHandle;
use super::why::{show, stop_button};

/// The height of a row in pixels (the style sheet says the same).
const ROW: usize = 20;

/// Rows made above and below those in sight.
const SPARE: usize = 8;

/// The properties of [`LogView`].
#[derive(Debug, PartialEq, Properties)]
pub struct LogProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Up to which event it tells as happened.
    pub told: u32,
    /// Counts the times the past was changed.
    pub past: u32,
}

/// The rows, and the run they were made of: which scenario, and how often its known future was dropped.
#[derive(Debug, Default)]
struct Kept {
    log: Log,
    run: (u32, u32),
}

impl Kept {
    /// Keeps up with the run; begins anew when it is another one, or another part of it is wanted.
    fn follow(&mut self, session: &Session, filter: &Filter) {
        session.look(|player| {
            let run = (session.loads(), player.forks());
            if self.run != run || self.log.filter() != filter {
                let log = Log::new(filter.clone());
                *self = Self { log, run };
            }
            self.log.read(player.known());
        });
    }
}

/// What is in sight, and where the keys are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sight {
    first: usize,
    shown: usize,
}

/// The log.
#[component]
pub fn LogView(props: &LogProps) -> Html {
    let LogProps {
        session, ui, told, ..
    } = props;
    let lang = ui.lang;
    let (follow, filter) = (use_state(|| true), use_state(Filter::default));
    let active = use_state(|| None::<usize>);
    let sight = use_state(|| Sight {
        first: 0,
        shown: 40,
    });
    let list = use_node_ref();
    let kept = use_mut_ref(Kept::default);
    let mut kept = kept.borrow_mut();
    kept.follow(session, &filter);
    let count = kept.log.rows().len();
    let present = kept.log.rows_upto(*told);
    {
        let (list, follow, sight) = (list.clone(), *follow, sight.clone());
        use_effect_with((present, count, follow), move |_| {
            if let Some(list) = list.cast::<Element>() {
                if follow {
                    let bottom = (present * ROW) as i32 + 8;
                    list.set_scroll_top((bottom - list.client_height()).max(0));
                }
                look_at(&list, &sight);
            }
        });
    }
    let onscroll = {
        let (list, sight) = (list.clone(), sight.clone());
        Callback::from(move |_: Event| {
            if let Some(list) = list.cast::<Element>() {
                look_at(&list, &sight);
            }
        })
    };
    // Somebody who scrolls back wants to read.
    let hold = {
        let (follow, list) = (follow.clone(), list.clone());
        Callback::from(move |up: bool| {
            let scrolls = list
                .cast::<Element>()
                .is_some_and(|list| list.scroll_height() > list.client_height());
            if up && scrolls {
                follow.set(false);
            }
        })
    };
    let (wheel, touch) = (hold.clone(), hold.clone());
    let choose = {
        let (session, ui, follow) = (session.clone(), ui.clone(), follow.clone());
        Callback::from(move |event: EventId| {
            follow.set(false);
            show(&session, &ui, event);
        })
    };
    let onclick = on_click(&choose);
    let rows = kept.log.rows();
    let at = active.unwrap_or_else(|| {
        let selected = ui.event.map(|event| event.get() - 1);
        let place =
            selected.and_then(|event| rows.iter().position(|row| *row == Row::Event(event)));
        place.unwrap_or(present.saturating_sub(1))
    });
    let line_at = match rows.get(at) {
        Some(Row::Event(event)) if ui.event.is_some() || active.is_some() => {
            std::num::NonZeroU32::new(event + 1).map(EventId)
        }
        _ => None,
    };
    let onkeydown = on_key(rows, at, &active, &list, &choose);
    let first = sight
        .first
        .saturating_sub(SPARE)
        .min(count.saturating_sub(sight.shown));
    let last = (first + sight.shown + 2 * SPARE).min(count);
    let shown = session.look(|player| {
        // With its place as its key, a row that stays is not touched.
        let row = |(place, row): (usize, &Row)| match row {
            Row::Quiet(span) => {
                let words = lang.span_left(*span);
                let later = place >= present;
                html! {
                    <li key={place} class={classes!("quiet", later.then_some("later"))} aria-hidden="true">
                        <span>{ words }</span>
                    </li>
                }
            }
            Row::Event(event) => match player.known().get(*event as usize) {
                Some(event) => log_row(
                    place,
                    &line(player, event, lang),
                    event.id.get() > *told,
                    ui.event == Some(event.id),
                    (place == at).then_some("at"),
                ),
                None => Html::default(),
            },
        };
        (first..last).zip(&rows[first..last]).map(row).collect::<Html>()
    });
    html! {
        <div class="log">
            <div class="logtools">
                { choice(&follow, lang.say(Phrase::LogFollow), lang.say(Phrase::LogHold)) }
                { stop_button(session, ui, line_at, "chip") }
                <span class="dim">{ how_many(&kept.log, lang) }</span>
                { filters(session, &filter, lang) }
            </div>
            <div class="loglist" ref={list} {onscroll} {onclick} {onkeydown}
                onwheel={move |event: WheelEvent| wheel.emit(event.delta_y() < 0.0)}
                ontouchmove={move |_: TouchEvent| touch.emit(true)}
                tabindex="0" role="listbox" aria-label={lang.say(Phrase::LogTitle)}
                aria-activedescendant={(first..last).contains(&at).then(|| row_id(at))}>
                if count == 0 {
                    <p class="dim">{ lang.say(nothing(&kept.log)) }</p>
                }
                { spacer(first) }
                <ol role="presentation">{ shown }</ol>
                { spacer(count - last) }
            </div>
        </div>
    }
}

/// Why there is no line.
const fn nothing(log: &Log) -> Phrase {
    if log.all() == 0 {
        Phrase::LogEmpty
    } else {
        Phrase::LogNothing
    }
}

fn row_id(place: usize) -> String {
    ["log-", &place.to_string()].concat()
}

/// `127 lines`, `33 of 127`.
fn how_many(log: &Log, lang: Lang) -> String {
    let (n, all) = (log.lines(), log.all());
    if n == all {
        return match n {
            1 => lang.say(Phrase::LogLine).to_owned(),
            n => lang.text(Phrase::LogLines, &[("n", Val::Num(n.into()))]),
        };
    }
    let values = [("n", Val::Num(n.into())), ("all", Val::Num(all.into()))];
    lang.text(Phrase::LogSome, &values)
}

/// A click on a line goes to its event.
fn on_click(choose: &Callback<EventId>) -> Callback<MouseEvent> {
    let choose = choose.clone();
    Callback::from(move |click: MouseEvent| {
        let target = click.target_dyn_into::<Element>();
        let row = target.and_then(|target| target.closest("[data-event]").ok()?);
        let event = row.and_then(|row| row.get_attribute("data-event")?.parse().ok());
        if let Some(event) = event {
            choose.emit(EventId(event));
        }
    })
}

/// Arrow keys go from line to line, Enter goes to its event.
fn on_key(
    rows: &[Row],
    at: usize,
    active: &UseStateHandle<Option<usize>>,
    list: &NodeRef,
    choose: &Callback<EventId>,
) -> Callback<KeyboardEvent> {
    let next = |from: usize, by: isize| {
        let last = rows.len().saturating_sub(1);
        let mut to = from.saturating_add_signed(by).min(last);
        while let Some(Row::Quiet(_)) = rows.get(to) {
            to = to.saturating_add_signed(by.signum()).min(last);
        }
        to
    };
    let page = list
        .cast::<Element>()
        .map_or(10, |list| list.client_height() as isize / ROW as isize - 1);
    let to = [
        ("ArrowUp", next(at, -1)),
        ("ArrowDown", next(at, 1)),
        ("PageUp", next(at, -page)),
        ("PageDown", next(at, page)),
        ("Home", next(0, 0)),
        ("End", next(rows.len(), 0)),
    ];
    let event = match rows.get(at) {
        Some(Row::Event(event)) => std::num::NonZeroU32::new(event + 1).map(EventId),
        _ => None,
    };
    let (active, list, choose) = (active.clone(), list.clone(), choose.clone());
    Callback::from(move |key: KeyboardEvent| {
        let pressed = key.key();
        if let Some((_, to)) = to.iter().find(|(name, _)| *name == pressed) {
            active.set(Some(*to));
            if let Some(list) = list.cast::<Element>() {
                let (top, height) = ((to * ROW) as i32, list.client_height());
                if top < list.scroll_top() {
                    list.set_scroll_top(top);
                } else if top + 2 * ROW as i32 > list.scroll_top() + height {
                    list.set_scroll_top(top + 2 * ROW as i32 - height);
                }
            }
        } else if let ("Enter" | " ", Some(event)) = (pressed.as_str(), event) {
            choose.emit(event);
        } else {
            return;
        }
        key.prevent_default();
    })
}

/// Notes which rows are in sight, if others are than before.
fn look_at(list: &Element, sight: &UseStateHandle<Sight>) {
    // Positions of a list are small numbers that aren't negative.
    let first = list.scroll_top().max(0) as usize / ROW;
    let shown = list.client_height().max(0) as usize / ROW + 1;
    if sight.first.abs_diff(first) >= SPARE / 2 || sight.shown != shown {
        sight.set(Sight { first, shown });
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

/// What is wanted: kinds, a monitor, a branch.
fn filters(session: &Session, filter: &UseStateHandle<Filter>, lang: Lang) -> Html {
    let kinds = Kinds::ALL
        .into_iter()
        .map(|kinds| lang.say(kinds.phrase()).to_owned());
    let kind = Kinds::ALL.iter().position(|kinds| *kinds == filter.kinds);
    let on_kind = {
        let filter = filter.clone();
        Callback::from(move |place: usize| {
            let kinds = Kinds::ALL.get(place).copied().unwrap_or_default();
            filter.set(Filter {
                kinds,
                ..(*filter).clone()
            });
        })
    };
    let monitors = session.look(|player| {
        let names = player.scenario().monitors.iter();
        let mon = |name: &str| lang.text(Phrase::Mon, &[("mon", Val::Text(name))]);
        let all = std::iter::once(lang.say(Phrase::LogAllMonitors).to_owned());
        all.chain(names.map(|spec| mon(&spec.name)))
            .collect::<Vec<_>>()
    });
    let on_monitor = {
        let filter = filter.clone();
        Callback::from(move |place: usize| {
            let mon = place.checked_sub(1).map(|mon| MonId(mon as u8));
            filter.set(Filter {
                mon,
                ..(*filter).clone()
            });
        })
    };
    let on_branch = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                filter.set(Filter {
                    branch: input.value().trim().to_owned(),
                    ..(*filter).clone()
                });
            }
        })
    };
    let mon = filter.mon.map_or(0, |mon| mon.index() + 1);
    html! {
        <div class="filters">
            { select(lang.say(Phrase::LogKinds), kinds, kind.unwrap_or(0), on_kind) }
            { select(lang.say(Phrase::LogMonitors), monitors.into_iter(), mon, on_monitor) }
            <input type="search" class={classes!("chip", (!filter.branch.is_empty()).then_some("act"))}
                placeholder={lang.say(Phrase::LogBranch)} aria-label={lang.say(Phrase::LogBranch)}
                value={filter.branch.clone()} oninput={on_branch} spellcheck="false" autocomplete="off" />
        </div>
    }
}

fn select(
    name: &'static str,
    options: impl Iterator<Item = String>,
    on: usize,
    choose: Callback<usize>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            choose.emit(select.selected_index().max(0) as usize);
        }
    });
    let option = |(place, words): (usize, String)| {
        html! { <option selected={place == on}>{ words }</option> }
    };
    html! {
        <select class={classes!("chip", (on > 0).then_some("act"))} aria-label={name} title={name} {onchange}>
            { for options.enumerate().map(option) }
        </select>
    }
}

fn log_row(
    place: usize,
    line: &LogLine,
    later: bool,
    selected: bool,
    at: Option<&'static str>,
) -> Html {
    let dot = line
        .mon
        .as_ref()
        .and_then(|(_, state)| state.map(dot_class));
    let class = classes!(
        line.by_hand.then_some("user"),
        later.then_some("later"),
        selected.then_some("sel"),
        at
    );
    html! {
        <li key={place} {class} role="option" id={row_id(place)} aria-selected={selected.to_string()}
            data-event={line.event.get().to_string()}>
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
