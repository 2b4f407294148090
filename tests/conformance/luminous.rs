//! Luminous: an [`Elector`] per node, driven through its dispatch.

use std::sync::Arc;

use monscope::core::mon::decision::Path;
use monscope::core::mon::elector::luminous::Elector;
use monscope::core::mon::elector::modern::Watch;
use monscope::core::mon::elector::{Arrival, Effect, Out, View};
use monscope::core::mon::message::{Election, ElectionOp, Features};
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name, Rules};
use monscope::core::mon::{Rank, RankSet, Span};
use serde_json::{Value, json};

use super::read::{rank, ranks, uint};
use super::tally::{Place, Tally};

/// The nodes of a scenario and what they may ask of each other.
struct World {
    n: usize,
    timeout: Span,
    electors: Vec<Elector>,
    features: Vec<(Features, Features)>,
}

/// Replays one scenario.
pub(crate) fn replay(file: &str, scenario: &Value, tally: &mut Tally) {
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
        tally.note(&path);
        let wanted = expected(call);
        if found != wanted {
            let place = Place::call(file, scenario, index, call);
            let told = format!("recorded {wanted}\n  here     {found}");
            tally.mismatch(&place, &path, &told);
        }
        world.load(call);
    }
}

/// The recorded outcome in one comparable value.
fn expected(call: &Value) -> Value {
    json!({
        "effects": call["effects"],
        "assert": call["assert"].as_bool().unwrap_or(false),
        "state": call["state"],
        "returns": call["returns"],
        "stored": restarts_from(call),
    })
}

/// The epoch that a restart finds stored; `None`: it is none, or its store was wiped.
fn restarts_from(call: &Value) -> Option<u32> {
    let restarts = call["call"] == "restart";
    Some(uint(&call["args"]["persisted_epoch"])).filter(|epoch| restarts && *epoch != 0)
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
        rules: Rules::default(),
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
            watch: Watch::default(),
        };
        let mut effects = Vec::new();
        let mut out = Out {
            effects: &mut effects,
            path,
        };
        let mut stored = Value::Null;
        let elector = &mut self.electors[node];
        match call["call"].as_str().unwrap_or("") {
            "start_election" => elector.start(&view, &mut out),
            "expire" => elector.expire(&view, &mut out),
            "stop_participating" => elector.stop_participating(),
            "start_participating" => elector.start_participating(),
            "win_standalone_election" => elector.win_standalone(&view, &mut out),
            "shutdown" => elector.shutdown(&mut out),
            "restart" => {
                stored = restarts_from(call).map_or(Value::Null, |_| elector.stored_epoch.into());
                *elector = Elector::new(uint(&args["persisted_epoch"]));
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
        json!({ "effects": effects, "assert": aborted, "state": state, "returns": null, "stored": stored })
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
            scoring: None,
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
        Effect::Ping { .. } | Effect::ArmPing(_) | Effect::CancelPing => {
            panic!("luminous has no pings")
        }
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
