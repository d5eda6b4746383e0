//! Scripts: the file, and the functions that rules call.

use super::super::ast::{Function, Item, Parameter, Script, Text};
use super::super::grammar::{Node, Rule};
use super::Builder;
use crate::source::Span;

impl Builder<'_> {
    /// A script from its parts. Its text is read later, by whoever has the files.
    pub(super) fn assembled_script(path: Text, functions: Vec<Function>, doc: String, span: Span) -> Item {
        Item::Script(Script { path, functions, text: None, doc, span })
    }

    /// A function with the types of what goes in and what comes out.
    pub(super) fn function(&mut self, node: Node<'_>) -> Option<Function> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let (mut name, mut parameters, mut result) = (None, Vec::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::parameter => parameters.extend(self.parameter(part)),
                Rule::type_expression => result = Some(self.type_expression(part)),
                _ => {}
            }
        }
        Some(Function { name: name?, parameters, result: result?, doc, span })
    }

    fn parameter(&mut self, node: Node<'_>) -> Option<Parameter> {
        let (mut name, mut ty) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::type_expression => ty = Some(self.type_expression(part)),
                _ => {}
            }
        }
        Some(Parameter { name: name?, ty: ty? })
    }
}
