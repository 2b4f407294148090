//! Assertions and corners that no sequence of calls can reach, put there by hand.

use super::{Effect, ElectionLogic, Out, Store, Strategy, View};
use crate::mon::branch::Branch;
use crate::mon::decision::Path;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::tracker::{ConnectionTracker, Real};

/// mon.1 of three, settled in epoch 2 with everybody, and nobody may not lead.
fn view() -> View {
    View {
        me: Rank(1),
        monitors: 3,
        quorum: RankSet::below(3),
        ever_participated: true,
        disallowed: RankSet::EMPTY,
        tiebreaker: None,
        marked_down: RankSet::EMPTY,
    }
}

fn tracker(rank: u8) -> ConnectionTracker {
    ConnectionTracker::new(Some(Rank(rank)), Real::of(5.0), 10)
}

fn logic(strategy: Strategy, epoch: u32) -> ElectionLogic {
    let store = Store {
        epoch,
        scores: None,
    };
    let mut logic = ElectionLogic::new(strategy, Real::parts(5, 10_000), store, tracker(1));
    logic.epoch = epoch;
    logic
}

/// The scores by which rank 2 is better than the others: both call it alive.
fn scores_for_2() -> ConnectionTracker {
    let mut all = tracker(1);
    assert!(!all.report_live(Some(Rank(2)), Real::ONE));
    let mut other = tracker(0);
    assert!(!other.report_live(Some(Rank(2)), Real::ONE));
    all.receive_peer_report(&other);
    all
}

/// What a call asks for.
fn effects(call: impl FnOnce(&mut Out<'_>)) -> Vec<Effect> {
    let (mut effects, mut path) = (Vec::new(), Path::default());
    call(&mut Out {
        effects: &mut effects,
        path: &mut path,
    });
    effects
}

fn propose(logic: &mut ElectionLogic, from: u8, scores: Option<&ConnectionTracker>) -> Vec<Effect> {
    let epoch = logic.epoch;
    effects(|out| logic.receive_propose(&view(), Rank(from), epoch, scores, out))
}

#[test]
fn a_worse_rank_was_acked_in_classic() {
    let mut logic = logic(Strategy::Classic, 3);
    logic.leader_acked = Some(Rank(2));
    assert_eq!(
        propose(&mut logic, 2, None),
        [Effect::Abort(Branch::AClassic1a)]
    );
}

#[test]
fn a_disallowed_monitor_is_acked() {
    for strategy in [Strategy::Disallow, Strategy::Connectivity] {
        let mut logic = logic(strategy, 3);
        let mut view = view();
        view.disallowed = RankSet::one(Rank(0));
        let effects = effects(|out| assert!(logic.defer(Rank(0), &view, out).is_err()));
        assert_eq!(effects, [Effect::Abort(Branch::ADefer1)]);
    }
}

#[test]
fn a_victory_in_an_even_epoch() {
    let mut logic = logic(Strategy::Classic, 2);
    logic.electing_me = true;
    logic.acked_me = RankSet::below(2);
    let effects = effects(|out| logic.end_election_period(&view(), out));
    assert_eq!(effects, [Effect::Abort(Branch::AVic4)]);
}

#[test]
fn a_bump_in_an_election_goes_nowhere() {
    let mut logic = logic(Strategy::Connectivity, 3);
    let effects = effects(|out| assert!(logic.bump_in_election(&view(), 3, out).is_err()));
    assert_eq!(effects, [Effect::Abort(Branch::ACbump1)]);
}

#[test]
fn the_epoch_wraps_as_in_ceph() {
    let mut logic = logic(Strategy::Classic, u32::MAX);
    logic.electing_me = true;
    logic.acked_me = RankSet::below(2);
    let effects = effects(|out| logic.end_election_period(&view(), out));
    assert_eq!(effects, [Effect::Abort(Branch::ABump1)]);
}

#[test]
fn a_proposal_without_scores_in_connectivity() {
    let defers = |to| Effect::DeferTo {
        to: Rank(to),
        epoch: 3,
    };
    let mut first = logic(Strategy::Connectivity, 3);
    assert_eq!(
        propose(&mut first, 0, None),
        [defers(0), Effect::Abort(Branch::AConn7a)]
    );

    // Switching to 2 takes the scores that the acked leader sent.
    let mut second = logic(Strategy::Connectivity, 3);
    second.peer_tracker = scores_for_2();
    second.leader_acked = Some(Rank(0));
    let mut third = second.clone();
    assert_eq!(
        propose(&mut second, 2, Some(&tracker(2))),
        [Effect::Abort(Branch::AConn7b1)]
    );
    third.leader_tracker = Some(scores_for_2());
    assert_eq!(
        propose(&mut third, 2, None),
        [defers(2), Effect::Abort(Branch::AConn7b1)]
    );
}

#[test]
fn nobody_switches_from_one_disallowed_monitor_to_another() {
    let mut logic = logic(Strategy::Connectivity, 3);
    logic.leader_acked = Some(Rank(2));
    logic.leader_tracker = Some(tracker(2));
    let mut view = view();
    view.disallowed = RankSet::below(3);
    let effects = effects(|out| {
        logic.receive_propose(&view, Rank(0), 3, Some(&tracker(0)), out);
    });
    assert_eq!(effects, []);
    assert_eq!(logic.leader_acked, Some(Rank(2)));
}
