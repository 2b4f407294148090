//! The built-in scenarios. Each is a text of its own, with notes that tell what happens and expectations that a test
//! checks.

mod first;

pub use first::first;

/// The name of the scenario that the page begins with.
pub const FIRST: &str = "leader-dies";

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in addresses: the name of its file.
    pub slug: &'static str,
    /// The scenario in its text form.
    pub text: &'static str,
}

impl Entry {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or(self.slug);
        line.strip_prefix("title ").unwrap_or(line)
    }
}

macro_rules! gallery {
    ($($slug:literal),+ $(,)?) => {
        /// All of them, in the order to show them in: from what is usual to what goes wrong.
        pub const GALLERY: &[Entry] = &[
            $(Entry { slug: $slug, text: include_str!(concat!("gallery/", $slug, ".txt")) },)+
        ];
    };
}

gallery![
    "cold-start",
    "leader-dies",
    "peon-dies",
    "minority-cut-off",
    "leader-cut-off",
    "quorum-exit-enter",
    "latecomer",
    "new-cluster",
    "joining",
    "remove",
    "commit-lost-leader",
    "sync",
    "broken-link",
    "broken-link-connectivity",
    "one-way-link",
    "two-victories",
    "old-proposal",
    "stale-deferral",
    "late-victory",
    "stale-answers",
    "timer-while-probing",
    "too-old",
    "strategy-mismatch",
    "paused-leader",
    "no-majority",
    "lone-monitor",
    "disallowed-leader",
    "two-sites",
];

/// The built-in scenario of that name.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Entry> {
    GALLERY.iter().find(|entry| entry.slug == slug)
}
