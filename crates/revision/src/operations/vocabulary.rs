//! The one declaration of a word: from it come the Rust function that a compiled revision calls and
//! the entry by which the static reader calls that same function.

/// The type a parameter has in Rust: itself, or anything that turns into it.
macro_rules! accepted {
    (into $ty:ty) => { impl Into<$ty> };
    (plain $ty:ty) => { $ty };
}

/// Turns what was accepted into the parameter's own type.
macro_rules! converted {
    (into $value:ident) => {
        $value.into()
    };
    (plain $value:ident) => {
        $value
    };
}

/// Declares a family of words.
///
/// - `words` are free functions that make a value: `column("id", bigint())`;
/// - `constants` are words without parameters: `Cascade`;
/// - `verbs` are methods of [`Operations`](crate::Operations) whose body makes the operation to record;
///   the type behind the arrow is what can then be said more about;
/// - `methods owned T` are said of a value, `methods recorded T` of an operation just recorded,
///   `methods both T` of either.
macro_rules! vocabulary {
    (
        $(words { $(
            $(#[$word_doc:meta])*
            fn $word:ident($($word_arg:ident : $word_how:ident $word_ty:ty),* $(,)?) -> $made:ty $word_body:block
        )* })?
        $(constants $set:ident for $meaning:ty {
            $($(#[$constant_doc:meta])* $constant:ident => $constant_value:expr),* $(,)?
        })*
        $(verbs { $(
            $(#[$verb_doc:meta])*
            fn $verb:ident($($verb_arg:ident : $verb_how:ident $verb_ty:ty),* $(,)?) -> $target:ty $verb_body:block
        )* })?
        $(methods $flavour:ident $of:ident { $(
            $(#[$method_doc:meta])*
            fn $method:ident($this:ident $(, $arg:ident : $how:ident $ty:ty)* $(,)?) $body:block
        )* })*
    ) => {
        $($(
            $(#[$word_doc])*
            pub fn $word($($word_arg: accepted!($word_how $word_ty)),*) -> $made {
                $(let $word_arg: $word_ty = converted!($word_how $word_arg);)*
                $word_body
            }
        )*)?

        $(
            #[doc = concat!("Words for [`", stringify!($meaning), "`].")]
            #[derive(Clone, Copy, PartialEq, Eq, Debug)]
            pub enum $set { $($(#[$constant_doc])* $constant,)* }

            impl From<$set> for $meaning {
                fn from(word: $set) -> Self {
                    match word { $($set::$constant => $constant_value,)* }
                }
            }
        )*

        $(impl crate::Operations { $(
            $(#[$verb_doc])*
            pub fn $verb(
                &mut self $(, $verb_arg: accepted!($verb_how $verb_ty))*
            ) -> crate::operations::Recorded<'_, $target> {
                $(let $verb_arg: $verb_ty = converted!($verb_how $verb_arg);)*
                let operation = $verb_body;
                self.record(operation.into())
            }
        )* })?

        $(methods_of!($flavour $of { $(
            $(#[$method_doc])*
            fn $method($this $(, $arg: $how $ty)*) $body
        )* });)*

        /// The entries of these words for the static reader.
        #[cfg(feature = "source")]
        pub(super) const WORDS: &[&[crate::operations::reading::Word]] = &[
            $(&[$(crate::operations::reading::Word {
                name: stringify!($word),
                of: crate::operations::reading::Receiver::Nothing,
                parameters: &[$(stringify!($word_arg)),*],
                gives: <$made as crate::operations::reading::FromMade>::SORT,
                call: crate::operations::reading::Call::Word(|_arguments| {
                    Ok($word($(_arguments.take::<$word_ty>()?),*).into())
                }),
            }),*],)?
            $(&[$(crate::operations::reading::Word {
                name: stringify!($constant),
                of: crate::operations::reading::Receiver::Nothing,
                parameters: &[],
                gives: "",
                call: crate::operations::reading::Call::Constant(|| <$meaning>::from($set::$constant).into()),
            }),*],)*
            $(&[$(crate::operations::reading::Word {
                name: stringify!($verb),
                of: crate::operations::reading::Receiver::Operations,
                parameters: &[$(stringify!($verb_arg)),*],
                gives: <$target as crate::operations::Recordable>::SORT,
                call: crate::operations::reading::Call::Verb(|operations, _arguments| {
                    operations.$verb($(_arguments.take::<$verb_ty>()?),*);
                    Ok(())
                }),
            }),*],)?
            $(entries_of!($flavour $of { $(fn $method($($arg: $ty),*))* }),)*
        ];
    };
}

/// The Rust methods of one type.
macro_rules! methods_of {
    (both $of:ident { $($methods:tt)* }) => {
        methods_of!(owned $of { $($methods)* });
        methods_of!(recorded $of { $($methods)* });
    };
    (owned $of:ident { $(
        $(#[$doc:meta])* fn $method:ident($this:ident $(, $arg:ident : $how:ident $ty:ty)*) $body:block
    )* }) => {
        impl $of { $(
            $(#[$doc])*
            #[must_use]
            pub fn $method(mut self $(, $arg: accepted!($how $ty))*) -> Self {
                let $this = &mut self;
                $(let $arg: $ty = converted!($how $arg);)*
                $body
                self
            }
        )* }
    };
    (recorded $of:ident { $(
        $(#[$doc:meta])* fn $method:ident($this:ident $(, $arg:ident : $how:ident $ty:ty)*) $body:block
    )* }) => {
        impl<'a> crate::operations::Recorded<'a, $of> { $(
            $(#[$doc])*
            pub fn $method(
                self $(, $arg: accepted!($how $ty))*
            ) -> crate::operations::Recorded<'a, $of> {
                let $this = &mut *self.target;
                $(let $arg: $ty = converted!($how $arg);)*
                $body
                self
            }
        )* }
    };
}

/// The static reader's entries for the methods of one type.
#[cfg(feature = "source")]
macro_rules! entries_of {
    (both $of:ident { $(fn $method:ident($($arg:ident : $ty:ty),*))* }) => {
        &[
            $(entries_of!(@owned $of $method($($arg: $ty),*)),)*
            $(entries_of!(@recorded $of $method($($arg: $ty),*)),)*
        ]
    };
    (owned $of:ident { $(fn $method:ident($($arg:ident : $ty:ty),*))* }) => {
        &[$(entries_of!(@owned $of $method($($arg: $ty),*))),*]
    };
    (recorded $of:ident { $(fn $method:ident($($arg:ident : $ty:ty),*))* }) => {
        &[$(entries_of!(@recorded $of $method($($arg: $ty),*))),*]
    };
    (@owned $of:ident $method:ident($($arg:ident : $ty:ty),*)) => {
        crate::operations::reading::Word {
            name: stringify!($method),
            of: crate::operations::reading::Receiver::Made(<$of as crate::operations::reading::FromMade>::SORT),
            parameters: &[$(stringify!($arg)),*],
            gives: "",
            call: crate::operations::reading::Call::Made(|made, _arguments| {
                let target = <$of as crate::operations::reading::FromMade>::expect(made);
                Ok(target.$method($(_arguments.take::<$ty>()?),*).into())
            }),
        }
    };
    (@recorded $of:ident $method:ident($($arg:ident : $ty:ty),*)) => {
        crate::operations::reading::Word {
            name: stringify!($method),
            of: crate::operations::reading::Receiver::Recorded(<$of as crate::operations::Recordable>::SORT),
            parameters: &[$(stringify!($arg)),*],
            gives: "",
            call: crate::operations::reading::Call::Recorded(|operation, _arguments| {
                let recorded = crate::operations::Recorded::<'_, $of>::of(operation);
                recorded.$method($(_arguments.take::<$ty>()?),*);
                Ok(())
            }),
        }
    };
}
