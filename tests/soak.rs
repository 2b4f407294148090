//! Random faults without end: more than a million entries of the queue for each edition and strategy, every property
//! checked at each of them.
//!
//! What fails is printed with its seed, as the shortest scenario that still fails: paste it into the page, or play it
//! by `cargo run --example headless`. `SOAK=20` soaks 20 times as long.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/soak.rs"]
mod soak;

use monscope::core::mon::{Branch, Time};
use monscope::core::scenario::{self, Action, Edition, How, Scenario, Session, Share, Strategy};
use monscope::core::sim::EventKind;
use soak::{Flavour, end, flavours, minimised, play};

/// Entries for each flavour, of which an edition with a strategy has two.
const ENTRIES: u64 = 550_000;

/// Soaks the flavours of this edition and strategy.
///
/// # Panics
/// With the shortest scenario, when a property is broken or an assertion of Ceph's failed.
fn soaked(edition: Edition, strategy: Strategy) {
    let factor = std::env::var("SOAK").ok();
    let factor = factor.and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let is_meant = |flavour: &Flavour| (flavour.edition, flavour.strategy) == (edition, strategy);
    for flavour in flavours().into_iter().filter(is_meant) {
        let (mut entries, mut seed) = (0, 0);
        while entries < ENTRIES * factor {
            let scenario = soak::scenario(flavour, seed);
            let run = play(&scenario, end(&scenario));
            if let Some(broken) = run.broken() {
                panic!("{flavour:?} seed {seed}: {broken}\n{}", told(&scenario));
            }
            entries += run.entries;
            seed += 1;
        }
        println!("{flavour:?}: {entries} entries in {seed} scenarios");
    }
}

/// The shortest scenario that fails as this one does.
fn told(scenario: &Scenario) -> String {
    let until = end(scenario);
    let short = minimised(scenario, |less| play(less, until).broken().is_some());
    let broken = play(&short, until).broken().unwrap_or_default();
    format!("in short, {broken} by {until} s in:\n\n{}", short.to_text())
}

#[test]
fn luminous() {
    soaked(Edition::Luminous, Strategy::Classic);
}

#[test]
fn modern_classic() {
    soaked(Edition::Modern, Strategy::Classic);
}

#[test]
fn modern_disallow() {
    soaked(Edition::Modern, Strategy::Disallow);
}

#[test]
fn modern_connectivity() {
    soaked(Edition::Modern, Strategy::Connectivity);
}

/// `BRANCH=GET-CHUNK-2 cargo test --profile test-fast --test soak -- --ignored --nocapture` prints a short scenario
/// that takes this branch.
#[test]
#[ignore = "a tool"]
fn find_a_branch() {
    let id = std::env::var("BRANCH").unwrap_or_default();
    let branch = Branch::from_id(&id).unwrap_or_else(|| panic!("BRANCH={id} is no id"));
    let takes = |scenario: &Scenario| {
        let run = play(scenario, end(scenario));
        run.player.world().has_taken(branch, None)
    };
    let all =
        (0..1_000).flat_map(|seed| flavours().into_iter().map(move |flavour| (flavour, seed)));
    let mut scenarios = all.map(|(flavour, seed)| soak::scenario(flavour, seed));
    match scenarios.find(|scenario| takes(scenario)) {
        Some(long) => println!("{}", minimised(&long, takes).to_text()),
        None => println!("none of 1000 scenarios of each kind takes {id}"),
    }
}

/// What is printed of a failure is the failure.
#[test]
fn random_scenarios_can_be_read_back() {
    for flavour in flavours() {
        for seed in 0..20 {
            let scenario = soak::scenario(flavour, seed);
            let text = scenario.to_text();
            assert!(scenario::read(&text) == Ok(scenario), "{text}");
        }
    }
}

/// The shortening is tried on something that does happen: two victories in one epoch.
#[test]
fn a_failure_is_made_short() {
    let flavour = flavours()[0];
    let twice = |scenario: &Scenario| {
        let run = play(scenario, end(scenario));
        let mut won: Vec<u32> = run
            .player
            .events()
            .iter()
            .filter(|e| e.kind == EventKind::Victory)
            .map(|e| e.epoch)
            .collect();
        let all = won.len();
        won.sort_unstable();
        won.dedup();
        won.len() < all
    };
    let long = (0..)
        .map(|seed| soak::scenario(flavour, seed))
        .find(twice)
        .expect("FAIL-2 is common");
    let short = minimised(&long, twice);
    assert!(
        twice(&short) && short.script.len() <= 4,
        "{}",
        short.to_text()
    );
}

/// A soak scenario with real sessions: some links are reset, and packets are lost.
fn real(seed: u64, session: Session) -> Scenario {
    let flavours = flavours();
    let flavour = flavours[seed as usize % flavours.len()];
    let mut scenario = soak::scenario(flavour, seed);
    scenario.network.session = session;
    scenario.network.loss = [Share::NONE, Share(20_000), Share(200_000)][seed as usize % 3];
    for (place, scripted) in scenario.script.iter_mut().enumerate() {
        if let Action::Cut { how, .. } | Action::Partition { how, .. } = &mut scripted.action
            && place % 2 == 0
        {
            *how = How::Reset;
        }
    }
    scenario
}

#[test]
fn whatever_happens_a_messenger_keeps_the_order_and_the_cluster_its_promises() {
    for seed in 0..240 {
        let scenario = real(seed, Session::Messenger);
        let run = play(&scenario, end(&scenario));
        assert_eq!(run.broken(), None, "seed {seed}:\n{}", scenario.to_text());
        let mut last = [[0; 16]; 16];
        for event in run.player.events() {
            if let (EventKind::Deliver, Some(to), Some(from), Some(cause)) =
                (event.kind, event.mon, event.peer, event.cause)
            {
                let last = &mut last[from.index()][to.index()];
                assert!(cause.get() > *last, "seed {seed}: {event:?}");
                *last = cause.get();
            }
        }
    }
}

#[test]
fn runs_repeat_themselves_forwards_and_back() {
    for session in [Session::Messenger, Session::Lossy] {
        for seed in 0..40 {
            let scenario = real(seed, session);
            let until = end(&scenario);
            let mut player = play(&scenario, until).player;
            player.advance_to(until);
            let hash = player.world().hash();
            player.seek(Time(until.0 / 3));
            player.seek(until);
            assert_eq!(player.world().hash(), hash, "{session:?} seed {seed}");
            let text = scenario.to_text();
            assert!(scenario::read(&text) == Ok(scenario), "{text}");
        }
    }
}
