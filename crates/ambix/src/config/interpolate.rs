//! Variables in a URL: `${NAME}`, `${NAME:-default}`, and `$$` for one `$`.
//!
//! What a variable holds is data and not URL: a password with an `@` must not move the host. So a variable
//! that is a part of the URL is percent-encoded, by where it stands.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::document::Place;
use super::{ConfigError, ConfigErrorKind, Environment};

/// In a user name, password, database name or parameter.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// In a host: a port may follow, an IPv6 address is in brackets, several are separated by commas.
const HOST: &AsciiSet = &PART.remove(b':').remove(b'[').remove(b']').remove(b',');
/// In the path of a file.
const FILE: &AsciiSet = &PART.remove(b'/');

/// A piece of a template.
#[derive(PartialEq, Eq, Debug)]
enum Piece<'t> {
    Literal(String),
    Variable { name: &'t str, default: Option<&'t str> },
}

/// Puts the variables in.
pub(super) fn resolve(
    template: &str,
    key: &str,
    place: Option<&Place>,
    environment: &Environment,
) -> Result<String, ConfigError> {
    let failed = |kind, marked: &str| match place {
        Some(place) => ConfigError::at(&narrowed(place, marked), kind),
        None => ConfigError::new(kind),
    };
    let pieces = pieces(template)
        .map_err(|problem| failed(ConfigErrorKind::Reference { key: key.to_owned(), problem }, "$"))?;
    let is_whole = matches!(pieces.as_slice(), [Piece::Variable { .. }]);
    let mut url = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => url.push_str(text),
            Piece::Variable { name, default } => match (environment.get(name), default) {
                (Some(value), None) if !value.is_empty() || !is_whole => {
                    url.push_str(&encoded(value, &pieces, at));
                }
                (Some(value), Some(_)) if !value.is_empty() => url.push_str(&encoded(value, &pieces, at)),
                // A default is written by the author of the URL, as URL.
                (_, Some(default)) => url.push_str(default),
                (value, None) => {
                    let kind = ConfigErrorKind::MissingVariable {
                        name: (*name).to_owned(),
                        key: key.to_owned(),
                        is_empty: value.is_some(),
                        is_configured: place.is_some(),
                        dotenv: environment.dotenv(),
                    };
                    return Err(failed(kind, &format!("${{{name}")));
                }
            },
        }
    }
    Ok(url)
}

/// The place of a text within a value, when it stands there once it is written out.
fn narrowed(place: &Place, marked: &str) -> Place {
    let text = place.source.text.get(place.range.clone()).unwrap_or_default();
    let Some(start) = text.find(marked) else { return place.clone() };
    let length = text[start..].find('}').map_or(marked.len(), |end| end + 1);
    let start = place.range.start + start;
    Place { source: place.source.clone(), range: start..start + length }
}

fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        literal.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            literal.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = after.find('}').ok_or("has a ${ without a }")?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(variable(&after[..end])?);
            rest = &after[end + 1..];
        } else {
            literal.push('$');
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn variable(inside: &str) -> Result<Piece<'_>, String> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    let is_name = |name: &str| {
        name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !is_name(name) {
        return Err("has a ${…} that does not hold the name of a variable".into());
    }
    if default.is_some_and(|default| default.contains("${")) {
        return Err("has a default that holds a variable".into());
    }
    Ok(Piece::Variable { name, default })
}

