//! How an end of a connection tries again and again: its kernel a packet that isn't acknowledged, its messenger a
//! connection that doesn't come about.

use crate::mon::{Span, Time};
use crate::sim::chance::Chance;

/// The messenger's first wait before it connects again (`ms_initial_backoff`), and its longest (`ms_max_backoff`).
const BACKOFF: (Span, Span) = (Span::from_ms(200), Span::from_secs(15));

/// The longest wait of a messenger before it connects again.
pub(super) const LONGEST_WAIT: Span = BACKOFF.1;

/// The kernel's shortest wait for an acknowledgement, and its longest.
const RETRANSMISSION: (Span, Span) = (Span::from_ms(200), Span::from_secs(120));

/// What an acknowledgement takes longer than the way there and back, on the average of a connection.
const ACK_DELAY: (Span, Span) = (Span::from_ms(6), Span::from_ms(18));

/// After so many tries the kernel gives the connection up, and it is the messenger's turn.
const RETRANSMISSIONS_MAX: u8 = 15;

/// The kernel's shortest tick.
const TICK: Span = Span::from_ms(4);

/// How long a messenger waits before it connects again, when it waited this long before.
pub(super) fn next_wait(last: Span) -> Span {
    Span(last.0 * 2).clamp(BACKOFF.0, BACKOFF.1)
}

/// Tries that come at ever longer intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tries {
    next: Time,
    /// From the next one to the one after it.
    wait: Span,
    /// How many more of them are the kernel's.
    packets_left: u8,
}

impl Tries {
    /// A packet that left at `sent` is not acknowledged: the first try comes after the time-out of its connection.
    pub(super) fn of_packet(sent: Time, timeout: Span) -> Self {
        Self {
            next: sent + timeout,
            wait: Span(timeout.0 * 2),
            packets_left: RETRANSMISSIONS_MAX,
        }
    }

    /// The first try at this instant or later; all before it were in vain.
    pub(super) fn first_from(&mut self, now: Time) -> Time {
        while self.next < now {
            self.fail();
        }
        self.next
    }

    /// The next try is in vain, too; gives the one after it.
    pub(super) fn fail(&mut self) -> Time {
        self.next = fires(self.next + self.wait, self.wait);
        self.wait = Span(self.wait.0 * 2);
        if self.packets_left > 0 {
            self.packets_left -= 1;
            self.wait = self.wait.min(RETRANSMISSION.1);
        } else {
            // The kernel gives the connection up, and it is the messenger's turn.
            self.wait = self.wait.min(BACKOFF.1);
        }
        self.next
    }
}

/// How long a connection waits for an acknowledgement, when a message takes this long.
pub(super) fn timeout(latency: (Span, Span), chance: &mut Chance) -> Span {
    let (there, back) = own_latency(latency);
    RETRANSMISSION.0 + there + back + chance.span(ACK_DELAY.0, ACK_DELAY.1)
}

/// What a packet takes at least and at most when a message takes this long: the threads of the monitors, which make
/// messages slow at times, have no part in it.
pub(super) fn own_latency((shortest, longest): (Span, Span)) -> (Span, Span) {
    (shortest, shortest + Span((longest - shortest).0 / 4))
}

/// When a kernel's timer fires that was set for `at` and runs for `wait`: its wheel turns the more coarsely the longer
/// the timer runs, by up to an eighth. All hosts keep the same time here, so that what they retry falls together, as it
/// does between real monitors on one host.
fn fires(at: Time, wait: Span) -> Time {
    const SLOTS: u64 = 63;
    let mut tick = TICK;
    while wait.0 >= tick.0 * SLOTS {
        tick = Span(tick.0 * 8);
    }
    Time((at.0 / tick.0 + 1) * tick.0)
}
