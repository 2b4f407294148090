//! An elector of either edition in the thinnest surroundings: what reaches it, and what it asks for.

use std::sync::Arc;

use monscope::core::mon::decision::Path;
use monscope::core::mon::elector::luminous::Elector;
use monscope::core::mon::elector::modern::{self, ElectionLogic, Strategy, Watch};
use monscope::core::mon::elector::{self, Arrival};
use monscope::core::mon::message::{Election, ElectionOp, Features};
use monscope::core::mon::monmap::{Addr, Member, MonMap, Name, Rules as MapRules};
use monscope::core::mon::tracker::{ConnectionTracker, Real};
use monscope::core::mon::{Branch, Kind, Rank, RankSet, Span};

const ALL: Features = Features { con: 1, mon: 1 };

/// An election message, as small as it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Message {
    Propose(u32),
    Ack(u32),
    Victory(u32, RankSet),
}

impl Message {
    pub(crate) const fn epoch(self) -> u32 {
        match self {
            Self::Propose(epoch) | Self::Ack(epoch) | Self::Victory(epoch, _) => epoch,
        }
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Propose(_) => Kind::Propose,
            Self::Ack(_) => Kind::Ack,
            Self::Victory(..) => Kind::Victory,
        }
    }
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// The monitor's START-ELECTION.
    Start,
    /// The election timer fires.
    Timer,
    Hear(Rank, Message),
}

/// What an elector asks of its monitor, as far as anything here listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// JOIN-ELECTION or START-ELECTION: the quorum is forgotten.
    Elect,
    /// BOOTSTRAP
    Probe,
    Send(Rank, Message),
    Win(u32, RankSet),
    Lose(u32, Rank, RankSet),
    Abort(Branch),
}

/// Which code runs, and what it takes as given.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// `None`: luminous.
    pub(crate) strategy: Option<Strategy>,
    pub(crate) monitors: usize,
    pub(crate) disallowed: RankSet,
    map: Arc<MonMap>,
    /// What each rank knows of the links; it never changes.
    trackers: Vec<ConnectionTracker>,
}

impl Rules {
    /// `dead`: pairs of ranks whose link the scores call dead. (Messages go through all the same.)
    pub(crate) fn new(
        strategy: Option<Strategy>,
        monitors: usize,
        disallowed: &[u8],
        dead: &[(u8, u8)],
    ) -> Self {
        let ranks = || (0..).take(monitors);
        let members = ranks().map(|rank| Member::new(Name(rank), Addr(rank)));
        let own = ranks().map(|rank| {
            let mut tracker = ConnectionTracker::new(Some(Rank(rank)), Real::of(5.0), 5);
            for peer in ranks().filter(|peer| *peer != rank) {
                // When scores are to be stored is of no interest.
                let _store = if dead.contains(&(rank, peer)) || dead.contains(&(peer, rank)) {
                    tracker.report_dead(Some(Rank(peer)), Real::ONE)
                } else {
                    tracker.report_live(Some(Rank(peer)), Real::ONE)
                };
            }
            tracker
        });
        let own: Vec<_> = own.collect();
        let merged = own.iter().map(|mine| {
            let mut all = mine.clone();
            for other in &own {
                all.receive_peer_report(other);
            }
            all
        });
        Self {
            strategy,
            monitors,
            disallowed: disallowed.iter().copied().map(Rank).collect(),
            map: Arc::new(MonMap {
                epoch: 1,
                fsid: 1,
                members: members.collect(),
                rules: MapRules::default(),
            }),
            trackers: merged.collect(),
        }
    }

    /// Whose leadership a monitor prefers; the least is the best.
    pub(crate) fn order(&self, rank: Rank) -> (bool, i64, Rank) {
        let score = match self.strategy {
            Some(Strategy::Connectivity) => self.trackers[0].total(Some(rank)).0.billionths(),
            _ => 0,
        };
        (self.disallowed.contains(rank), -score, rank)
    }
}

/// What an elector sees of its monitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    pub(crate) me: Rank,
    pub(crate) quorum: RankSet,
    pub(crate) joined: bool,
}

/// An elector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Brain {
    Luminous(Elector),
    /// With its owner's timer.
    Modern(Box<ElectionLogic>, bool),
}

