//! The connectivity strategy: who is best connected wins, by scores frozen for the round.

use super::{ElectionLogic, Out, View};
use crate::mon::branch::Branch;
use crate::mon::elector::Aborted;
use crate::mon::rank::Rank;
use crate::mon::tracker::{ConnectionTracker, Real};

/// Two candidates' scores, and which of the two has the lower rank.
struct Duel {
    one: Real,
    other: Real,
    one_is_lower: bool,
}

impl Duel {
    /// Does the one win? The lower rank needs as good a score, the higher a better one.
    fn won(&self) -> bool {
        self.one > self.other || (self.one_is_lower && self.one >= self.other)
    }
}

impl ElectionLogic {
    /// A-SCORE: the score by which I judge `rank`: the frozen one, if there is one; -1 if it may not lead.
    #[must_use]
    pub fn score(&self, view: &View, rank: Option<Rank>) -> Real {
        if rank.is_some_and(|rank| view.disallowed.contains(rank)) {
            return Real::DISALLOWED;
        }
        let tracker = self.stable_tracker.as_ref().unwrap_or(&self.peer_tracker);
        tracker.total(rank).0
    }

    pub(super) fn noted_score(&self, view: &View, rank: Option<Rank>, out: &mut Out<'_>) -> Real {
        let score = self.score(view, rank);
        let stable = u32::from(self.stable_tracker.is_some());
        out.path.take3(Branch::AScore, rank, score, stable);
        score
    }

    /// A-CONN
    pub(super) fn propose_connectivity(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        scores: Option<&ConnectionTracker>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        if view.tiebreaker == Some(view.me) && view.marked_down.contains(from) {
            out.path
                .take3(Branch::AConn1, from, view.tiebreaker, view.marked_down);
            return Ok(());
        }
        if self.not_worth_an_election(view, from, out) {
            return Ok(());
        }
        let mine = self.epoch;
        if epoch > mine {
            out.path.take2(Branch::AConn3, epoch, mine);
            self.bump_in_election(view, epoch, out)?;
        } else if epoch < mine {
            if mine.is_multiple_of(2) && !view.quorum.contains(from) {
                out.path.take3(Branch::AConn4a, epoch, mine, view.quorum);
                return self.trigger_new_election(view, out);
            }
            out.path.take3(Branch::AConn4b, epoch, mine, view.quorum);
            return Ok(());
        }
        self.compare_scores(view, from, scores, out)
    }

    /// A-CONN-2: does a settled peon drop the proposal of a monitor outside its quorum, whatever its epoch?
    fn not_worth_an_election(&self, view: &View, from: Rank, out: &mut Out<'_>) -> bool {
        if self.epoch % 2 == 1
            || self.last_election_winner == Some(view.me)
            || view.quorum.contains(from)
        {
            return false;
        }
        let (mut best_scorer, mut best, mut voted) = (Rank(0), Real::ZERO, Real::ZERO);
        for rank in (0..).take(view.monitors).map(Rank) {
            let score = self.noted_score(view, Some(rank), out);
            if score > best {
                (best_scorer, best) = (rank, score);
            }
            if self.last_voted_for == Some(rank) {
                voted = score;
            }
        }
        let ahead = best - voted;
        let same_vote = self.last_voted_for == Some(best_scorer);
        let drop = same_vote || ahead < self.ignore_propose_margin;
        let branch = if drop {
            Branch::AConn2
        } else {
            Branch::AConn2On
        };
        out.path
            .take3(branch, best_scorer, self.last_voted_for, ahead);
        drop
    }

    /// A-CBUMP
    pub(super) fn bump_in_election(
        &mut self,
        view: &View,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        out.path.take2(Branch::ACbump1, epoch, self.epoch);
        out.assert_that(epoch > self.epoch, Branch::ACbump1)?;
        out.path.take1(Branch::ACbump2, epoch);
        self.bump(epoch, out)?;
        out.path.take(Branch::ACbump3);
        self.reset_stable_tracker(out);
        let mine = self.noted_score(view, Some(view.me), out);
        let lead = self.noted_score(view, self.leader_acked, out);
        out.path
            .take3(Branch::ACbump4, mine, lead, self.leader_acked);
        if mine > lead {
            self.leader_acked = None;
            self.leader_tracker = None;
        }
        Ok(())
    }

