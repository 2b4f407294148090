//! Why: an event as the decision list of its handler, what it changed, and what led to it.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::frame::why::{Answer, Mark, Row, Why, why};
use monscope::core::mon::branch::{BRANCHES, Level};
use monscope::core::mon::{Branch, Kind, MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{self, gallery};
use monscope::core::sim::{Event, EventKind};
use monscope::core::words::Lang;
use monscope::core::words::branches::{EN, Reference};

fn reference() -> Reference {
    Reference::new(EN.to_owned())
}

fn playing(name: &str, seed: Option<u64>, until_ms: u64) -> Player {
    let entry = gallery::find(name).expect("a scenario of the gallery");
    let mut scenario = scenario::read(entry.text).expect("it can be read");
    scenario.seed = seed.unwrap_or(scenario.seed);
    let mut player = Player::new(scenario);
    player.advance_to(Time::from_ms(until_ms));
    player
}

fn find(player: &Player, is_it: impl Fn(&&Event) -> bool) -> Event {
    *player
        .events()
        .iter()
        .rev()
        .find(is_it)
        .expect("there is such an event")
}

fn print(why: &Why) -> String {
    let mut out = String::new();
    let mut say = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    let message = why.head.message.as_ref().map_or("", |(_, words)| words);
    say(format!("{}{message}{}", why.head.before, why.head.after));
    say(format!("{}  {}", why.when, why.function));
    say(why.story.text());
    for list in &why.lists {
        say(format!("-- {}", list.procedure.name()));
        for row in &list.rows {
            let mark = match row.mark {
                Mark::Taken => '*',
                Mark::Tested => 'o',
                Mark::Never => ' ',
            };
            say(format!(
                "{mark} {:4}{}{} ... {:?}{}",
                row.label,
                if row.inner { "  " } else { "" },
                row.text.text(),
                row.answer,
                if row.end { " END" } else { "" }
            ));
            if !row.effect.is_empty() {
                say(format!("        → {}", row.effect.text()));
            }
        }
    }
    let (who, changes) = why.changes.clone().unwrap_or_default();
    say(format!("-- changed in {who}"));
    for change in &changes {
        say(format!("{}: {}", change.name, change.words.text()));
    }
    say(String::from("-- because"));
    for cause in &why.causes {
        let branch = cause.branch.map_or("", Branch::id);
        let missing = if cause.missing { "(missing) " } else { "" };
        say(format!(
            "{} {missing}{} x{} {branch}",
            cause.at, cause.words, cause.times
        ));
    }
    for step in &why.steps {
        say(format!(
            "   {} {} {}",
            step.branch.id(),
            step.sentence,
            step.values
        ));
    }
    out
}

/// The row with this label.
fn row<'w>(why: &'w Why, label: &str) -> &'w Row {
    let mut rows = why.lists.iter().flat_map(|list| &list.rows);
    rows.find(|row| row.label == label)
        .unwrap_or_else(|| panic!("no row {label} in\n{}", print(why)))
}

fn explain(player: &Player, event: &Event) -> Why {
    why(player, event.id, &reference(), Lang::En).expect("it has happened")
}

