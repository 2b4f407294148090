//! Random clusters of electors with broken links: what happens seldom and is allowed, and what must never happen.
//!
//! The world is that of Ceph's own unit test; each pair of three to five monitors is broken with a probability of 1/4,
//! both ways or one way, and somebody starts an election now and then. Two victories in one epoch do happen (FAIL-2).
//! In no run may two leaders of an epoch both have the consent of their whole quorum, may a monitor follow two leaders
//! in an epoch, or an assertion of Ceph's fail (SAFE-6). How often the first happens is pinned: it changes only when
//! the electors do.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/dice.rs"]
#[allow(dead_code, reason = "it needs few of them")]
mod dice;
#[allow(dead_code, reason = "the replay of recordings uses the rest of it")]
#[path = "conformance/world.rs"]
mod world;

use std::collections::BTreeMap;

use dice::Dice;
use monscope::core::mon::elector::modern::Strategy;
use monscope::core::mon::tracker::Real;
use monscope::core::mon::{Rank, RankSet};
use world::{Plan, World};

const RUNS: u64 = 3_000;
const STEPS: u32 = 30;

/// How the links are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    BothWays,
    OneWay,
}

/// What was seen in many runs: runs with it, each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    two_victories: u32,
    two_quorums: u32,
    two_followed: u32,
    assertions: u32,
}

/// Whose name stands first in each epoch, and was it joined by another's?
#[derive(Default)]
struct Names(BTreeMap<u32, Vec<String>>);

impl Names {
    fn note(&mut self, epoch: u32, name: &str) {
        let names = self.0.entry(epoch).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    fn two(&self) -> bool {
        self.0.values().any(|names| names.len() > 1)
    }
}

fn cluster(strategy: Strategy, dice: &mut Dice, breaks: Breaks) -> World {
    let n = 3 + dice.below(3) as usize;
    let mut world = World::new(Plan {
        monitors: n,
        strategy,
        ping_interval: 1,
        half_life: Real::of(5.0),
    });
    if strategy != Strategy::Classic && dice.once_in(2) {
        world.disallowed = RankSet::one(Rank(dice.below(n as u64) as u8));
    }
    for a in 0..n as u8 {
        for b in a + 1..n as u8 {
            if dice.once_in(4) {
                let turned = breaks == Breaks::OneWay && dice.once_in(2);
                let (from, to) = if turned { (b, a) } else { (a, b) };
                world.block(Rank(from), Rank(to), true);
                world.block(Rank(to), Rank(from), breaks == Breaks::BothWays);
            }
        }
    }
    world
}

/// Plays one run; what was seen in it.
fn play(strategy: Strategy, seed: u64, breaks: Breaks, first_boot: bool) -> Seen {
    let mut dice = Dice::new(seed);
    let mut world = cluster(strategy, &mut dice, breaks);
    if !first_boot {
        for owner in &mut world.owners {
            owner.logic.store.epoch = 2;
            owner.logic.epoch = 2;
            owner.ever_joined = true;
        }
    }
    for _ in 0..STEPS {
        for rank in RankSet::below(world.owners.len()).iter() {
            if dice.once_in(16) {
                world.start(rank);
            }
        }
        world.step();
    }
    count(&world.log, world.aborted)
}

/// What the log of a run says.
fn count(log: &[String], aborted: bool) -> Seen {
    let (mut won, mut formed) = (Names::default(), Names::default());
    let mut followed: BTreeMap<String, Names> = BTreeMap::new();
    for told in log {
        let (rank, deeds) = told.split_once(' ').expect("the log says who");
        for deed in deeds.split(", ") {
            let words: Vec<&str> = deed.split(' ').collect();
            let epoch = |word: usize| words[word].parse().expect("an epoch");
            match words[0] {
                "victory" => won.note(epoch(1), rank),
                "quorum" => formed.note(epoch(1), rank),
                "peon" => followed
                    .entry(rank.to_owned())
                    .or_default()
                    .note(epoch(2), words[1]),
                _ => {}
            }
        }
    }
    Seen {
        two_victories: u32::from(won.two()),
        two_quorums: u32::from(formed.two()),
        two_followed: u32::from(followed.values().any(Names::two)),
        assertions: u32::from(aborted),
    }
}

fn seen(strategy: Strategy, breaks: Breaks, first_boot: bool) -> Seen {
    let mut all = Seen::default();
    for seed in 0..RUNS {
        let one = play(strategy, seed, breaks, first_boot);
        all.two_victories += one.two_victories;
        all.two_quorums += one.two_quorums;
        all.two_followed += one.two_followed;
        all.assertions += one.assertions;
    }
    all
}

/// Clusters that were settled in epoch 2.
#[test]
fn two_victories_happen_and_nothing_worse() {
    let victories = [
        (Strategy::Classic, [119, 37]),
        (Strategy::Disallow, [106, 40]),
        (Strategy::Connectivity, [15, 0]),
    ];
    check(&victories, false);
}

/// Clusters that start for the first time.
#[test]
fn the_same_at_the_first_boot() {
    let victories = [
        (Strategy::Classic, [120, 35]),
        (Strategy::Disallow, [107, 41]),
        (Strategy::Connectivity, [31, 5]),
    ];
    check(&victories, true);
}

fn check(victories: &[(Strategy, [u32; 2])], first_boot: bool) {
    for (strategy, counts) in victories {
        for (breaks, count) in [Breaks::BothWays, Breaks::OneWay].into_iter().zip(counts) {
            let seen = seen(*strategy, breaks, first_boot);
            let only = Seen {
                two_victories: *count,
                ..Seen::default()
            };
            assert_eq!(seen, only, "{strategy:?}, {breaks:?}");
        }
    }
}

/// What would be counted if it happened.
#[test]
fn what_must_not_happen_would_be_seen() {
    let log = [
        "0 bump 2, victory 2 {0 2}",
        "2 bump 2, peon 0 2",
        "0 quorum 2 {0 2}",
        "1 bump 2, victory 2 {1 2}",
        "2 bump 2, peon 1 2",
        "1 quorum 2 {1 2}",
        // Refused, so nobody is followed.
        "3 bump 2, bump 3, start 3 = reject 0 2",
        "3 bump 4, peon 0 4",
    ];
    let all = Seen {
        two_victories: 1,
        two_quorums: 1,
        two_followed: 1,
        assertions: 1,
    };
    assert_eq!(count(&log.map(str::to_owned), true), all);
    assert_eq!(count(&[], false), Seen::default());
}
