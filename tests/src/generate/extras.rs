//! What tables and databases can have beyond the plain: each a coin that was tossed, and laid aside where
//! the dialect says that it cannot hold it.

use ambix_dialect::Dialect;
use ambix_schema::{
    Action, Address, Attribute, Check, Column, ColumnDefault, Composite, Deferrable, Domain, DomainCheck,
    Exclusion, ExclusionElement, ForeignKey, Generated, Index, IndexKey, Kind, Literal, MatchType, Name,
    Object, Schema, Sequence, TableName, Type, Unique, View,
};

/// What only one database has a word for.
struct Words {
    /// A collation other than the default.
    collation: &'static str,
    /// Options of tables.
    table: &'static [(&'static str, &'static str)],
    /// Options of unique constraints.
    unique: &'static [(&'static str, &'static str)],
    /// Options of primary keys.
    key: &'static [(&'static str, &'static str)],
    /// Options of indexes.
    index: &'static [(&'static str, &'static str)],
    /// An access method for a single column.
    method: Option<&'static str>,
    /// An operator class for texts.
    opclass: Option<&'static str>,
}

const POSTGRES: Words = Words {
    collation: "C",
    table: &[("fillfactor", "70"), ("autovacuum_enabled", "false")],
    unique: &[],
    key: &[],
    index: &[("fillfactor", "50")],
    method: Some("hash"),
    opclass: Some("text_pattern_ops"),
};

const SQLITE: Words = Words {
    collation: "NOCASE",
    table: &[("strict", "true"), ("without_rowid", "true")],
    unique: &[("on_conflict", "IGNORE"), ("descending 1", "true")],
    key: &[("on_conflict", "REPLACE")],
    index: &[],
    method: None,
    opclass: None,
};

const PLAIN: Words = Words {
    collation: "utf8mb4_bin",
    table: &[],
    unique: &[],
    key: &[],
    index: &[],
    method: None,
    opclass: None,
};

fn words(dialect: &dyn Dialect) -> &'static Words {
    match dialect.facts().name {
        "postgres" => &POSTGRES,
        "sqlite" => &SQLITE,
        _other => &PLAIN,
    }
}

/// Tosses, one bit each; none of them is up in the smallest schema.
#[derive(Clone, Copy, Debug)]
struct Coins(u64);

impl Coins {
    /// The next coin; one in four is up.
    fn toss(&mut self) -> bool {
        let is_up = self.0 & 0b11 == 0b11;
        self.0 >>= 2;
        is_up
    }
}

struct Place<'a> {
    table: &'a TableName,
    dialect: &'a dyn Dialect,
    schema: &'a mut Schema,
}

/// Changes the parts of a table that is built already, and gives it a few more.
pub(super) fn of_table(table: &TableName, bits: u64, dialect: &dyn Dialect, schema: &mut Schema) {
    let words = words(dialect);
    let mut coins = Coins(bits);
    let mut place = Place { table, dialect, schema };
    for (option, value) in words.table {
        if coins.toss() && place.can_have_table_option(option) {
            place.edit(&Address::table(table), |object| set_option(object, option, value));
        }
    }
    place.columns(words, &mut coins);
    place.keys(words, &mut coins);
    place.references(&mut coins);
    place.checks(&mut coins);
    place.indexes(words, &mut coins);
}

/// Objects beside the tables.
pub(super) fn of_schema(bits: u64, dialect: &dyn Dialect, schema: &mut Schema) {
    let mut coins = Coins(bits);
    for (name, start) in [("tickets", 1), ("odd \"sequence\"", 7)] {
        if coins.toss() {
            let mut sequence = Sequence::new(Type::BigInt);
            sequence.options.start = Some(start);
            sequence.options.increment = coins.toss().then_some(3);
            sequence.options.is_cyclic = coins.toss();
            put(&Address::of(Kind::Sequence, name), sequence.into(), dialect, schema);
        }
    }
    for table in schema.tables().collect::<Vec<_>>() {
        let (has_view, is_other) = (coins.toss(), coins.toss());
        if table.namespace.is_some() || !has_view || dialect.facts().name != "postgres" {
            continue;
        }
        let Ok(own) = dialect.quote(&table.name) else { continue };
        // Of no column, because servers of different versions print one differently.
        let view = View::new(format!(" SELECT {} AS one\n   FROM {own};", if is_other { 2 } else { 1 }));
        let name = format!("view of {}", table.name.as_str());
        put(&Address::of(Kind::View, name.as_str()), view.into(), dialect, schema);
    }
    types(&mut coins, dialect, schema);
}

