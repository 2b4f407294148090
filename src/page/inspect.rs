//! Inspect: everything that a monitor knows, beside the truth; or what Ceph would print of it.

use monscope_core::frame::ceph::{Command, Printed, print};
use monscope_core::frame::inspect::{
    Before, Belief, Cell, Coming, Countdown, Inspect, Known, Scores, first, inspect, latest,
};
use monscope_core::mon::MonId;
use monscope_core::scenario::StateName;
use monscope_core::words::fill::push_fixed;
use monscope_core::words::{Lang, Phrase, Val};
use wasm_bindgen::JsValue;
use web_sys::{HtmlSelectElement, window};
use yew::prelude::*;

use super::session::Session;
use super::svg;
use super::ui::{Change, Dialog, UiHandle};
use super::why::asked;

/// The length of a timer's bar, in pixels.
const BAR: u32 = 132;

/// The most messages told one by one.
const WIRE: usize = 12;

/// Up to so many monitors, the scores of the heat map are written out.
const WRITTEN: usize = 6;

/// The properties of [`InspectView`].
#[derive(Debug, PartialEq, Properties)]
pub struct InspectProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Counts the times that something new is to be seen.
    pub shown: u32,
}

/// What is shown of the monitor.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Face {
    Fields,
    Ceph(Command),
}

/// Everything that a monitor knows.
#[component]
pub fn InspectView(props: &InspectProps) -> Html {
    let InspectProps { session, ui, .. } = props;
    let lang = ui.lang;
    let face = use_state(|| Face::Fields);
    let copied = use_state(|| false);
    let event = asked(session, ui);
    let mon = session.look(|player| {
        let known = player.world().monitors().len();
        let selected = ui.selected.filter(|mon| mon.index() < known);
        let told = event.and_then(|event| player.known_event(event)?.mon);
        let told = told.filter(|mon| player.world().process(*mon).up);
        selected.or(told).unwrap_or_else(|| first(player))
    });
    let latest = session.look(|player| latest(player, mon));
    let before = {
        let session = session.clone();
        use_memo((latest, session.past()), move |(latest, _)| {
            session.look(|player| Before::of(player, (*latest)?, lang))
        })
    };
    let view = session.look(|player| inspect(player, mon, before.as_ref().as_ref(), lang));
    let inner = match *face {
        Face::Fields => fields(session, ui, &view),
        Face::Ceph(command) => ceph(session, ui, (mon, &view), command, &face, &copied),
    };
    html! {
        <div class="panel inspect">
            { header(session, ui, mon, &view) }
            { faces(&face, lang) }
            { inner }
        </div>
    }
}

fn header(session: &Session, ui: &UiHandle, mon: MonId, view: &Inspect) -> Html {
    let lang = ui.lang;
    let names = session.look(|player| {
        let monitors = player.scenario().monitors.iter();
        let name = |name: &str| lang.text(Phrase::Mon, &[("mon", Val::Text(name))]);
        monitors.map(|spec| name(&spec.name)).collect::<Vec<_>>()
    });
    let onchange = {
        let ui = ui.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let place = select.selected_index().max(0) as u8;
                ui.dispatch(Change::Select(Some(MonId(place))));
            }
        })
    };
    let option = |(place, name): (usize, String)| {
        html! { <option selected={place == mon.index()}>{ name }</option> }
    };
    html! {
        <div class="who">
            { disc(view) }
            <div>
                <select class="name" aria-label={lang.say(Phrase::InspectMonitor)} {onchange}>
                    { for names.into_iter().enumerate().map(option) }
                </select>
                <p>{ svg::line(&view.about) }</p>
            </div>
        </div>
    }
}

