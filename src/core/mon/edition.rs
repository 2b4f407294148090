//! The two editions, and everything in which a monitor of one differs from a monitor of the other.
//!
//! Nothing outside this module asks which edition runs. What the elections themselves do differently is in the two
//! electors:
//!
//! | point | luminous | modern |
//! |---|---|---|
//! | old proposals, the order of steps, assertions | [`luminous`] | `ElectionLogic` in [`modern`] |
//! | gate, scores on messages, ping timers, newer acks | [`luminous`] | `Owner` in [`modern`] |
//! | what is stored besides the epoch | nothing | [`AnyElector::stored_scores`] |
//! | strategies, disallowed leaders, removed ranks | the map's defaults | [`Rules`](super::monmap::Rules) |
//!
//! What the monitor around them does differently are the methods here, one for each point.

use super::elector::modern::{Owner, Store};
use super::elector::{AnyElector, luminous, modern};
use super::monmap::MonMap;
use super::options::Options;
use super::rank::{Rank, RankSet};
use super::tracker::{ConnectionTracker, Real};

/// Which release's election runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The Elector of v12.
    #[default]
    Luminous,
    /// ElectionLogic with its strategies, and the Elector that owns it.
    Modern,
}

impl Edition {
    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Luminous => "luminous",
            Self::Modern => "modern",
        }
    }

    /// Structure: one class, or one that decides and one that acts.
    #[must_use]
    pub fn elector(
        self,
        map: &MonMap,
        options: &Options,
        epoch: u32,
        scores: Option<ConnectionTracker>,
    ) -> AnyElector {
        match self {
            Self::Luminous => AnyElector::Luminous(luminous::Elector::new(epoch)),
            Self::Modern => {
                let fresh = ConnectionTracker::new(
                    None,
                    Real::seconds(options.mon_con_tracker_score_halflife),
                    options.mon_con_tracker_persist_interval,
                );
                let margin = Real::parts(options.mon_elector_ignore_propose_margin, 1_000_000);
                let store = Store { epoch, scores };
                let logic = modern::ElectionLogic::new(map.rules.strategy, margin, store, fresh);
                AnyElector::Modern(Box::new(Owner::new(logic)))
            }
        }
    }

    /// Rank: do the ranks of a map of this epoch follow the addresses? Modern maps keep their order, once the cluster
    /// exists.
    #[must_use]
    pub const fn ranks_follow_addresses(self, map_epoch: u32) -> bool {
        matches!(self, Self::Luminous) || map_epoch == 0
    }

    /// Probe reply: whom does one ask that wants to join? The lowest rank of the quorum, or its leader.
    #[must_use]
    pub fn asked_to_join(self, quorum: RankSet, leader: Option<Rank>) -> Option<Rank> {
        match self {
            Self::Luminous => quorum.first(),
            Self::Modern => leader,
        }
    }

    /// Does its map say by what strategy to elect, and who may not lead?
    #[must_use]
    pub const fn has_rules(self) -> bool {
        matches!(self, Self::Modern)
    }
}
