//! The elector's vocabulary: what it sees of its monitor, what reaches it, and what it asks for in return.
//!
//! An elector decides; it never acts. It sees a read-only [`View`] and *appends* effects in Ceph's order. Where Ceph
//! calls back into the monitor from inside a handler (`start_election` in PROPOSE-5a and 6b, `join_election` in BUMP)
//! it appends the effect and goes on inline, so that a fall-through sees the new state. The monitor carries the effects
//! out in order afterwards. Every edition's elector speaks this vocabulary.
//!
//! | Ceph calls | effect |
//! |---|---|
//! | `Monitor::join_election` | [`Effect::JoinElection`] |
//! | `Monitor::start_election` | [`Effect::StartElection`], then START inline |
//! | `Monitor::bootstrap` | [`Effect::Bootstrap`] |
//! | `Monitor::win_election`, `lose_election` | [`Effect::Win`], [`Effect::Lose`] |
//! | store transactions | [`Effect::PersistEpoch`], [`Effect::ValidateStore`], [`Effect::TakeMonmap`] |
//! | `Elector::reset_timer`, `cancel_timer` | [`Effect::ArmTimer`], [`Effect::CancelTimer`] |
//! | messenger | [`Effect::Send`], [`Effect::Ping`] |
//! | timers of pings | [`Effect::ArmPing`], [`Effect::CancelPing`] |
//! | a failed assertion, `exit(0)` | [`Effect::Abort`], [`Effect::Exit`] |

mod any;
pub mod luminous;
pub mod modern;

pub use any::AnyElector;
pub(in crate::mon) use any::Call;

use std::sync::Arc;

use super::branch::Branch;
use super::decision::Path;
use super::message::{Election, ElectionOp, Features, Ping, Scoring};
use super::monmap::{Addr, MonMap};
use super::rank::{Rank, RankSet};
use super::time::Span;

/// What an elector sees of its monitor while it handles one call. It does not change during the call.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// My rank.
    pub me: Rank,
    /// My monmap.
    pub monmap: &'a Arc<MonMap>,
    /// The quorum my monitor is in; empty: none.
    pub quorum: RankSet,
    /// Was I ever in a quorum with a committed monmap?
    pub has_ever_joined: bool,
    /// The features I support.
    pub supported: Features,
    /// The features I require of the others.
    pub required: Features,
    /// `mon_election_timeout`.
    pub election_timeout: Span,
    /// What pings see.
    pub watch: modern::Watch,
}

/// An election message as it reaches the elector.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The sender's rank.
    pub from: Rank,
    /// The sender's address.
    pub addr: Addr,
    /// The features of the sender's connection.
    pub con_features: u64,
    /// The message.
    pub election: &'a Election,
}

/// What an elector asks of its surroundings, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write `election_epoch`; done before the next effect.
    PersistEpoch(u32),
    /// Write something nobody reads, to prove that the disk can be written (START-4b).
    ValidateStore,
    /// Monitor JOIN-ELECTION: forget the quorum, state electing.
    JoinElection,
    /// Monitor START-ELECTION, without its call of START: that follows inline.
    StartElection,
    /// Monitor BOOTSTRAP: back to probing.
    Bootstrap,
    /// Send an election message to a rank.
    Send {
        /// To whom.
        to: Rank,
        /// What.
        election: Election,
    },
    /// (Re-)arm the election timer.
    ArmTimer(Span),
    /// Cancel the election timer; only when it was armed.
    CancelTimer,
    /// Take this newer monmap and store it (DISPATCH-6).
    TakeMonmap(Arc<MonMap>),
    /// Monitor WIN-ELECTION.
    Win {
        /// The epoch won, even.
        epoch: u32,
        /// Who acked, myself included.
        quorum: RankSet,
        /// What all of them support.
        features: Features,
    },
    /// Monitor LOSE-ELECTION.
    Lose {
        /// The epoch of the claim.
        epoch: u32,
        /// Who leads.
        leader: Rank,
        /// Who follows, as the claim says.
        quorum: RankSet,
        /// What all of them support.
        features: Features,
    },
    /// Send a ping, or the answer to one, to a rank.
    Ping {
        /// To whom.
        to: Rank,
        /// What.
        ping: Ping,
    },
    /// (Re-)arm the timer that looks after the peers.
    ArmPing(Span),
    /// Cancel it.
    CancelPing,
    /// Adopt the leader's command table (HVIC-8).
    SetLeaderCommands,
    /// End the process, exit status 0 (HANDLE-NAK).
    Exit,
    /// An assertion of Ceph's failed: the process aborts.
    Abort(Branch),
}

