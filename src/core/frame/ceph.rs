//! What Ceph's own commands would print of a monitor at this instant.
//!
//! The form is that of `ceph daemon mon.X mon_status` and `quorum_status`, in the keys of the edition. What is not
//! modelled (dates, the feature bits of real releases, feature maps) is left out.

use super::fields::Names;
use crate::mon::monmap::{Addr, MonMap};
use crate::mon::{Edition, MonId, Monitor, State};
use crate::play::Player;
use crate::words::Lang;
use crate::words::fill::decimal;

/// A command that asks one monitor about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `mon_status`
    MonStatus,
    /// `quorum_status`
    QuorumStatus,
}

impl Command {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MonStatus => "mon_status",
            Self::QuorumStatus => "quorum_status",
        }
    }
}

/// A line of what is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The line, indented.
    pub text: String,
    /// Is it about the election?
    pub strong: bool,
}

/// The fsid of a cluster whose document names none.
const FSID: &str = "6d6f6e73-636f-7065-8000-000000000001";

/// The keys that tell of an election.
const STRONG: [&str; 4] = ["state", "election_epoch", "quorum_leader_name", "rank"];

/// What the command prints; `None`: the process does not run, so that nobody answers.
#[must_use]
pub fn print(player: &Player, mon: MonId, command: Command) -> Option<Vec<Printed>> {
    let m = player.world().monitor(mon);
    if m.state == State::Down {
        return None;
    }
    let mut teller = Teller {
        names: Names {
            player,
            lang: Lang::En,
        },
        m,
        json: Json::default(),
    };
    teller.json.open("", '{');
    match command {
        Command::MonStatus => teller.mon_status(),
        Command::QuorumStatus => teller.quorum_status(),
    }
    teller.json.close('}');
    Some(teller.json.lines)
}

/// JSON, pretty-printed as Ceph does it: four blanks a level, every member on a line.
#[derive(Debug, Default)]
struct Json {
    lines: Vec<Printed>,
    depth: usize,
}

impl Json {
    fn line(&mut self, text: &str, strong: bool) {
        let mut indented = " ".repeat(4 * self.depth);
        indented.push_str(text);
        self.lines.push(Printed {
            text: indented,
            strong,
        });
    }

    /// A member of what is open: the one before it gets its comma.
    fn member(&mut self, key: &str, value: &str) {
        if let Some(last) = self.lines.last_mut()
            && !last.text.ends_with(['{', '['])
        {
            last.text.push(',');
        }
        let mut text = String::new();
        if !key.is_empty() {
            text.push_str(&quoted(key));
            text.push_str(": ");
        }
        text.push_str(value);
        let strong = self.depth == 1 && STRONG.contains(&key);
        self.line(&text, strong);
    }

    fn open(&mut self, key: &str, bracket: char) {
        if self.lines.is_empty() {
            self.line(&String::from(bracket), false);
        } else {
            self.member(key, &String::from(bracket));
        }
        self.depth += 1;
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        match self.lines.last_mut() {
            Some(last) if last.text.ends_with(['{', '[']) => last.text.push(bracket),
            _ => self.line(&String::from(bracket), false),
        }
    }

    fn text(&mut self, key: &str, value: &str) {
        self.member(key, &quoted(value));
    }

    fn number(&mut self, key: &str, value: impl Into<u64>) {
        self.member(key, &decimal(value.into()));
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.member(key, if value { "true" } else { "false" });
    }

    fn list(&mut self, key: &str, values: impl Iterator<Item = String>) {
        self.open(key, '[');
        for value in values {
            self.member("", &value);
        }
        self.close(']');
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}

struct Teller<'a> {
    names: Names<'a>,
    m: &'a Monitor,
    json: Json,
}

