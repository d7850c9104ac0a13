//! Rows of the catalog as a schema. Nothing is brought to one spelling here; that is for `canonical`.

use std::collections::BTreeMap;

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Deferrable, Enum, Exclusion, ExclusionElement, Expr,
    Extension, Facet, ForeignKey, Generated, Identity, IdentityMode, Index, IndexKey, Kind, MatchType, Name,
    Namespace, Nulls, PrimaryKey, Schema, Sequence, SequenceOptions, Silent, Table, TableName, Type, Unique,
    Unmodelled, View,
};

use crate::postgres::{primary_key_name, types};
use crate::{CatalogError, CatalogRow, CatalogRows};

/// The schema that the rows of all queries tell.
pub(in crate::postgres) fn read(rows: &CatalogRows) -> Result<Schema, CatalogError> {
    let mut schema = Schema::new();
    read_namespaces(&mut schema, rows)?;
    read_enums(&mut schema, rows)?;
    read_sequences(&mut schema, rows)?;
    read_tables(&mut schema, rows)?;
    read_columns(&mut schema, rows)?;
    let keys = read_keys(rows)?;
    read_constraints(&mut schema, rows, &keys)?;
    read_indexes(&mut schema, rows, &keys)?;
    read_views(&mut schema, rows)?;
    read_unmodelled(&mut schema, rows)?;
    Ok(schema)
}

/// One query's row, with the query's name for what may go wrong.
#[derive(Clone, Copy)]
struct Row<'a> {
    query: &'static str,
    row: CatalogRow<'a>,
}

fn rows_of<'a>(rows: &'a CatalogRows, query: &'static str) -> impl Iterator<Item = Row<'a>> {
    rows.of(query).map(move |row| Row { query, row })
}

impl<'a> Row<'a> {
    fn text(self, column: &str) -> Result<&'a str, CatalogError> {
        self.row.text(self.query, column)
    }

    fn optional(self, column: &str) -> Option<&'a str> {
        self.row.optional(column)
    }

    fn owned(self, column: &str) -> Option<String> {
        self.optional(column).map(str::to_owned)
    }

    fn flag(self, column: &str) -> bool {
        self.row.flag(column)
    }

    fn name(self, column: &str) -> Result<Name, CatalogError> {
        self.text(column).map(Name::from)
    }

    fn table(self) -> Result<TableName, CatalogError> {
        Ok(TableName::qualified(self.text("namespace")?, self.text("table")?))
    }

    fn own_name(self) -> Result<TableName, CatalogError> {
        Ok(TableName::qualified(self.text("namespace")?, self.text("name")?))
    }

    fn number(self, column: &str) -> Result<Option<i64>, CatalogError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| self.error(format!("{column} is {text:?}, which is no whole number")))
        };
        self.optional(column).map(parse).transpose()
    }

    /// A list that the server wrote as JSON; none when it is null.
    fn list(self, column: &str) -> Result<Vec<String>, CatalogError> {
        let Some(text) = self.optional(column) else { return Ok(Vec::new()) };
        serde_json::from_str(text)
            .map_err(|error| self.error(format!("{column} is no list of texts: {error}")))
    }

    fn names(self, column: &str) -> Result<Vec<Name>, CatalogError> {
        Ok(self.list(column)?.into_iter().map(Name::from).collect())
    }

    /// `{fillfactor=70}` as a map.
    fn options(self) -> Result<BTreeMap<String, String>, CatalogError> {
        let options = self.list("options")?;
        Ok(options
            .into_iter()
            .map(|option| match option.split_once('=') {
                Some((key, value)) => (key.to_owned(), value.to_owned()),
                None => (option, String::new()),
            })
            .collect())
    }

    fn sequence_options(self) -> Result<SequenceOptions, CatalogError> {
        Ok(SequenceOptions {
            start: self.number("start")?,
            increment: self.number("increment")?,
            min: self.number("min")?,
            max: self.number("max")?,
            cache: self.number("cache")?,
            is_cyclic: self.flag("is_cyclic"),
        })
    }

    fn deferrable(self) -> Deferrable {
        match (self.flag("is_deferrable"), self.flag("is_deferred")) {
            (false, _) => Deferrable::No,
            (true, false) => Deferrable::InitiallyImmediate,
            (true, true) => Deferrable::InitiallyDeferred,
        }
    }

    fn error(self, reason: impl Into<String>) -> CatalogError {
        CatalogError::new(self.query, reason)
    }
}

fn read_namespaces(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "namespaces") {
        let namespace = Namespace { comment: row.owned("comment") };
        schema.insert(Address::namespace(row.name("namespace")?), namespace);
    }
    for row in rows_of(rows, "extensions") {
        // Which version a server offers is not for a schema to say.
        schema.insert(Address::extension(row.name("name")?), Extension { version: None });
    }
    Ok(())
}

