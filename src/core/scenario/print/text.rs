//! The text form.

use super::super::model::{
    Action, Ask, By, Condition, Deed, Edition, Every, Expect, HealLink, How, MonSpec, Network,
    Origin, Share, Starts, Strategy, When, default_addr,
};
use super::super::text::spoken;
use super::super::value::Number;
use super::super::words::STATES;
use super::{Marked, Names, bare, changed_options, feature_words, marked_down};
use crate::mon::options::Unit;
use crate::mon::{MonId, Span, Time};
use crate::order;

/// Prints the whole scenario.
pub(super) fn print(names: &Names<'_>) -> String {
    let mut lines = Vec::new();
    head(names, &mut lines);
    let scenario = names.scenario;
    let mut timed: Vec<(Time, String)> = Vec::new();
    for scripted in &scenario.script {
        let by = if scripted.by == By::User {
            " by user"
        } else {
            ""
        };
        let line = words(["at", &time(scripted.at), &names.action(&scripted.action)]) + by;
        timed.push((scripted.at, line));
    }
    for note in &scenario.notes {
        timed.push((note.at, words(["note", &time(note.at), &quote(&note.text)])));
    }
    for expect in &scenario.expects {
        timed.push((expect.when.time(), names.expect(expect)));
    }
    for ask in &scenario.asks {
        timed.push((ask.at, question(ask)));
    }
    order::by_key(&mut timed, |(at, _)| at.0);
    lines.extend(timed.into_iter().map(|(_, line)| line));
    lines.extend(scenario.every.iter().map(|every| names.every(every)));
    for section in &scenario.loops {
        lines.push(["loop ", &time(section.from), "..", &time(section.to)].concat());
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What stands before the first line with a time.
fn head(names: &Names<'_>, lines: &mut Vec<String>) {
    let scenario = names.scenario;
    if !scenario.title.is_empty() {
        let title = scenario.title.as_str();
        let plain = title.trim() == title && !title.contains(['#', '"', '\n']);
        lines.push(words([
            "title",
            &if plain {
                title.to_owned()
            } else {
                quote(title)
            },
        ]));
    }
    let monitors: Vec<String> = if names.numbered {
        vec![scenario.seats().to_string()]
    } else {
        scenario.monitors[..scenario.seats()]
            .iter()
            .map(|mon| bare(&mon.name))
            .collect()
    };
    lines.push(words(["monitors", &monitors.join(" ")]));
    if scenario.edition != Edition::default() {
        lines.push(words(["edition", scenario.edition.name()]));
    }
    let usual = match scenario.options.mon_election_default_strategy {
        number if scenario.is_new() && scenario.edition == Edition::Modern => number,
        _ => Strategy::default() as u64,
    };
    if scenario.strategy as u64 != usual {
        lines.push(words(["strategy", scenario.strategy.name()]));
    }
    if scenario.rank_order != scenario.usual_rank_order() {
        lines.push(words(["ranks", scenario.rank_order.name()]));
    }
    for (place, mon) in scenario.monitors.iter().enumerate() {
        monitor(names, mon, place, lines);
    }
    if scenario.is_new() {
        lines.push("cluster new".to_owned());
    } else if scenario.monmap_epoch != 1 {
        lines.push(words(["monmap_epoch", &scenario.monmap_epoch.to_string()]));
    }
    if !scenario.disallowed.is_empty() {
        lines.push(words(["disallowed", &names.mons(&scenario.disallowed)]));
    }
    if let Some(tiebreaker) = scenario.tiebreaker {
        lines.push(words(["tiebreaker", &names.mon(tiebreaker)]));
    }
    if !scenario.marked_down.is_empty() {
        let said = marked_down(scenario).into_iter().map(|one| match one {
            Marked::Location(there) => there.to_owned(),
            Marked::Mon(id) if names.is_location_too(id) => ["mon.", names.name(id)].concat(),
            Marked::Mon(id) => names.mon(id),
        });
        lines.push(words(["marked_down", &said.collect::<Vec<_>>().join(" ")]));
    }
    if let Some(release) = scenario.min_release {
        lines.push(words(["min_mon_release", release.name()]));
    }
    if let Some(fsid) = &scenario.fsid {
        lines.push(words(["fsid", &quote(fsid)]));
    }
    if let Origin::Ceph { command, down } = &scenario.origin {
        let mut line = words(["imported", &quote(command)]);
        if !down.is_empty() {
            line = words([&line, "outside", &names.mons(down)]);
        }
        lines.push(line);
    }
    if scenario.seed != 0 {
        lines.push(words(["seed", &scenario.seed.to_string()]));
    }
    network(&scenario.network, lines);
    for (option, value) in changed_options(&scenario.options) {
        let value = match option.unit {
            Unit::Seconds => duration(value),
            Unit::Factor => Number::thousandths(value).to_string(),
            Unit::Margin => Number::millionths(value).to_string(),
            Unit::Count | Unit::Strategy => value.to_string(),
            Unit::Flag => String::from(if value == 0 { "false" } else { "true" }),
            Unit::Names => names.listed(value),
        };
        lines.push(words(["option", option.name, &value]));
    }
}

/// What differs from the network that a scenario gets without being told.
fn network(network: &Network, lines: &mut Vec<String>) {
    let usual = Network::default();
    if network.latency != usual.latency {
        lines.push(words(["latency", &range(network.latency)]));
    }
    if network.session != usual.session {
        lines.push(words(["session", network.session.name()]));
    }
    for (name, share) in [("loss", network.loss), ("duplicate", network.duplicate)] {
        if share > Share::NONE {
            lines.push(words([name, &part(share)]));
        }
    }
}

fn part(share: Share) -> String {
    Number::millionths(share.0.into()).to_string()
}

/// The fields in which a monitor differs from what it gets without being told. Lists take lines of their own.
fn monitor(names: &Names<'_>, mon: &MonSpec, place: usize, lines: &mut Vec<String>) {
    let name = bare(&mon.name);
    let mut line = String::new();
    if mon.addr != default_addr(place) {
        line.extend([" addr ", &mon.addr]);
    }
    if let Some(epoch) = mon.epoch {
        line.extend([" epoch ", &epoch.to_string()]);
    }
    if !mon.capable {
        line.push_str(" capable false");
    }
    if mon.starts == Starts::Down {
        line.push_str(" starts down");
    }
    if let Some(joined) = mon.joined {
        line.push_str(if joined {
            " joined true"
        } else {
            " joined false"
        });
    }
    if let Some(last) = mon.last_committed {
        line.extend([" last_committed ", &last.to_string()]);
    }
    if let Some(location) = &mon.location {
        line.extend([" location ", location]);
    }
    for (field, value) in [(" priority ", mon.priority), (" weight ", mon.weight)] {
        if value != 0 {
            line.extend([field, &value.to_string()]);
        }
    }
    if let Some(release) = mon.release {
        line.extend([" release ", release.name()]);
    }
    if !line.is_empty() {
        lines.push(["mon ", &name, &line].concat());
    }
    for (field, features) in [
        ("features", mon.features),
        ("required_features", mon.required_features),
    ] {
        if let Some(features) = features {
            let all: Vec<&str> = feature_words(features).collect();
            lines.push(words(["mon", &name, field, &all.join(" ")]));
        }
    }
    if !mon.seed_map.is_empty() {
        lines.push(words([
            "mon",
            &name,
            "seed_map",
            &names.mons(&mon.seed_map),
        ]));
    }
}

fn question(ask: &Ask) -> String {
    let mut line = words(["ask", &time(ask.at), &quote(&ask.question)]);
    for (answer, right) in &ask.answers {
        let plain = !answer.is_empty()
            && answer
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.');
        line.push(' ');
        line.push_str(&if plain { answer.clone() } else { quote(answer) });
        if *right {
            line.push('*');
        }
    }
    line
}

impl Names<'_> {
    fn mon(&self, id: MonId) -> String {
        if self.is_numbered(id) {
            self.rank(id).to_string()
        } else {
            bare(self.name(id))
        }
    }

    fn mons(&self, ids: &[MonId]) -> String {
        ids.iter()
            .map(|id| self.mon(*id))
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn action(&self, action: &Action) -> String {
        let several = |verb: &str, ids: &[MonId]| words([verb, &self.mons(ids)]);
        match action {
            Action::Boot(ids) => several("boot", ids),
            Action::Kill(ids) => several("kill", ids),
            Action::Restart(ids) => several("restart", ids),
            Action::Pause(ids) => several("pause", ids),
            Action::Resume(ids) => several("resume", ids),
            Action::Wipe(ids) => several("wipe", ids),
            Action::Cut {
                from,
                to,
                both,
                how,
            } => words(["cut", &self.link(*from, *to, *both), way(*how)]),
            Action::Partition { groups, how } => {
                let groups: Vec<String> = groups.iter().map(|group| self.mons(group)).collect();
                words(["partition", &groups.join(" | "), way(*how)])
            }
            Action::Loss { link: None, share } => words(["loss", &part(*share)]),
            Action::Loss {
                link: Some((a, b)),
                share,
            } => words(["loss", &self.link(*a, *b, true), &part(*share)]),
            Action::Message { message, deed } => {
                let later = match deed {
                    Deed::Delay(span) => duration(span.0),
                    _ => String::new(),
                };
                let link = self.link(message.from, message.to, false);
                let ordinal = ["#", &message.ordinal.to_string()].concat();
                words([deed.name(), message.kind.name(), &link, &ordinal, &later])
            }
            Action::Heal(None) => "heal".to_owned(),
            Action::Heal(Some(HealLink { from, to, both })) => {
                words(["heal", &self.link(*from, *to, *both)])
            }
            Action::Latency {
                link: None,
                range: r,
            } => words(["latency", &range(*r)]),
            Action::Latency {
                link: Some((a, b)),
                range: r,
            } => words(["latency", &self.link(*a, *b, true), &range(*r)]),
            Action::Terminate(ids) => several("terminate", ids),
            Action::KillHost(ids) => several("kill", ids) + " how host",
            Action::Commit { count, mon } => {
                let mon = mon.map_or_else(String::new, |id| words(["mon", &self.mon(id)]));
                words(["commit", &count.to_string(), &mon])
            }
            Action::Add(id) => words(["add", &self.mon(*id)]),
            Action::Remove(id) => words(["remove", &self.mon(*id)]),
            Action::SetStrategy(strategy) => words(["set_strategy", strategy.name()]),
            Action::Disallow(id) => words(["disallow", &self.mon(*id)]),
            Action::Allow(id) => words(["allow", &self.mon(*id)]),
            Action::QuorumExit(id) => words([spoken("quorum_exit"), &self.mon(*id)]),
            Action::QuorumEnter(id) => words([spoken("quorum_enter"), &self.mon(*id)]),
        }
    }

    fn link(&self, from: MonId, to: MonId, both: bool) -> String {
        words([
            &self.mon(from),
            if both { "-" } else { "->" },
            &self.mon(to),
        ])
    }

    fn every(&self, every: &Every) -> String {
        let (from, to) = (time(every.from), time(every.to));
        let mut line = words(["every", &duration(every.period.0), "from", &from, "to", &to]);
        line = words([&line, &self.action(&every.action)]);
        for then in &every.then {
            line = words([
                &line,
                "then",
                &self.action(&then.action),
                "after",
                &duration(then.after.0),
            ]);
        }
        line
    }

    pub(super) fn expect(&self, expect: &Expect) -> String {
        let (word, at) = match expect.when {
            When::At(at) => ("at", at),
            When::By(at) => ("by", at),
        };
        let mut line = words(["expect", word, &time(at)]);
        if expect.never {
            line.push_str(" never");
        }
        for condition in &expect.what {
            line = words([&line, &self.condition(condition)]);
        }
        line
    }

    fn condition(&self, condition: &Condition) -> String {
        let none = || "none".to_owned();
        match condition {
            Condition::Leader(id) => words(["leader", &id.map_or_else(none, |id| self.mon(id))]),
            Condition::Quorum(ranks) => {
                let ids: Vec<MonId> = ranks.iter().map(|rank| self.id(rank)).collect();
                words(["quorum", &self.mons(&ids)])
            }
            Condition::State(id, state) => {
                let word = STATES
                    .iter()
                    .find(|(_, one)| one == state)
                    .map_or("", |(word, _)| *word);
                words(["state", &self.mon(*id), word])
            }
            Condition::Epoch(epoch) => words(["epoch", &epoch.to_string()]),
            Condition::Victories(count) => words(["victories >=", &count.to_string()]),
            Condition::BranchTaken(branch, None) => words(["branch", branch.id()]),
            Condition::BranchTaken(branch, Some(id)) => {
                words(["branch", branch.id(), "mon", &self.mon(*id)])
            }
            Condition::TwoLeaders => "two_leaders".to_owned(),
            Condition::Leaders(count) => words(["leaders >=", &count.to_string()]),
            Condition::Outage(span) => words(["outage <=", &duration(span.0)]),
            Condition::Elections { count, from, to } => {
                let (from, to) = (time(*from), time(*to));
                words(["elections ==", &count.to_string(), "from", &from, "to", &to])
            }
            Condition::Violation(id) => words(["violation", &id.clone().unwrap_or_else(none)]),
            Condition::MonmapEpoch(id, epoch) => {
                words(["monmap_epoch", &self.mon(*id), &epoch.to_string()])
            }
            Condition::LastCommitted(id, version) => {
                words(["last_committed", &self.mon(*id), ">=", &version.to_string()])
            }
        }
    }
}

/// Words with one blank between them; empty ones are left out.
fn words<const N: usize>(words: [&str; N]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// How a link is cut, unless it is as usual.
const fn way(how: How) -> &'static str {
    match how {
        How::Drop => "",
        How::Reset => "how reset",
    }
}

fn time(at: Time) -> String {
    duration(at.0)
}

fn range((lowest, highest): (Span, Span)) -> String {
    if lowest == highest {
        duration(lowest.0)
    } else {
        [duration(lowest.0), duration(highest.0)].join("..")
    }
}

/// Microseconds in the unit that needs the fewest digits: `12s`, `1.5s`, `20ms`, `40us`.
fn duration(micros: u64) -> String {
    const SECOND: u64 = 1_000_000;
    if micros >= SECOND || micros == 0 {
        Number::millionths(micros).to_string() + "s"
    } else if micros.is_multiple_of(1_000) {
        Number::thousandths(micros).to_string() + "ms"
    } else {
        Number::whole(micros).to_string() + "us"
    }
}

/// A text in quotes.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
