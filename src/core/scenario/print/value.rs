//! The JSON form.

use super::super::model::{
    Action, Address, Ask, By, Condition, Deed, Every, Expect, HealLink, How, MonSpec, Network,
    Origin, Share, Starts, When, default_addr,
};
use super::super::value::{Data, Field, Number, Value};
use super::super::words::{STATES, VERSION};
use super::{Marked, Names, changed_options, feature_words, marked_down};
use crate::mon::{MonId, Span, Time};

/// The whole scenario.
pub(super) fn scenario(names: &Names<'_>) -> Value {
    let scenario = names.scenario;
    let mut fields = vec![Field::new("monscope", Number::whole(VERSION))];
    if !scenario.title.is_empty() {
        fields.push(Field::new("title", scenario.title.as_str()));
    }
    fields.push(Field::new("monitors", monitors(names)));
    push_unless_empty(&mut fields, "mon", Data::List(without_seat(names)));
    if scenario.rank_order != scenario.usual_rank_order() {
        fields.push(Field::new("ranks", scenario.rank_order.name()));
    }
    if scenario.is_new() {
        fields.push(Field::new("cluster", "new"));
    } else if scenario.monmap_epoch != 1 {
        fields.push(Field::new(
            "monmap_epoch",
            Number::whole(scenario.monmap_epoch.into()),
        ));
    }
    if let Some(fsid) = &scenario.fsid {
        fields.push(Field::new("fsid", fsid.as_str()));
    }
    fields.extend(imported(names));
    fields.push(Field::new("edition", scenario.edition.name()));
    fields.push(Field::new("strategy", scenario.strategy.name()));
    if !scenario.disallowed.is_empty() {
        let disallowed = names.mon_values(&scenario.disallowed);
        fields.push(Field::new("disallowed_leaders", disallowed));
    }
    if let Some(tiebreaker) = scenario.tiebreaker {
        fields.push(Field::new("tiebreaker", names.mon_value(tiebreaker)));
    }
    if !scenario.marked_down.is_empty() {
        let said = marked_down(scenario).into_iter().map(|one| match one {
            Marked::Location(there) => Value::from(there),
            Marked::Mon(id) if names.is_location_too(id) && !names.is_numbered(id) => {
                ["mon.", names.name(id)].concat().as_str().into()
            }
            Marked::Mon(id) => names.mon_value(id),
        });
        fields.push(Field::new("marked_down", said.collect::<Vec<_>>()));
    }
    if let Some(release) = scenario.min_release {
        fields.push(Field::new("min_mon_release", release.name()));
    }
    fields.push(Field::new("seed", Number::whole(scenario.seed)));
    push_unless_empty(&mut fields, "network", network(&scenario.network));
    let options = changed_options(&scenario.options)
        .map(|(option, value)| Field::new(option.name, names.option_value(option, value)));
    push_unless_empty(&mut fields, "options", Data::Object(options.collect()));
    let lists = [
        ("script", script(names)),
        (
            "every",
            scenario
                .every
                .iter()
                .map(|every| names.every_value(every))
                .collect(),
        ),
        ("notes", notes(names)),
        (
            "expect",
            scenario
                .expects
                .iter()
                .map(|expect| names.expect_value(expect))
                .collect(),
        ),
        ("ask", scenario.asks.iter().map(question).collect()),
        ("loop", loops(names)),
    ];
    for (name, list) in lists {
        push_unless_empty(&mut fields, name, Data::List(list));
    }
    fields.into()
}

/// What differs from the network that a scenario gets without being told.
fn network(network: &Network) -> Data {
    let usual = Network::default();
    let mut fields = Vec::new();
    if network.latency != usual.latency {
        fields.push(Field::new("latency_ms", range(network.latency)));
    }
    if network.session != usual.session {
        fields.push(Field::new("session", network.session.name()));
    }
    for (name, share) in [("loss", network.loss), ("duplicate", network.duplicate)] {
        if share > Share::NONE {
            fields.push(Field::new(name, part(share)));
        }
    }
    Data::Object(fields)
}

fn part(share: Share) -> Number {
    Number::millionths(share.0.into())
}

/// Where it came from, if that was Ceph.
fn imported(names: &Names<'_>) -> Option<Field> {
    let Origin::Ceph { command, down } = &names.scenario.origin else {
        return None;
    };
    let mut imported = vec![Field::new("command", *command)];
    if !down.is_empty() {
        imported.push(Field::new("outside", names.mon_values(down)));
    }
    Some(Field::new("imported", imported))
}

