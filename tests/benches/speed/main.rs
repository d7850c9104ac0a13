//! Speed and memory on a large project, as ratios within one run: `cargo xtask bench`.
//!
//! Nothing here is a test; a person reads the table, on a machine that does nothing else meanwhile.
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod databases;
mod history;
mod introspection;
mod memory;
mod models;
mod offline;
mod project;
mod table;

use std::process::ExitCode;

use table::Table;

/// As the binary has it, or what runs in this process would be measured with another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.first().is_some_and(|first| first == memory::FLAG) {
        return memory::measure_child(&arguments[1..]);
    }
    let tables = arguments.first().and_then(|number| number.parse().ok()).unwrap_or(1000);
    let mut table = Table::default();
    let measured = models::measure(tables, &mut table)
        .and_then(|()| offline::measure(tables, &mut table))
        .and_then(|()| memory::measure(tables, &mut table))
        .and_then(|()| introspection::measure(tables, &mut table))
        .and_then(|()| databases::measure(&mut table))
        .and_then(|()| history::measure(&mut table));
    println!("{table}");
    match measured {
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::from(2)
        }
        Ok(()) if table.all_within() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
    }
}
