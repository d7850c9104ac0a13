//! A case: one Markdown file with a title, prose, and titled code blocks that are input or expectation.
//!
//! Rewriting keeps every byte that is not an expectation, so that a person reviews only what changed.

use std::ops::Range;

/// Inputs that a case must have.
const REQUIRED: [&str; 2] = ["models from", "models to"];
/// Further sections that every dialect shares.
const SHARED: [&str; 3] = ["policy", "changes", "problems"];
/// Sections that name a dialect: `sql up: postgres`.
const BY_DIALECT: [&str; 5] = ["changes", "sql up", "sql down", "refused", "rows"];

/// The dialect that goes by another's sections.
const YOUNGER: &str = "mysql";

/// One case, as it stands in its file.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its path below `fixtures/cases`, without the extension: `column/add`.
    pub name: String,
    text: String,
    sections: Vec<Section>,
}

/// One titled code block.
#[derive(Clone, Debug)]
struct Section {
    title: String,
    /// The bytes between the fences, the last newline included.
    body: Range<usize>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// A sentence with the line when the file is not what the format says.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        if !text.starts_with("# ") {
            return Err(format!("{name}: line 1: a case opens with its title, `# …`"));
        }
        let sections = sections(text, known_title).map_err(|reason| format!("{name}: {reason}"))?;
        let case = Self { name: name.to_owned(), text: text.to_owned(), sections };
        for title in REQUIRED {
            if case.section(title).is_none() {
                return Err(format!("{name}: the section `## {title}` is missing"));
            }
        }
        if case.dialects().is_empty() && case.section("problems").is_none() {
            return Err(format!("{name}: no section names a dialect, as in `## sql up: sqlite`"));
        }
        Ok(case)
    }

    /// The body of a section, without its last newline.
    pub fn section(&self, title: &str) -> Option<&str> {
        let section = self.sections.iter().find(|section| section.title == title)?;
        Some(self.text[section.body.clone()].trim_end_matches('\n'))
    }

    /// The body of a section for one dialect: `sql up: sqlite`, else the one all share.
    pub fn section_for(&self, title: &str, dialect: &str) -> Option<&str> {
        self.section_of(title, dialect).or_else(|| self.section(title))
    }

    /// The body of a section that names the dialect, or the one whose word holds for it.
    pub fn section_of(&self, title: &str, dialect: &str) -> Option<&str> {
        let own = self.section(&format!("{title}: {dialect}"));
        let Some(elder) = elder(dialect) else { return own };
        // A change that one of the two refuses and the other makes is neither's word for the other.
        let is_told_apart = (title == "refused" && self.section(&format!("sql up: {dialect}")).is_some())
            || (title.starts_with("sql") && self.section(&format!("refused: {dialect}")).is_some());
        if is_told_apart { own } else { own.or_else(|| self.section(&format!("{title}: {elder}"))) }
    }

    /// The dialects the case is for: those its sections name, in the order in which they do, and those that
    /// another's word holds for.
    pub fn dialects(&self) -> Vec<String> {
        let mut dialects = self.named();
        let is_spoken_for = dialects.iter().any(|known| Some(known.as_str()) == elder(YOUNGER));
        if is_spoken_for && !dialects.iter().any(|known| known == YOUNGER) {
            dialects.push(YOUNGER.to_owned());
        }
        dialects
    }

    fn named(&self) -> Vec<String> {
        let mut dialects: Vec<String> = Vec::new();
        for section in &self.sections {
            if let Some((_, dialect)) = section.title.split_once(": ")
                && !dialects.iter().any(|known| known == dialect)
            {
                dialects.push(dialect.to_owned());
            }
        }
        dialects
    }

    /// The file's text with the bodies of some sections replaced; a section it lacks is appended.
    #[must_use]
    pub fn with_sections(&self, bodies: &[(String, String)]) -> String {
        let mut text = self.text.clone();
        for section in self.sections.iter().rev() {
            if let Some((_, body)) = bodies.iter().find(|(title, _)| *title == section.title) {
                text.replace_range(section.body.clone(), &lines(body));
            }
        }
        let is_known = |title: &str| self.sections.iter().any(|section| section.title == title);
        for (title, body) in bodies.iter().filter(|(title, _)| !is_known(title)) {
            let language = if title.starts_with("sql") { "sql" } else { "text" };
            text.extend(["\n## ", title, "\n```", language, "\n", &lines(body), "```\n"]);
        }
        text
    }
}

/// The dialect whose sections hold for another one, unless that has its own: what a case says of MariaDB it says
/// of MySQL.
pub fn elder(dialect: &str) -> Option<&'static str> {
    (dialect == YOUNGER).then_some("mariadb")
}

fn lines(body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("{}\n", body.trim_end_matches('\n')) }
}

