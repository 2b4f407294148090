//! Every state that a few monitors can reach: electors of both editions, without probing and Paxos, in epochs up to 5.
//!
//! Messages keep their order on each of the links and take any time; election timers, and where the plan says so calls
//! for elections, losses and restarts, come at any moment. SAFE-1 to 5, 6a and 7 and every assertion of Ceph's are
//! checked with every transition. The number of states is part of each test: it changes only when the electors do.
//!
//! The search is our own, and small, because monitors have so few states of their own: what one of them makes of an
//! input is worked out once and looked up from then on, which makes each step some 20 times cheaper than calling the
//! code again. `cargo test --profile test-fast --test exhaustive -- --nocapture` prints counts and shortest ways.
#![cfg(not(target_arch = "wasm32"))]

#[path = "exhaustive/brain.rs"]
mod brain;
#[path = "exhaustive/cluster.rs"]
mod cluster;
#[path = "exhaustive/node.rs"]
mod node;
#[path = "exhaustive/places.rs"]
mod places;
#[path = "exhaustive/search.rs"]
mod search;

use brain::Rules;
use cluster::Plan;
use monscope::core::mon::elector::modern::Strategy;
use monscope::core::mon::{Kind, Rank, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{self, gallery};
use monscope::core::sim::EventKind;
use search::{Found, SIGHTS, search};

const LUMINOUS: Option<Strategy> = None;
const CLASSIC: Option<Strategy> = Some(Strategy::Classic);
const DISALLOW: Option<Strategy> = Some(Strategy::Disallow);
const CONNECTIVITY: Option<Strategy> = Some(Strategy::Connectivity);

/// Three that never started, any message may be lost, and one process may end and start again over its store.
///
/// Of the messages on a link the latest four are kept, and a repetition of the latest is lost. (With eight, more than
/// there ever are, luminous has 3.2 million states and the same states of single monitors.)
const fn three(rules: Rules) -> Plan {
    Plan {
        rules,
        settled: false,
        lossy: Some(4),
        crashes: 1,
        calls: Some(0),
        vain_timers: None,
        epoch_max: 5,
        keep_dead: false,
    }
}

/// Five that are settled in epoch 2, no message is lost, and two elections may be called, each by anybody.
const fn five(rules: Rules) -> Plan {
    Plan {
        rules,
        settled: true,
        lossy: None,
        crashes: 0,
        calls: Some(2),
        vain_timers: None,
        epoch_max: 5,
        keep_dead: false,
    }
}

/// Searches, prints what was found, and compares the number of states.
fn count(name: &str, plan: Plan, states: usize) -> Found {
    let found = search(plan);
    println!(
        "{name}: {} states, {} steps, {} states of a monitor",
        found.states,
        found.steps,
        found.monitors.len()
    );
    let ids: Vec<_> = found.branches.iter().map(|branch| branch.id()).collect();
    println!("  branches: {}", ids.join(" "));
    for (sight, way) in SIGHTS.iter().zip(&found.sights) {
        let way = way.as_ref();
        let way = way.unwrap_or_else(|| panic!("{name}: {sight:?} never happens"));
        println!("  {sight:?} after {} steps:", way.len());
        for (number, told) in way.iter().enumerate() {
            println!("    {:2}. {}", number + 1, told.line);
        }
    }
    assert_eq!(found.states, states, "{name}: the number of states");
    found
}

/// FAIL-2 is found, and the gallery shows the way that was found: message by message.
#[test]
fn three_luminous() {
    let found = count(
        "luminous, three",
        three(Rules::new(LUMINOUS, 3, &[], &[])),
        740_493,
    );
    let [_, _, two_victories] = found.sights;
    let way = two_victories.expect("FAIL-2 is found");
    assert_eq!(way.len(), 9);
    let found: Vec<Sent> = way
        .iter()
        .flat_map(|told| &told.sent)
        .map(|(from, to, message)| (*from, *to, message.kind(), message.epoch()))
        .collect();
    assert_eq!(found, sent_in("two-victories", found.len()));
}

/// From, to, what, in which epoch.
type Sent = (Rank, Rank, Kind, u32);

/// The first election messages of a scenario of the gallery. Epochs count from its first round, as on an empty disk.
fn sent_in(slug: &str, count: usize) -> Vec<Sent> {
    let entry = gallery::find(slug).expect("it is in the gallery");
    let mut player = Player::new(scenario::read(entry.text).expect("it is no mistake"));
    player.advance_to(Time::from_ms(60_000));
    let events = player.events().iter();
    let sends = events.filter(|event| event.kind == EventKind::Send);
    let of_elections = sends.filter_map(|event| {
        let kind = event.message?;
        let is = matches!(kind, Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak);
        let rank = |mon| player.starting_rank(mon);
        is.then_some((
            rank(event.mon?),
            rank(event.peer?),
            kind,
            event.message_epoch,
        ))
    });
    let sent: Vec<Sent> = of_elections.take(count).collect();
    let before = sent.first().map_or(0, |(_, _, _, epoch)| epoch - 1);
    let from_1 = |(from, to, kind, epoch)| (from, to, kind, epoch - before);
    sent.into_iter().map(from_1).collect()
}

#[test]
fn three_classic() {
    count(
        "classic, three",
        three(Rules::new(CLASSIC, 3, &[], &[])),
        1_158_702,
    );
}

/// Who may not lead comes last in the order, and nothing else: as many states as in classic.
#[test]
fn three_disallow() {
    count(
        "disallow, three",
        three(Rules::new(DISALLOW, 3, &[0], &[])),
        1_158_702,
    );
}

/// The link between mon.a and mon.b scores 0, so mon.c is the best, and the other two are as good as each other.
#[test]
fn three_connectivity() {
    let rules = Rules::new(CONNECTIVITY, 3, &[], &[(0, 1)]);
    count("connectivity, three", three(rules), 1_043_423);
}

#[test]
fn five_luminous() {
    count(
        "luminous, five",
        five(Rules::new(LUMINOUS, 5, &[], &[])),
        1_898_948,
    );
}

#[test]
fn five_classic() {
    count(
        "classic, five",
        five(Rules::new(CLASSIC, 5, &[], &[])),
        3_206_299,
    );
}

#[test]
fn five_disallow() {
    count(
        "disallow, five",
        five(Rules::new(DISALLOW, 5, &[0, 1], &[])),
        2_957_872,
    );
}

#[test]
fn five_connectivity() {
    let rules = Rules::new(CONNECTIVITY, 5, &[4], &[(0, 1)]);
    count("connectivity, five", five(rules), 3_449_105);
}

/// What the search would say if something did not hold: here the electors are classic, and the properties are told that
/// mon.a may not lead.
#[test]
fn what_does_not_hold_is_told_with_the_shortest_way_to_it() {
    let plan = three(Rules::new(CLASSIC, 3, &[0], &[]));
    let said = std::panic::catch_unwind(|| search(plan)).expect_err("votes go to mon.a");
    let said = said.downcast::<String>().expect("a panic with values");
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "SAFE-5 does not hold:",
            "mon.c starts: PROPOSE 1 to mon.a, PROPOSE 1 to mon.b",
            "mon.b starts: PROPOSE 1 to mon.a, PROPOSE 1 to mon.c",
            "mon.c hears PROPOSE 1 from mon.b: ACK 1 to mon.b",
            "mon.a starts: PROPOSE 1 to mon.b, PROPOSE 1 to mon.c",
            "mon.c hears PROPOSE 1 from mon.a: ACK 1 to mon.a",
        ]
    );
}

/// Messages that nobody will ever care for are taken off their links. That saves states of the cluster, and loses none
/// of a monitor.
#[test]
fn dead_messages_make_no_difference() {
    let disallowed: [&[u8]; 4] = [&[], &[], &[0], &[0]];
    let strategies = [LUMINOUS, CLASSIC, DISALLOW, CONNECTIVITY];
    for (strategy, disallowed) in strategies.into_iter().zip(disallowed) {
        let rules = Rules::new(strategy, 3, disallowed, &[(0, 1)]);
        let small = Plan {
            lossy: Some(2),
            crashes: 0,
            ..three(rules)
        };
        let whole = Plan {
            keep_dead: true,
            ..small.clone()
        };
        let (small, whole) = (search(small), search(whole));
        assert_eq!(small.monitors, whole.monitors);
        let lengths = |found: Found| found.sights.map(|way| way.map(|way| way.len()));
        assert!(small.states * 3 < whole.states * 2);
        assert_eq!(lengths(small), lengths(whole));
    }
}
