//! Every recorded run, simulated under many seeds, gathered into rows.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::measure::{Played, play};
use crate::outcome::Outcome;
use crate::recording::Run;
use crate::script::Plan;
use crate::summary::Summary;
use crate::table::Row;

/// So many other seeds are tried for a run that does not begin as the real one.
const TRIES: u64 = 10;

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compared {
    pub(crate) rows: Vec<Row>,
    pub(crate) runs: usize,
    /// Simulated runs.
    pub(crate) simulated: usize,
    /// Seeds with which a run did not begin as the real one.
    pub(crate) off: usize,
    /// Properties that must hold and did not.
    pub(crate) violations: usize,
}

/// What became of one run under all seeds.
#[derive(Default)]
struct Simulated {
    outcomes: Vec<Vec<Outcome>>,
    off: usize,
    violations: usize,
}

/// Simulates each of these runs under `seeds` seeds. `all` holds the runs before them, too.
pub(crate) fn compare(all: &[Run], wanted: impl Fn(&Run) -> bool, seeds: u64) -> Compared {
    let plans: Vec<Plan<'_>> = all
        .iter()
        .filter(|run| wanted(run))
        .map(|run| Plan::of(run, all))
        .collect();
    let results: Vec<Mutex<Simulated>> = plans.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(plan) = plans.get(place) else { return };
            let done = simulate(plan, seeds);
            *results[place]
                .lock()
                .unwrap_or_else(|broken| broken.into_inner()) = done;
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut compared = Compared {
        runs: plans.len(),
        ..Compared::default()
    };
    for (plan, result) in plans.iter().zip(results) {
        let result = result
            .into_inner()
            .unwrap_or_else(|broken| broken.into_inner());
        compared.simulated += result.outcomes.len();
        compared.off += result.off;
        compared.violations += result.violations;
        gather(&mut compared.rows, plan.run(), &result.outcomes);
    }
    compared
}

fn simulate(plan: &Plan<'_>, seeds: u64) -> Simulated {
    let mut all = Simulated::default();
    for seed in 0..seeds {
        for attempt in 0..TRIES {
            let staged = plan.stage(seed + attempt * 1_000_000);
            let Played {
                outcomes,
                violations,
            } = play(plan.run(), &staged);
            all.violations += violations;
            if let Some(outcomes) = outcomes {
                all.outcomes.push(outcomes);
                break;
            }
            all.off += 1;
        }
    }
    all
}

/// Puts one run into the rows of its deeds.
fn gather(rows: &mut Vec<Row>, run: &Run, simulated: &[Vec<Outcome>]) {
    for (place, phase) in run.phases.iter().enumerate() {
        let same = |row: &Row| {
            (&row.scenario, &row.variant, &row.title) == (&run.scenario, &run.variant, &phase.title)
        };
        let known = rows.iter().position(same).unwrap_or_else(|| {
            rows.push(Row {
                scenario: run.scenario.clone(),
                variant: run.variant.clone(),
                title: phase.title.clone(),
                real: Vec::new(),
                simulated: Summary::default(),
            });
            rows.len() - 1
        });
        let row = &mut rows[known];
        row.real.push(phase.real.clone());
        let outcomes = simulated.iter().map(|outcomes| &outcomes[place]);
        outcomes.for_each(|outcome| row.simulated.add(outcome));
    }
}
