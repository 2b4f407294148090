//! A cluster of a few monitors: everything that can happen to it next.
//!
//! A state is a row of numbers: one for each monitor, one for each ordered link, one for what is left of the budget.
//! What they stand for is kept once. What a monitor makes of an input is worked out once, too, and looked up from then
//! on: it depends on nothing else.

use monscope::core::mon::{Branch, Rank, RankSet};

use crate::brain::{Call, Message, Rules};
use crate::node::{Input, Node, Reaction, Role};
use crate::places::Interner;

/// Messages that a link holds at most; each takes a byte.
const LINK_MAX: usize = 8;

/// What may happen, and how much of it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rules: Rules,
    /// Everybody is settled in epoch 2; else nobody ever started.
    pub(crate) settled: bool,
    /// Messages may be lost; of those that a link holds, this many are kept. `None`: none is lost.
    pub(crate) lossy: Option<usize>,
    /// How many restarts of processes there may be.
    pub(crate) crashes: u8,
    /// How many elections may be called by a settled monitor (its lease ran out, or somebody told it to).
    pub(crate) calls: Option<u8>,
    /// How many timers may fire that bring no victory.
    pub(crate) vain_timers: Option<u8>,
    pub(crate) epoch_max: u32,
    /// Leaves messages on their links that nobody will ever care for: more states, and nothing else.
    pub(crate) keep_dead: bool,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Budget {
    crashes: u8,
    calls: Option<u8>,
    vain_timers: Option<u8>,
}

/// Something that can happen, for those who read a trace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Action {
    pub(crate) mon: Rank,
    pub(crate) input: Input,
}

/// What is done with each state that can be next.
pub(crate) trait Visit {
    fn next(&mut self, state: &[u16], action: Action, reaction: &Reaction, cluster: &Look<'_>);
}

/// The states' meaning.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    nodes: &'a Interner<Node>,
    monitors: usize,
}

impl Look<'_> {
    pub(crate) fn nodes<'s>(&'s self, state: &'s [u16]) -> impl Iterator<Item = &'s Node> {
        state[..self.monitors]
            .iter()
            .map(|place| self.nodes.get(*place))
    }
}

#[derive(Debug)]
pub(crate) struct Cluster {
    plan: Plan,
    nodes: Interner<Node>,
    messages: Interner<Message>,
    /// Links by what they hold: a byte for each message, the oldest lowest, 0 for none.
    links: Interner<u64>,
    budgets: Interner<Budget>,
    /// By node, then by input: one more than the place of the reaction; 0: not worked out yet.
    known: Vec<Vec<u32>>,
    reactions: Vec<(u16, Reaction)>,
    /// Room for the next state.
    next: Vec<u16>,
}

