//! The kinds of message, and the kinds of timer: what a person sees of them.

/// What a message is. A new kind goes to the end: the rolling hash of a run knows it by its number.
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
    /// Accept this value. (MMonPaxos, BEGIN)
    Begin,
    /// Accepted. (MMonPaxos, ACCEPT)
    Accept,
    /// The data of a monitor that catches up. (MMonSync)
    Sync,
    /// Take me into the map. (MMonJoin)
    Join,
    /// A client's command on its way to the leader. (MForward)
    Forward,
    /// Are you there? Or the answer to that. (MMonPing)
    Ping,
    /// A forwarded command is done. (MRoute)
    Route,
}

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = 18;

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
        Self::Begin,
        Self::Accept,
        Self::Commit,
        Self::Lease,
        Self::LeaseAck,
        Self::Ping,
        Self::Sync,
        Self::Join,
        Self::Forward,
        Self::Route,
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
            Self::Begin => "begin",
            Self::Accept => "accept",
            Self::Commit => "commit",
            Self::Lease => "lease",
            Self::LeaseAck => "lease_ack",
            Self::Sync => "sync",
            Self::Join => "join",
            Self::Forward => "forward",
            Self::Ping => "ping",
            Self::Route => "route",
        }
    }
}

/// A monitor's timers; each has one slot. A new one goes to the end, as with [`Kind`].
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
    /// The leader waits for everybody to accept a value.
    Accept,
    /// A monitor that catches up waits for its provider.
    Sync,
    /// The modern elector looks whether its peers still answer.
    Ping,
    /// The leader of a stretch cluster waits until a site that is back has recovered.
    Recovery,
}

impl Timer {
    /// Every timer, in the order of their slots.
    pub const ALL: [Self; 10] = [
        Self::Probe,
        Self::Election,
        Self::Collect,
        Self::LeaseRenew,
        Self::LeaseAck,
        Self::LeaseTimeout,
        Self::Accept,
        Self::Sync,
        Self::Ping,
        Self::Recovery,
    ];

    /// Its name in traces: `election`, `lease_timeout`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Election => "election",
            Self::Collect => "collect",
            Self::Accept => "accept",
            Self::LeaseRenew => "lease_renew",
            Self::LeaseAck => "lease_ack",
            Self::LeaseTimeout => "lease_timeout",
            Self::Sync => "sync",
            Self::Ping => "ping",
            Self::Recovery => "recovery",
        }
    }
}
