//! Whom an action is about.

use super::{Action, HealLink};
use crate::mon::MonId;

impl Action {
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
            } => (&[], [Some(*a), Some(*b)]),
            Self::QuorumExit(mon) | Self::QuorumEnter(mon) | Self::Add(mon) | Self::Remove(mon) => {
                (&[], [Some(*mon), None])
            }
            Self::Commit { mon, .. } => (&[], [*mon, None]),
            Self::Partition(_) | Self::Heal(None) | Self::Latency { link: None, .. } => {
                (&[], [None; 2])
            }
        };
        let groups = if let Self::Partition(groups) = self {
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
            Self::Partition(_) => (None, None),
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
