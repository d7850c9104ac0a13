//! The grammar of targets: `[branch@][place][+N|-N]`, and ranges of two of them.

use super::TargetError;

/// A place in the graph as somebody wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The branch it is narrowed to: a label or any revision on it.
    pub branch: Option<String>,
    /// Where it starts from.
    pub anchor: Anchor,
    /// How many revisions up (or, negative, down) from there.
    pub steps: i64,
}

/// Where a target starts from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// Nothing was written before the steps: where the database is.
    Here,
    /// The only head.
    Head,
    /// All heads.
    Heads,
    /// Before the first revision.
    Base,
    /// What the version table holds.
    Current,
    /// A revision, the beginning of its identifier, or a label.
    Revision(String),
}

impl Target {
    /// Reads a target. No name is looked up.
    ///
    /// # Errors
    /// [`TargetError::Syntax`], and [`TargetError::RangeNotAllowed`] for a range.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let syntax = |problem: &'static str| TargetError::Syntax { text: text.to_owned(), problem };
        if text.contains(':') {
            return Err(TargetError::RangeNotAllowed { text: text.to_owned() });
        }
        let (branch, place) = match text.split_once('@') {
            None => (None, text),
            Some(("", _)) => return Err(syntax("there is no branch before the @")),
            Some((branch, place)) => (Some(branch.to_owned()), place),
        };
        if place.contains('@') {
            return Err(syntax("there is more than one @"));
        }
        let (name, steps) = split_steps(place);
        if name.contains('+') {
            return Err(syntax("a + is followed by a number of revisions"));
        }
        let anchor = match name {
            "" if steps.is_none() => return Err(syntax("there is no revision in it")),
            "" => Anchor::Here,
            "head" => Anchor::Head,
            "heads" => Anchor::Heads,
            "base" => Anchor::Base,
            "current" => Anchor::Current,
            name => Anchor::Revision(name.to_owned()),
        };
        Ok(Self { branch, anchor, steps: steps.unwrap_or(0) })
    }

    /// Whether it counts from where the database is.
    pub fn is_relative(&self) -> bool {
        self.anchor == Anchor::Here
    }
}

/// Splits `name+12`. A label may hold a `-`, but none ends in one that digits follow.
fn split_steps(place: &str) -> (&str, Option<i64>) {
    let name = place.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &place[name.len()..];
    let (Some(sign), false) = (name.chars().last(), digits.is_empty()) else { return (place, None) };
    // More steps than fit are more than any history has.
    let count = i64::from(digits.parse::<u32>().unwrap_or(u32::MAX));
    match sign {
        '+' => (&name[..name.len() - 1], Some(count)),
        '-' => (&name[..name.len() - 1], Some(-count)),
        _ => (place, None),
    }
}

/// Splits `start:end`; either may be empty. `None` when it is a single target.
///
/// # Errors
/// [`TargetError::NotARange`] when there is more than one `:`.
pub fn split_range(text: &str) -> Result<Option<(&str, &str)>, TargetError> {
    match text.split_once(':') {
        Some((_, end)) if end.contains(':') => Err(TargetError::NotARange { text: text.to_owned() }),
        parts => Ok(parts),
    }
}
