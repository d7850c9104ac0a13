//! Commands that write files: `init` and `revision`.

use ambix::Error;
use ambix::config::Template;
use ambix::workflow::{
    self, AutogenerateRequest, Comparison, InitRequest, Outcome, RevisionRequest, Seed, Written,
};
use serde_json::json;

use super::{environment, project, working_directory};
use crate::args::{Format, Global, Init, ListTemplates, Merge, Place, Revision};
use crate::exit::Exit;
use crate::report;

pub(crate) fn init(global: &Global, arguments: &Init) -> Result<Exit, Error> {
    let url = global.url.clone().or_else(|| environment().get("DATABASE_URL").map(ToOwned::to_owned));
    let root = working_directory()?;
    let request = InitRequest {
        root: root.clone(),
        directory: arguments.directory.clone(),
        dialect: arguments.dialect.clone(),
        url,
        template: Template::named(&arguments.template).unwrap_or(Template::Generic),
    };
    let made = workflow::init(&request)?;
    let shown = |path: &std::path::Path| {
        ambix::schema::escape(&path.strip_prefix(&root).unwrap_or(path).display().to_string())
    };
    match arguments.output.format {
        Format::Json => report::json(&json!({
            "schema_version": 1, "config": made.config, "versions": made.versions, "dialect": made.dialect,
        })),
        Format::Text => {
            report::result(&shown(&made.config));
            report::result(&format!("{}/", shown(&made.versions)));
            if !global.quiet {
                report::message(&format!(
                    "Set up for {}. Next: ambix revision --autogenerate -m \"...\"",
                    made.dialect
                ));
            }
        }
    }
    Ok(Exit::Done)
}

pub(crate) fn list_templates(arguments: &ListTemplates) -> Exit {
    match arguments.output.format {
        Format::Json => {
            let listed: Vec<_> = Template::ALL
                .iter()
                .map(|template| json!({ "name": template.name(), "synopsis": template.synopsis() }))
                .collect();
            report::json(&json!({ "schema_version": 1, "templates": listed }));
        }
        Format::Text => {
            report::result("Available templates:\n");
            for template in Template::ALL {
                report::result(&format!("{} - {}", template.name(), template.synopsis()));
            }
            report::result("\nTemplates are used by `init`, for instance: ambix init --template sql");
        }
    }
    Exit::Done
}

pub(crate) async fn revision(global: &Global, arguments: &Revision) -> Result<Exit, Error> {
    let project = project(global)?;
    let request = RevisionRequest {
        message: arguments.message.clone(),
        rev_id: arguments.rev_id.clone(),
        depends_on: arguments.depends_on.clone(),
        ..placed(&arguments.place, arguments.head.iter().cloned().collect())?
    };
    let outcome = if arguments.autogenerate {
        let request = AutogenerateRequest {
            revision: request,
            offline: arguments.offline,
            allow_empty: arguments.allow_empty,
            renames: arguments.rename.clone(),
            no_renames: arguments.no_rename.clone(),
        };
        workflow::autogenerate(&project, &request).await?
    } else {
        workflow::revision(&project, &request)?
    };
    let root = working_directory()?;
    match outcome {
        Outcome::Written(written) => Ok(tell_written(global, arguments.output.format, &written, &root)),
        Outcome::NoChanges(comparison) => {
            tell_nothing(global, arguments.output.format, &comparison);
            Ok(Exit::Done)
        }
    }
}

pub(crate) fn merge(global: &Global, arguments: &Merge) -> Result<Exit, Error> {
    let project = project(global)?;
    let request = RevisionRequest {
        message: arguments.message.clone(),
        rev_id: arguments.rev_id.clone(),
        ..placed(&arguments.place, arguments.revisions.clone())?
    };
    match workflow::merge(&project, &request)? {
        Outcome::Written(written) => {
            Ok(tell_written(global, arguments.output.format, &written, &working_directory()?))
        }
        Outcome::NoChanges(comparison) => {
            tell_nothing(global, arguments.output.format, &comparison);
            Ok(Exit::Done)
        }
    }
}

