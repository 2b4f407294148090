//! How fast the core is in the browser, built as the page is: `make bench`. An iteration of the elections takes
//! `ENTRIES` entries from the queue.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use monscope::core::scenario::Scenario;
use wasm_bindgen_test::{Criterion, console_log, wasm_bindgen_bench, wasm_bindgen_test_configure};

mod work;

use work::{ENTRIES, Seeks, by_scores, elections, luminous};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Enough samples to see the spread, few enough to wait for.
fn patience(criterion: &mut Criterion) -> Criterion {
    std::mem::take(criterion)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(10)
}

/// A kind of cluster of so many monitors.
type Cluster = (&'static str, fn(usize) -> Scenario);

const LUMINOUS: Cluster = ("luminous", luminous);
const BY_SCORES: Cluster = ("modern by scores", by_scores);

#[wasm_bindgen_bench]
fn elections_back_to_back(criterion: &mut Criterion) {
    let mut criterion = patience(criterion);
    let runs = [
        (LUMINOUS, true, "checked"),
        (LUMINOUS, false, "unchecked"),
        (BY_SCORES, true, "checked"),
    ];
    for monitors in [3, 5, 9, 31] {
        for ((kind, cluster), checked, how) in runs {
            let name = format!("{ENTRIES} entries, {monitors} monitors, {kind}, {how}");
            criterion.bench_function(&name, |bencher| {
                bencher.iter(|| elections(&cluster(monitors), checked));
            });
        }
    }
}

/// The unit in which a wasm module's memory grows.
const PAGE_BYTES: usize = 65_536;

#[wasm_bindgen_bench]
fn seek_in_ten_minutes(criterion: &mut Criterion) {
    let mut criterion = patience(criterion);
    for (kind, cluster) in [LUMINOUS, BY_SCORES] {
        let mut seeks = Seeks::new(cluster(5));
        let all = core::arch::wasm32::memory_size(0) * PAGE_BYTES;
        console_log!("memory of everything, with ten minutes of 5 monitors, {kind}: {all} bytes");
        let name = format!("a seek in ten minutes of 5 monitors, {kind}");
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| seeks.seek());
        });
    }
}
