//! Which branches a test takes: noted while it runs, so that the list of branches can say which tests take them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use monscope::core::mon::Branch;
use monscope::core::mon::branch::BRANCHES;
use monscope::core::mon::decision::Path;
use monscope::core::play::Player;

thread_local! {
    static TAKEN: RefCell<BTreeSet<Branch>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes the steps of one input.
pub(crate) fn note(path: &Path) {
    let steps = path.steps().iter().map(|step| step.branch);
    TAKEN.with_borrow_mut(|taken| taken.extend(steps));
}

/// Notes everything that was taken in a run so far.
pub(crate) fn note_run(player: &Player) {
    let world = player.world();
    let ids = BRANCHES.iter().filter(|id| world.has_taken(**id, None));
    TAKEN.with_borrow_mut(|taken| taken.extend(ids));
}

/// Runs a test; what it took.
pub(crate) fn by(test: impl FnOnce()) -> BTreeSet<Branch> {
    TAKEN.take();
    test();
    TAKEN.take()
}

/// Names the tests of a file, so that others can run them, too; each must take something.
macro_rules! tests {
    ($($test:ident),+ $(,)?) => {
        /// Every test of this file, by its name.
        pub(crate) const TESTS: &[(&str, fn())] = &[$((stringify!($test), $test)),+];

        #[cfg(test)]
        mod tests {
            /// The list of branches runs them as well.
            const _: usize = super::TESTS.len();

            $(
                #[test]
                fn $test() {
                    assert_ne!(super::super::taken::by(super::$test), Default::default());
                }
            )+
        }
    };
}
pub(crate) use tests;
