//! What if: what the loss of each monitor, and of each pair, would come to in a cluster of one's own.
//!
//! The answers come in while the panel is open, a few milliseconds of work between two pictures.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use monscope_core::mon::{MonId, Span};
use monscope_core::play::whatif::{Answer, Case, WhatIf};
use monscope_core::words::{Lang, Phrase, Val};
use web_sys::window;
use yew::prelude::*;

use super::dom::{Frame, prefers_less_motion};
use super::icon;
use super::session::Session;
use super::svg;
use super::ui::{Change, UiHandle};

/// The work between two pictures, in milliseconds.
const SLICE_MS: f64 = 4.0;

/// Events between two looks at the clock: about a third of a millisecond.
const CHUNK: u32 = 150;

/// How long before the loss an opened run is entered.
const BEFORE: Span = Span::from_secs(1);

/// The axis of seconds: its length in pixels, and what it spans.
const AXIS_PX: u64 = 84;
const AXIS: Span = Span::from_secs(20);

/// Up to so many monitors, pairs are told in words.
const WORDY: usize = 6;

/// The properties of [`WhatIfView`].
#[derive(Debug, PartialEq, Properties)]
pub struct WhatIfProps {
    /// The player.
    pub session: Session,
    /// The page's state.
    pub ui: UiHandle,
    /// Counts the scenarios that were put on the stage.
    pub loads: u32,
}

type Kept = Rc<RefCell<Option<WhatIf>>>;

thread_local! {
    /// The latest cluster that was asked about: who looks elsewhere for a while finds the answers again.
    static LATEST: Kept = Kept::default();
}

/// What a loss would come to.
#[component]
pub fn WhatIfView(props: &WhatIfProps) -> Html {
    let WhatIfProps { session, ui, .. } = props;
    let lang = ui.lang;
    let kept = use_memo((), |()| LATEST.with(Clone::clone));
    {
        // The same cluster with something done to it, or another one?
        let mut kept = kept.borrow_mut();
        session.look(|player| {
            if !kept
                .as_ref()
                .is_some_and(|kept| kept.is_about(player.scenario()))
            {
                *kept = Some(WhatIf::new(player.scenario()));
            }
        });
    }
    use_work(&kept, props.loads);
    let opened = use_state(|| None::<Vec<MonId>>);
    let open = {
        let (session, ui, opened, kept) =
            (session.clone(), ui.clone(), opened.clone(), kept.clone());
        Callback::from(move |lost: Vec<MonId>| {
            if open_run(&session, &ui, &kept, &lost) {
                opened.set(Some(lost));
            }
        })
    };
    let kept = kept.borrow();
    let Some(whatif) = kept.as_ref() else {
        return Html::default();
    };
    let view = View {
        session,
        whatif,
        lang,
        open: &open,
        opened: opened.as_deref(),
    };
    html! {
        <div class="panel what-if">
            <h2 class="what">{ lang.say(Phrase::WhatIfHead) }</h2>
            { view.summary() }
            if !whatif.cases().is_empty() {
                { view.singles() }
                { view.pairs() }
                <p class="dim">{ lang.say(Phrase::WhatIfNote) }</p>
            }
        </div>
    }
}

/// Works between pictures until everything is answered; makes a new picture with every answer.
#[hook]
fn use_work(kept: &Rc<Kept>, loads: u32) {
    let answered = use_state(|| 0_usize);
    let (kept, setter) = (kept.clone(), answered.setter());
    use_effect_with(loads, move |_| {
        let frame = Rc::new(RefCell::new(None));
        let said = Rc::new(Cell::new(usize::MAX));
        work_on(&frame, &kept, said, setter);
        // Dropped with it, no further frame comes.
        move || drop(frame.take())
    });
}

fn work_on(
    frame: &Rc<RefCell<Option<Frame>>>,
    kept: &Rc<Kept>,
    said: Rc<Cell<usize>>,
    setter: UseStateSetter<usize>,
) {
    let (weak, kept) = (Rc::downgrade(frame), kept.clone());
    let next = Frame::request(move |_| {
        let Some(frame) = weak.upgrade() else { return };
        let begun = now_ms();
        let mut more = true;
        let answered = {
            let mut kept = kept.borrow_mut();
            let Some(whatif) = kept.as_mut() else { return };
            while more && now_ms() - begun < SLICE_MS {
                more = whatif.work(CHUNK);
            }
            whatif.answered() + whatif.cases().len() + usize::from(whatif.is_hopeless())
        };
        if said.replace(answered) != answered {
            setter.set(answered);
        }
        if more {
            work_on(&frame, &kept, said, setter);
        }
    });
    *frame.borrow_mut() = next;
}

