//! Single steps and the exact effects they have: the corners in which a reader of the specification goes wrong.

use std::sync::Arc;

use super::taken::{note, tests};
use monscope::core::mon::decision::Path;
use monscope::core::mon::effect::{Effect as MonEffect, Outcome, Write};
use monscope::core::mon::elector::luminous::Elector;
use monscope::core::mon::elector::modern::Watch;
use monscope::core::mon::elector::{Arrival, Effect, Out, View};
use monscope::core::mon::feature::Release;
use monscope::core::mon::message::{
    Body, Election, ElectionOp, Features, Message, Paxos, PaxosOp, Probe, ProbeOp,
};
use monscope::core::mon::monitor::Store;
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name, Rules};
use monscope::core::mon::paxos::PaxosStore;
use monscope::core::mon::sync::SyncStore;
use monscope::core::mon::{
    Branch, Edition, Input, Kind, MonId, Monitor, Options, Rank, RankSet, Span, State, Time, Timer,
};

const ALL: Features = Features { con: 0xff, mon: 7 };
const TIMEOUT: Span = Span::from_secs(5);

fn monmap(n: u8) -> Arc<MonMap> {
    let members = (0..n).map(|i| Member::new(Name(i), Addr(i))).collect();
    Arc::new(MonMap {
        epoch: 1,
        fsid: 1,
        members,
        rules: Rules::default(),
    })
}

fn set(ranks: &[u8]) -> RankSet {
    ranks.iter().copied().map(Rank).collect()
}

/// An elector of rank `me` among `n`, settled in `epoch` with this quorum.
struct Bench {
    elector: Elector,
    me: u8,
    map: Arc<MonMap>,
    quorum: RankSet,
    joined: bool,
}

impl Bench {
    fn new(me: u8, n: u8, epoch: u32) -> Self {
        let mut elector = Elector::new(epoch);
        elector.epoch = epoch;
        Self {
            elector,
            me,
            map: monmap(n),
            quorum: RankSet::EMPTY,
            joined: true,
        }
    }

    /// What a call asked for, and the ids it took.
    fn call(
        &mut self,
        call: impl FnOnce(&mut Elector, &View<'_>, &mut Out<'_>),
    ) -> (Vec<Effect>, Vec<&'static str>) {
        let (mut effects, mut path) = (Vec::new(), Path::default());
        let view = View {
            me: Rank(self.me),
            monmap: &self.map,
            quorum: self.quorum,
            has_ever_joined: self.joined,
            supported: ALL,
            required: ALL,
            election_timeout: TIMEOUT,
            watch: Watch::default(),
        };
        call(
            &mut self.elector,
            &view,
            &mut Out {
                effects: &mut effects,
                path: &mut path,
            },
        );
        note(&path);
        (effects, path.choices().map(Branch::id).collect())
    }

    fn hear(&mut self, from: u8, op: ElectionOp, epoch: u32) -> (Vec<Effect>, Vec<&'static str>) {
        self.hear_with(from, op, epoch, ALL)
    }

    fn hear_with(
        &mut self,
        from: u8,
        op: ElectionOp,
        epoch: u32,
        has: Features,
    ) -> (Vec<Effect>, Vec<&'static str>) {
        let election = Election {
            op,
            epoch,
            mon_features: has.mon,
            monmap: Arc::clone(&self.map),
            scoring: None,
        };
        let arrival = Arrival {
            from: Rank(from),
            addr: Addr(from),
            con_features: has.con,
            election: &election,
        };
        self.call(|elector, view, out| elector.dispatch(view, &arrival, out))
    }

    fn sent(&self, to: u8, op: ElectionOp, epoch: u32) -> Effect {
        let election = Election {
            op,
            epoch,
            mon_features: ALL.mon,
            monmap: Arc::clone(&self.map),
            scoring: None,
        };
        Effect::Send {
            to: Rank(to),
            election,
        }
    }
}

fn claim(quorum: &[u8]) -> ElectionOp {
    ElectionOp::Victory {
        quorum: set(quorum),
        quorum_features: ALL.con,
        commands: true,
    }
}

