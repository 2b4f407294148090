//! What is printed reads as the same scenario, in both forms, whatever the scenario.

use super::model::{
    Action, Address, Ask, By, Condition, Deed, Edition, Every, Expect, HealLink, How, Loop,
    MonSpec, Network, Note, Origin, RankOrder, Scenario, Scripted, Session, Share, Starts,
    StateName, Then, When, default_addr, default_name,
};
use super::{DocError, limits, read, read_value, words};
use crate::mon::branch::BRANCHES;
use crate::mon::feature::{RELEASES, Release};
use crate::mon::message::Features;
use crate::mon::options::{OPTIONS, Unit};
use crate::mon::{Kind, MonId, Options, Rank, RankSet, Span, Time};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

/// Times that people write, and others.
fn micros(highest: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        (0..=highest / 1_000_000).prop_map(|s| s * 1_000_000),
        (0..=highest.min(100_000_000) / 1_000).prop_map(|ms| ms * 1_000),
        0..=highest,
    ]
}

fn time() -> impl Strategy<Value = Time> {
    micros(limits::TIME_MAX).prop_map(Time)
}

fn span(highest: u64) -> impl Strategy<Value = Span> {
    micros(highest).prop_map(Span)
}

fn latency() -> impl Strategy<Value = (Span, Span)> {
    (span(limits::LATENCY_MAX), span(limits::LATENCY_MAX)).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

/// Hostile as well as usual texts.
fn told() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}( [a-z']{1,8}){0,3}",
        "\\PC{0,30}",
        select(vec![
            "",
            " ",
            "#",
            "a # b",
            "\"",
            "\\",
            "\\n",
            "a\nb\tc",
            "<script>",
            "# \"x\"",
            "一个 leader"
        ])
        .prop_map(str::to_owned),
    ]
}

fn names(count: usize) -> impl Strategy<Value = Vec<String>> {
    let odd = select(vec![
        "none",
        "leader",
        "by",
        "2",
        "07",
        "1.5",
        "1e3",
        "user",
        "then",
        "never",
        "state",
        "all",
        "node-1.example.com",
        "how",
        "A+b",
    ]);
    let name = prop_oneof![
        4 => "[a-z][a-z0-9._-]{0,9}".prop_map(|name| words::strip_mon(&name).to_owned()),
        1 => odd.prop_map(str::to_owned),
    ];
    let named = vec(name, count).prop_filter("names are unique", |names| {
        (1..names.len()).all(|i| !names[..i].contains(&names[i]))
            && !names.iter().any(String::is_empty)
    });
    prop_oneof![Just((0..count).map(default_name).collect()), named]
}

fn addr(place: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(default_addr(place)),
        1 => any::<u8>().prop_map(move |x| format!("10.{x}.1.{place}:3300")),
        1 => any::<u16>().prop_map(move |x| format!("[fd00::{x:x}:{place:x}]:6789")),
    ]
}

fn features() -> impl Strategy<Value = Option<Features>> {
    let some = (0..=Features::ALL.con, 0..=Features::ALL.mon);
    proptest::option::weighted(0.1, some.prop_map(|(con, mon)| Features { con, mon }))
}

fn release() -> impl Strategy<Value = Release> {
    select(RELEASES).prop_map(|name| Release::find(name).unwrap_or_default())
}

/// Monitors with a seat, and after them up to two without.
fn monitors() -> impl Strategy<Value = Vec<MonSpec>> {
    let all = (1..=limits::MONS_MAX as usize, 0..=2_usize).prop_flat_map(|(count, others)| {
        let seats = count.saturating_sub(others).max(1);
        (names(count), Just(seats))
    });
    all.prop_flat_map(|(names, seats)| {
        let count = names.len();
        let each = |(place, name): (usize, String)| monitor(place, name, place < seats, count);
        names.into_iter().enumerate().map(each).collect::<Vec<_>>()
    })
}

