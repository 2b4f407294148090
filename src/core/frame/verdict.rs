//! The verdict: who leads in which epoch with which quorum, or for how long nobody has, in at most three lines.

use super::scene::{DeedScene, MonScene, Scene};
use crate::mon::{MonId, Rank, Span, Time};
use crate::scenario::{Action, Address, By, Deed, How, StateName};
use crate::words::{Lang, Line, Phrase, Tone, Val};

/// What a person should be able to tell at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// `mon.a leads in epoch 4`, `No leader`.
    pub headline: Line,
    /// What of the headline counts on: `for 0.04 s`.
    pub count: Line,
    /// Why, or with whom.
    pub line: Line,
    /// The time without a leader since the last thing done.
    pub since: Line,
}

/// The verdict on a scene, shown at `now` (not before the instant of the scene).
#[must_use]
pub fn verdict(scene: &Scene, now: Time, lang: Lang) -> Verdict {
    let look = Look { scene, lang };
    let mut verdict = Verdict::default();
    if let Some(leader) = scene.leader.and_then(|id| scene.mon(id)) {
        verdict.headline = look.line_of(Phrase::VerdictLeader, leader);
        verdict.line = look.quorum(leader);
        return verdict;
    }
    let never = scene.leaderless_since.is_none_or(|t| t == Time::ZERO);
    verdict.headline = lang.line(
        if never {
            Phrase::VerdictNoneYet
        } else if look.serves_in_part() {
            Phrase::VerdictNotWhole
        } else {
            Phrase::VerdictNone
        },
        &[],
    );
    if let Some(since) = scene.leaderless_since.filter(|_| !never) {
        let span = lang.span(now.since(since));
        verdict.count = lang.line(Phrase::VerdictFor, &[("span", Val::Text(&span))]);
    }
    verdict.line = look.why_none();
    verdict.since = look.since(now);
    verdict
}

struct Look<'a> {
    scene: &'a Scene,
    lang: Lang,
}

impl Look<'_> {
    /// Somebody leads, and was served, in the newest epoch; but not its whole quorum follows any more.
    fn serves_in_part(&self) -> bool {
        let newest = self.scene.monitors.iter().map(|m| m.epoch).max();
        let leads =
            |m: &MonScene| m.state == StateName::Leader && m.active && Some(m.epoch) == newest;
        self.scene.monitors.iter().any(leads)
    }
}

