//! The pure core of monscope.
//!
//! It contains no networking, reads no clock, draws no random number of its own and names no web crate: inputs go
//! in, effects and the *decision* that was taken come out. Arrows point one way:
//!
//! ```text
//! mon  <-  sim  <-  play  <-  frame          (and the page, outside this crate)
//!  ^                 ^
//!  +--- scenario ----+
//! ```
//!
//! * [`mon`]: one monitor, as Ceph's specification describes it: elector, probing, Paxos leases.
//! * `sim`: virtual time, the wire between monitors, faults, the trace of what happened, invariants.
//! * [`scenario`]: the documents people write or paste, as text, JSON or what Ceph printed.
//! * `play`: a headless player of a scenario: stepping, expectations, history.
//! * [`order`]: sorting, in little code.
//! * [`frame`]: what is to be drawn at an instant, in plain numbers.

pub mod frame;
pub mod mon;
pub mod order;
pub mod play;
pub mod scenario;
pub mod sim;
pub mod words;
