//! How fast the core is: `cargo bench`. An item is one entry taken from the queue, or one seek.

use divan::Bencher;
use divan::counter::ItemsCount;
use monscope::core::mon::{MonId, Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, Scenario};
use monscope::core::sim::{Trace, World};

fn main() {
    divan::main();
}

/// Entries taken in one run.
const ENTRIES: u64 = 100_000;

/// So many entries after a monitor called the last election, the next one calls another.
const BETWEEN_ELECTIONS: u64 = 500;

/// Elections back to back: each monitor in turn is told to enter a quorum it is in.
fn elections(monitors: usize, checked: bool) -> usize {
    let mut world = World::new(&Scenario::of(monitors));
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

#[divan::bench(args = [3, 5, 9, 31])]
fn elections_with_properties_checked(bencher: Bencher<'_, '_>, monitors: usize) {
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| elections(monitors, true));
}

#[divan::bench(args = [3, 5, 9, 31])]
fn elections_unchecked(bencher: Bencher<'_, '_>, monitors: usize) {
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| elections(monitors, false));
}

/// Ten minutes of five monitors in which the leader dies and comes back every half minute.
fn ten_minutes() -> Player {
    let mut player = Player::new(Scenario::of(5));
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

#[divan::bench]
fn seek_in_ten_minutes(bencher: Bencher<'_, '_>) {
    let mut player = ten_minutes();
    let mut at = 7_919_u64;
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(move || {
            // Anywhere, in an order that no cache likes.
            at = (at * 48_271) % 600_000;
            player.seek(Time::from_ms(at));
            player.now()
        });
}
