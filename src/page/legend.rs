//! The legend of message shapes, each with how many are in flight.

use monscope_core::frame::{Scene, glyph};
use monscope_core::mon::Kind;
use monscope_core::words::{Lang, Phrase};
use yew::prelude::*;

/// How many of each row are in flight: propose, ack, victory, nak, probe, sync, paxos.
pub type Counts = [u32; 7];

/// Counts what is in flight.
#[must_use]
pub fn counts(scene: &Scene) -> Counts {
    let mut counts = Counts::default();
    for flight in &scene.flights {
        let row = match flight.kind {
            Kind::Propose => 0,
            Kind::Ack => 1,
            Kind::Victory => 2,
            Kind::Nak => 3,
            Kind::Probe | Kind::ProbeReply => 4,
            Kind::Sync => 5,
            Kind::Collect
            | Kind::Last
            | Kind::Begin
            | Kind::Accept
            | Kind::Commit
            | Kind::Lease
            | Kind::LeaseAck
            | Kind::Join
            | Kind::Forward
            | Kind::Route
            | Kind::Ping => 6,
        };
        counts[row] += 1;
    }
    counts
}

/// The legend, which is data itself: kinds that are absent are pale.
pub fn view(counts: Counts, lang: Lang) -> Html {
    let rows = [
        Kind::Propose,
        Kind::Ack,
        Kind::Victory,
        Kind::Nak,
        Kind::Probe,
        Kind::Sync,
        Kind::Collect,
    ];
    let row = |(kind, count): (Kind, u32)| {
        let word = if kind == Kind::Collect {
            lang.say(Phrase::KindPaxos)
        } else {
            lang.kind(kind)
        };
        html! {
            <li class={classes!((count == 0).then_some("none"))}>
                { super::svg::glyph(glyph::of(kind), "14") }
                <span>{ word }</span>
                if count == 0 {
                    <span>{ lang.say(Phrase::PageNone) }</span>
                } else {
                    <b>{ count }</b>
                }
            </li>
        }
    };
    html! {
        <div class="legend">
            <h2>{ lang.say(Phrase::PageInFlight) }<span>{ counts.iter().sum::<u32>() }</span></h2>
            <ul>{ for rows.into_iter().zip(counts).map(row) }</ul>
        </div>
    }
}
