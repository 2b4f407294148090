//! The log and the verdict of a whole run, in words.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::scenario;
use monscope::core::frame::{gather, log, verdict};
use monscope::core::mon::{MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, Scenario};
use monscope::core::words::Lang;

/// Five monitors on a slow network; the leader dies at 12 s.
fn leader_dies() -> Scenario {
    scenario(5, 21)
}

fn lines(player: &Player, essential: bool) -> Vec<String> {
    let kinds = if essential {
        log::Kinds::Essential
    } else {
        log::Kinds::All
    };
    let mut log = log::Log::new(log::Filter {
        kinds,
        ..log::Filter::default()
    });
    log.read(player.events());
    let told = |row: &log::Row| match row {
        log::Row::Quiet(span) => format!("({})", Lang::En.span_left(*span)),
        log::Row::Event(i) => {
            let line = log::line(player, &player.events()[*i as usize], Lang::En);
            let mon = line.mon.map(|(name, _)| name).unwrap_or_default();
            format!("{} {mon} {} {}", line.at, line.words.text(), line.branches)
        }
    };
    log.rows().iter().map(told).collect()
}

#[test]
fn a_death_is_told_line_by_line() {
    let mut player = Player::new(leader_dies());
    player.advance_to(Time::from_ms(12_000));
    player
        .apply(Action::Kill(vec![MonId(0)]))
        .expect("mon.a is there");
    player.advance_to(Time::from_ms(40_000));
    let told = lines(&player, true);
    println!("{}", told.join("\n"));
    let has = |text: &str| {
        assert!(
            told.iter().any(|line| line.contains(text)),
            "no line says: {text}"
        )
    };
    has("0.000  script: boot");
    has("victory 4: quorum 0 1 2 3 4");
    has("12.000 a you: kill mon.a");
    has("10 s without a lease");
    has("acked");
    has("vote 2 of 3");
    has("now a peon");
    assert!(!told.iter().any(|line| line.contains("lease ack from")));
    assert!(lines(&player, false).len() > told.len());
}

#[test]
fn the_verdict_says_who_leads_or_why_nobody_does() {
    let mut player = Player::new(leader_dies());
    let mut say = |at_ms: u64, kill: bool| {
        player.advance_to(Time::from_ms(at_ms));
        if kill {
            player
                .apply(Action::Kill(vec![MonId(0)]))
                .expect("mon.a is there");
        }
        let v = verdict(&gather(&player), player.now(), Lang::En);
        let text = [v.headline, v.count, v.line, v.since].map(|line| line.text());
        println!("{text:?}");
        text
    };
    assert_eq!(say(0, false)[0], "No leader yet");
    assert_eq!(
        say(10_000, false)[..3],
        ["mon.a leads in epoch 4", "", "Quorum 0 1 2 3 4"]
    );
    let dead = say(12_000, true);
    assert_eq!(dead[0], "No leader ");
    assert_eq!(
        dead[2],
        "Nobody has noticed yet: the peons of mon.a still hold its lease."
    );
    let later = say(15_000, false);
    assert_eq!(later[1], "for 3.0 s");
    assert_eq!(later[3], "In all 3.0 s without one since you killed mon.a.");
    let end = say(40_000, false);
    assert!(end[0].starts_with("mon.b leads in epoch "));
    assert_eq!(end[2], "Quorum 1 2 3 4. mon.a is outside it.");
}
