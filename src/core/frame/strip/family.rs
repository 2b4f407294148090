//! All that led to an event, and all that came of it.

use crate::mon::{Kind, Timer};
use crate::sim::{Event, EventId, EventKind};

/// So far into the future it is looked for what came of an event, in events.
const FAR: usize = 100_000;

/// The family of an event: its causes up to what somebody did, and what came of it, message by message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// In order.
    members: Vec<EventId>,
}

impl Family {
    /// The family of an event among all that are known. Of timers only that of an election passes it on; else
    /// everything would come of everything.
    #[must_use]
    pub fn of(known: &[Event], id: EventId) -> Self {
        let at = |id: EventId| known.get(id.get() as usize - 1);
        let mut members = Vec::new();
        let mut next = Some(id);
        while let Some(event) = next.and_then(at) {
            members.push(event.id);
            // A cause comes before what it causes.
            next = event.cause.filter(|cause| *cause < event.id);
        }
        members.reverse();
        for event in known.iter().skip(id.get() as usize).take(FAR) {
            // What came of its causes by other ways is not its own.
            let own = |cause: &EventId| *cause >= id && members.binary_search(cause).is_ok();
            if follows(event) && event.cause.as_ref().is_some_and(own) {
                members.push(event.id);
            }
        }
        Self { members }
    }

    /// Does it belong to the family?
    #[must_use]
    pub fn has(&self, id: EventId) -> bool {
        self.members.binary_search(&id).is_ok()
    }

    /// Its members, in order.
    #[must_use]
    pub fn members(&self) -> &[EventId] {
        &self.members
    }
}

fn follows(event: &Event) -> bool {
    match event.kind {
        EventKind::Timer => event.timer == Some(Timer::Election),
        EventKind::Send | EventKind::Deliver | EventKind::Drop => !matches!(
            event.message,
            Some(Kind::Lease | Kind::LeaseAck | Kind::Ping)
        ),
        _ => true,
    }
}
