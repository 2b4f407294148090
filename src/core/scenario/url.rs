//! What the page's address asks for: `?scenario=leader-dies&seed=7&t=12000` and `#s=…`. The attributes of the element
//! have the same names and values.
//!
//! A bad value is a problem to show; everything else still holds.

use super::error::{DocError, Place};
use super::gallery;
use super::limits;
use super::value::Number;
use crate::mon::Time;

/// The slowest and the fastest speed, in thousandths of real time.
const SPEED: (u64, u64) = (10, 100_000);

const NAMES: &[&str] = &[
    "scenario", "s", "seed", "t", "autoplay", "speed", "show", "theme", "lang", "embed",
];

/// A part of the page that can be shown or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Panel {
    /// The ring of monitors.
    Stage,
    /// Play, pause, step, speed.
    Transport,
    /// The strip of time.
    Timeline,
    /// Why a branch was taken.
    Why,
    /// What a monitor knows.
    Inspect,
    /// What happened.
    Log,
}

const PANELS: &[(&str, Panel)] = &[
    ("stage", Panel::Stage),
    ("transport", Panel::Transport),
    ("timeline", Panel::Timeline),
    ("why", Panel::Why),
    ("inspect", Panel::Inspect),
    ("log", Panel::Log),
];

/// The colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What the page was asked for; whatever wasn't said is left at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The name of a built-in scenario, which exists.
    pub scenario: Option<&'static str>,
    /// The text of a whole scenario, which has not been read yet.
    pub text: Option<String>,
    /// A seed to take instead of the scenario's.
    pub seed: Option<u64>,
    /// The instant to open at.
    pub at: Option<Time>,
    /// Does it play by itself? `None`: as the page likes.
    pub autoplay: Option<bool>,
    /// The speed, in thousandths of real time.
    pub speed_milli: Option<u32>,
    /// Which parts are shown; `None`: all that the page has.
    pub show: Option<Vec<Panel>>,
    /// The colours.
    pub theme: Theme,
    /// Without the bar, for other people's pages.
    pub embed: bool,
}

/// Reads the address of the page: what follows `?` and what follows `#`, with or without those signs. Gives what was
/// understood, and what was not.
#[must_use]
pub fn read_url(query: &str, fragment: &str) -> (PageOptions, Vec<DocError>) {
    let mut options = PageOptions::default();
    let mut problems = Vec::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    for (part, in_fragment) in [(query, false), (fragment, true)] {
        for pair in part.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let compressed = in_fragment && name == "s" && is_compressed(value);
            let result = match decode(value, !in_fragment) {
                Some(_) if compressed => Err(problem(
                    "s",
                    "compressed links are not built yet; this link needs a newer version",
                )),
                Some(value) => options.set(name, &value),
                None => Err(problem(name, "this part of the link is damaged")),
            };
            problems.extend(result.err());
        }
    }
    if options.text.is_some() && options.scenario.take().is_some() {
        problems.push(problem(
            "scenario",
            "the link has a whole scenario, too; that one is shown",
        ));
    }
    (options, problems)
}

impl PageOptions {
    /// Takes one option by its name, as in the address or in an attribute.
    ///
    /// # Errors
    /// An unknown name, or a value that can't be; then nothing was changed, or what can be shown instead was taken.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), DocError> {
        match name {
            "scenario" => self.scenario = Some(built_in(value)?),
            "s" => self.text = Some(value.to_owned()),
            "seed" => {
                let seed = Number::parse(value).and_then(Number::as_whole);
                self.seed = Some(seed.ok_or_else(|| expected(name, value, "a whole number"))?);
            }
            "t" => {
                let micros = Number::parse(value).and_then(|number| number.scaled(1_000));
                let at = micros.filter(|micros| *micros <= limits::TIME_MAX);
                let what = "milliseconds, up to 10 days";
                self.at = Some(Time(at.ok_or_else(|| expected(name, value, what))?));
            }
            "speed" => {
                let milli = Number::parse(value).and_then(|number| number.scaled(1_000));
                let speed = milli.filter(|milli| (SPEED.0..=SPEED.1).contains(milli));
                let what = "a number from 0.01 to 100, with at most three decimals";
                self.speed_milli = Some(speed.ok_or_else(|| expected(name, value, what))? as u32);
            }
            "autoplay" => self.autoplay = Some(flag(name, value)?),
            "embed" => self.embed = flag(name, value)?,
            "theme" => {
                self.theme = match value {
                    "auto" => Theme::Auto,
                    "light" => Theme::Light,
                    "dark" => Theme::Dark,
                    _ => return Err(unknown(name, "a theme", value, &["auto", "light", "dark"])),
                };
            }
            "lang" => match value {
                "en" => {}
                "zh" => {
                    return Err(problem(
                        name,
                        "Chinese is not there yet; the page speaks English",
                    ));
                }
                _ => return Err(unknown(name, "a language", value, &["en", "zh"])),
            },
            "show" => return self.set_show(value),
            _ => return Err(unknown(name, "an option of the page", name, NAMES)),
        }
        Ok(())
    }

    /// Takes the parts it knows, and complains about the first that it doesn't.
    fn set_show(&mut self, value: &str) -> Result<(), DocError> {
        let mut named = [false; PANELS.len()];
        let mut result = Ok(());
        for word in value
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            if let Some(place) = PANELS.iter().position(|(name, _)| *name == word) {
                named[place] = true;
            } else if result.is_ok() {
                let known: Vec<&str> = PANELS.iter().map(|(name, _)| *name).collect();
                result = Err(match word {
                    "lesson" => problem("show", "lessons are not there yet"),
                    _ => unknown("show", "a part of the page", word, &known),
                });
            }
        }
        if named.contains(&true) {
            let panels = PANELS.iter().zip(named).filter(|(_, named)| *named);
            self.show = Some(panels.map(|((_, panel), _)| *panel).collect());
        }
        result
    }
}

