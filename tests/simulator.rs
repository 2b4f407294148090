//! The simulated cluster as a whole: it elects, notices deaths, explains itself, and repeats itself to the bit.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/golden.rs"]
mod golden;

use common::scenario;
use monscope::core::mon::{Branch, Kind, MonId, Rank, RankSet, Span, State, Time, Timer};
use monscope::core::play::{Clock, EVENTS_MAX, Met, Player, Wanted};
use monscope::core::scenario::{Action, HealLink, How, read};
use monscope::core::sim::{Event, EventKind};

const A: MonId = MonId(0);
const B: MonId = MonId(1);
const C: MonId = MonId(2);

/// A player of a cluster of `n` that has come to `ms`.
fn player_at(n: usize, seed: u64, ms: u64) -> Player {
    let mut player = Player::new(scenario(n, seed));
    player.advance_to(Time::from_ms(ms));
    player
}

fn ranks(list: &[u8]) -> RankSet {
    list.iter().copied().map(Rank).collect()
}

fn act(player: &mut Player, action: Action) {
    player
        .apply(action)
        .expect("the action names monitors of the cluster");
}

/// A player of a document.
fn play(document: &str) -> Player {
    Player::new(read(document).expect("a document without mistakes"))
}

/// Goes on for this long.
fn wait(player: &mut Player, ms: u64) {
    player.advance_to(player.now() + Span::from_ms(ms));
}

fn state(player: &Player, mon: MonId) -> State {
    player.world().monitor(mon).state
}

fn quorum(player: &Player, mon: MonId) -> RankSet {
    player.world().monitor(mon).quorum
}

fn find(player: &Player, wanted: impl Fn(&Event) -> bool) -> Event {
    *player
        .events()
        .iter()
        .find(|event| wanted(event))
        .expect("the event is in the trace")
}

#[test]
fn rank_0_leads_with_everybody_and_rank_1_after_its_death() {
    let mut player = player_at(5, 21, 12_000);
    assert_eq!(player.world().leader(), Some(A));
    assert_eq!(quorum(&player, A), RankSet::below(5));
    act(&mut player, Action::Kill(vec![A]));
    assert_eq!(player.world().leader(), None, "a dead leader leads nobody");
    // A lease is waited for 10 s, then come probes and the candidate's 5 s.
    wait(&mut player, 28_000);
    assert_eq!(player.world().leader(), Some(B));
    assert_eq!(quorum(&player, B), ranks(&[1, 2, 3, 4]));
    assert!(player.world().violations().is_empty());
}

#[test]
fn a_dead_peon_is_noticed_by_the_leaders_lease_acks() {
    let mut player = player_at(3, 4, 12_000);
    act(&mut player, Action::Kill(vec![C]));
    wait(&mut player, 30_000);
    assert_eq!(player.world().leader(), Some(A));
    assert_eq!(quorum(&player, A), ranks(&[0, 1]));
    let noticed = find(&player, |event| event.timer == Some(Timer::LeaseAck));
    assert_eq!(noticed.mon, Some(A));
    assert_eq!(noticed.branch(), Some(Branch::LeaseAckTimeout));
    let span = noticed.at.since(Time::from_ms(12_000));
    assert!(
        (Span::from_secs(7)..Span::from_secs(13)).contains(&span),
        "{span} s after the death"
    );
}

#[test]
fn a_timer_names_what_it_waited_for_in_vain() {
    let mut player = player_at(3, 4, 12_000);
    act(&mut player, Action::Kill(vec![A]));
    wait(&mut player, 12_000);
    let waited = find(&player, |event| event.timer == Some(Timer::LeaseTimeout));
    let armed_by = waited
        .cause
        .and_then(|id| player.event(id))
        .expect("a timer was armed by something");
    assert_eq!(armed_by.message, Some(Kind::Lease));
    let missing = waited
        .missing
        .and_then(|id| player.event(id))
        .expect("something explains the silence");
    // Either a lease was lost with the leader, and its death explains that, or the death alone is there to name.
    let death = if missing.kind == EventKind::Drop {
        missing.missing.and_then(|id| player.event(id))
    } else {
        Some(missing)
    };
    let death = death.expect("a loss names what explains it");
    assert_eq!(death.kind, EventKind::User);
    assert_eq!(
        player.action(death).map(|scripted| &scripted.action),
        Some(&Action::Kill(vec![A]))
    );
}

