//! Single steps of Paxos' values, of probing, and of synchronising, with the exact effects they have: the corners that
//! no story comes to, or not often.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use monscope::core::mon::effect::{Effect, Outcome, Write};
use monscope::core::mon::message::{
    Body, Election, ElectionOp, Features, Message, Paxos, PaxosOp, Probe, ProbeOp, Request,
};
use monscope::core::mon::monitor::Store;
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name};
use monscope::core::mon::paxos::{Accepted, PaxosStore, Phase, Share, Value};
use monscope::core::mon::sync::{Cookie, Extent, SyncOp, SyncStore};
use monscope::core::mon::{
    Branch, Input, Kind, MonId, Monitor, Options, Rank, RankSet, Span, State, Time, Timer,
};

fn map_of(members: &[u8], epoch: u32) -> Arc<MonMap> {
    let member = |i: &u8| Member {
        name: Name(*i),
        addr: Addr(*i),
    };
    Arc::new(MonMap {
        epoch,
        fsid: 1,
        members: members.iter().map(member).collect(),
    })
}

fn set(ranks: &[u8]) -> RankSet {
    ranks.iter().copied().map(Rank).collect()
}

/// What a step asked for, and every id it took.
struct Done {
    effects: Vec<Effect>,
    took: Vec<Branch>,
}

impl Done {
    fn took(&self, branch: Branch) -> bool {
        self.took.contains(&branch)
    }

    fn sent(&self) -> Vec<(u8, Kind)> {
        let sent = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, body } => Some((to.0, body.kind())),
            _ => None,
        });
        sent.collect()
    }

    /// The Paxos messages among what was sent.
    fn words(&self) -> Vec<&Paxos> {
        let words = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send {
                body: Body::Paxos(word),
                ..
            } => Some(word),
            _ => None,
        });
        words.collect()
    }

    fn aborted(&self) -> Option<Branch> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Abort(branch) => Some(*branch),
            _ => None,
        })
    }

    fn syncs(&self) -> Vec<&SyncOp> {
        let ops = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send {
                body: Body::Sync(op),
                ..
            } => Some(op),
            _ => None,
        });
        ops.collect()
    }
}

/// A monitor on the bench: address, name and identity are one number.
struct Bench {
    mon: Monitor,
    now: Time,
}

/// A store of one that has joined a cluster of `n`, with versions 1 to `last`.
fn joined(n: u8, last: u64) -> Store {
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
    }
}

/// A store of one that was just made, with this seed map.
fn fresh(map: MonMap) -> Store {
    Store {
        election_epoch: 0,
        joined: false,
        monmap: Arc::new(map),
        paxos: PaxosStore::default(),
        sync: SyncStore::default(),
    }
}

impl Bench {
    fn new(me: u8, store: Store) -> Self {
        Self::with(me, store, Options::default())
    }

    fn with(me: u8, store: Store, options: Options) -> Self {
        let features = (Features::ALL, Features::ALL);
        let mut bench = Self {
            mon: Monitor::new(MonId(me), Addr(me), features, options, store),
            now: Time::from_ms(1_000),
        };
        bench.step(Input::Boot);
        bench
    }

    fn step(&mut self, input: Input<'_>) -> Done {
        let mut out = Outcome::default();
        self.mon.handle(self.now, input, &mut out);
        Done {
            took: out.path.steps().iter().map(|step| step.branch).collect(),
            effects: out.effects,
        }
    }

    fn hear(&mut self, from: u8, body: Body) -> Done {
        self.hear_from(from, Some(Rank(from)), Features::ALL.con, body)
    }

    fn hear_from(&mut self, from: u8, source: Option<Rank>, con: u64, body: Body) -> Done {
        let message = Message {
            from: MonId(from),
            source,
            addr: Addr(from),
            con_features: con,
            capable: true,
            body,
        };
        self.step(Input::Message(&message))
    }

    fn elects(&mut self, from: u8, op: ElectionOp, epoch: u32) -> Done {
        let election = Election {
            op,
            epoch,
            mon_features: Features::ALL.mon,
            monmap: Arc::clone(&self.mon.monmap),
        };
        self.hear(from, Body::Election(election))
    }

    fn replies(&mut self, from: u8, tell: Told) -> Done {
        let op = ProbeOp::Reply {
            quorum: set(tell.quorum),
            monmap: tell.map.unwrap_or_else(|| Arc::clone(&self.mon.monmap)),
            first_committed: tell.first,
            last_committed: tell.last,
        };
        self.probes(from, op, tell.joined)
    }

    fn probes(&mut self, from: u8, op: ProbeOp, has_ever_joined: bool) -> Done {
        let probe = Probe {
            fsid: 1,
            name: Name(from),
            has_ever_joined,
            op,
        };
        self.hear(from, Body::Probe(probe))
    }

