//! Where the simulator is known to differ from the real runs, and why: the one place for it.

/// A difference that is understood.
struct Reason {
    /// The scenario: `S12`.
    scenario: &'static str,
    /// What the variant and the deed contain; empty: whatever they are.
    part: &'static str,
    /// The columns; empty: all of them.
    columns: &'static [&'static str],
    why: &'static str,
}

const REASONS: &[Reason] = &[
    Reason {
        scenario: "S10R",
        part: "/ heal",
        columns: &["victory", "settle"],
        why: "one of three real runs needed a second round, and began it when all links came back in the same instant, \
              0.95 s after the heal; simulated ones mostly come back one after the other, and the first one calls",
    },
    Reason {
        scenario: "S11R",
        part: "/ cut",
        columns: &["end"],
        why: FLAPPING,
    },
    Reason {
        scenario: "S12",
        part: "/ cut 1->0",
        columns: &["end"],
        why: FLAPPING,
    },
    Reason {
        scenario: "S14b",
        part: "",
        columns: &["first quorum"],
        why: SLOW_MAPS,
    },
    Reason {
        scenario: "S14f",
        part: "",
        columns: &["first quorum"],
        why: SLOW_MAPS,
    },
    Reason {
        scenario: "S17r",
        part: "",
        columns: &["settle"],
        why: "a victory carries the table of commands, and on a new connection TCP begins slowly: it takes two round \
              trips more than a small message, 0.4 s here; simulated messages have no size",
    },
    Reason {
        scenario: "S19b",
        part: "",
        columns: &["notice", "victory"],
        why: "in one of four real runs the peers remembered the number of a longer history of connections than was \
              recorded, and refused the newcomer twice, so 0.6 s; here its history begins with the recording",
    },
    Reason {
        scenario: "S19c",
        part: "1000",
        columns: &["first quorum"],
        why: "whether one peer takes a restarted monitor at once, which then calls before its leader reaches it, hangs \
              on the order in which the processes started first; that was not recorded, and is left to chance here",
    },
];

const FLAPPING: &str = "a look into the midst of the flapping: somebody is in state leader for a third to a half of \
                        that time, in real runs and in simulated ones, and these three runs agree by luck";

const SLOW_MAPS: &str = "real monitors, the leader too, take up to 20 ms to look at a new map, and some miss each \
                         other's proposals by that; here it takes no time, and the leader is always first";

/// Why this row differs in this column, if that is known.
pub(crate) fn why(
    scenario: &str,
    variant: &str,
    title: &str,
    column: &str,
) -> Option<&'static str> {
    let title = format!("{variant} / {title}");
    let fits = |reason: &&Reason| {
        let column = reason.columns.is_empty() || reason.columns.contains(&column);
        column && reason.scenario == scenario && title.contains(reason.part)
    };
    REASONS.iter().find(fits).map(|reason| reason.why)
}

/// Every reason, and the scenario and the part of the row's name that it is for.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let parts = |reason: &Reason| (reason.scenario, reason.part, reason.why);
    REASONS.iter().map(parts)
}
