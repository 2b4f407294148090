//! LIVE-5: the connectivity strategy, links that stay broken.

use monscope::core::mon::Rank;
use monscope::core::mon::tracker::Real;

use super::world::{Plan, World};
use super::*;

const CONNECTIVITY: Kind = (Edition::Modern, Strategy::Connectivity);

/// Every way to break some of the links between so many monitors: the links that are broken, and how many each monitor
/// still reaches, itself included.
fn patterns(n: usize) -> impl Iterator<Item = (Vec<(u8, u8)>, Vec<usize>)> {
    let ranks = 0..n as u8;
    let links: Vec<(u8, u8)> = ranks
        .clone()
        .flat_map(|a| ranks.clone().map(move |b| (a, b)))
        .filter(|(a, b)| a < b)
        .collect();
    (0..1_u32 << links.len()).map(move |mask| {
        let broken = |i: usize| mask >> i & 1 == 1;
        let cut: Vec<_> = links
            .iter()
            .enumerate()
            .filter(|(i, _)| broken(*i))
            .map(|(_, link)| *link)
            .collect();
        let ends = |rank: u8| cut.iter().filter(|(a, b)| *a == rank || *b == rank).count();
        let reaches = (0..n as u8).map(|rank| n - ends(rank)).collect();
        (cut, reaches)
    })
}

/// Does a quorum come about among electors alone that lasts for 40 steps?
fn settles(n: usize, cut: &[(u8, u8)]) -> bool {
    let mut world = World::new(Plan {
        monitors: n,
        strategy: Strategy::Connectivity,
        ping_interval: 1,
        half_life: Real::of(5.0),
    });
    for (a, b) in cut {
        world.block(Rank(*a), Rank(*b), true);
        world.block(Rank(*b), Rank(*a), true);
    }
    world.start_all();
    for _ in 0..400 {
        world.step();
    }
    assert!(!world.aborted);
    world.is_quorum_stable(40)
}

/// Where somebody reaches a majority, a quorum settles: so the claim. It holds in all patterns of three and four. Of
/// five there is one shape in which it depends on the ranks: a ring of four with the fifth tied to one of them.
#[test]
fn live_5_electors_alone_settle_round_nearly_any_broken_links() {
    for (n, settled, not) in [(3, 7, 0), (4, 54, 0), (5, 983, 15)] {
        let mut count = [0; 2];
        for (cut, mut reaches) in patterns(n) {
            let settles = settles(n, &cut);
            if !reaches.iter().any(|reached| reached * 2 > n) {
                assert!(!settles, "{cut:?}");
                continue;
            }
            count[usize::from(!settles)] += 1;
            reaches.sort_unstable();
            assert!(
                settles || reaches == [2, 3, 3, 3, 4] && cut.len() == 5,
                "{cut:?}"
            );
        }
        assert_eq!(count, [settled, not], "{n} monitors");
    }
}

/// A cluster that was settled when these links broke at 12 s: its victories after half a minute, and after a minute
/// and a half; and who leads.
fn broken_while_settled(n: usize, cut: &[(u8, u8)]) -> ([u32; 2], Option<(MonId, RankSet)>) {
    let mut scenario = cluster(CONNECTIVITY, n, 1);
    cut_at(&mut scenario, Time::from_ms(12_000), cut);
    let mut player = Player::new(scenario);
    wait(&mut player, Span::from_secs(60));
    let before = player.world().victories();
    wait(&mut player, Span::from_secs(60));
    no_violations(&player);
    ([before, player.world().victories()], led(&player))
}

/// Whole monitors can do less than their electors: who does not reach a majority itself gets no further than probing,
/// and has no vote. Where all reach one, they settle.
#[test]
fn live_5_whole_monitors_settle_where_all_reach_a_majority() {
    for n in 3..=5 {
        for (cut, reaches) in patterns(n) {
            let all = reaches.iter().all(|reached| reached * 2 > n);
            if all {
                let ([before, after], led) = broken_while_settled(n, &cut);
                assert!(
                    before == after && led.is_some(),
                    "{cut:?}: {before} {after} {led:?}"
                );
            }
        }
    }
}

/// The patterns of Ceph's own tests.
#[test]
fn live_5_whole_monitors_settle_in_the_patterns_that_ceph_tests() {
    let from_0 = |to: &[u8]| to.iter().map(|to| (0, *to)).collect::<Vec<_>>();
    let split = vec![(0, 2), (0, 3), (1, 2), (1, 3)];
    // One link; two sites that a fifth sees both; a monitor that reaches nobody, one other, or another one.
    for (cut, members) in [
        (from_0(&[1]), 5),
        (split, 3),
        (from_0(&[1, 2, 3, 4]), 4),
        (from_0(&[2, 3, 4]), 4),
        (from_0(&[1, 2, 3]), 4),
    ] {
        let ([before, after], led) = broken_while_settled(5, &cut);
        let quorum = led.map_or(0, |(_, quorum)| quorum.len());
        assert!(
            before == after && quorum >= members,
            "{cut:?}: {before} {after} {led:?}"
        );
    }
}
