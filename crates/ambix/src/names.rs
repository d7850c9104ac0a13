//! The names of revision files: a template with tokens, and the slug of a message.

use jiff::Zoned;

/// What can be put into a file name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tokens {
    values: [(&'static str, String); 9],
}

/// Why a template cannot name files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TemplateError {
    /// What is wrong with it.
    pub(crate) problem: String,
    /// The way out.
    pub(crate) hint: String,
}

const NAMES: [&str; 9] = ["rev", "slug", "year", "month", "day", "hour", "minute", "second", "epoch"];

/// Names that Windows keeps for devices, with any extension, and the one that Rust has for a folder.
const TAKEN: [&str; 5] = ["con", "prn", "aux", "nul", "mod"];

impl Tokens {
    /// The tokens of a revision: its identifier, its slug, and its create date.
    pub(crate) fn new(rev: &str, slug: &str, date: &Zoned) -> Self {
        let two = |number: i8| format!("{number:02}");
        let values = [
            ("rev", rev.to_owned()),
            ("slug", slug.to_owned()),
            ("year", format!("{:04}", date.year())),
            ("month", two(date.month())),
            ("day", two(date.day())),
            ("hour", two(date.hour())),
            ("minute", two(date.minute())),
            ("second", two(date.second())),
            ("epoch", date.timestamp().as_second().to_string()),
        ];
        Self { values }
    }
}

/// The file name a template gives, without an extension. Directories in the template stay; what an empty
/// slug leaves at the end of a name goes.
pub(crate) fn file_name(template: &str, tokens: &Tokens) -> String {
    let mut name = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        name.push_str(before);
        rest = after;
        match after.split_once('}').and_then(|(token, after)| Some((tokens.get(token)?, after))) {
            Some((value, after)) => {
                name.push_str(value);
                rest = after;
            }
            // No token: [`check_template`] has refused it for whoever configures one.
            None => name.push('{'),
        }
    }
    name.push_str(rest);
    let parts: Vec<String> = name.split('/').map(portable).collect();
    parts.join("/")
}

