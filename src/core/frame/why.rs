//! Why something happened: one event in words, as the decision list of its handler, what it changed, and its causes.
//!
//! * `values`: what a template's `{names}` stand for: `{epoch}` is a value, `{@leader_acked}` the monitor of that rank,
//!   `{#acked_me}` how many are in a set; `{me}` and `{peer}` are the two monitors; `{leader_acked?}` is missing when
//!   it is none, and `{?acked_me}one{:}other{.}` chooses.
//! * `rail`: the numbered decision list, with what was tested, taken and never reached.
//! * `chain`: the causes, back to what somebody did.

mod chain;
mod rail;
pub(in crate::frame) mod values;

pub use chain::Cause;
pub use rail::{Answer, List, Mark, Row, ids_of, label};

use super::fields::{Names, Story, changes};
use super::glyph::{self, Glyph};
use super::log;
use crate::mon::Branch;
use crate::mon::branch::Level;
use crate::play::Player;
use crate::sim::trace::Loss;
use crate::sim::world::Watched;
use crate::sim::{Event, EventId, EventKind};
use crate::words::branches::Reference;
use crate::words::{Lang, Line, Phrase, Role, Val};
use values::Values;

/// One event, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The event that is told: that which was asked for, or the one that it is part of.
    pub event: EventId,
    /// What happened: the words before a message, the message with its shape, the words after it.
    pub head: Head,
    /// When, and how long after it was sent or set.
    pub when: String,
    /// Ceph's function; empty when no monitor handled anything.
    pub function: &'static str,
    /// What happened, in a sentence or two.
    pub story: Line,
    /// The decision lists of the handlers in which something was decided, in order.
    pub lists: Vec<List>,
    /// Every step taken, in order.
    pub steps: Vec<StepLine>,
    /// The fields that changed, and whose they are; `None`: no monitor handled anything.
    pub changes: Option<(String, Vec<Story>)>,
    /// What led to it, latest first.
    pub causes: Vec<Cause>,
}

/// The headline of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The words before the message, or all of them.
    pub before: String,
    /// The message, if it is about one.
    pub message: Option<(Glyph, String)>,
    /// The words after it.
    pub after: String,
}

/// A step on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLine {
    /// Which one.
    pub branch: Branch,
    /// What it is.
    pub sentence: String,
    /// Its values, with their names.
    pub values: String,
}

/// The event to tell of when this one is asked for: what changed, was declared or sent is told with what was handled.
#[must_use]
pub fn subject<'p>(player: &'p Player, event: &'p Event) -> &'p Event {
    match event.kind {
        EventKind::Send
        | EventKind::State
        | EventKind::Epoch
        | EventKind::Victory
        | EventKind::Exit
        | EventKind::Abort
        | EventKind::Violation => {
            let cause = event.cause.and_then(|cause| player.known_event(cause));
            cause
                .filter(|cause| cause.kind.is_handled())
                .unwrap_or(event)
        }
        _ => event,
    }
}

/// The event before or after this one that the same monitor handled, leaving out what goes on all the time.
#[must_use]
pub fn beside(player: &Player, id: EventId, forwards: bool) -> Option<EventId> {
    let event = subject(player, player.known_event(id)?);
    let alike = |other: &&Event| {
        other.kind.is_handled()
            && log::is_essential(other)
            && (event.mon.is_none() || other.mon == event.mon)
    };
    let place = event.id.get() as usize - 1;
    let (before, after) = player.known().split_at(place);
    let found = if forwards {
        after.iter().skip(1).find(alike)
    } else {
        before.iter().rev().find(alike)
    };
    found.map(|event| event.id)
}

/// Explains an event; `None`: there is no such event.
#[must_use]
pub fn why(player: &Player, id: EventId, reference: &Reference, lang: Lang) -> Option<Why> {
    let event = subject(player, player.known_event(id)?);
    let names = Names { player, lang };
    let watched = player.look(event.id);
    let values = watched.as_ref().map(|watched| Values {
        names,
        event,
        watched,
    });
    let (lists, steps) = match &values {
        Some(values) => (
            rail::lists(values, reference),
            step_lines(values, reference),
        ),
        None => (Vec::new(), Vec::new()),
    };
    let function = lists
        .last()
        .map_or("", |list| list.procedure.ceph_function());
    Some(Why {
        event: event.id,
        head: head(names, event),
        when: when(names, event),
        function,
        story: story(names, event, values.as_ref(), reference),
        lists,
        steps,
        changes: watched
            .as_ref()
            .map(|watched| changed(names, event, watched)),
        causes: chain::causes(names, event),
    })
}

