//! The world of Ceph's own unit test of its election logic: owners that do as little as an owner can, a network in
//! which every message takes one time step, and no monitor, probing or Paxos.

use std::collections::BTreeSet;
use std::fmt::Write;

use monscope::core::mon::decision::Path;
use monscope::core::mon::elector::modern::{Effect, ElectionLogic, Out, Store, Strategy, View};
use monscope::core::mon::tracker::{ConnectionTracker, Real};
use monscope::core::mon::{Rank, RankSet};

/// How many steps a candidate waits, a deferring owner waits, and a winner waits for its quorum.
const TIMER_STEPS: i64 = 3;

/// What to make a world of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) monitors: usize,
    pub(crate) strategy: Strategy,
    /// Steps between pings; 0: none.
    pub(crate) ping_interval: u32,
    /// In steps.
    pub(crate) half_life: Real,
}

/// One monitor, as far as this world has any.
#[derive(Debug)]
pub(crate) struct Owner {
    /// Its identity, whatever becomes of its rank.
    id: usize,
    pub(crate) rank: Rank,
    pub(crate) logic: ElectionLogic,
    pub(crate) quorum: RankSet,
    /// -1: off.
    pub(crate) timer_steps: i64,
    /// Which timer was armed last: the election's, or the winner's.
    pub(crate) timer_election: bool,
    pub(crate) victory_accepters: usize,
    pub(crate) ever_joined: bool,
}

/// What a message says.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Propose(u32, Option<ConnectionTracker>),
    Ack(u32),
    Victory(u32, RankSet),
    Accept(u32),
    Ping,
    /// The sender cannot be reached.
    Timeout,
}

/// A message in the queue.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Both ranks as they were when it was sent.
    pub(crate) from: Rank,
    pub(crate) to: Rank,
    pub(crate) body: Body,
    /// The owner it goes to.
    owner: usize,
    /// What the sender knew, as the receiver decodes it.
    scores: Option<ConnectionTracker>,
}

impl Message {
    /// Is it part of an election?
    pub(crate) const fn elects(&self) -> bool {
        !matches!(self.body, Body::Ping | Body::Timeout)
    }
}

/// The world.
pub(crate) struct World {
    pub(crate) owners: Vec<Owner>,
    pub(crate) disallowed: RankSet,
    pub(crate) ping_interval: u32,
    /// (from, to): one way.
    pub(crate) blocked: BTreeSet<(Rank, Rank)>,
    pub(crate) queue: Vec<Message>,
    /// Steps run.
    pub(crate) now: i64,
    pub(crate) last_quorum_change: i64,
    pub(crate) last_quorum_formed: i64,
    pub(crate) last_quorum_reported: RankSet,
    pub(crate) last_leader: Option<Rank>,
    /// The branches taken since the path was last cleared.
    pub(crate) path: Path,
    /// What happened since the log was last cleared, one entry for each call on a logic that showed.
    pub(crate) log: Vec<String>,
    /// An assertion failed.
    pub(crate) aborted: bool,
}

/// What the owner makes of one call on its logic, for the log.
fn told(effects: &[Effect]) -> String {
    let mut told = String::new();
    let mut stored = 0;
    for effect in effects {
        let comma = if told.is_empty() { "" } else { ", " };
        let _infallible = match effect {
            Effect::PersistEpoch(epoch) => {
                stored = *epoch;
                Ok(())
            }
            Effect::NotifyBumpEpoch => write!(told, "{comma}bump {stored}"),
            Effect::ProposeToPeers { epoch, .. } => write!(told, "{comma}start {epoch}"),
            Effect::DeferTo { to, epoch } => write!(told, "{comma}ack {to} {epoch}"),
            Effect::MessageVictory { epoch, quorum } => {
                write!(told, "{comma}victory {epoch} {{{quorum}}}")
            }
            Effect::Abort(branch) => write!(told, "{comma}abort {}", branch.id()),
            _ => Ok(()),
        };
    }
    told
}

