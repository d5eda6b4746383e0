//! What rhai says, in the words of the rules.

use rhai::{EvalAltResult, LexError, ParseError, ParseErrorType, Position};

use super::Places;
use super::engine::{MOST_ENTRIES, MOST_OPERATIONS};
use super::values::kind;
use crate::diagnostic::{Diagnostic, codes};
use crate::value::{Number, Type, show_number};

/// Why a script can't be read.
pub(super) fn unreadable(error: &ParseError, places: &Places) -> Diagnostic {
    let span = places.span(error.position()).unwrap_or_else(|| places.beginning());
    let finding = |message: String| Diagnostic::new(&codes::BAD_SCRIPT, span, message);
    match error.err_type() {
        ParseErrorType::Reserved(word)
        | ParseErrorType::UnknownOperator(word)
        | ParseErrorType::BadInput(LexError::ImproperSymbol(word, _))
            if left_out(word).is_some() =>
        {
            finding(format!("`{word}` is not for scripts")).help(left_out(word).unwrap_or_default())
        }
        ParseErrorType::Reserved(word) if word.starts_with(char::is_alphabetic) => {
            finding(format!("`{word}` is a word that scripts keep for themselves"))
                .help(format!("read a value of that name as `record[\"{word}\"]`, and give a variable another name"))
        }
        ParseErrorType::UnexpectedEOF => {
            finding("the script ends in the middle of something".into()).help("a block begun with `{` ends with `}`")
        }
        ParseErrorType::VariableUndefined(name) => {
            finding(format!("there is no variable `{name}`")).help("a function sees its parameters and what it has declared with `let`")
        }
        ParseErrorType::MissingToken(token, purpose) => finding(format!("expected `{token}` {purpose}")),
        ParseErrorType::ExprTooDeep => {
            finding("an expression or block is nested too deep".into()).help("give inner parts names with `let`")
        }
        ParseErrorType::WrongFnDefinition => finding("functions stand side by side in a script, not within each other".into()),
        ParseErrorType::FnDuplicatedDefinition(name, _) => finding(format!("the function `{name}` is defined twice")),
        other => finding(format!("the script can't be read: {}", lowered(&other.to_string()))),
    }
}

/// Why something that rhai knows is left out; none for what is no such thing.
fn left_out(word: &str) -> Option<&'static str> {
    Some(match word {
        "eval" | "Fn" | "call" | "curry" | "this" | "is_shared" | "is_def_var" | "is_def_fn" | "|" | "||" => {
            "write a function and call it by its name"
        }
        "print" | "debug" => "a script only gives back a value; the rule's `because` says what a reader sees",
        "import" | "export" | "private" => "a script stands in one file",
        "try" | "catch" => "a fault is reported, never hidden; ask before dividing, as in `if n != 0`",
        "switch" => "write `if … { … } else if … { … }`",
        "**" | "**=" => "multiply instead",
        _ => return None,
    })
}

/// Whether a limit on the work of a call was reached.
pub(super) fn is_limit(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_limit(inner),
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorStackOverflow(_) | EvalAltResult::ErrorDataTooLarge(..) => true,
        _ => false,
    }
}

/// What went wrong in a call, as the rest of a sentence that begins with the function's name, and where.
pub(super) fn failure(error: &EvalAltResult) -> (String, Position) {
    let position = error.position();
    let message = match error {
        // The innermost place is the one to look at.
        EvalAltResult::ErrorInFunctionCall(name, _, inner, _) => {
            let (message, position) = failure(inner);
            return (format!("fails in `{name}`, which {message}"), position);
        }
        EvalAltResult::ErrorArithmetic(message, _) if message.starts_with(|first: char| first.is_lowercase()) => message.clone(),
        // Rhai's own words for arithmetic on whole numbers.
        EvalAltResult::ErrorArithmetic(message, _) if message.contains("zero") => "divides by zero".into(),
        EvalAltResult::ErrorArithmetic(..) => "comes to a whole number that is too large".into(),
        EvalAltResult::ErrorTooManyOperations(_) => format!("takes more than {} steps, the most a call may take", grouped(MOST_OPERATIONS)),
        EvalAltResult::ErrorStackOverflow(_) => "calls itself, or others that call each other, too deep".into(),
        EvalAltResult::ErrorTooManyVariables(_) => "declares too many variables".into(),
        EvalAltResult::ErrorDataTooLarge(what, _) if what.contains("string") => "builds a text that is too long".into(),
        EvalAltResult::ErrorDataTooLarge(..) => format!("builds a list or record of more than {} entries", grouped(MOST_ENTRIES as u64)),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => not_for(signature),
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("asks for `{}`, which the record does not have", name.trim_matches('"')),
        EvalAltResult::ErrorArrayBounds(length, index, _) => format!("asks for entry {index} of a list of {length}; the first is 0"),
        EvalAltResult::ErrorMismatchDataType(expected, found, _) => {
            format!("expects {} and finds {}", type_word(expected), type_word(found))
        }
        EvalAltResult::ErrorIndexingType(found, _) => format!("asks {} for an entry", type_word(found.split(' ').next().unwrap_or(found))),
        EvalAltResult::ErrorDotExpr(what, _) => format!("asks for something that is not there: {}", lowered(what)),
        EvalAltResult::ErrorFor(_) => "goes through something that is no list".into(),
        // The words that the script itself has thrown.
        EvalAltResult::ErrorRuntime(thrown, _) => match thrown.as_immutable_string_ref() {
            Ok(words) => format!("refuses: {}", words.as_str()),
            Err(_) => format!("throws {}", kind(thrown)),
        },
        other => format!("fails: {}", lowered(&other.to_string())),
    };
    (message, position)
}

/// A count as reports write it.
pub(super) fn grouped(count: u64) -> String {
    show_number(Number::whole(count.min(i64::MAX as u64) as i64), Type::Whole)
}

/// `foo (i64, number)`: a function or operator that does not take such values.
fn not_for(signature: &str) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types: Vec<&str> = types.trim_end_matches(')').split(", ").filter(|ty| !ty.is_empty()).map(type_word).collect();
    if name.starts_with("..") {
        return "counts between numbers that are not whole".into();
    }
    if types.is_empty() {
        return format!("calls `{name}` without a value");
    }
    format!("calls `{name}` with {}, for which it has no meaning", crate::diagnostic::listed(&types, "and"))
}

/// A type as a reader would say it.
fn type_word(ty: &str) -> &str {
    let ty = ty.trim().trim_start_matches("&mut ");
    match ty {
        "i64" | "int" | "number" | "decimal" => "a number",
        "bool" => "true or false",
        "string" | "ImmutableString" | "&str | ImmutableString | String" => "a text",
        "array" => "a list",
        "map" => "a record",
        "()" => "nothing",
        other if other.contains("Decimal") => "a number",
        other => other,
    }
}

/// A sentence of rhai's as part of one of ours.
fn lowered(words: &str) -> String {
    let words = words.trim().trim_end_matches('.').replace('\n', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
