//! The scenario as a value, whatever form it was written in.

pub use crate::mon::Edition;
pub use crate::mon::State as StateName;
pub use crate::mon::elector::modern::Strategy;
use crate::mon::feature::Release;
use crate::mon::message::Features;
use crate::mon::{Branch, Kind, MonId, Options, RankSet, Span, Time};
use crate::order;

/// A whole scenario: the cluster, the network, what is done to it, and what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What it is called; may be empty.
    pub title: String,
    /// The monitors, in the order of the document: a monitor's index here is its [`MonId`]. Those without a seat in the
    /// first map come last.
    pub monitors: Vec<MonSpec>,
    /// What the order of ranks follows.
    pub rank_order: RankOrder,
    /// The epoch of the monmap they all hold (1 unless imported); 0: a cluster that doesn't exist yet.
    pub monmap_epoch: u32,
    /// The cluster's fsid, when an imported map names one.
    pub fsid: Option<String>,
    /// Which release's election runs.
    pub edition: Edition,
    /// Which strategy it elects by.
    pub strategy: Strategy,
    /// Who may not lead.
    pub disallowed: Vec<MonId>,
    /// The tiebreaker of a stretch cluster: it may not lead, either.
    pub tiebreaker: Option<MonId>,
    /// The monitors that stretch mode has marked down, ascending: nor may they.
    pub marked_down: Vec<MonId>,
    /// What release a monitor must be of at least (`min_mon_release`); `None`: the edition's.
    pub min_release: Option<Release>,
    /// The seed of everything that is left to chance.
    pub seed: u64,
    /// How messages travel.
    pub network: Network,
    /// Ceph's options.
    pub options: Options,
    /// What is done and when, in order of time (equal times: in order of the document).
    pub script: Vec<Scripted>,
    /// What is done again and again; kept as written, [`Scenario::timeline`] has it expanded.
    pub every: Vec<Every>,
    /// What the author says at an instant, in order of time.
    pub notes: Vec<Note>,
    /// What the author expects, in the order in which it falls due.
    pub expects: Vec<Expect>,
    /// Questions to a reader; kept and printed back, not shown yet.
    pub asks: Vec<Ask>,
    /// Sections to repeat; kept and printed back, not shown yet.
    pub loops: Vec<Loop>,
    /// Where the document came from, for what the page has to say about it.
    pub origin: Origin,
}

/// One monitor of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonSpec {
    /// Its name, without the `mon.` in front.
    pub name: String,
    /// Its address as written, `10.0.0.1:6789` or `[fd00::1]:6789`.
    pub addr: String,
    /// The election epoch on its disk; `None`: the cluster's default, 2.
    pub epoch: Option<u32>,
    /// May it send election messages? (Its session carries the execute capability.)
    pub capable: bool,
    /// Is it there when the others boot?
    pub starts: Starts,
    /// Has it a seat in the first map? Others are named first by what adds or boots them.
    pub seat: bool,
    /// Was it ever in a quorum with a committed monmap? `None`: as the cluster has it.
    pub joined: Option<bool>,
    /// The last Paxos version on its disk; `None`: the cluster's default, 1.
    pub last_committed: Option<u64>,
    /// Its site, as stretch mode divides the cluster (`crush_location`); `None`: not said.
    pub location: Option<String>,
    /// Its priority in the map. Clients go by it, elections don't.
    pub priority: u16,
    /// Its weight in the map. Clients go by it, elections don't.
    pub weight: u16,
    /// Its release; `None`: the cluster's least one.
    pub release: Option<Release>,
    /// What it supports; `None`: everything.
    pub features: Option<Features>,
    /// What it requires of others; `None`: all that it supports.
    pub required_features: Option<Features>,
    /// The members of the map that it was made with; empty: those with a seat. One that has such a map never joined,
    /// unless the document says so.
    pub seed_map: Vec<MonId>,
}

/// What the order of ranks follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankOrder {
    /// The addresses, as luminous does it.
    #[default]
    ByAddress,
    /// The list of the document: modern maps say so, and an imported map whose ranks don't follow its addresses keeps
    /// them.
    AsListed,
}

impl RankOrder {
    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByAddress => "by_address",
            Self::AsListed => "as_listed",
        }
    }
}

