//! Evaluation of `#[cfg(...)]` and `#[cfg_attr(...)]` with the features of the configuration.

use std::borrow::Cow;
use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, MetaList, Token};

/// What a condition comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It is about the machine the code is compiled for, which nobody knows here.
    Unknown,
}

/// The features that are on.
#[derive(Debug)]
pub(crate) struct Features(BTreeSet<String>);

impl Features {
    pub(crate) fn new(features: &[String]) -> Self {
        Self(features.iter().cloned().collect())
    }

    /// Whether the `cfg`s among these attributes all hold.
    pub(crate) fn verdict(&self, attributes: &[Attribute]) -> Verdict {
        let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        all(conditions.map(|attribute| match &attribute.meta {
            Meta::List(list) => all(self.arguments(list).into_iter()),
            Meta::Path(_) | Meta::NameValue(_) => Verdict::Unknown,
        }))
    }

    /// The attributes with every `cfg_attr` that holds replaced by what it carries.
    pub(crate) fn expanded<'a>(&self, attributes: &'a [Attribute]) -> Cow<'a, [Attribute]> {
        if !attributes.iter().any(|attribute| attribute.path().is_ident("cfg_attr")) {
            return Cow::Borrowed(attributes);
        }
        let expanded = attributes.iter().flat_map(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => self.carried(attribute, list),
            Meta::List(_) | Meta::Path(_) | Meta::NameValue(_) => vec![attribute.clone()],
        });
        Cow::Owned(expanded.collect())
    }

    fn carried(&self, attribute: &Attribute, list: &MetaList) -> Vec<Attribute> {
        let Ok(metas) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else {
            return Vec::new();
        };
        let mut metas = metas.into_iter();
        let holds = metas.next().is_some_and(|condition| self.condition(&condition) != Verdict::No);
        if !holds {
            return Vec::new();
        }
        let attributes: Vec<Attribute> = metas.map(|meta| Attribute { meta, ..attribute.clone() }).collect();
        self.expanded(&attributes).into_owned()
    }

    fn arguments(&self, list: &MetaList) -> Vec<Verdict> {
        match list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
            Ok(metas) => metas.iter().map(|meta| self.condition(meta)).collect(),
            Err(_) => vec![match list.tokens.to_string().as_str() {
                "true" => Verdict::Yes,
                "false" => Verdict::No,
                _other => Verdict::Unknown,
            }],
        }
    }

    fn condition(&self, meta: &Meta) -> Verdict {
        match meta {
            Meta::Path(path) => {
                let never = ["test", "doc", "doctest", "docsrs", "miri", "clippy", "loom", "kani"];
                if never.iter().any(|word| path.is_ident(word)) { Verdict::No } else { Verdict::Unknown }
            }
            Meta::NameValue(pair) if pair.path.is_ident("feature") => {
                let is_on = matches!(&pair.value, Expr::Lit(syn::ExprLit { lit: Lit::Str(name), .. }) if self.0.contains(&name.value()));
                if is_on { Verdict::Yes } else { Verdict::No }
            }
            Meta::List(list) if list.path.is_ident("not") => match all(self.arguments(list).into_iter()) {
                Verdict::Yes => Verdict::No,
                Verdict::No => Verdict::Yes,
                Verdict::Unknown => Verdict::Unknown,
            },
            Meta::List(list) if list.path.is_ident("any") => any(&self.arguments(list)),
            Meta::List(list) if list.path.is_ident("all") => all(self.arguments(list).into_iter()),
            Meta::NameValue(_) | Meta::List(_) => Verdict::Unknown,
        }
    }
}

fn all(mut verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut unknown = Verdict::Yes;
    loop {
        match verdicts.next() {
            Some(Verdict::No) => return Verdict::No,
            Some(Verdict::Unknown) => unknown = Verdict::Unknown,
            Some(Verdict::Yes) => {}
            None => return unknown,
        }
    }
}

fn any(verdicts: &[Verdict]) -> Verdict {
    if verdicts.contains(&Verdict::Yes) {
        Verdict::Yes
    } else if verdicts.contains(&Verdict::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::No
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn verdict(attribute: Attribute) -> Verdict {
        Features::new(&["db".into()]).verdict(&[attribute])
    }

    #[test]
    fn a_condition_is_decided_by_the_features() {
        assert_eq!(verdict(parse_quote!(#[cfg(feature = "db")])), Verdict::Yes);
        assert_eq!(verdict(parse_quote!(#[cfg(not(feature = "db"))])), Verdict::No);
        assert_eq!(verdict(parse_quote!(#[cfg(test)])), Verdict::No);
        assert_eq!(verdict(parse_quote!(#[cfg(any(test, feature = "db"))])), Verdict::Yes);
        assert_eq!(verdict(parse_quote!(#[cfg(all(unix, feature = "other"))])), Verdict::No);
        assert_eq!(verdict(parse_quote!(#[cfg(all(unix, feature = "db"))])), Verdict::Unknown);
        assert_eq!(verdict(parse_quote!(#[cfg(false)])), Verdict::No);
    }

    #[test]
    fn a_conditional_attribute_is_put_in_its_place() {
        let features = Features::new(&["db".into()]);
        let attributes: [Attribute; 2] = [
            parse_quote!(#[cfg_attr(feature = "db", derive(ambix::Entity), ambix(table = "t"))]),
            parse_quote!(#[cfg_attr(feature = "web", ambix(table = "u"))]),
        ];
        let expanded = features.expanded(&attributes);
        let names: Vec<String> =
            expanded.iter().map(|attribute| attribute.path().get_ident().unwrap().to_string()).collect();
        assert_eq!(names, ["derive", "ambix"]);
    }
}
