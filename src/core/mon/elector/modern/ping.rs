//! Pings: how the modern elector learns who reaches whom. They change scores and never call an election. (B9)
//!
//! Ceph schedules one call for each peer. Here they are a list, and one timer of the monitor's runs to the first of
//! them. The list is kept as Ceph's timers are: a peer that was alive, dead and alive again within an interval has two
//! entries.

use super::Owner;
use crate::mon::branch::Branch;
use crate::mon::elector::{Effect, Out, assert_that};
use crate::mon::feature::PINGING;
use crate::mon::message::Ping;
use crate::mon::monmap::MonMap;
use crate::mon::options::Options;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::time::{Span, Time};
use crate::mon::tracker::{ConnectionTracker, Merge, Real};

/// The shortest time between two looks at a peer: a tiny option would let nothing else happen.
const INTERVAL_MIN: Span = Span::from_ms(10);

/// What pings see of their monitor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    /// The time.
    pub now: Time,
    /// How many monitors the monmap has.
    pub monitors: usize,
    /// Does the monitor lead or follow?
    pub in_quorum: bool,
    /// `mon_elector_ping_timeout`
    timeout: Span,
    /// How often a peer is looked at.
    interval: Span,
}

impl Watch {
    /// What can be seen at `now` of a monitor with this map and these options.
    #[must_use]
    pub fn new(now: Time, monmap: &MonMap, in_quorum: bool, options: &Options) -> Self {
        let timeout = options.mon_elector_ping_timeout;
        let interval = Span(timeout.0 / options.mon_elector_ping_divisor.max(1));
        Self {
            now,
            monitors: monmap.len(),
            in_quorum,
            timeout,
            interval: interval.max(INTERVAL_MIN),
        }
    }
}

/// What reaches the pings of a monitor.
#[derive(Clone, Copy, Debug)]
pub enum PingCall<'a> {
    /// This peer is there: look after it.
    Begin(Rank),
    /// The timer fired.
    Timer,
    /// A ping of this rank's, or the answer to one; `None`: the sender is not in the map.
    Message(Option<Rank>, &'a Ping),
    /// The monitor is in a quorum that has these monitor features in common: those that waited for that are looked
    /// after.
    InQuorum(u64),
    /// The monitor has another rank now. (C2)
    RankChanged(Option<Rank>),
    /// These ranks left the map, which gives me the rank `now`. (C3)
    Removed {
        /// The ranks, as they were before.
        ranks: RankSet,
        /// My rank in the new map.
        now: Option<Rank>,
    },
    /// The scores are worth nothing: forget them.
    Clear,
}

/// What is known of the pings of a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Peer {
    /// The stamp of the latest ping of either side that is known to have arrived. (`peer_acked_ping`)
    acked: Option<Time>,
    /// When it was pinged last. (`peer_sent_ping`)
    sent: Option<Time>,
}

/// A look at a peer, or at one that is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Due {
    at: Time,
    peer: Rank,
    dead: bool,
}

/// The pings of a monitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// The peers that are pinged. (`live_pinging`)
    pub live: RankSet,
    /// The peers that fell silent. (`dead_pinging`)
    pub dead: RankSet,
    /// The peers to be pinged once there was a quorum. (`pending_pings`)
    pub pending: RankSet,
    /// By rank, as far as there is something to know.
    peers: Vec<Peer>,
    /// Ceph's timers, in the order in which they were set.
    due: Vec<Due>,
    /// When my timer fires.
    armed: Option<Time>,
    /// The monitor features of the latest quorum since the process started; none: there was no quorum, or it has none.
    quorum_features: u64,
}

impl Pings {
    fn peer(&mut self, rank: Rank) -> &mut Peer {
        if self.peers.len() <= rank.index() {
            self.peers.resize(rank.index() + 1, Peer::default());
        }
        &mut self.peers[rank.index()]
    }

    fn schedule(&mut self, at: Time, peer: Rank, dead: bool) {
        self.due.push(Due { at, peer, dead });
    }
}