#[test]
fn a_vote_that_moves_is_told_with_its_values() {
    let player = playing("leader-dies", Some(21), 24_000);
    let moves = find(&player, |event| {
        event.mon == Some(MonId(4))
            && event.message == Some(Kind::Propose)
            && event.peer == Some(MonId(1))
    });
    let why = explain(&player, &moves);
    let (_, message) = why.head.message.clone().expect("it is about a message");
    assert_eq!(
        [&*why.head.before, &message, &why.head.after].concat(),
        "mon.e got propose 5 from mon.b"
    );
    assert_eq!(why.function, "Elector::handle_propose");
    assert_eq!(
        why.story.text(),
        "It had acked mon.c (rank 2); mon.b is rank 1, and lower wins: mon.e acks mon.b."
    );
    let said = |label: &str| {
        let row = row(&why, label);
        (row.text.text(), row.mark, row.answer)
    };
    let (yes, no) = (Answer::Yes, Answer::No);
    assert_eq!(
        said("1"),
        ("message epoch 5 is odd".into(), Mark::Tested, yes)
    );
    assert_eq!(
        said("2"),
        (
            "mon.b lacks a connection feature I require".into(),
            Mark::Tested,
            no
        )
    );
    assert_eq!(
        said("4"),
        ("message epoch 5 > mine 5".into(), Mark::Tested, no)
    );
    assert_eq!(
        said("5"),
        ("message epoch 5 < mine 5".into(), Mark::Tested, no)
    );
    assert_eq!(
        said("6"),
        (
            "my rank 4 < sender’s 1: I would win".into(),
            Mark::Tested,
            no
        )
    );
    assert_eq!(said("7"), ("they would win".into(), Mark::Tested, yes));
    assert_eq!(
        said("7a"),
        (
            "acked nobody, or rank 2 ≥ sender’s 1".into(),
            Mark::Taken,
            yes
        )
    );
    assert_eq!(
        said("7b"),
        ("acked a lower one".into(), Mark::Never, Answer::None)
    );
    assert_eq!(
        row(&why, "7a").effect.text(),
        "ack mon.b in epoch 5; election timer 6 s"
    );
    assert!(row(&why, "7a").end);
    let (who, changes) = why.changes.clone().expect("a monitor handled it");
    let changes: Vec<_> = changes
        .iter()
        .map(|c| format!("{} {}", c.name, c.words.text()))
        .collect();
    assert_eq!(who, "mon.e");
    assert_eq!(
        changes,
        [
            "leader_acked 2 (mon.c) → 1 (mon.b)",
            "election timer 5.99 s left → 6.00 s"
        ]
    );
}

#[test]
fn a_newer_epoch_skips_the_test_for_an_older_one() {
    let player = playing("leader-dies", Some(21), 60_000);
    let newer = find(&player, |event| {
        event.branches().any(|taken| taken == Branch::Propose4)
    });
    let why = explain(&player, &newer);
    assert_eq!(row(&why, "4").mark, Mark::Taken);
    assert!(!row(&why, "4").effect.is_empty());
    assert_eq!(row(&why, "5").mark, Mark::Never);
    assert_eq!(row(&why, "5").text.text(), "message epoch < mine");
    let (_, changes) = why.changes.expect("a monitor handled it");
    let epoch = changes.iter().find(|change| change.name == "epoch");
    assert!(epoch.is_some_and(|epoch| epoch.words.text().ends_with("also on disk")));
}

#[test]
fn causes_go_back_to_what_was_done() {
    let player = playing("leader-dies", Some(21), 24_000);
    let vote = find(&player, |event| {
        event.message == Some(Kind::Ack) && event.kind == EventKind::Deliver
    });
    let why = explain(&player, &vote);
    let last = why.causes.last().expect("it has causes");
    assert!(last.by_hand);
    assert_eq!(last.words, "the script killed mon.a");
    assert!(
        last.missing,
        "nobody heard of it: what was missing is the leader's lease"
    );
    assert!(
        why.causes
            .iter()
            .any(|cause| cause.branch == Some(Branch::LeaseTimeout))
    );
    // A lease is told by how often it was renewed, not line by line.
    let lease = find(&player, |event| {
        event.message == Some(Kind::Lease) && event.at < Time::from_ms(12_000)
    });
    let causes = explain(&player, &lease).causes;
    assert!(causes.iter().any(|cause| cause.times > 1));
    assert!(causes.len() < 20);
}

