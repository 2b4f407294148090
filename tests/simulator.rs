//! The simulated cluster as a whole: it elects, notices deaths, and repeats itself to the bit.

use monscope::core::mon::{MonId, Rank, RankSet, State, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{
    Action, Edition, MonSpec, Network, Origin, Scenario, Scripted, Starts, Strategy,
};

fn scenario(n: u8, seed: u64) -> Scenario {
    Scenario {
        title: String::new(),
        monitors: (0..n)
            .map(|i| MonSpec {
                name: char::from(b'a' + i).to_string(),
                addr: format!("10.0.0.{}:6789", i + 1),
                epoch: None,
                capable: true,
                starts: Starts::Up,
            })
            .collect(),
        monmap_epoch: 1,
        fsid: None,
        edition: Edition::Luminous,
        strategy: Strategy::Classic,
        seed,
        network: Network {
            latency: (
                monscope::core::mon::Span::from_ms(20),
                monscope::core::mon::Span::from_ms(60),
            ),
            ..Network::default()
        },
        options: Default::default(),
        script: vec![Scripted {
            at: Time::ZERO,
            action: Action::Boot(vec![]),
            by: Default::default(),
        }],
        notes: vec![],
        expects: vec![],
        asks: vec![],
        loops: vec![],
        origin: Origin::Written,
    }
}

#[test]
fn five_monitors_elect_rank_0_and_its_successor() {
    let mut player = Player::new(scenario(5, 21));
    player.advance_to(Time::from_ms(12_000));
    for e in player.events().iter().take(400) {
        let v = player.event_view(e);
        if v.kind != "send" {
            println!(
                "{:?} {} {:?} {:?} {:?} {:?} {:?}",
                v.at_ms, v.kind, v.mon, v.peer, v.message, v.state, v.path
            );
        }
    }
    assert_eq!(player.world().leader(), Some(MonId(0)));
    player.apply(Action::Kill(vec![MonId(0)])).unwrap();
    player.advance_to(Time::from_ms(40_000));
    println!("{:?}", player.snapshot());
    assert_eq!(player.world().leader(), Some(MonId(1)));
    assert_eq!(
        player.world().monitor(MonId(1)).quorum,
        RankSet::below(5).iter().filter(|r| *r != Rank(0)).collect()
    );
    assert_eq!(player.world().monitor(MonId(0)).state, State::Down);
    assert!(player.world().violations().is_empty());
}