#[test]
fn the_majority_leads_and_the_minority_does_not() {
    let mut player = player_at(5, 9, 12_000);
    let groups = vec![vec![A, B], vec![C, MonId(3), MonId(4)]];
    act(
        &mut player,
        Action::Partition {
            groups: groups.clone(),
            how: How::Drop,
        },
    );
    assert_eq!(player.world().partition(), groups);
    wait(&mut player, 40_000);
    assert_eq!(player.world().leader(), Some(C));
    assert_eq!(quorum(&player, C), ranks(&[2, 3, 4]));
    assert!(![A, B].iter().any(|mon| state(&player, *mon).in_quorum()));
    act(&mut player, Action::Heal(None));
    assert!(player.world().partition().is_empty());
    wait(&mut player, 40_000);
    assert_eq!(player.world().leader(), Some(A));
    assert_eq!(quorum(&player, A), RankSet::below(5));
}

#[test]
fn what_a_cut_holds_arrives_in_order_after_the_heal() {
    let mut player = player_at(3, 2, 12_000);
    act(
        &mut player,
        Action::Cut {
            from: A,
            to: C,
            both: false,
            how: How::Drop,
        },
    );
    wait(&mut player, 7_000);
    let held: Vec<u32> = player
        .world()
        .wire()
        .flights()
        .filter(|flight| flight.due.is_none())
        .map(|flight| flight.sent_by.get())
        .collect();
    assert!(held.len() >= 2, "leases wait at the cut: {held:?}");
    let first = player.world().wire().find(Kind::Lease, A, C, 5);
    assert_eq!(
        first.map(|flight| flight.sent_by.get()),
        held.iter().min().copied()
    );
    act(
        &mut player,
        Action::Heal(Some(HealLink {
            from: A,
            to: C,
            both: false,
        })),
    );
    wait(&mut player, 500);
    let arrived: Vec<u32> = player
        .events()
        .iter()
        .filter(|event| {
            event.kind == EventKind::Deliver && event.mon == Some(C) && event.peer == Some(A)
        })
        .filter_map(|event| event.cause.map(|send| send.get()))
        .collect();
    assert!(
        held.iter().all(|send| arrived.contains(send)),
        "nothing is lost"
    );
    assert!(arrived.is_sorted(), "in the order sent");
}

#[test]
fn a_paused_monitor_handles_what_waited_when_it_goes_on() {
    let mut player = player_at(3, 2, 12_000);
    act(&mut player, Action::Pause(vec![C]));
    let before = player.world().monitor(C).clone();
    wait(&mut player, 6_000);
    assert_eq!(
        *player.world().monitor(C),
        before,
        "a stopped process changes nothing"
    );
    act(&mut player, Action::Resume(vec![C]));
    wait(&mut player, 5_000);
    assert_eq!(state(&player, C), State::Peon);
    assert_eq!(
        player.world().victories(),
        1,
        "six seconds are too short to be missed"
    );
}

#[test]
fn quorum_exit_leaves_and_quorum_enter_returns() {
    let mut player = player_at(5, 3, 12_000);
    act(&mut player, Action::QuorumExit(B));
    wait(&mut player, 30_000);
    assert_eq!(quorum(&player, A), ranks(&[0, 2, 3, 4]));
    assert_eq!(state(&player, B), State::Electing);
    assert!(!player.world().monitor(B).elector.participating());
    act(&mut player, Action::QuorumEnter(B));
    wait(&mut player, 30_000);
    assert_eq!(quorum(&player, A), RankSet::below(5));
}

#[test]
fn a_lone_monitor_leads_itself() {
    let player = player_at(1, 1, 1_000);
    assert_eq!(player.world().leader(), Some(A));
    assert!(player.world().has_taken(Branch::Boot10, Some(A)));
    assert_eq!(player.next_at(), None, "and has nothing more to do");
}

#[test]
fn an_emptied_store_is_filled_again() {
    let mut player = player_at(3, 6, 12_000);
    act(&mut player, Action::Wipe(vec![C]));
    wait(&mut player, 30_000);
    let c = player.world().monitor(C);
    assert_eq!((c.state, c.store.joined), (State::Peon, true));
    assert_eq!(
        c.store.paxos.last_committed,
        player.world().monitor(A).store.paxos.last_committed
    );
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let hash = |seed| player_at(5, seed, 60_000).world().hash();
    assert_eq!(hash(42), hash(42));
    assert_ne!(hash(42), hash(43));
}

