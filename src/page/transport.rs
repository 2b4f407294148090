//! The transport: play, step, the clock and how fast it goes.

use monscope_core::words::fill::{push_decimal, push_fixed};
use monscope_core::words::{Lang, Phrase, Val};
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::icon::{self, Icon};
use super::later;
use super::session::Session;
use super::ui::UiHandle;

/// The speeds of the slider, in thousandths of real time: evenly spread, if one looks at their logarithms.
pub const SPEEDS: [u32; 13] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
];

/// The transport. `clock` is where the time is written: see [`use_clock`].
pub fn view(session: &Session, ui: &UiHandle, clock: NodeRef) -> Html {
    let lang = ui.lang;
    let later = later::at_hand();
    let back = |interest: bool| {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(later) = later {
                (later.back)(&session, interest);
            }
        })
    };
    let playing = session.playing();
    let on = |act: fn(&Session)| {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| act(&session))
    };
    let (play, play_icon) = if playing {
        (Phrase::TimePause, icon::PAUSE)
    } else {
        (Phrase::TimePlay, icon::PLAY)
    };
    let slow_down = {
        let session = session.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                session.set_slow_down(input.checked());
            }
        })
    };
    html! {
        <div class="transport" role="group" aria-label={lang.say(Phrase::TimeLabel)}>
            <div class="moves">
                { button(lang, Phrase::TimeRestart, "Home", icon::START, on(Session::restart)) }
                { button(lang, Phrase::TimePrevious, "b", icon::PREVIOUS, back(true)) }
                { button(lang, Phrase::TimeStepBack, ",", icon::STEP_BACK, back(false)) }
                <button type="button" class="solid" aria-label={lang.say(play)} aria-keyshortcuts="Space"
                    title={lang.say(play)} onclick={on(toggle)}>{ play_icon.node() }</button>
                { button(lang, Phrase::TimeStep, ".", icon::STEP, on(Session::step)) }
                { button(lang, Phrase::TimeNext, "n", icon::NEXT, on(Session::next_of_interest)) }
            </div>
            <div class="when">
                <output class="clock" aria-label={lang.say(Phrase::TimeNow)} aria-live="off" ref={clock}></output>
                if let Some(chip) = chip(session, lang) {
                    <span class="chip">{ chip }</span>
                }
            </div>
            <div class="pace">
                { speed(session, lang) }
                <label class="check">
                    <input type="checkbox" checked={session.slow_down()} onchange={slow_down} />
                    <span>{ lang.say(Phrase::TimeSlowDown) }<span class="rest">
                        { lang.say(Phrase::TimeWhileFlying) }</span></span>
                </label>
            </div>
            <div class="more">
                if let Some(later) = later {
                    { (later.controls)(session, ui) }
                }
            </div>
        </div>
    }
}

/// Lets time pass, or stops it.
pub fn toggle(session: &Session) {
    session.set_playing(!session.playing());
}

#[inline(never)]
fn button(
    lang: Lang,
    phrase: Phrase,
    key: &'static str,
    icon: Icon,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" class="icon-only" aria-label={lang.say(phrase)} aria-keyshortcuts={key}
            title={lang.say(phrase)} {onclick}>{ icon.node() }</button>
    }
}

/// What is to be known of the clock beside the time.
fn chip(session: &Session, lang: Lang) -> Option<String> {
    if session.look(|player| player.next_at().is_none()) {
        return Some(lang.say(Phrase::TimeEnd).to_owned());
    }
    if let Some(stop) = session.look(|player| player.stopped().map(|stop| stop.words.clone())) {
        return Some(lang.text(Phrase::TimeStopped, &[("what", Val::Text(&stop))]));
    }
    if !session.playing() {
        return Some(lang.say(Phrase::TimePaused).to_owned());
    }
    let stretch = session.stretch();
    (stretch > 1).then(|| lang.text(Phrase::TimeSlowed, &[("n", Val::Num(stretch))]))
}

/// Writes the time every frame, past yew.
#[hook]
pub fn use_clock(session: &Session, clock: &NodeRef) {
    let (session, clock) = (session.clone(), clock.clone());
    use_effect_with((), move |()| {
        let write = {
            let session = session.clone();
            Callback::from(move |()| {
                if let Some(element) = clock.cast::<Element>() {
                    let mut text = String::new();
                    push_fixed(&mut text, session.now().0 / 1_000, 3);
                    text.push_str(" s");
                    element.set_text_content(Some(&text));
                }
            })
        };
        write.emit(());
        let painting = session.on_frame(write);
        move || drop(painting)
    });
}

/// The speed, on a slider whose marks are a power of ten apart.
fn speed(session: &Session, lang: Lang) -> Html {
    let speed = session.speed_milli();
    let place = SPEEDS
        .iter()
        .position(|known| *known >= speed)
        .unwrap_or(SPEEDS.len() - 1);
    let said = factor(speed);
    let oninput = {
        let session = session.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            // The value of a range is a number written by the browser.
            let place = input.and_then(|input| input.value().parse::<usize>().ok());
            if let Some(speed) = place.and_then(|place| SPEEDS.get(place)) {
                session.set_speed_milli(*speed);
            }
        })
    };
    let text = lang.text(Phrase::TimeSpeedIs, &[("n", Val::Text(&said))]);
    html! {
        <label class="speed">
            <span>{ lang.say(Phrase::TimeSpeedLabel) }<b>{ said }</b></span>
            <span class="slider">
                <input type="range" min="0" max="12" step="1" value={place.to_string()}
                    aria-label={lang.say(Phrase::TimeSpeed)} aria-valuetext={text} {oninput} />
                <svg width="144" height="18" viewBox="0 0 144 18" aria-hidden="true">
                    <path d="M8 0V4M40 0V4M72 0V4M104 0V4M136 0V4" />
                    { for ["0.01", "0.1", "1", "10", "100"].iter().zip([8, 40, 72, 104, 136]).map(|(words, x)| html! {
                        <text x={x.to_string()} y="15">{ *words }</text>
                    }) }
                </svg>
            </span>
        </label>
    }
}

/// `0.05`, `1`, `100`.
fn factor(milli: u32) -> String {
    let mut out = String::new();
    match milli {
        m if m % 1_000 == 0 => push_decimal(&mut out, u64::from(m / 1_000)),
        m if m % 100 == 0 => push_fixed(&mut out, u64::from(m / 100), 1),
        m => push_fixed(&mut out, u64::from(m / 10), 2),
    }
    out
}