fn read_enums(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut enums: BTreeMap<TableName, Enum> = BTreeMap::new();
    for row in rows_of(rows, "enums") {
        let object = enums.entry(row.own_name()?).or_default();
        object.comment = row.owned("comment");
        object.values.extend(row.owned("value"));
    }
    for (name, object) in enums {
        schema.insert(Address::of(Kind::Enum, name), object);
    }
    Ok(())
}

fn read_sequences(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "sequences") {
        let owner = match (
            row.optional("owner_namespace"),
            row.optional("owner_table"),
            row.optional("owner_column"),
        ) {
            (Some(namespace), Some(table), Some(column)) => {
                Some(Address::column(TableName::qualified(namespace, table), column))
            }
            (_, _, _) => None,
        };
        let sequence = Sequence {
            ty: types::parse(row.text("type")?),
            options: row.sequence_options()?,
            owned_by: owner,
        };
        schema.insert(Address::of(Kind::Sequence, row.own_name()?), sequence);
    }
    Ok(())
}

fn read_tables(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "tables") {
        let table = Table {
            comment: row.owned("comment"),
            options: row.options()?,
            partition_by: row.owned("partition"),
        };
        schema.insert(Address::table(row.own_name()?), table);
    }
    Ok(())
}

fn read_columns(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "columns") {
        let identity = read_identity(row)?;
        let default = row.optional("default").map(Expr::from);
        let is_stored = match row.text("generated")? {
            "" => None,
            "v" => Some(false),
            _stored => Some(true),
        };
        let generated = default.clone().zip(is_stored).map(|(expr, is_stored)| Generated { expr, is_stored });
        let position = row.number("position")?.and_then(|position| u32::try_from(position).ok());
        let column = Column {
            ty: read_type(row)?,
            is_nullable: row.flag("is_nullable"),
            default: default.filter(|_| identity.is_none() && generated.is_none()).map(ColumnDefault::Sql),
            identity,
            generated,
            collation: row.owned("collation"),
            comment: row.owned("comment"),
            position: Silent(position.unwrap_or_default()),
        };
        schema.insert(Address::column(row.table()?, row.name("name")?), column);
    }
    Ok(())
}

fn read_type(row: Row<'_>) -> Result<Type, CatalogError> {
    let (Some(namespace), Some(name)) = (row.optional("enum_namespace"), row.optional("enum_name")) else {
        return Ok(types::parse(row.text("type")?));
    };
    let ty = Type::Enum(TableName::qualified(namespace, name));
    Ok(if row.flag("is_array") { Type::Array(Box::new(ty)) } else { ty })
}

fn read_identity(row: Row<'_>) -> Result<Option<Identity>, CatalogError> {
    let mode = match row.text("identity")? {
        "a" => IdentityMode::Always,
        "d" => IdentityMode::ByDefault,
        _none => {
            let is_next = row
                .optional("default")
                .is_some_and(|text| text.starts_with("nextval('") && text.ends_with("'::regclass)"));
            if !(is_next && row.flag("has_sequence") && row.flag("uses_sequence")) {
                return Ok(None);
            }
            IdentityMode::Serial
        }
    };
    Ok(Some(Identity { mode, options: row.sequence_options()? }))
}

/// The keys and included columns of each index, by table and index name.
type Keys = BTreeMap<(TableName, Name), IndexParts>;

#[derive(Default)]
struct IndexParts {
    elements: Vec<(IndexKey, Option<String>)>,
    include: Vec<Name>,
}

fn read_keys(rows: &CatalogRows) -> Result<Keys, CatalogError> {
    let mut keys = Keys::new();
    for row in rows_of(rows, "index_keys") {
        let parts = keys.entry((row.table()?, row.name("index")?)).or_default();
        if row.flag("is_included") {
            parts.include.push(row.name("column")?);
            continue;
        }
        let mut key = match row.optional("column") {
            Some(column) => IndexKey::column(column),
            None => IndexKey::expr(row.text("expression")?),
        };
        key.is_descending = row.flag("is_descending");
        key.nulls = Some(if row.flag("nulls_first") { Nulls::First } else { Nulls::Last });
        key.collation = row.owned("collation");
        key.opclass = row.owned("opclass");
        parts.elements.push((key, row.owned("operator")));
    }
    Ok(keys)
}

fn read_constraints(schema: &mut Schema, rows: &CatalogRows, keys: &Keys) -> Result<(), CatalogError> {
    for row in rows_of(rows, "constraints") {
        let (table, name) = (row.table()?, row.name("name")?);
        let part = |kind| Address::part(&table, kind, name.clone());
        match row.text("type")? {
            "p" => read_primary_key(schema, row, &table, name)?,
            "u" => {
                let unique = Unique {
                    columns: row.names("columns")?,
                    include: row.names("include")?,
                    nulls_not_distinct: row.flag("nulls_not_distinct"),
                    deferrable: row.deferrable(),
                };
                schema.insert(part(Kind::Unique), unique);
            }
            "c" => {
                let check = Check {
                    expr: Expr::from(row.text("expression")?),
                    is_validated: row.flag("is_validated"),
                    no_inherit: row.flag("no_inherit"),
                };
                schema.insert(part(Kind::Check), check);
            }
            "f" => {
                schema.insert(part(Kind::ForeignKey), read_foreign_key(row)?);
            }
            "x" => {
                let exclusion = read_exclusion(row, keys.get(&(table.clone(), name.clone())))?;
                schema.insert(part(Kind::Exclusion), exclusion);
            }
            other => return Err(row.error(format!("{name} on {table} is of the unknown kind {other:?}"))),
        }
    }
    Ok(())
}

