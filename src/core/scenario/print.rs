//! From a [`Scenario`] to its text form and its JSON form. Reading what is printed gives the same scenario again.

mod text;
mod value;

use super::json;
use super::model::{Action, Expect, MonSpec, Scenario, default_name};
use super::value::{Number, Value};
use super::words::{NO_FEATURES, is_bare_name};
use crate::mon::message::Features;
use crate::mon::options::{OPTIONS, OptionInfo, Unit};
use crate::mon::{MonId, Options, Rank, RankSet};

impl Scenario {
    /// The text form.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::print(&Names::of(self))
    }

    /// An expectation of this scenario, as the line of the text form that says it.
    #[must_use]
    pub fn expect_line(&self, expect: &Expect) -> String {
        Names::of(self).expect(expect)
    }

    /// An action of this scenario, in the words of the text form: `kill 0`.
    #[must_use]
    pub fn action_words(&self, action: &Action) -> String {
        Names::of(self).action(action)
    }

    /// The JSON form, as a value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        value::scenario(&Names::of(self))
    }

    /// The JSON form, as text.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::print_document(&self.to_value())
    }
}

/// How a scenario's monitors are named in print: by starting rank where they have the names they get without being
/// named, else by name. One without a seat always goes by its name.
struct Names<'a> {
    scenario: &'a Scenario,
    by_rank: Vec<MonId>,
    numbered: bool,
}

impl<'a> Names<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        let usual = |(place, mon): (usize, &MonSpec)| !mon.seat || mon.name == default_name(place);
        Self {
            scenario,
            by_rank: scenario.by_rank(),
            numbered: scenario.monitors.iter().enumerate().all(usual),
        }
    }

    fn rank(&self, id: MonId) -> u64 {
        let rank = self.by_rank.iter().position(|other| *other == id);
        rank.unwrap_or(id.index()) as u64
    }

    /// Is this monitor named by its starting rank?
    fn is_numbered(&self, id: MonId) -> bool {
        self.numbered && self.scenario.rank_of(id).is_some()
    }

    fn name(&self, id: MonId) -> &'a str {
        self.scenario
            .monitors
            .get(id.index())
            .map_or("", |mon| mon.name.as_str())
    }

    /// Is there a location of this monitor's name?
    fn is_location_too(&self, id: MonId) -> bool {
        let mut monitors = self.scenario.monitors.iter();
        monitors.any(|mon| mon.location.as_deref() == Some(self.name(id)))
    }

    fn id(&self, rank: Rank) -> MonId {
        self.by_rank
            .get(rank.index())
            .copied()
            .unwrap_or(MonId(rank.0))
    }
}

/// Who is marked down, as printed: a location when all monitors there are.
enum Marked<'a> {
    Location(&'a str),
    Mon(MonId),
}

fn marked_down<'a>(scenario: &'a Scenario) -> Vec<Marked<'a>> {
    let is_marked = |id: usize| {
        scenario
            .marked_down
            .iter()
            .any(|marked| marked.index() == id)
    };
    let location = |place: usize| scenario.monitors.get(place)?.location.as_deref();
    let places = 0..scenario.monitors.len();
    let whole = |there: &str| {
        let mut same = places
            .clone()
            .filter(|place| location(*place) == Some(there));
        same.all(is_marked)
    };
    let mut said: Vec<Marked<'a>> = Vec::new();
    for place in places.clone().filter(|place| is_marked(*place)) {
        match location(place).filter(|there| whole(there)) {
            Some(there) => {
                if !said
                    .iter()
                    .any(|one| matches!(one, Marked::Location(other) if *other == there))
                {
                    said.push(Marked::Location(there));
                }
            }
            None => said.push(Marked::Mon(MonId(place as u8))),
        }
    }
    said
}

/// A name as the text form has it: with `mon.` in front where it could be taken for something else.
fn bare(name: &str) -> String {
    let prefix = if is_bare_name(name) { "" } else { "mon." };
    [prefix, name].concat()
}

/// The words that say what a monitor supports or requires; there is one for nothing at all.
fn feature_words(features: Features) -> impl Iterator<Item = &'static str> {
    let none = (features == Features::NONE).then_some(NO_FEATURES);
    features.names().chain(none)
}

impl Scenario {
    /// The options that this document changes and that change nothing here.
    pub fn idle_options(&self) -> impl Iterator<Item = &'static str> {
        let idle = changed_options(&self.options).filter(|(option, _)| option.idle);
        idle.map(|(option, _)| option.name)
    }
}

/// The options that are not at their default, with their stored values.
fn changed_options(options: &Options) -> impl Iterator<Item = (&'static OptionInfo, u64)> {
    let usual = Options::default();
    let all = OPTIONS.iter().map(|option| (option, option.get(options)));
    all.filter(move |(option, value)| *value != option.get(&usual))
}

impl Names<'_> {
    /// The stored value of an option as a document has it.
    fn option_value(&self, option: &OptionInfo, value: u64) -> Value {
        match option.unit {
            Unit::Seconds | Unit::Margin => Number::millionths(value).into(),
            Unit::Factor => Number::thousandths(value).into(),
            Unit::Count | Unit::Strategy => Number::whole(value).into(),
            Unit::Flag => (value != 0).into(),
            Unit::Names => self.listed(value).as_str().into(),
        }
    }

    /// The names of the monitors of these bits, between commas.
    fn listed(&self, bits: u64) -> String {
        let ids = RankSet(bits).iter().map(|bit| MonId(bit.0));
        let names: Vec<String> = ids.map(|id| bare(self.name(id))).collect();
        names.join(",")
    }
}
