//! Text for people.

use std::collections::{BTreeMap, BTreeSet};

use ambix::schema::Unmodelled;
use ambix::schema::escape;
use ambix::workflow::{
    DefinitionDifference, Differed, Entry, Event, Finding, Looked, Observer, UnmodelledDifference,
};
use ambix::{Because, Holder, RevisionId, Skipped};

use super::message;

/// Progress of a run, on stderr.
pub(crate) struct Progress {
    pub(crate) is_quiet: bool,
    pub(crate) is_verbose: bool,
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Connected { to } if self.is_verbose => message(&format!("Connected to {to}")),
            Event::Running { direction, revision } if !self.is_quiet => {
                let down = joined(&revision.down);
                let (verb, from, to) = match direction {
                    ambix::Direction::Upgrade => ("upgrade", down, revision.id.to_string()),
                    ambix::Direction::Downgrade => ("downgrade", revision.id.to_string(), down),
                };
                message(&format!("Running {verb} {from} -> {to}, {}", escape(&revision.message)));
            }
            Event::Statement { sql } if self.is_verbose => {
                let lines: Vec<String> = sql.lines().map(escape).collect();
                message(&format!("  {}", lines.join("\n  ")));
            }
            Event::Waiting { holders } if !self.is_quiet => {
                message(&format!("Waiting for another run to finish: {}", held(holders)));
            }
            Event::StillRunning { holders } if !self.is_quiet => {
                message(&format!(
                    "Waiting for a statement of an earlier run, which is gone: {}",
                    held(holders)
                ));
            }
            Event::Recovered { text } if !self.is_quiet => message(text),
            Event::Noted { text } if !self.is_quiet => message(&format!("note: {text}")),
            Event::Retrying { error, attempt, attempts } if !self.is_quiet => {
                message(&format!("{error}\nTrying again ({attempt} of {attempts})"));
            }
            Event::Connected { .. }
            | Event::Waiting { .. }
            | Event::StillRunning { .. }
            | Event::Recovered { .. }
            | Event::Noted { .. }
            | Event::Retrying { .. }
            | Event::Running { .. }
            | Event::Statement { .. } => {}
        }
    }
}

fn held(holders: &[Holder]) -> String {
    let holders: Vec<String> = holders.iter().map(ToString::to_string).collect();
    if holders.is_empty() { "a session that cannot be seen".into() } else { holders.join(", and ") }
}

