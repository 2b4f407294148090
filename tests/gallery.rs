//! The built-in scenarios do what they say: every expectation is met, and not only with the seed they are shown with.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::mon::{Span, Time};
use monscope::core::play::{Met, Player};
use monscope::core::scenario::gallery::{FIRST, GALLERY, find, first};
use monscope::core::scenario::{self, Scenario};

fn read(slug: &str) -> Scenario {
    let entry = find(slug).unwrap_or_else(|| panic!("{slug} is not there"));
    scenario::read(entry.text).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

/// Plays until a second after the last expectation; what was not met.
fn unmet(scenario: &Scenario) -> Vec<String> {
    let last = scenario
        .expects
        .iter()
        .map(|expect| expect.when.time())
        .max();
    let mut player = Player::new(scenario.clone());
    player.advance_to(last.unwrap_or(Time::ZERO) + Span::from_secs(1));
    let rows = player.score().rows().iter();
    let unmet = rows.filter(|(_, met)| *met != Met::Yes);
    unmet
        .map(|(expect, _)| scenario.expect_line(expect))
        .collect()
}

/// The page begins with it before it can read any document.
#[test]
fn the_first_one_is_what_its_text_says() {
    assert_eq!(first(), read(FIRST));
}

#[test]
fn every_expectation_is_met() {
    for entry in GALLERY {
        assert_eq!(unmet(&read(entry.slug)), [""; 0], "{}", entry.slug);
    }
}

/// A reader may well change the seed: what is said must hold for the cluster, not for one run.
#[test]
fn every_expectation_is_met_with_other_seeds() {
    for entry in GALLERY {
        let mut scenario = read(entry.slug);
        for seed in 100..130 {
            scenario.seed = seed;
            assert_eq!(unmet(&scenario), [""; 0], "{} with seed {seed}", entry.slug);
        }
    }
}

#[test]
fn each_is_told_and_checked_and_has_a_name_of_its_own() {
    assert!(GALLERY.len() >= 9);
    for (place, entry) in GALLERY.iter().enumerate() {
        let scenario = read(entry.slug);
        assert_eq!(scenario.title, entry.title());
        assert!(!scenario.title.is_empty(), "{}", entry.slug);
        assert!(
            scenario.notes.len() >= 2 && scenario.expects.len() >= 2,
            "{}",
            entry.slug
        );
        assert!(
            GALLERY[..place]
                .iter()
                .all(|other| other.title() != entry.title())
        );
        // What is printed is the same scenario.
        assert_eq!(
            scenario::read(&scenario.to_text()).as_ref(),
            Ok(&scenario),
            "{}",
            entry.slug
        );
        assert_eq!(
            scenario::read(&scenario.to_json()).as_ref(),
            Ok(&scenario),
            "{}",
            entry.slug
        );
    }
}
