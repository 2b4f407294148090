//! The table of branch ids: every numbered step of the specification that the code can take.
//!
//! An id is stable; it appears in traces, tests, scenarios and on the page. Where the specification numbers a step
//! without naming it, the id is procedure-number (`HANDLE-LAST-7`). Beside each id stand the values that were compared
//! or chosen there, in the order in which a [`Step`](super::decision::Step) carries them.

mod declare;

use declare::branches;
pub use declare::{Level, ValueInfo, ValueKind};

branches! {
    // The elector.
    Init "INIT" "Elector::init" {
        Init1 "INIT-1" Step (stored_epoch: Int);
        Init2 "INIT-2" Step (epoch: Int);
        Init3 "INIT-3" Step (epoch: Int);
        Init4 "INIT-4" Step (epoch: Int);
    }
    Bump "BUMP" "Elector::bump_epoch" {
        Bump1 "BUMP-1" Step (epoch: Int, new_epoch: Int);
        Bump2 "BUMP-2" Step (epoch: Int);
        Bump3 "BUMP-3" Step (epoch: Int);
        Bump4 "BUMP-4" Step (); Bump5 "BUMP-5" Step (); Bump6 "BUMP-6" Step ();
    }
    Start "START" "Elector::start" {
        Start1 "START-1" Step (); Start2 "START-2" Step (); Start3 "START-3" Step ();
        Start4a "START-4a" Step (epoch: Int);
        Start4b "START-4b" Step (epoch: Int);
        Start5 "START-5" Step (epoch: Int);
        Start6 "START-6" Step ();
        Start7 "START-7" Step (to: Set);
        Start8 "START-8" Step ();
    }
    Defer "DEFER" "Elector::defer" {
        Defer1 "DEFER-1" Step (acked_me: Set);
        Defer2 "DEFER-2" Step (leader_acked: Int);
        Defer3 "DEFER-3" Step (to: Int, epoch: Int);
        Defer4 "DEFER-4" Step ();
    }
    Victory "VICTORY" "Elector::victory" {
        Victory1 "VICTORY-1" Step ();
        Victory2 "VICTORY-2" Step (quorum: Set);
        Victory3 "VICTORY-3" Step ();
        Victory4 "VICTORY-4" Step (epoch: Int);
        Victory5 "VICTORY-5" Step (epoch: Int);
        Victory6 "VICTORY-6" Step (to: Set);
        Victory7 "VICTORY-7" Step (epoch: Int, quorum: Set);
    }
    TimerSet "TIMER-SET" "Elector::reset_timer" {
        TimerSet "TIMER-SET" Step (wait_us: Int);
    }
    TimerCancel "TIMER-CANCEL" "Elector::cancel_timer" {
        TimerCancel "TIMER-CANCEL" Step ();
    }
    Expire "EXPIRE" "Elector::expire" {
        TimerFire "TIMER-FIRE" Step ();
        Expire1 "EXPIRE-1" Choice (acked_me: Set, needed: Int);
        Expire2a "EXPIRE-2a" Choice (acked_me: Set, needed: Int);
        Expire2b "EXPIRE-2b" Choice (acked_me: Set, needed: Int);
    }
    Gate "GATE" "Monitor::_ms_dispatch" {
        Gate2 "GATE-2" Choice ();
        Gate3 "GATE-3" Choice ();
    }
    Dispatch "DISPATCH" "Elector::dispatch" {
        Dispatch1 "DISPATCH-1" Choice ();
        Dispatch2 "DISPATCH-2" Choice (from: Int, monitors: Int);
        Dispatch3 "DISPATCH-3" Choice ();
        Dispatch5 "DISPATCH-5" Choice (from: Int);
        Dispatch6 "DISPATCH-6" Choice (message_monmap_epoch: Int, monmap_epoch: Int);
        Dispatch7 "DISPATCH-7" Step (message_monmap_epoch: Int, monmap_epoch: Int);
        Dispatch8 "DISPATCH-8" Step ();
        Dispatch9 "DISPATCH-9" Choice (message_epoch: Int, epoch: Int);
        Dispatch10 "DISPATCH-10" Step ();
    }
    Propose "HANDLE-PROPOSE" "Elector::handle_propose" {
        Propose1 "PROPOSE-1" Step (message_epoch: Int);
        Propose2 "PROPOSE-2" Choice (offered: Int, required: Int);
        Propose3 "PROPOSE-3" Choice (offered: Int, required: Int);
        Propose4 "PROPOSE-4" Choice (message_epoch: Int, epoch: Int);
        Propose5a "PROPOSE-5a" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        Propose5b "PROPOSE-5b" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        Propose6a "PROPOSE-6a" Choice (rank: Int, from: Int, leader_acked: Int);
        Propose6b "PROPOSE-6b" Choice (rank: Int, from: Int);
        Propose6c "PROPOSE-6c" Choice (rank: Int, from: Int);
        Propose7a "PROPOSE-7a" Choice (rank: Int, from: Int, leader_acked: Int);
        Propose7b "PROPOSE-7b" Choice (rank: Int, from: Int, leader_acked: Int);
    }
    Ack "HANDLE-ACK" "Elector::handle_ack" {
        Hack1 "HACK-1" Step (message_epoch: Int);
        Hack2 "HACK-2" Choice (message_epoch: Int, epoch: Int);
        Hack3 "HACK-3" Step (message_epoch: Int, epoch: Int);
        Hack4 "HACK-4" Choice (offered: Int, required: Int);
        Hack5 "HACK-5" Choice (offered: Int, required: Int);
        Hack6 "HACK-6" Choice (acked_me: Set, monitors: Int);
        Hack7 "HACK-7" Choice (leader_acked: Int);
    }
    VictoryClaim "HANDLE-VICTORY" "Elector::handle_victory" {
        Hvic1 "HVIC-1" Step (from: Int, rank: Int);
        Hvic2 "HVIC-2" Step (message_epoch: Int);
        Hvic3 "HVIC-3" Step ();
        Hvic4 "HVIC-4" Choice (message_epoch: Int, epoch: Int);
        Hvic5 "HVIC-5" Choice (message_epoch: Int, epoch: Int);
        Hvic6 "HVIC-6" Step (leader: Int, quorum: Set);
        Hvic7 "HVIC-7" Step (); Hvic8 "HVIC-8" Step ();
    }
    NakOldPeer "NAK-OLD-PEER" "Elector::nak_old_peer" {
        NakOldPeer "NAK-OLD-PEER" Step (to: Int, message_epoch: Int);
    }
    Nak "HANDLE-NAK" "Elector::handle_nak" {
        HandleNak2 "HANDLE-NAK-2" Step (required_con: Int, required_mon: Int);
        HandleNak3 "HANDLE-NAK-3" Choice (from: Int);
    }
    Exit "EXIT" "Monitor::do_admin_command" {
        Exit1 "EXIT-1" Choice ();
        Exit2 "EXIT-2" Step ();
    }
    Enter "ENTER" "Monitor::do_admin_command" {
        Enter1 "ENTER-1" Step ();
        Enter2 "ENTER-2" Choice ();
    }

    // The monitor.
    Reset "MON-RESET" "Monitor::_reset" {
        MonReset1 "MON-RESET-1" Step ();
        MonReset4 "MON-RESET-4" Step (quorum: Set);
        MonReset5 "MON-RESET-5" Step (); MonReset6 "MON-RESET-6" Step ();
    }
    JoinElection "JOIN-ELECTION" "Monitor::join_election" {
        JoinElection "JOIN-ELECTION" Step ();
    }
    StartElection "START-ELECTION" "Monitor::start_election" {
        StartElection "START-ELECTION" Step ();
    }
    Bootstrap "BOOTSTRAP" "Monitor::bootstrap" {
        Boot3 "BOOT-3" Step ();
        Boot5a "BOOT-5a" Choice (rank: Int);
        Boot5c "BOOT-5c" Step (rank: Int, new_rank: Int);
        Boot6 "BOOT-6" Step ();
        Boot10 "BOOT-10" Choice ();
        Boot11 "BOOT-11" Step (); Boot12 "BOOT-12" Step ();
        Boot13 "BOOT-13" Step (to: Set);
    }
    ProbeTimer "PROBE-TIMEOUT" "Monitor::probe_timeout" {
        ProbeTimeout "PROBE-TIMEOUT" Choice (alive: Int, needed: Int);
    }
    ProbeGate "HANDLE-PROBE" "Monitor::handle_probe" {
        ProbeFsid "PROBE-FSID" Choice ();
        ProbeMissing "PROBE-MISSING-FEATURES" Choice ();
    }
    ProbeProbe "HANDLE-PROBE-PROBE" "Monitor::handle_probe_probe" {
        Probe1 "PROBE-1" Choice (offered: Int, required: Int, release: Int);
        Probe2 "PROBE-2" Step ();
        Probe3 "PROBE-3" Choice (last_committed: Int, message_first_committed: Int);
        Probe4 "PROBE-4" Choice (quorum: Set);
        Probe5 "PROBE-5" Step ();
    }
    ProbeReply "HANDLE-PROBE-REPLY" "Monitor::handle_probe_reply" {
        Reply1 "REPLY-1" Choice ();
        Reply2 "REPLY-2" Choice (message_monmap_epoch: Int, monmap_epoch: Int);
        Reply5 "REPLY-5" Choice ();
        Reply10a "REPLY-10a" Choice (message_quorum: Set);
        Reply11a "REPLY-11a" Choice ();
        Reply11b "REPLY-11b" Step (outside_quorum: Set);
        Reply11c "REPLY-11c" Choice (alive: Int, needed: Int);
        Reply11d "REPLY-11d" Choice (alive: Int, needed: Int);
        Reply11e "REPLY-11e" Choice (alive: Int, needed: Int);
    }
    WinStandalone "WIN-STANDALONE" "Monitor::win_standalone_election" {
        WinStandalone "WIN-STANDALONE" Step (epoch: Int);
    }
    WinElection "WIN-ELECTION" "Monitor::win_election" {
        WinElection1 "WIN-ELECTION-1" Step ();
        WinElection2 "WIN-ELECTION-2" Step (epoch: Int, quorum: Set);
        WinElection5 "WIN-ELECTION-5" Step (); WinElection10 "WIN-ELECTION-10" Step ();
    }
    LoseElection "LOSE-ELECTION" "Monitor::lose_election" {
        LoseElection1 "LOSE-ELECTION-1" Step (epoch: Int, leader: Int, quorum: Set);
        LoseElection2 "LOSE-ELECTION-2" Step (); LoseElection6 "LOSE-ELECTION-6" Step ();
    }
    Joined "MON-JOINED" "MonmapMonitor::on_active" {
        MonJoined "MON-JOINED" Step (last_committed: Int);
    }

    // Paxos.
    PaxosGate "PAXOS-GATE" "Monitor::dispatch_op" {
        PaxosGate1 "PAXOS-GATE-1" Choice (message_epoch: Int, epoch: Int);
        PaxosGate2 "PAXOS-GATE-2" Choice (message_epoch: Int, epoch: Int);
        PaxosGate3 "PAXOS-GATE-3" Choice ();
        PaxosGate4 "PAXOS-GATE-4" Step (from: Int, leader: Int);
        PaxosGate5 "PAXOS-GATE-5" Choice ();
    }
    PaxosRestart "RESTART" "Paxos::restart" {
        PaxosRestart "RESTART" Step ();
    }
    LeaderInit "LEADER-INIT" "Paxos::leader_init" {
        LeaderInit1 "LEADER-INIT-1" Step ();
        LeaderInit2 "LEADER-INIT-2" Step (quorum: Set);
        LeaderInit3 "LEADER-INIT-3" Step (quorum: Set);
    }
    PeonInit "PEON-INIT" "Paxos::peon_init" {
        PeonInit "PEON-INIT" Step ();
    }
    Collect "COLLECT" "Paxos::collect" {
        Collect1 "COLLECT-1" Step (); Collect2 "COLLECT-2" Step ();
        Collect4 "COLLECT-4" Step (accepted_pn: Int);
        Collect5 "COLLECT-5" Step ();
        Collect6 "COLLECT-6" Step (to: Set);
        Collect7 "COLLECT-7" Step ();
    }
    NewPn "NEW-PN" "Paxos::get_new_proposal_number" {
        NewPn "NEW-PN" Step (above: Int, last_pn: Int);
    }
    HandleCollect "HANDLE-COLLECT" "Paxos::handle_collect" {
        HandleCollect1 "HANDLE-COLLECT-1" Step (); HandleCollect2 "HANDLE-COLLECT-2" Step ();
        HandleCollect3 "HANDLE-COLLECT-3" Step ();
        HandleCollect4 "HANDLE-COLLECT-4" Choice (message_first_committed: Int, last_committed: Int);
        HandleCollect6 "HANDLE-COLLECT-6" Step (message_pn: Int, accepted_pn: Int);
        HandleCollect10 "HANDLE-COLLECT-10" Choice (accepted_pn: Int);
    }
    HandleLast "HANDLE-LAST" "Paxos::handle_last" {
        HandleLast1 "HANDLE-LAST-1" Choice ();
        HandleLast2 "HANDLE-LAST-2" Step (peer_first_committed: Int, peer_last_committed: Int);
        HandleLast3 "HANDLE-LAST-3" Choice (peer_first_committed: Int, last_committed: Int);
        HandleLast4 "HANDLE-LAST-4" Step (peer_last_committed: Int, last_committed: Int);
        HandleLast5 "HANDLE-LAST-5" Step (peer: Int, peer_last_committed: Int, last_committed: Int);
        HandleLast5Gap "HANDLE-LAST-5-GAP" Choice (peer: Int, peer_last_committed: Int, first_committed: Int);
        HandleLast6 "HANDLE-LAST-6" Choice (message_pn: Int, accepted_pn: Int);
        HandleLast7 "HANDLE-LAST-7" Choice (num_last: Int, quorum: Set);
        HandleLast8 "HANDLE-LAST-8" Choice (message_pn: Int, accepted_pn: Int);
    }
    HandleCommit "HANDLE-COMMIT" "Paxos::handle_commit" {
        HandleCommit1 "HANDLE-COMMIT-1" Step ();
        HandleCommit2 "HANDLE-COMMIT-2" Choice (message_last_committed: Int, last_committed: Int);
    }
    FinishRound "FINISH-ROUND" "Paxos::finish_round" {
        FinishRound "FINISH-ROUND" Step ();
    }
    ExtendLease "EXTEND-LEASE" "Paxos::extend_lease" {
        ExtendLease1 "EXTEND-LEASE-1" Step (lease_expire_us: Int);
        ExtendLease2 "EXTEND-LEASE-2" Step (to: Set);
        ExtendLease3 "EXTEND-LEASE-3" Step (); ExtendLease4 "EXTEND-LEASE-4" Step ();
    }
    HandleLease "HANDLE-LEASE" "Paxos::handle_lease" {
        HandleLease1 "HANDLE-LEASE-1" Choice (message_last_committed: Int, last_committed: Int);
        HandleLease2 "HANDLE-LEASE-2" Choice (lease_expire_us: Int);
    }
    HandleLeaseAck "HANDLE-LEASE-ACK" "Paxos::handle_lease_ack" {
        HandleLeaseAck1 "HANDLE-LEASE-ACK-1" Choice ();
        HandleLeaseAck2 "HANDLE-LEASE-ACK-2" Choice (acked_lease: Set, quorum: Set);
        HandleLeaseAck3 "HANDLE-LEASE-ACK-3" Choice (acked_lease: Set);
    }
    CollectTimer "COLLECT-TIMEOUT" "Paxos::collect_timeout" {
        CollectTimeout "COLLECT-TIMEOUT" Choice (num_last: Int, quorum: Set);
    }
    RenewTimer "LEASE-RENEW" "Paxos::lease_renew_timeout" {
        LeaseRenew "LEASE-RENEW" Choice ();
    }
    LeaseAckTimer "LEASE-ACK-TIMEOUT" "Paxos::lease_ack_timeout" {
        LeaseAckTimeout "LEASE-ACK-TIMEOUT" Choice (acked_lease: Set, quorum: Set);
    }
    LeaseTimer "LEASE-TIMEOUT" "Paxos::lease_timeout" {
        LeaseTimeout "LEASE-TIMEOUT" Choice (leader: Int);
    }
    // Ids that came later stand below: the rolling hash of a run knows an id by its place in this table, so that a new
    // one goes to the end. A block without a name adds ids to a procedure that has one above.
    WaitWrite "MON-WAITWRITE" "Monitor::wait_for_paxos_write" {
        MonWaitWrite "MON-WAITWRITE" Step ();
    }
    Preinit "PREINIT" "Monitor::preinit" {
        Preinit "PREINIT" Choice ();
    }
    Shutdown "SHUTDOWN" "Monitor::shutdown" {
        Shutdown "SHUTDOWN" Choice ();
    }
    Bootstrap { Boot2 "BOOT-2" Step (); }
    ProbeReply {
        Reply3 "REPLY-3" Choice (name: Int);
        Reply4 "REPLY-4" Choice (name: Int);
        Reply6 "REPLY-6" Step (message_last_committed: Int, floor: Int);
        Reply7 "REPLY-7" Choice (last_committed: Int, message_first_committed: Int);
        Reply8 "REPLY-8" Choice (last_committed: Int, message_last_committed: Int, drift: Int);
        Reply10b "REPLY-10b" Choice (message_quorum: Set);
    }
    FinishElection "FINISH-ELECTION" "Monitor::finish_election" {
        FinishElection4 "FINISH-ELECTION-4" Step ();
        FinishElection7 "FINISH-ELECTION-7" Step (to: Int);
    }
    Monmap "MON-MONMAP" "MonmapMonitor::update_from_paxos" {
        MonMonmap "MON-MONMAP" Choice (committed_epoch: Int, epoch: Int);
    }
    CreateInitial "CREATE-INITIAL" "MonmapMonitor::create_initial" {
        CreateInitial "CREATE-INITIAL" Step ();
    }
    RequestForward "REQUEST-FORWARD" "Monitor::forward_request_leader" {
        RequestForward "REQUEST-FORWARD" Choice (leader: Int);
    }
    RequestWait "REQUEST-WAIT" "Monitor::waitlist_or_zap_client" {
        RequestWait "REQUEST-WAIT" Choice ();
    }
    RequestCommit "REQUEST-COMMIT" "PaxosService::propose_pending" {
        RequestCommit "REQUEST-COMMIT" Choice (count: Int);
    }
    JoinKnown "REQUEST-JOIN" "MonmapMonitor::preprocess_join" {
        RequestJoin1 "REQUEST-JOIN-1" Choice (name: Int);
    }
    Join "REQUEST-JOIN" "MonmapMonitor::prepare_join" {
        RequestJoin2 "REQUEST-JOIN-2" Choice (name: Int);
    }
    Remove "REQUEST-REMOVE" "MonmapMonitor::prepare_command" {
        RequestRemove1 "REQUEST-REMOVE-1" Choice (name: Int);
        RequestRemove2 "REQUEST-REMOVE-2" Choice (name: Int);
    }

    // Synchronising.
    SyncStart "SYNC-START" "Monitor::sync_start" {
        SyncStart "SYNC-START" Step (provider: Int, full: Int);
        SyncStartFull "SYNC-START-FULL" Step (floor: Int);
    }
    SyncTimer "SYNC-TIMEOUT" "Monitor::sync_timeout" {
        SyncTimeout "SYNC-TIMEOUT" Choice ();
    }
    GetCookie "GET-COOKIE" "Monitor::handle_sync_get_cookie" {
        GetCookie1 "GET-COOKIE-1" Choice ();
        GetCookie2 "GET-COOKIE-2" Choice (offered: Int, required: Int);
        GetCookie3 "GET-COOKIE-3" Choice (cookie: Int, position: Int);
    }
    GetChunk "GET-CHUNK" "Monitor::handle_sync_get_chunk" {
        GetChunk1 "GET-CHUNK-1" Choice (cookie: Int);
        GetChunk2 "GET-CHUNK-2" Choice (position: Int, first_committed: Int);
        GetChunk3 "GET-CHUNK-3" Choice (position: Int, to: Int, last: Int);
    }
    Cookie "COOKIE" "Monitor::handle_sync_cookie" {
        Cookie1 "COOKIE-1" Choice ();
        Cookie2 "COOKIE-2" Choice (cookie: Int);
    }
    Chunk "CHUNK" "Monitor::handle_sync_chunk" {
        Chunk1 "CHUNK-1" Choice ();
        Chunk2 "CHUNK-2" Choice (to: Int);
        Chunk3 "CHUNK-3" Step ();
        Chunk4 "CHUNK-4" Step (first_committed: Int, last_committed: Int);
        Chunk5 "CHUNK-5" Choice ();
    }
    NoCookie "NO-COOKIE" "Monitor::handle_sync_no_cookie" {
        NoCookie "NO-COOKIE" Choice ();
    }

    // Paxos' values.
    Collect { Collect3 "COLLECT-3" Step (version: Int, pn: Int); }
    HandleCollect {
        HandleCollect8 "HANDLE-COLLECT-8" Step (message_last_committed: Int, last_committed: Int);
        HandleCollect9 "HANDLE-COLLECT-9" Step (version: Int, pn: Int);
    }
    HandleLast {
        HandleLast7Uncommitted "HANDLE-LAST-7-UNCOMMITTED" Step (version: Int, pn: Int);
        HandleLast7Previous "HANDLE-LAST-7-PREVIOUS" Choice (version: Int, pn: Int);
        HandleLast9 "HANDLE-LAST-9" Step ();
    }
    ProposeValue "PROPOSE" "Paxos::propose_pending" {
        Propose "PROPOSE" Step (version: Int);
    }
    Begin "BEGIN" "Paxos::begin" {
        Begin1 "BEGIN-1" Step (); Begin2 "BEGIN-2" Step ();
        Begin3 "BEGIN-3" Step (version: Int, pn: Int);
        Begin4 "BEGIN-4" Step ();
        Begin5 "BEGIN-5" Step (to: Set);
        Begin6 "BEGIN-6" Step ();
    }
    HandleBegin "HANDLE-BEGIN" "Paxos::handle_begin" {
        HandleBegin1 "HANDLE-BEGIN-1" Choice (message_pn: Int, accepted_pn: Int);
        HandleBegin2 "HANDLE-BEGIN-2" Step (message_last_committed: Int, last_committed: Int);
        HandleBegin3 "HANDLE-BEGIN-3" Step ();
        HandleBegin4 "HANDLE-BEGIN-4" Step (version: Int, pn: Int);
        HandleBegin5 "HANDLE-BEGIN-5" Choice (version: Int);
    }
    HandleAccept "HANDLE-ACCEPT" "Paxos::handle_accept" {
        HandleAccept1 "HANDLE-ACCEPT-1" Choice (message_pn: Int, accepted_pn: Int);
        HandleAccept2 "HANDLE-ACCEPT-2" Choice (message_last_committed: Int, last_committed: Int);
        HandleAccept3 "HANDLE-ACCEPT-3" Step (accepted: Set);
        HandleAccept4 "HANDLE-ACCEPT-4" Choice (accepted: Set, quorum: Set);
    }
    CommitStart "COMMIT-START" "Paxos::commit_start" {
        CommitStart "COMMIT-START" Step (version: Int);
    }
    CommitFinish "COMMIT-FINISH" "Paxos::commit_finish" {
        CommitFinish1 "COMMIT-FINISH-1" Choice (version: Int);
        CommitFinish2 "COMMIT-FINISH-2" Step (to: Set);
        CommitFinish3 "COMMIT-FINISH-3" Step (); CommitFinish4 "COMMIT-FINISH-4" Step ();
    }
    FinishRound { FinishRoundTrim "FINISH-ROUND-TRIM" Step (first_committed: Int, to: Int); }
    AcceptTimer "ACCEPT-TIMEOUT" "Paxos::accept_timeout" {
        AcceptTimeout "ACCEPT-TIMEOUT" Choice (accepted: Set, quorum: Set);
    }

    // The modern edition: its election logic. Not in the specification: A-CONN-2-ON, where A-CONN-2 applies and lets
    // the proposal pass.
    AInit "A-INIT" "ElectionLogic::init" {
        AInit1 "A-INIT-1" Step (stored_epoch: Int);
        AInit2 "A-INIT-2" Step (epoch: Int);
        AInit3 "A-INIT-3" Step (epoch: Int);
        AInit4 "A-INIT-4" Step (epoch: Int);
    }
    ABump "A-BUMP" "ElectionLogic::bump_epoch" {
        ABump1 "A-BUMP-1" Step (epoch: Int, new_epoch: Int);
        ABump2 "A-BUMP-2" Step (epoch: Int);
        ABump3 "A-BUMP-3" Step (epoch: Int);
        ABump4 "A-BUMP-4" Step (epoch: Int);
        ABump5 "A-BUMP-5" Step (); ABump6 "A-BUMP-6" Step ();
    }
    AClear "A-CLEAR" "ElectionLogic::clear_live_election_state" {
        AClear "A-CLEAR" Step ();
    }
    AStable "A-STABLE" "ElectionLogic::reset_stable_tracker" {
        AStable "A-STABLE" Step ();
    }
    AStandalone "A-STANDALONE" "ElectionLogic::declare_standalone_victory" {
        AStandalone "A-STANDALONE" Step (monitors: Int, rank: Int);
    }
    AScore "A-SCORE" "ElectionLogic::connectivity_election_score" {
        AScore "A-SCORE" Step (rank: Int, score: Score, stable: Int);
    }
    AStart "A-START" "ElectionLogic::start" {
        AStart1 "A-START-1" Step (); AStart2 "A-START-2" Step (); AStart3 "A-START-3" Step ();
        AStart4a "A-START-4a" Step (epoch: Int);
        AStart4b "A-START-4b" Step (epoch: Int);
        AStart5 "A-START-5" Step (rank: Int);
        AStart6 "A-START-6" Step (); AStart7 "A-START-7" Step ();
        AStart8 "A-START-8" Step (epoch: Int, to: Set);
        AStart9 "A-START-9" Step ();
    }
    ADefer "A-DEFER" "ElectionLogic::defer" {
        ADefer1 "A-DEFER-1" Step (to: Int, rank: Int, disallowed: Set);
        ADefer2 "A-DEFER-2" Step (acked_me: Set);
        ADefer3 "A-DEFER-3" Step (leader_acked: Int);
        ADefer4 "A-DEFER-4" Step (to: Int, epoch: Int);
    }
    AEnd "A-END" "ElectionLogic::end_election_period" {
        AEnd1 "A-END-1" Choice (acked_me: Set, needed: Int);
        AEnd2a "A-END-2a" Choice (acked_me: Set, needed: Int);
        AEnd2b "A-END-2b" Choice (acked_me: Set, needed: Int);
    }
    AVic "A-VIC" "ElectionLogic::declare_victory" {
        AVic1 "A-VIC-1" Step (rank: Int);
        AVic2 "A-VIC-2" Step ();
        AVic3 "A-VIC-3" Step (quorum: Set);
        AVic4 "A-VIC-4" Step (epoch: Int);
        AVic5 "A-VIC-5" Step (epoch: Int);
        AVic6 "A-VIC-6" Step (epoch: Int, quorum: Set);
    }
    AProp "A-PROP" "ElectionLogic::receive_propose" {
        AProp0 "A-PROP-0" Choice (from: Int, rank: Int);
        AProp1 "A-PROP-1" Step (strategy: Int);
    }
    APrefix "A-PREFIX" "ElectionLogic::propose_classic_prefix" {
        APrefix1 "A-PREFIX-1" Choice (message_epoch: Int, epoch: Int);
        APrefix2a "A-PREFIX-2a" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        APrefix2b "A-PREFIX-2b" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        APrefix3 "A-PREFIX-3" Step (epoch: Int);
    }
    AClassic "A-CLASSIC" "ElectionLogic::propose_classic_handler" {
        AClassic1a "A-CLASSIC-1a" Choice (rank: Int, from: Int, leader_acked: Int);
        AClassic1b "A-CLASSIC-1b" Choice (rank: Int, from: Int);
        AClassic1c "A-CLASSIC-1c" Choice (rank: Int, from: Int);
        AClassic2a "A-CLASSIC-2a" Choice (rank: Int, from: Int, leader_acked: Int);
        AClassic2b "A-CLASSIC-2b" Choice (rank: Int, from: Int, leader_acked: Int);
    }
    ADisallow "A-DISALLOW" "ElectionLogic::propose_disallow_handler" {
        ADisallow1a "A-DISALLOW-1a" Choice (from: Int, leader_acked: Int, disallowed: Set);
        ADisallow1b "A-DISALLOW-1b" Choice (rank: Int, from: Int, disallowed: Set);
        ADisallow1c "A-DISALLOW-1c" Choice (rank: Int, from: Int, disallowed: Set);
        ADisallow2 "A-DISALLOW-2" Choice (from: Int, leader_acked: Int, disallowed: Set);
        ADisallow3 "A-DISALLOW-3" Choice (from: Int, leader_acked: Int, disallowed: Set);
    }
    AConn "A-CONN" "ElectionLogic::propose_connectivity_handler" {
        AConn1 "A-CONN-1" Choice (from: Int, tiebreaker: Int, marked_down: Set);
        AConn2 "A-CONN-2" Choice (best_scorer: Int, last_voted_for: Int, ahead: Score);
        AConn2On "A-CONN-2-ON" Step (best_scorer: Int, last_voted_for: Int, ahead: Score);
        AConn3 "A-CONN-3" Choice (message_epoch: Int, epoch: Int);
        AConn4a "A-CONN-4a" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        AConn4b "A-CONN-4b" Choice (message_epoch: Int, epoch: Int, quorum: Set);
        AConn5 "A-CONN-5" Step (mine: Score, theirs: Score, lead: Score);
        AConn6a "A-CONN-6a" Choice (leader_acked: Int, lead: Score, theirs: Score);
        AConn6b "A-CONN-6b" Choice (from: Int, mine: Score, theirs: Score);
        AConn6c "A-CONN-6c" Choice (from: Int, mine: Score, theirs: Score);
        AConn7a "A-CONN-7a" Choice (from: Int, leader_acked: Int, theirs: Score);
        AConn7b1 "A-CONN-7b1" Choice (leader_acked: Int, theirs: Score, lead: Score);
        AConn7b2 "A-CONN-7b2" Choice (leader_acked: Int, theirs: Score, lead: Score);
        AConn7b3 "A-CONN-7b3" Choice (leader_acked: Int, theirs: Score, lead: Score);
        AConn8 "A-CONN-8" Choice (mine: Score, theirs: Score, lead: Score);
    }
    ACbump "A-CBUMP" "ElectionLogic::connectivity_bump_epoch_in_election" {
        ACbump1 "A-CBUMP-1" Step (message_epoch: Int, epoch: Int);
        ACbump2 "A-CBUMP-2" Step (epoch: Int);
        ACbump3 "A-CBUMP-3" Step ();
        ACbump4 "A-CBUMP-4" Step (mine: Score, lead: Score, leader_acked: Int);
    }
    AAck "A-ACK" "ElectionLogic::receive_ack" {
        AAck1 "A-ACK-1" Step (message_epoch: Int);
        AAck2 "A-ACK-2" Choice (message_epoch: Int, epoch: Int);
        AAck3 "A-ACK-3" Choice (acked_me: Set, monitors: Int);
        AAck4 "A-ACK-4" Choice (leader_acked: Int);
    }
    AClaim "A-CLAIM" "ElectionLogic::receive_victory_claim" {
        AClaim1 "A-CLAIM-1" Step (from: Int, makes_sense: Int);
        AClaim2 "A-CLAIM-2" Step (last_election_winner: Int, last_voted_for: Int);
        AClaim3 "A-CLAIM-3" Choice (from: Int, message_epoch: Int, epoch: Int);
        AClaim4 "A-CLAIM-4" Choice (message_epoch: Int, epoch: Int);
        AClaim5 "A-CLAIM-5" Choice (message_epoch: Int, epoch: Int);
    }
    Removed "C3" "ConnectionTracker::notify_rank_removed" {
        C3 "C3" Step (removed: Int, rank: Int);
    }
    // The modern edition: the half that acts.
    Gate4 "B2" "Elector::dispatch" {
        B2Strategy "B2-4" Choice (theirs: Int, mine: Int);
        B2Merge "B2-5" Step (replaced: Set, created: Set);
    }
    B3 "B3" "Elector::handle_propose" {
        B3Epoch "B3-1" Step (message_epoch: Int);
        B3Con "B3-2" Choice (features: Int, required: Int);
        B3Mon "B3-4" Choice (features: Int, required: Int);
    }
    B4 "B4" "Elector::message_victory" {
        B4Features "B4-1" Step (quorum: Set, release: Int);
        B4Send "B4-3" Step (to: Set);
        B4Win "B4-4" Step (epoch: Int, quorum: Set);
    }
    B5 "B5" "Elector::handle_ack" {
        B5Epoch "B5-1" Step (message_epoch: Int, epoch: Int);
        B5Con "B5-2" Choice (features: Int, required: Int);
        B5Mon "B5-3" Choice (features: Int, required: Int);
    }
    B6 "B6" "Elector::handle_victory" {
        B6Lose "B6-3" Step (leader: Int, quorum: Set);
        B6Commands "B6-5" Step ();
    }
    B9 "B9-BEGIN" "Elector::begin_peer_ping" {
        B9Pending "B9-BEGIN-3" Step (peer: Int);
        B9Begin "B9-BEGIN-5" Step (peer: Int);
    }
    B9SendPing "B9-SEND" "Elector::send_peer_ping" {
        B9Gone "B9-SEND-1" Step (peer: Int);
    }
    B9PingCheck "B9-CHECK" "Elector::ping_check" {
        B9CheckStop "B9-CHECK-1" Step (peer: Int);
        B9CheckDead "B9-CHECK-2" Choice (peer: Int, silence: Int);
        B9CheckAsk "B9-CHECK-3" Step (peer: Int);
    }
    B9DeadPing "B9-DEAD" "Elector::dead_ping" {
        B9DeadStop "B9-DEAD-1" Step (peer: Int);
        B9Dead "B9-DEAD-2" Choice (peer: Int, silence: Int);
    }
    B9Ping "B9-PING" "Elector::handle_ping" {
        B9Unknown "B9-PING-1" Choice ();
        B9Answer "B9-PING-4" Step (peer: Int);
        B9Late "B9-REPLY-1" Choice (peer: Int);
        B9Live "B9-REPLY-2" Step (peer: Int, units: Int);
        B9Again "B9-REPLY-4" Step (peer: Int);
    }
    RequestRules "REQUEST-RULES" "MonmapMonitor::prepare_command" {
        RequestRules1 "REQUEST-RULES-1" Choice (strategy: Int);
        RequestRules2 "REQUEST-RULES-2" Choice (strategy: Int, disallowed: Set);
    }
    Renumber "C2" "ConnectionTracker::notify_rank_changed" {
        C2 "C2" Step (rank: Int);
    }

    // Steps on the way that came last.
    Gate { Gate1 "GATE-1" Choice (); }
    Reset { MonReset3 "MON-RESET-3" Step (); }
    FinishElection { FinishElection3 "FINISH-ELECTION-3" Step (); }
    Preinit { PreinitSync "PREINIT-SYNC" Step (floor: Int); }
    HandleCollect {
        HandleCollect5 "HANDLE-COLLECT-5" Step (first_committed: Int, last_committed: Int);
        HandleCollect7 "HANDLE-COLLECT-7" Step (accepted_pn: Int);
    }
    StoreState "STORE" "Paxos::store_state" {
        StoreApply "STORE" Step (from: Int, to: Int);
        StoreGap "STORE-GAP" Step (from: Int, last_committed: Int);
        StoreOld "STORE-OLD" Step (to: Int, last_committed: Int);
    }
    B3 { B3Logic "B3-5" Step (has_scores: Int); }
    B5 { B5Features "B5-4" Step (from: Int); }
    B9 { B9Already "B9-BEGIN-2" Step (peer: Int); }
    B9SendPing { B9Send "B9-SEND-2" Step (peer: Int); }
    B9PingCheck { B9CheckAgain "B9-CHECK-4" Step (peer: Int); }
    B9BeginDead "B9-BEGIN-DEAD" "Elector::begin_dead_ping" {
        B9StillDead "B9-BEGIN-DEAD-1" Step (peer: Int);
        B9BeginDead "B9-BEGIN-DEAD-2" Step (peer: Int);
    }
    B9Ping { B9Stale "B9-REPLY-3" Step (peer: Int); }
    B9Pending "B9-PENDING" "Elector::process_pending_pings" {
        B9Waiting "B9-PENDING" Step (pending: Set);
    }
    Strategy "C1" "Elector::notify_strategy_maybe_changed" {
        C1 "C1" Step (old_strategy: Int, strategy: Int);
    }
    Renumber { C2Same "C2-SAME" Step (rank: Int); }
    TrackerEpoch "D2-EPOCH" "ConnectionTracker::increase_epoch" {
        D2Epoch "D2-EPOCH" Step (epoch: Int);
        D2EpochOld "D2-EPOCH-OLD" Step (epoch: Int, tracker_epoch: Int);
    }
    TrackerLive "D2-LIVE" "ConnectionTracker::report_live_connection" {
        D2Live "D2-LIVE" Step (peer: Int, score: Score, version: Int);
        D2Own "D2-OWN" Step (peer: Int);
    }
    TrackerDead "D2-DEAD" "ConnectionTracker::report_dead_connection" {
        D2Dead "D2-DEAD" Step (peer: Int, score: Score, version: Int);
    }
    TrackerVersion "D2-VERSION" "ConnectionTracker::increase_version" {
        D2Unranked "D2-UNRANKED" Step (peer: Int);
        D2Store "D2-STORE" Step (version: Int);
    }
    TrackerMerge "D3" "ConnectionTracker::receive_peer_report" {
        D3Replace "D3-REPLACE" Step (replaced: Set);
        D3Create "D3-CREATE" Step (created: Set);
        D3Keep "D3-KEEP" Step ();
    }
    TrackerDecode "D5-DECODE" "ConnectionTracker::decode" {
        D5Load "D5-LOAD" Step (epoch: Int, version: Int);
        D5Empty "D5-EMPTY" Step (rank: Int);
    }
    TrackerClean "D5-CLEAN" "ConnectionTracker::is_clean" {
        D5Dirty "D5-DIRTY" Step (rank: Int, monitors: Int);
    }
    TrackerReset "D5-RESET" "ConnectionTracker::notify_reset" {
        D5Reset "D5-RESET" Step ();
    }
    B3 {
        B3Release "B3-3" Choice (release: Int, required: Int);
    }
    B7 "B7" "Elector::handle_nak" {
        B7Release "B7-1" Step (required: Int, release: Int);
    }
    B9 {
        B9Unable "B9-BEGIN-4" Step (peer: Int);
    }
    Allowed "C4" "Monitor::set_elector_disallowed_leaders" {
        C4 "C4" Step (disallowed: Set, changed: Int);
        C4Start "C4-START" Choice (disallowed: Set);
    }
    Stretch "C5" "Monitor::do_stretch_mode_election_work" {
        C5 "C5" Step (quorum: Set, dead: Set);
        C5Degrade "C5-DEGRADE" Choice (marked_down: Set);
        C5Recover "C5-RECOVER" Choice (marked_down: Set);
    }
    FinishElection {
        FinishElection5 "FINISH-ELECTION-5" Step (requests: Int);
    }
    HandleForward "HANDLE-FORWARD" "Monitor::handle_forward" {
        RequestStray "REQUEST-STRAY" Choice ();
    }
    HandleRoute "HANDLE-ROUTE" "Monitor::handle_route" {
        RequestRoute "REQUEST-ROUTE" Choice (tid: Int);
    }
    Preinit {
        InitialMembers "PREINIT-MEMBERS" Step (founders: Int, monitors: Int);
    }
    InitState "MON-INIT" "Monitor::init" {
        MonInit "MON-INIT" Step ();
    }
    Bootstrap {
        Boot4 "BOOT-4" Choice (release: Int, required: Int);
        Boot5b "BOOT-5b" Choice (rank: Int);
    }
}

impl Branch {
    /// The branch of that id, as the specification writes it.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        BRANCHES.iter().copied().find(|branch| branch.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_unique_and_found_by_its_name() {
        for branch in BRANCHES {
            assert_eq!(Branch::from_id(branch.id()), Some(*branch));
            assert!(
                branch.values().len() <= super::super::decision::VALUES_MAX,
                "{}",
                branch.id()
            );
        }
        assert_eq!(size_of::<Option<Branch>>(), 2);
    }
}