fn an_old_proposal_from_outside_the_quorum_starts_a_round_and_is_acked_at_once() {
    let mut mon = Bench::new(2, 3, 8);
    mon.quorum = set(&[1, 2]);
    let (effects, path) = mon.hear(0, ElectionOp::Propose, 3);
    let wanted = [
        Effect::StartElection,
        Effect::PersistEpoch(9),
        Effect::JoinElection,
        mon.sent(0, ElectionOp::Propose, 9),
        mon.sent(1, ElectionOp::Propose, 9),
        Effect::ArmTimer(TIMEOUT),
        mon.sent(0, ElectionOp::Ack, 9),
        Effect::ArmTimer(Span::from_secs(6)),
    ];
    assert_eq!(effects, wanted);
    assert_eq!(path, ["PROPOSE-5a", "PROPOSE-7a"]);
    assert!(
        !mon.elector.electing_me,
        "the candidacy is dropped in the same breath"
    );
}

fn an_old_proposal_from_a_member_is_ignored() {
    let mut mon = Bench::new(2, 3, 8);
    mon.quorum = set(&[0, 1, 2]);
    assert_eq!(
        mon.hear(0, ElectionOp::Propose, 3),
        (vec![], vec!["PROPOSE-5b"])
    );
}

fn a_newer_proposal_from_a_higher_rank_is_answered_two_epochs_on() {
    let mut mon = Bench::new(0, 3, 4);
    let (effects, path) = mon.hear(2, ElectionOp::Propose, 7);
    assert_eq!(path, ["PROPOSE-4", "PROPOSE-6b"]);
    let persisted: Vec<_> = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::PersistEpoch(_)))
        .collect();
    assert_eq!(
        persisted,
        [
            &Effect::PersistEpoch(7),
            &Effect::PersistEpoch(8),
            &Effect::PersistEpoch(9)
        ]
    );
    assert!(effects.contains(&mon.sent(1, ElectionOp::Propose, 9)));
}

fn a_deferral_of_an_older_round_keeps_a_monitor_silent_in_a_newer_one() {
    let mut mon = Bench::new(2, 3, 5);
    mon.elector.leader_acked = Some(Rank(0));
    let (effects, path) = mon.hear(1, ElectionOp::Propose, 7);
    assert_eq!(effects, [Effect::PersistEpoch(7), Effect::JoinElection]);
    assert_eq!(path, ["PROPOSE-4", "PROPOSE-7b"]);
}

fn a_proposal_without_a_monitor_feature_is_refused_and_compared_all_the_same() {
    let mut mon = Bench::new(2, 3, 5);
    let old = Features { con: 0xff, mon: 1 };
    let (effects, path) = mon.hear_with(1, ElectionOp::Propose, 5, old);
    assert_eq!(path, ["PROPOSE-3", "PROPOSE-7a"]);
    let nak = mon.sent(
        1,
        ElectionOp::Nak {
            required_con: ALL.con,
        },
        5,
    );
    assert_eq!(
        effects,
        [
            nak,
            mon.sent(1, ElectionOp::Ack, 5),
            Effect::ArmTimer(Span::from_secs(6))
        ]
    );
}

fn a_proposal_without_a_connection_feature_is_refused_and_that_is_all() {
    let mut mon = Bench::new(2, 3, 5);
    let (effects, path) = mon.hear_with(1, ElectionOp::Propose, 7, Features { con: 1, mon: 7 });
    assert_eq!((effects.len(), path), (1, vec!["PROPOSE-2"]));
    assert_eq!(mon.elector.epoch, 5);
}

fn a_nak_ends_the_process() {
    let mut mon = Bench::new(2, 3, 5);
    let (effects, path) = mon.hear(
        0,
        ElectionOp::Nak {
            required_con: 0xffff,
        },
        5,
    );
    assert_eq!((effects, path), (vec![Effect::Exit], vec!["HANDLE-NAK-3"]));
    let (effects, path) = mon.hear(
        0,
        ElectionOp::Nak {
            required_con: 0xffff,
        },
        3,
    );
    assert_eq!(
        (effects, path),
        (vec![], vec!["DISPATCH-9"]),
        "but an old one is dropped"
    );
}

fn everybody_is_not_waited_out_and_a_majority_is() {
    let mut mon = Bench::new(0, 5, 4);
    mon.call(Elector::start);
    for peer in 1..4 {
        assert_eq!(
            mon.hear(peer, ElectionOp::Ack, 5).0,
            [],
            "four of five wait for the timer"
        );
    }
    let mut other = Bench::new(0, 5, 4);
    other.elector = mon.elector.clone();
    let (effects, path) = mon.hear(4, ElectionOp::Ack, 5);
    assert_eq!(path, ["HACK-6"]);
    assert_eq!(
        effects.last(),
        Some(&Effect::Win {
            epoch: 6,
            quorum: set(&[0, 1, 2, 3, 4]),
            features: ALL
        })
    );
    let (effects, path) = other.call(Elector::expire);
    assert_eq!(path, ["EXPIRE-1"]);
    assert_eq!(
        effects.last(),
        Some(&Effect::Win {
            epoch: 6,
            quorum: set(&[0, 1, 2, 3]),
            features: ALL
        })
    );
}

