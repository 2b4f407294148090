//! Modern: an [`ElectionLogic`] per node, driven through the interface of its owner.

use std::fmt::Write;

use monscope::core::mon::Rank;
use monscope::core::mon::decision::Path;
use monscope::core::mon::elector::modern::{Effect, ElectionLogic, Out, Store, Strategy, View};
use monscope::core::mon::tracker::{ConnectionTracker, Real};
use serde_json::{Value, json};

use super::read::{Tables, maybe_rank, rank, ranks, real, uint};
use super::tally::{Place, Tally};
use super::tracker;

/// A call on a node, read and ready to be made.
pub(crate) enum Call {
    Start,
    EndElectionPeriod,
    Standalone,
    Propose(Rank, u32, Option<ConnectionTracker>),
    Ack(Rank, u32),
    Claim(Rank, u32),
    Participate(bool),
    Tracker(tracker::Call),
    QueryScores,
    Restart(Box<ElectionLogic>),
}

/// What a call gave. Reused from call to call.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    effects: Vec<Effect>,
    path: Path,
    persist_scores: bool,
    accepted: Option<bool>,
    scores: Vec<Real>,
}

/// The strategy of that name.
pub(crate) fn strategy(name: &Value) -> Strategy {
    match name.as_str() {
        Some("classic") => Strategy::Classic,
        Some("disallow") => Strategy::Disallow,
        Some("connectivity") => Strategy::Connectivity,
        _ => panic!("unknown strategy {name}"),
    }
}

/// What a scenario says of all its nodes.
struct Head<'a> {
    scenario: &'a Value,
    strategy: Strategy,
    margin: Real,
    half_life: Real,
    persist_interval: u64,
    tables: Tables,
}

impl<'a> Head<'a> {
    fn read(scenario: &'a Value) -> Self {
        let persist_interval = u64::from(uint(&scenario["persist_interval"]));
        Self {
            scenario,
            strategy: strategy(&scenario["strategy"]),
            margin: real(&scenario["ignore_propose_margin"]),
            half_life: real(&scenario["half_life_s"]),
            persist_interval,
            tables: Tables::read(scenario, persist_interval),
        }
    }

    fn node(&self, rank: Rank, store: Store) -> ElectionLogic {
        let fresh = ConnectionTracker::new(Some(rank), self.half_life, self.persist_interval);
        ElectionLogic::new(self.strategy, self.margin, store, fresh)
    }

    fn store(&self, epoch: &Value, scores: &Value) -> Store {
        Store {
            epoch: uint(epoch),
            scores: self.tables.tracker(scores).cloned(),
        }
    }

    fn nodes(&self) -> Vec<ElectionLogic> {
        let stored = self.scenario["persisted_epochs"]
            .as_array()
            .into_iter()
            .flatten();
        (0..)
            .zip(stored)
            .map(|(i, epoch)| self.node(Rank(i), self.store(epoch, &Value::Null)))
            .collect()
    }

    fn view(&self, recorded: &Value) -> View {
        let env = &recorded["env"];
        let value = |key: &str| env.get(key).unwrap_or(&self.scenario[key]);
        View {
            me: rank(&recorded["node"]),
            monitors: uint(&self.scenario["n"]) as usize,
            quorum: ranks(&env["quorum"]),
            ever_participated: env["ever_participated"].as_bool().unwrap_or(false),
            disallowed: ranks(value("disallowed")),
            tiebreaker: maybe_rank(value("tiebreaker")),
            marked_down: ranks(value("marked_down")),
        }
    }

    fn call(&self, recorded: &Value) -> Call {
        let args = &recorded["args"];
        let message = || (rank(&args["from"]), uint(&args["epoch"]));
        match recorded["call"].as_str().unwrap_or("") {
            "start" => Call::Start,
            "end_election_period" => Call::EndElectionPeriod,
            "declare_standalone_victory" => Call::Standalone,
            "receive_propose" => {
                let scores = self.tables.tracker(&args["tracker"]).cloned();
                Call::Propose(message().0, message().1, scores)
            }
            "receive_ack" => Call::Ack(message().0, message().1),
            "receive_victory_claim" => Call::Claim(message().0, message().1),
            "stop_participating" => Call::Participate(false),
            "start_participating" => Call::Participate(true),
            "query_scores" => Call::QueryScores,
            "restart" => {
                let store = self.store(&args["persisted_epoch"], &args["persisted_tracker"]);
                Call::Restart(Box::new(self.node(rank(&recorded["node"]), store)))
            }
            other => tracker::Call::read(recorded, &self.tables)
                .map_or_else(|| panic!("unknown call {other}"), Call::Tracker),
        }
    }
}

