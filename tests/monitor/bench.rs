//! A monitor on a bench: it is handed one input after the other, and what it does is looked at.

use std::sync::Arc;

use super::taken::note;
use monscope::core::mon::effect::{Effect, Outcome};
use monscope::core::mon::message::{
    Body, Election, ElectionOp, Features, Message, Paxos, PaxosOp, Probe, ProbeOp,
};
use monscope::core::mon::monitor::{Settings, Store};
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name};
use monscope::core::mon::paxos::{PaxosStore, Phase, Share};
use monscope::core::mon::sync::SyncStore;
use monscope::core::mon::{
    Branch, Edition, Input, Kind, MonId, Monitor, Options, Rank, RankSet, State, Time,
};

pub(crate) fn map_of(members: &[u8], epoch: u32) -> Arc<MonMap> {
    let member = |i: &u8| Member::new(Name(*i), Addr(*i));
    Arc::new(MonMap {
        epoch,
        fsid: 1,
        members: members.iter().map(member).collect(),
        rules: Default::default(),
    })
}

pub(crate) fn set(ranks: &[u8]) -> RankSet {
    ranks.iter().copied().map(Rank).collect()
}

/// What a step asked for, and every id it took.
pub(crate) struct Done {
    pub(crate) effects: Vec<Effect>,
    pub(crate) took: Vec<Branch>,
}

impl Done {
    pub(crate) fn took(&self, branch: Branch) -> bool {
        self.took.contains(&branch)
    }

    pub(crate) fn sent(&self) -> Vec<(u8, Kind)> {
        let sent = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, body } => Some((to.0, body.kind())),
            _ => None,
        });
        sent.collect()
    }

    /// The Paxos messages among what was sent.
    pub(crate) fn words(&self) -> Vec<&Paxos> {
        let words = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send {
                body: Body::Paxos(word),
                ..
            } => Some(word),
            _ => None,
        });
        words.collect()
    }

    pub(crate) fn aborted(&self) -> Option<Branch> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Abort(branch) => Some(*branch),
            _ => None,
        })
    }
}

/// A monitor on the bench: address, name and identity are one number.
pub(crate) struct Bench {
    pub(crate) mon: Monitor,
    pub(crate) now: Time,
}

/// A store of one that has joined a cluster of `n`, with versions 1 to `last`.
pub(crate) fn joined(n: u8, last: u64) -> Store {
    let map = map_of(&(0..n).collect::<Vec<_>>(), 1);
    Store {
        election_epoch: 2,
        joined: true,
        monmap: Arc::clone(&map),
        paxos: PaxosStore {
            first_committed: 1,
            last_committed: last,
            maps: vec![(1, map)],
            ..PaxosStore::default()
        },
        sync: SyncStore::default(),
        scores: None,
    }
}

impl Bench {
    pub(crate) fn new(me: u8, store: Store) -> Self {
        Self::with(me, store, Options::default())
    }

    pub(crate) fn with(me: u8, store: Store, options: Options) -> Self {
        let edition = Edition::Luminous;
        Self::of(me, store, (edition, options), Settings::of(edition))
    }

    /// One of the modern edition.
    pub(crate) fn modern(me: u8, store: Store, settings: Settings) -> Self {
        Self::of(me, store, (Edition::Modern, Options::default()), settings)
    }

    fn of(me: u8, store: Store, kind: (Edition, Options), settings: Settings) -> Self {
        let features = (Features::ALL, Features::ALL);
        let mon = Monitor::new(MonId(me), Addr(me), features, kind, store);
        let mut bench = Self {
            mon: mon.with(settings),
            now: Time::from_ms(1_000),
        };
        bench.step(Input::Boot);
        bench
    }

    pub(crate) fn step(&mut self, input: Input<'_>) -> Done {
        let mut out = Outcome::default();
        self.mon.handle(self.now, input, &mut out);
        note(&out.path);
        Done {
            took: out.path.steps().iter().map(|step| step.branch).collect(),
            effects: out.effects,
        }
    }

    pub(crate) fn hear(&mut self, from: u8, body: Body) -> Done {
        self.hear_from(from, Some(Rank(from)), Features::ALL.con, body)
    }

