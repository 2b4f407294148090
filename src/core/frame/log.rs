//! The log: which events make a line, and what the line says.

mod filter;

pub use filter::{Filter, Kinds, is_essential};

use super::glyph::{self, Glyph, Paint};
use super::verdict::{Telling, action};
use crate::mon::{Branch, Kind, MonId, RankSet, Span, State, Time};
use crate::play::Player;
use crate::scenario::By;
use crate::sim::check::Property;
use crate::sim::trace::Loss;
use crate::sim::{Event, EventId, EventKind};
use crate::words::fill::decimal;
use crate::words::{Lang, Line, Phrase, Role, Val};

/// A quiet stretch at least this long is told by a line of its own.
const QUIET: Span = Span::from_secs(1);

/// What a row of the log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// An event: its place in the run.
    Event(u32),
    /// Nothing was said for so long.
    Quiet(Span),
}

/// The rows of the log, kept up with the run.
#[derive(Clone, Debug, Default)]
pub struct Log {
    rows: Vec<Row>,
    lines: u32,
    all: u32,
    read: usize,
    last_at: Option<Time>,
    filter: Filter,
}

impl Log {
    /// An empty log of what `filter` lets through.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self {
            filter,
            ..Self::default()
        }
    }

    /// What it lets through.
    #[must_use]
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The rows, oldest first.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many of them are events.
    #[must_use]
    pub const fn lines(&self) -> u32 {
        self.lines
    }

    /// How many there were, had everything been let through.
    #[must_use]
    pub const fn all(&self) -> u32 {
        self.all
    }

    /// Reads what has happened since the last time. When known events were dropped, start with a new log.
    pub fn read(&mut self, events: &[Event]) {
        for (i, event) in events.iter().enumerate().skip(self.read) {
            if !is_told(event) {
                continue;
            }
            self.all += 1;
            if !self.filter.passes(event) {
                continue;
            }
            if let Some(last) = self.last_at
                && event.at.since(last) >= QUIET
            {
                self.rows.push(Row::Quiet(event.at.since(last)));
            }
            self.last_at = Some(event.at);
            self.rows.push(Row::Event(i as u32));
            self.lines += 1;
        }
        self.read = self.read.max(events.len());
    }

    /// How many events it has read.
    #[must_use]
    pub const fn upto(&self) -> usize {
        self.read
    }

    /// How many of the rows tell of the first `events` events.
    #[must_use]
    pub fn rows_upto(&self, events: u32) -> usize {
        let after = |row: &Row| matches!(row, Row::Event(place) if *place >= events);
        // A quiet stretch belongs to the line that ends it.
        let (mut low, mut high) = (0, self.rows.len());
        while low < high {
            let middle = (low + high) / 2;
            let tells = self.rows[middle..]
                .iter()
                .take(2)
                .find(|row| matches!(row, Row::Event(_)));
            if tells.is_some_and(after) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Is there anything to say about it? What left, and what changed, is told by what was handled.
fn is_told(event: &Event) -> bool {
    !matches!(
        event.kind,
        EventKind::Send | EventKind::State | EventKind::Epoch
    )
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When, in seconds with three decimals.
    pub at: String,
    /// The event.
    pub event: EventId,
    /// Whom it is about: the name without `mon.`, and what it does after the event.
    pub mon: Option<(String, Option<State>)>,
    /// Its shape.
    pub icon: Option<Glyph>,
    /// What it says.
    pub words: Line,
    /// The branches taken: `PROPOSE-4 7a`.
    pub branches: String,
    /// Somebody's doing.
    pub by_hand: bool,
}

/// The line of an event.
#[must_use]
pub fn line(player: &Player, event: &Event, lang: Lang) -> LogLine {
    let teller = Teller {
        player,
        event,
        lang,
    };
    let mut words = teller.words();
    let outcome = teller.outcome();
    if !outcome.is_empty() {
        words.append(&lang.line(Phrase::LogOutcome, &[("what", Val::Text(&outcome))]));
    }
    if event.kind.is_handled() && event.epoch != event.epoch_before && event.epoch_before > 0 {
        let epochs = [
            ("before", Val::Num(event.epoch_before.into())),
            ("after", Val::Num(event.epoch.into())),
        ];
        words.push(Role::Dim, &lang.text(Phrase::LogEpoch, &epochs));
    }
    LogLine {
        at: lang.text(Phrase::LogAt, &[("at", Val::Millis(event.at.0))]),
        event: event.id,
        mon: event.mon.map(|mon| (teller.name(mon), state_after(event))),
        icon: icon(event),
        words,
        branches: branches(event),
        by_hand: event.kind == EventKind::User,
    }
}

/// The longest name that fits the log's column.
const NAME_MAX: usize = 2;

/// What the log calls a monitor: its name, or its rank where any name of the cluster is too long for a line.
#[must_use]
pub fn short_name(player: &Player, mon: MonId) -> String {
    let monitors = &player.scenario().monitors;
    match monitors.get(mon.index()) {
        Some(spec) if monitors.iter().all(|spec| spec.name.len() <= NAME_MAX) => spec.name.clone(),
        _ => decimal(player.starting_rank(mon).0.into()),
    }
}

/// What the monitor does after it; what somebody does to it takes effect only in what follows.
fn state_after(event: &Event) -> Option<State> {
    (event.kind != EventKind::User).then_some(event.state)
}

/// `propose 9`, `collect`; empty when it is about no message.
#[must_use]
pub fn message(lang: Lang, event: &Event) -> String {
    let Some(kind) = event.message else {
        return String::new();
    };
    let epoch = glyph::shows_epoch(kind) && event.message_epoch > 0;
    lang.text(
        if epoch {
            Phrase::LogMessage
        } else {
            Phrase::LogMessageAlone
        },
        &[
            ("kind", Val::Text(lang.kind(kind))),
            ("epoch", Val::Num(event.message_epoch.into())),
        ],
    )
}

/// The shape of an event.
#[must_use]
pub fn icon(event: &Event) -> Option<Glyph> {
    let drawn = |path, paint, hue| Glyph { path, paint, hue };
    match event.kind {
        EventKind::Deliver | EventKind::Send | EventKind::Drop => event.message.map(glyph::of),
        EventKind::Victory => Some(glyph::of(Kind::Victory)),
        EventKind::Timer => Some(drawn(glyph::CLOCK, Paint::Hollow, "clock")),
        EventKind::User | EventKind::Violation | EventKind::Abort => {
            Some(drawn("M-6-6L6 6M6-6L-6 6", Paint::Bold, "fault"))
        }
        _ => None,
    }
}

/// The ids of the branches; a procedure's name is said once.
fn branches(event: &Event) -> String {
    let (mut out, mut said) = (String::new(), "");
    for branch in event.branches() {
        let id = branch.id();
        let (procedure, number) = id.rsplit_once('-').unwrap_or(("", id));
        let numbered = number.starts_with(|c: char| c.is_ascii_digit());
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if numbered && procedure == said {
            number
        } else {
            id
        });
        said = if numbered { procedure } else { "" };
    }
    out
}

struct Teller<'a> {
    player: &'a Player,
    event: &'a Event,
    lang: Lang,
}

