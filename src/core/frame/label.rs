//! What is said beside a disc: as much of it as there is room for.

use super::measure::text_width;
use super::scene::{MonScene, Scene};
use crate::mon::{MonId, Rank, Span};
use crate::scenario::StateName;
use crate::words::{Lang, Line, Phrase, Role, Tone, Val};

/// How much is said beside the discs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Name, state and epoch, ballot with ranks, what it waits for.
    Full,
    /// Name, state and epoch in a word, ballot; what it waits for up to five monitors.
    Short,
    /// Name, epoch or state, a small ballot or whom it acked.
    Tiny,
    /// The name, and exceptions, in one line.
    Name,
    /// The same, along the radius.
    Radial,
    /// Nothing.
    Bare,
}

/// One line beside a disc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelLine {
    /// Its baseline below the top of the label, in px.
    pub baseline: u16,
    /// Is it the name?
    pub name: bool,
    /// What it says.
    pub line: Line,
}

/// The votes a candidate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Its top below the top of the label, in px.
    pub top: u16,
    /// The side of a cell, in px.
    pub cell: u8,
    /// The voters in order of arrival.
    pub votes: Vec<Rank>,
    /// How many could vote: the monitors of the map.
    pub all: u8,
    /// How many make a majority.
    pub need: u8,
    /// The round is won; the cells are gold.
    pub won: bool,
}

impl Ballot {
    /// The space between two cells, in px.
    #[must_use]
    pub const fn gap(&self) -> u16 {
        if self.cell > 6 { 2 } else { 1 }
    }

    /// The height of a cell, in px.
    #[must_use]
    pub const fn height(&self) -> u16 {
        if self.cell > 6 { self.cell as u16 } else { 10 }
    }

    /// Are the voters' ranks written into the cells?
    #[must_use]
    pub const fn numbered(&self) -> bool {
        self.cell >= 14
    }

    /// The left edge of a cell; four pixels are left for the mark of the majority.
    #[must_use]
    pub const fn left(&self, cell: u16) -> u16 {
        cell * (self.cell as u16 + self.gap()) + if cell >= self.need as u16 { 4 } else { 0 }
    }

    /// Where the mark of the majority stands.
    #[must_use]
    pub const fn mark(&self) -> u16 {
        self.need as u16 * (self.cell as u16 + self.gap()) - self.gap() + 3
    }

    /// Its width, in px.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.all as u16 * (self.cell as u16 + self.gap()) - self.gap() + 4
    }
}

/// All that is said beside a disc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The lines from the top.
    pub lines: Vec<LabelLine>,
    /// The votes, of a candidate.
    pub ballot: Option<Ballot>,
    /// Its height, in px.
    pub height: u16,
}

impl Label {
    fn add(&mut self, name: bool, line: Line) {
        if line.is_empty() {
            return;
        }
        self.height += if name { 18 } else { 16 };
        self.lines.push(LabelLine {
            baseline: self.height - 4,
            name,
            line,
        });
    }

    /// Its width in CSS pixels, when the font is `scale` times as wide as the table of [`super::measure`].
    #[must_use]
    pub fn width(&self, detail: Detail, scale: f32) -> f32 {
        let words = self.lines.iter().map(|l| {
            let size = if l.name && detail <= Detail::Short {
                14.0
            } else {
                12.0
            };
            let run = |r: &crate::words::Run| {
                text_width(&r.text, size, l.name || r.role != Role::Plain, scale)
            };
            l.line.0.iter().map(run).sum::<f32>()
        });
        let ballot = self.ballot.iter().map(|b| f32::from(b.width()));
        words.chain(ballot).fold(0.0, f32::max)
    }
}

/// What a label needs to know beyond its monitor.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The scene, for names and ranks of others.
    pub scene: &'a Scene,
    /// The epoch most monitors are in, for labels that tell exceptions only.
    pub usual_epoch: u32,
    /// The language.
    pub lang: Lang,
}

impl Around<'_> {
    /// How many votes make a majority.
    #[must_use]
    pub fn need(&self) -> usize {
        self.all() / 2 + 1
    }

    /// How many monitors the map has.
    #[must_use]
    pub fn all(&self) -> usize {
        self.scene
            .monitors
            .iter()
            .filter(|m| m.rank.is_some())
            .count()
            .max(1)
    }

    fn name_of(&self, rank: Rank) -> &str {
        let mon = self.scene.monitors.iter().find(|m| m.rank == Some(rank));
        mon.map_or("?", |m| m.name.as_str())
    }
}