/// The monitor as it stands on the stage, small.
fn disc(view: &Inspect) -> Html {
    let state = match view.state {
        StateName::Down => "st-down",
        StateName::Probing => "st-probing",
        StateName::Synchronizing => "st-sync",
        StateName::Electing => "st-electing",
        StateName::Leader => "st-leader",
        StateName::Peon => "st-peon",
    };
    let left = view.timers.iter().find_map(|timer| timer.left);
    html! {
        <svg class={classes!("mon", "small", state)} width="56" height="56" viewBox="-28 -28 56 56" aria-hidden="true">
            <circle class="disc" r="19" />
            if let Some(left) = left {
                <circle class="round" r="26" pathLength="1000" transform="rotate(-90)"
                    stroke-dasharray={[left.to_string().as_str(), " 1000"].concat()} />
            }
            <text class="rank" y="6" font-size="16">{ &view.rank }</text>
        </svg>
    }
}

fn faces(face: &UseStateHandle<Face>, lang: Lang) -> Html {
    let option = |to: Face, on: bool, phrase: Phrase| {
        let face = face.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if !on {
                face.set(to);
            }
        });
        html! {
            <button type="button" class={on.then_some("on")} aria-pressed={on.to_string()} {onclick}>
                { lang.say(phrase) }
            </button>
        }
    };
    let fields = **face == Face::Fields;
    html! {
        <span class="choice" role="group">
            { option(Face::Fields, fields, Phrase::InspectFields) }
            { option(Face::Ceph(Command::MonStatus), !fields, Phrase::InspectCeph) }
        </span>
    }
}

// -- fields

fn fields(session: &Session, ui: &UiHandle, view: &Inspect) -> Html {
    let lang = ui.lang;
    // Where elections go by them, they come first.
    let (first, last) = match &view.scores {
        Some(scores) if scores.decide => (heat(scores, lang), Html::default()),
        Some(scores) => (Html::default(), heat(scores, lang)),
        None => (Html::default(), Html::default()),
    };
    let up = view.state != StateName::Down;
    html! {
        <>
            { beliefs(session, view, lang) }
            if up { { first } }
            { knowns(&view.disk, Phrase::InspectDisk, Phrase::InspectDiskNote, lang) }
            if up {
                { knowns(&view.memory, Phrase::InspectMemory, Phrase::InspectMemoryNote, lang) }
                { timers(&view.timers, lang) }
                { last }
            }
            { wire(ui, view) }
        </>
    }
}

fn section(title: &str, note: &str, inner: Html) -> Html {
    html! {
        <section class="sect">
            <h3>{ title.to_owned() }<span>{ note.to_owned() }</span></h3>
            { inner }
        </section>
    }
}

fn beliefs(session: &Session, view: &Inspect, lang: Lang) -> Html {
    if view.beliefs.is_empty() {
        let name = [("mon", Val::Text(view.name.as_str()))];
        return html! { <p class="say">{ lang.text(Phrase::InspectDown, &name) }</p> };
    }
    let believes = lang.text(Phrase::InspectBelieves, &[("mon", Val::Text(&view.name))]);
    let truth = lang.text(
        Phrase::InspectTruth,
        &[("at", Val::Millis(session.now().0))],
    );
    let row = |belief: &Belief| {
        html! {
            <tr>
                <th scope="row">{ belief.what }</th>
                <td>{ &belief.believes }</td>
                <td>{ svg::line(&belief.truth) }</td>
            </tr>
        }
    };
    html! {
        <table class="beliefs">
            <thead><tr><td></td><th scope="col">{ believes }</th><th scope="col">{ truth }</th></tr></thead>
            <tbody>{ for view.beliefs.iter().map(row) }</tbody>
        </table>
    }
}

fn knowns(knowns: &[Known], title: Phrase, note: Phrase, lang: Lang) -> Html {
    let row = |known: &Known| {
        html! {
            <div class={known.changed.then_some("new")}>
                <dt>{ known.name }</dt>
                <dd>
                    if known.changed {
                        <i class="fresh" role="img" aria-label={lang.say(Phrase::InspectChanged)}></i>
                    }
                    <span>{ &known.value }</span>
                    if !known.note.is_empty() {
                        <small>{ &known.note }</small>
                    }
                </dd>
            </div>
        }
    };
    section(
        lang.say(title),
        lang.say(note),
        html! { <dl class="known">{ for knowns.iter().map(row) }</dl> },
    )
}

