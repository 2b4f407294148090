//! What is to be drawn at an instant, in plain numbers: no browser, no words of its own.

pub mod gather;
pub mod scene;

pub use gather::gather;
pub use scene::{DownScene, FlightScene, MonScene, Scene, TimerScene};
