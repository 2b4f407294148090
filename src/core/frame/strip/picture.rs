//! What is to be painted of the strip, sorted by the pen that paints it: a painter sets each pen up once.

use crate::mon::{Kind, State};

/// A pen. They are used in this order.
#[allow(missing_docs, reason = "each is named after what it paints")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Pen {
    Outage,
    Loop,
    Down,
    Peon,
    Leader,
    Sync,
    Electing,
    ElectingThin,
    Probing,
    Quiet,
    Paxos,
    Probe,
    ProbeReply,
    Copy,
    Ack,
    Propose,
    Nak,
    Victory,
    Cross,
    ManyElection,
    ManyProbes,
    ManyPaxos,
    Bracket,
    Axis,
    Deed,
    Broken,
}

/// What a pen does with the four numbers of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Fills a box: left, top, width, height.
    Fill,
    /// Fills such a box with the background and draws its edge.
    Box,
    /// Draws a line from one point to another.
    Line,
}

/// How a pen paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// The custom property with its colour, without the dashes.
    pub hue: &'static str,
    /// What it does.
    pub way: Way,
    /// How wide its line is, in hundredths of a pixel.
    pub width: u16,
    /// How long a dash and a gap are, in tenths of a pixel; zeros: no dashes.
    pub dash: (u8, u8),
    /// How much it covers, in percent.
    pub cover: u8,
}

const fn fill(hue: &'static str, cover: u8) -> Ink {
    Ink {
        hue,
        way: Way::Fill,
        width: 0,
        dash: (0, 0),
        cover,
    }
}

const fn line(hue: &'static str, width: u16, dash: (u8, u8), cover: u8) -> Ink {
    Ink {
        hue,
        way: Way::Line,
        width,
        dash,
        cover,
    }
}

/// Every pen's ink, in the order of the pens. Kinds of message differ by dash and weight as well as by hue.
pub const INKS: [Ink; 26] = [
    fill("outage", 100),
    fill("sunk", 100),
    line("down", 125, (30, 50), 100),
    fill("peon", 100),
    fill("leader", 100),
    fill("sync", 50),
    Ink {
        way: Way::Box,
        ..line("electing", 125, (0, 0), 100)
    },
    fill("electing", 100),
    line("probing", 350, (1, 60), 100),
    line("paxos", 100, (0, 0), 30),
    line("paxos", 100, (0, 0), 70),
    line("probing", 100, (15, 30), 75),
    line("probing", 100, (0, 0), 75),
    line("sync", 125, (80, 20), 100),
    line("peon", 125, (50, 25), 100),
    line("electing", 125, (0, 0), 100),
    line("fault", 125, (0, 0), 100),
    line("leader", 225, (0, 0), 100),
    line("fault", 150, (0, 0), 100),
    fill("electing", 85),
    fill("probing", 85),
    fill("paxos", 85),
    line("fault", 150, (0, 0), 100),
    line("edge", 100, (0, 0), 100),
    line("ink", 100, (20, 20), 100),
    line("fault", 200, (0, 0), 100),
];

impl Pen {
    /// The pen of a state's lane.
    #[must_use]
    pub const fn of_state(state: State) -> Self {
        match state {
            State::Down => Self::Down,
            State::Probing => Self::Probing,
            State::Synchronizing => Self::Sync,
            State::Electing => Self::Electing,
            State::Leader => Self::Leader,
            State::Peon => Self::Peon,
        }
    }

    /// The pen of a message's arrow.
    #[must_use]
    pub const fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Probe => Self::Probe,
            Kind::ProbeReply => Self::ProbeReply,
            Kind::Propose => Self::Propose,
            Kind::Ack => Self::Ack,
            Kind::Victory => Self::Victory,
            Kind::Nak => Self::Nak,
            Kind::Sync => Self::Copy,
            Kind::Lease | Kind::LeaseAck | Kind::Ping => Self::Quiet,
            Kind::Collect
            | Kind::Last
            | Kind::Begin
            | Kind::Accept
            | Kind::Commit
            | Kind::Join
            | Kind::Forward
            | Kind::Route => Self::Paxos,
        }
    }

    /// The pen of messages that are too many for arrows.
    #[must_use]
    pub const fn of_many(kind: Kind) -> Self {
        match Self::of_kind(kind) {
            Self::Quiet | Self::Paxos => Self::ManyPaxos,
            Self::Probe | Self::ProbeReply | Self::Copy => Self::ManyProbes,
            _ => Self::ManyElection,
        }
    }
}

/// Where a text stands against its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
}

/// How a text looks.
#[allow(missing_docs, reason = "each is named after what it says")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Look {
    EpochLeader,
    EpochPeon,
    EpochElecting,
    Note,
    Alarm,
    Outage,
    Tick,
    Fold,
}

/// The hue of each look, its size in pixels, whether it is heavier, and how wide the halo of background round it is.
pub const LOOKS: [(&str, u8, bool, u8); 8] = [
    ("on-leader", 11, true, 0),
    ("peon-ink", 11, true, 4),
    ("electing-ink", 11, true, 3),
    ("ink-2", 11, false, 4),
    ("fault-ink", 11, true, 4),
    ("fault-ink", 12, true, 0),
    ("ink-3", 11, false, 0),
    ("ink-2", 11, false, 0),
];

/// A text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where.
    pub at: (f32, f32),
    /// How it stands there.
    pub align: Align,
    /// How it looks.
    pub look: Look,
    /// What it says.
    pub words: String,
}

/// What is to be painted of the strip. Coordinates are CSS pixels from its left upper corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The strokes of each pen.
    pub strokes: [Vec<[f32; 4]>; INKS.len()],
    /// The middle of the foot of each crown.
    pub crowns: Vec<(f32, f32)>,
    /// The texts.
    pub texts: Vec<Text>,
}

impl Picture {
    pub(super) fn stroke(&mut self, pen: Pen, numbers: [f32; 4]) {
        self.strokes[pen as usize].push(numbers);
    }

    pub(super) fn text(&mut self, at: (f32, f32), align: Align, look: Look, words: String) {
        self.texts.push(Text {
            at,
            align,
            look,
            words,
        });
    }

    pub(super) fn cross(&mut self, pen: Pen, (x, y): (f32, f32), r: f32) {
        self.stroke(pen, [x - r, y - r, x + r, y + r]);
        self.stroke(pen, [x + r, y - r, x - r, y + r]);
    }
}
