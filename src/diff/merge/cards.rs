//! Scorecards and what stands in them.

use crate::source::Span;
use crate::syntax::ast::{Card, Check, Clauses, Grade, Include, Knot, Measure, Ramp, Row, RowWhen, Scorecard};

use super::{At, Rows, Walk, card_key, card_kind, card_spans, card_title};
use crate::diff::text::Reader;
use crate::diff::{Aspect, Nature};

/// What the condition of a row says.
fn row_when(row: &Row) -> Span {
    match &row.when {
        RowWhen::Test(test) => test.span,
        RowWhen::When(condition) => condition.span,
        RowWhen::Otherwise(span) => *span,
    }
}

impl Walk<'_, '_> {
    /// A scorecard: `from` and `to` are its places.
    pub(super) fn scorecard(&mut self, old: &Scorecard, new: &Scorecard, from: At, to: At) -> Scorecard {
        let head = self.head(&old.head, &new.head, false);
        let outer = self.scope.clone();
        let mut cards = Vec::new();
        let keys = |cards: &[Card], reader: &Reader, book: &str| cards.iter().map(|card| card_key(card, reader, book)).collect::<Vec<_>>();
        let old_keys = keys(&old.cards, &self.plan.old, &outer.old_book);
        let new_keys = keys(&new.cards, &self.plan.new, &outer.new_book);
        for (place, card) in new.cards.iter().enumerate() {
            let at = (to.0, to.1, Some(place));
            if let Some(other) = old_keys.iter().position(|key| *key == new_keys[place]) {
                cards.extend(self.card(&old.cards[other], card, &outer.code));
            } else if let Some(source) = self.plan.twin_of_new(at) {
                let made = self.twin(source, at);
                if made {
                    cards.push(card.clone());
                } else if (source.0, source.1) == (from.0, from.1) {
                    cards.push(old.cards[source.2.unwrap_or_default()].clone());
                }
            } else if self.whole_card(card, Nature::Added, &outer.code) {
                cards.push(card.clone());
            }
            self.scope = outer.clone();
        }
        for (place, card) in old.cards.iter().enumerate() {
            let at = (from.0, from.1, Some(place));
            if new_keys.contains(&old_keys[place]) {
                continue;
            }
            if let Some(target) = self.plan.twin_of_old(at) {
                if (target.0, target.1) != (to.0, to.1) && !self.twin(at, target) {
                    cards.push(card.clone());
                }
            } else if !self.whole_card(card, Nature::Removed, &outer.code) {
                cards.push(card.clone());
            }
            self.scope = outer.clone();
        }
        Scorecard { head, cards }
    }

    fn enter_card(&mut self, card: &Card, scorecard: &str) {
        self.scope.code = match card {
            Card::Include(_) => format!("{scorecard}.{}", super::card_name(card)),
            _ => format!("{}.{}", self.scope.new_book, super::card_name(card)),
        };
        self.scope.old_code = self.scope.code.clone();
        (self.scope.kind, self.scope.title) = (card_kind(card), card_title(card));
    }

    fn whole_card(&mut self, card: &Card, nature: Nature, scorecard: &str) -> bool {
        self.enter_card(card, scorecard);
        self.whole(nature, card_spans(card).0, true)
    }

    /// A card of one name on both sides.
    fn card(&mut self, old: &Card, new: &Card, scorecard: &str) -> Option<Card> {
        self.enter_card(new, scorecard);
        self.scope.old_code = match old {
            Card::Include(_) => format!("{scorecard}.{}", super::card_name(old)),
            _ => format!("{}.{}", self.scope.old_book, super::card_name(old)),
        };
        Some(match (old, new) {
            (Card::Check(old), Card::Check(new)) => Card::Check(self.check(old, new)),
            (Card::Grade(old), Card::Grade(new)) => Card::Grade(self.grade(old, new)),
            (Card::Ramp(old), Card::Ramp(new)) => Card::Ramp(self.ramp(old, new)),
            (Card::Measure(old), Card::Measure(new)) => Card::Measure(self.measure(old, new)),
            (Card::Include(old), Card::Include(new)) => Card::Include(self.include(old, new)),
            _ => self.must(Aspect::Whole, old, new, |card| card_spans(card).0),
        })
    }