/// A request for a revision at a place, with nothing else said about it.
fn placed(place: &Place, heads: Vec<String>) -> Result<RevisionRequest, Error> {
    Ok(RevisionRequest {
        message: String::new(),
        rev_id: None,
        heads,
        splice: place.splice,
        branch_labels: place.branch_label.clone(),
        depends_on: Vec::new(),
        version_path: place.version_path.clone(),
        seed: seed()?,
    })
}

fn tell_written(global: &Global, format: Format, written: &Written, root: &std::path::Path) -> Exit {
    if let Some(comparison) = &written.comparison {
        report::warnings(&comparison.warnings);
        if !global.quiet {
            for finding in &comparison.findings {
                report::message(&format!("Detected {}", report::finding_line(finding)));
            }
            tell_skipped(global, comparison);
        }
    }
    for note in written.notes.iter().filter(|_| !global.quiet) {
        report::message(&format!("note: {note}"));
    }
    let path = written.path.strip_prefix(root).unwrap_or(&written.path);
    match format {
        Format::Json => {
            let comparison = written.comparison.as_ref();
            report::json(&json!({
                "schema_version": 1,
                "revision": written.id,
                "down_revision": written.down,
                "path": path,
                "detected": comparison.map(|it| &it.findings),
                "looked_at": comparison.map(|it| &it.looked),
                "hooks": written.hooks,
            }));
        }
        Format::Text => report::result(&ambix::schema::escape(&path.display().to_string())),
    }
    tell_hooks(global, written)
}

/// The file is there whatever its hooks did; a failing one is an error all the same.
fn tell_hooks(global: &Global, written: &Written) -> Exit {
    for hook in &written.hooks {
        let output: Vec<String> = hook.output.lines().map(ambix::schema::escape).collect();
        let output = output.join("\n");
        if let Some(failure) = &hook.failure {
            let (name, command) = (ambix::schema::escape(&hook.name), ambix::schema::escape(&hook.command));
            let separator = if output.is_empty() { "" } else { "\n" };
            report::message(&format!(
                "error: post-write hook '{name}' failed: {failure}{separator}{output}\n\
                 help: the revision is written; run `{command}` again, or correct [[post_write_hooks]] in ambix.toml"
            ));
            return Exit::CouldNot;
        }
        if global.verbose && !output.is_empty() {
            report::message(&output);
        }
    }
    Exit::Done
}

fn tell_nothing(global: &Global, format: Format, comparison: &Comparison) {
    report::warnings(&comparison.warnings);
    match format {
        Format::Json => {
            report::json(&json!({
                "schema_version": 1,
                "revision": null,
                "down_revision": [],
                "path": null,
                "detected": comparison.findings,
                "looked_at": comparison.looked,
                "hooks": [],
            }));
        }
        Format::Text => report::result("No changes in schema detected."),
    }
    if !global.quiet {
        for line in report::looked_lines(&comparison.looked) {
            report::message(&line);
        }
        tell_skipped(global, comparison);
    }
}

fn tell_skipped(global: &Global, comparison: &Comparison) {
    for skipped in comparison.diff.skipped.iter().filter(|skipped| skipped.is_unexplained()) {
        report::message(&format!("Left out {}", report::reported_line(skipped)));
    }
    for line in report::skipped_lines(&comparison.diff.skipped, global.verbose) {
        report::message(&line);
    }
}

/// The one place where time and chance come in.
fn seed() -> Result<Seed, Error> {
    let mut id = [0; 6];
    getrandom::fill(&mut id).map_err(|error| {
        Error::refused(format!("could not make up an id: {error}"), "give one with --rev-id")
    })?;
    Ok(Seed { now: jiff::Timestamp::now(), id })
}
