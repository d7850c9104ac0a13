//! Reading models, against syn alone parsing the same text on as many threads.

use std::path::PathBuf;

use ambix_dialect::dialect;
use ambix_models::Source;
use ambix_tests::runner::read_models;
use rayon::prelude::*;

use crate::project::sources;
use crate::table::{Table, fastest_of_both, milliseconds};

const RUNS: usize = 15;

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    let sources: Vec<Source> = sources(tables)
        .into_iter()
        .enumerate()
        .map(|(number, text)| Source { path: PathBuf::from(format!("src/models_{number}.rs")), text })
        .collect();
    let dialect = dialect("postgres", None, None).map_err(|error| error.to_string())?;
    let alone = || {
        let parsed: Result<Vec<usize>, syn::Error> = sources
            .par_iter()
            .map(|source| syn::parse_file(&source.text).map(|file| file.items.len()))
            .collect();
        parsed.map_err(|error| error.to_string())
    };
    let ours = || {
        let read = read_models(sources.clone(), dialect.as_ref());
        let found = read.schema.tables().count();
        if found == tables { Ok(read) } else { Err(format!("{found} tables were read of {tables}")) }
    };
    let (ours, alone) = fastest_of_both(RUNS, ours, alone)?;
    table.add(
        format!("models of {tables} tables against syn alone"),
        format!("{:.1} ms / {:.1} ms", milliseconds(ours), milliseconds(alone)),
        ours.as_secs_f64() / alone.as_secs_f64(),
        2.0,
        "×",
    );
    Ok(())
}
