//! The parts of the page, one noun a file.
//!
//! * [`session`]: the player behind the page, its clock and what is kept between two pictures.
//! * [`stage`] draws what rests as SVG, [`paint`] what moves on a canvas; [`verdict`] and [`legend`] stand over it.
//! * [`tools`] and [`menu`] act on the cluster, [`transport`] and [`stops`] on time; [`strip`] shows when what
//!   happened.
//! * [`panels`] beside the stage: [`why`] something happened, what a monitor knows ([`inspect`]), the [`log`],
//!   and [`what_if`] one is lost; [`sentences`] is the text that they and the [`mod@reference`] speak with.
//! * [`bar`], [`picker`], [`paste`], [`help`] and [`notice`] are the frame around it.
//! * [`ui`]: what is open, selected or armed; [`keys`]: what a key does.
//! * [`asked`]: what the element was asked to show.
//! * [`later`]: what the first picture does without.

pub mod asked;
pub mod bar;
pub mod dom;
pub mod help;
pub mod icon;
pub mod inspect;
pub mod keys;
pub mod later;
pub mod legend;
pub mod log;
pub mod menu;
pub mod notice;
pub mod paint;
pub mod panels;
pub mod paste;
pub mod picker;
pub mod popup;
pub mod reference;
pub mod sentences;
pub mod session;
pub mod stage;
pub mod stops;
pub mod strip;
pub mod svg;
pub mod tools;
pub mod transport;
pub mod ui;
pub mod verdict;
pub mod what_if;
pub mod why;
