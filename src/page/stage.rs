//! The stage: monitors on their ring, as SVG that changes on events only, around a canvas for what moves.

use std::cell::RefCell;
use std::rc::Rc;

use monscope_core::frame::shape::{self, translate};
use monscope_core::frame::{Disc, Frame, Layout, Link, Rect, Room, Scene};
use monscope_core::mon::MonId;
use monscope_core::words::{Lang, Phrase, Val};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::dom::{MediaWatch, SizeWatch, prefers_less_motion};
use super::menu;
use super::paint::{Painter, SWATCHES};
use super::popup::Popup;
use super::session::Session;
use super::svg::{line, shapes};
use super::ui::{Change, Menu, Tool, UiHandle};

/// From this width on, verdict and legend stand over the stage (the style sheet says the same).
const OVERLAYS_FROM: f32 = 640.0;

/// How near a click or the mouse must come to a message.
const REACH: f32 = 12.0;

/// The properties of [`Stage`].
#[derive(Debug, PartialEq, Properties)]
pub struct StageProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Counts pictures: another number, another picture.
    pub tick: u32,
    /// Told of a click on a monitor.
    pub on_monitor: Callback<MonId>,
    /// Told of a click on a link, and where.
    pub on_link: Callback<(MonId, MonId, f32, f32)>,
}

/// What a layout was made for; another key, another layout.
#[derive(Clone, Debug, Default, PartialEq)]
struct Key {
    room: Room,
    monitors: Vec<(MonId, Option<monscope_core::mon::Rank>, String)>,
}

impl Key {
    fn new(room: Room, scene: &Scene) -> Self {
        let monitors = scene
            .monitors
            .iter()
            .map(|m| (m.id, m.rank, m.name.clone()));
        Self {
            room,
            monitors: monitors.collect(),
        }
    }
}

/// The place of everything, made again only when the room or the monitors have changed.
fn laid_out(
    kept: &mut Option<(Key, Rc<Layout>)>,
    room: Room,
    scene: &Scene,
    lang: Lang,
) -> Rc<Layout> {
    let key = Key::new(room, scene);
    match kept {
        Some((known, layout)) if *known == key => layout.clone(),
        _ => {
            let layout = Rc::new(Layout::new(&key.room, scene, lang));
            *kept = Some((key, layout.clone()));
            layout
        }
    }
}

/// The room for the ring in a stage of this size.
fn room((width, height, text): (f32, f32, f32), notes: bool) -> Room {
    let mut clear = Vec::new();
    if width >= OVERLAYS_FROM {
        clear.push(Rect {
            left: 0.0,
            top: 0.0,
            right: f32::min(368.0, width * 0.42 + 24.0),
            bottom: if notes { 164.0 } else { 108.0 },
        });
        clear.push(Rect {
            left: width - 160.0,
            top: 0.0,
            right: width,
            bottom: 170.0,
        });
    }
    Room {
        width,
        height,
        text,
        clear,
    }
}