fn timers(timers: &[Countdown], lang: Lang) -> Html {
    let row = |timer: &Countdown| {
        let filled = timer.left.map_or(0, |left| u32::from(left) * BAR / 1_000);
        html! {
            <div>
                <dt>{ timer.name }</dt>
                <dd>
                    <svg class="bar-left" width={BAR.to_string()} height="4" aria-hidden="true">
                        <rect width={BAR.to_string()} height="4" />
                        <rect class="left" width={filled.to_string()} height="4" />
                    </svg>
                    if timer.left.is_some() {
                        <span>{ &timer.words }</span>
                    } else {
                        <small>{ &timer.words }</small>
                    }
                </dd>
            </div>
        }
    };
    section(
        lang.say(Phrase::InspectTimers),
        lang.say(Phrase::InspectTimersNote),
        html! { <dl class="known">{ for timers.iter().map(row) }</dl> },
    )
}

fn wire(ui: &UiHandle, view: &Inspect) -> Html {
    let lang = ui.lang;
    if view.wire.is_empty() {
        return section(
            lang.say(Phrase::InspectWire),
            "",
            html! { <p class="dim">{ lang.say(Phrase::InspectQuiet) }</p> },
        );
    }
    let row = |coming: &Coming| {
        let link = coming.branch.map(|branch| {
            let ui = ui.clone();
            let onclick = Callback::from(move |_: MouseEvent| {
                ui.dispatch(Change::Dialog(Dialog::Reference(branch)));
            });
            let name = lang.text(Phrase::WhyReference, &[("id", Val::Text(branch.id()))]);
            html! {
                <button type="button" class="id" title={name.clone()} aria-label={name} {onclick}>
                    { branch.id() }
                </button>
            }
        });
        html! {
            <li>
                { svg::glyph(coming.icon, "14") }
                <span>{ &coming.words }</span>
                { for link }
                <span class="due">{ &coming.due }</span>
            </li>
        }
    };
    let more = view.wire.len().saturating_sub(WIRE);
    section(
        lang.say(Phrase::InspectWire),
        &view.wire_count,
        html! {
            <ul class="coming">
                { for view.wire.iter().take(WIRE).map(row) }
                if more > 0 {
                    <li><span></span><span class="dim">
                        { lang.text(Phrase::WhyMore, &[("n", Val::Num(more as u64))]) }
                    </span></li>
                }
            </ul>
        },
    )
}

// -- scores

fn number(ten_thousandths: u32) -> String {
    let mut out = String::new();
    push_fixed(&mut out, ten_thousandths.into(), 4);
    out
}

