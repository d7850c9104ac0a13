//! Generated schemas and texts for the laws.

use ambix_schema::{
    Action, Address, Attribute, Check, Column, ColumnDefault, Composite, Deferrable, Domain, DomainCheck,
    Enum, Exclusion, ExclusionElement, Extension, ForeignKey, Generated, Identity, IdentityMode, Index,
    IndexKey, Kind, Literal, MatchType, Name, Namespace, Nulls, Object, PrimaryKey, Range, Schema, Sequence,
    SequenceOptions, Silent, Table, TableName, Type, Unique, View,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

/// Texts that a comment, a literal or a terminal could trip over.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z_ ]{0,8}",
        1 => any::<String>(),
        1 => Just("*/ \"; op.drop_table(\"users\"); //".to_owned()),
        1 => Just("line\nbreak\r\n\ttab \u{202e}bidi \u{0}".to_owned()),
        1 => Just("comment_0;\ncomment_1;".to_owned()),
        1 => Just("select \"a\"#\n-- r#\"raw\"#\nfrom b".to_owned()),
        1 => Just("\\u{41} {} {{ $x".to_owned()),
        1 => Just("naïve ✓ \u{200b}\u{feff}".to_owned()),
    ]
}

fn option_text() -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(0.3, text())
}

/// Names are few, so that two schemas meet; some of them hostile.
fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("lower"),
        Just("text"),
        Just("we\"ird\nna'me\u{202e}"),
        Just("Ünï"),
    ]
    .prop_map(Name::from)
}

fn table_name() -> impl Strategy<Value = TableName> {
    (proptest::option::weighted(0.3, Just("app.x")), prop_oneof![Just("t"), Just("u"), Just("v \"w\"")])
        .prop_map(|(namespace, name)| TableName { namespace: namespace.map(Name::from), name: name.into() })
}

pub(crate) fn ty() -> impl Strategy<Value = Type> {
    let precision = || proptest::option::of(0u32..7);
    let leaf = prop_oneof![
        Just(Type::Boolean),
        Just(Type::TinyInt),
        Just(Type::SmallInt),
        Just(Type::Integer),
        Just(Type::BigInt),
        Just(Type::Unsigned(Box::new(Type::Integer))),
        Just(Type::Real),
        Just(Type::Double),
        Just(Type::Decimal { precision: None, scale: None }),
        (1u32..30, proptest::option::of(0u32..9))
            .prop_map(|(p, scale)| Type::Decimal { precision: Some(p), scale }),
        (1u32..9).prop_map(|length| Type::Char { length }),
        proptest::option::of(1u32..999).prop_map(|length| Type::Varchar { length }),
        Just(Type::Text),
        Just(Type::Bytes),
        (1u32..9).prop_map(|length| Type::Binary { length }),
        (1u32..9).prop_map(|length| Type::Varbinary { length }),
        Just(Type::Date),
        (precision(), any::<bool>()).prop_map(|(precision, has_zone)| Type::Time { precision, has_zone }),
        (precision(), any::<bool>())
            .prop_map(|(precision, has_zone)| Type::Timestamp { precision, has_zone }),
        Just(Type::Interval),
        Just(Type::Uuid),
        Just(Type::Json),
        Just(Type::Jsonb),
        Just(Type::Inet),
        Just(Type::Cidr),
        Just(Type::MacAddr),
        table_name().prop_map(Type::Enum),
        table_name().prop_map(Type::Defined),
        text().prop_map(Type::Other),
    ];
    leaf.prop_recursive(2, 4, 1, |inner| inner.prop_map(|inner| Type::Array(Box::new(inner))))
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|n| Literal::Number(n.to_string())),
        any::<f64>().prop_map(|n| Literal::Number(n.to_string())),
        prop_oneof![
            Just("0.10"),
            Just("-0"),
            Just("1e5"),
            Just("007"),
            Just("1.0"),
            Just("123456789012345678901.5")
        ]
        .prop_map(|digits| Literal::Number(digits.into())),
        text().prop_map(Literal::Text),
    ]
}

fn options() -> impl Strategy<Value = SequenceOptions> {
    let number = || proptest::option::of(any::<i64>());
    (number(), number(), number(), number(), number(), any::<bool>()).prop_map(
        |(start, increment, min, max, cache, is_cyclic)| SequenceOptions {
            start,
            increment,
            min,
            max,
            cache,
            is_cyclic,
        },
    )
}

