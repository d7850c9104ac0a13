//! `doctor`: what commands need, and the way out of what is missing.

use ambix::workflow::{self, Diagnosis, Health};
use serde_json::json;

use super::project;
use crate::args::{Doctor, Format, Global};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn doctor(global: &Global, arguments: &Doctor) -> Exit {
    let found = match project(global) {
        Ok(project) => workflow::doctor(&project).await,
        Err(error) => vec![Diagnosis::failed("configuration", &error)],
    };
    let is_well = found.iter().all(|one| one.state == Health::Good);
    match arguments.output.format {
        Format::Json => {
            report::json(&json!({ "schema_version": 1, "is_well": is_well, "checks": found }));
        }
        Format::Text => found.iter().for_each(tell),
    }
    if is_well { Exit::Done } else { Exit::Difference }
}

fn tell(one: &Diagnosis) {
    let word = match one.state {
        Health::Good => "good",
        Health::Bad => "BAD",
        Health::Unknown => "?",
    };
    report::result(&format!("{word:<5}{:<14} {}", one.check, one.text));
    if let Some(help) = &one.help {
        report::result(&format!("     help: {}", help.replace('\n', "\n           ")));
    }
}
