//! What cases cannot reach: each form of a statement on both servers.

use ambix_schema::{
    Action, Check, Column, ColumnDefault, ForeignKey, Generated, Identity, IdentityMode, Index, IndexKey,
    PrimaryKey, Table, Type, Unique,
};

use super::*;
use crate::TableImage;
use crate::mysql::Flavour;

fn on(flavour: Flavour) -> Mysql {
    Mysql::new(flavour, Mysql::default_version(flavour), "app")
}

fn sql(statement: &Statement) -> String {
    super::statement(&on(Flavour::MariaDb), statement).unwrap().join(";\n")
}

fn create(at: Address, object: impl Into<Object>) -> Statement {
    Statement::Create { at, object: object.into() }
}

fn numbered() -> Column {
    let identity = Some(Identity::new(IdentityMode::Auto));
    Column { is_nullable: false, identity, ..Column::new(Type::Unsigned(Box::new(Type::BigInt))) }
}

#[test]
fn a_table_is_created_with_all_that_stands_inside() {
    let table = TableName::new("posts");
    let key = ForeignKey {
        on_delete: Action::Cascade,
        ..ForeignKey::new(vec!["user_id".into()], TableName::qualified("other", "users"), vec!["id".into()])
    };
    let image = TableImage {
        name: table.clone(),
        table: Table {
            comment: Some("it's".into()),
            options: [("engine", "InnoDB"), ("collate", "utf8mb4_bin")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            ..Table::default()
        },
        columns: vec![
            ("id".into(), numbered()),
            ("user_id".into(), Column::new(Type::BigInt)),
            (
                "title".into(),
                Column {
                    collation: Some("utf8mb4_bin".into()),
                    default: Some(ColumnDefault::Literal(Literal::Text("a\\b'c".into()))),
                    ..Column::new(Type::Varchar { length: Some(20) })
                },
            ),
        ],
        constraints: vec![
            (Address::primary_key(&table), PrimaryKey::new(vec!["id".into()]).into()),
            (Address::part(&table, Kind::Unique, "u"), Unique::new(vec!["title".into()]).into()),
            (Address::part(&table, Kind::Check, "c"), Check::new("`id` > 0").into()),
            (Address::part(&table, Kind::ForeignKey, "f"), key.into()),
        ],
        indexes: vec![(
            Address::part(&table, Kind::Index, "i"),
            Index::new(vec![IndexKey { prefix: Some(5), ..IndexKey::column("title") }]),
        )],
    };
    assert_eq!(
        sql(&Statement::CreateTable(image)),
        "CREATE TABLE `posts` (\n    \
         `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n    \
         `user_id` bigint,\n    \
         `title` varchar(20) DEFAULT 'a\\\\b''c',\n    \
         PRIMARY KEY (`id`),\n    \
         UNIQUE KEY `u` (`title`),\n    \
         CONSTRAINT `c` CHECK (`id` > 0),\n    \
         CONSTRAINT `f` FOREIGN KEY (`user_id`) REFERENCES `other`.`users` (`id`) ON DELETE CASCADE,\n    \
         KEY `i` (`title`(5))\n\
         ) DEFAULT COLLATE=utf8mb4_bin ENGINE=InnoDB COMMENT='it''s'"
    );
}

#[test]
fn a_column_is_always_said_whole() {
    let at = Address::column(TableName::qualified("app", "users"), "seen");
    let to = Column {
        default: Some(ColumnDefault::Sql("current_timestamp(6)".into())),
        on_update: Some("current_timestamp(6)".into()),
        comment: Some("last".into()),
        ..Column::new(Type::Timestamp { precision: Some(6), has_zone: true })
    };
    let from = Column::new(Type::Text);
    let alter = Statement::Alter { at, from: from.into(), to: to.into(), using: None };
    assert_eq!(
        sql(&alter),
        "ALTER TABLE `users` MODIFY COLUMN `seen` timestamp(6) NULL DEFAULT current_timestamp(6) \
         ON UPDATE current_timestamp(6) COMMENT 'last'"
    );
}

#[test]
fn the_two_servers_have_words_of_their_own() {
    let check = Address::part("t", Kind::Check, "c");
    let drop = Statement::Drop { at: check, object: Check::new("1").into() };
    let both = |statement: &Statement| {
        [Flavour::MariaDb, Flavour::MySql]
            .map(|flavour| super::statement(&on(flavour), statement).unwrap().join("; "))
    };
    assert_eq!(both(&drop), ["ALTER TABLE `t` DROP CONSTRAINT `c`", "ALTER TABLE `t` DROP CHECK `c`"]);
    let text = Column {
        default: Some(ColumnDefault::Literal(Literal::Text("x".into()))),
        ..Column::new(Type::Text)
    };
    assert_eq!(
        both(&create(Address::column("t", "c"), text)),
        [
            "ALTER TABLE `t` ADD COLUMN `c` text DEFAULT 'x'",
            "ALTER TABLE `t` ADD COLUMN `c` text DEFAULT ('x')"
        ]
    );
    let generated = Column {
        is_nullable: false,
        generated: Some(Generated { expr: "`a` + 1".into(), is_stored: true }),
        ..Column::new(Type::Integer)
    };
    assert_eq!(
        both(&create(Address::column("t", "c"), generated)),
        [
            "ALTER TABLE `t` ADD COLUMN `c` int GENERATED ALWAYS AS (`a` + 1) STORED",
            "ALTER TABLE `t` ADD COLUMN `c` int GENERATED ALWAYS AS (`a` + 1) STORED NOT NULL"
        ]
    );
}

#[test]
fn indexes_say_what_they_are() {
    let at = || Address::part("t", Kind::Index, "i");
    let key = IndexKey { is_descending: true, ..IndexKey::column("a") };
    assert_eq!(sql(&create(at(), Index::new(vec![key]))), "ALTER TABLE `t` ADD KEY `i` (`a` DESC)");
    let fulltext = Index { method: Some("fulltext".into()), ..Index::new(vec![IndexKey::column("a")]) };
    assert_eq!(sql(&create(at(), fulltext)), "ALTER TABLE `t` ADD FULLTEXT KEY `i` (`a`)");
    let mut ignored = Index { comment: Some("why".into()), ..Index::new(vec![IndexKey::column("a")]) };
    ignored.options.insert("ignored".into(), "true".into());
    assert_eq!(sql(&create(at(), ignored)), "ALTER TABLE `t` ADD KEY `i` (`a`) COMMENT 'why' IGNORED");
}

#[test]
fn what_has_no_words_is_an_error() {
    let mysql = on(Flavour::MariaDb);
    let partial = Index { predicate: Some("a > 0".into()), ..Index::new(vec![IndexKey::column("a")]) };
    let error = super::statement(&mysql, &create(Address::part("t", Kind::Index, "i"), partial)).unwrap_err();
    assert_eq!(error.to_string(), "MariaDB has no partial indexes (index t.i)");
    let rename = Statement::Rename { from: Address::part("t", Kind::ForeignKey, "a"), to: "b".into() };
    assert!(super::statement(&mysql, &rename).is_err());
}

#[test]
fn rows_are_put_in_with_their_backslashes() {
    let rows = vec![vec![Literal::Number("1".into()), Literal::Text("a\\".into())]];
    let insert = Statement::Insert { table: "t".into(), columns: vec!["a".into(), "b".into()], rows };
    assert_eq!(sql(&insert), "INSERT INTO `t` (`a`, `b`) VALUES\n    (1, 'a\\\\')");
}

#[test]
fn a_table_changes_in_one_go() {
    let table = TableName::new("t");
    let at = |kind, name: &str| Address::part(&table, kind, name);
    let key = |name: &str| Object::from(PrimaryKey::new(vec![name.into()]));
    let primary = Address::primary_key(&table);
    let parts = vec![
        Statement::Drop { at: primary.clone(), object: key("a") },
        Statement::Drop { at: at(Kind::Index, "i"), object: Index::new(vec![IndexKey::column("a")]).into() },
        create(at(Kind::Column, "id"), numbered()),
        create(primary, key("id")),
    ];
    assert_eq!(
        sql(&Statement::AlterTable { table: table.clone(), parts }),
        "ALTER TABLE `t` DROP PRIMARY KEY, DROP INDEX `i`, \
         ADD COLUMN `id` bigint unsigned NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (`id`)"
    );
}

#[test]
fn an_index_is_ignored_where_it_is() {
    let table = TableName::new("t");
    let at = Address::part(&table, Kind::Index, "i");
    let plain = Index::new(vec![IndexKey::column("a")]);
    let mut ignored = plain.clone();
    ignored.options.insert("ignored".into(), "true".into());
    let swap = |from: &Index, to: &Index| {
        let parts = vec![
            Statement::Drop { at: at.clone(), object: from.clone().into() },
            create(at.clone(), to.clone()),
        ];
        sql(&Statement::AlterTable { table: table.clone(), parts })
    };
    assert_eq!(swap(&plain, &ignored), "ALTER TABLE `t` ALTER INDEX `i` IGNORED");
    assert_eq!(swap(&ignored, &plain), "ALTER TABLE `t` ALTER INDEX `i` NOT IGNORED");
    let other = Index::new(vec![IndexKey::column("b")]);
    assert_eq!(swap(&ignored, &other), "ALTER TABLE `t` DROP INDEX `i`, ADD KEY `i` (`b`)");
}
