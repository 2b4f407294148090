//! LIVE-1 to 5: what a cluster comes to, each under the conditions it states, in both editions.
#![cfg(not(target_arch = "wasm32"))]

mod common;

#[path = "liveness/connected.rs"]
mod connected;
#[path = "liveness/majority.rs"]
mod majority;
#[path = "liveness/patterns.rs"]
mod patterns;
#[allow(dead_code, reason = "the replay of recordings uses the rest of it")]
#[path = "conformance/world.rs"]
mod world;

use std::collections::BTreeSet;

use common::dice::Dice;
use monscope::core::mon::{Branch, MonId, RankSet, Span, State, Time, Timer};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, By, Edition, HealLink, How, Scenario, Scripted, Strategy};
use monscope::core::sim::{Event, EventKind};

type Kind = (Edition, Strategy);

const KINDS: [Kind; 4] = [
    (Edition::Luminous, Strategy::Classic),
    (Edition::Modern, Strategy::Classic),
    (Edition::Modern, Strategy::Disallow),
    (Edition::Modern, Strategy::Connectivity),
];

/// Ceph's waiting times: a candidate's, a deferring monitor's, a probe's.
const CANDIDATE: Span = Span::from_secs(5);
const DEFERRAL: Span = Span::from_secs(6);
const PROBE: Span = Span::from_secs(2);
/// A few messages there and back, each of 60 ms at most.
const MESSAGES: Span = Span::from_ms(600);

/// `n` monitors that boot at 0 s.
fn cluster((edition, strategy): Kind, n: usize, seed: u64) -> Scenario {
    let mut scenario = common::scenario(n, seed);
    scenario.edition = edition;
    scenario.strategy = strategy;
    scenario.rank_order = scenario.usual_rank_order();
    scenario
}

fn act(player: &mut Player, action: Action) {
    let done = player.apply(action);
    done.expect("it names monitors of the cluster");
}

fn wait(player: &mut Player, span: Span) {
    player.advance_to(player.now() + span);
}

fn ids(n: usize) -> Vec<MonId> {
    (0..n as u8).map(MonId).collect()
}

fn since(player: &Player, start: Time) -> impl Iterator<Item = &Event> {
    player
        .events()
        .iter()
        .filter(move |event| event.at >= start)
}

/// The leader with the quorum that follows it.
fn led(player: &Player) -> Option<(MonId, RankSet)> {
    let world = player.world();
    world
        .leader()
        .map(|leader| (leader, world.monitor(leader).quorum))
}

/// When things came to be as they are now.
fn settled_at(player: &Player) -> Time {
    let events = player.events().iter().rev();
    let last = events
        .filter(|event| event.kind == EventKind::State)
        .map(|event| event.at);
    last.max().unwrap_or(Time::ZERO)
}

/// How many rounds since an instant were spoilt: a proposal was thrown away by a monitor that probed, and nobody sends
/// it again; or, by scores, by a peon that thought it not worth an election, while its leader went along.
fn spoilt_rounds(player: &Player, start: Time) -> u64 {
    let spoils = |event: &&Event| {
        event
            .branches()
            .any(|branch| matches!(branch, Branch::Gate3 | Branch::AConn2))
    };
    let rounds: BTreeSet<u32> = since(player, start)
        .filter(spoils)
        .map(|e| e.message_epoch)
        .collect();
    rounds.len() as u64
}

fn no_violations(player: &Player) {
    assert_eq!(
        player.world().violations(),
        [],
        "{}",
        player.document().to_text()
    );
}

/// Cuts these links from an instant on.
fn cut_at(scenario: &mut Scenario, at: Time, links: &[(u8, u8)]) {
    for (a, b) in links {
        let (from, to, both, how) = (MonId(*a), MonId(*b), true, How::Drop);
        scenario.script.push(Scripted {
            at,
            action: Action::Cut {
                from,
                to,
                both,
                how,
            },
            by: By::Author,
        });
    }
}
