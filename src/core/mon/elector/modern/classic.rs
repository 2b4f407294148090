//! The classic strategy: the lowest rank wins.

use super::{ElectionLogic, Out, View};
use crate::mon::branch::Branch;
use crate::mon::elector::Aborted;
use crate::mon::rank::Rank;

impl ElectionLogic {
    /// A-CLASSIC
    pub(super) fn propose_classic(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        if self.prefix(view, from, epoch, out)? {
            return Ok(());
        }
        let (me, acked) = (view.me, self.leader_acked);
        if me > from {
            if acked.is_none_or(|leader| leader >= from) {
                out.path.take3(Branch::AClassic2a, me, from, acked);
                return self.defer(from, view, out);
            }
            out.path.take3(Branch::AClassic2b, me, from, acked);
        } else if let Some(leader) = acked {
            out.path.take3(Branch::AClassic1a, me, from, acked);
            return out.assert_that(leader < from, Branch::AClassic1a);
        } else if self.electing_me {
            out.path.take2(Branch::AClassic1c, me, from);
        } else {
            out.path.take2(Branch::AClassic1b, me, from);
            return self.trigger_new_election(view, out);
        }
        Ok(())
    }
}
