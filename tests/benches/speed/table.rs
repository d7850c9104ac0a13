//! The table that is printed: what was measured, the limit, and whether it was kept.

use std::fmt;
use std::time::{Duration, Instant};

/// Lines of the result.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    measured: String,
    value: f64,
    limit: f64,
    unit: &'static str,
}

impl Table {
    /// Adds a line; `measured` says in words what the value comes from.
    pub(crate) fn add(
        &mut self,
        what: impl Into<String>,
        measured: impl Into<String>,
        value: f64,
        limit: f64,
        unit: &'static str,
    ) {
        self.lines.push(Line { what: what.into(), measured: measured.into(), value, limit, unit });
    }

    /// Whether every line keeps its limit.
    pub(crate) fn all_within(&self) -> bool {
        self.lines.iter().all(Line::is_within)
    }
}

impl Line {
    fn is_within(&self) -> bool {
        self.value <= self.limit
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Line) -> &str| {
            self.lines.iter().map(|line| text(line).chars().count()).max().unwrap_or_default()
        };
        let (what, measured) = (width(|line| &line.what), width(|line| &line.measured));
        writeln!(f, "{:what$}  {:measured$}  {:>10}  {:>10}", "", "measured", "value", "limit")?;
        for line in &self.lines {
            let value = format!("{:.2} {}", line.value, line.unit);
            let limit = format!("{:.2} {}", line.limit, line.unit);
            let word = if line.is_within() { "pass" } else { "FAIL" };
            writeln!(
                f,
                "{:what$}  {:measured$}  {value:>10}  {limit:>10}  {word}",
                line.what, line.measured
            )?;
        }
        Ok(())
    }
}

/// The fastest of some runs: what the work costs, without what else the machine did meanwhile.
pub(crate) fn fastest<T>(
    runs: usize,
    mut work: impl FnMut() -> Result<T, String>,
) -> Result<Duration, String> {
    fastest_on(runs, || Ok(()), |()| work())
}

/// The same, each run on ground of its own that is prepared before the clock starts.
pub(crate) fn fastest_on<G, T>(
    runs: usize,
    mut prepare: impl FnMut() -> Result<G, String>,
    mut work: impl FnMut(&G) -> Result<T, String>,
) -> Result<Duration, String> {
    let mut best = Duration::MAX;
    for _ in 0..runs {
        let ground = prepare()?;
        let start = Instant::now();
        // The result is kept until the clock has been read: freeing it is not the work.
        let result = work(&ground)?;
        best = best.min(start.elapsed());
        drop(result);
    }
    Ok(best)
}

/// The fastest of some runs of two works that take turns, so that both meet the same machine. Before each run it comes
/// to rest: memory may still be given back in the background.
pub(crate) fn fastest_of_both<A, B>(
    runs: usize,
    mut one: impl FnMut() -> Result<A, String>,
    mut other: impl FnMut() -> Result<B, String>,
) -> Result<(Duration, Duration), String> {
    let rest = || {
        std::thread::sleep(Duration::from_millis(20));
        Ok(())
    };
    let (mut best, mut best_of_other) = (Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        best = best.min(fastest_on(1, rest, |()| one())?);
        best_of_other = best_of_other.min(fastest_on(1, rest, |()| other())?);
    }
    Ok((best, best_of_other))
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