impl Owner {
    /// Whatever reaches the pings.
    pub fn ping(&mut self, watch: &Watch, call: &PingCall<'_>, out: &mut Out<'_>) {
        match *call {
            PingCall::Begin(peer) => self.begin_peer_ping(watch, peer, out),
            PingCall::Timer => self.look(watch, out),
            PingCall::Message(from, ping) => self.handle_ping(watch, from, ping, out),
            PingCall::InQuorum(features) => {
                self.pings.quorum_features = features;
                out.path.take1(Branch::B9Waiting, self.pings.pending);
                for peer in self.pings.pending.iter() {
                    self.begin_peer_ping(watch, peer, out);
                }
            }
            PingCall::RankChanged(rank) => {
                let same = self.logic.peer_tracker.rank == rank;
                let branch = if same { Branch::C2Same } else { Branch::C2 };
                out.path.take1(branch, rank);
                if self.logic.peer_tracker.notify_rank_changed(rank) {
                    self.store_scores(out);
                }
                if let Some(rank) = rank {
                    self.pings.live.remove(rank);
                    self.pings.dead.remove(rank);
                }
            }
            PingCall::Removed { ranks, now } => self.remove_ranks(watch, ranks, now, out),
            PingCall::Clear => {
                out.path.take(Branch::D5Reset);
                self.logic.peer_tracker.notify_reset();
            }
        }
        self.arm_pings(watch, out);
    }

    /// The monitor's one timer runs to the first of Ceph's.
    pub(super) fn arm_pings(&mut self, watch: &Watch, out: &mut Out<'_>) {
        let first = self.pings.due.iter().map(|due| due.at).min();
        if first == self.pings.armed {
            return;
        }
        self.pings.armed = first;
        out.effect(match first {
            Some(at) => Effect::ArmPing(at.since(watch.now)),
            None => Effect::CancelPing,
        });
    }

    /// A link worked, or failed, for that long. (D2)
    fn report(&mut self, peer: Rank, units: Span, alive: bool, out: &mut Out<'_>) {
        let tracker = &mut self.logic.peer_tracker;
        let units = Real::seconds(units);
        let store = if alive {
            tracker.report_live(Some(peer), units)
        } else {
            tracker.report_dead(Some(peer), units)
        };
        if tracker.rank == Some(peer) {
            out.path.take1(Branch::D2Own, peer);
        } else if tracker.rank.is_none() {
            out.path.take1(Branch::D2Unranked, peer);
        } else {
            let branch = if alive {
                Branch::D2Live
            } else {
                Branch::D2Dead
            };
            let score = tracker.my_report.score(peer).unwrap_or(Real::ZERO);
            out.path.take3(branch, peer, score, tracker.version);
        }
        if store {
            self.store_scores(out);
        }
    }

    fn store_scores(&mut self, out: &mut Out<'_>) {
        out.path
            .take1(Branch::D2Store, self.logic.peer_tracker.version);
        self.logic.persist_scores();
    }

    /// Takes over what is newer in another monitor's scores. (D3)
    pub(super) fn merge(&mut self, scores: &ConnectionTracker, out: &mut Out<'_>) -> Merge {
        let merge = self.logic.peer_tracker.receive_peer_report(scores);
        if merge == Merge::default() {
            out.path.take(Branch::D3Keep);
        }
        if !merge.replaced.is_empty() {
            out.path.take1(Branch::D3Replace, merge.replaced);
        }
        if !merge.created.is_empty() {
            out.path.take1(Branch::D3Create, merge.created);
        }
        merge
    }

    /// My scores as a receiver decodes them. (D5)
    pub(super) fn encoded(&self, out: &mut Out<'_>) -> ConnectionTracker {
        let tracker = &self.logic.peer_tracker;
        if let Some(rank) = tracker.rank
            && tracker.peer_reports.get(rank).is_none()
        {
            out.path.take1(Branch::D5Empty, rank);
        }
        tracker.decoded()
    }