/// A domain, with or without a column of it, and a composite type.
fn types(coins: &mut Coins, dialect: &dyn Dialect, schema: &mut Schema) {
    let mut domain = Domain::new(Type::Text);
    let (is_short, is_filled, is_collated) = (coins.toss(), coins.toss(), coins.toss());
    if is_short {
        let name = "it's short".into();
        domain.checks.push(DomainCheck { name, expr: "length(VALUE) < 99".into(), is_validated: true });
    }
    if is_filled {
        domain.default = Some(ColumnDefault::Literal(Literal::Text("x".into())));
    }
    if is_collated {
        domain.collation = Some(words(dialect).collation.to_owned());
    }
    let at = Address::of(Kind::Domain, "short \"text\"");
    if coins.toss() || coins.toss() {
        put(&at, domain.into(), dialect, schema);
    }
    if schema.contains(&at) && (coins.toss() || coins.toss()) {
        let column = Column::new(Type::Defined(at.qualified_name()));
        let first = schema.tables().next();
        if let Some(table) = first {
            super::columns::put(&table, "mail", column, dialect, schema);
        }
    }
    let attribute = |name: &str, ty: Type| Attribute { name: name.into(), ty, collation: None };
    let mut pair = vec![attribute("a", if coins.toss() { Type::BigInt } else { Type::Integer })];
    if coins.toss() {
        pair.push(attribute("b \"c\"", Type::Text));
    }
    if coins.toss() {
        put(
            &Address::of(Kind::Composite, "pair"),
            Composite { attributes: pair, comment: None }.into(),
            dialect,
            schema,
        );
    }
}

fn put(at: &Address, object: Object, dialect: &dyn Dialect, schema: &mut Schema) {
    if dialect.refusal(at, &object).is_none() {
        schema.insert(at.clone(), object);
    }
}

fn set_option(object: &mut Object, option: &str, value: &str) {
    if let Some(options) = object.options_mut() {
        options.insert(option.to_owned(), value.to_owned());
    }
}

