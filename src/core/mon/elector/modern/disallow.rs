//! The disallow strategy: the lowest rank wins among those that may lead.

use super::{ElectionLogic, Out, View};
use crate::mon::branch::Branch;
use crate::mon::elector::Aborted;
use crate::mon::rank::Rank;

impl ElectionLogic {
    /// A-DISALLOW
    pub(super) fn propose_disallow(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        if self.prefix(view, from, epoch, out)? {
            return Ok(());
        }
        let (me, acked, disallowed) = (view.me, self.leader_acked, view.disallowed);
        let (i_may, they_may) = (!disallowed.contains(me), !disallowed.contains(from));
        let my_win = i_may && (me < from || !they_may);
        // Ranks alone are compared with whom I acked: nobody disallowed is ever acked.
        let their_win =
            they_may && (me > from || !i_may) && acked.is_none_or(|leader| leader >= from);
        if my_win {
            if let Some(leader) = acked {
                out.path.take3(Branch::ADisallow1a, from, acked, disallowed);
                return out.assert_that(leader < from || !they_may, Branch::ADisallow1a);
            }
            if self.electing_me {
                out.path.take3(Branch::ADisallow1c, me, from, disallowed);
                return Ok(());
            }
            out.path.take3(Branch::ADisallow1b, me, from, disallowed);
            return self.trigger_new_election(view, out);
        }
        if their_win {
            out.path.take3(Branch::ADisallow2, from, acked, disallowed);
            return self.defer(from, view, out);
        }
        out.path.take3(Branch::ADisallow3, from, acked, disallowed);
        Ok(())
    }
}
