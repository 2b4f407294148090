//! Instants made by hand, for pictures and for tests of the layout.

use monscope::core::frame::{DeedScene, DownScene, FlightScene, MonScene, Scene, TimerScene};
use monscope::core::mon::{Kind, MonId, Rank, RankSet, Span, Time, Timer};
use monscope::core::scenario::{Action, By, StateName};

const NOW: Time = Time(25_482_000);

fn monitor(i: u8, state: StateName, epoch: u32) -> MonScene {
    let letter = if i < 26 { b'a' + i } else { b'A' + i - 26 };
    MonScene {
        id: MonId(i),
        name: char::from(letter).to_string(),
        rank: Some(Rank(i)),
        state,
        epoch,
        electing_me: false,
        acked_me: Vec::new(),
        leader_acked: None,
        leader: None,
        quorum: RankSet::EMPTY,
        participating: true,
        paused: false,
        active: true,
        outside_quorum: 1,
        down: None,
        timer: None,
    }
}

fn timer(timer: Timer, left_ms: u64, length_ms: u64) -> Option<TimerScene> {
    Some(TimerScene {
        timer,
        at: NOW + Span::from_ms(left_ms),
        length: Span::from_ms(length_ms),
    })
}

fn settle(mons: &mut [MonScene], leader: u8, quorum: RankSet, epoch: u32) {
    for m in mons
        .iter_mut()
        .filter(|m| m.rank.is_some_and(|r| quorum.contains(r)))
    {
        let leads = m.id.0 == leader;
        m.state = if leads {
            StateName::Leader
        } else {
            StateName::Peon
        };
        (m.epoch, m.leader, m.quorum) = (epoch, Some(Rank(leader)), quorum);
        m.timer = if leads {
            None
        } else {
            timer(Timer::LeaseTimeout, 7_000, 10_000)
        };
    }
}

fn candidate(m: &mut MonScene, votes: &[u8], epoch: u32) {
    (m.state, m.epoch, m.electing_me) = (StateName::Electing, epoch, true);
    m.acked_me = votes.iter().map(|v| Rank(*v)).collect();
    m.timer = timer(Timer::Election, 4_960, 5_000);
}

fn acked(m: &mut MonScene, whom: u8, epoch: u32) {
    (m.state, m.epoch, m.leader_acked) = (StateName::Electing, epoch, Some(Rank(whom)));
    m.electing_me = false;
    m.timer = timer(Timer::Election, 5_990, 6_000);
}

fn killed(m: &mut MonScene) {
    m.state = StateName::Down;
    m.down = Some(DownScene {
        since: Time::from_ms(12_000),
        killed: true,
    });
}

fn fly(scene: &mut Scene, kind: Kind, from: u8, to: u8, permille: u64, epoch: u32) {
    scene.flights.push(FlightScene {
        id: scene.flights.len() as u32,
        from: MonId(from),
        to: MonId(to),
        kind,
        epoch: Some(epoch),
        sent: Time(NOW.0 - permille * 40),
        due: Some(Time(NOW.0 + (1000 - permille) * 40)),
        held_at: 0,
    });
}

/// The instant of that name with so many monitors.
pub(crate) fn scene(kind: &str, n: u8) -> Scene {
    let mut scene = Scene {
        now: NOW,
        ..Scene::default()
    };
    scene.monitors = (0..n).map(|i| monitor(i, StateName::Probing, 4)).collect();
    match kind {
        "settled" => {
            settle(&mut scene.monitors, 0, RankSet::below(n.into()), 4);
            scene.leader = Some(MonId(0));
        }
        "partition" => partition(&mut scene, n),
        "cut" => cut(&mut scene, n),
        "states" => states(&mut scene),
        _ => election(&mut scene, n),
    }
    scene
}

fn partition(scene: &mut Scene, n: u8) {
    let split = n * 2 / 5;
    settle(
        &mut scene.monitors,
        split,
        (split..n).map(Rank).collect(),
        6,
    );
    candidate(&mut scene.monitors[0], &[0, 1], 5);
    (1..split).for_each(|i| acked(&mut scene.monitors[usize::from(i)], 0, 5));
    scene.groups = vec![
        (0..split).map(MonId).collect(),
        (split..n).map(MonId).collect(),
    ];
    for a in 0..split {
        for b in split..n {
            scene
                .cuts
                .extend([(MonId(a), MonId(b)), (MonId(b), MonId(a))]);
        }
    }
    scene.leader = Some(MonId(split));
}

fn cut(scene: &mut Scene, n: u8) {
    settle(&mut scene.monitors, 0, RankSet::below(n.into()), 4);
    let (a, b, c) = (MonId(0), MonId(1), MonId(2));
    scene.cuts = vec![(a, b), (b, a), (c, a)];
    if n > 3 {
        scene.monitors[3].paused = true;
    }
}

fn states(scene: &mut Scene) {
    let n = scene.monitors.len();
    let all = RankSet::below(n);
    settle(&mut scene.monitors[..n.min(2)], 0, all, 4);
    for (i, m) in scene.monitors.iter_mut().enumerate().skip(2) {
        match i % 7 {
            2 => candidate(m, &[2, 3], 5),
            3 => acked(m, 2, 5),
            4 => m.timer = timer(Timer::Probe, 900, 2_000),
            5 => m.state = StateName::Synchronizing,
            6 => killed(m),
            0 => {
                acked(m, 2, 5);
                m.participating = false;
                m.leader_acked = None;
            }
            _ => m.rank = None,
        }
    }
}

fn election(scene: &mut Scene, n: u8) {
    killed(&mut scene.monitors[0]);
    scene.leaderless_since = Some(Time(NOW.0 - 40_000));
    scene.last_deed = Some(DeedScene {
        at: Time::from_ms(12_000),
        action: Action::Kill(vec![MonId(0)]),
        by: By::User,
        leaderless: Span::from_ms(12_500),
    });
    for i in 1..n {
        candidate(&mut scene.monitors[usize::from(i)], &[i], 9);
    }
    if n >= 5 {
        candidate(&mut scene.monitors[3], &[3], 7);
        acked(&mut scene.monitors[4], 2, 9);
        fly(scene, Kind::Propose, 1, 4, 860, 9);
        fly(scene, Kind::Propose, 1, 2, 480, 9);
        fly(scene, Kind::Propose, 1, 3, 560, 9);
        fly(scene, Kind::Propose, 2, 1, 520, 9);
        fly(scene, Kind::Propose, 2, 3, 780, 9);
        fly(scene, Kind::Ack, 4, 2, 40, 9);
        fly(scene, Kind::Ack, 4, 3, 510, 7);
    }
    if n > 5 {
        candidate(&mut scene.monitors[1], &[1, 2, 4, 6], 9);
        (5..n).for_each(|i| acked(&mut scene.monitors[usize::from(i)], 1, 9));
        for i in 2..n {
            let (far, kind) = (
                u64::from(i) * 137 % 900 + 50,
                if i % 2 == 0 { Kind::Ack } else { Kind::Propose },
            );
            fly(scene, kind, i, 1 + i % 3, far, 9);
            fly(scene, Kind::Propose, i, (i * 7 + 3) % n, 1000 - far, 9);
        }
        scene.flights.retain(|f| f.from != f.to);
    }
}
