//! Synchronising: a monitor too far behind copies Paxos' data from a peer before it joins. What both sides keep in
//! mind.

use super::monmap::Addr;
use std::sync::Arc;

use super::paxos::{PaxosStore, Share};
use super::time::Time;

/// Names a requester at its provider: the provider's election epoch and a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cookie(pub u64);

/// How much is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Everything: what was there is wiped first.
    Full,
    /// The versions after my last one.
    Recent,
}

/// What a requester keeps in mind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// From whom it copies.
    pub provider: Addr,
    /// Its cookie, once it has one.
    pub cookie: Option<Cookie>,
    /// How much it copies.
    pub extent: Extent,
    /// For a full copy: the content of the provider's store, once all of it has come.
    pub content: Option<Arc<PaxosStore>>,
    /// For a full copy: the versions that came beside it, kept until the last chunk.
    pub beside: Option<Share>,
}

/// What a provider keeps in mind of one requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its cookie.
    pub cookie: Cookie,
    /// Who it is.
    pub addr: Addr,
    /// The last version sent.
    pub position: u64,
    /// What is still to be sent of the store's content. (Full copies only.)
    pub scan: Option<Scan>,
    /// When it is forgotten, unless it asks again.
    pub expires: Time,
}

/// The content of a provider's store on its way to a requester: as it was when the cookie was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// How much is left, in versions.
    pub left: u64,
    /// The content; it goes with the last piece.
    pub content: Arc<PaxosStore>,
}

/// What a full copy keeps on disk while it runs (prefix `mon_sync`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncStore {
    /// A full copy began and did not end: what is there is not to be trusted.
    pub in_sync: bool,
    /// The last version this monitor had before it wiped its store.
    pub last_committed_floor: u64,
}

/// `MMonSync`: what requester and provider say to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncOp {
    /// Give me a cookie; for a recent copy, from my last version on.
    GetCookie {
        /// How much is wanted.
        extent: Extent,
        /// My last version.
        last_committed: u64,
    },
    /// Here it is.
    Cookie(Cookie),
    /// The next piece, please.
    GetChunk(Cookie),
    /// A piece; `last`: the last one.
    Chunk {
        /// Whose.
        cookie: Cookie,
        /// The versions in it.
        share: Option<Box<Share>>,
        /// The content of the store, in the chunk that completes it. (Full copies only.)
        content: Option<Arc<PaxosStore>>,
        /// Is it the last one?
        last: bool,
    },
    /// I don't know you (any more).
    NoCookie,
}