#[test]
fn eventful_runs_are_the_same_to_the_bit_here_as_in_the_browser() {
    for (player, pinned) in [
        (golden::run(), golden::HASH),
        (golden::run_modern(), golden::HASH_MODERN),
    ] {
        assert!(player.world().violations().is_empty());
        let hash = player.world().hash();
        assert_eq!(hash, pinned, "{hash:#x}");
    }
}

#[test]
fn going_back_and_on_again_changes_nothing() {
    let mut player = Player::new(scenario(5, 8));
    player.advance_to(Time::from_ms(12_000));
    act(&mut player, Action::Kill(vec![A]));
    player.advance_to(Time::from_ms(60_000));
    let (hash, events) = (player.world().hash(), player.events().len());
    for ms in [0, 100, 12_000, 33_333, 59_999, 5] {
        player.seek(Time::from_ms(ms));
        assert_eq!(player.now(), Time::from_ms(ms));
    }
    player.seek(Time::from_ms(60_000));
    assert_eq!(
        (player.world().hash(), player.events().len()),
        (hash, events)
    );
    let replayed = {
        let mut again = Player::new(player.document());
        again.advance_to(Time::from_ms(60_000));
        again.world().hash()
    };
    assert_eq!(
        replayed, hash,
        "the document with what a person did replays to the same bit"
    );
}

#[test]
fn undo_is_as_if_it_had_not_been_done() {
    let mut player = player_at(5, 8, 12_000);
    let hash = player.world().hash();
    act(&mut player, Action::Kill(vec![A]));
    wait(&mut player, 9_000);
    assert!(player.undo());
    assert_eq!(player.now(), Time::from_ms(12_000));
    assert_eq!(player.world().hash(), hash);
    assert!(!player.undo());
    wait(&mut player, 30_000);
    assert_eq!(player.world().leader(), Some(A));
}

#[test]
fn acting_in_the_past_drops_what_people_did_later() {
    let mut player = player_at(3, 8, 12_000);
    act(&mut player, Action::Kill(vec![A]));
    wait(&mut player, 3_000);
    player.seek(Time::from_ms(10_000));
    act(&mut player, Action::Kill(vec![C]));
    wait(&mut player, 30_000);
    assert_eq!(player.document().script.len(), 2);
    assert_eq!(player.world().leader(), Some(A));
}

#[test]
fn an_event_is_looked_at_with_its_values_before_and_after() {
    let player = player_at(3, 8, 12_000);
    let acked = find(&player, |event| event.branch() == Some(Branch::Propose7a));
    let seen = player.look(acked.id).expect("a monitor handled it");
    assert_eq!(seen.before.elector.epoch(), acked.epoch_before);
    assert_eq!(seen.after.elector.epoch(), acked.epoch);
    let step = seen
        .steps
        .iter()
        .find(|step| step.branch == Branch::Propose7a)
        .expect("it is among the steps");
    let me = seen.after.rank.map(|rank| i64::from(rank.0));
    assert_eq!(Some(step.values[0]), me, "the values are those compared");
    let sent = find(&player, |event| event.kind == EventKind::Send);
    assert!(player.look(sent.id).is_none(), "nobody handles a send");
}

#[test]
fn an_action_on_nobody_is_refused_and_changes_nothing() {
    let mut player = player_at(3, 8, 5_000);
    let hash = player.world().hash();
    let refused = player
        .apply(Action::Kill(vec![MonId(7)]))
        .expect_err("there is no such monitor");
    assert_eq!(refused.to_string(), "there is no monitor number 7");
    assert_eq!(
        (player.world().hash(), player.document().script.len()),
        (hash, 1)
    );
}

#[test]
fn the_clock_stretches_time_while_messages_of_an_election_fly() {
    let mut player = Player::new(scenario(3, 1));
    let mut clock = Clock::default();
    clock.play(16_000, &mut player);
    assert_eq!(clock.stretch(), 50, "a flight of 40 ms is shown for 2 s");
    let slow = player.now();
    assert!(
        slow < Time::from_ms(1),
        "{slow} s of virtual time in a frame"
    );
    player.advance_to(Time::from_ms(2_000));
    for _ in 0..60 {
        clock.play(16_000, &mut player);
    }
    assert_eq!(clock.stretch(), 1, "leases never slow it");
    let passed = player.now().since(Time::from_ms(2_000));
    assert!(
        (Span::from_ms(700)..=Span::from_ms(960)).contains(&passed),
        "{passed} s in 0.96 s"
    );
}