impl Seen {
    fn clear(&mut self) {
        self.effects.clear();
        self.path.clear();
        self.persist_scores = false;
        self.accepted = None;
        self.scores.clear();
    }

    /// Makes a call and notes what it gave.
    pub(crate) fn run(&mut self, node: &mut ElectionLogic, view: &View, call: &Call) {
        self.clear();
        let out = &mut Out {
            effects: &mut self.effects,
            path: &mut self.path,
        };
        match call {
            Call::Start => node.start(view, out),
            Call::EndElectionPeriod => node.end_election_period(view, out),
            Call::Standalone => node.declare_standalone_victory(view, out),
            Call::Propose(from, epoch, scores) => {
                node.receive_propose(view, *from, *epoch, scores.as_ref(), out);
            }
            Call::Ack(from, epoch) => node.receive_ack(view, *from, *epoch, out),
            Call::Claim(from, epoch) => {
                self.accepted = Some(node.receive_victory_claim(view, *from, *epoch, out));
            }
            Call::Participate(takes_part) => node.participating = *takes_part,
            Call::Tracker(call) => {
                let (_, persist) = tracker::run(&mut node.peer_tracker, call);
                if persist {
                    node.persist_scores();
                }
                self.persist_scores = persist;
            }
            Call::QueryScores => {
                let ranks = (0..).take(view.monitors).map(|i| Some(Rank(i)));
                self.scores.extend(ranks.map(|rank| node.score(view, rank)));
            }
            Call::Restart(fresh) => *node = (**fresh).clone(),
        }
    }

