//! The strip of time: a lane a monitor on a canvas, the playhead over it, and the whole run below.

mod board;
mod brush;
mod hands;

use std::cell::RefCell;
use std::rc::Rc;

use monscope_core::frame::log::{line as log_line, short_name};
use monscope_core::frame::strip::Found;
use monscope_core::mon::{MonId, Time};
use monscope_core::words::fill::decimal;
use monscope_core::words::{Phrase, Val};
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::dom::{MediaWatch, SizeWatch, WheelWatch};
use super::popup::Popup;
use super::session::Session;
use super::svg::line;
use super::ui::UiHandle;
use board::{Board, Parts};
use brush::Brush;
use hands::Hands;

/// Lower than this, the strip shows lanes only.
const BARE_BELOW: i32 = 90;

/// The properties of [`StripView`].
#[derive(Debug, PartialEq, Properties)]
pub struct StripProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Counts pictures: another number, another picture.
    pub tick: u32,
    /// What is true at the present instant, in words.
    pub verdict: String,
}

/// What the pointer is over, and where.
type Hover = Option<(Found, f32, f32)>;

/// The elements of the strip.
#[derive(Clone, Debug, Default, PartialEq)]
struct Nodes {
    lanes: NodeRef,
    canvas: NodeRef,
    whole: NodeRef,
    whole_canvas: NodeRef,
    head: NodeRef,
    frame: NodeRef,
    probe: NodeRef,
}

/// The strip.
#[component]
pub fn StripView(props: &StripProps) -> Html {
    let StripProps { session, ui, .. } = props;
    let lang = ui.lang;
    let nodes = (*use_state(Nodes::default)).clone();
    let board = use_mut_ref(|| Board::new(lang));
    let hover = use_state(|| Hover::None);
    let sized = use_state(|| 0_u32);
    let hands = Hands {
        session: session.clone(),
        ui: ui.clone(),
        board: board.clone(),
        hover: hover.clone(),
        lanes: nodes.lanes.clone(),
        whole: nodes.whole.clone(),
        grip: (*use_state(|| Rc::new(RefCell::new(None)))).clone(),
    };
    use_board(session, &board, &nodes, &sized);
    use_theme(session, &board, &nodes.probe, ui);
    use_wheel(&hands, &nodes.lanes);
    let shown = hover.map(|(found, ..)| found.event).or(ui.event);
    {
        let (board, session, real_time) = (board.clone(), session.clone(), ui.real_time);
        use_effect_with((shown, real_time, props.tick), move |_| {
            let mut board = board.borrow_mut();
            session.look(|player| {
                board.set_kin(player, shown);
                board.set_real_time(player, real_time);
            });
            board.update(&session);
        });
    }
    let (now, until) = session.look(|player| (player.now(), player.known_until()));
    let ms = |at: Time| decimal(at.0 / 1_000);
    let text = lang.text(
        Phrase::StripNow,
        &[
            ("at", Val::Millis(now.0)),
            ("verdict", Val::Text(&props.verdict)),
        ],
    );
    let selected = ui.selected;
    html! {
        <div class="strip">
            { names(session, &board, selected) }
            <div class="lanes" ref={nodes.lanes} tabindex="0" role="slider" aria-label={lang.say(Phrase::StripLabel)}
                aria-valuemin="0" aria-valuemax={ms(until)} aria-valuenow={ms(now)} aria-valuetext={text}
                onpointerdown={hands.on_down()} onpointermove={hands.on_move()} onpointerup={hands.on_up()}
                onpointercancel={hands.on_cancel()} onpointerleave={hands.on_leave()} onkeydown={hands.on_key()}>
                <canvas ref={nodes.canvas} aria-hidden="true"></canvas>
                <div class="playhead" ref={nodes.head}><i></i></div>
            </div>
            <div class="whole" ref={nodes.whole} aria-hidden="true" onpointerdown={hands.on_whole(true)}
                onpointermove={hands.on_whole(false)}>
                <canvas ref={nodes.whole_canvas}></canvas>
                <div class="frame" ref={nodes.frame}></div>
            </div>
            <i hidden=true ref={nodes.probe}></i>
            { tip(session, *hover, ui) }
        </div>
    }
}

