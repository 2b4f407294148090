//! Elections as the monitor sees them: the gate, start, join, win, lose, and `quorum exit` and `enter`.

use std::sync::Arc;

use super::{Effect, Ended, Handled, Monitor, Write};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::elector::modern::{PingCall, Watch};
use crate::mon::elector::{self, Arrival, Call, View};
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Election, Features, Message};
use crate::mon::monmap::{MonMap, NameSet};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// GATE, then the elector's dispatch.
    pub(super) fn dispatch_election(
        &mut self,
        now: Time,
        m: &Message,
        election: &Election,
        out: &mut Outcome,
    ) -> Handled {
        if !m.from_monitor {
            out.path.take(Branch::Gate1);
            return Ok(());
        }
        if !m.capable {
            out.path.take(Branch::Gate2);
            return Ok(());
        }
        if matches!(self.state, State::Probing | State::Synchronizing) {
            out.path.take(Branch::Gate3);
            return Ok(());
        }
        // A sender without a rank is none of the map's: no map has a rank 255.
        let from = m.source.unwrap_or(Rank(u8::MAX));
        let arrival = Arrival {
            from,
            addr: m.addr,
            con_features: m.con_features,
            election,
        };
        self.elect(now, &Call::Dispatch(&arrival), out)
    }

    /// START-ELECTION: the monitor's own call for an election.
    pub(super) fn start_election(&mut self, now: Time, out: &mut Outcome) -> Handled {
        self.enter_election(now, out)?;
        self.elect(now, &Call::Start, out)
    }

    /// `quorum exit`: one last proposal to everybody, then silence.
    pub(super) fn quorum_exit(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::Exit1);
        if self.rank.is_some() {
            self.start_election(now, out)?;
        }
        out.path.take(Branch::Exit2);
        self.elector.set_participating(false);
        Ok(())
    }

    /// `quorum enter`.
    pub(super) fn quorum_enter(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::Enter1);
        self.elector.set_participating(true);
        out.path.take(Branch::Enter2);
        if self.rank.is_none() {
            // Outside the map nobody would hear it.
            return Ok(());
        }
        self.start_election(now, out)
    }

    /// WIN-STANDALONE: the only monitor of its map.
    pub(super) fn win_standalone(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take1(Branch::WinStandalone, self.elector.epoch());
        self.elect(now, &Call::Standalone, out)
    }

    /// What START-ELECTION does before it calls the elector.
    fn enter_election(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::StartElection);
        self.wait_for_write(now, out)?;
        self.reset(now, out);
        self.state = State::Electing;
        Ok(())
    }

    /// Calls the elector, then carries out what it asks for, in order.
    pub(super) fn elect(&mut self, now: Time, call: &Call<'_>, out: &mut Outcome) -> Handled {
        let Some(me) = self.rank else { return Ok(()) };
        let mut asked = std::mem::take(&mut self.asked);
        let view = View {
            me,
            monmap: &self.monmap,
            quorum: self.quorum,
            has_ever_joined: self.has_ever_joined,
            supported: self.supported,
            required: self.required,
            election_timeout: self.options.mon_election_timeout,
            watch: self.watch(now),
        };
        let eout = &mut elector::Out {
            effects: &mut asked,
            path: &mut out.path,
        };
        self.elector.call(&view, call, eout);
        self.carry_out_all(now, asked, out)
    }

    /// Something reaches the pings, which only modern monitors have.
    pub(super) fn ping(&mut self, now: Time, call: &PingCall<'_>, out: &mut Outcome) -> Handled {
        let watch = self.watch(now);
        let Some(owner) = self.elector.modern_mut() else {
            return Ok(());
        };
        let mut asked = std::mem::take(&mut self.asked);
        let eout = &mut elector::Out {
            effects: &mut asked,
            path: &mut out.path,
        };
        owner.ping(&watch, call, eout);
        self.carry_out_all(now, asked, out)
    }

    fn watch(&self, now: Time) -> Watch {
        Watch::new(now, &self.monmap, self.state.in_quorum(), &self.options)
    }

    fn carry_out_all(
        &mut self,
        now: Time,
        mut asked: Vec<elector::Effect>,
        out: &mut Outcome,
    ) -> Handled {
        if self.store.scores.as_ref() != self.elector.stored_scores() {
            self.store.scores = self.elector.stored_scores().cloned();
        }
        let mut handled = Ok(());
        for effect in asked.drain(..) {
            if handled.is_ok() {
                handled = self.carry_out(now, effect, out);
            }
        }
        self.asked = asked;
        handled
    }

    /// Uses another map than before: what the elector knows by ranks follows, and who may lead. `Some`: the ranks that
    /// it says left have left since the map before; `None`: nobody knows who left, and what was known by ranks is
    /// forgotten. (`notify_new_monmap`; `may_elect`: may it call an election?)
    pub(super) fn adopt_map(
        &mut self,
        now: Time,
        map: Arc<MonMap>,
        (removed, may_elect): (Option<RankSet>, bool),
        out: &mut Outcome,
    ) -> Handled {
        self.monmap = map;
        let strategy = self.monmap.rules.strategy;
        if let Some(owner) = self.elector.modern_mut() {
            let old = std::mem::replace(&mut owner.logic.strategy, strategy);
            if old != strategy {
                out.path.take2(Branch::C1, old as u32, strategy as u32);
            }
        }
        match removed {
            Some(RankSet::EMPTY) => {}
            Some(ranks) => {
                let now_i_am = self.seat();
                let left = PingCall::Removed {
                    ranks,
                    now: now_i_am,
                };
                self.ping(now, &left, out)?;
            }
            None => self.ping(now, &PingCall::Clear, out)?,
        }
        self.say_who_may_lead(now, may_elect, out)
    }

    fn carry_out(&mut self, now: Time, effect: elector::Effect, out: &mut Outcome) -> Handled {
        match effect {
            elector::Effect::PersistEpoch(epoch) => {
                self.store.election_epoch = epoch;
                Self::persist(Write::ElectionEpoch(epoch), out);
            }
            elector::Effect::ValidateStore => Self::persist(Write::WriteableTest, out),
            elector::Effect::JoinElection => {
                out.path.take(Branch::JoinElection);
                self.wait_for_write(now, out)?;
                self.reset(now, out);
                self.state = State::Electing;
            }
            elector::Effect::StartElection => return self.enter_election(now, out),
            elector::Effect::Bootstrap => return self.bootstrap(now, out),
            elector::Effect::Send { to, election } => self.send(to, Body::Election(election), out),
            elector::Effect::ArmTimer(length) => self.arm(now, Timer::Election, length, out),
            elector::Effect::CancelTimer => self.cancel(Timer::Election, out),
            elector::Effect::TakeMonmap(map) => {
                Self::persist(Write::Monmap(map.epoch), out);
                self.store.monmap = Arc::clone(&map);
                let removed = map.rules.removed;
                return self.adopt_map(now, map, (Some(removed), false), out);
            }
            elector::Effect::Win {
                epoch,
                quorum,
                features,
            } => return self.win_election(now, epoch, (quorum, features), out),
            elector::Effect::Lose {
                epoch,
                leader,
                quorum,
                features,
            } => return self.lose_election(now, (epoch, leader), (quorum, features), out),
            // The leader's command table is not modelled; that it came is asserted in HVIC-8.
            elector::Effect::SetLeaderCommands => {}
            elector::Effect::Ping { to, ping } => self.send(to, Body::Ping(ping), out),
            elector::Effect::ArmPing(length) => self.arm(now, Timer::Ping, length, out),
            elector::Effect::CancelPing => self.cancel(Timer::Ping, out),
            elector::Effect::Exit => {
                out.effects.push(Effect::Exit);
                return Err(Ended);
            }
            elector::Effect::Abort(branch) => {
                out.effects.push(Effect::Abort(branch));
                return Err(Ended);
            }
        }
        Ok(())
    }

    fn win_election(
        &mut self,
        now: Time,
        epoch: u32,
        (quorum, features): (RankSet, Features),
        out: &mut Outcome,
    ) -> Handled {
        out.path.take(Branch::WinElection1);
        Self::assert_that(self.state == State::Electing, Branch::WinElection1, out)?;
        out.path.take2(Branch::WinElection2, epoch, quorum);
        self.state = State::Leader;
        self.leader_since = now;
        self.leader = self.rank;
        self.quorum = quorum;
        self.outside_quorum = NameSet::EMPTY;
        out.effects.push(Effect::Victory { epoch, quorum });
        out.path.take(Branch::WinElection5);
        self.leader_init(now, out)?;
        self.ping(now, &PingCall::InQuorum(features.mon), out)?;
        out.path.take(Branch::WinElection10);
        self.finish_election(now, out)
    }

    fn lose_election(
        &mut self,
        now: Time,
        (epoch, leader): (u32, Rank),
        (quorum, features): (RankSet, Features),
        out: &mut Outcome,
    ) -> Handled {
        out.path.take3(Branch::LoseElection1, epoch, leader, quorum);
        self.state = State::Peon;
        self.leader_since = Time::ZERO;
        self.leader = Some(leader);
        self.quorum = quorum;
        self.outside_quorum = NameSet::EMPTY;
        out.path.take(Branch::LoseElection2);
        self.peon_init(now, out);
        self.ping(now, &PingCall::InQuorum(features.mon), out)?;
        out.path.take(Branch::LoseElection6);
        self.finish_election(now, out)
    }

    /// FINISH-ELECTION: in a quorum; what waited for one goes on.
    fn finish_election(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::FinishElection3);
        self.exited_quorum = Time::ZERO;
        out.path.take(Branch::FinishElection4);
        self.wake_requests(now, out)?;
        self.resend_routed(now, out)?;
        let seat = self
            .rank
            .and_then(|rank| self.monmap.members.get(rank.index()));
        let misnamed = seat.is_some_and(|seat| seat.name != self.name);
        if (misnamed || !self.stands_as_listed())
            && let Some((asked, addr)) = self
                .edition
                .asked_to_join(self.quorum, self.leader)
                .and_then(|r| self.monmap.addr(r).map(|a| (r, a)))
        {
            out.path.take1(Branch::FinishElection7, asked);
            self.ask_to_join(addr, out);
            return Ok(());
        }
        self.stretch_work(now, out)
    }

    /// Has the map the site for this monitor that its configuration says? One that says none doesn't mind.
    pub(super) fn stands_as_listed(&self) -> bool {
        let Some(site) = self.settings.site else {
            return true;
        };
        let seat = self.monmap.members.iter().find(|m| m.name == self.name);
        seat.is_none_or(|seat| seat.site == Some(site))
    }
}
