//! The values of an event: what was compared or chosen, by name.

use crate::frame::fields::Names;
use crate::mon::branch::{ValueInfo, ValueKind};
use crate::mon::decision::{Step, Value};
use crate::mon::{Monitor, Rank, RankSet, Span};
use crate::scenario::Strategy;
use crate::sim::Event;
use crate::sim::world::Watched;
use crate::words::fill::{decimal, push_decimal, push_fixed};
use crate::words::{Line, Phrase, Role, fill};

/// Where the values of an event are found.
#[derive(Clone, Copy, Debug)]
pub(in crate::frame) struct Values<'a> {
    /// The cluster's names.
    pub(in crate::frame) names: Names<'a>,
    /// The event.
    pub(in crate::frame) event: &'a Event,
    /// What was seen of it.
    pub(in crate::frame) watched: &'a Watched,
}

/// A value with its kind.
type Found = (ValueKind, i64);

impl Values<'_> {
    /// Fills a template: with the values of `step` first, then with what the monitor and the message had, then with
    /// those of the other steps.
    pub(in crate::frame) fn fill(&self, template: &str, step: Option<&Step>, role: Role) -> Line {
        let template = choose(template, &|name| self.is_something(name, step));
        fill::fill_by(&template, role, &|name| self.say(name, step))
    }

    /// Is that value known, and neither nobody nor an empty set?
    fn is_something(&self, name: &str, step: Option<&Step>) -> bool {
        match self.find(name, step) {
            Some((ValueKind::Int, value)) => value >= 0,
            Some((_, value)) => value != 0,
            None => false,
        }
    }

    /// All values of a step: `epoch 9, needed 3`.
    pub(in crate::frame) fn all_of(&self, step: &Step) -> String {
        let mut out = String::new();
        for (info, value) in step.branch.values().iter().zip(step.values) {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(info.name);
            out.push(' ');
            out.push_str(&self.print(info.name, info.kind, value));
        }
        out
    }

    fn say(&self, name: &str, step: Option<&Step>) -> Option<String> {
        if matches!(name, "me" | "peer") {
            return self.who(name);
        }
        if name == "state" {
            let state = self.watched.before.state;
            return Some(self.names.lang.state(state).to_owned());
        }
        if let Some(name) = name.strip_suffix('?') {
            let (_, value) = self.find(name, step)?;
            return (value >= 0).then(|| self.say(name, step))?;
        }
        if let Some(name) = name.strip_prefix('@') {
            let (_, value) = self.find(name, step)?;
            return Some(self.monitor_of(value));
        }
        if let Some(name) = name.strip_prefix('#') {
            let (_, value) = self.find(name, step)?;
            return Some(decimal(u64::from(value.count_ones())));
        }
        let (kind, value) = self.find(name, step)?;
        Some(self.print(name, kind, value))
    }

    /// `{me}` and `{peer}`: the monitor, and the sender of the message.
    pub(super) fn who(&self, name: &str) -> Option<String> {
        let mon = match name {
            "me" => self.event.mon,
            "peer" => self.event.peer,
            _ => None,
        };
        mon.map(|mon| self.names.mon(mon))
    }

    fn find(&self, name: &str, step: Option<&Step>) -> Option<Found> {
        let of = |step: &Step| {
            let infos = step.branch.values().iter().zip(step.values);
            infos
                .filter(|(info, _)| info.name == name)
                .map(|(info, value): (&ValueInfo, i64)| (info.kind, value))
                .next()
        };
        step.and_then(of)
            .or_else(|| self.known(name))
            .or_else(|| self.watched.steps.iter().find_map(of))
    }

    /// What monitor and message had before anything was done.
    fn known(&self, name: &str) -> Option<Found> {
        let m = &self.watched.before;
        let int = |value: i64| Some((ValueKind::Int, value));
        let set = |value: RankSet| Some((ValueKind::Set, value.value()));
        match name {
            "message_epoch" if self.event.message_epoch > 0 => int(self.event.message_epoch.into()),
            "epoch" => int(m.elector.epoch().into()),
            "rank" => int(m.rank.value()),
            "from" => int(self.rank_of_peer(m).value()),
            "leader_acked" => int(m.elector.leader_acked().value()),
            "leader" => int(m.leader.value()),
            "monitors" => int(m.monmap.len().value()),
            "needed" => int(m.monmap.majority().value()),
            "monmap_epoch" => int(m.monmap.epoch.into()),
            "last_committed" => int(m.store.paxos.last_committed.value()),
            "first_committed" => int(m.store.paxos.first_committed.value()),
            "accepted_pn" => int(m.paxos.accepted_pn.value()),
            "num_last" => int(m.paxos.num_last.value()),
            "quorum" => set(m.quorum),
            "acked_me" => set(m.elector.voters()),
            "accepted" => set(m.paxos.accepted),
            "acked_lease" => set(m.paxos.acked_lease),
            "disallowed" => set(m.monmap.disallowed_leaders()),
            _ => None,
        }
    }

    fn rank_of_peer(&self, m: &Monitor) -> Option<Rank> {
        let peer = self.event.peer?;
        m.monmap
            .rank_of_addr(self.names.player.world().monitor(peer).addr)
    }

    /// The monitor of a rank, as this monitor's map has it.
    fn monitor_of(&self, rank: i64) -> String {
        let rank = u8::try_from(rank).ok().map(Rank);
        let name = rank.and_then(|rank| self.names.rank(&self.watched.before.monmap, rank));
        name.unwrap_or_else(|| self.names.lang.say(Phrase::WhyNobody).to_owned())
    }

    fn print(&self, name: &str, kind: ValueKind, value: i64) -> String {
        let lang = self.names.lang;
        match kind {
            ValueKind::Set => {
                let set = RankSet(u64::from_ne_bytes(value.to_ne_bytes()));
                if set.is_empty() {
                    return lang.say(Phrase::WhyNobody).to_owned();
                }
                set.to_string()
            }
            ValueKind::Score => score(value),
            ValueKind::Int if name == "strategy" => Strategy::ALL
                .into_iter()
                .find(|strategy| *strategy as i64 == value)
                .map_or_else(|| whole(value), |strategy| strategy.name().to_owned()),
            ValueKind::Int if name == "name" => self.names.name(value),
            ValueKind::Int if name.ends_with("_us") => lang.span_fine(Span(value.unsigned_abs())),
            ValueKind::Int if value == -1 => lang.say(Phrase::WhyNone).to_owned(),
            ValueKind::Int => whole(value),
        }
    }
}

/// `{?name}one{:}other{.}`: one where the value is something, the other where it is not.
fn choose(template: &str, is_something: &dyn Fn(&str) -> bool) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((head, tail)) = rest.split_once("{?") {
        out.push_str(head);
        let (name, tail) = tail.split_once('}').unwrap_or(("", tail));
        let (both, after) = tail.split_once("{.}").unwrap_or((tail, ""));
        let (one, other) = both.split_once("{:}").unwrap_or((both, ""));
        out.push_str(if is_something(name) { one } else { other });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn whole(value: i64) -> String {
    let mut out = String::new();
    if value < 0 {
        out.push('-');
    }
    push_decimal(&mut out, value.unsigned_abs());
    out
}

/// A score in billionths, with four decimals.
pub(in crate::frame) fn score(billionths: i64) -> String {
    let mut out = String::new();
    if billionths < 0 {
        out.push('-');
    }
    push_fixed(&mut out, (billionths.unsigned_abs() + 50_000) / 100_000, 4);
    out
}
