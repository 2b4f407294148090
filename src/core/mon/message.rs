//! What monitors say to each other.

use std::sync::Arc;

use super::elector::modern::Strategy;
use super::feature::Release;
use super::kind::Kind;
use super::monmap::{Addr, MonMap, Name, Site};
use super::paxos::{Accepted, Share, Value};
use super::rank::{MonId, Rank, RankSet};
use super::sync::SyncOp;
use super::time::Time;
use super::tracker::ConnectionTracker;

/// Feature bits: of the connection, and of the monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// Connection features (bits of the messenger's handshake).
    pub con: u64,
    /// Monitor features (kept in the monmap).
    pub mon: u64,
}

/// A message on its way, with what the wire adds to it: who sent it and what its session may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The sender's identity.
    pub from: MonId,
    /// The sender's rank when it sent; `None`: it had none.
    pub source: Option<Rank>,
    /// The sender's address.
    pub addr: Addr,
    /// The features of its connection.
    pub con_features: u64,
    /// Is the sender a monitor? A client has no part in elections.
    pub from_monitor: bool,
    /// May its session command this monitor (the execute capability on "mon")?
    pub capable: bool,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `MMonProbe`
    Probe(Probe),
    /// `MMonElection`
    Election(Election),
    /// `MMonPaxos`
    Paxos(Paxos),
    /// `MMonSync`
    Sync(SyncOp),
    /// `MMonJoin`
    Request(Request),
    /// `MForward`: a client's command on its way from a peon to its leader
    Forward(Forward),
    /// `MRoute`: the command that was forwarded under this number is done, or one of those commits is
    Route(u64),
    /// `MMonPing`
    Ping(Ping),
}

impl Body {
    /// What kind of message it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Probe(probe) => match probe.op {
                ProbeOp::Probe { .. } => Kind::Probe,
                ProbeOp::Reply { .. } | ProbeOp::MissingFeatures => Kind::ProbeReply,
            },
            Self::Election(election) => match election.op {
                ElectionOp::Propose => Kind::Propose,
                ElectionOp::Ack => Kind::Ack,
                ElectionOp::Victory { .. } => Kind::Victory,
                ElectionOp::Nak { .. } => Kind::Nak,
            },
            Self::Paxos(paxos) => match paxos.op {
                PaxosOp::Collect => Kind::Collect,
                PaxosOp::Last { .. } => Kind::Last,
                PaxosOp::Begin { .. } => Kind::Begin,
                PaxosOp::Accept => Kind::Accept,
                PaxosOp::Commit => Kind::Commit,
                PaxosOp::Lease { .. } => Kind::Lease,
                PaxosOp::LeaseAck => Kind::LeaseAck,
            },
            Self::Sync(_) => Kind::Sync,
            Self::Ping(_) => Kind::Ping,
            Self::Request(_) => Kind::Join,
            Self::Forward(_) => Kind::Forward,
            Self::Route(_) => Kind::Route,
        }
    }

    /// The election epoch it carries; `None`: this kind carries none.
    #[must_use]
    pub const fn epoch(&self) -> Option<u32> {
        match self {
            Self::Probe(_)
            | Self::Sync(_)
            | Self::Request(_)
            | Self::Forward(_)
            | Self::Route(_)
            | Self::Ping(_) => None,
            Self::Election(election) => Some(election.epoch),
            Self::Paxos(paxos) => Some(paxos.epoch),
        }
    }
}

/// `MMonProbe`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Which cluster the sender belongs to.
    pub fsid: u32,
    /// The sender's name.
    pub name: Name,
    /// Was the sender ever in a quorum with a committed monmap?
    pub has_ever_joined: bool,
    /// The sender's release. (Luminous doesn't say; there it is luminous.)
    pub release: Release,
    /// What it asks or answers.
    pub op: ProbeOp,
}

/// What a probe message asks or answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeOp {
    /// Who is there?
    Probe {
        /// The prober's first Paxos version. Monitors leave it at 0, so that PROBE-3 is never taken by one of theirs.
        first_committed: u64,
    },
    /// What the answering monitor knows.
    Reply {
        /// The quorum it is in; empty: none.
        quorum: RankSet,
        /// The last leader it had.
        leader: Option<Rank>,
        /// Its map.
        monmap: Arc<MonMap>,
        /// Its first Paxos version.
        first_committed: u64,
        /// Its last Paxos version.
        last_committed: u64,
    },
    /// The prober lacks a required feature.
    MissingFeatures,
}

