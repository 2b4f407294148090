//! What clients and joining monitors ask of the cluster: commits, and changes of the monmap. A peon forwards it to its
//! leader; one that is in no quorum keeps it until it is.

use std::sync::Arc;

use super::{Effect, Handled, Monitor, UnderWay};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::message::{Body, Forward, Request};
use crate::mon::monmap::Addr;
use crate::mon::paxos::Value;
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// Somebody asks for something: a client of this monitor's, or one that wants to join.
    pub(super) fn handle_request(
        &mut self,
        now: Time,
        request: Request,
        out: &mut Outcome,
    ) -> Handled {
        match (self.state, self.leader) {
            (State::Leader, _) => self.carry_out_request(now, request, None, out),
            (State::Peon, Some(leader)) => {
                out.path.take1(Branch::RequestForward, leader);
                if matches!(request, Request::Join { .. }) {
                    // Nobody waits for its answer: the joiner asks again when it probes.
                    self.send(leader, Body::Request(request), out);
                    return Ok(());
                }
                self.routed_tid += 1;
                let forward = Forward {
                    tid: self.routed_tid,
                    request,
                };
                self.routed.push(forward);
                self.send(leader, Body::Forward(forward), out);
                Ok(())
            }
            _ => {
                out.path.take(Branch::RequestWait);
                self.waiting.push(request);
                Ok(())
            }
        }
    }

    /// A peon hands a command on. One that leads no more lets it go: the peon sends it again after the election.
    pub(super) fn handle_forward(
        &mut self,
        now: Time,
        from: Addr,
        forward: Forward,
        out: &mut Outcome,
    ) -> Handled {
        if self.state != State::Leader {
            out.path.take(Branch::RequestStray);
            return Ok(());
        }
        let by = (from, forward.tid);
        let answered = |one: &UnderWay| one.by == Some(by);
        if self.under_way.iter().any(answered) {
            return Ok(());
        }
        self.carry_out_request(now, forward.request, Some(by), out)
    }

    /// The leader says that a command is done, or one of its commits.
    pub(super) fn handle_route(&mut self, tid: u64, out: &mut Outcome) {
        out.path.take1(Branch::RequestRoute, tid);
        self.routed
            .retain_mut(|forward| forward.tid != tid || advance(&mut forward.request));
    }

    /// FINISH-ELECTION-4: everything that waited for a quorum goes on.
    pub(super) fn wake_requests(&mut self, now: Time, out: &mut Outcome) -> Handled {
        for request in std::mem::take(&mut self.waiting) {
            self.handle_request(now, request, out)?;
        }
        Ok(())
    }

    /// FINISH-ELECTION-5: commands whose answer is still missing are sent to the new leader, or carried out here when
    /// this monitor is the leader.
    pub(super) fn resend_routed(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if self.routed.is_empty() {
            return Ok(());
        }
        out.path.take1(Branch::FinishElection5, self.routed.len());
        if self.state == State::Leader {
            for forward in std::mem::take(&mut self.routed) {
                self.handle_request(now, forward.request, out)?;
            }
        } else if let Some(leader) = self.leader {
            for forward in &self.routed {
                self.send(leader, Body::Forward(*forward), out);
            }
        }
        Ok(())
    }

    /// A value is committed, and the services have read it: who waits for it is told.
    pub(super) fn answer(&mut self, value: &Value, out: &mut Outcome) {
        let Some(place) = self.under_way.iter().position(|one| one.value == *value) else {
            return;
        };
        let one = &mut self.under_way[place];
        let by = one.by;
        if !advance(&mut one.request) {
            self.under_way.remove(place);
        } else if let Request::Commit { first, .. } = one.request {
            one.value = Value::Plain(first);
        }
        Self::route(by, out);
    }

    fn route(by: Option<(Addr, u64)>, out: &mut Outcome) {
        if let Some((to, tid)) = by {
            out.effects.push(Effect::Send {
                to,
                body: Body::Route(tid),
            });
        }
    }

    /// Asks to be taken into the map under its name and address.
    pub(super) fn ask_to_join(&self, to: Addr, out: &mut Outcome) {
        let request = Request::Join {
            name: self.name,
            addr: self.addr,
            site: self.settings.site,
        };
        out.effects.push(Effect::Send {
            to,
            body: Body::Request(request),
        });
    }

    /// Carries a command out. What needs no commit is answered at once.
    fn carry_out_request(
        &mut self,
        now: Time,
        request: Request,
        by: Option<(Addr, u64)>,
        out: &mut Outcome,
    ) -> Handled {
        let value = if let Request::Commit { first, count } = request {
            out.path.take1(Branch::RequestCommit, count);
            let values = (0..count).map(|i| Value::Plain(first.wrapping_add(i)));
            self.paxos.proposals.extend(values);
            Value::Plain(first)
        } else {
            let Some(mut map) = self.changed_map(request, out) else {
                Self::route(by, out);
                return Ok(());
            };
            map.sort(self.edition);
            let value = Value::Monmap(Arc::new(map));
            self.paxos.proposals.push_back(value.clone());
            value
        };
        // Nobody waits for the answer to a join.
        if !matches!(request, Request::Join { .. }) {
            self.under_way.push(UnderWay { request, value, by });
        }
        self.propose_next(now, out)
    }
}

/// A part of a command is done; is something left of it?
const fn advance(request: &mut Request) -> bool {
    match request {
        Request::Commit { first, count } if *count > 1 => {
            *first = first.wrapping_add(1);
            *count -= 1;
            true
        }
        _ => false,
    }
}
