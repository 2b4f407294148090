//! Single steps of probing and synchronising, with the exact effects they have: the corners that no story comes to.

use std::sync::Arc;

use super::bench::*;
use super::taken::tests;
use monscope::core::mon::effect::Effect;
use monscope::core::mon::feature::Release;
use monscope::core::mon::message::{Body, ElectionOp, Features, PaxosOp, Probe, ProbeOp};
use monscope::core::mon::monitor::Store;
use monscope::core::mon::monmap::{Addr, MonMap, Name};
use monscope::core::mon::paxos::PaxosStore;
use monscope::core::mon::sync::{Cookie, Extent, SyncOp, SyncStore};
use monscope::core::mon::{Branch, Input, Kind, Options, Rank, State, Time, Timer};

/// What was said about copies.
fn syncs(done: &Done) -> Vec<&SyncOp> {
    let ops = done.effects.iter().filter_map(|effect| match effect {
        Effect::Send {
            body: Body::Sync(op),
            ..
        } => Some(op),
        _ => None,
    });
    ops.collect()
}

/// A store of one that was just made, with this seed map.
fn fresh(map: MonMap) -> Store {
    Store {
        election_epoch: 0,
        joined: false,
        monmap: Arc::new(map),
        paxos: PaxosStore::default(),
        sync: SyncStore::default(),
        scores: None,
    }
}

// -- probing

fn a_seed_map_learns_a_name_that_it_lacks() {
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], 0));
    map.members[1].name = Name(Name::PLACEHOLDERS + 1);
    let mut bench = Bench::new(0, fresh(map.clone()));
    let newcomer = Told {
        first: 0,
        last: 0,
        joined: false,
        ..TOLD
    };
    let done = bench.replies(1, newcomer.clone());
    assert!(
        done.took(Branch::Reply3) && done.took(Branch::Reply11c),
        "and the peer counts at once"
    );
    assert_eq!(bench.mon.monmap.members[1].name, Name(1));
    // Learnt in an election, it is started over with.
    let mut bench = Bench::new(0, fresh(map));
    bench.replies(2, newcomer.clone());
    assert_eq!(bench.mon.state, State::Electing);
    bench.replies(1, newcomer);
    assert_eq!(bench.mon.state, State::Probing);
}

fn a_seed_map_learns_an_address_that_it_lacks() {
    let mut map = MonMap::clone(&map_of(&[0, 1, 2], 0));
    map.members[2].addr = Addr::BLANK;
    map.sort(Default::default());
    assert_eq!(
        map.rank_of_addr(Addr(0)),
        Some(Rank(1)),
        "an unknown address comes first"
    );
    let mut bench = Bench::new(0, fresh(map));
    let done = bench.replies(
        2,
        Told {
            first: 0,
            last: 0,
            joined: false,
            ..TOLD
        },
    );
    assert!(done.took(Branch::Reply4) && done.took(Branch::Boot5c));
    assert_eq!(bench.mon.monmap, map_of(&[0, 1, 2], 0));
    assert_eq!(done.sent(), [(1, Kind::Probe), (2, Kind::Probe)]);
}

fn who_never_joined_follows_any_map_of_one_who_has_and_nobody_elses() {
    let mut bench = Bench::new(3, fresh(MonMap::clone(&map_of(&[0, 1, 2], 0))));
    let other = Some(map_of(&[0, 1, 2, 3], 7));
    let done = bench.replies(
        1,
        Told {
            map: other.clone(),
            joined: false,
            ..TOLD
        },
    );
    assert!(!done.took(Branch::Reply2));
    let done = bench.replies(1, Told { map: other, ..TOLD });
    assert!(done.took(Branch::Reply2) && done.effects.contains(&Effect::DropSessions));
    assert_eq!((bench.mon.rank, bench.mon.monmap.epoch), (Some(Rank(3)), 7));
    assert_eq!(bench.mon.store.monmap.epoch, 0, "in memory only");
    let older = Some(map_of(&[0, 1, 3], 6));
    assert!(
        bench
            .replies(1, Told { map: older, ..TOLD })
            .took(Branch::Reply2)
    );
}