/// `MMonElection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    /// Which of the four it is.
    pub op: ElectionOp,
    /// The election epoch it speaks of.
    pub epoch: u32,
    /// The monitor features it names: supported, agreed on or required, as the kind has it.
    pub mon_features: u64,
    /// The sender's monmap.
    pub monmap: Arc<MonMap>,
    /// What modern monitors add; without it the strategy counts as classic.
    pub scoring: Option<Scoring>,
}

/// What a modern election message carries besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoring {
    /// `mon_release`: of a proposal or an ack, the sender's; of a victory, the lowest in its quorum; of a NAK, the one
    /// that is required.
    pub release: Release,
    /// By what rule the sender chooses.
    pub strategy: Strategy,
    /// The sender's live scores. (`scoring_bl`)
    pub live: ConnectionTracker,
    /// Of a connectivity proposal: the scores that its sender goes by in this round. (`sharing_bl`)
    pub stable: Option<ConnectionTracker>,
}

/// `MMonPing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// Is it an answer?
    pub reply: bool,
    /// When the ping was sent, in its sender's time; the answer repeats it.
    pub stamp: Time,
    /// The sender's live scores.
    pub scores: ConnectionTracker,
}

/// The four election messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElectionOp {
    /// Vote for me.
    Propose,
    /// You have my vote.
    Ack,
    /// I lead.
    Victory {
        /// Who follows me, myself included.
        quorum: RankSet,
        /// The connection features all of them have.
        quorum_features: u64,
        /// Is the leader's command table in it? (It always is; a claim without one fails an assertion.)
        commands: bool,
    },
    /// You lack a feature I require.
    Nak {
        /// The connection features required.
        required_con: u64,
    },
}

/// `MMonPaxos`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paxos {
    /// What it is.
    pub op: PaxosOp,
    /// The sender's election epoch.
    pub epoch: u32,
    /// The sender's first committed version.
    pub first_committed: u64,
    /// The sender's last committed version.
    pub last_committed: u64,
    /// The proposal number it speaks of; 0 where the kind has none.
    pub pn: u64,
    /// Committed versions that come with it. (Boxed, as few messages have any and all would be larger for it.)
    pub share: Option<Box<Share>>,
}

/// The Paxos messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaxosOp {
    /// Promise, and tell me what you have.
    Collect,
    /// This is what I have.
    Last {
        /// The value I accepted and never saw committed.
        uncommitted: Option<Box<Accepted>>,
    },
    /// Accept this value.
    Begin {
        /// The value.
        value: Value,
    },
    /// Accepted.
    Accept,
    /// These versions are committed: everything up to `last_committed`.
    Commit,
    /// You may answer reads until then.
    Lease {
        /// When the lease ends.
        until: Time,
    },
    /// Lease received.
    LeaseAck,
}

/// A client's command that a peon hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The peon's number for it.
    pub tid: u64,
    /// The command.
    pub request: Request,
}

/// What clients and joining monitors ask of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Commit this many values of the services'.
    Commit {
        /// The number of the first one; each has its own.
        first: u32,
        /// How many.
        count: u32,
    },
    /// Take me into the map. (`MMonJoin`)
    Join {
        /// Under this name.
        name: Name,
        /// At this address.
        addr: Addr,
        /// At this site; `None`: at the one that the map has for this address.
        site: Option<Site>,
    },
    /// `ceph mon add`: a seat in the map.
    Add {
        /// Its name.
        name: Name,
        /// Its address.
        addr: Addr,
        /// Its site.
        site: Option<Site>,
    },
    /// `ceph mon remove`.
    Remove {
        /// Whose seat.
        name: Name,
    },
    /// `ceph mon set election_strategy`
    SetStrategy(Strategy),
    /// `ceph mon add disallowed_leader`, or `rm`.
    Disallow {
        /// Who may not lead.
        name: Name,
        /// Or may lead again.
        allow: bool,
    },
}