impl Brain {
    /// That of a process that just started over this stored epoch.
    pub(crate) fn new(rules: &Rules, me: Rank, stored_epoch: u32) -> Self {
        let Some(strategy) = rules.strategy else {
            return Self::Luminous(Elector::new(stored_epoch));
        };
        let store = modern::Store {
            epoch: stored_epoch,
            scores: None,
        };
        let tracker = rules.trackers[me.index()].clone();
        let logic = ElectionLogic::new(strategy, Real::parts(5, 10_000), store, tracker);
        Self::Modern(Box::new(logic), false)
    }

    /// The same, settled behind this leader.
    pub(crate) fn settled(rules: &Rules, me: Rank, epoch: u32, leader: Rank) -> Self {
        let mut brain = Self::new(rules, me, epoch);
        match &mut brain {
            Self::Luminous(elector) => elector.epoch = epoch,
            Self::Modern(logic, _) => {
                logic.epoch = epoch;
                logic.last_election_winner = Some(leader);
                logic.last_voted_for = Some(leader);
                logic.stable_tracker = Some(logic.peer_tracker.clone());
            }
        }
        brain
    }

    pub(crate) fn epoch(&self) -> u32 {
        match self {
            Self::Luminous(elector) => elector.epoch,
            Self::Modern(logic, _) => logic.epoch,
        }
    }

    pub(crate) fn stored_epoch(&self) -> u32 {
        match self {
            Self::Luminous(elector) => elector.stored_epoch,
            Self::Modern(logic, _) => logic.store.epoch,
        }
    }

    pub(crate) fn timer(&self) -> bool {
        match self {
            Self::Luminous(elector) => elector.timer_armed,
            Self::Modern(_, timer) => *timer,
        }
    }

    pub(crate) fn candidate(&self) -> bool {
        match self {
            Self::Luminous(elector) => elector.electing_me,
            Self::Modern(logic, _) => logic.electing_me,
        }
    }

    pub(crate) fn voters(&self) -> RankSet {
        match self {
            Self::Luminous(elector) => elector.voters(),
            Self::Modern(logic, _) => logic.acked_me,
        }
    }

    pub(crate) fn leader_acked(&self) -> Option<Rank> {
        match self {
            Self::Luminous(elector) => elector.leader_acked,
            Self::Modern(logic, _) => logic.leader_acked,
        }
    }

    pub(crate) fn call(
        &mut self,
        rules: &Rules,
        sight: Sight,
        call: Call,
        path: &mut Path,
    ) -> Vec<Asked> {
        match self {
            Self::Luminous(elector) => {
                let asked = call_luminous(elector, rules, sight, call, path);
                // In which order the acks came decides nothing.
                elector.acked_me.sort_by_key(|(rank, _)| *rank);
                asked
            }
            Self::Modern(logic, timer) => {
                let asked = call_modern(logic, timer, rules, sight, call, path);
                forget_versions(logic, &rules.trackers[sight.me.index()]);
                asked
            }
        }
    }
}

/// Scores never change here, so all trackers of a monitor add up to the same, whatever epoch stands in them.
fn forget_versions(logic: &mut ElectionLogic, tracker: &ConnectionTracker) {
    logic.peer_tracker = tracker.clone();
    logic.store.scores = None;
    for kept in [&mut logic.stable_tracker, &mut logic.leader_tracker] {
        *kept = kept.as_ref().map(|_| tracker.clone());
    }
}

fn call_luminous(
    elector: &mut Elector,
    rules: &Rules,
    sight: Sight,
    call: Call,
    path: &mut Path,
) -> Vec<Asked> {
    let view = elector::View {
        me: sight.me,
        monmap: &rules.map,
        quorum: sight.quorum,
        has_ever_joined: sight.joined,
        supported: ALL,
        required: ALL,
        election_timeout: Span::from_secs(5),
        watch: Watch::default(),
    };
    let mut effects = Vec::new();
    let mut out = elector::Out {
        effects: &mut effects,
        path,
    };
    match call {
        Call::Start => elector.start(&view, &mut out),
        Call::Timer => elector.expire(&view, &mut out),
        Call::Hear(from, message) => {
            let op = match message {
                Message::Propose(_) => ElectionOp::Propose,
                Message::Ack(_) => ElectionOp::Ack,
                Message::Victory(_, quorum) => ElectionOp::Victory {
                    quorum,
                    quorum_features: ALL.con,
                    commands: true,
                },
            };
            let election = Election {
                op,
                epoch: message.epoch(),
                mon_features: ALL.mon,
                monmap: Arc::clone(&rules.map),
                scoring: None,
            };
            let arrival = Arrival {
                from,
                addr: Addr(from.0),
                con_features: ALL.con,
                election: &election,
            };
            elector.dispatch(&view, &arrival, &mut out);
        }
    }
    effects.into_iter().filter_map(asked_by_luminous).collect()
}

