//! Everything that takes branches: recordings of Ceph's own code, the gallery, stories of clusters, single steps.

#[allow(dead_code, reason = "the replay on its own uses the rest of it")]
#[path = "../conformance/replay.rs"]
mod replay;
#[path = "../common/taken.rs"]
mod taken;

#[path = "../monitor/bench.rs"]
mod bench;
#[path = "../monitor/editions.rs"]
mod editions;
#[path = "../monitor/forged.rs"]
mod forged;
#[path = "../monitor/learning.rs"]
mod learning;
#[path = "../monitor/steps.rs"]
mod steps;
#[path = "../monitor/values.rs"]
mod values;

#[path = "../stories/corners.rs"]
mod corners;
#[path = "../stories/joining.rs"]
mod joining;
#[path = "../stories/lossy.rs"]
mod lossy;
#[path = "../stories/modern.rs"]
mod modern;
#[path = "../stories/pings.rs"]
mod pings;

use std::collections::BTreeSet;
use std::path::Path;

use monscope::core::mon::{Branch, Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario;
use monscope::core::scenario::gallery::GALLERY;

/// What kind of test takes a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// A recording of Ceph's own code, replayed.
    Recording,
    /// A scenario of the gallery, played.
    Gallery,
    /// A story of a cluster, played.
    Story,
    /// Input made up for a single monitor, elector or logic.
    Step,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Recording, Self::Gallery, Self::Story, Self::Step];

    /// Its name in the list.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Recording => "recordings",
            Self::Gallery => "gallery",
            Self::Story => "stories",
            Self::Step => "steps",
        }
    }
}

/// A test and what it takes.
pub(crate) struct Source {
    pub(crate) way: Way,
    pub(crate) name: String,
    pub(crate) taken: BTreeSet<Branch>,
}

/// Every test that takes branches, run.
///
/// # Errors
/// A recording or a scenario can't be read.
pub(crate) fn all() -> Result<Vec<Source>, String> {
    let mut sources = recordings()?;
    for entry in GALLERY {
        let scenario =
            scenario::read(entry.text).map_err(|error| format!("{}: {error}", entry.slug))?;
        let whens = scenario.expects.iter().map(|expect| expect.when.time());
        let until = whens.max().unwrap_or(Time::ZERO) + Span::from_secs(1);
        let taken = taken::by(|| {
            let mut player = Player::new(scenario.clone());
            player.advance_to(until);
            taken::note_run(&player);
        });
        sources.push(Source {
            way: Way::Gallery,
            name: entry.slug.to_owned(),
            taken,
        });
    }
    let tests = [
        (Way::Story, "corners", corners::TESTS),
        (Way::Story, "joining", joining::TESTS),
        (Way::Story, "lossy", lossy::TESTS),
        (Way::Story, "modern", modern::TESTS),
        (Way::Step, "editions", editions::TESTS),
        (Way::Story, "pings", pings::TESTS),
        (Way::Step, "forged", forged::TESTS),
        (Way::Step, "learning", learning::TESTS),
        (Way::Step, "steps", steps::TESTS),
        (Way::Step, "values", values::TESTS),
    ];
    for (way, file, tests) in tests {
        sources.extend(tests.iter().map(|(name, test)| Source {
            way,
            name: format!("{file}::{name}"),
            taken: taken::by(test),
        }));
    }
    Ok(sources)
}

fn recordings() -> Result<Vec<Source>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut sources = Vec::new();
    for file in replay::recordings(&folder)? {
        let mut tally = replay::tally::Tally::default();
        let recording = replay::Recording::open(&file)?;
        let (name, kind) = (replay::name_of(&file), recording.kind());
        for scenario in recording {
            replay::replay_scenario(&name, kind, &scenario?, &mut tally)?;
        }
        sources.push(Source {
            way: Way::Recording,
            name,
            taken: tally.taken,
        });
    }
    Ok(sources)
}
