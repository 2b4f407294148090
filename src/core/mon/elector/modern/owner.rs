//! The half of the modern elector that acts: messages, the gate, the election timer. Mirrors `src/mon/Elector.cc`; step
//! numbers are those of the specification's part B, and luminous' where nothing has changed.
//!
//! The logic's requests are turned into effects after its call has returned, in their order. That gives what Ceph's
//! callbacks give, since within a call nothing changes the live scores once something was sent.

use std::sync::Arc;

use super::{Effect as Asked, ElectionLogic, Out as LogicOut, Pings, Strategy, View as LogicView};
use crate::mon::branch::Branch;
use crate::mon::elector::{
    Aborted, Arrival, Effect, Gate, Out, View, arm_timer, assert_that, cancel_timer, gate, lacks,
    nak_old_peer,
};
use crate::mon::feature::Release;
use crate::mon::message::{Election, ElectionOp, Features, Scoring};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::time::Span;
use crate::mon::tracker::ConnectionTracker;

/// What a deferral adds to the election timer; a constant of Ceph's.
const DEFER_PLUS: Span = Span::from_secs(1);

/// What is known of one who acked me.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its rank.
    pub rank: Rank,
    /// What it supports.
    pub features: Features,
    /// Its release.
    pub release: Release,
}

/// The elector of one monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The half that decides.
    pub logic: ElectionLogic,
    /// My release.
    pub release: Release,
    /// The lowest release in the latest quorum; `None`: never in one.
    pub quorum_release: Option<Release>,
    /// Who may not lead, as set by the monitor when it bootstrapped or took a new map. (C4)
    pub disallowed: RankSet,
    /// Is the election timer armed?
    pub timer_armed: bool,
    /// The pings.
    pub pings: Pings,
    /// Those who acked me, myself included. (`peer_info`)
    peer_info: Vec<Peer>,
    /// Room for the logic's requests, reused.
    asked: Vec<Asked>,
}

/// A call of the logic's.
enum Ask<'a> {
    Start,
    End,
    Propose(Rank, u32, Option<&'a ConnectionTracker>),
    Ack(Rank, u32),
    Claim(Rank, u32),
    Standalone,
}

