//! The Elector of luminous (v12), step by step as its specification numbers them.
//!
//! Mirrors `src/mon/Elector.cc` of v12.2.12: the missing `return` of PROPOSE-3, the fall-through of PROPOSE-5a and a
//! `leader_acked` that outlives its epoch are kept, because clusters behave so.

use std::sync::Arc;

use super::{
    Aborted, Arrival, Effect, Gate, Out, View, arm_timer, assert_that, cancel_timer, gate, lacks,
    nak_old_peer,
};
use crate::mon::branch::Branch;
use crate::mon::message::{Election, ElectionOp, Features};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::time::Span;

/// What a deferral adds to the election timer; a constant of Ceph's.
const DEFER_PLUS: Span = Span::from_secs(1);

/// The elector of one monitor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Elector {
    /// The election epoch; 0 until the first INIT. Odd: an election runs.
    pub epoch: u32,
    /// `election_epoch` as the store holds it; 0: absent. A write has completed before the next step.
    pub stored_epoch: u32,
    /// False after `quorum exit`.
    pub participating: bool,
    /// Am I a candidate in the present round?
    pub electing_me: bool,
    /// Who acked me, myself included, in order of arrival, with their features.
    pub acked_me: Vec<(Rank, Features)>,
    /// Whom I acked. Outlives BUMP and bootstrap: only START, VICTORY and a victory claim clear it.
    pub leader_acked: Option<Rank>,
    /// Is the election timer armed?
    pub timer_armed: bool,
}

impl Elector {
    /// The elector of a process that just started, over what its store holds (0: nothing).
    #[must_use]
    pub const fn new(stored_epoch: u32) -> Self {
        Self {
            epoch: 0,
            stored_epoch,
            participating: true,
            electing_me: false,
            acked_me: Vec::new(),
            leader_acked: None,
            timer_armed: false,
        }
    }

    /// The ranks that acked me, myself included.
    #[must_use]
    pub fn voters(&self) -> RankSet {
        self.acked_me.iter().map(|(rank, _)| *rank).collect()
    }

    // -- the calls of the surroundings

    /// START, called by the monitor's START-ELECTION. (`Elector::call_election`)
    pub fn start(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        // The one assertion START can reach, BUMP-1, holds: it bumps to its own epoch + 1.
        let _unreachable = self.try_start(view, out);
    }

    /// TIMER-FIRE, then EXPIRE. (`Elector::expire`)
    pub fn expire(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        self.timer_armed = false;
        out.path.take(Branch::TimerFire);
        let (voters, needed) = (self.voters(), view.monmap.majority());
        if self.electing_me && voters.len() >= needed {
            out.path.take2(Branch::Expire1, voters, needed);
            // An assertion that fails is an effect already.
            let _aborted = self.victory(view, out);
        } else if view.has_ever_joined {
            out.path.take2(Branch::Expire2a, voters, needed);
            self.start(view, out);
        } else {
            out.path.take2(Branch::Expire2b, voters, needed);
            out.effect(Effect::Bootstrap);
        }
    }

    /// DISPATCH: an election message that passed the monitor's gate. (`Elector::dispatch`)
    pub fn dispatch(&mut self, view: &View<'_>, arrival: &Arrival<'_>, out: &mut Out<'_>) {
        let _aborted = self.try_dispatch(view, arrival, out);
    }

    /// EXIT (2): takes no part until told otherwise. (`Elector::stop_participating`)
    pub const fn stop_participating(&mut self) {
        self.participating = false;
    }

    /// ENTER (1). (`Elector::start_participating`)
    pub const fn start_participating(&mut self) {
        self.participating = true;
    }

    /// The elector's part of WIN-STANDALONE: the only monitor of its map leads without an election. Parity is not kept.
    pub fn win_standalone(&mut self, view: &View<'_>, out: &mut Out<'_>) {
        self.init(out);
        if self.bump(self.epoch + 1, out).is_ok() {
            out.effect(Effect::Win {
                epoch: self.epoch,
                quorum: RankSet::one(view.me),
                features: view.supported,
            });
        }
    }

    /// The process shuts down in order.
    pub fn shutdown(&mut self, out: &mut Out<'_>) {
        cancel_timer(&mut self.timer_armed, out);
    }

    // -- procedures

    fn init(&mut self, out: &mut Out<'_>) {
        self.epoch = self.stored_epoch;
        out.path.take1(Branch::Init1, self.stored_epoch);
        if self.epoch == 0 {
            // Not persisted: until some BUMP, another start reads 0 and gives 1 again.
            self.epoch = 1;
            out.path.take1(Branch::Init2, self.epoch);
        } else if self.epoch % 2 == 1 {
            self.epoch += 1;
            self.persist(out);
            out.path.take1(Branch::Init3, self.epoch);
        } else {
            out.path.take1(Branch::Init4, self.epoch);
        }
    }

    fn persist(&mut self, out: &mut Out<'_>) {
        self.stored_epoch = self.epoch;
        out.effect(Effect::PersistEpoch(self.epoch));
    }

