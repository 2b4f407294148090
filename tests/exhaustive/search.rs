//! The search: breadth first, so that the first way found to anything is a shortest one.

use std::collections::BTreeSet;
use std::fmt::Write;

use monscope::core::mon::{Branch, Rank};

use crate::brain::{Call, Message};
use crate::cluster::{Action, Cluster, Look, Plan, Visit};
use crate::node::{Input, Reaction};
use crate::places::States;

/// What must be found somewhere, lest nothing was searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    Victory,
    /// One leads, all the others follow it.
    Everybody,
    /// FAIL-2: two monitors declare victory in one epoch.
    TwoVictories,
}

pub(crate) const SIGHTS: [Sight; 3] = [Sight::Victory, Sight::Everybody, Sight::TwoVictories];

/// What a search found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) states: usize,
    /// Transitions between them.
    pub(crate) steps: u64,
    /// The different states of single monitors, in words.
    pub(crate) monitors: BTreeSet<String>,
    /// A shortest way to each of [`SIGHTS`]; `None`: never seen. Of several it is the one in which messages are heard
    /// as soon as may be, and timers wait.
    pub(crate) sights: [Option<Vec<Told>>; SIGHTS.len()],
    pub(crate) branches: Vec<Branch>,
}

/// Something that happened on the way.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// In words.
    pub(crate) line: String,
    /// Who sent which messages to whom.
    pub(crate) sent: Vec<(Rank, Rank, Message)>,
}

struct Walk {
    states: States,
    at: usize,
    steps: u64,
    /// The state from which each was seen first, and what happened there.
    sights: [Option<(usize, Action)>; SIGHTS.len()],
    broken: Option<(usize, Action, String)>,
}

impl Visit for Walk {
    fn next(&mut self, state: &[u16], action: Action, reaction: &Reaction, look: &Look<'_>) {
        self.steps += 1;
        if let Some(broken) = &reaction.broken {
            self.broken.get_or_insert((self.at, action, broken.clone()));
        }
        self.states.add(state, self.at);
        if reaction.won.is_none() && !reaction.lost {
            return;
        }
        for (place, sight) in SIGHTS.into_iter().enumerate() {
            if self.sights[place].is_none() && seen(sight, state, action, reaction, look) {
                self.sights[place] = Some((self.at, action));
            }
        }
    }
}

fn seen(sight: Sight, state: &[u16], action: Action, reaction: &Reaction, look: &Look<'_>) -> bool {
    let count = look.nodes(state).count();
    match sight {
        Sight::Victory => reaction.won.is_some(),
        Sight::Everybody => {
            let epoch = look.nodes(state).next().map(|node| node.brain.epoch());
            look.nodes(state)
                .all(|node| Some(node.brain.epoch()) == epoch && node.quorum.len() == count)
        }
        Sight::TwoVictories => reaction.won.is_some_and(|epoch| {
            look.nodes(state)
                .any(|node| node.me != action.mon && node.won == epoch)
        }),
    }
}

/// Searches all states that can be reached.
///
/// # Panics
/// With the shortest way to it, when a property does not hold in one of them.
pub(crate) fn search(plan: Plan) -> Found {
    let mut cluster = Cluster::new(plan);
    let mut walk = Walk {
        states: States::new(cluster.width()),
        at: 0,
        steps: 0,
        sights: [None; SIGHTS.len()],
        broken: None,
    };
    let first = cluster.first();
    walk.states.add(&first, 0);
    while walk.at < walk.states.len() && walk.broken.is_none() {
        let state = walk.states.get(walk.at).to_vec();
        cluster.expand(&state, &mut walk);
        walk.at += 1;
    }
    if let Some((at, action, broken)) = walk.broken.take() {
        let way = way_to(&mut cluster, &walk.states, at, action);
        let lines: Vec<_> = way.into_iter().map(|told| told.line).collect();
        panic!("{broken} does not hold:\n{}", lines.join("\n"));
    }
    let mut met = BTreeSet::new();
    for at in 0..walk.states.len() {
        met.extend(cluster.monitors(walk.states.get(at)).iter().copied());
    }
    let sights = walk
        .sights
        .map(|sight| sight.map(|(at, action)| way_to(&mut cluster, &walk.states, at, action)));
    Found {
        states: walk.states.len(),
        steps: walk.steps,
        monitors: met
            .into_iter()
            .map(|place| cluster.describe(place))
            .collect(),
        sights,
        branches: cluster.branches(),
    }
}

/// Looks for the action that leads to one state.
struct Retrace<'a> {
    wanted: &'a [u16],
    told: Option<Told>,
}

impl Visit for Retrace<'_> {
    fn next(&mut self, state: &[u16], action: Action, reaction: &Reaction, _look: &Look<'_>) {
        if self.told.is_none() && state == self.wanted {
            self.told = Some(tell(action, reaction));
        }
    }
}

/// Looks for what an action brought.
struct Last {
    action: Action,
    told: Option<Told>,
}

impl Visit for Last {
    fn next(&mut self, _state: &[u16], action: Action, reaction: &Reaction, _look: &Look<'_>) {
        if (action.mon, action.input) == (self.action.mon, self.action.input) {
            self.told.get_or_insert_with(|| tell(action, reaction));
        }
    }
}

/// One line for each action on the way to a state, and one for the action after it.
fn way_to(cluster: &mut Cluster, states: &States, at: usize, action: Action) -> Vec<Told> {
    let mut last = Last { action, told: None };
    cluster.expand(states.get(at), &mut last);
    let mut way: Vec<Told> = last.told.into_iter().collect();
    let mut at = at;
    while at != 0 {
        let from = states.reached_from(at);
        let mut retrace = Retrace {
            wanted: states.get(at),
            told: None,
        };
        cluster.expand(states.get(from), &mut retrace);
        way.extend(retrace.told);
        at = from;
    }
    way.reverse();
    way
}

/// An action in a line.
fn tell(action: Action, reaction: &Reaction) -> Told {
    let mon = |rank: u8| format!("mon.{}", char::from(b'a' + rank));
    let word = |message: Message| match message {
        Message::Propose(epoch) => format!("PROPOSE {epoch}"),
        Message::Ack(epoch) => format!("ACK {epoch}"),
        Message::Victory(epoch, quorum) => format!("VICTORY {epoch} {{{quorum}}}"),
    };
    let mut line = mon(action.mon.0);
    let _infallible = match action.input {
        Input::Restart => write!(line, " restarts"),
        Input::Call(Call::Start) => write!(line, " starts"),
        Input::Call(Call::Timer) => write!(line, " timer"),
        Input::Call(Call::Hear(from, message)) => {
            write!(line, " hears {} from {}", word(message), mon(from.0))
        }
    };
    for (index, (to, message)) in reaction.sent.iter().enumerate() {
        let sep = if index == 0 { ':' } else { ',' };
        let _infallible = write!(line, "{sep} {} to {}", word(*message), mon(to.0));
    }
    let sent = reaction.sent.iter();
    Told {
        line,
        sent: sent
            .map(|(to, message)| (action.mon, *to, *message))
            .collect(),
    }
}
