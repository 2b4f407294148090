//! What Ceph printed, pasted.

use monscope::core::mon::MonId;
use monscope::core::scenario::{self, Edition, Origin, RankOrder, Starts};

use super::{check, error, load, read};

/// What a pasted document became, in a line: monitors in order of rank, who starts down, stored epoch.
fn pasted(file: &str) -> String {
    let s = match scenario::read(&load(&format!("pasted/{file}"))) {
        Ok(s) => s,
        Err(error) => return error.to_string(),
    };
    assert_eq!(read(&s.to_text()), s, "{file}");
    assert_eq!(read(&s.to_json()), s, "{file}");
    let Origin::Ceph { command, down } = &s.origin else {
        panic!("{file}: not from Ceph");
    };
    let in_order: Vec<MonId> = (0..s.monitors.len())
        .map(|place| MonId(place as u8))
        .collect();
    assert_eq!(s.by_rank(), in_order, "{file}: listed in order of rank");
    let starts_down = |id: &MonId| s.monitors[id.index()].starts == Starts::Down;
    assert!(
        in_order
            .iter()
            .all(|id| starts_down(id) == down.contains(id)),
        "{file}"
    );
    let mons: Vec<String> = s
        .monitors
        .iter()
        .map(|mon| format!("{}={}", mon.name, mon.addr))
        .collect();
    let listed = if s.rank_order == s.usual_rank_order() {
        ""
    } else {
        " as listed"
    };
    let mut elects = match s.edition {
        Edition::Luminous => String::new(),
        Edition::Modern => format!(" modern {}", s.strategy.name()),
    };
    for (what, mons) in [
        ("disallowed", s.disallowed.as_slice()),
        ("tiebreaker", s.tiebreaker.as_slice()),
        ("marked_down", s.marked_down.as_slice()),
    ] {
        for id in mons {
            elects += &format!(" {what} {}", s.monitors[id.index()].name);
        }
    }
    let sites: Vec<&str> = s
        .monitors
        .iter()
        .filter_map(|mon| mon.location.as_deref())
        .collect();
    if !sites.is_empty() {
        elects += &format!(" at {}", sites.join(" "));
    }
    if let Some(release) = s.min_release {
        elects += &format!(" from {release}");
    }
    let down: Vec<&str> = down
        .iter()
        .map(|id| s.monitors[id.index()].name.as_str())
        .collect();
    let epoch = s.monitors[0]
        .epoch
        .map_or("-".to_owned(), |epoch| epoch.to_string());
    let (map, mons, down) = (s.monmap_epoch, mons.join(" "), down.join(" "));
    format!("{command}{elects} e{map}: {mons}{listed}, down [{down}], epoch {epoch}")
}

#[test]
fn what_ceph_prints_becomes_the_cluster_or_is_explained() {
    check("pasted/expected.txt", pasted);
}

/// Each line changes one thing of a good map.
#[test]
fn a_damaged_map_is_explained() {
    const MAP: &str = r#"{"epoch":3,"mons":[{"rank":0,"name":"c","addr":"10.0.0.9:6789/0"},
        {"rank":1,"name":"a","addr":"10.0.0.1:6789/0"}],"quorum":[0]}"#;
    let s = read(MAP);
    assert_eq!(
        (s.rank_order, s.monitors[1].starts),
        (RankOrder::AsListed, Starts::Down)
    );
    let not_now = read(&MAP.replacen('{', r#"{"as_now":false,"#, 1));
    assert_eq!(not_now.monitors[1].starts, Starts::Up);
    let swapped = read(
        &MAP.replace("k\":0", "k\":2")
            .replace("k\":1", "k\":0")
            .replace("k\":2", "k\":1"),
    );
    assert_eq!(
        (swapped.monitors[0].name.as_str(), swapped.rank_order),
        ("a", RankOrder::ByAddress)
    );
    for (from, to, says) in [
        (
            "\"c\"",
            "\"a\"",
            "line 1, column 1: there are two monitors named `a`",
        ),
        (
            "10.0.0.9",
            "10.0.0.1",
            "line 1, column 1: mon.c and mon.a have the same address",
        ),
        (
            "10.0.0.9:6789/0",
            "-",
            "line 1, column 1: mon.c has no address that can be read: `-`",
        ),
        (
            "\"rank\":1",
            "\"rank\":0",
            "mons[1] (line 2, column 9): there are two monitors of rank 0",
        ),
        (
            "\"rank\":1",
            "\"rank\":2",
            "mons[1].rank (line 2, column 17): expected a rank: a whole number from 0 to 1, found `2`",
        ),
        (
            "[0]",
            "[9]",
            "quorum[0] (line 2, column 67): expected a rank: a whole number from 0 to 1, found `9`",
        ),
        (
            "\"addr\":\"10.0.0.9",
            "\"port\":\"10.0.0.9",
            "mons[0] (line 1, column 20): `addr` is missing here",
        ),
        (
            "\"quorum\":[0]",
            "\"x\":nan",
            "line 2, column 61: `nan` is not a value; here may stand: true, false, null",
        ),
    ] {
        assert_eq!(error(&MAP.replace(from, to)).to_string(), says, "{to}");
    }
    let none = error(r#"{"mons":[]}"#).to_string();
    assert_eq!(
        none,
        "line 1, column 1: this map has 0 monitors; from 1 to 31 can run here"
    );
    // Who is alive is all that a monitor without a quorum can say about now.
    let alone = r#"{"as_now":true,"name":"c","rank":0,"state":"probing","quorum":[],
        "outside_quorum":["c"],"monmap":MAP}"#;
    let s = read(&alone.replace("MAP", MAP));
    assert_eq!(
        (s.monitors[0].starts, s.monitors[1].starts),
        (Starts::Up, Starts::Down)
    );
}
