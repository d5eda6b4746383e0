//! Reads a text that does not follow the grammar.
use super::ast::Rulebook;
use super::build::Builder;
use super::explain::{self, Explained, Place};
use super::grammar::{self, Rule};
pub(super) fn recover(builder: &mut Builder<'_>, book: &mut Rulebook) -> Vec<Explained> {
    let _ = book;
    let text = builder.text;
    match grammar::read(Rule::file, text, 0, text.len()) {
        Ok(_) => {}
        Err(f) => {
            let e = explain::explain(builder, &f, 0, text.len(), Place::Item);
            builder.report(e.finding);
        }
    }
    Vec::new()
}
