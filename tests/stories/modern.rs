//! The modern edition: stories of whole clusters, strategy by strategy.

use super::taken::{note_run, tests};
use monscope::core::mon::{Branch, Kind, MonId, Rank, Time};
use monscope::core::play::{Met, Player};
use monscope::core::scenario;
use monscope::core::sim::EventKind;

/// Plays a document up to `seconds`: no property is broken, nobody aborts, and what it expects by then is met.
fn play(document: &str, seconds: u64) -> Player {
    let document = format!("edition modern\nlatency 20ms..60ms\n{document}");
    let scenario = match scenario::read(&document) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}\n{document}"),
    };
    let mut player = Player::new(scenario);
    player.advance_to(Time::from_ms(seconds * 1_000));
    note_run(&player);
    for (expect, met) in player.score().rows() {
        let line = player.scenario().expect_line(expect);
        assert_eq!(*met, Met::Yes, "{line}\n{document}");
    }
    assert_eq!(player.world().violations(), []);
    let aborted = player
        .events()
        .iter()
        .find(|event| event.kind == EventKind::Abort);
    assert_eq!(aborted, None);
    player
}

fn leader(player: &Player) -> Option<MonId> {
    player.world().leader()
}

fn classic_starts_and_loses_its_leader_as_luminous_does() {
    let player = play(
        "monitors 5\nat 12s kill 0\nat 60s restart 0\nexpect at 2s leader 0 quorum 0 1 2 3 4\n\
         expect by 35s leader 1 quorum 1 2 3 4\nexpect by 80s leader 0 quorum 0 1 2 3 4\n",
        90,
    );
    assert!(player.world().has_taken(Branch::AClassic2a, None));
    assert!(!player.world().has_taken(Branch::Propose7a, None));
}

fn connectivity_goes_round_a_broken_link() {
    for seed in 0..10 {
        let cut = format!(
            "monitors 5\nseed {seed}\nstrategy connectivity\nat 30s cut 0 - 1\n\
             expect by 50s leader 2 quorum 0 1 2 3 4\n\
             expect at 120s leader 2 quorum 0 1 2 3 4\n"
        );
        let player = play(&cut, 121);
        let world = player.world();
        let scores = |mon| {
            let owner = world.monitor(MonId(mon)).elector.modern();
            let tracker = owner.map(|owner| owner.logic.peer_tracker.clone());
            (0..5).map(move |rank| {
                let total = tracker.as_ref().map(|t| t.total(Some(Rank(rank))));
                total.map_or(0, |(_, live)| live)
            })
        };
        // Everybody agrees who is reached by how many.
        for mon in 0..5 {
            assert_eq!(scores(mon).collect::<Vec<_>>(), [3, 3, 4, 4, 4], "{mon}");
        }
    }
}

/// Where nobody knew of the cut when the election began, who is behind it may stay outside: its peers compare scores
/// of that time, by which nobody leads better. All the same the cluster is at rest.
fn connectivity_is_at_rest_whoever_is_left_out() {
    for seed in 0..10 {
        let cut = format!("monitors 5\nseed {seed}\nstrategy connectivity\nat 0s cut 0 - 1\n");
        let player = play(&cut, 120);
        assert!(leader(&player).is_some(), "{seed}");
        assert!(player.world().victories() < 5, "{seed}");
    }
}

fn classic_does_not() {
    let player = play("monitors 5\nat 0s cut 0 - 1\n", 120);
    assert!(player.world().victories() > 4, "it never comes to rest");
}

fn a_disallowed_monitor_never_leads() {
    for strategy in ["disallow", "connectivity"] {
        let player = play(
            &format!(
                "monitors 5\nstrategy {strategy}\ndisallowed 0\nat 30s kill 1\nat 60s restart 1\n\
                 expect by 12s leader 1 quorum 0 1 2 3 4\nexpect by 58s leader 2 quorum 0 2 3 4\n\
                 expect at 100s never leader 0\n"
            ),
            101,
        );
        let led = player
            .events()
            .iter()
            .any(|event| event.kind == EventKind::Victory && event.mon == Some(MonId(0)));
        assert!(!led, "{strategy}");
        assert!(leader(&player).is_some());
    }
}

fn a_tiebreaker_never_leads_either() {
    play(
        "monitors 3\nstrategy connectivity\ntiebreaker a\nexpect by 20s leader 1 quorum 0 1 2\n",
        21,
    );
}

fn the_strategy_changes_by_a_committed_map() {
    let player = play(
        "monitors 3\nat 10s set_strategy disallow\nat 30s disallow 0\nat 60s allow 0\n\
         at 80s set_strategy connectivity\n\
         expect at 9s leader 0\nexpect by 29s leader 0 monmap_epoch 2 2\n\
         expect by 55s leader 1 monmap_epoch 2 3\n\
         expect by 79s leader 0 monmap_epoch 2 4\nexpect by 99s leader 0 quorum 0 1 2 monmap_epoch 2 5\n",
        100,
    );
    assert!(player.world().has_taken(Branch::RequestRules2, None));
}

fn nobody_is_disallowed_while_the_strategy_is_classic() {
    let player = play(
        "monitors 3\nat 10s disallow 0\nexpect at 29s leader 0 monmap_epoch 0 1\n",
        30,
    );
    assert!(player.world().has_taken(Branch::RequestRules1, None));
}