impl Teller<'_> {
    /// A letter names itself; where names are long, ranks stand for all of them.
    fn name(&self, mon: MonId) -> String {
        short_name(self.player, mon)
    }

    fn peer(&self) -> String {
        self.event
            .peer
            .map_or_else(String::new, |peer| self.name(peer))
    }

    fn words(&self) -> Line {
        let event = self.event;
        let phrase = match event.kind {
            EventKind::User => return self.deed(),
            EventKind::Timer => return self.timer(),
            EventKind::Boot => Phrase::LogBoots,
            EventKind::Command => self.command(),
            EventKind::Write => Phrase::LogWrites,
            EventKind::Deliver => Phrase::LogGot,
            EventKind::Drop => Phrase::LogDropped,
            EventKind::Victory => Phrase::LogVictory,
            EventKind::Exit => Phrase::LogExits,
            EventKind::Abort => Phrase::LogAborted,
            EventKind::Violation => return self.violation(),
            EventKind::Send | EventKind::State | EventKind::Epoch => return Line::default(),
        };
        let (message, quorum) = (message(self.lang, event), event.quorum.to_string());
        self.lang.line(
            phrase,
            &[
                ("message", Val::Text(&message)),
                ("peer", Val::Text(&self.peer())),
                ("epoch", Val::Num(event.epoch.into())),
                ("quorum", Val::Text(&quorum)),
                ("branch", Val::Text(event.branch().map_or("", Branch::id))),
            ],
        )
    }

    fn command(&self) -> Phrase {
        let took = |branch| event_path_has(self.event, branch);
        if took(Branch::Exit1) {
            Phrase::LogExit
        } else if took(Branch::Enter2) {
            Phrase::LogEnter
        } else if took(Branch::Shutdown) {
            Phrase::LogShutdown
        } else {
            Phrase::LogAsked
        }
    }

    fn deed(&self) -> Line {
        let Some(scripted) = self.player.action(self.event) else {
            return Line::default();
        };
        let monitors = &self.player.scenario().monitors;
        let name = |id: &MonId| {
            monitors
                .get(id.index())
                .map_or("?", |spec| spec.name.as_str())
        };
        let what = action(&scripted.action, &name, Telling::Command, self.lang);
        let phrase = match scripted.by {
            By::User => Phrase::LogYou,
            By::Author => Phrase::LogScript,
        };
        self.lang.line(phrase, &[("what", Val::Text(&what))])
    }

    fn timer(&self) -> Line {
        let Some(timer) = self.event.timer else {
            return Line::default();
        };
        let armed = self
            .event
            .cause
            .and_then(|cause| self.player.known_event(cause));
        let length = armed.map(|armed| self.lang.span_whole(self.event.at.since(armed.at)));
        let length = length.unwrap_or_default();
        self.lang
            .line(self.lang.timer(timer), &[("length", Val::Text(&length))])
    }

    fn violation(&self) -> Line {
        let property = Property::ALL.get(self.event.index as usize);
        let (what, why) = property.map_or(("?", ""), |property| {
            (property.id(), self.lang.broken(*property))
        });
        let values = [("what", Val::Text(what)), ("why", Val::Text(why))];
        self.lang.line(Phrase::LogViolation, &values)
    }

    /// What became of it, in a few words.
    fn outcome(&self) -> String {
        if let Some(loss) = self.event.loss {
            return self.lang.say(lost(loss)).to_owned();
        }
        if !self.event.kind.is_handled() {
            return String::new();
        }
        let Some(branch) = self.event.branch() else {
            return String::new();
        };
        if branch == Branch::Hack6 {
            return self.vote();
        }
        outcome(branch, self.event.state_before)
            .map_or_else(String::new, |p| self.lang.say(p).to_owned())
    }

    /// `vote 2 of 3`: how many votes the candidate has now, counted in the trace.
    fn vote(&self) -> String {
        let event = self.event;
        let all = self.player.scenario().seats();
        let mut voters = RankSet::EMPTY;
        let past = &self.player.known()[..event.id.get() as usize];
        let own = past.iter().rev().filter(|e| e.mon == event.mon);
        for earlier in own.take_while(|e| e.epoch_before == event.epoch_before || e.id == event.id)
        {
            if earlier.message == Some(Kind::Ack) && earlier.branch() == Some(Branch::Hack6) {
                voters.0 |= earlier.peer.map_or(0, |peer| 1 << peer.0);
            }
        }
        let (votes, need) = (voters.len() + 1, all / 2 + 1);
        let phrase = match votes {
            v if v == all => Phrase::OutcomeVoteAll,
            v if v > need => Phrase::OutcomeVoteMore,
            _ => Phrase::OutcomeVote,
        };
        self.lang.text(
            phrase,
            &[
                ("votes", Val::Num(votes as u64)),
                ("need", Val::Num(need as u64)),
            ],
        )
    }
}