/// A value in the spelling its place in the URL asks for.
fn encoded(value: &str, pieces: &[Piece<'_>], at: usize) -> String {
    let (before, after) = (skeleton(&pieces[..at]), skeleton(&pieces[at + 1..]));
    match set(&before, &after) {
        Some(set) => utf8_percent_encode(value, set).to_string(),
        None => value.to_owned(),
    }
}

/// The literals, and a letter for each variable.
fn skeleton(pieces: &[Piece<'_>]) -> String {
    let text = |piece: &Piece<'_>| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Variable { .. } => "x".into(),
    };
    pieces.iter().map(text).collect()
}

/// What is kept as it is between two stretches of URL; `None`: everything, at the beginning of the URL.
fn set(before: &str, after: &str) -> Option<&'static AsciiSet> {
    let scheme = before.find(':')?;
    if before[..scheme].eq_ignore_ascii_case("sqlite") {
        return Some(if before.contains('?') { PART } else { FILE });
    }
    let authority: Range<usize> = scheme + 1..before.len();
    let Some(authority) = before[authority].strip_prefix("//") else { return Some(PART) };
    let rest = &after[..after.find(['/', '?', '#']).unwrap_or(after.len())];
    let is_host = !authority.contains(['/', '?', '#']) && !rest.contains('@');
    Some(if is_host { HOST } else { PART })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        [
            ("URL", "postgres://u:p%40ss@h/d?x=y"),
            ("PASSWORD", "p@ss/w:rd ü%#?"),
            ("HOST", "db:5433"),
            ("V6", "[::1]"),
            ("SOCKET", "/run/pg"),
            ("NAME", "my/db"),
            ("EMPTY", ""),
            ("FILE", "/data/a b?.db"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    fn resolved(template: &str) -> String {
        match resolve(template, "database.url", None, &environment()) {
            Ok(url) => url,
            Err(error) => format!("{error} ({})", error.hint().unwrap()),
        }
    }

    #[test]
    fn a_variable_that_is_the_whole_url_is_taken_as_it_is() {
        assert_eq!(resolved("${URL}"), "postgres://u:p%40ss@h/d?x=y");
        assert_eq!(resolved("${NOTHING:-sqlite:app.db}"), "sqlite:app.db");
        assert_eq!(resolved("${EMPTY:-sqlite:app.db}"), "sqlite:app.db");
        assert_eq!(resolved("${URL:-sqlite:app.db}"), "postgres://u:p%40ss@h/d?x=y");
        assert_eq!(resolved("${URL}&z=1"), "postgres://u:p%40ss@h/d?x=y&z=1", "it holds the beginning");
    }

    #[test]
    fn a_variable_that_is_a_part_is_encoded() {
        assert_eq!(
            resolved("postgres://me:${PASSWORD}@${HOST}/${NAME}"),
            "postgres://me:p%40ss%2Fw%3Ard%20%C3%BC%25%23%3F@db:5433/my%2Fdb"
        );
        assert_eq!(resolved("postgres://${V6}:5432/d"), "postgres://[::1]:5432/d");
        assert_eq!(resolved("postgres://u@${SOCKET}/d"), "postgres://u@%2Frun%2Fpg/d");
        assert_eq!(
            resolved("postgres://h/d?password=${PASSWORD}"),
            "postgres://h/d?password=p%40ss%2Fw%3Ard%20%C3%BC%25%23%3F"
        );
        assert_eq!(resolved("postgres://u:${EMPTY}@h/d"), "postgres://u:@h/d", "a password may be empty");
        assert_eq!(resolved("postgres://h:${PORT:-5432}/d"), "postgres://h:5432/d");
        assert_eq!(
            resolved("postgres://${PASSWORD}:x@h/d"),
            "postgres://p%40ss%2Fw%3Ard%20%C3%BC%25%23%3F:x@h/d"
        );
    }

    #[test]
    fn the_path_of_a_file_keeps_its_slashes() {
        assert_eq!(resolved("sqlite:${FILE}"), "sqlite:/data/a%20b%3F.db");
        assert_eq!(resolved("sqlite://${FILE}"), "sqlite:///data/a%20b%3F.db");
        assert_eq!(resolved("sqlite:a.db?mode=${NAME}"), "sqlite:a.db?mode=my%2Fdb");
    }

    #[test]
    fn dollars_can_be_written() {
        assert_eq!(resolved("postgres://u:a$$b$c@h/$"), "postgres://u:a$b$c@h/$");
        assert_eq!(resolved("sqlite:$${NAME}.db"), "sqlite:${NAME}.db");
        assert_eq!(pieces("").unwrap(), []);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            resolved("${NOTHING}"),
            "'database.url' is not configured, and variable NOTHING is not set (set it in the environment or in \
             .env (not read), or set [database] url)"
        );
        assert!(
            resolved("${EMPTY}").starts_with("'database.url' is not configured, and variable EMPTY is empty")
        );
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        let hint = " (write ${NAME} or ${NAME:-default}; $$ stands for one $)";
        assert_eq!(resolved("${A"), format!("'database.url' has a ${{ without a }}{hint}"));
        for template in ["${}", "${1A}", "${A-b}", "${A B}", "${:-x}"] {
            assert!(resolved(template).contains("that does not hold the name of a variable"), "{template}");
        }
        assert!(resolved("${A:-${B}}").contains("has a default that holds a variable"));
    }
}
