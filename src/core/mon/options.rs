//! Ceph's options, by their own names, with their defaults; those of luminous are the same in modern.

use super::time::Span;

/// The options this simulation reads. Spans are Ceph's seconds, factors are kept in thousandths.
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
    /// `mon_tick_interval`: how often a provider looks for cookies that have expired.
    pub mon_tick_interval: Span,
    /// `paxos_min`: how many versions are kept whatever happens.
    pub paxos_min: u64,
    /// `paxos_trim_min`: how many more there must be before some are trimmed.
    pub paxos_trim_min: u64,
    /// `paxos_trim_max`: how many are trimmed at once at most.
    pub paxos_trim_max: u64,
    /// `mon_elector_ping_timeout`: a peer silent for so long counts as dead.
    pub mon_elector_ping_timeout: Span,
    /// `mon_elector_ping_divisor`: how often a peer is looked at within that time.
    pub mon_elector_ping_divisor: u64,
    /// `mon_con_tracker_score_halflife`: how slowly scores follow what happens.
    pub mon_con_tracker_score_halflife: Span,
    /// `mon_con_tracker_persist_interval`: after how many changes of its own scores a monitor stores them all.
    pub mon_con_tracker_persist_interval: u64,
    /// `mon_elector_ignore_propose_margin`, in millionths: how much better another leader's score must be before a
    /// monitor outside the quorum is worth an election.
    pub mon_elector_ignore_propose_margin: u64,
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
            paxos_min: 500,
            paxos_trim_min: 250,
            paxos_trim_max: 500,
            mon_elector_ping_timeout: Span::from_secs(2),
            mon_elector_ping_divisor: 2,
            mon_con_tracker_score_halflife: Span::from_secs(43_200),
            mon_con_tracker_persist_interval: 10,
            mon_elector_ignore_propose_margin: 500,
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
}

/// One row of the table of options.
#[derive(Clone, Copy, Debug)]
pub struct OptionInfo {
    /// Ceph's name of it.
    pub name: &'static str,
    /// What its value measures.
    pub unit: Unit,
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
            get: |o| o.$name.0,
            set: |o, v| o.$name = Span(v),
        }
    };
}

macro_rules! number {
    ($name:ident, $unit:ident) => {
        OptionInfo {
            name: stringify!($name),
            unit: Unit::$unit,
            get: |o| o.$name,
            set: |o, v| o.$name = v,
        }
    };
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
    number!(paxos_min, Count),
    number!(paxos_trim_min, Count),
    number!(paxos_trim_max, Count),
    seconds!(mon_elector_ping_timeout),
    number!(mon_elector_ping_divisor, Count),
    seconds!(mon_con_tracker_score_halflife),
    number!(mon_con_tracker_persist_interval, Count),
    number!(mon_elector_ignore_propose_margin, Margin),
    seconds!(mon_stretch_recovery_min_wait),
];
