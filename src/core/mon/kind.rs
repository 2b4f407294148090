//! The kinds of message, and the kinds of timer: what a person sees of them.

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Who is there? (MMonProbe, PROBE)
    Probe,
    /// My map, my quorum, my versions. (MMonProbe, REPLY)
    ProbeReply,
    /// Vote for me in this epoch. (MMonElection, PROPOSE)
    Propose,
    /// You have my vote. (MMonElection, ACK)
    Ack,
    /// I lead; this is the quorum. (MMonElection, VICTORY)
    Victory,
    /// You lack a feature: stop. (MMonElection, NAK)
    Nak,
    /// Promise, and tell me what you have. (MMonPaxos, COLLECT)
    Collect,
    /// This is what I have. (MMonPaxos, LAST)
    Last,
    /// These versions are committed. (MMonPaxos, COMMIT)
    Commit,
    /// You may read for a while. (MMonPaxos, LEASE)
    Lease,
    /// Lease received. (MMonPaxos, LEASE_ACK)
    LeaseAck,
}

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = 11;

    /// Every kind, in the order of the legend.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Propose,
        Self::Ack,
        Self::Victory,
        Self::Nak,
        Self::Probe,
        Self::ProbeReply,
        Self::Collect,
        Self::Last,
        Self::Commit,
        Self::Lease,
        Self::LeaseAck,
    ];

    /// Its name in traces and documents: `propose`, `probe_reply`, `lease_ack`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::ProbeReply => "probe_reply",
            Self::Propose => "propose",
            Self::Ack => "ack",
            Self::Victory => "victory",
            Self::Nak => "nak",
            Self::Collect => "collect",
            Self::Last => "last",
            Self::Commit => "commit",
            Self::Lease => "lease",
            Self::LeaseAck => "lease_ack",
        }
    }
}

/// A monitor's timers; each has one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Timer {
    /// Probe again. (`mon_probe_timeout`)
    Probe,
    /// The elector's one timer: a candidate's, or that of a monitor that acked.
    Election,
    /// The leader waits for the answers to its collect.
    Collect,
    /// The leader renews the lease.
    LeaseRenew,
    /// The leader waits for lease acks.
    LeaseAck,
    /// A peon waits for a lease.
    LeaseTimeout,
}

impl Timer {
    /// Every timer, in the order of their slots.
    pub const ALL: [Self; 6] = [
        Self::Probe,
        Self::Election,
        Self::Collect,
        Self::LeaseRenew,
        Self::LeaseAck,
        Self::LeaseTimeout,
    ];

    /// Its name in traces: `election`, `lease_timeout`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Election => "election",
            Self::Collect => "collect",
            Self::LeaseRenew => "lease_renew",
            Self::LeaseAck => "lease_ack",
            Self::LeaseTimeout => "lease_timeout",
        }
    }
}
