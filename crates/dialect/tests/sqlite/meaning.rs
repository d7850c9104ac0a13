//! An expression in its one spelling still says what its author said.

use ambix_dialect::{Sqlite, normalize};
use ambix_schema::{Address, Check, Column, Kind, Schema, Table, Type};

use crate::support::Database;

const EXPRESSIONS: &[&str] = &[
    "a == b",
    "a != b OR NOT a < b AND b",
    "NOT a = b",
    "NOT (a AND b) OR b",
    "(NOT a) = b",
    "a ISNULL",
    "a NOTNULL",
    "a NOT NULL",
    "NOT a IS NULL",
    "a IS b",
    "a IS NOT b",
    "a IS NOT DISTINCT FROM b",
    "a IS TRUE",
    "a BETWEEN 1 AND 3 AND b",
    "a NOT BETWEEN b AND 3",
    "t GLOB 'a*'",
    "t NOT GLOB '*b'",
    "t LIKE 'A\\_%' ESCAPE '\\'",
    "t NOT LIKE '%b'",
    "t IN ('ab', 'cd')",
    "t NOT IN ('ab')",
    "a IN ()",
    "t COLLATE NOCASE = 'AB'",
    "t = 'AB' COLLATE NOCASE",
    "-a + b * 2 - (a - b)",
    "a - (b - 1)",
    "a - b - 1",
    "a / (b * 2)",
    "a / b * 2",
    "a % 3 || t",
    "a || (b + 1)",
    "a || b + 1",
    "~a & b | 4 << 1",
    "a & b = 1",
    "a < b = b",
    "a = b < 1",
    "-(-a)",
    "- -a",
    "+a",
    "length(t) > 1",
    "CASE WHEN a > 1 THEN 'x' ELSE t END",
    "CASE a WHEN 1 THEN b END",
    "CAST(t AS INTEGER)",
    "CAST(a AS TEXT) || 'x'",
    "typeof(a) = 'integer'",
    "coalesce(a, b, 0)",
    "json_extract('{\"k\":1}', '$.k') = a",
    "'{\"k\":1}' -> 'k'",
    "'{\"k\":1}' ->> '$.k' = a",
    "x'00ff' = x'00FF'",
    "0x1F + a",
    "1e2 + .5",
    "t = 'it''s'",
    "t = 'a\\b'",
    "(a, b) = (1, 2)",
    "(a)",
    "((a + b)) * 2",
    "iif(a, b, 3)",
    "abs(a) = max(a, b)",
    "date('2020-01-01', '+1 day') > t",
    "a = TRUE",
    "a AND NULL",
    "substr(t, 1, 1) = 'a'",
    "trim(t) = t AND replace(t, 'a', 'b') <> t",
    "\"a\" > [b]",
    "`a` > 0",
    "A > B",
    "NOT NOT a",
    "a AND b OR a",
    "a AND (b OR a)",
    "a OR b AND a",
    "(a OR b) AND a",
    "a = (b = 1)",
    "(a = b) = 1",
    "a IN (1, 2) = b",
    "a IS NULL = b",
    "a + 1 IS NULL",
    "NOT a IN (1)",
    "NOT a BETWEEN 1 AND 2",
    "-a IN (1, -1)",
    "-a IS NULL",
    "~a = -2",
    "t || 'x' LIKE 'abx'",
    "t || 'x' = 'abx'",
    "a <> b IS NULL",
];

const ROWS: &str = "CREATE TABLE e (a INT, b INT, t TEXT);
    INSERT INTO e VALUES (1, 2, 'ab'), (NULL, 1, 'AB'), (0, 0, 'a_b'), (-3, 5, '12'), (3, NULL, NULL), (1, 1, 'it''s'),
                         (2, 0, 'a\\b'), (7, 3, ''), (1, 0, 'cd'), (0, 1, 'abx')";

#[tokio::test]
async fn the_one_spelling_means_the_same() {
    let mut database = Database::with(ROWS).await;
    let mut schema = Schema::new();
    schema.insert(Address::table("e"), Table::default());
    for (name, ty) in [("a", Type::Integer), ("b", Type::Integer), ("t", Type::Text)] {
        schema.insert(Address::column("e", name), Column::new(ty));
    }
    let mut wrong = Vec::new();
    for written in EXPRESSIONS {
        let at = Address::part("e", Kind::Check, "ck");
        schema.insert(at.clone(), Check::new(*written));
        let canonical = normalize(schema.clone(), &Sqlite::default());
        let spelled =
            canonical.schema().get(&at).and_then(|it| it.as_check()).unwrap().expr.as_str().to_owned();
        if normalize(canonical.schema().clone(), &Sqlite::default()) != canonical {
            wrong.push(format!("{written}  =>  {spelled} does not rest"));
        }
        let meant = database.texts(&format!("SELECT {written} FROM e ORDER BY rowid")).await;
        match database.try_texts(&format!("SELECT {spelled} FROM e ORDER BY rowid")).await {
            Ok(said) if said == meant => {}
            Ok(said) => wrong.push(format!("{written}  =>  {spelled}: {meant:?} {said:?}")),
            Err(error) => wrong.push(format!("{written}  =>  {spelled}: {error}")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
