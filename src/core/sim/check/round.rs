//! SAFE-1 to 5: epochs, acks and votes, as one monitor sees a round.

use super::{Look, Property, Report, Seen};
use crate::mon::elector::modern::Strategy;
use crate::mon::message::ElectionOp;
use crate::mon::monmap::Addr;
use crate::mon::tracker::ConnectionTracker;
use crate::mon::{Branch, Kind, MonId, Monitor, Rank, RankSet, State, Timer};

pub(super) fn check(
    look: &Look<'_>,
    seen: &mut Seen,
    owner: impl Fn(Addr) -> Option<MonId>,
    report: &mut Report<'_>,
) {
    hear(look, seen);
    epochs(look, seen, report);
    if !look.is_alone() {
        parity(look, seen, report);
        acks(look, seen, owner, report);
    }
    majority(look, seen, report);
    if !look.ended {
        vote(look, seen, report);
    }
}

/// Who acked me. Nobody did, unless an election runs.
pub(super) fn voters(m: &Monitor) -> RankSet {
    if m.elector.electing_me() {
        m.elector.voters()
    } else {
        RankSet::EMPTY
    }
}

/// Can this input have moved the vote, or what stands behind it?
pub(super) fn may_choose(look: &Look<'_>) -> bool {
    look.event.message == Some(Kind::Propose) || look.event.epoch != look.event.epoch_before
}

/// Notes an ack that is counted: with the epoch it carries, whatever the monitor thinks of that.
fn hear(look: &Look<'_>, seen: &mut Seen) {
    let event = look.event;
    if let (Some(Kind::Ack), Some(from)) = (event.message, event.peer)
        && (look.took(Branch::Hack6) || look.took(Branch::AAck3))
        && let Some(ack) = seen.acks.get_mut(from.index())
    {
        *ack = (event.message_epoch, Some(event.id));
    }
}

/// SAFE-1
fn epochs(look: &Look<'_>, seen: &Seen, report: &mut Report<'_>) {
    let (before, reached) = seen.epoch;
    let grow = look.epoch() >= before && look.m.store.election_epoch >= seen.stored_epoch;
    report.unless(grow, Property::EpochMonotone, reached);
}

/// SAFE-2
fn parity(look: &Look<'_>, seen: &Seen, report: &mut Report<'_>) {
    let is_odd = |epoch: u32| epoch % 2 == 1;
    let odd = is_odd(look.epoch());
    let state_fits = match look.m.state {
        _ if look.ended => true,
        State::Leader | State::Peon => !odd,
        // One that takes no part may stand in any epoch.
        State::Electing if look.m.elector.participating() => odd,
        _ => true,
    };
    let messages_fit = look.election_messages().all(|election| match election.op {
        ElectionOp::Propose => is_odd(election.epoch),
        // The fall-through of PROPOSE-3 may ack in a settled epoch.
        ElectionOp::Ack => is_odd(election.epoch) || look.took(Branch::Propose3),
        ElectionOp::Victory { .. } => !is_odd(election.epoch),
        ElectionOp::Nak { .. } => true,
    });
    let ends_its_round =
        |(epoch, _): (u32, RankSet)| !is_odd(epoch) && epoch == seen.epoch.0.wrapping_add(1);
    let victories_fit = look.victories().all(ends_its_round);
    let fits = state_fits && messages_fit && victories_fit;
    report.unless(fits, Property::Parity, seen.epoch.1);
}

/// SAFE-3
fn majority(look: &Look<'_>, seen: &Seen, report: &mut Report<'_>) {
    let m = look.m;
    for (_, quorum) in look.victories() {
        let most = quorum.len() >= m.monmap.majority();
        let with_me = m.rank.is_some_and(|me| quorum.contains(me));
        // Just those who had acked, and whose ack it is that is handled now.
        let news = RankSet(quorum.0 & !seen.voters.0);
        let counted = usize::from(look.event.message == Some(Kind::Ack));
        let just_them = news.len() <= counted && RankSet(seen.voters.0 & !quorum.0).is_empty();
        // A majority that is not everybody waits for its timer.
        let in_time = look.event.timer == Some(Timer::Election) || quorum.len() == m.monmap.len();
        let holds = most && with_me && (look.is_alone() || just_them && in_time);
        report.unless(holds, Property::Majority, seen.epoch.1);
    }
}

/// SAFE-4
fn acks(
    look: &Look<'_>,
    seen: &Seen,
    owner: impl Fn(Addr) -> Option<MonId>,
    report: &mut Report<'_>,
) {
    let m = look.m;
    // An election that a new map calls counts its own ack by the rank that the monitor had until then.
    let me = [m.rank, seen.rank];
    let mut all_of = |voters: RankSet, round: u32| {
        for voter in voters.iter().filter(|voter| !me.contains(&Some(*voter))) {
            let id = m.monmap.addr(voter).and_then(&owner);
            let ack = id.and_then(|id| seen.acks.get(id.index())).copied();
            let (epoch, heard) = ack.unwrap_or((0, None));
            report.unless(epoch == round, Property::AcksOfTheRound, heard);
        }
    };
    for (epoch, quorum) in look.victories() {
        all_of(quorum, epoch.wrapping_sub(1));
    }
    let voters = voters(m);
    if !look.ended && (voters != seen.voters || look.epoch() != seen.epoch.0) {
        all_of(voters, look.epoch());
    }
}

/// SAFE-5
fn vote(look: &Look<'_>, seen: &Seen, report: &mut Report<'_>) {
    let elector = &look.m.elector;
    let (candidate, choice) = (elector.electing_me(), elector.leader_acked());
    if !candidate && choice.is_none() {
        return;
    }
    let (before, given) = seen.leader_acked.unzip();
    report.unless(!candidate || choice.is_none(), Property::OneVote, given);
    if candidate && !seen.electing_me {
        let stood_up = look.took(Branch::Start5) || look.took(Branch::AStart5);
        report.unless(stood_up, Property::OneVote, given);
    }
    let same_epoch = look.epoch() == seen.epoch.0;
    if let (true, Some(before), Some(now)) = (same_epoch, before, choice)
        && before != now
    {
        let holds = improves(look.m, seen.choice.as_ref(), before, now);
        report.unless(holds, Property::OneVote, given);
    }
}

/// May a vote move from one candidate to the other within an epoch?
fn improves(m: &Monitor, choice: Option<&ConnectionTracker>, before: Rank, now: Rank) -> bool {
    match m.monmap.rules.strategy {
        Strategy::Classic => now < before,
        Strategy::Disallow => now < before && !m.monmap.disallowed_leaders().contains(now),
        // Only to someone to whom the present choice would defer as well, by the scores that it sent along.
        Strategy::Connectivity => choice.is_some_and(|scores| {
            let total = |rank| scores.total(Some(rank)).0;
            let (theirs, its) = (total(now), total(before));
            theirs > its || now < before && theirs >= its
        }),
    }
}
