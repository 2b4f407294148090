//! How fast the core is, natively: `make bench`. An item is one entry taken from the queue, or one seek.

use divan::Bencher;
use divan::counter::ItemsCount;

mod work;

use monscope::core::scenario::Scenario;
use work::{ENTRIES, Seeks, by_scores, elections, luminous};

fn main() {
    divan::main();
}

#[divan::bench(args = [3, 5, 9, 31])]
fn elections_with_properties_checked(bencher: Bencher<'_, '_>, monitors: usize) {
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| elections(&luminous(monitors), true));
}

#[divan::bench(args = [3, 5, 9, 31])]
fn elections_unchecked(bencher: Bencher<'_, '_>, monitors: usize) {
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| elections(&luminous(monitors), false));
}

#[divan::bench(args = [3, 5, 9, 31])]
fn elections_by_scores_with_properties_checked(bencher: Bencher<'_, '_>, monitors: usize) {
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| elections(&by_scores(monitors), true));
}

#[divan::bench]
fn seek_in_ten_minutes(bencher: Bencher<'_, '_>) {
    seeks(bencher, luminous(5));
}

#[divan::bench]
fn seek_in_ten_minutes_by_scores(bencher: Bencher<'_, '_>) {
    seeks(bencher, by_scores(5));
}

fn seeks(bencher: Bencher<'_, '_>, scenario: Scenario) {
    let mut seeks = Seeks::new(scenario);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(move || seeks.seek());
}
