//! What the table of branches is made of, and the functions that look something up in it.

/// How much an id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A branch: one of several ways a handler can go. An event's path lists these.
    Choice,
    /// A step on the way, or inside a procedure that a branch calls (`BUMP-3`).
    Step,
}

/// What a value of a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A whole number; -1 stands for "none" where Ceph uses it so.
    Int,
    /// A set of ranks, one bit each.
    Set,
    /// A score, or a difference of two, in billionths.
    Score,
}

/// One value of a step: its name and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueInfo {
    /// Its name, in the specification's words.
    pub name: &'static str,
    /// What it is.
    pub kind: ValueKind,
}

/// Declares the table: procedures, ids, and the functions that look them up.
macro_rules! branches {
    ($(
        $procedure:ident $( $name:literal $function:literal )? {
            $( $variant:ident $id:literal $level:ident ( $( $value:ident : $kind:ident ),* ) ; )+
        }
    )+) => {
        /// A procedure or handler of the specification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Procedure { $( $( #[doc = $name] $procedure, )? )+ }

        impl Procedure {
            /// Its name in the specification.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( $( Self::$procedure => $name, )? )+ }
            }

            /// The function of Ceph's that it mirrors.
            #[must_use]
            pub const fn ceph_function(self) -> &'static str {
                match self { $( $( Self::$procedure => $function, )? )+ }
            }
        }

        /// A branch or step of the specification. Two bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "an id is its own name")]
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
            pub const fn procedure(self) -> Procedure {
                match self { $($( Self::$variant => Procedure::$procedure, )+)+ }
            }

            /// How much it says.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $($( Self::$variant => Level::$level, )+)+ }
            }

            /// The values a step with this id carries, in order.
            #[must_use]
            pub const fn values(self) -> &'static [ValueInfo] {
                match self { $($(
                    Self::$variant => &[ $( ValueInfo { name: stringify!($value), kind: ValueKind::$kind }, )* ],
                )+)+ }
            }
        }
    };
}

pub(super) use branches;
