//! The two editions, and everything in which a monitor of one differs from a monitor of the other.
//!
//! Nothing outside this module asks which edition runs. What the elections themselves do differently is in the two
//! electors:
//!
//! | point | luminous | modern |
//! |---|---|---|
//! | old proposals, the order of steps, assertions | [`luminous`] | `ElectionLogic` in [`modern`] |
//! | gate, scores on messages, ping timers, newer acks | [`luminous`] | `Owner` in [`modern`] |
//! | releases in NAKs and victories | none | `Owner` in [`modern`] |
//! | what is stored besides the epoch | nothing | [`AnyElector::stored_scores`] |
//! | strategies, who may not lead, stretch mode | the map's defaults | [`Rules`](super::monmap::Rules) |
//! | `quorum exit` and `enter` | a command of the cluster, or of the daemon | of the daemon alone: the same steps |
//!
//! What the monitor around them does differently are the methods here, one for each point.

use super::elector::modern::{Owner, Store};
use super::elector::{AnyElector, luminous, modern};
use super::feature::Release;
use super::message::Features;
use super::monmap::{MonMap, Protocols};
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
                AnyElector::Modern(Box::new(Owner::new(logic, self.release())))
            }
        }
    }

    /// The release of its monitors, unless they say otherwise.
    #[must_use]
    pub const fn release(self) -> Release {
        match self {
            Self::Luminous => Release::LUMINOUS,
            Self::Modern => Release::PACIFIC,
        }
    }

    /// What its monitors support, unless they say otherwise.
    #[must_use]
    pub const fn features(self) -> Features {
        match self {
            Self::Luminous => Features::LUMINOUS,
            Self::Modern => Features::ALL,
        }
    }

    /// States: does a process begin in a state of its own, INIT, before it probes? It ends within the boot, before
    /// anything else can happen, so that nobody sees a monitor in it: only the path of the boot tells.
    #[must_use]
    pub const fn begins_in_init(self) -> bool {
        matches!(self, Self::Modern)
    }

    /// Bootstrap: may a monitor of this release use a map that asks for at least `oldest`? Modern ones exit when that
    /// is too long ago.
    #[must_use]
    pub const fn can_use_map_of(self, release: Release, oldest: Release) -> bool {
        matches!(self, Self::Luminous) || release.upgrades_from(oldest)
    }

    /// Own address changed in the map: does a daemon that is reached in one way start again, because the map says
    /// another? (An address that isn't in the map at all has no rank, in either edition.)
    #[must_use]
    pub fn starts_again(self, reached: Protocols, listed: Protocols) -> bool {
        matches!(self, Self::Modern) && reached != listed
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
