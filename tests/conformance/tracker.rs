//! The ConnectionTracker alone.

use monscope::core::mon::decision::Path;
use monscope::core::mon::tracker::{ConnectionTracker, Real};
use monscope::core::mon::{Branch, Rank};
use serde_json::{Value, json};

use super::read::{Tables, maybe_rank, rank, real, uint};
use super::tally::{Place, Tally};

/// A call on a tracker, read and ready to be made.
pub(crate) enum Call {
    IncreaseEpoch(u32),
    IncreaseVersion,
    Live(Option<Rank>, Real),
    Dead(Option<Rank>, Real),
    Merge(ConnectionTracker),
    Total(Option<Rank>),
    RankChanged(Option<Rank>),
    RankRemoved(Rank, Option<Rank>),
    SetRank(Option<Rank>),
    IsClean(Option<Rank>, usize),
    Reset,
    EncodeDecode,
}

impl Call {
    /// Reads a recorded call that concerns a tracker; `None`: it doesn't.
    pub(crate) fn read(call: &Value, tables: &Tables) -> Option<Self> {
        let args = &call["args"];
        let link = || (maybe_rank(&args["peer"]), real(&args["units"]));
        Some(match call["call"].as_str()? {
            "increase_epoch" => Self::IncreaseEpoch(uint(&args["epoch"])),
            "increase_version" => Self::IncreaseVersion,
            "report_live_connection" => Self::Live(link().0, link().1),
            "report_dead_connection" => Self::Dead(link().0, link().1),
            "receive_peer_report" => Self::Merge(tables.tracker(&args["tracker"])?.clone()),
            "get_total_connection_score" => Self::Total(maybe_rank(&args["rank"])),
            "notify_rank_changed" => Self::RankChanged(maybe_rank(&args["new_rank"])),
            "notify_rank_removed" => {
                Self::RankRemoved(rank(&args["rank_removed"]), maybe_rank(&args["new_rank"]))
            }
            "set_rank" => Self::SetRank(maybe_rank(&args["rank"])),
            "is_clean" => Self::IsClean(
                maybe_rank(&args["rank"]),
                uint(&args["monmap_size"]) as usize,
            ),
            "notify_reset" => Self::Reset,
            "encode_decode" => Self::EncodeDecode,
            _ => return None,
        })
    }
}

impl Call {
    /// The part of the specification that tells of it.
    const fn part(&self) -> &'static str {
        match self {
            Self::IncreaseEpoch(_) | Self::IncreaseVersion | Self::Live(..) | Self::Dead(..) => {
                "D2"
            }
            Self::Merge(_) => "D3",
            Self::Total(_) => "D4",
            Self::RankChanged(_) | Self::SetRank(_) => "C2",
            Self::RankRemoved(..) => "C3",
            Self::IsClean(..) | Self::Reset | Self::EncodeDecode => "D5",
        }
    }
}

/// What a call gave.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Nothing,
    Flag(bool),
    Total(Real, usize),
    Aborted(Branch),
}

/// Makes a call; gives its answer and whether the scores are to be stored.
pub(crate) fn run(tracker: &mut ConnectionTracker, call: &Call) -> (Answer, bool) {
    let persist = match call {
        Call::IncreaseEpoch(epoch) => {
            return (Answer::Flag(tracker.increase_epoch(*epoch)), false);
        }
        Call::Total(rank) => {
            let (total, live) = tracker.total(*rank);
            return (Answer::Total(total, live), false);
        }
        Call::IsClean(rank, monitors) => {
            return (Answer::Flag(tracker.is_clean(*rank, *monitors)), false);
        }
        Call::RankRemoved(gone, now) => match tracker.notify_rank_removed(*gone, *now) {
            Ok(persist) => persist,
            Err(branch) => return (Answer::Aborted(branch), false),
        },
        Call::IncreaseVersion => tracker.increase_version(),
        Call::Live(peer, units) => tracker.report_live(*peer, *units),
        Call::Dead(peer, units) => tracker.report_dead(*peer, *units),
        Call::RankChanged(rank) => tracker.notify_rank_changed(*rank),
        Call::Merge(other) => {
            tracker.receive_peer_report(other);
            false
        }
        Call::SetRank(rank) => {
            tracker.set_rank(*rank);
            false
        }
        Call::Reset => {
            tracker.notify_reset();
            false
        }
        Call::EncodeDecode => {
            *tracker = tracker.decoded();
            false
        }
    };
    (Answer::Nothing, persist)
}

/// A scenario, read and ready to be run.
pub(crate) struct Script {
    /// The nodes as they are at the beginning.
    pub(crate) nodes: Vec<ConnectionTracker>,
    /// Every call, with the index of its node.
    pub(crate) calls: Vec<(usize, Call)>,
    tables: Tables,
}

impl Script {
    pub(crate) fn read(scenario: &Value) -> Self {
        let persist_interval = u64::from(uint(&scenario["persist_interval"]));
        let tables = Tables::read(scenario, persist_interval);
        let half_life = real(&scenario["half_life_s"]);
        let list = |key: &str| scenario[key].as_array().into_iter().flatten();
        let call = |recorded: &Value| {
            Call::read(recorded, &tables)
                .unwrap_or_else(|| panic!("unknown call {}", recorded["call"]))
        };
        Self {
            nodes: list("ranks")
                .map(|rank| ConnectionTracker::new(maybe_rank(rank), half_life, persist_interval))
                .collect(),
            calls: list("calls")
                .map(|recorded| (uint(&recorded["node"]) as usize, call(recorded)))
                .collect(),
            tables,
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
    for (index, (node, call)) in calls.iter().enumerate() {
        tally.calls += 1;
        let recorded = &scenario["calls"][index];
        let node = &mut nodes[*node];
        let (answer, persist) = run(node, call);
        let state = tables.tracker(&recorded["state"]["tracker"]);
        let agrees = same_answer(&answer, recorded, tally)
            && same_effects(persist, recorded)
            && (recorded["assert"] == json!(true) || tally.same_maybe(Some(node), state));
        if !agrees {
            let place = Place::call(file, scenario, index, recorded);
            let told = format!(
                "{}, recorded {} {} {state:?}\n  here     {answer:?} persist {persist} {node:?}",
                call.part(),
                recorded["returns"],
                recorded["effects"]
            );
            tally.mismatch(&place, &Path::default(), &told);
            if let Some(state) = state {
                *node = state.clone();
            }
        }
    }
}

/// Do the recorded effects say that the scores are to be stored, or nothing?
pub(crate) fn same_effects(persist: bool, recorded: &Value) -> bool {
    let store = json!({ "persist_connectivity_scores": {} });
    recorded["effects"] == Value::from_iter(persist.then_some(store))
}

fn same_answer(answer: &Answer, recorded: &Value, tally: &mut Tally) -> bool {
    let returned = &recorded["returns"];
    match answer {
        Answer::Nothing => returned.is_null() && recorded["assert"].is_null(),
        Answer::Flag(flag) => *returned == json!(flag),
        Answer::Total(total, live) => {
            tally.same_real(*total, real(&returned[0])) && returned[1] == json!(live)
        }
        Answer::Aborted(branch) => recorded["assert"] == json!(true) && *branch == Branch::C3,
    }
}
