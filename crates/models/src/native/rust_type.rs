//! A Rust type as written, free of syntax: what is left of it once it leaves the thread that parsed it.
#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums of syntax are open")]

use compact_str::CompactString;
use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, Type};

use crate::attributes::{Mark, Notes, name_of};

/// A Rust type. References are taken away: they say nothing about a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RustType {
    /// A path such as `chrono::DateTime<Utc>`, with the type arguments of its last segment.
    Path {
        /// The names of the path.
        segments: Vec<CompactString>,
        /// The type arguments, lifetimes and constants left out.
        arguments: Vec<RustType>,
    },
    /// `[T]` or `[T; N]`.
    Slice(Box<RustType>),
    /// Anything else: tuples, functions, trait objects.
    Other,
}

impl RustType {
    /// Reads a type.
    pub(crate) fn read(ty: &Type) -> Self {
        match ty {
            Type::Path(path) if path.qself.is_none() => {
                let mut segments: Vec<CompactString> =
                    path.path.segments.iter().map(|segment| name_of(&segment.ident)).collect();
                if path.path.leading_colon.is_some() {
                    segments.insert(0, CompactString::default());
                }
                let arguments = match path.path.segments.last().map(|segment| &segment.arguments) {
                    Some(PathArguments::AngleBracketed(arguments)) => arguments
                        .args
                        .iter()
                        .filter_map(|argument| match argument {
                            GenericArgument::Type(ty) => Some(Self::read(ty)),
                            _ => None,
                        })
                        .collect(),
                    Some(PathArguments::None | PathArguments::Parenthesized(_)) | None => Vec::new(),
                };
                Self::Path { segments, arguments }
            }
            Type::Reference(reference) => Self::read(&reference.elem),
            Type::Paren(paren) => Self::read(&paren.elem),
            Type::Group(group) => Self::read(&group.elem),
            Type::Slice(slice) => Self::Slice(Box::new(Self::read(&slice.elem))),
            Type::Array(array) => Self::Slice(Box::new(Self::read(&array.elem))),
            _ => Self::Other,
        }
    }

    /// Whether it is what [`RustType::read`] makes of a type, told without making it.
    pub(crate) fn is(&self, ty: &Type) -> bool {
        match (ty, self) {
            (Type::Path(path), Self::Path { segments, arguments }) if path.qself.is_none() => {
                let names = &path.path.segments;
                path.path.leading_colon.is_none()
                    && names.len() == segments.len()
                    && names.iter().zip(segments).all(|(name, segment)| name.ident == segment.as_str())
                    && are(arguments, names.last().map(|last| &last.arguments))
            }
            (Type::Reference(reference), _) => self.is(&reference.elem),
            (Type::Slice(slice), Self::Slice(element)) => element.is(&slice.elem),
            (Type::Array(array), Self::Slice(element)) => element.is(&array.elem),
            _ => false,
        }
    }

    /// The type with the parameters of an alias replaced by its arguments.
    pub(crate) fn with_arguments(&self, parameters: &[CompactString], given: &[Self]) -> Self {
        match self {
            Self::Path { segments, arguments } => {
                if let [name] = segments.as_slice()
                    && let Some(at) = parameters.iter().position(|parameter| parameter == name)
                    && let Some(given) = given.get(at)
                {
                    return given.clone();
                }
                let arguments =
                    arguments.iter().map(|argument| argument.with_arguments(parameters, given)).collect();
                Self::Path { segments: segments.clone(), arguments }
            }
            Self::Slice(element) => Self::Slice(Box::new(element.with_arguments(parameters, given))),
            Self::Other => Self::Other,
        }
    }
}

fn are(types: &[RustType], arguments: Option<&PathArguments>) -> bool {
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else { return types.is_empty() };
    let mut known = types.iter();
    let all = arguments.args.iter().all(|argument| match argument {
        GenericArgument::Type(ty) => known.next().is_some_and(|known| known.is(ty)),
        _ => true,
    });
    all && known.next().is_none()
}

/// Remembers the place of a type. Plain paths, which are nearly all, are not turned into tokens for it.
pub(crate) fn mark_type(ty: &Type, notes: &mut Notes) -> Mark {
    match ends(ty) {
        Some((first, last)) => notes.mark_between(first, last),
        None => notes.mark_tokens(ty),
    }
}

fn ends(ty: &Type) -> Option<(Span, Span)> {
    let Type::Path(path) = ty else { return None };
    if path.qself.is_some() || path.path.leading_colon.is_some() {
        return None;
    }
    let (first, last) = (path.path.segments.first()?, path.path.segments.last()?);
    let last = match &last.arguments {
        PathArguments::None => last.ident.span(),
        PathArguments::AngleBracketed(arguments) => arguments.gt_token.spans[0],
        PathArguments::Parenthesized(_) => return None,
    };
    Some((first.ident.span(), last))
}