impl Cluster {
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            nodes: Interner::new(),
            messages: Interner::new(),
            links: Interner::new(),
            budgets: Interner::new(),
            known: Vec::new(),
            reactions: Vec::new(),
            next: Vec::new(),
        }
    }

    pub(crate) fn width(&self) -> usize {
        let n = self.plan.rules.monitors;
        n + n * (n - 1) + 1
    }

    /// What there is to tell of this place's monitor.
    pub(crate) fn describe(&self, place: u16) -> String {
        format!("{:?}", self.nodes.get(place))
    }

    /// The places of the monitors in a state.
    pub(crate) fn monitors<'s>(&self, state: &'s [u16]) -> &'s [u16] {
        &state[..self.plan.rules.monitors]
    }

    pub(crate) fn first(&mut self) -> Vec<u16> {
        let rules = &self.plan.rules;
        let make = if self.plan.settled {
            Node::settled
        } else {
            Node::first_boot
        };
        let mut state: Vec<u16> = Vec::new();
        for me in RankSet::below(rules.monitors).iter() {
            state.push(self.nodes.place(make(rules, me)));
        }
        let empty = self.links.place(0);
        state.resize(self.width() - 1, empty);
        state.push(self.budgets.place(Budget {
            crashes: self.plan.crashes,
            calls: self.plan.calls,
            vain_timers: self.plan.vain_timers,
        }));
        state
    }

    /// Where the link between two monitors stands in a state.
    fn link(&self, from: Rank, to: Rank) -> usize {
        let n = self.plan.rules.monitors;
        let skipped = usize::from(to > from);
        n + from.index() * (n - 1) + to.index() - skipped
    }

    /// Everything that can happen next. The order decides which of several shortest ways is found: in it messages are
    /// heard as soon as may be, who is called last starts last, and timers wait.
    pub(crate) fn expand(&mut self, state: &[u16], visit: &mut impl Visit) {
        let mut everybody: Vec<Rank> = RankSet::below(self.plan.rules.monitors).iter().collect();
        everybody.reverse();
        for me in &everybody {
            for from in everybody.iter().filter(|from| *from != me) {
                self.expand_link(state, *from, *me, visit);
            }
        }
        for me in &everybody {
            self.expand_start(state, *me, visit);
        }
        for me in &everybody {
            self.expand_timer(state, *me, visit);
        }
    }

    /// An election is called.
    fn expand_start(&mut self, state: &[u16], me: Rank, visit: &mut impl Visit) {
        let role = self.nodes.get(state[me.index()]).role;
        let budget = *self.budgets.get(state[state.len() - 1]);
        let start = Input::Call(Call::Start);
        match role {
            Role::Probing => self.apply(state, me, start, budget, None, visit),
            Role::Leader | Role::Peon if budget.calls != Some(0) => {
                let left = Budget {
                    calls: less(budget.calls),
                    ..budget
                };
                self.apply(state, me, start, left, None, visit);
            }
            _ => {}
        }
    }

    /// The timer fires, or the process ends and starts again.
    fn expand_timer(&mut self, state: &[u16], me: Rank, visit: &mut impl Visit) {
        let node = self.nodes.get(state[me.index()]);
        let (timer, pristine) = (node.brain.timer(), node.brain.epoch() == 0);
        let budget = *self.budgets.get(state[state.len() - 1]);
        if timer {
            self.apply(state, me, Input::Call(Call::Timer), budget, None, visit);
        }
        if budget.crashes > 0 && !pristine {
            let left = Budget {
                crashes: budget.crashes - 1,
                ..budget
            };
            self.apply(state, me, Input::Restart, left, None, visit);
        }
    }

    /// A message arrives: the oldest; or a later one, and those before it are lost.
    fn expand_link(&mut self, state: &[u16], from: Rank, to: Rank, visit: &mut impl Visit) {
        let link = self.link(from, to);
        let budget = *self.budgets.get(state[state.len() - 1]);
        let mut rest = *self.links.get(state[link]);
        while rest != 0 {
            let message = *self.messages.get((rest & 0xff) as u16 - 1);
            rest >>= 8;
            let input = Input::Call(Call::Hear(from, message));
            self.apply(state, to, input, budget, Some((link, rest)), visit);
            if self.plan.lossy.is_none() {
                break;
            }
        }
    }

    fn apply(
        &mut self,
        state: &[u16],
        me: Rank,
        input: Input,
        mut budget: Budget,
        took: Option<(usize, u64)>,
        visit: &mut impl Visit,
    ) {
        let before = state[me.index()];
        let place = self.react(before, input);
        let (after, reaction) = &self.reactions[place];
        let (after, sent) = (*after, reaction.sent.len());
        // As good as a loss, and that costs no state of its own.
        if self.plan.lossy.is_some() && took.is_some() && after == before && sent == 0 {
            return;
        }
        if input == Input::Call(Call::Timer) && reaction.won.is_none() {
            if budget.vain_timers == Some(0) {
                return;
            }
            budget.vain_timers = less(budget.vain_timers);
        }
        let epoch = self.nodes.get(after).brain.stored_epoch();
        let beyond = epoch > self.plan.epoch_max && reaction.broken.is_none();
        if beyond {
            return;
        }
        let mut next = std::mem::take(&mut self.next);
        next.clear();
        next.extend_from_slice(state);
        next[me.index()] = after;
        if let Some((link, rest)) = took {
            next[link] = self.links.place(rest);
        }
        for index in 0..sent {
            let (to, message) = self.reactions[place].1.sent[index];
            self.send(&mut next, me, to, message);
        }
        if after != before {
            self.drop_dead(&mut next, me, input == Input::Restart);
        }
        let last = next.len() - 1;
        if *self.budgets.get(state[last]) != budget {
            next[last] = self.budgets.place(budget);
        }
        let look = Look {
            nodes: &self.nodes,
            monitors: self.plan.rules.monitors,
        };
        let action = Action { mon: me, input };
        visit.next(&next, action, &self.reactions[place].1, &look);
        self.next = next;
    }

    /// The place of what this monitor makes of this input.
    fn react(&mut self, node: u16, input: Input) -> usize {
        let number = match input {
            Input::Restart => 0,
            Input::Call(Call::Start) => 1,
            Input::Call(Call::Timer) => 2,
            Input::Call(Call::Hear(from, message)) => {
                let message = usize::from(self.messages.place(message));
                3 + message * self.plan.rules.monitors + from.index()
            }
        };
        let row = usize::from(node);
        if self.known.len() <= row {
            self.known.resize(row + 1, Vec::new());
        }
        if self.known[row].len() <= number {
            self.known[row].resize(number + 1, 0);
        }
        if self.known[row][number] == 0 {
            let mut after = self.nodes.get(node).clone();
            let reaction = after.handle(&self.plan.rules, input);
            let after = self.nodes.place(after);
            self.reactions.push((after, reaction));
            self.known[row][number] = self.reactions.len() as u32;
        }
        self.known[row][number] as usize - 1
    }

    fn send(&mut self, state: &mut [u16], from: Rank, to: Rank, message: Message) {
        let receiver = self.nodes.get(state[to.index()]);
        if self.dead(message, from, receiver) {
            return;
        }
        let code = u64::from(self.messages.place(message)) + 1;
        assert!(code < 256, "a message takes a byte");
        let link = self.link(from, to);
        let mut held = *self.links.get(state[link]);
        let mut count = 8 - held.leading_zeros() as usize / 8;
        if let Some(kept) = self.plan.lossy {
            let newest = if count == 0 {
                0
            } else {
                held >> (8 * (count - 1))
            };
            if newest == code {
                return;
            }
            if count == kept {
                held >>= 8;
                count -= 1;
            }
        }
        assert!(count < LINK_MAX, "a link is full");
        state[link] = self.links.place(held | code << (8 * count));
    }

    /// Takes the messages to `me` off the links that it will never care for again: all, when its process ended.
    fn drop_dead(&mut self, state: &mut [u16], me: Rank, all: bool) {
        for from in RankSet::below(self.plan.rules.monitors).iter() {
            if from == me {
                continue;
            }
            let link = self.link(from, me);
            let before = *self.links.get(state[link]);
            if before == 0 {
                continue;
            }
            let receiver = self.nodes.get(state[me.index()]);
            let (mut held, mut kept, mut count) = (before, 0, 0);
            while held != 0 {
                let code = held & 0xff;
                held >>= 8;
                let message = *self.messages.get(code as u16 - 1);
                if !all && !self.dead(message, from, receiver) {
                    kept |= code << (8 * count);
                    count += 1;
                }
            }
            if kept != before {
                state[link] = self.links.place(kept);
            }
        }
    }

    /// Will `receiver` make nothing of this message, ever? Epochs only grow, a vote only gets better, nothing is
    /// searched beyond the last epoch, and an old proposal may still cause an election before that.
    fn dead(&self, message: Message, from: Rank, receiver: &Node) -> bool {
        let brain = &receiver.brain;
        let (epoch, rules) = (brain.stored_epoch(), &self.plan.rules);
        let last = epoch == self.plan.epoch_max;
        match message {
            _ if self.plan.keep_dead => false,
            Message::Propose(proposed) if last => {
                let best = brain.leader_acked().unwrap_or(receiver.me);
                proposed < epoch || rules.order(from) > rules.order(best)
            }
            Message::Propose(_) => false,
            Message::Ack(acked) => acked < epoch || last && !brain.candidate(),
            Message::Victory(won, _) => won < epoch,
        }
    }

    /// Every branch that any monitor took.
    pub(crate) fn branches(&self) -> Vec<Branch> {
        let mut taken: Vec<Branch> = self
            .reactions
            .iter()
            .flat_map(|(_, reaction)| &reaction.taken)
            .copied()
            .collect();
        taken.sort_unstable();
        taken.dedup();
        taken
    }
}

fn less(budget: Option<u8>) -> Option<u8> {
    budget.map(|left| left.saturating_sub(1))
}
