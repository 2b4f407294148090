//! Stories that lead into the corners of the specification: what must come together until a branch is taken that
//! clusters seldom come to.

use super::joining::{A, B, C, act, advance, play, took};
use super::taken::tests;
use monscope::core::mon::paxos::Phase;
use monscope::core::mon::{Branch, MonId, Monitor, Span, State, Time, Timer};
use monscope::core::play::Player;

const D: MonId = MonId(3);

/// Goes on, step by step, until something holds of a monitor.
pub(super) fn until(player: &mut Player, mon: MonId, holds: impl Fn(&Monitor) -> bool) {
    let latest = player.now() + Span::from_secs(300);
    while !holds(player.world().monitor(mon)) {
        player.step().expect("the story goes on");
        assert!(player.now() < latest, "it never comes to that");
    }
}

/// These are a quorum, and have the versions up to `last`.
fn assert_settled(player: &Player, quorum: &[MonId], last: u64) {
    for mon in quorum {
        let m = player.world().monitor(*mon);
        assert!(m.state.in_quorum(), "{:?} {:?}", mon, m.state);
        assert_eq!(m.quorum.len(), quorum.len());
        assert!(m.store.paxos.last_committed >= last, "{mon:?}");
    }
}

/// Goes on to a moment shortly before a timer fires.
fn until_before(player: &mut Player, mon: MonId, timer: Timer, before: Span) {
    let armed = player.world().monitor(mon).armed(timer);
    let fires = armed.expect("the timer runs").at;
    player.advance_to(Time(fires.0 - before.0));
}

// -- elections

fn a_monitor_without_the_capability_stays_outside() {
    let document =
        "monitors 3\nmon 2 capable false\nexpect at 30s leader 0 quorum 0 1 state 2 electing\n";
    let player = play(document, 31);
    assert!(took(&player, A, Branch::Gate2));
}

/// It acks, starts again, and probes while the victory passes: what comes next is of an epoch it knows nothing of.
fn a_voter_that_started_again_hears_of_its_victory_by_a_collect() {
    let document = "monitors 3\nlatency 40ms\nat 0s boot 0 2\nexpect by 20s leader 0 quorum 0 2\n";
    let mut player = play(document, 0);
    until(&mut player, A, |a| a.elector.voters().len() == 2);
    until_before(&mut player, A, Timer::Election, Span::from_ms(10));
    act(&mut player, "restart 2");
    advance(&mut player, 20);
    assert!(took(&player, C, Branch::Gate3), "the victory is swallowed");
    assert!(took(&player, C, Branch::PaxosGate1));
}

// -- Paxos

fn a_leader_that_was_stopped_completes_its_write_before_it_follows() {
    let mut player = play("monitors 3\nlatency 40ms\nat 20s commit 1\n", 19);
    until(&mut player, A, |a| a.paxos.phase == Phase::Updating);
    act(&mut player, "pause 0");
    advance(&mut player, 60);
    act(&mut player, "resume 0");
    advance(&mut player, 90);
    assert!(took(&player, A, Branch::MonWaitWrite));
    for mon in [A, B, C] {
        let last = player.world().monitor(mon).store.paxos.last_committed;
        assert_eq!(last, 2, "committed once");
    }
}

fn leases_that_were_held_up_are_acked_together() {
    let document = "monitors 3\nlatency 40ms\nat 0s latency 0 - 1 5ms\nat 11s partition 0 | 1 2\nat 18s heal\n\
                    expect at 30s elections == 1 from 0s to 30s\n";
    let player = play(document, 31);
    assert!(took(&player, A, Branch::HandleLeaseAck3));
}

/// One who is far behind is drawn in by a stale answer, before those answer who could say how far: most of the cluster
/// has gone on without rank 1, which has not noticed yet, and whose versions are not trimmed. As long as 1 is the first
/// to answer it goes on like that.
fn drawn_in_by_a_stale_answer(behind: u8, others: [u8; 3]) -> Player {
    let [x, y, z] = others;
    let document = format!(
        "monitors 5\nlatency 20ms\noption paxos_min 4\noption paxos_trim_min 3\noption paxos_trim_max 50\n\
         at 0s latency 1 - {behind} 1ms\nat 0s boot\nat 20s kill {behind}\n\
         at 60s cut 1 - {x}\nat 60s cut 1 - {y}\nat 60s cut 1 - {z}\nat 60.1s quorum enter {x}\n\
         at 65.5s commit 12\nat 66.8s restart {behind}\nat 80s heal\n\
         at 90s latency 1 - {behind} 200ms\n\
         expect by 150s quorum 0 1 2 3 4 last_committed {behind} >= 13\n"
    );
    play(&document, 151)
}

