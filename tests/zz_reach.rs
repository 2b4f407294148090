mod common;
#[path = "common/soak.rs"]
#[allow(dead_code)]
mod soak;
use monscope::core::mon::Branch;
const WANTED: &str = "GATE-2 PROBE-FSID PROBE-3 REPLY-3 REPLY-4 REPLY-6 PAXOS-GATE-1 PAXOS-GATE-5 HANDLE-COLLECT-4 HANDLE-LAST-1 HANDLE-LAST-3 HANDLE-LAST-5-GAP HANDLE-LEASE-1 HANDLE-LEASE-ACK-3 MON-WAITWRITE FINISH-ELECTION-7 GET-COOKIE-1 GET-COOKIE-2 GET-CHUNK-1 GET-CHUNK-2 COOKIE-1 CHUNK-1 NO-COOKIE HANDLE-BEGIN-1 HANDLE-ACCEPT-1 HANDLE-ACCEPT-2 B3-2 B5-2 B9-SEND-1 B9-PING-1 B9-REPLY-1 B9-REPLY-4 STORE-GAP B9-BEGIN-DEAD-1 D2-OWN D2-UNRANKED D3-CREATE D5-EMPTY D5-DIRTY";
#[test]
fn reach() {
    let mut left: Vec<Branch> = WANTED.split(' ').filter_map(Branch::from_id).collect();
    let n: u64 = std::env::var("N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(300);
    for seed in 0..n {
        for flavour in soak::flavours() {
            let s = soak::scenario(flavour, seed);
            let run = soak::play(&s, soak::end(&s));
            let mut found = vec![];
            left.retain(|b| {
                let t = run.player.world().has_taken(*b, None);
                if t {
                    found.push(*b)
                }
                !t
            });
            for b in found {
                let less = soak::minimised(&s, |less| {
                    soak::play(less, soak::end(less))
                        .player
                        .world()
                        .has_taken(b, None)
                });
                println!("=== {} {flavour:?} seed {seed}\n{}", b.id(), less.to_text());
            }
        }
    }
    println!("LEFT {:?}", left.iter().map(|b| b.id()).collect::<Vec<_>>());
}
