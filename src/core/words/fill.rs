//! Templates: named values and marks for what stands out, without the machinery of `std::fmt`.
//!
//! `{name}` is a value; `{=strong}`, `{=dim}`, `{=fault}` and `{=tone}` begin a run that `{/}` ends; `{=tone}` takes
//! the colour of the value [`Val::Hue`]. A name that was not given is left out, so a slip shows as a gap, not a panic.

use crate::scenario::StateName;

/// What a hue on the screen means: a state of a monitor, or a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Leads.
    Leader,
    /// Follows.
    Peon,
    /// In an election.
    Electing,
    /// Looks for the others.
    Probing,
    /// Copies data.
    Sync,
    /// Gone.
    Down,
    /// Something done to the cluster, or wrong.
    Fault,
}

impl Tone {
    /// The hue of a state.
    #[must_use]
    pub const fn of(state: StateName) -> Self {
        match state {
            StateName::Down => Self::Down,
            StateName::Probing => Self::Probing,
            StateName::Synchronizing => Self::Sync,
            StateName::Electing => Self::Electing,
            StateName::Leader => Self::Leader,
            StateName::Peon => Self::Peon,
        }
    }

    /// Its name in style sheets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Peon => "peon",
            Self::Electing => "electing",
            Self::Probing => "probing",
            Self::Sync => "sync",
            Self::Down => "down",
            Self::Fault => "fault",
        }
    }
}

/// How a run of text stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// As its line does.
    #[default]
    Plain,
    /// Heavier.
    Strong,
    /// Paler.
    Dim,
    /// In a hue.
    Tone(Tone),
}

/// A run of text in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// How it stands out.
    pub role: Role,
    /// What it says.
    pub text: String,
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Run>);

impl Line {
    /// A line that stands out in no way.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let mut line = Self::default();
        line.push(Role::Plain, &text.into());
        line
    }

    /// What it says, without its roles.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }

    /// Says it nothing?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds text in a role.
    pub fn push(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(run) if run.role == role => run.text.push_str(text),
            _ => self.0.push(Run {
                role,
                text: text.to_owned(),
            }),
        }
    }

    /// Adds another line's runs.
    pub fn append(&mut self, other: &Self) {
        for run in &other.0 {
            self.push(run.role, &run.text);
        }
    }
}

/// A value of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Val<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A whole number.
    Num(u64),
    /// Microseconds, printed as seconds with one decimal, rounded.
    Tenths(u64),
    /// Microseconds, printed as seconds with two decimals, rounded.
    Hundredths(u64),
    /// Microseconds, printed as seconds with three decimals, cut off.
    Millis(u64),
    /// The colour of `{=tone}`; prints nothing.
    Hue(Tone),
}

impl Val<'_> {
    fn push_to(self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Num(n) => push_decimal(out, n),
            Self::Tenths(us) => push_fixed(out, us.saturating_add(50_000) / 100_000, 1),
            Self::Hundredths(us) => push_fixed(out, us.saturating_add(5_000) / 10_000, 2),
            Self::Millis(us) => push_fixed(out, us / 1_000, 3),
            Self::Hue(_) => {}
        }
    }
}

