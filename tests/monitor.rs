//! A monitor's single steps, with the exact effects they have: the corners that no story comes to, or not often.
#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "single steps are noted one by one")]
#[path = "common/taken.rs"]
mod taken;

#[path = "monitor/bench.rs"]
mod bench;
#[path = "monitor/editions.rs"]
mod editions;
#[path = "monitor/forged.rs"]
mod forged;
#[path = "monitor/learning.rs"]
mod learning;
#[path = "monitor/steps.rs"]
mod steps;
#[path = "monitor/values.rs"]
mod values;
