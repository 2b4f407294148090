//! From a [`Value`] to a [`Scenario`]: the one reader behind every form that is a scenario.

mod action;
mod expect;
mod mons;

pub(crate) use mons::{Mons, check_location, check_name};

use super::error::DocError;
use super::limits;
use super::model::{Action, By, Condition};
use super::model::{
    Ask, Edition, Every, Loop, Network, Note, Origin, RankOrder, Scenario, Scripted, Session,
    Share, Strategy, Then,
};
use super::node::Node;
use super::value::{Number, Value};
use super::words::{self, COMMANDS, EDITIONS, LOSES_NOTHING, STRATEGIES};
use crate::mon::options::{OPTIONS, OptionInfo, Unit};
use crate::mon::{Options, Span, Time};
use crate::order;

const FIELDS: &[&str] = &[
    "monscope",
    "title",
    "monitors",
    "mon",
    "ranks",
    "monmap_epoch",
    "fsid",
    "edition",
    "strategy",
    "disallowed_leaders",
    "tiebreaker",
    "marked_down",
    "min_mon_release",
    "cluster",
    "seed",
    "network",
    "options",
    "script",
    "every",
    "notes",
    "expect",
    "ask",
    "loop",
    "imported",
    "as_now",
    "engine",
];

/// Reads a scenario; `value` is its JSON form.
///
/// # Errors
/// For every field that is unknown, wrong, out of bounds or not built yet.
pub(crate) fn scenario(value: &Value) -> Result<Scenario, DocError> {
    let doc = Node::root(value);
    doc.only("a field of a scenario", FIELDS)?;
    if let Some(node) = doc.get("monscope")
        && node.as_number().and_then(Number::as_whole) != Some(words::VERSION)
    {
        return Err(node.expected("version 1 of the format"));
    }
    refuse_later(&doc)?;
    let mut scenario = Scenario::of(0);
    if let Some(node) = doc.get("title") {
        scenario.title = text(&node, "a title", limits::TITLE_MAX)?;
    }
    scenario.monmap_epoch = monmap_epoch(&doc)?;
    if let Some(node) = doc.get("edition")
        && node.word("an edition", EDITIONS)? == 1
    {
        scenario.edition = Edition::Modern;
    }
    if let Some(node) = doc.get("strategy") {
        scenario.strategy = strategy(&node)?;
        if scenario.strategy != Strategy::Classic {
            needs_modern(&node, scenario.edition)?;
        }
    }
    scenario.rank_order = scenario.usual_rank_order();
    if let Some(node) = doc.get("ranks") {
        scenario.rank_order = match node.word("an order of ranks", &["by_address", "as_listed"])? {
            0 => RankOrder::ByAddress,
            _ => RankOrder::AsListed,
        };
    }
    if let Some(node) = doc.get("fsid") {
        scenario.fsid = Some(text(&node, "an fsid", limits::NAME_MAX)?);
    }
    if let Some(node) = doc.get("seed") {
        scenario.seed = node.whole("a seed", 0, u64::MAX)?;
    }
    scenario.monitors = mons::monitors(&doc, scenario.rank_order)?;
    let order = scenario.by_rank();
    let mons = Mons::new(&scenario.monitors, &order);
    if let Some(node) = doc.get("disallowed_leaders").filter(|node| !is_empty(node)) {
        needs_modern(&node, scenario.edition)?;
        scenario.disallowed = mons.mons(&node)?;
    }
    if let Some(node) = doc.get("tiebreaker").filter(|node| !is_empty(node)) {
        needs_modern(&node, scenario.edition)?;
        scenario.tiebreaker = Some(mons.mon(&node)?);
    }
    if let Some(node) = doc.get("marked_down").filter(|node| !is_empty(node)) {
        needs_modern(&node, scenario.edition)?;
        scenario.marked_down = mons.at_locations(&node)?;
    }
    if let Some(node) = doc.get("min_mon_release") {
        needs_modern(&node, scenario.edition)?;
        scenario.min_release = Some(mons::release(&node)?);
    }
    if let Some(node) = doc.get("network") {
        scenario.network = network(&node)?;
    }
    if let Some(node) = doc.get("options") {
        options(&node, &mons, &mut scenario.options)?;
        let number = scenario.options.mon_election_default_strategy;
        let default = Strategy::ALL.into_iter().find(|s| *s as u64 == number);
        let new = scenario.is_new() && scenario.edition == Edition::Modern;
        if let Some(default) = default.filter(|_| new && doc.get("strategy").is_none()) {
            scenario.strategy = default;
        }
    }
    script(&doc, &mons, &mut scenario.script)?;
    every(&doc, &mons, &mut scenario.every)?;
    each_action(&doc, &|action| refuse_action(action, &scenario))?;
    if scenario.edition == Edition::Luminous {
        mons::refuse_releases(&doc)?;
    }
    let expanded = scenario
        .every
        .iter()
        .map(Every::count)
        .fold(scenario.script.len() as u64, u64::saturating_add);
    if expanded > limits::SCRIPT_MAX as u64
        && let Some(node) = doc.get("every").or_else(|| doc.get("script"))
    {
        return Err(node.error(format!(
            "the script has {expanded} actions; at most {} can be",
            limits::SCRIPT_MAX
        )));
    }
    notes(&doc, &mut scenario.notes)?;
    each(&doc, "expect", &mut |node| {
        scenario.expects.push(expect::expect(node, &mons)?);
        Ok(())
    })?;
    asks(&doc, &mut scenario.asks)?;
    loops(&doc, &mut scenario.loops)?;
    order::by_key(&mut scenario.script, |scripted| scripted.at.0);
    order::by_key(&mut scenario.notes, |note| note.at.0);
    order::by_key(&mut scenario.expects, |expect| expect.when.time().0);
    order::by_key(&mut scenario.asks, |ask| ask.at.0);
    if let Some(node) = doc.get("imported") {
        scenario.origin = origin(&node, &mons)?;
    }
    Ok(scenario)
}

