//! Synchronising, both sides. Mirrors `Monitor::sync_*` and `handle_sync_*`.

use super::{Effect, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::{Outcome, Write};
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Message};
use crate::mon::monmap::Addr;
use crate::mon::paxos::PaxosStore;
use crate::mon::state::State;
use crate::mon::sync::{Client, Cookie, Extent, Requester, SyncOp};
use crate::mon::time::Time;

/// How many versions go into a chunk: `mon_sync_max_payload_size` (1 MiB) at 4 KiB a version.
const CHUNK_VERSIONS: u64 = 256;

/// A provider's cookies begin with its election epoch.
const COOKIE_EPOCH_SHIFT: u32 = 24;

impl Monitor {
    /// SYNC-START: stop probing, copy.
    pub(super) fn sync_start(
        &mut self,
        now: Time,
        provider: Addr,
        extent: Extent,
        out: &mut Outcome,
    ) -> Handled {
        out.path.take2(
            Branch::SyncStart,
            u32::from(provider.0),
            u32::from(extent == Extent::Full),
        );
        let searching = matches!(self.state, State::Probing | State::Synchronizing);
        Self::assert_that(searching, Branch::SyncStart, out)?;
        self.state = State::Synchronizing;
        self.sync_clients.clear();
        if extent == Extent::Full {
            let floor = self
                .store
                .sync
                .last_committed_floor
                .max(self.store.paxos.last_committed);
            out.path.take1(Branch::SyncStartFull, floor);
            self.store.sync.in_sync = true;
            self.store.sync.last_committed_floor = floor;
            self.sync_floor = floor;
            Self::persist(Write::InSync, out);
            self.wipe_paxos();
        }
        self.syncing = Some(Requester {
            provider,
            cookie: None,
            extent,
            collected: None,
        });
        self.arm(now, Timer::Sync, self.options.mon_sync_timeout, out);
        let last_committed = self.store.paxos.last_committed;
        self.say_sync(
            provider,
            SyncOp::GetCookie {
                extent,
                last_committed,
            },
            out,
        );
        Ok(())
    }

    /// Forgets everything that is copied; promises stay.
    pub(super) fn wipe_paxos(&mut self) {
        let paxos = &self.store.paxos;
        self.store.paxos = PaxosStore {
            last_pn: paxos.last_pn,
            accepted_pn: paxos.accepted_pn,
            ..PaxosStore::default()
        };
    }

    /// The requester forgets its provider (BOOTSTRAP-2).
    pub(super) fn sync_reset(&mut self, out: &mut Outcome) {
        self.cancel(Timer::Sync, out);
        self.syncing = None;
    }

