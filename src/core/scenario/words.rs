//! The words of the format that more than one reader or printer needs, in one place.

use super::model::StateName;
use super::value::Number;

/// What stands in front of a version of the JSON form, and the version that is read and written here.
pub(crate) const VERSION: u64 = 1;

/// Why there is no `loss` in lossless sessions.
pub(crate) const LOSES_NOTHING: &str =
    "lossless sessions lose nothing: `loss` needs `session messenger` or `session lossy`";

/// Actions that take several monitors.
pub(crate) const MON_ACTIONS: &[&str] = &[
    "boot",
    "kill",
    "restart",
    "pause",
    "resume",
    "wipe",
    "terminate",
];

/// Actions that may name a monitor for the first time.
pub(crate) const NAMING_ACTIONS: &[&str] = &["add", "boot"];

/// Every action, as the JSON form names it.
pub(crate) const ACTIONS: &[&str] = &[
    "boot",
    "kill",
    "restart",
    "pause",
    "resume",
    "wipe",
    "cut",
    "partition",
    "heal",
    "latency",
    "quorum_exit",
    "quorum_enter",
    "terminate",
    "commit",
    "add",
    "remove",
    "set_strategy",
    "disallow",
    "allow",
    "loss",
    "drop",
    "delay",
    "duplicate",
    "deliver",
];

/// Actions on one message, in the order of the variants of [`super::Deed`].
pub(crate) const MESSAGE_ACTIONS: &[&str] = &["drop", "delay", "duplicate", "deliver"];

/// What an `expect` may say.
pub(crate) const CONDITIONS: &[&str] = &[
    "leader",
    "quorum",
    "state",
    "epoch",
    "victories",
    "branch",
    "two_leaders",
    "leaders",
    "outage",
    "elections",
    "violation",
    "monmap_epoch",
    "last_committed",
];

/// The fields of a monitor, besides its name.
pub(crate) const MON_FIELDS: &[&str] = &[
    "addr",
    "epoch",
    "capable",
    "starts",
    "joined",
    "last_committed",
    "location",
    "priority",
    "weight",
    "release",
    "features",
    "required_features",
    "seed_map",
];

/// The editions.
pub(crate) const EDITIONS: &[&str] = &["luminous", "modern"];

/// The strategies, in the order of [`super::Strategy::ALL`].
pub(crate) const STRATEGIES: &[&str] = &["classic", "disallow", "connectivity"];

/// What stands for no feature at all.
pub(crate) const NO_FEATURES: &str = "none";

/// The commands whose output can be a cluster here, as [`super::Origin`] names them.
pub(crate) const COMMANDS: &[&str] = &[
    "ceph mon dump",
    "ceph quorum_status",
    "ceph tell mon.X mon_status",
    "ceph mon stat",
    "ceph status",
];

/// A monitor's states.
pub(crate) const STATES: &[(&str, StateName)] = &[
    ("down", StateName::Down),
    ("probing", StateName::Probing),
    ("synchronizing", StateName::Synchronizing),
    ("electing", StateName::Electing),
    ("leader", StateName::Leader),
    ("peon", StateName::Peon),
];

/// May a monitor's name be written without `mon.` in front, in the text form?
pub(crate) fn is_bare_name(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "all", "after", "at", "by", "from", "how", "mon", "never", "none", "then", "to", "user",
    ];
    let number = Number::parse(name).is_some();
    !number
        && ![KEYWORDS, CONDITIONS, MON_FIELDS]
            .iter()
            .any(|words| words.contains(&name))
}

/// A monitor's name without the `mon.` that may stand in front.
pub(crate) fn strip_mon(name: &str) -> &str {
    name.strip_prefix("mon.").unwrap_or(name)
}