fn read_primary_key(
    schema: &mut Schema,
    row: Row<'_>,
    table: &TableName,
    name: Name,
) -> Result<(), CatalogError> {
    let at = Address::primary_key(table);
    // A renamed table keeps the name its key was given by convention; nobody chose it.
    let is_conventional = name.as_str().trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("_pkey");
    if is_conventional && name != primary_key_name(&table.name) {
        schema.imply(at.clone(), Facet::Name);
    }
    let key = PrimaryKey { name: Some(name), columns: row.names("columns")?, deferrable: row.deferrable() };
    schema.insert(at, key);
    Ok(())
}

fn read_foreign_key(row: Row<'_>) -> Result<ForeignKey, CatalogError> {
    let references = TableName::qualified(row.text("referenced_namespace")?, row.text("referenced_table")?);
    let match_type = match row.text("match")? {
        "f" => MatchType::Full,
        "p" => MatchType::Partial,
        _simple => MatchType::Simple,
    };
    Ok(ForeignKey {
        columns: row.names("columns")?,
        references: (references, row.names("referenced_columns")?),
        on_delete: read_action(row, "on_delete", row.names("set_columns")?)?,
        on_update: read_action(row, "on_update", Vec::new())?,
        match_type,
        deferrable: row.deferrable(),
        is_validated: row.flag("is_validated"),
    })
}

fn read_action(row: Row<'_>, column: &str, columns: Vec<Name>) -> Result<Action, CatalogError> {
    match row.text(column)? {
        "a" => Ok(Action::NoAction),
        "r" => Ok(Action::Restrict),
        "c" => Ok(Action::Cascade),
        "n" => Ok(Action::SetNull(columns)),
        "d" => Ok(Action::SetDefault(columns)),
        other => Err(row.error(format!("{column} is the unknown action {other:?}"))),
    }
}

fn read_exclusion(row: Row<'_>, parts: Option<&IndexParts>) -> Result<Exclusion, CatalogError> {
    let name = row.text("name")?;
    let parts =
        parts.ok_or_else(|| row.error(format!("{name} has no index; the schema may have been changing")))?;
    let elements = parts
        .elements
        .iter()
        .map(|(key, operator)| {
            let operator = operator.clone().ok_or_else(|| row.error(format!("{name} lacks an operator")))?;
            Ok(ExclusionElement { key: key.clone(), operator })
        })
        .collect::<Result<_, CatalogError>>()?;
    Ok(Exclusion {
        elements,
        method: row.owned("method"),
        predicate: row.optional("predicate").map(Expr::from),
        deferrable: row.deferrable(),
    })
}

fn read_indexes(schema: &mut Schema, rows: &CatalogRows, keys: &Keys) -> Result<(), CatalogError> {
    for row in rows_of(rows, "indexes") {
        let (table, name) = (row.table()?, row.name("name")?);
        if !row.flag("is_valid") {
            // What a failed CREATE INDEX CONCURRENTLY leaves behind serves no query.
            let kind = "invalid index".to_owned();
            schema.unmodelled.push(Unmodelled { kind, on: Some(table), name, sql: None });
            continue;
        }
        let parts = keys
            .get(&(table.clone(), name.clone()))
            .ok_or_else(|| row.error(format!("{name} has no keys; the schema may have been changing")))?;
        let index = Index {
            keys: parts.elements.iter().map(|(key, _)| key.clone()).collect(),
            is_unique: row.flag("is_unique"),
            method: row.owned("method"),
            predicate: row.optional("predicate").map(Expr::from),
            include: parts.include.clone(),
            nulls_not_distinct: row.flag("nulls_not_distinct"),
            options: row.options()?,
            comment: row.owned("comment"),
            concurrently: Silent(false),
        };
        schema.insert(Address::part(table, Kind::Index, name), index);
    }
    Ok(())
}

fn read_views(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "views") {
        let view = View {
            definition: Expr::from(row.text("definition")?),
            is_materialized: row.flag("is_materialized"),
        };
        schema.insert(Address::of(Kind::View, row.own_name()?), view);
    }
    Ok(())
}

fn read_unmodelled(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "unmodelled") {
        let namespace = row.text("namespace")?;
        schema.unmodelled.push(Unmodelled {
            kind: row.text("kind")?.to_owned(),
            on: row.optional("table").map(|table| TableName::qualified(namespace, table)),
            name: row.name("name")?,
            sql: row.owned("sql"),
        });
    }
    Ok(())
}