fn a_timer_without_a_majority_starts_anew_or_goes_back_to_probing() {
    let mut mon = Bench::new(0, 3, 4);
    mon.call(Elector::start);
    let (effects, path) = mon.call(Elector::expire);
    assert_eq!(
        (path, effects.first()),
        (vec!["EXPIRE-2a"], Some(&Effect::PersistEpoch(6)))
    );
    assert_eq!(
        mon.elector.epoch, 7,
        "from an odd epoch a restart is two further"
    );
    mon.joined = false;
    let (effects, path) = mon.call(Elector::expire);
    assert_eq!(
        (effects, path),
        (vec![Effect::Bootstrap], vec!["EXPIRE-2b"])
    );
}

fn a_claim_of_the_next_epoch_is_followed_and_any_other_starts_anew() {
    let mut mon = Bench::new(2, 3, 5);
    mon.elector.timer_armed = true;
    let (effects, path) = mon.hear(0, claim(&[0, 2]), 6);
    assert_eq!(path, ["HVIC-5"]);
    let wanted = [
        Effect::PersistEpoch(6),
        Effect::JoinElection,
        Effect::Lose {
            epoch: 6,
            leader: Rank(0),
            quorum: set(&[0, 2]),
            features: ALL,
        },
        Effect::CancelTimer,
        Effect::SetLeaderCommands,
    ];
    assert_eq!(effects, wanted);
    let (effects, path) = mon.hear(0, claim(&[0, 2]), 6);
    assert_eq!(
        path,
        ["HVIC-4"],
        "the same claim once more is a funny epoch"
    );
    assert!(effects.contains(&mon.sent(1, ElectionOp::Propose, 7)));
}

fn a_failed_assertion_is_an_effect() {
    let mut mon = Bench::new(1, 3, 5);
    assert_eq!(
        mon.hear(2, claim(&[1, 2]), 6).0,
        [Effect::Abort(Branch::Hvic1)]
    );
    assert_eq!(
        mon.hear(2, ElectionOp::Propose, 6).0,
        [Effect::Abort(Branch::Propose1)]
    );
    assert_eq!(
        mon.hear(2, ElectionOp::Ack, 5).0,
        [Effect::Abort(Branch::Hack7)]
    );
}

fn one_who_left_hears_nothing_and_starts_nothing() {
    let mut mon = Bench::new(1, 3, 4);
    mon.elector.stop_participating();
    assert_eq!(
        mon.hear(2, ElectionOp::Propose, 7),
        (vec![], vec!["DISPATCH-1"])
    );
    assert_eq!(mon.call(Elector::start).0, []);
}

fn a_first_round_is_not_stored_and_repeats_its_epoch() {
    let mut mon = Bench::new(0, 3, 0);
    let (effects, _) = mon.call(Elector::start);
    assert_eq!(effects.first(), Some(&Effect::ValidateStore));
    assert_eq!((mon.elector.epoch, mon.elector.stored_epoch), (1, 0));
    mon.call(Elector::start);
    assert_eq!(mon.elector.epoch, 1);
}

// -- the monitor around it

/// A monitor of rank `me` among three, booted at 0 s.
fn booted(me: u8) -> Monitor {
    let paxos = PaxosStore {
        first_committed: 1,
        last_committed: 1,
        maps: vec![(1, monmap(3))],
        ..PaxosStore::default()
    };
    let store = Store {
        election_epoch: 2,
        scores: None,
        joined: true,
        monmap: monmap(3),
        paxos,
        sync: SyncStore::default(),
    };
    let mut mon = Monitor::new(
        MonId(me),
        Addr(me),
        (ALL, ALL),
        (Edition::Luminous, Options::default()),
        store,
    );
    handle(&mut mon, Input::Boot);
    mon
}

fn handle(mon: &mut Monitor, input: Input<'_>) -> (Vec<MonEffect>, Vec<&'static str>) {
    let mut out = Outcome::default();
    mon.handle(Time::from_ms(1_000), input, &mut out);
    note(&out.path);
    let path = out.path.choices().map(Branch::id).collect();
    (out.effects, path)
}

fn hear(mon: &mut Monitor, from: u8, body: Body) -> (Vec<MonEffect>, Vec<&'static str>) {
    let message = Message {
        from: MonId(from),
        source: Some(Rank(from)),
        addr: Addr(from),
        con_features: ALL.con,
        from_monitor: true,
        capable: true,
        body,
    };
    handle(mon, Input::Message(&message))
}

