//! What a recording must look like, so that nothing malformed passes for something that agrees.

use serde_json::Value;

/// A kind of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Calls on luminous electors.
    Luminous,
    /// Calls on modern election logics.
    Modern,
    /// Calls on connection trackers.
    Tracker,
    /// Worlds of Ceph's own unit test.
    Rounds,
}

const LUMINOUS_CALLS: &[&str] = &[
    "start_election",
    "expire",
    "dispatch",
    "stop_participating",
    "start_participating",
    "win_standalone_election",
    "shutdown",
    "restart",
];

const MODERN_CALLS: &[&str] = &[
    "start",
    "end_election_period",
    "declare_standalone_victory",
    "receive_propose",
    "receive_ack",
    "receive_victory_claim",
    "stop_participating",
    "start_participating",
    "report_live_connection",
    "report_dead_connection",
    "receive_peer_report",
    "notify_reset",
    "query_scores",
    "restart",
];

const TRACKER_CALLS: &[&str] = &[
    "increase_epoch",
    "increase_version",
    "report_live_connection",
    "report_dead_connection",
    "receive_peer_report",
    "get_total_connection_score",
    "notify_rank_changed",
    "notify_rank_removed",
    "set_rank",
    "is_clean",
    "notify_reset",
    "encode_decode",
];

/// The operations of the rounds, with how many arguments they have.
const OPS: &[(&str, usize)] = &[
    ("new", 0),
    ("start", 1),
    ("start_all", 0),
    ("trigger", 1),
    ("block", 2),
    ("unblock", 2),
    ("disallow", 1),
    ("ping_interval", 1),
    ("remove", 1),
    ("edit_scores", 3),
    ("run", 0),
    ("check", 0),
];

/// Where a table's index may stand, beside the state's.
const INDICES: &[&str] = &[
    "/args/tracker",
    "/args/persisted_tracker",
    "/state/tracker",
    "/state/stable",
    "/state/leader_tracker",
];

type Checked = Result<(), String>;

fn must(holds: bool, told: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(told()) }
}

fn list<'a>(of: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    of[key]
        .as_array()
        .ok_or_else(|| format!("`{key}` is not a list"))
}

impl Kind {
    /// The kind that a file's first line tells.
    ///
    /// # Errors
    /// No known one.
    pub(crate) fn of(head: &Value) -> Result<Self, String> {
        let word = |key: &str| head[key].as_str().unwrap_or("-");
        let (format, edition, kind) = (word("format"), word("edition"), word("kind"));
        Ok(match (format, edition, kind) {
            ("monelect-transcript/1", "luminous", "-") => Self::Luminous,
            ("monelect-transcript/1", "modern", "tracker") => Self::Tracker,
            ("monelect-transcript/1", "modern", "-") => Self::Modern,
            ("monelect-rounds/1", _, "-") => Self::Rounds,
            _ => {
                return Err(format!(
                    "unknown kind of recording: format `{format}`, edition `{edition}`, kind `{kind}`"
                ));
            }
        })
    }

    /// Is it the shape of a scenario of this kind?
    ///
    /// # Errors
    /// Where it is not.
    pub(crate) fn check(self, scenario: &Value) -> Checked {
        must(scenario.is_object(), || "no scenario".to_owned())?;
        let trackers = match scenario.get("trackers") {
            Some(_) => check_tables(scenario)?,
            None => 0,
        };
        if self == Self::Rounds {
            return check_rounds(scenario);
        }
        let (nodes, known) = match self {
            Self::Luminous => (list(scenario, "monitors")?.len(), LUMINOUS_CALLS),
            Self::Modern => (list(scenario, "persisted_epochs")?.len(), MODERN_CALLS),
            Self::Tracker | Self::Rounds => (list(scenario, "ranks")?.len(), TRACKER_CALLS),
        };
        if self == Self::Modern {
            check_strategy(&scenario["strategy"])?;
        }
        for (index, call) in list(scenario, "calls")?.iter().enumerate() {
            check_call(call, nodes, known, trackers).map_err(|told| {
                format!("scenario {} call {index}: {told}", scenario["scenario"])
            })?;
        }
        Ok(())
    }
}

fn check_strategy(name: &Value) -> Checked {
    let known = ["classic", "disallow", "connectivity"];
    must(
        name.as_str().is_some_and(|name| known.contains(&name)),
        || format!("unknown strategy {name}"),
    )
}

