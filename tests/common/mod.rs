//! Clusters for tests.

use monscope::core::mon::{Options, Span, Time};
use monscope::core::scenario::{Action, By, MonSpec, Network, Origin, Scenario, Scripted, Starts};

/// A cluster of `n` monitors that all boot at 0 s, with the pictures' latency of 20 to 60 ms.
pub(crate) fn scenario(n: usize, seed: u64) -> Scenario {
    let monitor = |i: usize| MonSpec {
        name: char::from(b'a' + i as u8).to_string(),
        addr: format!("10.0.0.{}:6789", i + 1),
        epoch: None,
        capable: true,
        starts: Starts::Up,
    };
    Scenario {
        title: String::new(),
        monitors: (0..n).map(monitor).collect(),
        monmap_epoch: 1,
        fsid: None,
        edition: Default::default(),
        strategy: Default::default(),
        seed,
        network: Network {
            latency: (Span::from_ms(20), Span::from_ms(60)),
            ..Network::default()
        },
        options: Options::default(),
        script: vec![Scripted {
            at: Time::ZERO,
            action: Action::Boot(Vec::new()),
            by: By::Author,
        }],
        notes: Vec::new(),
        expects: Vec::new(),
        asks: Vec::new(),
        loops: Vec::new(),
        origin: Origin::Written,
    }
}
