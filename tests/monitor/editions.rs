//! What a modern monitor does otherwise, handed to it one input after the other.

use std::sync::Arc;

use super::taken::tests;
use monscope::core::mon::effect::Effect;
use monscope::core::mon::elector::modern::Strategy;
use monscope::core::mon::message::{Body, Request};
use monscope::core::mon::monitor::Settings;
use monscope::core::mon::monmap::{Addr, MonMap, Name, Protocols, Site};
use monscope::core::mon::{Branch, Edition, Input, Kind, Rank, State};

use super::bench::{Bench, TOLD, Told, joined, map_of};

/// A map of three with changes.
fn map(epoch: u32, change: impl Fn(&mut MonMap)) -> Arc<MonMap> {
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], epoch));
    change(&mut map);
    Arc::new(map)
}

fn settings() -> Settings {
    Settings::of(Edition::Modern)
}

/// INIT is over when the boot is; the path tells.
fn a_process_begins_in_init() {
    let mut bench = Bench::modern(2, joined(3, 1), settings());
    assert_eq!(bench.mon.state, State::Probing);
    bench.mon.end();
    let booted = bench.step(Input::Boot);
    assert_eq!(booted.took[0], Branch::MonInit);
    let mut luminous = Bench::new(2, joined(3, 1));
    luminous.mon.end();
    let booted = luminous.step(Input::Boot);
    assert!(!booted.took(Branch::MonInit));
}

/// A map with another way to reach me at my address: the process starts again, and then listens as the map says.
fn a_changed_address_starts_the_process_again() {
    let mut bench = Bench::modern(2, joined(3, 1), settings());
    let newer = map(2, |map| map.members[2].protocols = Protocols::V2);
    let done = bench.replies(
        0,
        Told {
            map: Some(Arc::clone(&newer)),
            ..TOLD
        },
    );
    assert!(done.took(Branch::Reply2) && done.took(Branch::Boot5b));
    assert_eq!(done.effects.last(), Some(&Effect::StartAgain));
    assert_eq!(done.sent(), []);
    bench.mon.end();
    assert_eq!(bench.mon.monmap, newer, "it was put aside");
    let booted = bench.step(Input::Boot);
    assert!(!booted.took(Branch::Boot5b));
    assert_eq!(
        (bench.mon.state, bench.mon.rank),
        (State::Probing, Some(Rank(2)))
    );
    // Another's address changes: nothing happens here. Nor does it in luminous, which knows one protocol.
    let mut other = Bench::modern(1, joined(3, 1), settings());
    let told = || Told {
        map: Some(Arc::clone(&newer)),
        ..TOLD
    };
    assert!(!other.replies(0, told()).took(Branch::Boot5b));
    let mut luminous = Bench::new(2, joined(3, 1));
    assert!(!luminous.replies(0, told()).took(Branch::Boot5b));
}

/// One whose configuration says another site than the map asks to be entered anew, instead of electing. (REPLY-10b)
fn one_that_stands_elsewhere_asks_to_be_entered_anew() {
    let mut store = joined(3, 1);
    store.monmap = map(1, |map| map.members[2].site = Some(Site(0)));
    store.paxos.maps = vec![(1, Arc::clone(&store.monmap))];
    let moved = Settings {
        site: Some(Site(1)),
        ..settings()
    };
    let told = || Told {
        quorum: &[0, 1],
        ..TOLD
    };
    let mut bench = Bench::modern(2, store.clone(), moved);
    let asked = bench.replies(0, told());
    assert!(asked.took(Branch::Reply10b) && asked.sent() == [(0, Kind::Join)]);
    let join = asked.effects.iter().find_map(|effect| match effect {
        Effect::Send {
            body: Body::Request(request),
            ..
        } => Some(*request),
        _ => None,
    });
    let wanted = Request::Join {
        name: Name(2),
        addr: Addr(2),
        site: Some(Site(1)),
    };
    assert_eq!(join, Some(wanted));
    // One that says nothing, or the same, elects.
    for site in [None, Some(Site(0))] {
        let same = Settings { site, ..settings() };
        let mut bench = Bench::modern(2, store.clone(), same);
        assert!(bench.replies(0, told()).took(Branch::Reply10a), "{site:?}");
    }
}

/// The elector knows who may not lead from the first bootstrap on, and again with every map. (C4)
fn who_may_lead_is_said_with_every_map() {
    let mut store = joined(3, 1);
    store.monmap = map(1, |map| {
        map.rules.strategy = Strategy::Disallow;
        map.rules.disallowed.insert(Name(0));
    });
    store.paxos.maps = vec![(1, Arc::clone(&store.monmap))];
    let mut bench = Bench::modern(2, store, settings());
    let disallowed = |bench: &Bench| {
        bench
            .mon
            .elector
            .modern()
            .map(|owner| owner.disallowed.to_string())
    };
    assert_eq!(disallowed(&bench).as_deref(), Some("0"));
    let newer = map(2, |map| {
        map.rules.strategy = Strategy::Disallow;
        map.rules.disallowed.insert(Name(1));
    });
    let told = Told {
        map: Some(newer),
        ..TOLD
    };
    let done = bench.replies(0, told);
    assert!(
        done.took(Branch::C4) && !done.took(Branch::C4Start),
        "a probe calls no election"
    );
    assert_eq!(disallowed(&bench).as_deref(), Some("1"));
    // Without a tiebreaker there is no stretch mode, and marks mean nothing.
    let marked = map(3, |map| map.rules.marked_down.insert(Name(0)));
    assert!(marked.disallowed_leaders().is_empty());
    let stretched = map(3, |map| {
        map.rules.marked_down.insert(Name(0));
        map.rules.tiebreaker = Some(Name(2));
    });
    assert_eq!(stretched.disallowed_leaders().to_string(), "0 2");
}

tests![
    a_process_begins_in_init,
    a_changed_address_starts_the_process_again,
    one_that_stands_elsewhere_asks_to_be_entered_anew,
    who_may_lead_is_said_with_every_map,
];