impl Look<'_> {
    fn line_of(&self, phrase: Phrase, mon: &MonScene) -> Line {
        let quorum = mon.quorum.to_string();
        self.lang.line(
            phrase,
            &[
                ("mon", Val::Text(&mon.name)),
                ("epoch", Val::Num(mon.epoch.into())),
                ("quorum", Val::Text(&quorum)),
                ("tone", Val::Hue(Tone::Leader)),
            ],
        )
    }

    /// The quorum, who is outside it, and a leader that does not know it has lost.
    fn quorum(&self, leader: &MonScene) -> Line {
        let others = |m: &&MonScene| m.rank.is_some_and(|r| !leader.quorum.contains(r));
        let outside: Vec<&MonScene> = self.scene.monitors.iter().filter(others).collect();
        let mut line = self.line_of(Phrase::VerdictQuorum, leader);
        let stale = outside.iter().find(|m| m.state == StateName::Leader);
        let more = match stale {
            Some(mon) => self.line_of(Phrase::VerdictLost, mon),
            None if outside.is_empty() => return line,
            None => self.lang.line(
                if outside.len() == 1 {
                    Phrase::VerdictOutsideOne
                } else {
                    Phrase::VerdictOutside
                },
                &[("mons", Val::Text(&self.names(&outside)))],
            ),
        };
        line.push(
            crate::words::Role::Plain,
            self.lang.say(Phrase::VerdictStop),
        );
        line.append(&more);
        line
    }

    fn names(&self, mons: &[&MonScene]) -> String {
        let name = |m: &&MonScene| self.lang.text(Phrase::Mon, &[("mon", Val::Text(&m.name))]);
        self.lang.list(&mons.iter().map(name).collect::<Vec<_>>())
    }

    /// Why nobody leads.
    fn why_none(&self) -> Line {
        let in_state =
            |state: StateName| self.scene.monitors.iter().filter(move |m| m.state == state);
        let all = self
            .scene
            .monitors
            .iter()
            .filter(|m| m.rank.is_some())
            .count();
        let up = self
            .scene
            .monitors
            .iter()
            .filter(|m| m.rank.is_some() && m.state != StateName::Down && !m.paused)
            .count();
        let candidates = in_state(StateName::Electing)
            .filter(|m| m.electing_me && m.participating)
            .count();
        let (electing, probing) = (
            in_state(StateName::Electing).count(),
            in_state(StateName::Probing).count(),
        );
        if let Some(winner) = self.winner() {
            return winner;
        }
        let (phrase, count) = match (candidates, electing, probing) {
            _ if up == 0 => (Phrase::VerdictNothingRuns, 0),
            _ if up < all / 2 + 1 => (Phrase::VerdictTooFew, up),
            (0, 0, 0) => return self.unnoticed(),
            (1, _, _) => (Phrase::VerdictCandidate, 1),
            (2.., _, _) => (Phrase::VerdictCandidates, candidates),
            (0, 0, _) => (Phrase::VerdictProbing, probing),
            (0, _, _) => (Phrase::VerdictElecting, electing),
        };
        self.lang.line(
            phrase,
            &[
                ("count", Val::Text(&self.lang.number(count))),
                ("need", Val::Num(all as u64 / 2 + 1)),
                ("all", Val::Num(all as u64)),
                ("up", Val::Num(up as u64)),
            ],
        )
    }

    /// Somebody is in state leader without its whole quorum: they have not heard yet, are gone, or have moved on.
    fn winner(&self) -> Option<Line> {
        let leads = |m: &&MonScene| m.state == StateName::Leader && !m.paused;
        let leader = self
            .scene
            .monitors
            .iter()
            .filter(leads)
            .max_by_key(|m| m.epoch)?;
        let members: Vec<&MonScene> = leader
            .quorum
            .iter()
            .filter_map(|rank| self.by_rank(rank))
            .collect();
        let follows =
            |m: &&MonScene| m.epoch == leader.epoch && m.leader == leader.rank && !m.paused;
        let missing: Vec<&MonScene> = members.iter().copied().filter(|m| !follows(m)).collect();
        let gone = |m: &&MonScene| m.paused || m.state == StateName::Down;
        let phrase = if members.iter().any(|m| m.epoch > leader.epoch) {
            Phrase::VerdictLost
        } else if !leader.active && !missing.iter().any(gone) {
            Phrase::VerdictWon
        } else if missing.len() == 1 {
            Phrase::VerdictWithoutOne
        } else {
            Phrase::VerdictWithout
        };
        let all = leader.quorum.len();
        Some(self.lang.line(
            phrase,
            &[
                ("mon", Val::Text(&leader.name)),
                ("epoch", Val::Num(leader.epoch.into())),
                ("have", Val::Num((all - missing.len()) as u64)),
                ("all", Val::Num(all as u64)),
                ("mons", Val::Text(&self.names(&missing))),
            ],
        ))
    }

    fn by_rank(&self, rank: Rank) -> Option<&MonScene> {
        self.scene.monitors.iter().find(|m| m.rank == Some(rank))
    }

    fn unnoticed(&self) -> Line {
        let peon = self
            .scene
            .monitors
            .iter()
            .find(|m| m.state == StateName::Peon);
        let leader = peon.and_then(|p| p.leader);
        match leader.and_then(|r| self.scene.monitors.iter().find(|m| m.rank == Some(r))) {
            Some(leader) => self.line_of(Phrase::VerdictUnnoticed, leader),
            None => Line::default(),
        }
    }

    /// `12.5 s without one since you killed mon.a.`
    fn since(&self, now: Time) -> Line {
        let Some(deed) = self
            .scene
            .last_deed
            .as_ref()
            .filter(|d| !matches!(d.action, Action::Boot(_)))
        else {
            return Line::default();
        };
        let span = Span(deed.leaderless.0 + now.since(self.scene.now).0);
        self.lang.line(
            Phrase::VerdictSince,
            &[
                ("span", Val::Text(&self.lang.span(span))),
                ("what", Val::Text(&did(deed, self.scene, self.lang))),
            ],
        )
    }
}

/// What was done, as a clause: `you killed mon.a`.
#[must_use]
pub fn did(deed: &DeedScene, scene: &Scene, lang: Lang) -> String {
    let who = lang.say(match deed.by {
        By::User => Phrase::WhoYou,
        By::Author => Phrase::WhoScript,
    });
    let name = |id: &MonId| scene.mon(*id).map_or("?", |m| m.name.as_str());
    action(&deed.action, &name, Telling::Past { who }, lang)
}

/// How an action is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling<'a> {
    /// As something that somebody did: `you killed mon.a`.
    Past {
        /// Who did it.
        who: &'a str,
    },
    /// As a command: `kill mon.a`.
    Command,
}

