//! Inspect: what a monitor knows beside the truth, and what Ceph would print of it.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fs;

use monscope::core::frame::ceph::{Command, print};
use monscope::core::frame::inspect::{Before, Inspect, Known, inspect, latest};
use monscope::core::mon::{Branch, MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{self, gallery};
use monscope::core::words::Lang;
use serde_json::Value;

fn playing(slug: &str, until_ms: u64) -> Player {
    let entry = gallery::find(slug).expect("a scenario of the gallery");
    let mut scenario = scenario::read(entry.text).expect("it can be read");
    if slug == "leader-dies" {
        scenario.seed = 21;
    }
    let mut player = Player::new(scenario);
    player.advance_to(Time::from_ms(until_ms));
    player
}

fn of(player: &Player, mon: u8) -> Inspect {
    let latest = latest(player, MonId(mon));
    let before = latest.and_then(|latest| Before::of(player, latest, Lang::En));
    inspect(player, MonId(mon), before.as_ref(), Lang::En)
}

fn field<'i>(fields: &'i [Known], name: &str) -> &'i Known {
    let found = fields.iter().find(|field| field.name == name);
    found.unwrap_or_else(|| panic!("no field {name}"))
}

fn belief<'i>(view: &'i Inspect, what: &str) -> (&'i str, String) {
    let found = view.beliefs.iter().find(|belief| belief.what == what);
    let belief = found.unwrap_or_else(|| panic!("no belief about {what}"));
    (&belief.believes, belief.truth.text())
}

#[test]
fn a_peon_still_believes_in_a_leader_that_is_gone() {
    let player = playing("leader-dies", 15_000);
    let view = of(&player, 3);
    assert_eq!(view.about.text(), "rank 3 · 10.0.0.4:6789 · peon");
    assert_eq!(belief(&view, "leader"), ("mon.a", "none".into()));
    assert_eq!(belief(&view, "quorum"), ("0 1 2 3 4", "none".into()));
    let lease = view.timers.iter().find(|timer| timer.name == "lease timer");
    let lease = lease.expect("a peon waits for a lease");
    assert!(lease.left.is_some_and(|left| left < 700));
    assert!(lease.words.ends_with("of 10 s"));
}

#[test]
fn a_candidate_learns_late_that_its_votes_moved_on() {
    let player = playing("leader-dies", 19_500);
    // mon.c got no vote; mon.b has two of others.
    let view = of(&player, 1);
    assert_eq!(belief(&view, "votes it holds").0, "3 of 3 needed");
    assert_eq!(field(&view.memory, "acked_me").value, "{1 2 4}");
    assert_eq!(view.memory.iter().filter(|known| known.changed).count(), 1);
    let acked = field(&view.memory, "acked_me");
    assert!(
        acked.changed && acked.note.starts_with("was {1 4}, "),
        "{}",
        acked.note
    );
    let coming = &view.wire[0];
    assert_eq!(coming.words, "ack 5 from mon.d");
    assert_eq!(coming.branch, Some(Branch::Hack6));
    assert_eq!(view.wire_count, "1 for mon.b, 0 of its own");
}

#[test]
fn disk_outlives_the_process() {
    let player = playing("leader-dies", 15_000);
    let view = of(&player, 0);
    assert!(view.beliefs.is_empty());
    assert_eq!(field(&view.disk, "election_epoch").value, "4");
    assert_eq!(view.rank, "0");
    assert_eq!(print(&player, MonId(0), Command::MonStatus), None);
}

#[test]
fn a_link_that_is_cut_shows_in_the_scores() {
    let player = playing("broken-link-connectivity", 60_000);
    let scores = of(&player, 0)
        .scores
        .expect("the modern edition keeps scores");
    let alive = |from: usize, to: usize| scores.cells[from][to].map(|cell| cell.alive);
    assert_eq!(alive(0, 1), Some(false));
    assert_eq!(alive(1, 0), Some(false));
    assert_eq!(alive(2, 0), Some(true));
    assert_eq!(alive(0, 0), None);
    assert!(scores.live[0] < scores.live[2], "{:?}", scores.live);
    assert!(of(&playing("leader-dies", 1_000), 0).scores.is_none());
}

