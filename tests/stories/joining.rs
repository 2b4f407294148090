//! Whole stories of what changes a cluster: it is founded, monitors join and leave, values are committed, and who was
//! away catches up.

use super::taken::{note_run, tests};
use monscope::core::mon::{Branch, Kind, MonId, State, Time};
use monscope::core::play::{Met, Player};
use monscope::core::scenario;
use monscope::core::sim::{Event, EventKind};

pub(super) const A: MonId = MonId(0);
pub(super) const B: MonId = MonId(1);
pub(super) const C: MonId = MonId(2);
const F: MonId = MonId(3);

/// Plays a document up to `seconds`: no property is broken, nobody aborts, and what it expects by then is met.
pub(super) fn play(document: &str, seconds: u64) -> Player {
    let scenario = match scenario::read(document) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}\n{document}"),
    };
    let mut player = Player::new(scenario);
    advance(&mut player, seconds);
    player
}

pub(super) fn advance(player: &mut Player, seconds: u64) {
    player.advance_to(Time::from_ms(seconds * 1_000));
    note_run(player);
    for (expect, met) in player.score().rows() {
        let line = player.scenario().expect_line(expect);
        let due = expect.when.time() < player.now();
        assert!(*met == Met::Yes || !due, "{line}: {met:?}");
    }
    assert_eq!(player.world().violations(), []);
    let aborted = player
        .events()
        .iter()
        .find(|event| event.kind == EventKind::Abort);
    assert_eq!(aborted, None);
}

/// Does something now, in the words of a document of five monitors.
pub(super) fn act(player: &mut Player, text: &str) {
    let document = format!("monitors 5\nat 0s {text}\n");
    let action = scenario::read(&document).expect("an action").script[0]
        .action
        .clone();
    player.apply(action).expect("its monitor is there");
}

pub(super) fn state(player: &Player, mon: MonId) -> State {
    player.world().monitor(mon).state
}

fn version(player: &Player, mon: MonId) -> u64 {
    player.world().monitor(mon).store.paxos.last_committed
}

fn events<'a>(
    player: &'a Player,
    wanted: impl Fn(&Event) -> bool + 'a,
) -> impl Iterator<Item = &'a Event> {
    player.events().iter().filter(move |event| wanted(event))
}

pub(super) fn took(player: &Player, mon: MonId, branch: Branch) -> bool {
    note_run(player);
    player.world().has_taken(branch, Some(mon))
}

// -- founding

fn a_new_cluster_founds_itself_with_two_elections() {
    let mut player = play("monitors 3\ncluster new\nseed 4\nlatency 20ms..60ms\n", 0);
    assert_eq!(player.world().monitor(A).monmap.epoch, 0);
    advance(&mut player, 20);
    assert_eq!(player.world().leader(), Some(A));
    assert_eq!(player.world().victories(), 2);
    for mon in [A, B, C] {
        let m = player.world().monitor(mon);
        assert_eq!((m.monmap.epoch, m.store.latest_map().epoch), (1, 1));
        assert_eq!(version(&player, mon), 1, "the map is the first version");
        assert!(m.store.joined);
        assert!(took(&player, mon, Branch::MonMonmap));
    }
    assert!(took(&player, A, Branch::CreateInitial));
    let victories: Vec<u32> = events(&player, |event| event.kind == EventKind::Victory)
        .map(|event| event.epoch)
        .collect();
    assert_eq!(victories, [2, 4]);
}

fn nobody_has_joined_before_the_second_election() {
    let mut player = play("monitors 3\ncluster new\nlatency 20ms..60ms\n", 0);
    while player.world().victories() < 2 {
        player.step().expect("an election goes on by itself");
        let joined = player.world().monitors().iter().any(|m| m.has_ever_joined);
        assert!(!joined, "at {} s", player.now());
    }
}

fn a_majority_founds_it_and_the_third_one_joins_later() {
    let document = "monitors 3\ncluster new\nat 0s boot 1 2\nat 30s boot 0\n\
                    expect by 20s leader 1 quorum 1 2\nexpect by 50s leader 0 quorum 0 1 2\n";
    let player = play(document, 60);
    assert!(player.world().monitor(A).store.joined);
    assert!(took(&player, A, Branch::Reply2));
}

