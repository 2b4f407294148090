//! Rounds: whole worlds of Ceph's own unit test, step by step.

use monscope::core::mon::Rank;
use monscope::core::mon::tracker::{ConnectionTracker, Held};
use serde_json::{Value, json};

use super::modern::strategy;
use super::read::{Tables, by_rank, rank, real, uint};
use super::tally::{Place, Tally};
use super::world::{Body, Message, Owner, Plan, World};

/// Where a test is.
struct Replay<'a> {
    file: &'a str,
    test: &'a Value,
    op: usize,
    world: World,
    /// False from a mismatch to the next world: what follows would only repeat it.
    in_step: bool,
}

/// Replays one test. Whether all its assertions held must be true of the recording, too.
pub(crate) fn replay(file: &str, test: &Value, tally: &mut Tally) {
    // Trackers are compared without it.
    let tables = Tables::read(test, 0);
    let mut replay: Option<Replay<'_>> = None;
    for (op, recorded) in test["ops"].as_array().into_iter().flatten().enumerate() {
        tally.calls += 1;
        if recorded["op"] == "new" {
            let plan = Plan {
                monitors: uint(&recorded["n"]) as usize,
                strategy: strategy(&recorded["strategy"]),
                ping_interval: uint(&recorded["ping_interval"]),
                half_life: real(&recorded["half_life"]),
            };
            replay = Some(Replay {
                file,
                test,
                op,
                world: World::new(plan),
                in_step: true,
            });
            continue;
        }
        let replay = replay
            .as_mut()
            .unwrap_or_else(|| panic!("{}: no world before {recorded}", test["test"]));
        replay.op = op;
        replay.apply(recorded, &tables, tally);
        tally.note(&replay.world.path);
    }
}

impl Replay<'_> {
    fn apply(&mut self, recorded: &Value, tables: &Tables, tally: &mut Tally) {
        let (args, world) = (&recorded["args"], &mut self.world);
        match recorded["op"].as_str().unwrap_or("") {
            "start" | "trigger" => world.start(rank(&args[0])),
            "start_all" => world.start_all(),
            "block" => world.block(rank(&args[0]), rank(&args[1]), true),
            "unblock" => world.block(rank(&args[0]), rank(&args[1]), false),
            "disallow" => world.disallowed.insert(rank(&args[0])),
            "ping_interval" => world.ping_interval = uint(&args[0]),
            "remove" => world.remove(rank(&args[0])),
            "edit_scores" => edit_scores(&mut world.owners[rank(&args[0]).index()], args),
            "run" => self.run(recorded, tables, tally),
            "check" => self.check(recorded, tally),
            other => panic!("unknown op {other}"),
        }
    }

    fn run(&mut self, recorded: &Value, tables: &Tables, tally: &mut Tally) {
        self.compare(None, &queue(&self.world), &recorded["queue_before"], tally);
        let steps = recorded["steps"].as_array().map_or(&[][..], Vec::as_slice);
        let max = uint(&recorded["max"]);
        let mut ran = 0;
        for step in steps {
            tally.calls += 1;
            tally.note(&self.world.path);
            self.world.path.clear();
            let here = if self.world.step() {
                ran += 1;
                row(&self.world)
            } else {
                json!("all is still")
            };
            self.compare(step["t"].as_u64(), &here, step, tally);
        }
        // The recording stopped where this would: at the limit, or when all was still.
        let still = self.world.is_election_stable();
        let here = json!([ran, still, max == ran || still]);
        let wanted = json!([recorded["ran"], recorded["election_stable"], true]);
        self.compare(None, &here, &wanted, tally);
        if let Some(indices) = recorded["trackers"].as_array() {
            self.compare_scores(indices, &recorded["scores"], tables, tally);
        }
    }

    fn compare_scores(
        &mut self,
        indices: &[Value],
        scores: &Value,
        tables: &Tables,
        tally: &mut Tally,
    ) {
        let owners = &self.world.owners;
        let mut same = owners.len() == indices.len();
        for (viewer, (owner, index)) in owners.iter().zip(indices).enumerate() {
            let tracker = &owner.logic.peer_tracker;
            same &= tally.same_maybe(Some(tracker), tables.tracker(index));
            let totals = scores[viewer].as_array().into_iter().flatten();
            for (i, total) in (0..).zip(totals) {
                same &= tally.same_real(tracker.total(Some(Rank(i))).0, real(total));
            }
        }
        if self.in_step && !same {
            let told = format!("recorded trackers {indices:?}\n  here {owners:?}");
            self.fail(None, &told, tally);
        }
    }

    fn check(&mut self, recorded: &Value, tally: &mut Tally) {
        let what = recorded["what"].as_str().unwrap_or("");
        let world = &self.world;
        let number = |rank: Option<Rank>| rank.map_or(-1, |rank| i64::from(rank.0));
        let (predicate, argument) = what.split_once('(').unwrap_or((what, ""));
        let here = match predicate {
            "election_stable" => json!(world.is_election_stable()),
            "quorum_stable" => {
                let steps = argument.trim_end_matches(')').parse();
                json!(world.is_quorum_stable(steps.unwrap_or(-1)))
            }
            "all_agree_on_leader" => json!(world.all_agree_on_leader()),
            "check_epoch_agreement" => json!(world.all_agree_on_epoch()),
            "j != leader" | "starting_leader == last_leader" => {
                json!(recorded["left"] == number(world.last_leader))
            }
            "last_quorum_formed == presplit_quorum_time" => {
                json!(recorded["right"] == world.last_quorum_formed)
            }
            _ => panic!("unknown check {what}"),
        };
        self.compare(None, &here, &recorded["value"], tally);
        if self.test["passed"] == json!(true) {
            self.compare(None, &here, &recorded["expect"], tally);
        }
    }

    fn compare(&mut self, step: Option<u64>, here: &Value, recorded: &Value, tally: &mut Tally) {
        if self.in_step && (here != recorded || self.world.aborted) {
            let told = format!("recorded {recorded}\n  here     {here}");
            self.fail(step, &told, tally);
        }
    }

    fn fail(&mut self, step: Option<u64>, told: &str, tally: &mut Tally) {
        let place = Place::step(self.file, self.test, self.op, step);
        tally.mismatch(&place, &self.world.path, told);
        self.in_step = false;
    }
}

