//! How much a document may ask for. Everything outside is an error that says so.

use crate::mon::rank::MONITORS_MAX;

/// The longest document, in bytes.
pub const DOCUMENT_MAX: usize = 1 << 20;
/// The most monitors.
pub const MONS_MAX: u64 = MONITORS_MAX as u64;
/// The latest instant, in microseconds: 10 days.
pub const TIME_MAX: u64 = 10 * 24 * HOUR;
/// The longest time a message may take, in microseconds.
pub const LATENCY_MAX: u64 = HOUR;
/// The highest ordinal of a message.
pub const ORDINAL_MAX: u64 = 1_000_000_000;
/// The shortest period of an `every`, in microseconds.
pub const PERIOD_MIN: u64 = 1_000;
/// The highest election epoch and monmap epoch; far from where counting on could overflow.
pub const EPOCH_MAX: u64 = 1_000_000_000;
/// The highest Paxos version on a disk.
pub const VERSION_MAX: u64 = 1_000_000_000;
/// The most commits that one action asks for.
pub const COMMITS_MAX: u64 = 10_000;
/// The longest script, with every `every` written out.
pub const SCRIPT_MAX: usize = 10_000;
/// The most notes, expectations, questions or loops.
pub const LINES_MAX: usize = 2_000;
/// The longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest note, question or answer, in characters.
pub const NOTE_MAX: usize = 2_000;
/// The longest name of a monitor, in characters.
pub const NAME_MAX: usize = 64;
/// The shortest and the longest time an option may say, in microseconds.
pub const OPTION_SPAN: (u64, u64) = (10_000, 24 * HOUR);
/// The smallest and the largest factor an option may say, in thousandths.
pub const OPTION_FACTOR: (u64, u64) = (10, 1_000_000);
/// The smallest and the largest count an option may say.
pub const OPTION_COUNT: (u64, u64) = (0, 1_000_000_000);
/// The smallest and the largest margin of scores, in millionths.
pub const OPTION_MARGIN: (u64, u64) = (0, 100_000_000);

const HOUR: u64 = 3_600_000_000;

/// A limit of time as errors say it.
pub(crate) const fn in_words(micros: u64) -> &'static str {
    match micros {
        LATENCY_MAX => "1 hour",
        _ => "10 days",
    }
}