/// Reads one action for a scenario, as the script has it (`{ "do": "kill", "mon": 0 }`).
///
/// # Errors
/// When it isn't an action that this scenario's monitors can do.
pub fn read_action(value: &Value, scenario: &Scenario) -> Result<Action, DocError> {
    let order = scenario.by_rank();
    let node = Node::root(value);
    refuse_action(&node, scenario)?;
    action::action(&node, &Mons::new(&scenario.monitors, &order), &[])
}

/// Reads what is expected in the one line of a text form's `value`; true: it must never be so.
///
/// # Errors
/// When it isn't something that can be expected of this scenario.
pub(super) fn conditions(
    value: &Value,
    scenario: &Scenario,
) -> Result<(bool, Vec<Condition>), DocError> {
    let order = scenario.by_rank();
    let doc = Node::root(value);
    let mut expects = doc.get("expect").into_iter();
    let line = expects.next().and_then(|list| {
        list.items_or_one()
            .next()
            .map(|node| expect::expect(&node, &Mons::new(&scenario.monitors, &order)))
    });
    match line {
        Some(expect) => expect.map(|expect| (expect.never, expect.what)),
        None => Err(doc.error("nothing is expected here")),
    }
}

/// A strategy, by its name.
pub(super) fn strategy(node: &Node<'_>) -> Result<Strategy, DocError> {
    let place = node.word("a strategy", STRATEGIES)?;
    Ok(Strategy::ALL[place])
}

/// Refuses what luminous doesn't know.
pub(super) fn needs_modern(node: &Node<'_>, edition: Edition) -> Result<(), DocError> {
    match edition {
        Edition::Modern => Ok(()),
        Edition::Luminous => {
            Err(node.error("luminous doesn't have this; it needs `edition modern`"))
        }
    }
}