/// The stage.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let StageProps { session, ui, .. } = props;
    let lang = ui.lang;
    let (host, canvas, swatches) = (use_node_ref(), use_node_ref(), use_node_ref());
    let size = use_state(|| (0.0, 0.0, 0.9));
    let hover = use_state(|| None::<u32>);
    let kept = use_mut_ref(|| None);
    let painter = use_mut_ref(|| None::<Painter>);

    let scene = session.scene();
    let notes = session.look(|player| !player.scenario().notes.is_empty());
    let layout = laid_out(&mut kept.borrow_mut(), room(*size, notes), &scene, lang);
    let frame = Frame::new(&at_present(&scene, session), &layout, lang);

    use_painter(session, &painter, &canvas, &swatches, &host, &size);
    use_theme(session, &painter, &swatches, ui);
    {
        let (painter, layout) = (painter.clone(), layout.clone());
        let session = session.clone();
        use_effect_with((props.tick, layout.clone()), move |_| {
            if let Some(painter) = painter.borrow_mut().as_mut() {
                painter.set_layout(layout);
                painter.paint(&session.scene(), session.now(), prefers_less_motion());
            }
        });
    }
    let hovering = {
        let (hover, painter) = (hover.clone(), painter.clone());
        Callback::from(move |event: MouseEvent| {
            let at = place_in_stage(&event);
            let hit = painter
                .borrow()
                .as_ref()
                .and_then(|p| Some(p.moving.hit(at?.0, at?.1, REACH)?.id));
            if *hover != hit {
                hover.set(hit);
            }
        })
    };
    let leaving = {
        let hover = hover.clone();
        Callback::from(move |_: MouseEvent| hover.set(None))
    };
    let armed = (ui.tool != Tool::Select).then_some("armed");
    let view_box = view_box(&frame);
    html! {
        <div class={classes!("ring", armed)} ref={host} onmousemove={hovering} onmouseleave={leaving}>
            <Under frame={Rc::new(Frame { discs: Vec::new(), ..frame.clone() })} on_link={props.on_link.clone()} />
            <canvas ref={canvas} aria-hidden="true"></canvas>
            <svg class="over" viewBox={view_box} width={frame.width.text()} height={frame.height.text()} role="group"
                aria-label={lang.say(Phrase::PageStage)}>
                { for frame.discs.into_iter().map(|disc| {
                    let picked = ui.picked.contains(&disc.id);
                    let selected = ui.selected == Some(disc.id);
                    let key = disc.id.0;
                    html! {
                        <MonitorView {key} {disc} {picked} {selected} ui={ui.clone()}
                            on_monitor={props.on_monitor.clone()} />
                    }
                }) }
            </svg>
            <div class="swatches" ref={swatches} hidden=true>
                { for SWATCHES.iter().map(|class| html! { <i class={*class}></i> }) }
            </div>
            { tip(*hover, &scene, session, &painter, lang) }
            { open_menu(session, ui, &layout) }
        </div>
    }
}

/// The scene with the present instant: countdowns go on between events.
fn at_present(scene: &Rc<Scene>, session: &Session) -> Rc<Scene> {
    let now = session.now();
    if scene.now == now {
        return scene.clone();
    }
    let mut scene = (**scene).clone();
    scene.now = now;
    Rc::new(scene)
}

/// Makes the painter, keeps it painting every frame, and watches the size of the stage.
#[hook]
fn use_painter(
    session: &Session,
    painter: &Rc<RefCell<Option<Painter>>>,
    canvas: &NodeRef,
    swatches: &NodeRef,
    host: &NodeRef,
    size: &UseStateHandle<(f32, f32, f32)>,
) {
    let (session, painter, size) = (session.clone(), painter.clone(), size.clone());
    let (canvas, swatches, host) = (canvas.clone(), swatches.clone(), host.clone());
    use_effect_with((), move |()| {
        let mut made = canvas.cast::<HtmlCanvasElement>().and_then(Painter::new);
        if let (Some(painter), Some(swatches)) = (made.as_mut(), swatches.cast::<Element>()) {
            painter.read_theme(&swatches);
        }
        let text = made.as_ref().map_or(0.9, Painter::text_scale);
        *painter.borrow_mut() = made;
        let watch = host.cast::<HtmlElement>().and_then(|host| {
            let element = host.clone();
            SizeWatch::new(&element, move || {
                // Sizes of a stage are small whole numbers.
                size.set((
                    host.client_width() as f32,
                    host.client_height() as f32,
                    text,
                ));
            })
        });
        let painting = {
            let (session, painter) = (session.clone(), painter.clone());
            session.clone().on_frame(Callback::from(move |()| {
                if let Some(painter) = painter.borrow_mut().as_mut() {
                    painter.paint(&session.scene(), session.now(), prefers_less_motion());
                }
            }))
        };
        move || drop((watch, painting))
    });
}

/// Reads the colours again when the theme changes, here or in the system.
#[hook]
fn use_theme(
    session: &Session,
    painter: &Rc<RefCell<Option<Painter>>>,
    swatches: &NodeRef,
    ui: &UiHandle,
) {
    let (session, painter, swatches) = (session.clone(), painter.clone(), swatches.clone());
    use_effect_with(ui.theme, move |_| {
        let read = Rc::new(move || {
            if let (Some(painter), Some(swatches)) =
                (painter.borrow_mut().as_mut(), swatches.cast::<Element>())
            {
                painter.read_theme(&swatches);
                painter.paint(&session.scene(), session.now(), prefers_less_motion());
            }
        });
        read();
        let again = read.clone();
        let watch = MediaWatch::new("(prefers-color-scheme: dark)", move || again());
        move || drop(watch)
    });
}

