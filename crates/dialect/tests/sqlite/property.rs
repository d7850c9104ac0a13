//! The same on schemas nobody thought of.

use ambix_dialect::{Sqlite, Statement, TableImage, normalize};
use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Deferrable, ForeignKey, Generated, Identity, IdentityMode,
    Index, IndexKey, Kind, Literal, Name, PrimaryKey, Schema, Silent, Table, TableName, Type, Unique,
};
use proptest::prelude::*;

use crate::support::{Database, creation};

const NAMES: [&str; 6] = ["id", "order", "Mixed", "a b", "it's", "\"q\""];

fn a_type() -> impl Strategy<Value = Type> {
    prop_oneof![
        Just(Type::Integer),
        Just(Type::Unsigned(Box::new(Type::SmallInt))),
        Just(Type::Boolean),
        Just(Type::Real),
        Just(Type::Text),
        Just(Type::Uuid),
        Just(Type::Date),
        Just(Type::Jsonb),
        Just(Type::Timestamp { precision: Some(3), has_zone: true }),
        (1_u32..20, 0_u32..3)
            .prop_map(|(precision, scale)| Type::Decimal { precision: Some(precision), scale: Some(scale) }),
        (1_u32..300).prop_map(|length| Type::Varchar { length: Some(length) }),
        Just(Type::Enum("mood".into())),
        Just(Type::Other("money".into())),
    ]
}

fn a_default() -> impl Strategy<Value = Option<ColumnDefault>> {
    let sql = |text: &str| Just(ColumnDefault::Sql(text.into()));
    let literal = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i32>().prop_map(|number| Literal::Number(number.to_string())),
        (any::<i16>(), 0_u8..100).prop_map(|(whole, part)| Literal::Number(format!("{whole}.{part:02}"))),
        "[ -~]{0,6}".prop_map(Literal::Text),
        "\\PC{0,4}".prop_map(Literal::Text),
        Just(Literal::Null),
    ];
    let sql =
        prop_oneof![sql("now()"), sql("lower('X')"), sql("1 + 2"), sql("'5'"), sql("TRUE"), sql("x'00'")];
    prop_oneof![Just(None), literal.prop_map(|value| Some(ColumnDefault::Literal(value))), sql.prop_map(Some)]
}

fn a_column() -> impl Strategy<Value = Column> {
    let collation = prop_oneof![4 => Just(None), 1 => Just(Some("nocase".to_owned())), 1 => Just(Some("BINARY".to_owned()))];
    (a_type(), any::<bool>(), a_default(), collation, 0_u8..8).prop_map(
        |(ty, is_nullable, default, collation, computed)| {
            let generated =
                (computed < 2).then(|| Generated { expr: "1 + 1".into(), is_stored: computed == 1 });
            let default = default.filter(|_| generated.is_none());
            Column { is_nullable, default, collation, generated, ..Column::new(ty) }
        },
    )
}

/// Choices by which the parts of a table are picked.
type Choices = (u8, bool, bool, u8, u8, u8, u8);

fn a_table() -> impl Strategy<Value = Schema> {
    let choices = (0_u8..4, any::<bool>(), any::<bool>(), 0_u8..4, 0_u8..4, 0_u8..4, 0_u8..4);
    let columns = proptest::collection::vec(a_column(), NAMES.len());
    (columns, proptest::sample::subsequence(&NAMES[1..], 1..NAMES.len()), choices)
        .prop_map(|(columns, names, choices)| table(columns, &names, choices))
}

