//! The icons of buttons, as paths in a box of 14 by 14.

use yew::prelude::*;

/// An icon: what is stroked, and what is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str, &'static str);

/// Play.
pub const PLAY: Icon = Icon("", "M3 1.5L12.5 7L3 12.5Z");
/// Pause.
pub const PAUSE: Icon = Icon("M4.5 2V12M9.5 2V12", "");
/// To the start.
pub const START: Icon = Icon("M3 2V12M11.5 2.5L5.5 7L11.5 11.5Z", "");
/// One event on.
pub const STEP: Icon = Icon("M4.5 2.5L10 7L4.5 11.5", "");
/// One event back.
pub const STEP_BACK: Icon = Icon("M9.5 2.5L4 7L9.5 11.5", "");
/// To the previous event of interest.
pub const PREVIOUS: Icon = Icon("M12 2.5L7 7L12 11.5M7 2.5L2 7L7 11.5", "");
/// To the next event of interest.
pub const NEXT: Icon = Icon("M2 2.5L7 7L2 11.5M7 2.5L12 7L7 11.5", "");
/// One back.
pub const BACK: Icon = Icon("M9.5 2.5L4 7L9.5 11.5", "");
/// Follow what happens.
pub const FOLLOW: Icon = Icon(
    "M12 7A5 5 0 1 1 2 7A5 5 0 1 1 12 7Z",
    "M8.7 7A1.7 1.7 0 1 1 5.3 7A1.7 1.7 0 1 1 8.7 7Z",
);
/// Opens a list.
pub const DOWN: Icon = Icon("M3.5 5.5L7 9L10.5 5.5", "");
/// Theme.
pub const THEME: Icon = Icon(
    "M12 7A5 5 0 1 1 2 7A5 5 0 1 1 12 7Z",
    "M7 2A5 5 0 0 1 7 12Z",
);
/// Theme: light.
pub const SUN: Icon = Icon(
    "M9.6 7A2.6 2.6 0 1 1 4.4 7A2.6 2.6 0 1 1 9.6 7ZM7 .8V2M7 12V13.2M.8 7H2M12 7H13.2\
     M2.6 2.6L3.5 3.5M10.5 10.5L11.4 11.4M2.6 11.4L3.5 10.5M10.5 3.5L11.4 2.6",
    "",
);
/// Theme: dark.
pub const MOON: Icon = Icon("M11.8 8.6A5 5 0 0 1 5.4 2.2A5 5 0 1 0 11.8 8.6Z", "");
/// Help.
pub const HELP: Icon = Icon(
    "M4.8 5.2C4.8 2.2 9.3 2.3 9.2 5C9.1 6.8 7 6.7 7 8.8M7 11.6V11.7",
    "",
);
/// Undo.
pub const UNDO: Icon = Icon(
    "M5.5 2.5L2.5 5.5L5.5 8.5M2.5 5.5H9A2.8 2.8 0 0 1 9 11.2H6",
    "",
);
/// Select.
pub const CURSOR: Icon = Icon("M3 2L11 7L7.4 7.8L5.8 11.6Z", "");
/// Kill, close.
pub const CROSS: Icon = Icon("M3.5 3.5L10.5 10.5M10.5 3.5L3.5 10.5", "");
/// Restart.
pub const RESTART: Icon = Icon("M11.5 7A4.5 4.5 0 1 1 9.6 3.3M9.8 .9V3.6H7.1", "");
/// Cut a link.
pub const CUT: Icon = Icon("M1.5 7H4.5M9.5 7H12.5M8.6 3.2L5.4 10.8", "");
/// Partition.
pub const PARTITION: Icon = Icon(
    "M7 1.5V12.5M4.7 7A1.7 1.7 0 1 1 1.3 7A1.7 1.7 0 1 1 4.7 7ZM12.7 4A1.7 1.7 0 1 1 9.3 4A1.7 1.7 0 1 1 12.7 4Z\
     M12.7 10A1.7 1.7 0 1 1 9.3 10A1.7 1.7 0 1 1 12.7 10Z",
    "",
);
/// Quorum exit.
pub const EXIT: Icon = Icon("M2 7H9M6 4L9 7L6 10M12 2.5V11.5", "");
/// Heal.
pub const HEAL: Icon = Icon(
    "M1.5 7H4.8M9.2 7H12.5M9.2 7A2.2 2.2 0 1 1 4.8 7A2.2 2.2 0 1 1 9.2 7Z",
    "",
);
/// Opens a run.
pub const OPEN: Icon = Icon("M6 3H3V11H11V8M8 2.5H11.5V6M11.5 2.5L6.5 7.5", "");
/// As expected.
pub const TICK: Icon = Icon("M2 7.5L5.5 11L12 3.5", "");

impl Icon {
    /// The icon as a node, hidden from those who listen: words stand beside it or name its button.
    pub fn node(self) -> Html {
        html! {
            <svg class="icon" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
                if !self.0.is_empty() { <path d={self.0} /> }
                if !self.1.is_empty() { <path class="full" d={self.1} /> }
            </svg>
        }
    }
}

/// The mark of monscope: a ring of three with a leader on top.
pub fn logo() -> Html {
    html! {
        <svg class="logo" width="22" height="22" viewBox="-11 -11 22 22" aria-hidden="true">
            <circle r="8" />
            <circle class="first" cy="-8" r="3.5" />
            <path d="M9.4 4A2.5 2.5 0 1 1 4.4 4A2.5 2.5 0 1 1 9.4 4ZM-4.4 4A2.5 2.5 0 1 1-9.4 4A2.5 2.5 0 1 1-4.4 4Z" />
        </svg>
    }
}
