//! monscope's page: a cluster of Ceph monitors that elects its leader before your eyes.
//!
//! Everything that knows about elections lives in [`monscope_core`]; this crate only draws it and passes on what
//! people ask for. Its web parts are behind the feature `web`, which Trunk turns on:
//!
//! * `element`: what `<mon-scope>`'s JavaScript calls to mount and unmount the page in its shadow root.
//! * `app`: the page itself, put together from the parts in `page`.

#[cfg(feature = "web")]
pub mod app;
#[cfg(feature = "web")]
pub mod element;
#[cfg(feature = "web")]
pub mod page;

pub use monscope_core as core;
