//! The network as real clusters have it: retransmission, back-off, stale sessions, loss; and no sessions at all.
//!
//! The numbers are those of real monitors whose links were cut and whose processes were killed.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::mon::{Kind, MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, Address, Deed, read};
use monscope::core::sim::trace::Loss;
use monscope::core::sim::wire::LinkState;
use monscope::core::sim::{Event, EventKind};

/// Five modern monitors, who ping each other every second, on a quick network.
const CLUSTER: &str = "monitors 5\nedition modern\nlatency 0.2ms..2ms\nat 0s boot\n";

/// A run of this cluster with these lines, up to `seconds`.
fn run(session: &str, seed: u64, lines: &str, seconds: f64) -> Player {
    let document = format!("{CLUSTER}session {session}\n{lines}");
    let mut scenario = read(&document).expect("a document without mistakes");
    scenario.seed = seed;
    let mut player = Player::new(scenario);
    player.advance_to(Time((seconds * 1e6) as u64));
    player
}

/// The instant of an event, in seconds.
fn at(event: &Event) -> f64 {
    event.at.0 as f64 / 1e6
}

/// When what was sent on a link in a stretch of time was sent, and when it arrived.
fn arrivals(player: &Player, from: u8, to: u8, sent: (f64, f64)) -> Vec<(f64, f64)> {
    let delivered = player.events().iter().filter(|event| {
        let ends = (event.peer, event.mon) == (Some(MonId(from)), Some(MonId(to)));
        event.kind == EventKind::Deliver && ends
    });
    delivered
        .filter_map(|event| Some((at(player.event(event.cause?)?), at(event))))
        .filter(|(left, _)| (sent.0..sent.1).contains(left))
        .collect()
}

fn losses(player: &Player, why: Loss) -> usize {
    let lost = |event: &&Event| event.loss == Some(why);
    player.events().iter().filter(lost).count()
}

fn is_ascending(times: impl Iterator<Item = f64>) -> bool {
    times.is_sorted()
}

/// A cut of this length from 30 s on, and when what it held up arrived, counted from its beginning, in each direction
/// in which something was sent in its first second.
fn cut(seed: u64, link: &str, seconds: f64) -> Vec<Vec<f64>> {
    let heal = 30.0 + seconds;
    let lines = format!("at 30s cut {link}\nat {heal}s heal");
    let player = run("messenger", seed, &lines, heal + 150.0);
    let held = [(0, 1), (1, 0)].map(|(from, to)| {
        let all = arrivals(&player, from, to, (29.99, heal));
        assert!(is_ascending(all.iter().map(|(left, _)| *left)), "in order");
        let late = all.into_iter().filter(|(left, at)| at - left > 0.1);
        let late: Vec<_> = late.collect();
        let soon = late.first().is_some_and(|(left, _)| *left < 31.0);
        soon.then(|| late.iter().map(|(_, at)| at - 30.0).collect())
    });
    held.into_iter().flatten().collect()
}

#[test]
fn a_silent_cut_ends_with_the_first_try_after_the_heal() {
    let (mut earliest, mut latest) = (f64::MAX, 0.0_f64);
    for seed in 0..40 {
        for (seconds, lowest, highest) in [(40.0, 53.0, 60.5), (60.0, 106.5, 117.0)] {
            for held in cut(seed, "0 - 1", seconds) {
                assert!(held.len() > 3, "seed {seed}: {held:?}");
                let (first, last) = (held[0], held[held.len() - 1]);
                assert!((lowest..highest).contains(&first), "seed {seed}: {first}");
                assert!(
                    last - first < 0.1,
                    "seed {seed}: one burst, {first} to {last}"
                );
                if seconds > 50.0 {
                    (earliest, latest) = (earliest.min(first), latest.max(first));
                }
            }
        }
        // The next try of a cut of 60 s comes no sooner for one of 90 s.
        let [first, second] = [60.0, 90.0].map(|seconds| {
            let held = cut(seed, "0 - 1", seconds);
            let firsts = held.iter().map(|held| held[0].round());
            firsts.collect::<Vec<_>>()
        });
        assert_eq!(first, second, "seed {seed}");
    }
    assert!(earliest < 110.0 && latest > 113.0, "{earliest} to {latest}");
}

