//! Single steps by messages that no monitor sends.

use std::sync::Arc;

use super::bench::*;
use super::taken::tests;
use monscope::core::mon::message::{Body, Election, ElectionOp, Features, Message, PaxosOp};
use monscope::core::mon::monmap::Addr;
use monscope::core::mon::paxos::Share;
use monscope::core::mon::{Branch, Input, MonId, Rank};

fn a_client_has_no_part_in_elections() {
    let mut bench = leading();
    let election = Election {
        op: ElectionOp::Propose,
        epoch: 9,
        mon_features: Features::ALL.mon,
        monmap: Arc::clone(&bench.mon.monmap),
        scoring: None,
    };
    let message = Message {
        from: MonId(1),
        source: Some(Rank(1)),
        addr: Addr(1),
        con_features: Features::ALL.con,
        from_monitor: false,
        capable: true,
        body: Body::Election(election),
    };
    let done = bench.step(Input::Message(&message));
    assert!(done.took(Branch::Gate1) && done.effects.is_empty());
}

fn a_peon_has_collected_nothing() {
    let mut peon = following(joined(3, 1));
    let done = peon.says(0, LAST, 1, 100);
    assert!(done.took(Branch::HandleLast1) && done.effects.is_empty());
}

fn versions_after_a_gap_are_not_stored() {
    let mut peon = following(joined(3, 1));
    let share = Share {
        from: 4,
        to: 6,
        maps: Vec::new(),
        first_committed: 1,
    };
    let done = peon.says_all(0, PaxosOp::Commit, (1, 6), 100, Some(share));
    assert!(done.took(Branch::StoreGap) && done.effects.is_empty());
    assert_eq!(peon.mon.store.paxos.last_committed, 1);
}

tests![
    a_client_has_no_part_in_elections,
    a_peon_has_collected_nothing,
    versions_after_a_gap_are_not_stored,
];
