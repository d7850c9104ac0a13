//! The clause behind `PARTITION BY`, as the catalog has it: the keys quoted, and every partition named.

use ambix_schema::Expr;

/// Most partitions that a table can have.
const MOST: u32 = 8_192;

/// A clause in its one spelling: `hash(id) partitions 2` is ``HASH (`id`) (PARTITION `p0`, PARTITION `p1`)``.
/// `expr` brings an expression to its one spelling.
pub(super) fn canonical(text: &str, expr: impl Fn(&Expr) -> Expr) -> String {
    let text = text.trim();
    let Some((method, keys, rest)) = parts(text) else { return text.to_owned() };
    let method = method.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    // A call without a name is a list of expressions, which the one parser reads.
    let call = expr(&Expr::from(format!("partition_keys({keys})")));
    let Some(keys) = call.as_str().strip_prefix("partition_keys") else { return text.to_owned() };
    let is_counted = method.ends_with("HASH") || method.ends_with("KEY");
    let rest = match count(rest).filter(|_| is_counted) {
        Some(count) => {
            let named: Vec<String> = (0..count).map(|number| format!("PARTITION `p{number}`")).collect();
            format!("({})", named.join(", "))
        }
        None => rest.to_owned(),
    };
    format!("{method} {keys} {rest}").trim_end().to_owned()
}

/// The method, what stands in its parentheses, and what follows them.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('(')?;
    let mut depth = 0_u32;
    let mut quote = None;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 1 => {
                return Some((text[..open].trim(), text[open + 1..at].trim(), text[at + 1..].trim()));
            }
            (None, ')') => depth -= 1,
            (Some(_) | None, _) => {}
        }
    }
    None
}

/// How many partitions are asked for: one where nothing is said.
fn count(rest: &str) -> Option<u32> {
    if rest.is_empty() {
        return Some(1);
    }
    let (word, number) = rest.split_once(char::is_whitespace)?;
    let number = number.trim().parse().ok().filter(|number| (1..=MOST).contains(number))?;
    word.eq_ignore_ascii_case("partitions").then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_spelled_as_the_catalog_spells_it() {
        let quoted = |expr: &Expr| Expr::from(expr.as_str().replace("(id)", "(`id`)"));
        let spelled = |text: &str| canonical(text, quoted);
        let two = "HASH (`id`) (PARTITION `p0`, PARTITION `p1`)";
        assert_eq!(spelled("hash(id)  partitions 2"), two);
        assert_eq!(spelled(two), two);
        assert_eq!(spelled("LINEAR  KEY (id)"), "LINEAR KEY (`id`) (PARTITION `p0`)");
        let range = "RANGE (`id`) (PARTITION `a)` VALUES LESS THAN (10))";
        assert_eq!(spelled(range), range);
        for odd in ["", "hash", "hash (id", "HASH (`id`) PARTITIONS x", "HASH (`id`) PARTITIONS 99999"] {
            assert_eq!(spelled(odd), odd);
        }
    }
}
