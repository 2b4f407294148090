//! How virtual time follows the time of the person who watches: faster or slower, and stretched while messages fly.

use super::Player;
use crate::mon::{Kind, Span, Time};

/// What a message's flight should take for the one who watches at speed 1, in microseconds.
const FLIGHT_SHOWN_US: u64 = 2_000_000;

/// The shortest flight that gets so long: without it a latency of 0 would stretch time two million times.
const FLIGHT_SHORTEST_US: u64 = 100;

/// How long the return to full speed takes, in microseconds of the one who watches.
const EASE_US: u64 = 200_000;

/// The most entries handled in one call: a page that can't keep up slows down instead of freezing.
const STEPS_MAX: usize = 20_000;

/// Speeds, in thousandths of real time.
pub const SPEED_MIN: u32 = 10;
/// The highest speed, in thousandths of real time.
pub const SPEED_MAX: u32 = 100_000;

/// The clock of one who watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Virtual time per real time, in thousandths: 1000 is real time.
    speed_milli: u32,
    /// Is time stretched while messages of an election fly?
    pub slow_down: bool,
    /// How much time is stretched at present; 1: not at all.
    stretch: u64,
    /// How much it was stretched for the latest flight.
    full: u64,
    /// How far the return to full speed is, in microseconds of [`EASE_US`].
    eased_us: u64,
    /// What of the time that passed was no whole microsecond of virtual time yet: a thousandth of a microsecond,
    /// divided by the stretch, is its unit.
    rest: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            speed_milli: 1_000,
            slow_down: true,
            stretch: 1,
            full: 1,
            eased_us: EASE_US,
            rest: 0,
        }
    }
}

impl Clock {
    /// Virtual time per real time, in thousandths.
    #[must_use]
    pub const fn speed_milli(&self) -> u32 {
        self.speed_milli
    }

    /// Sets the speed, in thousandths of real time; kept within [`SPEED_MIN`] and [`SPEED_MAX`].
    pub fn set_speed_milli(&mut self, speed: u32) {
        self.speed_milli = speed.clamp(SPEED_MIN, SPEED_MAX);
    }

    /// By how much time is stretched at present: the chip says "slowed 1 : 50". 1: not at all.
    #[must_use]
    pub const fn stretch(&self) -> u64 {
        self.stretch
    }

    /// Lets `real_us` microseconds pass for the one who watches, and the player go on accordingly.
    pub fn play(&mut self, real_us: u64, player: &mut Player) {
        let mut left_us = real_us;
        for _ in 0..STEPS_MAX {
            let stretch = self.stretch_for(player);
            // The rest keeps its length when its unit changes.
            self.rest = self.rest * stretch / self.stretch;
            self.stretch = stretch;
            let target = player.now() + self.virtual_span(left_us);
            let next = player.next_at().filter(|at| *at <= target);
            if player.stop_by(next.unwrap_or(target)) {
                return;
            }
            // When messages start to fly midway, the rest of this call's time is stretched.
            match player.next_at() {
                Some(at) if at <= target => {
                    let used = self.use_up(at.since(player.now())).min(left_us);
                    left_us -= used;
                    self.ease(used);
                    player.go_on();
                    if player.stopped().is_some() {
                        return;
                    }
                }
                _ => {
                    self.pass(left_us, target, player);
                    return;
                }
            }
        }
    }

    fn pass(&mut self, left_us: u64, target: Time, player: &mut Player) {
        let exact = left_us * u64::from(self.speed_milli);
        self.rest = (self.rest + exact % (1_000 * self.stretch)) % (1_000 * self.stretch);
        self.ease(left_us);
        player.advance_to(target);
    }

    fn virtual_span(&self, real_us: u64) -> Span {
        Span((real_us * u64::from(self.speed_milli) + self.rest) / (1_000 * self.stretch))
    }

    /// How much real time this span takes; what of that isn't needed goes to the rest.
    fn use_up(&mut self, span: Span) -> u64 {
        let (needed, speed) = (
            span.0.saturating_mul(1_000 * self.stretch),
            u64::from(self.speed_milli),
        );
        let missing = needed.saturating_sub(self.rest);
        let used = missing.div_ceil(speed);
        self.rest = (self.rest + used * speed).saturating_sub(needed);
        used
    }

    fn ease(&mut self, us: u64) {
        self.eased_us = (self.eased_us + us).min(EASE_US);
    }

    /// Slowing down is immediate (a flight lasts milliseconds and would be over); the way back is eased.
    fn stretch_for(&mut self, player: &Player) -> u64 {
        if !self.slow_down {
            return 1;
        }
        if let Some(flight_us) = shortest_watched(player) {
            self.eased_us = 0;
            self.full = (FLIGHT_SHOWN_US / flight_us.max(FLIGHT_SHORTEST_US)).max(1);
            return self.full;
        }
        let to_go = EASE_US - self.eased_us;
        1 + (self.full - 1) * to_go / EASE_US * to_go / EASE_US
    }
}

/// How long the flights take that people want to see, the quickest of those under way; `None`: there is none. Leases
/// and pings come and go all the time and never slow it.
fn shortest_watched(player: &Player) -> Option<u64> {
    let now = player.now();
    let wire = player.world().wire();
    let watched = wire.flights().filter_map(|flight| {
        let kind = flight.message.body.kind();
        let due = flight.due.filter(|due| *due > now)?;
        if matches!(kind, Kind::Lease | Kind::LeaseAck | Kind::Ping) {
            return None;
        }
        // Middling for its link, so that time doesn't jump from flight to flight; its own if it takes longer than any.
        let (shortest, longest) = wire.latency_of(flight.message.from, flight.to);
        let own = due.since(flight.left);
        Some(if own > longest {
            own.0
        } else {
            u64::midpoint(shortest.0, longest.0)
        })
    });
    watched.min()
}