fn push_unless_empty(fields: &mut Vec<Field>, name: &str, data: Data) {
    let empty = match &data {
        Data::List(list) => list.is_empty(),
        Data::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !empty {
        fields.push(Field::new(name, data));
    }
}

fn monitors(names: &Names<'_>) -> Value {
    let seated = &names.scenario.monitors[..names.scenario.seats()];
    if names.numbered
        && seated
            .iter()
            .enumerate()
            .all(|(place, mon)| *mon == MonSpec::nth(place))
    {
        return Number::whole(seated.len() as u64).into();
    }
    let monitor = |(place, mon): (usize, &MonSpec)| {
        let mut fields = vec![Field::new("name", mon.name.as_str())];
        monitor_fields(names, mon, place, &mut fields);
        fields.into()
    };
    seated
        .iter()
        .enumerate()
        .map(monitor)
        .collect::<Vec<Value>>()
        .into()
}

/// The fields of the monitors that have no seat, and so stand in no list.
fn without_seat(names: &Names<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    let others = names.scenario.monitors.iter().enumerate();
    for (place, mon) in others.filter(|(_, mon)| !mon.seat) {
        let mut fields = vec![Field::new("mon", names.mon_value(MonId(place as u8)))];
        monitor_fields(names, mon, place, &mut fields);
        if fields.len() > 1 {
            all.push(fields.into());
        }
    }
    all
}

/// The fields in which a monitor differs from what it gets without being told.
fn monitor_fields(names: &Names<'_>, mon: &MonSpec, place: usize, fields: &mut Vec<Field>) {
    if mon.addr != default_addr(place) {
        fields.push(Field::new("addr", mon.addr.as_str()));
    }
    if let Some(epoch) = mon.epoch {
        fields.push(Field::new("epoch", Number::whole(epoch.into())));
    }
    if !mon.capable {
        fields.push(Field::new("capable", false));
    }
    if mon.starts == Starts::Down {
        fields.push(Field::new("starts", "down"));
    }
    if let Some(joined) = mon.joined {
        fields.push(Field::new("joined", joined));
    }
    if let Some(last) = mon.last_committed {
        fields.push(Field::new("last_committed", Number::whole(last)));
    }
    if let Some(location) = &mon.location {
        fields.push(Field::new("location", location.as_str()));
    }
    for (name, value) in [("priority", mon.priority), ("weight", mon.weight)] {
        if value != 0 {
            fields.push(Field::new(name, Number::whole(value.into())));
        }
    }
    if let Some(release) = mon.release {
        fields.push(Field::new("release", release.name()));
    }
    for (name, features) in [
        ("features", mon.features),
        ("required_features", mon.required_features),
    ] {
        if let Some(features) = features {
            let words: Vec<Value> = feature_words(features).map(Value::from).collect();
            fields.push(Field::new(name, words));
        }
    }
    if !mon.seed_map.is_empty() {
        fields.push(Field::new("seed_map", names.mon_values(&mon.seed_map)));
    }
}

fn script(names: &Names<'_>) -> Vec<Value> {
    let line = |at, action, by| {
        let mut fields = vec![ms("at_ms", at)];
        names.action_fields(action, &mut fields);
        if by == By::User {
            fields.push(Field::new("by", "user"));
        }
        fields.into()
    };
    let script = &names.scenario.script;
    script
        .iter()
        .map(|scripted| line(scripted.at, &scripted.action, scripted.by))
        .collect()
}

fn notes(names: &Names<'_>) -> Vec<Value> {
    let notes = names.scenario.notes.iter();
    notes
        .map(|note| vec![ms("at_ms", note.at), Field::new("text", note.text.as_str())].into())
        .collect()
}

fn loops(names: &Names<'_>) -> Vec<Value> {
    let loops = names.scenario.loops.iter();
    loops
        .map(|section| vec![ms("from_ms", section.from), ms("to_ms", section.to)].into())
        .collect()
}

fn question(ask: &Ask) -> Value {
    let answer = |(text, right): &(String, bool)| {
        let mut fields = vec![Field::new("text", text.as_str())];
        if *right {
            fields.push(Field::new("right", true));
        }
        fields.into()
    };
    let answers: Vec<Value> = ask.answers.iter().map(answer).collect();
    vec![
        ms("at_ms", ask.at),
        Field::new("question", ask.question.as_str()),
        Field::new("answers", answers),
    ]
    .into()
}

impl Names<'_> {
    fn mon_value(&self, id: MonId) -> Value {
        match self.name(id) {
            _ if self.is_numbered(id) => Number::whole(self.rank(id)).into(),
            // The one word that a field may hold instead of a monitor.
            "none" => "mon.none".into(),
            name => name.into(),
        }
    }

    fn mon_values(&self, ids: &[MonId]) -> Value {
        ids.iter()
            .map(|id| self.mon_value(*id))
            .collect::<Vec<_>>()
            .into()
    }

    fn action_fields(&self, action: &Action, fields: &mut Vec<Field>) {
        let mut verb = |word: &str| fields.push(Field::new("do", word));
        let (word, ids) = match action {
            Action::Boot(ids) => ("boot", ids.as_slice()),
            Action::Kill(ids) => ("kill", ids.as_slice()),
            Action::Restart(ids) => ("restart", ids.as_slice()),
            Action::Pause(ids) => ("pause", ids.as_slice()),
            Action::Resume(ids) => ("resume", ids.as_slice()),
            Action::Wipe(ids) => ("wipe", ids.as_slice()),
            Action::Terminate(ids) => ("terminate", ids.as_slice()),
            Action::KillHost(ids) => ("kill", ids.as_slice()),
            Action::Cut {
                from,
                to,
                both,
                how,
            } => {
                verb("cut");
                self.link_fields(*from, *to, *both, fields);
                return fields.extend(way(*how));
            }
            Action::Loss { link, share } => {
                verb("loss");
                if let Some((a, b)) = link {
                    self.link_fields(*a, *b, true, fields);
                }
                return fields.push(Field::new("loss", part(*share)));
            }
            Action::Message { message, deed } => {
                verb(deed.name());
                return self.message_fields(message, *deed, fields);
            }
            Action::Heal(link) => {
                verb("heal");
                if let Some(HealLink { from, to, both }) = link {
                    self.link_fields(*from, *to, *both, fields);
                }
                return;
            }
            Action::Latency { link, range: r } => {
                verb("latency");
                if let Some((a, b)) = link {
                    self.link_fields(*a, *b, true, fields);
                }
                return fields.push(Field::new("latency_ms", range(*r)));
            }
            Action::Partition { groups, how } => {
                verb("partition");
                let groups: Vec<Value> =
                    groups.iter().map(|group| self.mon_values(group)).collect();
                fields.push(Field::new("groups", groups));
                return fields.extend(way(*how));
            }
            Action::Commit { count, mon } => {
                verb("commit");
                fields.push(Field::new("n", Number::whole((*count).into())));
                return fields.extend(mon.map(|id| Field::new("mon", self.mon_value(id))));
            }
            Action::SetStrategy(strategy) => {
                verb("set_strategy");
                return fields.push(Field::new("strategy", strategy.name()));
            }
            Action::Disallow(id) => ("disallow", std::slice::from_ref(id)),
            Action::Allow(id) => ("allow", std::slice::from_ref(id)),
            Action::QuorumExit(id) => ("quorum_exit", std::slice::from_ref(id)),
            Action::QuorumEnter(id) => ("quorum_enter", std::slice::from_ref(id)),
            Action::Add(id) => ("add", std::slice::from_ref(id)),
            Action::Remove(id) => ("remove", std::slice::from_ref(id)),
        };
        verb(word);
        match ids {
            [] => {}
            [one] => fields.push(Field::new("mon", self.mon_value(*one))),
            several => fields.push(Field::new("mon", self.mon_values(several))),
        }
        if matches!(action, Action::KillHost(_)) {
            fields.push(Field::new("how", "host"));
        }
    }

    fn message_fields(&self, message: &Address, deed: Deed, fields: &mut Vec<Field>) {
        fields.push(Field::new("message", message.kind.name()));
        fields.push(Field::new("from", self.mon_value(message.from)));
        fields.push(Field::new("to", self.mon_value(message.to)));
        fields.push(Field::new("ordinal", Number::whole(message.ordinal.into())));
        if let Deed::Delay(span) = deed {
            fields.push(Field::new("delay_ms", Number::thousandths(span.0)));
        }
    }

    fn link_fields(&self, from: MonId, to: MonId, both: bool, fields: &mut Vec<Field>) {
        fields.push(Field::new("from", self.mon_value(from)));
        fields.push(Field::new("to", self.mon_value(to)));
        fields.push(Field::new("both", both));
    }

    fn every_value(&self, every: &Every) -> Value {
        let mut fields = vec![
            Field::new("every_ms", Number::thousandths(every.period.0)),
            ms("from_ms", every.from),
            ms("to_ms", every.to),
        ];
        self.action_fields(&every.action, &mut fields);
        let mut then = Vec::new();
        for next in &every.then {
            let mut fields = Vec::new();
            self.action_fields(&next.action, &mut fields);
            fields.push(Field::new("after_ms", Number::thousandths(next.after.0)));
            then.push(fields.into());
        }
        push_unless_empty(&mut fields, "then", Data::List(then));
        fields.into()
    }

    fn expect_value(&self, expect: &Expect) -> Value {
        let mut fields = vec![match expect.when {
            When::At(at) => ms("at_ms", at),
            When::By(at) => ms("by_ms", at),
        }];
        if expect.never {
            fields.push(Field::new("never", true));
        }
        for condition in &expect.what {
            let field = self.condition_field(condition);
            // What may stand more than once becomes a list.
            match fields.iter_mut().find(|other| other.name == field.name) {
                None => fields.push(field),
                Some(other) => {
                    if let Data::List(list) = &mut other.value.data {
                        list.push(field.value);
                    } else {
                        let first = std::mem::replace(&mut other.value, Data::Null.into());
                        other.value = vec![first, field.value].into();
                    }
                }
            }
        }
        fields.into()
    }

    fn condition_field(&self, condition: &Condition) -> Field {
        let count = |name, count: u32| Field::new(name, Number::whole(count.into()));
        let mon = |id: MonId| Field::new("mon", self.mon_value(id));
        match condition {
            Condition::Leader(None) => Field::new("leader", Data::Null),
            Condition::Leader(Some(id)) => Field::new("leader", self.mon_value(*id)),
            Condition::Quorum(ranks) => {
                let ids: Vec<MonId> = ranks.iter().map(|rank| self.id(rank)).collect();
                Field::new("quorum", self.mon_values(&ids))
            }
            Condition::State(id, state) => {
                let word = STATES
                    .iter()
                    .find(|(_, one)| one == state)
                    .map_or("", |(word, _)| *word);
                Field::new("state", vec![mon(*id), Field::new("state", word)])
            }
            Condition::Epoch(epoch) => count("epoch", *epoch),
            Condition::Victories(victories) => count("victories", *victories),
            Condition::BranchTaken(branch, None) => Field::new("branch", branch.id()),
            Condition::BranchTaken(branch, Some(id)) => {
                Field::new("branch", vec![Field::new("id", branch.id()), mon(*id)])
            }
            Condition::TwoLeaders => Field::new("two_leaders", true),
            Condition::Leaders(leaders) => count("leaders", *leaders),
            Condition::Outage(span) => Field::new("outage_ms", Number::thousandths(span.0)),
            Condition::Elections {
                count: number,
                from,
                to,
            } => {
                let stretch = vec![
                    count("count", *number),
                    ms("from_ms", *from),
                    ms("to_ms", *to),
                ];
                Field::new("elections", stretch)
            }
            Condition::Violation(None) => Field::new("violation", "none"),
            Condition::Violation(Some(id)) => Field::new("violation", id.as_str()),
            Condition::MonmapEpoch(id, epoch) => {
                Field::new("monmap_epoch", vec![mon(*id), count("epoch", *epoch)])
            }
            Condition::LastCommitted(id, version) => Field::new(
                "last_committed",
                vec![mon(*id), Field::new("version", Number::whole(*version))],
            ),
        }
    }
}

/// How a link is cut, unless it is as usual.
fn way(how: How) -> Option<Field> {
    (how != How::default()).then(|| Field::new("how", how.name()))
}

fn ms(name: &str, at: Time) -> Field {
    Field::new(name, Number::thousandths(at.0))
}

fn range((lowest, highest): (Span, Span)) -> Value {
    let ms = |span: Span| Value::from(Number::thousandths(span.0));
    vec![ms(lowest), ms(highest)].into()
}
