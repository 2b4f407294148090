//! The modern edition: stories of whole clusters, strategy by strategy.

use super::taken::{note_run, tests};
use monscope::core::mon::feature::Release;
use monscope::core::mon::monmap::NameSet;
use monscope::core::mon::{Branch, Kind, MonId, Rank, State, Time};
use monscope::core::play::{Met, Player};
use monscope::core::scenario;
use monscope::core::sim::EventKind;

/// Plays a document up to `seconds`: no property is broken, nobody aborts, and what it expects by then is met.
pub(super) fn play(document: &str, seconds: u64) -> Player {
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
    let mut left_out = 0;
    for seed in 0..10 {
        let cut = format!("monitors 5\nseed {seed}\nstrategy connectivity\nat 0s cut 0 - 1\n");
        let player = play(&cut, 120);
        let world = player.world();
        assert!(world.victories() < 5, "{seed}");
        let first = leader(&player);
        assert!(first.is_some_and(|mon| mon != MonId(1)), "{seed}");
        if first == Some(MonId(0)) {
            left_out += 1;
            assert_eq!(world.monitor(MonId(1)).state, State::Electing);
            for peon in [2, 3, 4] {
                assert!(world.has_taken(Branch::AConn2, Some(MonId(peon))), "{seed}");
            }
        }
    }
    assert!(left_out > 0 && left_out < 10);
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

/// As Ceph refuses it: while nobody would heed it, and where nobody would be left to lead.
fn who_may_lead_changes_only_where_it_matters() {
    let player = play(
        "monitors 3\nat 10s disallow 0\nexpect at 29s leader 0 monmap_epoch 0 1\n",
        30,
    );
    assert!(player.world().has_taken(Branch::RequestRules1, None));
    play(
        "monitors 3\ndisallowed 0\nat 10s allow 0\nexpect at 29s leader 0 monmap_epoch 0 1\n",
        30,
    );
    play(
        "monitors 3\nstrategy disallow\ndisallowed 0 1\nat 10s disallow 2\n\
         expect at 29s leader 2 monmap_epoch 0 1\n",
        30,
    );
}

/// The elector itself starts when a commit changes who may lead, before the monitor goes back to probing. (C4)
fn a_commit_that_changes_who_may_lead_elects_before_it_probes() {
    let player = play(
        "monitors 3\nstrategy disallow\nat 10s disallow 0\nexpect by 30s leader 1 quorum 0 1 2\n",
        31,
    );
    for mon in [0, 1, 2] {
        let committed = |event: &&monscope::core::sim::Event| {
            event.mon == Some(MonId(mon)) && event.path.contains(&Some(Branch::C4Start))
        };
        let event = player.events().iter().find(committed);
        let event = event.unwrap_or_else(|| panic!("mon {mon} calls no election"));
        assert!(event.path.contains(&Some(Branch::MonMonmap)));
        assert_eq!((event.epoch_before, event.epoch), (4, 5));
        assert_eq!(event.state, State::Probing);
        let proposed = player
            .events()
            .iter()
            .any(|sent| sent.cause == Some(event.id) && sent.message == Some(Kind::Propose));
        assert!(proposed, "mon {mon}");
    }
    // A strategy alone changes nobody's right to lead.
    let player = play("monitors 3\nat 10s set_strategy connectivity\n", 30);
    assert!(!player.world().has_taken(Branch::C4Start, None));
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

/// A map says who left with its last change alone. One that was cut off while two left, and hears of the second one's
/// map in the middle of an election, counts itself a rank too high: as in Ceph, its assertion fails. (C3) One that
/// probes forgets its scores instead. (REPLY-2)
fn who_missed_a_removal_may_abort() {
    let mut aborted = 0;
    for seed in 0..40 {
        let document = format!(
            "edition modern\nlatency 20ms..60ms\nmonitors 7\nseed {seed}\nat 20s partition 0 1 2 3 4 | 5 6\n\
             at 60s remove 0\nat 90s remove 1\nat 120s heal\nat 140s restart 5 6\n\
             expect at 119s leader 2 quorum 2 3 4\nexpect by 170s leader 2 quorum 2 3 4 5 6\n"
        );
        let scenario = scenario::read(&document).expect("a good document");
        let mut player = Player::new(scenario);
        player.advance_to(Time::from_ms(171_000));
        note_run(&player);
        assert!(
            player
                .score()
                .rows()
                .iter()
                .all(|(_, met)| *met == Met::Yes),
            "{seed}"
        );
        assert_eq!(player.world().violations(), []);
        let events = player.events().iter();
        let aborts: Vec<_> = events
            .filter(|event| event.kind == EventKind::Abort)
            .collect();
        assert!(
            aborts.iter().all(|event| event.branches().eq([Branch::C3])),
            "{seed}"
        );
        aborted += aborts.len();
    }
    assert!(aborted > 0);
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

/// `mon_election_default_strategy` is for the map of a cluster that is founded, where the document says nothing.
fn a_new_cluster_begins_with_the_default_strategy() {
    let strategy = |document: &str| {
        let player = play(
            &format!("monitors 3\noption mon_election_default_strategy 3\n{document}"),
            30,
        );
        player
            .world()
            .monitor(MonId(0))
            .monmap
            .rules
            .strategy
            .name()
    };
    assert_eq!(strategy("cluster new\n"), "connectivity");
    assert_eq!(strategy("cluster new\nstrategy classic\n"), "classic");
    assert_eq!(strategy(""), "classic");
}

// -- releases and features

fn a_victory_names_the_lowest_release_in_its_quorum() {
    let player = play(
        "monitors 3\nmon 1 release reef\nmon 2 release quincy\nexpect at 20s leader 0 quorum 0 1 2\n",
        21,
    );
    for mon in 0..3 {
        let owner = player.world().monitor(MonId(mon)).elector.modern();
        let lowest = owner.and_then(|owner| owner.quorum_release);
        assert_eq!(lowest, Some(Release::PACIFIC), "{mon}");
    }
}

/// The others don't answer its probes; told to elect, it is told to stop. (PROBE-1, B3-3, B7)
fn one_of_an_old_release_is_refused_and_exits() {
    let player = play(
        "monitors 3\nmin_mon_release pacific\nmon 2 release octopus\nat 30s quorum enter 2\n\
         expect at 29s leader 0 quorum 0 1 state 2 probing\nexpect at 60s leader 0 quorum 0 1 state 2 down\n",
        61,
    );
    let took = |branch, mon| player.world().has_taken(branch, Some(MonId(mon)));
    assert!(took(Branch::Probe1, 0) && took(Branch::ProbeMissing, 2));
    assert!(took(Branch::B3Release, 0) || took(Branch::B3Release, 1));
    assert!(took(Branch::B7Release, 2) && took(Branch::HandleNak3, 2));
    assert!(!took(Branch::HandleNak2, 2));
}

fn one_of_a_release_too_new_for_the_map_exits_at_once() {
    let player = play(
        "monitors 3\nmin_mon_release nautilus\nmon 2 release quincy\n\
         expect at 20s leader 0 quorum 0 1 state 2 down\n",
        21,
    );
    assert!(player.world().has_taken(Branch::Boot4, Some(MonId(2))));
}

fn nobody_is_pinged_unless_everybody_can() {
    let all = "server-jewel server-kraken server-luminous kraken luminous";
    let player = play(
        &format!(
            "monitors 3\nmon 0 required_features kraken\nmon 1 required_features kraken\nmon 2 features {all}\n\
             mon 2 required_features kraken\nexpect at 20s leader 0 quorum 0 1 2\n"
        ),
        21,
    );
    let pings = player
        .events()
        .iter()
        .filter(|event| event.message == Some(Kind::Ping));
    assert_eq!(pings.count(), 0);
    assert!(player.world().has_taken(Branch::B9Unable, Some(MonId(0))));
}

// -- stretch mode

const SITES: &str = "monitors 5\nstrategy connectivity\ntiebreaker 4\nmon 0 location dc1\nmon 1 location dc1\n\
                     mon 2 location dc2\nmon 3 location dc2\nmon 4 location dc3\n";

fn marked_down(player: &Player, mon: u8) -> u64 {
    let NameSet(names) = player.world().monitor(MonId(mon)).monmap.rules.marked_down;
    names
}

/// Two sites and a tiebreaker, as in FAIL-11: the site that is cut off keeps proposing, and the tiebreaker no longer
/// listens. When both are back, nobody stays marked down.
fn a_site_is_lost_and_comes_back() {
    for seed in 0..6 {
        let document = format!(
            "{SITES}seed {seed}\nat 20s partition 0 1 | 2 3\nat 120s heal\n\
             expect at 80s leaders >= 1\nexpect at 119s leaders >= 1\nexpect by 135s quorum 0 1 2 3 4\n\
             expect by 190s quorum 0 1 2 3 4\n"
        );
        let mut player = play(&document, 119);
        let world = player.world();
        let (lost, won) = match marked_down(&player, 4) {
            0b00011 => ([0, 1], [2, 3]),
            0b01100 => ([2, 3], [0, 1]),
            other => panic!("{other:b} are marked down, seed {seed}"),
        };
        assert!(
            leader(&player).is_some_and(|mon| won.contains(&mon.0)),
            "{seed}"
        );
        assert!(world.has_taken(Branch::AConn1, Some(MonId(4))), "{seed}");
        // It stands: after the map is in force, nothing disturbs the quorum.
        let late = player
            .events()
            .iter()
            .filter(|event| event.kind == EventKind::Victory && event.at > Time::from_ms(80_000));
        assert_eq!(late.count(), 0, "{seed}");
        assert!(!lost.contains(&won[0]));
        player.advance_to(Time::from_ms(200_000));
        note_run(&player);
        assert_eq!(marked_down(&player, 4), 0, "{seed}");
        assert!(player.world().has_taken(Branch::C5Recover, None), "{seed}");
        assert_eq!(player.world().violations(), []);
    }
}

fn a_ratio_that_cant_be_reached_keeps_the_marks() {
    let document = format!(
        "{SITES}option mon_stretch_cluster_recovery_ratio 1\nmarked_down dc1\nexpect by 20s quorum 0 1 2 3 4\n"
    );
    let player = play(&document, 60);
    assert_eq!(marked_down(&player, 0), 0b11);
    let document = format!("{SITES}option mon_stretch_recovery_min_wait 30s\nmarked_down dc1\n");
    let mut player = play(&document, 29);
    assert_eq!(marked_down(&player, 0), 0b11);
    player.advance_to(Time::from_ms(40_000));
    assert_eq!(marked_down(&player, 0), 0);
}

/// A site that is marked down votes and follows, but doesn't lead, by whatever name it was marked.
fn who_is_marked_down_does_not_lead() {
    for marked in ["dc1", "0 1", "b a", "mon.a mon.b", "dc1 1"] {
        let document = format!(
            "{SITES}marked_down {marked}\nat 0s boot 0 1 2 4\nexpect by 20s leader 2 quorum 0 1 2 4\n"
        );
        let player = play(&document, 10);
        assert_eq!(marked_down(&player, 2), 0b11, "{marked}");
        assert_eq!(
            player
                .world()
                .monitor(MonId(2))
                .monmap
                .disallowed_leaders()
                .to_string(),
            "0 1 4"
        );
    }
}

fn the_tiebreakers_site_is_not_marked_down() {
    let document = format!("{SITES}at 20s kill 4\nexpect by 50s leader 0 quorum 0 1 2 3\n");
    let player = play(&document, 60);
    assert!(player.world().has_taken(Branch::C5, Some(MonId(0))));
    assert!(!player.world().has_taken(Branch::C5Degrade, None));
    assert_eq!(player.world().monitor(MonId(0)).monmap.epoch, 1);
}

/// Who joins a stretch cluster says where it stands.
fn a_newcomer_to_two_sites_needs_a_location() {
    let player = play(
        &format!("{SITES}at 20s boot f\nmon f location dc2\nexpect by 60s quorum 0 1 2 3 4 f\n"),
        61,
    );
    let map = &player.world().monitor(MonId(0)).monmap;
    assert_eq!(map.members[5].site, map.members[2].site);
    let player = play(
        &format!("{SITES}at 20s boot f\nexpect at 60s quorum 0 1 2 3 4 state f probing\n"),
        61,
    );
    assert!(player.world().has_taken(Branch::RequestJoin1, None));
}

fn the_tiebreaker_is_not_removed() {
    let player = play(
        &format!("{SITES}at 20s remove 4\nexpect at 40s monmap_epoch 0 1\n"),
        41,
    );
    assert!(player.world().has_taken(Branch::RequestRemove1, None));
}

// -- netsplits, a matter of health

fn a_leader_reports_who_does_not_reach_whom_after_a_while() {
    let document = "monitors 5\nstrategy connectivity\nat 20s cut 0 - 1\nat 90s heal\n";
    let reported = |player: &Player| {
        let leader = leader(player).expect("a leader");
        let m = player.world().monitor(leader);
        m.reported_splits(player.now()).collect::<Vec<_>>()
    };
    let mut player = play(document, 19);
    assert_eq!(reported(&player), []);
    for (seconds, splits) in [(70, vec![(Rank(0), Rank(1))]), (100, vec![])] {
        player.advance_to(Time::from_ms(seconds * 1_000));
        assert_eq!(reported(&player), splits, "{seconds}");
    }
    // Below the grace nothing is said.
    let mut player = play(
        &format!("option mon_netsplit_grace_period 60s\n{document}"),
        19,
    );
    player.advance_to(Time::from_ms(70_000));
    assert_eq!(reported(&player), []);
}

tests![
    classic_starts_and_loses_its_leader_as_luminous_does,
    connectivity_goes_round_a_broken_link,
    connectivity_is_at_rest_whoever_is_left_out,
    classic_does_not,
    a_disallowed_monitor_never_leads,
    a_tiebreaker_never_leads_either,
    the_strategy_changes_by_a_committed_map,
    who_may_lead_changes_only_where_it_matters,
    a_commit_that_changes_who_may_lead_elects_before_it_probes,
    modern_ranks_follow_the_list_and_a_newcomer_comes_last,
    who_is_removed_leaves_no_score_behind,
    who_missed_a_removal_may_abort,
    a_silent_peer_is_dead_after_two_seconds_and_gets_no_more_pings,
    scores_outlive_the_process_and_a_wipe_forgets_them,
    one_of_another_strategy_is_not_heard,
    a_lone_monitor_and_a_new_cluster_work_as_well,
    one_without_a_required_feature_is_told_and_exits,
    who_leaves_the_quorum_stays_out_until_told_otherwise,
    a_new_cluster_begins_with_the_default_strategy,
    a_victory_names_the_lowest_release_in_its_quorum,
    one_of_an_old_release_is_refused_and_exits,
    one_of_a_release_too_new_for_the_map_exits_at_once,
    nobody_is_pinged_unless_everybody_can,
    a_site_is_lost_and_comes_back,
    a_ratio_that_cant_be_reached_keeps_the_marks,
    who_is_marked_down_does_not_lead,
    the_tiebreakers_site_is_not_marked_down,
    a_newcomer_to_two_sites_needs_a_location,
    the_tiebreaker_is_not_removed,
    a_leader_reports_who_does_not_reach_whom_after_a_while,
];