fn check_call(call: &Value, nodes: usize, known: &[&str], trackers: usize) -> Checked {
    let name = call["call"].as_str().unwrap_or("");
    must(known.contains(&name), || {
        format!("unknown call {}", call["call"])
    })?;
    let node = call["node"].as_u64();
    must(node.is_some_and(|node| node < nodes as u64), || {
        format!("`node` is {}, of {nodes}", call["node"])
    })?;
    must(call["args"].is_object(), || "no `args`".to_owned())?;
    for effect in list(call, "effects")? {
        let keys = effect.as_object().map_or(0, |effect| effect.len());
        must(keys == 1, || format!("{effect} is no effect"))?;
        check_index(&effect["propose_to_peers"]["tracker"], trackers)?;
    }
    let asserts = call["assert"] == Value::Bool(true);
    must(asserts || call["state"].is_object(), || {
        "neither `state` nor `assert`".to_owned()
    })?;
    for place in INDICES {
        check_index(call.pointer(place).unwrap_or(&Value::Null), trackers)?;
    }
    let number = |key: &str| call["args"][key].is_number();
    let needs: &[&str] = match name {
        "dispatch" | "receive_propose" | "receive_ack" | "receive_victory_claim" => {
            &["from", "epoch"]
        }
        "restart" => &["persisted_epoch"],
        "report_live_connection" | "report_dead_connection" => &["peer", "units"],
        "receive_peer_report" => &["tracker"],
        "increase_epoch" => &["epoch"],
        "get_total_connection_score" | "set_rank" => &["rank"],
        "notify_rank_changed" => &["new_rank"],
        "notify_rank_removed" => &["rank_removed", "new_rank"],
        "is_clean" => &["rank", "monmap_size"],
        _ => &[],
    };
    for key in needs {
        must(number(key), || format!("`{key}` of `{name}` is no number"))?;
    }
    let op = &call["args"]["op"];
    let ops = ["propose", "ack", "victory", "nak"];
    let is_known = op.as_str().is_some_and(|op| ops.contains(&op));
    must(name != "dispatch" || is_known, || {
        format!("unknown op {op}")
    })
}

fn check_index(index: &Value, of: usize) -> Checked {
    let inside = index.as_u64().is_none_or(|index| index < of as u64);
    must(inside, || format!("there is no tracker {index}"))
}

/// The tables of a scenario; gives how many trackers there are.
fn check_tables(scenario: &Value) -> Result<usize, String> {
    let (reports, trackers) = (list(scenario, "reports")?, list(scenario, "trackers")?);
    for tracker in trackers {
        let peers = tracker["peers"].as_object();
        let peers = peers.ok_or_else(|| format!("{tracker} has no `peers`"))?;
        for report in peers.values().chain([&tracker["my"]]) {
            let inside = report.as_u64().is_some_and(|i| i < reports.len() as u64);
            must(inside, || format!("there is no report {report}"))?;
        }
    }
    Ok(trackers.len())
}

fn check_rounds(test: &Value) -> Checked {
    let mut monitors = None;
    for (index, op) in list(test, "ops")?.iter().enumerate() {
        check_op(op, &mut monitors)
            .map_err(|told| format!("test {} op {index}: {told}", test["test"]))?;
    }
    Ok(())
}

fn check_op(op: &Value, monitors: &mut Option<u64>) -> Checked {
    let name = op["op"].as_str().unwrap_or("");
    let Some((_, args)) = OPS.iter().find(|(known, _)| *known == name) else {
        return Err(format!("unknown op {}", op["op"]));
    };
    if name == "new" {
        *monitors = op["n"].as_u64();
        must(monitors.is_some(), || "`n` is no number".to_owned())?;
        return check_strategy(&op["strategy"]);
    }
    let n = monitors.ok_or("no world before it")?;
    if *args > 0 {
        let given = list(op, "args")?;
        must(given.len() == *args, || format!("`args` are not {args}"))?;
        let ranks = &given[..if name == "edit_scores" { 1 } else { *args }];
        for rank in ranks.iter().filter(|_| name != "ping_interval") {
            must(rank.as_u64().is_some_and(|rank| rank < n), || {
                format!("there is no rank {rank}")
            })?;
        }
    }
    if name == "remove" {
        *monitors = Some(n - 1);
    }
    if name == "run" {
        list(op, "steps")?;
    }
    must(name != "check" || op["what"].is_string(), || {
        "nothing to check".to_owned()
    })
}