#[test]
fn an_expected_outage_is_measured_at_its_own_instant_however_time_goes_on() {
    let document = "monitors 3\nat 0s boot\nat 10s kill 0 1 2\nat 100s boot\n\
        expect at 20s outage <= 16s\nexpect at 60s outage <= 16s";
    let met = |player: &Player| -> Vec<Met> {
        player.score().rows().iter().map(|(_, met)| *met).collect()
    };
    let wanted = [Met::Yes, Met::No];
    for stride_ms in [100, 19_000, 99_000, 101_000] {
        let mut player = play(document);
        for ms in (0..=101_000).step_by(stride_ms) {
            player.advance_to(Time::from_ms(ms));
        }
        player.advance_to(Time::from_ms(101_000));
        assert_eq!(met(&player), wanted, "in strides of {stride_ms} ms");
    }
}

#[test]
fn what_waited_for_a_paused_monitor_is_handled_in_the_order_it_fell_due() {
    let mut player = player_at(3, 2, 12_000);
    act(&mut player, Action::Kill(vec![A, B]));
    // Nothing else is left to happen, so that C's lease timeout of 19 s is set aside at once; probes come before it.
    act(&mut player, Action::Pause(vec![C]));
    wait(&mut player, 1_000);
    act(&mut player, Action::Restart(vec![B]));
    wait(&mut player, 10_000);
    let before = player.events().len();
    act(&mut player, Action::Resume(vec![C]));
    let now = player.now();
    player.advance_to(now);
    let handled: Vec<(EventKind, Option<Timer>)> = player.events()[before..]
        .iter()
        .filter(|event| event.mon == Some(C) && event.kind.is_handled())
        .map(|event| (event.kind, event.timer))
        .collect();
    let probe = (EventKind::Deliver, None);
    assert_eq!(
        handled[..5],
        [
            probe,
            probe,
            probe,
            probe,
            (EventKind::Timer, Some(Timer::LeaseTimeout))
        ],
        "probes of 13, 15, 17 and 19 s, then the timer"
    );
}

#[test]
fn a_new_session_waits_for_nothing_of_the_old_one() {
    let mut player = play(
        "monitors 3\nlatency 1ms..1ms\nat 0s boot\nat 12s latency 0 - 2 40s..40s\n\
        at 20s latency 0 - 2 1ms..1ms\nat 21s restart 2",
    );
    player.advance_to(Time::from_ms(21_000));
    let probe = player
        .world()
        .wire()
        .flights()
        .find(|flight| (flight.message.from, flight.to) == (C, A));
    let due = probe.and_then(|flight| flight.due);
    assert_eq!(
        due,
        Some(Time::from_ms(21_001)),
        "not behind leases that died with the process"
    );
}

#[test]
fn a_vote_counts_although_the_voters_disk_was_emptied_since() {
    let mut player = player_at(3, 6, 12_000);
    act(&mut player, Action::Kill(vec![A]));
    // B becomes a candidate, C acks, and B's timer has yet to fire.
    while player.world().monitor(B).elector.voters().len() < 2 {
        player.step();
    }
    act(&mut player, Action::Wipe(vec![C]));
    wait(&mut player, 6_000);
    assert!(player.world().victories() >= 2);
    assert_eq!(player.world().violations(), []);
}

#[test]
fn a_timer_names_the_message_that_one_who_left_threw_away() {
    let mut player = player_at(3, 3, 12_000);
    act(&mut player, Action::QuorumExit(A));
    wait(&mut player, 10_000);
    // B and C acked A's last proposal; A hears nothing any more.
    for mon in [B, C] {
        let expired = find(&player, |event| {
            event.mon == Some(mon) && event.timer == Some(Timer::Election)
        });
        let missing = expired.missing.and_then(|id| player.event(id));
        assert_eq!(missing.and_then(Event::branch), Some(Branch::Dispatch1));
        assert_eq!(missing.and_then(|event| event.mon), Some(A));
    }
}

#[test]
fn the_clock_does_not_drift() {
    for (speed, slow_down) in [(10, true), (333, true), (7_777, false), (100_000, true)] {
        let mut player = player_at(3, 1, 5_000);
        let mut clock = Clock::default();
        clock.slow_down = slow_down;
        clock.set_speed_milli(speed);
        let mut real_us = 0;
        for frame in 0..3_000 {
            let frame_us = 16_000 + frame % 7 * 211;
            real_us += frame_us;
            clock.play(frame_us, &mut player);
        }
        let wanted = Span(real_us * u64::from(speed) / 1_000);
        assert_eq!(
            player.now().since(Time::from_ms(5_000)),
            wanted,
            "speed {speed}"
        );
    }
}

