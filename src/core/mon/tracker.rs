//! Who reaches whom: the ConnectionTracker of the modern edition, by which the connectivity strategy chooses.
//!
//! Every monitor reports on its own links and passes on the newest report it knows of every other monitor. Mirrors
//! `src/mon/ConnectionTracker.cc`; step numbers are those of the specification's parts C and D. The arithmetic is
//! Ceph's, operation by operation, so that scores agree to the last bit.

mod real;
mod report;
mod split;

use std::ops::Deref;
use std::sync::Arc;

pub use real::Real;
pub use report::ConnectionReport;
pub use split::{Netsplits, Pair};

use super::branch::Branch;
use super::rank::{Rank, RankSet};

/// The reports a tracker holds, by rank, ascending. They are shared with whoever else holds the same report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PeerReports {
    /// By rank; the last one is never `None`.
    slots: Vec<Option<Arc<ConnectionReport>>>,
}

impl PeerReports {
    /// The report under this rank.
    #[must_use]
    pub fn get(&self, rank: Rank) -> Option<&Arc<ConnectionReport>> {
        self.slots.get(rank.index())?.as_ref()
    }

    /// Puts a report under this rank, in place of the one there.
    pub fn insert(&mut self, rank: Rank, report: Arc<ConnectionReport>) {
        if self.slots.len() <= rank.index() {
            self.slots.resize(rank.index() + 1, None);
        }
        self.slots[rank.index()] = Some(report);
    }

    /// All of them in ascending order of rank.
    pub fn iter(&self) -> impl Iterator<Item = (Rank, &Arc<ConnectionReport>)> {
        self.slots
            .iter()
            .zip(0..)
            .filter_map(|(report, rank)| Some((Rank(rank), report.as_ref()?)))
    }

    /// How many ranks there are up to the highest with a report.
    fn ranks(&self) -> usize {
        self.slots.len()
    }

    fn erase(&mut self, rank: Rank) {
        if let Some(report) = self.slots.get_mut(rank.index()) {
            *report = None;
            self.trim();
        }
    }

    /// Rank `gone` left the monmap: higher ranks move down by one.
    fn remove_rank(&mut self, gone: Rank) {
        if gone.index() < self.slots.len() {
            self.slots.remove(gone.index());
            self.trim();
        }
    }

    fn trim(&mut self) {
        while let Some(None) = self.slots.last() {
            self.slots.pop();
        }
    }
}

/// What a tracker holds. (D1)
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// My rank; `None`: unknown (Ceph's -1).
    pub rank: Option<Rank>,
    /// The election epoch.
    pub epoch: u32,
    /// How often my report changed in that epoch.
    pub version: u64,
    /// `mon_con_tracker_score_halflife`, in the unit in which times are reported.
    pub half_life: Real,
    /// `mon_con_tracker_persist_interval`: after how many versions scores are stored. Not part of the encoding.
    pub persist_interval: u64,
    /// My own report.
    pub my_report: Arc<ConnectionReport>,
    /// The newest report of every monitor, with a copy of mine.
    pub peer_reports: PeerReports,
}

/// What a merge of another monitor's reports changed. (D3)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// The ranks whose report was replaced by a newer one.
    pub replaced: RankSet,
    /// The ranks that got an empty report, because the other's is empty as well.
    pub created: RankSet,
}

/// A monitor's knowledge of who reaches whom.
///
/// A clone costs nothing: it shares everything until one of the two changes, and then all but the reports that changed.
/// So the frozen copies of an election and the trackers in messages are clones. A changed one copies a pointer for each
/// monitor, no report but its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionTracker(Arc<Held>);

impl Deref for ConnectionTracker {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.0
    }
}

impl From<Held> for ConnectionTracker {
    fn from(held: Held) -> Self {
        Self(Arc::new(held))
    }
}

impl ConnectionTracker {
    /// A fresh tracker. `half_life` in the unit of [`Self::report_live`]'s times.
    #[must_use]
    pub fn new(rank: Option<Rank>, half_life: Real, persist_interval: u64) -> Self {
        Self::from(Held {
            rank,
            epoch: 0,
            version: 0,
            half_life,
            persist_interval,
            my_report: Arc::new(ConnectionReport::of_rank(rank)),
            peer_reports: PeerReports::default(),
        })
    }

    // -- my own links (D2)

    /// A new election epoch; true: it is newer than mine, and my report counts its versions from 0 again.
    pub fn increase_epoch(&mut self, epoch: u32) -> bool {
        let Some(rank) = self.rank.filter(|_| epoch > self.epoch) else {
            return false;
        };
        let held = Arc::make_mut(&mut self.0);
        held.epoch = epoch;
        held.version = 0;
        let mine = held.own_report();
        mine.epoch = epoch;
        mine.version = 0;
        held.publish(rank);
        true
    }

