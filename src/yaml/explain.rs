//! Why a text is not YAML, in the words of somebody who writes such files.

use granit_parser::ErrorKind;

use super::About;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::source::{FileId, Span};

/// A finding for what the parser stumbled over at a byte of the text, within a bracket that is still open.
pub(super) fn explain(file: FileId, text: &str, about: &About, at: usize, kind: &ErrorKind, bracket: Option<Span>) -> Diagnostic {
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
    // Whoever forgets a closing bracket makes the parser stumble over the next fact.
    if let Some(bracket) = bracket
        && text.get(bracket.start as usize..at).is_some_and(|between| between.contains('\n'))
        && matches!(
            kind,
            ErrorKind::MappingValueNotAllowed
                | ErrorKind::InvalidColonPlacement
                | ErrorKind::ExpectedFlowMappingSeparator
                | ErrorKind::ExpectedFlowSequenceSeparator
        )
    {
        let open = if text[bracket.start as usize..].starts_with('[') { '[' } else { '{' };
        let message = format!("expected `{}` to close `{open}`, found {} on a later line first", closing(open), found(text, at));
        return Diagnostic::new(&codes::NOT_YAML, Span { end: bracket.start + 1, ..bracket }, message)
            .related(place, "this can't be part of it")
            .help("close the bracket; a text with `,`, `:` or brackets in it needs quotes");
    }
    if matches!(kind, ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed | ErrorKind::SimpleKeyExpected) {
        return colon(file, text, about, at);
    }
    let (one, many) = (about.one, about.many);
    let (code, message, help): (&'static Code, String, String) = match kind {
        ErrorKind::DirectiveDisallowed => {
            (&codes::NOT_PLAIN_YAML, format!("expected {many}, found a directive, which begins with `%`"), "leave the line out".into())
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => (
            &codes::NOT_YAML,
            "expected a quote that ends this text, found none".into(),
            "close the quote, or leave both quotes out".into(),
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            &codes::NOT_YAML,
            "expected the end of the line after the closing quote, found more text".into(),
            "quote the whole text; a quote within single quotes is doubled, within double quotes written as `\\\"`".into(),
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
            "write `\\\\` for a backslash, or put the text into single quotes".into(),
        ),
        ErrorKind::UnclosedFlowCollection { open } => (
            &codes::NOT_YAML,
            format!("expected `{}` to close `{open}`, found the end of what belongs to it", closing(*open)),
            "close the bracket, or quote the text if the bracket is part of it".into(),
        ),
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => (
            &codes::NOT_YAML,
            format!("expected `,` or `]`, found {}", found(text, at)),
            "close the list; a text with `,` or `]` in it needs quotes".into(),
        ),
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping | ErrorKind::ExpectedFlowMappingSeparator => (
            &codes::NOT_YAML,
            format!("expected `,` or `}}`, found {}", found(text, at)),
            "close the braces; a text with `,`, `:` or `}` in it needs quotes".into(),
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            &codes::NOT_YAML,
            format!("expected `{}` to close `{open}`, found `{close}`", closing(*open)),
            "use the same kind of bracket at both ends".into(),
        ),
        ErrorKind::MisplacedFlowCollectionEnd => (
            &codes::NOT_YAML,
            "expected a value, found a closing bracket that nothing opened".into(),
            "leave it out, or quote the text it belongs to".into(),
        ),
        ErrorKind::InvalidColonPlacement => {
            (&codes::NOT_YAML, "expected a value, found a colon".into(), "quote a text that has `:` in it".into())
        }
        ErrorKind::InvalidSimpleKey => (
            &codes::NOT_YAML,
            format!("expected a colon and a blank after the name of a {one}, found none"),
            "write it as `name: value`; a text over several lines is indented more than its name".into(),
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
            format!("indent all {many} of a group, and all entries of a list, alike"),
        ),
        ErrorKind::UnexpectedCharacter { .. } => {
            (&codes::NOT_YAML, format!("expected a value, found {}, which can't begin one", found(text, at)), "quote the text".into())
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => (
            &codes::NOT_YAML,
            "expected the end of the line after `|` or `>`, which begin a text of several lines, found more".into(),
            "quote a text that begins with `|` or `>`".into(),
        ),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator | ErrorKind::BlockEntryInFlowCollection => {
            (&codes::NOT_YAML, "expected a value within brackets, found `-`".into(), "leave the dash out, or quote the text".into())
        }
        ErrorKind::CommentNotSeparated => (
            &codes::NOT_YAML,
            "expected a blank before `#`, found none".into(),
            "put a blank there, or quote the text if `#` is part of it".into(),
        ),
        ErrorKind::CommentInterceptedScalar => (
            &codes::NOT_YAML,
            "expected the rest of the text, found a comment within it".into(),
            "put the comment before or after the text".into(),
        ),
        ErrorKind::MissingAnchorOrAliasName => (
            &codes::NOT_YAML,
            "expected a value, found a sign that can't begin a text".into(),
            "quote a text that begins with `*` or `&`".into(),
        ),
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
            "leave the tag out, or quote the text".into(),
        ),
        ErrorKind::BomInsideDocument => {
            (&codes::NOT_YAML, format!("expected {many}, found an invisible mark (U+FEFF) in the middle of the text"), "delete it".into())
        }
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::ExpectedNodeContent => {
            (&codes::NOT_YAML, format!("expected a value, found {}", found(text, at)), "write `null` where a value is not known".into())
        }
        ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd => (
            &codes::NOT_YAML,
            format!("expected the end of the {}, found {}", about.file, found(text, at)),
            "write the whole either as lines `name: value` or within one pair of brackets".into(),
        ),
        _ => (
            &codes::NOT_YAML,
            format!("expected {many}, found {}, which YAML does not allow here", found(text, at)),
            "quote the text it belongs to".into(),
        ),
    };
    Diagnostic::new(code, place, message).help(help)
}

/// A finding for a colon that makes no sense where it stands. The line before it says which slip it was.
fn colon(file: FileId, text: &str, about: &About, at: usize) -> Diagnostic {
    let start = line_start(text, at);
    let (one, many) = (about.one, about.many);
    let finding = |span: Span, message: &str, help: &str| Diagnostic::new(&codes::NOT_YAML, span, message).help(help);
    if text[start..at].contains(": ") {
        return finding(
            Span::new(file, at, at + 1),
            "expected one value for one name, found another `: ` on the line",
            &format!("quote a text that has `: ` in it; {many} of a group stand on lines of their own, indented"),
        );
    }
    let key = Span::new(file, start + indentation(&text[start..]), at);
    let mut end = start;
    let above = loop {
        let Some(line_end) = text[..end].rfind('\n') else { break None };
        let above = line_start(text, line_end);
        let line = text[above..line_end].trim_end();
        if !line.trim_start().is_empty() && !line.trim_start().starts_with('#') {
            break Some((above, line));
        }
        end = above;
    };
    match above {
        Some((above, line)) if !(line.contains(": ") || line.ends_with(':')) => finding(
            Span::new(file, above + indentation(line), above + line.len()),
            &format!("expected a colon and a blank after the name of a {one}, found none"),
            "write it as `name: value`; a text over several lines is indented more than its name",
        ),
        Some((_, line)) if indentation(line) < indentation(&text[start..]) => finding(
            key,
            "expected the line to begin under its neighbours, found a deeper indentation",
            &format!("indent all {many} of a group alike; a name with a value of its own has no {many} below it"),
        ),
        _ => finding(
            key,
            &format!("expected one {one} to end before the next begins, found this one within the text above"),
            "indent it like its neighbours, and close the quotes and brackets above it",
        ),
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
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
        Some('`') => "a backtick".into(),
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

/// The first tab among the blanks with which a line begins, or the line after it, where a text was expected to end.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let line = line_start(text, at);
    let next = text[line..].find('\n').map(|end| line + end + 1);
    std::iter::once(line).chain(next).find_map(|line| {
        let blanks = text[line..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        text[line..line + blanks].find('\t').map(|tab| line + tab)
    })
}
