//! What authors write and what a PostgreSQL 15 server printed for it must meet in one text.

use ambix_schema::{Name, TableName, Type};
use proptest::prelude::*;

use super::{Grammar, Setting, canonical_expression, canonical_expression_in, canonical_query};

/// (as written, as printed by `pg_get_expr`) for the table of [`column`].
const PAIRS: &[(&str, &str)] = &[
    ("age >= 0", "(age >= 0)"),
    ("age between 0 and 150", "((age >= 0) AND (age <= 150))"),
    ("age not between 0 and 150", "((age < 0) OR (age > 150))"),
    ("age > -5", "(age > '-5'::integer)"),
    ("age in (1, 2, 3)", "(age = ANY (ARRAY[1, 2, 3]))"),
    ("age in (1)", "(age = 1)"),
    ("age not in (1, 2)", "(age <> ALL (ARRAY[1, 2]))"),
    ("age = any (array[1,2])", "(age = ANY (ARRAY[1, 2]))"),
    ("age <> all (array[1,2])", "(age <> ALL (ARRAY[1, 2]))"),
    ("big > 5", "(big > 5)"),
    ("big in (1, 2)", "(big = ANY (ARRAY[(1)::bigint, (2)::bigint]))"),
    ("small = 1", "(small = 1)"),
    ("price > 0", "(price > (0)::numeric)"),
    ("price >= 0.5", "(price >= 0.5)"),
    ("price * 1.1 < total", "((price * 1.1) < total)"),
    ("price * 2 < 100", "((price * (2)::numeric) < (100)::numeric)"),
    ("price / 2 > 1", "((price / (2)::numeric) > (1)::numeric)"),
    ("age * price > 10", "(((age)::numeric * price) > (10)::numeric)"),
    ("ratio > 0.5", "(ratio > (0.5)::double precision)"),
    ("ratio <= 1", "(ratio <= (1)::double precision)"),
    ("ratio * 2 > 1", "((ratio * (2)::double precision) > (1)::double precision)"),
    (
        "status in ('active', 'closed')",
        "((status)::text = ANY ((ARRAY['active'::character varying, 'closed'::character varying])::text[]))",
    ),
    (
        "status not in ('active', 'closed')",
        "((status)::text <> ALL ((ARRAY['active'::character varying, 'closed'::character varying])::text[]))",
    ),
    ("status = 'active'", "((status)::text = 'active'::text)"),
    ("status != 'active'", "((status)::text <> 'active'::text)"),
    ("email like '%@%'", "((email)::text ~~ '%@%'::text)"),
    ("email not like '%@%'", "((email)::text !~~ '%@%'::text)"),
    ("email ilike '%@x'", "((email)::text ~~* '%@x'::text)"),
    ("email !~~* 'x%'", "((email)::text !~~* 'x%'::text)"),
    ("email ~ '^[a-z]+$'", "((email)::text ~ '^[a-z]+$'::text)"),
    ("email ~* 'x'", "((email)::text ~* 'x'::text)"),
    ("email !~ 'x'", "((email)::text !~ 'x'::text)"),
    ("email::text = 'x'", "((email)::text = 'x'::text)"),
    ("body = 'x'", "(body = 'x'::text)"),
    ("lower(email) = email", "(lower((email)::text) = (email)::text)"),
    ("LOWER(body) = body", "(lower(body) = body)"),
    ("length(email) > 3", "(length((email)::text) > 3)"),
    ("char_length(body) < 10", "(char_length(body) < 10)"),
    ("code = 'ab'", "(code = 'ab'::bpchar)"),
    ("code like 'a%'", "(code ~~ 'a%'::text)"),
    ("code in ('ab', 'cd')", "(code = ANY (ARRAY['ab'::bpchar, 'cd'::bpchar]))"),
    ("mood = 'happy'", "(mood = 'happy'::mood)"),
    ("mood in ('happy', 'sad')", "(mood = ANY (ARRAY['happy'::mood, 'sad'::mood]))"),
    ("mood <> 'sad'", "(mood <> 'sad'::mood)"),
    ("active", "active"),
    ("active = true", "(active = true)"),
    ("active is true", "(active IS TRUE)"),
    ("not active", "(NOT active)"),
    ("active is not true", "(active IS NOT TRUE)"),
    ("email is not null", "(email IS NOT NULL)"),
    ("not (email is null)", "(NOT (email IS NULL))"),
    ("(a_null is null) = (b_null is null)", "((a_null IS NULL) = (b_null IS NULL))"),
    (
        "age > 0 and (price > 0 and total > 0)",
        "((age > 0) AND ((price > (0)::numeric) AND (total > (0)::numeric)))",
    ),
    (
        "age > 0 or price > 0 and total > 0",
        "((age > 0) OR ((price > (0)::numeric) AND (total > (0)::numeric)))",
    ),
    (
        "(age > 0 or price > 0) and total > 0",
        "(((age > 0) OR (price > (0)::numeric)) AND (total > (0)::numeric))",
    ),
    ("not (age > 0 and price > 0)", "(NOT ((age > 0) AND (price > (0)::numeric)))"),
    ("created_at > '2020-01-01'", "(created_at > '2020-01-01 00:00:00+00'::timestamp with time zone)"),
    (
        "created_at > timestamptz '2020-01-01 10:00:00+00'",
        "(created_at > '2020-01-01 10:00:00+00'::timestamp with time zone)",
    ),
    ("created_at < now()", "(created_at < now())"),
    ("created_at < CURRENT_TIMESTAMP", "(created_at < CURRENT_TIMESTAMP)"),
    ("created_at < transaction_timestamp()", "(created_at < transaction_timestamp())"),
    ("born > '1900-01-01'", "(born > '1900-01-01'::date)"),
    ("born > date '1900-01-01'", "(born > '1900-01-01'::date)"),
    ("born <= current_date", "(born <= CURRENT_DATE)"),
    ("ts > '2020-01-01'", "(ts > '2020-01-01 00:00:00'::timestamp without time zone)"),
    ("ts > '2020-01-01 12:30:00'", "(ts > '2020-01-01 12:30:00'::timestamp without time zone)"),
    ("created_at > now() - interval '1 day'", "(created_at > (now() - '1 day'::interval))"),
    ("created_at > now() - '90 minutes'::interval", "(created_at > (now() - '01:30:00'::interval))"),
    ("created_at - ts2 > interval '1 week'", "((created_at - ts2) > '7 days'::interval)"),
    ("extract(year from created_at) > 2000", "(EXTRACT(year FROM created_at) > (2000)::numeric)"),
    ("extract(epoch from created_at) > 0", "(EXTRACT(epoch FROM created_at) > (0)::numeric)"),
    ("date_part('year', ts) > 2000", "(date_part('year'::text, ts) > (2000)::double precision)"),
    ("date_trunc('day', ts) = ts", "(date_trunc('day'::text, ts) = ts)"),
    ("coalesce(email, '') <> ''", "((COALESCE(email, ''::character varying))::text <> ''::text)"),
    ("COALESCE(age, 0) >= 0", "(COALESCE(age, 0) >= 0)"),
    ("nullif(email, '') is not null", "(NULLIF((email)::text, ''::text) IS NOT NULL)"),
    ("greatest(age, 0) = age", "(GREATEST(age, 0) = age)"),
    ("case when age > 1 then true else false end", "CASE     WHEN (age > 1) THEN true     ELSE false END"),
    ("case when active then age > 1 end", "CASE     WHEN active THEN (age > 1)     ELSE NULL::boolean END"),
    (
        "case status when 'a' then 1 else 2 end = 1",
        "( CASE status     WHEN 'a'::text THEN 1     ELSE 2 END = 1)",
    ),
    ("data ->> 'k' = 'x'", "((data ->> 'k'::text) = 'x'::text)"),
    ("data -> 'a' ->> 'b' = 'x'", "(((data -> 'a'::text) ->> 'b'::text) = 'x'::text)"),
    ("data #>> '{a,b}' = 'x'", "((data #>> '{a,b}'::text[]) = 'x'::text)"),
    (r#"data @> '{"a": 1}'"#, r#"(data @> '{"a": 1}'::jsonb)"#),
    ("data ? 'k'", "(data ? 'k'::text)"),
    ("data ?| array['a','b']", "(data ?| ARRAY['a'::text, 'b'::text])"),
    ("jsonb_typeof(data) = 'object'", "(jsonb_typeof(data) = 'object'::text)"),
    ("(data->>'n')::int > 0", "(((data ->> 'n'::text))::integer > 0)"),
    ("cast(data->>'n' as integer) > 0", "(((data ->> 'n'::text))::integer > 0)"),
    ("first || ' ' || last <> ''", "((((first)::text || ' '::text) || (last)::text) <> ''::text)"),
    ("first || body <> ''", "(((first)::text || body) <> ''::text)"),
    ("body || code <> ''", "((body || (code)::text) <> ''::text)"),
    ("tags @> array['a']", "(tags @> ARRAY['a'::text])"),
    ("array_length(tags, 1) > 0", "(array_length(tags, 1) > 0)"),
    ("cardinality(tags) <= 5", "(cardinality(tags) <= 5)"),
    ("'a' = any(tags)", "('a'::text = ANY (tags))"),
    ("tags[1] = 'a'", "(tags[1] = 'a'::text)"),
    ("vtags @> array['a']::varchar[]", "(vtags @> ARRAY['a'::character varying])"),
    ("tags = '{}'", "(tags = '{}'::text[])"),
    ("age % 2 = 0", "((age % 2) = 0)"),
    ("age + 1 > price", "(((age + 1))::numeric > price)"),
    ("-age < 0", "((- age) < 0)"),
    ("- (age + 1) < 0", "((- (age + 1)) < 0)"),
    ("abs(age) < 10", "(abs(age) < 10)"),
    ("age ^ 2 > 1", "(((age)::double precision ^ (2)::double precision) > (1)::double precision)"),
    ("(age + 1) * 2 > 3", "(((age + 1) * 2) > 3)"),
    ("age + (1 * 2) > 3", "((age + (1 * 2)) > 3)"),
    ("age - (1 - 2) > 3", "((age - (1 - 2)) > 3)"),
    ("age is distinct from 5", "(age IS DISTINCT FROM 5)"),
    ("age is not distinct from 5", "(NOT (age IS DISTINCT FROM 5))"),
    ("trim(body) <> ''", "(TRIM(BOTH FROM body) <> ''::text)"),
    ("trim(both 'x' from body) <> ''", "(TRIM(BOTH 'x'::text FROM body) <> ''::text)"),
    ("trim(leading from body) <> ''", "(TRIM(LEADING FROM body) <> ''::text)"),
    ("substring(body from 1 for 2) = 'ab'", "(SUBSTRING(body FROM 1 FOR 2) = 'ab'::text)"),
    ("substring(body, 1, 2) = 'ab'", r#"("substring"(body, 1, 2) = 'ab'::text)"#),
    ("position('a' in body) > 0", "(POSITION(('a'::text) IN (body)) > 0)"),
    ("left(body, 1) = 'a'", r#"("left"(body, 1) = 'a'::text)"#),
    ("upper(left(body, 1)) = 'A'", r#"(upper("left"(body, 1)) = 'A'::text)"#),
    ("round(price, 2) = price", "(round(price, 2) = price)"),
    ("ceil(price) = 1", "(ceil(price) = (1)::numeric)"),
    ("floor(ratio) = 1", "(floor(ratio) = (1)::double precision)"),
    (
        "uid <> '00000000-0000-0000-0000-000000000000'",
        "(uid <> '00000000-0000-0000-0000-000000000000'::uuid)",
    ),
    ("ip << '10.0.0.0/8'", "(ip << '10.0.0.0/8'::inet)"),
    (r#""order" > 0"#, r#"("order" > 0)"#),
    (r#""MixedCase" > 0"#, r#"("MixedCase" > 0)"#),
    ("value > 0", "(value > 0)"),
    (r#""value" > 0"#, "(value > 0)"),
    ("app_func(age) > 0", "(app_func(age) > 0)"),
    ("public.app_func(age) > 0", "(app_func(age) > 0)"),
    ("mood::text = 'happy'", "((mood)::text = 'happy'::text)"),
    ("age::text = '5'", "((age)::text = '5'::text)"),
    ("email::varchar(3) = 'x'", "(((email)::character varying(3))::text = 'x'::text)"),
    ("price::numeric(10,2) > 1", "(price > (1)::numeric)"),
    ("age::bigint > 5", "((age)::bigint > 5)"),
    ("age::double precision > 5", "((age)::double precision > (5)::double precision)"),
    ("created_at at time zone 'UTC' > ts", "((created_at AT TIME ZONE 'UTC'::text) > ts)"),
    (
        "(created_at at time zone 'UTC')::date > '2020-01-01'",
        "(((created_at AT TIME ZONE 'UTC'::text))::date > '2020-01-01'::date)",
    ),
    (
        "to_tsvector('english', body) @@ to_tsquery('english', 'x')",
        "(to_tsvector('english'::regconfig, body) @@ to_tsquery('english'::regconfig, 'x'::text))",
    ),
    ("age > 0 is true", "((age > 0) IS TRUE)"),
    ("(age > 0) = active", "((age > 0) = active)"),
    ("starts_with(body, 'a')", "starts_with(body, 'a'::text)"),
    ("body ^@ 'a'", "(body ^@ 'a'::text)"),
    ("body similar to 'a%'", "(body ~ similar_to_escape('a%'::text))"),
    ("email like 'a!%' escape '!'", "((email)::text ~~ like_escape('a!%'::text, '!'::text))"),
    ("num_nonnulls(a_null, b_null) = 1", "(num_nonnulls(a_null, b_null) = 1)"),
    ("exists_flag or active", "(exists_flag OR active)"),
    (r"E'a\tb' = body", "('a	b'::text = body)"),
    (r"body <> E'it\'s'", "(body <> 'it''s'::text)"),
    ("price > 1.50", "(price > 1.50)"),
    ("age > 2147483648", "(age > '2147483648'::bigint)"),
    ("age <> 0 and age <> 1 and age <> 2", "((age <> 0) AND (age <> 1) AND (age <> 2))"),
    ("age = 1 or age = 2 or age = 3", "((age = 1) OR (age = 2) OR (age = 3))"),
    ("span > '1 day'", "(span > '1 day'::interval)"),
    ("span = interval '1 month 2 days'", "(span = '1 mon 2 days'::interval)"),
    ("encode(bin, 'hex') = 'ff'", "(encode(bin, 'hex'::text) = 'ff'::text)"),
    ("octet_length(bin) < 10", "(octet_length(bin) < 10)"),
    ("real_col > 0.5", "(real_col > (0.5)::double precision)"),
    ("real_col > 1", "(real_col > (1)::double precision)"),
    ("big = age", "(big = age)"),
    ("small + age > big", "((small + age) > big)"),
    ("concat(first, ' ', last) <> ''", "(concat(first, ' ', last) <> ''::text)"),
    ("to_char(ts, 'YYYY') = '2020'", "(to_char(ts, 'YYYY'::text) = '2020'::text)"),
    ("md5(body) = 'x'", "(md5(body) = 'x'::text)"),
    ("regexp_replace(body, 'a', 'b') = 'x'", "(regexp_replace(body, 'a'::text, 'b'::text) = 'x'::text)"),
    ("format('%s', body) = 'x'", "(format('%s'::text, body) = 'x'::text)"),
];

/// The columns of the table on which the pairs were recorded.
fn column(name: &str) -> Option<Type> {
    let varchar = |length| Type::Varchar { length };
    let instant = |has_zone| Type::Timestamp { precision: None, has_zone };
    Some(match name {
        "age" | "a_null" | "order" | "MixedCase" | "value" => Type::Integer,
        "big" => Type::BigInt,
        "small" => Type::SmallInt,
        "price" => Type::Decimal { precision: Some(10), scale: Some(2) },
        "total" => Type::Decimal { precision: None, scale: None },
        "ratio" => Type::Double,
        "real_col" => Type::Real,
        "status" => varchar(Some(20)),
        "email" => varchar(Some(255)),
        "first" | "last" => varchar(None),
        "body" | "b_null" => Type::Text,
        "code" => Type::Char { length: 2 },
        "mood" => Type::Enum(TableName::new("mood")),
        "active" | "exists_flag" => Type::Boolean,
        "created_at" | "ts2" => instant(true),
        "ts" => instant(false),
        "born" => Type::Date,
        "data" => Type::Jsonb,
        "tags" => Type::Array(Box::new(Type::Text)),
        "vtags" => Type::Array(Box::new(varchar(None))),
        "uid" => Type::Uuid,
        "ip" => Type::Inet,
        "span" => Type::Interval,
        "bin" => Type::Bytes,
        _unknown => return None,
    })
}

fn canonical(text: &str) -> String {
    let default_namespace = Name::from("public");
    let setting =
        Setting { grammar: Grammar::Postgres, default_namespace: &default_namespace, columns: Some(&column) };
    canonical_expression_in(text, &setting)
}

#[test]
fn authors_and_servers_meet() {
    let apart: Vec<String> = PAIRS
        .iter()
        .map(|(written, printed)| (written, canonical(written), canonical(printed)))
        .filter(|(_, written, printed)| written != printed)
        .map(|(text, written, printed)| format!("{text}\n    {written}\n    {printed}"))
        .collect();
    assert!(apart.is_empty(), "{} pairs stay apart:\n{}", apart.len(), apart.join("\n"));
}

#[test]
fn a_second_time_changes_nothing() {
    for (written, printed) in PAIRS {
        for text in [written, printed] {
            let once = canonical(text);
            assert_eq!(canonical(&once), once, "{text}");
        }
    }
}

#[test]
fn what_is_not_known_for_certain_stays() {
    // Text compared with a number of another kind, a real rounded on purpose, a division of whole numbers.
    for text in ["age::text = '5'", "real_col > 0.5::real", "age / 2::numeric > 1", "mood::text = 'happy'"] {
        assert_eq!(canonical(text), text);
    }
    assert_eq!(canonical("created_at >   '2020-01-01'::date"), "created_at > '2020-01-01'::date");
    assert_eq!(canonical("NOT  VALID ((SQL"), "NOT VALID ((SQL");
    assert_eq!(canonical("a b  c -- comment"), "a b c");
    assert_eq!(canonical("name ~ 'a' || 'b'"), "name ~ 'a' || 'b'");
}

#[test]
fn the_default_namespace_goes_without_saying() {
    assert_eq!(canonical("nextval('public.s'::regclass)"), "nextval('s')");
    assert_eq!(canonical("x = 'a'::public.mood"), "x = 'a'");
    assert_eq!(canonical("f(x)::public.mood"), "f(x)::mood");
    assert_eq!(canonical("f(x)::app.\"Mood\""), "f(x)::app.\"Mood\"");
    assert_eq!(canonical("PUBLIC.f(pg_catalog.lower(X))"), "f(lower(x))");
}

#[test]
fn parentheses_stay_where_they_mean_something() {
    for text in ["(a OR b) AND c", "a - (b - c)", "(a + b) * c", "NOT (a AND b)", "(-5)::text", "(a = b) = c"]
    {
        assert_eq!(canonical(text), text);
    }
    assert_eq!(canonical("((a)) AND ((b) AND (c))"), "a AND b AND c");
}

#[test]
fn sqlite_keeps_what_its_author_meant() {
    let main = Name::from("main");
    let canonical = |text: &str| canonical_expression(text, Grammar::Sqlite, &main);
    assert_eq!(canonical("(\"age\" >= 0 and [Email] like '%@%')"), "age >= 0 AND email LIKE '%@%'");
    assert_eq!(canonical("Lower(`Name`)"), "lower(name)");
    assert_eq!(canonical("current_timestamp"), "CURRENT_TIMESTAMP");
    assert_eq!(canonical("(a || b) = c"), "(a || b) = c");
    let columns = |name: &str| (name == "status").then_some(Type::Text);
    let setting = Setting { grammar: Grammar::Sqlite, default_namespace: &main, columns: Some(&columns) };
    assert_eq!(canonical_expression_in("\"status\" = \"open\"", &setting), "status = 'open'");
}

#[test]
fn a_view_is_known_by_its_query() {
    let default_namespace = Name::from("public");
    let setting =
        Setting { grammar: Grammar::Postgres, default_namespace: &default_namespace, columns: None };
    let text = " SELECT users.id\n   FROM public.users\n  WHERE (users.name = 'x'::text);";
    let canonical = canonical_query(text, &setting);
    assert_eq!(canonical, "SELECT users.id FROM users WHERE users.name = 'x'");
    assert_eq!(canonical_query(&canonical, &setting), canonical);
}

/// Expressions over the columns of [`column`], every operation in parentheses.
fn nested() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "age",
            "price",
            "email",
            "body",
            "mood",
            "active",
            "\"order\"",
            "data",
            "tags"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "1",
            "-5",
            "2.50",
            "'x'",
            "'it''s'",
            "true",
            "NULL",
            "now()",
            "CURRENT_DATE",
            "'5'::integer",
            "'a'::character varying",
            "'1 week'::interval",
            "'{}'::jsonb",
            "ARRAY['a'::text, 'b'::text]",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let operators = vec![
            "+",
            "-",
            "*",
            "/",
            "%",
            "=",
            "<>",
            "<",
            ">=",
            "AND",
            "OR",
            "||",
            "->>",
            "@>",
            "~~",
            "~",
            "LIKE",
            "IS DISTINCT FROM",
        ];
        prop_oneof![
            (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(left, op, right)| format!("({left} {op} {right})")),
            inner.clone().prop_map(|expr| format!("(NOT {expr})")),
            inner.clone().prop_map(|expr| format!("({expr} IS NULL)")),
            inner.clone().prop_map(|expr| format!("(- {expr})")),
            inner.clone().prop_map(|expr| format!("({expr})::text")),
            inner.clone().prop_map(|expr| format!("({expr})::numeric(10,2)")),
            inner.clone().prop_map(|expr| format!("lower({expr})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("COALESCE({a}, {b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("CASE WHEN {a} THEN {b} ELSE {c} END")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("({a} = ANY (ARRAY[{b}, {c}]))")),
        ]
    })
}

proptest! {
    #[test]
    fn one_spelling_is_its_own(text in nested()) {
        let once = canonical(&text);
        prop_assert_eq!(canonical(&once), once);
    }

    #[test]
    fn more_parentheses_say_nothing_more(text in nested()) {
        prop_assert_eq!(canonical(&format!("(({text}))")), canonical(&text));
    }

    #[test]
    fn any_text_comes_to_rest(text in "[a-z0-9 '\"()=<>|:.,$*/+-]{0,40}") {
        for grammar in [Grammar::Postgres, Grammar::Sqlite] {
            let once = canonical_expression(&text, grammar, &Name::from("public"));
            prop_assert_eq!(canonical_expression(&once, grammar, &Name::from("public")), once);
        }
    }
}
