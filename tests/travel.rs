//! Travel in time: whichever way one comes to an instant, it is the same.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::mon::{MonId, Span, State, Time};
use monscope::core::play::{Clock, Player, Wanted};
use monscope::core::scenario::gallery::{GALLERY, find};
use monscope::core::scenario::{self, Action, By, Scenario};

fn read(slug: &str) -> Scenario {
    let entry = find(slug).unwrap_or_else(|| panic!("{slug} is not there"));
    scenario::read(entry.text).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

fn secs(s: u64) -> Time {
    Time::ZERO + Span::from_secs(s)
}

/// All that is to be seen of an instant.
fn seen(player: &Player) -> (Time, u64, usize, String) {
    let monitors = format!("{:?}", player.world().monitors());
    (
        player.now(),
        player.world().hash(),
        player.events().len(),
        monitors,
    )
}

fn ran_to(scenario: &Scenario, at: Time) -> Player {
    let mut player = Player::new(scenario.clone());
    player.advance_to(at);
    player
}

#[test]
fn seeking_is_running_there_forwards_and_backwards() {
    for entry in GALLERY {
        let scenario = read(entry.slug);
        let mut traveller = ran_to(&scenario, secs(100));
        let (known, reigns) = (traveller.known().to_vec(), traveller.reigns().to_vec());
        for ms in [
            73_211, 12_000, 99_999, 500, 0, 31_337, 31_338, 60_000, 25_482, 100_000,
        ] {
            let at = Time(ms * 1_000);
            traveller.seek(at);
            assert_eq!(
                seen(&traveller),
                seen(&ran_to(&scenario, at)),
                "{} at {ms} ms",
                entry.slug
            );
            assert_eq!(
                traveller.known(),
                known,
                "{}: what is known stays",
                entry.slug
            );
            assert_eq!(traveller.reigns(), reigns, "{}", entry.slug);
        }
    }
}

#[test]
fn every_step_back_is_the_step_undone() {
    for slug in ["leader-dies", "paused-leader", "sync", "quorum-exit-enter"] {
        let mut player = ran_to(&read(slug), secs(13));
        let mut states = Vec::new();
        for _ in 0..60 {
            states.push(seen(&player));
            player.step();
        }
        for before in states.iter().rev() {
            assert!(player.step_back());
            assert_eq!(seen(&player).1, before.1, "{slug}");
            assert_eq!(seen(&player).2, before.2, "{slug}");
        }
        while player.step_back() {}
        assert_eq!(player.events().len(), 0, "{slug}: to the very beginning");
    }
}

#[test]
fn the_way_back_passes_the_same_events_of_interest() {
    for wanted in [Wanted::Election, Wanted::Mark] {
        let mut player = Player::new(read("leader-dies"));
        let mut there = Vec::new();
        while there.len() < 12 && player.now() < secs(60) {
            let Some(id) = player.next_of(wanted) else {
                break;
            };
            there.push((id, player.world().hash()));
        }
        there.pop();
        for (id, hash) in there.iter().rev() {
            assert!(player.previous_of(wanted));
            assert_eq!(player.world().hash(), *hash, "{id:?} {wanted:?}");
        }
        assert!(there.len() > 2);
        assert!(!player.previous_of(wanted) || wanted == Wanted::Election);
    }
}

#[test]
fn an_event_is_gone_to_from_before_and_after() {
    let mut player = ran_to(&read("leader-dies"), secs(31));
    let id = player.known()[player.known().len() / 2].id;
    assert!(player.go_to_event(id));
    let first = seen(&player);
    assert!(player.events().last().is_some_and(|last| last.id >= id));
    player.restart();
    assert!(player.go_to_event(id));
    assert_eq!(seen(&player).1, first.1);
}

#[test]
fn the_run_that_was_left_is_offered_back_and_is_the_same() {
    let mut player = ran_to(&read("leader-dies"), secs(30));
    assert!(!player.has_left());
    assert!(player.apply(Action::Kill(vec![MonId(1)])).is_ok());
    assert!(!player.has_left(), "acting in the present leaves nothing");
    player.advance_to(secs(50));
    let old = seen(&player);
    player.seek(secs(14));
    assert!(player.apply(Action::Kill(vec![MonId(3)])).is_ok());
    assert!(player.has_left());
    player.advance_to(secs(40));
    let new = seen(&player);
    assert!(player.back_to_left());
    assert_eq!(seen(&player), old);
    assert!(
        player
            .document()
            .script
            .iter()
            .any(|entry| entry.at == secs(30) && entry.by == By::User)
    );
    // And there again.
    assert!(player.back_to_left());
    assert_eq!(seen(&player), new);
    // What was taken back is there to be had again, too.
    assert!(player.undo());
    assert!(player.back_to_left());
    assert_eq!(seen(&player), new);
}

// -- break points

/// Plays as a page does, until it stops or an instant is reached.
fn play(player: &mut Player, until: Time) -> Option<String> {
    let mut clock = Clock::default();
    clock.slow_down = false;
    clock.set_speed_milli(10_000);
    while player.now() < until {
        clock.play(16_667, player);
        if let Some(stop) = player.stopped() {
            return Some(stop.words.clone());
        }
    }
    None
}

fn stop_at(slug: &str, text: &str, until_s: u64) -> (Player, Option<String>) {
    let mut player = Player::new(read(slug));
    if let Err(error) = player.stop_when(text) {
        panic!("{text}: {error}");
    }
    let stopped = play(&mut player, secs(until_s));
    (player, stopped)
}

#[test]
fn an_outage_stops_the_run_to_the_microsecond() {
    let (player, stopped) = stop_at("leader-dies", "outage >= 10s", 60);
    assert_eq!(stopped.as_deref(), Some("outage >= 10s"));
    assert_eq!(player.now(), secs(22), "mon.a is killed at 12 s");
}

#[test]
fn a_branch_stops_the_run_each_time_it_is_taken() {
    let (mut player, stopped) = stop_at("leader-dies", "branch PROPOSE-7a mon 2", 60);
    assert!(stopped.is_some());
    let taken = |player: &Player| {
        let events = player
            .events()
            .iter()
            .filter(|event| event.mon == Some(MonId(2)));
        events
            .filter(|event| event.branches().any(|branch| branch.id() == "PROPOSE-7a"))
            .count()
    };
    assert_eq!(taken(&player), 1);
    assert!(play(&mut player, secs(60)).is_some());
    assert_eq!(taken(&player), 2);
}

#[test]
fn what_is_so_already_stops_nothing_until_it_becomes_so_again() {
    let mut player = ran_to(&read("leader-dies"), secs(13));
    assert!(player.stop_when("leader none").is_ok());
    // There is none yet: it has to be had first.
    assert_eq!(play(&mut player, secs(39)), None);
    let (player, stopped) = stop_at("leader-dies", "state 1 leader", 60);
    assert!(stopped.is_some());
    assert_eq!(player.world().monitor(MonId(1)).state, State::Leader);
    let (_, never) = stop_at("leader-dies", "never violation none", 60);
    assert_eq!(never, None, "nothing breaks there");
    let (_, twice) = stop_at("two-victories", "victories >= 2", 120);
    assert!(twice.is_some());
}

#[test]
fn a_break_point_that_is_none_is_explained() {
    let mut player = Player::new(read("leader-dies"));
    for (text, wanted) in [
        ("", "expected"),
        ("branch PROPOSE-99", "PROPOSE"),
        ("outage <= 10s", ">="),
        ("leader 9", "9"),
        ("leeder 1", "leader"),
    ] {
        let error = player.stop_when(text).err().map(|error| error.to_string());
        let error = error.unwrap_or_default();
        assert!(error.contains(wanted), "{text:?}: {error:?}");
        assert!(!error.contains("line "), "{error}");
    }
    assert!(player.stops().is_empty());
}

#[test]
fn break_points_change_nothing_of_the_run() {
    let (mut player, _) = stop_at("leader-dies", "victories >= 1", 60);
    while player.now() < secs(50) {
        play(&mut player, secs(50));
    }
    let at = player.now();
    assert_eq!(seen(&player), seen(&ran_to(&read("leader-dies"), at)));
}
