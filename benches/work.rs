//! What the benchmarks do, natively and in the browser.

use monscope::core::mon::{MonId, Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, Edition, Scenario, Strategy};
use monscope::core::sim::{Trace, World};

/// Entries taken in one run.
pub(crate) const ENTRIES: u64 = 100_000;

/// So many entries after a monitor called the last election, the next one calls another.
const BETWEEN_ELECTIONS: u64 = 500;

/// A cluster of the luminous edition.
pub(crate) fn luminous(monitors: usize) -> Scenario {
    Scenario::of(monitors)
}

/// A cluster of the modern edition whose monitors ping each other and elect by their scores.
pub(crate) fn by_scores(monitors: usize) -> Scenario {
    let mut scenario = Scenario::of(monitors);
    scenario.edition = Edition::Modern;
    scenario.strategy = Strategy::Connectivity;
    scenario.rank_order = scenario.usual_rank_order();
    scenario
}

/// Elections back to back: each monitor in turn is told to enter a quorum it is in.
pub(crate) fn elections(scenario: &Scenario, checked: bool) -> usize {
    let monitors = scenario.monitors.len();
    let mut world = World::new(scenario);
    world.set_checked(checked);
    let mut trace = Trace::default();
    let act = |world: &mut World, trace: &mut Trace, action: Action| {
        world.act(&action, 0, trace).map(|_| ()).unwrap_or_default();
    };
    act(&mut world, &mut trace, Action::Boot(Vec::new()));
    for entry in 0..ENTRIES {
        if entry % BETWEEN_ELECTIONS == BETWEEN_ELECTIONS - 1 {
            let turn = (entry / BETWEEN_ELECTIONS) as usize % monitors;
            act(
                &mut world,
                &mut trace,
                Action::QuorumEnter(MonId(turn as u8)),
            );
        }
        world.step(&mut trace);
    }
    trace.events().len()
}

/// Ten minutes in which the leader dies and comes back every half minute.
fn ten_minutes(scenario: Scenario) -> Player {
    let mut player = Player::new(scenario);
    for half_minute in 0..20_u64 {
        player.advance_to(Time::from_ms(half_minute * 30_000 + 12_000));
        let leader = player.world().leader().unwrap_or_default();
        // The leader is one of the five: nothing is refused.
        let _killed = player.apply(Action::Kill(vec![leader]));
        player.advance_to(player.now() + Span::from_secs(10));
        let _restarted = player.apply(Action::Restart(vec![leader]));
    }
    player.advance_to(Time::from_ms(600_000));
    player
}

/// Seeks in a run, anywhere, in an order that no cache likes.
pub(crate) struct Seeks {
    player: Player,
    at: u64,
}

impl Seeks {
    pub(crate) fn new(scenario: Scenario) -> Self {
        Self {
            player: ten_minutes(scenario),
            at: 7_919,
        }
    }

    /// The next one.
    pub(crate) fn seek(&mut self) -> Time {
        self.at = (self.at * 48_271) % 600_000;
        self.player.seek(Time::from_ms(self.at));
        self.player.now()
    }
}