fn column() -> impl Strategy<Value = Column> {
    let mode = prop_oneof![
        Just(IdentityMode::Auto),
        Just(IdentityMode::Always),
        Just(IdentityMode::ByDefault),
        Just(IdentityMode::Serial),
        Just(IdentityMode::RowId),
    ];
    let identity = (mode, prop_oneof![Just(SequenceOptions::default()), options()])
        .prop_map(|(mode, options)| Identity { options, ..Identity::new(mode) });
    let default = prop_oneof![
        literal().prop_map(ColumnDefault::Literal),
        text().prop_map(|text| ColumnDefault::Sql(text.into())),
    ];
    let generated =
        (text(), any::<bool>()).prop_map(|(text, is_stored)| Generated { expr: text.into(), is_stored });
    (
        ty(),
        any::<bool>(),
        proptest::option::weighted(0.3, default),
        proptest::option::weighted(0.2, identity),
        proptest::option::weighted(0.2, generated),
        option_text(),
        option_text(),
        (0u32..5, option_text(), btree_map(text(), text(), 0..2)),
    )
        .prop_map(|(ty, is_nullable, default, identity, generated, collation, comment, more)| {
            let (position, on_update, options) = more;
            Column {
                ty,
                is_nullable,
                default,
                identity,
                generated,
                collation,
                on_update: on_update.map(Into::into),
                options,
                comment,
                position: Silent(position),
            }
        })
}

fn deferrable() -> impl Strategy<Value = Deferrable> {
    prop_oneof![
        Just(Deferrable::No),
        Just(Deferrable::InitiallyImmediate),
        Just(Deferrable::InitiallyDeferred),
    ]
}

fn names() -> impl Strategy<Value = Vec<Name>> {
    btree_set(name(), 1..3).prop_map(|names| names.into_iter().collect())
}

fn some_names() -> impl Strategy<Value = Vec<Name>> {
    prop_oneof![Just(vec![]), names()]
}

fn index_key() -> impl Strategy<Value = IndexKey> {
    let subject = prop_oneof![
        3 => name().prop_map(IndexKey::column),
        1 => text().prop_map(IndexKey::expr),
        1 => Just(IndexKey::expr("lower(a)")),
    ];
    let nulls = proptest::option::of(prop_oneof![Just(Nulls::First), Just(Nulls::Last)]);
    (subject, any::<bool>(), nulls, option_text(), option_text(), proptest::option::weighted(0.2, 1u32..9))
        .prop_map(|(key, is_descending, nulls, collation, opclass, prefix)| IndexKey {
            is_descending,
            nulls,
            collation,
            opclass,
            prefix,
            ..key
        })
}

fn index() -> impl Strategy<Value = Index> {
    (
        prop_oneof![
            names().prop_map(|names| names.into_iter().map(IndexKey::column).collect::<Vec<_>>()),
            vec(index_key(), 1..3),
        ],
        any::<bool>(),
        option_text(),
        option_text(),
        prop_oneof![Just(vec![]), names()],
        any::<bool>(),
        btree_map(text(), text(), 0..2),
        option_text(),
        any::<bool>(),
    )
        .prop_map(
            |(keys, is_unique, method, predicate, include, nulls_not_distinct, options, comment, c)| Index {
                keys,
                is_unique,
                method,
                predicate: predicate.map(Into::into),
                include,
                nulls_not_distinct,
                options,
                comment,
                is_valid: true,
                concurrently: Silent(c),
            },
        )
}

fn action() -> impl Strategy<Value = Action> {
    let columns = || prop_oneof![Just(vec![]), names()];
    prop_oneof![
        Just(Action::NoAction),
        Just(Action::Restrict),
        Just(Action::Cascade),
        columns().prop_map(Action::SetNull),
        columns().prop_map(Action::SetDefault),
    ]
}