/// An action in words; `name` gives the name of a monitor, without `mon.`.
#[must_use]
pub fn action<'n>(
    action: &Action,
    name: &dyn Fn(&MonId) -> &'n str,
    telling: Telling<'_>,
    lang: Lang,
) -> String {
    let full = |id: &MonId| lang.text(Phrase::Mon, &[("mon", Val::Text(name(id)))]);
    let many = |ids: &[MonId]| lang.list(&ids.iter().map(full).collect::<Vec<_>>());
    let (past, command, mons, ends) = match action {
        Action::Boot(ids) => (Phrase::DidBoot, Phrase::UndoBoot, many(ids), None),
        Action::Kill(ids) => (Phrase::DidKill, Phrase::UndoKill, many(ids), None),
        Action::Restart(ids) => (Phrase::DidRestart, Phrase::UndoRestart, many(ids), None),
        Action::Pause(ids) => (Phrase::DidPause, Phrase::UndoPause, many(ids), None),
        Action::Resume(ids) => (Phrase::DidResume, Phrase::UndoResume, many(ids), None),
        Action::Wipe(ids) => (Phrase::DidWipe, Phrase::UndoWipe, many(ids), None),
        Action::Cut {
            from,
            to,
            both: true,
            ..
        } => (
            Phrase::DidCut,
            Phrase::UndoCut,
            String::new(),
            Some((from, to)),
        ),
        Action::Cut { from, to, .. } => (
            Phrase::DidCutOneWay,
            Phrase::UndoCutOneWay,
            String::new(),
            Some((from, to)),
        ),
        Action::Partition { groups, .. } => (
            Phrase::DidPartition,
            Phrase::UndoPartition,
            parts(groups, name),
            None,
        ),
        Action::Heal(None) => (Phrase::DidHeal, Phrase::UndoHeal, String::new(), None),
        Action::Heal(Some(link)) => (
            Phrase::DidHealLink,
            Phrase::UndoHealLink,
            String::new(),
            Some((&link.from, &link.to)),
        ),
        Action::Latency { .. } => (Phrase::DidLatency, Phrase::UndoLatency, String::new(), None),
        Action::Loss { .. } => (Phrase::DidLoss, Phrase::UndoLoss, String::new(), None),
        Action::Message { message, deed } => {
            let (past, command) = match deed {
                Deed::Drop => (Phrase::DidDrop, Phrase::UndoDrop),
                Deed::Delay(_) => (Phrase::DidDelay, Phrase::UndoDelay),
                Deed::Duplicate => (Phrase::DidDuplicate, Phrase::UndoDuplicate),
                Deed::Deliver => (Phrase::DidDeliver, Phrase::UndoDeliver),
            };
            (past, command, one_message(message, &full, lang), None)
        }
        Action::QuorumExit(id) => (Phrase::DidExit, Phrase::UndoExit, full(id), None),
        Action::QuorumEnter(id) => (Phrase::DidEnter, Phrase::UndoEnter, full(id), None),
        Action::Terminate(ids) => (Phrase::DidTerminate, Phrase::UndoTerminate, many(ids), None),
        Action::KillHost(ids) => (Phrase::DidKillHost, Phrase::UndoKillHost, many(ids), None),
        Action::Commit { .. } => (Phrase::DidCommit, Phrase::UndoCommit, String::new(), None),
        Action::Add(id) => (Phrase::DidAdd, Phrase::UndoAdd, full(id), None),
        Action::Remove(id) => (Phrase::DidRemove, Phrase::UndoRemove, full(id), None),
        Action::SetStrategy(strategy) => (
            Phrase::DidStrategy,
            Phrase::UndoStrategy,
            strategy.name().to_owned(),
            None,
        ),
        Action::Disallow(id) => (Phrase::DidDisallow, Phrase::UndoDisallow, full(id), None),
        Action::Allow(id) => (Phrase::DidAllow, Phrase::UndoAllow, full(id), None),
    };
    let (phrase, who) = match telling {
        Telling::Past { who } => (past, who),
        Telling::Command => (command, ""),
    };
    let count = match action {
        Action::Commit { count: 1, .. } => lang.say(Phrase::OneCommit).to_owned(),
        Action::Commit { count, .. } => {
            lang.text(Phrase::Commits, &[("n", Val::Num((*count).into()))])
        }
        _ => String::new(),
    };
    let (from, to) = ends.map_or(("", ""), |(from, to)| (name(from), name(to)));
    let text = lang.text(
        phrase,
        &[
            ("who", Val::Text(who)),
            ("count", Val::Text(&count)),
            ("mons", Val::Text(&mons)),
            ("groups", Val::Text(&mons)),
            ("from", Val::Text(from)),
            ("to", Val::Text(to)),
        ],
    );
    match action {
        Action::Cut {
            how: How::Reset, ..
        }
        | Action::Partition {
            how: How::Reset, ..
        } => lang.text(Phrase::ByReset, &[("what", Val::Text(&text))]),
        _ => text,
    }
}

/// `propose 3 from mon.a to mon.b`
fn one_message(message: &Address, full: &dyn Fn(&MonId) -> String, lang: Lang) -> String {
    lang.text(
        Phrase::OneMessage,
        &[
            ("kind", Val::Text(lang.kind(message.kind))),
            ("n", Val::Num(message.ordinal.into())),
            ("from", Val::Text(&full(&message.from))),
            ("to", Val::Text(&full(&message.to))),
        ],
    )
}

/// The groups of a partition: `a b | c d e`.
fn parts<'n>(groups: &[Vec<MonId>], name: &dyn Fn(&MonId) -> &'n str) -> String {
    let mut out = String::new();
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            out.push_str(" | ");
        }
        for (k, id) in group.iter().enumerate() {
            if k > 0 {
                out.push(' ');
            }
            out.push_str(name(id));
        }
    }
    out
}
