//! A monitor: its store, its state, and how one input changes them.
//!
//! Mirrors `src/mon/Monitor.cc`. The elector decides apart ([`elector`]); here its effects are carried
//! out.
//!
//! * `probe`: who is there, both ways.  * `election`: the gate, start, win, lose.  * `sync`: catching up.
//! * `paxos`, `recovery`, `commit`, `lease`: what follows an election.  * `request`: what clients and joiners ask.
//! * `change`: what that makes of the monmap.
//! * `stretch`: what a cluster of two sites does when it loses one.

mod change;
mod commit;
mod election;
mod lease;
mod paxos;
mod probe;
mod recovery;
mod request;
mod stretch;
mod sync;

use std::sync::Arc;

use super::branch::Branch;
use super::edition::Edition;
use super::effect::{Effect, Outcome, Write};
use super::elector::modern::PingCall;
use super::elector::{self, AnyElector, Call};
use super::feature::Release;
use super::kind::Timer;
use super::message::{Body, Features, Forward, Message, Request};
use super::monmap::{Addr, AddrSet, DeadSites, Member, MonMap, Name, NameSet, Protocols, Site};
use super::options::Options;
use super::paxos::{Paxos, PaxosStore, Value};
use super::rank::{MonId, Rank, RankSet};
use super::state::State;
use super::sync::{Client, Requester, SyncStore};
use super::time::{Span, Time};
use super::tracker::{ConnectionTracker, Netsplits, Pair};

/// What survives the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// `election_epoch`; 0: absent.
    pub election_epoch: u32,
    /// `connectivity_scores`; `None`: absent.
    pub scores: Option<ConnectionTracker>,
    /// `joined`: was once in a quorum with a committed monmap.
    pub joined: bool,
    /// A monmap beside those of Paxos: what the monitor was made with, took from a peer's election message, or set
    /// aside before a full copy.
    pub monmap: Arc<MonMap>,
    /// Paxos' numbers and versions.
    pub paxos: PaxosStore,
    /// What a full copy keeps while it runs.
    pub sync: SyncStore,
}

impl Store {
    /// The map that a process starts from: the newest one there is.
    #[must_use]
    pub fn latest_map(&self) -> &Arc<MonMap> {
        self.paxos
            .latest_map()
            .filter(|committed| committed.epoch >= self.monmap.epoch)
            .unwrap_or(&self.monmap)
    }
}

/// What a daemon was started with, besides its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its release.
    pub release: Release,
    /// Where it says it stands; `None`: it doesn't say.
    pub site: Option<Site>,
    /// How it is reached.
    pub protocols: Protocols,
}

impl Settings {
    /// What a monitor of this edition has unless it is told otherwise.
    #[must_use]
    pub const fn of(edition: Edition) -> Self {
        Self {
            release: edition.release(),
            site: None,
            protocols: Protocols::Both,
        }
    }
}

/// A command that a leader carries out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// What is left of it.
    pub request: Request,
    /// What answers it when it is committed.
    pub value: Value,
    /// Who forwarded it, and under which number; `None`: a client of this monitor's own.
    pub by: Option<(Addr, u64)>,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// When it fires.
    pub at: Time,
    /// How long it was when it was armed.
    pub length: Span,
}

/// What reaches a monitor.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The process starts.
    Boot,
    /// A message arrives.
    Message(&'a Message),
    /// A timer fires.
    Timer(Timer),
    /// `quorum exit`
    QuorumExit,
    /// `quorum enter`
    QuorumEnter,
    /// The commit that was queued for the disk is written.
    Written,
    /// A client asks for something.
    Request(Request),
    /// SIGTERM: the process shall end in order.
    Terminate,
}

