//! How virtual time follows the time of the person who watches: faster or slower, and stretched while messages fly.

use super::Player;
use crate::mon::{Kind, Span, Time};

/// What a message's flight should take for the one who watches at speed 1, in microseconds.
const FLIGHT_SHOWN_US: u64 = 2_000_000;

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
    /// How far the return to full speed is, in microseconds of [`EASE_US`].
    eased_us: u64,
    /// Thousandths of a microsecond of virtual time that were not whole yet.
    rest: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            speed_milli: 1_000,
            slow_down: true,
            stretch: 1,
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
            self.stretch = self.stretch_for(player);
            let target = player.now() + self.virtual_span(left_us);
            // When messages start to fly midway, the rest of this call's time is stretched.
            match player.next_at() {
                Some(at) if at <= target => {
                    let used = self.real_us(at.since(player.now())).min(left_us);
                    left_us -= used;
                    self.ease(used);
                    player.step();
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

    fn real_us(&self, span: Span) -> u64 {
        span.0.saturating_mul(1_000 * self.stretch) / u64::from(self.speed_milli)
    }

    fn ease(&mut self, us: u64) {
        self.eased_us = (self.eased_us + us).min(EASE_US);
    }

    /// Slowing down is immediate (a flight lasts milliseconds and would be over); the way back is eased.
    fn stretch_for(&mut self, player: &Player) -> u64 {
        if !self.slow_down {
            return 1;
        }
        let full = full_stretch(player);
        if somebody_watches_for(player) {
            self.eased_us = 0;
            return full;
        }
        let to_go = EASE_US - self.eased_us;
        1 + (full - 1) * to_go / EASE_US * to_go / EASE_US
    }
}

/// The stretch at which a message of middling latency is shown for [`FLIGHT_SHOWN_US`].
fn full_stretch(player: &Player) -> u64 {
    let (shortest, longest) = player.world().wire().latency;
    let middling = u64::midpoint(shortest.0, longest.0).max(1);
    (FLIGHT_SHOWN_US / middling).max(1)
}

/// Is a message on its way that people want to see? Leases come and go every few seconds and never slow time.
fn somebody_watches_for(player: &Player) -> bool {
    let now = player.now();
    player.world().wire().flights().any(|flight| {
        let kind = flight.message.body.kind();
        !matches!(kind, Kind::Lease | Kind::LeaseAck) && flight.due.is_some_and(|due| due > now)
    })
}
