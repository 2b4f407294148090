//! Plays a chain of recorded runs, and measures those that began as the real ones did.

use monscope::core::mon::{MonId, RankSet, Span, Time};
use monscope::core::scenario::{By, Scenario, Scripted};
use monscope::core::sim::{Trace, World};

use crate::measure::outcome;
use crate::outcome::Outcome;
use crate::recording::Run;
use crate::script::{Luck, Planned, beginning, deeds};

/// How long a simulated cluster may take longer than the real one to come to rest before a run.
const PATIENCE: u32 = 40;

/// A chain, played under one seed.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// For each run: what came of each of its deeds; `None` when it did not begin as the real one.
    pub(crate) outcomes: Vec<Option<Vec<Outcome>>>,
    /// When each began.
    pub(crate) origins: Vec<Time>,
    /// How many properties that must hold did not.
    pub(crate) violations: usize,
    /// The scenario, with all that was done.
    pub(crate) scenario: Scenario,
}

struct Stage {
    world: World,
    trace: Trace,
    scenario: Scenario,
    /// What is still to be done, the next thing last.
    plan: Vec<Planned>,
}

/// Plays these runs one after the other.
pub(crate) fn play(chain: &[&Run], seed: u64) -> Played {
    let mut luck = Luck::of(seed);
    let (scenario, plan, mut origin) = beginning(chain[0], seed, &mut luck);
    let mut stage = Stage {
        world: World::new(&scenario),
        trace: Trace::default(),
        scenario,
        plan: Vec::new(),
    };
    stage.plan(plan);
    let (mut outcomes, mut origins) = (Vec::new(), Vec::new());
    for run in chain {
        if !run.begins_anew() {
            origin = stage.wait_for(run, origin + luck.moment());
        }
        origins.push(origin);
        let alike = begins_alike(run, &stage.world);
        stage.plan(deeds(run, origin, &mut luck));
        let mut found = Vec::with_capacity(run.phases.len());
        for phase in &run.phases {
            let from = origin + phase.at;
            stage.advance(from + phase.length);
            found.push(outcome(&stage.world, stage.trace.events(), from));
        }
        outcomes.push(alike.then_some(found));
        origin = (origin + run.duration).max(stage.world.now());
        stage.advance(origin);
    }
    Played {
        outcomes,
        origins,
        violations: stage.world.violations().len(),
        scenario: stage.scenario,
    }
}

impl Stage {
    fn plan(&mut self, more: Vec<Planned>) {
        self.plan.extend(more);
        // What comes first stands last; of equal times, what was planned first.
        self.plan.reverse();
        self.plan.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    }

    /// Lets everything happen before `until`; what is done at that very instant belongs to the next phase.
    fn advance(&mut self, until: Time) {
        while let Some((at, action)) = self.plan.pop_if(|(at, _)| *at < until) {
            self.world.run_until(at, &mut self.trace);
            let index = self.scenario.script.len() as u32;
            // Every action comes from a recording in which it was possible.
            let acted = self.world.act(&action, index, &mut self.trace);
            debug_assert!(acted.is_ok(), "{acted:?}");
            let by = By::Author;
            self.scenario.script.push(Scripted { at, action, by });
        }
        self.world.run_until(until, &mut self.trace);
    }

    /// Goes on until the cluster is as the real one was; gives up in the end.
    fn wait_for(&mut self, run: &Run, from: Time) -> Time {
        self.advance(from);
        for _ in 0..PATIENCE {
            if begins_alike(run, &self.world) {
                break;
            }
            self.advance(self.world.now() + Span::from_secs(1));
        }
        self.world.now()
    }
}

/// Is everybody as in the real run at its beginning?
fn begins_alike(run: &Run, world: &World) -> bool {
    let ups = run.initial.iter().zip(0..);
    let up = ups
        .clone()
        .all(|(mon, place)| mon.up == world.process(MonId(place)).up);
    let quorum =
        |leader: Option<MonId>| leader.map(|leader| (leader, digits(world.monitor(leader).quorum)));
    let real = run.first_leader();
    let real = real.map(|leader| (leader, run.initial[leader.index()].quorum.clone()));
    up && (!run.settled || quorum(world.leader()) == real)
}

/// The ranks, one digit after the other.
pub(crate) fn digits(ranks: RankSet) -> String {
    ranks.iter().map(|rank| rank.to_string()).collect()
}