    /// A Paxos message in my epoch from one that has versions 1 to `last`.
    fn says(&mut self, from: u8, op: PaxosOp, last: u64, pn: u64) -> Done {
        self.says_all(from, op, (1, last), pn, None)
    }

    fn says_all(
        &mut self,
        from: u8,
        op: PaxosOp,
        (first_committed, last_committed): (u64, u64),
        pn: u64,
        share: Option<Share>,
    ) -> Done {
        let word = Paxos {
            op,
            epoch: self.mon.elector.epoch,
            first_committed,
            last_committed,
            pn,
            share,
        };
        self.hear(from, Body::Paxos(word))
    }
}

/// What a probe reply tells.
#[derive(Clone)]
struct Told {
    quorum: &'static [u8],
    map: Option<Arc<MonMap>>,
    first: u64,
    last: u64,
    joined: bool,
}

const TOLD: Told = Told {
    quorum: &[],
    map: None,
    first: 1,
    last: 1,
    joined: true,
};

/// Rank 0 of three, elected by all in epoch 4, that has just sent its collect with number 100.
fn collecting(store: Store) -> Bench {
    let mut bench = Bench::new(0, store);
    let last = bench.mon.store.paxos.last_committed;
    bench.replies(1, Told { last, ..TOLD });
    bench.elects(1, ElectionOp::Ack, 3);
    let won = bench.elects(2, ElectionOp::Ack, 3);
    assert!(won.took(Branch::Collect7));
    bench
}

const LAST: PaxosOp = PaxosOp::Last { uncommitted: None };

/// The same, when everybody has answered: its leases are out.
fn leading() -> Bench {
    let mut bench = collecting(joined(3, 1));
    bench.says(1, LAST, 1, 100);
    bench.says(2, LAST, 1, 100);
    assert_eq!(bench.mon.paxos.phase, Phase::Active);
    bench
}

/// Rank 2 of three, which follows rank 0 in epoch 4 and has promised 100.
fn following(store: Store) -> Bench {
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

const COMMIT: Request = Request::Commit { first: 7, count: 1 };

// -- phase 2

#[test]
fn a_value_goes_out_is_accepted_by_all_and_written_in_a_step_of_its_own() {
    let mut leader = leading();
    let begun = leader.step(Input::Request(COMMIT));
    assert_eq!(begun.sent(), [(1, Kind::Begin), (2, Kind::Begin)]);
    let cancelled: Vec<&Effect> = begun
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Cancel(_)))
        .collect();
    let leases = [
        &Effect::Cancel(Timer::LeaseRenew),
        &Effect::Cancel(Timer::LeaseAck),
    ];
    assert_eq!(cancelled, leases, "a write holds the leases up");
    assert!(begun.effects.contains(&Effect::Persist(Write::Accepted(2))));
    let patience = Effect::Arm(Timer::Accept, Span::from_secs(10));
    assert_eq!(begun.effects.last(), Some(&patience));
    assert_eq!(leader.says(1, PaxosOp::Accept, 1, 100).effects, []);
    let all = leader.says(2, PaxosOp::Accept, 1, 100);
    assert_eq!(
        all.effects,
        [Effect::Cancel(Timer::Accept), Effect::QueueWrite]
    );
    assert_eq!(leader.mon.paxos.phase, Phase::Writing);
    assert_eq!(
        leader.mon.store.paxos.last_committed, 1,
        "not before it is written"
    );
    let written = leader.step(Input::Written);
    let wanted = [
        (1, Kind::Commit),
        (2, Kind::Commit),
        (1, Kind::Lease),
        (2, Kind::Lease),
    ];
    assert_eq!(written.sent(), wanted);
    let committed = Effect::Committed {
        version: 2,
        value: Value::Plain(7),
        by: leader.mon.monmap.members.iter().fold(
            monscope::core::mon::monmap::AddrSet::EMPTY,
            |mut all, member| {
                all.insert(member.addr);
                all
            },
        ),
    };
    assert!(written.effects.contains(&committed));
    assert_eq!(
        written.words()[0]
            .share
            .as_ref()
            .map(|share| (share.from, share.to)),
        Some((2, 2))
    );
    assert_eq!(leader.mon.paxos.phase, Phase::Active);
    assert!(
        leader.step(Input::Written).effects.is_empty(),
        "a second time it is nothing"
    );
}