/// Sets scores and nothing else: no link is called alive or dead by it.
fn edit_scores(owner: &mut Owner, args: &Value) {
    let mut held: Held = (*owner.logic.peer_tracker).clone();
    let mut mine = (*held.my_report).clone();
    for (peer, score) in by_rank(&args[1]) {
        mine.set_score(peer, real(score));
    }
    held.my_report = mine.into();
    for (rank, scores) in by_rank(&args[2]) {
        let report = held.peer_reports.get(rank);
        let mut report = report.map(|report| (**report).clone()).unwrap_or_default();
        for (peer, score) in by_rank(scores) {
            report.set_score(peer, real(score));
        }
        held.peer_reports.insert(rank, report.into());
    }
    owner.logic.peer_tracker = ConnectionTracker::from(held);
}

fn queue(world: &World) -> Value {
    world.queue.iter().map(message).collect()
}

fn message(message: &Message) -> Value {
    let (from, to) = (message.from.0, message.to.0);
    match &message.body {
        Body::Propose(epoch, _) => json!(["propose", from, to, epoch]),
        Body::Ack(epoch) => json!(["ack", from, to, epoch]),
        Body::Accept(epoch) => json!(["accept", from, to, epoch]),
        Body::Victory(epoch, quorum) => json!(["victory", from, to, epoch, list(*quorum)]),
        Body::Ping => json!(["ping", from, to]),
        Body::Timeout => json!(["timeout", from, to]),
    }
}

fn list(set: monscope::core::mon::RankSet) -> Vec<u8> {
    set.iter().map(|rank| rank.0).collect()
}

/// The world after a step, as recorded.
fn row(world: &World) -> Value {
    let number = |rank: Option<Rank>| rank.map_or(-1, |rank| i64::from(rank.0));
    let nodes: Vec<Value> = world
        .owners
        .iter()
        .map(|owner| {
            let logic = &owner.logic;
            json!([
                owner.rank.0,
                logic.epoch,
                logic.store.epoch,
                logic.electing_me,
                number(logic.leader_acked),
                list(logic.acked_me),
                number(logic.last_election_winner),
                number(logic.last_voted_for),
                list(owner.quorum),
                owner.timer_steps,
                if owner.timer_election {
                    "election"
                } else {
                    "victory"
                },
                owner.victory_accepters,
                owner.ever_joined,
            ])
        })
        .collect();
    json!({
        "t": world.now,
        "nodes": nodes,
        "pending": world.queue.iter().filter(|message| message.elects()).count(),
        "queue": queue(world),
        "formed": [
            world.last_quorum_formed,
            world.last_quorum_change,
            list(world.last_quorum_reported),
            number(world.last_leader),
        ],
    })
}