    pub(super) fn begin_peer_ping(&mut self, watch: &Watch, peer: Rank, out: &mut Out<'_>) {
        if self.pings.live.contains(peer) {
            out.path.take1(Branch::B9Already, peer);
            return;
        }
        let features = self.pings.quorum_features;
        if features == 0 && !watch.in_quorum {
            out.path.take1(Branch::B9Pending, peer);
            self.pings.pending.insert(peer);
            return;
        }
        if features & PINGING == 0 {
            out.path.take1(Branch::B9Unable, peer);
            return;
        }
        out.path.take1(Branch::B9Begin, peer);
        self.pings.pending.remove(peer);
        self.report(peer, Span::ZERO, true, out);
        self.pings.live.insert(peer);
        self.pings.dead.remove(peer);
        // Ceph reads its clock anew for the ping, which so leaves a moment after this. Were the two equal, the first
        // look (B9-CHECK-3) would take the ping for answered.
        self.pings.peer(peer).acked = Some(Time(watch.now.0.saturating_sub(1)));
        if self.send_peer_ping(watch, peer, out) {
            self.pings.schedule(watch.now + watch.interval, peer, false);
        }
    }

    fn send_peer_ping(&mut self, watch: &Watch, peer: Rank, out: &mut Out<'_>) -> bool {
        if peer.index() >= watch.monitors {
            out.path.take1(Branch::B9Gone, peer);
            self.pings.live.remove(peer);
            return false;
        }
        out.path.take1(Branch::B9Send, peer);
        self.say(peer, false, watch.now, out);
        self.pings.peer(peer).sent = Some(watch.now);
        true
    }

    fn say(&self, to: Rank, reply: bool, stamp: Time, out: &mut Out<'_>) {
        let ping = Ping {
            reply,
            stamp,
            scores: self.encoded(out),
        };
        out.effect(Effect::Ping { to, ping });
    }

    /// Every look that is due.
    fn look(&mut self, watch: &Watch, out: &mut Out<'_>) {
        self.pings.armed = None;
        let all = std::mem::take(&mut self.pings.due);
        let (due, later) = all.into_iter().partition(|due: &Due| due.at <= watch.now);
        self.pings.due = later;
        for Due { peer, dead, .. } in due {
            if dead {
                self.dead_ping(watch, peer, out);
            } else {
                self.ping_check(watch, peer, out);
            }
        }
    }

    fn ping_check(&mut self, watch: &Watch, peer: Rank, out: &mut Out<'_>) {
        if !self.pings.live.contains(peer) && !self.pings.dead.contains(peer) {
            out.path.take1(Branch::B9CheckStop, peer);
            return;
        }
        let Peer { acked, sent } = *self.pings.peer(peer);
        if let Some(acked) = acked
            && acked + watch.timeout < watch.now
        {
            let silence = watch.now.since(acked);
            out.path.take2(Branch::B9CheckDead, peer, silence.0);
            self.report(peer, silence, false, out);
            self.pings.peer(peer).acked = Some(watch.now);
            self.begin_dead_ping(watch, peer, out);
            return;
        }
        if acked == sent {
            out.path.take1(Branch::B9CheckAsk, peer);
            if !self.send_peer_ping(watch, peer, out) {
                return;
            }
        }
        out.path.take1(Branch::B9CheckAgain, peer);
        self.pings.schedule(watch.now + watch.interval, peer, false);
    }

    fn begin_dead_ping(&mut self, watch: &Watch, peer: Rank, out: &mut Out<'_>) {
        if self.pings.dead.contains(peer) {
            out.path.take1(Branch::B9StillDead, peer);
            return;
        }
        out.path.take1(Branch::B9BeginDead, peer);
        self.pings.live.remove(peer);
        self.pings.dead.insert(peer);
        self.pings.schedule(watch.now + watch.timeout, peer, true);
    }