fn part() -> impl Strategy<Value = (Kind, Object)> {
    let expr = || prop_oneof![text(), Just("a > 0".to_owned()), Just("lower(b) = 'x'::text".to_owned())];
    let options = || btree_map(text(), text(), 0..2);
    let unique = (names(), some_names(), any::<bool>(), deferrable(), options(), option_text()).prop_map(
        |(columns, include, nulls_not_distinct, deferrable, options, comment)| {
            let key = Unique { columns, include, nulls_not_distinct, deferrable, options, comment };
            (Kind::Unique, key.into())
        },
    );
    let check = (expr(), any::<bool>(), any::<bool>(), any::<bool>(), option_text()).prop_map(
        |(expr, is_validated, no_inherit, is_enforced, comment)| {
            let check = Check { expr: expr.into(), is_validated, no_inherit, is_enforced, comment };
            (Kind::Check, check.into())
        },
    );
    let match_type = prop_oneof![Just(MatchType::Simple), Just(MatchType::Full), Just(MatchType::Partial)];
    let more = (any::<bool>(), any::<bool>(), option_text());
    let foreign_key = (names(), table_name(), names(), action(), action(), match_type, deferrable(), more)
        .prop_map(|(columns, table, referenced, on_delete, on_update, match_type, deferrable, more)| {
            let (is_validated, is_enforced, comment) = more;
            let key = ForeignKey {
                columns,
                references: (table, referenced),
                on_delete,
                on_update,
                match_type,
                deferrable,
                is_validated,
                is_enforced,
                comment,
            };
            (Kind::ForeignKey, key.into())
        });
    let element = (index_key(), text()).prop_map(|(key, operator)| ExclusionElement { key, operator });
    let more = (some_names(), options(), option_text());
    let exclusion = (vec(element, 1..3), option_text(), option_text(), deferrable(), more).prop_map(
        |(elements, method, predicate, deferrable, (include, options, comment))| {
            let predicate = predicate.map(Into::into);
            let exclusion = Exclusion { elements, method, predicate, include, deferrable, options, comment };
            (Kind::Exclusion, exclusion.into())
        },
    );
    let index = index().prop_map(|index| (Kind::Index, index.into()));
    prop_oneof![unique.boxed(), check.boxed(), foreign_key.boxed(), exclusion.boxed(), index.boxed()]
}

fn domain() -> impl Strategy<Value = Domain> {
    let default = prop_oneof![
        literal().prop_map(ColumnDefault::Literal),
        text().prop_map(|text| ColumnDefault::Sql(text.into())),
    ];
    let checks = btree_map(name(), (text(), any::<bool>()), 0..3).prop_map(|checks| {
        checks
            .into_iter()
            .map(|(name, (expr, is_validated))| DomainCheck { name, expr: expr.into(), is_validated })
            .collect::<Vec<_>>()
    });
    (ty(), any::<bool>(), proptest::option::weighted(0.3, default), option_text(), checks, option_text())
        .prop_map(|(ty, is_nullable, default, collation, checks, comment)| Domain {
            ty,
            is_nullable,
            default,
            collation,
            checks,
            comment,
        })
}

/// Domains, composite types and range types.
fn defined() -> impl Strategy<Value = (Kind, Object)> {
    let attribute =
        (name(), ty(), option_text()).prop_map(|(name, ty, collation)| Attribute { name, ty, collation });
    let composite = (vec(attribute, 0..3), option_text())
        .prop_map(|(attributes, comment)| (Kind::Composite, Composite { attributes, comment }.into()));
    let range = (ty(), option_text(), btree_map(text(), text(), 0..2), option_text()).prop_map(
        |(subtype, collation, options, comment)| {
            (Kind::Range, Range { subtype, collation, options, comment }.into())
        },
    );
    prop_oneof![domain().prop_map(|domain| (Kind::Domain, domain.into())), composite, range]
}

type Parts = (Table, Vec<(Name, Column)>, Option<PrimaryKey>, Vec<(Name, (Kind, Object))>);

fn table() -> impl Strategy<Value = Parts> {
    let parents = vec(table_name(), 0..2);
    let table = (option_text(), btree_map("[a-z ]{1,4}", text(), 0..2), option_text(), parents).prop_map(
        |(comment, options, partition_by, inherits)| Table { comment, options, partition_by, inherits },
    );
    let columns = btree_map(name(), column().boxed(), 1..5).prop_map(|columns| columns.into_iter().collect());
    let options = btree_map(text(), text(), 0..2);
    let key = (proptest::option::of(name()), deferrable(), options, option_text()).prop_map(
        |(name, deferrable, options, comment)| PrimaryKey {
            name,
            deferrable,
            options,
            comment,
            ..PrimaryKey::new(Vec::new())
        },
    );
    let key = proptest::option::of(key);
    let parts = btree_map(name(), part().boxed(), 0..4).prop_map(|parts| parts.into_iter().collect());
    (table, columns, key, parts)
}

