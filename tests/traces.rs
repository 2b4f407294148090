//! Reference traces of small elections, in the world of Ceph's own unit test: what every monitor does, step by step.
//!
//! `(step) rank event, event; rank event`: one group for each message, timer or start that shows. `bump`: the epoch
//! goes up. `start`: proposals are sent. `ack w e`: defers to w. `victory`: wins. `peon l e`: follows l. `reject l e`:
//! refuses l's claim and starts anew. `quorum`: everybody accepted.
#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "the replay of recordings uses the rest of it")]
#[path = "conformance/world.rs"]
mod world;

use monscope::core::mon::Rank;
use monscope::core::mon::elector::modern::Strategy;
use monscope::core::mon::tracker::Real;
use world::{Plan, World};

fn world(monitors: usize, strategy: Strategy) -> World {
    World::new(Plan {
        monitors,
        strategy,
        ping_interval: 1,
        half_life: Real::of(5.0),
    })
}

fn cut(world: &mut World, one: u8, other: u8, blocked: bool) {
    world.block(Rank(one), Rank(other), blocked);
    world.block(Rank(other), Rank(one), blocked);
}

/// Runs at most so many steps; gives how many.
fn run(world: &mut World, max: u32) -> u32 {
    (0..max).take_while(|_| world.step()).count() as u32
}

/// What happened since the last call, then step by step what happens in the next `steps`, counted from `since`.
fn trace(world: &mut World, since: i64, steps: u32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut note = |world: &mut World| {
        if !world.log.is_empty() {
            let told = std::mem::take(&mut world.log).join("; ");
            lines.push(format!("({}) {told}", world.now - since));
        }
    };
    note(world);
    for _ in 0..steps {
        world.step();
        note(world);
    }
    assert!(!world.aborted, "an assertion failed: {lines:#?}");
    lines
}

fn epochs(world: &World) -> Vec<u32> {
    world.owners.iter().map(|owner| owner.logic.epoch).collect()
}

/// Three classic monitors of which 0 and 1 do not hear each other: 2 follows whoever asked last, for ever.
#[test]
fn a_cut_link_to_rank_0_flaps() {
    let mut world = world(3, Strategy::Classic);
    cut(&mut world, 0, 1, true);
    world.start_all();
    let told = [
        "(0) 0 start 1; 1 start 1; 2 start 1",
        "(1) 2 ack 0 1",
        "(3) 0 bump 2, victory 2 {0 2}; 1 start 1; 2 start 1",
        "(4) 2 bump 2, peon 0 2; 2 bump 3, start 3",
        "(5) 0 quorum 2 {0 2}; 0 bump 3, bump 5, start 5; 1 bump 3, bump 5, start 5",
        "(6) 2 bump 5, ack 0 5",
        "(7) 0 bump 6, victory 6 {0 2}; 1 bump 7, start 7",
        "(8) 2 bump 6, peon 0 6; 2 bump 7, ack 1 7",
        "(9) 0 quorum 6 {0 2}",
        "(10) 1 bump 8, victory 8 {1 2}; 2 bump 9, start 9",
        "(11) 0 bump 9, bump 11, start 11; 1 bump 9, bump 11, start 11",
        "(12) 2 bump 11, ack 0 11",
        "(13) 0 bump 12, victory 12 {0 2}; 1 bump 13, start 13",
    ];
    assert_eq!(trace(&mut world, 0, 13), told);
    run(&mut world, 87);
    assert_eq!(epochs(&world), [96, 98, 99]);
}

/// The same link cut among five that score each other: one election, and who hears everybody leads.
#[test]
fn connectivity_elects_around_a_cut_link() {
    let mut world = world(5, Strategy::Connectivity);
    cut(&mut world, 0, 1, true);
    world.start_all();
    let told = [
        "(0) 0 start 1; 1 start 1; 2 start 1; 3 start 1; 4 start 1",
        "(1) 2 ack 0 1; 3 ack 0 1; 4 ack 0 1",
        "(3) 0 bump 2, victory 2 {0 2 3 4}; 1 start 1; 2 start 1; 3 start 1; 4 start 1",
        "(4) 2 bump 2, bump 3, start 3 = reject 0 2; 3 bump 2, bump 3, start 3 = reject 0 2; \
         4 bump 2, bump 3, start 3 = reject 0 2",
        "(5) 0 bump 3, ack 2 3; 1 bump 3, ack 2 3; 3 ack 2 3; 4 ack 2 3",
        "(6) 2 bump 4, victory 4 {0 1 2 3 4}",
        "(7) 0 bump 4, peon 2 4; 1 bump 4, peon 2 4; 3 bump 4, peon 2 4; 4 bump 4, peon 2 4",
        "(8) 2 quorum 4 {0 1 2 3 4}",
    ];
    assert_eq!(trace(&mut world, 0, 100), told);
    assert_eq!(world.now, 8, "then all is still");
    let totals = [3.0, 3.0, 4.0, 4.0, 4.0].map(Real::of);
    for owner in &world.owners {
        for (rank, total) in (0..).zip(totals) {
            let tracker = &owner.logic.peer_tracker;
            assert_eq!(tracker.total(Some(Rank(rank))).0, total);
        }
    }
}