    /// My report changed; true: it is time to store the scores.
    #[must_use]
    pub fn increase_version(&mut self) -> bool {
        self.rank.is_some() && Arc::make_mut(&mut self.0).increase_version()
    }

    /// The link to `peer` worked for `units` (time in the half-life's unit); true: it is time to store the scores.
    #[must_use]
    pub fn report_live(&mut self, peer: Option<Rank>, units: Real) -> bool {
        self.report(peer, units, true)
    }

    /// The link to `peer` failed for `units`; true: it is time to store the scores.
    #[must_use]
    pub fn report_dead(&mut self, peer: Option<Rank>, units: Real) -> bool {
        self.report(peer, units, false)
    }

    fn report(&mut self, peer: Option<Rank>, units: Real, alive: bool) -> bool {
        // No rank here is higher than a set can hold.
        let Some(peer) = peer.filter(|peer| Some(*peer) != self.rank && peer.index() < 64) else {
            return false;
        };
        let held = Arc::make_mut(&mut self.0);
        let share = units.get() / (2.0 * held.half_life.get());
        let mine = held.own_report();
        let score = mine.score(peer).unwrap_or(Real::ONE).get();
        let faded = score * (1.0 - share);
        let score = if alive {
            (faded + share).min(1.0)
        } else {
            (faded - share).max(0.0)
        };
        mine.set_score(peer, Real::of(score));
        mine.set_alive(peer, alive);
        held.increase_version()
    }

    // -- the others' reports

    /// Takes over every report of `other`'s that is newer than mine. (D3)
    pub fn receive_peer_report(&mut self, other: &Self) -> Merge {
        let merge = self.news_in(other);
        let RankSet(new) = RankSet(merge.replaced.0 | merge.created.0);
        if new != 0 {
            let held = Arc::make_mut(&mut self.0);
            for rank in RankSet(new).iter() {
                let theirs = other.peer_reports.get(rank);
                let report = theirs.filter(|_| merge.replaced.contains(rank));
                held.peer_reports
                    .insert(rank, report.cloned().unwrap_or_default());
            }
        }
        merge
    }

    fn news_in(&self, other: &Self) -> Merge {
        let mut merge = Merge::default();
        for (rank, theirs) in other.peer_reports.iter() {
            if self.rank == Some(rank) {
                continue;
            }
            let mine = self.peer_reports.get(rank);
            if mine.is_some_and(|mine| Arc::ptr_eq(mine, theirs)) {
                continue;
            }
            let known = mine.map_or((0, 0), |mine| (mine.epoch, mine.version));
            if (theirs.epoch, theirs.version) > known {
                merge.replaced.insert(rank);
            } else if mine.is_none() {
                merge.created.insert(rank);
            }
        }
        merge
    }

    /// The total score of `peer` and how many monitors call it alive; `None`: of nobody, 0. (D4)
    #[must_use]
    pub fn total(&self, peer: Option<Rank>) -> (Real, usize) {
        let Some(peer) = peer else {
            return (Real::ZERO, 0);
        };
        let (mut total, mut live) = (0.0, 0);
        for (rank, report) in self.peer_reports.iter() {
            if rank == peer {
                continue;
            }
            if let Some(score) = report.share(peer) {
                total += score.get();
                live += 1;
            }
        }
        (Real::of(total), live)
    }

    // -- ranks

    /// Sets my rank and my report's, and nothing else.
    pub fn set_rank(&mut self, rank: Option<Rank>) {
        Arc::make_mut(&mut self.0).set_rank(rank);
    }

    /// My rank is another one now; true: it is time to store the scores. (C2)
    #[must_use]
    pub fn notify_rank_changed(&mut self, rank: Option<Rank>) -> bool {
        if rank == self.rank {
            return false;
        }
        let held = Arc::make_mut(&mut self.0);
        for stale in [held.rank, rank].into_iter().flatten() {
            held.peer_reports.erase(stale);
        }
        held.set_rank(rank);
        held.increase_version()
    }

    /// Rank `gone` left the monmap, which gives me the rank `now`; true: it is time to store the scores. (C3)
    ///
    /// # Errors
    /// The id of the assertion that failed: the rank I count myself is not `now`.
    pub fn notify_rank_removed(&mut self, gone: Rank, now: Option<Rank>) -> Result<bool, Branch> {
        let held = Arc::make_mut(&mut self.0);
        held.own_report().remove_rank(gone);
        held.peer_reports.remove_rank(gone);
        if let Some(rank) = held.rank.filter(|rank| gone < *rank) {
            held.set_rank(Some(Rank(rank.0 - 1)));
        }
        if held.rank == now {
            Ok(held.increase_version())
        } else {
            Err(Branch::C3)
        }
    }

    // -- what is stored and sent (D5)

