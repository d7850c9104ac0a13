//! A revision file's text, taken piece by piece. Knows the plain spellings only, and says so otherwise.

/// A text on its way. Every method gives `None`, or `false`, for what it does not know.
pub(super) struct Scanner<'t> {
    pub(super) rest: &'t str,
}

impl<'t> Scanner<'t> {
    pub(super) fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\t']);
    }

    /// Skips what stands next, and the space before it.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }

    pub(super) fn line(&mut self) -> &'t str {
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        line
    }

    /// The text at the head of the file, spelled as the full reader gives it.
    pub(super) fn doc(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            self.space();
            let Some(after) = self.rest.strip_prefix("//!") else { break };
            self.rest = after;
            let text = self.line();
            lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
        }
        lines.join("\n")
    }

    /// Skips space and comments that are for people.
    pub(super) fn blank(&mut self) -> Option<()> {
        loop {
            self.space();
            if !self.rest.starts_with("//") {
                // A comment of another form may be an attribute.
                return (!self.rest.starts_with("/*")).then_some(());
            }
            if self.rest.starts_with("///") || self.rest.starts_with("//!") {
                return None;
            }
            self.line();
        }
    }

    pub(super) fn word(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A text without escapes.
    pub(super) fn text(&mut self) -> Option<&'t str> {
        self.expect("\"")?;
        let end = self.rest.find(['"', '\\', '\n'])?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// `&str = "…";`
    pub(super) fn text_constant(&mut self) -> Option<&'t str> {
        for token in ["&", "str", "="] {
            self.expect(token)?;
        }
        let text = self.text()?;
        self.expect(";")?;
        Some(text)
    }

    /// `&[&str] = &["…", "…"];`
    pub(super) fn list_constant(&mut self) -> Option<Vec<&'t str>> {
        for token in ["&", "[", "&", "str", "]", "=", "&", "["] {
            self.expect(token)?;
        }
        let mut texts = Vec::new();
        while !self.take("]") {
            texts.push(self.text()?);
            if !self.take(",") {
                self.expect("]")?;
                break;
            }
        }
        self.expect(";")?;
        Some(texts)
    }

    /// A block, whatever it says: the text between its braces.
    pub(super) fn block(&mut self) -> Option<&'t str> {
        self.expect("{")?;
        let body = self.rest;
        let mut depth = 1_usize;
        loop {
            let c = self.rest.chars().next()?;
            let after = &self.rest[c.len_utf8()..];
            self.rest = match c {
                '{' => {
                    depth += 1;
                    after
                }
                '}' if depth == 1 => {
                    let body = &body[..body.len() - self.rest.len()];
                    self.rest = after;
                    return Some(body);
                }
                '}' => {
                    depth -= 1;
                    after
                }
                '/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, rest)| rest),
                '/' if after.starts_with('*') => after_comment(after)?,
                '"' => after_text(after)?,
                'r' => after_raw(after),
                '\'' => after_quote(after),
                _ => after,
            };
        }
    }
}

/// What follows a comment that may hold others; `text` begins with its `*`.
fn after_comment(text: &str) -> Option<&str> {
    let mut rest = &text[1..];
    let mut depth = 1;
    while depth > 0 {
        let at = rest.find(['*', '/'])?;
        let (opens, closes) = (rest[at..].starts_with("/*"), rest[at..].starts_with("*/"));
        rest = &rest[at + if opens || closes { 2 } else { 1 }..];
        depth = if opens { depth + 1 } else { depth - usize::from(closes) };
    }
    Some(rest)
}

/// What follows a text whose opening quote has been read.
fn after_text(mut rest: &str) -> Option<&str> {
    loop {
        let at = rest.find(['"', '\\'])?;
        let is_end = rest[at..].starts_with('"');
        rest = &rest[at + 1..];
        if is_end {
            return Some(rest);
        }
        let escaped = rest.chars().next()?;
        rest = &rest[escaped.len_utf8()..];
    }
}

/// What follows a raw text whose `r` has been read, or an `r` that is a part of a word.
fn after_raw(text: &str) -> &str {
    let rest = text.trim_start_matches('#');
    let hashes = text.len() - rest.len();
    let Some(rest) = rest.strip_prefix('"') else { return text };
    let end = format!("\"{}", "#".repeat(hashes));
    rest.split_once(end.as_str()).map_or("", |(_, rest)| rest)
}

/// What follows a character, or the quote of a lifetime.
fn after_quote(text: &str) -> &str {
    let mut chars = text.chars();
    match chars.next() {
        Some('\\') => {
            chars.next();
            chars.as_str().split_once('\'').map_or("", |(_, rest)| rest)
        }
        Some(_) => chars.as_str().strip_prefix('\'').unwrap_or(text),
        None => text,
    }
}
