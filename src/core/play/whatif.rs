//! What if a monitor is lost, or two: does a quorum survive, who leads, and for how long does nobody?
//!
//! Answered by runs of the same cluster: it settles, loses them, and is watched until it has settled again. A few seeds
//! each, as it matters when in the life of a lease they are lost. The work is done in slices, so that nobody waits.

use super::{Player, Timeline};
use crate::mon::{MonId, RankSet, Span, State, Time};
use crate::order;
use crate::scenario::{Action, By, Origin, Scenario, Scripted};
use crate::sim::World;

/// How many runs answer a question.
pub const RUNS: usize = 3;

/// A cluster has settled when its leader has had all that live behind it for so long.
const CALM: Span = Span::from_secs(6);

/// From run to run they are lost so much later after that: leases are renewed every 3 s.
const LATER: Span = Span::from_ms(1_100);

/// A cluster that has not settled by then never does.
const SETTLE_MOST: Span = Span::from_secs(120);

/// Nor does one that has not so long after its loss.
const RECOVER_MOST: Span = Span::from_secs(90);

/// A leader of fewer than all that live, for so long: the others can't join it.
const PARTIAL: Span = Span::from_secs(20);

/// A run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// When they were lost.
    pub at: Time,
    /// Who leads in the end, and its quorum; `None`: nobody.
    pub leads: Option<(MonId, RankSet)>,
    /// How long nobody led, from the loss on.
    pub outage: Span,
}

/// What is lost, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Who is lost.
    pub lost: Vec<MonId>,
    /// How many are left.
    pub left: usize,
    /// The runs so far; one that leaves too few for a majority needs none.
    pub runs: Vec<Run>,
    /// Are that all?
    pub done: bool,
}

/// The answer of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The run that stands for all: the one in the middle.
    pub run: Run,
    /// The shortest time without a leader.
    pub least: Span,
    /// The longest.
    pub most: Span,
}

impl Case {
    /// The answer, once it is there. `None` also when nobody can lead: there is no run then.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        let mut runs = self.runs.clone();
        order::by_key(&mut runs, |run| run.outage.0);
        Some(Answer {
            run: *runs.get(runs.len() / 2).filter(|_| self.done)?,
            least: runs.first()?.outage,
            most: runs.last()?.outage,
        })
    }

    /// Does somebody lead in the end, in every run? `None`: not known yet.
    #[must_use]
    pub fn survives(&self) -> Option<bool> {
        let leads = |run: &Run| run.leads.is_some();
        self.done
            .then(|| !self.runs.is_empty() && self.runs.iter().all(leads))
    }
}

/// A cluster about to lose somebody.
#[derive(Clone, Debug)]
struct Base {
    seed: u64,
    world: World,
    timeline: Timeline,
}

/// A run that is going on.
#[derive(Clone, Debug)]
struct Going {
    player: Player,
    what: Doing,
    /// Since when it has been as it is, and with whom.
    since: Time,
    state: Option<(MonId, RankSet, u32)>,
    /// The time without a leader before the loss.
    before: Span,
    /// When it began.
    from: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// The cluster settles, for the runs of this number.
    Settles(usize),
    /// It has lost who is lost in this case.
    Recovers(usize),
}

/// The questions of a cluster, and the answers so far.
#[derive(Clone, Debug)]
pub struct WhatIf {
    scenario: Scenario,
    /// Who lives before anything is lost.
    alive: Vec<MonId>,
    bases: Vec<Base>,
    cases: Vec<Case>,
    going: Option<Box<Going>>,
    /// It never settles: there is nothing to lose.
    hopeless: bool,
}

