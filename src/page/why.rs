//! Why: the selected event, or the latest of interest, as its handler's decision list with what it changed and what led
//! to it.

use std::rc::Rc;

use monscope_core::frame::why::{Answer, Cause, Head, List, Mark, Row, StepLine, Why, beside, why};
use monscope_core::mon::{Branch, MonId};
use monscope_core::sim::EventId;
use monscope_core::words::branches::Reference;
use monscope_core::words::{Lang, Phrase, Val};
use yew::prelude::*;

use super::icon::{self, Icon};
use super::sentences::use_reference;
use super::session::Session;
use super::svg;
use super::ui::{Change, Dialog, UiHandle};

/// Causes shown at first, and how many of the earliest are among them.
const CAUSES: usize = 8;
const CAUSES_LAST: usize = 2;

/// The properties of [`WhyView`].
#[derive(Debug, PartialEq, Properties)]
pub struct WhyProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Up to which event it tells.
    pub told: u32,
    /// Counts the times the past was changed.
    pub past: u32,
}

/// The event to explain: the selected one, else the latest of interest.
#[must_use]
pub fn asked(session: &Session, ui: &UiHandle) -> Option<EventId> {
    session.look(|player| {
        let selected = ui.event.filter(|id| player.known_event(*id).is_some());
        selected.or_else(|| player.latest_of_interest().map(|event| event.id))
    })
}

/// Goes to an event and selects it.
pub fn show(session: &Session, ui: &UiHandle, event: EventId) {
    session.go_to_event(event);
    ui.dispatch(Change::SelectEvent(Some(event)));
}

/// Why something happened.
#[component]
pub fn WhyView(props: &WhyProps) -> Html {
    let WhyProps {
        session, ui, past, ..
    } = props;
    let reference = use_reference(ui.lang);
    let event = asked(session, ui);
    // The same event, explained once.
    let told = {
        let (session, reference, lang) = (session.clone(), reference, ui.lang);
        use_memo(
            (event, *past, reference),
            move |(event, _, reference): &(Option<EventId>, u32, Rc<Reference>)| {
                session.look(|player| why(player, (*event)?, reference, lang))
            },
        )
    };
    let all_causes = use_state(|| None::<EventId>);
    let Some(told) = &*told else {
        return html! {
            <div class="panel why"><p class="dim">{ ui.lang.say(Phrase::WhyNothing) }</p></div>
        };
    };
    let more = {
        let (all_causes, event) = (all_causes.clone(), told.event);
        Callback::from(move |_: MouseEvent| all_causes.set(Some(event)))
    };
    let all = *all_causes == Some(told.event);
    html! {
        <div class="panel why">
            <h2 class="what">{ head(&told.head) }</h2>
            <p class="moment"><span>{ &told.when }</span><code>{ told.function }</code></p>
            if !told.story.is_empty() {
                <p class="say">{ svg::line(&told.story) }</p>
            }
            { for told.lists.iter().map(|list| decision(list, told.lists.len() > 1, ui)) }
            <div class="foot">
                { every_step(&told.steps, ui) }
                { stop_button(session, ui, Some(told.event), "stop") }
            </div>
            { changes(told, ui.lang) }
            { causes(session, ui, &told.causes, all, &more) }
        </div>
    }
}

fn head(head: &Head) -> Html {
    html! {
        <>
            { &head.before }
            if let Some((glyph, words)) = &head.message {
                { svg::glyph(*glyph, "16") }
                <span class={["k-", glyph.hue].concat()}>{ words }</span>
            }
            { &head.after }
        </>
    }
}

/// A branch's id as a link to its entry in the reference.
fn link(branch: Branch, words: Html, class: &'static str, ui: &UiHandle) -> Html {
    let onclick = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| ui.dispatch(Change::Dialog(Dialog::Reference(branch))))
    };
    let name = ui
        .lang
        .text(Phrase::WhyReference, &[("id", Val::Text(branch.id()))]);
    html! { <button type="button" {class} title={name.clone()} aria-label={name} {onclick}>{ words }</button> }
}

