//! Stories of whole clusters, with everything that must come of them.
#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "a story is noted as a whole")]
#[path = "common/taken.rs"]
mod taken;

#[path = "stories/corners.rs"]
mod corners;
#[path = "stories/joining.rs"]
mod joining;
#[path = "stories/lossy.rs"]
mod lossy;
#[path = "stories/modern.rs"]
mod modern;
#[path = "stories/pings.rs"]
mod pings;
