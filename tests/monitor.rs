//! A monitor's single steps, with the exact effects they have: the corners that no story comes to, or not often.
#![cfg(not(target_arch = "wasm32"))]

#[path = "monitor/bench.rs"]
mod bench;
#[path = "monitor/learning.rs"]
mod learning;
#[path = "monitor/modern.rs"]
mod modern;
#[path = "monitor/values.rs"]
mod values;
