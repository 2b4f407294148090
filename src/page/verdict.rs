//! The verdict over the stage: who leads, or for how long nobody has. It is also what is read out.

use monscope_core::frame::Verdict;
use yew::prelude::*;

use super::svg::line;

/// The verdict, and what the author says at this time. What counts on is not read out.
pub fn view(v: &Verdict, note: Option<&str>) -> Html {
    html! {
        <div class="verdict">
            <h1>
                <span aria-live="polite">{ line(&v.headline) }</span><span aria-hidden="true">{ line(&v.count) }</span>
            </h1>
            <p aria-live="polite">{ line(&v.line) }</p>
            if !v.since.is_empty() {
                <p class="since">{ line(&v.since) }</p>
            }
            if let Some(note) = note {
                <p class="note" aria-live="polite">{ note.to_owned() }</p>
            }
        </div>
    }
}