fn now_ms() -> f64 {
    window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Puts the run that stands for a case on the stage, shortly before the loss.
fn open_run(session: &Session, ui: &UiHandle, kept: &Rc<Kept>, lost: &[MonId]) -> bool {
    let found = {
        let kept = kept.borrow();
        let whatif = kept.as_ref();
        whatif.and_then(|whatif| {
            let case = whatif.cases().iter().find(|case| case.lost == lost)?;
            let run = case
                .answer()
                .map(|answer| answer.run)
                .or_else(|| whatif.bare_run())?;
            Some((whatif.document(case, &run), run.at))
        })
    };
    let Some((document, at)) = found else {
        return false;
    };
    session.load(document);
    session.go_to(monscope_core::mon::Time(at.0.saturating_sub(BEFORE.0)));
    session.set_playing(!prefers_less_motion());
    ui.dispatch(Change::Loaded);
    true
}

struct View<'a> {
    session: &'a Session,
    whatif: &'a WhatIf,
    lang: Lang,
    open: &'a Callback<Vec<MonId>>,
    opened: Option<&'a [MonId]>,
}

impl View<'_> {
    /// A monitor's name without `mon.`.
    fn name(&self, mon: MonId) -> String {
        self.session.look(|player| {
            let spec = player.scenario().monitors.get(mon.index());
            spec.map_or_else(String::new, |spec| spec.name.clone())
        })
    }

    /// `mon.a`, `mon.a and mon.b`.
    fn names(&self, mons: &[MonId]) -> String {
        let full = |mon: &MonId| {
            let name = self.name(*mon);
            self.lang.text(Phrase::Mon, &[("mon", Val::Text(&name))])
        };
        let names: Vec<String> = mons.iter().map(full).collect();
        self.lang.list(&names)
    }

    /// How many can be lost, in a sentence.
    fn summary(&self) -> Html {
        let lang = self.lang;
        if self.whatif.is_hopeless() {
            return html! { <p class="say">{ lang.say(Phrase::WhatIfHopeless) }</p> };
        }
        if self.whatif.cases().is_empty() {
            return html! { <p class="say" role="status">{ lang.say(Phrase::WhatIfSettles) }</p> };
        }
        let (alive, needed) = (self.whatif.alive(), self.whatif.needed());
        let spare = alive.saturating_sub(needed);
        let values = [
            ("spare", Val::Num(spare as u64)),
            ("fatal", Val::Num(spare as u64 + 1)),
        ];
        let line = match spare {
            0 => lang.line(Phrase::WhatIfNoSpare, &values),
            1 => lang.line(Phrase::WhatIfSpareOne, &values),
            _ => lang.line(Phrase::WhatIfSpare, &values),
        };
        let (done, all) = (self.whatif.answered(), self.whatif.cases().len());
        let progress = lang.text(
            Phrase::WhatIfProgress,
            &[("n", Val::Num(done as u64)), ("all", Val::Num(all as u64))],
        );
        html! {
            <p class="say">{ svg::line(&line) }
                if done < all { <small role="status">{ progress }</small> }
            </p>
        }
    }

    fn singles(&self) -> Html {
        let lang = self.lang;
        let row = |case: &Case| self.single(case);
        let heads = [
            Phrase::WhatIfLose,
            Phrase::WhatIfLeads,
            Phrase::WhatIfQuorum,
            Phrase::WhatIfSeconds,
        ];
        html! {
            <table class="losses">
                <thead><tr>
                    { for heads.iter().map(|head| html! { <th scope="col">{ lang.say(*head) }</th> }) }
                    <td></td>
                </tr></thead>
                <tbody>{ for self.whatif.cases().iter().filter(|case| case.lost.len() == 1).map(row) }</tbody>
            </table>
        }
    }

    fn single(&self, case: &Case) -> Html {
        let lang = self.lang;
        let is_open = self.opened == Some(case.lost.as_slice());
        let inner = match (case.survives(), case.answer()) {
            (Some(true), Some(answer)) => self.survives(&answer),
            (None, _) => {
                html! { <td colspan="3" class="dim">{ lang.say(Phrase::WhatIfWaits) }</td> }
            }
            _ => html! { <td colspan="3">{ self.nobody(case) }</td> },
        };
        let words = html! { <>{ icon::OPEN.node() }{ lang.say(Phrase::WhatIfOpen) }</> };
        html! {
            <tr class={is_open.then_some("here")}>
                <th scope="row">
                    { self.names(&case.lost) }
                    if self.whatif.leader() == case.lost.first().copied() {
                        <small>{ lang.say(Phrase::StateLeader) }</small>
                    }
                </th>
                { inner }
                <td>{ self.open_button(case, words, "") }</td>
            </tr>
        }
    }

    fn survives(&self, answer: &Answer) -> Html {
        let (leader, quorum) = match answer.run.leads {
            Some((leader, quorum)) => (self.name(leader), quorum.to_string()),
            None => (String::new(), String::new()),
        };
        let px = |span: Span| (span.0.min(AXIS.0) * AXIS_PX / AXIS.0).to_string();
        let seconds = self.lang.span_left(answer.run.outage);
        let title = self.lang.text(
            Phrase::WhatIfRange,
            &[
                ("least", Val::Tenths(answer.least.0)),
                ("most", Val::Tenths(answer.most.0)),
            ],
        );
        html! {
            <>
                <td>{ leader }</td>
                <td>{ quorum }</td>
                <td class="seconds" title={title}>
                    <svg width={AXIS_PX.to_string()} height="12" aria-hidden="true">
                        <line class="axis" x1="0" x2={AXIS_PX.to_string()} y1="6" y2="6" />
                        <line class="range" x1={px(answer.least)} x2={px(answer.most)} y1="6" y2="6" />
                        <line class="middle" x1={px(answer.run.outage)} x2={px(answer.run.outage)} y1="0" y2="12" />
                    </svg>
                    <b>{ seconds }</b>
                </td>
            </>
        }
    }

    /// `nobody leads: 2 of 5 are left, 3 are needed`.
    fn nobody(&self, case: &Case) -> Html {
        let all = self.session.look(|player| player.scenario().seats());
        let values = [
            ("left", Val::Num(case.left as u64)),
            ("all", Val::Num(all as u64)),
            ("need", Val::Num(self.whatif.needed() as u64)),
        ];
        let phrase = if case.left < self.whatif.needed() {
            Phrase::WhatIfNobody
        } else {
            Phrase::WhatIfNever
        };
        svg::line(&self.lang.line(phrase, &values))
    }

    fn open_button(&self, case: &Case, inner: Html, class: &'static str) -> Html {
        let (open, lost) = (self.open.clone(), case.lost.clone());
        let onclick = Callback::from(move |_: MouseEvent| open.emit(lost.clone()));
        let names = self.names(&case.lost);
        let name = match (case.survives(), case.answer()) {
            (Some(true), Some(answer)) => {
                let (leader, _) = answer.run.leads.unzip();
                let leader = leader
                    .map(|leader| self.names(&[leader]))
                    .unwrap_or_default();
                self.lang.text(
                    Phrase::WhatIfOpenSays,
                    &[
                        ("mons", Val::Text(&names)),
                        ("leader", Val::Text(&leader)),
                        ("span", Val::Text(&self.lang.span_left(answer.run.outage))),
                    ],
                )
            }
            _ => self.lang.text(
                Phrase::WhatIfOpenNobody,
                &[
                    ("mons", Val::Text(&names)),
                    ("left", Val::Num(case.left as u64)),
                ],
            ),
        };
        html! {
            <button type="button" {class} title={name.clone()} aria-label={name}
                disabled={!case.done} {onclick}>{ inner }</button>
        }
    }

    /// A cell for each pair.
    fn pairs(&self) -> Html {
        let lang = self.lang;
        let pairs: Vec<&Case> = self
            .whatif
            .cases()
            .iter()
            .filter(|case| case.lost.len() == 2)
            .collect();
        let mut alive: Vec<MonId> = Vec::new();
        for case in self
            .whatif
            .cases()
            .iter()
            .filter(|case| case.lost.len() == 1)
        {
            alive.extend(&case.lost);
        }
        if pairs.is_empty() {
            return Html::default();
        }
        let wordy = alive.len() <= WORDY;
        let of = |a: MonId, b: MonId| {
            let pair = pairs.iter().find(|case| case.lost == [b, a]);
            pair.map(|case| self.pair(case, wordy))
        };
        let row = |(place, mon): (usize, &MonId)| {
            html! {
                <tr>
                    <th scope="row">{ self.name(*mon) }</th>
                    { for alive[..place].iter().map(|other| html! { <td>{ for of(*mon, *other) }</td> }) }
                </tr>
            }
        };
        let foot = alive[..alive.len() - 1].iter();
        html! {
            <section class="sect">
                <h3>{ lang.say(Phrase::WhatIfPairs) }</h3>
                <table class={classes!("pairs", (!wordy).then_some("dense"))}>
                    <tbody>{ for alive.iter().enumerate().skip(1).map(row) }</tbody>
                    <tfoot><tr><td></td>
                        { for foot.map(|mon| html! { <th scope="col">{ self.name(*mon) }</th> }) }
                    </tr></tfoot>
                </table>
            </section>
        }
    }

    fn pair(&self, case: &Case, wordy: bool) -> Html {
        let lang = self.lang;
        let (class, inner) = match (case.survives(), case.answer()) {
            (None, _) => ("", html! { { "…" } }),
            (Some(true), Some(answer)) if wordy => {
                let leader = answer.run.leads.map(|(leader, _)| self.name(leader));
                let seconds = lang.span_left(answer.run.outage);
                (
                    "",
                    html! { <><span>{ leader.unwrap_or_default() }</span><small>{ seconds }</small></> },
                )
            }
            (Some(true), _) => ("", icon::TICK.node()),
            (Some(false), _) if wordy => {
                let left = lang.text(Phrase::WhatIfLeft, &[("n", Val::Num(case.left as u64))]);
                ("none", html! { <>{ icon::CROSS.node() }{ left }</> })
            }
            (Some(false), _) => ("none", icon::CROSS.node()),
        };
        self.open_button(case, inner, class)
    }
}