fn election(op: ElectionOp, epoch: u32) -> Body {
    Body::Election(Election {
        op,
        epoch,
        mon_features: ALL.mon,
        monmap: monmap(3),
        scoring: None,
    })
}

fn reply(from: u8, quorum: &[u8]) -> Body {
    let op = ProbeOp::Reply {
        quorum: set(quorum),
        leader: quorum.first().copied().map(Rank),
        monmap: monmap(3),
        first_committed: 1,
        last_committed: 1,
    };
    Body::Probe(Probe {
        fsid: 1,
        name: Name(from),
        has_ever_joined: true,
        release: Release::LUMINOUS,
        op,
    })
}

fn paxos(op: PaxosOp, epoch: u32, pn: u64) -> Body {
    Body::Paxos(Paxos {
        op,
        epoch,
        first_committed: 1,
        last_committed: 1,
        pn,
        share: None,
    })
}

fn kinds(effects: &[MonEffect]) -> Vec<(u8, Kind)> {
    let sent = effects.iter().filter_map(|effect| match effect {
        MonEffect::Send { to, body } => Some((to.0, body.kind())),
        _ => None,
    });
    sent.collect()
}

fn a_probing_monitor_swallows_election_messages() {
    let mut mon = booted(1);
    assert_eq!(mon.state, State::Probing);
    assert_eq!(
        hear(&mut mon, 0, election(ElectionOp::Propose, 3)),
        (vec![], vec!["GATE-3"])
    );
}

fn a_session_without_the_capability_is_not_heard() {
    let mut mon = booted(1);
    let body = election(ElectionOp::Propose, 3);
    let message = Message {
        from: MonId(0),
        source: Some(Rank(0)),
        addr: Addr(0),
        con_features: ALL.con,
        from_monitor: true,
        capable: false,
        body,
    };
    assert_eq!(
        handle(&mut mon, Input::Message(&message)),
        (vec![], vec!["GATE-2"])
    );
}

fn a_majority_outside_any_quorum_elects() {
    let mut mon = booted(1);
    let (effects, path) = hear(&mut mon, 2, reply(2, &[]));
    assert_eq!(path, ["REPLY-11c"]);
    assert_eq!(kinds(&effects), [(0, Kind::Propose), (2, Kind::Propose)]);
    assert!(effects.contains(&MonEffect::Persist(Write::ElectionEpoch(3))));
    assert!(effects.contains(&MonEffect::Cancel(Timer::Probe)));
    assert_eq!((mon.state, mon.elector.epoch()), (State::Electing, 3));
    assert_eq!(hear(&mut mon, 0, reply(0, &[])).1, ["REPLY-5"]);
}

fn one_answer_from_a_quorum_is_enough() {
    let mut mon = booted(2);
    assert_eq!(hear(&mut mon, 1, reply(1, &[0, 1])).1, ["REPLY-10a"]);
    assert_eq!(mon.state, State::Electing);
}

fn a_stale_election_timer_fires_while_probing() {
    let mut mon = booted(1);
    hear(&mut mon, 2, reply(2, &[]));
    // A Paxos message of a newer epoch sends it back to probing; the elector's timer goes on.
    let (effects, path) = hear(&mut mon, 0, paxos(PaxosOp::Collect, 8, 100));
    assert_eq!(path, ["PAXOS-GATE-1"]);
    assert_eq!(kinds(&effects), [(0, Kind::Probe), (2, Kind::Probe)]);
    assert!(mon.armed(Timer::Election).is_some());
    let (_, path) = handle(&mut mon, Input::Timer(Timer::Election));
    assert_eq!((path, mon.state), (vec!["EXPIRE-2a"], State::Electing));
}

