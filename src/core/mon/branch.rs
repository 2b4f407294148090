//! The table of branch ids: every numbered step of the specification that the code can take.
//!
//! An id is stable; it appears in traces, tests, scenarios and on the page. Where the specification numbers a step
//! without naming it, the id is procedure-number (`HANDLE-LAST-7`).

/// How much an id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A branch: one of several ways a handler can go. An event's path lists these.
    Choice,
    /// A step on the way, or inside a procedure that a branch calls (`BUMP-3`).
    Step,
}

macro_rules! branches {
    ($( $procedure:literal : $( $variant:ident $id:literal $level:ident ; )+ )+) => {
        /// A branch or step of the specification. Two bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "an id is its own name; the specification's sentence goes with it")]
        pub enum Branch { $($( $variant, )+)+ }

        /// Every id, in the order of the table.
        pub const BRANCHES: &[Branch] = &[ $($( Branch::$variant, )+)+ ];

        impl Branch {
            /// The id as the specification writes it.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $($( Self::$variant => $id, )+)+ }
            }

            /// The procedure it belongs to.
            #[must_use]
            pub const fn procedure(self) -> &'static str {
                match self { $($( Self::$variant => $procedure, )+)+ }
            }

            /// How much it says.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $($( Self::$variant => Level::$level, )+)+ }
            }
        }
    };
}

branches! {
    "PROPOSE":
        Propose1 "PROPOSE-1" Step;
        Propose2 "PROPOSE-2" Choice;
        Propose3 "PROPOSE-3" Choice;
        Propose4 "PROPOSE-4" Choice;
        Propose5a "PROPOSE-5a" Choice;
        Propose5b "PROPOSE-5b" Choice;
        Propose6a "PROPOSE-6a" Choice;
        Propose6b "PROPOSE-6b" Choice;
        Propose6c "PROPOSE-6c" Choice;
        Propose7a "PROPOSE-7a" Choice;
        Propose7b "PROPOSE-7b" Choice;
}

impl Branch {
    /// The branch of that id, as the specification writes it.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        BRANCHES.iter().copied().find(|branch| branch.id() == id)
    }
}