#[test]
fn a_peon_accepts_stores_and_waits_for_the_commit_and_the_lease() {
    let mut peon = following(joined(3, 1));
    peon.says(
        0,
        PaxosOp::Lease {
            until: Time::from_ms(6_000),
        },
        1,
        0,
    );
    assert_eq!(peon.mon.paxos.phase, Phase::Active);
    let value = Value::Plain(7);
    let begin = PaxosOp::Begin {
        value: value.clone(),
    };
    let begun = peon.says(0, begin.clone(), 1, 100);
    assert_eq!(begun.effects.len(), 2, "its lease timeout is left running");
    assert_eq!(begun.effects[0], Effect::Persist(Write::Accepted(2)));
    assert_eq!(
        (begun.sent(), begun.words()[0].pn),
        (vec![(0, Kind::Accept)], 100)
    );
    assert_eq!(
        (peon.mon.paxos.phase, peon.mon.paxos.lease_expire),
        (Phase::Updating, Time::ZERO)
    );
    let accepted = Accepted {
        version: 2,
        pn: 100,
        value,
    };
    assert_eq!(peon.mon.store.paxos.accepted, Some(accepted));
    let share = Share {
        from: 2,
        to: 2,
        maps: Vec::new(),
        first_committed: 1,
    };
    let committed = peon.says_all(0, PaxosOp::Commit, (1, 2), 100, Some(share));
    assert_eq!(
        committed.effects,
        [Effect::Persist(Write::LastCommitted(2))]
    );
    assert_eq!(
        peon.mon.paxos.phase,
        Phase::Updating,
        "it is active only with the lease"
    );
    assert_eq!(peon.mon.store.paxos.accepted, None);
    // An older number is not accepted, a newer one can't be.
    assert!(
        peon.says(0, begin.clone(), 2, 99)
            .took(Branch::HandleBegin1)
    );
    assert_eq!(
        peon.says(0, begin.clone(), 2, 101).aborted(),
        Some(Branch::HandleBegin2)
    );
    let mut peon = following(joined(3, 1));
    assert_eq!(
        peon.says(0, begin, 7, 100).aborted(),
        Some(Branch::HandleBegin2)
    );
}

#[test]
fn old_accepts_are_ignored_and_a_second_one_is_not_possible() {
    let mut leader = leading();
    leader.step(Input::Request(COMMIT));
    assert!(
        leader
            .says(1, PaxosOp::Accept, 1, 0)
            .took(Branch::HandleAccept1)
    );
    leader.says(1, PaxosOp::Accept, 1, 100);
    assert_eq!(
        leader.says(1, PaxosOp::Accept, 1, 100).aborted(),
        Some(Branch::HandleAccept3)
    );
    let mut leader = collecting(joined(3, 5));
    leader.says(1, LAST, 5, 100);
    leader.says(2, LAST, 5, 100);
    leader.step(Input::Request(COMMIT));
    assert!(
        leader
            .says(1, PaxosOp::Accept, 3, 100)
            .took(Branch::HandleAccept2)
    );
    assert_eq!(leader.mon.paxos.accepted, set(&[0]));
}

#[test]
fn a_standalone_leader_writes_without_asking() {
    let mut bench = Bench::new(0, joined(1, 1));
    let begun = bench.step(Input::Request(Request::Commit { first: 7, count: 2 }));
    assert!(begun.took(Branch::Begin4) && begun.sent().is_empty());
    let written = bench.step(Input::Written);
    assert!(written.took(Branch::FinishRound) && written.took(Branch::Propose));
    assert!(!written.took(Branch::ExtendLease1), "nobody needs a lease");
    // What can't wait completes the second one, and only then goes on (MON-WAITWRITE).
    let ended = bench.step(Input::Terminate);
    assert_eq!(ended.took.first(), Some(&Branch::MonWaitWrite));
    assert_eq!(bench.mon.store.paxos.last_committed, 3);
    assert_eq!(ended.effects.last(), Some(&Effect::Exit));
}

#[test]
fn a_write_is_completed_before_the_quorum_is_left() {
    let mut leader = leading();
    leader.step(Input::Request(COMMIT));
    leader.says(1, PaxosOp::Accept, 1, 100);
    leader.says(2, PaxosOp::Accept, 1, 100);
    let proposed = leader.elects(2, ElectionOp::Propose, 7);
    let first: Vec<Kind> = proposed.sent().into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(first[..2], [Kind::Commit, Kind::Commit]);
    assert!(proposed.took(Branch::MonWaitWrite) && proposed.took(Branch::CommitFinish1));
    assert_eq!(
        (leader.mon.state, leader.mon.paxos.phase),
        (State::Electing, Phase::Recovering)
    );
    assert!(leader.step(Input::Written).effects.is_empty());
}

#[test]
fn the_accept_timer_sends_the_leader_back_to_probing_and_leaves_the_value() {
    let mut leader = leading();
    leader.step(Input::Request(COMMIT));
    let fired = leader.step(Input::Timer(Timer::Accept));
    assert!(fired.took(Branch::AcceptTimeout));
    assert_eq!(leader.mon.state, State::Probing);
    assert!(leader.mon.paxos.new_value.is_none() && leader.mon.paxos.proposals.is_empty());
    assert!(
        leader.mon.store.paxos.uncommitted().is_some(),
        "what is on disk stays"
    );
}