fn a_lone_new_monitor_founds_a_cluster_of_itself() {
    let player = play("monitors 1\ncluster new\n", 1);
    let a = player.world().monitor(A);
    assert_eq!(
        (a.state, a.monmap.epoch, a.store.joined),
        (State::Leader, 1, true)
    );
    assert_eq!(
        events(&player, |event| event.kind == EventKind::Write).count(),
        1
    );
}

fn a_seed_map_of_ones_own_may_lack_somebody() {
    let document = "monitors 3\ncluster new\nmon c seed_map 0 c\nat 0s boot 0 1\nat 20s boot 2\n\
                    expect by 40s leader 0 quorum 0 1 2\n";
    let player = play(document, 40);
    assert!(
        took(&player, C, Branch::Reply2),
        "it follows whoever has joined"
    );
}

/// Only the initial members found it; whoever else is there joins what they founded.
fn initial_members_found_it_and_the_others_join() {
    let document = "monitors 4\ncluster new\noption mon_initial_members a,b,c\n\
                    expect by 40s leader 0 quorum 0 1 2 3 monmap_epoch 0 2\n";
    let player = play(document, 41);
    let d = MonId(3);
    assert!(took(&player, d, Branch::InitialMembers) && took(&player, d, Branch::Reply10b));
    let document = "monitors 4\ncluster new\noption mon_initial_members \"a\"\nat 0s boot 1 2 3\nat 30s boot 0\n\
                    expect at 29s leader none state 1 probing state 2 probing state 3 probing\n\
                    expect by 90s leader 0 quorum 0 1 2 3\n";
    let player = play(document, 91);
    assert!(
        took(&player, A, Branch::WinStandalone),
        "it founds it alone"
    );
}

/// A founder that isn't in a seed map stands there without an address, until it answers. One that the founders know by
/// name alone asks to be entered with its address.
fn a_founder_is_expected_by_name() {
    let document = "monitors 2\ncluster new\noption mon_initial_members a,b\nmon a seed_map a\n\
                    expect by 40s leader 0 quorum 0 1 monmap_epoch 0 1\n";
    let player = play(document, 41);
    assert!(took(&player, A, Branch::InitialMembers) && took(&player, A, Branch::Reply4));
    let document = "monitors 3\ncluster new\noption mon_initial_members a,b,c\nmon a seed_map a b\nmon b seed_map a b\n\
                    expect by 40s leader 0 quorum 0 1 2 monmap_epoch 0 2\n";
    let player = play(document, 41);
    assert!(took(&player, C, Branch::Reply10b) && took(&player, A, Branch::RequestJoin2));
}

// -- joining and leaving

fn a_fresh_monitor_joins_by_itself() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 0s boot\nat 10s boot f\n\
                    expect by 30s monmap_epoch 0 2 monmap_epoch f 2 leader 0 quorum 0 1 2 f\n";
    let player = play(document, 30);
    for branch in [Branch::Reply2, Branch::Reply10b, Branch::Boot5c] {
        assert!(took(&player, F, branch), "{}", branch.id());
    }
    assert!(took(&player, A, Branch::RequestJoin2));
    assert!(player.world().monitor(F).store.joined);
    let join = events(&player, |event| event.message == Some(Kind::Join)).next();
    assert_eq!(join.and_then(|event| event.mon), Some(F));
}

fn a_seat_first_and_then_its_daemon() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 0s boot\nat 10s add f\nat 40s boot f\n\
                    expect by 11s monmap_epoch 0 2 monmap_epoch 1 2 monmap_epoch 2 2 state f down\n\
                    expect by 40s leader 0 quorum 0 1 2\nexpect by 60s quorum 0 1 2 f\n";
    let player = play(document, 60);
    assert!(
        !took(&player, F, Branch::Reply10b),
        "it has its seat, so it needn't ask"
    );
}

fn a_newcomer_may_come_first_in_rank() {
    let document = "monitors 3\nmon f addr 9.0.0.1:6789\nat 0s boot\nat 10s boot f\n\
                    expect by 60s leader f monmap_epoch 0 2\n";
    let player = play(document, 60);
    let ranks: Vec<Option<u8>> = [F, A, B, C]
        .map(|mon| player.world().monitor(mon).rank.map(|rank| rank.0))
        .to_vec();
    assert_eq!(ranks, [Some(0), Some(1), Some(2), Some(3)]);
}

