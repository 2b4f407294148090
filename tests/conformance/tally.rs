//! What a replay counts, how it compares reals, and how it tells of a mismatch.

use std::collections::BTreeSet;

use monscope::core::mon::Branch;
use monscope::core::mon::decision::Path;
use monscope::core::mon::tracker::{ConnectionReport, ConnectionTracker, Real};
use serde_json::Value;

/// Two reals agree if they differ by no more than this.
const CLOSE: f64 = 1e-9;
/// How many mismatches are told in full.
const TOLD_MAX: usize = 10;

/// What a replay counted.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) scenarios: usize,
    pub(crate) calls: usize,
    pub(crate) mismatches: usize,
    /// Lines and files that could not be replayed.
    pub(crate) faults: usize,
    /// Reals compared.
    pub(crate) reals: usize,
    /// Those that agree, but not to the last bit.
    pub(crate) last_bits: usize,
    /// Every branch that was taken.
    pub(crate) taken: BTreeSet<Branch>,
    /// Where the first mismatch was.
    pub(crate) first: Option<String>,
    /// Mismatches are counted, not told.
    pub(crate) quiet: bool,
}

/// Where in a recording something was found.
pub(crate) struct Place(String);

impl Place {
    /// A call of a scenario.
    pub(crate) fn call(file: &str, scenario: &Value, index: usize, call: &Value) -> Self {
        let number = &scenario["scenario"];
        let name = &call["call"];
        Self(format!("{file} scenario {number} call {index}: {name}"))
    }

    /// A time step of a test, or an operation of it.
    pub(crate) fn step(file: &str, test: &Value, op: usize, step: Option<u64>) -> Self {
        let name = &test["test"];
        let step = step.map_or(String::new(), |t| format!(" step {t}"));
        Self(format!("{file} test {name} op {op}{step}"))
    }
}

impl Tally {
    /// Notes the branches of a call.
    pub(crate) fn note(&mut self, path: &Path) {
        self.taken
            .extend(path.steps().iter().map(|step| step.branch));
    }

    /// Counts what can't be replayed, and tells why.
    pub(crate) fn fault(&mut self, why: &str) {
        self.faults += 1;
        println!("error: {why}");
    }

    /// Counts a mismatch and prints it, if there weren't too many before.
    pub(crate) fn mismatch(&mut self, place: &Place, path: &Path, told: &str) {
        self.mismatches += 1;
        self.first.get_or_insert_with(|| place.0.clone());
        if self.mismatches <= TOLD_MAX && !self.quiet {
            let branches: Vec<_> = path.steps().iter().map(|step| step.branch.id()).collect();
            println!("mismatch: {}\n  branches {branches:?}\n  {told}", place.0);
        }
    }

    /// Do two reals agree?
    pub(crate) fn same_real(&mut self, here: Real, recorded: Real) -> bool {
        self.reals += 1;
        if here == recorded {
            return true;
        }
        let close = (here.get() - recorded.get()).abs() <= CLOSE;
        self.last_bits += usize::from(close);
        close
    }

    /// Do two reports agree?
    fn same_report(&mut self, here: &ConnectionReport, recorded: &ConnectionReport) -> bool {
        let about =
            |report: &ConnectionReport| (report.rank, report.epoch, report.version, report.peers());
        about(here) == about(recorded)
            && here.peers().iter().all(|peer| {
                here.alive(peer) == recorded.alive(peer)
                    && match (here.score(peer), recorded.score(peer)) {
                        (Some(here), Some(recorded)) => self.same_real(here, recorded),
                        (here, recorded) => here == recorded,
                    }
            })
    }

    /// Do two trackers agree in all that is encoded, and in their own reports?
    pub(crate) fn same_tracker(
        &mut self,
        here: &ConnectionTracker,
        recorded: &ConnectionTracker,
    ) -> bool {
        let mut pairs = here.peer_reports.iter().zip(recorded.peer_reports.iter());
        (here.rank, here.epoch, here.version) == (recorded.rank, recorded.epoch, recorded.version)
            && self.same_real(here.half_life, recorded.half_life)
            && self.same_report(&here.my_report, &recorded.my_report)
            && here.peer_reports.iter().count() == recorded.peer_reports.iter().count()
            && pairs.all(|((rank, here), (recorded_rank, recorded))| {
                rank == recorded_rank && self.same_report(here, recorded)
            })
    }

    /// The same for trackers that may be absent.
    pub(crate) fn same_maybe(
        &mut self,
        here: Option<&ConnectionTracker>,
        recorded: Option<&ConnectionTracker>,
    ) -> bool {
        match (here, recorded) {
            (Some(here), Some(recorded)) => self.same_tracker(here, recorded),
            (here, recorded) => here.is_none() && recorded.is_none(),
        }
    }
}
