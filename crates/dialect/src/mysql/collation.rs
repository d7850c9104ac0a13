//! Collations, whose names begin with the character set they are for.

use super::facts::{Features, Flavour};

/// A collation in the name newer servers have for it.
pub(super) fn canonical_collation(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name,
    }
}

/// The collation a character set has when nobody says one; `None` where that is not known here.
pub(super) fn default_collation(charset: &str, features: Features) -> Option<&'static str> {
    let is_mysql = features.flavour == Flavour::MySql;
    Some(match charset.to_ascii_lowercase().as_str() {
        "utf8mb4" if is_mysql => "utf8mb4_0900_ai_ci",
        "utf8mb4" if features.uca_by_default => "utf8mb4_uca1400_ai_ci",
        "utf8mb4" => "utf8mb4_general_ci",
        "utf8" | "utf8mb3" if features.uca_by_default => "utf8mb3_uca1400_ai_ci",
        "utf8" | "utf8mb3" => "utf8mb3_general_ci",
        "latin1" => "latin1_swedish_ci",
        "latin2" => "latin2_general_ci",
        "cp1250" => "cp1250_general_ci",
        "cp1251" => "cp1251_general_ci",
        "koi8r" => "koi8r_general_ci",
        "ascii" => "ascii_general_ci",
        "binary" => "binary",
        _unknown => return None,
    })
}

/// Whether a word can stand as the name of a collation or a character set.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}
