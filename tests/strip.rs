//! The strip of time: where an instant stands, what is found there, and that a long run costs no more than what is
//! seen.
#![cfg(not(target_arch = "wasm32"))]

use monscope::core::frame::strip::facts::{Fate, Flight};
use monscope::core::frame::strip::picture::{Look, Pen};
use monscope::core::frame::strip::print;
use monscope::core::frame::strip::scale::{SUB, ZOOM_ONE};
use monscope::core::frame::strip::{
    Facts, Family, MarkKind, Picture, Room, Scale, Strip, facts_of,
};
use monscope::core::mon::{Kind, MonId, Span, State, Time};
use monscope::core::play::Player;
use monscope::core::scenario::gallery::{GALLERY, find};
use monscope::core::scenario::{self, Action, How, Scenario};
use monscope::core::sim::{Event, EventKind};
use monscope::core::words::Lang;
use proptest::prelude::*;

const ROOM: Room = Room {
    width: 1180.0,
    height: 192.0,
    text: 0.9,
    bare: false,
};

fn read(slug: &str) -> Scenario {
    let entry = find(slug).unwrap_or_else(|| panic!("{slug} is not there"));
    scenario::read(entry.text).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

fn played(scenario: Scenario, until_s: u64) -> (Player, Facts) {
    let mut player = Player::new(scenario);
    player.advance_to(Time::ZERO + Span::from_secs(until_s));
    let mut facts = facts_of(&player);
    facts.read(player.known());
    (player, facts)
}

/// The strip at a scale, its left edge at 0 s.
fn strip<'a>(player: &'a Player, facts: &'a Facts, squeezed: bool, zoom: u64) -> Strip<'a> {
    let scale = Scale::new(facts.folding(), squeezed, zoom, player.known_until());
    Strip::new(player, facts, scale, 0, ROOM, Lang::En)
}

fn whole(strip: &Strip<'_>, player: &Player) -> Picture {
    strip.picture(0.0, strip.x(player.known_until()))
}

fn says(picture: &Picture, look: Look) -> Vec<&str> {
    let texts = picture.texts.iter().filter(|text| text.look == look);
    texts.map(|text| text.words.as_str()).collect()
}

// -- the scale

#[test]
fn the_scale_goes_forwards_and_back_again() {
    for entry in GALLERY {
        let (player, facts) = played(read(entry.slug), 60);
        for (squeezed, zoom) in [
            (true, ZOOM_ONE),
            (true, 150_000),
            (true, 9_000_000),
            (false, ZOOM_ONE),
            (false, 40_000_000),
        ] {
            let scale = Scale::new(facts.folding(), squeezed, zoom, player.known_until());
            let mut before = -1;
            for event in player.known() {
                let x = scale.x(event.at);
                assert!(x >= before, "{}: time goes on to the right", entry.slug);
                before = x;
                // What a subpixel is, in time.
                let (back, near) = (scale.time(x), scale.time(x + 2));
                assert!(
                    back <= event.at && near >= event.at,
                    "{} {back} {} {near}",
                    entry.slug,
                    event.at
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn any_place_has_its_instant(zoom in 50_u64..64_000_000, px in 0_i64..100_000, squeezed: bool) {
        let (player, facts) = played(read("leader-dies"), 40);
        let scale = Scale::new(facts.folding(), squeezed, zoom, player.known_until());
        let at = scale.time(px * SUB);
        prop_assert!(at <= player.known_until());
        // A pixel is never more than it says.
        let x = scale.x(at);
        prop_assert!(x <= px * SUB + 1);
        if at < player.known_until() {
            prop_assert!(scale.x(at + Span(1)) >= px * SUB - 1);
        }
    }
}

#[test]
fn squeezed_opens_flights_and_folds_the_rest() {
    let (player, facts) = played(read("leader-dies"), 31);
    let scale = Scale::new(facts.folding(), true, ZOOM_ONE, player.known_until());
    let px = |from: u64, to: u64| (scale.x(Time(to)) - scale.x(Time(from))) / SUB;
    // The first quarter of a second has an election in it; the eleven after it have none.
    assert!(px(0, 250_000) > 150);
    assert!(px(500_000, 11_500_000) < 120, "{}", px(500_000, 11_500_000));
    let flat = Scale::new(facts.folding(), false, ZOOM_ONE, player.known_until());
    assert_eq!(flat.x(Time(2_000_000)), 2 * flat.x(Time(1_000_000)));
}

#[test]
fn reading_bit_by_bit_is_reading_at_once() {
    for slug in ["leader-dies", "leader-cut-off", "broken-link", "sync"] {
        let (player, facts) = played(read(slug), 100);
        let mut slowly = facts_of(&player);
        for n in (0..player.known().len()).step_by(7) {
            slowly.read(&player.known()[..n]);
        }
        slowly.read(player.known());
        assert_eq!(slowly.stretches(), facts.stretches(), "{slug}");
        assert_eq!(slowly.flights(), facts.flights(), "{slug}");
        assert_eq!(slowly.marks(), facts.marks(), "{slug}");
    }
}

// -- what is found

#[test]
fn every_message_in_a_stretch_of_time_is_found() {
    for entry in GALLERY {
        let (player, facts) = played(read(entry.slug), 80);
        for from_ms in (0..80_000).step_by(1_700) {
            let (from, to) = (Time(from_ms * 1_000), Time((from_ms + 900) * 1_000));
            // What lands a second time is found once more, after the others.
            let once = |flight: &&Flight| facts.flight(flight.send) == Some(*flight);
            let found = facts.flights_in(from, to).filter(once);
            let found: Vec<_> = found.map(|flight| flight.send).collect();
            let wanted = facts.flights().iter().filter(|flight| {
                flight.sent <= to && (flight.fate == Fate::Flying || flight.end >= from)
            });
            assert_eq!(
                found,
                wanted.map(|flight| flight.send).collect::<Vec<_>>(),
                "{}",
                entry.slug
            );
        }
        let sends = player
            .known()
            .iter()
            .filter(|event| event.kind == EventKind::Send);
        assert_eq!(facts.flights().len(), sends.count());
    }
}

#[test]
fn lanes_say_what_each_monitor_was() {
    for entry in GALLERY {
        let mut player = Player::new(read(entry.slug));
        for ms in (0..60_000).step_by(733) {
            player.advance_to(Time(ms * 1_000));
            let mut facts = facts_of(&player);
            facts.read(player.known());
            for monitor in player.world().monitors() {
                let last = facts.lane(monitor.id).last();
                let (state, epoch) = last.map_or((State::Down, 0), |step| (step.state, step.epoch));
                assert_eq!(state, monitor.state, "{} at {ms} ms", entry.slug);
                assert!(
                    state == State::Down || epoch == monitor.elector.epoch(),
                    "{} at {ms} ms",
                    entry.slug
                );
            }
        }
    }
}

#[test]
fn outages_are_shaded_and_add_up_to_what_the_world_counts() {
    for entry in GALLERY {
        let (player, _) = played(read(entry.slug), 100);
        let reigns = player.reigns();
        let mut without = 0;
        for (place, reign) in reigns.iter().enumerate() {
            let until = reigns.get(place + 1).map_or(player.now(), |next| next.at);
            without += if reign.leader.is_none() {
                until.since(reign.at).0
            } else {
                0
            };
        }
        assert_eq!(without, player.world().leaderless().0, "{}", entry.slug);
    }
}

#[test]
fn the_leader_dies_as_the_picture_has_it() {
    let (player, facts) = played(read("leader-dies"), 31);
    let picture = whole(&strip(&player, &facts, true, ZOOM_ONE), &player);
    let notes = says(&picture, Look::Note);
    assert!(notes.contains(&"mon.a leads 0 1 2 3 4"), "{notes:?}");
    assert!(notes.contains(&"the script killed mon.a"), "{notes:?}");
    let outages = says(&picture, Look::Outage);
    assert!(
        outages
            .iter()
            .any(|words| words.ends_with("s without a leader")),
        "{outages:?}"
    );
    assert!(says(&picture, Look::EpochLeader).contains(&"4"));
    // Probes to the dead end in a cross; nobody sees them as landed.
    assert!(picture.strokes[Pen::Cross as usize].len() >= 8);
    assert!(!picture.crowns.is_empty());
    let folds = says(&picture, Look::Fold);
    assert!(folds.iter().any(|words| words.ends_with(" s")), "{folds:?}");
}

#[test]
fn what_a_cut_holds_ends_in_a_cross_and_arrives_after_the_heal() {
    let mut scenario = Scenario::of(3);
    scenario.network.latency = (Span::from_ms(20), Span::from_ms(40));
    let mut player = Player::new(scenario);
    player.advance_to(Time(20_000_000));
    let cut = Action::Partition {
        groups: vec![vec![MonId(0)], vec![MonId(1), MonId(2)]],
        how: How::default(),
    };
    assert!(player.apply(cut).is_ok());
    player.advance_to(Time(25_000_000));
    assert!(player.apply(Action::Heal(None)).is_ok());
    player.advance_to(Time(26_000_000));
    let mut facts = facts_of(&player);
    facts.read(player.known());
    let held: Vec<_> = facts
        .flights()
        .iter()
        .filter(|flight| facts.is_held(flight))
        .collect();
    assert!(!held.is_empty());
    assert!(
        held.iter()
            .all(|flight| flight.fate == Fate::Landed && flight.end >= Time(25_000_000))
    );
    let view = strip(&player, &facts, true, ZOOM_ONE);
    let crosses = view.picture(view.x(Time(19_500_000)), view.x(Time(26_000_000)));
    assert!(crosses.strokes[Pen::Cross as usize].len() >= held.len());
}

#[test]
fn a_place_gives_the_message_the_mark_or_the_state_there() {
    let (player, facts) = played(read("leader-dies"), 31);
    let view = strip(&player, &facts, true, 4 * ZOOM_ONE);
    let heights = view.heights();
    let event = |id: monscope::core::sim::EventId| &player.known()[id.get() as usize - 1];
    let propose = facts.flights().iter().find(|f| {
        f.kind == Kind::Propose && f.fate == Fate::Landed && f.from.0.abs_diff(f.to.0) == 1
    });
    let Some(propose) = propose else {
        panic!("nobody proposes")
    };
    let x = (view.x(propose.sent) + view.x(propose.end)) / 2.0;
    let y = (heights.lane(propose.from) + heights.lane(propose.to)) / 2.0;
    let Some(found) = view.hit(x, y) else {
        panic!("nothing there")
    };
    assert!(found.message);
    let killed = facts
        .marks()
        .iter()
        .find(|mark| mark.kind == MarkKind::Deed);
    let Some(killed) = killed else {
        panic!("nobody is killed")
    };
    let at = view.hit(view.x(killed.at) + 2.0, heights.lane(MonId(0)));
    assert_eq!(
        at.map(|found| event(found.event).kind),
        Some(EventKind::User)
    );
    let down = view.hit(view.x(Time(15_000_000)), heights.lane(MonId(0)));
    assert_eq!(
        down.map(|found| event(found.event).state),
        Some(State::Down)
    );
    assert_eq!(view.hit(x, heights.bottom + 30.0), None);
}

#[test]
fn a_family_is_what_led_to_it_and_what_came_of_it() {
    let (player, facts) = played(read("leader-dies"), 31);
    let known = player.known();
    let mut victory = known
        .iter()
        .filter(|e| e.kind == EventKind::Deliver && e.message == Some(Kind::Victory));
    let Some(victory) = victory.next_back() else {
        panic!("nobody wins")
    };
    let family = Family::of(known, victory.id);
    let at = |id: monscope::core::sim::EventId| &known[id.get() as usize - 1];
    assert!(family.has(victory.id));
    let first = family.members().first().map(|id| at(*id));
    assert!(
        first.is_some_and(|event| event.cause.is_none()),
        "up to what nobody caused"
    );
    let causes_in = |event: &Event| event.cause.is_none_or(|cause| family.has(cause));
    assert!(family.members().iter().all(|id| causes_in(at(*id))));
    assert!(family.members().windows(2).all(|pair| pair[0] < pair[1]));
    assert!(
        family.members().len() < known.len() / 4,
        "not everything comes of everything"
    );
    let view = strip(&player, &facts, true, ZOOM_ONE);
    let lines = view.family(&family, 0.0, view.x(player.known_until()));
    assert!(!lines.strokes[Pen::Victory as usize].is_empty());
}

// -- parts of a picture

#[test]
fn a_part_is_painted_as_it_is_in_the_whole() {
    let (player, facts) = played(read("broken-link"), 70);
    let view = strip(&player, &facts, true, ZOOM_ONE);
    let (whole, wide) = (whole(&view, &player), view.x(player.known_until()));
    let inside = |picture: &Picture, from: f32, to: f32| -> Vec<(String, i64)> {
        let texts = picture
            .texts
            .iter()
            .filter(|text| text.at.0 > from && text.at.0 < to);
        let mut found: Vec<_> = texts
            .map(|text| (text.words.clone(), (text.at.0 * 4.0) as i64))
            .collect();
        found.sort();
        found
    };
    let mut from = 0.0;
    while from + 300.0 < wide {
        let part = view.picture(from, from + 300.0);
        assert_eq!(
            inside(&part, from + 1.0, from + 299.0),
            inside(&whole, from + 1.0, from + 299.0),
            "from {from}"
        );
        from += 300.0;
    }
}

#[test]
fn labels_of_the_axis_do_not_meet() {
    for entry in GALLERY {
        for (squeezed, zoom) in [
            (true, ZOOM_ONE),
            (true, 300_000),
            (true, 5_000_000),
            (false, ZOOM_ONE),
            (false, 8_000_000),
        ] {
            let (player, facts) = played(read(entry.slug), 60);
            let picture = whole(&strip(&player, &facts, squeezed, zoom), &player);
            let labels = picture
                .texts
                .iter()
                .filter(|t| matches!(t.look, Look::Tick | Look::Fold));
            let mut boxes: Vec<(f32, f32, &str)> = labels
                .map(|text| {
                    let half = text.words.len() as f32 * 5.6 / 2.0;
                    (text.at.0 - half, text.at.0 + half, text.words.as_str())
                })
                .collect();
            boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in boxes.windows(2) {
                assert!(
                    pair[0].1 <= pair[1].0 + 1.0,
                    "{} {zoom}: {:?} meets {:?}",
                    entry.slug,
                    pair[0],
                    pair[1]
                );
            }
        }
    }
}

/// Whatever the scale: a long run is painted with as many strokes as there is room for.
#[test]
fn a_long_run_becomes_bars_where_arrows_would_be_a_blot() {
    let mut scenario = read("broken-link");
    scenario.network.latency = (Span::from_ms(1), Span::from_ms(5));
    let (player, facts) = played(scenario, 20_000);
    assert!(facts.flights().len() > 50_000, "{}", facts.flights().len());
    for squeezed in [true, false] {
        let zoom = Scale::fitting(facts.folding(), squeezed, ROOM.width, player.known_until());
        let view = strip(&player, &facts, squeezed, zoom);
        assert!(view.x(player.known_until()) <= ROOM.width * 1.02);
        let picture = view.picture(0.0, ROOM.width);
        let strokes: usize = picture.strokes.iter().map(Vec::len).sum();
        assert!(strokes < 30_000, "{strokes}");
        assert!(!picture.strokes[Pen::ManyPaxos as usize].is_empty());
    }
}

#[test]
fn the_strip_prints_as_svg() {
    let (player, facts) = played(read("leader-dies"), 31);
    let view = strip(&player, &facts, true, ZOOM_ONE);
    let svg = print::svg(&view, ":root { --peon: blue; }");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    for words in [
        "mon.e",
        "mon.a leads 0 1 2 3 4",
        "s without a leader",
        "var(--leader)",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    let count = |what: &str| svg.matches(what).count();
    assert_eq!(count("<text "), count("</text>"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}
