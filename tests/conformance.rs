//! Replays recordings of Ceph's own election code, call by call, against the electors here: 0 mismatches.
//!
//! `CONFORMANCE_DIR=<folder>` replays every transcript (`*.jsonl`, `*.jsonl.gz`) of that folder instead of the ones in
//! `tests/conformance/`. Files of an edition that isn't built yet are named as skipped. The last line is
//! `conformance: S scenarios, C calls, M mismatches`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path as FsPath, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use flate2::read::GzDecoder;
use monscope::core::mon::decision::Path;
use monscope::core::mon::elector::luminous::Elector;
use monscope::core::mon::elector::{Arrival, Effect, Out, View};
use monscope::core::mon::message::{Election, ElectionOp, Features};
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name};
use monscope::core::mon::{Rank, RankSet, Span};
use serde_json::{Value, json};

/// What a replay counted.
#[derive(Default)]
struct Tally {
    scenarios: usize,
    calls: usize,
    mismatches: usize,
}

fn main() -> ExitCode {
    let folder = std::env::var_os("CONFORMANCE_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance"),
        PathBuf::from,
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")
        })
        .collect();
    files.sort();
    let mut tally = Tally::default();
    for file in &files {
        replay_file(file, &mut tally);
    }
    println!(
        "conformance: {} scenarios, {} calls, {} mismatches",
        tally.scenarios, tally.calls, tally.mismatches
    );
    // The recordings that come with the repository must be there; a folder named by hand may hold anything.
    let complete = tally.calls > 1_000 || std::env::var_os("CONFORMANCE_DIR").is_some();
    if tally.mismatches == 0 && complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn replay_file(file: &FsPath, tally: &mut Tally) {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let open = File::open(file).unwrap_or_else(|e| panic!("{name}: {e}"));
    let reader: Box<dyn Read> = if name.ends_with(".gz") {
        Box::new(GzDecoder::new(open))
    } else {
        Box::new(open)
    };
    let mut lines = BufReader::new(reader).lines().map(|line| {
        let line = line.unwrap_or_else(|e| panic!("{name}: {e}"));
        serde_json::from_str::<Value>(&line).unwrap_or_else(|e| panic!("{name}: {e}"))
    });
    let Some(head) = lines.next() else { return };
    let edition = head["edition"].as_str().unwrap_or("unnamed");
    if edition != "luminous" || head["format"] != "monelect-transcript/1" {
        let kind = head["strategy"]
            .as_str()
            .or(head["kind"].as_str())
            .unwrap_or("");
        println!("{name}: skipped (edition {edition} {kind} is not built yet)");
        return;
    }
    let before = tally.mismatches;
    let (scenarios, calls) = (tally.scenarios, tally.calls);
    for scenario in lines {
        tally.scenarios += 1;
        replay_scenario(&name, &scenario, tally);
    }
    println!(
        "{name}: {} scenarios, {} calls, {} mismatches",
        tally.scenarios - scenarios,
        tally.calls - calls,
        tally.mismatches - before
    );
}

/// The nodes of a scenario and what they may ask of each other.
struct World {
    n: usize,
    timeout: Span,
    electors: Vec<Elector>,
    features: Vec<(Features, Features)>,
}

fn replay_scenario(file: &str, scenario: &Value, tally: &mut Tally) {
    let number = &scenario["scenario"];
    let monitors = scenario["monitors"].as_array().cloned().unwrap_or_default();
    let bits = |monitor: &Value, key: &str| monitor[key].as_u64().unwrap_or(0);
    let mut world = World {
        n: uint(&scenario["n"]) as usize,
        timeout: Span((scenario["election_timeout_s"].as_f64().unwrap_or(5.0) * 1e6) as u64),
        electors: monitors
            .iter()
            .map(|m| Elector::new(uint(&m["persisted_epoch"])))
            .collect(),
        features: monitors
            .iter()
            .map(|m| {
                let supported = Features {
                    con: bits(m, "supported_con"),
                    mon: bits(m, "supported_mon"),
                };
                let required = Features {
                    con: bits(m, "required_con"),
                    mon: bits(m, "required_mon"),
                };
                (supported, required)
            })
            .collect(),
    };
    for (index, call) in scenario["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        tally.calls += 1;
        let mut path = Path::default();
        let found = world.run(call, &mut path);
        let wanted = expected(call);
        if found != wanted {
            tally.mismatches += 1;
            if tally.mismatches <= 10 {
                let branches: Vec<_> = path.steps().iter().map(|step| step.branch.id()).collect();
                println!(
                    "{file} scenario {number} call {index}: {}\n  path {branches:?}",
                    call["call"]
                );
                println!("  recorded {wanted}\n  here     {found}");
            }
        }
        world.load(call);
    }
}

