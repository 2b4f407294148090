//! SAFE-8 to 11.

use super::*;

fn committed(run: &mut Run, version: u64, value: Value) {
    let mut by = AddrSet::EMPTY;
    for member in &run.monitor.monmap.members {
        by.insert(member.addr);
    }
    run.effect(Effect::Committed { version, value, by });
}

#[test]
fn safe_8_a_commit_that_not_all_accepted_or_that_changes() {
    let text = "monitors 3\nlatency 20ms\nat 5s commit 1\n";
    let mut early = run(text, 9_000, A);
    let last = early.monitor.store.paxos.last_committed;
    let since = |run: &Run, mon| {
        run.latest(|e| {
            e.mon == Some(mon) && e.message == Some(Kind::Commit) && e.kind == EventKind::Deliver
        })
    };
    let (by_b, by_c) = (since(&early, B), since(&early, C));
    committed(&mut early, last + 1, Value::Plain(7));
    let against = |against| Broken {
        property: Property::Committed,
        against,
    };
    assert_eq!(early.reported(), [against(by_b), against(by_c)]);
    let mut again = run(text, 9_000, A);
    let first = again.latest(|e| e.kind == EventKind::Write);
    committed(&mut again, last, Value::Plain(7));
    again.reports(Property::Committed, first);
    let mut lost = run(text, 9_000, C);
    lost.monitor.store.paxos.last_committed -= 1;
    lost.reports(Property::Committed, by_c);
    lost.monitor.store.sync.in_sync = true;
    lost.finds_nothing();
}

#[test]
fn safe_8_a_committed_map_that_is_another_one_elsewhere() {
    let mut run = run(
        "monitors 4\nlatency 20ms\nat 5s remove 3\nat 20s commit 1\n",
        30_000,
        C,
    );
    let committed = run
        .trace
        .events()
        .iter()
        .find(|e| e.kind == EventKind::Write)
        .map(|e| e.id);
    let paxos = &mut run.monitor.store.paxos;
    let (_, map) = paxos.maps.last_mut().expect("a map was committed");
    *map = Arc::new(MonMap {
        fsid: 9,
        ..MonMap::clone(map)
    });
    paxos.last_committed += 1;
    run.reports(Property::Committed, committed);
}

#[test]
fn safe_9_proposal_numbers() {
    let mut down = run(SETTLED, 9_000, A);
    let drawn =
        down.latest(|e| e.mon == Some(A) && e.kind.is_handled() && e.epoch != e.epoch_before);
    down.monitor.store.paxos.last_pn -= 100;
    down.reports(Property::ProposalNumbers, drawn);
    let mut promised = run(SETTLED, 9_000, C);
    promised.monitor.store.paxos.accepted_pn -= 100;
    promised.reports(Property::ProposalNumbers, None);
    for wrong in [1, 100] {
        let mut draws = run(SETTLED, 9_000, A);
        let (before, pn) = (
            draws.monitor.store.paxos.last_pn,
            draws.monitor.store.paxos.last_pn + wrong,
        );
        draws.monitor.store.paxos.last_pn = pn;
        draws.effect(Effect::Persist(Write::LastPn(if wrong == 100 {
            before
        } else {
            pn
        })));
        draws.reports(Property::ProposalNumbers, drawn);
    }
}

#[test]
fn safe_10_two_quorums_apart() {
    let mut run = run(CANDIDATE, 9_000, MonId(3));
    let first = run.latest(|e| e.kind == EventKind::Victory);
    let cause = first.and_then(|id| run.trace.get(id)).and_then(|e| e.cause);
    run.victory(run.monitor.elector.epoch() + 1, &[3, 4]);
    assert!(run.reported().contains(&Broken {
        property: Property::QuorumsMeet,
        against: cause
    }));
}

/// The tracker with one report put in place of another.
fn with_report(
    tracker: &ConnectionTracker,
    rank: u8,
    change: impl Fn(&mut ConnectionReport),
) -> ConnectionTracker {
    let mut held: Held = (**tracker).clone();
    let mut report =
        ConnectionReport::clone(held.peer_reports.get(Rank(rank)).expect("it is known"));
    change(&mut report);
    held.peer_reports.insert(Rank(rank), Arc::new(report));
    held.into()
}

#[test]
fn safe_11_reports_that_get_older_or_are_overwritten() {
    type Change = fn(&mut ConnectionReport);
    let changes: [(u8, Change); 4] = [
        (1, |report| report.version -= 1),
        (1, |report| report.epoch -= 1),
        // mon.a's own, which nobody else makes newer or older.
        (0, |report| report.version += 1),
        (1, |report| {
            report.version += 1;
            report.set_score(Rank(2), Real::of(1.5));
        }),
    ];
    for (rank, change) in changes {
        let mut run = run(SCORED, 9_000, A);
        run.event.message = Some(Kind::Ping);
        run.finds_nothing();
        let since = run.latest(|e| {
            e.mon == Some(A)
                && e.kind.is_handled()
                && (e.message == Some(Kind::Ping) || e.timer == Some(Timer::Ping))
        });
        let tracker = with_report(&run.logic().peer_tracker, rank, change);
        run.logic().peer_tracker = tracker;
        run.reports(Property::Scores, since);
    }
}

#[test]
fn safe_11_a_total_beyond_what_all_the_others_can_give() {
    for (total, broken) in [(2.0, false), (-1.0, false), (2.5, true), (-0.5, true)] {
        let mut run = run(SCORED, 9_000, A);
        run.outcome.path = Path::default();
        run.outcome
            .path
            .take3(Branch::AScore, Rank(1), Real::of(total), 1_u32);
        if broken {
            run.reports(Property::Scores, None);
        } else {
            run.finds_nothing();
        }
    }
}
