//! monscope's page: a cluster of Ceph monitors that elects its leader before your eyes.
//!
//! Everything that knows about elections lives in [`monscope_core`]; this crate only draws it and passes on what
//! people ask for. Its web parts are behind the feature `web`, which Trunk turns on.

pub use monscope_core as core;
