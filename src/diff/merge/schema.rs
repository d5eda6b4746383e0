//! The schema: subjects, contexts, types and their fields.

use crate::source::Span;
use crate::syntax::ast::{Context, Field, Subject, TypeExpr, TypeItem, TypeKind};

use super::Walk;
use crate::diff::{Aspect, Nature};

/// A type's words before its bounds.
fn kind_span(ty: &TypeExpr) -> Span {
    let end = ty.bounds.first().map_or(ty.span.end, |bound| bound.span.start);
    Span { end: end.max(ty.span.start), ..ty.span }
}

/// A type's bounds.
fn bounds_span(ty: &TypeExpr) -> Option<Span> {
    let first = ty.bounds.first()?;
    Some(ty.bounds.iter().fold(first.span, |whole, bound| whole.to(bound.span)))
}

impl Walk<'_, '_> {
    pub(super) fn subject(&mut self, old: &Subject, new: &Subject) -> Subject {
        Subject { head: self.head(&old.head, &new.head, false), fields: self.fields(&old.fields, &new.fields) }
    }

    pub(super) fn context(&mut self, old: &Context, new: &Context) -> Context {
        Context {
            head: self.head(&old.head, &new.head, false),
            optional: self.part(Aspect::Optional, old.optional.as_ref(), new.optional.as_ref(), |span| *span),
            ty: self.ty(&old.ty, &new.ty),
        }
    }

    pub(super) fn named_type(&mut self, old: &TypeItem, new: &TypeItem) -> TypeItem {
        TypeItem { head: self.head(&old.head, &new.head, false), ty: self.ty(&old.ty, &new.ty) }
    }

    /// A type with its bounds. Records are gone into.
    pub(super) fn ty(&mut self, old: &TypeExpr, new: &TypeExpr) -> TypeExpr {
        match (&old.kind, &new.kind) {
            (TypeKind::Record(one), TypeKind::Record(other)) => TypeExpr { kind: TypeKind::Record(self.fields(one, other)), ..old.clone() },
            (TypeKind::List(one, least), TypeKind::List(other, most))
                if matches!((&one.kind, &other.kind), (TypeKind::Record(_), TypeKind::Record(_))) =>
            {
                let inner = self.ty(one, other);
                let counts = |tails: &[crate::syntax::ast::Tail]| {
                    tails.first().map(|first| tails.iter().fold(first.span, |whole, tail| whole.to(tail.span)))
                };
                let (before, after) = (counts(least).map(|span| (span, least)), counts(most).map(|span| (span, most)));
                let tails = self.part(Aspect::Bounds, before.as_ref(), after.as_ref(), |(span, _)| *span);
                TypeExpr { kind: TypeKind::List(Box::new(inner), tails.map(|(_, tails)| tails.clone()).unwrap_or_default()), ..old.clone() }
            }
            _ if self.says_old(kind_span(old)) != self.says_new(kind_span(new)) => self.must(Aspect::Type, old, new, |ty| ty.span),
            _ => {
                let (before, after) = (bounds_span(old).map(|span| (span, &old.bounds)), bounds_span(new).map(|span| (span, &new.bounds)));
                let bounds = self.part(Aspect::Bounds, before.as_ref(), after.as_ref(), |(span, _)| *span);
                TypeExpr { bounds: bounds.map(|(_, bounds)| bounds.clone()).unwrap_or_default(), ..old.clone() }
            }
        }
    }

    /// The fields of a record; their codes go on from the record's.
    fn fields(&mut self, old: &[Field], new: &[Field]) -> Vec<Field> {
        let outer = self.scope.clone();
        let base = if outer.kind == "field" { outer.code.clone() } else { outer.code.rsplit('.').next().unwrap_or_default().to_string() };
        let enter = |walk: &mut Self, field: &Field| {
            walk.scope.code = format!("{base}.{}", field.name.text);
            walk.scope.old_code = walk.scope.code.clone();
            (walk.scope.kind, walk.scope.title) = ("field", None);
        };
        let merged = self.named(
            old,
            new,
            &|field| field.name.text.clone(),
            &mut |walk, field, nature| {
                enter(walk, field);
                let made = walk.whole(nature, field.span, true);
                if let Some(change) = walk.changes.last_mut() {
                    change.is_name = true;
                }
                made
            },
            &mut |walk, old, new| {
                enter(walk, new);
                walk.field(old, new)
            },
        );
        self.scope = outer;
        merged
    }

    fn field(&mut self, old: &Field, new: &Field) -> Field {
        Field {
            name: old.name.clone(),
            ty: self.ty(&old.ty, &new.ty),
            fresh: self.part(Aspect::Fresh, old.fresh.as_ref(), new.fresh.as_ref(), |(_, span)| *span),
            sourced: self.part(Aspect::Sourced, old.sourced.as_ref(), new.sourced.as_ref(), |span| *span),
            fixed: self.part(Aspect::Fixed, old.fixed.as_ref(), new.fixed.as_ref(), |span| *span),
            doc: self.doc(&old.doc, &new.doc, old.name.span, new.name.span),
            span: old.span,
        }
    }

    /// Notes that a field or a part like it is new or gone.
    pub(super) fn whole_part(&mut self, aspect: Aspect, part: String, nature: Nature, span: Span) -> bool {
        let (old, new) = if nature == Nature::Added { (None, Some(span)) } else { (Some(span), None) };
        self.note(aspect, nature, Some(part), old, new, !aspect.is_of_words())
    }
}
