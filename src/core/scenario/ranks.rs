//! In which order a document's monitors stand: their starting ranks, and their addresses.

use super::model::{MonSpec, RankOrder, Scenario};
use crate::mon::{MonId, Rank};
use crate::order;

impl Scenario {
    /// The monitors in order of starting rank: those with a seat, index = rank, then the others, numbered on.
    #[must_use]
    pub fn by_rank(&self) -> Vec<MonId> {
        rank_order(&self.monitors, self.rank_order)
    }

    /// All monitors in the order of their addresses, whether they have a seat or not: the order in which ranks follow
    /// each other in every map.
    #[must_use]
    pub fn by_addr(&self) -> Vec<MonId> {
        addr_order(&self.monitors, self.rank_order)
    }

    /// The starting rank of a monitor; `None`: it has no seat in the first map.
    #[must_use]
    pub fn rank_of(&self, id: MonId) -> Option<Rank> {
        self.monitors.get(id.index()).filter(|mon| mon.seat)?;
        let place = self.by_rank().iter().position(|other| *other == id)?;
        Some(Rank(place as u8))
    }

    /// What the order of ranks follows unless the document says otherwise.
    #[must_use]
    pub const fn usual_rank_order(&self) -> RankOrder {
        if self.edition.ranks_follow_addresses(self.monmap_epoch) {
            RankOrder::ByAddress
        } else {
            RankOrder::AsListed
        }
    }

    /// How many monitors have a seat in the first map.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.monitors.iter().filter(|mon| mon.seat).count()
    }

    /// Does the cluster not exist yet?
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.monmap_epoch == 0
    }
}

/// These monitors in order of rank, those without a seat last. Luminous orders by address, ties by name.
#[must_use]
pub fn rank_order(monitors: &[MonSpec], follows: RankOrder) -> Vec<MonId> {
    let mut ids = addr_order(monitors, follows);
    let seat = |id: &MonId| monitors[id.index()].seat;
    order::few(&mut ids, |a, b| seat(a) && !seat(b));
    ids
}

fn addr_order(monitors: &[MonSpec], follows: RankOrder) -> Vec<MonId> {
    let mut ids: Vec<MonId> = (0..monitors.len()).map(|i| MonId(i as u8)).collect();
    if follows == RankOrder::ByAddress {
        let keys: Vec<_> = monitors
            .iter()
            .map(|m| (addr_key(&m.addr), &m.name))
            .collect();
        order::few(&mut ids, |a, b| keys[a.index()] < keys[b.index()]);
    }
    ids
}

/// What an address sorts by: its numbers, not its characters (`10.0.0.10` comes after `10.0.0.9`).
#[must_use]
pub fn addr_key(addr: &str) -> (bool, u128, u16, String) {
    use std::net::SocketAddr;
    let plain = addr.split('/').next().unwrap_or(addr);
    match plain.parse::<SocketAddr>() {
        Ok(SocketAddr::V4(a)) => (
            false,
            u128::from(u32::from(*a.ip())),
            a.port(),
            String::new(),
        ),
        Ok(SocketAddr::V6(a)) => (true, u128::from(*a.ip()), a.port(), String::new()),
        Err(_) => (true, u128::MAX, 0, addr.to_owned()),
    }
}
