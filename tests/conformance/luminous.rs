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

/// What a call does.
enum Deed {
    Start,
    Expire,
    Participate(bool),
    Standalone,
    Shutdown,
    Dispatch {
        from: Rank,
        addr: Addr,
        con_features: u64,
        election: Box<Election>,
    },
    Restart(u32),
}

/// A call on a node, read and ready to be made.
pub(crate) struct Call {
    /// The rank of its node.
    pub(crate) node: usize,
    monmap: Arc<MonMap>,
    quorum: RankSet,
    has_ever_joined: bool,
    deed: Deed,
}

/// What a call gave. Reused from call to call.
#[derive(Default)]
pub(crate) struct Seen {
    effects: Vec<Effect>,
    path: Path,
}

/// A scenario, read and ready to be run.
pub(crate) struct Script {
    /// The nodes as they are at the beginning, by rank.
    pub(crate) nodes: Vec<Elector>,
    /// Every call.
    pub(crate) calls: Vec<Call>,
    timeout: Span,
    /// What each node supports and requires.
    features: Vec<(Features, Features)>,
}

/// Replays one scenario.
pub(crate) fn replay(file: &str, scenario: &Value, tally: &mut Tally) {
    let script = Script::read(scenario);
    let mut nodes = script.nodes.clone();
    let mut seen = Seen::default();
    for (index, call) in script.calls.iter().enumerate() {
        tally.calls += 1;
        let recorded = &scenario["calls"][index];
        let node = &mut nodes[call.node];
        let stored = restarts_from(recorded).map_or(Value::Null, |_| node.stored_epoch.into());
        seen.run(node, &script, call);
        tally.note(&seen.path);
        let (found, wanted) = (seen.told(node, &stored), expected(recorded));
        if found != wanted {
            let place = Place::call(file, scenario, index, recorded);
            let told = format!("recorded {wanted}\n  here     {found}");
            tally.mismatch(&place, &seen.path, &told);
        }
        load(node, recorded);
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
        .map(|i| Member::new(Name(i as u8), Addr(i as u8)))
        .collect();
    Arc::new(MonMap {
        epoch,
        fsid,
        members,
        rules: Rules::default(),
    })
}

impl Script {
    pub(crate) fn read(scenario: &Value) -> Self {
        let list = |key: &str| scenario[key].as_array().into_iter().flatten();
        let bits = |monitor: &Value, key: &str| monitor[key].as_u64().unwrap_or(0);
        let features = |monitor: &Value, con: &str, mon: &str| Features {
            con: bits(monitor, con),
            mon: bits(monitor, mon),
        };
        let n = uint(&scenario["n"]) as usize;
        Self {
            nodes: list("monitors")
                .map(|m| Elector::new(uint(&m["persisted_epoch"])))
                .collect(),
            calls: list("calls").map(|call| Call::read(call, n)).collect(),
            timeout: Span((scenario["election_timeout_s"].as_f64().unwrap_or(5.0) * 1e6) as u64),
            features: list("monitors")
                .map(|m| {
                    let supported = features(m, "supported_con", "supported_mon");
                    (supported, features(m, "required_con", "required_mon"))
                })
                .collect(),
        }
    }
}

impl Call {
    fn read(call: &Value, n: usize) -> Self {
        let (args, env) = (&call["args"], &call["env"]);
        let deed = match call["call"].as_str().unwrap_or("") {
            "start_election" => Deed::Start,
            "expire" => Deed::Expire,
            "stop_participating" => Deed::Participate(false),
            "start_participating" => Deed::Participate(true),
            "win_standalone_election" => Deed::Standalone,
            "shutdown" => Deed::Shutdown,
            "restart" => Deed::Restart(uint(&args["persisted_epoch"])),
            "dispatch" => {
                let stranger = args["in_monmap"] == json!(false);
                let from = rank(&args["from"]);
                Deed::Dispatch {
                    from,
                    addr: Addr(if stranger { 200 } else { from.0 }),
                    con_features: args["con_features"].as_u64().unwrap_or(0),
                    election: Box::new(election(args, n)),
                }
            }
            other => panic!("unknown call {other}"),
        };
        Self {
            node: uint(&call["node"]) as usize,
            monmap: monmap(n, uint(&env["monmap_epoch"]), 1),
            quorum: ranks(&env["quorum"]),
            has_ever_joined: env["has_ever_joined"].as_bool().unwrap_or(false),
            deed,
        }
    }
}

impl Seen {
    /// Makes a call and notes what it gave.
    pub(crate) fn run(&mut self, elector: &mut Elector, script: &Script, call: &Call) {
        self.effects.clear();
        self.path.clear();
        let (supported, required) = script.features[call.node];
        let view = View {
            me: Rank(call.node as u8),
            monmap: &call.monmap,
            quorum: call.quorum,
            has_ever_joined: call.has_ever_joined,
            supported,
            required,
            election_timeout: script.timeout,
            watch: Watch::default(),
        };
        let out = &mut Out {
            effects: &mut self.effects,
            path: &mut self.path,
        };
        match &call.deed {
            Deed::Start => elector.start(&view, out),
            Deed::Expire => elector.expire(&view, out),
            Deed::Participate(false) => elector.stop_participating(),
            Deed::Participate(true) => elector.start_participating(),
            Deed::Standalone => elector.win_standalone(&view, out),
            Deed::Shutdown => elector.shutdown(out),
            Deed::Restart(stored) => *elector = Elector::new(*stored),
            Deed::Dispatch {
                from,
                addr,
                con_features,
                election,
            } => {
                let arrival = Arrival {
                    from: *from,
                    addr: *addr,
                    con_features: *con_features,
                    election,
                };
                elector.dispatch(&view, &arrival, out);
            }
        }
    }

    /// The outcome in the form of [`expected`].
    fn told(&self, elector: &Elector, stored: &Value) -> Value {
        let aborted = matches!(self.effects.last(), Some(Effect::Abort(_)));
        let effects: Vec<Value> = self.effects.iter().filter_map(effect).collect();
        let state = if aborted { Value::Null } else { state(elector) };
        json!({ "effects": effects, "assert": aborted, "state": state, "returns": null, "stored": stored })
    }
}

fn election(args: &Value, n: usize) -> Election {
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
        monmap: monmap(n, uint(&args["monmap_epoch"]), fsid),
        scoring: None,
    }
}

/// Takes over the recorded state, so that one fault is not counted twice.
fn load(elector: &mut Elector, call: &Value) {
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