/// One monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Who it is, for ever.
    pub id: MonId,
    /// Its name.
    pub name: Name,
    /// Its address.
    pub addr: Addr,
    /// The features it supports.
    pub supported: Features,
    /// The features it requires of others.
    pub required: Features,
    /// Which release it is of.
    pub edition: Edition,
    /// Its options.
    pub options: Options,
    /// What else it was started with.
    pub settings: Settings,
    /// Its disk.
    pub store: Store,

    /// What it is doing.
    pub state: State,
    /// Its rank; `None`: not in its map.
    pub rank: Option<Rank>,
    /// The last leader it had, itself included; kept when the quorum is left.
    pub leader: Option<Rank>,
    /// The quorum it is in; empty unless leader or peon.
    pub quorum: RankSet,
    /// Names known alive and in no quorum, its own included; while probing.
    pub outside_quorum: NameSet,
    /// Addresses to probe that are not in its map.
    pub extra_probe_peers: AddrSet,
    /// The map in use.
    pub monmap: Arc<MonMap>,
    /// `joined`, as read at start or set since.
    pub has_ever_joined: bool,
    /// Since when it leads; zero: it does not.
    pub leader_since: Time,
    /// When it left its last quorum; zero: it is in one, or never was.
    pub exited_quorum: Time,
    /// The elector.
    pub elector: AnyElector,
    /// Paxos.
    pub paxos: Paxos,
    /// The copy this monitor is making.
    pub syncing: Option<Requester>,
    /// `sync_last_committed_floor`: the last version it had before a wiped copy.
    pub sync_floor: u64,
    /// Those it is a provider for.
    pub sync_clients: Vec<Client>,
    /// How many cookies it has given.
    pub sync_counter: u64,
    /// What clients asked for while there was no quorum.
    pub waiting: Vec<Request>,
    /// What they asked for while it followed: the leader has it, and hasn't said that it is done. (`routed_requests`)
    pub routed: Vec<Forward>,
    /// The number of the latest of those.
    pub routed_tid: u64,
    /// What it carries out as leader.
    pub under_way: Vec<UnderWay>,
    /// As leader of a stretch cluster: the sites of which nobody was in the quorum of the last election it won. (C5)
    pub dead_sites: DeadSites,
    /// It wants to give them up, and nothing says yet that this is committed.
    pub wants_degraded: bool,
    /// As leader: the monitors of its quorum that don't reach each other. (D6)
    pub netsplits: Netsplits,
    /// When the process started: it ticks since then.
    pub started: Time,
    /// The timers that run, by [`Timer`].
    pub timers: [Option<Armed>; Timer::ALL.len()],

    /// Room for the elector's effects, reused.
    asked: Vec<elector::Effect>,
}

/// The monitor went down while it handled the input: an assertion failed, or it ended itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended;

/// How a handler ends.
pub(crate) type Handled = Result<(), Ended>;

impl Monitor {
    /// A monitor that does not run yet, over its disk.
    #[must_use]
    pub fn new(
        id: MonId,
        addr: Addr,
        features: (Features, Features),
        (edition, options): (Edition, Options),
        store: Store,
    ) -> Self {
        let monmap = store.latest_map();
        let (epoch, scores) = (store.election_epoch, store.scores.clone());
        let elector = edition.elector(monmap, &options, epoch, scores);
        Self {
            id,
            name: Name(id.0),
            addr,
            supported: features.0,
            required: features.1,
            edition,
            options,
            settings: Settings::of(edition),
            state: State::Down,
            rank: None,
            leader: None,
            quorum: RankSet::EMPTY,
            outside_quorum: NameSet::EMPTY,
            extra_probe_peers: AddrSet::EMPTY,
            monmap: Arc::clone(monmap),
            has_ever_joined: store.joined,
            leader_since: Time::ZERO,
            exited_quorum: Time::ZERO,
            elector,
            paxos: Paxos::of(&store.paxos),
            syncing: None,
            sync_floor: store.sync.last_committed_floor,
            sync_clients: Vec::new(),
            sync_counter: 0,
            waiting: Vec::new(),
            routed: Vec::new(),
            routed_tid: 0,
            under_way: Vec::new(),
            dead_sites: DeadSites::default(),
            wants_degraded: false,
            netsplits: Netsplits::default(),
            started: Time::ZERO,
            timers: [None; Timer::ALL.len()],
            asked: Vec::new(),
            store,
        }
    }