/// The message of an event as its headline and chain say it: `propose 9`.
fn message(lang: Lang, event: &Event) -> Option<(Glyph, String)> {
    let kind = event.message?;
    Some((glyph::of(kind), log::message(lang, event)))
}

fn head(names: Names<'_>, event: &Event) -> Head {
    let Names { player, lang } = names;
    let who = event.mon.map(|mon| names.mon(mon)).unwrap_or_default();
    let peer = event.peer.map(|peer| names.mon(peer)).unwrap_or_default();
    let phrase = match event.kind {
        EventKind::Deliver => Phrase::WhyGot,
        EventKind::Drop => Phrase::WhyLost,
        EventKind::Send => Phrase::WhySent,
        EventKind::User => {
            return Head {
                before: names.deed(event),
                ..Head::default()
            };
        }
        _ => {
            let what = log::line(player, event, lang).words.text();
            let before = lang.text(
                Phrase::WhyDid,
                &[("mon", Val::Text(&who)), ("what", Val::Text(&what))],
            );
            return Head {
                before,
                ..Head::default()
            };
        }
    };
    let template = lang.template(phrase);
    let (before, after) = template.split_once("{message}").unwrap_or((template, ""));
    let values = [("mon", Val::Text(&who)), ("peer", Val::Text(&peer))];
    let fill = |part| crate::words::fill::fill(part, &values).text();
    Head {
        before: fill(before),
        message: message(lang, event),
        after: fill(after),
    }
}

/// `at 25.479 s, 36 ms after it was sent`.
fn when(names: Names<'_>, event: &Event) -> String {
    let lang = names.lang;
    let since = |phrase, cause: &Event| {
        let span = lang.span_fine(event.at.since(cause.at));
        lang.text(
            phrase,
            &[("at", Val::Millis(event.at.0)), ("span", Val::Text(&span))],
        )
    };
    let cause = event
        .cause
        .and_then(|cause| names.player.known_event(cause));
    match (event.kind, cause) {
        (EventKind::Deliver, Some(sent)) => since(Phrase::WhyAfterSent, sent),
        (EventKind::Timer, Some(armed)) => since(Phrase::WhyAfterSet, armed),
        _ => lang.text(Phrase::WhyAt, &[("at", Val::Millis(event.at.0))]),
    }
}

/// What happened, in the words of the branches that were taken.
fn story(
    names: Names<'_>,
    event: &Event,
    values: Option<&Values<'_>>,
    reference: &Reference,
) -> Line {
    let Some(values) = values else {
        return lost(names, event);
    };
    let mut line = Line::default();
    let mut said: Vec<Branch> = Vec::new();
    for step in &values.watched.steps {
        let branch = step.branch;
        if branch.level() != Level::Choice || said.contains(&branch) {
            continue;
        }
        said.push(branch);
        let entry = reference.entry(branch);
        if !line.is_empty() {
            line.push(Role::Plain, " ");
        }
        if entry.story.is_empty() {
            line.push(Role::Plain, entry.sentence);
        } else {
            line.append(&values.fill(entry.story, Some(step), Role::Plain));
        }
    }
    line
}

/// Why a message was lost.
fn lost(names: Names<'_>, event: &Event) -> Line {
    let phrase = match event.loss {
        Some(Loss::PeerDown) => Phrase::WhyPeerDown,
        Some(Loss::EndDied) => Phrase::WhyEndDied,
        Some(Loss::SessionDropped) => Phrase::WhySessionDropped,
        Some(Loss::Network) => Phrase::WhyLostByChance,
        Some(Loss::Cut) => Phrase::WhyLostToCut,
        Some(Loss::StaleSession) => Phrase::WhyStaleSession,
        Some(Loss::ByHand) => Phrase::WhyTakenAway,
        None => return Line::default(),
    };
    let peer = event.peer.map(|peer| names.mon(peer)).unwrap_or_default();
    names.lang.line(phrase, &[("peer", Val::Text(&peer))])
}

fn step_lines(values: &Values<'_>, reference: &Reference) -> Vec<StepLine> {
    let line = |step: &crate::mon::decision::Step| StepLine {
        branch: step.branch,
        sentence: reference.entry(step.branch).sentence.to_owned(),
        values: values.all_of(step),
    };
    values.watched.steps.iter().map(line).collect()
}

fn changed(names: Names<'_>, event: &Event, watched: &Watched) -> (String, Vec<Story>) {
    let who = names.mon(watched.after.id);
    (
        who,
        changes(names, &watched.before, &watched.after, event.at),
    )
}