fn a_removed_monitor_exits_and_refuses_to_start_again() {
    let document = "monitors 4\nat 0s boot\nat 10s remove 3\nat 40s restart 3\n\
                    expect by 12s state 3 down monmap_epoch 0 2\nexpect by 30s leader 0 quorum 0 1 2\n";
    let player = play(document, 60);
    assert!(took(&player, MonId(3), Branch::Boot5a));
    assert!(took(&player, MonId(3), Branch::Preinit));
    let exits = events(&player, |event| event.kind == EventKind::Exit);
    assert_eq!(exits.count(), 2);
}

fn a_removed_monitor_may_be_made_to_come_back() {
    let document = "monitors 4\noption mon_force_quorum_join true\nat 0s boot\nat 10s remove 3\nat 40s restart 3\n\
                    expect by 12s state 3 down monmap_epoch 0 2\nexpect by 80s quorum 0 1 2 3 monmap_epoch 0 3\n";
    let player = play(document, 81);
    assert!(took(&player, MonId(3), Branch::Reply10b));
    assert!(!took(&player, MonId(3), Branch::Preinit));
}

fn one_who_was_away_when_it_was_removed_learns_it_from_a_reply() {
    let document = "monitors 4\nat 0s boot\nat 10s kill 3\nat 40s remove 3\nat 50s restart 3\n\
                    expect by 45s monmap_epoch 0 2\nexpect by 55s state 3 down\n";
    let player = play(document, 60);
    assert!(took(&player, MonId(3), Branch::Reply2));
    assert!(took(&player, MonId(3), Branch::Boot5a));
    assert!(!took(&player, MonId(3), Branch::Preinit));
}

fn a_leader_may_be_removed() {
    let document = "monitors 4\nat 0s boot\nat 10s remove 0\n\
                    expect by 60s state 0 down leader 1 monmap_epoch 1 2 monmap_epoch 2 2 monmap_epoch 3 2\n";
    let player = play(document, 60);
    assert_eq!(player.world().monitor(B).rank.map(|rank| rank.0), Some(0));
}

/// DISPATCH-2 throws away what comes from a rank beyond the map, whatever map the sender has.
fn an_old_rank_beyond_the_new_map_is_not_heard_until_it_starts_again() {
    let document = "monitors 5\nat 0s boot\nat 10s quorum exit 4\nat 30s remove 0\nat 60s quorum enter 4\n\
                    at 200s restart 4\nexpect at 199s state 4 electing quorum 1 2 3\nexpect by 230s quorum 1 2 3 4\n";
    let player = play(document, 230);
    assert!(took(&player, C, Branch::Dispatch2));
}

fn the_last_monitor_stays() {
    let player = play("monitors 1\nat 1s remove 0\n", 5);
    assert_eq!(player.world().leader(), Some(A));
    assert!(took(&player, A, Branch::RequestRemove1));
}

fn a_joiner_waits_while_there_is_no_quorum() {
    let document = "monitors 3\nat 0s boot\nat 10s kill 1 2\nat 30s boot f\nat 60s restart 1\n\
                    expect at 59s leader none\nexpect by 100s quorum 0 1 f monmap_epoch 0 2\n";
    play(document, 100);
}

fn a_monitor_without_a_required_feature_is_refused_and_exits() {
    let document = "monitors 3\nmon 2 features server-jewel server-kraken server-luminous kraken\n\
                    expect by 30s leader 0 quorum 0 1 state 2 down\n";
    let player = play(document, 30);
    let nak = events(&player, |event| event.message == Some(Kind::Nak)).next();
    assert_eq!(nak.and_then(|event| event.peer), Some(C));
    assert!(took(&player, C, Branch::HandleNak3));
    let naks = events(&player, |event| event.branch() == Some(Branch::HandleNak3));
    assert_eq!(naks.count(), 1);
}

fn a_monitor_without_a_required_connection_feature_probes_for_ever() {
    let document = "monitors 3\nmon 2 features kraken luminous\nexpect at 60s leader 0 quorum 0 1 state 2 probing\n";
    let player = play(document, 60);
    assert!(took(&player, A, Branch::Probe1));
    assert!(took(&player, C, Branch::ProbeMissing));
}

// -- committing

