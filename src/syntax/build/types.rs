//! Types, bounds and fields.

use super::super::ast::{Field, TypeExpr, TypeKind};
use super::super::grammar::{Node, Rule};
use super::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::Quantity;

impl Builder<'_> {
    /// A type with its bounds.
    pub(super) fn type_expression(&mut self, node: Node<'_>) -> TypeExpr {
        let span = self.span(&node);
        let mut kind = TypeKind::Broken;
        let mut bounds = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::bounds => bounds = self.tails(part),
                Rule::plain_type => {
                    kind = match part.as_str() {
                        "bool" => TypeKind::Bool,
                        "whole" => TypeKind::Whole,
                        "number" => TypeKind::Number,
                        "percent" => TypeKind::Percent,
                        "duration" => TypeKind::Duration,
                        "date" => TypeKind::Date,
                        "size" => TypeKind::Size,
                        _ => TypeKind::Text,
                    };
                }
                Rule::money_type => {
                    let currency = part.into_inner().find(|inner| inner.as_rule() == Rule::currency);
                    kind = currency.map_or(TypeKind::Broken, |currency| TypeKind::Money(self.name(&currency)));
                }
                Rule::one_of => {
                    let variants = super::all_of(part, Rule::variant);
                    kind = TypeKind::OneOf(variants.into_iter().filter_map(|variant| self.variant(variant)).collect());
                }
                Rule::list_of => {
                    let mut element = None;
                    let mut count = Vec::new();
                    for inner in part.into_inner() {
                        match inner.as_rule() {
                            Rule::type_expression => element = Some(self.type_expression(inner)),
                            Rule::bounds => count = self.tails(inner),
                            _ => {}
                        }
                    }
                    kind = element.map_or(TypeKind::Broken, |element| TypeKind::List(Box::new(element), count));
                }
                Rule::record => kind = TypeKind::Record(self.fields(part)),
                Rule::path => {
                    let path = self.path(part);
                    kind = match path.parts.as_slice() {
                        [only] if only.text == "money" => {
                            self.report(
                                Diagnostic::new(&codes::SYNTAX, path.span, "`money` needs its currency")
                                    .help("write three capitals behind it, as in `money USD`"),
                            );
                            TypeKind::Broken
                        }
                        _ => TypeKind::Named(path),
                    };
                }
                _ => {}
            }
        }
        TypeExpr { kind, bounds, span }
    }

    fn variant(&mut self, node: Node<'_>) -> Option<(super::Name, Option<super::Text>)> {
        let mut name = None;
        let mut title = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.plain_text(&part)),
                _ => {}
            }
        }
        name.map(|name| (name, title))
    }

    /// The fields of a record.
    pub(super) fn fields(&mut self, record: Node<'_>) -> Vec<Field> {
        let fields = super::all_of(record, Rule::field);
        fields.into_iter().filter_map(|field| self.field(field)).collect()
    }

    /// One field.
    pub(super) fn field(&mut self, node: Node<'_>) -> Option<Field> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let mut name = None;
        let mut ty = None;
        let mut fresh: Option<(Quantity, Span)> = None;
        let mut sourced: Option<Span> = None;
        let mut fixed: Option<Span> = None;
        for part in node.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::type_expression => ty = Some(self.type_expression(part)),
                Rule::record => ty = Some(TypeExpr { kind: TypeKind::Record(self.fields(part)), bounds: Vec::new(), span: place }),
                Rule::fresh => {
                    if let Some((_, first)) = fresh {
                        self.flag_twice("fresh for", first, place);
                    } else if let Some(numeral) = part.into_inner().find(|inner| inner.as_rule() == Rule::numeral) {
                        fresh = self.quantity(&numeral).map(|quantity| (quantity, place));
                    }
                }
                Rule::sourced => match sourced {
                    Some(first) => self.flag_twice("sourced", first, place),
                    None => sourced = Some(place),
                },
                Rule::fixed => match fixed {
                    Some(first) => self.flag_twice("fixed", first, place),
                    None => fixed = Some(place),
                },
                _ => {}
            }
        }
        let name = name?;
        let ty = ty.unwrap_or_else(|| self.broken_type(span));
        Some(Field { name, doc, ty, fresh, sourced, fixed, span })
    }

    fn flag_twice(&mut self, flag: &str, first: Span, second: Span) {
        self.report(
            Diagnostic::new(&codes::SYNTAX, second, format!("`{flag}` stands twice on one field"))
                .related(first, "the first")
                .help("keep one of them"),
        );
    }
}
