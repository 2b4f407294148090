//! Documents as people write and paste them: what they become, and what is said about their mistakes.

#[path = "documents/pasted.rs"]
mod pasted;

use monscope::core::mon::message::Features;
use monscope::core::mon::options::{OPTIONS, Unit};
use monscope::core::mon::{Branch, Kind, MonId, Rank, RankSet, Span, Time};
use monscope::core::scenario::{
    self, Action, Address, By, Condition, Deed, DocError, Expect, HealLink, How, Network, Scenario,
    Session, Share, Starts, StateName, When,
};

fn read(document: &str) -> Scenario {
    match scenario::read(document) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}\n{document}"),
    }
}

fn error(document: &str) -> DocError {
    match scenario::read(document) {
        Ok(scenario) => panic!("no mistake found, but read:\n{}", scenario.to_text()),
        Err(error) => error,
    }
}

/// Every line of the text form that this version has.
const WHOLE: &str = r#"title The leader dies                 # comments explain why
monitors 5                            # or names
edition luminous
strategy classic
cluster existing
session lossless
loss 0
duplicate 0.0
seed 42
latency 20ms..60ms
option mon_lease 4s                   # by its own name
option mon_accept_timeout_factor 1.5
mon c addr 10.0.0.3:6790
mon 2 capable false
mon 4 starts down epoch 6 joined true
at 0s    boot
at 12s   kill 0
note 12s "mon.a's process is gone. Nobody \"knows\" yet."
expect by 35s leader 1 quorum 1 2 3 4 # tests check it
at 40s   restart mon.a
at 55s   partition 0 1 | 2 3 4
at 80s   heal
at 90s   cut 0 -> 1                   # one way
at 95s   heal 0 - 1
at 96s   latency 100ms
at 97s   latency 0 - 1 1.5ms..40us    # see below
at 99s   quorum exit 1
at 110s  quorum enter b by user
expect at 120s never two_leaders branch PROPOSE-5a mon 3 state 2 peon leader none outage <= 16s
expect at 121s elections == 1 from 0s to 30s violation none victories >= 3 leaders>=2 epoch 8
every 20s from 20s to 60s kill 2 then restart 2 after 5s
ask 12s "Who leads next?" 0 1* none
loop 12s..30s
"#;

#[test]
fn every_line_of_the_text_form_is_understood() {
    assert_eq!(
        error(WHOLE).to_string(),
        "line 26, column 24: the shortest latency is above the longest"
    );
    let s = read(&WHOLE.replace("1.5ms..40us", "40us..1.5ms"));
    assert_eq!(
        (s.title.as_str(), s.seed, s.monitors.len()),
        ("The leader dies", 42, 5)
    );
    assert_eq!(s.network.latency, (Span::from_ms(20), Span::from_ms(60)));
    assert_eq!(s.options.mon_lease, Span::from_secs(4));
    assert_eq!(s.options.mon_accept_timeout_factor, 1_500);
    assert_eq!(s.monitors[2].addr, "10.0.0.3:6790");
    assert!(!s.monitors[2].capable && s.monitors[3].capable);
    assert_eq!(
        (s.monitors[4].starts, s.monitors[4].epoch),
        (Starts::Down, Some(6))
    );
    let at = |seconds: u64| {
        s.script
            .iter()
            .find(|line| line.at == Time::from_ms(seconds * 1_000))
    };
    let action = |seconds: u64| at(seconds).map(|line| line.action.clone());
    let (a, b) = (MonId(0), MonId(1));
    assert_eq!(action(0), Some(Action::Boot(vec![])));
    assert_eq!(action(12), Some(Action::Kill(vec![a])));
    assert_eq!(action(40), Some(Action::Restart(vec![a])));
    let groups = vec![vec![a, b], vec![MonId(2), MonId(3), MonId(4)]];
    assert_eq!(
        action(55),
        Some(Action::Partition {
            groups,
            how: How::Drop
        })
    );
    assert_eq!(action(80), Some(Action::Heal(None)));
    let one_way = Action::Cut {
        from: a,
        to: b,
        both: false,
        how: How::Drop,
    };
    assert_eq!(action(90), Some(one_way));
    let link = HealLink {
        from: a,
        to: b,
        both: true,
    };
    assert_eq!(action(95), Some(Action::Heal(Some(link))));
    let range = (Span::from_ms(100), Span::from_ms(100));
    assert_eq!(action(96), Some(Action::Latency { link: None, range }));
    let range = (Span(40), Span(1_500));
    assert_eq!(
        action(97),
        Some(Action::Latency {
            link: Some((a, b)),
            range
        })
    );
    assert_eq!(action(99), Some(Action::QuorumExit(b)));
    assert_eq!(
        at(110).map(|line| (line.action.clone(), line.by)),
        Some((Action::QuorumEnter(b), By::User))
    );
    assert_eq!(
        s.notes[0].text,
        "mon.a's process is gone. Nobody \"knows\" yet."
    );
    assert_eq!(s.asks[0].answers[1], ("1".to_owned(), true));
    assert_eq!(s.loops[0].to, Time::from_ms(30_000));
}

