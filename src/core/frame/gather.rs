//! Gathers the facts of a player's present instant.

use super::scene::{DeedScene, DownScene, FlightScene, MonScene, Scene, TimerScene};
use crate::mon::paxos::Phase;
use crate::mon::{MonId, Monitor, RankSet, State, Timer};
use crate::play::Player;
use crate::sim::EventKind;
use crate::sim::wire::Flight;

/// The facts behind a picture of the player's present instant.
#[must_use]
pub fn gather(player: &Player) -> Scene {
    let world = player.world();
    Scene {
        now: player.now(),
        monitors: world
            .monitors()
            .iter()
            .map(|m| mon_scene(player, m))
            .collect(),
        flights: world.wire().flights().map(flight_scene).collect(),
        cuts: world.wire().cuts().collect(),
        groups: world.partition().to_vec(),
        leader: world.leader(),
        leaderless_since: world.leaderless_since(),
        last_deed: player.last_deed().map(|(deed, leaderless)| DeedScene {
            at: deed.at,
            action: deed.action.clone(),
            by: deed.by,
            leaderless,
        }),
    }
}

fn flight_scene(flight: &Flight) -> FlightScene {
    FlightScene {
        id: flight.sent_by.get(),
        from: flight.message.from,
        to: flight.to,
        kind: flight.message.body.kind(),
        epoch: flight.message.body.epoch(),
        sent: flight.left,
        due: flight.due,
        held_at: flight.from_way,
    }
}

fn mon_scene(player: &Player, m: &Monitor) -> MonScene {
    let process = player.world().process(m.id);
    let killed = process
        .ended_by
        .and_then(|id| player.event(id))
        .is_some_and(|event| event.kind == EventKind::User);
    MonScene {
        id: m.id,
        name: name(player, m.id),
        // The dead keep their seat in the map.
        rank: if process.up {
            m.rank
        } else {
            player.world().seat_of(m.id)
        },
        state: m.state,
        epoch: m.elector.epoch(),
        electing_me: m.elector.electing_me(),
        acked_me: m.elector.acked_me(),
        leader_acked: m.elector.leader_acked(),
        leader: m.leader.filter(|_| m.state.in_quorum()),
        quorum: if m.state.in_quorum() {
            m.quorum
        } else {
            RankSet::EMPTY
        },
        participating: m.elector.participating(),
        paused: process.paused_by.is_some(),
        active: m.paxos.phase == Phase::Active,
        outside_quorum: m.outside_quorum.len(),
        down: (!process.up).then_some(DownScene {
            since: process.since,
            killed,
        }),
        timer: deciding_timer(m),
    }
}

fn name(player: &Player, mon: MonId) -> String {
    player
        .scenario()
        .monitors
        .get(mon.index())
        .map_or_else(String::new, |spec| spec.name.clone())
}

/// The timer that decides what a monitor does next.
fn deciding_timer(m: &Monitor) -> Option<TimerScene> {
    let timer = match m.state {
        State::Electing => Timer::Election,
        State::Probing => Timer::Probe,
        State::Peon => Timer::LeaseTimeout,
        State::Leader if m.armed(Timer::Collect).is_some() => Timer::Collect,
        State::Leader if m.armed(Timer::Accept).is_some() => Timer::Accept,
        State::Leader => Timer::LeaseRenew,
        State::Synchronizing => Timer::Sync,
        State::Down => return None,
    };
    m.armed(timer).map(|armed| TimerScene {
        timer,
        at: armed.at,
        length: armed.length,
    })
}
