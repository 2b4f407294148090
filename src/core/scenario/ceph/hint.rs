//! What to paste instead: most of what Ceph prints lists no monitors.

use super::super::cursor::part_at;
use super::super::node::Node;

const INSTEAD: &str = "paste what `ceph quorum_status -f json` prints instead";

/// What an object of JSON without monitors is, in a sentence that says what to do.
pub(super) fn of_json(doc: &Node<'_>) -> String {
    let has = |name: &str| doc.get(name).is_some();
    if has("num_mons") {
        return format!(
            "`ceph mon stat -f json` lists neither addresses nor who is outside the quorum; {INSTEAD}"
        );
    }
    let what = if has("monmap") || has("pgmap") || has("servicemap") {
        "`ceph status -f json` of this release"
    } else if has("checks") && has("status") {
        "`ceph health -f json`"
    } else if has("nodes") || has("osds") || has("pools") {
        "what Ceph prints about OSDs"
    } else if has("half_life") || has("reports") {
        "`connection scores dump`"
    } else {
        return format!(
            "this is neither a scenario (an object with \"monscope\": 1) nor what Ceph prints about monitors; {INSTEAD}"
        );
    };
    no_monitors(what)
}

/// The same for a text, when it looks like something of Ceph's.
pub(in super::super) fn of_text(text: &str) -> Option<String> {
    let has = |part: &str| part_at(text, part).is_some();
    let what = if has("cluster:") && has("health:") || has("services:") && has("mon:") {
        "`ceph status` of this release"
    } else if has("HEALTH_OK") || has("HEALTH_WARN") || has("HEALTH_ERR") {
        "`ceph health`"
    } else if has("WEIGHT") && has("TYPE NAME") || has("osdmap") || has("osds: ") {
        "what Ceph prints about OSDs"
    } else if has("ceph version ") {
        "`ceph version`"
    } else {
        return None;
    };
    Some(no_monitors(what))
}

fn no_monitors(what: &str) -> String {
    format!("{what} doesn't list the monitors; {INSTEAD}")
}