#[test]
fn old_versions_are_trimmed_by_a_value_of_its_own() {
    let mut bench = Bench::new(0, joined(1, 751));
    bench.step(Input::Request(COMMIT));
    let written = bench.step(Input::Written);
    assert!(written.took(Branch::FinishRoundTrim));
    bench.step(Input::Written);
    let paxos = &bench.mon.store.paxos;
    assert_eq!((paxos.first_committed, paxos.last_committed), (252, 753));
}

// -- phase 1

fn left(version: u64, pn: u64, value: u32) -> Accepted {
    Accepted {
        version,
        pn,
        value: Value::Plain(value),
    }
}

#[test]
fn the_value_with_the_highest_number_is_proposed_first() {
    let mut store = joined(3, 1);
    store.paxos.accepted = Some(left(2, 101, 5));
    let mut leader = collecting(store);
    assert_eq!(
        leader.mon.paxos.uncommitted,
        Some(left(2, 101, 5)),
        "its own (COLLECT-3)"
    );
    let pn = leader.mon.paxos.accepted_pn;
    let lower = PaxosOp::Last {
        uncommitted: Some(left(2, 100, 6)),
    };
    assert!(
        !leader
            .says(1, lower, 1, pn)
            .took(Branch::HandleLast7Uncommitted)
    );
    let higher = PaxosOp::Last {
        uncommitted: Some(left(2, 202, 8)),
    };
    let all = leader.says(2, higher, 1, pn);
    assert!(all.took(Branch::HandleLast7Uncommitted));
    assert!(all.took(Branch::HandleLast7Previous));
    assert_eq!(leader.mon.paxos.phase, Phase::UpdatingPrevious);
    assert_eq!(leader.mon.paxos.new_value, Some(Value::Plain(8)));
    assert_eq!(all.sent(), [(1, Kind::Begin), (2, Kind::Begin)]);
    leader.says(1, PaxosOp::Accept, 1, pn);
    leader.says(2, PaxosOp::Accept, 1, pn);
    assert_eq!(leader.mon.paxos.phase, Phase::WritingPrevious);
    leader.step(Input::Written);
    assert_eq!(leader.mon.paxos.phase, Phase::Active);
}

#[test]
fn a_value_that_somebody_has_committed_is_no_longer_uncommitted() {
    let mut store = joined(3, 1);
    store.paxos.accepted = Some(left(2, 101, 5));
    let mut leader = collecting(store);
    let pn = leader.mon.paxos.accepted_pn;
    let share = Share {
        from: 2,
        to: 4,
        maps: Vec::new(),
        first_committed: 1,
    };
    let done = leader.says_all(1, LAST, (1, 4), pn, Some(share));
    assert_eq!(leader.mon.paxos.uncommitted, None);
    assert!(done.took(Branch::HandleLast9), "what came is read at once");
    // Rank 2 has only the first version: it gets the rest before its lease, in a commit without a number.
    let done = leader.says(2, LAST, 1, pn);
    assert_eq!(done.sent()[0], (2, Kind::Commit));
    let word = done.words()[0];
    let share = word.share.as_ref().map(|share| (share.from, share.to));
    assert_eq!((word.pn, word.last_committed, share), (0, 4, Some((2, 4))));
    assert!(
        !done.took(Branch::HandleLast9),
        "the round's own refresh has read it"
    );
}

#[test]
fn a_map_in_the_answers_sends_the_leader_back_to_probing() {
    let mut leader = collecting(joined(3, 1));
    let newer = map_of(&[0, 1, 2, 3], 2);
    let share = Share {
        from: 2,
        to: 2,
        maps: vec![(2, newer)],
        first_committed: 1,
    };
    let done = leader.says_all(1, LAST, (1, 2), 100, Some(share));
    assert!(done.took(Branch::HandleLast9) && done.took(Branch::MonMonmap));
    assert_eq!(
        (leader.mon.state, leader.mon.monmap.epoch),
        (State::Probing, 2)
    );
    assert_eq!(
        done.sent()
            .iter()
            .filter(|(_, kind)| *kind == Kind::Probe)
            .count(),
        3
    );
}

#[test]
fn gaps_between_versions_end_the_round() {
    let mut leader = collecting(joined(3, 1));
    assert!(
        leader
            .says_all(1, LAST, (5, 9), 100, None)
            .took(Branch::HandleLast3)
    );
    assert_eq!(leader.mon.state, State::Probing);
    let mut store = joined(3, 900);
    store.paxos.first_committed = 400;
    let mut leader = collecting(store);
    assert!(leader.says(1, LAST, 300, 100).took(Branch::HandleLast5Gap));
    let mut peon = following(joined(3, 1));
    assert!(
        peon.says_all(0, PaxosOp::Collect, (5, 9), 200, None)
            .took(Branch::HandleCollect4)
    );
    assert_eq!(peon.mon.state, State::Probing);
}