impl Teller<'_> {
    const fn modern(&self) -> bool {
        matches!(self.m.edition, Edition::Modern)
    }

    /// A monitor's name as Ceph prints it.
    fn name(&self, mon: MonId) -> &str {
        let spec = self.names.player.scenario().monitors.get(mon.index());
        spec.map_or("", |spec| spec.name.as_str())
    }

    fn addr(&self, addr: Addr) -> String {
        let owner = self.names.player.world().owner(addr);
        let monitors = &self.names.player.scenario().monitors;
        let spec = owner.and_then(|owner| monitors.get(owner.index()));
        [spec.map_or(":", |spec| spec.addr.as_str()), "/0"].concat()
    }

    fn mon_status(&mut self) {
        let m = self.m;
        let name = self.name(m.id).to_owned();
        self.json.text("name", &name);
        match m.rank {
            Some(rank) => self.json.number("rank", rank.0),
            None => self.json.member("rank", "-1"),
        }
        self.json.text("state", m.state.name());
        self.json.number("election_epoch", m.elector.epoch());
        self.quorum();
        self.features(true);
        let outside = crate::mon::RankSet(m.outside_quorum.0);
        let outside: Vec<String> = outside
            .iter()
            .map(|name| quoted(self.name(MonId(name.0))))
            .collect();
        self.json.list("outside_quorum", outside.into_iter());
        let extra = m.extra_probe_peers.iter();
        let extra: Vec<String> = extra.map(|addr| quoted(&self.addr(addr))).collect();
        self.json.list("extra_probe_peers", extra.into_iter());
        self.sync_provider();
        self.monmap(&m.monmap);
        if self.modern() {
            self.json.flag("stretch_mode", false);
        }
    }

    fn quorum_status(&mut self) {
        let m = self.m;
        self.json.number("election_epoch", m.elector.epoch());
        self.quorum();
        let owner = |rank| {
            m.monmap
                .addr(rank)
                .and_then(|addr| self.names.player.world().owner(addr))
        };
        let name = |rank| owner(rank).map_or("", |owner| self.name(owner));
        let names: Vec<String> = m.quorum.iter().map(|rank| quoted(name(rank))).collect();
        let leader = m.leader.filter(|_| m.state.in_quorum());
        let leader = leader.map_or_else(String::new, |rank| name(rank).to_owned());
        self.json.list("quorum_names", names.into_iter());
        self.json.text("quorum_leader_name", &leader);
        if self.modern() {
            self.features(false);
        }
        self.monmap(&m.monmap);
    }

    fn quorum(&mut self) {
        let ranks = self.m.quorum.iter().map(|rank| decimal(rank.0.into()));
        self.json.list("quorum", ranks);
    }

    fn features(&mut self, required: bool) {
        let m = self.m;
        // A cluster that was never in a quorum requires nothing yet.
        let known = m.has_ever_joined;
        let mon = |bits: crate::mon::message::Features| {
            let bits = crate::mon::message::Features {
                con: 0,
                mon: bits.mon,
            };
            bits.names().map(quoted).collect::<Vec<_>>()
        };
        let con = |con: u64| {
            if known {
                decimal(con)
            } else {
                String::from("0")
            }
        };
        let mon = |features| if known { mon(features) } else { Vec::new() };
        self.json.open("features", '{');
        if required {
            self.json.text("required_con", &con(m.required.con));
            self.json.list("required_mon", mon(m.required).into_iter());
        }
        self.json.text("quorum_con", &con(m.supported.con));
        self.json.list("quorum_mon", mon(m.supported).into_iter());
        self.json.close('}');
    }

    /// Those it is a provider for.
    fn sync_provider(&mut self) {
        self.json.open("sync_provider", '[');
        for client in &self.m.sync_clients {
            self.json.open("", '{');
            self.json.number("cookie", client.cookie.0);
            let addr = self.addr(client.addr);
            self.json.text("addr", &addr);
            self.json.number("last_committed", client.position);
            self.json.flag("full", client.scan.is_some());
            self.json.close('}');
        }
        self.json.close(']');
    }

    fn monmap(&mut self, map: &MonMap) {
        let fsid = self.names.player.scenario().fsid.clone();
        self.json.open("monmap", '{');
        self.json.number("epoch", map.epoch);
        self.json.text("fsid", fsid.as_deref().unwrap_or(FSID));
        if self.modern() {
            self.json
                .number("election_strategy", map.rules.strategy as u64);
            let names = |set: crate::mon::monmap::NameSet| {
                let names = crate::mon::RankSet(set.0);
                let names: Vec<&str> = names.iter().map(|name| self.name(MonId(name.0))).collect();
                names.join(", ")
            };
            let disallowed = names(map.rules.disallowed);
            let tiebreaker = map.rules.tiebreaker.map(|name| self.name(MonId(name.0)));
            let tiebreaker = tiebreaker.unwrap_or_default().to_owned();
            // The colon and the blank belong to Ceph's key.
            self.json.text("disallowed_leaders: ", &disallowed);
            self.json.flag("stretch_mode", false);
            self.json.text("tiebreaker_mon", &tiebreaker);
        }
        self.json.open("mons", '[');
        for (rank, member) in (0_u64..).zip(&map.members) {
            self.json.open("", '{');
            self.json.number("rank", rank);
            let (name, addr) = (
                self.name(MonId(member.name.0)).to_owned(),
                self.addr(member.addr),
            );
            self.json.text("name", &name);
            self.json.text("addr", &addr);
            self.json.text("public_addr", &addr);
            if self.modern() {
                self.json.number("priority", 0_u64);
                self.json.number("weight", 0_u64);
                self.json.text("crush_location", "{}");
            }
            self.json.close('}');
        }
        self.json.close(']');
        self.json.close('}');
    }
}