fn uint(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap_or(0)).unwrap_or(u32::MAX)
}

fn rank(value: &Value) -> Rank {
    Rank(u8::try_from(value.as_u64().unwrap_or(255)).unwrap_or(255))
}

fn ranks(value: &Value) -> RankSet {
    value.as_array().into_iter().flatten().map(rank).collect()
}

/// The recorded outcome in one comparable value.
fn expected(call: &Value) -> Value {
    json!({ "effects": call["effects"], "assert": call["assert"].as_bool().unwrap_or(false), "state": call["state"] })
}

fn monmap(n: usize, epoch: u32, fsid: u32) -> Arc<MonMap> {
    let members = (0..n)
        .map(|i| Member {
            name: Name(i as u8),
            addr: Addr(i as u8),
        })
        .collect();
    Arc::new(MonMap {
        epoch,
        fsid,
        members,
    })
}

impl World {
    /// Makes the call and gives its outcome in the form of [`expected`].
    fn run(&mut self, call: &Value, path: &mut Path) -> Value {
        let node = uint(&call["node"]) as usize;
        let (args, env) = (&call["args"], &call["env"]);
        let mine = monmap(self.n, uint(&env["monmap_epoch"]), 1);
        let (supported, required) = self.features[node];
        let view = View {
            me: Rank(node as u8),
            monmap: &mine,
            quorum: ranks(&env["quorum"]),
            has_ever_joined: env["has_ever_joined"].as_bool().unwrap_or(false),
            supported,
            required,
            election_timeout: self.timeout,
        };
        let mut effects = Vec::new();
        let mut out = Out {
            effects: &mut effects,
            path,
        };
        let elector = &mut self.electors[node];
        match call["call"].as_str().unwrap_or("") {
            "start_election" => elector.start(&view, &mut out),
            "expire" => elector.expire(&view, &mut out),
            "stop_participating" => elector.stop_participating(),
            "start_participating" => elector.start_participating(),
            "win_standalone_election" => elector.win_standalone(&view, &mut out),
            "shutdown" => elector.shutdown(&mut out),
            "restart" => {
                let stored = uint(&args["persisted_epoch"]);
                if stored != 0 {
                    assert_eq!(
                        stored, elector.stored_epoch,
                        "the recording restarts from what this node stored"
                    );
                }
                *elector = Elector::new(stored);
            }
            "dispatch" => {
                let election = self.election(args);
                let stranger = args["in_monmap"] == json!(false);
                let from = rank(&args["from"]);
                let addr = Addr(if stranger { 200 } else { from.0 });
                let arrival = Arrival {
                    from,
                    addr,
                    con_features: args["con_features"].as_u64().unwrap_or(0),
                    election: &election,
                };
                self.electors[node].dispatch(&view, &arrival, &mut out);
            }
            other => panic!("unknown call {other}"),
        }
        let aborted = matches!(effects.last(), Some(Effect::Abort(_)));
        let effects: Vec<Value> = effects.iter().filter_map(effect).collect();
        let state = if aborted {
            Value::Null
        } else {
            state(&self.electors[node])
        };
        json!({ "effects": effects, "assert": aborted, "state": state })
    }

    fn election(&self, args: &Value) -> Election {
        let features = |key: &str| args[key].as_u64().unwrap_or(0);
        let op = match args["op"].as_str().unwrap_or("") {
            "propose" => ElectionOp::Propose,
            "ack" => ElectionOp::Ack,
            "victory" => ElectionOp::Victory {
                quorum: ranks(&args["quorum"]),
                quorum_features: features("quorum_features"),
                commands: args["commands"].as_bool().unwrap_or(true),
            },
            "nak" => ElectionOp::Nak {
                required_con: features("quorum_features"),
            },
            other => panic!("unknown op {other}"),
        };
        let fsid = if args["same_fsid"] == json!(false) {
            2
        } else {
            1
        };
        Election {
            op,
            epoch: uint(&args["epoch"]),
            mon_features: features("mon_features"),
            monmap: monmap(self.n, uint(&args["monmap_epoch"]), fsid),
        }
    }