fn a_commit_is_asked_of_anybody() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 10s commit 3\nat 12s commit 2 mon 1\n\
                    expect by 14s last_committed 0 >= 6 last_committed 1 >= 6 last_committed 2 >= 6\n";
    let player = play(document, 20);
    assert!(took(&player, B, Branch::RequestForward));
    let forwards = events(&player, |event| {
        event.kind == EventKind::Deliver && event.message == Some(Kind::Forward)
    });
    assert_eq!(forwards.count(), 1);
    let write = events(&player, |event| event.kind == EventKind::Write)
        .next()
        .expect("a commit is written in a step of its own");
    let queued = write.cause.and_then(|id| player.event(id));
    assert_eq!(queued.and_then(|event| event.message), Some(Kind::Accept));
    assert_eq!(queued.map(|event| event.at), Some(write.at));
    assert_eq!(write.branch(), Some(Branch::CommitFinish1));
}

/// The leader tells the peon of each commit of its, and then the peon forgets that it asked.
fn a_forwarded_command_is_answered() {
    let document =
        "monitors 3\nlatency 20ms..60ms\nat 12s commit 2 mon 1\nat 20s add f\nat 30s remove f\n";
    let player = play(document, 40);
    let routes = events(&player, |event| {
        event.kind == EventKind::Deliver && event.message == Some(Kind::Route)
    });
    assert!(routes.count() >= 2);
    for mon in [A, B, C] {
        let m = player.world().monitor(mon);
        assert_eq!((m.routed.len(), m.under_way.len()), (0, 0), "{mon:?}");
    }
}

/// A leader that dies with a command half done: who forwarded it sends it to the next one. (FINISH-ELECTION-5)
fn a_forwarded_command_outlives_the_leader() {
    for (asked, next) in [("1", B), ("2", B)] {
        let document = format!(
            "monitors 3\nlatency 20ms..60ms\nat 12s commit 3 mon {asked}\nat 12.15s kill 0\n\
             expect at 12.14s never last_committed 1 >= 4\n\
             expect by 40s leader 1 quorum 1 2 last_committed 1 >= 4 last_committed 2 >= 4\n"
        );
        let player = play(&document, 50);
        let asker = if asked == "1" { B } else { C };
        assert!(took(&player, asker, Branch::FinishElection5));
        assert_eq!(player.world().leader(), Some(next));
        assert_eq!(player.world().monitor(asker).routed.len(), 0);
    }
}

/// What a peon hands on to one that leads no more is let go there, and sent again after the election.
fn a_command_that_comes_too_late_is_sent_again() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 12s quorum exit 0\nat 12s commit 2 mon 1\n\
                    expect by 40s leader 1 quorum 1 2 last_committed 1 >= 3 last_committed 2 >= 3\n";
    let player = play(document, 41);
    assert!(took(&player, A, Branch::RequestStray) && took(&player, B, Branch::FinishElection5));
}

/// A leader that loses its quorum starts its own client's command over when there is one again.
fn a_command_of_the_leaders_own_is_tried_again() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 10s partition 0 | 1 | 2\nat 10.1s commit 2\nat 60s heal\n\
                    expect at 59s never last_committed 0 >= 2\n\
                    expect by 90s last_committed 0 >= 3 last_committed 1 >= 3 last_committed 2 >= 3\n";
    let player = play(document, 91);
    assert!(player.world().monitor(A).under_way.is_empty());
}

fn what_is_asked_while_nobody_leads_waits() {
    let document = "monitors 3\nat 0s boot 0\nat 1s commit 2\nat 10s boot 1\n\
                    expect by 30s last_committed 0 >= 3 last_committed 1 >= 3\n";
    let player = play(document, 30);
    assert!(took(&player, A, Branch::RequestWait));
}

fn a_value_that_everybody_accepted_outlives_its_leader() {
    // The accepts are held by the cuts, so that the leader dies before it hears of them.
    let document = "monitors 3\nlatency 20ms..60ms\nat 0s boot\nat 10s cut 1 -> 0\nat 10s cut 2 -> 0\n\
                    at 10.1s commit 1\nat 10.5s kill 0\nat 11s heal\nat 60s restart 0\n\
                    expect at 10.4s last_committed 1 >= 1\nexpect at 10.4s never last_committed 1 >= 2\n\
                    expect by 50s leader 1 last_committed 1 >= 2 last_committed 2 >= 2\n\
                    expect by 90s leader 0 last_committed 0 >= 2\n";
    let player = play(document, 90);
    assert!(took(&player, B, Branch::Collect3));
    assert!(took(&player, B, Branch::HandleLast7Previous));
    assert!(took(&player, C, Branch::HandleCollect9));
    assert_eq!(version(&player, A), 2, "and is committed once");
}