fn collect_last_and_the_first_lease() {
    let mut leader = booted(0);
    hear(&mut leader, 1, reply(1, &[]));
    hear(&mut leader, 1, election(ElectionOp::Ack, 3));
    let (effects, _) = hear(&mut leader, 2, election(ElectionOp::Ack, 3));
    let wanted = [
        (1, Kind::Victory),
        (2, Kind::Victory),
        (1, Kind::Collect),
        (2, Kind::Collect),
    ];
    assert_eq!(kinds(&effects), wanted);
    assert!(effects.contains(&MonEffect::Persist(Write::LastPn(100))));
    assert_eq!(
        hear(
            &mut leader,
            1,
            paxos(PaxosOp::Last { uncommitted: None }, 4, 100)
        )
        .1,
        ["HANDLE-LAST-7"]
    );
    let (effects, _) = hear(
        &mut leader,
        2,
        paxos(PaxosOp::Last { uncommitted: None }, 4, 100),
    );
    assert_eq!(kinds(&effects), [(1, Kind::Lease), (2, Kind::Lease)]);
    assert!(effects.contains(&MonEffect::Arm(Timer::LeaseAck, Span::from_secs(10))));
    assert!(effects.contains(&MonEffect::Arm(Timer::LeaseRenew, Span::from_secs(3))));
    // The renewal leaves the running wait for acks alone: it counts from the first lease not acked by all.
    let (effects, _) = handle(&mut leader, Input::Timer(Timer::LeaseRenew));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, MonEffect::Arm(Timer::LeaseAck, _)))
    );
    assert_eq!(
        hear(&mut leader, 1, paxos(PaxosOp::LeaseAck, 4, 0)).1,
        ["HANDLE-LEASE-ACK-2"]
    );
    assert_eq!(
        hear(&mut leader, 1, paxos(PaxosOp::LeaseAck, 4, 0)).1,
        ["HANDLE-LEASE-ACK-3"]
    );
    let (effects, _) = hear(&mut leader, 2, paxos(PaxosOp::LeaseAck, 4, 0));
    assert_eq!(effects, [MonEffect::Cancel(Timer::LeaseAck)]);
}

fn a_higher_promise_makes_the_leader_collect_again() {
    let mut leader = booted(0);
    hear(&mut leader, 1, reply(1, &[]));
    hear(&mut leader, 1, election(ElectionOp::Ack, 3));
    hear(&mut leader, 2, election(ElectionOp::Ack, 3));
    let (effects, path) = hear(
        &mut leader,
        1,
        paxos(PaxosOp::Last { uncommitted: None }, 4, 302),
    );
    assert_eq!(path, ["HANDLE-LAST-6"]);
    assert_eq!(leader.paxos.accepted_pn, 400);
    assert_eq!(kinds(&effects), [(1, Kind::Collect), (2, Kind::Collect)]);
    assert_eq!(
        hear(
            &mut leader,
            2,
            paxos(PaxosOp::Last { uncommitted: None }, 4, 100)
        )
        .1,
        ["HANDLE-LAST-8"]
    );
}

fn quorum_exit_proposes_once_more_and_falls_silent() {
    let mut mon = booted(0);
    let (effects, path) = handle(&mut mon, Input::QuorumExit);
    assert_eq!(kinds(&effects), [(1, Kind::Propose), (2, Kind::Propose)]);
    assert_eq!(path, ["EXIT-1"]);
    assert_eq!(
        hear(&mut mon, 1, election(ElectionOp::Ack, 3)).1,
        ["DISPATCH-1"]
    );
    assert_eq!(
        handle(&mut mon, Input::Timer(Timer::Election)).0,
        [],
        "its timer starts nothing"
    );
    assert_eq!(mon.state, State::Electing);
    assert_eq!(
        kinds(&handle(&mut mon, Input::QuorumEnter).0),
        [(1, Kind::Propose), (2, Kind::Propose)]
    );
}

tests![
    an_old_proposal_from_outside_the_quorum_starts_a_round_and_is_acked_at_once,
    an_old_proposal_from_a_member_is_ignored,
    a_newer_proposal_from_a_higher_rank_is_answered_two_epochs_on,
    a_deferral_of_an_older_round_keeps_a_monitor_silent_in_a_newer_one,
    a_proposal_without_a_monitor_feature_is_refused_and_compared_all_the_same,
    a_proposal_without_a_connection_feature_is_refused_and_that_is_all,
    a_nak_ends_the_process,
    everybody_is_not_waited_out_and_a_majority_is,
    a_timer_without_a_majority_starts_anew_or_goes_back_to_probing,
    a_claim_of_the_next_epoch_is_followed_and_any_other_starts_anew,
    a_failed_assertion_is_an_effect,
    one_who_left_hears_nothing_and_starts_nothing,
    a_first_round_is_not_stored_and_repeats_its_epoch,
    a_probing_monitor_swallows_election_messages,
    a_session_without_the_capability_is_not_heard,
    a_majority_outside_any_quorum_elects,
    one_answer_from_a_quorum_is_enough,
    a_stale_election_timer_fires_while_probing,
    collect_last_and_the_first_lease,
    a_higher_promise_makes_the_leader_collect_again,
    quorum_exit_proposes_once_more_and_falls_silent,
];