fn printed(player: &Player, mon: u8, command: Command) -> Value {
    let lines = print(player, MonId(mon), command).expect("it runs");
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    serde_json::from_str(&text.join("\n")).unwrap_or_else(|e| panic!("{e}\n{}", text.join("\n")))
}

/// The paths of all keys: `monmap.mons.rank`.
fn keys(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = format!("{at}.{key}");
                keys(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, at, found)),
        _ => {}
    }
}

/// Every key is one of Ceph's, and all of Ceph's are there but those of what is not modelled.
fn assert_form(ours: &Value, file: &str, left_out: &[&str]) {
    let text = fs::read_to_string(format!(
        "{}/tests/pasted/{file}",
        env!("CARGO_MANIFEST_DIR")
    ));
    let text = text.expect("a recording");
    let json = &text[text.find('{').expect("JSON")..=text.rfind('}').expect("JSON")];
    let ceph: Value = serde_json::from_str(json).expect("JSON");
    let (mut ours_keys, mut cephs) = (BTreeSet::new(), BTreeSet::new());
    keys(ours, "", &mut ours_keys);
    keys(&ceph, "", &mut cephs);
    let unknown: Vec<_> = ours_keys.difference(&cephs).collect();
    assert!(unknown.is_empty(), "{file} has no {unknown:?}");
    let missing = cephs.difference(&ours_keys);
    let missing: Vec<_> = missing
        .filter(|key| !left_out.iter().any(|part| key.contains(part)))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of {file} is missing");
}

const NOT_MODELLED: [&str; 9] = [
    "modified",
    "created",
    "feature_map",
    "monmap.features",
    "min_mon_release",
    "public_addrs",
    "quorum_age",
    "removed_ranks",
    "quorum_con",
];

#[test]
fn ceph_would_print_it_in_that_form() {
    let player = playing("leader-dies", 10_000);
    let status = printed(&player, 3, Command::MonStatus);
    assert_form(&status, "luminous.mon_status.json", &NOT_MODELLED);
    assert_eq!(status["name"], "d");
    assert_eq!(status["state"], "peon");
    assert_eq!(status["election_epoch"], 4);
    assert_eq!(status["quorum"], serde_json::json!([0, 1, 2, 3, 4]));
    assert_eq!(status["monmap"]["mons"][4]["addr"], "10.0.0.5:6789/0");

    let modern = playing("broken-link-connectivity", 10_000);
    let status = printed(&modern, 0, Command::MonStatus);
    assert_form(&status, "mon_status.a.json", &NOT_MODELLED);
    let quorum = printed(&modern, 2, Command::QuorumStatus);
    assert_form(&quorum, "quorum_status.peon_down.json", &NOT_MODELLED);
    assert_eq!(quorum["quorum_leader_name"], "a");
}

#[test]
fn what_is_printed_can_be_pasted_again() {
    let player = playing("leader-dies", 40_000);
    let lines = print(&player, MonId(1), Command::QuorumStatus).expect("it runs");
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let again = scenario::read(&text.join("\n")).expect("it is what Ceph prints");
    assert_eq!(again.monitors.len(), 5);
    assert_eq!(again.monitors[0].name, "a");
}

#[test]
fn every_monitor_of_the_gallery_can_be_inspected() {
    for entry in gallery::GALLERY {
        for until_ms in [0, 50, 3_000, 20_000, 45_000] {
            let player = playing(entry.slug, until_ms);
            for mon in 0..player.world().monitors().len() as u8 {
                let view = of(&player, mon);
                assert!(!view.disk.is_empty());
                if print(&player, MonId(mon), Command::MonStatus).is_some() {
                    printed(&player, mon, Command::MonStatus);
                    printed(&player, mon, Command::QuorumStatus);
                }
            }
        }
    }
}
