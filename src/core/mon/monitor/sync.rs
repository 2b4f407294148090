//! Synchronising, both sides. Mirrors `Monitor::sync_*` and `handle_sync_*`.

use std::sync::Arc;

use super::{Effect, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::{Outcome, Write};
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Message};
use crate::mon::monmap::Addr;
use crate::mon::paxos::{Paxos, PaxosStore};
use crate::mon::state::State;
use crate::mon::sync::{Client, Cookie, Extent, Requester, Scan, SyncOp, SyncStore};
use crate::mon::time::{Span, Time};

/// How many bytes a version is taken for: `mon_sync_max_payload_size` says how many of them go into a chunk.
const VERSION_BYTES: u64 = 4_096;

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
            self.store.monmap = Arc::clone(self.store.latest_map());
            Self::persist(Write::InSync, out);
            self.wipe_paxos();
        }
        self.syncing = Some(Requester {
            provider,
            cookie: None,
            extent,
            content: None,
            beside: None,
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

    /// Forgets everything that is copied, promises and proposal numbers too; Paxos reads its disk anew.
    pub(super) fn wipe_paxos(&mut self) {
        self.store.paxos = PaxosStore::default();
        self.paxos = Paxos::of(&self.store.paxos);
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
            SyncOp::NoCookie => self.handle_no_cookie(now, out),
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
            Cookie((u64::from(self.elector.epoch()) << COOKIE_EPOCH_SHIFT) + self.sync_counter);
        let mine = &self.store.paxos;
        let (position, scan) = match extent {
            Extent::Recent => (theirs, None),
            Extent::Full => {
                let scan = Scan {
                    left: mine.last_committed + 1 - mine.first_committed.min(mine.last_committed),
                    content: Arc::new(mine.clone()),
                };
                (mine.last_committed, Some(scan))
            }
        };
        out.path.take2(Branch::GetCookie3, cookie.0, position);
        self.sync_clients.push(Client {
            cookie,
            addr: m.addr,
            position,
            scan,
            expires: self.cookie_expiry(now),
        });
        self.say_sync(m.addr, SyncOp::Cookie(cookie), out);
    }

    fn cookie_expiry(&self, now: Time) -> Time {
        now + self.options.mon_sync_timeout + self.options.mon_sync_timeout
    }

    /// Has a tick of this process found the cookie expired by now?
    fn is_forgotten(&self, client: &Client, now: Time) -> bool {
        let (tick, age) = (
            self.options.mon_tick_interval.0.max(1),
            client.expires.since(self.started).0,
        );
        self.started + Span(age.div_ceil(tick) * tick) <= now
    }

    fn handle_get_chunk(&mut self, now: Time, from: Addr, cookie: Cookie, out: &mut Outcome) {
        let mut clients = std::mem::take(&mut self.sync_clients);
        clients.retain(|client| !self.is_forgotten(client, now));
        self.sync_clients = clients;
        let known = |client: &Client| client.cookie == cookie && client.addr == from;
        let Some(place) = self.sync_clients.iter().position(known) else {
            out.path.take1(Branch::GetChunk1, cookie.0);
            self.say_sync(from, SyncOp::NoCookie, out);
            return;
        };
        let (first, last_committed) = (
            self.store.paxos.first_committed,
            self.store.paxos.last_committed,
        );
        let expires = self.cookie_expiry(now);
        let client = &mut self.sync_clients[place];
        let position = client.position;
        if position < first && first > 1 {
            out.path.take2(Branch::GetChunk2, position, first);
            self.sync_clients.remove(place);
            self.say_sync(from, SyncOp::NoCookie, out);
            return;
        }
        let room = (self.options.mon_sync_max_payload_size / VERSION_BYTES).max(1);
        let to = last_committed.min(position + room).max(position);
        client.expires = expires;
        client.position = to;
        // New versions go first; what room they leave is for the store's content.
        let content = scan_on(&mut client.scan, room - (to - position));
        let last = to >= last_committed && client.scan.is_none();
        out.path
            .take3(Branch::GetChunk3, position, to, u32::from(last));
        if last {
            self.sync_clients.remove(place);
        }
        let share = self.store.paxos.share_between(position, to).map(Box::new);
        let chunk = SyncOp::Chunk {
            cookie,
            share,
            content,
            last,
        };
        self.say_sync(from, chunk, out);
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
            content,
            last,
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
            sync.content = content.clone().or(sync.content.take());
            match (&mut sync.beside, share) {
                (Some(all), Some(more)) => all.extend(more),
                (none @ None, Some(first)) => *none = Some((**first).clone()),
                (_, None) => {}
            }
        } else if let Some(share) = share {
            self.store_share(share, out);
            self.paxos = Paxos::of(&self.store.paxos);
        }
        if !*last {
            out.path.take(Branch::Chunk3);
            self.arm(now, Timer::Sync, self.options.mon_sync_timeout, out);
            self.say_sync(from, SyncOp::GetChunk(*cookie), out);
            return Ok(());
        }
        self.finish_sync(now, out)
    }

    /// The last chunk is there. (The floor in memory stays; only the one on disk goes.)
    fn finish_sync(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if let Some(sync) = self.syncing.take()
            && let Some(content) = sync.content
        {
            self.store.paxos = (*content).clone();
            if let Some(beside) = &sync.beside {
                self.store.paxos.apply(beside);
            }
            self.paxos = Paxos::of(&self.store.paxos);
            let (first, last) = (
                self.store.paxos.first_committed,
                self.store.paxos.last_committed,
            );
            out.path.take2(Branch::Chunk4, first, last);
            Self::persist(Write::LastCommitted(last), out);
        }
        if self.store.sync != SyncStore::default() {
            self.store.sync = SyncStore::default();
            Self::persist(Write::InSync, out);
        }
        out.path.take(Branch::Chunk5);
        self.take_latest_map(now, out)?;
        self.bootstrap(now, out)
    }

    /// The provider doesn't know this monitor (any more).
    fn handle_no_cookie(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::NoCookie);
        self.bootstrap(now, out)
    }
}

/// Sends more of a store's content; gives it when that was the last piece.
fn scan_on(scan: &mut Option<Scan>, room: u64) -> Option<Arc<PaxosStore>> {
    let running = scan.as_mut()?;
    running.left = running.left.saturating_sub(room);
    if running.left > 0 {
        return None;
    }
    scan.take().map(|scan| scan.content)
}