#[test]
fn a_slow_link_and_no_latency_at_all_keep_time_going() {
    let played = |document| {
        let mut player = play(document);
        player.advance_to(Time::from_ms(7_000));
        let mut clock = Clock::default();
        for _ in 0..600 {
            clock.play(16_000, &mut player);
        }
        player.now().since(Time::from_ms(7_000))
    };
    // Its probes are 30 s on the way; the other links' milliseconds must not stretch all of that.
    let slow = played("monitors 3\nat 0s boot\nat 5s latency 0 - 2 30s..30s\nat 6s restart 2");
    assert!(slow > Span::from_secs(1), "{slow} s in 9.6 s");
    let none = played("monitors 3\nlatency 0ms\nat 0s boot\nat 7s restart 2");
    assert!(none > Span::from_secs(8), "{none} s in 9.6 s");
}

#[test]
fn stepping_in_voids_what_was_expected_from_then_on() {
    let lines = "monitors 3\nseed 5\nexpect by 5s leader 0\nexpect at 12s state 0 leader\nexpect by 30s leader 1\n";
    let mut player = Player::new(read(lines).expect("a scenario"));
    player.advance_to(Time::from_ms(12_000));
    act(&mut player, Action::Kill(vec![A]));
    player.advance_to(Time::from_ms(60_000));
    let met = |player: &Player| {
        player
            .score()
            .rows()
            .iter()
            .map(|(_, met)| *met)
            .collect::<Vec<_>>()
    };
    assert_eq!(met(&player), [Met::Yes, Met::Void, Met::Void]);
    let mut again = Player::new(player.document());
    again.advance_to(Time::from_ms(60_000));
    assert_eq!(
        met(&again),
        met(&player),
        "and so it is in the document that replays it"
    );
}

#[test]
fn at_rest_there_is_no_next_event_of_interest_and_time_stands_still() {
    let mut player = player_at(3, 1, 12_000);
    assert_eq!(player.next_of(Wanted::Election), None);
    assert_eq!(player.now(), Time::from_ms(12_000));
}

#[test]
fn a_pause_that_is_over_still_explains_what_was_missed() {
    let mut player = player_at(3, 4, 12_000);
    act(&mut player, Action::Pause(vec![A]));
    // Until just before the peons give up.
    while player
        .next_at()
        .is_some_and(|at| at < Time::from_ms(19_000))
    {
        player.step();
    }
    let due = player
        .world()
        .monitor(B)
        .armed(Timer::LeaseTimeout)
        .expect("a peon waits")
        .at;
    player.advance_to(Time(due.0 - 1_000));
    act(&mut player, Action::Resume(vec![A]));
    wait(&mut player, 10);
    let waited = find(&player, |event| event.timer == Some(Timer::LeaseTimeout));
    let missing = waited
        .missing
        .and_then(|id| player.event(id))
        .and_then(|event| player.action(event));
    assert_eq!(
        missing.map(|scripted| &scripted.action),
        Some(&Action::Pause(vec![A]))
    );
}

#[test]
fn a_peon_whose_leader_waits_for_a_third_knows_why() {
    let mut player = player_at(3, 4, 100);
    while player.world().victories() == 0 {
        player.step();
    }
    act(&mut player, Action::Pause(vec![C]));
    wait(&mut player, 12_000);
    let waited = find(&player, |event| {
        event.timer == Some(Timer::LeaseTimeout) && event.mon == Some(B)
    });
    let mut why = waited.missing.and_then(|id| player.event(id));
    while let Some(event) = why.filter(|event| event.kind != EventKind::User) {
        why = event.missing.and_then(|id| player.event(id));
    }
    let action = why
        .and_then(|event| player.action(event))
        .map(|scripted| &scripted.action);
    assert_eq!(action, Some(&Action::Pause(vec![C])));
}

/// A monitor that never joined follows whatever map it is shown, as Ceph's does. Two that show it different ones make
/// it probe anew with every reply, and each time it gets more of them. A run ends before that fills the memory.
#[test]
fn a_storm_of_probes_ends_with_the_run() {
    let text = "monitors 3\nmon a features kraken\nlatency 40ms\nat 1s boot d\nat 17s boot e\n";
    let mut player = play(text);
    player.advance_to(Time::from_ms(30_000));
    assert!(player.is_full());
    assert_eq!(player.now(), Time::from_ms(30_000), "time goes on");
    assert!(player.events().len() < EVENTS_MAX as usize + 1_000);
}