/// What is said beside a monitor.
#[must_use]
pub fn label(mon: &MonScene, detail: Detail, around: Around<'_>) -> Label {
    let mut label = Label::default();
    match detail {
        Detail::Bare => return label,
        Detail::Name | Detail::Radial => {
            label.add(true, name_and_exceptions(mon, around));
            return label;
        }
        Detail::Full | Detail::Short | Detail::Tiny => {}
    }
    let lang = around.lang;
    label.add(
        true,
        lang.line(Phrase::Mon, &[("mon", Val::Text(&mon.name))]),
    );
    let crowded = detail == Detail::Tiny && around.all() > 5;
    if crowded && votes(mon).is_some() {
        label.add(false, waits_for(mon, detail, around));
        return label;
    }
    label.add(false, state_line(mon, detail, lang));
    if let Some(votes) = votes(mon).filter(|_| !crowded) {
        let (cell, space) = match (detail, around.all()) {
            (Detail::Full, _) => (16, 26),
            (Detail::Short, ..=5) => (12, 22),
            _ => (6, 17),
        };
        label.ballot = Some(Ballot {
            top: label.height + if cell == 6 { 3 } else { 4 },
            cell,
            votes: votes.to_vec(),
            all: around.all() as u8,
            need: around.need() as u8,
            won: false,
        });
        label.height += space;
    }
    if detail == Detail::Full
        || (around.all() <= 5 && (detail == Detail::Short || mon.leader_acked.is_some()))
    {
        label.add(false, waits_for(mon, detail, around));
    }
    label
}

/// The votes of a candidate.
fn votes(mon: &MonScene) -> Option<&[Rank]> {
    (mon.state == StateName::Electing && mon.electing_me && mon.participating)
        .then_some(&mon.acked_me)
}

/// The word for what a monitor does.
#[must_use]
pub fn state_word(mon: &MonScene, lang: Lang) -> &'static str {
    match mon.state {
        StateName::Electing if !mon.participating => lang.say(Phrase::StateExited),
        StateName::Electing if mon.electing_me => lang.say(Phrase::StateCandidate),
        state => lang.state(state),
    }
}

fn state_line(mon: &MonScene, detail: Detail, lang: Lang) -> Line {
    let alone = matches!(mon.state, StateName::Down | StateName::Synchronizing)
        || (detail == Detail::Tiny && mon.state == StateName::Probing);
    let phrase = match detail {
        Detail::Tiny if mon.state == StateName::Synchronizing => Phrase::TinySync,
        _ if alone => Phrase::LabelStateAlone,
        Detail::Full => Phrase::LabelState,
        Detail::Tiny => Phrase::TinyEpoch,
        _ => Phrase::ShortState,
    };
    lang.line(
        phrase,
        &[
            ("state", Val::Text(state_word(mon, lang))),
            ("epoch", Val::Num(mon.epoch.into())),
            ("tone", Val::Hue(Tone::of(mon.state))),
        ],
    )
}

/// The last line: what it waits for, or what it has.
fn waits_for(mon: &MonScene, detail: Detail, around: Around<'_>) -> Line {
    let (lang, full) = (around.lang, detail == Detail::Full);
    let left = mon
        .timer
        .map(|t| lang.span_left(t.at.since(around.scene.now)));
    let left = left.as_deref();
    let timed = |with: Phrase, without: Phrase| {
        if full && left.is_some() {
            with
        } else {
            without
        }
    };
    let quorum = mon.quorum.to_string();
    let acked = mon.leader_acked.map(|rank| around.name_of(rank));
    let phrase = match mon.state {
        _ if mon.paused => Phrase::LabelPaused,
        StateName::Down => return down_line(mon, full, lang),
        StateName::Synchronizing if detail == Detail::Full => Phrase::LabelCopies,
        StateName::Leader if detail != Detail::Tiny => Phrase::LabelQuorum,
        StateName::Peon if left.is_some() && full => Phrase::LabelLease,
        StateName::Peon if left.is_some() && detail == Detail::Short => Phrase::ShortLease,
        StateName::Probing if detail != Detail::Tiny => {
            timed(Phrase::LabelFound, Phrase::LabelFoundAlone)
        }
        StateName::Electing if !mon.participating => Phrase::LabelNoPart,
        StateName::Electing if mon.electing_me && detail == Detail::Tiny && around.all() > 5 => {
            Phrase::TinyVotes
        }
        StateName::Electing if mon.electing_me && detail == Detail::Tiny => return Line::default(),
        StateName::Electing if mon.electing_me && mon.acked_me.len() > around.need() => {
            timed(Phrase::LabelVotesMore, Phrase::LabelVotesMoreAlone)
        }
        StateName::Electing if mon.electing_me => {
            timed(Phrase::LabelVotes, Phrase::LabelVotesAlone)
        }
        StateName::Electing if acked.is_some() && detail == Detail::Tiny => Phrase::TinyAcked,
        StateName::Electing if acked.is_some() => {
            timed(Phrase::LabelAcked, Phrase::LabelAckedAlone)
        }
        StateName::Electing if left.is_some() => Phrase::LabelWaits,
        _ => return Line::default(),
    };
    lang.line(
        phrase,
        &[
            ("left", Val::Text(left.unwrap_or_default())),
            ("votes", Val::Num(mon.acked_me.len() as u64)),
            ("found", Val::Num(mon.outside_quorum as u64)),
            ("need", Val::Num(around.need() as u64)),
            ("quorum", Val::Text(&quorum)),
            ("mon", Val::Text(acked.unwrap_or_default())),
            ("tone", Val::Hue(Tone::of(mon.state))),
        ],
    )
}

