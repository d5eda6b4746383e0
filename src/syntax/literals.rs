//! Literals of rule files: what they mean is said by `value`; code and place are added here.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{LiteralError, Quantity, parse_literal};

/// What a numeral stands for.
///
/// # Errors
/// The finding, if it stands for nothing.
pub(super) fn read(text: &str, span: Span) -> Result<Quantity, Box<Diagnostic>> {
    parse_literal(text).map_err(|error| Box::new(finding(&error, span)))
}

/// Why a text is no literal.
pub(super) fn finding(error: &LiteralError, span: Span) -> Diagnostic {
    let code = match error {
        LiteralError::BadDate { .. } => &codes::BAD_DATE,
        LiteralError::UnknownUnit { .. } | LiteralError::WrongUnit { .. } | LiteralError::WrongCurrency { .. } => &codes::BAD_UNIT,
        _ => &codes::BAD_NUMBER,
    };
    let finding = Diagnostic::new(code, span, error.message());
    match error.help() {
        Some(help) => finding.help(help),
        None => finding,
    }
}