impl Tokens {
    fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Whether a template names files under the directory of revisions, on every system.
pub(crate) fn check_template(template: &str) -> Result<(), TemplateError> {
    let refuse = |problem: String, hint: String| Err(TemplateError { problem, hint });
    let tokens = || format!("the tokens are {}", NAMES.map(|name| format!("{{{name}}}")).join(", "));
    let mut plain = template.to_owned();
    for name in NAMES {
        plain = plain.replace(&format!("{{{name}}}"), "x");
    }
    if let Some(start) = plain.find(['{', '}']) {
        let token = plain[start..].split_inclusive('}').next().unwrap_or_default();
        return refuse(format!("has \"{token}\", which is no token"), tokens());
    }
    if !template.contains("{rev}") && !template.contains("{slug}") && !template.contains("{epoch}") {
        return refuse("gives every revision the same name".into(), "put {rev} into it".into());
    }
    if let Some(c) = plain.chars().find(|c| c.is_control() || "\\:*?\"<>|".contains(*c)) {
        return refuse(format!("has {c:?}, which file names cannot hold everywhere"), "take it out".into());
    }
    if plain.split('/').any(|part| matches!(part.trim(), "" | "." | "..")) {
        return refuse(
            "leads out of the directory of revisions, or has an empty part".into(),
            "directories in it are below script_location/versions: \"{year}/{rev}_{slug}\"".into(),
        );
    }
    Ok(())
}

/// The words of a message as a part of a file name: `a-z`, `0-9` and `_`, at most `max` of them, cut where a
/// word ends if there is one. Other letters are left out, other characters separate words.
pub(crate) fn slug(message: &str, max: usize) -> String {
    let kept = message.chars().filter(|c| c.is_ascii() || !c.is_alphanumeric());
    let words: String =
        kept.map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let words: Vec<&str> = words.split('_').filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("_");
    if slug.len() > max {
        let is_between_words = slug.as_bytes().get(max) == Some(&b'_');
        slug.truncate(max);
        if let Some(end) = slug.rfind('_').filter(|_| !is_between_words) {
            slug.truncate(end);
        }
    }
    portable(slug.trim_end_matches('_'))
}

/// One part of a path in a form that every system takes: no dots, blanks or separators at its ends, not the
/// name of a device. A name that began with `_` or a dot, or was `mod`, would not be read as a revision.
fn portable(part: &str) -> String {
    let part = part.trim_matches(['_', '-', '.', ' ']);
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let is_numbered =
        |name: &str| stem.strip_prefix(name).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    if TAKEN.contains(&stem.as_str()) || is_numbered("com") || is_numbered("lpt") {
        return format!("{part}_");
    }
    part.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(slug: &str) -> Tokens {
        let date: Zoned = "2024-03-05T07:08:09[UTC]".parse().unwrap();
        Tokens::new("7c1e5b0a9d42", slug, &date)
    }

    fn named(template: &str, slug: &str) -> String {
        file_name(template, &tokens(slug))
    }

    #[test]
    fn tokens_are_put_in() {
        let default = "{year}{month}{day}_{hour}{minute}_{rev}_{slug}";
        assert_eq!(named(default, "add_user"), "20240305_0708_7c1e5b0a9d42_add_user");
        assert_eq!(named("{year}/{month}/{rev}_{slug}", "a"), "2024/03/7c1e5b0a9d42_a");
        assert_eq!(named("{epoch}-{second}-{rev}", "a"), "1709622489-09-7c1e5b0a9d42");
        assert_eq!(named("v{rev}{slug}", "{rev}"), "v7c1e5b0a9d42{rev}", "what is put in is not read again");
        assert_eq!(named("{x}{rev}{", ""), "{x}7c1e5b0a9d42{");
    }

    #[test]
    fn an_empty_slug_leaves_nothing_behind() {
        assert_eq!(named("{rev}_{slug}", ""), "7c1e5b0a9d42");
        assert_eq!(named("{rev}-{slug}", ""), "7c1e5b0a9d42");
    }

    #[test]
    fn no_file_is_a_device() {
        assert_eq!(named("{slug}", "con"), "con_");
        assert_eq!(named("{slug}", "mod"), "mod_");
        assert_eq!(named("{slug}_{rev}", ""), "7c1e5b0a9d42", "a name that begins with _ is passed over");
        assert_eq!(named("nul/{slug}", "x"), "nul_/x");
        assert_eq!(slug("CON", 40), "con_");
        assert_eq!(slug("lpt1", 40), "lpt1_");
        assert_eq!(slug("lpt10", 40), "lpt10");
        assert_eq!(slug("console", 40), "console");
    }

    #[test]
    fn slugs_are_words() {
        assert_eq!(slug("Add full_name to User!", 40), "add_full_name_to_user");
        assert_eq!(slug("  --drop: \"x\"; -- ", 40), "drop_x");
        assert_eq!(slug("añadir columna ß", 40), "aadir_columna");
        assert_eq!(slug("日本語", 40), "");
        assert_eq!(slug("", 40), "");
        assert_eq!(slug("___", 40), "");
        assert_eq!(slug("../../etc/passwd\n", 40), "etc_passwd");
        assert_eq!(slug("🦀 crab", 40), "crab");
    }

    #[test]
    fn long_slugs_are_cut_between_words() {
        assert_eq!(slug("one two three", 8), "one_two");
        assert_eq!(slug("one two three", 7), "one_two");
        assert_eq!(slug("one two three", 6), "one");
        assert_eq!(slug("onetwothree", 5), "onetw");
        assert_eq!(slug("one two", 7), "one_two");
        for max in 1..20 {
            let slug = slug("add a column to the table of users", max);
            assert!(slug.len() <= max && !slug.ends_with('_') && !slug.is_empty());
        }
    }

    #[test]
    fn templates_that_cannot_name_files_are_refused() {
        let problem = |template| check_template(template).map_err(|error| error.problem).unwrap_err();
        assert_eq!(problem("{rev}_{slgu}"), "has \"{slgu}\", which is no token");
        assert_eq!(problem("{rev}_{"), "has \"{\", which is no token");
        assert_eq!(problem("{rev}}"), "has \"}\", which is no token");
        assert_eq!(problem("{year}"), "gives every revision the same name");
        assert_eq!(problem("{rev}:{slug}"), "has ':', which file names cannot hold everywhere");
        for template in ["../{rev}", "/{rev}", "{year}//{rev}", "{rev}/", "./{rev}"] {
            assert!(problem(template).starts_with("leads out of"), "{template}");
        }
        assert!(check_template("{year}/{month}/{rev}_{slug}").is_ok());
        assert!(check_template("%(rev)s").unwrap_err().hint.contains("{rev}"));
    }
}