    /// What the receiver of this tracker decodes: its own report is the one under its rank, an empty one if there was
    /// none.
    #[must_use]
    pub fn decoded(&self) -> Self {
        let own = self.rank.and_then(|rank| self.peer_reports.get(rank));
        if own.is_some_and(|own| Arc::ptr_eq(own, &self.my_report)) {
            return self.clone();
        }
        let own = own.cloned().unwrap_or_default();
        let mut held = (*self.0).clone();
        if let Some(rank) = held.rank {
            held.peer_reports.insert(rank, Arc::clone(&own));
        }
        held.my_report = own;
        Self::from(held)
    }

    /// What a new process decodes from its store, with the interval that its options say.
    #[must_use]
    pub fn restored(&self, persist_interval: u64) -> Self {
        let mut tracker = self.decoded();
        if tracker.persist_interval != persist_interval {
            Arc::make_mut(&mut tracker.0).persist_interval = persist_interval;
        }
        tracker
    }

    /// Does it fit my rank and a monmap of `monitors`?
    #[must_use]
    pub fn is_clean(&self, rank: Option<Rank>, monitors: usize) -> bool {
        self.rank == rank && self.my_report.rank == rank && self.peer_reports.ranks() <= monitors
    }

    /// Forgets every report; rank, epoch and version stay.
    pub fn notify_reset(&mut self) {
        let held = Arc::make_mut(&mut self.0);
        held.peer_reports = PeerReports::default();
        held.my_report = Arc::new(ConnectionReport::of_rank(held.rank));
    }
}

impl Held {
    /// My report, to be changed. Whoever changes it publishes it, too, so the published copy is let go of first: then
    /// the change is made in place, if nobody else holds it.
    fn own_report(&mut self) -> &mut ConnectionReport {
        if let Some(rank) = self.rank
            && let Some(own) = self.peer_reports.slots.get_mut(rank.index())
        {
            *own = None;
        }
        Arc::make_mut(&mut self.my_report)
    }

    /// Copies my report under my rank.
    fn publish(&mut self, rank: Rank) {
        self.peer_reports.insert(rank, Arc::clone(&self.my_report));
    }

    fn increase_version(&mut self) -> bool {
        let Some(rank) = self.rank else {
            return false;
        };
        self.version += 1;
        let version = self.version;
        self.own_report().version = version;
        self.publish(rank);
        version.is_multiple_of(self.persist_interval)
    }

    fn set_rank(&mut self, rank: Option<Rank>) {
        self.rank = rank;
        Arc::make_mut(&mut self.my_report).rank = rank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker(rank: u8) -> ConnectionTracker {
        ConnectionTracker::new(Some(Rank(rank)), Real::of(5.0), 2)
    }

    #[test]
    fn a_clone_keeps_what_it_knew() {
        let mut live = tracker(0);
        assert!(!live.report_live(Some(Rank(1)), Real::ONE));
        let frozen = live.clone();
        assert!(
            live.report_dead(Some(Rank(1)), Real::ONE),
            "every second one"
        );
        live.increase_epoch(3);
        assert_eq!(frozen.total(Some(Rank(1))), (Real::ONE, 1));
        assert_eq!((frozen.epoch, frozen.version), (0, 1));
        assert_eq!(live.total(Some(Rank(1))), (Real::ZERO, 0));
        assert_eq!((live.epoch, live.version), (3, 0));
    }

    #[test]
    fn reports_that_travel_are_shared() {
        let (mut here, mut there) = (tracker(0), tracker(1));
        assert!(!here.report_live(Some(Rank(1)), Real::ONE));
        let sent = here.decoded();
        there.receive_peer_report(&sent);
        let kept = there.peer_reports.get(Rank(0));
        assert!(kept.is_some_and(|kept| Arc::ptr_eq(kept, &here.my_report)));
        assert_eq!(there.receive_peer_report(&sent), Merge::default());
    }

    #[test]
    fn a_fresh_tracker_decodes_to_an_empty_report_of_its_own() {
        let image = tracker(1).decoded();
        assert_eq!(*image.my_report, ConnectionReport::default());
        assert_eq!(image.restored(7).persist_interval, 7);
        let mut other = tracker(0);
        let merge = other.receive_peer_report(&image);
        assert_eq!(
            (merge.replaced, merge.created),
            (RankSet::EMPTY, RankSet::one(Rank(1)))
        );
        let unknown = ConnectionTracker::new(None, Real::of(5.0), 2).decoded();
        assert_eq!(unknown.peer_reports, PeerReports::default());
    }

    #[test]
    fn an_interval_of_0_never_stores() {
        let mut live = ConnectionTracker::new(Some(Rank(0)), Real::of(5.0), 0);
        assert!(!live.increase_version());
        assert_eq!(live.version, 1);
    }

    #[test]
    fn ranks_beyond_any_set_are_ignored() {
        let mut live = tracker(0);
        let before = live.clone();
        assert!(!live.report_live(Some(Rank(64)), Real::ONE));
        assert_eq!(live, before);
    }
}
