//! Every recorded run, simulated under many seeds, gathered into rows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::outcome::Outcome;
use crate::play::play;
use crate::recording::Run;
use crate::script::chains;
use crate::summary::Summary;
use crate::table::Row;

/// So many times as many seeds are tried for a run that does not begin as the real one.
const TRIES: u64 = 4;

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

/// What became of the runs of a chain under all seeds.
#[derive(Default)]
struct Simulated {
    outcomes: Vec<Vec<Vec<Outcome>>>,
    off: usize,
    violations: usize,
}

/// Simulates each of these runs under `seeds` seeds.
pub(crate) fn compare(all: &[Run], wanted: impl Fn(&Run) -> bool, seeds: u64) -> Compared {
    let chains: Vec<Vec<&Run>> = chains(all)
        .into_iter()
        .filter_map(|mut chain| {
            let last = chain.iter().rposition(|run| wanted(run))?;
            chain.truncate(last + 1);
            Some(chain)
        })
        .collect();
    let results: Vec<Mutex<Simulated>> = chains.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(chain) = chains.get(place) else {
                return;
            };
            let done = simulate(chain, seeds);
            *results[place]
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = done;
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut compared = Compared::default();
    let mut found: Vec<(&Run, Vec<Vec<Outcome>>)> = Vec::new();
    for (chain, result) in chains.iter().zip(results) {
        let result = result.into_inner().unwrap_or_else(PoisonError::into_inner);
        compared.off += result.off;
        compared.violations += result.violations;
        let runs = chain.iter().copied().zip(result.outcomes);
        found.extend(runs.filter(|(run, _)| wanted(run)));
    }
    // In the order of the table, whichever chain a run belongs to.
    for run in all {
        if let Some((_, outcomes)) = found.iter().find(|(other, _)| std::ptr::eq(*other, run)) {
            compared.runs += 1;
            compared.simulated += outcomes.len();
            gather(&mut compared.rows, run, outcomes);
        }
    }
    compared
}

/// Plays a chain under so many seeds; and under more, while a run too often did not begin as the real one.
fn simulate(chain: &[&Run], seeds: u64) -> Simulated {
    let mut all = Simulated {
        outcomes: vec![Vec::new(); chain.len()],
        ..Simulated::default()
    };
    // Chains of the same deeds under the same seed would be the same chain.
    let base = chain[0].name.bytes().fold(0_u64, |all, byte| {
        all.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    for seed in 0..seeds * TRIES {
        let lacks = all
            .outcomes
            .iter()
            .any(|of_run| (of_run.len() as u64) < seeds);
        if !lacks {
            break;
        }
        let played = play(chain, base.wrapping_add(seed));
        all.violations += played.violations;
        for (of_run, outcomes) in all.outcomes.iter_mut().zip(played.outcomes) {
            match outcomes {
                Some(outcomes) if (of_run.len() as u64) < seeds => of_run.push(outcomes),
                Some(_) => {}
                None => all.off += 1,
            }
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
