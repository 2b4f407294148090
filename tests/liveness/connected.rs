//! LIVE-1 and 4: everybody is there and hears everybody.

use monscope::core::mon::Rank;
use monscope::core::mon::tracker::Real;

use super::world::{Plan, World};
use super::*;

/// Does something to the cluster.
fn disturb(player: &mut Player, n: usize, dice: &mut Dice) {
    let mon = MonId(dice.below(n as u64) as u8);
    let step = 1 + dice.below(n as u64 - 1) as u8;
    let (from, to, both) = (mon, MonId((mon.0 + step) % n as u8), dice.once_in(2));
    let how = How::Drop;
    let action = match dice.below(9) {
        0 | 1 => Action::Kill(vec![mon]),
        2 => Action::Restart(vec![mon]),
        3 => Action::Pause(vec![mon]),
        4 => Action::Resume(vec![mon]),
        5 => Action::QuorumExit(mon),
        6 => Action::QuorumEnter(mon),
        7 => Action::Cut {
            from,
            to,
            both,
            how,
        },
        _ => Action::Heal(Some(HealLink { from, to, both })),
    };
    act(player, action);
}

/// Everybody is up, awake, connected and takes part again.
fn undo(player: &mut Player, n: usize) {
    act(player, Action::Heal(None));
    for mon in ids(n) {
        act(player, Action::Resume(vec![mon]));
        if !player.world().process(mon).up {
            act(player, Action::Boot(vec![mon]));
        }
        if !player.world().monitor(mon).elector.participating() {
            act(player, Action::QuorumEnter(mon));
        }
    }
}

/// Who must lead, as far as the strategy says it by ranks.
fn first_allowed(scenario: &Scenario) -> MonId {
    let barred =
        |mon: &MonId| scenario.strategy != Strategy::Classic && scenario.disallowed.contains(mon);
    let all = ids(scenario.monitors.len()).into_iter();
    all.filter(|mon| !barred(mon))
        .min()
        .expect("somebody may lead")
}

/// By scores: now that everybody hears everybody, the next election must be won by the best, and of those that are as
/// good by the lowest rank. How good they are all know from the same reports, but for what came in just now.
///
/// Two monitors that each took the other for dead don't ping each other any more, however well the link is. Only a
/// message of an election gets them to: so everybody calls one first.
fn best_leads(player: &mut Player, n: usize, dice: &mut Dice) {
    for mon in ids(n) {
        act(player, Action::QuorumEnter(mon));
        wait(player, Span::from_secs(20));
    }
    act(
        player,
        Action::QuorumEnter(MonId(dice.below(n as u64) as u8)),
    );
    let before = player.world().clone();
    wait(player, Span::from_secs(30));
    let (leader, quorum) = led(player).expect("an election among all");
    assert_eq!(quorum, RankSet::below(n));
    let m = before.monitor(leader);
    let logic = &m
        .elector
        .modern()
        .expect("only modern monitors keep scores")
        .logic;
    let total = |rank| logic.peer_tracker.total(Some(rank)).0;
    let mine = m.rank.expect("it has a seat");
    let barred = m.monmap.disallowed_leaders();
    assert!(!barred.contains(mine));
    let some_differ = RankSet::below(n)
        .iter()
        .any(|rank| total(rank) != total(mine));
    for rank in RankSet::below(n)
        .iter()
        .filter(|rank| !barred.contains(*rank))
    {
        let ahead = total(rank) - total(mine);
        assert!(
            ahead <= logic.ignore_propose_margin,
            "{rank} is better by {ahead:?}"
        );
        // The report of a ping that came in during the election may have made all the difference.
        let by_a_hair = some_differ && ahead <= Real::parts(1, 10_000_000);
        assert!(
            rank >= mine || ahead < Real::ZERO || by_a_hair,
            "{rank} is as good as {mine}"
        );
    }
}

/// LIVE-1. After whatever happened, everybody follows the one that must lead, once they have waited for what was under
/// way, and 13 s longer for each round that was spoilt.
#[test]
fn live_1_all_follow_the_first_soon_after_the_last_disturbance() {
    for kind in KINDS {
        for seed in 0..250 {
            let mut dice = Dice::new(seed);
            let n = 2 + dice.below(6) as usize;
            let mut scenario = cluster(kind, n, seed);
            if kind.1 != Strategy::Classic && dice.once_in(2) {
                scenario.disallowed = vec![MonId(dice.below(n as u64) as u8)];
            }
            let mut player = Player::new(scenario);
            wait(&mut player, Span::from_secs(10));
            for _ in 0..dice.below(12) {
                disturb(&mut player, n, &mut dice);
                wait(&mut player, Span::from_ms(dice.below(6_000)));
            }
            undo(&mut player, n);
            let last = player.now();
            wait(&mut player, Span::from_secs(90));
            let told = format!("{kind:?} seed {seed}: {}", player.document().to_text());
            let Some((leader, quorum)) = led(&player) else {
                panic!("nobody leads: {told}");
            };
            assert_eq!(quorum, RankSet::below(n), "{told}");
            if kind.1 != Strategy::Connectivity {
                assert_eq!(leader, first_allowed(player.scenario()), "{told}");
            }
            let round = PROBE.0 + DEFERRAL.0 + CANDIDATE.0;
            let spoilt = spoilt_rounds(&player, last);
            let took = settled_at(&player).since(last);
            assert!(
                took.0 <= round * (1 + spoilt) + MESSAGES.0,
                "{took} s, {spoilt} spoilt: {told}"
            );
            if spoilt == 0 && kind.1 != Strategy::Connectivity {
                assert!(took <= DEFERRAL + MESSAGES, "{took} s: {told}");
            }
            if kind.1 == Strategy::Connectivity {
                best_leads(&mut player, n, &mut dice);
            }
            no_violations(&player);
        }
    }
}