fn monitor(place: usize, name: String, seat: bool, count: usize) -> impl Strategy<Value = MonSpec> {
    let rarely = |strategy| proptest::option::weighted(0.1, strategy);
    let starts = prop_oneof![4 => Just(Starts::Up), 1 => Just(Starts::Down)];
    let usual = (
        addr(place),
        proptest::option::weighted(0.2, 0..=limits::EPOCH_MAX as u32),
        prop::bool::weighted(0.9),
        starts,
    );
    let disk = (
        proptest::option::weighted(0.1, any::<bool>()),
        rarely(0..=limits::VERSION_MAX),
        prop_oneof![9 => Just(Vec::new()), 1 => mons(count)],
    );
    let places = select(vec!["dc1", "dc2", "a", "b", "by", "node-1.example.com"]);
    let seat_in_map = (
        proptest::option::weighted(0.3, places.prop_map(str::to_owned)),
        prop_oneof![9 => Just(0), 1 => any::<u16>()],
        prop_oneof![9 => Just(0), 1 => any::<u16>()],
        proptest::option::weighted(0.1, release()),
    );
    (usual, disk, seat_in_map, features(), features()).prop_map(
        move |((addr, epoch, capable, starts), disk, map, features, required_features)| MonSpec {
            name: name.clone(),
            addr,
            epoch,
            capable,
            starts,
            seat,
            joined: disk.0,
            last_committed: disk.1,
            location: map.0,
            priority: map.1,
            weight: map.2,
            release: map.3,
            features,
            required_features,
            seed_map: disk.2,
        },
    )
}

fn mon(count: usize) -> impl Strategy<Value = MonId> {
    (0..count as u8).prop_map(MonId)
}

fn mons(count: usize) -> impl Strategy<Value = Vec<MonId>> {
    subsequence((0..count as u8).map(MonId).collect::<Vec<_>>(), 1..=count)
}

fn two(count: usize) -> impl Strategy<Value = (MonId, MonId)> {
    (0..count as u8, 1..count as u8)
        .prop_map(move |(a, step)| (MonId(a), MonId((a + step) % count as u8)))
}

fn how() -> impl Strategy<Value = How> {
    select(vec![How::Drop, How::Reset])
}

fn share() -> impl Strategy<Value = Share> {
    (0..=Share::ALL.0).prop_map(Share)
}

fn network() -> impl Strategy<Value = Network> {
    (latency(), select(Session::ALL.as_slice()), share(), share()).prop_map(
        |(latency, session, loss, duplicate)| Network {
            latency,
            session,
            loss: if session.may_lose() {
                loss
            } else {
                Share::NONE
            },
            duplicate: if session == Session::Lossy {
                duplicate
            } else {
                Share::NONE
            },
        },
    )
}

fn on_message(count: usize) -> impl Strategy<Value = Action> {
    let deed = prop_oneof![
        Just(Deed::Drop),
        Just(Deed::Duplicate),
        Just(Deed::Deliver),
        span(limits::LATENCY_MAX).prop_map(Deed::Delay),
    ];
    let ordinal = 1..=limits::ORDINAL_MAX as u32;
    (two(count), select(Kind::ALL.as_slice()), ordinal, deed).prop_map(
        |((from, to), kind, ordinal, deed)| Action::Message {
            message: Address {
                kind,
                from,
                to,
                ordinal,
            },
            deed,
        },
    )
}

/// Nothing is lost in lossless sessions.
fn losing_nothing(action: &mut Action) {
    if let Action::Loss { share, .. } = action {
        *share = Share::NONE;
    }
}