/// The scores: a row for who reports, a column for whom it is about.
fn heat(scores: &Scores, lang: Lang) -> Html {
    let written = scores.ranks.len() <= WRITTEN;
    let cell = |(from, to, cell): (usize, usize, Option<Cell>)| {
        let Some(cell) = cell else {
            return html! { <td class="blank"></td> };
        };
        let score = number(cell.score.into());
        // A score is between 0 and 1; most of what differs lies close to 1.
        let shade = match cell.score {
            9_990.. => "h5",
            9_900.. => "h4",
            9_000.. => "h3",
            5_000.. => "h2",
            _ => "h1",
        };
        let phrase = if cell.alive {
            Phrase::InspectScore
        } else {
            Phrase::InspectScoreDead
        };
        let values = [
            ("from", Val::Num(from as u64)),
            ("to", Val::Num(to as u64)),
            ("score", Val::Text(score.as_str())),
        ];
        let title = lang.text(phrase, &values);
        let class = if cell.alive { shade } else { "dead" };
        html! { <td {class} title={title.clone()} aria-label={title}>if written { { score } }</td> }
    };
    let row = |(from, cells): (usize, &Vec<Option<Cell>>)| {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(to, known)| cell((from, to, *known)));
        html! { <tr><th scope="row">{ scores.ranks[from].0 }</th>{ for cells }</tr> }
    };
    let total = |phrase: Phrase, totals: &[u32]| {
        let value = |total: &u32| {
            let words = number(*total);
            if written {
                html! { <td>{ words }</td> }
            } else {
                html! { <td title={words.clone()} aria-label={words}></td> }
            }
        };
        html! { <tr class="total"><th scope="row">{ lang.say(phrase) }</th>{ for totals.iter().map(value) }</tr> }
    };
    let head = scores
        .ranks
        .iter()
        .map(|rank| html! { <th scope="col">{ rank.0 }</th> });
    section(
        lang.say(Phrase::InspectScores),
        lang.say(Phrase::InspectScoresNote),
        html! {
            <table class={classes!("heat", (!written).then_some("dense"))}>
                <thead><tr><td></td>{ for head }</tr></thead>
                <tbody>
                    { for scores.cells.iter().enumerate().map(row) }
                    { total(Phrase::InspectTotal, &scores.live) }
                    if !scores.frozen.is_empty() {
                        { total(Phrase::InspectFrozen, &scores.frozen) }
                    }
                </tbody>
            </table>
        },
    )
}

// -- as Ceph prints it

fn ceph(
    session: &Session,
    ui: &UiHandle,
    (mon, view): (MonId, &Inspect),
    command: Command,
    face: &UseStateHandle<Face>,
    copied: &UseStateHandle<bool>,
) -> Html {
    let lang = ui.lang;
    let printed = session.look(|player| print(player, mon, command));
    let Some(lines) = printed else {
        let name = [("mon", Val::Text(view.name.as_str()))];
        return html! { <p class="say">{ lang.text(Phrase::CephNobody, &name) }</p> };
    };
    let text: String = lines
        .iter()
        .flat_map(|line| [line.text.as_str(), "\n"])
        .collect();
    let copy = {
        let copied = copied.clone();
        Callback::from(move |_: MouseEvent| copied.set(write_to_clipboard(&text)))
    };
    let onchange = {
        let (face, copied) = (face.clone(), copied.clone());
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                copied.set(false);
                face.set(Face::Ceph(if select.selected_index() == 0 {
                    Command::MonStatus
                } else {
                    Command::QuorumStatus
                }));
            }
        })
    };
    let option = |known: &Command| {
        html! { <option selected={*known == command}>{ known.name() }</option> }
    };
    let line = |line: &Printed| {
        let (indent, text) = line
            .text
            .split_at(line.text.len() - line.text.trim_start().len());
        if line.strong {
            html! { <>{ indent }<b>{ text }</b>{ "\n" }</> }
        } else {
            html! { <>{ &line.text }{ "\n" }</> }
        }
    };
    let words = if **copied {
        Phrase::CephCopied
    } else {
        Phrase::CephCopy
    };
    html! {
        <>
            <div class="prompt">
                <code>{ "$ ceph daemon " }{ &view.name }{ " " }</code>
                <select aria-label={lang.say(Phrase::CephCommand)} {onchange}>
                    { for [Command::MonStatus, Command::QuorumStatus].iter().map(option) }
                </select>
                <button type="button" onclick={copy}>{ lang.say(words) }</button>
            </div>
            <pre class="printed" tabindex="0">{ for lines.iter().map(line) }</pre>
            <p class="dim">{ lang.say(Phrase::CephNote) }</p>
        </>
    }
}

/// False: the browser has no clipboard for this page; the text can still be selected.
fn write_to_clipboard(text: &str) -> bool {
    let Some(navigator) = window().map(|window| window.navigator()) else {
        return false;
    };
    let there = js_sys::Reflect::has(&navigator, &JsValue::from_str("clipboard"));
    if there != Ok(true) {
        return false;
    }
    // Whether the browser then refuses, nobody can do anything about.
    let _ = navigator.clipboard().write_text(text);
    true
}
