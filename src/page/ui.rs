//! What is open, selected or armed on the page; nothing of the cluster.

use std::rc::Rc;

use monscope_core::mon::{Branch, MonId};
use monscope_core::sim::EventId;
use monscope_core::words::{Lang, Line};
use yew::prelude::*;

/// What a click on a monitor or link does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Opens what can be done with it.
    #[default]
    Select,
    /// Kills it.
    Kill,
    /// Starts it again.
    Restart,
    /// Stops it, or lets it go on.
    Pause,
    /// Cuts a link, or heals it.
    Cut,
    /// Collects the monitors of one side.
    Partition,
    /// Takes it out of the quorum, or lets it in.
    Exit,
}

/// A list of things to do that is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Menu {
    /// For a monitor.
    Monitor(MonId),
    /// For a link, at a point of the stage.
    Link(MonId, MonId, Option<(f32, f32)>),
    /// The gallery.
    Picker,
}

/// A window over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// To paste or open a document; it holds this text at first.
    Paste(String),
    /// Keys, and how to read the picture.
    Help,
    /// Every branch there is, at this one.
    Reference(Branch),
}

/// Something the page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What was wrong (else: something to know).
    pub bad: bool,
    /// What it says, line by line.
    pub lines: Vec<Line>,
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those of the system.
    #[default]
    Auto,
    /// Ink on paper.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As an attribute says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What an attribute says.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.name() == name)
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// What stands beside the stage, or under it where there is little room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Why something happened.
    #[default]
    Why,
    /// What a monitor knows.
    Inspect,
    /// The log.
    Log,
    /// What a loss would come to; only for a cluster of one's own.
    WhatIf,
    /// The tools; only under the stage.
    Tools,
}

/// The state of the page itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ui {
    /// The language.
    pub lang: Lang,
    /// The tool in hand.
    pub tool: Tool,
    /// The monitors picked for it so far: an end of a link, one side of a partition.
    pub picked: Vec<MonId>,
    /// The monitor that is selected.
    pub selected: Option<MonId>,
    /// The event that is selected.
    pub event: Option<EventId>,
    /// Is every second of the strip as wide as any other?
    pub real_time: bool,
    /// Are the break points shown?
    pub stops: bool,
    /// The list that is open.
    pub menu: Option<Menu>,
    /// The window that is open.
    pub dialog: Option<Dialog>,
    /// What there is to say.
    pub notice: Option<Notice>,
    /// Which colours.
    pub theme: Theme,
    /// What stands beside the stage.
    pub tab: Tab,
    /// Somebody reads on in the panel: where there is little room, the stage makes way.
    pub reads: bool,
    /// A file is held over the page.
    pub dragging: bool,
}

/// A change of the page's state.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Takes a tool in hand; the one that is in hand is put down.
    Tool(Tool),
    /// Picks a monitor for the tool, or leaves it out again.
    Pick(MonId),
    /// Selects a monitor, or none.
    Select(Option<MonId>),
    /// Selects an event, or none.
    SelectEvent(Option<EventId>),
    /// Lays the strip out in real time, or squeezed.
    RealTime(bool),
    /// Shows the break points, or hides them.
    Stops(bool),
    /// Opens a list.
    Open(Menu),
    /// Closes the list.
    CloseMenu,
    /// Opens a window.
    Dialog(Dialog),
    /// Closes the window.
    CloseDialog,
    /// Says something, or nothing.
    Say(Option<Notice>),
    /// Changes the colours.
    Theme(Theme),
    /// Changes what stands beside the stage.
    Tab(Tab),
    /// Somebody reads on in the panel, or is back at its top.
    Reads(bool),
    /// A file is held over the page, or no more.
    Dragging(bool),
    /// Closes what is open, puts down the tool, selects nothing; one thing at a time.
    Escape,
    /// Another scenario is on the stage.
    Loaded,
}

impl Reducible for Ui {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut ui = (*self).clone();
        match change {
            Change::Tool(tool) => {
                ui.tool = if ui.tool == tool { Tool::Select } else { tool };
                ui.picked.clear();
                ui.menu = None;
            }
            Change::Pick(mon) => match ui.picked.iter().position(|picked| *picked == mon) {
                Some(place) => {
                    ui.picked.remove(place);
                }
                None => ui.picked.push(mon),
            },
            Change::Select(mon) => ui.selected = mon,
            Change::SelectEvent(event) => ui.event = event,
            Change::RealTime(real_time) => ui.real_time = real_time,
            Change::Stops(stops) => ui.stops = stops,
            Change::Open(menu) => {
                if let Menu::Monitor(mon) = menu {
                    ui.selected = Some(mon);
                }
                ui.menu = Some(menu);
            }
            Change::CloseMenu => ui.menu = None,
            Change::Dialog(dialog) => {
                ui.menu = None;
                ui.dialog = Some(dialog);
            }
            Change::CloseDialog => {
                ui.dialog = None;
                // What was wrong with a document that was given up is no news any more.
                ui.notice = ui.notice.take().filter(|notice| !notice.bad);
            }
            Change::Say(notice) => ui.notice = notice,
            Change::Theme(theme) => ui.theme = theme,
            Change::Tab(tab) => {
                ui.tab = tab;
                ui.reads = false;
            }
            Change::Reads(reads) => ui.reads = reads,
            Change::Dragging(dragging) => ui.dragging = dragging,
            Change::Escape => ui.escape(),
            Change::Loaded => {
                ui = Self {
                    lang: ui.lang,
                    theme: ui.theme,
                    tab: ui.tab,
                    real_time: ui.real_time,
                    ..Self::default()
                }
            }
        }
        if ui == *self { self } else { Rc::new(ui) }
    }
}

impl Ui {
    fn escape(&mut self) {
        if self.menu.take().is_some() || self.dialog.take().is_some() {
            return;
        }
        if self.tool != Tool::Select {
            self.tool = Tool::Select;
            self.picked.clear();
        } else if self.notice.take().is_none() && self.event.take().is_none() {
            self.selected = None;
        }
    }
}

/// The state of the page, and the way to change it.
pub type UiHandle = UseReducerHandle<Ui>;