fn action(count: usize) -> BoxedStrategy<Action> {
    let alone = prop_oneof![
        Just(Action::Boot(Vec::new())),
        mons(count).prop_map(Action::Boot),
        mons(count).prop_map(Action::Kill),
        mons(count).prop_map(Action::Restart),
        mons(count).prop_map(Action::Pause),
        mons(count).prop_map(Action::Resume),
        mons(count).prop_map(Action::Wipe),
        mons(count).prop_map(Action::Terminate),
        mons(count).prop_map(Action::KillHost),
        mon(count).prop_map(Action::Add),
        mon(count).prop_map(Action::Remove),
        select(super::Strategy::ALL.as_slice()).prop_map(Action::SetStrategy),
        mon(count).prop_map(Action::Disallow),
        mon(count).prop_map(Action::Allow),
        (
            1..=limits::COMMITS_MAX as u32,
            proptest::option::of(mon(count))
        )
            .prop_map(|(count, mon)| Action::Commit { count, mon }),
        mon(count).prop_map(Action::QuorumExit),
        mon(count).prop_map(Action::QuorumEnter),
        Just(Action::Heal(None)),
        latency().prop_map(|range| Action::Latency { link: None, range }),
        share().prop_map(|share| Action::Loss { link: None, share }),
    ];
    if count < 2 {
        return alone.boxed();
    }
    let parts = (mons(count), any::<Index>(), how());
    let groups = parts.prop_filter_map("two groups", |(all, cut, how)| {
        let cut = 1 + cut.index(all.len().max(2) - 1);
        (cut < all.len()).then(|| Action::Partition {
            groups: vec![all[..cut].to_vec(), all[cut..].to_vec()],
            how,
        })
    });
    let link = (two(count), any::<bool>(), how());
    prop_oneof![
        alone,
        on_message(count),
        (two(count), share()).prop_map(|(link, share)| Action::Loss {
            link: Some(link),
            share
        }),
        link.prop_map(|((from, to), both, how)| Action::Cut {
            from,
            to,
            both,
            how
        }),
        (two(count), any::<bool>()).prop_map(|((from, to), both)| Action::Heal(Some(HealLink {
            from,
            to,
            both
        }))),
        (two(count), latency()).prop_map(|(link, range)| Action::Latency {
            link: Some(link),
            range
        }),
        groups,
    ]
    .boxed()
}

fn every(count: usize) -> impl Strategy<Value = Every> {
    let then =
        (span(limits::TIME_MAX), action(count)).prop_map(|(after, action)| Then { after, action });
    let rounds = (micros(1_000_000_000), 0..50_u64, span(limits::TIME_MAX / 2));
    (rounds, action(count), vec(then, 0..3)).prop_map(|((period, rounds, from), action, then)| {
        let period = Span(period.max(limits::PERIOD_MIN));
        let from = Time(from.0);
        let to = Time((from.0 + period.0 * rounds).min(limits::TIME_MAX));
        Every {
            period,
            from,
            to,
            action,
            then,
        }
    })
}

fn state() -> impl Strategy<Value = StateName> {
    select(
        words::STATES
            .iter()
            .map(|(_, state)| *state)
            .collect::<Vec<_>>(),
    )
}