    /// Nothing is sent to a dead peer: it lives again when something comes from it.
    fn dead_ping(&mut self, watch: &Watch, peer: Rank, out: &mut Out<'_>) {
        if !self.pings.dead.contains(peer) {
            out.path.take1(Branch::B9DeadStop, peer);
            return;
        }
        let acked = self.pings.peer(peer).acked.unwrap_or_default();
        let silence = watch.now.since(acked);
        out.path.take2(Branch::B9Dead, peer, silence.0);
        let silent = !self.pings.live.contains(peer);
        if assert_that(silent, Branch::B9Dead, out).is_err() {
            return;
        }
        self.report(peer, silence, false, out);
        self.pings.peer(peer).acked = Some(watch.now);
        self.pings.schedule(watch.now + watch.timeout, peer, true);
    }

    fn handle_ping(&mut self, watch: &Watch, from: Option<Rank>, ping: &Ping, out: &mut Out<'_>) {
        let Some(from) = from else {
            out.path.take(Branch::B9Unknown);
            return;
        };
        self.begin_peer_ping(watch, from, out);
        self.merge(&ping.scores, out);
        if !ping.reply {
            // Later releases take it as an acknowledgement of mine, too, so that only one end of a link goes on asking;
            // on real clusters of 16.2.15 both ends ask, every second. (B9-REPLY-3 has their other addition.)
            out.path.take1(Branch::B9Answer, from);
            self.say(from, true, ping.stamp, out);
            return;
        }
        let Peer { acked, sent } = *self.pings.peer(from);
        if sent.is_some_and(|sent| ping.stamp > sent) {
            out.path.take1(Branch::B9Late, from);
            return;
        }
        let since = acked.unwrap_or_default();
        if ping.stamp > since {
            let units = ping.stamp.since(since);
            out.path.take2(Branch::B9Live, from, units.0);
            self.report(from, units, true, out);
            self.pings.peer(from).acked = Some(ping.stamp);
        } else {
            // Later releases note the present here, and then neither end goes on asking; 16.2.15 does.
            out.path.take1(Branch::B9Stale, from);
        }
        if watch.now.since(ping.stamp) > watch.interval {
            out.path.take1(Branch::B9Again, from);
            self.send_peer_ping(watch, from, out);
        }
    }

    // -- ranks

    /// Ranks leave, the highest first. (C3)
    fn remove_ranks(
        &mut self,
        watch: &Watch,
        ranks: RankSet,
        now: Option<Rank>,
        out: &mut Out<'_>,
    ) {
        let Some(now) = now else { return };
        for gone in (0..64).rev().map(Rank).filter(|rank| ranks.contains(*rank)) {
            // My own seat went and I have another one: the next bootstrap sees to that.
            if self.logic.peer_tracker.rank == Some(gone) {
                continue;
            }
            out.path.take2(Branch::C3, gone, now);
            match self.logic.peer_tracker.notify_rank_removed(gone, Some(now)) {
                Ok(store) => {
                    if store {
                        self.store_scores(out);
                    }
                }
                Err(branch) => {
                    out.effect(Effect::Abort(branch));
                    return;
                }
            }
            self.close_up(watch, gone, out);
        }
    }

    /// Whoever is above a rank that left moves down by one, into the set it was in. Who finds its new rank in that set
    /// already goes on with the pings it finds there; the ranks' times stay as they were.
    fn close_up(&mut self, watch: &Watch, gone: Rank, out: &mut Out<'_>) {
        let last = watch.monitors as u8;
        for old in (gone.0 + 1..=last).map(Rank) {
            let (new, next) = (Rank(old.0 - 1), Rank(old.0 + 1));
            if self.pings.live.contains(old) {
                self.pings.dead.remove(new);
                self.begin_peer_ping(watch, new, out);
                if !self.pings.live.contains(next) {
                    self.pings.live.remove(old);
                }
            } else if self.pings.dead.contains(old) {
                self.pings.live.remove(new);
                self.begin_dead_ping(watch, new, out);
                if !self.pings.dead.contains(next) {
                    self.pings.dead.remove(old);
                }
            } else if new == gone {
                self.pings.live.remove(gone);
                self.pings.dead.remove(gone);
            }
        }
        if gone.0 >= last {
            self.pings.live.remove(gone);
            self.pings.dead.remove(gone);
        }
    }
}
