//! What is to be drawn at an instant, in plain numbers: no browser, no words of its own.

pub mod scene;

pub use scene::{DownScene, FlightScene, MonScene, Scene, TimerScene};