#[test]
fn what_is_no_ones_handling_is_told_too() {
    let player = playing("leader-dies", Some(21), 30_000);
    let killed = find(&player, |event| event.kind == EventKind::User);
    assert_eq!(
        explain(&player, &killed).head.before,
        "the script killed mon.a"
    );
    let lost = find(&player, |event| event.kind == EventKind::Drop);
    let why = explain(&player, &lost);
    assert!(why.head.after.ends_with("was lost"));
    assert!(!why.story.is_empty());
    // A victory is told with the timer or the vote that brought it.
    let won = find(&player, |event| event.kind == EventKind::Victory);
    let why = explain(&player, &won);
    assert!(why.event < won.id);
    assert_eq!(row(&why, "1").mark, Mark::Taken);
}

#[test]
fn every_event_of_the_gallery_can_be_explained() {
    let reference = reference();
    for entry in gallery::GALLERY {
        let player = playing(entry.slug, None, 70_000);
        let mut told = [0_u8; BRANCHES.len()];
        for event in player
            .events()
            .iter()
            .filter(|event| event.kind.is_handled())
        {
            // Each path a few times: there are a hundred thousand leases.
            let last = event.branch().map_or(0, |branch| branch as usize);
            told[last] += u8::from(told[last] < 6);
            if told[last] > 5 {
                continue;
            }
            let why = why(&player, event.id, &reference, Lang::En).expect("it has happened");
            check(&why, event, entry.slug);
        }
    }
}

fn check(why: &Why, event: &Event, name: &str) {
    let rows: Vec<&Row> = why.lists.iter().flat_map(|list| &list.rows).collect();
    for branch in event.branches() {
        let row = rows
            .iter()
            .find(|row| row.branch == Some(branch) && row.mark == Mark::Taken);
        assert!(
            row.is_some(),
            "{name}: {} is not lit in\n{}",
            branch.id(),
            print(why)
        );
    }
    for list in &why.lists {
        let ends = list.rows.iter().filter(|row| row.end).count();
        assert_eq!(ends, 1, "{name}: {}", print(why));
        let end = list.rows.iter().position(|row| row.end).expect("one ends");
        let after = &list.rows[end + 1..];
        assert!(
            after.iter().all(|row| row.mark == Mark::Never),
            "{}",
            print(why)
        );
    }
    let mut before = event.id;
    for cause in &why.causes {
        assert!(
            cause.event < before || cause.times > 1,
            "{name}: {}",
            print(why)
        );
        before = cause.event;
    }
    let printed = print(why);
    for slip in ["{?", "{:", "[", "]", "  ..", " ,", " :", "??"] {
        assert!(!printed.contains(slip), "{name}: {slip:?} in\n{printed}");
    }
}

/// What monitor and message always have.
const KNOWN: [&str; 21] = [
    "me",
    "peer",
    "state",
    "message_epoch",
    "epoch",
    "rank",
    "from",
    "leader_acked",
    "leader",
    "monitors",
    "needed",
    "monmap_epoch",
    "last_committed",
    "first_committed",
    "accepted_pn",
    "num_last",
    "quorum",
    "acked_me",
    "accepted",
    "acked_lease",
    "disallowed",
];

/// The names between the braces of a template.
fn names(template: &str) -> impl Iterator<Item = &str> {
    let inner = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    inner
        .map(|name| {
            name.trim_start_matches(['@', '#', '?'])
                .trim_end_matches('?')
        })
        .filter(|name| ![":", "."].contains(name))
}

#[test]
fn every_choice_has_a_row_and_a_story_with_values_it_has() {
    let reference = reference();
    for branch in BRANCHES
        .iter()
        .filter(|branch| branch.level() == Level::Choice)
    {
        let entry = reference.entry(*branch);
        let id = branch.id();
        assert!(
            !entry.sentence.is_empty(),
            "{id} needs a line in words/branches.en.txt"
        );
        assert!(
            !(entry.test.is_empty() && entry.effect.is_empty()),
            "{id} needs a test or an effect"
        );
        assert!(!entry.story.is_empty(), "{id} needs a story");
        for template in [entry.effect, entry.story] {
            for name in names(template) {
                let own = branch.values().iter().any(|value| value.name == name);
                assert!(own || KNOWN.contains(&name), "{id} has no {name}");
            }
        }
    }
}
