//! The map in `fixtures/cases/README.md`: which row of what is asked of such a tool is held by which case or
//! test. It is worth something as long as no row is missing and everything it names is there.

use std::path::Path;

/// Rows about one change at a time, `a1` to the last; and the scenarios, `1` to the last.
const ROWS: [(&str, usize); 2] = [("a", 40), ("", 196)];

/// What is wrong with the map, one a line; nothing when all is well.
///
/// # Errors
/// When the map cannot be read.
pub fn faults(root: &Path) -> Result<Vec<String>, String> {
    let path = root.join("fixtures/cases/README.md");
    let text = read(&path).ok_or_else(|| format!("could not read {}", path.display()))?;
    let rows: Vec<Row<'_>> = text.lines().filter_map(row).collect();
    let expected = ROWS.iter().flat_map(|(sort, count)| (1..=*count).map(move |it| format!("{sort}{it}")));
    let mut faults: Vec<String> = expected
        .filter(|number| rows.iter().filter(|row| row.number == number).count() != 1)
        .map(|number| format!("row {number} is not there exactly once"))
        .collect();
    for Row { number, place } in rows {
        if place.strip_prefix("not applicable: ").is_some_and(|reason| !reason.is_empty()) {
            continue;
        }
        let named: Vec<&str> = place.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            faults.push(format!("row {number} names nothing"));
        }
        let missing = named.into_iter().filter_map(|it| missing(root, it));
        faults.extend(missing.map(|what| format!("row {number}: {what}")));
    }
    Ok(faults)
}

/// One row: its number, and where it is held.
struct Row<'a> {
    number: &'a str,
    place: &'a str,
}

/// `| 12 | what | where |`; the two lines that head a table are none.
fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
    let (number, _what, place) = (cells.next()?, cells.next()?, cells.next()?);
    let digits = number.strip_prefix('a').unwrap_or(number);
    let is_number = !digits.is_empty() && digits.chars().all(|it| it.is_ascii_digit());
    is_number.then_some(Row { number, place })
}

/// What of a place is not there: the case, the file, or the test or fact in it.
fn missing(root: &Path, place: &str) -> Option<String> {
    let Some((file, name)) = place.split_once(": ") else {
        let path = if place.contains('.') { place.to_owned() } else { format!("fixtures/cases/{place}.md") };
        return (!root.join(&path).is_file()).then(|| format!("there is no {path}"));
    };
    let Some(text) = read(&root.join(file)) else {
        return Some(format!("there is no {file}"));
    };
    let is_there = match file.rsplit_once('.') {
        Some((_, "sql")) => text.lines().any(|line| line == format!("-- # {name}")),
        _rust => text.contains(&format!("fn {name}(")),
    };
    (!is_there).then(|| format!("{file} has no `{name}`"))
}

fn read(path: &Path) -> Option<String> {
    String::from_utf8(std::fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_noticed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for there in ["column/add", "tests/src/map.rs: row", "fixtures/drift/sqlite.sql: a table comes"] {
            assert_eq!(missing(&root, there), None);
        }
        for gone in
            ["column/nothing", "tests/src/map.rs: rows", "fixtures/drift/sqlite.sql: a table", "no.rs: row"]
        {
            assert!(missing(&root, gone).is_some(), "{gone}");
        }
    }
}
