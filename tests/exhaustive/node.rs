//! One monitor: its elector, the little its monitor adds, and what must hold of it after every input.

use monscope::core::mon::decision::Path;
use monscope::core::mon::{Branch, Rank, RankSet};

use crate::brain::{Asked, Brain, Call, Message, Rules, Sight};

/// The largest model.
pub(crate) const MONITORS_MAX: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// Drops election messages, and may start an election at any moment.
    Probing,
    Electing,
    Leader,
    Peon,
}

/// What happens to a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Its process ends and starts again over its store. (How long that takes, the loss of messages says.)
    Restart,
    Call(Call),
}

/// A monitor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) me: Rank,
    pub(crate) brain: Brain,
    pub(crate) role: Role,
    pub(crate) quorum: RankSet,
    joined: bool,
    // What only the properties look at.
    /// Whom it follows or followed in its present epoch.
    followed: Option<(u32, Rank)>,
    /// The latest epoch it won; 0: none.
    pub(crate) won: u32,
    /// The epochs of the acks behind its voters.
    acks: [u32; MONITORS_MAX],
}

/// What came of an input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reaction {
    pub(crate) sent: Vec<(Rank, Message)>,
    /// The epoch it won.
    pub(crate) won: Option<u32>,
    pub(crate) lost: bool,
    /// The choices it took.
    pub(crate) taken: Vec<Branch>,
    /// The first property that does not hold, or the assertion that failed.
    pub(crate) broken: Option<String>,
}

impl Node {
    /// Never started, on an empty disk.
    pub(crate) fn first_boot(rules: &Rules, me: Rank) -> Self {
        Self {
            me,
            brain: Brain::new(rules, me, 0),
            role: Role::Probing,
            quorum: RankSet::EMPTY,
            joined: false,
            followed: None,
            won: 0,
            acks: [0; MONITORS_MAX],
        }
    }

    /// Everybody follows the best there is, in epoch 2.
    pub(crate) fn settled(rules: &Rules, me: Rank) -> Self {
        let everybody = RankSet::below(rules.monitors);
        let leader = everybody.iter().min_by_key(|rank| rules.order(*rank));
        let leader = leader.expect("a cluster has monitors");
        Self {
            brain: Brain::settled(rules, me, 2, leader),
            role: if leader == me {
                Role::Leader
            } else {
                Role::Peon
            },
            quorum: everybody,
            joined: true,
            followed: Some((2, leader)).filter(|_| leader != me),
            won: if leader == me { 2 } else { 0 },
            ..Self::first_boot(rules, me)
        }
    }

    pub(crate) fn handle(&mut self, rules: &Rules, input: Input) -> Reaction {
        let call = match input {
            Input::Restart => {
                self.brain = Brain::new(rules, self.me, self.brain.stored_epoch());
                self.role = Role::Probing;
                self.quorum = RankSet::EMPTY;
                self.acks = [0; MONITORS_MAX];
                return Reaction::default();
            }
            // GATE-3
            Input::Call(Call::Hear(..)) if self.role == Role::Probing => {
                return Reaction::default();
            }
            Input::Call(call) => call,
        };
        if call == Call::Start {
            self.elect();
        }
        let before = self.clone();
        let sight = Sight {
            me: self.me,
            quorum: self.quorum,
            joined: self.joined,
        };
        let mut path = Path::default();
        let asked = self.brain.call(rules, sight, call, &mut path);
        let mut reaction = Reaction {
            taken: path.choices().collect(),
            ..Reaction::default()
        };
        if let Call::Hear(from, Message::Ack(epoch)) = call {
            self.acks[from.index()] = epoch;
        }
        for each in asked {
            self.carry_out(&before, rules, each, &mut reaction);
        }
        let stood_up = reaction
            .sent
            .iter()
            .any(|(_, message)| matches!(message, Message::Propose(_)));
        let candidate_again = self.brain.candidate() && !before.brain.candidate();
        let broken = self
            .broken(&before, rules)
            .or((candidate_again && !stood_up).then_some("SAFE-5"));
        reaction.broken = reaction.broken.or(broken.map(str::to_owned));
        self.forget();
        reaction
    }

    const fn elect(&mut self) {
        self.role = Role::Electing;
        self.quorum = RankSet::EMPTY;
    }