#[test]
fn a_peon_tells_what_it_has_and_what_it_accepted() {
    let mut store = joined(3, 4);
    store.paxos.accepted = Some(left(5, 90, 6));
    let mut peon = following(store);
    let done = peon.says(0, PaxosOp::Collect, 2, 300);
    assert!(done.took(Branch::HandleCollect8) && done.took(Branch::HandleCollect9));
    let word = done.words()[0];
    assert_eq!(
        word.op,
        PaxosOp::Last {
            uncommitted: Some(left(5, 90, 6))
        }
    );
    assert_eq!(
        word.share.as_ref().map(|share| (share.from, share.to)),
        Some((3, 4))
    );
    assert_eq!(peon.mon.store.paxos.accepted_pn, 300);
    // A leader that is ahead is told nothing of a value that it has passed.
    let done = peon.says(0, PaxosOp::Collect, 9, 400);
    assert!(!done.took(Branch::HandleCollect8) && !done.took(Branch::HandleCollect9));
    // What was promised stays.
    let done = peon.says(0, PaxosOp::Collect, 4, 100);
    assert_eq!(
        (done.words()[0].pn, peon.mon.store.paxos.accepted_pn),
        (400, 400)
    );
}

#[test]
fn a_share_that_does_not_continue_my_versions_is_left() {
    let mut peon = following(joined(3, 4));
    let share = |from, to| {
        Some(Share {
            from,
            to,
            maps: Vec::new(),
            first_committed: 1,
        })
    };
    assert_eq!(
        peon.says_all(0, PaxosOp::Commit, (1, 9), 0, share(7, 9))
            .effects,
        []
    );
    assert_eq!(
        peon.says_all(0, PaxosOp::Commit, (1, 3), 0, share(2, 3))
            .effects,
        []
    );
    assert_eq!(peon.mon.store.paxos.last_committed, 4);
    peon.says_all(0, PaxosOp::Commit, (1, 6), 0, share(3, 6));
    assert_eq!(
        peon.mon.store.paxos.last_committed, 6,
        "one that overlaps is taken"
    );
    let lease = PaxosOp::Lease {
        until: Time::from_ms(9_000),
    };
    assert!(
        peon.says(0, lease, 5, 0).took(Branch::HandleLease1),
        "a lease for other versions is not"
    );
}

#[test]
fn a_message_of_a_leader_that_is_not_mine_is_not_possible() {
    let mut peon = following(joined(3, 1));
    assert_eq!(
        peon.says(1, PaxosOp::Collect, 1, 201).aborted(),
        Some(Branch::PaxosGate4)
    );
    let mut leader = leading();
    assert_eq!(
        leader.says(1, PaxosOp::Commit, 1, 0).aborted(),
        Some(Branch::HandleCommit1)
    );
}

// -- probing

#[test]
fn a_seed_map_learns_a_name_that_it_lacks() {
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], 0));
    map.members[1].name = Name(Name::PLACEHOLDERS + 1);
    let mut bench = Bench::new(0, fresh(map.clone()));
    let newcomer = Told {
        first: 0,
        last: 0,
        joined: false,
        ..TOLD
    };
    let done = bench.replies(1, newcomer.clone());
    assert!(
        done.took(Branch::Reply3) && done.took(Branch::Reply11c),
        "and the peer counts at once"
    );
    assert_eq!(bench.mon.monmap.members[1].name, Name(1));
    // Learnt in an election, it is started over with.
    let mut bench = Bench::new(0, fresh(map));
    bench.replies(2, newcomer.clone());
    assert_eq!(bench.mon.state, State::Electing);
    bench.replies(1, newcomer);
    assert_eq!(bench.mon.state, State::Probing);
}

#[test]
fn a_seed_map_learns_an_address_that_it_lacks() {
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], 0));
    map.members[2].addr = Addr::BLANK;
    map.sort();
    assert_eq!(
        map.rank_of_addr(Addr(0)),
        Some(Rank(1)),
        "an unknown address comes first"
    );
    let mut bench = Bench::new(0, fresh(map));
    let done = bench.replies(
        2,
        Told {
            first: 0,
            last: 0,
            joined: false,
            ..TOLD
        },
    );
    assert!(done.took(Branch::Reply4) && done.took(Branch::Boot5c));
    assert_eq!(bench.mon.monmap, map_of(&[0, 1, 2], 0));
    assert_eq!(done.sent(), [(1, Kind::Probe), (2, Kind::Probe)]);
}

