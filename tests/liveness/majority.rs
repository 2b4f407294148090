//! LIVE-2 and 3: some are gone; the rest is a majority, or is none.

use super::*;

/// A settled cluster, at some moment between two leases.
fn settled(kind: Kind, n: usize, dice: &mut Dice, seed: u64) -> Player {
    let mut player = Player::new(cluster(kind, n, seed));
    wait(
        &mut player,
        Span::from_secs(40) + Span::from_ms(dice.below(6_000)),
    );
    assert_eq!(
        led(&player).map(|(_, quorum)| quorum),
        Some(RankSet::below(n))
    );
    player
}

/// So many of all monitors.
fn some(n: usize, count: usize, dice: &mut Dice) -> Vec<MonId> {
    let mut all = ids(n);
    while all.len() > count {
        all.remove(dice.below(all.len() as u64) as usize);
    }
    all
}

/// Takes them away: they die, or all their links are cut.
fn take_away(player: &mut Player, gone: &[MonId], dice: &mut Dice) {
    let all = ids(player.world().monitors().len());
    if dice.once_in(2) {
        act(player, Action::Kill(gone.to_vec()));
        return;
    }
    for from in gone {
        for to in all.iter().filter(|to| *to != from) {
            let (from, to, both, how) = (*from, *to, true, How::Drop);
            act(
                player,
                Action::Cut {
                    from,
                    to,
                    both,
                    how,
                },
            );
        }
    }
}

/// Which timers notice that somebody is gone.
fn notices(event: &Event) -> bool {
    let timer = matches!(
        event.timer,
        Some(Timer::LeaseTimeout | Timer::LeaseAck | Timer::Collect | Timer::Accept)
    );
    event.kind == EventKind::Timer && timer
}

/// LIVE-2. The rest notices in time, and leads itself a probe and a candidate's wait later; 5 s more where a proposal
/// was thrown away, or a vote stands for somebody who is gone.
#[test]
fn live_2_a_majority_soon_has_a_leader() {
    for kind in KINDS {
        let mut noticed = [Span(u64::MAX), Span::ZERO, Span(u64::MAX), Span::ZERO];
        for seed in 0..300 {
            let mut dice = Dice::new(seed);
            let n = 3 + dice.below(5) as usize;
            let mut player = settled(kind, n, &mut dice, seed);
            let most = (n - 1) / 2;
            let gone = some(n, 1 + dice.below(most as u64) as usize, &mut dice);
            let (old, _) = led(&player).expect("it is settled");
            take_away(&mut player, &gone, &mut dice);
            let start = player.now();
            wait(&mut player, Span::from_secs(90));
            let told = format!("{kind:?} seed {seed}: {}", player.document().to_text());
            let stays = |event: &&Event| event.mon.is_some_and(|mon| !gone.contains(&mon));
            let first = since(&player, start)
                .filter(stays)
                .find(|event| notices(event));
            let first = first.unwrap_or_else(|| panic!("nobody noticed: {told}"));
            let after = first.at.since(start);
            let lost_leader = gone.contains(&old);
            // The leader waits from the first lease that is not answered; a peon from the last that it got.
            let (least, longest) = if lost_leader { (7, 10) } else { (10, 13) };
            let (least, longest) = (Span::from_secs(least), Span::from_secs(longest));
            assert!(
                after + MESSAGES >= least && after <= longest + MESSAGES,
                "noticed after {after} s: {told}"
            );
            let seen = if lost_leader { 0 } else { 2 };
            noticed[seen] = noticed[seen].min(after);
            noticed[seen + 1] = noticed[seen + 1].max(after);
            let wins = since(&player, first.at)
                .filter(stays)
                .find(|event| event.kind == EventKind::Victory);
            let won = wins.unwrap_or_else(|| panic!("nobody won: {told}"));
            let wait = PROBE + CANDIDATE + CANDIDATE + MESSAGES;
            assert!(
                won.at.since(first.at) <= wait,
                "won {} s later: {told}",
                won.at.since(first.at)
            );
            let quorum = led(&player).map(|(_, quorum)| quorum.len());
            assert_eq!(quorum, Some(n - gone.len()), "{told}");
            no_violations(&player);
        }
        println!(
            "{kind:?}: a lost leader is noticed after {} to {} s, a peon after {} to {} s",
            noticed[0], noticed[1], noticed[2], noticed[3]
        );
    }
}

/// LIVE-3. Nobody leads; each of the rest probes every 2 s, or starts a round every 5 or 6 s, two epochs higher.
#[test]
fn live_3_without_a_majority_nobody_leads() {
    for kind in KINDS {
        let mut tried = [0_u32; 2];
        for seed in 0..200 {
            let mut dice = Dice::new(seed);
            let n = 2 + dice.below(6) as usize;
            let mut player = settled(kind, n, &mut dice, seed);
            let rest = 1 + dice.below(((n - 1) / 2).max(1) as u64) as usize;
            let gone = some(n, n - rest, &mut dice);
            act(&mut player, Action::Kill(gone));
            wait(&mut player, Span::from_secs(16));
            let start = player.now();
            wait(&mut player, Span::from_secs(60));
            let told = format!("{kind:?} seed {seed}: {}", player.document().to_text());
            assert!(
                since(&player, start).all(|event| event.kind != EventKind::Victory),
                "{told}"
            );
            let world = player.world();
            for m in world.monitors().iter().filter(|m| world.process(m.id).up) {
                let own = || since(&player, start).filter(|event| event.mon == Some(m.id));
                let fired = |timer| {
                    own().filter(move |event| {
                        event.kind == EventKind::Timer && event.timer == Some(timer)
                    })
                };
                let apart = |timer| {
                    let at: Vec<Time> = fired(timer).map(|event| event.at).collect();
                    at.windows(2)
                        .map(|pair| pair[1].since(pair[0]))
                        .collect::<Vec<_>>()
                };
                match m.state {
                    State::Probing => {
                        assert!(
                            apart(Timer::Probe).iter().all(|gap| *gap == PROBE),
                            "{told}"
                        );
                        assert!(fired(Timer::Probe).count() >= 29, "{told}");
                        tried[0] += 1;
                    }
                    State::Electing => {
                        for event in fired(Timer::Election) {
                            assert_eq!(event.epoch, event.epoch_before + 2, "{told}");
                        }
                        // A vote may have put the timer off: 6 s from the latest one.
                        let rounds = since(&player, start)
                            .filter(|event| event.timer == Some(Timer::Election));
                        let at: BTreeSet<Time> = rounds.map(|event| event.at).collect();
                        let at: Vec<Time> = at.into_iter().collect();
                        let gaps = at.windows(2).map(|pair| pair[1].since(pair[0]));
                        assert!(gaps.max() <= Some(DEFERRAL + MESSAGES), "{told}");
                        tried[1] += 1;
                    }
                    other => panic!("{other:?}: {told}"),
                }
            }
            no_violations(&player);
        }
        assert!(
            tried.iter().all(|count| *count > 10),
            "{kind:?}: both are seen: {tried:?}"
        );
    }
}