impl Owner {
    /// The owner of this logic, in a process of this release that just started.
    #[must_use]
    pub fn new(logic: ElectionLogic, release: Release) -> Self {
        Self {
            logic,
            release,
            quorum_release: None,
            disallowed: RankSet::EMPTY,
            timer_armed: false,
            pings: Pings::default(),
            peer_info: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Who acked me, in order of arrival. Those that count are the logic's.
    #[must_use]
    pub fn peer_info(&self) -> &[Peer] {
        &self.peer_info
    }

    /// Says anew who may not lead; true: that changed. (`set_disallowed_leaders`, C4)
    pub fn set_disallowed(&mut self, ranks: RankSet) -> bool {
        std::mem::replace(&mut self.disallowed, ranks) != ranks
    }

    // -- the calls of the surroundings

    /// The monitor calls an election. (`Elector::call_election`)
    pub fn start(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        self.ask(view, &Ask::Start, out);
    }

    /// TIMER-FIRE, then A-END.
    pub fn expire(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        self.timer_armed = false;
        out.path.take(Branch::TimerFire);
        self.ask(view, &Ask::End, out);
    }

    /// The only monitor of its map leads without an election. (`Elector::declare_standalone_victory`)
    pub fn win_standalone(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        self.ask(view, &Ask::Standalone, out);
        if !matches!(out.effects.last(), Some(Effect::Abort(_))) {
            self.quorum_release = Some(self.release);
            out.effect(Effect::Win {
                epoch: self.logic.epoch,
                quorum: RankSet::one(view.me),
                features: view.supported,
            });
        }
    }

    /// The process shuts down in order.
    pub fn shutdown(&mut self, out: &mut Out<'_>) {
        cancel_timer(&mut self.timer_armed, out);
    }

    /// DISPATCH and B2: an election message that passed the monitor's gate. (`Elector::dispatch`)
    pub fn dispatch(&mut self, view: &View<'_>, arrival: &Arrival<'_>, out: &mut Out<'_>) {
        let _aborted = self.try_dispatch(view, arrival, out);
    }

    // -- the logic and its requests

    fn ask(&mut self, view: &View<'_>, ask: &Ask<'_>, out: &mut Out<'_>) -> bool {
        let rules = &view.monmap.rules;
        let tiebreaker = rules.tiebreaker;
        let seen = LogicView {
            me: view.me,
            monitors: view.monmap.len(),
            quorum: view.quorum,
            ever_participated: view.has_ever_joined,
            disallowed: self.disallowed,
            tiebreaker: tiebreaker.and_then(|name| view.monmap.rank_of_name(name)),
            marked_down: match tiebreaker {
                Some(_) => view.monmap.ranks_of(rules.marked_down),
                None => RankSet::EMPTY,
            },
        };
        let mut asked = std::mem::take(&mut self.asked);
        let logic_out = &mut LogicOut {
            effects: &mut asked,
            path: out.path,
        };
        let logic = &mut self.logic;
        let mut accepted = true;
        match *ask {
            Ask::Start => logic.start(&seen, logic_out),
            Ask::End => logic.end_election_period(&seen, logic_out),
            Ask::Propose(from, epoch, scores) => {
                logic.receive_propose(&seen, from, epoch, scores, logic_out);
            }
            Ask::Ack(from, epoch) => logic.receive_ack(&seen, from, epoch, logic_out),
            Ask::Claim(from, epoch) => {
                accepted = logic.receive_victory_claim(&seen, from, epoch, logic_out);
            }
            Ask::Standalone => logic.declare_standalone_victory(&seen, logic_out),
        }
        for request in asked.drain(..) {
            self.turn(view, request, out);
        }
        self.asked = asked;
        accepted
    }

    /// One request of the logic's as effects of mine.
    fn turn(&mut self, view: &View<'_>, request: Asked, out: &mut Out<'_>) {
        match request {
            Asked::PersistEpoch(epoch) => out.effect(Effect::PersistEpoch(epoch)),
            Asked::ValidateStore => out.effect(Effect::ValidateStore),
            Asked::NotifyBumpEpoch => out.effect(Effect::JoinElection),
            Asked::TriggerNewElection => out.effect(Effect::StartElection),
            Asked::ResetElection => out.effect(Effect::Bootstrap),
            Asked::ProposeToPeers { epoch, scores } => {
                for to in view.monmap.others(Some(view.me)).iter() {
                    let stable = scores.clone();
                    let says = (epoch, view.supported.mon);
                    self.send(to, ElectionOp::Propose, says, view, stable, out);
                }
            }
            Asked::Start => {
                self.peer_info.clear();
                self.peer_info.push(Peer {
                    rank: view.me,
                    features: view.supported,
                    release: self.release,
                });
                arm_timer(&mut self.timer_armed, view.election_timeout, out);
            }
            Asked::DeferTo { to, epoch } => {
                let says = (epoch, view.supported.mon);
                self.send(to, ElectionOp::Ack, says, view, None, out);
                arm_timer(
                    &mut self.timer_armed,
                    view.election_timeout + DEFER_PLUS,
                    out,
                );
            }
            Asked::MessageVictory { epoch, quorum } => {
                // An assertion that fails is an effect already.
                let _aborted = self.message_victory(view, epoch, quorum, out);
            }
            Asked::Abort(branch) => out.effect(Effect::Abort(branch)),
        }
    }

    /// B4
    fn message_victory(
        &mut self,
        view: &View<'_>,
        epoch: u32,
        quorum: RankSet,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let mut features = Features {
            con: u64::MAX,
            mon: view.supported.mon,
        };
        let mut lowest = self.release;
        let mut all_known = true;
        for voter in quorum.iter() {
            match self.peer_info.iter().find(|peer| peer.rank == voter) {
                Some(peer) => {
                    features = features.and(peer.features);
                    lowest = lowest.min(peer.release);
                }
                None => all_known = false,
            }
        }
        out.path
            .take2(Branch::B4Features, quorum, u32::from(lowest.0));
        assert_that(all_known, Branch::B4Features, out)?;
        self.quorum_release = Some(lowest);
        cancel_timer(&mut self.timer_armed, out);
        let mut followers = quorum;
        followers.remove(view.me);
        out.path.take1(Branch::B4Send, followers);
        for to in followers.iter() {
            let op = ElectionOp::Victory {
                quorum,
                quorum_features: features.con,
                commands: true,
            };
            self.send_as(lowest, (to, op), (epoch, features.mon), view, None, out);
        }
        out.path.take2(Branch::B4Win, epoch, quorum);
        out.effect(Effect::Win {
            epoch,
            quorum,
            features,
        });
        Ok(())
    }

    fn scoring(
        &self,
        release: Release,
        stable: Option<ConnectionTracker>,
        out: &mut Out<'_>,
    ) -> Scoring {
        Scoring {
            release,
            strategy: self.logic.strategy,
            live: self.encoded(out),
            stable,
        }
    }

    fn send(
        &self,
        to: Rank,
        op: ElectionOp,
        says: (u32, u64),
        view: &View<'_>,
        stable: Option<ConnectionTracker>,
        out: &mut Out<'_>,
    ) {
        self.send_as(self.release, (to, op), says, view, stable, out);
    }

    /// The same, when it speaks of another release than mine.
    fn send_as(
        &self,
        release: Release,
        (to, op): (Rank, ElectionOp),
        (epoch, mon_features): (u32, u64),
        view: &View<'_>,
        stable: Option<ConnectionTracker>,
        out: &mut Out<'_>,
    ) {
        let election = Election {
            op,
            epoch,
            mon_features,
            monmap: Arc::clone(view.monmap),
            scoring: Some(self.scoring(release, stable, out)),
        };
        out.effect(Effect::Send { to, election });
    }

    // -- dispatch and handlers

    fn try_dispatch(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        match gate(self.logic.participating, view, m, out) {
            Gate::Closed => return Ok(()),
            Gate::NewerMap => {
                cancel_timer(&mut self.timer_armed, out);
                out.effect(Effect::Bootstrap);
                return Ok(());
            }
            Gate::Open => {}
        }
        let scoring = m.election.scoring.as_ref();
        let theirs = scoring.map_or(Strategy::Classic, |scoring| scoring.strategy);
        if theirs != self.logic.strategy {
            out.path.take2(
                Branch::B2Strategy,
                theirs as u32,
                self.logic.strategy as u32,
            );
            return Ok(());
        }
        if let Some(scoring) = scoring {
            let merge = self.merge(&scoring.live, out);
            out.path
                .take2(Branch::B2Merge, merge.replaced, merge.created);
        }
        if let Some(peer) = view.monmap.rank_of_addr(m.addr) {
            self.begin_peer_ping(&view.watch, peer, out);
            self.arm_pings(&view.watch, out);
        }
        let epoch = m.election.epoch;
        if m.election.op == ElectionOp::Propose {
            out.path.take(Branch::Dispatch8);
            return self.handle_propose(view, m, out);
        }
        if epoch < self.logic.epoch {
            out.path.take2(Branch::Dispatch9, epoch, self.logic.epoch);
            return Ok(());
        }
        out.path.take(Branch::Dispatch10);
        match m.election.op {
            ElectionOp::Propose => Ok(()),
            ElectionOp::Ack => self.handle_ack(view, m, out),
            ElectionOp::Victory {
                quorum,
                quorum_features,
                commands,
            } => {
                let features = Features {
                    con: quorum_features,
                    mon: m.election.mon_features,
                };
                self.handle_victory(view, m, (quorum, features, commands), out)
            }
            ElectionOp::Nak { required_con } => {
                let required = m.election.scoring.as_ref().map_or(0, |says| says.release.0);
                if required > self.release.0 {
                    let (theirs, mine) = (u32::from(required), u32::from(self.release.0));
                    out.path.take2(Branch::B7Release, theirs, mine);
                } else {
                    out.path
                        .take2(Branch::HandleNak2, required_con, m.election.mon_features);
                }
                out.path.take1(Branch::HandleNak3, m.from);
                // The timer ends with the process; nobody cancels it.
                self.timer_armed = false;
                out.effect(Effect::Exit);
                Ok(())
            }
        }
    }

    /// B3
    fn handle_propose(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let (epoch, mon) = (m.election.epoch, m.election.mon_features);
        out.path.take1(Branch::B3Epoch, epoch);
        assert_that(epoch % 2 == 1, Branch::B3Epoch, out)?;
        let oldest = view.monmap.rules.min_release;
        if lacks(m.con_features, view.required.con) {
            out.path
                .take2(Branch::B3Con, m.con_features, view.required.con);
            let scoring = Some(self.scoring(oldest, None, out));
            nak_old_peer(view, m, scoring, out);
            return Ok(());
        }
        let scoring = m.election.scoring.as_ref();
        let theirs = scoring.map_or(Release::LUMINOUS, |says| says.release);
        if theirs < oldest {
            let (theirs, least) = (u32::from(theirs.0), u32::from(oldest.0));
            out.path.take2(Branch::B3Release, theirs, least);
            let scoring = Some(self.scoring(oldest, None, out));
            nak_old_peer(view, m, scoring, out);
            return Ok(());
        }
        if lacks(mon, view.required.mon) {
            out.path.take2(Branch::B3Mon, mon, view.required.mon);
            let required = Some(self.scoring(oldest, None, out));
            nak_old_peer(view, m, required, out);
            // Ceph forgets to return here, still.
        }
        let scores = scoring.and_then(|scoring| scoring.stable.as_ref());
        let has_scores = u32::from(scores.is_some());
        out.path.take1(Branch::B3Logic, has_scores);
        self.ask(view, &Ask::Propose(m.from, epoch, scores), out);
        Ok(())
    }

    /// B5
    fn handle_ack(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let (epoch, mine) = (m.election.epoch, self.logic.epoch);
        out.path.take2(Branch::B5Epoch, epoch, mine);
        assert_that(epoch == mine, Branch::B5Epoch, out)?;
        let features = Features {
            con: m.con_features,
            mon: m.election.mon_features,
        };
        if lacks(features.con, view.required.con) {
            out.path
                .take2(Branch::B5Con, features.con, view.required.con);
            return Ok(());
        }
        if lacks(features.mon, view.required.mon) {
            out.path
                .take2(Branch::B5Mon, features.mon, view.required.mon);
            return Ok(());
        }
        if self.logic.electing_me {
            out.path.take1(Branch::B5Features, m.from);
            let scoring = m.election.scoring.as_ref();
            self.peer_info.retain(|peer| peer.rank != m.from);
            self.peer_info.push(Peer {
                rank: m.from,
                features,
                release: scoring.map_or(Release::LUMINOUS, |says| says.release),
            });
        }
        self.ask(view, &Ask::Ack(m.from, epoch), out);
        Ok(())
    }

    /// B6
    fn handle_victory(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        (quorum, features, commands): (RankSet, Features, bool),
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let epoch = m.election.epoch;
        if !self.ask(view, &Ask::Claim(m.from, epoch), out) {
            return Ok(());
        }
        self.quorum_release = m.election.scoring.as_ref().map(|says| says.release);
        out.path.take2(Branch::B6Lose, m.from, quorum);
        out.effect(Effect::Lose {
            epoch,
            leader: m.from,
            quorum,
            features,
        });
        cancel_timer(&mut self.timer_armed, out);
        out.path.take(Branch::B6Commands);
        assert_that(commands, Branch::B6Commands, out)?;
        out.effect(Effect::SetLeaderCommands);
        Ok(())
    }
}
