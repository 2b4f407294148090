//! What came of a deed: the same measures of a real run and of a simulated one.

/// What came of a deed by the time of the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Who led in the end, and its quorum: `0/01234`; `none`.
    pub(crate) end: String,
    /// The quorum of the first victory; `-`: there was none.
    pub(crate) first_quorum: String,
    /// How many victories were declared.
    pub(crate) victories: u32,
    /// How many times somebody proposed itself.
    pub(crate) starts: u32,
    /// By how much the highest election epoch rose.
    pub(crate) rise: u32,
    /// Microseconds until somebody called an election.
    pub(crate) notice: Option<u64>,
    /// Microseconds until the first victory.
    pub(crate) victory: Option<u64>,
    /// Microseconds until the last of the final quorum was in it, if it came together in this phase.
    pub(crate) settle: Option<u64>,
}

/// A measure that is a name.
pub(crate) const NAMED: [&str; 2] = ["end", "first quorum"];

/// A measure that is a number.
pub(crate) const COUNTED: [&str; 6] = [
    "elections",
    "starts",
    "epoch +",
    "notice",
    "victory",
    "settle",
];

/// How many of [`COUNTED`] are counts; the rest are times.
pub(crate) const COUNTS: usize = 3;

impl Outcome {
    pub(crate) fn named(&self) -> [&str; 2] {
        [&self.end, &self.first_quorum]
    }

    /// The numbers, times in microseconds; `None`: it did not happen.
    pub(crate) fn counted(&self) -> [Option<u64>; 6] {
        let count = |n: u32| Some(u64::from(n));
        [
            count(self.victories),
            count(self.starts),
            count(self.rise),
            self.notice,
            self.victory,
            self.settle,
        ]
    }
}