fn a_peon_that_dies_during_a_write_is_noticed_by_the_accept_timer() {
    // With the usual 10 s a peon would give up first: a write stops the leases, and the last one is older.
    let document = "monitors 3\nlatency 20ms..60ms\noption mon_accept_timeout_factor 1\nat 0s boot\n\
                    at 30.1s commit 1\nat 30.11s kill 2\n\
                    expect at 40s never last_committed 0 >= 2\n\
                    expect by 60s leader 0 quorum 0 1 last_committed 0 >= 2 last_committed 1 >= 2\n";
    let player = play(document, 60);
    let noticed = events(&player, |event| {
        event.branch() == Some(Branch::AcceptTimeout)
    })
    .next()
    .expect("the leader waits for all accepts");
    let missing = noticed.missing.and_then(|id| player.event(id));
    assert!(
        missing.is_some_and(|event| matches!(event.kind, EventKind::Drop | EventKind::User)),
        "{missing:?}"
    );
    assert!(
        took(&player, A, Branch::Collect3),
        "its own value comes first"
    );
}

fn a_terminated_process_ends_in_order_and_a_stopped_one_when_it_goes_on() {
    let document = "monitors 3\nat 0s boot\nat 10s pause 1\nat 11s terminate 1 2\nat 20s resume 1\n\
                    expect at 11s state 1 peon state 2 down\nexpect at 20s state 1 down\n";
    let player = play(document, 21);
    assert!(took(&player, B, Branch::Shutdown) && took(&player, C, Branch::Shutdown));
    assert_eq!(
        events(&player, |event| event.kind == EventKind::Exit).count(),
        2
    );
}

// -- catching up

fn who_was_away_for_sixty_commits_copies_them() {
    let document = "monitors 3\nlatency 20ms..60ms\nat 0s boot\nat 10s kill 2\nat 40s commit 60\nat 60s restart 2\n\
                    expect by 62s state 2 synchronizing\n\
                    expect by 90s leader 0 quorum 0 1 2 last_committed 2 >= 61\n";
    let player = play(document, 90);
    assert!(took(&player, C, Branch::Reply8) && !took(&player, C, Branch::Reply7));
    assert!(took(&player, C, Branch::Chunk5));
    let syncs = events(&player, |event| {
        event.kind == EventKind::Deliver && event.message == Some(Kind::Sync)
    });
    assert_eq!(syncs.count(), 4, "a cookie and one chunk, each asked for");
}

fn who_missed_a_few_commits_gets_them_from_the_leader() {
    let document = "monitors 3\nat 0s boot\nat 10s kill 2\nat 40s commit 5\nat 60s restart 2\n\
                    expect by 80s quorum 0 1 2 last_committed 2 >= 6\n";
    let player = play(document, 80);
    assert!(took(&player, A, Branch::HandleLast5));
    assert!(!took(&player, C, Branch::SyncStart));
}

fn a_leader_that_missed_commits_gets_them_from_its_peons() {
    let document = "monitors 3\nat 0s boot\nat 10s kill 0\nat 40s commit 5\nat 60s restart 0\n\
                    expect by 80s leader 0 quorum 0 1 2 last_committed 0 >= 6\n";
    let player = play(document, 80);
    assert!(took(&player, B, Branch::HandleCollect8));
}

const AWAY: &str = "monitors 3\nat 0s boot\nat 10s kill 2\nat 40s commit 1000\nat 100s restart 2\n";

fn who_was_away_for_a_thousand_commits_copies_everything() {
    let player = play(
        &format!("{AWAY}expect by 130s leader 0 quorum 0 1 2 last_committed 2 >= 1000\n"),
        130,
    );
    assert!(took(&player, C, Branch::Reply7));
    assert!(took(&player, C, Branch::SyncStartFull) && took(&player, C, Branch::Chunk4));
    assert!(took(&player, A, Branch::FinishRoundTrim));
    let (a, c) = (player.world().monitor(A), player.world().monitor(C));
    assert_eq!(
        a.store.paxos.maps, c.store.paxos.maps,
        "the map comes with it"
    );
    assert_eq!(
        c.store.sync,
        monscope::core::mon::sync::SyncStore::default()
    );
    assert_eq!(c.store.paxos.first_committed, a.store.paxos.first_committed);
}