#[test]
fn expectations_are_understood() {
    let s = read(&WHOLE.replace("1.5ms..40us", "40us..1.5ms"));
    let quorum: RankSet = RankSet(0b11110);
    let first = Expect {
        when: When::By(Time::from_ms(35_000)),
        never: false,
        what: vec![Condition::Leader(Some(MonId(1))), Condition::Quorum(quorum)],
    };
    assert_eq!(s.expects[0], first);
    let second = [
        Condition::Leader(None),
        Condition::State(MonId(2), StateName::Peon),
        Condition::BranchTaken(Branch::Propose5a, Some(MonId(3))),
        Condition::TwoLeaders,
        Condition::Outage(Span::from_secs(16)),
    ];
    assert!(s.expects[1].never);
    assert_eq!(s.expects[1].when, When::At(Time::from_ms(120_000)));
    assert_eq!(s.expects[1].what, second);
    let third = [
        Condition::Epoch(8),
        Condition::Victories(3),
        Condition::Leaders(2),
        Condition::Elections {
            count: 1,
            from: Time::ZERO,
            to: Time::from_ms(30_000),
        },
        Condition::Violation(None),
    ];
    assert_eq!(s.expects[2].what, third);
}

#[test]
fn what_changes_a_cluster_is_understood() {
    let s = read(
        "monitors 3\ncluster new\nmon 0 seed_map a 1 f joined false\nmon 2 joined true last_committed 90\n\
         mon f addr 10.0.0.9:6789 features kraken luminous epoch 4\nmon b required_features none\n\
         option paxos_min 20\noption mon_sync_timeout 30s\nat 1s commit 5\nat 2s commit 7 mon 1\nat 3s add f\n\
         at 4s boot f g\nat 5s remove 1\nat 6s terminate 0 f\nat 7s kill 0 g how host\n\
         every 20s from 20s to 60s commit 1 then boot h after 5s\n\
         expect at 8s last_committed f >= 90 monmap_epoch 0 2 monmap_epoch f 0\n",
    );
    assert!(s.is_new());
    let names: Vec<&str> = s.monitors.iter().map(|mon| mon.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "f", "g", "h"]);
    let seats: Vec<bool> = s.monitors.iter().map(|mon| mon.seat).collect();
    assert_eq!(seats, [true, true, true, false, false, false]);
    let (a, b, c, f, g) = (MonId(0), MonId(1), MonId(2), MonId(3), MonId(4));
    assert_eq!(s.monitors[0].seed_map, [a, b, f]);
    assert_eq!(s.monitors[0].joined, Some(false));
    assert_eq!(
        (s.monitors[2].joined, s.monitors[2].last_committed),
        (Some(true), Some(90))
    );
    assert_eq!(s.monitors[3].features, Some(Features { con: 0, mon: 3 }));
    assert_eq!(s.monitors[1].required_features, Some(Features::NONE));
    assert_eq!(
        s.by_rank(),
        [a, b, c, g, MonId(5), f],
        "who has no seat is numbered on"
    );
    assert_eq!((s.rank_of(c), s.rank_of(f)), (Some(Rank(2)), None));
    let actions: Vec<Action> = s.script.iter().map(|line| line.action.clone()).collect();
    let wanted = [
        Action::Commit {
            count: 5,
            mon: None,
        },
        Action::Commit {
            count: 7,
            mon: Some(b),
        },
        Action::Add(f),
        Action::Boot(vec![f, g]),
        Action::Remove(b),
        Action::Terminate(vec![a, f]),
        Action::KillHost(vec![a, g]),
    ];
    assert_eq!(actions, wanted);
    let expected = [
        Condition::MonmapEpoch(a, 2),
        Condition::MonmapEpoch(f, 0),
        Condition::LastCommitted(f, 90),
    ];
    assert_eq!(s.expects[0].what, expected);
    assert_eq!(read(&s.to_text()), s);
    assert_eq!(read(&s.to_json()), s);
    // Booting somebody without a seat is no reason not to boot the others.
    assert_eq!(s.timeline()[0].action, Action::Boot(vec![]));
    let json = read(
        r#"{ "monscope": 1, "monitors": [{ "name": "a", "features": ["none"] }, { "name": "b" }], "cluster": "new",
        "mon": [{ "mon": "f", "seed_map": ["a", "b"] }],
        "script": [{ "at_ms": 0, "do": "commit", "n": 3, "mon": "b" }, { "at_ms": 1, "do": "add", "mon": "f" },
                   { "at_ms": 2, "do": "kill", "mon": 0, "how": "host" }],
        "expect": [{ "at_ms": 5, "last_committed": { "mon": "f", "version": 3 },
                     "monmap_epoch": [{ "mon": 0, "epoch": 1 }] }] }"#,
    );
    let text = read(
        "monitors 2\ncluster new\nmon a features none\nmon f seed_map 0 1\nat 0s commit 3 mon 1\nat 1ms add f\n\
         at 2ms kill 0 how host\nexpect at 5ms monmap_epoch 0 1 last_committed f >= 3\n",
    );
    assert_eq!(json, text);
}

