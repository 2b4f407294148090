//! Clusters for tests.

#[allow(dead_code, reason = "not every test leaves something to chance")]
pub(crate) mod dice;

use monscope::core::mon::{Span, Time};
use monscope::core::scenario::{Action, By, Scenario, Scripted};

/// A cluster of `n` monitors that all boot at 0 s, with the pictures' latency of 20 to 60 ms.
pub(crate) fn scenario(n: usize, seed: u64) -> Scenario {
    let mut scenario = Scenario {
        seed,
        ..Scenario::of(n)
    };
    scenario.network.latency = (Span::from_ms(20), Span::from_ms(60));
    scenario.script.push(Scripted {
        at: Time::ZERO,
        action: Action::Boot(Vec::new()),
        by: By::Author,
    });
    scenario
}