/// Whether a monitor takes part in a `boot` of everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Starts {
    /// It boots with the others.
    #[default]
    Up,
    /// It stays down until it is booted or restarted by name.
    Down,
}

/// How messages travel between monitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The shortest and the longest time a message takes, both included.
    pub latency: (Span, Span),
    /// How much of what is sent is lost: messages of a lossy session, packets of a messenger's.
    pub loss: Share,
    /// How many messages arrive twice, in lossy sessions.
    pub duplicate: Share,
    /// What a session between two monitors promises.
    pub session: Session,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            latency: (Span::from_ms(1), Span::from_ms(5)),
            loss: Share::NONE,
            duplicate: Share::NONE,
            session: Session::Lossless,
        }
    }
}

/// A part of a whole, in millionths: from 0 to a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub u32);

impl Share {
    /// Nothing of it.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(1_000_000);
}

/// What a session between two monitors promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Ordered; kept during a cut and delivered after the heal; gone when an end dies.
    #[default]
    Lossless,
    /// As real clusters do it: what a cut or a lost packet holds up is tried again and again, at ever longer intervals;
    /// one-way silence stops both ways; the peers of a restarted monitor may refuse it for a while.
    Messenger,
    /// No session at all: every message on its own, lost, doubled or overtaken as the network has it.
    Lossy,
}

impl Session {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Lossless, Self::Messenger, Self::Lossy];

    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lossless => "lossless",
            Self::Messenger => "messenger",
            Self::Lossy => "lossy",
        }
    }

    /// Can something be lost in it on the way?
    #[must_use]
    pub const fn may_lose(self) -> bool {
        !matches!(self, Self::Lossless)
    }
}

/// How a link is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// What is sent vanishes; nobody is told.
    #[default]
    Drop,
    /// What is sent is refused: the connection breaks, and both ends know it at once.
    Reset,
}

impl How {
    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Reset => "reset",
        }
    }
}

/// Who put an action into the script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The author of the scenario.
    #[default]
    Author,
    /// A person at the page, while it ran.
    User,
}

/// One line of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripted {
    /// When it is done.
    pub at: Time,
    /// What is done.
    pub action: Action,
    /// Who wrote it.
    pub by: By,
}

/// Something done again and again: `every 20s from 20s to 200s kill 2 then restart 2 after 5s`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Every {
    /// From one time to the next; never zero.
    pub period: Span,
    /// The first time.
    pub from: Time,
    /// No time after this one (what follows it by `then` may come later).
    pub to: Time,
    /// What is done each time.
    pub action: Action,
    /// What follows it each time.
    pub then: Vec<Then>,
}

/// What follows an action that is done again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Then {
    /// How long after the action before it.
    pub after: Span,
    /// What is done.
    pub action: Action,
}

impl Every {
    /// How many actions it stands for.
    #[must_use]
    pub fn count(&self) -> u64 {
        let rounds = self.to.since(self.from).0 / self.period.0.max(1) + 1;
        rounds.saturating_mul(1 + self.then.len() as u64)
    }

    fn expand_into(&self, script: &mut Vec<Scripted>) {
        let mut round = self.from;
        while round <= self.to {
            let mut at = round;
            let mut push = |at, action: &Action| {
                script.push(Scripted {
                    at,
                    action: action.clone(),
                    by: By::Author,
                });
            };
            push(at, &self.action);
            for then in &self.then {
                at += then.after;
                push(at, &then.action);
            }
            round += Span(self.period.0.max(1));
        }
    }
}

