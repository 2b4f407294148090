//! SAFE-11: the trackers of the modern edition.

use super::{Look, Property, Report};
use crate::mon::tracker::{ConnectionReport, ConnectionTracker, Real};
use crate::mon::{Branch, Kind, Rank, Timer};
use crate::sim::trace::{EventId, EventKind};

/// How new a report is: the epoch in which it was made, and how often it had changed in it.
type Age = (u32, u64);

/// How new the reports were that a monitor held last.
#[derive(Clone, Debug, Default)]
pub(super) struct Reports {
    /// The tracker's own, by which its own report counts.
    own: Age,
    /// By rank; `None`: it held none.
    ages: Vec<Option<Age>>,
    /// Since which event; `None`: nothing is known yet, or ranks have changed.
    since: Option<EventId>,
}

impl Reports {
    /// `shrunk`: a monitor was removed. Reports that count ranks as before may travel on, under ranks that no map has
    /// any more, and then a total has more than one for each of the others, in Ceph as here.
    pub(super) fn check(&mut self, look: &Look<'_>, shrunk: bool, report: &mut Report<'_>) {
        let Some(owner) = look.m.elector.modern() else {
            return;
        };
        let others = look.m.monmap.others(look.m.rank).len() as i64;
        let most = if shrunk {
            i64::MAX
        } else {
            others * Real::ONE.billionths()
        };
        let mut renumbered = look.event.kind == EventKind::Boot;
        for step in look.steps {
            match step.branch {
                // A total that it went by: at most 1 for each of the others.
                Branch::AScore => {
                    let total = step.values[1];
                    let holds =
                        (0..=most).contains(&total) || total == Real::DISALLOWED.billionths();
                    report.unless(holds, Property::Scores, None);
                }
                // Ranks are counted anew, or what was known by ranks is forgotten.
                Branch::C2 | Branch::C3 | Branch::Dispatch6 | Branch::Reply2 => renumbered = true,
                _ => {}
            }
        }
        if renumbered {
            *self = Self::default();
        }
        if (renumbered || touches(look)) && !look.ended {
            self.look_at(&owner.logic.peer_tracker, look.event.id, report);
        }
    }

    fn look_at(&mut self, tracker: &ConnectionTracker, event: EventId, report: &mut Report<'_>) {
        let own = (tracker.epoch, tracker.version);
        let known = self.since.is_some();
        let mut holds = true;
        for (rank, now) in tracker.peer_reports.iter() {
            if self.ages.len() <= rank.index() {
                self.ages.resize(rank.index() + 1, None);
            }
            let (before, age) = (self.ages[rank.index()], (now.epoch, now.version));
            if let Some(before) = before.filter(|_| known) {
                // Only I make my report anew, and my tracker gets newer with it.
                let mine = tracker.rank == Some(rank);
                holds &= age >= before && (!mine || own != self.own || age == before);
            }
            if !known || before != Some(age) {
                holds &= within_bounds(now);
                self.ages[rank.index()] = Some(age);
            }
        }
        self.own = own;
        report.unless(holds, Property::Scores, self.since);
        self.since = Some(event);
    }
}

/// Can this input have changed a tracker?
fn touches(look: &Look<'_>) -> bool {
    let event = look.event;
    matches!(
        event.message,
        Some(Kind::Ping | Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak | Kind::Probe)
    ) || matches!(event.timer, Some(Timer::Ping | Timer::Election))
        || event.epoch != event.epoch_before
}

fn within_bounds(report: &ConnectionReport) -> bool {
    let inside = |peer: Rank| {
        report
            .score(peer)
            .is_none_or(|score| score >= Real::ZERO && score <= Real::ONE)
    };
    report.peers().iter().all(inside)
}