fn decision(list: &List, named: bool, ui: &UiHandle) -> Html {
    html! {
        <>
            if named {
                <h3 class="handler">{ list.procedure.name() }<code>{ list.procedure.ceph_function() }</code></h3>
            }
            <ol class="steps" aria-label={list.procedure.name()}>
                { for list.rows.iter().map(|row| step_row(row, ui)) }
            </ol>
        </>
    }
}

fn step_row(row: &Row, ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let mark = match row.mark {
        Mark::Taken => "hit",
        Mark::Tested => "test",
        Mark::Never => "skip",
    };
    let answer = match row.answer {
        Answer::Yes => lang.say(Phrase::WhyYes),
        Answer::No => lang.say(Phrase::WhyNo),
        Answer::Failed => lang.say(Phrase::WhyFailed),
        Answer::None if row.mark == Mark::Never => lang.say(Phrase::WhyNever),
        Answer::None => "",
    };
    let taken = row.branch.filter(|_| row.mark == Mark::Taken);
    let label = html! { { &row.label } };
    html! {
        <li class={classes!(mark, row.inner.then_some("inner"), row.end.then_some("end"))}>
            if let Some(branch) = row.branch {
                { link(branch, label, "no", ui) }
            } else {
                <i>{ label }</i>
            }
            <span>{ svg::line(&row.text) }</span>
            <em class={(row.answer == Answer::Failed).then_some("c-fault")}>{ answer }</em>
            if let Some(branch) = taken {
                <span class="then">
                    if !row.effect.is_empty() {
                        { "→ " }{ svg::line(&row.effect) }
                    }
                </span>
                { link(branch, html! { { branch.id() } }, "id", ui) }
            }
        </li>
    }
}

/// A button that sets a break point: the next time that this monitor takes the branch at which this event ended.
pub fn stop_button(
    session: &Session,
    ui: &UiHandle,
    event: Option<EventId>,
    class: &'static str,
) -> Html {
    let lang = ui.lang;
    let found = session.look(|player| {
        let event = player.known_event(event?)?;
        let (mon, branch) = (event.mon?, event.branch()?);
        let name = player.scenario().monitors.get(mon.index())?.name.clone();
        let rank = player.starting_rank(mon).0.to_string();
        Some((branch, name, rank))
    });
    let title = found.as_ref().map(|(branch, name, _)| {
        let mon = lang.text(Phrase::Mon, &[("mon", Val::Text(name))]);
        lang.text(
            Phrase::WhyStopTitle,
            &[("mon", Val::Text(&mon)), ("id", Val::Text(branch.id()))],
        )
    });
    let onclick = {
        let (session, ui, found) = (session.clone(), ui.clone(), found.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some((branch, _, rank)) = &found {
                let text = ["branch ", branch.id(), " mon ", rank].concat();
                // It is one of the forms, of a monitor and a branch that are there.
                if session.stop_when(&text).is_ok() {
                    ui.dispatch(Change::Stops(true));
                }
            }
        })
    };
    html! {
        <button type="button" {class} {title} disabled={found.is_none()} {onclick}>
            { lang.say(Phrase::WhyStop) }
        </button>
    }
}

fn every_step(steps: &[StepLine], ui: &UiHandle) -> Html {
    if steps.is_empty() {
        return Html::default();
    }
    let line = |step: &StepLine| {
        html! {
            <li>
                { link(step.branch, html! { { step.branch.id() } }, "id", ui) }
                <span>{ &step.sentence }if !step.values.is_empty() { <small>{ &step.values }</small> }</span>
            </li>
        }
    };
    html! {
        <details class="all">
            <summary>{ ui.lang.say(Phrase::WhySteps) }<span>{ steps.len() }</span></summary>
            <ol>{ for steps.iter().map(line) }</ol>
        </details>
    }
}

fn changes(why: &Why, lang: Lang) -> Html {
    let Some((who, stories)) = &why.changes else {
        return Html::default();
    };
    let title = lang.text(Phrase::WhyChanged, &[("mon", Val::Text(who))]);
    let rest = if stories.is_empty() {
        Phrase::WhyUnchanged
    } else {
        Phrase::WhyElse
    };
    html! {
        <section class="sect">
            <h3>{ title }<span>{ lang.say(rest) }</span></h3>
            <dl class="chg">
                { for stories.iter().map(|story| html! {
                    <><dt>{ story.name }</dt><dd>{ svg::line(&story.words) }</dd></>
                }) }
            </dl>
        </section>
    }
}

