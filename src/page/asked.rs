//! What an element was asked to show: by its attributes, by the text inside it, or by the address of the page.

use monscope_core::scenario::gallery;
use monscope_core::scenario::url::{PageOptions, read_url};
use monscope_core::scenario::{self, DocError, Place, Scenario};
use web_sys::{HtmlElement, window};

/// The attribute by which the standalone page hands its own address on.
const FROM_ADDRESS: &str = "from-address";

/// The attributes an element may have, as the address's names.
const ATTRIBUTES: [&str; 8] = [
    "scenario", "seed", "t", "autoplay", "speed", "show", "theme", "lang",
];

/// What was asked for, and what could not be understood of it.
#[derive(Debug)]
pub struct Asked {
    /// The options.
    pub options: PageOptions,
    /// The scenario.
    pub scenario: Scenario,
    /// What is wrong.
    pub problems: Vec<DocError>,
    /// Does the page have the window to itself?
    pub standalone: bool,
}

impl Asked {
    /// Everything as it is when nothing is asked for.
    #[must_use]
    pub fn nothing(standalone: bool) -> Self {
        Self {
            options: PageOptions::default(),
            scenario: gallery::first(),
            problems: Vec::new(),
            standalone,
        }
    }

    /// What is known at once: the whole of it when the page was opened without any wish.
    #[must_use]
    pub fn at_once(host: &HtmlElement) -> Option<Self> {
        let location = window()?.location();
        let bare = |part: Result<String, _>| part.unwrap_or_default().len() <= 1;
        let nothing =
            host.has_attribute(FROM_ADDRESS) && bare(location.search()) && bare(location.hash());
        nothing.then(|| Self::nothing(true))
    }

    /// Does it play by itself? The standalone page does, an element on somebody's page only when told to.
    #[must_use]
    pub fn plays(&self) -> bool {
        self.options.autoplay.unwrap_or(self.standalone)
    }
}

/// Reads what an element asks for. Whatever can't be understood is a problem to show; the rest holds.
#[must_use]
pub fn of_element(host: &HtmlElement) -> Asked {
    let standalone = host.has_attribute(FROM_ADDRESS);
    let (options, mut problems) = if standalone {
        of_address()
    } else {
        of_attributes(host)
    };
    for (name, asked) in [("show", options.show.is_some()), ("embed", options.embed)] {
        if asked {
            let later = "is not built yet: this version shows the whole page";
            problems.push(DocError::new(
                Place::NOWHERE,
                ["`", name, "` ", later].concat(),
            ));
        }
    }
    let mut scenario = open(&options, &mut problems);
    if let Some(seed) = options.seed {
        scenario.seed = seed;
    }
    Asked {
        options,
        scenario,
        problems,
        standalone,
    }
}

fn of_address() -> (PageOptions, Vec<DocError>) {
    let Some(location) = window().map(|window| window.location()) else {
        return (PageOptions::default(), Vec::new());
    };
    let part = |part: Result<String, _>| part.unwrap_or_default();
    read_url(&part(location.search()), &part(location.hash()))
}

fn of_attributes(host: &HtmlElement) -> (PageOptions, Vec<DocError>) {
    let mut options = PageOptions::default();
    let asked = ATTRIBUTES
        .iter()
        .filter_map(|name| host.get_attribute(name).map(|value| (name, value)));
    let problems = asked
        .filter_map(|(name, value)| options.set(name, &value).err())
        .collect();
    let inside = host.text_content().filter(|text| !text.trim().is_empty());
    if inside.is_some() {
        options.text = inside;
    }
    (options, problems)
}

fn open(options: &PageOptions, problems: &mut Vec<DocError>) -> Scenario {
    if let Some(text) = &options.text {
        match scenario::read(text) {
            Ok(scenario) => return scenario,
            Err(problem) => problems.push(problem),
        }
    }
    options
        .scenario
        .and_then(gallery::find)
        .map_or_else(gallery::first, read_entry)
}

/// A scenario of the gallery. A test reads them all, so that the first one stands for what can't happen.
#[must_use]
pub fn read_entry(entry: &gallery::Entry) -> Scenario {
    scenario::read(entry.text).unwrap_or_else(|_| gallery::first())
}