/// Where a call writes: its effects and the path it took.
#[derive(Debug)]
pub struct Out<'a> {
    /// What it asks for, in order.
    pub effects: &'a mut Vec<Effect>,
    /// The steps it took, in order.
    pub path: &'a mut Path,
}

impl Out<'_> {
    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

/// An assertion failed; the effects hold which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted;

fn assert_that(holds: bool, branch: Branch, out: &mut Out<'_>) -> Result<(), Aborted> {
    if holds {
        return Ok(());
    }
    out.effect(Effect::Abort(branch));
    Err(Aborted)
}

/// What DISPATCH makes of a message before its kind matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// It is thrown away.
    Closed,
    /// It brings a newer monmap, and says no more.
    NewerMap,
    /// It is for the elector.
    Open,
}

/// DISPATCH-1 to 7, the same in both editions.
fn gate(participating: bool, view: &View<'_>, m: &Arrival<'_>, out: &mut Out<'_>) -> Gate {
    let (theirs, mine) = (&m.election.monmap, view.monmap);
    if !participating {
        out.path.take(Branch::Dispatch1);
        return Gate::Closed;
    }
    if m.from.index() >= mine.len() {
        out.path.take2(Branch::Dispatch2, m.from, mine.len());
        return Gate::Closed;
    }
    if theirs.fsid != mine.fsid {
        out.path.take(Branch::Dispatch3);
        return Gate::Closed;
    }
    if mine.rank_of_addr(m.addr).is_none() {
        out.path.take1(Branch::Dispatch5, m.from);
        return Gate::Closed;
    }
    if theirs.epoch > mine.epoch {
        out.path.take2(Branch::Dispatch6, theirs.epoch, mine.epoch);
        out.effect(Effect::TakeMonmap(Arc::clone(theirs)));
        return Gate::NewerMap;
    }
    if theirs.epoch < mine.epoch {
        out.path.take2(Branch::Dispatch7, theirs.epoch, mine.epoch);
    }
    Gate::Open
}

/// Arms the election timer, or arms it anew.
fn arm_timer(armed: &mut bool, wait: Span, out: &mut Out<'_>) {
    *armed = true;
    out.path.take1(Branch::TimerSet, wait.0);
    out.effect(Effect::ArmTimer(wait));
}

/// Cancels the election timer, if it is armed.
fn cancel_timer(armed: &mut bool, out: &mut Out<'_>) {
    if std::mem::take(armed) {
        out.path.take(Branch::TimerCancel);
        out.effect(Effect::CancelTimer);
    }
}

/// NAK-OLD-PEER: tells the sender of a proposal what it lacks.
fn nak_old_peer(view: &View<'_>, m: &Arrival<'_>, scoring: Option<Scoring>, out: &mut Out<'_>) {
    out.path.take2(Branch::NakOldPeer, m.from, m.election.epoch);
    let election = Election {
        op: ElectionOp::Nak {
            required_con: view.required.con,
        },
        epoch: m.election.epoch,
        mon_features: view.required.mon,
        monmap: Arc::clone(view.monmap),
        scoring,
    };
    out.effect(Effect::Send {
        to: m.from,
        election,
    });
}

/// Does `offered` lack a bit of `required`?
const fn lacks(offered: u64, required: u64) -> bool {
    required & !offered != 0
}