    /// The same, started with these settings.
    #[must_use]
    pub fn with(mut self, settings: Settings) -> Self {
        self.settings = settings;
        if let Some(owner) = self.elector.modern_mut() {
            owner.release = settings.release;
        }
        self
    }

    /// The process ends: what was in memory is gone, the store stays.
    pub fn end(&mut self) {
        let next = Self::new(
            self.id,
            self.addr,
            (self.supported, self.required),
            (self.edition, self.options),
            self.store.clone(),
        );
        *self = next.with(self.settings);
    }

    /// Handles one input at `now`; what it asks for and the path it took are left in `out`, which is cleared first.
    pub fn handle(&mut self, now: Time, input: Input<'_>, out: &mut Outcome) {
        out.clear();
        // That the process ended is an effect already.
        let _ended = match input {
            Input::Boot => self.boot(now, out),
            Input::Message(message) => self.dispatch(now, message, out),
            Input::Timer(timer) => self.fire(now, timer, out),
            Input::QuorumExit => self.quorum_exit(now, out),
            Input::QuorumEnter => self.quorum_enter(now, out),
            Input::Written => self.commit_finish(now, out),
            Input::Request(request) => self.handle_request(now, request, out),
            Input::Terminate => self.terminate(now, out),
        };
    }

    /// The rank of its address in the map it knows.
    #[must_use]
    pub fn seat(&self) -> Option<Rank> {
        self.monmap.rank_of_addr(self.addr)
    }

    /// Is this timer armed?
    #[must_use]
    pub const fn armed(&self, timer: Timer) -> Option<Armed> {
        self.timers[timer as usize]
    }

    /// D6: the leader looks whether some of its quorum don't reach each other.
    fn look_for_splits(&mut self, now: Time) {
        let splits = match self.elector.modern() {
            Some(owner) if self.state == State::Leader => {
                owner.logic.peer_tracker.splits(self.quorum)
            }
            _ => Vec::new(),
        };
        self.netsplits.look(now, &splits);
    }

    /// The monitors of which this leader would warn that they don't reach each other. (Health only.)
    pub fn reported_splits(&self, now: Time) -> impl Iterator<Item = Pair> {
        let grace = self.options.mon_netsplit_grace_period;
        self.netsplits.reported(now, grace)
    }

    fn boot(&mut self, now: Time, out: &mut Outcome) -> Handled {
        self.started = now;
        if self.edition.begins_in_init() {
            out.path.take(Branch::MonInit);
        }
        let removed = self.has_ever_joined && !self.monmap.has_name(self.name);
        if removed && !self.options.mon_force_quorum_join {
            // It knows that it has no seat any more: it refuses to start.
            out.path.take(Branch::Preinit);
            out.effects.push(Effect::Exit);
            return Err(Ended);
        }
        if self.store.sync.in_sync {
            // A full copy was cut short: what is there is not to be trusted.
            out.path
                .take1(Branch::PreinitSync, self.store.sync.last_committed_floor);
            self.wipe_paxos();
        }
        if !self.has_ever_joined && !self.options.mon_initial_members.is_empty() {
            self.keep_founders(out);
        }
        let (seat, monitors) = (self.seat(), self.monmap.len());
        if let Some(scores) = self.elector.stored_scores() {
            out.path.take2(Branch::D5Load, scores.epoch, scores.version);
            if !scores.is_clean(seat, monitors) {
                // What was stored is of another map.
                out.path.take2(Branch::D5Dirty, seat, monitors);
                self.ping(now, &PingCall::Clear, out)?;
            }
        }
        self.bootstrap(now, out)
    }