fn table(columns: Vec<Column>, names: &[&str], choices: Choices) -> Schema {
    let (key, is_strict, is_without_rowid, unique, check, foreign_key, index) = choices;
    let mut schema = Schema::new();
    let name = TableName::new("the table");
    let mut options = Table::default();
    if is_strict && columns.iter().all(|column| column.ty != Type::Other("money".into())) {
        options.options.insert("strict".into(), "true".into());
    }
    if is_without_rowid && key == 2 {
        options.options.insert("without_rowid".into(), "true".into());
    }
    schema.insert(Address::table(&name), options);
    let mut id = Column::new(Type::BigInt);
    id.identity = (key == 0).then(|| Identity::new(IdentityMode::Serial));
    id.position = Silent(1);
    schema.insert(Address::column(&name, "id"), id);
    let mut plain: Vec<Name> = vec!["id".into()];
    for ((place, own), mut column) in (2..).zip(names).zip(columns) {
        column.position = Silent(place);
        if column.generated.is_none() {
            plain.push((*own).into());
        }
        schema.insert(Address::column(&name, *own), column);
    }
    let first: Vec<Name> = plain.iter().take(2).cloned().collect();
    let columns = match key {
        0 | 1 => vec!["id".into()],
        2 => first.clone(),
        _none => Vec::new(),
    };
    if !columns.is_empty() {
        schema.insert(
            Address::primary_key(&name),
            PrimaryKey { name: Some("pk".into()), ..PrimaryKey::new(columns) },
        );
    }
    let part = |kind, own: &str| Address::part("the table", kind, own);
    if unique == 0 {
        schema.insert(part(Kind::Unique, "u q"), Unique::new(plain.clone()));
    }
    if check == 0 {
        schema.insert(part(Kind::Check, "ck"), Check::new("id>0 AND (id<>5)"));
    }
    if foreign_key == 0 {
        let mut key = ForeignKey::new(vec!["id".into()], name.clone(), vec!["id".into()]);
        key.on_delete = Action::Cascade;
        key.deferrable = Deferrable::InitiallyDeferred;
        schema.insert(part(Kind::ForeignKey, "fk"), key);
    }
    if index == 0 {
        let mut keys: Vec<IndexKey> = plain.iter().map(|name| IndexKey::column(name.clone())).collect();
        keys[0].is_descending = true;
        keys.push(IndexKey::expr("id+1"));
        keys.push(IndexKey { collation: Some("NOCASE".into()), ..IndexKey::column(plain[0].clone()) });
        let mut index = Index::new(keys);
        index.predicate = Some("id  IS NOT NULL".into());
        index.method = Some("btree".into());
        schema.insert(part(Kind::Index, "ix"), index);
    }
    schema
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_built_is_what_was_meant(schema in a_table()) {
        let sqlite = Sqlite::default();
        let meant = normalize(schema, &sqlite);
        prop_assert_eq!(&normalize(meant.schema().clone(), &sqlite), &meant);
        let read = run(async {
            let mut database = Database::new().await;
            database.run(&script(&creation(meant.schema()))).await;
            database.canonical().await
        });
        prop_assert_eq!(read, meant);
    }

    #[test]
    fn a_rebuild_arrives(from in a_table(), to in a_table()) {
        let sqlite = Sqlite::default();
        let (from, to) = (normalize(from, &sqlite), normalize(to, &sqlite));
        let name = TableName::new("the table");
        let before = TableImage::of(from.schema(), &name).unwrap();
        let after = TableImage::of(to.schema(), &name).unwrap();
        let is_plain = |image: &TableImage, name: &Name| {
            image.columns.iter().any(|(own, column)| own == name && column.generated.is_none())
        };
        let copied = before
            .columns
            .iter()
            .filter(|(name, _)| is_plain(&before, name) && is_plain(&after, name))
            .map(|(name, _)| (name.clone(), name.clone()))
            .collect();
        let statement = Statement::RebuildTable { before, after, copied, keep: Vec::new() };
        let read = run(async {
            let mut database = Database::new().await;
            database.run(&script(&creation(from.schema()))).await;
            database.run(&script(std::slice::from_ref(&statement))).await;
            database.canonical().await
        });
        prop_assert_eq!(read, to);
    }
}

fn script(statements: &[Statement]) -> String {
    use ambix_dialect::Dialect;
    statements.iter().flat_map(|one| Sqlite::default().render(one).unwrap()).collect::<Vec<_>>().join(";\n")
}
