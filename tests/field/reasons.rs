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

const REASONS: &[Reason] = &[];

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

/// Every reason there is.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    REASONS.iter().map(|reason| reason.why)
}
