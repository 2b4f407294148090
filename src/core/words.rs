//! Every sentence of the page and its log, in one table per language.
//!
//! A sentence is a [`Phrase`], a language is a function from phrases to templates: a missing translation does not
//! compile. Templates have named values (`mon.{mon} got {message}`) and mark what stands out (see [`fill`]). What is
//! decided at each branch stands apart, in [`branches`].

pub mod branches;
mod en;
pub mod fill;

mod phrase;

pub use fill::{Line, Role, Run, Tone, Val};
pub use phrase::Phrase;

use crate::mon::{Kind, Span, Timer};
use crate::scenario::StateName;
use crate::sim::check::Property;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
}

impl Lang {
    /// The template of a phrase.
    #[must_use]
    pub const fn template(self, phrase: Phrase) -> &'static str {
        match self {
            Self::En => en::template(phrase),
        }
    }

    /// A phrase that takes no values.
    #[must_use]
    pub const fn say(self, phrase: Phrase) -> &'static str {
        self.template(phrase)
    }

    /// A phrase with its values filled in, as runs of text.
    #[must_use]
    pub fn line(self, phrase: Phrase, values: &[(&'static str, Val<'_>)]) -> Line {
        fill::fill(self.template(phrase), values)
    }

    /// A phrase with its values filled in, as plain text.
    #[must_use]
    pub fn text(self, phrase: Phrase, values: &[(&'static str, Val<'_>)]) -> String {
        self.line(phrase, values).text()
    }

    /// What a message of this kind is called.
    #[must_use]
    pub const fn kind(self, kind: Kind) -> &'static str {
        self.say(match kind {
            Kind::Probe => Phrase::KindProbe,
            Kind::ProbeReply => Phrase::KindProbeReply,
            Kind::Propose => Phrase::KindPropose,
            Kind::Ack => Phrase::KindAck,
            Kind::Victory => Phrase::KindVictory,
            Kind::Nak => Phrase::KindNak,
            Kind::Collect => Phrase::KindCollect,
            Kind::Last => Phrase::KindLast,
            Kind::Begin => Phrase::KindBegin,
            Kind::Accept => Phrase::KindAccept,
            Kind::Commit => Phrase::KindCommit,
            Kind::Lease => Phrase::KindLease,
            Kind::LeaseAck => Phrase::KindLeaseAck,
            Kind::Sync => Phrase::KindSync,
            Kind::Join => Phrase::KindJoin,
            Kind::Forward => Phrase::KindForward,
            Kind::Route => Phrase::KindRoute,
            Kind::Ping => Phrase::KindPing,
        })
    }

    /// What a monitor in this state is called.
    #[must_use]
    pub const fn state(self, state: StateName) -> &'static str {
        self.say(match state {
            StateName::Down => Phrase::StateDown,
            StateName::Probing => Phrase::StateProbing,
            StateName::Synchronizing => Phrase::StateSynchronizing,
            StateName::Electing => Phrase::StateElecting,
            StateName::Leader => Phrase::StateLeader,
            StateName::Peon => Phrase::StatePeon,
        })
    }

    /// What is said when this timer fires.
    #[must_use]
    pub const fn timer(self, timer: Timer) -> Phrase {
        match timer {
            Timer::Probe => Phrase::TimerProbe,
            Timer::Election => Phrase::TimerElection,
            Timer::Collect => Phrase::TimerCollect,
            Timer::LeaseRenew => Phrase::TimerLeaseRenew,
            Timer::LeaseAck => Phrase::TimerLeaseAck,
            Timer::LeaseTimeout => Phrase::TimerLeaseTimeout,
            Timer::Accept => Phrase::TimerAccept,
            Timer::Sync => Phrase::TimerSync,
            Timer::Ping => Phrase::TimerPing,
            Timer::Recovery => Phrase::TimerRecovery,
        }
    }

    /// What is wrong when this property is broken.
    #[must_use]
    pub const fn broken(self, property: Property) -> &'static str {
        self.say(match property {
            Property::EpochMonotone => Phrase::BrokenEpochMonotone,
            Property::Parity => Phrase::BrokenParity,
            Property::Majority => Phrase::BrokenMajority,
            Property::AcksOfTheRound => Phrase::BrokenAcksOfTheRound,
            Property::OneVote => Phrase::BrokenOneVote,
            Property::OneLeaderFollowed => Phrase::BrokenOneLeaderFollowed,
            Property::OneLeaderActive => Phrase::BrokenOneLeaderActive,
            Property::OneVictory => Phrase::BrokenOneVictory,
            Property::RankOrder => Phrase::BrokenRankOrder,
            Property::Committed => Phrase::BrokenCommitted,
            Property::ProposalNumbers => Phrase::BrokenProposalNumbers,
            Property::QuorumsMeet => Phrase::BrokenQuorumsMeet,
            Property::Scores => Phrase::BrokenScores,
            Property::Assertion => Phrase::BrokenAssertion,
        })
    }

    /// A small number at the head of a sentence: `Three`; digits from ten on.
    #[must_use]
    pub fn number(self, n: usize) -> String {
        let words = self.say(Phrase::Numbers);
        match n.checked_sub(1).and_then(|i| words.split(' ').nth(i)) {
            Some(word) => word.to_owned(),
            None => fill::decimal(n as u64),
        }
    }

    /// A list: `mon.a, mon.b and mon.c`.
    #[must_use]
    pub fn list<S: AsRef<str>>(self, items: &[S]) -> String {
        let mut out = String::new();
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(self.say(if i + 1 == items.len() {
                    Phrase::ListAnd
                } else {
                    Phrase::ListComma
                }));
            }
            out.push_str(item.as_ref());
        }
        out
    }

    /// A length of time for people: `0.04 s`, `12.5 s`.
    #[must_use]
    pub fn span(self, span: Span) -> String {
        let value = if span.0 < 1_000_000 {
            Val::Hundredths(span.0)
        } else {
            Val::Tenths(span.0)
        };
        self.text(Phrase::Seconds, &[("n", value)])
    }

    /// A length of time where milliseconds matter: `36 ms`, `5.98 s`.
    #[must_use]
    pub fn span_fine(self, span: Span) -> String {
        if span.0 < 1_000_000 {
            let ms = (span.0 + 500) / 1_000;
            return self.text(Phrase::Millis, &[("n", Val::Num(ms))]);
        }
        if span.0.is_multiple_of(1_000_000) {
            return self.span_whole(span);
        }
        self.text(Phrase::Seconds, &[("n", Val::Hundredths(span.0))])
    }

    /// What is left of a timer: `5.0 s`.
    #[must_use]
    pub fn span_left(self, span: Span) -> String {
        self.text(Phrase::Seconds, &[("n", Val::Tenths(span.0))])
    }

    /// A length of time in whole seconds, where it is one: `10 s`, `2.5 s`.
    #[must_use]
    pub fn span_whole(self, span: Span) -> String {
        if (span.0 + 50_000) % 1_000_000 < 100_000 {
            return self.text(
                Phrase::Seconds,
                &[("n", Val::Num((span.0 + 50_000) / 1_000_000))],
            );
        }
        self.span_left(span)
    }
}