    fn bump(&mut self, epoch: u32, out: &mut Out<'_>) -> Result<(), Aborted> {
        out.path.take2(Branch::Bump1, self.epoch, epoch);
        assert_that(self.epoch <= epoch, Branch::Bump1, out)?;
        self.epoch = epoch;
        out.path.take1(Branch::Bump2, epoch);
        self.persist(out);
        out.path.take1(Branch::Bump3, epoch);
        out.effect(Effect::JoinElection);
        out.path.take(Branch::Bump4);
        self.electing_me = false;
        out.path.take(Branch::Bump5);
        self.acked_me.clear();
        out.path.take(Branch::Bump6);
        Ok(())
    }

    fn try_start(&mut self, view: &View<'_>, out: &mut Out<'_>) -> Result<(), Aborted> {
        if !self.participating {
            out.path.take(Branch::Start1);
            return Ok(());
        }
        self.acked_me.clear();
        out.path.take(Branch::Start2);
        out.path.take(Branch::Start3);
        self.init(out);
        if self.epoch.is_multiple_of(2) {
            out.path.take1(Branch::Start4a, self.epoch + 1);
            self.bump(self.epoch + 1, out)?;
        } else {
            out.path.take1(Branch::Start4b, self.epoch);
            out.effect(Effect::ValidateStore);
        }
        self.electing_me = true;
        self.acked_me.push((view.me, view.supported));
        out.path.take1(Branch::Start5, self.epoch);
        self.leader_acked = None;
        out.path.take(Branch::Start6);
        let others = view.monmap.others(Some(view.me));
        out.path.take1(Branch::Start7, others);
        for to in others.iter() {
            self.send(to, ElectionOp::Propose, view.supported.mon, view, out);
        }
        out.path.take(Branch::Start8);
        arm_timer(&mut self.timer_armed, view.election_timeout, out);
        Ok(())
    }

    fn defer(&mut self, who: Rank, view: &View<'_>, out: &mut Out<'_>) {
        if self.electing_me {
            out.path.take1(Branch::Defer1, self.voters());
            self.acked_me.clear();
            self.electing_me = false;
        }
        self.leader_acked = Some(who);
        out.path.take1(Branch::Defer2, who);
        out.path.take2(Branch::Defer3, who, self.epoch);
        self.send(who, ElectionOp::Ack, view.supported.mon, view, out);
        out.path.take(Branch::Defer4);
        arm_timer(
            &mut self.timer_armed,
            view.election_timeout + DEFER_PLUS,
            out,
        );
    }

    fn victory(&mut self, view: &View<'_>, out: &mut Out<'_>) -> Result<(), Aborted> {
        self.leader_acked = None;
        self.electing_me = false;
        out.path.take(Branch::Victory1);
        let quorum = self.voters();
        let all = Features {
            con: u64::MAX,
            mon: view.supported.mon,
        };
        let features = self.acked_me.iter().fold(all, |all, (_, each)| Features {
            con: all.con & each.con,
            mon: all.mon & each.mon,
        });
        out.path.take1(Branch::Victory2, quorum);
        out.path.take(Branch::Victory3);
        cancel_timer(&mut self.timer_armed, out);
        out.path.take1(Branch::Victory4, self.epoch);
        assert_that(self.epoch % 2 == 1, Branch::Victory4, out)?;
        out.path.take1(Branch::Victory5, self.epoch + 1);
        self.bump(self.epoch + 1, out)?;
        let mut followers = quorum;
        followers.remove(view.me);
        out.path.take1(Branch::Victory6, followers);
        for to in followers.iter() {
            let op = ElectionOp::Victory {
                quorum,
                quorum_features: features.con,
                commands: true,
            };
            self.send(to, op, features.mon, view, out);
        }
        out.path.take2(Branch::Victory7, self.epoch, quorum);
        out.effect(Effect::Win {
            epoch: self.epoch,
            quorum,
            features,
        });
        Ok(())
    }

    fn send(
        &self,
        to: Rank,
        op: ElectionOp,
        mon_features: u64,
        view: &View<'_>,
        out: &mut Out<'_>,
    ) {
        let election = Election {
            op,
            epoch: self.epoch,
            mon_features,
            monmap: Arc::clone(view.monmap),
            scoring: None,
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
        match gate(self.participating, view, m, out) {
            Gate::Closed => return Ok(()),
            Gate::NewerMap => {
                cancel_timer(&mut self.timer_armed, out);
                out.effect(Effect::Bootstrap);
                return Ok(());
            }
            Gate::Open => {}
        }
        if m.election.op == ElectionOp::Propose {
            out.path.take(Branch::Dispatch8);
            return self.handle_propose(view, m, out);
        }
        if m.election.epoch < self.epoch {
            out.path
                .take2(Branch::Dispatch9, m.election.epoch, self.epoch);
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
                out.path
                    .take2(Branch::HandleNak2, required_con, m.election.mon_features);
                out.path.take1(Branch::HandleNak3, m.from);
                // The timer ends with the process; nobody cancels it.
                self.timer_armed = false;
                out.effect(Effect::Exit);
                Ok(())
            }
        }
    }