    /// The provider fell silent.
    pub(super) fn sync_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::SyncTimeout);
        self.bootstrap(now, out)
    }

    fn say_sync(&self, to: Addr, op: SyncOp, out: &mut Outcome) {
        out.effects.push(Effect::Send {
            to,
            body: Body::Sync(op),
        });
    }

    pub(super) fn handle_sync(
        &mut self,
        now: Time,
        m: &Message,
        op: &SyncOp,
        out: &mut Outcome,
    ) -> Handled {
        match op {
            SyncOp::GetCookie {
                extent,
                last_committed,
            } => {
                self.handle_get_cookie(now, m, *extent, *last_committed, out);
                Ok(())
            }
            SyncOp::Cookie(cookie) => {
                self.handle_cookie(now, m.addr, *cookie, out);
                Ok(())
            }
            SyncOp::GetChunk(cookie) => {
                self.handle_get_chunk(now, m.addr, *cookie, out);
                Ok(())
            }
            SyncOp::Chunk { .. } => self.handle_chunk(now, m.addr, op, out),
            SyncOp::NoCookie => self.handle_no_cookie(now, m.addr, out),
        }
    }

    // -- the provider; any state but synchronizing may provide, no quorum is needed

    fn handle_get_cookie(
        &mut self,
        now: Time,
        m: &Message,
        extent: Extent,
        theirs: u64,
        out: &mut Outcome,
    ) {
        if self.state == State::Synchronizing {
            out.path.take(Branch::GetCookie1);
            self.say_sync(m.addr, SyncOp::NoCookie, out);
            return;
        }
        if self.required.con & !m.con_features != 0 {
            out.path
                .take2(Branch::GetCookie2, m.con_features, self.required.con);
            return;
        }
        self.sync_counter += 1;
        let cookie =
            Cookie((u64::from(self.elector.epoch) << COOKIE_EPOCH_SHIFT) + self.sync_counter);
        let full = extent == Extent::Full;
        // A full copy begins with what was kept; the rest of the store is scanned beside it.
        let position = if full {
            self.store.paxos.first_committed.saturating_sub(1)
        } else {
            theirs
        };
        out.path.take2(Branch::GetCookie3, cookie.0, position);
        let expires = now + self.options.mon_sync_timeout + self.options.mon_sync_timeout;
        self.sync_clients.push(Client {
            cookie,
            addr: m.addr,
            position,
            scanning: full,
            expires,
        });
        self.say_sync(m.addr, SyncOp::Cookie(cookie), out);
    }

    fn handle_get_chunk(&mut self, now: Time, from: Addr, cookie: Cookie, out: &mut Outcome) {
        let known = |client: &Client| {
            client.cookie == cookie && client.addr == from && client.expires > now
        };
        let Some(place) = self.sync_clients.iter().position(known) else {
            out.path.take1(Branch::GetChunk1, cookie.0);
            self.say_sync(from, SyncOp::NoCookie, out);
            return;
        };
        let first = self.store.paxos.first_committed;
        let position = self.sync_clients[place].position;
        if position + 1 < first && first > 1 {
            out.path.take2(Branch::GetChunk2, position, first);
            self.sync_clients.remove(place);
            self.say_sync(from, SyncOp::NoCookie, out);
            return;
        }
        let last_committed = self.store.paxos.last_committed;
        let to = last_committed.min(position + CHUNK_VERSIONS);
        let share = self.store.paxos.share_between(position, to);
        let client = &mut self.sync_clients[place];
        client.expires = now + self.options.mon_sync_timeout + self.options.mon_sync_timeout;
        client.position = position.max(to);
        // The store's content takes a chunk of its own, with the versions of the first one.
        let last = to >= last_committed && !client.scanning;
        client.scanning = false;
        out.path
            .take3(Branch::GetChunk3, position, to, u32::from(last));
        if last {
            self.sync_clients.remove(place);
        }
        self.say_sync(
            from,
            SyncOp::Chunk {
                cookie,
                share,
                last,
                last_committed,
            },
            out,
        );
    }

    // -- the requester

    fn handle_cookie(&mut self, now: Time, from: Addr, cookie: Cookie, out: &mut Outcome) {
        let wanted = |sync: &&mut Requester| sync.provider == from && sync.cookie.is_none();
        let Some(sync) = self.syncing.as_mut().filter(wanted) else {
            out.path.take(Branch::Cookie1);
            return;
        };
        sync.cookie = Some(cookie);
        out.path.take1(Branch::Cookie2, cookie.0);
        self.arm(now, Timer::Sync, self.options.mon_sync_timeout, out);
        self.say_sync(from, SyncOp::GetChunk(cookie), out);
    }

    fn handle_chunk(&mut self, now: Time, from: Addr, op: &SyncOp, out: &mut Outcome) -> Handled {
        let SyncOp::Chunk {
            cookie,
            share,
            last,
            ..
        } = op
        else {
            return Ok(());
        };
        let wanted = |sync: &&mut Requester| sync.provider == from && sync.cookie == Some(*cookie);
        let Some(sync) = self.syncing.as_mut().filter(wanted) else {
            out.path.take(Branch::Chunk1);
            return Ok(());
        };
        out.path
            .take1(Branch::Chunk2, share.as_ref().map_or(0, |share| share.to));
        if sync.extent == Extent::Full {
            match (&mut sync.collected, share) {
                (Some(all), Some(more)) => {
                    all.to = more.to;
                    all.maps.extend(more.maps.iter().cloned());
                }
                (none @ None, Some(_)) => none.clone_from(share),
                (_, None) => {}
            }
        } else if let Some(share) = share {
            self.store_share(share, out);
        }
        if !*last {
            out.path.take(Branch::Chunk3);
            self.arm(now, Timer::Sync, self.options.mon_sync_timeout, out);
            self.say_sync(from, SyncOp::GetChunk(*cookie), out);
            return Ok(());
        }
        self.finish_sync(now, out)
    }

    /// The last chunk is there.
    fn finish_sync(&mut self, now: Time, out: &mut Outcome) -> Handled {
        let collected = self.syncing.take().and_then(|sync| sync.collected);
        if let Some(all) = collected {
            let paxos = &mut self.store.paxos;
            paxos.first_committed = all.first_committed;
            paxos.last_committed = all.to;
            paxos.maps = all.maps;
            out.path.take2(Branch::Chunk4, all.first_committed, all.to);
            Self::persist(Write::LastCommitted(all.to), out);
        }
        if self.store.sync.in_sync {
            self.store.sync = crate::mon::sync::SyncStore::default();
            Self::persist(Write::InSync, out);
        }
        out.path.take(Branch::Chunk5);
        if let Some(latest) = self.store.paxos.latest_map()
            && latest.epoch > self.monmap.epoch
        {
            self.monmap = std::sync::Arc::clone(latest);
            self.store.monmap = std::sync::Arc::clone(latest);
        }
        self.bootstrap(now, out)
    }

    fn handle_no_cookie(&mut self, now: Time, from: Addr, out: &mut Outcome) -> Handled {
        if self
            .syncing
            .as_ref()
            .is_none_or(|sync| sync.provider != from)
        {
            out.path.take(Branch::NoCookie1);
            return Ok(());
        }
        out.path.take(Branch::NoCookie2);
        self.bootstrap(now, out)
    }
}