    /// A-CONN-5 to 8.
    fn compare_scores(
        &mut self,
        view: &View,
        from: Rank,
        scores: Option<&ConnectionTracker>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let (me, acked) = (view.me, self.leader_acked);
        let mine = self.noted_score(view, Some(me), out);
        let theirs = self.noted_score(view, Some(from), out);
        let lead = match acked {
            Some(_) => self.noted_score(view, acked, out),
            None => Real::DISALLOWED,
        };
        out.path.take3(Branch::AConn5, mine, theirs, lead);
        let i_beat_them = Duel {
            one: mine,
            other: theirs,
            one_is_lower: me < from,
        };
        let they_beat_me = Duel {
            one: theirs,
            other: mine,
            one_is_lower: from < me,
        };
        let they_beat_my_leader = Duel {
            one: theirs,
            other: lead,
            one_is_lower: acked.is_some_and(|leader| from <= leader),
        };
        if mine >= Real::ZERO && i_beat_them.won() {
            return self.stand_up(view, from, (mine, theirs, lead), out);
        }
        let their_win = theirs >= Real::ZERO && they_beat_me.won() && they_beat_my_leader.won();
        match acked {
            Some(leader) if leader != from && their_win => {
                self.consider_switching(view, from, leader, scores, out)
            }
            _ if their_win || acked == Some(from) => {
                out.path.take3(Branch::AConn7a, from, acked, theirs);
                self.follow(view, from, scores, Branch::AConn7a, out)
            }
            _ => {
                out.path.take3(Branch::AConn8, mine, theirs, lead);
                Ok(())
            }
        }
    }

    /// A-CONN-6: I should win.
    fn stand_up(
        &mut self,
        view: &View,
        from: Rank,
        (mine, theirs, lead): (Real, Real, Real),
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        if self.leader_acked.is_some() {
            out.path
                .take3(Branch::AConn6a, self.leader_acked, lead, theirs);
            return out.assert_that(lead >= theirs, Branch::AConn6a);
        }
        if self.electing_me {
            out.path.take3(Branch::AConn6c, from, mine, theirs);
            return Ok(());
        }
        out.path.take3(Branch::AConn6b, from, mine, theirs);
        self.trigger_new_election(view, out)
    }

    /// A-CONN-7b: I acked `leader`, but `from` is better.
    fn consider_switching(
        &mut self,
        view: &View,
        from: Rank,
        leader: Rank,
        scores: Option<&ConnectionTracker>,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        // Raw totals: who may not lead isn't asked here.
        let duel = |tracker: &ConnectionTracker| Duel {
            one: tracker.total(Some(from)).0,
            other: tracker.total(Some(leader)).0,
            one_is_lower: from < leader,
        };
        let Some(by_leader) = self.leader_tracker.as_ref().map(duel) else {
            // Whoever is acked sent scores along; without them Ceph would crash here.
            return out.assert_that(false, Branch::AConn7b1);
        };
        if by_leader.won() {
            out.path
                .take3(Branch::AConn7b1, leader, by_leader.one, by_leader.other);
            return self.follow(view, from, scores, Branch::AConn7b1, out);
        }
        let by_me = duel(&self.peer_tracker);
        if by_me.won() {
            out.path
                .take3(Branch::AConn7b2, leader, by_me.one, by_me.other);
            self.bump(self.epoch.wrapping_add(1), out)?;
            return self.try_start(view, out);
        }
        out.path
            .take3(Branch::AConn7b3, leader, by_me.one, by_me.other);
        Ok(())
    }

    /// Defers and keeps the scores that came with the proposal. Without scores Ceph would crash at `branch`.
    fn follow(
        &mut self,
        view: &View,
        from: Rank,
        scores: Option<&ConnectionTracker>,
        branch: Branch,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        self.defer(from, view, out)?;
        out.assert_that(scores.is_some(), branch)?;
        self.leader_tracker = scores.cloned();
        Ok(())
    }
}
