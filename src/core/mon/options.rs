//! Ceph's options, by their own names, with their defaults; those of luminous are the same in modern. An option that an
//! edition doesn't know has no effect in it.

use super::monmap::NameSet;
use super::time::Span;

/// The options. Spans are Ceph's seconds, factors are kept in thousandths. Some change nothing here: see
/// [`OptionInfo::idle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// `mon_election_timeout`: how long a candidate waits for acks; one second more after an ack of its own.
    pub mon_election_timeout: Span,
    /// `mon_lease`: the length of a lease.
    pub mon_lease: Span,
    /// `mon_lease_renew_interval_factor`, in thousandths of `mon_lease`.
    pub mon_lease_renew_interval_factor: u64,
    /// `mon_lease_ack_timeout_factor`, in thousandths of `mon_lease`: the leader's wait for lease acks and a peon's
    /// for a lease.
    pub mon_lease_ack_timeout_factor: u64,
    /// `mon_accept_timeout_factor`, in thousandths of `mon_lease`: the leader's wait for the answers to a collect.
    pub mon_accept_timeout_factor: u64,
    /// `mon_probe_timeout`: how long a probing monitor waits before it bootstraps again.
    pub mon_probe_timeout: Span,
    /// `mon_sync_timeout`: how long a monitor that catches up waits for its provider, which remembers it twice as long.
    pub mon_sync_timeout: Span,
    /// `mon_sync_max_payload_size`, in bytes: how much goes into a chunk.
    pub mon_sync_max_payload_size: u64,
    /// `paxos_max_join_drift`, in versions: who is more behind than this catches up before it elects.
    pub paxos_max_join_drift: u64,
    /// `mon_tick_interval`: how often a provider looks for cookies that have expired. (A tick calls no election.)
    pub mon_tick_interval: Span,
    /// `mon_initial_members`: the names that one that never joined leaves in its seed map; only they found a cluster.
    /// Empty: whoever is in it.
    pub mon_initial_members: NameSet,
    /// `mon_force_quorum_join`: start although the map, which one has joined before, has no seat for it any more.
    pub mon_force_quorum_join: bool,
    /// `mon_compact_on_bootstrap`: no effect, as a store has no size here.
    pub mon_compact_on_bootstrap: bool,
    /// `mon_clock_drift_allowed`: no effect, as all clocks are right.
    pub mon_clock_drift_allowed: Span,
    /// `mon_clock_drift_warn_backoff`, in thousandths: no effect, for the same reason.
    pub mon_clock_drift_warn_backoff: u64,
    /// `mon_timecheck_interval`: no effect, for the same reason.
    pub mon_timecheck_interval: Span,
    /// `mon_timecheck_skew_interval`: no effect, for the same reason.
    pub mon_timecheck_skew_interval: Span,
    /// `paxos_propose_interval`: no effect, as what the services want is proposed at once, one version each.
    pub paxos_propose_interval: Span,
    /// `paxos_min_wait`: no effect, for the same reason.
    pub paxos_min_wait: Span,
    /// `paxos_min`: how many versions are kept whatever happens.
    pub paxos_min: u64,
    /// `paxos_trim_min`: how many more there must be before some are trimmed.
    pub paxos_trim_min: u64,
    /// `paxos_trim_max`: how many are trimmed at once at most.
    pub paxos_trim_max: u64,
    /// `mon_election_default_strategy`: the number of the strategy in the map of a new cluster, unless the document
    /// says which.
    pub mon_election_default_strategy: u64,
    /// `mon_elector_ping_timeout`: a peer silent for so long counts as dead.
    pub mon_elector_ping_timeout: Span,
    /// `mon_elector_ping_divisor`: how often a peer is looked at within that time; not more often than every 10 ms.
    pub mon_elector_ping_divisor: u64,
    /// `mon_con_tracker_score_halflife`: how slowly scores follow what happens.
    pub mon_con_tracker_score_halflife: Span,
    /// `mon_con_tracker_persist_interval`: after how many changes of its own scores a monitor stores them all.
    pub mon_con_tracker_persist_interval: u64,
    /// `mon_elector_ignore_propose_margin`, in millionths: how much better another leader's score must be before a
    /// monitor outside the quorum is worth an election.
    pub mon_elector_ignore_propose_margin: u64,
    /// `mon_netsplit_grace_period`: how long two monitors may not reach each other before that is reported.
    pub mon_netsplit_grace_period: Span,
    /// `mon_stretch_cluster_recovery_ratio`, in thousandths: the share of the OSDs that must be up before a stretch
    /// cluster recovers. With both sites all are, so that only one of 1 or more has an effect: it never recovers.
    pub mon_stretch_cluster_recovery_ratio: u64,
    /// `mon_stretch_recovery_min_wait`: how long a stretch cluster at least takes to recover a site that is back.
    pub mon_stretch_recovery_min_wait: Span,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mon_election_timeout: Span::from_secs(5),
            mon_lease: Span::from_secs(5),
            mon_lease_renew_interval_factor: 600,
            mon_lease_ack_timeout_factor: 2_000,
            mon_accept_timeout_factor: 2_000,
            mon_probe_timeout: Span::from_secs(2),
            mon_sync_timeout: Span::from_secs(60),
            mon_sync_max_payload_size: 1 << 20,
            paxos_max_join_drift: 10,
            mon_tick_interval: Span::from_secs(5),
            mon_initial_members: NameSet::EMPTY,
            mon_force_quorum_join: false,
            mon_compact_on_bootstrap: false,
            mon_clock_drift_allowed: Span::from_ms(50),
            mon_clock_drift_warn_backoff: 5_000,
            mon_timecheck_interval: Span::from_secs(300),
            mon_timecheck_skew_interval: Span::from_secs(30),
            paxos_propose_interval: Span::from_secs(1),
            paxos_min_wait: Span::from_ms(50),
            paxos_min: 500,
            paxos_trim_min: 250,
            paxos_trim_max: 500,
            mon_election_default_strategy: 1,
            mon_elector_ping_timeout: Span::from_secs(2),
            mon_elector_ping_divisor: 2,
            mon_con_tracker_score_halflife: Span::from_secs(43_200),
            mon_con_tracker_persist_interval: 10,
            mon_elector_ignore_propose_margin: 500,
            mon_netsplit_grace_period: Span::from_secs(9),
            mon_stretch_cluster_recovery_ratio: 600,
            mon_stretch_recovery_min_wait: Span::from_secs(15),
        }
    }
}

