//! The network as real clusters have it: retransmission, back-off, stale sessions, loss; and no sessions at all.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::mon::{Kind, MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::read;
use monscope::core::sim::{Event, EventKind};

/// A run of this document, with this seed, up to `seconds`.
fn run(seed: u64, document: &str, seconds: u64) -> Player {
    let mut scenario = read(document).expect("a document without mistakes");
    scenario.seed = seed;
    let mut player = Player::new(scenario);
    player.advance_to(Time::from_ms(seconds * 1_000));
    player
}

/// Seconds, of the event's instant.
fn at(event: &Event) -> f64 {
    event.at.0 as f64 / 1e6
}

/// When what was sent from one monitor to another between two instants arrived: the first and the last of it.
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

#[test]
fn explore() {
    for (what, cut, secs) in [
        ("cut 0 - 1", 40, 0),
        ("cut 0 - 1", 60, 0),
        ("cut 0 - 1", 90, 0),
        ("cut 0 -> 1", 60, 0),
        ("cut 0 - 1 how reset", 40, 0),
        ("cut 0 - 1 how reset", 60, 0),
    ] {
        let _ = secs;
        for seed in 0..6 {
            let doc = format!(
                "monitors 5\nedition modern\nsession messenger\nlatency 0.2ms..2ms\nat 0s boot\nat 30s {what}\nat {}s heal",
                30 + cut
            );
            let player = run(seed, &doc, 200);
            for (a, b) in [(0, 1), (1, 0)] {
                let all: Vec<_> = arrivals(&player, a, b, (30.0, 30.0 + cut as f64))
                    .into_iter()
                    .filter(|(l, t)| t - l > 0.1)
                    .collect();
                let first = all.first().map(|x| x.1 - 30.0);
                let last = all.last().map(|x| x.1 - 30.0);
                println!(
                    "{what} {cut} seed {seed} {a}->{b}: {:?}..{:?} ({})",
                    first,
                    last,
                    all.len()
                );
            }
        }
    }
    let _ = Kind::Propose;
}

#[test]
fn explore_restart() {
    for seed in 0..10 {
        let doc = "monitors 5\nedition modern\nsession messenger\nlatency 0.2ms..2ms\nat 0s boot\nat 30s kill 2\nat 55s boot 2";
        let player = run(seed, doc, 90);
        let firsts: Vec<_> = [0, 1, 3, 4]
            .map(|p| {
                arrivals(&player, 2, p, (55.0, 90.0))
                    .first()
                    .map(|x| (x.1 - 55.0))
            })
            .to_vec();
        let victories: Vec<_> = player
            .events()
            .iter()
            .filter(|e| e.kind == EventKind::Victory && at(e) > 55.0)
            .map(|e| (at(e) - 55.0, e.quorum.to_string()))
            .collect();
        let boot: Vec<_> = player
            .events()
            .iter()
            .filter(|e| e.kind == EventKind::Victory && at(e) < 30.0)
            .map(|e| (at(e), e.quorum.to_string()))
            .collect();
        println!("{firsts:?} {victories:?} boot {boot:?}");
    }
}