impl World {
    /// Everybody is there, and nothing happened yet.
    pub(crate) fn new(plan: Plan) -> Self {
        let owner = |id: usize| {
            let rank = Rank(id as u8);
            let margin = Real::parts(5, 10_000);
            let fresh = ConnectionTracker::new(Some(rank), plan.half_life, 5);
            Owner {
                id,
                rank,
                logic: ElectionLogic::new(plan.strategy, margin, Store::default(), fresh),
                quorum: RankSet::EMPTY,
                timer_steps: -1,
                timer_election: true,
                victory_accepters: 0,
                ever_joined: false,
            }
        };
        Self {
            owners: (0..plan.monitors).map(owner).collect(),
            disallowed: RankSet::EMPTY,
            ping_interval: plan.ping_interval,
            blocked: BTreeSet::new(),
            queue: Vec::new(),
            now: 0,
            last_quorum_change: 0,
            last_quorum_formed: -1,
            last_quorum_reported: RankSet::EMPTY,
            last_leader: None,
            path: Path::default(),
            log: Vec::new(),
            aborted: false,
        }
    }

    /// Cuts or mends the link from one rank to another, one way.
    pub(crate) fn block(&mut self, from: Rank, to: Rank, blocked: bool) {
        if blocked {
            self.blocked.insert((from, to));
        } else {
            self.blocked.remove(&(from, to));
        }
    }

    /// One owner starts an election.
    pub(crate) fn start(&mut self, rank: Rank) {
        self.call(rank.index(), ElectionLogic::start);
    }

    /// Everybody does, in order.
    pub(crate) fn start_all(&mut self) {
        for index in 0..self.owners.len() {
            self.call(index, ElectionLogic::start);
        }
    }

    /// A rank leaves for good.
    pub(crate) fn remove(&mut self, gone: Rank) {
        self.owners.remove(gone.index());
        for (owner, rank) in self.owners.iter_mut().zip(0..) {
            owner.rank = Rank(rank);
            let tracker = &mut owner.logic.peer_tracker;
            self.aborted |= tracker.notify_rank_removed(gone, Some(owner.rank)).is_err();
        }
    }

    /// Runs one step, unless all is still; false: it was.
    pub(crate) fn step(&mut self) -> bool {
        if self.is_election_stable() {
            return false;
        }
        self.now += 1;
        for message in std::mem::take(&mut self.queue) {
            self.deliver(message);
        }
        for index in 0..self.owners.len() {
            self.notify_timestep(index);
        }
        true
    }

    // -- predicates

    /// No timer runs, and no message of an election is on its way.
    pub(crate) fn is_election_stable(&self) -> bool {
        self.owners.iter().all(|owner| owner.timer_steps == -1)
            && !self.queue.iter().any(Message::elects)
    }

    /// Has the quorum lasted for that many steps?
    pub(crate) fn is_quorum_stable(&self, steps: i64) -> bool {
        let members = self.last_quorum_reported;
        let still = |rank: Rank| {
            let owner = self.owners.get(rank.index());
            owner.is_none_or(|owner| owner.timer_steps == -1)
        };
        !members.is_empty()
            && self.last_quorum_formed >= self.last_quorum_change
            && members.iter().all(still)
            && (self.now - steps > self.last_quorum_change || self.is_election_stable())
    }

    /// Does everybody know the same winner, and may it lead?
    pub(crate) fn all_agree_on_leader(&self) -> bool {
        let winner = |owner: &Owner| owner.logic.last_election_winner;
        let Some(first) = self.owners.first().map(winner) else {
            return true;
        };
        self.owners.iter().all(|owner| winner(owner) == first)
            && !first.is_some_and(|leader| self.disallowed.contains(leader))
    }

