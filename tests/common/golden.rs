//! One eventful run whose hash is pinned: natively and in the browser it must be the same to the bit.

use monscope::core::mon::{MonId, Time};
use monscope::core::play::Player;
use monscope::core::scenario::Action;

use super::common::scenario;

/// The hash of every event of [`run`]. When it changes, old links replay differently: raise the engine number.
pub(crate) const HASH: u64 = 0x40b7_4fa6_98d3_be1a;

/// Two minutes of nine monitors with a death, a partition, a pause, a one-way cut and an exit.
pub(crate) fn run() -> Player {
    let mon = |i| MonId(i);
    let mut player = Player::new(scenario(9, 2_026));
    let deeds = [
        (12, Action::Kill(vec![mon(0)])),
        (
            40,
            Action::Partition(vec![vec![mon(1), mon(2)], (3..9).map(mon).collect()]),
        ),
        (55, Action::Heal(None)),
        (70, Action::Pause(vec![mon(4)])),
        (75, Action::Restart(vec![mon(0)])),
        (84, Action::Resume(vec![mon(4)])),
        (
            90,
            Action::Cut {
                from: mon(0),
                to: mon(3),
                both: false,
            },
        ),
        (100, Action::QuorumExit(mon(8))),
    ];
    for (seconds, action) in deeds {
        player.advance_to(Time::from_ms(seconds * 1_000));
        // The monitors are all there, so that nothing is refused.
        let _done = player.apply(action);
    }
    player.advance_to(Time::from_ms(120_000));
    player
}
