//! Random faults without end: more than a million entries of the queue for each edition and strategy, every property
//! checked at each of them.
//!
//! What fails is printed with its seed, as the shortest scenario that still fails: paste it into the page, or play it
//! by `cargo run --example headless`. `SOAK=20` soaks 20 times as long.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/soak.rs"]
mod soak;

use std::collections::BTreeMap;

use monscope::core::mon::{Branch, Time};
use monscope::core::scenario::{
    self, Action, Edition, How, Scenario, Scripted, Session, Share, Strategy,
};
use monscope::core::sim::EventKind;
use soak::{Flavour, Run, end, flavours, minimised, play};

/// Entries for each flavour, of which an edition with a strategy has two.
const ENTRIES: u64 = 550_000;

/// What is wrong with a run; `None`: nothing.
type Verdict = fn(&Run) -> Option<String>;

/// Soaks the flavours of this edition and strategy.
///
/// # Panics
/// With the shortest scenario, when a property is broken: Ceph's assertions are among them.
fn soaked(edition: Edition, strategy: Strategy) {
    let factor = std::env::var("SOAK").ok();
    let factor = factor.and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let is_meant = |flavour: &Flavour| (flavour.edition, flavour.strategy) == (edition, strategy);
    for flavour in flavours().into_iter().filter(is_meant) {
        match soak_one(flavour, ENTRIES * factor, Run::broken) {
            Ok((entries, scenarios)) => {
                println!("{flavour:?}: {entries} entries in {scenarios} scenarios");
            }
            Err(told) => panic!("{told}"),
        }
    }
}

/// Plays one scenario after the other until there were so many entries; how many there were, in how many scenarios.
///
/// # Errors
/// With what is wrong, the seed, and the shortest scenario.
fn soak_one(flavour: Flavour, least: u64, broken: Verdict) -> Result<(u64, u64), String> {
    let (mut entries, mut seed) = (0, 0);
    while entries < least {
        let scenario = soak::scenario(flavour, seed);
        let run = play(&scenario, end(&scenario));
        if let Some(wrong) = broken(&run) {
            return Err(format!(
                "{flavour:?} seed {seed}: {wrong}\n{}",
                told(&scenario, broken)
            ));
        }
        entries += run.entries;
        seed += 1;
    }
    Ok((entries, seed))
}

/// The shortest scenario that fails as this one does.
fn told(scenario: &Scenario, broken: Verdict) -> String {
    let until = end(scenario);
    let short = minimised(scenario, |less| broken(&play(less, until)).is_some());
    let wrong = broken(&play(&short, until)).unwrap_or_default();
    format!("in short, {wrong} by {until} s in:\n\n{}", short.to_text())
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

/// A violation is planted: that two win the same epoch, which does happen. It is told with its seed and a scenario that
/// is short, that can be pasted, and in which it still happens.
#[test]
fn a_failure_is_told_by_a_short_scenario() {
    let planted = |run: &Run| {
        let victories = run
            .player
            .events()
            .iter()
            .filter(|e| e.kind == EventKind::Victory);
        let mut won: Vec<u32> = victories.map(|e| e.epoch).collect();
        won.sort_unstable();
        let twice = won.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map(|pair| format!("two won epoch {}", pair[0]))
    };
    for flavour in flavours().into_iter().take(3) {
        let told = soak_one(flavour, u64::MAX, planted).expect_err("FAIL-2 is common");
        let (head, text) = told.split_once("\n\n").expect("the scenario comes last");
        let seed = head
            .split_once(" seed ")
            .and_then(|(_, rest)| rest.split_once(':'));
        let seed: u64 = seed.expect("the seed is told").0.parse().expect("a number");
        let long = soak::scenario(flavour, seed);
        let short = scenario::read(text).expect("it can be pasted");
        assert!(planted(&play(&long, end(&long))).is_some());
        assert!(planted(&play(&short, end(&long))).is_some(), "{told}");
        assert!(short.script.len() <= 5, "{told}");
    }
}

/// What an action is, and in which way it is done.
fn kind_of(action: &Action) -> String {
    let debug = format!("{action:?}");
    let name = debug
        .split(['(', ' '])
        .next()
        .unwrap_or_default()
        .to_owned();
    match action {
        Action::Cut { both, how, .. } => format!("{name} both {both} {}", how.name()),
        Action::Partition { how, .. } => format!("{name} {}", how.name()),
        Action::Heal(link) => format!("{name} one {}", link.is_some()),
        Action::Latency { link, .. } | Action::Loss { link, .. } => {
            format!("{name} one {}", link.is_some())
        }
        Action::Message { deed, .. } => format!("{name} {}", deed.name()),
        _ => name,
    }
}

/// Everything that can be done is done, in every edition and strategy, often.
#[test]
fn every_fault_is_among_them() {
    let mut seen: BTreeMap<(String, bool), BTreeMap<String, u32>> = BTreeMap::new();
    for flavour in flavours() {
        for seed in 0..150 {
            let scenario = soak::scenario(flavour, seed);
            let modern = flavour.edition == Edition::Modern;
            let kinds = seen
                .entry((format!("{:?}", flavour.strategy), modern))
                .or_default();
            let mut note = |what: String| *kinds.entry(what).or_default() += 1;
            scenario
                .script
                .iter()
                .for_each(|scripted| note(kind_of(&scripted.action)));
            note(format!("session {}", scenario.network.session.name()));
        }
    }
    let all = "Boot, Kill, Restart, Pause, Resume, Wipe, Cut both false drop, Cut both true reset, Partition drop, \
        Partition reset, Heal one false, Heal one true, Latency one true, Latency one false, Loss one true, \
        Loss one false, Message drop, Message delay, Message duplicate, Message deliver, QuorumExit, QuorumEnter, \
        Terminate, KillHost, Commit, Add, Remove, session lossless, session messenger, session lossy";
    for ((strategy, modern), kinds) in &seen {
        let rules = if *modern {
            ", SetStrategy, Disallow, Allow"
        } else {
            ""
        };
        for kind in format!("{all}{rules}").split(", ") {
            let count = kinds.get(kind).copied().unwrap_or(0);
            assert!(
                count >= 20,
                "{strategy} modern {modern}: {kind} {count} times of {kinds:#?}"
            );
        }
    }
}

/// A soak scenario with real sessions: some links are reset, and packets are lost.
fn real(seed: u64, session: Session) -> Scenario {
    let flavours = flavours();
    let flavour = flavours[seed as usize % flavours.len()];
    let mut scenario = soak::scenario(flavour, seed);
    scenario.network.session = session;
    scenario.network.duplicate = Share::NONE;
    // What is done to single messages may well change their order.
    let meddles = |scripted: &Scripted| matches!(scripted.action, Action::Message { .. });
    scenario.script.retain(|scripted| !meddles(scripted));
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