/// Looks at every action of the script.
fn each_action(
    doc: &Node<'_>,
    look: &dyn Fn(&Node<'_>) -> Result<(), DocError>,
) -> Result<(), DocError> {
    for lines in ["script", "every"] {
        for line in doc.get(lines).iter().flat_map(Node::items_or_one) {
            look(&line)?;
            for next in line.get("then").iter().flat_map(Node::items_or_one) {
                look(&next)?;
            }
        }
    }
    Ok(())
}

/// Refuses actions that don't go with the scenario's edition or sessions.
fn refuse_action(action: &Node<'_>, scenario: &Scenario) -> Result<(), DocError> {
    let Some(verb) = action.get("do") else {
        return Ok(());
    };
    match verb.as_text() {
        Some("set_strategy" | "disallow" | "allow") => needs_modern(&verb, scenario.edition),
        Some("loss") => match action.get("loss") {
            Some(share) => refuse_loss(&share, scenario.network.session),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Refuses that something is lost where nothing can be.
fn refuse_loss(share: &Node<'_>, session: Session) -> Result<(), DocError> {
    let nothing = share.as_number().is_none_or(Number::is_zero);
    if nothing || session.may_lose() {
        Ok(())
    } else {
        Err(share.error(LOSES_NOTHING))
    }
}

/// Refuses by name what the format has and this version doesn't do. The defaults of those fields are accepted.
fn refuse_later(doc: &Node<'_>) -> Result<(), DocError> {
    if let Some(node) = doc.get("as_now") {
        let message = "`as_now` goes with a cluster that Ceph printed; in a scenario say `starts down` of a monitor";
        return Err(node.error(message));
    }
    if let Some(node) = doc.get("engine") {
        return Err(node.later("engine", "plays every document by today's rules"));
    }
    Ok(())
}

/// The epoch of the first monmap: 0 is that of a cluster that doesn't exist yet.
fn monmap_epoch(doc: &Node<'_>) -> Result<u32, DocError> {
    let new = match doc.get("cluster") {
        Some(node) => node.word("a kind of cluster", &["existing", "new"])? == 1,
        None => false,
    };
    let Some(node) = doc.get("monmap_epoch") else {
        return Ok(u32::from(!new));
    };
    if new != node.as_number().is_some_and(Number::is_zero) {
        let message =
            "a monmap has epoch 0 as long as its cluster is new, and only then: see `cluster new`";
        return Err(node.error(message));
    }
    Ok(node.whole("an epoch of the monmap", 0, limits::EPOCH_MAX)? as u32)
}

/// Is it the empty list, the empty text, or a text that stands for an empty object?
fn is_empty(node: &Node<'_>) -> bool {
    match node.as_text() {
        Some(text) => text.is_empty() || text == "{}",
        None => {
            node.is_list() && node.items_or_one().next().is_none()
                || node.fields().is_ok_and(<[_]>::is_empty)
        }
    }
}

fn network(node: &Node<'_>) -> Result<Network, DocError> {
    node.only(
        "a field of the network",
        &["latency_ms", "loss", "duplicate", "session"],
    )?;
    let mut network = Network::default();
    if let Some(session) = node.get("session") {
        let names = Session::ALL.map(Session::name);
        network.session = Session::ALL[session.word("a kind of session", &names)?];
    }
    if let Some(loss) = node.get("loss") {
        network.loss = share(&loss)?;
        refuse_loss(&loss, network.session)?;
    }
    if let Some(duplicate) = node.get("duplicate") {
        network.duplicate = share(&duplicate)?;
        if network.duplicate > Share::NONE && network.session != Session::Lossy {
            let message =
                "`duplicate` needs `session lossy`: in other sessions nothing comes twice";
            return Err(duplicate.error(message));
        }
    }
    if let Some(latency) = node.get("latency_ms") {
        network.latency = range(&latency)?;
    }
    Ok(network)
}

/// A share, from 0 to 1.
fn share(node: &Node<'_>) -> Result<Share, DocError> {
    let millionths = node.as_number().and_then(|number| number.scaled(1_000_000));
    millionths
        .filter(|millionths| *millionths <= Share::ALL.0.into())
        .map(|millionths| Share(millionths as u32))
        .ok_or_else(|| node.expected("a share from 0 to 1, with at most six decimals"))
}

/// A latency: one number of milliseconds, or the shortest and the longest.
fn range(node: &Node<'_>) -> Result<(Span, Span), DocError> {
    let mut ends = Vec::new();
    for end in node.items_or_one() {
        ends.push(Span(end.micros("a latency", limits::LATENCY_MAX)?));
    }
    match ends[..] {
        [one] => Ok((one, one)),
        [lowest, highest] if lowest <= highest => Ok((lowest, highest)),
        [_, _] => Err(node.error("the shortest latency is above the longest")),
        _ => Err(node.expected("the shortest and the longest latency, in milliseconds")),
    }
}

fn options(node: &Node<'_>, mons: &Mons<'_>, options: &mut Options) -> Result<(), DocError> {
    let names: Vec<&str> = OPTIONS.iter().map(|option| option.name).collect();
    for field in node.fields()? {
        let known = OPTIONS.iter().find(|option| option.name == field.name);
        let Some(value) = node.get_or_null(&field.name) else {
            continue;
        };
        let Some(option) = known else {
            let error = value.unknown("an option that is read here", &field.name, &names);
            return Err(error.at(field.at));
        };
        let stored = match option.unit {
            Unit::Names => mons.named_in(&value)?,
            _ => option_value(&value, option)?,
        };
        option.set(options, stored);
    }
    node.only("an option", &names)
}

fn option_value(node: &Node<'_>, option: &OptionInfo) -> Result<u64, DocError> {
    let (value, (lowest, highest), expected) = match option.unit {
        Unit::Seconds => (
            node.as_number()
                .and_then(|n| n.scaled(1_000_000))
                .or_else(|| super::text::parse_time(node.as_text()?)),
            limits::OPTION_SPAN,
            "seconds, from 0.01 to 86400",
        ),
        Unit::Factor => (
            node.as_number().and_then(|n| n.scaled(1_000)),
            limits::OPTION_FACTOR,
            "a factor from 0.01 to 1000, with at most three decimals",
        ),
        Unit::Count => (
            node.as_number().and_then(Number::as_whole),
            limits::OPTION_COUNT,
            "a whole number up to 1000000000",
        ),
        Unit::Margin => (
            node.as_number().and_then(|n| n.scaled(1_000_000)),
            limits::OPTION_MARGIN,
            "a number from 0 to 100, with at most six decimals",
        ),
        Unit::Strategy => (
            node.as_number().and_then(Number::as_whole),
            (1, Strategy::ALL.len() as u64),
            "1 (classic), 2 (disallow) or 3 (connectivity)",
        ),
        Unit::Flag | Unit::Names => return Ok(u64::from(node.bool()?)),
    };
    value
        .filter(|value| (lowest..=highest).contains(value))
        .ok_or_else(|| node.expected(&format!("the value of `{}`: {expected}", option.name)))
}

fn script(doc: &Node<'_>, mons: &Mons<'_>, script: &mut Vec<Scripted>) -> Result<(), DocError> {
    each(doc, "script", &mut |node| {
        let by = match node.get("by") {
            Some(by) if by.word("somebody who acts", &["author", "user"])? == 1 => By::User,
            _ => By::Author,
        };
        script.push(Scripted {
            at: time(node, "at_ms")?,
            action: action::action(node, mons, &["at_ms", "by"])?,
            by,
        });
        Ok(())
    })
}

fn every(doc: &Node<'_>, mons: &Mons<'_>, all: &mut Vec<Every>) -> Result<(), DocError> {
    each(doc, "every", &mut |node| {
        let period = node.need("every_ms")?;
        let mut every = Every {
            period: Span(period.micros("a period", limits::TIME_MAX)?),
            from: time(node, "from_ms")?,
            to: time(node, "to_ms")?,
            action: action::action(node, mons, &["every_ms", "from_ms", "to_ms", "then"])?,
            then: Vec::new(),
        };
        each(node, "then", &mut |then| {
            let after = then.need("after_ms")?;
            every.then.push(Then {
                after: Span(after.micros("a time to wait", limits::TIME_MAX)?),
                action: action::action(then, mons, &["after_ms"])?,
            });
            Ok(())
        })?;
        if every.period.0 < limits::PERIOD_MIN {
            return Err(period.expected("a period of at least 1 ms"));
        }
        in_order(node, every.from, every.to)?;
        all.push(every);
        Ok(())
    })
}

fn notes(doc: &Node<'_>, notes: &mut Vec<Note>) -> Result<(), DocError> {
    each(doc, "notes", &mut |node| {
        node.only("a field of a note", &["at_ms", "text"])?;
        notes.push(Note {
            at: time(node, "at_ms")?,
            text: text(&node.need("text")?, "a note", limits::NOTE_MAX)?,
        });
        Ok(())
    })
}

fn asks(doc: &Node<'_>, asks: &mut Vec<Ask>) -> Result<(), DocError> {
    each(doc, "ask", &mut |node| {
        node.only("a field of a question", &["at_ms", "question", "answers"])?;
        let mut answers = Vec::new();
        each(node, "answers", &mut |answer| {
            answer.only("a field of an answer", &["text", "right"])?;
            let right = answer.yes("right")?;
            let words = text(&answer.need("text")?, "an answer", limits::NOTE_MAX)?;
            answers.push((words, right));
            Ok(())
        })?;
        if answers.is_empty() {
            return Err(node.error("a question needs answers"));
        }
        asks.push(Ask {
            at: time(node, "at_ms")?,
            question: text(&node.need("question")?, "a question", limits::NOTE_MAX)?,
            answers,
        });
        Ok(())
    })
}

fn loops(doc: &Node<'_>, loops: &mut Vec<Loop>) -> Result<(), DocError> {
    each(doc, "loop", &mut |node| {
        node.only("a field of a loop", &["from_ms", "to_ms"])?;
        let (from, to) = (time(node, "from_ms")?, time(node, "to_ms")?);
        in_order(node, from, to)?;
        loops.push(Loop { from, to });
        Ok(())
    })
}

fn origin(node: &Node<'_>, mons: &Mons<'_>) -> Result<Origin, DocError> {
    node.only("a field of `imported`", &["command", "modern", "outside"])?;
    let command = node
        .need("command")?
        .word("a command whose output is read here", COMMANDS)?;
    // Said before the editions could be told apart; today `edition` says it.
    if let Some(modern) = node.get("modern") {
        modern.bool()?;
    }
    let mut down = Vec::new();
    each(node, "outside", &mut |mon| {
        down.push(mons.mon(mon)?);
        Ok(())
    })?;
    Ok(Origin::Ceph {
        command: COMMANDS[command],
        down,
    })
}

/// Reads every item of a list that may be missing. (One for all kinds of item: what is read goes where `read` puts it.)
fn each(
    doc: &Node<'_>,
    name: &str,
    read: &mut dyn FnMut(&Node<'_>) -> Result<(), DocError>,
) -> Result<(), DocError> {
    let Some(node) = doc.get(name) else {
        return Ok(());
    };
    let most = if name == "script" {
        limits::SCRIPT_MAX
    } else {
        limits::LINES_MAX
    };
    for (index, item) in node.items()?.enumerate() {
        if index == most {
            return Err(item.error(format!("`{name}` has more than {most} items")));
        }
        read(&item)?;
    }
    Ok(())
}

/// The time that a field names.
fn time(node: &Node<'_>, name: &str) -> Result<Time, DocError> {
    Ok(Time(node.need(name)?.micros("a time", limits::TIME_MAX)?))
}

fn in_order(node: &Node<'_>, from: Time, to: Time) -> Result<(), DocError> {
    if from <= to {
        Ok(())
    } else {
        Err(node.error(format!("it ends at {to} s, before it begins at {from} s")))
    }
}

/// A text that isn't too long.
fn text(node: &Node<'_>, what: &str, longest: usize) -> Result<String, DocError> {
    let text = node.text()?;
    if text.chars().count() > longest {
        return Err(node.error(format!("{what} can't be longer than {longest} characters")));
    }
    Ok(text.to_owned())
}