/// Two leaders in one epoch: 2 acks both in epoch 1, and both win epoch 2.
#[test]
fn two_win_one_epoch() {
    let mut world = world(3, Strategy::Classic);
    cut(&mut world, 0, 1, true);
    world.start(Rank(1));
    assert_eq!(
        trace(&mut world, 0, 1),
        ["(0) 1 start 1", "(1) 2 bump 1, ack 1 1"]
    );
    world.start(Rank(0));
    let told = [
        "(1) 0 start 1",
        "(2) 2 ack 0 1",
        "(3) 1 bump 2, victory 2 {1 2}",
        "(4) 2 bump 2, peon 1 2; 0 bump 2, victory 2 {0 2}",
        "(5) 1 quorum 2 {1 2}; 2 bump 2, bump 3, start 3 = reject 0 2",
        "(6) 0 bump 3, bump 5, start 5; 1 bump 3, bump 5, start 5",
    ];
    assert_eq!(trace(&mut world, 0, 5), told);
}

/// The same by scores: the second winner is refused, and 2, whom both hear, leads.
#[test]
fn two_win_one_epoch_by_scores() {
    let mut world = world(3, Strategy::Connectivity);
    cut(&mut world, 0, 1, true);
    world.start(Rank(0));
    assert_eq!(trace(&mut world, 0, 1), ["(0) 0 start 1"]);
    world.start(Rank(1));
    let told = [
        "(1) 1 start 1",
        "(2) 2 bump 1, ack 1 1",
        "(3) 0 start 1",
        "(4) 2 ack 0 1; 1 bump 2, victory 2 {1 2}",
        "(5) 2 bump 2, peon 1 2",
        "(6) 1 quorum 2 {1 2}; 0 bump 2, victory 2 {0 2}",
        "(7) 2 bump 2, bump 3, start 3 = reject 0 2",
        "(8) 0 bump 3, ack 2 3; 1 bump 3, ack 2 3",
        "(9) 2 bump 4, victory 4 {0 1 2}",
    ];
    assert_eq!(trace(&mut world, 0, 8), told);
}

/// A monitor comes back with an old epoch: the settled ones start anew, and nobody acks it in the round it provoked.
#[test]
fn an_old_proposal_from_outside_starts_an_election() {
    let mut world = world(3, Strategy::Classic);
    world.start_all();
    run(&mut world, 100);
    for other in [1, 2] {
        cut(&mut world, 0, other, true);
    }
    world.start(Rank(1));
    run(&mut world, 12);
    assert_eq!(epochs(&world), [2, 8, 8]);
    for other in [1, 2] {
        cut(&mut world, 0, other, false);
    }
    world.log.clear();
    world.start(Rank(0));
    let told = [
        "(0) 0 bump 3, start 3",
        "(1) 1 bump 9, start 9; 2 bump 9, start 9",
        "(2) 0 bump 9, bump 11, start 11; 2 ack 1 9",
        "(3) 1 bump 11, ack 0 11; 2 bump 11, ack 0 11",
        "(4) 0 bump 12, victory 12 {0 1 2}",
        "(5) 1 bump 12, peon 0 12; 2 bump 12, peon 0 12",
        "(6) 0 quorum 12 {0 1 2}",
    ];
    let since = world.now;
    assert_eq!(trace(&mut world, since, 100), told);
}

/// How many steps it takes when nothing is wrong, and how long it doesn't end when a link to rank 0 is cut.
#[test]
fn steps_and_epochs_of_five() {
    for strategy in [
        Strategy::Classic,
        Strategy::Disallow,
        Strategy::Connectivity,
    ] {
        let mut all = world(5, strategy);
        all.start_all();
        assert_eq!((run(&mut all, 100), all.last_leader), (4, Some(Rank(0))));
        assert_eq!(epochs(&all), [2; 5]);
    }
    for strategy in [Strategy::Classic, Strategy::Disallow] {
        for starter in 0..5 {
            let mut one = world(5, strategy);
            one.start(Rank(starter));
            let (steps, epoch) = if starter == 0 { (4, 2) } else { (5, 4) };
            assert_eq!(run(&mut one, 100), steps);
            assert_eq!(epochs(&one), [epoch; 5]);
        }
        let mut flapping = world(5, strategy);
        cut(&mut flapping, 0, 1, true);
        flapping.start_all();
        assert_eq!(run(&mut flapping, 100), 100);
        assert_eq!(epochs(&flapping), [96, 98, 99, 99, 99]);
        let told = |what: &str| {
            flapping
                .log
                .iter()
                .filter(|told| told.contains(what))
                .count()
        };
        assert_eq!((told("victory"), told("quorum")), (33, 17));
        cut(&mut flapping, 0, 1, false);
        assert_eq!(run(&mut flapping, 100), 5);
        assert_eq!(epochs(&flapping), [102; 5]);
    }
}