    /// One that never joined leaves only those in its seed map who may found the cluster, known to it or not. The
    /// others are probed all the same.
    fn keep_founders(&mut self, out: &mut Outcome) {
        let founders = self.options.mon_initial_members;
        let mut map = (*self.monmap).clone();
        for member in &map.members {
            if !founders.contains(member.name) && member.addr != Addr::BLANK {
                self.extra_probe_peers.insert(member.addr);
            }
        }
        map.members.retain(|member| founders.contains(member.name));
        for name in RankSet(founders.0).iter().map(|bit| Name(bit.0)) {
            if !map.has_name(name) {
                let mine = name == self.name;
                let addr = if mine { self.addr } else { Addr::BLANK };
                map.members.push(Member::new(name, addr));
            }
        }
        map.sort(self.edition);
        out.path
            .take2(Branch::InitialMembers, founders.len(), map.len());
        self.monmap = Arc::new(map);
    }

    fn terminate(&mut self, now: Time, out: &mut Outcome) -> Handled {
        self.wait_for_write(now, out)?;
        out.path.take(Branch::Shutdown);
        self.elect(now, &Call::Shutdown, out)?;
        out.effects.push(Effect::Exit);
        Err(Ended)
    }

    fn dispatch(&mut self, now: Time, message: &Message, out: &mut Outcome) -> Handled {
        match &message.body {
            Body::Probe(probe) => self.handle_probe(now, message, probe, out),
            Body::Election(election) => self.dispatch_election(now, message, election, out),
            Body::Paxos(paxos) => self.dispatch_paxos(now, message, paxos, out),
            Body::Sync(op) => self.handle_sync(now, message, op, out),
            Body::Request(request) => self.handle_request(now, *request, out),
            Body::Forward(forward) => self.handle_forward(now, message.addr, *forward, out),
            Body::Route(tid) => {
                self.handle_route(*tid, out);
                Ok(())
            }
            Body::Ping(ping) => {
                let from = self.monmap.rank_of_addr(message.addr);
                self.ping(now, &PingCall::Message(from, ping), out)
            }
        }
    }

    fn fire(&mut self, now: Time, timer: Timer, out: &mut Outcome) -> Handled {
        self.timers[timer as usize] = None;
        match timer {
            Timer::Probe => {
                out.path.take2(
                    Branch::ProbeTimeout,
                    self.outside_quorum.len(),
                    self.monmap.majority(),
                );
                let searching = matches!(self.state, State::Probing | State::Synchronizing);
                Self::assert_that(searching, Branch::ProbeTimeout, out)?;
                self.bootstrap(now, out)
            }
            Timer::Election => self.elect(now, &Call::Expire, out),
            Timer::Collect => self.collect_timeout(now, out),
            Timer::Accept => self.accept_timeout(now, out),
            Timer::Sync => self.sync_timeout(now, out),
            Timer::LeaseRenew => {
                out.path.take(Branch::LeaseRenew);
                self.extend_lease(now, out);
                Ok(())
            }
            Timer::LeaseAck => self.lease_ack_timeout(now, out),
            Timer::LeaseTimeout => self.lease_timeout(now, out),
            Timer::Ping => {
                self.ping(now, &PingCall::Timer, out)?;
                self.look_for_splits(now);
                Ok(())
            }
            Timer::Recovery => self.recover_stretch(now, out),
        }
    }

