//! Where scenarios come from: the gallery, and what people drop or paste.

use monscope_core::mon::{MonId, Span, Time};
use monscope_core::scenario::{
    Action, By, Edition, MonSpec, Network, Origin, Scenario, Scripted, Starts, Strategy,
};

/// A scenario that comes with the page.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in addresses: `leader-dies`.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    scenario: fn() -> Scenario,
}

impl Entry {
    /// The scenario itself.
    #[must_use]
    pub fn open(&self) -> Scenario {
        (self.scenario)()
    }
}

/// The scenario a page without any begins with.
pub const FIRST: &str = "leader-dies";

/// The gallery.
pub const GALLERY: &[Entry] = &[
    Entry {
        slug: "cold-start",
        title: "Cold start",
        scenario: || plain("Cold start", 5, 7, &[]),
    },
    Entry {
        slug: "leader-dies",
        title: "The leader dies",
        scenario: || {
            plain(
                "The leader dies",
                5,
                21,
                &[
                    (12, Action::Kill(vec![MonId(0)])),
                    (40, Action::Restart(vec![MonId(0)])),
                ],
            )
        },
    },
    Entry {
        slug: "minority",
        title: "A minority is cut off",
        scenario: || {
            let groups = vec![vec![MonId(0), MonId(1)], vec![MonId(2), MonId(3), MonId(4)]];
            plain(
                "A minority is cut off",
                5,
                42,
                &[(12, Action::Partition(groups)), (60, Action::Heal(None))],
            )
        },
    },
    Entry {
        slug: "flapping",
        title: "A broken link to rank 0",
        scenario: || {
            let cut = Action::Cut {
                from: MonId(0),
                to: MonId(1),
                both: true,
            };
            plain(
                "A broken link to rank 0",
                5,
                42,
                &[(12, cut), (70, Action::Heal(None))],
            )
        },
    },
    Entry {
        slug: "nine",
        title: "Nine monitors",
        scenario: || plain("Nine monitors", 9, 3, &[(12, Action::Kill(vec![MonId(0)]))]),
    },
    Entry {
        slug: "thirty-one",
        title: "Thirty-one monitors",
        scenario: || {
            plain(
                "Thirty-one monitors",
                31,
                9,
                &[(12, Action::Kill(vec![MonId(0)]))],
            )
        },
    },
    Entry {
        slug: "alone",
        title: "One monitor",
        scenario: || plain("One monitor", 1, 1, &[]),
    },
];

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The line and column, from 1, if it has one.
    pub place: Option<(u32, u32)>,
    /// What is wrong.
    pub what: String,
}

/// Reads a document: a scenario, or what Ceph printed.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(_document: &str) -> Result<Scenario, Unread> {
    Err(Unread {
        place: Some((1, 1)),
        what: String::from("documents are not read yet"),
    })
}

fn plain(title: &str, n: u8, seed: u64, script: &[(u64, Action)]) -> Scenario {
    let letter = |i: u8| char::from(if i < 26 { b'a' + i } else { b'A' + i - 26 });
    let monitor = |i: u8| MonSpec {
        name: letter(i).to_string(),
        addr: [
            "10.0.0.",
            &monscope_core::words::fill::decimal(u64::from(i) + 1),
            ":6789",
        ]
        .concat(),
        epoch: None,
        capable: true,
        starts: Starts::Up,
    };
    let scripted = |(at, action): &(u64, Action)| Scripted {
        at: Time(at * 1_000_000),
        action: action.clone(),
        by: By::Author,
    };
    let mut all = vec![Scripted {
        at: Time::ZERO,
        action: Action::Boot(Vec::new()),
        by: By::Author,
    }];
    all.extend(script.iter().map(scripted));
    Scenario {
        title: title.to_owned(),
        monitors: (0..n).map(monitor).collect(),
        monmap_epoch: 1,
        fsid: None,
        edition: Edition::Luminous,
        strategy: Strategy::Classic,
        seed,
        network: Network {
            latency: (Span::from_ms(20), Span::from_ms(60)),
            ..Network::default()
        },
        options: Default::default(),
        script: all,
        notes: Vec::new(),
        expects: Vec::new(),
        asks: Vec::new(),
        loops: Vec::new(),
        origin: Origin::Written,
    }
}