fn how_far_behind_a_monitor_must_be_to_copy() {
    let behind = |mine: u64, told: Told| {
        let mut bench = Bench::new(2, joined(3, mine));
        bench.replies(0, told)
    };
    let within = behind(5, Told { last: 15, ..TOLD });
    assert!(within.took(Branch::Reply11c));
    let recent = behind(5, Told { last: 16, ..TOLD });
    assert!(recent.took(Branch::Reply8) && !recent.took(Branch::SyncStartFull));
    assert!(recent.effects.contains(&Effect::Cancel(Timer::Probe)));
    let get = SyncOp::GetCookie {
        extent: Extent::Recent,
        last_committed: 5,
    };
    assert_eq!(syncs(&recent), [&get]);
    let full = behind(
        5,
        Told {
            first: 6,
            last: 9,
            ..TOLD
        },
    );
    assert!(full.took(Branch::Reply7) && full.took(Branch::SyncStartFull));
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    assert_eq!(syncs(&full), [&get]);
    // A peer that is behind the floor of an earlier copy decides nothing.
    let mut store = joined(3, 0);
    store.sync = SyncStore {
        in_sync: true,
        last_committed_floor: 50,
    };
    let mut bench = Bench::new(2, store);
    let done = bench.replies(
        0,
        Told {
            first: 6,
            last: 40,
            ..TOLD
        },
    );
    assert!(done.took(Branch::Reply6) && done.took(Branch::Reply11c));
}

fn a_probe_that_names_a_version_beyond_mine_sends_one_in_a_quorum_back() {
    let ahead = ProbeOp::Probe { first_committed: 9 };
    let mut bench = leading();
    let done = bench.probes(1, ahead.clone(), true);
    assert!(done.took(Branch::Probe3) && !done.took(Branch::Probe4));
    assert_eq!(bench.mon.state, State::Probing);
    assert!(
        bench.probes(1, ahead, true).took(Branch::Probe4),
        "one that probes answers it"
    );
    let done = bench.probes(3, ProbeOp::Probe { first_committed: 0 }, false);
    assert!(done.took(Branch::Probe5) && bench.mon.extra_probe_peers.iter().eq([Addr(3)]));
    let done = bench.hear_from(
        3,
        None,
        1,
        Body::Probe(Probe {
            fsid: 1,
            name: Name(3),
            has_ever_joined: false,
            release: Release::LUMINOUS,
            op: ProbeOp::Probe { first_committed: 0 },
        }),
    );
    assert!(done.took(Branch::Probe1));
    let done = bench.hear(
        3,
        Body::Probe(Probe {
            fsid: 2,
            name: Name(3),
            has_ever_joined: false,
            release: Release::LUMINOUS,
            op: ProbeOp::MissingFeatures,
        }),
    );
    assert!(done.took(Branch::ProbeFsid));
    assert!(
        bench
            .probes(1, ProbeOp::MissingFeatures, true)
            .took(Branch::ProbeMissing)
    );
}

fn one_whose_address_goes_by_another_name_asks_to_be_entered_anew() {
    let mut store = joined(3, 1);
    let mut map = MonMap::clone(&store.monmap);
    map.members[2].name = Name(9);
    store.monmap = Arc::new(map);
    store.joined = false;
    store.paxos = PaxosStore::default();
    let mut bench = Bench::new(2, store);
    assert_eq!(bench.mon.rank, Some(Rank(2)));
    let asked = bench.replies(
        0,
        Told {
            quorum: &[0, 1],
            ..TOLD
        },
    );
    assert!(asked.took(Branch::Reply10b) && asked.sent() == [(0, Kind::Join)]);
    bench.step(Input::QuorumEnter);
    let claim = ElectionOp::Victory {
        quorum: set(&[0, 1, 2]),
        quorum_features: Features::ALL.con,
        commands: true,
    };
    let epoch = bench.mon.elector.epoch() + 1;
    let followed = bench.elects(0, claim, epoch);
    assert!(followed.took(Branch::FinishElection7));
    assert_eq!(followed.sent().last(), Some(&(0, Kind::Join)));
}

