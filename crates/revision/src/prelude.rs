//! What a revision file uses: `use ambix::prelude::*;`.

pub use crate::operations::OnAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
pub use crate::operations::Timing::{Deferred, Immediate};
pub use crate::operations::{
    Operations, array, bigint, binary, boolean, bytes, character, check, cidr, column, date, decimal,
    decimal_precision, decimal_unlimited, double, enum_type, exclude, expr, foreign_key, inet, integer,
    interval, json, jsonb, key, macaddr, null, number, primary_key, real, set_default, set_null, smallint,
    sql_type, table, text, time, timestamp, timestamptz, timetz, tinyint, unique, unsigned, uuid, varbinary,
    varchar, varchar_unlimited,
};