/// Where on the stage a mouse event happened.
fn place_in_stage(event: &MouseEvent) -> Option<(f32, f32)> {
    let stage = event
        .target_dyn_into::<Element>()?
        .closest(".ring")
        .ok()??;
    let bounds = stage.get_bounding_client_rect();
    Some((
        (f64::from(event.client_x()) - bounds.left()) as f32,
        (f64::from(event.client_y()) - bounds.top()) as f32,
    ))
}

fn view_box(frame: &Frame) -> String {
    ["0 0 ", &frame.width.text(), " ", &frame.height.text()].concat()
}

#[derive(Debug, PartialEq, Properties)]
struct UnderProps {
    /// The picture without its monitors.
    frame: Rc<Frame>,
    on_link: Callback<(MonId, MonId, f32, f32)>,
}

/// What lies below the messages: links, outlines, and who follows whom.
#[component]
fn Under(props: &UnderProps) -> Html {
    let frame = &props.frame;
    html! {
        <svg class="under" viewBox={view_box(frame)} width={frame.width.text()} height={frame.height.text()}>
            if let Some((at, r)) = frame.hull {
                <circle class="link" cx={at.x.text()} cy={at.y.text()} r={r.text()} />
            }
            { for frame.outlines.iter().map(|d| html! { <path class="outline" d={d.clone()} /> }) }
            { for frame.links.iter().map(|l| link(l, &props.on_link)) }
            { for frame.follows.iter().map(|f| shapes(&shape::follow(f))) }
        </svg>
    }
}

/// A link: what is seen of it, and a broad line that takes clicks.
fn link(link: &Link, on_link: &Callback<(MonId, MonId, f32, f32)>) -> Html {
    let onclick = {
        let (on_link, a, b) = (on_link.clone(), link.a, link.b);
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            if let Some((x, y)) = place_in_stage(&event) {
                on_link.emit((a, b, x, y));
            }
        })
    };
    html! {
        <g class="wire" role="button" tabindex="-1" aria-label={link.name.clone()} oncontextmenu={onclick.clone()}
            {onclick}>
            <line class="grip" x1={link.from.x.text()} y1={link.from.y.text()} x2={link.to.x.text()}
                y2={link.to.y.text()} />
            { shapes(&shape::link(link)) }
        </g>
    }
}

#[derive(Debug, PartialEq, Properties)]
struct MonitorProps {
    disc: Disc,
    picked: bool,
    selected: bool,
    ui: UiHandle,
    on_monitor: Callback<MonId>,
}

/// A monitor with its words.
#[component]
fn MonitorView(props: &MonitorProps) -> Html {
    let disc = &props.disc;
    let id = disc.id;
    let onclick = props.on_monitor.reform(move |_: MouseEvent| id);
    let oncontextmenu = {
        let ui = props.ui.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            ui.dispatch(Change::Open(Menu::Monitor(id)));
        })
    };
    let onkeydown = {
        let on_monitor = props.on_monitor.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                event.stop_propagation();
                on_monitor.emit(id);
            }
            "ArrowRight" | "ArrowDown" => go_round(&event, true),
            "ArrowLeft" | "ArrowUp" => go_round(&event, false),
            _ => {}
        })
    };
    let onfocusin = {
        let ui = props.ui.clone();
        Callback::from(move |_: FocusEvent| ui.dispatch(Change::Select(Some(id))))
    };
    let class = classes!(
        "mon",
        disc.look.class(),
        disc.size.small.then_some("small"),
        props.selected.then_some("selected"),
        props.picked.then_some("picked"),
    );
    let r = disc.size.disc;
    let halo = monscope_core::frame::Px(r.0 + if disc.size.small { 80 } else { 130 }).text();
    let pulse = [disc.look.class(), if disc.crown { "!" } else { "" }].concat();
    html! {
        <g {class} data-mon={monscope_core::words::fill::decimal(id.0.into())} transform={translate(disc.at)} {onclick}
            {oncontextmenu}>
            <g class="disc-button" role="button" tabindex="0" aria-haspopup="menu" aria-label={disc.name.clone()}
                {onkeydown} {onfocusin}>
                <circle class="grip" r={halo.clone()} />
                <circle class="halo-ring" r={halo} />
                <circle class="pulse" key={pulse} r={r.text()} />
                { shapes(&shape::disc(disc)) }
            </g>
            <g aria-hidden="true">{ shapes(&shape::label(disc)) }</g>
        </g>
    }
}