fn causes(
    session: &Session,
    ui: &UiHandle,
    causes: &[Cause],
    all: bool,
    more: &Callback<MouseEvent>,
) -> Html {
    if causes.is_empty() {
        return Html::default();
    }
    let lang = ui.lang;
    let count = match causes.len() {
        1 => lang.say(Phrase::WhyCause).to_owned(),
        n => lang.text(Phrase::WhyCauses, &[("n", Val::Num(n as u64))]),
    };
    // The latest and the earliest say most.
    let hidden = if all || causes.len() <= CAUSES {
        0
    } else {
        causes.len() + 1 - CAUSES
    };
    let first = if hidden == 0 {
        causes.len()
    } else {
        CAUSES - 1 - CAUSES_LAST
    };
    let line = |cause: &Cause| cause_line(session, ui, cause);
    html! {
        <section class="sect">
            <h3>{ lang.say(Phrase::WhyBecause) }<span>{ count }</span></h3>
            <ol class="chain">
                { for causes[..first].iter().map(line) }
                if hidden > 0 {
                    <li><button type="button" class="more" onclick={more}>
                        { lang.text(Phrase::WhyMore, &[("n", Val::Num(hidden as u64))]) }
                    </button></li>
                }
                { for causes[first + hidden..].iter().map(line) }
            </ol>
        </section>
    }
}

fn cause_line(session: &Session, ui: &UiHandle, cause: &Cause) -> Html {
    let onclick = {
        let (session, ui, event) = (session.clone(), ui.clone(), cause.event);
        Callback::from(move |_: MouseEvent| show(&session, &ui, event))
    };
    let class = classes!(
        cause.missing.then_some("miss"),
        cause.by_hand.then_some("root")
    );
    html! {
        <li {class}>
            <button type="button" {onclick}>
                <span class="dim">{ &cause.at }</span>
                if let Some(icon) = cause.icon {
                    { svg::glyph(icon, "13") }
                } else {
                    <i></i>
                }
                <span class="what">
                    <span>{ &cause.words }</span>
                    if cause.times > 1 {
                        <small>{ ui.lang.text(Phrase::WhyTimes, &[("n", Val::Num(cause.times.into()))]) }</small>
                    }
                </span>
            </button>
            if let Some(branch) = cause.branch {
                { link(branch, html! { { branch.id() } }, "id", ui) }
            }
        </li>
    }
}

/// The way to the events before and after the one that is explained, and back to the latest.
pub fn beside_buttons(session: &Session, ui: &UiHandle) -> Html {
    let lang = ui.lang;
    let event = asked(session, ui);
    let mon = session.look(|player| {
        let mon: MonId = player.known_event(event?)?.mon?;
        Some(player.scenario().monitors.get(mon.index())?.name.clone())
    });
    let mon = mon.map(|name| lang.text(Phrase::Mon, &[("mon", Val::Text(&name))]));
    let mon = mon.unwrap_or_default();
    let step = |forwards: bool, phrase: Phrase, icon: Icon| {
        let to = event.and_then(|event| session.look(|player| beside(player, event, forwards)));
        let words = lang.text(phrase, &[("mon", Val::Text(&mon))]);
        let (session, ui) = (session.clone(), ui.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(to) = to {
                show(&session, &ui, to);
            }
        });
        html! {
            <button type="button" class="icon-only" title={words.clone()} aria-label={words}
                disabled={to.is_none()} {onclick}>{ icon.node() }</button>
        }
    };
    let follows = ui.event.is_none();
    let follow = {
        let ui = ui.clone();
        Callback::from(move |_: MouseEvent| {
            ui.dispatch(Change::SelectEvent(if follows { event } else { None }));
        })
    };
    html! {
        <span class="nav">
            <button type="button" class="icon-only" title={lang.say(Phrase::WhyFollow)}
                aria-label={lang.say(Phrase::WhyFollow)} aria-pressed={follows.to_string()} onclick={follow}>
                { icon::FOLLOW.node() }
            </button>
            { step(false, Phrase::WhyPrevious, icon::BACK) }
            { step(true, Phrase::WhyNext, icon::STEP) }
        </span>
    }
}
