//! The verdict over the stage: who leads, or for how long nobody has. It is also what is read out.

use monscope_core::frame::Verdict;
use yew::prelude::*;

use super::svg::line;

/// The properties of [`VerdictView`].
#[derive(Debug, PartialEq, Properties)]
pub struct VerdictProps {
    /// What it says.
    pub verdict: Verdict,
    /// What the author says at this time.
    pub note: Option<AttrValue>,
}

/// The verdict. What counts on is not read out.
#[component]
pub fn VerdictView(props: &VerdictProps) -> Html {
    let v = &props.verdict;
    html! {
        <div class="verdict">
            <h1><span aria-live="polite">{ line(&v.headline) }</span><span aria-hidden="true">{ line(&v.count) }</span></h1>
            <p aria-live="polite">{ line(&v.line) }</p>
            if !v.since.is_empty() {
                <p class="since">{ line(&v.since) }</p>
            }
            if let Some(note) = &props.note {
                <p class="note" aria-live="polite">{ note }</p>
            }
        </div>
    }
}
