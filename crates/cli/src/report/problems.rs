//! Problems in source, drawn as a compiler draws them.

use ambix::schema::{Problem, Severity, escape};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// The picture: message, place, the marked line, and the way out.
pub(crate) fn render(problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = escape(&problem.origin.path.display().to_string());
    let message = escape(&problem.message);
    let title = level.primary_title(message.as_str());
    // Colours are taken out again by the stream when it is not a terminal.
    let renderer = Renderer::styled();
    if problem.excerpt.is_empty() {
        let place = if problem.origin.line == 0 {
            String::new()
        } else {
            format!("  --> {path}:{}\n", problem.origin.line)
        };
        return format!("{}\n{place}", renderer.render(&[Group::with_title(title)]));
    }
    let mark = AnnotationKind::Primary.span(problem.marked.clone());
    let mark = match &problem.label {
        Some(label) => mark.label(label.as_str()),
        None => mark,
    };
    let snippet = Snippet::source(problem.excerpt.as_str())
        .line_start(problem.origin.line)
        .path(path.as_str())
        .annotation(mark);
    let mut group = title.element(snippet);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    format!("{}\n", renderer.render(&[group]))
}