/// LIVE-1 where there are only electors, and every message takes one step: one round, and no timer has to fire.
#[test]
fn live_1_one_round_is_enough() {
    for strategy in Strategy::ALL {
        for n in 2..=7_usize {
            for barred in 0..n {
                one_round(strategy, n, barred);
            }
        }
    }
}

fn one_round(strategy: Strategy, n: usize, barred: usize) {
    let mut world = World::new(Plan {
        monitors: n,
        strategy,
        ping_interval: 1,
        half_life: Real::of(5.0),
    });
    // One may not lead, or none where that makes no difference.
    if strategy != Strategy::Classic && barred > 0 {
        world.disallowed = RankSet::one(Rank(barred as u8 - 1));
    }
    world.start_all();
    let steps = (0..100).take_while(|_| world.step()).count();
    let leader = RankSet::below(n)
        .iter()
        .find(|rank| !world.disallowed.contains(*rank));
    assert_eq!(world.last_leader, leader);
    assert!(steps <= 4 && world.all_agree_on_leader() && world.all_agree_on_epoch());
    // Whoever starts the next one: it takes one step more, if somebody else has to win.
    for starter in RankSet::below(n).iter() {
        world.start(starter);
        let steps = (0..100).take_while(|_| world.step()).count();
        assert!(steps <= 5, "{strategy:?} {n} {starter}: {steps} steps");
        assert_eq!(
            (world.last_leader, world.last_quorum_reported),
            (leader, RankSet::below(n))
        );
    }
}

/// LIVE-4. Whatever epoch is on its disk, a monitor that comes back makes the others elect, and is taken in.
#[test]
fn live_4_who_comes_back_is_taken_in() {
    let joins = [
        [Branch::Propose4, Branch::APrefix1, Branch::AConn3],
        [Branch::Propose5a, Branch::APrefix2a, Branch::AConn4a],
    ];
    for kind in KINDS {
        let mut ways = [0; 2];
        for seed in 0..200 {
            let mut dice = Dice::new(seed);
            let n = 3 + dice.below(5) as usize;
            let mut scenario = cluster(kind, n, seed);
            let late = dice.below(n as u64) as usize;
            for mon in &mut scenario.monitors {
                mon.epoch = Some(8);
            }
            scenario.monitors[late].epoch = Some(dice.one(&[0, 2, 7, 8, 9, 10, 11, 20, 21]));
            scenario.monitors[late].starts = monscope::core::scenario::Starts::Down;
            let mut player = Player::new(scenario);
            wait(
                &mut player,
                Span::from_secs(20) + Span::from_ms(dice.below(3_000)),
            );
            let before = led(&player).expect("the others are a majority");
            assert_eq!(before.1.len(), n - 1);
            act(&mut player, Action::Boot(vec![MonId(late as u8)]));
            let back = player.now();
            wait(&mut player, Span::from_secs(60));
            let quorum = led(&player).map(|(_, quorum)| quorum);
            assert_eq!(quorum, Some(RankSet::below(n)), "{kind:?} seed {seed}");
            let spoilt = spoilt_rounds(&player, back);
            let took = settled_at(&player).since(back);
            let round = PROBE.0 + DEFERRAL.0 + CANDIDATE.0;
            assert!(
                took.0 <= round * (1 + spoilt) + MESSAGES.0,
                "{kind:?} seed {seed}: {took} s"
            );
            let heard = |event: &&Event| {
                event.kind == EventKind::Deliver && event.peer == Some(MonId(late as u8))
            };
            let taken: BTreeSet<Branch> = since(&player, back)
                .filter(heard)
                .flat_map(|e| e.branches().collect::<Vec<_>>())
                .collect();
            let mut any = false;
            for (way, branches) in joins.iter().enumerate() {
                let here = branches.iter().any(|branch| taken.contains(branch));
                ways[way] += u32::from(here);
                any |= here;
            }
            assert!(
                any,
                "{kind:?} seed {seed}: nobody minds its proposal: {taken:?}"
            );
            no_violations(&player);
        }
        assert!(
            ways.iter().all(|count| *count > 10),
            "{kind:?}: both ways are seen: {ways:?}"
        );
    }
}
