//! Commands for shells and manuals: `completions`, `man`.

use ambix::Error;
use clap::CommandFactory as _;
use clap_mangen::Man as Page;

use crate::args::{Arguments, Completions, Man};
use crate::complete;
use crate::exit::Exit;
use crate::report;

pub(crate) fn completions(arguments: &Completions) -> Result<Exit, Error> {
    let script = complete::registration(&arguments.shell).map_err(|kind| Error::File {
        doing: "write completions to",
        path: "stdout".into(),
        kind,
    })?;
    report::script(script.trim_end());
    Ok(Exit::Done)
}

pub(crate) fn man(arguments: &Man) -> Result<Exit, Error> {
    let mut whole = Arguments::command();
    whole.build();
    if let Some(directory) = &arguments.directory {
        let failed = |kind| Error::File { doing: "write manual pages to", path: directory.clone(), kind };
        std::fs::create_dir_all(directory).map_err(failed)?;
        clap_mangen::generate_to(whole, directory).map_err(failed)?;
        return Ok(Exit::Done);
    }
    let command = match &arguments.command {
        None => whole,
        Some(name) => whole.find_subcommand(name).cloned().ok_or_else(|| {
            Error::refused(
                format!("there is no command '{}'", ambix::schema::escape(name)),
                "`ambix --help` lists the commands",
            )
        })?,
    };
    let mut page = Vec::new();
    Page::new(command).render(&mut page).map_err(|kind| Error::File {
        doing: "write the manual page to",
        path: "stdout".into(),
        kind,
    })?;
    report::script(String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Done)
}