/// Goes on until this monitor synchronizes and has its first chunk.
fn until_in_the_middle(player: &mut Player, mon: MonId) {
    while !took(player, mon, Branch::Chunk3) {
        player.step().expect("the story goes on");
        assert!(player.now() < Time::from_ms(130_000));
    }
    assert_eq!(state(player, mon), State::Synchronizing);
}

fn a_crash_in_the_middle_of_a_full_copy_begins_anew() {
    let mut player = play(AWAY, 99);
    until_in_the_middle(&mut player, C);
    assert_eq!(version(&player, C), 0, "what was there is wiped");
    let floor = player.world().monitor(C).store.sync.last_committed_floor;
    assert!(floor >= 1 && player.world().monitor(C).store.sync.in_sync);
    act(&mut player, "kill 2");
    advance(&mut player, 125);
    act(&mut player, "restart 2");
    assert_eq!(player.world().monitor(C).sync_floor, floor);
    advance(&mut player, 160);
    assert_eq!(version(&player, C), version(&player, A));
    assert_eq!(state(&player, C), State::Peon);
    assert!(
        player.world().monitor(C).store.joined,
        "that is kept beside Paxos"
    );
}

fn a_provider_that_falls_silent_is_given_up() {
    let mut player = play(&format!("{AWAY}option mon_sync_timeout 20s\n"), 99);
    until_in_the_middle(&mut player, C);
    let provider = player
        .world()
        .monitor(C)
        .syncing
        .as_ref()
        .map(|sync| sync.provider);
    let provider = provider.and_then(|addr| player.world().owner(addr));
    let provider = provider.expect("it copies from somebody");
    let pause = scenario::Action::Pause(vec![provider]);
    player.apply(pause).expect("it is there");
    advance(&mut player, 200);
    assert!(took(&player, C, Branch::SyncTimeout));
    assert_eq!(
        state(&player, C),
        if provider == A {
            State::Peon
        } else {
            state(&player, C)
        }
    );
    assert!(version(&player, C) >= 1_000, "from the other one");
}

fn versions_on_the_disks_may_differ_from_the_start() {
    let document = "monitors 3\nmon 0 last_committed 2000\nmon 1 last_committed 2000\nmon 2 last_committed 1990\n\
                    expect by 20s leader 0 quorum 0 1 2 last_committed 2 >= 2000\n";
    let player = play(document, 20);
    assert_eq!(player.world().monitor(A).store.paxos.first_committed, 1_500);
}

tests![
    a_new_cluster_founds_itself_with_two_elections,
    nobody_has_joined_before_the_second_election,
    a_majority_founds_it_and_the_third_one_joins_later,
    a_lone_new_monitor_founds_a_cluster_of_itself,
    a_seed_map_of_ones_own_may_lack_somebody,
    initial_members_found_it_and_the_others_join,
    a_founder_is_expected_by_name,
    a_fresh_monitor_joins_by_itself,
    a_seat_first_and_then_its_daemon,
    a_newcomer_may_come_first_in_rank,
    a_removed_monitor_exits_and_refuses_to_start_again,
    a_removed_monitor_may_be_made_to_come_back,
    one_who_was_away_when_it_was_removed_learns_it_from_a_reply,
    a_leader_may_be_removed,
    an_old_rank_beyond_the_new_map_is_not_heard_until_it_starts_again,
    the_last_monitor_stays,
    a_joiner_waits_while_there_is_no_quorum,
    a_monitor_without_a_required_feature_is_refused_and_exits,
    a_monitor_without_a_required_connection_feature_probes_for_ever,
    a_commit_is_asked_of_anybody,
    a_forwarded_command_is_answered,
    a_forwarded_command_outlives_the_leader,
    a_command_that_comes_too_late_is_sent_again,
    a_command_of_the_leaders_own_is_tried_again,
    what_is_asked_while_nobody_leads_waits,
    a_value_that_everybody_accepted_outlives_its_leader,
    a_peon_that_dies_during_a_write_is_noticed_by_the_accept_timer,
    a_terminated_process_ends_in_order_and_a_stopped_one_when_it_goes_on,
    who_was_away_for_sixty_commits_copies_them,
    who_missed_a_few_commits_gets_them_from_the_leader,
    a_leader_that_missed_commits_gets_them_from_its_peons,
    who_was_away_for_a_thousand_commits_copies_everything,
    a_crash_in_the_middle_of_a_full_copy_begins_anew,
    a_provider_that_falls_silent_is_given_up,
    versions_on_the_disks_may_differ_from_the_start,
];