#[test]
fn networks_and_deeds_on_messages_are_understood() {
    let text = "monitors a b c\nlatency 5ms\nsession lossy\nloss 0.2\nduplicate 0.000001\n\
                at 1s loss 0 # everywhere\nat 2s loss a - b 1\nat 3s cut a -> c how reset\n\
                at 4s partition a | b c how reset\nat 5s drop propose c -> b #3 # a comment\n\
                at 6s delay lease_ack c -> a #1 500ms by user\n\
                every 1s from 7s to 8s duplicate ack 2 -> 1 #7 then deliver probe 0 -> 1 #2 after 1ms\n";
    let s = read(text);
    let wanted = Network {
        latency: (Span::from_ms(5), Span::from_ms(5)),
        loss: Share(200_000),
        duplicate: Share(1),
        session: Session::Lossy,
    };
    assert_eq!(s.network, wanted);
    let (a, b, c, how) = (MonId(0), MonId(1), MonId(2), How::Reset);
    let message = |kind, from, to, ordinal, deed| Action::Message {
        message: Address {
            kind,
            from,
            to,
            ordinal,
        },
        deed,
    };
    let actions: Vec<Action> = s.script.iter().map(|line| line.action.clone()).collect();
    let wanted = [
        Action::Loss {
            link: None,
            share: Share::NONE,
        },
        Action::Loss {
            link: Some((a, b)),
            share: Share::ALL,
        },
        Action::Cut {
            from: a,
            to: c,
            both: false,
            how,
        },
        Action::Partition {
            groups: vec![vec![a], vec![b, c]],
            how,
        },
        message(Kind::Propose, c, b, 3, Deed::Drop),
        message(Kind::LeaseAck, c, a, 1, Deed::Delay(Span::from_ms(500))),
    ];
    assert_eq!(actions, wanted);
    assert_eq!(s.script[5].by, By::User);
    let every = &s.every[0];
    assert_eq!(every.action, message(Kind::Ack, c, b, 7, Deed::Duplicate));
    let then = message(Kind::Probe, a, b, 2, Deed::Deliver);
    assert_eq!(every.then[0].action, then);
    let json = read(
        r#"{ "monscope": 1, "monitors": [{ "name": "a" }, { "name": "b" }, { "name": "c" }],
        "network": { "latency_ms": 5, "session": "lossy", "loss": 0.2, "duplicate": 0.000001 },
        "script": [{ "at_ms": 1000, "do": "loss", "loss": 0 },
                   { "at_ms": 2000, "do": "loss", "from": "a", "to": 1, "both": true, "loss": 1 },
                   { "at_ms": 3000, "do": "cut", "from": 0, "to": 2, "how": "reset" },
                   { "at_ms": 4000, "do": "partition", "groups": [[0], [1, 2]], "how": "reset" },
                   { "at_ms": 5000, "do": "drop", "message": "propose", "from": 2, "to": 1, "ordinal": 3 },
                   { "at_ms": 6000, "do": "delay", "message": "lease_ack", "from": 2, "to": 0, "ordinal": 1,
                     "delay_ms": 500, "by": "user" }],
        "every": [{ "every_ms": 1000, "from_ms": 7000, "to_ms": 8000,
                    "do": "duplicate", "message": "ack", "from": 2, "to": 1, "ordinal": 7,
                    "then": [{ "do": "deliver", "message": "probe", "from": 0, "to": 1, "ordinal": 2,
                               "after_ms": 1 }] }] }"#,
    );
    assert_eq!(json, s);
    assert_eq!(read(&s.to_text()), s);
    assert_eq!(read(&s.to_json()), s);
}