/// A schema in which parts are made from columns that exist, and keys refuse nulls.
pub(crate) fn schema() -> impl Strategy<Value = Schema> {
    let enums = btree_map(table_name(), (btree_set(text(), 0..4), option_text()), 0..2);
    let owner = proptest::option::of((table_name(), name()));
    let sequences = btree_map(table_name(), (ty(), options(), owner, option_text()), 0..2);
    let view_options = btree_map(text(), text(), 0..2);
    let views = btree_map(table_name(), (text(), any::<bool>(), view_options, option_text()), 0..2);
    let tables = btree_map(table_name(), table().boxed(), 0..4);
    let containers = (option_text(), option_text(), any::<bool>(), any::<bool>());
    let types = btree_map(table_name(), defined(), 0..3);
    let all = (enums, types, sequences, views, tables, containers);
    all.prop_map(|(enums, types, sequences, views, tables, containers)| {
        let mut schema = Schema::new();
        let (comment, version, has_namespace, has_extension) = containers;
        if has_namespace {
            schema.insert(Address::namespace("app.x"), Namespace { comment });
        }
        if has_extension {
            schema.insert(
                Address::extension("citext"),
                Extension {
                    version,
                    namespace: has_namespace.then(|| "app.x".into()),
                    ..Extension::default()
                },
            );
        }
        for (name, (values, comment)) in enums {
            let values = values.into_iter().collect();
            schema.insert(Address::of(Kind::Enum, name), Enum { values, comment });
        }
        for (name, (kind, object)) in types {
            schema.insert(Address::of(kind, name), object);
        }
        for (name, parts) in tables {
            insert_table(&mut schema, &name, parts);
        }
        for (name, (ty, options, owner, comment)) in sequences {
            let owned_by = owner
                .map(|(table, column)| Address::column(table, column))
                .filter(|owner| schema.contains(owner));
            schema.insert(Address::of(Kind::Sequence, name), Sequence { ty, options, owned_by, comment });
        }
        for (name, (definition, is_materialized, options, comment)) in views {
            // Views and tables share one set of names.
            if schema.contains(&Address::table(&name)) {
                continue;
            }
            let view = View { is_materialized, options, comment, ..View::new(definition) };
            schema.insert(Address::of(Kind::View, name), view);
        }
        schema
    })
}

fn insert_table(schema: &mut Schema, table: &TableName, (object, columns, key, parts): Parts) {
    schema.insert(Address::table(table), object);
    let key_column = key.is_some().then(|| columns[0].0.clone());
    let known: Vec<Name> = columns.iter().map(|(name, _)| name.clone()).collect();
    for (name, mut column) in columns {
        column.is_nullable &= key_column.as_ref() != Some(&name);
        schema.insert(Address::column(table, name), column);
    }
    if let (Some(key), Some(column)) = (key, key_column) {
        schema.insert(Address::primary_key(table), PrimaryKey { columns: vec![column], ..key });
    }
    for (name, (kind, object)) in parts {
        if made_from(&object).iter().all(|column| known.contains(column)) {
            schema.insert(Address::part(table, kind, name), object);
        }
    }
}

/// The columns a part lists.
fn made_from(object: &Object) -> Vec<Name> {
    let of_key = |key: &IndexKey| match &key.subject {
        ambix_schema::IndexSubject::Column(name) => vec![name.clone()],
        ambix_schema::IndexSubject::Expr(_) => vec![],
    };
    match object {
        Object::Unique(key) => key.columns.iter().chain(&key.include).cloned().collect(),
        Object::ForeignKey(key) => key.columns.clone(),
        Object::Index(index) => {
            index.keys.iter().flat_map(of_key).chain(index.include.iter().cloned()).collect()
        }
        Object::Exclusion(exclusion) => {
            exclusion.elements.iter().flat_map(|element| of_key(&element.key)).collect()
        }
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::PrimaryKey(_)
        | Object::Check(_)
        | Object::View(_) => vec![],
    }
}