    fn handle_propose(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let epoch = m.election.epoch;
        out.path.take1(Branch::Propose1, epoch);
        assert_that(epoch % 2 == 1, Branch::Propose1, out)?;
        if lacks(m.con_features, view.required.con) {
            out.path
                .take2(Branch::Propose2, m.con_features, view.required.con);
            nak_old_peer(view, m, None, out);
            return Ok(());
        }
        if lacks(m.election.mon_features, view.required.mon) {
            out.path
                .take2(Branch::Propose3, m.election.mon_features, view.required.mon);
            nak_old_peer(view, m, None, out);
            // Ceph forgets to return here: the epochs are not compared, the ranks are.
        } else if epoch > self.epoch {
            out.path.take2(Branch::Propose4, epoch, self.epoch);
            self.bump(epoch, out)?;
        } else if epoch < self.epoch {
            if self.epoch.is_multiple_of(2) && !view.quorum.contains(m.from) {
                out.path
                    .take3(Branch::Propose5a, epoch, self.epoch, view.quorum);
                out.effect(Effect::StartElection);
                self.try_start(view, out)?;
                // Luminous does not return here: the ranks are compared in the new round.
            } else {
                out.path
                    .take3(Branch::Propose5b, epoch, self.epoch, view.quorum);
                return Ok(());
            }
        }
        self.compare_ranks(view, m.from, out)
    }

    /// PROPOSE-6 and 7.
    fn compare_ranks(
        &mut self,
        view: &View<'_>,
        from: Rank,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let me = view.me;
        if me < from {
            match self.leader_acked {
                Some(leader) => {
                    out.path.take3(Branch::Propose6a, me, from, leader);
                    assert_that(leader < from, Branch::Propose6a, out)
                }
                None if !self.electing_me => {
                    out.path.take2(Branch::Propose6b, me, from);
                    out.effect(Effect::StartElection);
                    self.try_start(view, out)
                }
                None => {
                    out.path.take2(Branch::Propose6c, me, from);
                    Ok(())
                }
            }
        } else if self.leader_acked.is_none_or(|leader| leader >= from) {
            out.path
                .take3(Branch::Propose7a, me, from, self.leader_acked);
            self.defer(from, view, out);
            Ok(())
        } else {
            out.path
                .take3(Branch::Propose7b, me, from, self.leader_acked);
            Ok(())
        }
    }

    fn handle_ack(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let epoch = m.election.epoch;
        out.path.take1(Branch::Hack1, epoch);
        assert_that(epoch % 2 == 1, Branch::Hack1, out)?;
        if epoch > self.epoch {
            out.path.take2(Branch::Hack2, epoch, self.epoch);
            self.bump(epoch, out)?;
            return self.try_start(view, out);
        }
        out.path.take2(Branch::Hack3, epoch, self.epoch);
        assert_that(epoch == self.epoch, Branch::Hack3, out)?;
        if lacks(m.con_features, view.required.con) {
            out.path
                .take2(Branch::Hack4, m.con_features, view.required.con);
            return Ok(());
        }
        let features = Features {
            con: m.con_features,
            mon: m.election.mon_features,
        };
        if lacks(features.mon, view.required.mon) {
            out.path
                .take2(Branch::Hack5, features.mon, view.required.mon);
            return Ok(());
        }
        if !self.electing_me {
            out.path.take1(Branch::Hack7, self.leader_acked);
            return assert_that(self.leader_acked.is_some(), Branch::Hack7, out);
        }
        match self.acked_me.iter_mut().find(|(rank, _)| *rank == m.from) {
            Some(entry) => entry.1 = features,
            None => self.acked_me.push((m.from, features)),
        }
        out.path
            .take2(Branch::Hack6, self.voters(), view.monmap.len());
        if self.acked_me.len() == view.monmap.len() {
            return self.victory(view, out);
        }
        Ok(())
    }

    fn handle_victory(
        &mut self,
        view: &View<'_>,
        m: &Arrival<'_>,
        (quorum, features, commands): (RankSet, Features, bool),
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let epoch = m.election.epoch;
        out.path.take2(Branch::Hvic1, m.from, view.me);
        assert_that(m.from < view.me, Branch::Hvic1, out)?;
        out.path.take1(Branch::Hvic2, epoch);
        assert_that(epoch.is_multiple_of(2), Branch::Hvic2, out)?;
        self.leader_acked = None;
        out.path.take(Branch::Hvic3);
        if epoch != self.epoch + 1 {
            out.path.take2(Branch::Hvic4, epoch, self.epoch);
            self.bump(epoch, out)?;
            return self.try_start(view, out);
        }
        out.path.take2(Branch::Hvic5, epoch, self.epoch);
        self.bump(epoch, out)?;
        out.path.take2(Branch::Hvic6, m.from, quorum);
        out.effect(Effect::Lose {
            epoch,
            leader: m.from,
            quorum,
            features,
        });
        out.path.take(Branch::Hvic7);
        cancel_timer(&mut self.timer_armed, out);
        out.path.take(Branch::Hvic8);
        assert_that(commands, Branch::Hvic8, out)?;
        out.effect(Effect::SetLeaderCommands);
        Ok(())
    }
}