fn stretch() -> impl Strategy<Value = (Time, Time)> {
    (time(), time()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

/// Conditions in the order of their kinds, as the reader gives them.
fn conditions(count: usize) -> impl Strategy<Value = Vec<Condition>> {
    let quorum = mons(count).prop_map(|ids| {
        Condition::Quorum(ids.into_iter().map(|id| Rank(id.0)).collect::<RankSet>())
    });
    let leader = proptest::option::of(mon(count)).prop_map(Condition::Leader);
    let states = vec(
        (mon(count), state()).prop_map(|(id, state)| Condition::State(id, state)),
        0..3,
    );
    let branch = (select(BRANCHES), proptest::option::of(mon(count)));
    let branches = vec(
        branch.prop_map(|(branch, id)| Condition::BranchTaken(branch, id)),
        0..3,
    );
    let elections = (0..100_u32, stretch()).prop_map(|(count, (from, to))| Condition::Elections {
        count,
        from,
        to,
    });
    let violation = select(vec![None, Some("SAFE-3"), Some("SAFE-6a"), Some("SAFE-11")]);
    let violations = vec(
        violation.prop_map(|id| Condition::Violation(id.map(str::to_owned))),
        0..3,
    );
    let one = |strategy: BoxedStrategy<Condition>| vec(strategy, 0..2);
    let first = (
        one(leader.boxed()),
        one(quorum.boxed()),
        states,
        one((0..1_000_u32).prop_map(Condition::Epoch).boxed()),
    );
    let counts = (
        one((0..1_000_u32).prop_map(Condition::Victories).boxed()),
        branches,
        one(Just(Condition::TwoLeaders).boxed()),
        one((0..31_u32).prop_map(Condition::Leaders).boxed()),
    );
    let last = (
        one(span(limits::TIME_MAX).prop_map(Condition::Outage).boxed()),
        vec(elections, 0..3),
        violations,
    );
    let map = (mon(count), 0..=limits::EPOCH_MAX as u32);
    let version = (mon(count), 0..=limits::VERSION_MAX);
    let data = (
        vec(map.prop_map(|(id, e)| Condition::MonmapEpoch(id, e)), 0..2),
        vec(
            version.prop_map(|(id, v)| Condition::LastCommitted(id, v)),
            0..2,
        ),
    );
    (first, counts, last, data)
        .prop_map(|((a, b, c, d), (e, f, g, h), (i, j, k), (l, m))| {
            [a, b, c, d, e, f, g, h, i, j, k, l, m].concat()
        })
        .prop_filter("something is expected", |all| !all.is_empty())
}

fn expect(count: usize) -> impl Strategy<Value = Expect> {
    (time(), any::<bool>(), any::<bool>(), conditions(count)).prop_map(|(at, by, never, what)| {
        Expect {
            when: if by { When::By(at) } else { When::At(at) },
            never,
            what,
        }
    })
}

fn options(count: usize) -> impl Strategy<Value = Options> {
    let change = (select(OPTIONS), any::<u64>());
    vec(change, 0..3).prop_map(move |changes| {
        let mut options = Options::default();
        for (option, value) in changes {
            let (lowest, highest) = match option.unit {
                Unit::Seconds => limits::OPTION_SPAN,
                Unit::Factor => limits::OPTION_FACTOR,
                Unit::Count => limits::OPTION_COUNT,
                Unit::Margin => limits::OPTION_MARGIN,
                Unit::Flag => (0, 2),
                Unit::Names => (0, 1 << count),
                Unit::Strategy => (1, 4),
            };
            option.set(&mut options, lowest + value % (highest - lowest));
        }
        options
    })
}

fn origin(count: usize) -> impl Strategy<Value = Origin> {
    let ceph = (select(words::COMMANDS), mons(count), any::<bool>());
    prop_oneof![
        4 => Just(Origin::Written),
        1 => ceph.prop_map(|(command, down, some)| Origin::Ceph {
            command,
            down: if some { down } else { Vec::new() },
        }),
    ]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    monitors().prop_flat_map(|monitors| {
        let count = monitors.len();
        let order = prop_oneof![Just(RankOrder::ByAddress), Just(RankOrder::AsListed)];
        let by = prop_oneof![Just(By::Author), Just(By::User)];
        let scripted =
            (time(), action(count), by).prop_map(|(at, action, by)| Scripted { at, action, by });
        let note = (time(), told()).prop_map(|(at, text)| Note { at, text });
        let answers = vec((told(), any::<bool>()), 1..4);
        let ask = (time(), told(), answers).prop_map(|(at, question, answers)| Ask {
            at,
            question,
            answers,
        });
        let loops = stretch().prop_map(|(from, to)| Loop { from, to });
        let head = (
            told(),
            order,
            prop_oneof![Just(0), 1..=limits::EPOCH_MAX as u32],
            proptest::option::of("[0-9a-f-]{36}"),
            select(super::Strategy::ALL.as_slice()),
            prop_oneof![Just(Vec::new()), mons(count)],
            (
                proptest::option::of(mon(count)),
                prop_oneof![Just(Vec::new()), mons(count)],
                proptest::option::of(release()),
                prop::bool::weighted(0.3),
            ),
        );
        let setting = (any::<u64>(), network(), options(count), origin(count));
        let script = (vec(scripted, 0..6), vec(every(count), 0..3));
        let told = (
            vec(note, 0..4),
            vec(expect(count), 0..4),
            vec(ask, 0..3),
            vec(loops, 0..3),
        );
        (Just(monitors), head, setting, script, told).prop_map(
            |(monitors, head, setting, script, told)| {
                let mut all = Scenario {
                    title: head.0,
                    monitors,
                    rank_order: head.1,
                    monmap_epoch: head.2,
                    fsid: head.3,
                    edition: Edition::Modern,
                    strategy: head.4,
                    disallowed: head.5,
                    tiebreaker: head.6.0,
                    marked_down: head.6.1,
                    min_release: head.6.2,
                    seed: setting.0,
                    network: setting.1,
                    options: setting.2,
                    script: script.0,
                    every: script.1,
                    notes: told.0,
                    expects: told.1,
                    asks: told.2,
                    loops: told.3,
                    origin: setting.3,
                };
                if head.6.3 {
                    as_luminous(&mut all);
                }
                if !all.network.session.may_lose() {
                    let script = all.script.iter_mut().map(|scripted| &mut scripted.action);
                    script.for_each(losing_nothing);
                    for every in &mut all.every {
                        losing_nothing(&mut every.action);
                        every
                            .then
                            .iter_mut()
                            .map(|then| &mut then.action)
                            .for_each(losing_nothing);
                    }
                }
                // Who has no seat is there because something names it.
                let others = all.monitors.iter().enumerate().filter(|(_, mon)| !mon.seat);
                let names = others.map(|(place, _)| Scripted {
                    at: Time::ZERO,
                    action: Action::Boot(vec![MonId(place as u8)]),
                    by: By::Author,
                });
                all.script.splice(0..0, names.collect::<Vec<_>>());
                all.script.sort_by_key(|scripted| scripted.at);
                all.notes.sort_by_key(|note| note.at);
                all.expects.sort_by_key(|expect| expect.when.time());
                all.asks.sort_by_key(|ask| ask.at);
                all
            },
        )
    })
}

/// Leaves out what luminous doesn't know.
fn as_luminous(scenario: &mut Scenario) {
    scenario.edition = Edition::Luminous;
    scenario.strategy = super::Strategy::Classic;
    scenario.disallowed.clear();
    scenario.tiebreaker = None;
    scenario.marked_down.clear();
    scenario.min_release = None;
    for mon in &mut scenario.monitors {
        mon.release = None;
    }
    let known = |action: &Action| {
        !matches!(
            action,
            Action::SetStrategy(_) | Action::Disallow(_) | Action::Allow(_)
        )
    };
    scenario.script.retain(|scripted| known(&scripted.action));
    scenario
        .every
        .retain(|every| known(&every.action) && every.then.iter().all(|then| known(&then.action)));
}

fn fail(error: &DocError, document: &str) -> TestCaseError {
    TestCaseError::fail(format!("{error}\n{document}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_text_form_reads_as_it_was(scenario in scenario()) {
        let text = scenario.to_text();
        prop_assert_eq!(read(&text).map_err(|error| fail(&error, &text))?, scenario);
    }

    #[test]
    fn the_json_form_reads_as_it_was(scenario in scenario()) {
        let json = scenario.to_json();
        prop_assert_eq!(read(&json).map_err(|error| fail(&error, &json))?, scenario.clone());
        prop_assert_eq!(read_value(&scenario.to_value()).map_err(|error| fail(&error, ""))?, scenario);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_damaged_document_makes_the_reader_panic(
        scenario in scenario(), json in any::<bool>(), at in any::<Index>(), junk in "\\PC{0,3}", lost in 0..9_usize,
    ) {
        let mut chars: Vec<char> = if json { scenario.to_json() } else { scenario.to_text() }.chars().collect();
        let at = at.index(chars.len());
        let end = (at + lost).min(chars.len());
        chars.splice(at..end, junk.chars());
        if let Err(error) = read(&String::from_iter(chars)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