impl Place<'_> {
    /// Changes an object, if the dialect can hold it as it then is.
    fn edit(&mut self, at: &Address, edit: impl FnOnce(&mut Object)) {
        let Some(mut object) = self.schema.get(at).cloned() else { return };
        edit(&mut object);
        put(at, object, self.dialect, self.schema);
    }

    fn put(&mut self, kind: Kind, name: &str, object: Object) {
        put(&Address::part(self.table, kind, name), object, self.dialect, self.schema);
    }

    fn of_kind(&self, kind: Kind) -> Vec<Address> {
        self.schema.parts(self.table).map(|(at, _)| at.clone()).filter(|at| at.kind == kind).collect()
    }

    fn has(&self, column: &str) -> bool {
        self.schema.contains(&Address::column(self.table, column))
    }

    /// A table without row numbers needs a key, and one that numbers its rows has them.
    fn can_have_table_option(&self, option: &str) -> bool {
        let has_key = self.schema.contains(&Address::primary_key(self.table));
        let is_numbered = self.schema.columns(self.table).iter().any(|(_, column)| column.identity.is_some());
        option != "without_rowid" || (has_key && !is_numbered)
    }

    fn columns(&mut self, words: &Words, coins: &mut Coins) {
        if coins.toss() {
            let collation = words.collation.to_owned();
            self.edit(&Address::column(self.table, "title"), |object| {
                if let Object::Column(column) = object {
                    column.collation = Some(collation);
                }
            });
        }
        let (is_stored, adds) = (coins.toss(), coins.toss());
        if adds && self.has("title") {
            let mut column = Column::new(Type::Text);
            column.generated = Some(Generated { expr: "lower(title)".into(), is_stored });
            super::columns::put(self.table, "lower_title", column, self.dialect, self.schema);
        }
        if coins.toss() {
            let column = Column::new(Type::Array(Box::new(Type::Text)));
            super::columns::put(self.table, "tags", column, self.dialect, self.schema);
        }
    }

    fn keys(&mut self, words: &Words, coins: &mut Coins) {
        for (option, value) in words.key {
            if coins.toss() {
                self.edit(&Address::primary_key(self.table), |object| set_option(object, option, value));
            }
        }
        for at in self.of_kind(Kind::Unique) {
            let (waits, same_nulls, takes_along) = (coins.toss(), coins.toss(), coins.toss());
            for (option, value) in words.unique {
                if coins.toss() {
                    self.edit(&at, |object| set_option(object, option, value));
                }
            }
            let passenger = (takes_along && self.has("age")).then(|| Name::from("age"));
            self.edit(&at, |object| {
                if let Object::Unique(unique) = object {
                    unique.deferrable = if waits { Deferrable::InitiallyDeferred } else { Deferrable::No };
                }
            });
            self.edit(&at, |object| {
                if let Object::Unique(Unique { nulls_not_distinct, .. }) = object {
                    *nulls_not_distinct = same_nulls;
                }
            });
            self.edit(&at, |object| {
                if let Object::Unique(unique) = object {
                    unique.include.extend(passenger.filter(|name| !unique.columns.contains(name)));
                }
            });
        }
        if coins.toss() && self.has("born") {
            let element = ExclusionElement { key: IndexKey::column("born"), operator: "=".to_owned() };
            let exclusion = Exclusion { method: Some("hash".to_owned()), ..Exclusion::new(vec![element]) };
            let name = format!("ex_{}", self.table.name.as_str());
            self.put(Kind::Exclusion, &name, exclusion.into());
        }
    }

    fn references(&mut self, coins: &mut Coins) {
        for at in self.of_kind(Kind::ForeignKey) {
            let (cascades, is_full) = (coins.toss(), coins.toss());
            self.edit(&at, |object| {
                if let Object::ForeignKey(ForeignKey { on_update, match_type, .. }) = object {
                    *on_update = if cascades { Action::Cascade } else { Action::NoAction };
                    *match_type = if is_full { MatchType::Full } else { MatchType::Simple };
                }
            });
        }
    }

    fn checks(&mut self, coins: &mut Coins) {
        for at in self.of_kind(Kind::Check) {
            let (is_alone, is_new) = (coins.toss(), coins.toss());
            let is_postgres = self.dialect.facts().name == "postgres";
            self.edit(&at, |object| {
                if let Object::Check(Check { no_inherit, is_validated, .. }) = object
                    && is_postgres
                {
                    *no_inherit = is_alone;
                    *is_validated = !is_new;
                }
            });
        }
    }

    fn indexes(&mut self, words: &Words, coins: &mut Coins) {
        for at in self.of_kind(Kind::Index) {
            let (takes_along, has_comment, by_method) = (coins.toss(), coins.toss(), coins.toss());
            let (by_class, collates) = (coins.toss(), coins.toss());
            for (option, value) in words.index {
                if coins.toss() {
                    self.edit(&at, |object| set_option(object, option, value));
                }
            }
            let comment = (has_comment && self.dialect.facts().comments.contains(&Kind::Index))
                .then(|| "it's \"sorted\"".to_owned());
            self.edit(&at, |object| {
                if let Object::Index(index) = object {
                    index.comment = comment;
                }
            });
            let passenger = (takes_along && self.has("other_id")).then(|| Name::from("other_id"));
            self.edit(&at, |object| {
                if let Object::Index(index) = object {
                    let is_key = index.keys.iter().any(|key| *key == IndexKey::column("other_id"));
                    index.include.extend(passenger.filter(|_| !is_key));
                }
            });
            let is_text = |key: &IndexKey| key.subject == IndexKey::column("title").subject;
            self.edit(&at, |object| {
                let Object::Index(Index { keys, .. }) = object else { return };
                for key in keys.iter_mut().filter(|key| is_text(key)) {
                    key.opclass = words.opclass.filter(|_| by_class).map(str::to_owned);
                    key.collation = collates.then(|| words.collation.to_owned());
                }
            });
            if by_method {
                self.by_method(&at, words);
            }
        }
    }

    /// Such a method indexes one column, and knows neither order nor uniqueness.
    fn by_method(&mut self, at: &Address, words: &Words) {
        self.edit(at, |object| {
            let Object::Index(index) = object else { return };
            let is_simple = index.keys.len() == 1 && !index.is_unique && index.include.is_empty();
            let is_plain = index.keys.iter().all(|key| !key.is_descending && key.opclass.is_none());
            if is_simple && is_plain {
                index.method = words.method.map(str::to_owned);
            }
        });
    }
}
