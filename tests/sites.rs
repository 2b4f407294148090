//! What is computed of maps and scores alone: sites without anybody in the quorum, and netsplits.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use monscope::core::mon::monmap::{Addr, Member, MonMap, Name, Site};
use monscope::core::mon::tracker::{ConnectionReport, ConnectionTracker, Held, Real};
use monscope::core::mon::{Rank, RankSet};

fn set(ranks: &[u8]) -> RankSet {
    ranks.iter().copied().map(Rank).collect()
}

/// Sites of which nobody is in the quorum, and who stands there; one without a site is at none.
#[test]
fn dead_sites_are_those_without_anybody() {
    let sites = [Some(0), Some(0), Some(1), Some(1), Some(2), None];
    let members = sites.into_iter().zip(0..).map(|(site, i)| Member {
        site: site.map(Site),
        ..Member::new(Name(i), Addr(i))
    });
    let mut all = MonMap {
        epoch: 1,
        fsid: 1,
        members: members.collect(),
        rules: Default::default(),
    };
    let dead = |quorum: &[u8]| {
        let dead = all.dead_sites(set(quorum));
        (dead.len(), all.ranks_of(dead.mons).to_string())
    };
    assert_eq!(dead(&[0, 2, 4]), (0, String::new()));
    assert_eq!(dead(&[0, 1, 4, 5]), (1, "2 3".to_owned()));
    assert_eq!(dead(&[0, 5]), (2, "2 3 4".to_owned()));
    all.rules.tiebreaker = Some(Name(4));
    let gone = all.dead_sites(set(&[0, 5])).mons;
    assert_eq!(all.ranks_of(all.at_data_sites(gone)).to_string(), "2 3");
}

/// What a real monitor printed as `connection scores dump`: who reports whom alive. (It repeats the names of its
/// fields, so no usual reader gets all of it.)
fn dumped(text: &str) -> ConnectionTracker {
    let number = |text: &str| -> u8 {
        let digits = text.split(|c: char| !c.is_ascii_digit()).next();
        digits.and_then(|n| n.parse().ok()).expect("a rank")
    };
    let mut held = Held::clone(&ConnectionTracker::new(None, Real::of(43_200.0), 10));
    for report in text.split("\"report\":{\"rank\":").skip(1) {
        let rank = Rank(number(report));
        let mut links = ConnectionReport::of_rank(Some(rank));
        for peer in report.split("\"peer_rank\":").skip(1) {
            let entry = peer.split('}').next().expect("an end");
            links.set_alive(Rank(number(peer)), entry.contains("\"peer_alive\":true"));
        }
        held.peer_reports.insert(rank, Arc::new(links));
    }
    ConnectionTracker::from(held)
}

#[test]
fn real_clusters_without_a_cut_have_no_netsplit() {
    let all: RankSet = (0..5).map(Rank).collect();
    let whole = dumped(include_str!("scores/connectivity.c.json"));
    assert_eq!(whole.peer_reports.iter().count(), 5);
    assert_eq!(whole.splits(all), []);
    let mut up = all;
    up.remove(Rank(2));
    let without_c = dumped(include_str!("scores/peon_down.a.json"));
    let reached = |rank| {
        without_c
            .peer_reports
            .get(Rank(rank))
            .and_then(|r| r.alive(Rank(2)))
    };
    assert_eq!([0, 1, 3, 4].map(reached), [Some(false); 4]);
    assert_eq!(without_c.splits(up), []);
    assert_eq!(
        without_c.splits(all),
        [],
        "its old report says that it reaches everybody"
    );
}