/// Moves the focus to the next monitor of the ring.
fn go_round(event: &KeyboardEvent, clockwise: bool) {
    event.prevent_default();
    event.stop_propagation();
    let Some(here) = event.target_dyn_into::<Element>() else {
        return;
    };
    let Some(here) = here.closest(".mon").ok().flatten() else {
        return;
    };
    let ring = here.parent_element();
    let next = if clockwise {
        here.next_element_sibling()
            .or_else(|| ring?.first_element_child())
    } else {
        here.previous_element_sibling()
            .or_else(|| ring?.last_element_child())
    };
    let next = next.and_then(|mon| mon.first_element_child());
    if let Some(next) = next {
        // `focus` is the same in SVG; an element that can't take it keeps where it is.
        let _ = next.unchecked_into::<HtmlElement>().focus();
    }
}

/// What the message under the mouse is, and when it lands.
fn tip(
    hover: Option<u32>,
    scene: &Scene,
    session: &Session,
    painter: &Rc<RefCell<Option<Painter>>>,
    lang: Lang,
) -> Html {
    let flight = hover.and_then(|id| scene.flights.iter().find(|flight| flight.id == id));
    let painter = painter.borrow();
    let mark = painter
        .as_ref()
        .and_then(|p| p.moving.marks.iter().find(|mark| Some(mark.id) == hover));
    let (Some(flight), Some(mark)) = (flight, mark) else {
        return Html::default();
    };
    let name = |id| scene.mon(id).map_or("?", |mon| mon.name.as_str());
    let epoch = flight
        .epoch
        .filter(|_| monscope_core::frame::glyph::shows_epoch(flight.kind));
    let message = lang.text(
        if epoch.is_some() {
            Phrase::LogMessage
        } else {
            Phrase::LogMessageAlone
        },
        &[
            ("kind", Val::Text(lang.kind(flight.kind))),
            ("epoch", Val::Num(epoch.unwrap_or_default().into())),
        ],
    );
    let left = flight
        .due
        .map(|due| due.since(session.now()).0.div_ceil(1000));
    let words = lang.line(
        if left.is_some() {
            Phrase::PageTip
        } else {
            Phrase::PageTipHeld
        },
        &[
            ("message", Val::Text(&message)),
            ("mon", Val::Text(name(flight.from))),
            ("peer", Val::Text(name(flight.to))),
            ("left", Val::Num(left.unwrap_or_default())),
        ],
    );
    html! { <Popup key="tip" ui={None} class="tip" at={Some((mark.x, mark.y, 16.0))}>{ line(&words) }</Popup> }
}

fn open_menu(session: &Session, ui: &UiHandle, layout: &Layout) -> Html {
    let at = match ui.menu {
        Some(Menu::Monitor(id)) => layout
            .spot(id)
            .map(|spot| (spot.x, spot.y, layout.disc + 8.0)),
        Some(Menu::Link(_, _, Some((x, y)))) => Some((x, y, 10.0)),
        // Chosen by its two ends: in the middle between them.
        Some(Menu::Link(a, b, None)) => layout.spot(a).zip(layout.spot(b)).map(|(a, b)| {
            let middle = |a: f32, b: f32| (a + b) / 2.0;
            (middle(a.x, b.x), middle(a.y, b.y), 10.0)
        }),
        _ => None,
    };
    let (Some(menu), Some(at)) = (ui.menu, at) else {
        return Html::default();
    };
    menu::view(session, ui, menu, at)
}
