//! Random faults without end: more than a million entries of the queue for each edition and strategy, every property
//! checked at each of them.
//!
//! What fails is printed with its seed, as the shortest scenario that still fails: paste it into the page, or play it
//! by `cargo run --example headless`. `SOAK=20` soaks 20 times as long.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/soak.rs"]
mod soak;

use monscope::core::mon::Branch;
use monscope::core::scenario::{self, Edition, Scenario, Strategy};
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