    /// Is everybody in the same epoch?
    pub(crate) fn all_agree_on_epoch(&self) -> bool {
        let mut epochs = self.owners.iter().map(|owner| owner.logic.epoch);
        let first = epochs.next();
        epochs.all(|epoch| Some(epoch) == first)
    }

    // -- the owners

    /// Calls an owner's logic and does what it asks for.
    fn call<T>(
        &mut self,
        index: usize,
        call: impl FnOnce(&mut ElectionLogic, &View, &mut Out<'_>) -> T,
    ) -> T {
        let monitors = self.owners.len();
        let owner = &mut self.owners[index];
        let view = View {
            me: owner.rank,
            monitors,
            quorum: owner.quorum,
            ever_participated: owner.ever_joined,
            disallowed: self.disallowed,
            tiebreaker: None,
            marked_down: RankSet::EMPTY,
        };
        let mut effects = Vec::new();
        let mut out = Out {
            effects: &mut effects,
            path: &mut self.path,
        };
        let given = call(&mut owner.logic, &view, &mut out);
        let told = told(&effects);
        if !told.is_empty() {
            self.log.push(format!("{} {told}", view.me));
        }
        for effect in effects {
            self.act(index, effect);
        }
        given
    }

    fn act(&mut self, index: usize, effect: Effect) {
        let monitors = self.owners.len();
        let owner = &mut self.owners[index];
        match effect {
            Effect::Start => owner.note_start(),
            Effect::ResetElection => {
                owner.note_start();
                self.call(index, ElectionLogic::start);
            }
            Effect::ProposeToPeers { epoch, scores } => {
                let mut others = RankSet::below(monitors);
                others.remove(owner.rank);
                for to in others.iter() {
                    self.send(index, to, Body::Propose(epoch, scores.clone()));
                }
            }
            Effect::DeferTo { to, epoch } => {
                owner.reset_timer();
                self.send(index, to, Body::Ack(epoch));
            }
            Effect::MessageVictory { epoch, quorum } => {
                owner.timer_steps = TIMER_STEPS;
                owner.timer_election = false;
                owner.quorum = quorum;
                owner.victory_accepters = 1;
                let mut followers = quorum;
                followers.remove(owner.rank);
                for to in followers.iter() {
                    self.send(index, to, Body::Victory(epoch, quorum));
                }
            }
            Effect::Abort(_) => self.aborted = true,
            Effect::PersistEpoch(_)
            | Effect::ValidateStore
            | Effect::NotifyBumpEpoch
            | Effect::TriggerNewElection => {}
        }
    }

    /// Sends a message of an election; it ends the quorum of its sender, even if it doesn't get through.
    fn send(&mut self, index: usize, to: Rank, body: Body) {
        let owner = &self.owners[index];
        let from = owner.rank;
        if self.last_quorum_reported.contains(from) {
            self.last_quorum_change = self.now;
            self.last_quorum_reported = RankSet::EMPTY;
            self.last_leader = None;
        }
        let scores = Some(owner.logic.peer_tracker.decoded());
        self.enqueue(from, to, body, scores);
    }

    fn enqueue(&mut self, from: Rank, to: Rank, body: Body, scores: Option<ConnectionTracker>) {
        let cut = self.blocked.contains(&(from, to)) && !matches!(body, Body::Timeout);
        // A stale rank may be nobody's.
        let receiver = self.owners.get(to.index()).filter(|_| !cut);
        if let Some(receiver) = receiver {
            self.queue.push(Message {
                from,
                to,
                body,
                owner: receiver.id,
                scores,
            });
        }
    }

    fn deliver(&mut self, message: Message) {
        let found = |owner: &Owner| owner.id == message.owner;
        let Some(index) = self.owners.iter().position(found) else {
            return;
        };
        let units = Real::of(f64::from(self.ping_interval));
        let from = message.from;
        let logic = &mut self.owners[index].logic;
        // Whether the scores are to be stored makes no difference here.
        let _stored = match message.body {
            Body::Ping => logic.peer_tracker.report_live(Some(from), units),
            Body::Timeout => logic.peer_tracker.report_dead(Some(from), units),
            _ => false,
        };
        if let Some(scores) = &message.scores {
            logic.peer_tracker.receive_peer_report(scores);
        }
        let epoch = logic.epoch;
        match message.body {
            Body::Propose(epoch, scores) => self.call(index, |logic, view, out| {
                logic.receive_propose(view, from, epoch, scores.as_ref(), out);
            }),
            Body::Ack(acked) if acked >= epoch => self.call(index, |logic, view, out| {
                logic.receive_ack(view, from, acked, out);
            }),
            Body::Victory(won, quorum) if won >= epoch => self.claim(index, from, won, quorum),
            Body::Accept(accepted) if accepted >= epoch => self.accept(index),
            _ => {}
        }
    }

    fn claim(&mut self, index: usize, from: Rank, epoch: u32, quorum: RankSet) {
        let accepted = self.call(index, |logic, view, out| {
            logic.receive_victory_claim(view, from, epoch, out)
        });
        if let Some(told) = self.log.last_mut() {
            let _infallible = if accepted {
                write!(told, ", peon {from} {epoch}")
            } else {
                write!(told, " = reject {from} {epoch}")
            };
        }
        if accepted {
            let owner = &mut self.owners[index];
            owner.quorum = quorum;
            owner.timer_steps = -1;
            let epoch = owner.logic.epoch;
            self.send(index, from, Body::Accept(epoch));
        }
    }

    fn accept(&mut self, index: usize) {
        let owner = &mut self.owners[index];
        owner.victory_accepters += 1;
        if owner.victory_accepters != owner.quorum.len() {
            return;
        }
        owner.timer_steps = -1;
        let quorum = owner.quorum;
        let epoch = owner.logic.epoch;
        self.log
            .push(format!("{} quorum {epoch} {{{quorum}}}", owner.rank));
        for member in quorum.iter() {
            if let Some(owner) = self.owners.get_mut(member.index()) {
                owner.ever_joined = true;
            }
        }
        self.last_quorum_formed = self.now;
        self.last_quorum_change = self.now;
        self.last_quorum_reported = quorum;
        let lowest = quorum
            .first()
            .and_then(|rank| self.owners.get(rank.index()));
        self.last_leader = lowest.and_then(|owner| owner.logic.last_election_winner);
    }

    fn notify_timestep(&mut self, index: usize) {
        let owner = &mut self.owners[index];
        // A timer at 0 would have fired.
        self.aborted |= owner.timer_steps == 0;
        if owner.timer_steps > 0 {
            owner.timer_steps -= 1;
            if owner.timer_steps == 0 {
                // Until something arms it again.
                owner.timer_steps = -1;
                if owner.timer_election {
                    self.call(index, ElectionLogic::end_election_period);
                } else {
                    self.act(index, Effect::ResetElection);
                }
            }
        }
        self.ping(index);
    }

    fn ping(&mut self, index: usize) {
        let interval = i64::from(self.ping_interval);
        if interval == 0 || self.now % interval != 0 {
            return;
        }
        let owner = &self.owners[index];
        let from = owner.rank;
        let scores = owner.logic.peer_tracker.decoded();
        let mut others = RankSet::below(self.owners.len());
        others.remove(from);
        for to in others.iter() {
            if self.blocked.contains(&(from, to)) {
                self.enqueue(from, to, Body::Timeout, None);
            } else {
                self.enqueue(from, to, Body::Ping, Some(scores.clone()));
            }
        }
    }
}

impl Owner {
    /// `_start`
    const fn note_start(&mut self) {
        self.reset_timer();
        self.quorum = RankSet::EMPTY;
    }

    const fn reset_timer(&mut self) {
        self.timer_steps = TIMER_STEPS;
        self.timer_election = true;
    }
}
