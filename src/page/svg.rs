//! Primitive shapes as SVG nodes.

use monscope_core::frame::Shape;
use monscope_core::frame::glyph::{Glyph, Paint};
use monscope_core::frame::shape::role_class;
use monscope_core::frame::svg::turned;
use monscope_core::words::{Line, Role};
use yew::prelude::*;

/// Shapes as nodes, in order.
pub fn shapes(shapes: &[Shape]) -> Html {
    shapes.iter().map(shape).collect()
}

/// One shape as a node.
pub fn shape(shape: &Shape) -> Html {
    match shape {
        Shape::Circle { class, at, r } => html! {
            <circle class={*class} cx={at.x.text()} cy={at.y.text()} r={r.text()} />
        },
        Shape::Line { class, a, b } => html! {
            <line class={*class} x1={a.x.text()} y1={a.y.text()} x2={b.x.text()} y2={b.y.text()} />
        },
        Shape::Rect {
            class,
            at,
            size,
            round,
        } => html! {
            <rect class={*class} x={at.x.text()} y={at.y.text()} width={size.x.text()} height={size.y.text()}
                rx={round.text()} />
        },
        Shape::Path { class, d, spin } => html! {
            <path class={*class} d={d.to_string()} transform={spin.map(|spin| spin.transform())} />
        },
        Shape::Text {
            class,
            at,
            turn,
            font,
            line,
        } => {
            let (x, y) = match turn {
                Some(_) => (None, Some(String::from("4"))),
                None => (Some(at.x.text()), Some(at.y.text())),
            };
            html! {
                <text class={class.to_string()} {x} {y} transform={turn.map(|turn| turned(*at, turn))}
                    font-size={font.map(|font| font.text())}>{ tspans(line) }</text>
            }
        }
    }
}

fn tspans(line: &Line) -> Html {
    let run = |run: &monscope_core::words::Run| match role_class(run.role) {
        Some(class) => html! { <tspan {class}>{ run.text.clone() }</tspan> },
        None => html! { { run.text.clone() } },
    };
    line.0.iter().map(run).collect()
}

/// A line of text outside the stage.
pub fn line(line: &Line) -> Html {
    let run = |run: &monscope_core::words::Run| match (run.role, role_class(run.role)) {
        (Role::Strong, _) => html! { <b>{ run.text.clone() }</b> },
        (_, Some(class)) => html! { <span {class}>{ run.text.clone() }</span> },
        _ => html! { { run.text.clone() } },
    };
    line.0.iter().map(run).collect()
}

/// The shape of a message, as an icon beside words that say what it is.
pub fn glyph(glyph: Glyph, size: &'static str) -> Html {
    let class = match glyph.paint {
        Paint::Fill => "f",
        Paint::Hollow => "s2",
        Paint::Bold => "s3",
    };
    html! {
        <svg class={classes!("ig", ["m-", glyph.hue].concat())} width={size} height={size} viewBox="-10 -10 20 20"
            aria-hidden="true"><path {class} d={glyph.path} /></svg>
    }
}