/// What the value of an option measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds; stored in microseconds.
    Seconds,
    /// A plain factor; stored in thousandths.
    Factor,
    /// A whole number.
    Count,
    /// A small difference; stored in millionths.
    Margin,
    /// Yes (1) or no (0).
    Flag,
    /// Names of monitors; one bit for each, by identity.
    Names,
    /// The number of a strategy.
    Strategy,
}

/// One row of the table of options.
#[derive(Clone, Copy, Debug)]
pub struct OptionInfo {
    /// Ceph's name of it.
    pub name: &'static str,
    /// What its value measures.
    pub unit: Unit,
    /// Is it accepted without an effect? Its field in [`Options`] says why.
    pub idle: bool,
    get: fn(&Options) -> u64,
    set: fn(&mut Options, u64),
}

impl OptionInfo {
    /// The stored value: microseconds, thousandths, millionths or the number itself, as [`Unit`] says.
    #[must_use]
    pub fn get(&self, options: &Options) -> u64 {
        (self.get)(options)
    }

    /// Changes it; `value` in microseconds, thousandths, millionths or as it is, as [`Unit`] says.
    pub fn set(&self, options: &mut Options, value: u64) {
        (self.set)(options, value);
    }
}

macro_rules! seconds {
    ($name:ident) => {
        OptionInfo {
            name: stringify!($name),
            unit: Unit::Seconds,
            idle: false,
            get: |o| o.$name.0,
            set: |o, v| o.$name = Span(v),
        }
    };
}

macro_rules! flag {
    ($name:ident) => {
        OptionInfo {
            name: stringify!($name),
            unit: Unit::Flag,
            idle: false,
            get: |o| u64::from(o.$name),
            set: |o, v| o.$name = v != 0,
        }
    };
}

macro_rules! number {
    ($name:ident, $unit:ident) => {
        OptionInfo {
            name: stringify!($name),
            unit: Unit::$unit,
            idle: false,
            get: |o| o.$name,
            set: |o, v| o.$name = v,
        }
    };
}

const fn idle(option: OptionInfo) -> OptionInfo {
    OptionInfo {
        idle: true,
        ..option
    }
}

/// Every option that can be changed, in the order of the specification's table.
pub const OPTIONS: &[OptionInfo] = &[
    seconds!(mon_election_timeout),
    seconds!(mon_lease),
    number!(mon_lease_renew_interval_factor, Factor),
    number!(mon_lease_ack_timeout_factor, Factor),
    number!(mon_accept_timeout_factor, Factor),
    seconds!(mon_probe_timeout),
    seconds!(mon_sync_timeout),
    number!(mon_sync_max_payload_size, Count),
    number!(paxos_max_join_drift, Count),
    seconds!(mon_tick_interval),
    OptionInfo {
        name: "mon_initial_members",
        unit: Unit::Names,
        idle: false,
        get: |o| o.mon_initial_members.0,
        set: |o, v| o.mon_initial_members = NameSet(v),
    },
    flag!(mon_force_quorum_join),
    idle(flag!(mon_compact_on_bootstrap)),
    idle(seconds!(mon_clock_drift_allowed)),
    idle(number!(mon_clock_drift_warn_backoff, Factor)),
    idle(seconds!(mon_timecheck_interval)),
    idle(seconds!(mon_timecheck_skew_interval)),
    idle(seconds!(paxos_propose_interval)),
    idle(seconds!(paxos_min_wait)),
    number!(paxos_min, Count),
    number!(paxos_trim_min, Count),
    number!(paxos_trim_max, Count),
    number!(mon_election_default_strategy, Strategy),
    seconds!(mon_elector_ping_timeout),
    number!(mon_elector_ping_divisor, Count),
    seconds!(mon_con_tracker_score_halflife),
    number!(mon_con_tracker_persist_interval, Count),
    number!(mon_elector_ignore_propose_margin, Margin),
    seconds!(mon_netsplit_grace_period),
    number!(mon_stretch_cluster_recovery_ratio, Factor),
    seconds!(mon_stretch_recovery_min_wait),
];