fn a_peon_drawn_in_by_a_stale_answer_lacks_what_its_leader_has_trimmed() {
    let player = drawn_in_by_a_stale_answer(2, [0, 3, 4]);
    assert!(took(&player, C, Branch::HandleCollect4));
    assert!(
        took(&player, C, Branch::Reply7),
        "it copies everything in the end"
    );
}

fn a_leader_drawn_in_by_a_stale_answer_lacks_what_its_peons_have_trimmed() {
    let player = drawn_in_by_a_stale_answer(0, [2, 3, 4]);
    assert!(took(&player, A, Branch::HandleLast3));
    assert!(took(&player, A, Branch::Reply7));
}

/// The leader is behind, and takes over from a peon that it may forget what another one needs. That one got in by the
/// answer of a leader that had not yet collected.
fn a_leader_that_catches_up_has_nothing_left_for_one_further_behind() {
    let document = "monitors 5\nlatency 40ms\noption paxos_max_join_drift 2000\n\
                    mon 0 last_committed 700\nmon 1 last_committed 1200\nmon 2 last_committed 5\n\
                    mon 3 last_committed 1200\nmon 4 last_committed 1200\n\
                    at 0s latency 0 - 2 1ms\nat 0s boot 0 1 3\n";
    let mut player = play(document, 0);
    until(&mut player, A, |a| a.elector.voters().len() == 3);
    until_before(&mut player, A, Timer::Election, Span(500));
    act(&mut player, "boot 2");
    advance(&mut player, 90);
    assert!(took(&player, A, Branch::HandleLast5Gap));
    assert_settled(&player, &[A, B, C, D], 1_200);
}

/// The disk of rank 0 was emptied, so it draws numbers that were drawn before: an answer to its first collect passes
/// for one to its second, and the leases go out before everybody has caught up.
fn a_number_that_was_drawn_before_counts_an_answer_twice() {
    let document = "monitors 6\nseed 134\nlatency 40ms\nat 2s kill 1\nat 27s commit 1 mon 4\nat 49s kill 2\n\
                    at 66s commit 1 mon 5\nat 78s quorum exit 3\nat 117s kill 5\nat 117s restart 2\n\
                    at 127s wipe 0\nat 128s restart 1\nexpect by 170s leader 0 quorum 0 1 2 4\n";
    let player = play(document, 171);
    assert!(took(&player, A, Branch::HandleLast6));
    assert!(
        took(&player, B, Branch::HandleLease1),
        "it is not so far yet"
    );
}

// -- copies

fn a_monitor_that_copies_hears_no_lease() {
    let document = "monitors 3\nlatency 40ms\noption mon_sync_max_payload_size 4096\nat 10s commit 60\nat 60s wipe 2\n\
                    expect by 100s quorum 0 1 2 last_committed 2 >= 61\n";
    let player = play(document, 101);
    assert!(took(&player, C, Branch::PaxosGate5));
}

fn what_comes_next_is_trimmed_while_it_is_copied() {
    let document = "monitors 3\nlatency 20ms\noption mon_sync_max_payload_size 4096\noption paxos_max_join_drift 2\n\
                    option paxos_min 20\noption paxos_trim_min 5\noption paxos_trim_max 50\n\
                    at 0s boot\nat 0s latency 0 - 2 400ms\nat 0s latency 1 - 2 400ms\nat 20s kill 2\n\
                    at 60s commit 20\nat 70s restart 2\n";
    let mut player = play(document, 70);
    until(&mut player, C, |c| c.state == State::Synchronizing);
    act(&mut player, "commit 60");
    advance(&mut player, 201);
    let provider = [A, B]
        .into_iter()
        .find(|mon| took(&player, *mon, Branch::GetChunk2));
    assert!(provider.is_some() && took(&player, C, Branch::NoCookie));
    assert_settled(&player, &[A, B, C], 81);
}

