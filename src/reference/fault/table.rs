//! Macros for the tables of faults.

/// One fault.
macro_rules! fault {
    ($mistake:expr, $only:expr, $edition:expr, $id:expr, $summary:expr, [$($rule:expr),+ $(,)?]) => {
        $crate::reference::fault::Fault {
            mistake: $mistake,
            only: $only,
            info: &$crate::reference::fault::FaultInfo { id: $id, summary: $summary, breaks: &[$($rule),+], edition: $edition },
        }
    };
}

/// The faults of one line: one fault; with `versions` also one for each version alone; with `cells` also one for
/// applications alone and one for users addressed by name alone.
macro_rules! line {
    ($mistake:expr, $id:literal, $summary:literal, $rules:tt) => {
        &[fault!($mistake, None, None, $id, $summary, $rules)]
    };
    ($mistake:expr, $id:literal, $summary:literal, $rules:tt, legacy) => {
        &[fault!($mistake, None, Some($crate::api::Edition::Legacy), $id, $summary, $rules)]
    };
    ($mistake:expr, $id:literal, $summary:literal, $rules:tt, current) => {
        &[fault!($mistake, None, Some($crate::api::Edition::Current), $id, $summary, $rules)]
    };
    ($mistake:expr, $id:literal, $summary:literal, $rules:tt, versions) => {
        &[
            fault!($mistake, None, None, $id, $summary, $rules),
            only!(Version($crate::api::ApiVersion::V1), $mistake, $id, "-in-v1.0", $summary, " Only v1.0 is affected.", $rules),
            only!(Version($crate::api::ApiVersion::Beta), $mistake, $id, "-in-beta", $summary, " Only beta is affected.", $rules),
        ]
    };
    ($mistake:expr, $id:literal, $summary:literal, $rules:tt, cells) => {
        &[
            fault!($mistake, None, None, $id, $summary, $rules),
            only!(Version($crate::api::ApiVersion::V1), $mistake, $id, "-in-v1.0", $summary, " Only v1.0 is affected.", $rules),
            only!(Version($crate::api::ApiVersion::Beta), $mistake, $id, "-in-beta", $summary, " Only beta is affected.", $rules),
            only!(Application, $mistake, $id, "-for-an-application", $summary, " Only applications are affected.", $rules),
            only!(
                UserPrincipalName,
                $mistake,
                $id,
                "-by-user-principal-name",
                $summary,
                " Only requests that address the user by user principal name are affected.",
                $rules
            ),
        ]
    };
}

/// A fault that shows only in some requests.
macro_rules! only {
    ($only:expr, $mistake:expr, $id:literal, $more:literal, $summary:literal, $where:literal, $rules:tt) => {{
        use $crate::reference::fault::Only::*;
        fault!($mistake, Some($only), None, concat!($id, $more), concat!($summary, $where), $rules)
    }};
}

/// An enum of mistakes that only one operation can make.
macro_rules! mistakes {
    ($(#[$meta:meta])* $name:ident { $($member:ident $id:literal $summary:literal $rules:tt $($mark:ident)?;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(in crate::reference) enum $name {
            $(#[doc = $summary] $member,)+
        }

        impl $name {
            pub(super) const TABLE: &[&[$crate::reference::fault::Fault]] =
                &[$(line!($crate::reference::fault::Mistake::$name($name::$member), $id, $summary, $rules $(, $mark)?)),+];
        }

        impl $crate::reference::fault::Asked for $name {
            fn during(self, _: $crate::api::Operation) -> $crate::reference::fault::Mistake {
                $crate::reference::fault::Mistake::$name(self)
            }
        }
    };
}

/// An enum of mistakes that several operations can make, each with its own id and rules.
macro_rules! shared_mistakes {
    ($(#[$meta:meta])* $name:ident {
        $($member:ident $summary:literal { $($operation:ident $id:literal $rules:tt $($mark:ident)?;)+ })+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(in crate::reference) enum $name {
            $(#[doc = $summary] $member,)+
        }

        impl $name {
            pub(super) const TABLE: &[&[$crate::reference::fault::Fault]] = &[$($(
                line!(
                    $crate::reference::fault::Mistake::$name($crate::api::Operation::$operation, $name::$member),
                    $id, $summary, $rules $(, $mark)?
                )
            ),+),+];
        }

        asked_anywhere!($name);
    };
}

/// An enum of mistakes that every operation can make; ids and rules differ only in the operation.
macro_rules! mistakes_everywhere {
    ($(#[$meta:meta])* $name:ident { $($member:ident $id:literal $summary:literal $rules:tt $edition:expr;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(in crate::reference) enum $name {
            $(#[doc = $summary] $member,)+
        }

        impl $name {
            pub(super) const TABLE: &[&[$crate::reference::fault::Fault]] = &[$(&[
                in_operation!($name, $member, Create, "create", $id, $summary, $rules, $edition),
                in_operation!($name, $member, List, "list", $id, $summary, $rules, $edition),
                in_operation!($name, $member, Get, "get", $id, $summary, $rules, $edition),
                in_operation!($name, $member, Update, "update", $id, $summary, $rules, $edition),
                in_operation!($name, $member, Delete, "delete", $id, $summary, $rules, $edition),
                in_operation!($name, $member, EnableSmsSignIn, "enable-sms-sign-in", $id, $summary, $rules, $edition),
                in_operation!($name, $member, DisableSmsSignIn, "disable-sms-sign-in", $id, $summary, $rules, $edition),
            ]),+];
        }

        asked_anywhere!($name);
    };
}

macro_rules! in_operation {
    ($name:ident, $member:ident, $operation:ident, $prefix:literal, $id:literal, $summary:literal, [$($rule:literal),+], $edition:expr) => {
        fault!(
            $crate::reference::fault::Mistake::$name($crate::api::Operation::$operation, $name::$member),
            None,
            $edition,
            concat!($prefix, ".", $id),
            $summary,
            [$(concat!($prefix, ".", $rule)),+]
        )
    };
}

macro_rules! asked_anywhere {
    ($name:ident) => {
        impl $crate::reference::fault::Asked for $name {
            fn during(self, operation: $crate::api::Operation) -> $crate::reference::fault::Mistake {
                $crate::reference::fault::Mistake::$name(operation, self)
            }
        }
    };
}
