//! Post-write hooks: the project's own commands on a revision file that was just written.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Project;
use crate::config::HookConfig;

/// What stands for the file in the words of a hook.
const FILE: &str = "{file}";

/// A hook that ran, or could not.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct HookRan {
    /// Its name.
    pub name: String,
    /// The command, for people.
    pub command: String,
    /// What it printed, on either channel.
    pub output: String,
    /// Why it failed; `None` when it did not.
    pub failure: Option<String>,
}

/// Runs the hooks in their order, each in the directory of the configuration, up to the first that fails. No
/// shell has a part in it.
pub(crate) fn run_hooks(project: &Project, file: &Path) -> Vec<HookRan> {
    let config = project.config();
    let mut ran = Vec::new();
    for hook in &config.post_write_hooks {
        let one = run_hook(hook, &config.root, file);
        let has_failed = one.failure.is_some();
        ran.push(one);
        if has_failed {
            break;
        }
    }
    ran
}

fn run_hook(hook: &HookConfig, root: &Path, file: &Path) -> HookRan {
    let path = file.display().to_string();
    let mut words: Vec<String> = hook.command.iter().map(|word| word.replace(FILE, &path)).collect();
    if !hook.command.iter().any(|word| word.contains(FILE)) {
        words.push(path);
    }
    let command = words.join(" ");
    let (program, arguments) = words.split_first().expect("a command has a word, and the file");
    let outcome = Command::new(program).args(arguments).current_dir(root).stdin(Stdio::null()).output();
    let (output, failure) = match outcome {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            let failure = (!output.status.success()).then(|| output.status.to_string());
            (String::from_utf8_lossy(&text).trim_end().to_owned(), failure)
        }
        Err(error) => (String::new(), Some(format!("could not start it: {error}"))),
    };
    HookRan { name: hook.name.clone(), command, output, failure }
}
