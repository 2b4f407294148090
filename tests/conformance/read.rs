//! Reading a recording's JSON: ranks, sets and numbers, and its tables of reports and trackers.

use std::sync::Arc;

use monscope::core::mon::tracker::{ConnectionReport, ConnectionTracker, Held, PeerReports, Real};
use monscope::core::mon::{Rank, RankSet};
use serde_json::Value;

/// A whole number that isn't negative; 0 when it is absent.
pub(crate) fn uint(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap_or(0)).unwrap_or(u32::MAX)
}

/// A rank that is one.
pub(crate) fn rank(value: &Value) -> Rank {
    Rank(u8::try_from(value.as_u64().unwrap_or(255)).unwrap_or(255))
}

/// A rank, or -1 or null for none.
pub(crate) fn maybe_rank(value: &Value) -> Option<Rank> {
    value.as_u64().map(|_| rank(value))
}

/// A set of ranks.
pub(crate) fn ranks(value: &Value) -> RankSet {
    value.as_array().into_iter().flatten().map(rank).collect()
}

/// A real number.
pub(crate) fn real(value: &Value) -> Real {
    Real::of(value.as_f64().unwrap_or(f64::NAN))
}

/// The entries of an object whose keys are ranks, -1 left out: no tracker looks at what is under it.
pub(crate) fn by_rank(value: &Value) -> impl Iterator<Item = (Rank, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((Rank(key.parse().ok()?), value)))
}

/// The reports and trackers that a scenario refers to by index.
pub(crate) struct Tables {
    trackers: Vec<ConnectionTracker>,
}

impl Tables {
    /// Reads both; `persist_interval` is not in the recorded trackers.
    pub(crate) fn read(scenario: &Value, persist_interval: u64) -> Self {
        let list = |key: &str| scenario[key].as_array().into_iter().flatten();
        let reports: Vec<Arc<ConnectionReport>> = list("reports").map(report).collect();
        let report_at = |index: &Value| Arc::clone(&reports[uint(index) as usize]);
        let trackers = list("trackers").map(|tracker| {
            let mut peer_reports = PeerReports::default();
            for (rank, index) in by_rank(&tracker["peers"]) {
                peer_reports.insert(rank, report_at(index));
            }
            ConnectionTracker::from(Held {
                rank: maybe_rank(&tracker["rank"]),
                epoch: uint(&tracker["epoch"]),
                version: u64::from(uint(&tracker["version"])),
                half_life: real(&tracker["half_life_s"]),
                persist_interval,
                my_report: report_at(&tracker["my"]),
                peer_reports,
            })
        });
        Self {
            trackers: trackers.collect(),
        }
    }

    /// The tracker of that index; null: none.
    pub(crate) fn tracker(&self, index: &Value) -> Option<&ConnectionTracker> {
        self.trackers.get(usize::try_from(index.as_u64()?).ok()?)
    }
}

fn report(recorded: &Value) -> Arc<ConnectionReport> {
    let mut report = ConnectionReport::of_rank(maybe_rank(&recorded["rank"]));
    report.epoch = uint(&recorded["epoch"]);
    report.version = u64::from(uint(&recorded["version"]));
    for (peer, link) in by_rank(&recorded["links"]) {
        if let Some(alive) = link[0].as_bool() {
            report.set_alive(peer, alive);
        }
        if link[1].is_number() {
            report.set_score(peer, real(&link[1]));
        }
    }
    Arc::new(report)
}
