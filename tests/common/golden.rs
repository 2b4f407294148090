//! Eventful runs whose hashes are pinned: natively and in the browser they must be the same to the bit.

use monscope::core::mon::{MonId, Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{Action, Edition, How, Strategy};

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
            Action::Partition {
                groups: vec![vec![mon(1), mon(2)], (3..9).map(mon).collect()],
                how: How::Drop,
            },
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
                how: How::Drop,
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

/// The hash of every event of [`run_modern`].
pub(crate) const HASH_MODERN: u64 = 0x9fa5_845b_9290_da5f;

/// Two minutes of five modern monitors that elect by their scores, round a broken link and a death.
pub(crate) fn run_modern() -> Player {
    let mut scenario = scenario(5, 2_026);
    scenario.edition = Edition::Modern;
    scenario.strategy = Strategy::Connectivity;
    scenario.rank_order = scenario.usual_rank_order();
    // Scores that move fast enough to matter.
    scenario.options.mon_con_tracker_score_halflife = Span::from_secs(60);
    let mut player = Player::new(scenario);
    let (from, to, both, how) = (MonId(0), MonId(1), true, How::Drop);
    let deeds = [
        (
            20,
            Action::Cut {
                from,
                to,
                both,
                how,
            },
        ),
        (45, Action::Kill(vec![MonId(2)])),
        (70, Action::Restart(vec![MonId(2)])),
        (80, Action::Heal(None)),
        (100, Action::Disallow(MonId(0))),
    ];
    for (seconds, action) in deeds {
        player.advance_to(Time::from_ms(seconds * 1_000));
        let _done = player.apply(action);
    }
    player.advance_to(Time::from_ms(120_000));
    player
}