/// Three have 600 versions, rank 3 has 500 and rank 2 three; what 3 says, 2 hears first.
fn two_that_copy(more: &str) -> Player {
    let document = format!(
        "monitors 5\nlatency 40ms\noption mon_sync_max_payload_size 4096\n\
         mon 0 last_committed 600\nmon 1 last_committed 600\nmon 2 last_committed 3\nmon 3 last_committed 500\n\
         mon 4 last_committed 600\nat 0s latency 2 - 3 1ms\nat 0s boot 0 1 4\n{more}\n\
         expect by 150s quorum 0 1 2 3 4 last_committed 2 >= 600 last_committed 3 >= 600\n"
    );
    play(&document, 151)
}

fn one_that_copies_provides_nobody() {
    let player = two_that_copy("at 20s boot 3\nat 22s boot 2");
    assert!(took(&player, D, Branch::GetCookie1));
    assert!(took(&player, C, Branch::NoCookie));
}

fn a_provider_that_starts_to_copy_forgets_its_cookies() {
    let player = two_that_copy("at 20s boot 2 3");
    assert!(took(&player, D, Branch::GetCookie3) && took(&player, D, Branch::SyncStart));
    assert!(took(&player, D, Branch::GetChunk1));
}

/// What the provider sends is held back until the one who asked has given up.
fn held_back(asked: impl Fn(&Monitor) -> bool) -> Player {
    let document = "monitors 3\nlatency 40ms\noption mon_sync_timeout 20s\noption mon_sync_max_payload_size 4096\n\
                    at 0s boot\nat 10s kill 2\nat 40s commit 30\nat 60s restart 2\n";
    let mut player = play(document, 60);
    until(&mut player, C, asked);
    let provider = player
        .world()
        .monitor(C)
        .syncing
        .as_ref()
        .map(|sync| sync.provider);
    let provider = provider.and_then(|addr| player.world().owner(addr));
    let provider = provider.expect("it copies from somebody").0;
    act(&mut player, &format!("cut {provider} -> 2"));
    advance(&mut player, 90);
    assert!(took(&player, C, Branch::SyncTimeout));
    act(&mut player, "heal");
    advance(&mut player, 151);
    assert_settled(&player, &[A, B, C], 31);
    player
}

fn a_cookie_that_comes_too_late_is_not_taken() {
    let player = held_back(|c| c.syncing.is_some());
    assert!(took(&player, C, Branch::Cookie1));
}

fn a_chunk_that_comes_too_late_is_not_taken() {
    let player = held_back(|c| c.syncing.as_ref().is_some_and(|sync| sync.cookie.is_some()));
    assert!(took(&player, C, Branch::Chunk1));
}

/// After a full copy a monitor remembers how far it was before, and heeds nobody who is not so far.
fn one_who_copied_everything_heeds_nobody_behind_where_it_was() {
    let document = "monitors 5\nlatency 40ms\nmon 0 last_committed 2000\nmon 1 last_committed 2000\n\
                    mon 2 last_committed 500\nmon 3 last_committed 3\nmon 4 last_committed 2000\n\
                    at 0s latency 2 - 3 1ms\nat 0s cut 3 - 0\n\
                    at 0s cut 3 - 1\nat 0s cut 3 - 4\nat 0s boot 0 1 3 4\nat 20s boot 2\n\
                    expect by 60s quorum 0 1 2 4 state 3 probing last_committed 2 >= 2000\n";
    let player = play(document, 61);
    assert!(took(&player, C, Branch::SyncStartFull) && took(&player, C, Branch::Reply6));
}

tests![
    a_monitor_without_the_capability_stays_outside,
    a_voter_that_started_again_hears_of_its_victory_by_a_collect,
    a_leader_that_was_stopped_completes_its_write_before_it_follows,
    leases_that_were_held_up_are_acked_together,
    a_peon_drawn_in_by_a_stale_answer_lacks_what_its_leader_has_trimmed,
    a_leader_drawn_in_by_a_stale_answer_lacks_what_its_peons_have_trimmed,
    a_leader_that_catches_up_has_nothing_left_for_one_further_behind,
    a_number_that_was_drawn_before_counts_an_answer_twice,
    a_monitor_that_copies_hears_no_lease,
    what_comes_next_is_trimmed_while_it_is_copied,
    one_that_copies_provides_nobody,
    a_provider_that_starts_to_copy_forgets_its_cookies,
    a_cookie_that_comes_too_late_is_not_taken,
    a_chunk_that_comes_too_late_is_not_taken,
    one_who_copied_everything_heeds_nobody_behind_where_it_was,
];