    /// Takes over the recorded state, so that one fault is not counted twice.
    fn load(&mut self, call: &Value) {
        let elector = &mut self.electors[uint(&call["node"]) as usize];
        for effect in call["effects"].as_array().into_iter().flatten() {
            if let Some(epoch) = effect.get("persist_epoch") {
                elector.stored_epoch = uint(epoch);
            }
        }
        let state = &call["state"];
        if state.is_null() {
            return;
        }
        elector.epoch = uint(&state["epoch"]);
        elector.electing_me = state["electing_me"].as_bool().unwrap_or(false);
        elector.participating = state["participating"].as_bool().unwrap_or(true);
        elector.timer_armed = state["timer"].as_bool().unwrap_or(false);
        elector.leader_acked = state["leader_acked"]
            .as_i64()
            .filter(|r| *r >= 0)
            .map(|r| Rank(r as u8));
        elector.acked_me = state["acked_me"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(voter, bits)| {
                let features = Features {
                    con: bits[0].as_u64().unwrap_or(0),
                    mon: bits[1].as_u64().unwrap_or(0),
                };
                (Rank(voter.parse().unwrap_or(255)), features)
            })
            .collect();
    }
}

fn state(elector: &Elector) -> Value {
    let acked_me: serde_json::Map<String, Value> = elector
        .acked_me
        .iter()
        .map(|(voter, features)| (voter.to_string(), json!([features.con, features.mon])))
        .collect();
    json!({
        "epoch": elector.epoch,
        "electing_me": elector.electing_me,
        "leader_acked": elector.leader_acked.map_or(-1, |leader| i64::from(leader.0)),
        "acked_me": acked_me,
        "participating": elector.participating,
        "timer": elector.timer_armed,
    })
}

fn list(set: RankSet) -> Vec<u8> {
    set.iter().map(|rank| rank.0).collect()
}

/// An effect in the words of the recordings; `None`: they note it otherwise.
fn effect(effect: &Effect) -> Option<Value> {
    Some(match effect {
        Effect::PersistEpoch(epoch) => json!({ "persist_epoch": epoch }),
        Effect::ValidateStore => json!({ "validate_store": {} }),
        Effect::JoinElection => json!({ "join_election": {} }),
        Effect::StartElection => json!({ "start_election": {} }),
        Effect::Bootstrap => json!({ "bootstrap": {} }),
        Effect::ArmTimer(wait) => json!({ "reset_timer": wait.0 as f64 / 1e6 }),
        Effect::CancelTimer => json!({ "cancel_timer": {} }),
        Effect::TakeMonmap(map) => json!({ "take_monmap": map.epoch }),
        Effect::SetLeaderCommands => json!({ "set_leader_commands": {} }),
        Effect::Exit => json!({ "exit": 0 }),
        Effect::Abort(_) => return None,
        Effect::Win {
            epoch,
            quorum,
            features,
        } => json!({ "win_election": {
            "epoch": epoch, "quorum": list(*quorum), "quorum_features": features.con, "mon_features": features.mon,
        }}),
        Effect::Lose {
            epoch,
            leader,
            quorum,
            features,
        } => json!({ "lose_election": {
            "epoch": epoch, "leader": leader.0, "quorum": list(*quorum), "quorum_features": features.con,
            "mon_features": features.mon,
        }}),
        Effect::Send { to, election } => {
            let (op, more) = match election.op {
                ElectionOp::Propose => ("propose", json!({})),
                ElectionOp::Ack => ("ack", json!({})),
                ElectionOp::Victory {
                    quorum,
                    quorum_features,
                    ..
                } => (
                    "victory",
                    json!({ "quorum": list(quorum), "quorum_features": quorum_features }),
                ),
                ElectionOp::Nak { required_con } => {
                    ("nak", json!({ "quorum_features": required_con }))
                }
            };
            let (epoch, features) = (election.epoch, election.mon_features);
            let mut sent =
                json!({ "to": to.0, "op": op, "epoch": epoch, "mon_features": features });
            for (key, value) in more.as_object().into_iter().flatten() {
                sent[key] = value.clone();
            }
            json!({ "send": sent })
        }
    })
}
