//! Netsplits: monitors that are up and don't reach each other. A warning about the cluster's health; no election heeds
//! it. (D6)

use super::ConnectionTracker;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::time::{Span, Time};

/// Two monitors, the lower rank first.
pub type Pair = (Rank, Rank);

impl ConnectionTracker {
    /// The pairs among `up` that are split, ascending: some monitor reaches each of the two, and neither reaches the
    /// other. Who reaches whom is what the reports say that I know.
    #[must_use]
    pub fn splits(&self, up: RankSet) -> Vec<Pair> {
        // Whom each rank reaches, and whom anybody does.
        let mut reaches = [RankSet::EMPTY; 64];
        let mut reached = 0;
        for (from, report) in self.peer_reports.iter() {
            if up.contains(from) && from.index() < reaches.len() {
                let alive = RankSet(report.reached().0 & up.0);
                reaches[from.index()] = alive;
                reached |= alive.0 & !RankSet::one(from).0;
            }
        }
        let mut splits = Vec::new();
        for one in RankSet(up.0 & reached).iter() {
            for other in RankSet(up.0 & reached).iter().filter(|other| *other > one) {
                let linked =
                    reaches[one.index()].contains(other) || reaches[other.index()].contains(one);
                if !linked {
                    splits.push((one, other));
                }
            }
        }
        splits
    }
}

/// The pairs that are split, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netsplits {
    since: Vec<(Pair, Time)>,
}

impl Netsplits {
    /// These are split at `now`; those that were already have been so all the time.
    pub fn look(&mut self, now: Time, splits: &[Pair]) {
        self.since.retain(|(pair, _)| splits.contains(pair));
        for pair in splits {
            if !self.since.iter().any(|(known, _)| known == pair) {
                self.since.push((*pair, now));
            }
        }
    }

    /// Those that have been split for longer than `grace`.
    pub fn reported(&self, now: Time, grace: Span) -> impl Iterator<Item = Pair> {
        let long = move |(_, since): &&(Pair, Time)| now.since(*since) >= grace;
        self.since.iter().filter(long).map(|(pair, _)| *pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mon::tracker::{ConnectionReport, Real};
    use std::sync::Arc;

    /// What every rank says of the others: who is alive.
    fn tracker(links: &[(u8, &[u8])]) -> ConnectionTracker {
        let mut tracker = ConnectionTracker::new(None, Real::of(5.0), 0);
        let held = Arc::make_mut(&mut tracker.0);
        for (from, alive) in links {
            let mut report = ConnectionReport::of_rank(Some(Rank(*from)));
            for peer in 0..5 {
                report.set_alive(Rank(peer), alive.contains(&peer));
            }
            held.peer_reports.insert(Rank(*from), Arc::new(report));
        }
        tracker
    }

    const ALL: RankSet = RankSet::below(4);

    fn split(links: &[(u8, &[u8])], up: RankSet) -> Vec<(u8, u8)> {
        let splits = tracker(links).splits(up);
        splits.into_iter().map(|(a, b)| (a.0, b.0)).collect()
    }

    #[test]
    fn neither_reaches_the_other_and_both_are_reached() {
        let whole: [(u8, &[u8]); 4] = [
            (0, &[1, 2, 3]),
            (1, &[0, 2, 3]),
            (2, &[0, 1, 3]),
            (3, &[0, 1, 2]),
        ];
        assert_eq!(split(&whole, ALL), []);
        let cut: [(u8, &[u8]); 4] = [(0, &[2, 3]), (1, &[2, 3]), (2, &[0, 1, 3]), (3, &[0, 1, 2])];
        assert_eq!(split(&cut, ALL), [(0, 1)]);
        let one_way: [(u8, &[u8]); 4] = [
            (0, &[1, 2, 3]),
            (1, &[2, 3]),
            (2, &[0, 1, 3]),
            (3, &[0, 1, 2]),
        ];
        assert_eq!(split(&one_way, ALL), []);
        let sites: [(u8, &[u8]); 4] = [(0, &[1]), (1, &[0]), (2, &[3]), (3, &[2])];
        assert_eq!(split(&sites, ALL), [(0, 2), (0, 3), (1, 2), (1, 3)]);
        // Nobody reaches 1: it is alone, or down, but not split.
        let alone: [(u8, &[u8]); 4] = [(0, &[2, 3]), (1, &[]), (2, &[0, 3]), (3, &[0, 2])];
        assert_eq!(split(&alone, ALL), []);
        // Nor is who isn't up.
        let up = [Rank(0), Rank(2), Rank(3)].into_iter().collect();
        assert_eq!(split(&cut, up), []);
    }

    #[test]
    fn a_split_is_reported_when_it_lasts() {
        let (one, two) = ((Rank(0), Rank(1)), (Rank(2), Rank(3)));
        let grace = Span::from_secs(9);
        let at = |s: u64| Time::from_ms(s * 1_000);
        let mut splits = Netsplits::default();
        splits.look(at(1), &[one]);
        splits.look(at(5), &[one, two]);
        assert_eq!(splits.reported(at(9), grace).count(), 0);
        assert!(splits.reported(at(10), grace).eq([one]));
        assert!(splits.reported(at(14), grace).eq([one, two]));
        splits.look(at(15), &[two]);
        splits.look(at(16), &[one, two]);
        assert!(splits.reported(at(17), grace).eq([two]), "it begins anew");
    }
}