    fn check(&mut self, old: &Check, new: &Check) -> Check {
        Check {
            head: self.head(&old.head, &new.head, false),
            worth: self.expr(Aspect::Worth, &old.worth, &new.worth),
            passes: self.maybe_expr(Aspect::Condition, old.passes.as_ref(), new.passes.as_ref()),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }

    fn grade(&mut self, old: &Grade, new: &Grade) -> Grade {
        let head = self.head(&old.head, &new.head, false);
        let on = self.maybe_expr(Aspect::Operand, old.on.as_ref(), new.on.as_ref());
        let rows = Rows {
            aspect: Aspect::Row,
            span: |row: &Row| row.span,
            about: &|reader: &Reader, book: &str, row: &Row| reader.says(book, row_when(row)),
            part: |_| None,
            by_place: true,
        };
        let rows = self.rows(&old.rows, &new.rows, &rows, &mut |walk, old, new| {
            let points = |row: &Row| row.points.span;
            let alike =
                walk.says_old(row_when(old)) == walk.says_new(row_when(new)) && walk.says_old(points(old)) == walk.says_new(points(new));
            if alike {
                let label = walk.template(Aspect::Label, old.label.as_ref(), new.label.as_ref());
                Row { label, ..old.clone() }
            } else {
                walk.must(Aspect::Row, old, new, |row| row.span)
            }
        });
        Grade { head, on, rows, clauses: self.clauses(&old.clauses, &new.clauses) }
    }

    fn ramp(&mut self, old: &Ramp, new: &Ramp) -> Ramp {
        let head = self.head(&old.head, &new.head, false);
        let on = self.expr(Aspect::Operand, &old.on, &new.on);
        let rows = Rows {
            aspect: Aspect::Knot,
            span: |knot: &Knot| knot.span,
            about: &|reader: &Reader, book: &str, knot: &Knot| reader.says(book, knot.at.span),
            part: |_| None,
            by_place: true,
        };
        let knots = self.rows(&old.knots, &new.knots, &rows, &mut |walk, old, new| {
            let alike = walk.says_old(old.at.span) == walk.says_new(new.at.span)
                && walk.says_old(old.points.span) == walk.says_new(new.points.span);
            if alike {
                let label = walk.template(Aspect::Label, old.label.as_ref(), new.label.as_ref());
                Knot { label, ..old.clone() }
            } else {
                walk.must(Aspect::Knot, old, new, |knot| knot.span)
            }
        });
        Ramp { head, on, knots, clauses: self.clauses(&old.clauses, &new.clauses) }
    }

    fn measure(&mut self, old: &Measure, new: &Measure) -> Measure {
        Measure {
            head: self.head(&old.head, &new.head, false),
            worth: self.expr(Aspect::Worth, &old.worth, &new.worth),
            value: self.expr(Aspect::Value, &old.value, &new.value),
            clauses: self.clauses(&old.clauses, &new.clauses),
        }
    }

    fn include(&mut self, old: &Include, new: &Include) -> Include {
        let worth = self.expr(Aspect::Worth, &old.worth, &new.worth);
        let doc = self.doc(&old.doc, &new.doc, old.path.span, new.path.span);
        let clauses = self.clauses(&old.clauses, &new.clauses);
        let path = self.same(&old.path, &new.path, old.path.span, new.path.span);
        Include { path, worth, doc, clauses, span: old.span }
    }

    pub(super) fn clauses(&mut self, old: &Clauses, new: &Clauses) -> Clauses {
        Clauses {
            applies: self.maybe_expr(Aspect::Applies, old.applies.as_ref(), new.applies.as_ref()),
            from: self.maybe_expr(Aspect::From, old.from.as_ref(), new.from.as_ref()),
            until: self.maybe_expr(Aspect::Until, old.until.as_ref(), new.until.as_ref()),
            because: self.template(Aspect::Reason, old.because.as_ref(), new.because.as_ref()),
            ask: self.template(Aspect::Question, old.ask.as_ref(), new.ask.as_ref()),
            remedy: self.template(Aspect::Remedy, old.remedy.as_ref(), new.remedy.as_ref()),
            cite: self.template(Aspect::Cite, old.cite.as_ref(), new.cite.as_ref()),
        }
    }
}
