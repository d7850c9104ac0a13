//! Whether a literal default fits the type of its column.

use ambix_schema::{Literal, Type};

/// Why a literal does not fit: what is wrong, and the way out.
pub(crate) struct Misfit {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// A literal as the default of a column; `values` are those of the column's enum.
pub(crate) fn fit(literal: &Literal, ty: &Type, values: Option<&[&str]>) -> Result<Literal, Misfit> {
    match ty {
        Type::Boolean => match literal {
            Literal::Bool(_) | Literal::Null => Ok(literal.clone()),
            Literal::Number(_) | Literal::Text(_) => Err(wrong(literal, ty, "write `true` or `false`")),
        },
        Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt | Type::Unsigned(_) => {
            integer(literal, ty)
        }
        Type::Real | Type::Double | Type::Decimal { .. } => number(literal, ty),
        Type::Char { length } | Type::Varchar { length: Some(length) } => text(literal, ty, Some(*length)),
        Type::Enum(_) => one_of(literal, ty, values),
        Type::Date | Type::Time { .. } | Type::Timestamp { .. } | Type::Interval => moment(literal, ty),
        Type::Varchar { length: None }
        | Type::Text
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Uuid
        | Type::Json
        | Type::Jsonb
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_) => text(literal, ty, None),
        // What a type of the database's own takes as a literal is its business.
        Type::Defined(_) | Type::Other(_) => Ok(literal.clone()),
    }
}

fn wrong(literal: &Literal, ty: &Type, help: impl Into<String>) -> Misfit {
    Misfit {
        message: format!("{} is no value of a column of type {ty}", show(literal)),
        help: Some(help.into()),
    }
}

fn show(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("the text {text:?}"),
        Literal::Number(digits) => format!("the number {digits}"),
        Literal::Bool(_) | Literal::Null => format!("`{literal}`"),
    }
}

fn integer(literal: &Literal, ty: &Type) -> Result<Literal, Misfit> {
    let Literal::Number(digits) = literal else {
        return Err(wrong(literal, ty, "write a number without quotes"));
    };
    let Ok(value) = digits.parse::<i128>() else {
        return Err(wrong(literal, ty, "write a whole number"));
    };
    let (least, most) = if let Type::Unsigned(inner) = ty {
        (0, (1_i128 << bits(inner)) - 1)
    } else {
        (-(1_i128 << (bits(ty) - 1)), (1_i128 << (bits(ty) - 1)) - 1)
    };
    if value < least || value > most {
        return Err(wrong(literal, ty, format!("its values go from {least} to {most}")));
    }
    Ok(Literal::Number(value.to_string()))
}

fn bits(ty: &Type) -> u32 {
    let narrow = [(Type::TinyInt, 8), (Type::SmallInt, 16), (Type::Integer, 32)];
    narrow.into_iter().find(|(narrow, _)| narrow == ty).map_or(64, |(_, bits)| bits)
}

fn number(literal: &Literal, ty: &Type) -> Result<Literal, Misfit> {
    match literal {
        Literal::Number(_) | Literal::Null => Ok(literal.clone()),
        Literal::Bool(_) | Literal::Text(_) => Err(wrong(literal, ty, "write a number without quotes")),
    }
}

fn text(literal: &Literal, ty: &Type, length: Option<u32>) -> Result<Literal, Misfit> {
    let Literal::Text(value) = literal else {
        return Err(wrong(literal, ty, "write a text in quotes, or an expression with `default_sql`"));
    };
    let characters = value.chars().count();
    if length.is_some_and(|length| characters > length as usize) {
        return Err(Misfit {
            message: format!("the default has {characters} characters, more than {ty} holds"),
            help: None,
        });
    }
    Ok(literal.clone())
}

fn one_of(literal: &Literal, ty: &Type, values: Option<&[&str]>) -> Result<Literal, Misfit> {
    let Literal::Text(value) = literal else {
        return Err(wrong(literal, ty, "write one of its values in quotes"));
    };
    match values {
        Some(values) if !values.contains(&value.as_str()) => {
            let help = match crate::attributes::nearest(value, values.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("its values are {}", values.join(", ")),
            };
            Err(Misfit { message: format!("{value:?} is no value of enum {ty}"), help: Some(help) })
        }
        Some(_) | None => Ok(literal.clone()),
    }
}

fn moment(literal: &Literal, ty: &Type) -> Result<Literal, Misfit> {
    let Literal::Text(value) = literal else {
        return Err(wrong(literal, ty, "write it in quotes, or an expression with `default_sql`"));
    };
    // `now()` in quotes is the moment the table was made, for ever: never what is meant.
    let is_call = value.ends_with(')') || value.to_ascii_lowercase().starts_with("current_");
    if is_call || value.eq_ignore_ascii_case("now") {
        return Err(Misfit {
            message: format!("{value:?} is an expression, not a literal"),
            help: Some(format!("write `default_sql = {value:?}`")),
        });
    }
    Ok(literal.clone())
}