    fn carry_out(&mut self, before: &Self, rules: &Rules, asked: Asked, reaction: &mut Reaction) {
        let broken = match asked {
            Asked::Elect => {
                self.elect();
                None
            }
            Asked::Probe => {
                self.role = Role::Probing;
                self.quorum = RankSet::EMPTY;
                None
            }
            Asked::Send(to, message) => {
                reaction.sent.push((to, message));
                let odd = message.epoch() % 2 == 1;
                let fits = match message {
                    Message::Propose(_) | Message::Ack(_) => odd,
                    Message::Victory(..) => !odd,
                };
                (!fits).then_some("SAFE-2")
            }
            Asked::Win(epoch, quorum) => {
                self.role = Role::Leader;
                self.quorum = quorum;
                self.joined = true;
                self.won = epoch;
                reaction.won = Some(epoch);
                self.broken_by_victory(before, rules, epoch, quorum)
            }
            Asked::Lose(epoch, leader, quorum) => {
                self.role = Role::Peon;
                self.quorum = quorum;
                self.joined = true;
                reaction.lost = true;
                let other = self
                    .followed
                    .is_some_and(|(when, whom)| when == epoch && whom != leader);
                self.followed = Some((epoch, leader));
                let outranked = rules.order(leader) < rules.order(self.me);
                if other {
                    Some("SAFE-6a")
                } else {
                    (!outranked).then_some("SAFE-7")
                }
            }
            Asked::Abort(branch) => {
                reaction.broken = Some(format!("the assertion {}", branch.id()));
                None
            }
        };
        if reaction.broken.is_none() {
            reaction.broken = broken.map(str::to_owned);
        }
    }

    fn broken_by_victory(
        &self,
        before: &Self,
        rules: &Rules,
        epoch: u32,
        quorum: RankSet,
    ) -> Option<&'static str> {
        let mut others = quorum;
        others.remove(self.me);
        // Just those who had acked, and whose ack it is that is heard now.
        let voters = before.brain.voters();
        let news = RankSet(quorum.0 & !voters.0).len();
        let just_them = news <= 1 && voters.0 & !quorum.0 == 0;
        let early = news == 1 && quorum.len() < rules.monitors;
        if epoch != before.brain.epoch() + 1 {
            Some("SAFE-2")
        } else if quorum.len() * 2 <= rules.monitors
            || !quorum.contains(self.me)
            || !just_them
            || early
        {
            Some("SAFE-3")
        } else if others
            .iter()
            .any(|voter| self.acks[voter.index()] + 1 != epoch)
        {
            Some("SAFE-4")
        } else {
            rules.disallowed.contains(self.me).then_some("SAFE-7")
        }
    }

    fn broken(&self, before: &Self, rules: &Rules) -> Option<&'static str> {
        let (now, was) = (&self.brain, &before.brain);
        let odd = now.epoch() % 2 == 1;
        let parity = match self.role {
            Role::Leader | Role::Peon => !odd,
            Role::Electing => odd || !now.candidate(),
            Role::Probing => true,
        };
        let mut others = now.voters();
        others.remove(self.me);
        let stray = others
            .iter()
            .any(|voter| self.acks[voter.index()] != now.epoch());
        let worse = |leader: Rank, earlier: Rank| rules.order(leader) > rules.order(earlier);
        let votes = (now.leader_acked(), was.leader_acked());
        let worsened = now.epoch() == was.epoch()
            && matches!(votes, (Some(leader), Some(earlier)) if worse(leader, earlier));
        if now.epoch() < was.epoch() || now.stored_epoch() < was.stored_epoch() {
            Some("SAFE-1")
        } else if !parity {
            Some("SAFE-2")
        } else if stray {
            Some("SAFE-4")
        } else {
            (worsened || now.candidate() && now.leader_acked().is_some()).then_some("SAFE-5")
        }
    }

    /// Drops what no property will look at again, so that states which differ in nothing else are one.
    fn forget(&mut self) {
        let epoch = self.brain.stored_epoch();
        self.followed = self.followed.filter(|(when, _)| *when == epoch);
        let voters = self.brain.voters();
        for (rank, ack) in (0..).map(Rank).zip(&mut self.acks) {
            if !voters.contains(rank) {
                *ack = 0;
            }
        }
    }
}