    /// BOOTSTRAP: back to probing, the universal answer to trouble. The election timer is left running.
    fn bootstrap(&mut self, now: Time, out: &mut Outcome) -> Handled {
        self.wait_for_write(now, out)?;
        out.path.take(Branch::Boot2);
        self.sync_reset(out);
        out.path.take(Branch::Boot3);
        self.cancel(Timer::Probe, out);
        let (release, oldest) = (self.settings.release, self.monmap.rules.min_release);
        if self.monmap.epoch == 0 {
            self.sort_map();
        }
        if !self.edition.can_use_map_of(release, oldest) {
            let (release, oldest) = (u32::from(release.0), u32::from(oldest.0));
            out.path.take2(Branch::Boot4, release, oldest);
            out.effects.push(Effect::Exit);
            return Err(Ended);
        }
        let new_rank = self.seat();
        if new_rank.is_none() && self.rank.is_some() && self.has_ever_joined {
            out.path.take1(Branch::Boot5a, self.rank);
            out.effects.push(Effect::Exit);
            return Err(Ended);
        }
        if new_rank.is_none() && self.rank.is_some() {
            self.ping(now, &PingCall::Clear, out)?;
        }
        if let Some(member) = new_rank.and_then(|rank| self.monmap.members.get(rank.index()))
            && self
                .edition
                .starts_again(self.settings.protocols, member.protocols)
        {
            out.path.take1(Branch::Boot5b, new_rank);
            self.settings.protocols = member.protocols;
            self.store.monmap = Arc::clone(&self.monmap);
            Self::persist(Write::Monmap(self.monmap.epoch), out);
            out.effects.push(Effect::StartAgain);
            return Err(Ended);
        }
        if new_rank != self.rank {
            out.path.take2(Branch::Boot5c, self.rank, new_rank);
            if self.state != State::Down {
                // A process that just started has no session yet.
                out.effects.push(Effect::DropSessions);
            }
            self.rank = new_rank;
            out.effects.push(Effect::SpeakAs(new_rank));
            self.ping(now, &PingCall::RankChanged(new_rank), out)?;
        }
        out.path.take(Branch::Boot6);
        self.state = State::Probing;
        self.reset(now, out);
        self.say_who_may_lead(now, false, out)?;
        if self.monmap.len() == 1 && self.rank == Some(Rank(0)) {
            out.path.take(Branch::Boot10);
            return self.win_standalone(now, out);
        }
        out.path.take(Branch::Boot11);
        self.arm(now, Timer::Probe, self.options.mon_probe_timeout, out);
        out.path.take(Branch::Boot12);
        if self.monmap.has_name(self.name) {
            self.outside_quorum.insert(self.name);
        }
        self.probe_everybody(out);
        Ok(())
    }

    /// The order of ranks of a seed map follows the addresses, whatever it was made from.
    fn sort_map(&mut self) {
        let mut map = (*self.monmap).clone();
        map.sort(self.edition);
        if map != *self.monmap {
            self.monmap = Arc::new(map);
        }
    }

    /// MON-RESET: out of any quorum.
    fn reset(&mut self, now: Time, out: &mut Outcome) {
        out.path.take(Branch::MonReset1);
        self.cancel(Timer::Probe, out);
        out.path.take(Branch::MonReset3);
        self.cancel(Timer::Recovery, out);
        self.leader_since = Time::ZERO;
        out.path.take1(Branch::MonReset4, self.quorum);
        if !self.quorum.is_empty() {
            self.exited_quorum = now;
        }
        out.path.take(Branch::MonReset5);
        self.netsplits = Netsplits::default();
        self.quorum = RankSet::EMPTY;
        self.outside_quorum = NameSet::EMPTY;
        out.path.take(Branch::MonReset6);
        self.paxos_restart(out);
    }

    fn arm(&mut self, now: Time, timer: Timer, length: Span, out: &mut Outcome) {
        self.timers[timer as usize] = Some(Armed {
            at: now + length,
            length,
        });
        out.effects.push(Effect::Arm(timer, length));
    }

    fn cancel(&mut self, timer: Timer, out: &mut Outcome) {
        if self.timers[timer as usize].take().is_some() {
            out.effects.push(Effect::Cancel(timer));
        }
    }

    fn persist(write: Write, out: &mut Outcome) {
        out.effects.push(Effect::Persist(write));
    }

    fn send(&self, to: Rank, body: Body, out: &mut Outcome) {
        // A rank that left the map has no address: nobody to send to.
        if let Some(to) = self.monmap.addr(to) {
            out.effects.push(Effect::Send { to, body });
        }
    }

    /// One of Ceph's assertions: when it fails, the process aborts.
    fn assert_that(holds: bool, branch: Branch, out: &mut Outcome) -> Handled {
        if holds {
            return Ok(());
        }
        out.effects.push(Effect::Abort(branch));
        Err(Ended)
    }
}
