//! What one monitor says of its links to the others.

use super::Real;
use crate::mon::rank::{Rank, RankSet};

/// A monitor's report: each peer it heard of, alive or not, and how reliable that link was lately.
///
/// The default is Ceph's empty report, which says nothing, not even whose it is. Peers are ranks below 64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConnectionReport {
    /// Whose report it is; `None`: unknown (Ceph's -1).
    pub rank: Option<Rank>,
    /// The election epoch in which it was made.
    pub epoch: u32,
    /// How often it changed in that epoch. (`epoch_version`)
    pub version: u64,
    /// The peers with an entry in `current`.
    current: RankSet,
    /// Those of them that are alive.
    alive: RankSet,
    /// The peers with an entry in `history`.
    history: RankSet,
    /// The scores by rank: 0 where there is no entry, and nothing beyond the last entry.
    scores: Vec<Real>,
}

impl ConnectionReport {
    /// The empty report of a rank.
    #[must_use]
    pub fn of_rank(rank: Option<Rank>) -> Self {
        Self {
            rank,
            ..Self::default()
        }
    }

    /// The peers it says anything about.
    #[must_use]
    pub const fn peers(&self) -> RankSet {
        RankSet(self.current.0 | self.history.0)
    }

    /// Is the link to `peer` alive? `None`: it doesn't say.
    #[must_use]
    pub fn alive(&self, peer: Rank) -> Option<bool> {
        self.current
            .contains(peer)
            .then(|| self.alive.contains(peer))
    }

    /// The peers whose link is alive.
    #[must_use]
    pub const fn reached(&self) -> RankSet {
        self.alive
    }

    /// The score of the link to `peer`; `None`: it has none.
    #[must_use]
    pub fn score(&self, peer: Rank) -> Option<Real> {
        self.history
            .contains(peer)
            .then(|| self.scores[peer.index()])
    }

    /// What it adds to the total of `peer`: the score of a link that is alive. (D4)
    #[must_use]
    pub fn share(&self, peer: Rank) -> Option<Real> {
        let counts = RankSet(self.alive.0 & self.history.0);
        counts.contains(peer).then(|| self.scores[peer.index()])
    }

    /// Says whether the link to `peer` is alive.
    pub const fn set_alive(&mut self, peer: Rank, alive: bool) {
        self.current.insert(peer);
        if alive {
            self.alive.insert(peer);
        } else {
            self.alive.remove(peer);
        }
    }

    /// Gives the link to `peer` a score.
    pub fn set_score(&mut self, peer: Rank, score: Real) {
        self.history.insert(peer);
        if self.scores.len() <= peer.index() {
            self.scores.resize(peer.index() + 1, Real::ZERO);
        }
        self.scores[peer.index()] = score;
    }

    /// Rank `gone` left the monmap: its entry goes, higher peers move down by one. (C3)
    pub fn remove_rank(&mut self, gone: Rank) {
        self.current = self.current.closed_up(gone);
        self.alive = self.alive.closed_up(gone);
        self.history = self.history.closed_up(gone);
        if gone.index() < self.scores.len() {
            self.scores.remove(gone.index());
        }
        let last = self.history.iter().last();
        self.scores
            .truncate(last.map_or(0, |last| last.index() + 1));
    }
}
