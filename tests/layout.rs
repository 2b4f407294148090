//! The ring at every size: nothing is cut off, no words meet, no link crosses a word.

#[path = "../examples/still/scenes.rs"]
mod scenes;

use monscope::core::frame::label::Detail;
use monscope::core::frame::layout::Side;
use monscope::core::frame::{Disc, Frame, Layout, Rect, Room, Scene};
use monscope::core::words::Lang;

const ROOMS: [(f32, f32); 6] = [
    (864.0, 620.0),
    (1056.0, 860.0),
    (504.0, 384.0),
    (360.0, 300.0),
    (416.0, 196.0),
    (320.0, 280.0),
];
const SCENES: [&str; 5] = ["settled", "election", "partition", "cut", "states"];

fn laid_out(scene: &Scene, (width, height): (f32, f32)) -> Layout {
    let room = Room {
        width,
        height,
        text: 0.9,
        clear: Vec::new(),
    };
    Layout::new(&room, scene, Lang::En)
}

/// The box of the words beside a disc, as they are printed.
fn words(disc: &Disc, detail: Detail) -> Option<Rect> {
    if disc.label.lines.is_empty() || disc.place.turn.is_some() {
        return None;
    }
    let (x, y) = (
        disc.at.x.f32() + disc.place.at.x.f32(),
        disc.at.y.f32() + disc.place.at.y.f32(),
    );
    let width = disc.label.width(detail, 0.9);
    let left = if disc.place.side == Side::Start {
        x
    } else {
        x - width
    };
    Some(Rect {
        left,
        right: left + width,
        top: y + 2.0,
        bottom: y + f32::from(disc.label.height),
    })
}

fn check(kind: &str, n: u8, room: (f32, f32)) {
    let scene = scenes::scene(kind, n);
    let layout = laid_out(&scene, room);
    let frame = Frame::new(&scene, &layout, Lang::En);
    let case = format!("{kind} of {n} in {room:?}, {:?}", layout.detail);
    let boxes: Vec<_> = frame
        .discs
        .iter()
        .map(|d| (d, words(d, layout.detail)))
        .collect();
    for (i, (disc, words)) in boxes.iter().enumerate() {
        let (x, y, r) = (disc.at.x.f32(), disc.at.y.f32(), disc.size.arc.f32());
        assert!(
            x >= r && y >= r && x + r <= room.0 && y + r <= room.1,
            "{case}: {} is cut off",
            disc.name
        );
        let Some(words) = words else { continue };
        assert!(
            words.left >= 0.0
                && words.right <= room.0
                && words.top >= 0.0
                && words.bottom <= room.1,
            "{case}: the words of {} are cut off: {words:?}",
            disc.name
        );
        for (other, theirs) in &boxes[..i] {
            let meet = theirs.is_some_and(|theirs| theirs.meets(*words));
            assert!(
                !meet,
                "{case}: the words of {} and {} meet",
                disc.name, other.name
            );
        }
        for other in &frame.discs {
            let middle = (other.at.x.f32(), other.at.y.f32());
            assert!(
                !words.meets_disc(middle, r),
                "{case}: the words of {} meet {}",
                disc.name,
                other.name
            );
        }
        for link in &frame.links {
            let (a, b) = (link.from, link.to);
            let crosses = words.meets_line((a.x.f32(), a.y.f32()), (b.x.f32(), b.y.f32()));
            assert!(
                !crosses,
                "{case}: {} crosses the words of {}",
                link.name, disc.name
            );
        }
    }
}

#[test]
fn nothing_is_cut_off_and_no_words_meet() {
    for room in ROOMS {
        for n in (1..=11).chain([15, 16, 31]) {
            for kind in SCENES {
                if n >= 3 || kind == "settled" {
                    check(kind, n, room);
                }
            }
        }
    }
}

#[test]
fn as_much_is_said_as_there_is_room_for() {
    let detail = |n, room| laid_out(&scenes::scene("settled", n), room).detail;
    assert_eq!(detail(5, (864.0, 564.0)), Detail::Full);
    assert_eq!(detail(5, (480.0, 384.0)), Detail::Short);
    assert_eq!(detail(5, (360.0, 268.0)), Detail::Tiny);
    assert_eq!(detail(9, (864.0, 564.0)), Detail::Short);
    assert_eq!(detail(9, (360.0, 300.0)), Detail::Tiny);
    assert_eq!(detail(15, (864.0, 564.0)), Detail::Name);
    assert_eq!(detail(31, (864.0, 620.0)), Detail::Radial);
}

#[test]
fn rank_0_stands_on_top_and_ranks_go_clockwise() {
    let layout = laid_out(&scenes::scene("settled", 5), ROOMS[0]);
    let [a, b, c, d, e] = layout.spots[..] else {
        panic!("five monitors have five spots");
    };
    assert!(a.y < b.y && b.y < c.y && (c.y - d.y).abs() < 0.1 && (b.y - e.y).abs() < 0.1);
    assert!(b.x > a.x && c.x > d.x && e.x < a.x);
}

#[test]
fn nothing_is_written_where_something_else_is_written() {
    let verdict = Rect {
        left: 0.0,
        top: 0.0,
        right: 390.0,
        bottom: 100.0,
    };
    let scene = scenes::scene("election", 5);
    let room = Room {
        width: 864.0,
        height: 564.0,
        text: 0.9,
        clear: vec![verdict],
    };
    let layout = Layout::new(&room, &scene, Lang::En);
    for disc in Frame::new(&scene, &layout, Lang::En).discs {
        assert!(
            !words(&disc, layout.detail).is_some_and(|w| w.meets(verdict)),
            "{}",
            disc.name
        );
    }
}

#[test]
fn a_room_too_small_for_anything_still_has_a_picture() {
    for room in [(0.0, 0.0), (40.0, 10.0), (5.0, 900.0)] {
        let scene = scenes::scene("election", 31);
        let frame = Frame::new(&scene, &laid_out(&scene, room), Lang::En);
        assert_eq!(frame.discs.len(), 31);
    }
}