/// What a real cluster said of itself runs on a network as real ones have it; everything else on the ideal one.
#[test]
fn only_what_ceph_printed_has_real_sessions() {
    let dump = "epoch 1\nfsid f\n0: 10.0.0.1:6789/0 mon.a\n1: 10.0.0.2:6789/0 mon.b\n";
    assert_eq!(read(dump).network.session, Session::Messenger);
    assert_eq!(read("monitors 3").network.session, Session::Lossless);
}

#[test]
fn what_is_done_again_and_again_is_kept_and_written_out() {
    let s =
        read("monitors 3\nat 25s heal\nevery 20s from 20s to 60s kill 2 then restart 2 after 5s\n");
    assert_eq!(s.script.len(), 1);
    assert_eq!(s.every[0].count(), 6);
    let steps: Vec<String> = s
        .timeline()
        .iter()
        .map(|line| format!("{} {:?}", line.at, line.action))
        .collect();
    let (kill, restart) = ("Kill([MonId(2)])", "Restart([MonId(2)])");
    assert_eq!(
        steps,
        [
            // Nobody is booted by the script: everybody boots at 0 s.
            "0 Boot([])".to_owned(),
            format!("20 {kill}"),
            "25 Heal(None)".to_owned(),
            format!("25 {restart}"),
            format!("40 {kill}"),
            format!("45 {restart}"),
            format!("60 {kill}"),
            format!("65 {restart}"),
        ]
    );
}