fn event_path_has(event: &Event, branch: Branch) -> bool {
    event.branches().any(|taken| taken == branch)
}

/// Why a message was lost.
const fn lost(loss: Loss) -> Phrase {
    match loss {
        Loss::PeerDown => Phrase::LostPeerDown,
        Loss::EndDied => Phrase::LostEndDied,
        Loss::SessionDropped => Phrase::LostSession,
        Loss::Network => Phrase::LostNetwork,
        Loss::Cut => Phrase::LostCut,
        Loss::StaleSession => Phrase::LostStale,
        Loss::ByHand => Phrase::LostByHand,
    }
}

/// What a branch comes to; `None`: the line says it already.
fn outcome(branch: Branch, before: State) -> Option<Phrase> {
    use Branch as B;
    Some(match branch {
        B::Gate2 => Phrase::OutcomeDroppedIncapable,
        B::Gate3 if before == State::Synchronizing => Phrase::OutcomeDroppedSync,
        B::Gate3 => Phrase::OutcomeDroppedProbing,
        B::Dispatch1 => Phrase::OutcomeDroppedExited,
        B::Dispatch2 => Phrase::OutcomeDroppedRank,
        B::Dispatch3 | B::ProbeFsid => Phrase::OutcomeDroppedCluster,
        B::Dispatch5 => Phrase::OutcomeDroppedAddress,
        B::Dispatch6 => Phrase::OutcomeNewerMap,
        B::Dispatch9 | B::PaxosGate2 => Phrase::OutcomeDroppedOld,
        B::PaxosGate1 => Phrase::OutcomeNewerEpoch,
        B::PaxosGate3 | B::PaxosGate5 => Phrase::OutcomeDroppedState,
        B::Propose2 | B::Propose3 => Phrase::OutcomeNaks,
        B::Propose5a => Phrase::OutcomeLetsIn,
        B::Propose5b => Phrase::OutcomeIgnoredOld,
        B::Propose6a => Phrase::OutcomeWaits,
        B::Propose6b => Phrase::OutcomeRestarts,
        B::Propose6c => Phrase::OutcomeHasAsked,
        B::Propose7a => Phrase::OutcomeAcked,
        B::Propose7b => Phrase::OutcomeKeepsVote,
        B::Hack2 => Phrase::OutcomeNewerRound,
        B::Hack4 | B::Hack5 | B::Probe1 | B::GetCookie2 => Phrase::OutcomeLacksFeature,
        B::Hack7
        | B::Reply1
        | B::Reply11a
        | B::HandleLease1
        | B::HandleLeaseAck1
        | B::HandleLast1
        | B::Cookie1
        | B::Chunk1 => Phrase::OutcomeIgnored,
        B::Hvic4 => Phrase::OutcomeFunnyEpoch,
        B::Hvic5 => Phrase::OutcomeNowPeon,
        B::HandleNak3 | B::Boot5a => Phrase::OutcomeExits,
        B::Expire1 => Phrase::OutcomeWins,
        B::Expire2a => Phrase::OutcomeStartsOver,
        B::Expire2b => Phrase::OutcomeProbes,
        B::Probe4 => Phrase::OutcomeReplies,
        B::Reply2 => Phrase::OutcomeTakesMap,
        B::Reply10a => Phrase::OutcomeQuorumThere,
        B::Reply11c => Phrase::OutcomeAsks,
        B::Reply11d | B::Reply11e => Phrase::OutcomeNotEnough,
        B::HandleCollect4 | B::HandleLast3 | B::HandleLast5Gap => Phrase::OutcomeTooFar,
        B::HandleCollect10 => Phrase::OutcomePromises,
        B::HandleLast6 => Phrase::OutcomeCollectsAgain,
        B::HandleLast7 => Phrase::OutcomeCounted,
        B::HandleLast7Previous => Phrase::OutcomeOldValue,
        B::HandleLast8 | B::HandleBegin1 | B::HandleAccept1 | B::HandleAccept2 => {
            Phrase::OutcomeIgnoredOld
        }
        B::HandleBegin5 => Phrase::OutcomeAccepts,
        B::HandleAccept4 => Phrase::OutcomeCounted,
        B::HandleCommit2 | B::Chunk2 => Phrase::OutcomeTakesIt,
        B::CommitFinish1 => Phrase::OutcomeCommitted,
        B::MonMonmap => Phrase::OutcomeNewMap,
        B::Reply3 | B::Reply4 => Phrase::OutcomeLearns,
        B::Reply7 => Phrase::OutcomeCopiesAll,
        B::Reply8 => Phrase::OutcomeCopies,
        B::Reply10b => Phrase::OutcomeAsksToJoin,
        B::RequestForward => Phrase::OutcomeForwards,
        B::RequestWait => Phrase::OutcomeWaitsForQuorum,
        B::RequestJoin1 => Phrase::OutcomeThereAlready,
        B::RequestRemove1 => Phrase::OutcomeNotThere,
        B::RequestJoin2 | B::RequestRemove2 => Phrase::OutcomeProposesMap,
        B::RequestCommit => Phrase::OutcomeProposes,
        B::GetCookie1 => Phrase::OutcomeCopiesItself,
        B::GetCookie3 => Phrase::OutcomeGivesCookie,
        B::GetChunk1 => Phrase::OutcomeUnknownCookie,
        B::GetChunk2 => Phrase::OutcomeTrimmed,
        B::GetChunk3 => Phrase::OutcomeSendsPiece,
        B::Cookie2 => Phrase::OutcomeAsksForPiece,
        B::Chunk5 => Phrase::OutcomeHasItAll,
        B::NoCookie => Phrase::OutcomeProbes,
        B::Preinit => Phrase::OutcomeWasRemoved,
        _ => return None,
    })
}