// -- synchronising

/// A monitor of rank 2 that copies from rank 0.
fn copying(extent: Extent) -> Bench {
    let mut bench = Bench::new(2, joined(3, 5));
    let first = if extent == Extent::Full { 300 } else { 1 };
    bench.replies(
        0,
        Told {
            first,
            last: 900,
            ..TOLD
        },
    );
    assert_eq!(bench.mon.state, State::Synchronizing);
    bench
}

/// A provider of rank 0 with versions 300 to 900 and a new map, in room for two versions a chunk.
fn provider() -> Bench {
    let mut store = joined(3, 900);
    store.paxos.first_committed = 300;
    store.paxos.last_pn = 700;
    store.paxos.accepted_pn = 701;
    store.paxos.maps.push((400, map_of(&[0, 1, 2], 2)));
    let options = Options {
        mon_sync_max_payload_size: 300 * 4_096,
        ..Options::default()
    };
    Bench::with(0, store, options)
}

fn sync(bench: &mut Bench, from: u8, op: SyncOp) -> Done {
    bench.hear(from, Body::Sync(op))
}

fn a_full_copy_from_cookie_to_last_chunk() {
    let (mut from, mut to) = (provider(), copying(Extent::Full));
    assert_eq!(to.mon.store.paxos, PaxosStore::default());
    assert_eq!(
        to.mon.store.sync,
        SyncStore {
            in_sync: true,
            last_committed_floor: 5
        }
    );
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    let given = sync(&mut from, 2, get);
    let cookie = Cookie(1);
    assert_eq!(
        syncs(&given),
        [&SyncOp::Cookie(cookie)],
        "epoch 0, the first one"
    );
    let mut ask = sync(&mut to, 0, SyncOp::Cookie(cookie));
    assert!(sync(&mut to, 0, SyncOp::Cookie(Cookie(9))).took(Branch::Cookie1));
    assert!(sync(&mut to, 1, SyncOp::Cookie(Cookie(9))).took(Branch::Cookie1));
    let mut chunks = 0;
    loop {
        assert_eq!(syncs(&ask), [&SyncOp::GetChunk(cookie)]);
        let sent = sync(&mut from, 2, SyncOp::GetChunk(cookie));
        chunks += 1;
        let chunk = syncs(&sent)[0].clone();
        assert!(
            sync(&mut to, 1, chunk.clone()).took(Branch::Chunk1),
            "it is not theirs"
        );
        ask = sync(&mut to, 0, chunk);
        if ask.took(Branch::Chunk5) {
            break;
        }
        assert_eq!(
            to.mon.store.paxos.last_committed, 0,
            "nothing is used before the end"
        );
    }
    assert_eq!(chunks, 3, "601 versions at 300 a chunk");
    assert_eq!(
        to.mon.store.paxos, from.mon.store.paxos,
        "proposal numbers and all"
    );
    assert_eq!(
        (to.mon.store.sync, to.mon.sync_floor),
        (SyncStore::default(), 5)
    );
    assert_eq!((to.mon.state, to.mon.monmap.epoch), (State::Probing, 2));
    let again = sync(&mut from, 2, SyncOp::GetChunk(cookie));
    assert_eq!(syncs(&again), [&SyncOp::NoCookie], "the last chunk ends it");
}

