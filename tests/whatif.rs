//! What if a monitor is lost: the answers are runs of the very cluster, and each can be run again.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;

use monscope::core::mon::{MonId, Span};
use monscope::core::play::Player;
use monscope::core::play::whatif::{Case, RUNS, WhatIf};
use monscope::core::scenario::{self, Scenario};

fn pasted(file: &str) -> Scenario {
    let path = format!("{}/tests/pasted/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).expect("a recording");
    scenario::read(&text).expect("it is what Ceph prints")
}

fn answered(scenario: &Scenario) -> WhatIf {
    let mut whatif = WhatIf::new(scenario);
    while whatif.work(1_000) {}
    whatif
}

fn case<'w>(whatif: &'w WhatIf, lost: &[u8]) -> &'w Case {
    let found = whatif
        .cases()
        .iter()
        .find(|case| case.lost.iter().map(|mon| mon.0).eq(lost.iter().copied()));
    found.expect("it is asked")
}

#[test]
fn of_five_with_one_down_one_more_can_be_lost() {
    let scenario = pasted("quorum_status.peon_down.json");
    let whatif = answered(&scenario);
    assert_eq!((whatif.alive(), whatif.needed()), (4, 3));
    assert_eq!(whatif.cases().len(), 4 + 6);
    // The leader: rank 1 takes over; it costs the lease, probing and a candidate's 5 s.
    let leader = case(&whatif, &[0]);
    assert_eq!(leader.survives(), Some(true));
    let answer = leader.answer().expect("it has runs");
    let (next, quorum) = answer.run.leads.expect("somebody leads");
    assert_eq!((next, quorum.to_string().as_str()), (MonId(1), "1 2 3"));
    assert!(answer.least <= answer.run.outage && answer.run.outage <= answer.most);
    assert!(
        answer.least > Span::from_secs(10) && answer.most < Span::from_secs(20),
        "{answer:?}"
    );
    // A peon: the leader stays, and has to notice.
    let peon = case(&whatif, &[2]).answer().expect("it has runs");
    assert_eq!(peon.run.leads.expect("somebody leads").0, MonId(0));
    // Two: too few are left, and no run is needed to know it.
    let pair = case(&whatif, &[1, 3]);
    assert_eq!(
        (pair.left, pair.survives(), pair.runs.len()),
        (2, Some(false), 0)
    );
}

#[test]
fn an_answer_is_a_run_that_can_be_opened() {
    let scenario = pasted("mon_dump.connectivity.json");
    let whatif = answered(&scenario);
    assert!(whatif.cases().iter().all(|case| case.done));
    for case in whatif
        .cases()
        .iter()
        .filter(|case| case.lost.contains(&MonId(0)))
    {
        assert_eq!(case.runs.len(), RUNS);
        let answer = case.answer().expect("it has runs");
        let document = whatif.document(case, &answer.run);
        assert!(whatif.is_about(&document));
        let mut player = Player::new(document);
        player.advance_to(answer.run.at + Span::from_secs(40));
        let (deed, leaderless) = player.last_deed().expect("they were killed");
        assert_eq!(deed.at, answer.run.at);
        assert_eq!(leaderless, answer.run.outage, "{case:?}");
        assert_eq!(
            player.world().leader(),
            answer.run.leads.map(|(leader, _)| leader)
        );
    }
}

#[test]
fn without_a_quorum_there_is_nothing_to_lose() {
    let mut scenario = pasted("quorum_status.peon_down.json");
    for spec in &mut scenario.monitors[1..] {
        spec.starts = scenario::Starts::Down;
    }
    let whatif = answered(&scenario);
    assert!(whatif.is_hopeless());
    assert!(whatif.cases().is_empty());
}

#[test]
fn work_is_done_in_slices() {
    let mut whatif = WhatIf::new(&pasted("quorum_status.peon_down.json"));
    let mut slices = 0;
    while whatif.work(100) {
        slices += 1;
    }
    assert!(slices > 20);
    assert_eq!(whatif.answered(), whatif.cases().len());
    assert!(!whatif.work(100));
}
