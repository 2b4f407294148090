//! Scenarios: what people write, paste or load, as one value.
//!
//! One reader, from a small value tree to [`Scenario`], serves the text form, JSON, JS objects and what Ceph prints.

mod action;
mod model;

pub use model::*;
