//! The simulated network in virtual time: it owns the monitors, the clock and all that is left to chance.
//!
//! * [`world`]: the whole of it; takes one entry from the queue at a time.
//! * [`queue`]: what is to happen, in one explicit order.
//! * [`chance`]: one seeded generator, split into a stream for each link and purpose.
//! * [`wire`]: links, cuts, and the messages on their way.
//! * [`fault`]: what people do to cluster and network.
//! * [`trace`]: every fact, typed, with its cause.
//! * [`missing`]: what a timer waited for in vain, and what explains it.
//! * [`check`]: the properties that must hold in every reachable state, checked as it runs.

pub mod chance;
pub mod check;
pub mod fault;
pub mod missing;
pub mod queue;
pub mod trace;
pub mod wire;
pub mod world;

pub use trace::{Event, EventId, EventKind, Trace};
pub use world::World;
