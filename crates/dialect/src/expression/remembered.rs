//! Texts that were brought to their spelling before: a schema says `now()` a thousand times, and to parse is
//! what costs.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ambix_schema::{Literal, Name, Type};

use super::{Grammar, Setting};

/// How many texts are remembered, each in how many settings.
const MAX_TEXTS: usize = 1024;
const MAX_SETTINGS: usize = 8;

/// What was made of a text, and what that depended on.
struct Remembered<T> {
    grammar: Grammar,
    default_namespace: Name,
    /// The columns that were asked for and what was said of each; `None` where no columns are known.
    asked: Option<BTreeMap<String, Option<Type>>>,
    result: T,
}

/// What was made of texts, by text.
pub(super) struct Memory<T>(RefCell<BTreeMap<String, Vec<Remembered<T>>>>);

thread_local! {
    /// Expressions in their one spelling.
    pub(super) static SPELLED: Memory<String> = const { Memory::new() };
    /// The literals that expressions are, with the types they are cast to.
    pub(super) static LITERALS: Memory<Option<(Literal, Option<Type>)>> = const { Memory::new() };
}

impl<T: Clone> Memory<T> {
    const fn new() -> Self {
        Self(RefCell::new(BTreeMap::new()))
    }

    /// What `make` makes of a text, or made of it in a setting that answered all its questions alike. Only
    /// whoever measures time can tell the two apart.
    pub(super) fn of(
        &self,
        text: &str,
        setting: &Setting<'_>,
        make: impl FnOnce(&str, &Setting<'_>) -> T,
    ) -> T {
        if let Some(known) = self.recall(text, setting) {
            return known;
        }
        let asked = RefCell::new(BTreeMap::new());
        let result = match setting.columns {
            Some(columns) => {
                let columns = |name: &str| {
                    let ty = columns(name);
                    asked.borrow_mut().insert(name.to_owned(), ty.clone());
                    ty
                };
                make(text, &Setting { columns: Some(&columns), ..*setting })
            }
            None => make(text, setting),
        };
        let remembered = Remembered {
            grammar: setting.grammar,
            default_namespace: setting.default_namespace.clone(),
            asked: setting.columns.map(|_| asked.into_inner()),
            result: result.clone(),
        };
        self.keep(text, remembered);
        result
    }

    fn recall(&self, text: &str, setting: &Setting<'_>) -> Option<T> {
        let all = self.0.borrow();
        let known = all.get(text)?.iter().find(|known| known.holds_in(setting))?;
        Some(known.result.clone())
    }

    fn keep(&self, text: &str, remembered: Remembered<T>) {
        // Not while a question about columns is answered, which may lead here again.
        let Ok(mut all) = self.0.try_borrow_mut() else { return };
        if all.len() >= MAX_TEXTS && !all.contains_key(text) {
            return;
        }
        let settings = all.entry(text.to_owned()).or_default();
        if settings.len() < MAX_SETTINGS {
            settings.push(remembered);
        }
    }
}

impl<T> Remembered<T> {
    fn holds_in(&self, setting: &Setting<'_>) -> bool {
        let answers_alike = match (&self.asked, setting.columns) {
            (Some(asked), Some(columns)) => asked.iter().all(|(name, ty)| columns(name) == *ty),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        answers_alike
            && self.grammar == setting.grammar
            && self.default_namespace == *setting.default_namespace
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical_expression_in;
    use super::*;

    #[test]
    fn a_text_is_spelled_anew_where_its_columns_have_other_types() {
        let namespace = Name::from("public");
        let spelled = |ty: Type| {
            let columns = |_: &str| Some(ty.clone());
            let grammar = Grammar::Postgres;
            let setting = Setting { grammar, default_namespace: &namespace, columns: Some(&columns) };
            canonical_expression_in("(state)::text = 'new'::text", &setting)
        };
        let first = (spelled(Type::Text), spelled(Type::Integer));
        assert_ne!(first.0, first.1);
        assert_eq!((spelled(Type::Text), spelled(Type::Integer)), first);
    }
}