fn built_in(slug: &str) -> Result<&'static str, DocError> {
    match gallery::find(slug) {
        Some(entry) => Ok(entry.slug),
        None => {
            let slugs: Vec<&str> = gallery::GALLERY.iter().map(|entry| entry.slug).collect();
            Err(unknown("scenario", "a built-in scenario", slug, &slugs))
        }
    }
}

/// A flag is on when it is named; `0` and `false` turn it off.
fn flag(name: &str, value: &str) -> Result<bool, DocError> {
    match value {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ if value == name => Ok(true),
        _ => Err(expected(name, value, "`true` or `false`")),
    }
}

fn problem(name: &str, message: &str) -> DocError {
    located(name, DocError::new(Place::NOWHERE, message))
}

fn expected(name: &str, value: &str, what: &str) -> DocError {
    let found = format!("`{}`", super::error::shorten(value));
    located(name, DocError::expected(Place::NOWHERE, &found, what))
}

fn unknown(name: &str, kind: &str, value: &str, known: &[&str]) -> DocError {
    located(name, DocError::unknown(Place::NOWHERE, kind, value, known))
}

fn located(name: &str, error: DocError) -> DocError {
    error.with_path(super::error::shorten(name))
}

/// A scenario's text has blanks and line ends, which no link has as they are; a compressed one has neither those nor
/// signs that stand for them.
fn is_compressed(value: &str) -> bool {
    !value.is_empty()
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
}

/// Undoes percent-encoding; in a query a plus is a blank. `None`: not that, or not UTF-8.
fn decode(text: &str, plus_is_blank: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            b'+' if plus_is_blank => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(query: &str, fragment: &str) -> Vec<String> {
        let (_, problems) = read_url(query, fragment);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_address_is_understood() {
        let query = "?scenario=leader-dies&seed=7&t=12000.5&autoplay&speed=0.05&show=log,stage,+why\
                     &theme=dark&lang=en&embed=1";
        let (options, problems) = read_url(query, "");
        assert_eq!(problems, []);
        assert_eq!(
            options,
            PageOptions {
                scenario: Some("leader-dies"),
                text: None,
                seed: Some(7),
                at: Some(Time(12_000_500)),
                autoplay: Some(true),
                speed_milli: Some(50),
                show: Some(vec![Panel::Stage, Panel::Why, Panel::Log]),
                theme: Theme::Dark,
                embed: true,
            }
        );
        assert_eq!(read_url("", "#"), (PageOptions::default(), vec![]));
    }

    #[test]
    fn a_scenario_comes_in_the_fragment() {
        let fragment =
            "#s=title%20a%20%2B%20b%0Amonitors%203%0Anote%201s%20%22%E4%B8%80%26%22&seed=9";
        let (options, problems) = read_url("?theme=light", fragment);
        assert_eq!(problems, []);
        let text = "title a + b\nmonitors 3\nnote 1s \"一&\"";
        assert_eq!(options.text.as_deref(), Some(text));
        assert_eq!((options.seed, options.theme), (Some(9), Theme::Light));
        let (both, problems) = read_url("?scenario=cold-start", fragment);
        assert_eq!((both.scenario, both.text.is_some()), (None, true));
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn each_bad_value_is_named_and_the_rest_holds() {
        let query = "?scenario=leader-dise&seed=-1&t=yes&speed=1e9&show=stage,lgo,lesson&theme=blue\
                     &lang=zh&embed=maybe&sped=2&autoplay=0";
        assert_eq!(
            problems(query, "#s=eJwrycxJVUgsSgUAF3wD-Q"),
            [
                "scenario: `leader-dise` is not a built-in scenario; did you mean `leader-dies`?",
                "seed: expected a whole number, found `-1`",
                "t: expected milliseconds, up to 10 days, found `yes`",
                "speed: expected a number from 0.01 to 100, with at most three decimals, found `1e9`",
                "show: `lgo` is not a part of the page; did you mean `log`?",
                "theme: `blue` is not a theme; here may stand: auto, light, dark",
                "lang: Chinese is not there yet; the page speaks English",
                "embed: expected `true` or `false`, found `maybe`",
                "sped: `sped` is not an option of the page; did you mean `seed`?",
                "s: compressed links are not built yet; this link needs a newer version",
            ]
        );
        let (options, _) = read_url(query, "");
        assert_eq!(options.show, Some(vec![Panel::Stage]));
        assert_eq!(options.autoplay, Some(false));
        for (query, fragment) in [
            ("?seed=%E4%B8", ""),
            ("?seed=%4", ""),
            ("", "s=monitors%2"),
            ("", "s=%zz"),
        ] {
            let problems = problems(query, fragment);
            assert!(
                problems[0].ends_with("this part of the link is damaged"),
                "{problems:?}"
            );
        }
    }
}
