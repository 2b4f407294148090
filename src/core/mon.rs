//! One monitor: the protocol as a function from input to effects and a decision.

pub mod branch;
pub mod decision;
pub mod edition;
pub mod effect;
pub mod elector;
pub mod feature;
pub mod kind;
pub mod message;
pub mod monitor;
pub mod monmap;
pub mod options;
pub mod paxos;
pub mod rank;
pub mod state;
pub mod sync;
pub mod time;
pub mod tracker;

pub use branch::Branch;
pub use edition::Edition;
pub use kind::{Kind, Timer};
pub use monitor::{Input, Monitor};
pub use monmap::MonMap;
pub use options::Options;
pub use rank::{MonId, Rank, RankSet};
pub use state::State;
pub use time::{Span, Time};
