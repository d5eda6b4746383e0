//! Why a text is not YAML, in the words of somebody who writes fact sheets.

use granit_parser::ErrorKind;

use crate::diagnostic::{Code, Diagnostic, codes};
use crate::source::{FileId, Span};

/// A finding for what the parser stumbled over at a byte of the text.
pub(super) fn explain(file: FileId, text: &str, at: usize, kind: &ErrorKind) -> Diagnostic {
    let at = floor(text, at);
    let place = character(file, text, at);
    if let Some(tab) = tab_before(text, at) {
        return Diagnostic::new(
            &codes::NOT_YAML,
            Span::new(file, tab, tab + 1),
            "expected blanks at the beginning of the line, found a tab",
        )
        .help("YAML indents with spaces: put two for each level");
    }
    if *kind == ErrorKind::RecursionLimitExceeded {
        return too_deep(place);
    }
    let (code, message, help): (&'static Code, String, &str) = match kind {
        ErrorKind::DirectiveDisallowed => {
            (&codes::NOT_PLAIN_YAML, "expected facts, found a directive, which begins with `%`".into(), "leave the line out")
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            (&codes::NOT_YAML, "expected a quote that ends this text, found none".into(), "close the quote, or leave both quotes out")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            &codes::NOT_YAML,
            "expected the end of the line after the closing quote, found more text".into(),
            "quote the whole text; a quote within single quotes is doubled, within double quotes written as `\\\"`",
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => (
            &codes::NOT_YAML,
            "expected a known sign after `\\` within double quotes, found another".into(),
            "write `\\\\` for a backslash, or put the text into single quotes",
        ),
        ErrorKind::UnclosedFlowCollection { open } => (
            &codes::NOT_YAML,
            format!("expected `{}` to close `{open}`, found the end of what belongs to it", closing(*open)),
            "close the bracket, or quote the text if the bracket is part of it",
        ),
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => (
            &codes::NOT_YAML,
            format!("expected `,` or `]`, found {}", found(text, at)),
            "close the list; a text with `,` or `]` in it needs quotes",
        ),
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping | ErrorKind::ExpectedFlowMappingSeparator => (
            &codes::NOT_YAML,
            format!("expected `,` or `}}`, found {}", found(text, at)),
            "close the braces; a text with `,`, `:` or `}` in it needs quotes",
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            &codes::NOT_YAML,
            format!("expected `{}` to close `{open}`, found `{close}`", closing(*open)),
            "use the same kind of bracket at both ends",
        ),
        ErrorKind::MisplacedFlowCollectionEnd => (
            &codes::NOT_YAML,
            "expected a value, found a closing bracket that nothing opened".into(),
            "leave it out, or quote the text it belongs to",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement | ErrorKind::MappingKeyNotAllowed => (
            &codes::NOT_YAML,
            "expected one value for one name, found another `: ` on the line".into(),
            "quote a text that has `: ` in it; facts of a group stand on lines of their own, indented",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            &codes::NOT_YAML,
            "expected a colon and a blank after the name of a fact, found none".into(),
            "write it as `name: value`; a text over several lines is indented more than its name",
        ),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => (
            &codes::NOT_YAML,
            "expected the line to begin under its neighbours, found another indentation".into(),
            "indent all facts of a group, and all entries of a list, alike",
        ),
        ErrorKind::UnexpectedCharacter { character } => {
            (&codes::NOT_YAML, format!("expected a value, found `{character}`, which can't begin one"), "quote the text")
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => (
            &codes::NOT_YAML,
            "expected the end of the line after `|` or `>`, which begin a text of several lines, found more".into(),
            "quote a text that begins with `|` or `>`",
        ),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator | ErrorKind::BlockEntryInFlowCollection => {
            (&codes::NOT_YAML, "expected a value within brackets, found `-`".into(), "leave the dash out, or quote the text")
        }
        ErrorKind::CommentNotSeparated => (
            &codes::NOT_YAML,
            "expected a blank before `#`, found none".into(),
            "put a blank there, or quote the text if `#` is part of it",
        ),
        ErrorKind::CommentInterceptedScalar => (
            &codes::NOT_YAML,
            "expected the rest of the text, found a comment within it".into(),
            "put the comment before or after the text",
        ),
        ErrorKind::MissingAnchorOrAliasName => {
            (&codes::NOT_YAML, "expected a value, found a sign that can't begin a text".into(), "quote a text that begins with `*` or `&`")
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::InvalidTagUtf8LeadingByte
        | ErrorKind::InvalidTagUtf8TrailingByte
        | ErrorKind::InvalidTagUtf8 => (
            &codes::NOT_PLAIN_YAML,
            "expected a plain value, found a tag, which begins with `!`".into(),
            "leave the tag out, or quote the text",
        ),
        ErrorKind::BomInsideDocument => {
            (&codes::NOT_YAML, "expected facts, found an invisible mark (U+FEFF) in the middle of the text".into(), "delete it")
        }
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::ExpectedNodeContent => {
            (&codes::NOT_YAML, format!("expected a value, found {}", found(text, at)), "write `null` where a value is not known")
        }
        ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd => (
            &codes::NOT_YAML,
            format!("expected the end of the fact sheet, found {}", found(text, at)),
            "write the whole sheet either as lines `name: value` or within one pair of brackets",
        ),
        _ => (
            &codes::NOT_YAML,
            format!("expected facts, found {}, which YAML does not allow here", found(text, at)),
            "quote the text it belongs to",
        ),
    };
    Diagnostic::new(code, place, message).help(help)
}

/// A finding for a collection within too many others.
pub(super) fn too_deep(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::NESTED_TOO_DEEP, place, format!("expected at most {} levels of nesting, found more", super::DEEPEST))
}

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// What stands at a place.
fn found(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        None => "the end of the file".into(),
        Some('\n' | '\r') => "the end of the line".into(),
        Some(' ') => "a blank".into(),
        Some(next) if next.is_control() => format!("an invisible sign (U+{:04X})", u32::from(next)),
        Some(next) => format!("`{next}`"),
    }
}

/// A place that does not cut a character in two, and has something to point at: what is missing is missing after the last thing written.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if at == text.len() { text.trim_end().len() } else { at }
}

/// The character at a place, if one is left.
fn character(file: FileId, text: &str, at: usize) -> Span {
    let width = text.get(at..).and_then(|rest| rest.chars().next()).filter(|next| !next.is_control()).map_or(0, char::len_utf8);
    Span::new(file, at, at + width)
}

/// The first tab among the blanks with which a line begins.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let blanks = text[line..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    text[line..line + blanks].find('\t').map(|tab| line + tab)
}
