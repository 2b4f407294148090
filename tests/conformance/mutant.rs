//! Does a replay notice anything? One place of every scenario is changed, and the change must be told, at its call.

use std::path::Path;

use serde_json::{Value, json};

use super::replay::tally::Tally;
use super::replay::{Kind, Recording, name_of, recordings, replay_scenario};

/// Every change of every scenario is noticed, those of a folder's recordings.
pub(crate) fn all_are_noticed(folder: &Path) -> bool {
    let (mut changed, mut missed) = (0, 0);
    for file in recordings(folder).unwrap_or_default() {
        let Ok(recording) = Recording::open(&file) else {
            continue;
        };
        let kind = recording.kind();
        for (seed, mut scenario) in recording.flatten().enumerate() {
            let Some((place, told)) = change(kind, &mut scenario, seed) else {
                continue;
            };
            changed += 1;
            let mut tally = Tally {
                quiet: true,
                ..Tally::default()
            };
            let replayed = replay_scenario("", kind, &scenario, &mut tally);
            let first = tally.first.unwrap_or_default();
            if replayed.is_err() || !first.contains(&place) {
                missed += 1;
                println!(
                    "{} line {}: {told} of{place} was changed, told was: {first}",
                    name_of(&file),
                    seed + 2
                );
            }
        }
    }
    println!("changed recordings: {changed}, unnoticed: {missed}");
    changed > 1_000 && missed == 0
}

/// Changes one place; gives where, as the mismatch must tell it, and what.
fn change(kind: Kind, scenario: &mut Value, seed: usize) -> Option<(String, &'static str)> {
    if kind == Kind::Rounds {
        return change_rounds(scenario, seed);
    }
    let trackers = scenario["trackers"].as_array().map_or(0, Vec::len) as u64;
    let calls = scenario["calls"].as_array_mut()?;
    let index = seed * 7_919 % calls.len();
    let call = &mut calls[index];
    let place = format!(" call {index}:");
    if call["assert"] == json!(true) {
        call["assert"] = json!(false);
        call["state"] = json!({});
        return Some((place, "the assertion"));
    }
    let told = match (seed % 4, call["returns"].as_bool()) {
        (0, _) => {
            call["effects"]
                .as_array_mut()?
                .push(json!({ "bootstrap": {} }));
            "an effect"
        }
        (1, Some(answer)) => {
            call["returns"] = json!(!answer);
            "the answer"
        }
        (2, _) if trackers > 1 => {
            let index = call["state"]["tracker"].as_u64()?;
            call["state"]["tracker"] = json!((index + 1) % trackers);
            "the tracker"
        }
        _ => change_state(&mut call["state"], seed)?,
    };
    Some((place, told))
}

fn change_state(state: &mut Value, seed: usize) -> Option<&'static str> {
    if let Some(epoch) = state["epoch"].as_u64().filter(|_| seed.is_multiple_of(3)) {
        state["epoch"] = json!(epoch + 1);
        return Some("the epoch");
    }
    if let Some(acked) = state["leader_acked"].as_i64().filter(|_| seed % 3 == 1) {
        state["leader_acked"] = json!(acked + 1);
        return Some("the leader acked");
    }
    let takes_part = state["participating"].as_bool()?;
    state["participating"] = json!(!takes_part);
    Some("whether it takes part")
}

fn change_rounds(test: &mut Value, seed: usize) -> Option<(String, &'static str)> {
    let ops = test["ops"].as_array_mut()?;
    let runs = |op: &Value| {
        op["steps"]
            .as_array()
            .is_some_and(|steps| !steps.is_empty())
    };
    let (index, op) = (0..).zip(ops).find(|(_, op)| runs(op))?;
    let steps = op["steps"].as_array_mut()?;
    let at = seed * 31 % steps.len();
    let step = &mut steps[at];
    let place = format!(" op {index} step {}", step["t"]);
    let nodes = step["nodes"].as_array_mut()?;
    let node = seed % nodes.len();
    let epoch = nodes[node][1].as_u64()?;
    nodes[node][1] = json!(epoch + 1);
    Some((place, "an epoch"))
}
