//! What is to be drawn at an instant, in plain numbers: no browser, no words of its own.
//!
//! ```text
//! Scene (facts) + Layout (places) + words  ->  Frame (what rests, changes on events)
//!                                          ->  Moving (what moves every frame)
//! ```

pub mod ceph;
pub mod display;
pub mod fields;
pub mod gather;
pub mod geometry;
pub mod glyph;
pub mod inspect;
pub mod label;
pub mod layout;
pub mod log;
pub mod measure;
pub mod moving;
pub mod px;
pub mod scene;
pub mod shape;
pub mod strip;
pub mod svg;
pub mod verdict;
pub mod why;

pub use display::{Disc, Frame, Link};
pub use gather::gather;
pub use layout::{Layout, Rect, Room};
pub use moving::{Mark, Moving, Sweep, Trails};
pub use px::{Point, Px};
pub use scene::{DeedScene, DownScene, FlightScene, MonScene, Scene, TimerScene};
pub use shape::Shape;
pub use verdict::{Verdict, verdict};
