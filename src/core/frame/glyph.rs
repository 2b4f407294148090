//! The shapes of messages, badges and marks, as path data around the origin. They fit 16 px.

use crate::mon::Kind;

/// How a shape is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Filled: it answers, or declares.
    Fill,
    /// A stroke of 2 px: it asks.
    Hollow,
    /// A stroke of 3 px.
    Bold,
}

/// The shape of a kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// Path data around the origin.
    pub path: &'static str,
    /// How it is painted.
    pub paint: Paint,
    /// The custom property with its colour, without the dashes: `electing`.
    pub hue: &'static str,
}

const fn glyph(path: &'static str, paint: Paint, hue: &'static str) -> Glyph {
    Glyph { path, paint, hue }
}

/// The shape of a kind: hollow asks, filled answers; the colour is that of the state it belongs to.
#[must_use]
pub const fn of(kind: Kind) -> Glyph {
    use Paint::{Bold, Fill, Hollow};
    match kind {
        Kind::Propose => glyph("M0-7.5L7.5 6H-7.5Z", Fill, "electing"),
        Kind::Ack => glyph("M-6.5.5L-2 5L7-5.5", Bold, "peon"),
        Kind::Victory => glyph(
            "M0-9L2.5-3.1L8.9-2.6L4 1.6L5.5 7.8L0 4.5L-5.5 7.8L-4 1.6L-8.9-2.6L-2.5-3.1Z",
            Fill,
            "leader",
        ),
        Kind::Nak => glyph("M-5.5-5.5L5.5 5.5M5.5-5.5L-5.5 5.5", Bold, "fault"),
        Kind::Probe => glyph(
            "M5.5 0A5.5 5.5 0 1 1-5.5 0A5.5 5.5 0 1 1 5.5 0Z",
            Hollow,
            "probing",
        ),
        Kind::ProbeReply => glyph("M6 0A6 6 0 1 1-6 0A6 6 0 1 1 6 0Z", Fill, "probing"),
        Kind::Collect => glyph("M-5-5H5V5H-5Z", Hollow, "paxos"),
        Kind::Last => glyph("M-6-6H6V6H-6Z", Fill, "paxos"),
        Kind::Begin => glyph("M0-7L7 0L0 7L-7 0Z", Hollow, "paxos"),
        // Its left half is full, its right one hollow.
        Kind::Accept => glyph("M0-8V8L-8 0ZM0-8L8 0L0 8V5.2L5.2 0L0-5.2Z", Fill, "paxos"),
        Kind::Commit => glyph("M0-8L8 0L0 8L-8 0Z", Fill, "paxos"),
        Kind::Lease => glyph(
            "M-3.5-3.5H3.5A3.5 3.5 0 0 1 3.5 3.5H-3.5A3.5 3.5 0 0 1-3.5-3.5Z",
            Hollow,
            "paxos",
        ),
        Kind::LeaseAck => glyph("M-4-4H4A4 4 0 0 1 4 4H-4A4 4 0 0 1-4-4Z", Fill, "paxos"),
        Kind::Ping => glyph("M3 0A3 3 0 1 1-3 0A3 3 0 1 1 3 0Z", Fill, "paxos"),
        Kind::Sync => glyph("M-6-5H6M-6 0H6M-6 5H6", Hollow, "sync"),
        Kind::Join => glyph("M0-6.5V6.5M-6.5 0H6.5", Hollow, "paxos"),
        Kind::Forward => glyph("M-5.5-5.5L0 0L-5.5 5.5M.5-5.5L6 0L.5 5.5", Hollow, "paxos"),
        Kind::Route => glyph("M5.5-5.5L0 0L5.5 5.5M-.5-5.5L-6 0L-.5 5.5", Hollow, "paxos"),
    }
}

/// A message that carries an election epoch worth showing.
#[must_use]
pub const fn shows_epoch(kind: Kind) -> bool {
    matches!(kind, Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak)
}

/// The leader's crown, its foot at the origin.
pub const CROWN: &str = "M-13 0V-2L-15-13L-7.5-7.5L0-16L7.5-7.5L15-13L13-2V0Z";
/// A cross: killed, or a link cut both ways.
pub const CROSS: &str = "M-4-4L4 4M4-4L-4 4";
/// An arrow before a bar: cut one way.
pub const STOP: &str = "M-6 0H1M-2-3.5L1.5 0L-2 3.5M5.5-6V6";
/// The badge of a killed monitor.
pub const KILLED: &str = "M-3.2-3.2L3.2 3.2M3.2-3.2L-3.2 3.2";
/// The badge of a paused monitor.
pub const PAUSED: &str = "M-2-3.4V3.4M2-3.4V3.4";
/// The badge of a monitor outside by `quorum exit`.
pub const EXITED: &str = "M-3.8 0H2.6M-.2-2.9L2.8 0L-.2 2.9M4.6-3.6V3.6";
/// A clock, in the log: a timer fired.
pub const CLOCK: &str = "M7.5 0A7.5 7.5 0 1 1-7.5 0A7.5 7.5 0 1 1 7.5 0ZM0-4.5V0L3.5 2";
