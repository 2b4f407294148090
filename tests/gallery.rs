//! The built-in scenarios do what they say: every expectation is met, and not only with the seed they are shown with.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::mon::{MonId, Rank, RankSet, Span, Time};
use monscope::core::play::{Met, Player};
use monscope::core::scenario::gallery::{FIRST, GALLERY, find, first};
use monscope::core::scenario::{self, Action, Scenario};

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

/// Ways in which elections are known to fail, by their numbers in the specification: the scenario that shows each, and
/// its expectations that say so.
const FAILURES: &[(&str, &str, &[&str])] = &[
    (
        "FAIL-1",
        "broken-link",
        &[
            "by 60s leaders >= 2",
            "by 60s leader 1",
            "by 100s victories >= 6",
        ],
    ),
    (
        "FAIL-2",
        "two-victories",
        &["by 8s victories >= 2 branch HVIC-4 mon 2 two_leaders"],
    ),
    (
        "FAIL-3",
        "old-proposal",
        &["by 13s branch PROPOSE-5a mon 2 branch PROPOSE-7a mon 2"],
    ),
    (
        "FAIL-4",
        "stale-deferral",
        &["by 16s branch PROPOSE-7b mon 2", "at 20s leader none"],
    ),
    (
        "FAIL-5",
        "late-victory",
        &[
            "by 1s branch HVIC-5 mon 2 branch HVIC-4 mon 2",
            "by 2s victories >= 2",
        ],
    ),
    (
        "FAIL-6",
        "stale-answers",
        &[
            "by 21.6s branch REPLY-10a mon 1",
            "at 35s never branch LEASE-TIMEOUT mon 2",
        ],
    ),
    (
        "FAIL-7",
        "timer-while-probing",
        &[
            "at 6s state 2 probing",
            "by 6.5s state 2 electing branch EXPIRE-2a mon 2",
        ],
    ),
    (
        "FAIL-8",
        "quorum-exit-enter",
        &[
            "at 50s leader none branch DISPATCH-1 mon 0",
            "by 53s leader 1 quorum 1 2 3 4",
        ],
    ),
    (
        "FAIL-9",
        "one-way-link",
        &["by 60s leader 1 quorum 1 2", "by 100s victories >= 6"],
    ),
    (
        "FAIL-10",
        "too-old",
        &[
            "by 12.5s state 4 down branch HANDLE-NAK-3 mon 4",
            "by 12.5s leader none branch PROPOSE-3 mon 0 branch PROPOSE-6b mon 0",
        ],
    ),
    (
        "FAIL-11",
        "two-sites",
        &[
            "at 110s branch A-CONN-1 mon 4",
            "at 118s elections == 0 from 100s to 118s",
        ],
    ),
    (
        "FAIL-12",
        "strategy-mismatch",
        &["at 79s leader 0 quorum 0 1 state 2 electing monmap_epoch 2 1"],
    ),
];

#[test]
fn every_known_failure_is_shown() {
    let ids = FAILURES.iter().map(|(id, _, _)| (*id).to_owned());
    assert!(ids.eq((1..=12).map(|number| format!("FAIL-{number}"))));
    for (id, slug, said) in FAILURES {
        let scenario = read(slug);
        let expects = scenario.expects.iter();
        let lines: Vec<_> = expects.map(|expect| scenario.expect_line(expect)).collect();
        for expected in *said {
            let line = format!("expect {expected}");
            assert!(
                lines.contains(&line),
                "{id}: {line} is not in {slug}: {lines:#?}"
            );
        }
    }
}

/// Calls an election at 90 s, at the monitor that leads; who leads then, with whom, and how many victories it took.
fn elect_again(scenario: Scenario) -> (MonId, RankSet, u32) {
    let mut player = Player::new(scenario);
    player.advance_to(Time::from_ms(90_000));
    let leader = player.world().leader().expect("one site has a quorum");
    let before = player.world().victories();
    let asked = player.apply(Action::QuorumEnter(leader));
    assert!(asked.is_ok());
    player.advance_to(Time::from_ms(118_000));
    assert_eq!(player.world().leader(), Some(leader));
    let quorum = player.world().monitor(leader).quorum;
    (leader, quorum, player.world().victories() - before)
}

/// FAIL-11 as it was before A-CONN-1: a cluster whose map says the same of who may lead, and nothing of stretch mode.
/// In the middle of an election the tiebreaker follows the others into a newer epoch, and refuses its own side's claim.
#[test]
fn without_its_rule_the_tiebreaker_refuses_a_victory() {
    let mut stretched = read("two-sites");
    let latency = Span::from_ms(40);
    stretched.network.latency = (latency, latency);
    let (leader, quorum, victories) = elect_again(stretched.clone());
    assert_eq!(victories, 1);
    let mut without = stretched;
    let lost = (0..5)
        .map(MonId)
        .filter(|mon| !quorum.contains(Rank(mon.0)));
    without.disallowed = lost.chain(without.tiebreaker.take()).collect();
    without
        .monitors
        .iter_mut()
        .for_each(|mon| mon.location = None);
    assert_eq!(elect_again(without), (leader, quorum, 2));
}
