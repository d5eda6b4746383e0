//! Splits a text into tokens without knowing the grammar. Whatever has to work on texts that do not parse relies on it: finding where items begin,
//! which braces belong together, where reading can go on after a mistake, and what stands at the place of one.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or word.
    Word,
    /// A token that begins with a digit.
    Number,
    /// A text with both quotes.
    Text,
    /// A text that does not end on its line; it reaches to the line's end.
    OpenText,
    /// A sign of one or more characters.
    Mark,
    /// From `#` to the end of the line.
    Comment,
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// Signs of more than one character, longest first.
const LONG_MARKS: [&str; 17] = ["===", "!==", "->", "..", "==", "!=", "<=", ">=", "=>", "=<", "<>", "&&", "||", ":=", "**", "–>", "—>"];

/// What some editors put before a text; it says nothing.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The next token at or after `from`, comments included.
pub(super) fn next(text: &str, from: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let mut start = if from == 0 && text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { from };
    while matches!(bytes.get(start), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        start += 1;
    }
    let first = *bytes.get(start)?;
    let run = |from: usize, holds: fn(u8) -> bool| from + bytes[from..].iter().take_while(|byte| holds(**byte)).count();
    let (kind, end) = match first {
        b'#' => (Kind::Comment, line_end(text, start)),
        b'"' => match text_end(text, start) {
            Some(end) => (Kind::Text, end),
            None => (Kind::OpenText, line_end(text, start)),
        },
        byte if is_word_byte(byte) && !byte.is_ascii_digit() => (Kind::Word, run(start, is_word_byte)),
        byte if byte.is_ascii_digit() => (Kind::Number, run(start, is_word_byte)),
        _ => (Kind::Mark, mark_end(text, start)),
    };
    Some(Token { kind, start, end })
}

/// The next token that is not a comment.
pub(super) fn next_code(text: &str, from: usize) -> Option<Token> {
    let mut from = from;
    loop {
        let token = next(text, from)?;
        if token.kind != Kind::Comment {
            return Some(token);
        }
        from = token.end;
    }
}

/// The first place at or after `from` where code stands; the text's end if there is none.
pub(super) fn skip_blanks(text: &str, from: usize) -> usize {
    next_code(text, from).map_or(text.len(), |token| token.start)
}

/// Whether only blanks stand before `at` on its line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[line..at].trim_start_matches(BYTE_ORDER_MARK).bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Where the line of `at` ends, without its newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |offset| at + offset);
    if end > at && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// Whether a name can't be this word.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// The words that mean the same everywhere.
const RESERVED: [&str; 22] = [
    "and",
    "any",
    "assuming",
    "else",
    "every",
    "false",
    "for",
    "if",
    "in",
    "is",
    "not",
    "of",
    "or",
    "otherwise",
    "satisfies",
    "some",
    "then",
    "today",
    "true",
    "unknown",
    "when",
    "where",
];

/// All of them.
#[cfg(test)]
pub(super) fn reserved_words() -> impl Iterator<Item = &'static str> {
    RESERVED.into_iter()
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// One past the closing quote of the text that begins at `start`.
fn text_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' => return None,
            b'\\' if !matches!(bytes.get(at + 1), None | Some(b'\n')) => at += 2,
            _ => at += 1,
        }
    }
}

fn mark_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    match LONG_MARKS.iter().find(|mark| rest.starts_with(**mark)) {
        // A negated word: the sign and the word are two tokens, as are `!` and `=` only when apart.
        Some(mark) => start + mark.len(),
        None => start + rest.chars().next().map_or(1, char::len_utf8),
    }
}
