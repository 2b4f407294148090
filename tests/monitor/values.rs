//! Single steps of Paxos' values and of what is asked of the cluster, with the exact effects they have.

use std::sync::Arc;

use super::bench::*;
use super::taken::tests;
use monscope::core::mon::effect::{Effect, Write};
use monscope::core::mon::message::{ElectionOp, PaxosOp, Request};
use monscope::core::mon::monmap::{Addr, MonMap, Name};
use monscope::core::mon::paxos::{Accepted, Phase, Share, Value};
use monscope::core::mon::{Branch, Input, Kind, Span, State, Time, Timer};

const COMMIT: Request = Request::Commit { first: 7, count: 1 };

// -- phase 2

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
        uncommitted: Some(Box::new(left(2, 100, 6))),
    };
    assert!(
        !leader
            .says(1, lower, 1, pn)
            .took(Branch::HandleLast7Uncommitted)
    );
    let higher = PaxosOp::Last {
        uncommitted: Some(Box::new(left(2, 202, 8))),
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
            uncommitted: Some(Box::new(left(5, 90, 6)))
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

// -- requests

fn what_the_leader_is_asked_about_the_map() {
    let (name, addr) = (Name(3), Addr(3));
    let mut leader = leading();
    let done = leader.step(Input::Request(Request::Join {
        name: Name(1),
        addr: Addr(1),
        site: None,
    }));
    assert!(done.took(Branch::RequestJoin1) && done.effects.is_empty());
    let done = leader.step(Input::Request(Request::Join {
        name,
        addr,
        site: None,
    }));
    assert!(done.took(Branch::RequestJoin2) && done.took(Branch::Begin5));
    let asked_twice = leader.step(Input::Request(Request::Add {
        name,
        addr,
        site: None,
    }));
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
        site: None,
    }));
    assert_eq!(
        leader.mon.paxos.new_value,
        Some(Value::Monmap(map_of(&[0, 1, 2], 2)))
    );
}

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

tests![
    a_value_goes_out_is_accepted_by_all_and_written_in_a_step_of_its_own,
    a_peon_accepts_stores_and_waits_for_the_commit_and_the_lease,
    old_accepts_are_ignored_and_a_second_one_is_not_possible,
    a_standalone_leader_writes_without_asking,
    a_write_is_completed_before_the_quorum_is_left,
    the_accept_timer_sends_the_leader_back_to_probing_and_leaves_the_value,
    old_versions_are_trimmed_by_a_value_of_its_own,
    the_value_with_the_highest_number_is_proposed_first,
    a_value_that_somebody_has_committed_is_no_longer_uncommitted,
    a_map_in_the_answers_sends_the_leader_back_to_probing,
    gaps_between_versions_end_the_round,
    a_peon_tells_what_it_has_and_what_it_accepted,
    a_share_that_does_not_continue_my_versions_is_left,
    a_message_of_a_leader_that_is_not_mine_is_not_possible,
    what_the_leader_is_asked_about_the_map,
    a_request_is_forwarded_or_waits,
];