fn down_line(mon: &MonScene, full: bool, lang: Lang) -> Line {
    let Some(down) = mon.down.filter(|_| full) else {
        return Line::default();
    };
    let phrase = match down {
        d if d.killed => Phrase::LabelKilled,
        d if d.since.0 == 0 => Phrase::LabelNotBooted,
        _ => Phrase::LabelStopped,
    };
    lang.line(phrase, &[("at", Val::Millis(down.since.0))])
}

fn name_and_exceptions(mon: &MonScene, around: Around<'_>) -> Line {
    let lang = around.lang;
    let mut line = lang.line(Phrase::Mon, &[("mon", Val::Text(&mon.name))]);
    let phrase = match mon.state {
        StateName::Synchronizing => Phrase::NameSync,
        StateName::Down | StateName::Probing => Phrase::NameState,
        StateName::Electing if !mon.participating => Phrase::NameState,
        StateName::Electing if mon.electing_me && mon.acked_me.len() > 1 => Phrase::NameVotes,
        _ if mon.epoch != around.usual_epoch => Phrase::NameEpoch,
        _ => return line,
    };
    let more = lang.text(
        phrase,
        &[
            ("votes", Val::Num(mon.acked_me.len() as u64)),
            ("need", Val::Num(around.need() as u64)),
            ("epoch", Val::Num(mon.epoch.into())),
            ("state", Val::Text(state_word(mon, lang))),
        ],
    );
    line.push(Role::Dim, &more);
    line
}

/// The width of the widest label a monitor may get, and the height of the usual and of the highest one.
#[must_use]
pub fn extent(id: MonId, detail: Detail, around: Around<'_>, scale: f32) -> Extent {
    let mut extent = Extent::default();
    for (sample, state) in samples(id, around) {
        let label = label(&sample, detail, around);
        extent.width = extent.width.max(label.width(detail, scale));
        extent.highest = extent.highest.max(f32::from(label.height));
        if state == StateName::Peon {
            extent.usual = f32::from(label.height);
        }
    }
    extent
}

/// How much room a label needs, in px.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// The widest it gets.
    pub width: f32,
    /// How high it usually is.
    pub usual: f32,
    /// How high it gets.
    pub highest: f32,
}

/// A monitor in the states that have most to say.
fn samples(id: MonId, around: Around<'_>) -> Vec<(MonScene, StateName)> {
    let Some(mon) = around.scene.monitors.iter().find(|m| m.id == id) else {
        return Vec::new();
    };
    let ranks: Vec<Rank> = around
        .scene
        .monitors
        .iter()
        .filter_map(|m| m.rank)
        .collect();
    let longest = around.scene.monitors.iter().max_by_key(|m| m.name.len());
    let states = [
        StateName::Down,
        StateName::Probing,
        StateName::Synchronizing,
        StateName::Electing,
        StateName::Leader,
        StateName::Peon,
    ];
    let mut out = Vec::new();
    for state in states {
        let mut sample = mon.clone();
        sample.state = state;
        sample.epoch = 88;
        sample.participating = true;
        sample.paused = false;
        sample.electing_me = false;
        sample.acked_me.clone_from(&ranks);
        sample.quorum = ranks.iter().copied().collect();
        sample.outside_quorum = 1;
        sample.leader_acked = longest.and_then(|m| m.rank);
        sample.down = Some(super::scene::DownScene {
            since: around.scene.now + Span::from_secs(99),
            killed: true,
        });
        sample.timer = Some(super::scene::TimerScene {
            timer: crate::mon::Timer::Election,
            at: around.scene.now + Span::from_ms(8_800),
            length: Span::from_secs(9),
        });
        if state == StateName::Electing {
            let mut candidate = sample.clone();
            candidate.electing_me = true;
            out.push((candidate.clone(), state));
            candidate.acked_me.truncate(around.need());
            out.push((candidate, state));
        }
        out.push((sample, state));
    }
    out
}
