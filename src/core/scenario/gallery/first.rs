//! The scenario that the page begins with, as a value: it is on the stage before the reader of documents is there.

use crate::mon::{MonId, Rank, RankSet, Span, Time};
use crate::scenario::{Action, By, Condition, Expect, Note, Scenario, Scripted, StateName, When};

/// What `leader-dies.txt` says (a test compares the two).
#[must_use]
pub fn first() -> Scenario {
    let mon = MonId;
    let done = |ms, action| Scripted {
        at: Time::from_ms(ms),
        action,
        by: By::Author,
    };
    let note = |ms, text: &str| Note {
        at: Time::from_ms(ms),
        text: text.to_owned(),
    };
    let at = |ms, what| Expect {
        when: When::At(Time::from_ms(ms)),
        never: false,
        what,
    };
    let by = |ms, what| Expect {
        when: When::By(Time::from_ms(ms)),
        never: false,
        what,
    };
    let leads =
        |leader, quorum: RankSet| vec![Condition::Leader(Some(leader)), Condition::Quorum(quorum)];
    let peons = (1..5).map(|i| Condition::State(mon(i), StateName::Peon));
    let mut scenario = Scenario::of(5);
    scenario.title = "The leader dies".to_owned();
    scenario.seed = 42;
    scenario.network.latency = (Span::from_ms(20), Span::from_ms(60));
    scenario.script = vec![
        done(0, Action::Boot(Vec::new())),
        done(12_000, Action::Kill(vec![mon(0)])),
        done(40_000, Action::Restart(vec![mon(0)])),
    ];
    scenario.notes = vec![
        note(0, "Five monitors elect mon.a: it has the lowest rank."),
        note(
            12000,
            "mon.a's process is gone. Nobody knows yet: the others still hold a valid lease.",
        ),
        note(
            19000,
            "The last lease was sent at most 3 s before the death. 10 s after it a peon gives up and looks for the \
             others.",
        ),
        note(
            22500,
            "mon.b proposes itself and gets three votes. mon.a could still answer, so it waits its whole 5 s.",
        ),
        note(
            36000,
            "A majority of the map is enough: mon.b leads without mon.a.",
        ),
        note(
            40000,
            "mon.a is back with an older epoch. A reply tells it of a quorum, so it calls an election to join.",
        ),
    ];
    scenario.expects = vec![
        at(12_100, vec![Condition::Leader(None)]),
        at(18_900, peons.collect()),
        by(22_200, vec![Condition::State(mon(1), StateName::Probing)]),
        by(35_000, leads(mon(1), (1..5).map(Rank).collect())),
        by(60_000, leads(mon(0), (0..5).map(Rank).collect())),
        at(
            60_000,
            vec![
                Condition::Outage(Span::from_secs(23)),
                Condition::Violation(None),
            ],
        ),
    ];
    scenario
}