/// Something done to the cluster or its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start these daemons; an empty list starts every monitor that [`Starts::Up`].
    Boot(Vec<MonId>),
    /// End these processes at once: what was in memory is lost, the store stays.
    Kill(Vec<MonId>),
    /// Start these daemons again (ending them first when they still run).
    Restart(Vec<MonId>),
    /// Stop these processes without ending them: clocks and sessions run on, nothing is handled.
    Pause(Vec<MonId>),
    /// Let paused processes go on: what waited is handled now, in the order it fell due.
    Resume(Vec<MonId>),
    /// A restart with an empty store.
    Wipe(Vec<MonId>),
    /// Cut a link, one way (`from` to `to`) or both.
    Cut {
        /// The sending end.
        from: MonId,
        /// The receiving end.
        to: MonId,
        /// Cut the way back too.
        both: bool,
        /// Silently, or so that both ends know. (Only a messenger's sessions tell it apart.)
        how: How,
    },
    /// Cut every link between monitors of different groups; a monitor in no group keeps its links.
    Partition {
        /// The groups.
        groups: Vec<Vec<MonId>>,
        /// As for a cut.
        how: How,
    },
    /// Heal everything, or one link.
    Heal(Option<HealLink>),
    /// Change how long messages take, everywhere or on the links between two monitors.
    Latency {
        /// The two ends; `None`: every link.
        link: Option<(MonId, MonId)>,
        /// The shortest and the longest time, both included.
        range: (Span, Span),
    },
    /// Change how much of what is sent is lost, everywhere or on the links between two monitors.
    Loss {
        /// The two ends; `None`: every link.
        link: Option<(MonId, MonId)>,
        /// How much.
        share: Share,
    },
    /// Do something to one message. One that is still to be sent is waited for; one that has arrived or is lost is left
    /// alone.
    Message {
        /// Which.
        message: Address,
        /// What.
        deed: Deed,
    },
    /// `ceph daemon mon.X quorum exit`.
    QuorumExit(MonId),
    /// `ceph daemon mon.X quorum enter`.
    QuorumEnter(MonId),
    /// End these processes by SIGTERM: they shut down in order.
    Terminate(Vec<MonId>),
    /// The hosts of these processes die: nobody is told that a connection ended.
    KillHost(Vec<MonId>),
    /// Commit values through Paxos.
    Commit {
        /// How many.
        count: u32,
        /// Who is asked; `None`: the leader, or whoever is there.
        mon: Option<MonId>,
    },
    /// `ceph mon add`: a seat in the map, no daemon.
    Add(MonId),
    /// `ceph mon remove`: the seat goes, the daemon isn't asked.
    Remove(MonId),
    /// `ceph mon set election_strategy`
    SetStrategy(Strategy),
    /// `ceph mon add disallowed_leader`: it may not lead.
    Disallow(MonId),
    /// `ceph mon rm disallowed_leader`: it may lead again.
    Allow(MonId),
}

/// The link a `heal` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealLink {
    /// The sending end.
    pub from: MonId,
    /// The receiving end.
    pub to: MonId,
    /// Heal the way back too.
    pub both: bool,
}

/// Which message: `propose 2 -> 4 #3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Its kind.
    pub kind: Kind,
    /// Its sender.
    pub from: MonId,
    /// Its receiver.
    pub to: MonId,
    /// Which one of its kind on this link, counted from 1.
    pub ordinal: u32,
}

/// What can be done to a message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is lost.
    Drop,
    /// It arrives this much later. Where messages are in order, those after it wait for it.
    Delay(Span),
    /// It arrives twice.
    Duplicate,
    /// It arrives now. Where messages are in order, so do those before it.
    Deliver,
}

impl Deed {
    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Delay(_) => "delay",
            Self::Duplicate => "duplicate",
            Self::Deliver => "deliver",
        }
    }
}

/// What the author says at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When it is said.
    pub at: Time,
    /// What is said; plain text, never markup.
    pub text: String,
}

/// What the author expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// When it has to be so.
    pub when: When,
    /// It must *not* be so (`never …`).
    pub never: bool,
    /// All of these together.
    pub what: Vec<Condition>,
}

/// When an expectation has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this instant.
    At(Time),
    /// At this instant or some time before it.
    By(Time),
}

impl When {
    /// The instant at which it falls due.
    #[must_use]
    pub const fn time(self) -> Time {
        match self {
            Self::At(t) | Self::By(t) => t,
        }
    }
}