#[test]
fn who_never_joined_follows_any_map_of_one_who_has_and_nobody_elses() {
    let mut bench = Bench::new(3, fresh(MonMap::clone(&map_of(&[0, 1, 2], 0))));
    let other = Some(map_of(&[0, 1, 2, 3], 7));
    let done = bench.replies(
        1,
        Told {
            map: other.clone(),
            joined: false,
            ..TOLD
        },
    );
    assert!(!done.took(Branch::Reply2));
    let done = bench.replies(1, Told { map: other, ..TOLD });
    assert!(done.took(Branch::Reply2) && done.effects.contains(&Effect::DropSessions));
    assert_eq!((bench.mon.rank, bench.mon.monmap.epoch), (Some(Rank(3)), 7));
    assert_eq!(bench.mon.store.monmap.epoch, 0, "in memory only");
    let older = Some(map_of(&[0, 1, 3], 6));
    assert!(
        bench
            .replies(1, Told { map: older, ..TOLD })
            .took(Branch::Reply2)
    );
}

#[test]
fn how_far_behind_a_monitor_must_be_to_copy() {
    let behind = |mine: u64, told: Told| {
        let mut bench = Bench::new(2, joined(3, mine));
        bench.replies(0, told)
    };
    let within = behind(5, Told { last: 15, ..TOLD });
    assert!(within.took(Branch::Reply11c));
    let recent = behind(5, Told { last: 16, ..TOLD });
    assert!(recent.took(Branch::Reply8) && !recent.took(Branch::SyncStartFull));
    assert!(recent.effects.contains(&Effect::Cancel(Timer::Probe)));
    let get = SyncOp::GetCookie {
        extent: Extent::Recent,
        last_committed: 5,
    };
    assert_eq!(recent.syncs(), [&get]);
    let full = behind(
        5,
        Told {
            first: 6,
            last: 9,
            ..TOLD
        },
    );
    assert!(full.took(Branch::Reply7) && full.took(Branch::SyncStartFull));
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    assert_eq!(full.syncs(), [&get]);
    // A peer that is behind the floor of an earlier copy decides nothing.
    let mut store = joined(3, 0);
    store.sync = SyncStore {
        in_sync: true,
        last_committed_floor: 50,
    };
    let mut bench = Bench::new(2, store);
    let done = bench.replies(
        0,
        Told {
            first: 6,
            last: 40,
            ..TOLD
        },
    );
    assert!(done.took(Branch::Reply6) && done.took(Branch::Reply11c));
}

#[test]
fn a_probe_that_names_a_version_beyond_mine_sends_one_in_a_quorum_back() {
    let ahead = ProbeOp::Probe { first_committed: 9 };
    let mut bench = leading();
    let done = bench.probes(1, ahead.clone(), true);
    assert!(done.took(Branch::Probe3) && !done.took(Branch::Probe4));
    assert_eq!(bench.mon.state, State::Probing);
    assert!(
        bench.probes(1, ahead, true).took(Branch::Probe4),
        "one that probes answers it"
    );
    let done = bench.probes(3, ProbeOp::Probe { first_committed: 0 }, false);
    assert!(done.took(Branch::Probe5) && bench.mon.extra_probe_peers.iter().eq([Addr(3)]));
    let done = bench.hear_from(
        3,
        None,
        1,
        Body::Probe(Probe {
            fsid: 1,
            name: Name(3),
            has_ever_joined: false,
            op: ProbeOp::Probe { first_committed: 0 },
        }),
    );
    assert!(done.took(Branch::Probe1));
    let done = bench.hear(
        3,
        Body::Probe(Probe {
            fsid: 2,
            name: Name(3),
            has_ever_joined: false,
            op: ProbeOp::MissingFeatures,
        }),
    );
    assert!(done.took(Branch::ProbeFsid));
    assert!(
        bench
            .probes(1, ProbeOp::MissingFeatures, true)
            .took(Branch::ProbeMissing)
    );
}

#[test]
fn one_whose_address_goes_by_another_name_asks_to_be_entered_anew() {
    let mut store = joined(3, 1);
    let mut map = MonMap::clone(&store.monmap);
    map.members[2].name = Name(9);
    store.monmap = Arc::new(map);
    store.joined = false;
    store.paxos = PaxosStore::default();
    let mut bench = Bench::new(2, store);
    assert_eq!(bench.mon.rank, Some(Rank(2)));
    let asked = bench.replies(
        0,
        Told {
            quorum: &[0, 1],
            ..TOLD
        },
    );
    assert!(asked.took(Branch::Reply10b) && asked.sent() == [(0, Kind::Join)]);
    bench.step(Input::QuorumEnter);
    let claim = ElectionOp::Victory {
        quorum: set(&[0, 1, 2]),
        quorum_features: Features::ALL.con,
        commands: true,
    };
    let epoch = bench.mon.elector.epoch + 1;
    let followed = bench.elects(0, claim, epoch);
    assert!(followed.took(Branch::FinishElection7));
    assert_eq!(followed.sent().last(), Some(&(0, Kind::Join)));
}