fn asked_by_luminous(effect: elector::Effect) -> Option<Asked> {
    use elector::Effect;
    Some(match effect {
        Effect::JoinElection | Effect::StartElection => Asked::Elect,
        Effect::Bootstrap => Asked::Probe,
        Effect::Send { to, election } => {
            let message = match election.op {
                ElectionOp::Propose => Message::Propose(election.epoch),
                ElectionOp::Ack => Message::Ack(election.epoch),
                ElectionOp::Victory { quorum, .. } => Message::Victory(election.epoch, quorum),
                ElectionOp::Nak { .. } => return None,
            };
            Asked::Send(to, message)
        }
        Effect::Win { epoch, quorum, .. } => Asked::Win(epoch, quorum),
        Effect::Lose {
            epoch,
            leader,
            quorum,
            ..
        } => Asked::Lose(epoch, leader, quorum),
        Effect::Abort(branch) => Asked::Abort(branch),
        _ => return None,
    })
}

fn call_modern(
    logic: &mut ElectionLogic,
    timer: &mut bool,
    rules: &Rules,
    sight: Sight,
    call: Call,
    path: &mut Path,
) -> Vec<Asked> {
    let view = modern::View {
        me: sight.me,
        monitors: rules.monitors,
        quorum: sight.quorum,
        ever_participated: sight.joined,
        disallowed: rules.disallowed,
        tiebreaker: None,
        marked_down: RankSet::EMPTY,
    };
    let mut effects = Vec::new();
    let mut out = modern::Out {
        effects: &mut effects,
        path,
    };
    let mut accepted = None;
    match call {
        Call::Start => logic.start(&view, &mut out),
        Call::Timer => {
            *timer = false;
            logic.end_election_period(&view, &mut out);
        }
        Call::Hear(from, Message::Propose(epoch)) => {
            let scores = Some(&rules.trackers[from.index()])
                .filter(|_| logic.strategy == Strategy::Connectivity);
            logic.receive_propose(&view, from, epoch, scores, &mut out);
        }
        // The owner's epoch filter.
        Call::Hear(_, message) if message.epoch() < logic.epoch => {}
        Call::Hear(from, Message::Ack(epoch)) => logic.receive_ack(&view, from, epoch, &mut out),
        Call::Hear(from, Message::Victory(epoch, quorum)) => {
            if logic.receive_victory_claim(&view, from, epoch, &mut out) {
                accepted = Some(Asked::Lose(epoch, from, quorum));
            }
        }
    }
    let mut asked = Vec::new();
    for effect in &effects {
        ask_modern(effect, timer, sight.me, rules.monitors, &mut asked);
    }
    if let Some(lose) = accepted {
        *timer = false;
        asked.push(lose);
    }
    asked
}

fn ask_modern(
    effect: &modern::Effect,
    timer: &mut bool,
    me: Rank,
    monitors: usize,
    asked: &mut Vec<Asked>,
) {
    use modern::Effect;
    let others = |set: RankSet| set.iter().filter(move |rank| *rank != me);
    match effect {
        Effect::NotifyBumpEpoch | Effect::TriggerNewElection => asked.push(Asked::Elect),
        Effect::ResetElection => asked.push(Asked::Probe),
        Effect::ProposeToPeers { epoch, .. } => {
            let propose = |to| Asked::Send(to, Message::Propose(*epoch));
            asked.extend(others(RankSet::below(monitors)).map(propose));
        }
        Effect::Start => *timer = true,
        Effect::DeferTo { to, epoch } => {
            *timer = true;
            asked.push(Asked::Send(*to, Message::Ack(*epoch)));
        }
        Effect::MessageVictory { epoch, quorum } => {
            *timer = false;
            let claim = |to| Asked::Send(to, Message::Victory(*epoch, *quorum));
            asked.extend(others(*quorum).map(claim));
            asked.push(Asked::Win(*epoch, *quorum));
        }
        Effect::Abort(branch) => asked.push(Asked::Abort(*branch)),
        Effect::PersistEpoch(_) | Effect::ValidateStore => {}
    }
}