#[test]
fn json_says_the_same_as_text() {
    let text = read(
        "title The leader dies\nmonitors 5\nseed 42\nlatency 20ms..60ms\noption mon_lease 4s\n\
         at 0s boot\nat 12.0005s kill 0\nat 45s partition 0 1 | 2 3 4\nat 70s cut 0 -> 1\n\
         at 80s quorum exit 1\nnote 12s \"Gone.\"\nexpect by 35s leader 1 quorum 1 2 3 4\n",
    );
    let json = r#"{
        "monscope": 1, "title": "The leader dies", "monitors": 5, "edition": "luminous", "strategy": "classic",
        "disallowed_leaders": [], "seed": 42, "cluster": "existing", "tiebreaker": "", "marked_down": [],
        "network": { "latency_ms": [20, 60], "loss": 0.0, "duplicate": 0.0, "session": "lossless" },
        "options": { "mon_election_timeout": 5.0, "mon_lease": 4e0 },
        "script": [
            { "at_ms": 70000, "do": "cut", "from": 0, "to": "b", "both": false },
            { "at_ms": 0,     "do": "boot" },
            { "at_ms": 12000.5, "do": "kill", "mon": 0 },
            { "at_ms": 45000, "do": "partition", "groups": [[0, "mon.b"], [2, 3, 4]] },
            { "at_ms": 80000, "do": "quorum_exit", "mon": 1 }
        ],
        "notes": [{ "at_ms": 12000, "text": "\u0047one." }],
        "expect": [{ "by_ms": 35000, "leader": 1, "quorum": [1, 2, 3, 4] }]
    }"#;
    assert_eq!(read(json), text);
    let named = r#"{ "monscope": 1, "monitors": [
        { "name": "x", "addr": "10.0.0.9:6789", "priority": 0, "weight": 0, "features": [], "joined": true },
        { "name": "2" } ],
        "script": [{ "at_ms": 1, "do": "kill", "mon": "2" }, { "at_ms": 2, "do": "kill", "mon": 0 }] }"#;
    let named = read(named);
    // 10.0.0.2 is before 10.0.0.9: the second of the list has rank 0.
    assert_eq!(named.by_rank(), [MonId(1), MonId(0)]);
    assert_eq!(named.script[0].action, Action::Kill(vec![MonId(1)]));
    assert_eq!(named.script[1].action, Action::Kill(vec![MonId(1)]));
}

#[test]
fn a_number_is_the_starting_rank_and_a_name_may_look_like_one() {
    let s = read(
        "monitors mon.7 b mon.by\nmon b addr 10.0.0.1:1\nat 1s kill 0\nat 2s kill mon.7\nat 3s kill b mon.by\n",
    );
    let kills: Vec<Action> = s.script.iter().map(|line| line.action.clone()).collect();
    let kill = |ids: &[u8]| Action::Kill(ids.iter().copied().map(MonId).collect());
    assert_eq!(kills, [kill(&[1]), kill(&[0]), kill(&[1, 2])]);
    assert!(s.to_text().contains("monitors mon.7 b mon.by\n"));
    assert_eq!(read(&s.to_text()), s);
}

#[test]
fn blanks_line_ends_and_comments_are_free() {
    let plain = read("monitors 3\ntitle a \"b\" c\nat 12s cut 0 -> 1\nnote 1s \"a # b\"\n");
    let wild = "\u{feff}# first\r\n\r\n\tmonitors\t3   \r\ntitle   a \"b\" c \t# no\r\n  at 12s cut 0->1# yes\r\n\
                note 1s \"a # b\"#\r\n";
    assert_eq!(read(wild), plain);
    assert_eq!(
        read("monitors 1\ntitle \"a # \\\"b\\\"\\n\"").title,
        "a # \"b\"\n"
    );
}

/// The blocks of a file of expectations: some lines, and after `=>` what is to come of them.
fn blocks(file: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    for line in load(file).lines() {
        if let Some(says) = line.strip_prefix("=> ") {
            blocks.push((lines.join("\n"), says.to_owned()));
            lines.clear();
        } else if !line.is_empty() && !line.starts_with('#') {
            lines.push(line.to_owned());
        }
    }
    assert!(lines.is_empty() && !blocks.is_empty(), "{file}");
    blocks
}

