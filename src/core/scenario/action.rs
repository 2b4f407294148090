//! Whom an action is about, and whether it can be meant at all.

use std::fmt;

use super::{Action, HealLink, Session, Share};
use crate::mon::MonId;

/// An action that can't be meant, whatever the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAction {
    /// It names a monitor that isn't in the cluster.
    Unknown(MonId),
    /// It names a link from a monitor to itself.
    SelfLink(MonId),
    /// It puts a monitor into two groups of a partition.
    Twice(MonId),
    /// Its range of latencies ends before it begins.
    Range,
    /// It has lossless sessions lose something.
    Lossless,
    /// It counts a message from 0, or speaks of a share above the whole.
    Number,
}

impl fmt::Display for BadAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(mon) => write!(f, "there is no monitor number {}", mon.0),
            Self::SelfLink(mon) => write!(f, "monitor number {} has no link to itself", mon.0),
            Self::Twice(mon) => write!(f, "monitor number {} is in two groups", mon.0),
            Self::Range => f.write_str("the range of latencies ends before it begins"),
            Self::Lossless => f.write_str(super::words::LOSES_NOTHING),
            Self::Number => f.write_str("messages are counted from 1, and shares go from 0 to 1"),
        }
    }
}

impl std::error::Error for BadAction {}

impl Action {
    /// Can it be meant in a cluster of this many monitors, with these sessions?
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, monitors: usize, session: Session) -> Result<(), BadAction> {
        if let Some(mon) = self.monitors().find(|mon| mon.index() >= monitors) {
            return Err(BadAction::Unknown(mon));
        }
        match self {
            Self::Cut { from, to, .. } | Self::Heal(Some(HealLink { from, to, .. }))
                if from == to =>
            {
                Err(BadAction::SelfLink(*from))
            }
            Self::Latency {
                link: Some((a, b)), ..
            }
            | Self::Loss {
                link: Some((a, b)), ..
            } if a == b => Err(BadAction::SelfLink(*a)),
            Self::Loss { share, .. } if *share > Share::ALL => Err(BadAction::Number),
            Self::Loss { share, .. } if *share > Share::NONE && !session.may_lose() => {
                Err(BadAction::Lossless)
            }
            Self::Message { message, .. } if message.from == message.to => {
                Err(BadAction::SelfLink(message.from))
            }
            Self::Message { message, .. } if message.ordinal == 0 => Err(BadAction::Number),
            Self::Latency {
                range: (shortest, longest),
                ..
            } if shortest > longest => Err(BadAction::Range),
            Self::Partition { groups, .. } => {
                let mut seen = 0_u64;
                for mon in groups.iter().flatten() {
                    if seen >> mon.0 & 1 == 1 {
                        return Err(BadAction::Twice(*mon));
                    }
                    seen |= 1 << mon.0;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Every monitor it names.
    pub fn monitors(&self) -> impl Iterator<Item = MonId> + '_ {
        let (list, pair): (&[MonId], [Option<MonId>; 2]) = match self {
            Self::Boot(mons)
            | Self::Kill(mons)
            | Self::Restart(mons)
            | Self::Pause(mons)
            | Self::Resume(mons)
            | Self::Wipe(mons)
            | Self::Terminate(mons)
            | Self::KillHost(mons) => (mons, [None; 2]),
            Self::Cut { from, to, .. } | Self::Heal(Some(HealLink { from, to, .. })) => {
                (&[], [Some(*from), Some(*to)])
            }
            Self::Latency {
                link: Some((a, b)), ..
            }
            | Self::Loss {
                link: Some((a, b)), ..
            } => (&[], [Some(*a), Some(*b)]),
            Self::Message { message, .. } => (&[], [Some(message.from), Some(message.to)]),
            Self::QuorumExit(mon)
            | Self::QuorumEnter(mon)
            | Self::Add(mon)
            | Self::Remove(mon)
            | Self::Disallow(mon)
            | Self::Allow(mon) => (&[], [Some(*mon), None]),
            Self::Commit { mon, .. } => (&[], [*mon, None]),
            Self::Partition { .. }
            | Self::Heal(None)
            | Self::Latency { link: None, .. }
            | Self::Loss { link: None, .. }
            | Self::SetStrategy(_) => (&[], [None; 2]),
        };
        let groups = if let Self::Partition { groups, .. } = self {
            groups.as_slice()
        } else {
            &[]
        };
        list.iter()
            .copied()
            .chain(pair.into_iter().flatten())
            .chain(groups.iter().flatten().copied())
    }

    /// The one monitor, or the two ends of the link, that it is about.
    #[must_use]
    pub fn about(&self) -> (Option<MonId>, Option<MonId>) {
        match self {
            Self::Partition { .. } => (None, None),
            Self::Boot(mons)
            | Self::Kill(mons)
            | Self::Restart(mons)
            | Self::Pause(mons)
            | Self::Resume(mons)
            | Self::Wipe(mons)
            | Self::Terminate(mons)
            | Self::KillHost(mons) => match mons.as_slice() {
                [mon] => (Some(*mon), None),
                _ => (None, None),
            },
            _ => {
                let mut mons = self.monitors();
                (mons.next(), mons.next())
            }
        }
    }
}
