//! What must hold whatever is done to a cluster: random faults, with shrinking.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::scenario;
use monscope::core::mon::elector::modern::Strategy as Elects;
use monscope::core::mon::{Branch, MonId, RankSet, Span, State, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, By, Edition, HealLink, How, MonSpec, Scenario, Scripted};
use monscope::core::sim::{Event, EventKind};
use proptest::prelude::*;

/// How long a disturbed cluster may take to settle again: a lost leader is noticed after 10 s, a swallowed round costs
/// a deferral of 6 s and a candidate's 5 s, and several may follow each other.
const SETTLED_MS: u64 = 120_000;

fn mon(n: usize) -> impl Strategy<Value = MonId> {
    (0..n).prop_map(|i| MonId(i as u8))
}

/// What can happen to processes while every message goes on arriving in time.
fn prompt_fault(n: usize) -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => mon(n).prop_map(|m| Action::Kill(vec![m])),
        3 => mon(n).prop_map(|m| Action::Restart(vec![m])),
        1 => mon(n).prop_map(Action::QuorumExit),
        1 => mon(n).prop_map(Action::QuorumEnter),
    ]
}

fn process_fault(n: usize) -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => prompt_fault(n),
        1 => mon(n).prop_map(|m| Action::Pause(vec![m])),
        1 => mon(n).prop_map(|m| Action::Resume(vec![m])),
    ]
}

fn link_fault(n: usize) -> impl Strategy<Value = Action> {
    let link = || (mon(n), mon(n), any::<bool>());
    prop_oneof![
        3 => link().prop_map(|(from, to, both)| Action::Cut { from, to, both, how: How::Drop }),
        2 => link().prop_map(|(from, to, both)| Action::Heal(Some(HealLink { from, to, both }))),
        1 => Just(Action::Heal(None)),
        2 => prop::collection::vec(any::<bool>(), n).prop_map(|sides| {
            let side = |wanted| {
                let ids = sides.iter().enumerate().filter(move |(_, side)| **side == wanted);
                ids.map(|(i, _)| MonId(i as u8)).collect::<Vec<_>>()
            };
            Action::Partition { groups: vec![side(true), side(false)], how: How::Drop }
        }),
    ]
}

/// How many monitors without a seat stand ready in [`changing`].
const NEWCOMERS: usize = 2;

/// What changes the cluster itself. The three monitors 0 to 2 may lose one of them, so that the rest is a majority of
/// the map before: a monitor that knows it was removed never starts again.
fn change(seats: usize) -> impl Strategy<Value = Action> {
    let newcomer = move || (seats..seats + NEWCOMERS).prop_map(|i| MonId(i as u8));
    let leaver = (2..seats).prop_map(|i| MonId(if i == 2 { 0 } else { i as u8 }));
    let asked = prop::option::of(mon(seats + NEWCOMERS));
    prop_oneof![
        4 => (1..4_u32, asked).prop_map(|(count, mon)| Action::Commit { count, mon }),
        2 => newcomer().prop_map(|m| Action::Boot(vec![m])),
        1 => newcomer().prop_map(Action::Add),
        1 => leaver.prop_map(Action::Remove),
        1 => mon(seats + NEWCOMERS).prop_map(|m| Action::Terminate(vec![m])),
    ]
}

/// A cluster with monitors that may join it; little is kept, so that it is soon trimmed.
fn changing(seats: usize, seed: u64, faults: &[(u64, Action)]) -> (Scenario, Time) {
    let (mut scenario, end) = with_script(seats, seed, faults);
    for place in seats..seats + NEWCOMERS {
        scenario.monitors.push(MonSpec {
            seat: false,
            ..MonSpec::nth(place)
        });
    }
    scenario.options.paxos_min = 4;
    scenario.options.paxos_trim_min = 3;
    scenario.options.paxos_trim_max = 5;
    scenario.options.paxos_max_join_drift = 2;
    scenario.options.mon_sync_max_payload_size = 8_192;
    (scenario, end)
}

fn script(fault: impl Strategy<Value = Action>) -> impl Strategy<Value = Vec<(u64, Action)>> {
    // Mostly in the middle of things: an election lasts a fraction of a second, a lease three.
    let pause_ms = prop_oneof![0..200_u64, 0..4_000_u64, 0..15_000_u64];
    prop::collection::vec((pause_ms, fault), 1..24)
}