fn a_recent_copy_is_used_chunk_by_chunk() {
    let (mut from, mut to) = (provider(), copying(Extent::Recent));
    from.mon.store.paxos.first_committed = 1;
    let given = sync(
        &mut from,
        2,
        SyncOp::GetCookie {
            extent: Extent::Recent,
            last_committed: 5,
        },
    );
    sync(&mut to, 0, syncs(&given)[0].clone());
    for last in [305, 605, 900] {
        let sent = sync(&mut from, 2, SyncOp::GetChunk(Cookie(1)));
        let took = sync(&mut to, 0, syncs(&sent)[0].clone());
        assert_eq!(to.mon.store.paxos.last_committed, last);
        assert_eq!(took.took(Branch::Chunk5), last == 900);
    }
    assert_eq!(to.mon.monmap.epoch, 2);
}

fn when_a_provider_refuses() {
    let mut copies = copying(Extent::Recent);
    let get = || SyncOp::GetCookie {
        extent: Extent::Recent,
        last_committed: 5,
    };
    let refused = sync(&mut copies, 1, get());
    assert!(refused.took(Branch::GetCookie1));
    assert_eq!(syncs(&refused), [&SyncOp::NoCookie]);
    let mut from = provider();
    let unable = from.hear_from(2, Some(Rank(2)), 1, Body::Sync(get()));
    assert!(unable.took(Branch::GetCookie2) && unable.effects.is_empty());
    // Versions after 5 were trimmed.
    sync(&mut from, 2, get());
    let trimmed = sync(&mut from, 2, SyncOp::GetChunk(Cookie(1)));
    assert!(trimmed.took(Branch::GetChunk2) && from.mon.sync_clients.is_empty());
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk1));
    // The requester starts over.
    let over = sync(&mut copies, 0, SyncOp::NoCookie);
    assert!(over.took(Branch::NoCookie) && copies.mon.state == State::Probing);
    assert!(over.effects.contains(&Effect::Cancel(Timer::Sync)));
    assert!(sync(&mut copies, 0, SyncOp::Cookie(Cookie(3))).took(Branch::Cookie1));
}

/// Cookies are looked through every 5 s from the process' start at 1 s; they live for two minutes.
fn a_cookie_expires_with_a_tick() {
    let mut from = provider();
    from.now = Time::from_ms(3_000);
    let get = SyncOp::GetCookie {
        extent: Extent::Full,
        last_committed: 0,
    };
    sync(&mut from, 2, get);
    from.now = Time::from_ms(125_999);
    let mut late = Bench {
        mon: from.mon.clone(),
        now: Time::from_ms(126_000),
    };
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk3));
    assert!(sync(&mut late, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk1));
    // Asking renews it.
    from.now = Time::from_ms(200_000);
    assert!(sync(&mut from, 2, SyncOp::GetChunk(Cookie(1))).took(Branch::GetChunk3));
}

fn a_monitor_that_copies_hears_no_election_and_no_paxos() {
    let mut bench = copying(Extent::Recent);
    assert!(bench.elects(0, ElectionOp::Propose, 9).took(Branch::Gate3));
    assert!(
        bench
            .says(0, PaxosOp::Collect, 900, 100)
            .took(Branch::PaxosGate5)
    );
    let done = bench.probes(1, ProbeOp::Probe { first_committed: 0 }, true);
    assert!(done.took(Branch::Probe4), "but it answers probes");
    assert!(bench.replies(1, TOLD).took(Branch::Reply1));
    let over = bench.step(Input::Timer(Timer::Sync));
    assert!(over.took(Branch::SyncTimeout) && bench.mon.state == State::Probing);
}

tests![
    a_seed_map_learns_a_name_that_it_lacks,
    a_seed_map_learns_an_address_that_it_lacks,
    who_never_joined_follows_any_map_of_one_who_has_and_nobody_elses,
    how_far_behind_a_monitor_must_be_to_copy,
    a_probe_that_names_a_version_beyond_mine_sends_one_in_a_quorum_back,
    one_whose_address_goes_by_another_name_asks_to_be_entered_anew,
    a_full_copy_from_cookie_to_last_chunk,
    a_recent_copy_is_used_chunk_by_chunk,
    when_a_provider_refuses,
    a_cookie_expires_with_a_tick,
    a_monitor_that_copies_hears_no_election_and_no_paxos,
];
