//! The letter cases of `rename_all`, and the words of table names.

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// A letter case, with the words sqlx and serde use for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    /// `lowercase`
    Lower,
    /// `snake_case`
    Snake,
    /// `UPPERCASE`
    Upper,
    /// `SCREAMING_SNAKE_CASE`
    ScreamingSnake,
    /// `kebab-case`
    Kebab,
    /// `camelCase`
    Camel,
    /// `PascalCase`
    Pascal,
}

impl Case {
    /// Every case with its word.
    const WORDS: [(&'static str, Self); 7] = [
        ("lowercase", Self::Lower),
        ("snake_case", Self::Snake),
        ("UPPERCASE", Self::Upper),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
    ];

    /// Reads the word of an attribute.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(text, _)| *text == word).map(|(_, case)| case)
    }

    /// The words there are, for help.
    pub(crate) fn words() -> [&'static str; 7] {
        Self::WORDS.map(|(text, _)| text)
    }

    /// A Rust name in this case.
    pub(crate) fn of(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Snake => name.to_snake_case(),
            Self::Upper => name.to_uppercase(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Pascal => name.to_pascal_case(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_are_those_of_sqlx() {
        let all: Vec<String> = Case::WORDS.iter().map(|(_, case)| case.of("SoSo")).collect();
        assert_eq!(all, ["soso", "so_so", "SOSO", "SO_SO", "so-so", "soSo", "SoSo"]);
        assert_eq!(Case::from_word("kebab-case"), Some(Case::Kebab));
        assert_eq!(Case::from_word("Kebab"), None);
    }
}