/// One thing that may be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `leader R`: this monitor leads with its whole quorum behind it; `None`: nobody does.
    Leader(Option<MonId>),
    /// `quorum …`: exactly these ranks follow the one leader (itself included).
    Quorum(RankSet),
    /// `state M S`.
    State(MonId, StateName),
    /// `epoch E`: the highest election epoch among the living.
    Epoch(u32),
    /// `victories >= N`: since the beginning.
    Victories(u32),
    /// `branch ID [mon M]`: this branch was taken (by this monitor) since the beginning.
    BranchTaken(Branch, Option<MonId>),
    /// `two_leaders`: two monitors in state leader with the same election epoch.
    TwoLeaders,
    /// `leaders >= N`, whatever their epochs.
    Leaders(u32),
    /// `outage <= S`: the longest stretch without a leader so far is no longer than this.
    Outage(Span),
    /// `elections == N from T1 to T2`: victories declared in this stretch of time.
    Elections {
        /// How many.
        count: u32,
        /// From this instant on.
        from: Time,
        /// Up to this instant.
        to: Time,
    },
    /// `violation ID` (as `SAFE-3`), or `violation none`.
    Violation(Option<String>),
    /// `monmap_epoch M E`: the map this monitor uses has this epoch.
    MonmapEpoch(MonId, u32),
    /// `last_committed M >= V`: this monitor has at least this Paxos version.
    LastCommitted(MonId, u64),
}

/// A question to the reader, kept for lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// When it is asked.
    pub at: Time,
    /// The question.
    pub question: String,
    /// The answers; the right ones are marked.
    pub answers: Vec<(String, bool)>,
}

/// A section of time to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
}

/// Where a document came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Written as a scenario.
    #[default]
    Written,
    /// Something that Ceph printed.
    Ceph {
        /// Which command printed it, as a person would type it (`ceph mon dump`).
        command: &'static str,
        /// The monitors that were outside the quorum it names, and so start down.
        down: Vec<MonId>,
    },
}

impl Scenario {
    /// An existing cluster of `n` monitors, with every default; nothing is done to it.
    #[must_use]
    pub fn of(n: usize) -> Self {
        Self {
            title: String::new(),
            monitors: (0..n).map(MonSpec::nth).collect(),
            rank_order: RankOrder::default(),
            monmap_epoch: 1,
            fsid: None,
            edition: Edition::default(),
            strategy: Strategy::default(),
            disallowed: Vec::new(),
            tiebreaker: None,
            marked_down: Vec::new(),
            min_release: None,
            seed: 0,
            network: Network::default(),
            options: Options::default(),
            script: Vec::new(),
            every: Vec::new(),
            notes: Vec::new(),
            expects: Vec::new(),
            asks: Vec::new(),
            loops: Vec::new(),
            origin: Origin::default(),
        }
    }

    /// Everything that is done, in order of time, with what is done again and again written out. At equal times
    /// the script goes first. Where the script boots nobody that has a seat, everybody boots at 0 s.
    #[must_use]
    pub fn timeline(&self) -> Vec<Scripted> {
        let mut all = self.script.clone();
        let seated = |id: &MonId| self.monitors.get(id.index()).is_some_and(|mon| mon.seat);
        let boots = |action: &Action| match action {
            Action::Boot(mons) => mons.is_empty() || mons.iter().any(seated),
            _ => false,
        };
        if !all.iter().any(|scripted| boots(&scripted.action)) {
            let boot = Action::Boot(Vec::new());
            all.insert(
                0,
                Scripted {
                    at: Time::ZERO,
                    action: boot,
                    by: By::Author,
                },
            );
        }
        for every in &self.every {
            every.expand_into(&mut all);
        }
        order::by_key(&mut all, |scripted| scripted.at.0);
        all
    }
}

impl MonSpec {
    /// The monitor that stands at place `index` (from 0) when the document names none.
    #[must_use]
    pub fn nth(index: usize) -> Self {
        Self {
            name: default_name(index),
            addr: default_addr(index),
            epoch: None,
            capable: true,
            starts: Starts::Up,
            seat: true,
            joined: None,
            last_committed: None,
            location: None,
            priority: 0,
            weight: 0,
            release: None,
            features: None,
            required_features: None,
            seed_map: Vec::new(),
        }
    }
}

/// The name of the monitor at this place: `a` to `z`, then `aa`, `ab`, ….
#[must_use]
pub fn default_name(index: usize) -> String {
    let letter = char::from(b'a' + (index % 26) as u8);
    if index < 26 {
        String::from(letter)
    } else {
        String::from_iter(['a', letter])
    }
}

/// The address of the monitor at this place: `10.0.0.1:6789` and on.
#[must_use]
pub fn default_addr(index: usize) -> String {
    format!("10.0.0.{}:6789", index + 1)
}