fn modern_ranks_follow_the_list_and_a_newcomer_comes_last() {
    let player = play(
        "monitors a b c\nmon a addr 10.0.0.9:6789\nat 20s boot f\nmon f addr 10.0.0.1:6789\n\
         expect at 10s leader a\nexpect by 60s leader a quorum a b c f\n",
        61,
    );
    assert_eq!(player.world().seat_of(MonId(3)), Some(Rank(3)));
}

/// (Unless a ping was on its way, which brings a score of the old numbering back.)
fn who_is_removed_leaves_no_score_behind() {
    let player = play(
        "monitors 4\nstrategy connectivity\nseed 1\nat 20s remove 1\n\
         expect by 60s leader 0 quorum 0 2 3\n",
        61,
    );
    assert!(player.world().has_taken(Branch::C3, None));
    let clean = player
        .world()
        .monitors()
        .iter()
        .filter(|m| m.id != MonId(1))
        .all(|m| {
            let owner = m.elector.modern();
            owner.is_some_and(|owner| owner.logic.peer_tracker.is_clean(m.rank, 3))
        });
    assert!(clean);
}

fn a_silent_peer_is_dead_after_two_seconds_and_gets_no_more_pings() {
    let player = play(
        "monitors 3\nat 20s pause 2\nat 60s resume 2\nexpect at 70s leader 0 quorum 0 1 2\n",
        80,
    );
    assert!(
        player
            .world()
            .has_taken(Branch::B9CheckDead, Some(MonId(0)))
    );
    assert!(player.world().has_taken(Branch::B9Dead, Some(MonId(0))));
    let pings = |from: u64, to: u64| {
        let sent = player.events().iter().filter(|event| {
            let at = event.at >= Time::from_ms(from) && event.at < Time::from_ms(to);
            let to_it = event.mon == Some(MonId(0)) && event.peer == Some(MonId(2));
            at && to_it && event.kind == EventKind::Send && event.message == Some(Kind::Ping)
        });
        sent.count()
    };
    assert!(
        pings(10_000, 15_000) >= 5,
        "one a second each way, with answers"
    );
    assert_eq!(pings(24_000, 29_000), 0);
    assert!(pings(70_000, 75_000) >= 5);
}

fn scores_outlive_the_process_and_a_wipe_forgets_them() {
    let player = play("monitors 3\nstrategy connectivity\nat 20s kill 2\n", 21);
    let stored = player.world().monitor(MonId(2)).store.scores.clone();
    assert!(stored.is_some_and(|scores| scores.version > 0 || scores.epoch > 0));
    let player = play("monitors 3\nat 20s wipe 2\nat 20s kill 2\n", 21);
    assert_eq!(player.world().monitor(MonId(2)).store.scores, None);
}

/// Who took no part while the strategy changed still elects by the old one, and nobody listens: FAIL-12.
fn one_of_another_strategy_is_not_heard() {
    let player = play(
        "monitors 3\nat 10s quorum exit 2\nat 30s set_strategy disallow\nat 60s quorum enter 2\n\
         at 90s restart 2\nexpect at 89s leader 0 quorum 0 1 state 2 electing\n\
         expect by 110s leader 0 quorum 0 1 2\n",
        111,
    );
    assert!(player.world().has_taken(Branch::B2Strategy, Some(MonId(0))));
    assert_eq!(player.world().monitor(MonId(2)).monmap.epoch, 2);
}

fn a_lone_monitor_and_a_new_cluster_work_as_well() {
    play(
        "monitors 1\nstrategy connectivity\nexpect at 1s leader 0\n",
        2,
    );
    play(
        "monitors 3\ncluster new\nstrategy connectivity\nexpect by 40s leader 0 quorum 0 1 2 monmap_epoch 0 1\n",
        41,
    );
}

fn one_without_a_required_feature_is_told_and_exits() {
    let player = play(
        "monitors 3\nmon 2 features server-jewel server-kraken server-luminous kraken\n\
         expect at 60s leader 0 quorum 0 1 state 2 down\n",
        61,
    );
    let took = |branch, mon| player.world().has_taken(branch, Some(MonId(mon)));
    assert!(took(Branch::B3Mon, 0) || took(Branch::B3Mon, 1));
    assert!(took(Branch::HandleNak3, 2));
}

fn who_leaves_the_quorum_stays_out_until_told_otherwise() {
    play(
        "monitors 3\nstrategy connectivity\nat 20s quorum exit 0\nat 60s quorum enter 0\n\
         expect by 55s leader 1 quorum 1 2\nexpect at 100s quorum 0 1 2\n",
        101,
    );
}

tests![
    classic_starts_and_loses_its_leader_as_luminous_does,
    connectivity_goes_round_a_broken_link,
    connectivity_is_at_rest_whoever_is_left_out,
    classic_does_not,
    a_disallowed_monitor_never_leads,
    a_tiebreaker_never_leads_either,
    the_strategy_changes_by_a_committed_map,
    nobody_is_disallowed_while_the_strategy_is_classic,
    modern_ranks_follow_the_list_and_a_newcomer_comes_last,
    who_is_removed_leaves_no_score_behind,
    a_silent_peer_is_dead_after_two_seconds_and_gets_no_more_pings,
    scores_outlive_the_process_and_a_wipe_forgets_them,
    one_of_another_strategy_is_not_heard,
    a_lone_monitor_and_a_new_cluster_work_as_well,
    one_without_a_required_feature_is_told_and_exits,
    who_leaves_the_quorum_stays_out_until_told_otherwise,
];