/// A titled code block of a Markdown text, on its own.
#[derive(Clone, Debug)]
pub struct Body {
    /// What the heading says.
    pub title: String,
    /// What stands between the fences.
    pub text: String,
}

/// The titled code blocks of a Markdown text, whose headings must be known.
///
/// # Errors
/// A sentence with the line when the text is not of that form.
pub fn titled(text: &str, is_known: impl Fn(&str) -> Result<(), String>) -> Result<Vec<Body>, String> {
    let sections = sections(text, |heading| is_known(heading).map(|()| heading.to_owned()))?;
    let body = |section: Section| Body { title: section.title, text: text[section.body].to_owned() };
    Ok(sections.into_iter().map(body).collect())
}

/// The titled code blocks of a Markdown text. Prose between a title and its block is allowed.
fn sections(
    text: &str,
    known_title: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut title: Option<String> = None;
    let mut open: Option<usize> = None;
    let mut offset = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let number = number + 1;
        let content = line.trim_end();
        let is_fence = content.starts_with("```");
        if let Some(start) = open {
            if is_fence {
                let title = title.take().ok_or(format!("line {number}: a code block without a title"))?;
                sections.push(Section { title, body: start..offset });
                open = None;
            }
        } else if is_fence {
            if title.is_none() {
                return Err(format!("line {number}: a code block without a `## title` of its own"));
            }
            open = Some(offset + line.len());
        } else if let Some(heading) = content.strip_prefix("## ") {
            if let Some(title) = &title {
                return Err(format!("line {number}: the section `{title}` before has no code block"));
            }
            let heading = known_title(heading).map_err(|reason| format!("line {number}: {reason}"))?;
            if sections.iter().any(|section| section.title == heading) {
                return Err(format!("line {number}: a second section `{heading}`"));
            }
            title = Some(heading);
        }
        offset += line.len();
    }
    match (open, title) {
        (Some(_), _) => Err("the last code block is not closed".into()),
        (None, Some(title)) => Err(format!("the section `{title}` has no code block")),
        (None, None) => Ok(sections),
    }
}

/// A title the runner reads; anything else would be an expectation that nobody checks.
fn known_title(heading: &str) -> Result<String, String> {
    let is_known = match heading.split_once(": ") {
        Some((title, _dialect)) => BY_DIALECT.contains(&title),
        None => REQUIRED.contains(&heading) || SHARED.contains(&heading),
    };
    if is_known {
        return Ok(heading.to_owned());
    }
    let by_dialect: Vec<String> = BY_DIALECT.iter().map(|title| format!("{title}: DIALECT")).collect();
    Err(format!(
        "no section is called `{heading}`; sections are {}, {}, {}",
        REQUIRED.join(", "),
        SHARED.join(", "),
        by_dialect.join(", "),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A title\nProse.\n\n## models from\n```rust\n```\n## models to\n```rust\nstruct A;\n```\n## sql up: sqlite\nWhy.\n```sql\nold\n```\n";

    #[test]
    fn a_case_knows_its_sections_and_dialects() {
        let case = Case::parse("a", TEXT).unwrap();
        assert_eq!(case.section("models from"), Some(""));
        assert_eq!(case.section("models to"), Some("struct A;"));
        assert_eq!(case.section_for("sql up", "sqlite"), Some("old"));
        assert_eq!(case.dialects(), ["sqlite"]);
    }

    #[test]
    fn what_is_said_of_mariadb_is_said_of_mysql() {
        let case = Case::parse("a", &TEXT.replace("sqlite", "mariadb")).unwrap();
        assert_eq!(case.dialects(), ["mariadb", "mysql"]);
        assert_eq!(case.section_for("sql up", "mysql"), Some("old"));
        let refused = TEXT.replace("sqlite", "mariadb") + "\n## refused: mysql\n```text\nno\n```\n";
        let case = Case::parse("a", &refused).unwrap();
        assert_eq!(case.section_for("sql up", "mysql"), None);
        assert_eq!(case.section_for("refused", "mysql"), Some("no"));
    }

    #[test]
    fn rewriting_touches_only_the_bodies_it_is_given() {
        let case = Case::parse("a", TEXT).unwrap();
        let bodies = [("sql up: sqlite".into(), "new;".into()), ("changes".into(), "+ a".into())];
        let expected = TEXT.replace("old", "new;") + "\n## changes\n```text\n+ a\n```\n";
        assert_eq!(case.with_sections(&bodies), expected);
    }

    #[test]
    fn what_nobody_would_check_is_refused() {
        for (from, to) in [
            ("## sql up: sqlite", "## sql upp: sqlite"),
            ("## models to", "## models into"),
            ("# A title", "A title"),
            ("```rust\n```\n", ""),
        ] {
            assert!(Case::parse("a", &TEXT.replacen(from, to, 1)).is_err(), "{from} → {to}");
        }
    }
}