impl WhatIf {
    /// The questions of this cluster as it was pasted; what was done in it since is left out.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            scenario: Scenario {
                script: Vec::new(),
                every: Vec::new(),
                notes: Vec::new(),
                expects: Vec::new(),
                ..scenario.clone()
            },
            alive: Vec::new(),
            bases: Vec::new(),
            cases: Vec::new(),
            going: None,
            hopeless: false,
        }
    }

    /// Is it about this cluster, whatever is done in it and with whichever seed?
    #[must_use]
    pub fn is_about(&self, scenario: &Scenario) -> bool {
        let own = &self.scenario;
        let Origin::Ceph { .. } = own.origin else {
            return false;
        };
        own.origin == scenario.origin
            && own.monitors == scenario.monitors
            && own.edition == scenario.edition
            && own.strategy == scenario.strategy
            && own.fsid == scenario.fsid
    }

    /// The cases: each monitor, then each pair, in the order of the document. Empty until the cluster has settled.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The cluster never settles: there is no quorum to lose.
    #[must_use]
    pub const fn is_hopeless(&self) -> bool {
        self.hopeless
    }

    /// How many monitors live before anything is lost.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.alive.len()
    }

    /// Who leads before anything is lost.
    #[must_use]
    pub fn leader(&self) -> Option<MonId> {
        self.bases.first()?.world.leader()
    }

    /// How many make a majority.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.scenario.seats() / 2 + 1
    }

    /// How many cases are answered.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.cases.iter().filter(|case| case.done).count()
    }

    /// A run in which nobody leads in the end, for a case that needs none to know it; `None`: the cluster has not
    /// settled.
    #[must_use]
    pub fn bare_run(&self) -> Option<Run> {
        self.bases.first().map(|base| Run {
            seed: base.seed,
            at: base.world.now(),
            leads: None,
            outage: Span::ZERO,
        })
    }

    /// The run of a case as a document of its own, which begins as the cluster was pasted.
    #[must_use]
    pub fn document(&self, case: &Case, run: &Run) -> Scenario {
        Scenario {
            seed: run.seed,
            script: vec![Scripted {
                at: run.at,
                action: Action::Kill(case.lost.clone()),
                by: By::Author,
            }],
            ..self.scenario.clone()
        }
    }

    /// Works on, for about so many events. False: everything is answered.
    pub fn work(&mut self, events: u32) -> bool {
        for _ in 0..events {
            if self.going.is_none() && !self.begin() {
                return false;
            }
            let Some(mut going) = self.going.take() else {
                return false;
            };
            match going.step() {
                None => self.going = Some(going),
                Some(settled) => self.end(*going, settled),
            }
        }
        true
    }

    /// Begins the next run. False: there is none.
    fn begin(&mut self) -> bool {
        if self.hopeless {
            return false;
        }
        if self.bases.len() < RUNS {
            let number = self.bases.len();
            let scenario = Scenario {
                seed: self.scenario.seed + number as u64,
                ..self.scenario.clone()
            };
            let (world, timeline) = (World::new(&scenario), Timeline::new(&scenario));
            let player = Player::bare(scenario, world, timeline);
            self.going = Some(Box::new(Going::new(player, Doing::Settles(number))));
            return true;
        }
        let Some(place) = self.cases.iter().position(|case| !case.done) else {
            return false;
        };
        let case = &self.cases[place];
        let base = &self.bases[case.runs.len()];
        let mut player = Player::bare(
            self.scenario.clone(),
            base.world.clone(),
            base.timeline.clone(),
        );
        let before = player.world().leaderless();
        // They are monitors of this very cluster: nothing there is to be refused.
        if player.apply(Action::Kill(case.lost.clone())).is_err() {
            self.cases[place].done = true;
            return true;
        }
        let going = Going {
            before,
            ..Going::new(player, Doing::Recovers(place))
        };
        self.going = Some(Box::new(going));
        true
    }

    fn end(&mut self, going: Going, settled: bool) {
        match going.what {
            Doing::Settles(number) => self.settled(going, number, settled),
            Doing::Recovers(place) => {
                let base = &self.bases[self.cases[place].runs.len()];
                let leads = going.state.filter(|_| settled);
                let run = Run {
                    seed: base.seed,
                    at: base.world.now(),
                    leads: leads.map(|(leader, quorum, _)| (leader, quorum)),
                    outage: going.player.world().leaderless() - going.before,
                };
                let case = &mut self.cases[place];
                case.runs.push(run);
                case.done = case.runs.len() == RUNS;
            }
        }
    }

    fn settled(&mut self, going: Going, number: usize, settled: bool) {
        if !settled {
            self.hopeless = true;
            return;
        }
        let mut player = going.player;
        let later = player.now() + Span(LATER.0 * number as u64);
        player.advance_to(later);
        if number == 0 {
            self.alive = living(&player);
        }
        self.bases.push(Base {
            seed: player.scenario.seed,
            world: player.world,
            timeline: player.timeline,
        });
        if self.bases.len() == RUNS {
            self.ask();
        }
    }

    /// Every monitor that lives, and every pair.
    fn ask(&mut self) {
        let alive = self.alive.clone();
        let mut lost: Vec<Vec<MonId>> = alive.iter().map(|mon| vec![*mon]).collect();
        for (i, a) in alive.iter().enumerate() {
            lost.extend(alive[i + 1..].iter().map(|b| vec![*a, *b]));
        }
        let (all, need) = (alive.len(), self.needed());
        self.cases = lost
            .into_iter()
            .map(|lost| {
                let left = all - lost.len();
                Case {
                    lost,
                    left,
                    runs: Vec::new(),
                    // Too few for a majority: nobody needs to run that.
                    done: left < need,
                }
            })
            .collect();
    }
}

/// Who lives.
fn living(player: &Player) -> Vec<MonId> {
    let all = player.world().monitors().iter();
    all.filter(|m| m.state != State::Down)
        .map(|m| m.id)
        .collect()
}

impl Going {
    fn new(player: Player, what: Doing) -> Self {
        let from = player.now();
        Self {
            player,
            what,
            since: from,
            state: None,
            before: Span::ZERO,
            from,
        }
    }

    /// Takes an entry of the queue. `None`: it goes on; else whether the cluster has settled.
    fn step(&mut self) -> Option<bool> {
        let most = match self.what {
            Doing::Settles(_) => SETTLE_MOST,
            Doing::Recovers(_) => RECOVER_MOST,
        };
        let end = self.from + most;
        if self.player.next_at().is_none_or(|at| at > end) {
            self.player.advance_to(end);
            // Only a leader that has all behind it has settled by then; one that has not is none.
            return Some(self.state.is_some());
        }
        self.player.go_on();
        let world = self.player.world();
        let leader = world.leader().map(|leader| world.monitor(leader));
        let state = leader.map(|m| (m.id, m.quorum, m.elector.epoch()));
        if state != self.state {
            (self.state, self.since) = (state, world.now());
        }
        let (_, quorum, _) = self.state?;
        let all = living(&self.player).len() == quorum.len();
        let calm = if all { CALM } else { PARTIAL };
        (world.now().since(self.since) >= calm).then_some(true)
    }
}