fn with_script(n: usize, seed: u64, faults: &[(u64, Action)]) -> (Scenario, Time) {
    let mut scenario = scenario(n, seed);
    let mut at = Time::ZERO;
    for (pause_ms, action) in faults {
        at += Span::from_ms(*pause_ms);
        scenario.script.push(Scripted {
            at,
            action: action.clone(),
            by: By::Author,
        });
    }
    (scenario, at)
}

fn check_safety(player: &Player) -> Result<(), TestCaseError> {
    for (event, property) in player.world().violations() {
        let event = player
            .event(*event)
            .and_then(|event| event.cause)
            .and_then(|id| player.event(id));
        prop_assert!(false, "{} broken by {event:?}", property.id());
    }
    let aborted = player
        .events()
        .iter()
        .find(|event| event.kind == EventKind::Abort);
    prop_assert!(
        aborted.is_none(),
        "an assertion of Ceph's failed: {aborted:?}"
    );
    Ok(())
}

/// Everybody is up, connected, awake and takes part, and nothing was broken until they had time to settle.
fn undo_faults(player: &mut Player, n: usize) -> Result<(), TestCaseError> {
    apply(player, Action::Heal(None))?;
    for i in 0..n {
        let mon = MonId(i as u8);
        apply(player, Action::Resume(vec![mon]))?;
        if !player.world().process(mon).up {
            apply(player, Action::Restart(vec![mon]))?;
        }
        if !player.world().monitor(mon).elector.participating() {
            apply(player, Action::QuorumEnter(mon))?;
        }
    }
    player.advance_to(player.now() + Span::from_ms(SETTLED_MS));
    check_safety(player)
}

/// After the faults the lowest rank must lead all of them.
fn check_settles(player: &mut Player, n: usize) -> Result<(), TestCaseError> {
    undo_faults(player, n)?;
    prop_assert_eq!(
        player.world().leader(),
        Some(MonId(0)),
        "at {} s",
        player.now()
    );
    prop_assert_eq!(player.world().monitor(MonId(0)).quorum, RankSet::below(n));
    Ok(())
}

fn apply(player: &mut Player, action: Action) -> Result<(), TestCaseError> {
    player
        .apply(action)
        .map(|_| ())
        .map_err(|error| TestCaseError::fail(error.to_string()))
}

/// Does it elect by an old map? Who took no part while the map changed goes on so for ever, as an electing monitor does
/// not probe: others throw away what comes from a rank that they don't have (DISPATCH-2), or take the sender for
/// whoever has that rank now, and ack themselves. Only a restart helps, in Ceph as here.
fn elects_by_an_old_map(player: &Player, mon: MonId) -> bool {
    let world = player.world();
    let m = world.monitor(mon);
    let newest = world.newest_map().map_or(0, |map| map.epoch);
    m.state == State::Electing && m.monmap.epoch < newest
}