    /// Does it agree with the recorded effects and answer?
    fn agrees(&self, recorded: &Value, tables: &Tables, tally: &mut Tally) -> bool {
        let aborted = matches!(self.effects.last(), Some(Effect::Abort(_)));
        if aborted != (recorded["assert"] == json!(true)) {
            return false;
        }
        let effects = &self.effects[..self.effects.len() - usize::from(aborted)];
        let wanted = recorded["effects"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let same_effects = if self.persist_scores {
            effects.is_empty() && tracker::same_effects(true, recorded)
        } else {
            effects.len() == wanted.len()
                && effects
                    .iter()
                    .zip(wanted)
                    .all(|(here, wanted)| same_effect(here, wanted, tables, tally))
        };
        same_effects && (aborted || self.same_answer(&recorded["returns"], tally))
    }

    fn same_answer(&self, returned: &Value, tally: &mut Tally) -> bool {
        match returned {
            Value::Array(scores) => {
                scores.len() == self.scores.len()
                    && scores
                        .iter()
                        .zip(&self.scores)
                        .all(|(recorded, here)| tally.same_real(*here, real(recorded)))
            }
            _ => self.scores.is_empty() && returned.as_bool() == self.accepted,
        }
    }
}

fn same_effect(here: &Effect, recorded: &Value, tables: &Tables, tally: &mut Tally) -> bool {
    let wanted = |key: &str| recorded.get(key);
    let bare = |key: &str| *recorded == json!({ key: {} });
    match here {
        Effect::PersistEpoch(epoch) => wanted("persist_epoch") == Some(&json!(epoch)),
        Effect::ValidateStore => bare("validate_store"),
        Effect::NotifyBumpEpoch => bare("notify_bump_epoch"),
        Effect::TriggerNewElection => bare("trigger_new_election"),
        Effect::ResetElection => bare("reset_election"),
        Effect::Start => bare("_start"),
        Effect::DeferTo { to, .. } => wanted("_defer_to") == Some(&json!(to.0)),
        Effect::MessageVictory { quorum, .. } => {
            wanted("message_victory").is_some_and(|set| ranks(set) == *quorum)
        }
        Effect::ProposeToPeers { epoch, scores } => {
            wanted("propose_to_peers").is_some_and(|proposal| {
                proposal["epoch"] == json!(epoch)
                    && tally.same_maybe(scores.as_ref(), tables.tracker(&proposal["tracker"]))
            })
        }
        Effect::Abort(_) => false,
    }
}

/// A scenario, read and ready to be run.
pub(crate) struct Script {
    /// The nodes as they are at the beginning, by rank.
    pub(crate) nodes: Vec<ElectionLogic>,
    /// Every call, with what its node then sees.
    pub(crate) calls: Vec<(View, Call)>,
    tables: Tables,
}

impl Script {
    pub(crate) fn read(scenario: &Value) -> Self {
        let head = Head::read(scenario);
        let recorded = scenario["calls"].as_array().into_iter().flatten();
        Self {
            nodes: head.nodes(),
            calls: recorded
                .map(|call| (head.view(call), head.call(call)))
                .collect(),
            tables: head.tables,
        }
    }
}

/// Replays one scenario.
pub(crate) fn replay(file: &str, scenario: &Value, tally: &mut Tally) {
    let Script {
        mut nodes,
        calls,
        tables,
    } = Script::read(scenario);
    let mut seen = Seen::default();
    for (index, (view, call)) in calls.iter().enumerate() {
        tally.calls += 1;
        let recorded = &scenario["calls"][index];
        let node = &mut nodes[view.me.index()];
        let stored = stored_agrees(node, recorded, &tables, tally);
        seen.run(node, view, call);
        tally.note(&seen.path);
        let agrees =
            seen.agrees(recorded, &tables, tally) && same_state(node, recorded, &tables, tally);
        if !(stored && agrees) {
            let mut told = String::new();
            for key in ["args", "env", "returns", "effects", "state"] {
                let _infallible = write!(told, "{key} {} ", recorded[key]);
            }
            let _infallible = write!(told, "\n  here {seen:?}\n  {node:?} store agrees: {stored}");
            let place = Place::call(file, scenario, index, recorded);
            tally.mismatch(&place, &seen.path, &told);
            load(node, recorded, &tables);
        }
    }
}

/// A restart takes what this node stored, unless the store was wiped.
fn stored_agrees(
    node: &ElectionLogic,
    recorded: &Value,
    tables: &Tables,
    tally: &mut Tally,
) -> bool {
    let args = &recorded["args"];
    if recorded["call"] != "restart" || args["persisted_epoch"] == 0 {
        return true;
    }
    let image = node.store.scores.as_ref().map(ConnectionTracker::decoded);
    uint(&args["persisted_epoch"]) == node.store.epoch
        && tables
            .tracker(&args["persisted_tracker"])
            .is_none_or(|stored| tally.same_maybe(image.as_ref(), Some(stored)))
}

fn same_state(node: &ElectionLogic, recorded: &Value, tables: &Tables, tally: &mut Tally) -> bool {
    let state = &recorded["state"];
    if state.is_null() {
        return recorded["assert"] == json!(true);
    }
    let number = |rank: Option<Rank>| rank.map_or(-1, |rank| i64::from(rank.0));
    let acked_me: Vec<u8> = node.acked_me.iter().map(|rank| rank.0).collect();
    let here = json!({
        "epoch": node.epoch,
        "electing_me": node.electing_me,
        "leader_acked": number(node.leader_acked),
        "acked_me": acked_me,
        "participating": node.participating,
        "last_election_winner": number(node.last_election_winner),
        "last_voted_for": number(node.last_voted_for),
    });
    let plain = here
        .as_object()
        .into_iter()
        .flatten()
        .all(|(key, value)| state[key] == *value);
    let mut same = |here: Option<&ConnectionTracker>, key: &str| {
        tally.same_maybe(here, tables.tracker(&state[key]))
    };
    let trackers = node.strategy != Strategy::Connectivity
        || (same(Some(&node.peer_tracker), "tracker")
            && same(node.stable_tracker.as_ref(), "stable")
            && same(node.leader_tracker.as_ref(), "leader_tracker"));
    plain && trackers
}

/// Takes over the recorded state, so that one fault is not counted twice.
fn load(node: &mut ElectionLogic, recorded: &Value, tables: &Tables) {
    for effect in recorded["effects"].as_array().into_iter().flatten() {
        if let Some(epoch) = effect.get("persist_epoch") {
            node.store.epoch = uint(epoch);
        }
    }
    let state = &recorded["state"];
    if state.is_null() {
        return;
    }
    node.epoch = uint(&state["epoch"]);
    node.electing_me = state["electing_me"] == json!(true);
    node.participating = state["participating"] == json!(true);
    node.leader_acked = maybe_rank(&state["leader_acked"]);
    node.acked_me = ranks(&state["acked_me"]);
    node.last_election_winner = maybe_rank(&state["last_election_winner"]);
    node.last_voted_for = maybe_rank(&state["last_voted_for"]);
    if let Some(live) = tables.tracker(&state["tracker"]) {
        node.peer_tracker = live.clone();
        node.stable_tracker = tables.tracker(&state["stable"]).cloned();
        node.leader_tracker = tables.tracker(&state["leader_tracker"]).cloned();
    }
}