// -- requests

#[test]
fn what_the_leader_is_asked_about_the_map() {
    let (name, addr) = (Name(3), Addr(3));
    let mut leader = leading();
    let done = leader.step(Input::Request(Request::Join {
        name: Name(1),
        addr: Addr(1),
    }));
    assert!(done.took(Branch::RequestJoin1) && done.effects.is_empty());
    let done = leader.step(Input::Request(Request::Join { name, addr }));
    assert!(done.took(Branch::RequestJoin2) && done.took(Branch::Begin5));
    let asked_twice = leader.step(Input::Request(Request::Add { name, addr }));
    assert!(
        asked_twice.took(Branch::RequestJoin1),
        "a map on its way counts"
    );
    let Some(Value::Monmap(map)) = &leader.mon.paxos.new_value else {
        panic!("a map is proposed");
    };
    assert_eq!(*map, map_of(&[0, 1, 2, 3], 2));
    let gone = leader.step(Input::Request(Request::Remove { name: Name(7) }));
    assert!(gone.took(Branch::RequestRemove1));
    let gone = leader.step(Input::Request(Request::Remove { name: Name(1) }));
    assert!(gone.took(Branch::RequestRemove2));
    assert_eq!(
        leader.mon.paxos.proposals,
        [Value::Monmap(map_of(&[0, 2, 3], 3))]
    );
    // Under its name with another address, a monitor is entered anew.
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], 1));
    map.members[2].addr = Addr::BLANK;
    let mut leader = leading();
    leader.mon.monmap = Arc::new(map);
    leader.step(Input::Request(Request::Join {
        name: Name(2),
        addr: Addr(2),
    }));
    assert_eq!(
        leader.mon.paxos.new_value,
        Some(Value::Monmap(map_of(&[0, 1, 2], 2)))
    );
}

#[test]
fn a_request_is_forwarded_or_waits() {
    let mut peon = following(joined(3, 1));
    assert_eq!(
        peon.step(Input::Request(COMMIT)).sent(),
        [(0, Kind::Forward)]
    );
    let mut bench = Bench::new(0, joined(3, 1));
    assert!(bench.step(Input::Request(COMMIT)).took(Branch::RequestWait));
    bench.replies(1, TOLD);
    bench.elects(1, ElectionOp::Ack, 3);
    let won = bench.elects(2, ElectionOp::Ack, 3);
    assert!(
        won.took(Branch::RequestCommit) && !won.took(Branch::Propose),
        "it waits for the round"
    );
    bench.says(1, LAST, 1, 100);
    assert!(bench.says(2, LAST, 1, 100).took(Branch::Propose));
}

// -- synchronising

/// A monitor of rank 2 that copies from rank 0.
fn copying(extent: Extent) -> Bench {
    let mut bench = Bench::new(2, joined(3, 5));
    let first = if extent == Extent::Full { 300 } else { 1 };
    bench.replies(
        0,
        Told {
            first,
            last: 900,
            ..TOLD
        },
    );
    assert_eq!(bench.mon.state, State::Synchronizing);
    bench
}

/// A provider of rank 0 with versions 300 to 900 and a new map, in room for two versions a chunk.
fn provider() -> Bench {
    let mut store = joined(3, 900);
    store.paxos.first_committed = 300;
    store.paxos.last_pn = 700;
    store.paxos.accepted_pn = 701;
    store.paxos.maps.push((400, map_of(&[0, 1, 2], 2)));
    let options = Options {
        mon_sync_max_payload_size: 300 * 4_096,
        ..Options::default()
    };
    Bench::with(0, store, options)
}

fn sync(bench: &mut Bench, from: u8, op: SyncOp) -> Done {
    bench.hear(from, Body::Sync(op))
}

