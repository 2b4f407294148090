//! The reference: every procedure with its branches, in a window.

use monscope_core::frame::why::ids_of;
use monscope_core::mon::Branch;
use monscope_core::mon::branch::{BRANCHES, Procedure};
use monscope_core::words::Phrase;
use monscope_core::words::branches::Reference;
use web_sys::Element;
use yew::prelude::*;

use super::paste::Window;
use super::sentences::use_reference;
use super::ui::UiHandle;

/// The properties of [`ReferenceView`].
#[derive(Debug, PartialEq, Properties)]
pub struct ReferenceProps {
    /// The page's state.
    pub ui: UiHandle,
    /// The branch it is opened at.
    pub branch: Branch,
}

/// Every branch there is.
#[component]
pub fn ReferenceView(props: &ReferenceProps) -> Html {
    let lang = props.ui.lang;
    let reference = use_reference(lang);
    let here = use_node_ref();
    {
        let here = here.clone();
        use_effect_with((props.branch, reference.is_empty()), move |_| {
            if let Some(here) = here.cast::<Element>() {
                here.scroll_into_view();
            }
        });
    }
    let mut procedures: Vec<Procedure> = Vec::new();
    for branch in BRANCHES {
        if !procedures.contains(&branch.procedure()) {
            procedures.push(branch.procedure());
        }
    }
    let group = |procedure: &Procedure| {
        let line = |branch: Branch| {
            let at = branch == props.branch;
            entry(
                branch,
                &reference,
                at,
                if at { here.clone() } else { NodeRef::default() },
            )
        };
        html! {
            <section>
                <h3>{ procedure.name() }<code>{ procedure.ceph_function() }</code></h3>
                <dl>{ for ids_of(*procedure).into_iter().map(line) }</dl>
            </section>
        }
    };
    html! {
        <Window ui={props.ui.clone()} title={lang.say(Phrase::ReferenceTitle)}>
            <div class="reference" tabindex="0">
                <p>{ lang.say(Phrase::ReferenceHint) }</p>
                { for procedures.iter().map(group) }
            </div>
        </Window>
    }
}

fn entry(branch: Branch, reference: &Reference, here: bool, node: NodeRef) -> Html {
    let said = reference.entry(branch);
    html! {
        <div class={here.then_some("here")} ref={node}>
            <dt>{ branch.id() }</dt>
            <dd>{ said.sentence }</dd>
        </div>
    }
}