/// The names of the lanes, beside them.
fn names(session: &Session, board: &Rc<RefCell<Board>>, selected: Option<MonId>) -> Html {
    session.look(|player| {
        let heights = board.borrow().look(player, |strip| strip.heights());
        // Where there is no room for every name, none helps.
        if heights.pitch < 11.0 {
            return html! { <svg class="names" aria-hidden="true"></svg> };
        }
        let monitors = player.scenario().monitors.iter().zip(0..);
        let name = |(spec, i): (&monscope_core::scenario::MonSpec, u8)| {
            let y = monscope_core::frame::Px::of(heights.lane(MonId(i)) + 4.0).text();
            let class = (selected == Some(MonId(i))).then_some("sel");
            let short = spec.name.len() > 5;
            let words = if short {
                short_name(player, MonId(i))
            } else {
                ["mon.", &spec.name].concat()
            };
            html! { <text {class} x="100%" dx="-8" {y}>{ words }</text> }
        };
        html! { <svg class="names" aria-hidden="true">{ for monitors.map(name) }</svg> }
    })
}

/// What is to be said of what the pointer is over.
fn tip(session: &Session, hover: Hover, ui: &UiHandle) -> Html {
    let Some((found, x, y)) = hover else {
        return Html::default();
    };
    session.look(|player| {
        let Some(event) = player.known().get(found.event.get() as usize - 1) else {
            return Html::default();
        };
        let said = log_line(player, event, ui.lang);
        html! {
            <Popup ui={None} class="tip" at={Some((x, y, 14.0))}>
                <b>{ said.mon.map(|(mon, _)| mon) }</b>{ " " }{ line(&said.words) }
                <br /><span class="dim">{ said.at }{ " s " }<code>{ said.branches }</code></span>
            </Popup>
        }
    })
}

/// Gives the board its canvases and sizes, and keeps it painting.
#[hook]
fn use_board(
    session: &Session,
    board: &Rc<RefCell<Board>>,
    nodes: &Nodes,
    sized: &UseStateHandle<u32>,
) {
    let (session, board, nodes, sized) =
        (session.clone(), board.clone(), nodes.clone(), sized.clone());
    use_effect_with((), move |()| {
        let brush = |node: &NodeRef| node.cast::<HtmlCanvasElement>().and_then(Brush::new);
        let mut parts = Parts {
            brush: brush(&nodes.canvas),
            whole: brush(&nodes.whole_canvas),
            head: nodes.head.cast(),
            frame: nodes.frame.cast(),
        };
        if let Some(probe) = nodes.probe.cast::<HtmlElement>() {
            for brush in [&mut parts.brush, &mut parts.whole].into_iter().flatten() {
                brush.read_theme(&probe);
            }
        }
        board.borrow_mut().take(parts);
        let watch = nodes.lanes.cast::<HtmlElement>().and_then(|lanes| {
            let (session, board) = (session.clone(), board.clone());
            let element: Element = lanes.clone().into();
            let whole = nodes.whole.cast::<HtmlElement>();
            let setter = sized.setter();
            let mut count = 0;
            SizeWatch::new(&element, move || {
                // Sizes of a strip are small whole numbers.
                let size = |element: &HtmlElement| {
                    (
                        element.client_width() as f32,
                        element.client_height() as f32,
                    )
                };
                let below = whole.as_ref().map_or((0.0, 0.0), size);
                let bare = lanes.client_height() < BARE_BELOW;
                board.borrow_mut().set_sizes(size(&lanes), below, bare);
                board.borrow_mut().update(&session);
                count += 1;
                setter.set(count);
            })
        });
        let painting = {
            let session = session.clone();
            session.clone().on_frame(Callback::from(move |()| {
                board.borrow_mut().update(&session)
            }))
        };
        move || drop((watch, painting))
    });
}

/// Reads the colours again when the theme changes, here or in the system.
#[hook]
fn use_theme(session: &Session, board: &Rc<RefCell<Board>>, probe: &NodeRef, ui: &UiHandle) {
    let (session, board, probe) = (session.clone(), board.clone(), probe.clone());
    use_effect_with(ui.theme, move |_| {
        let read = Rc::new(move || {
            if let Some(probe) = probe.cast::<HtmlElement>() {
                let mut board = board.borrow_mut();
                board.read_theme(&probe);
                board.update(&session);
            }
        });
        read();
        let again = read.clone();
        let watch = MediaWatch::new("(prefers-color-scheme: dark)", move || again());
        move || drop(watch)
    });
}

/// The wheel over the lanes.
#[hook]
fn use_wheel(hands: &Hands, lanes: &NodeRef) {
    let (hands, lanes) = (hands.clone(), lanes.clone());
    use_effect_with((), move |()| {
        let lanes = lanes.cast::<Element>();
        let watch =
            lanes.and_then(|lanes| WheelWatch::new(&lanes, move |event| hands.on_wheel(&event)));
        move || drop(watch)
    });
}