/// The wait grows with the cut: at most about as long again.
#[test]
fn a_short_cut_is_soon_forgotten() {
    for seed in 0..40 {
        for seconds in [0.5, 2.0, 5.0] {
            for held in cut(seed, "0 - 1", seconds) {
                for at in held {
                    assert!(
                        at < 2.4 * seconds + 1.5,
                        "seed {seed}: {at} after {seconds}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_silence_of_one_direction_stops_the_other() {
    for seed in 0..40 {
        let player = run("messenger", seed, "at 30s cut 0 -> 1\nat 90s heal", 200.0);
        let there = arrivals(&player, 0, 1, (30.0, 90.0));
        let back = arrivals(&player, 1, 0, (30.0, 90.0));
        assert!(there.iter().all(|(_, at)| *at > 90.0), "seed {seed}");
        let through: Vec<_> = back.iter().filter(|(_, at)| *at < 90.0).collect();
        assert!(
            !through.is_empty(),
            "seed {seed}: what was under way arrives"
        );
        for (_, at) in through {
            assert!(*at < 31.5, "seed {seed}: something arrives at {at}");
        }
        // Its own tries are acknowledged now, or what comes from the other end does it.
        let first = |all: &[(f64, f64)]| {
            let late = all.iter().filter(|(_, at)| *at > 90.0);
            late.map(|(_, at)| at - 30.0).fold(f64::MAX, f64::min)
        };
        assert!((106.5..117.0).contains(&first(&there)), "seed {seed}");
        assert!(first(&back) <= first(&there) + 0.1, "seed {seed}");
    }
}

#[test]
fn after_a_reset_both_ends_connect_again_and_nothing_is_lost() {
    let mut waits = Vec::new();
    for seed in 0..40_u32 {
        // The waits double, so that it depends on the length of the cut how much of one is left at the heal.
        for seconds in [10, 31, 52].map(|seconds| f64::from(seconds + seed * 5 % 21)) {
            let held = cut(seed.into(), "0 - 1 how reset", seconds);
            let firsts: Vec<f64> = held.iter().map(|held| held[0]).collect();
            if let [one, other] = firsts[..] {
                assert!((one - other).abs() < 0.1, "seed {seed}: {firsts:?}");
            }
            waits.extend(firsts.first().map(|first| first - seconds));
        }
        let lines = "at 30s partition 0 1 | 2 3 4 how reset\nat 70s heal";
        let player = run("messenger", seed.into(), lines, 120.0);
        assert_eq!(
            player.events().iter().filter(|e| e.loss.is_some()).count(),
            0
        );
    }
    waits.sort_by(f64::total_cmp);
    assert!(waits[0] > 0.0 && waits[waits.len() - 1] < 15.1, "{waits:?}");
    let middle = waits[waits.len() / 2];
    assert!(
        (1.0..8.0).contains(&middle),
        "half of them within {middle} s"
    );
}

/// When the first message of a restarted monitor reaches each of the others, counted from its start.
fn first_heard(player: &Player, started: f64) -> Vec<f64> {
    let first = |to| {
        let all = arrivals(player, 2, to, (started, started + 30.0));
        all.first().map_or(f64::MAX, |(_, at)| at - started)
    };
    [0, 1, 3, 4].map(first).to_vec()
}

#[test]
fn a_restarted_monitor_is_refused_by_those_who_remember_it() {
    let mut heard = Vec::new();
    let mut stale = 0;
    for seed in 0..100 {
        // The order in which they start first leaves its traces, and so does an earlier restart.
        let place = |mon: u64| (seed + 1) * (mon + 1) * 37 % 11 * 20;
        let mut lines: Vec<String> = (0..5)
            .map(|mon| format!("at {}ms boot {mon}", place(mon)))
            .collect();
        lines.push("at 30s kill 0\nat 55s boot 0\nat 80s kill 2\nat 105s boot 2".to_owned());
        let cluster = CLUSTER.replace("at 0s boot\n", "");
        let document = format!(
            "{cluster}seed {seed}\nsession messenger\n{}",
            lines.join("\n")
        );
        let mut player = Player::new(read(&document).expect("a document without mistakes"));
        player.advance_to(Time::from_ms(140_000));
        heard.extend(first_heard(&player, 105.0));
        stale += losses(&player, Loss::StaleSession);
        // What is sent to it in the meantime goes to the process before.
        for peer in [0, 1, 3, 4] {
            let own = arrivals(&player, 2, peer, (105.0, 140.0))[0].1;
            for (left, _) in arrivals(&player, peer, 2, (105.0, own - 0.01)) {
                assert!(
                    left > own - 0.02,
                    "seed {seed}: sent at {left}, known at {own}"
                );
            }
        }
    }
    heard.sort_by(f64::total_cmp);
    let share = |from: f64, to: f64| {
        let some = heard.iter().filter(|at| (from..to).contains(*at)).count();
        some as f64 / heard.len() as f64
    };
    assert!(
        (0.02..0.35).contains(&share(0.0, 0.1)),
        "at once: {heard:?}"
    );
    assert!((0.4..0.95).contains(&share(0.1, 0.5)), "at the second try");
    assert!(share(0.5, 1.2) > 0.02, "at the third try");
    assert!(share(13.5, f64::INFINITY) == 0.0, "nobody later: {heard:?}");
    assert!(stale > 0, "something was meant for the process before");
}

/// Who has connected often is remembered with a high number, and its next process must try until it has come as far:
/// real ones were deaf for up to 12.7 s, after a history that nobody recorded.
#[test]
fn one_with_a_long_history_is_deaf_for_seconds() {
    let mut heard = Vec::new();
    for seed in 0..100 {
        let lines =
            "at 30s partition 2 | 0 1 3 4 how reset\nat 50s heal\nat 80s kill 2\nat 105s boot 2";
        heard.extend(first_heard(&run("messenger", seed, lines, 140.0), 105.0));
    }
    let later = |than: f64| heard.iter().filter(|at| **at > than).count() * 100 / heard.len();
    let shares = [1.2, 5.0, 30.0].map(later);
    assert!(shares[0] >= 2, "per cent after seconds: {shares:?}");
    assert!(shares[1] >= 1, "per cent after many seconds: {shares:?}");
    assert_eq!(shares[2], 0, "per cent after two of the longest waits");
}

#[test]
fn after_a_short_outage_nobody_stays_deaf() {
    for seed in 0..60 {
        let player = run(
            "messenger",
            seed,
            "at 30s terminate 2\nat 30.2s boot 2",
            60.0,
        );
        for at in first_heard(&player, 30.2) {
            assert!(at < 1.1, "seed {seed}: {at}");
        }
    }
}

#[test]
fn nobody_is_told_that_a_host_died() {
    let state = |how: &str| {
        let player = run("messenger", 1, &format!("at 30s kill 2 how {how}"), 33.0);
        let wire = player.world().wire();
        wire.state_of(player.now(), MonId(0), MonId(2))
    };
    assert!(matches!(
        state("process"),
        LinkState::Broken { at: Some(_) }
    ));
    assert!(matches!(state("host"), LinkState::Retries { .. }));
}

#[test]
fn a_stopped_process_keeps_its_sessions() {
    for seed in 0..10 {
        let player = run("messenger", seed, "at 30s pause 3\nat 50s resume 3", 60.0);
        assert_eq!(
            player.events().iter().filter(|e| e.loss.is_some()).count(),
            0
        );
        let late = arrivals(&player, 0, 3, (30.0, 50.0));
        assert!(!late.is_empty() && late.iter().all(|(_, at)| (*at - 50.0).abs() < 0.01));
    }
}

#[test]
fn a_lost_packet_delays_and_loses_nothing() {
    let (mut all, mut late, mut last) = (0, 0, 0.0_f64);
    for seed in 0..10 {
        let player = run("messenger", seed, "loss 0.2", 120.0);
        assert_eq!(losses(&player, Loss::Network), 0);
        for (from, to) in [(0, 1), (1, 0), (3, 4), (2, 0)] {
            let times = arrivals(&player, from, to, (20.0, 100.0));
            assert!(is_ascending(times.iter().map(|(left, _)| *left)));
            all += times.len();
            late += times.iter().filter(|(left, at)| at - left > 0.15).count();
            last = times
                .iter()
                .fold(last, |last, (left, at)| last.max(at - left));
        }
    }
    let share = f64::from(late as u32) / f64::from(all as u32);
    assert!((0.15..0.4).contains(&share), "{share} of all are late");
    assert!((0.6..30.0).contains(&last), "the latest by {last} s");
}

#[test]
fn lossy_messages_go_each_its_own_way() {
    let lines = "loss 0.1\nduplicate 0.05\nlatency 1ms..50ms";
    let lines = format!("{lines}\nat 100s loss 0\nat 130s loss 1 - 2 1");
    let document = format!(
        "{}session lossy\n{lines}",
        CLUSTER.replace("latency 0.2ms..2ms\n", "")
    );
    let mut player = Player::new(read(&document).expect("a document without mistakes"));
    player.advance_to(Time::from_ms(100_000));
    let sent = player
        .events()
        .iter()
        .filter(|e| e.kind == EventKind::Send)
        .count();
    let share = |some: usize| some as f64 / sent as f64;
    let lost = share(losses(&player, Loss::Network));
    assert!((0.08..0.12).contains(&lost), "{lost} of all are lost");
    let mut causes: Vec<u32> = player
        .events()
        .iter()
        .filter(|event| event.kind == EventKind::Deliver)
        .filter_map(|event| event.cause.map(|send| send.get()))
        .collect();
    let delivered = causes.len();
    causes.sort_unstable();
    causes.dedup();
    let twice = share(delivered - causes.len());
    assert!((0.035..0.06).contains(&twice), "{twice} of all come twice");
    let times = arrivals(&player, 0, 1, (0.0, 100.0));
    assert!(
        !is_ascending(times.iter().map(|(left, _)| *left)),
        "some are overtaken"
    );
    let before = losses(&player, Loss::Network);
    player.advance_to(Time::from_ms(130_000));
    assert_eq!(losses(&player, Loss::Network), before);
    player.advance_to(Time::from_ms(140_000));
    let events = &player.events();
    let lost = |event: &&Event| event.loss == Some(Loss::Network) && at(event) > 130.0;
    let ends = |event: &Event| [event.mon, event.peer].map(|mon| mon.map_or(9, |mon| mon.0));
    // Each end pings once, and waits for an answer.
    assert!(events.iter().filter(lost).count() >= 2);
    for event in events.iter().filter(lost) {
        assert!([[1, 2], [2, 1]].contains(&ends(event)));
        let because = event.missing.and_then(|id| player.event(id));
        assert!(because.is_some_and(|event| event.kind == EventKind::User));
    }
}

#[test]
fn a_cut_loses_what_no_session_keeps() {
    let player = run("lossy", 3, "at 30s cut 0 - 1\nat 60s heal", 90.0);
    assert!(losses(&player, Loss::Cut) > 5);
    assert_eq!(arrivals(&player, 0, 1, (30.0, 60.0)), []);
    assert!(arrivals(&player, 0, 1, (60.0, 90.0)).len() > 5);
}

/// Where the message with this address went: when it was sent, and when it arrived, each time.
fn fate(player: &Player, kind: Kind, from: u8, to: u8, ordinal: usize) -> (f64, Vec<f64>) {
    let mut sends = player.events().iter().filter(|event| {
        let ends = (event.mon, event.peer) == (Some(MonId(from)), Some(MonId(to)));
        event.kind == EventKind::Send && event.message == Some(kind) && ends
    });
    let send = sends.nth(ordinal - 1).expect("it is sent");
    let arrived = |event: &&Event| event.kind == EventKind::Deliver && event.cause == Some(send.id);
    let times = player.events().iter().filter(arrived).map(at).collect();
    (at(send), times)
}

#[test]
fn a_message_is_dropped_delayed_doubled_or_brought_whenever_it_is_sent() {
    for session in ["lossless", "messenger", "lossy"] {
        let deeds = "at 1s drop lease 0 -> 1 #3\nat 1s delay lease 0 -> 2 #3 700ms\n\
                     at 1s duplicate lease 0 -> 3 #3\nat 1s deliver lease 0 -> 4 #3\nat 1s latency 0 - 4 40ms";
        let player = run(session, 5, deeds, 40.0);
        let (_, dropped) = fate(&player, Kind::Lease, 0, 1, 3);
        assert_eq!(dropped, [0.0; 0], "{session}");
        assert_eq!(losses(&player, Loss::ByHand), 1, "{session}");
        let (sent, delayed) = fate(&player, Kind::Lease, 0, 2, 3);
        assert!((0.7..0.71).contains(&(delayed[0] - sent)), "{session}");
        if session != "lossy" {
            let after = arrivals(&player, 0, 2, (sent + 0.001, sent + 0.7));
            assert!(after.iter().all(|(_, at)| *at > delayed[0]), "{session}");
        }
        let (_, doubled) = fate(&player, Kind::Lease, 0, 3, 3);
        assert_eq!(doubled.len(), 2, "{session}");
        let (sent, brought) = fate(&player, Kind::Lease, 0, 4, 3);
        assert_eq!(brought, [sent], "{session}");
        let (sent, usual) = fate(&player, Kind::Lease, 0, 4, 4);
        assert!(usual[0] - sent > 0.039, "{session}");
    }
}

#[test]
fn a_message_that_is_gone_is_left_alone() {
    for deed in ["drop", "duplicate", "deliver"] {
        let lines = format!("at 35s {deed} lease 0 -> 1 #3\nat 36s delay lease 0 -> 1 #3 5s");
        let mut with = run("lossless", 5, &lines, 60.0);
        let without = run("lossless", 5, "", 60.0);
        assert_eq!(losses(&with, Loss::ByHand), 0);
        let heard = |player: &Player| arrivals(player, 0, 1, (0.0, 60.0));
        assert_eq!(heard(&with), heard(&without));
        let deeds = with
            .events()
            .iter()
            .filter(|e| e.kind == EventKind::User)
            .count();
        assert_eq!(deeds, 3, "the boot, and two that changed nothing");
        with.seek(Time::from_ms(1_000));
    }
}

/// One message is taken from behind a cut, with those before it; the rest stays.
#[test]
fn what_a_cut_holds_can_be_brought_and_dropped() {
    for session in ["lossless", "messenger"] {
        let player = run(session, 5, "at 30s cut 0 -> 1", 38.0);
        let mut held: Vec<_> = player
            .world()
            .wire()
            .flights()
            .filter(|f| (f.message.from, f.to) == (MonId(0), MonId(1)) && f.due.is_none())
            .map(|f| (f.sent_by, f.message.body.kind().name(), f.ordinal))
            .collect();
        held.sort_unstable();
        assert!(held.len() > 2, "{session}: {held:?}");
        let [first, second, third, ..] = held[..] else {
            panic!("some are held")
        };
        let lines = format!(
            "at 30s cut 0 -> 1\nat 38s drop {} 0 -> 1 #{}\nat 39s deliver {} 0 -> 1 #{}",
            first.1, first.2, third.1, third.2
        );
        let player = run(session, 5, &lines, 40.0);
        let came = arrivals(&player, 0, 1, (30.0, 40.0));
        let sends = [second.0, third.0].map(|id| player.event(id).map(at));
        let wanted = sends.map(|sent| (sent.unwrap_or_default(), 39.0));
        assert_eq!(came, wanted, "{session}");
    }
}

#[test]
fn a_deed_on_a_message_is_undone() {
    let mut player = run("messenger", 5, "", 30.0);
    let before = player.world().hash();
    let message = Address {
        kind: Kind::Lease,
        from: MonId(0),
        to: MonId(1),
        ordinal: 60,
    };
    let deed = Deed::Drop;
    player
        .apply(Action::Message { message, deed })
        .expect("these monitors are there");
    player.advance_to(Time::from_ms(400_000));
    assert_eq!(losses(&player, Loss::ByHand), 1);
    assert!(player.undo());
    assert_eq!(player.world().hash(), before);
    player.advance_to(Time::from_ms(400_000));
    assert_eq!(losses(&player, Loss::ByHand), 0);
}
