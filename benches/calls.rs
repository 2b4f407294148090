//! How fast the electors answer the calls that were recorded of Ceph's own code: `make bench`. Each recording is read
//! before; effects are noted, nothing is compared, as in the figures that Ceph's own code was measured with.

use std::path::Path as FsPath;

use divan::Bencher;
use divan::counter::ItemsCount;
use serde_json::Value;

#[path = "../tests/conformance/replay.rs"]
#[allow(
    dead_code,
    reason = "what the conformance test compares with stays unused here"
)]
mod replay;

use replay::{Recording, luminous, modern, tracker};

fn main() {
    divan::main();
}

/// The scenarios of a recording of the repository.
fn scenarios(name: &str) -> Vec<Value> {
    let folder = FsPath::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let recording = Recording::open(&folder.join(name)).unwrap_or_else(|error| panic!("{error}"));
    recording
        .map(|line| line.unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

#[divan::bench(name = "luminous")]
fn calls_of_luminous(bencher: Bencher<'_, '_>) {
    let scripts: Vec<_> = scenarios("luminous.jsonl.gz")
        .iter()
        .map(luminous::Script::read)
        .collect();
    let calls: usize = scripts.iter().map(|script| script.calls.len()).sum();
    let mut seen = luminous::Seen::default();
    bencher.counter(ItemsCount::new(calls)).bench_local(|| {
        for script in &scripts {
            let mut nodes = script.nodes.clone();
            for call in &script.calls {
                seen.run(&mut nodes[call.node], script, call);
            }
        }
    });
}

#[divan::bench(name = "modern", args = ["classic", "disallow", "connectivity"])]
fn calls_of_modern(bencher: Bencher<'_, '_>, strategy: &str) {
    let scripts: Vec<_> = scenarios(&format!("modern-{strategy}.jsonl.gz"))
        .iter()
        .map(modern::Script::read)
        .collect();
    let calls: usize = scripts.iter().map(|script| script.calls.len()).sum();
    let mut seen = modern::Seen::default();
    bencher.counter(ItemsCount::new(calls)).bench_local(|| {
        for script in &scripts {
            let mut nodes = script.nodes.clone();
            for (view, call) in &script.calls {
                seen.run(&mut nodes[view.me.index()], view, call);
            }
        }
    });
}

#[divan::bench(name = "tracker")]
fn calls_of_the_tracker(bencher: Bencher<'_, '_>) {
    let scripts: Vec<_> = scenarios("modern-tracker.jsonl.gz")
        .iter()
        .map(tracker::Script::read)
        .collect();
    let calls: usize = scripts.iter().map(|script| script.calls.len()).sum();
    bencher.counter(ItemsCount::new(calls)).bench_local(|| {
        for script in &scripts {
            let mut nodes = script.nodes.clone();
            for (node, call) in &script.calls {
                divan::black_box(tracker::run(&mut nodes[*node], call));
            }
        }
    });
}
