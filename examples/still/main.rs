//! Prints a picture of a made-up instant as SVG: `cargo run --example still -- SCENE MONITORS WIDTH HEIGHT [dark]`.
//!
//! SCENE is one of `settled`, `election`, `partition`, `cut`, `states`, or the name of a scenario of the gallery, whose
//! strip of time is printed; a browser shows what it prints.

mod scenes;

use monscope::core::frame::{Frame, Layout, Moving, Rect, Room, strip, svg::svg};
use monscope::core::mon::{Span, Time};
use monscope::core::play::Player;
use monscope::core::scenario::{self, gallery};
use monscope::core::words::Lang;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, otherwise: u16| {
        args.get(i)
            .and_then(|a| a.parse().ok())
            .unwrap_or(otherwise)
    };
    let scheme = if args.iter().any(|a| a == "dark") {
        "dark"
    } else {
        "light"
    };
    let style = include_str!("../../www/monscope.css").replace(":host", ":root");
    let style = format!("{style}:root {{ color-scheme: {scheme}; }}");
    let kind = args.first().map_or("election", String::as_str);
    if let Some(entry) = gallery::find(kind) {
        println!(
            "{}",
            strip_of(entry, (number(2, 1264), number(3, 192)), &style)
        );
        return;
    }
    let scene = scenes::scene(kind, number(1, 5).clamp(1, 31) as u8);
    let (width, height) = (number(2, 864), number(3, 564));
    let clear = if width > 700 {
        let (w, h) = (f32::from(width), f32::from(height).min(90.0));
        let verdict = Rect {
            left: 0.0,
            top: 0.0,
            right: 330.0,
            bottom: h,
        };
        vec![
            verdict,
            Rect {
                left: w - 156.0,
                top: 0.0,
                right: w,
                bottom: 160.0,
            },
        ]
    } else {
        Vec::new()
    };
    let room = Room {
        width: width.into(),
        height: height.into(),
        text: 0.9,
        clear,
    };
    let layout = Layout::new(&room, &scene, Lang::En);
    let mut moving = Moving::default();
    moving.update(&scene, &layout, scene.now, false);
    println!(
        "{}",
        svg(&Frame::new(&scene, &layout, Lang::En), &moving, &style)
    );
    eprintln!(
        "{:?}, disc {}, ring {}",
        layout.detail, layout.disc, layout.radius
    );
}

/// A minute of a scenario of the gallery.
fn strip_of(entry: &gallery::Entry, (width, height): (u16, u16), style: &str) -> String {
    let scenario = scenario::read(entry.text).unwrap_or_else(|_| scenario::Scenario::of(1));
    let mut player = Player::new(scenario);
    player.advance_to(Time::ZERO + Span::from_secs(60));
    let mut facts = strip::facts_of(&player);
    facts.read(player.known());
    let room = strip::Room {
        width: f32::from(width) - 80.0,
        height: height.into(),
        text: 0.9,
        bare: false,
    };
    let zoom = strip::Scale::fitting(facts.folding(), true, room.width - 8.0, player.now());
    let scale = strip::Scale::new(facts.folding(), true, zoom, player.now());
    let strip = strip::Strip::new(&player, &facts, scale, 0, room, Lang::En);
    strip::print::svg(&strip, style)
}
