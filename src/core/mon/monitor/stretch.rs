//! Stretch mode: two sites with data and a tiebreaker at a third. Who may lead is said here, too. (C4, C5)
//!
//! There are no OSDs here. Where Ceph's leader looks at the OSD map before it gives a site up, or takes it back, the
//! OSDs are taken to live and die with the monitors of their site: a site of which no monitor is in the quorum has no
//! OSD left, and one that is back has recovered its data after `mon_stretch_recovery_min_wait`. The tiebreaker's site
//! has no OSDs, so that nobody is marked down there.

use super::{Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::elector::Call;
use crate::mon::kind::Timer;
use crate::mon::monmap::{DeadSites, NameSet};
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// C4: the elector learns who may not lead. Where that changes and an election may be called, the elector starts
    /// one by itself: the monitor's own START-ELECTION is not taken.
    pub(super) fn say_who_may_lead(
        &mut self,
        now: Time,
        may_elect: bool,
        out: &mut Outcome,
    ) -> Handled {
        let disallowed = self.monmap.disallowed_leaders();
        let Some(owner) = self.elector.modern_mut() else {
            return Ok(());
        };
        let changed = owner.set_disallowed(disallowed);
        out.path.take2(Branch::C4, disallowed, u32::from(changed));
        if changed && may_elect {
            out.path.take1(Branch::C4Start, disallowed);
            return self.elect(now, &Call::Start, out);
        }
        Ok(())
    }

    /// C5: at the end of an election, the leader of a stretch cluster looks for sites that are gone.
    pub(super) fn stretch_work(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if self.monmap.rules.tiebreaker.is_none() || self.state != State::Leader {
            self.wants_degraded = false;
            return Ok(());
        }
        let dead = self.monmap.dead_sites(self.quorum);
        let before = std::mem::replace(&mut self.dead_sites, dead);
        out.path
            .take2(Branch::C5, self.quorum, self.monmap.ranks_of(dead.mons));
        // What it wanted and an election swept away it wants again: Ceph's waiter for a writeable store starts over.
        self.wants_degraded |= dead != before && dead.len() >= before.len();
        if self.wants_degraded {
            self.degrade_stretch(now, dead, out)?;
        }
        // All OSDs are up then.
        let enough = self.options.mon_stretch_cluster_recovery_ratio < 1_000;
        if dead.is_empty() && self.is_degraded() && enough {
            let wait = self.options.mon_stretch_recovery_min_wait;
            self.arm(now, Timer::Recovery, wait, out);
        }
        Ok(())
    }

    /// Is a site given up already?
    fn is_degraded(&self) -> bool {
        !self.monmap.rules.marked_down.is_empty()
    }

    /// Commits degraded stretch mode, unless it is in force: the monitors of the sites that are gone are marked down.
    fn degrade_stretch(&mut self, now: Time, dead: DeadSites, out: &mut Outcome) -> Handled {
        let lost = self.monmap.at_data_sites(dead.mons);
        if self.is_degraded() || lost.is_empty() {
            self.wants_degraded = false;
            return Ok(());
        }
        out.path
            .take1(Branch::C5Degrade, self.monmap.ranks_of(lost));
        self.mark_down(now, lost, out)
    }

    /// The sites are back, and their data is taken to have recovered.
    pub(super) fn recover_stretch(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if self.state != State::Leader || !self.dead_sites.is_empty() {
            return Ok(());
        }
        let marked = self.monmap.ranks_of(self.monmap.rules.marked_down);
        out.path.take1(Branch::C5Recover, marked);
        self.mark_down(now, NameSet::EMPTY, out)
    }

    fn mark_down(&mut self, now: Time, mons: NameSet, out: &mut Outcome) -> Handled {
        let mut map = self.next_map(&self.newest_map(), |_| false);
        map.rules.marked_down = mons;
        self.propose_map(now, map, out)
    }
}
