//! What a monitor is doing.

/// A monitor's state, as Ceph names them; `Down` is the absence of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    /// No process.
    Down,
    /// Looking for the others.
    Probing,
    /// Copying data from another.
    Synchronizing,
    /// In an election.
    Electing,
    /// Leads a quorum.
    Leader,
    /// Follows a leader.
    Peon,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Down,
        Self::Probing,
        Self::Synchronizing,
        Self::Electing,
        Self::Leader,
        Self::Peon,
    ];

    /// Its name, as Ceph prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Probing => "probing",
            Self::Synchronizing => "synchronizing",
            Self::Electing => "electing",
            Self::Leader => "leader",
            Self::Peon => "peon",
        }
    }

    /// Is the monitor in a quorum?
    #[must_use]
    pub const fn in_quorum(self) -> bool {
        matches!(self, Self::Leader | Self::Peon)
    }
}
