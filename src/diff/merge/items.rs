//! What stands at the top of a rulebook, scorecards aside.

use crate::source::Span;
use crate::syntax::ast::{
    Band, BandWhen, Column, Function, Gate, Item, Let, Limit, Param, Path, Profile, Protocol, Provision, Review, Script, Setting, Table,
    TableRow, TableWhen, Trigger, Verdict,
};

use super::{At, Rows, Walk, item_kind, item_span, item_title};
use crate::diff::plan::item_name;
use crate::diff::text::Reader;
use crate::diff::{Aspect, Nature};

/// A path as it is written.
fn dotted(path: &Path) -> String {
    path.parts.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

/// What a row of a table asks.
fn cells_span(row: &TableRow) -> Span {
    match &row.when {
        TableWhen::Otherwise(span) => *span,
        TableWhen::Cells(cells) => match (cells.first(), cells.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => row.span,
        },
    }
}

impl Walk<'_, '_> {
    /// An item of one kind and name on both sides.
    pub(super) fn item(&mut self, from: At, to: At) -> Item {
        let (old, new) = (&self.plan.old_books[from.0].items[from.1], &self.plan.new_books[to.0].items[to.1]);
        let name = item_name(new);
        let is_named_alone = matches!(new, Item::Trial(_) | Item::Script(_));
        self.scope.code = if is_named_alone { name.to_string() } else { format!("{}.{name}", self.scope.new_book) };
        self.scope.old_code = if is_named_alone { name.to_string() } else { format!("{}.{name}", self.scope.old_book) };
        (self.scope.kind, self.scope.title) = (item_kind(new), item_title(new));
        match (old, new) {
            (Item::Subject(old), Item::Subject(new)) => Item::Subject(self.subject(old, new)),
            (Item::Context(old), Item::Context(new)) => Item::Context(self.context(old, new)),
            (Item::Type(old), Item::Type(new)) => Item::Type(self.named_type(old, new)),
            (Item::Param(old), Item::Param(new)) => Item::Param(self.param(old, new)),
            (Item::Let(old), Item::Let(new)) => Item::Let(self.named_value(old, new)),
            (Item::Scorecard(old), Item::Scorecard(new)) => Item::Scorecard(self.scorecard(old, new, from, to)),
            (Item::Gate(old), Item::Gate(new)) => Item::Gate(self.gate(old, new)),
            (Item::Verdict(old), Item::Verdict(new)) => Item::Verdict(self.verdict(old, new)),
            (Item::Script(old), Item::Script(new)) => Item::Script(self.script(old, new)),
            (Item::Protocol(old), Item::Protocol(new)) => Item::Protocol(self.protocol(old, new)),
            (Item::Table(old), Item::Table(new)) => Item::Table(self.table(old, new)),
            (Item::Profile(old), Item::Profile(new)) => Item::Profile(self.profile(old, new)),
            _ => self.must(Aspect::Test, old, new, item_span),
        }
    }

    fn param(&mut self, old: &Param, new: &Param) -> Param {
        Param {
            head: self.head(&old.head, &new.head, false),
            ty: self.ty(&old.ty, &new.ty),
            value: self.expr(Aspect::Value, &old.value, &new.value),
        }
    }

    fn named_value(&mut self, old: &Let, new: &Let) -> Let {
        Let {
            head: self.head(&old.head, &new.head, false),
            ty: self.part(Aspect::Type, old.ty.as_ref(), new.ty.as_ref(), |ty| ty.span),
            value: self.expr(Aspect::Value, &old.value, &new.value),
        }
    }

    fn gate(&mut self, old: &Gate, new: &Gate) -> Gate {
        Gate {
            head: self.head(&old.head, &new.head, false),
            when: self.maybe_expr(Aspect::Condition, old.when.as_ref(), new.when.as_ref()),
            at_most: self.part(Aspect::Cap, old.at_most.as_ref(), new.at_most.as_ref(), |path| path.span),
            never_waived: self.part(Aspect::NeverWaived, old.never_waived.as_ref(), new.never_waived.as_ref(), |span| *span),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }

    fn verdict(&mut self, old: &Verdict, new: &Verdict) -> Verdict {
        let head = self.head(&old.head, &new.head, false);
        let on = self.part(Aspect::On, old.on.as_ref(), new.on.as_ref(), |path| path.span);
        let rows = Rows {
            aspect: Aspect::Band,
            span: |band: &Band| band.span,
            about: &|_: &Reader, _: &str, band: &Band| band.name.text.clone(),
            part: |band| Some(band.name.text.clone()),
            by_place: false,
        };
        let bands = self.rows(&old.bands, &new.bands, &rows, &mut |walk, old, new| walk.band(old, new));
        Verdict { head, on, bands }
    }

    fn band(&mut self, old: &Band, new: &Band) -> Band {
        let first = self.changes.len();
        let when = |when: &BandWhen| match when {
            BandWhen::Test(test) => test.span,
            BandWhen::When(condition) => condition.span,
            BandWhen::Otherwise(span) => *span,
        };
        let band = Band {
            name: old.name.clone(),
            title: self.text(Aspect::BandTitle, old.title.as_ref(), new.title.as_ref()),
            when: self.part(Aspect::Edge, old.when.as_ref(), new.when.as_ref(), when),
            doc: self.doc(&old.doc, &new.doc, old.name.span, new.name.span),
            span: old.span,
        };
        self.say_part(first, &new.name.text);
        band
    }

    /// Says of the changes since one of which part of the declaration they are.
    fn say_part(&mut self, first: usize, part: &str) {
        for change in &mut self.changes[first..] {
            change.part = Some(part.to_string());
        }
    }

    fn profile(&mut self, old: &Profile, new: &Profile) -> Profile {
        let head = self.head(&old.head, &new.head, false);
        let settings = self.named(
            &old.settings,
            &new.settings,
            &|setting| dotted(&setting.path),
            &mut |walk, setting, nature| walk.whole_part(Aspect::Setting, dotted(&setting.path), nature, setting.span),
            &mut |walk, old, new| {
                let first = walk.changes.len();
                let value = walk.expr(Aspect::Setting, &old.value, &new.value);
                let doc = walk.doc(&old.doc, &new.doc, old.path.span, new.path.span);
                walk.say_part(first, &dotted(&new.path));
                Setting { path: walk.same(&old.path, &new.path, old.path.span, new.path.span), value, doc, span: old.span }
            },
        );
        Profile { head, settings }
    }

    /// A script: its text as a whole, and each function as declared.
    fn script(&mut self, old: &Script, new: &Script) -> Script {
        let doc = self.doc(&old.doc, &new.doc, old.path.span, new.path.span);
        let (before, after) = (old.text.as_ref(), new.text.as_ref());
        let text = if before.map(|(_, text)| text) == after.map(|(_, text)| text) {
            old.text.clone()
        } else if self.note(Aspect::Script, Nature::Changed, None, Some(old.path.span), Some(new.path.span), true) {
            new.text.clone()
        } else {
            old.text.clone()
        };
        let functions = self.named(
            &old.functions,
            &new.functions,
            &|function: &Function| function.name.text.clone(),
            &mut |walk, function, nature| walk.whole_part(Aspect::Function, function.name.text.clone(), nature, function.span),
            &mut |walk, old, new| {
                let first = walk.changes.len();
                let doc = walk.doc(&old.doc, &new.doc, old.name.span, new.name.span);
                let function = walk.must(Aspect::Function, old, new, |function| function.span);
                walk.say_part(first, &new.name.text);
                Function { doc, ..function }
            },
        );
        Script { path: old.path.clone(), functions, text, doc, span: old.span }
    }

    fn table(&mut self, old: &Table, new: &Table) -> Table {
        let head = self.head(&old.head, &new.head, false);
        let hit = self.part(Aspect::HitPolicy, old.hit.as_ref(), new.hit.as_ref(), |(_, span)| *span);
        let covering = |spans: Vec<Span>| spans.iter().copied().reduce(Span::to);
        let inputs =
            |table: &Table| covering(table.inputs.iter().map(|input| input.span).collect()).map(|span| (span, table.inputs.clone()));
        let columns = |table: &Table| {
            let spans = table.columns.iter().map(|column: &Column| column.name.span.to(column.ty.span)).collect();
            covering(spans).map(|span| (span, table.columns.clone()))
        };
        let asked = self.part(Aspect::Inputs, inputs(old).as_ref(), inputs(new).as_ref(), |(span, _)| *span);
        let yields = self.part(Aspect::Columns, columns(old).as_ref(), columns(new).as_ref(), |(span, _)| *span);
        let rows = Rows {
            aspect: Aspect::Row,
            span: |row: &TableRow| row.span,
            about: &|reader: &Reader, book: &str, row: &TableRow| reader.says(book, cells_span(row)),
            part: |_| None,
            by_place: true,
        };
        let rows = self.rows(&old.rows, &new.rows, &rows, &mut |walk, old, new| walk.must(Aspect::Row, old, new, |row| row.span));
        Table {
            head,
            hit,
            inputs: asked.map(|(_, inputs)| inputs).unwrap_or_default(),
            columns: yields.map(|(_, columns)| columns).unwrap_or_default(),
            rows,
            is_broken: old.is_broken || new.is_broken,
        }
    }

    fn protocol(&mut self, old: &Protocol, new: &Protocol) -> Protocol {
        let head = self.head(&old.head, &new.head, false);
        let outer = self.scope.clone();
        let enter = |walk: &mut Self, provision: &Provision| {
            let head = provision.head();
            walk.scope.code = format!("{}.{}", walk.scope.new_book, head.name.text);
            walk.scope.old_code = format!("{}.{}", walk.scope.old_book, head.name.text);
            walk.scope.title = head.title.as_ref().map(|title| title.text.clone());
            walk.scope.kind = match provision {
                Provision::Limit(_) => "limit",
                Provision::Trigger(_) => "trigger",
                Provision::Review(_) => "review",
            };
        };
        let provisions = self.named(
            &old.provisions,
            &new.provisions,
            &|provision: &Provision| provision.head().name.text.clone(),
            &mut |walk, provision, nature| {
                enter(walk, provision);
                walk.whole(nature, provision.head().span, true)
            },
            &mut |walk, old, new| {
                enter(walk, new);
                match (old, new) {
                    (Provision::Limit(old), Provision::Limit(new)) => Provision::Limit(walk.limit(old, new)),
                    (Provision::Trigger(old), Provision::Trigger(new)) => Provision::Trigger(walk.trigger(old, new)),
                    (Provision::Review(old), Provision::Review(new)) => Provision::Review(walk.review(old, new)),
                    _ => walk.must(Aspect::Whole, old, new, |provision| provision.head().span),
                }
            },
        );
        self.scope = outer;
        Protocol { head, provisions }
    }

    fn limit(&mut self, old: &Limit, new: &Limit) -> Limit {
        Limit {
            head: self.head(&old.head, &new.head, false),
            ty: self.ty(&old.ty, &new.ty),
            value: self.expr(Aspect::Value, &old.value, &new.value),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }

    fn trigger(&mut self, old: &Trigger, new: &Trigger) -> Trigger {
        Trigger {
            head: self.head(&old.head, &new.head, false),
            when: self.maybe_expr(Aspect::Condition, old.when.as_ref(), new.when.as_ref()),
            action: self.template(Aspect::Action, old.action.as_ref(), new.action.as_ref()),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }

    fn review(&mut self, old: &Review, new: &Review) -> Review {
        Review {
            head: self.head(&old.head, &new.head, false),
            every: self.part(Aspect::Every, old.every.as_ref(), new.every.as_ref(), |(_, span)| *span),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }
}
