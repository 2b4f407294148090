//! The causes of an event, back to what somebody did.

use crate::frame::fields::Names;
use crate::frame::glyph::Glyph;
use crate::frame::log;
use crate::mon::{Branch, Timer};
use crate::sim::{Event, EventId, EventKind};
use crate::words::{Phrase, Val};

use super::subject;

/// The longest chain looked at.
const CAUSES_MAX: usize = 200;

/// A cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its event.
    pub event: EventId,
    /// When, in seconds with three decimals.
    pub at: String,
    /// Its shape.
    pub icon: Option<Glyph>,
    /// What happened.
    pub words: String,
    /// The last branch taken there.
    pub branch: Option<Branch>,
    /// Is it something that was missing (else: something that came)?
    pub missing: bool,
    /// Is it somebody's doing?
    pub by_hand: bool,
    /// How often the like of it happened in a row, this time included.
    pub times: u32,
}

/// The causes of an event, latest first. What happened again and again (a lease renewed) is told once.
pub(super) fn causes(names: Names<'_>, event: &Event) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    let mut like: Option<&Event> = None;
    let mut effect = event;
    for _ in 0..CAUSES_MAX {
        let Some((cause, missing)) = behind(names, effect) else {
            break;
        };
        match causes.last_mut() {
            Some(last) if like.is_some_and(|like| is_alike(like, cause)) => last.times += 1,
            _ => causes.push(told(names, cause, missing)),
        }
        (like, effect) = (Some(cause), cause);
    }
    causes
}

/// The event behind another, and whether it is something that was missing.
fn behind<'p>(names: Names<'p>, event: &Event) -> Option<(&'p Event, bool)> {
    let player = names.player;
    let missing = event.missing.filter(|_| event.kind != EventKind::User);
    let id = missing.or(event.cause)?;
    let found = player.known_event(id)?;
    let cause = match found.kind {
        // A loss is told itself; its send is what led to it.
        EventKind::Drop => found,
        _ => subject(player, found),
    };
    // Whatever is told of an event lies before it.
    (cause.id < event.id).then_some((cause, missing.is_some() && event.kind == EventKind::Timer))
}

fn is_alike(a: &Event, b: &Event) -> bool {
    a.kind == EventKind::Timer
        && b.kind == EventKind::Timer
        && a.mon == b.mon
        && a.timer == b.timer
        && a.branch() == b.branch()
}

fn told(names: Names<'_>, event: &Event, missing: bool) -> Cause {
    let lang = names.lang;
    Cause {
        event: event.id,
        at: lang.text(Phrase::LogAt, &[("at", Val::Millis(event.at.0))]),
        icon: log::icon(event),
        words: words(names, event, missing),
        branch: event.branch(),
        missing,
        by_hand: event.kind == EventKind::User,
        times: 1,
    }
}

fn words(names: Names<'_>, event: &Event, missing: bool) -> String {
    let lang = names.lang;
    let mon = event.mon.map(|mon| names.mon(mon)).unwrap_or_default();
    let peer = event.peer.map(|peer| names.mon(peer)).unwrap_or_default();
    let phrase = match (event.kind, event.timer) {
        (EventKind::User, _) => return names.deed(event),
        (EventKind::Deliver, _) if missing => Phrase::WhyThrewAway,
        (EventKind::Deliver, _) => Phrase::WhyGot,
        (EventKind::Drop, _) => Phrase::WhyWasLost,
        (EventKind::Timer, Some(Timer::Election)) => match event.branch() {
            Some(Branch::Expire1 | Branch::AEnd1) => Phrase::WhyWaitedVotes,
            _ => Phrase::WhyWaited,
        },
        _ => Phrase::WhyDid,
    };
    let armed = event
        .cause
        .and_then(|cause| names.player.known_event(cause));
    let length = armed.map(|armed| lang.span_whole(event.at.since(armed.at)));
    let what = match phrase {
        Phrase::WhyDid => log::line(names.player, event, lang).words.text(),
        _ => String::new(),
    };
    lang.text(
        phrase,
        &[
            ("mon", Val::Text(&mon)),
            ("peer", Val::Text(&peer)),
            ("message", Val::Text(&log::message(lang, event))),
            ("length", Val::Text(&length.unwrap_or_default())),
            ("what", Val::Text(&what)),
        ],
    )
}