    pub(crate) fn hear_from(
        &mut self,
        from: u8,
        source: Option<Rank>,
        con: u64,
        body: Body,
    ) -> Done {
        let message = Message {
            from: MonId(from),
            source,
            addr: Addr(from),
            con_features: con,
            from_monitor: true,
            capable: true,
            body,
        };
        self.step(Input::Message(&message))
    }

    pub(crate) fn elects(&mut self, from: u8, op: ElectionOp, epoch: u32) -> Done {
        let election = Election {
            op,
            epoch,
            mon_features: Features::ALL.mon,
            monmap: Arc::clone(&self.mon.monmap),
            scoring: None,
        };
        self.hear(from, Body::Election(election))
    }

    pub(crate) fn replies(&mut self, from: u8, tell: Told) -> Done {
        let op = ProbeOp::Reply {
            quorum: set(tell.quorum),
            monmap: tell.map.unwrap_or_else(|| Arc::clone(&self.mon.monmap)),
            first_committed: tell.first,
            last_committed: tell.last,
            leader: set(tell.quorum).first(),
        };
        self.probes(from, op, tell.joined)
    }

    pub(crate) fn probes(&mut self, from: u8, op: ProbeOp, has_ever_joined: bool) -> Done {
        let probe = Probe {
            fsid: 1,
            name: Name(from),
            has_ever_joined,
            release: self.mon.settings.release,
            op,
        };
        self.hear(from, Body::Probe(probe))
    }

    /// A Paxos message in my epoch from one that has versions 1 to `last`.
    pub(crate) fn says(&mut self, from: u8, op: PaxosOp, last: u64, pn: u64) -> Done {
        self.says_all(from, op, (1, last), pn, None)
    }

    pub(crate) fn says_all(
        &mut self,
        from: u8,
        op: PaxosOp,
        (first_committed, last_committed): (u64, u64),
        pn: u64,
        share: Option<Share>,
    ) -> Done {
        let word = Paxos {
            op,
            epoch: self.mon.elector.epoch(),
            first_committed,
            last_committed,
            pn,
            share: share.map(Box::new),
        };
        self.hear(from, Body::Paxos(word))
    }
}

/// What a probe reply tells.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) quorum: &'static [u8],
    pub(crate) map: Option<Arc<MonMap>>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) joined: bool,
}

pub(crate) const TOLD: Told = Told {
    quorum: &[],
    map: None,
    first: 1,
    last: 1,
    joined: true,
};

/// Rank 0 of three, elected by all in epoch 4, that has just sent its collect with number 100.
pub(crate) fn collecting(store: Store) -> Bench {
    let mut bench = Bench::new(0, store);
    let last = bench.mon.store.paxos.last_committed;
    bench.replies(1, Told { last, ..TOLD });
    bench.elects(1, ElectionOp::Ack, 3);
    let won = bench.elects(2, ElectionOp::Ack, 3);
    assert!(won.took(Branch::Collect7));
    bench
}

pub(crate) const LAST: PaxosOp = PaxosOp::Last { uncommitted: None };

/// The same, when everybody has answered: its leases are out.
pub(crate) fn leading() -> Bench {
    let mut bench = collecting(joined(3, 1));
    bench.says(1, LAST, 1, 100);
    bench.says(2, LAST, 1, 100);
    assert_eq!(bench.mon.paxos.phase, Phase::Active);
    bench
}

/// Rank 2 of three, which follows rank 0 in epoch 4 and has promised 100.
pub(crate) fn following(store: Store) -> Bench {
    let mut bench = Bench::new(2, store);
    let last = bench.mon.store.paxos.last_committed;
    bench.replies(1, Told { last, ..TOLD });
    bench.elects(0, ElectionOp::Propose, 3);
    let claim = ElectionOp::Victory {
        quorum: set(&[0, 1, 2]),
        quorum_features: Features::ALL.con,
        commands: true,
    };
    bench.elects(0, claim, 4);
    assert_eq!(bench.mon.state, State::Peon);
    bench.says(0, PaxosOp::Collect, last, 100);
    bench
}