/// Everybody that has a seat is up again: the newest map's first leads all of it, with the same history everywhere.
fn check_settles_on_the_newest_map(player: &mut Player, seats: usize) -> Result<(), TestCaseError> {
    apply(player, Action::Heal(None))?;
    // What was asked for may still change the map once there is a quorum again.
    for _ in 0..2 {
        for i in 0..seats + NEWCOMERS {
            let mon = MonId(i as u8);
            apply(player, Action::Resume(vec![mon]))?;
            let sits = player.world().seat_of(mon).is_some();
            let down = !player.world().process(mon).up;
            if down && (i < seats || sits) || elects_by_an_old_map(player, mon) {
                apply(player, Action::Restart(vec![mon]))?;
            }
            if !player.world().monitor(mon).elector.participating() {
                apply(player, Action::QuorumEnter(mon))?;
            }
        }
        player.advance_to(player.now() + Span::from_ms(SETTLED_MS));
    }
    check_safety(player)?;
    let world = player.world();
    let map = world.newest_map().expect("there are monitors");
    let owner = |rank: usize| world.owner(map.members[rank].addr);
    prop_assert_eq!(
        world.leader(),
        owner(0),
        "at {} s, of {:?}",
        player.now(),
        map
    );
    let leader = world.monitor(owner(0).expect("it leads"));
    prop_assert_eq!(leader.quorum, RankSet::below(map.len()));
    let version = leader.store.paxos.last_committed;
    for mon in (0..map.len()).filter_map(owner) {
        prop_assert_eq!(world.monitor(mon).store.paxos.last_committed, version);
    }
    for m in world.monitors().iter().filter(|m| world.process(m.id).up) {
        prop_assert!(m.rank.is_some(), "{:?} runs outside the map", m.id);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        max_shrink_iters: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn safety_holds_under_any_faults_and_the_cluster_settles_after_them(
        (n, faults) in (2..=6_usize).prop_flat_map(|n| {
            (Just(n), script(prop_oneof![process_fault(n), link_fault(n)]))
        }),
        seed in any::<u64>(),
    ) {
        let (scenario, end) = with_script(n, seed, &faults);
        let mut player = Player::new(scenario);
        player.advance_to(end);
        check_safety(&player)?;
        check_settles(&mut player, n)?;
    }

    #[test]
    fn safety_holds_while_the_cluster_changes_and_it_settles_on_the_newest_map(
        (seats, faults) in (3..=5_usize).prop_flat_map(|seats| {
            let all = seats + NEWCOMERS;
            let fault = prop_oneof![3 => change(seats), 2 => process_fault(all), 1 => link_fault(all)];
            (Just(seats), script(fault))
        }),
        seed in any::<u64>(),
    ) {
        let (scenario, end) = changing(seats, seed, &faults);
        let mut player = Player::new(scenario);
        player.advance_to(end);
        check_safety(&player)?;
        check_settles_on_the_newest_map(&mut player, seats)?;
    }

    // SAFE-6c. A proposal that reaches a monitor still probing is swallowed, which is as good as a broken link.
    #[test]
    fn two_victories_in_an_epoch_need_an_election_message_that_was_lost(
        (n, faults) in (2..=6_usize).prop_flat_map(|n| (Just(n), script(prompt_fault(n)))),
        seed in any::<u64>(),
    ) {
        let (scenario, end) = with_script(n, seed, &faults);
        let mut player = Player::new(scenario);
        player.advance_to(end + Span::from_ms(20_000));
        let of = |kind| player.events().iter().filter(move |event| event.kind == kind);
        for victory in of(EventKind::Victory) {
            let same = |other: &&Event| other.epoch == victory.epoch && other.id != victory.id;
            if of(EventKind::Victory).any(|other| same(&other)) {
                let round = victory.epoch - 1;
                let unread = |event: &Event| {
                    event.branches().any(|branch| matches!(branch, Branch::Gate3 | Branch::Dispatch1))
                };
                let lost = player.events().iter().any(|event| {
                    event.message_epoch == round && (event.kind == EventKind::Drop || unread(event))
                });
                prop_assert!(lost, "two victories in epoch {}, and every message was read", victory.epoch);
            }
        }
    }

    #[test]
    fn any_instant_reached_by_going_back_is_the_instant_itself(
        faults in script(prop_oneof![process_fault(4), link_fault(4)]),
        seed in any::<u64>(),
        back_ms in 0..60_000_u64,
    ) {
        let (scenario, end) = with_script(4, seed, &faults);
        let at = Time::from_ms(back_ms);
        let mut straight = Player::new(scenario.clone());
        straight.advance_to(at);
        let mut roundabout = Player::new(scenario);
        roundabout.advance_to(end.max(at) + Span::from_ms(10_000));
        roundabout.seek(at);
        prop_assert_eq!(straight.world().hash(), roundabout.world().hash());
        prop_assert_eq!(straight.world().last_event(), roundabout.world().last_event());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        max_shrink_iters: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn safety_holds_in_the_modern_edition_whatever_the_strategy(
        (n, faults) in (2..=6_usize).prop_flat_map(|n| {
            (Just(n), script(prop_oneof![process_fault(n), link_fault(n)]))
        }),
        seed in any::<u64>(),
        barred in prop::option::of(0..2_u8),
    ) {
        for strategy in Elects::ALL {
            let (mut scenario, end) = with_script(n, seed, &faults);
            scenario.edition = Edition::Modern;
            scenario.rank_order = scenario.usual_rank_order();
            scenario.strategy = strategy;
            scenario.disallowed = barred.into_iter().map(MonId).collect();
            let mut player = Player::new(scenario);
            player.advance_to(end);
            check_safety(&player)?;
            undo_faults(&mut player, n)?;
            let leader = player.world().leader();
            prop_assert!(leader.is_some(), "{strategy:?}: nobody leads");
            let first = match (strategy, barred) {
                (Elects::Classic, _) | (_, None | Some(1)) => MonId(0),
                (_, Some(_)) => MonId(1),
            };
            let quorum = leader.map(|leader| player.world().monitor(leader).quorum);
            prop_assert_eq!(quorum, Some(RankSet::below(n)), "{:?}", strategy);
            if strategy != Elects::Connectivity {
                prop_assert_eq!(leader, Some(first), "{:?}", strategy);
            }
        }
    }
}
