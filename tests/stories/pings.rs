//! Stories of pings and scores: who is looked after and who is not any more, when ranks move and messages are late.

use super::corners::until;
use super::joining::{A, B, C, act, advance, play as tell, took};
use super::modern::play;
use super::taken::tests;
use monscope::core::mon::{Branch, MonId, State};
use monscope::core::play::Player;

const D: MonId = MonId(3);
/// The first without a seat, of five.
const F: MonId = MonId(5);

/// Did anybody take this branch?
fn anybody(player: &Player, branch: Branch) -> bool {
    player.world().has_taken(branch, None)
}

fn an_answer_that_was_held_up_is_followed_by_a_ping_at_once() {
    let player = play(
        "monitors 3\nat 15s cut 2 -> 1\nat 22s heal\nexpect at 40s quorum 0 1 2\n",
        41,
    );
    assert!(anybody(&player, Branch::B9Again) && anybody(&player, Branch::B9Stale));
}

fn two_dead_ranks_close_up() {
    let player = play(
        "monitors 6\nat 10s kill 3 4\nat 40s remove 3\nexpect by 70s leader 0 quorum 0 1 2 5\n",
        71,
    );
    assert!(took(&player, A, Branch::B9StillDead));
}

/// It is removed while it is stopped; whoever is electing does not probe, so that it does not learn it, either.
fn what_one_who_was_removed_still_answers_is_not_heard() {
    let player = play(
        "monitors 4\nat 20s pause 3\nat 50s remove 3\nat 80s resume 3\n\
         expect at 79s quorum 0 1 2\nexpect at 90s state 3 electing quorum 0 1 2\n",
        91,
    );
    assert!(took(&player, A, Branch::B9Unknown));
}

/// Every monitor says for itself what it requires; rank 1 requires more than rank 2 has, who acks it all the same.
fn one_refuses_whom_the_others_take() {
    let kraken = "required_features server-jewel kraken\n";
    let player = play(
        &format!(
            "monitors 3\nmon 0 {kraken}mon 2 {kraken}mon 1 epoch 10\n\
             mon 2 features server-jewel server-kraken kraken luminous\nat 0s boot 0 2\nat 20s boot 1\n\
             at 60s kill 0\nat 110s restart 0 2\nexpect at 59s leader 0 quorum 0 1 2\n\
             expect at 109s leader none\nexpect by 130s state 2 down\n"
        ),
        131,
    );
    assert!(took(&player, B, Branch::B5Con), "its ack does not count");
    assert!(took(&player, B, Branch::B3Con), "its proposal is refused");
}

/// Its disk was emptied, and it follows whoever has joined: first one whose map is out of date, as that one left the
/// quorum before a rank was removed. Whom it meant to ping by that map is, by the new one, itself, and a rank too many.
fn one_who_followed_an_old_map_pings_itself_and_nobody() {
    let player = tell(
        "edition modern\nmonitors 5\nlatency 40ms\nat 0s boot\nat 25s boot f\nat 36s boot g\nat 60s quorum exit 4\n\
         at 70s remove 2\n\
         at 97s wipe f\nat 112s quorum enter 4\n",
        150,
    );
    for branch in [Branch::D2Own, Branch::B9Gone] {
        assert!(took(&player, F, branch), "{}", branch.id());
    }
}

/// It follows, and its seat is taken before its first lease comes: it has no rank, and still counts the silent.
fn one_without_a_rank_publishes_no_report() {
    let mut player = play("monitors 3\nat 10s boot d\n", 10);
    until(&mut player, D, |d| {
        d.state == State::Peon && !d.has_ever_joined
    });
    act(&mut player, "partition 3 | 0 1 2");
    advance(&mut player, 50);
    act(&mut player, "remove 3");
    advance(&mut player, 80);
    act(&mut player, "heal");
    advance(&mut player, 120);
    assert!(took(&player, D, Branch::D2Unranked));
    assert!(
        player.world().monitor(D).state.in_quorum(),
        "it asks for a seat again"
    );
}

fn an_emptied_disk_has_scores_of_nobody() {
    let player = play(
        "monitors 4\nat 4s boot e\nat 12s boot f\nat 16s wipe 2\n",
        60,
    );
    assert!(anybody(&player, Branch::D3Create));
}

/// What was on its way when a rank was removed still counts the old ranks, and is merged and stored.
fn scores_of_another_map_are_forgotten_at_the_start() {
    let player = tell(
        "edition modern\nmonitors 6\nlatency 400ms\nat 40s remove 1\nat 70s restart 2\n\
         expect by 120s quorum 0 2 3 4 5\n",
        121,
    );
    assert!(took(&player, C, Branch::D5Load) && took(&player, C, Branch::D5Dirty));
    assert!(took(&player, C, Branch::D5Reset));
}

/// It has no report of its own yet, and answers a ping.
fn one_that_starts_with_an_empty_disk_sends_an_empty_report() {
    let player = play(
        "monitors 3\nat 10s boot f\nat 40s wipe f\nexpect by 80s quorum 0 1 2 f\n",
        81,
    );
    assert!(took(&player, D, Branch::D5Empty));
}

/// A ping was under way when ranks moved up: its answer is measured by what was sent to the one who had that rank.
fn when_ranks_move_an_answer_is_taken_for_anothers() {
    let player = tell(
        "edition modern\nmonitors 6\nlatency 40ms\nstrategy connectivity\nmon c capable false\n\
         at 0s boot\nat 5s boot g\nat 28.57s boot h\nat 40s remove 1\n",
        60,
    );
    assert!(took(&player, A, Branch::B9Late));
}

tests![
    an_answer_that_was_held_up_is_followed_by_a_ping_at_once,
    two_dead_ranks_close_up,
    what_one_who_was_removed_still_answers_is_not_heard,
    one_refuses_whom_the_others_take,
    one_who_followed_an_old_map_pings_itself_and_nobody,
    one_without_a_rank_publishes_no_report,
    an_emptied_disk_has_scores_of_nobody,
    scores_of_another_map_are_forgotten_at_the_start,
    one_that_starts_with_an_empty_disk_sends_an_empty_report,
    when_ranks_move_an_answer_is_taken_for_anothers,
];