fn load(file: &str) -> String {
    let path = format!("{}/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All differences at once, so that one run shows what a change of words did.
fn check(file: &str, becomes: impl Fn(&str) -> String) {
    let mut differences = String::new();
    for (block, expected) in blocks(file) {
        let found = becomes(&block);
        if found != expected {
            differences += &format!("{block}\n   expected {expected}\n   found    {found}\n");
        }
    }
    assert!(differences.is_empty(), "{file}\n{differences}");
}

#[test]
fn mistakes_in_text_are_named_with_line_and_column() {
    check("documents/mistakes.txt", |lines| {
        let error = error(&format!("title t\nmonitors 3\n{lines}\n"));
        assert_eq!(error.path, "", "{lines}");
        error.to_string()
    });
    for (document, says) in [
        ("", "there is nothing in this document"),
        ("# nothing\n", "there is nothing in this document"),
        ("title t\n", "line 1, column 1: `monitors` is missing here"),
        (
            "monitors a b a\n",
            "line 1, column 14: there are two monitors named `a`",
        ),
        (
            "monitors\n",
            "line 1, column 9: expected how many monitors, or their names, found the end of the line",
        ),
    ] {
        assert_eq!(error(document).to_string(), says, "{document}");
    }
    for monitors in ["0", "32", "1.5", "a 1", "a <b>", "-"] {
        let error = error(&format!("monitors {monitors}\n"));
        assert_eq!(
            (error.line, error.found.is_empty()),
            (1, false),
            "{monitors}"
        );
    }
}

#[test]
fn mistakes_in_json_are_named_with_their_path() {
    check("documents/mistakes.json.txt", |fields| {
        error(&format!(
            "{{ \"monscope\": 1, \"monitors\": 3,\n{fields}\n}}"
        ))
        .to_string()
    });
    let deep = format!("{{\"monscope\": {}1{}}}", "[".repeat(70), "]".repeat(70));
    for (document, says) in [
        (
            "{ \"monscope\": 2 }",
            "monscope (line 1, column 15): expected version 1 of the format, found `2`",
        ),
        (
            "{ \"monitors\": 3 }",
            "line 1, column 1: `monscope` is missing: a scenario says \"monscope\": 1",
        ),
        (
            "{ \"monscope\": 1 } x",
            "line 1, column 19: expected its end, found more after the document",
        ),
        (
            "{ \"monscope\": 1, ",
            "line 1, column 18: expected the name of a field, in quotes, found the end of the document",
        ),
        (
            &deep,
            "line 1, column 77: values stand too deep inside each other",
        ),
    ] {
        assert_eq!(error(document).to_string(), says, "{document}");
    }
    let long = format!("title {}", "x".repeat(2 << 20));
    assert_eq!(
        error(&long).to_string(),
        "this document is longer than 1 MB"
    );
}

/// What the format has and this version doesn't do is refused by name; its defaults are accepted.
#[test]
fn what_comes_later_is_refused_by_name() {
    check("documents/later.txt", |line| {
        let error = error(&format!("monitors 3\n{line}\n"));
        assert_eq!(error.line, 2, "{line}");
        error.message.clone()
    });
    for line in [
        "edition luminous",
        "strategy classic",
        "cluster existing",
        "session lossless",
        "loss 0",
        "duplicate 0.000",
        "tiebreaker \"\"",
        "mon 0 joined true priority 0 weight 0 location \"\"",
        "at 1s kill 0 how process",
        "at 1s cut 0 - 1 how drop",
        "monscope 1",
    ] {
        read(&format!("monitors 3\n{line}\n"));
    }
}

#[test]
fn every_option_of_this_version_is_read() {
    for option in OPTIONS {
        let (written, stored) = match option.unit {
            Unit::Seconds => ("2.5", 2_500_000),
            Unit::Factor => ("2.5", 2_500),
            Unit::Count => ("25", 25),
            Unit::Margin => ("0.000025", 25),
            Unit::Flag => ("true", 1),
            Unit::Names => ("a", 1),
            Unit::Strategy => ("3", 3),
        };
        let s = read(&format!("monitors 1\noption {} {written}\n", option.name));
        assert_eq!(option.get(&s.options), stored, "{}", option.name);
        assert!(s.to_text().contains(option.name));
    }
}