/// Appends a whole number.
pub fn push_decimal(out: &mut String, n: u64) {
    if n >= 10 {
        push_decimal(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}

/// A whole number as text.
#[must_use]
pub fn decimal(n: u64) -> String {
    let mut out = String::new();
    push_decimal(&mut out, n);
    out
}

/// Appends `n` with its last `digits` digits behind a point.
pub fn push_fixed(out: &mut String, n: u64, digits: u32) {
    let scale = 10_u64.pow(digits);
    push_decimal(out, n / scale);
    out.push('.');
    let mut place = scale / 10;
    while place > 0 {
        out.push(char::from(b'0' + (n / place % 10) as u8));
        place /= 10;
    }
}

/// Fills a template.
#[must_use]
pub fn fill(template: &str, values: &[(&'static str, Val<'_>)]) -> Line {
    let hue = values.iter().find_map(|(_, value)| match value {
        Val::Hue(tone) => Some(Role::Tone(*tone)),
        _ => None,
    });
    let mut line = Line::default();
    let (mut role, mut text) = (Role::Plain, String::new());
    pieces(template, &mut |piece| match piece {
        Piece::Text(words) => text.push_str(words),
        Piece::Name(name) => {
            if let Some(mark) = mark(name, hue) {
                line.push(role, &text);
                text.clear();
                role = mark;
            } else if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                value.push_to(&mut text);
            }
        }
    });
    line.push(role, &text);
    line
}

/// Fills a template with values found by their names, each in a role; monitors (`{me}`, `{peer}`, `{@rank}`) stand out
/// in no way. One that is not found is left out with the blank
/// before it, or, between brackets, with all that stands there: `enough are alive[, {alive} ≥ {needed}]`.
#[must_use]
pub fn fill_by(template: &str, role: Role, value: &dyn Fn(&str) -> Option<String>) -> Line {
    let mut line = Line::default();
    let mut rest = template;
    while let Some((head, tail)) = rest.split_once('[') {
        let (inner, after) = tail.split_once(']').unwrap_or((tail, ""));
        append_filled(&mut line, head, role, value);
        let mut part = Line::default();
        if append_filled(&mut part, inner, role, value) {
            line.append(&part);
        }
        rest = after;
    }
    append_filled(&mut line, rest, role, value);
    line
}

/// Appends a piece of a template; true: all its values were found.
fn append_filled(
    line: &mut Line,
    template: &str,
    role: Role,
    value: &dyn Fn(&str) -> Option<String>,
) -> bool {
    let (mut text, mut all) = (String::new(), true);
    pieces(template, &mut |piece| match piece {
        Piece::Text(words) => text.push_str(words),
        Piece::Name(name) => match value(name) {
            Some(value) => {
                line.push(Role::Plain, &text);
                text.clear();
                let monitor = matches!(name, "me" | "peer") || name.starts_with('@');
                line.push(if monitor { Role::Plain } else { role }, &value);
            }
            None => {
                all = false;
                text.truncate(text.trim_end().len());
            }
        },
    });
    line.push(Role::Plain, &text);
    all
}

/// A piece of a template: words, or what stands between braces.
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn pieces<'a>(template: &'a str, each: &mut dyn FnMut(Piece<'a>)) {
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        each(Piece::Text(&rest[..open]));
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else { break };
        each(Piece::Name(&rest[..close]));
        rest = &rest[close + 1..];
    }
    each(Piece::Text(rest));
}

fn mark(name: &str, hue: Option<Role>) -> Option<Role> {
    Some(match name {
        "/" => Role::Plain,
        "=strong" => Role::Strong,
        "=dim" => Role::Dim,
        "=fault" => Role::Tone(Tone::Fault),
        "=tone" => hue.unwrap_or_default(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_marks_become_runs() {
        let line = fill(
            "{=tone}leader{/} · epoch {epoch}{missing}",
            &[("epoch", Val::Num(12)), ("tone", Val::Hue(Tone::Leader))],
        );
        assert_eq!(line.text(), "leader · epoch 12");
        assert_eq!(line.0[0].role, Role::Tone(Tone::Leader));
        assert_eq!(line.0[1].role, Role::Plain);
    }

    #[test]
    fn a_value_that_is_not_known_is_left_out_with_its_blank() {
        let known = |name: &str| (name == "rank").then(|| String::from("4"));
        let line = fill_by(
            "my rank {rank} < theirs {from}: I win",
            Role::Strong,
            &known,
        );
        assert_eq!(line.text(), "my rank 4 < theirs: I win");
        assert_eq!(line.0[1].role, Role::Strong);
        let line = fill_by(
            "enough[, {rank} of {all}], and [{rank} ]more",
            Role::Plain,
            &known,
        );
        assert_eq!(line.text(), "enough, and 4 more");
    }

    #[test]
    fn a_broken_template_says_what_it_can() {
        assert_eq!(fill("at {time", &[]).text(), "at time");
        assert!(fill("", &[]).is_empty());
    }

    #[test]
    fn seconds_are_fixed_point() {
        let say = |value| fill("{n}", &[("n", value)]).text();
        assert_eq!(say(Val::Tenths(12_449_999)), "12.4");
        assert_eq!(say(Val::Tenths(949_999)), "0.9");
        assert_eq!(say(Val::Hundredths(35_000)), "0.04");
        assert_eq!(say(Val::Millis(25_482_999)), "25.482");
        assert_eq!(say(Val::Num(0)), "0");
    }
}
