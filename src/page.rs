//! The parts of the page, one noun a file.
//!
//! * [`session`]: the player behind the page, its clock and what is kept between two pictures.
//! * [`stage`] draws what rests as SVG, [`paint`] what moves on a canvas; [`verdict`] and [`legend`] stand over it.
//! * [`tools`] and [`menu`] act on the cluster, [`transport`] on time; [`log`] tells what happened.
//! * [`bar`], [`picker`], [`paste`], [`help`] and [`notice`] are the frame around it.
//! * [`ui`]: what is open, selected or armed; [`keys`]: what a key does.
//! * [`asked`]: what the element was asked to show.
//! * [`later`]: what the first picture does without.

pub mod asked;
pub mod bar;
pub mod dom;
pub mod help;
pub mod icon;
pub mod keys;
pub mod later;
pub mod legend;
pub mod log;
pub mod menu;
pub mod notice;
pub mod paint;
pub mod paste;
pub mod picker;
pub mod popup;
pub mod session;
pub mod stage;
pub mod svg;
pub mod tools;
pub mod transport;
pub mod ui;
pub mod verdict;