fn joined(ids: &[RevisionId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if ids.is_empty() { "<base>".into() } else { ids.join(", ") }
}

/// `3f2a -> 7c1e (head), add full_name`; what it depends on is in parentheses before the arrow.
pub(crate) fn entry_line(entry: &Entry<'_>, is_current: bool) -> String {
    let header = entry.header;
    let depends_on = match header.depends_on.as_slice() {
        [] => String::new(),
        named => format!(" ({})", escape(&named.join(", "))),
    };
    let (down, name) = (joined(&header.down), entry_name(entry, is_current));
    format!("{down}{depends_on} -> {name}, {}", escape(&header.message))
}

/// `7c1e (label) (head)`.
pub(crate) fn entry_name(entry: &Entry<'_>, is_current: bool) -> String {
    let labels = entry.branches.join(", ");
    let words = [
        (!labels.is_empty(), labels.as_str()),
        (entry.is_head && !entry.is_effective_head, "head"),
        (entry.is_effective_head, "effective head"),
        (entry.is_branch_point, "branchpoint"),
        (entry.is_merge_point, "mergepoint"),
        (is_current, "current"),
    ];
    let marks = words.iter().filter(|(applies, _)| *applies).map(|(_, word)| format!(" ({})", escape(word)));
    format!("{}{}", entry.header.id, marks.collect::<String>())
}

/// The block of `show` and `history -v`.
pub(crate) fn entry_block(entry: &Entry<'_>, is_current: bool) -> String {
    let header = entry.header;
    let mut lines = vec![format!("Rev: {}", entry_name(entry, is_current))];
    let parent = if entry.is_merge_point { "Merges" } else { "Parent" };
    lines.push(format!("{parent}: {}", joined(&header.down)));
    if entry.is_branch_point {
        let children: Vec<String> = entry.children.iter().map(ToString::to_string).collect();
        lines.push(format!("Branches into: {}", children.join(", ")));
    }
    if !header.depends_on.is_empty() {
        lines.push(format!("Also depends on: {}", escape(&header.depends_on.join(", "))));
    }
    lines.push(format!("Path: {}", escape(&header.path.display().to_string())));
    lines.push(String::new());
    lines.extend(header.doc.lines().map(|line| format!("    {}", escape(line)).trim_end().to_owned()));
    lines.push(String::new());
    lines.join("\n")
}

/// `Detected added column 'users.full_name'  (src/models/user.rs:14)`, without the first word.
pub(crate) fn finding_line(finding: &Finding) -> String {
    match &finding.origin {
        Some(origin) => format!("{}  ({origin})", finding.text),
        None => finding.text.clone(),
    }
}

/// What was looked at: for whoever wonders why nothing was found.
pub(crate) fn looked_lines(looked: &Looked) -> Vec<String> {
    let entities = counted(looked.entities, "entity", "entities");
    let mut lines = vec![
        format!(
            "read {entities} from {} matching {}",
            counted(looked.files, "file", "files"),
            looked.paths.join(", ")
        ),
        format!("compared with {}", looked.from),
    ];
    if looked.entities == 0 {
        lines.push(
            "no entities were found: check [models] paths, and that structs derive ambix::Entity".into(),
        );
    }
    lines
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What was left out: a line per reason, and with `is_verbose` each object with its rule.
pub(crate) fn skipped_lines(skipped: &[Skipped], is_verbose: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut subjects: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for item in skipped.iter().filter(|item| !item.is_reported()) {
        let why = match item.because {
            Because::Ignored { .. } | Because::Protected { .. } => "left out by the policy",
            Because::Code => "left out by include_object",
            Because::NotCovered => "left alone, because the models cannot express it",
            Because::Reported { .. } | Because::Unexplained { .. } => continue,
        };
        if let Some(subject) = item.subject() {
            subjects.entry(why).or_default().insert(subject.to_string());
        }
    }
    for (why, subjects) in &subjects {
        let tables = subjects.iter().filter(|subject| subject.starts_with("table ")).count();
        let noun = if tables == subjects.len() { ("table", "tables") } else { ("object", "objects") };
        let hint = if is_verbose { "" } else { " (-v lists them)" };
        lines.push(format!("{} {why}{hint}", counted(subjects.len(), noun.0, noun.1)));
    }
    if is_verbose {
        lines.extend(skipped.iter().map(|item| format!("  {}  [{}]", item.change, reason(&item.because))));
    }
    lines
}

fn reason(because: &Because) -> String {
    match because {
        Because::Ignored { rule } | Because::Protected { rule } | Because::Reported { rule } => rule.clone(),
        Because::Code => "include_object".into(),
        Because::NotCovered => "not expressible in the models".into(),
        Because::Unexplained { reason } => unexplained(reason),
    }
}

fn unexplained(reason: &str) -> String {
    format!("unexplained difference: {reason}")
}

/// A difference that is shown and left alone: with both its texts, and why.
pub(crate) fn reported_line(skipped: &Skipped) -> String {
    match &skipped.because {
        Because::Unexplained { reason } => format!("{}  ({})", skipped.change, unexplained(reason)),
        Because::Ignored { .. }
        | Because::Protected { .. }
        | Because::Reported { .. }
        | Because::Code
        | Because::NotCovered => format!("{}  (reported, never altered)", skipped.change),
    }
}

/// What the sides hold that is seen and left alone: a count a kind, and with `is_verbose` each of them
/// with the sides it is on.
pub(crate) fn unmodelled_lines(differed: &Differed, is_verbose: bool) -> Vec<String> {
    let is_left_alone = |thing: &&Unmodelled| !differed.compares_definition(thing);
    let from: BTreeSet<_> = Differed::unmodelled(&differed.from).iter().filter(is_left_alone).collect();
    let to: BTreeSet<_> = Differed::unmodelled(&differed.to).iter().filter(is_left_alone).collect();
    let all: BTreeSet<&Unmodelled> = from.union(&to).copied().collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for thing in &all {
        *kinds.entry(&thing.kind).or_default() += 1;
    }
    let counts: Vec<String> = kinds.iter().map(|(kind, number)| format!("{kind}: {number}")).collect();
    let apart = from.symmetric_difference(&to).count();
    let hint = if is_verbose { "" } else { " (-v lists them)" };
    let mut lines = vec![format!("seen and left alone: {}{hint}", escape(&counts.join(", ")))];
    if apart > 0 {
        lines.push(format!(
            "{apart} of them {} not the same on both sides",
            if apart == 1 { "is" } else { "are" }
        ));
    }
    if is_verbose {
        lines.extend(all.iter().map(|thing| {
            let side = match (from.contains(thing), to.contains(thing)) {
                (true, true) => "both sides",
                (true, false) => "only in the first",
                (false, true) => "only in the second",
                (false, false) => "neither",
            };
            let on = thing.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
            format!("  {} {}{on}  [{side}]", escape(&thing.kind), thing.name)
        }));
    }
    lines
}

/// `added view everyone`, `changed trigger audit on users`.
pub(crate) fn definition_line(different: &DefinitionDifference) -> String {
    let DefinitionDifference { kind, name, on, from, to } = different;
    let word = match (from, to) {
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "removed",
        (None, Some(_) | None) => "added",
    };
    let on = on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
    format!("{word} {} {name}{on}", escape(kind))
}

/// `trigger app.t.audit, only in the first`, or what each side says where both have it.
pub(crate) fn unmodelled_line(different: &UnmodelledDifference) -> String {
    let UnmodelledDifference { kind, name, from, to } = different;
    let what = escape(&format!("{kind} {name}"));
    match (from, to) {
        (Some(from), Some(to)) => format!("{what}: {} → {}", escape(from), escape(to)),
        (Some(_), None) => format!("{what}, only in the first"),
        (None, Some(_) | None) => format!("{what}, only in the second"),
    }
}