#[test]
fn a_full_copy_from_cookie_to_last_chunk() {
    let (mut from, mut to) = (provider(), copying(Extent::Full));
    assert_eq!(to.mon.store.paxos, PaxosStore::default());
    assert_eq!(
        to.mon.store.sync,
        SyncStore {
            in_sync: true,
            last_committed_floor: 5
        }
    );
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    let given = sync(&mut from, 2, get);
    let cookie = Cookie(1);
    assert_eq!(
        given.syncs(),
        [&SyncOp::Cookie(cookie)],
        "epoch 0, the first one"
    );
    let mut ask = sync(&mut to, 0, SyncOp::Cookie(cookie));
    assert!(sync(&mut to, 0, SyncOp::Cookie(Cookie(9))).took(Branch::Cookie1));
    assert!(sync(&mut to, 1, SyncOp::Cookie(Cookie(9))).took(Branch::Cookie1));
    let mut chunks = 0;
    loop {
        assert_eq!(ask.syncs(), [&SyncOp::GetChunk(cookie)]);
        let sent = sync(&mut from, 2, SyncOp::GetChunk(cookie));
        chunks += 1;
        let chunk = sent.syncs()[0].clone();
        assert!(
            sync(&mut to, 1, chunk.clone()).took(Branch::Chunk1),
            "it is not theirs"
        );
        ask = sync(&mut to, 0, chunk);
        if ask.took(Branch::Chunk5) {
            break;
        }
        assert_eq!(
            to.mon.store.paxos.last_committed, 0,
            "nothing is used before the end"
        );
    }
    assert_eq!(chunks, 3, "601 versions at 300 a chunk");
    assert_eq!(
        to.mon.store.paxos, from.mon.store.paxos,
        "proposal numbers and all"
    );
    assert_eq!(
        (to.mon.store.sync, to.mon.sync_floor),
        (SyncStore::default(), 5)
    );
    assert_eq!((to.mon.state, to.mon.monmap.epoch), (State::Probing, 2));
    let again = sync(&mut from, 2, SyncOp::GetChunk(cookie));
    assert_eq!(again.syncs(), [&SyncOp::NoCookie], "the last chunk ends it");
}

#[test]
fn a_recent_copy_is_used_chunk_by_chunk() {
    let (mut from, mut to) = (provider(), copying(Extent::Recent));
    from.mon.store.paxos.first_committed = 1;
    let given = sync(
        &mut from,
        2,
        SyncOp::GetCookie {
            extent: Extent::Recent,
            last_committed: 5,
        },
    );
    sync(&mut to, 0, given.syncs()[0].clone());
    for last in [305, 605, 900] {
        let sent = sync(&mut from, 2, SyncOp::GetChunk(Cookie(1)));
        let took = sync(&mut to, 0, sent.syncs()[0].clone());
        assert_eq!(to.mon.store.paxos.last_committed, last);
        assert_eq!(took.took(Branch::Chunk5), last == 900);
    }
    assert_eq!(to.mon.monmap.epoch, 2);
}

#[test]
fn when_a_provider_refuses() {
    let mut copies = copying(Extent::Recent);
    let get = || SyncOp::GetCookie {
        extent: Extent::Recent,
        last_committed: 5,
    };
    let refused = sync(&mut copies, 1, get());
    assert!(refused.took(Branch::GetCookie1));
    assert_eq!(refused.syncs(), [&SyncOp::NoCookie]);
    let mut from = provider();
    let unable = from.hear_from(2, Some(Rank(2)), 1, Body::Sync(get()));
    assert!(unable.took(Branch::GetCookie2) && unable.effects.is_empty());
    // Versions after 5 were trimmed.
    sync(&mut from, 2, get());
    let trimmed = sync(&mut from, 2, SyncOp::GetChunk(Cookie(1)));
    assert!(trimmed.took(Branch::GetChunk2) && from.mon.sync_clients.is_empty());
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk1));
    // The requester starts over.
    let over = sync(&mut copies, 0, SyncOp::NoCookie);
    assert!(over.took(Branch::NoCookie) && copies.mon.state == State::Probing);
    assert!(over.effects.contains(&Effect::Cancel(Timer::Sync)));
    assert!(sync(&mut copies, 0, SyncOp::Cookie(Cookie(3))).took(Branch::Cookie1));
}

/// Cookies are looked through every 5 s from the process' start at 1 s; they live for two minutes.
#[test]
fn a_cookie_expires_with_a_tick() {
    let mut from = provider();
    from.now = Time::from_ms(3_000);
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    sync(&mut from, 2, get);
    from.now = Time::from_ms(125_999);
    let mut late = Bench {
        mon: from.mon.clone(),
        now: Time::from_ms(126_000),
    };
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk3));
    assert!(sync(&mut late, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk1));
    // Asking renews it.
    from.now = Time::from_ms(200_000);
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk3));
}

#[test]
fn a_monitor_that_copies_hears_no_election_and_no_paxos() {
    let mut bench = copying(Extent::Recent);
    assert!(bench.elects(0, ElectionOp::Propose, 9).took(Branch::Gate3));
    assert!(
        bench
            .says(0, PaxosOp::Collect, 900, 100)
            .took(Branch::PaxosGate5)
    );
    let done = bench.probes(1, ProbeOp::Probe { first_committed: 0 }, true);
    assert!(done.took(Branch::Probe4), "but it answers probes");
    assert!(bench.replies(1, TOLD).took(Branch::Reply1));
    let over = bench.step(Input::Timer(Timer::Sync));
    assert!(over.took(Branch::SyncTimeout) && bench.mon.state == State::Probing);
}
