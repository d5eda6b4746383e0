//! Expressions and conditions in English. The text of the rule stands beside it and is what counts; this is for those who do not read rules.
//!
//! A condition becomes a clause that goes on from "when": "`network.stage` is “Main network”". A value becomes what a clause can speak of: "the number of
//! entries of `audits` for which …".

use std::collections::BTreeSet;

use super::names::{Names, document_anchor, element_record, field_anchor, is_titled, named, own_name, rule_anchor, titled};
use super::prose::{Prose, joined};
use crate::policy::{ArithmeticOp, Binder, DocumentId, Expr, ExprKind, FactPath, Function, Head, LetId, ParamId, Policy, Root, Template};
use crate::policy::{Comparison, Piece, Test};
use crate::program::Program;
use crate::source::Sources;
use crate::value::{FieldId, Number, Possible, RecordId, Texts, Truth, Type, show_number, show_possible};

/// The most characters of a remark that explains a fact on the way.
const LONGEST_GLOSS: usize = 90;

/// What everything is said with.
#[derive(Clone, Copy)]
pub(super) struct Tongue<'p> {
    pub policy: &'p Policy,
    pub program: &'p Program,
    pub sources: &'p Sources,
    pub names: &'p Names,
}

/// Speaks of the expressions of one entry. What it has explained, it does not explain again.
pub(super) struct Speaker<'p> {
    pub tongue: Tongue<'p>,
    /// The binders around what is spoken of, the outermost first.
    pub(super) binders: Vec<Scope>,
    explained: BTreeSet<String>,
    /// The named values spoken of, in order.
    pub lets: Vec<LetId>,
}

/// A binder, as far as it is spoken of.
pub(super) struct Scope {
    pub name: String,
    /// The form of the entries, where they are groups of facts.
    pub record: Option<RecordId>,
}

impl<'p> Speaker<'p> {
    pub fn new(tongue: Tongue<'p>) -> Speaker<'p> {
        Speaker { tongue, binders: Vec::new(), explained: BTreeSet::new(), lets: Vec::new() }
    }

    /// A condition, as a clause.
    pub fn condition(&mut self, expr: &Expr) -> Prose {
        match &expr.kind {
            ExprKind::And(parts) => self.clauses(parts, "and"),
            ExprKind::Or(parts) => self.clauses(parts, "or"),
            ExprKind::Not(inner) => self.negation(inner),
            ExprKind::Compare(comparison, left, right) => {
                let left_side = self.side(left);
                left_side.words(" ").and(self.comparison(*comparison, left.ty, right))
            }
            ExprKind::Between(value, low, high) => self.value(value).words(" ").and(self.between(low, high)),
            ExprKind::OneOf(value, among) => self.value(value).words(" is ").and(self.one_of(among, "or")),
            ExprKind::InList(value, list) => self.value(value).words(" is among ").and(self.value(list)),
            ExprKind::IsKnown(path) => Prose::of("there is evidence for ").and(self.fact(path)),
            ExprKind::IsEmpty(list) => self.value(list).words(" is empty"),
            ExprKind::Check(id) => self.rule("check", &self.tongue.policy.items[id.index()].head, "passes"),
            ExprKind::Gate(id) => self.rule("gate", &self.tongue.policy.gates[id.index()].head, "fires"),
            ExprKind::Trigger(id) => self.rule("trigger", &self.tongue.policy.triggers[id.index()].head, "fires"),
            ExprKind::Quantified(quantifier, binder, body) => self.quantified(*quantifier, binder, body),
            ExprKind::Let(_) => self.value(expr).words(" holds"),
            ExprKind::Param(id) => self.switch(*id, "is true"),
            ExprKind::Constant(Possible::Truth(Truth::True)) => Prose::of("it is so in any case"),
            ExprKind::Constant(Possible::Truth(Truth::False)) => Prose::of("never"),
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition);
                let (then, otherwise) = (self.condition(then), self.condition(otherwise));
                Prose::of("(if ").and(condition).words(", ").and(then).words("; otherwise ").and(otherwise).words(")")
            }
            _ => self.value(expr).words(" is true"),
        }
    }

    fn rule(&self, kind: &str, head: &Head, does: &str) -> Prose {
        Prose::of(format!("the {kind} ")).and(titled(head)).words(format!(" {does}"))
    }

    /// Clauses joined; those that are joined otherwise themselves stand in parentheses.
    fn clauses(&mut self, parts: &[Expr], joint: &str) -> Prose {
        let clauses = parts
            .iter()
            .map(|part| {
                let clause = self.condition(part);
                if is_joined(part) { clause.bracketed() } else { clause }
            })
            .collect();
        joined(clauses, joint)
    }

    fn negation(&mut self, inner: &Expr) -> Prose {
        match &inner.kind {
            ExprKind::Fact(_) | ExprKind::Element(_) | ExprKind::Assuming(..) | ExprKind::Column(..) => {
                self.value(inner).words(" is not true")
            }
            ExprKind::Param(id) => self.switch(*id, "is not true"),
            ExprKind::Let(_) => self.value(inner).words(" does not hold"),
            ExprKind::IsKnown(path) => Prose::of("there is no evidence for ").and(self.fact(path)),
            ExprKind::IsEmpty(list) => self.value(list).words(" is not empty"),
            ExprKind::OneOf(value, among) => self.value(value).words(" is none of ").and(self.one_of(among, "and")),
            ExprKind::InList(value, list) => self.value(value).words(" is not among ").and(self.value(list)),
            ExprKind::Between(value, low, high) => self.value(value).words(" is not ").and(self.between_words(low, high)),
            ExprKind::Check(id) => self.rule("check", &self.tongue.policy.items[id.index()].head, "does not pass"),
            ExprKind::Gate(id) => self.rule("gate", &self.tongue.policy.gates[id.index()].head, "does not fire"),
            ExprKind::Trigger(id) => self.rule("trigger", &self.tongue.policy.triggers[id.index()].head, "does not fire"),
            _ => {
                let clause = self.condition(inner);
                Prose::of("it is not so that ").and(if is_joined(inner) { clause.bracketed() } else { clause })
            }
        }
    }

    /// What is said of the left side of a comparison.
    fn comparison(&mut self, comparison: Comparison, ty: Type, right: &Expr) -> Prose {
        let banded = matches!(ty, Type::Enum(id) if self.tongue.policy.schema.enumeration(id).ordered);
        let words = match (comparison, ty) {
            (Comparison::Equal, _) => "is",
            (Comparison::NotEqual, _) => "is not",
            (Comparison::Less, Type::Date) => "is earlier than",
            (Comparison::LessOrEqual, Type::Date) => "is on or before",
            (Comparison::Greater, Type::Date) => "is later than",
            (Comparison::GreaterOrEqual, Type::Date) => "is on or after",
            (Comparison::Less, _) if banded => "is worse than",
            (Comparison::LessOrEqual, _) if banded => "is no better than",
            (Comparison::Greater, _) if banded => "is better than",
            (Comparison::GreaterOrEqual, _) if banded => "is no worse than",
            (Comparison::Less, _) => "is below",
            (Comparison::LessOrEqual, _) => "is at most",
            (Comparison::Greater, _) => "is more than",
            (Comparison::GreaterOrEqual, _) => "is at least",
        };
        Prose::of(format!("{words} ")).and(self.side(right))
    }

    /// A side of a comparison.
    fn side(&mut self, expr: &Expr) -> Prose {
        let value = self.value(expr);
        if matches!(expr.kind, ExprKind::If(..)) { value.bracketed() } else { value }
    }

    fn between(&mut self, low: &Expr, high: &Expr) -> Prose {
        Prose::of("is ").and(self.between_words(low, high))
    }

    fn between_words(&mut self, low: &Expr, high: &Expr) -> Prose {
        let low = self.value(low);
        Prose::of("between ").and(low).words(" and ").and(self.value(high)).words(" (both included)")
    }

    fn one_of(&mut self, among: &[Expr], joint: &str) -> Prose {
        let values = among.iter().map(|value| self.value(value)).collect();
        joined(values, joint)
    }

    /// A test of an operand that stands elsewhere, as what is said of it: "is at least 5".
    pub fn test(&mut self, test: &Test, ty: Type) -> Prose {
        match test {
            Test::Any(parts) | Test::All(parts) => {
                let joint = if matches!(test, Test::Any(_)) { "or" } else { "and" };
                let tests = parts
                    .iter()
                    .map(|part| {
                        let said = self.test(part, ty);
                        if matches!(part, Test::Any(_) | Test::All(_)) { said.bracketed() } else { said }
                    })
                    .collect();
                joined(tests, joint)
            }
            Test::Not(inner) => match &**inner {
                Test::OneOf(values) => Prose::of("is none of ").and(self.one_of(values, "and")),
                Test::InList(list) => Prose::of("is not among ").and(self.value(list)),
                Test::Between(low, high) => Prose::of("is not ").and(self.between_words(low, high)),
                Test::Known => Prose::of("has no evidence"),
                Test::Empty => Prose::of("is not empty"),
                other => Prose::of("not so: ").and(self.test(other, ty)),
            },
            Test::Compare(comparison, value) => self.comparison(*comparison, ty, value),
            Test::Between(low, high) => self.between(low, high),
            Test::OneOf(values) => Prose::of("is ").and(self.one_of(values, "or")),
            Test::InList(list) => Prose::of("is among ").and(self.value(list)),
            Test::Known => Prose::of("has evidence"),
            Test::Empty => Prose::of("is empty"),
            Test::Broken => Prose::new(),
        }
    }

    /// A value, as what a clause can speak of.
    pub fn value(&mut self, expr: &Expr) -> Prose {
        let tongue = self.tongue;
        let policy = tongue.policy;
        match &expr.kind {
            ExprKind::Broken => Prose::new().code(tongue.sources.slice(expr.span)),
            ExprKind::Constant(value) => self.constant(value, expr.ty),
            ExprKind::Months(months) => Prose::of(show_number(Number::whole(*months), Type::Months)),
            ExprKind::Today => Prose::of("the day of the judgement"),
            ExprKind::Param(id) => self.param(*id),
            ExprKind::Let(id) => {
                if !self.lets.contains(id) {
                    self.lets.push(*id);
                }
                let head = &policy.lets[id.index()].head;
                Prose::new().code_link(rule_anchor(head), own_name(head))
            }
            ExprKind::Fact(path) => self.fact(path),
            ExprKind::Element(binder) => self.element(*binder),
            ExprKind::Points(id) => Prose::of("the points of ").and(titled(&policy.items[id.index()].head)),
            ExprKind::Score(id) => Prose::of("the score of ").and(titled(&policy.scorecards[id.index()].head)),
            ExprKind::ScorePoints(id) => Prose::of("the points of ").and(titled(&policy.scorecards[id.index()].head)),
            ExprKind::Band(id) => Prose::of("the verdict ").and(titled(&policy.verdicts[id.index()].head)),
            ExprKind::Limit(id) => Prose::of("the limit ").and(titled(&policy.limits[id.index()].head)),
            ExprKind::Column(table, column) => {
                let table = &policy.tables[table.index()];
                let column = table.columns.get(*column as usize).map_or("", |column| column.name.as_str());
                Prose::of("the ").code(column).words(" of the table ").and(titled(&table.head))
            }
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            ExprKind::Negate(inner) => Prose::of("minus ").and(self.operand(inner)),
            ExprKind::Call(function, arguments) => self.call(*function, arguments),
            ExprKind::If(condition, then, otherwise) => {
                let (then, condition) = (self.operand(then), self.condition(condition));
                then.words(" if ").and(condition).words(", otherwise ").and(self.value(otherwise))
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Assuming(path, value) => {
                let value = match value {
                    Some(value) => self.value(value),
                    None => Prose::of("an empty list"),
                };
                self.fact_remarked(path, Some(Prose::of("taken as ").and(value).words(" where there is no evidence")))
            }
            ExprKind::FieldOfEach(list, leaf, field) => self.field_of_each(list, *leaf, *field),
            ExprKind::Top(count, list) => {
                let count = self.value(count);
                Prose::of("the ").and(count).words(" greatest entries of ").and(self.value(list))
            }
            ExprKind::Script(function, arguments) => self.script(*function, arguments),
            ExprKind::Check(_) | ExprKind::Gate(_) | ExprKind::Trigger(_) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => {
                Prose::of("whether ").and(self.condition(expr))
            }
            ExprKind::Compare(..) | ExprKind::Between(..) | ExprKind::OneOf(..) | ExprKind::InList(..) | ExprKind::IsKnown(_) => {
                Prose::of("whether ").and(self.condition(expr))
            }
            ExprKind::IsEmpty(_) | ExprKind::Quantified(..) => Prose::of("whether ").and(self.condition(expr)),
        }
    }

    /// A value inside another, in parentheses where it would run into its surroundings.
    pub(super) fn operand(&mut self, expr: &Expr) -> Prose {
        let value = self.value(expr);
        let runs_on = match &expr.kind {
            ExprKind::Arithmetic(..) | ExprKind::If(..) | ExprKind::Aggregate(_) | ExprKind::Negate(_) | ExprKind::Script(..) => true,
            ExprKind::Call(Function::Min | Function::Max | Function::Abs, _) => false,
            ExprKind::Call(Function::Percent | Function::Number, inner) => inner.iter().any(|inner| !is_name(inner)),
            ExprKind::Call(..) => true,
            _ => false,
        };
        if runs_on { value.bracketed() } else { value }
    }

    /// A constant as a reader knows it: variants by their titles, texts in quotes.
    pub fn constant(&self, value: &Possible, ty: Type) -> Prose {
        let schema = &self.tongue.policy.schema;
        Prose::of(match (value, ty) {
            (Possible::Variants(variants), Type::Enum(id)) => {
                let all = &schema.enumeration(id).variants;
                let titles: Vec<String> =
                    variants.iter().filter_map(|place| all.get(place)).map(|variant| format!("“{}”", variant.title)).collect();
                crate::diagnostic::listed(&titles, "or")
            }
            (Possible::Texts(Texts::One(text)), _) => format!("“{text}”"),
            _ => show_possible(value, ty, schema),
        })
    }

    /// A parameter that is true or false, as a clause that says so.
    fn switch(&mut self, id: ParamId, clause: &str) -> Prose {
        let param = &self.tongue.program.params[id.index()];
        let name = Prose::new().code_link(rule_anchor(&param.head), own_name(&param.head)).words(format!(" {clause}"));
        match self.explained.insert(rule_anchor(&param.head)) {
            true => name.words(" (a parameter, which is ").and(self.constant(&param.value, param.ty)).words(")"),
            false => name,
        }
    }

    /// The value in force of a parameter, and its name; the first time with its title.
    pub fn param(&mut self, id: ParamId) -> Prose {
        let param = &self.tongue.program.params[id.index()];
        let name = Prose::new().code_link(rule_anchor(&param.head), own_name(&param.head));
        let first = self.explained.insert(rule_anchor(&param.head));
        let name = if first && is_titled(&param.head) { name.words(format!(", “{}”", param.head.title)) } else { name };
        self.constant(&param.value, param.ty).words(" ").and(name.bracketed())
    }

    /// A fact by its name, the first time with a few words on what it is.
    pub fn fact(&mut self, path: &FactPath) -> Prose {
        self.fact_remarked(path, None)
    }

    fn fact_remarked(&mut self, path: &FactPath, remark: Option<Prose>) -> Prose {
        let policy = self.tongue.policy;
        match path.root {
            Root::Document(document) => {
                let declared = &policy.documents[document.index()];
                let Some(place) = path.field.and_then(|field| self.tongue.names.of(field)) else {
                    let name = Prose::new().code_link(document_anchor(declared), &declared.name);
                    return self.explained(name, None, remark);
                };
                let leaf = policy.schema.record(declared.record).leaves.get(path.leaf as usize);
                let own = leaf.map_or("", |leaf| leaf.path.as_str());
                let shown = if document == DocumentId(0) { own.to_string() } else { format!("{}.{own}", declared.name) };
                let of = match document == DocumentId(0) && !self.binders.is_empty() {
                    true => format!("the {}’s ", uncapitalised(policy, &declared.title)),
                    false => String::new(),
                };
                let name = Prose::of(of).code_link(field_anchor(place), shown);
                self.explained(name, path.field, remark)
            }
            Root::Element(binder) => {
                let Some(place) = path.field.and_then(|field| self.tongue.names.of(field)) else { return self.element(binder) };
                let record = self.binders.get(binder as usize).and_then(|scope| scope.record);
                let leaf = record.and_then(|record| policy.schema.record(record).leaves.get(path.leaf as usize));
                let name = Prose::new().code_link(field_anchor(place), leaf.map_or(place.path.as_str(), |leaf| leaf.path.as_str()));
                let name = self.explained(name, path.field, remark);
                match self.binders.get(binder as usize) {
                    Some(scope) if self.binders.len() > 1 => name.words(" of ").code(&scope.name),
                    _ => name,
                }
            }
        }
    }

    /// The entry that a binder runs over, where that is a single value.
    fn element(&self, binder: u32) -> Prose {
        match self.binders.get(binder as usize) {
            Some(scope) if self.binders.len() > 1 => Prose::of("the entry ").code(&scope.name),
            _ => Prose::of("the entry"),
        }
    }

    /// A name, with a few words on what it stands for unless they were said before, and with a remark.
    fn explained(&mut self, name: Prose, field: Option<FieldId>, remark: Option<Prose>) -> Prose {
        let place = field.and_then(|field| self.tongue.names.of(field));
        let gloss = match place {
            Some(place) if self.explained.insert(field_anchor(place)) => gloss(self.tongue.policy, place.record, place.leaf),
            _ => None,
        };
        match (gloss, remark) {
            (None, None) => name,
            (Some(gloss), None) => name.words(format!(" ({gloss})")),
            (None, Some(remark)) => name.words(" (").and(remark).words(")"),
            (Some(gloss), Some(remark)) => name.words(format!(" ({gloss}; ")).and(remark).words(")"),
        }
    }

    fn field_of_each(&mut self, list: &Expr, leaf: u32, field: FieldId) -> Prose {
        let record = match list.ty {
            Type::List(id) => element_record(self.tongue.policy, id),
            _ => None,
        };
        let own = record.and_then(|record| self.tongue.policy.schema.record(record).leaves.get(leaf as usize));
        let own = own.map_or("", |leaf| leaf.path.as_str());
        let name = match self.tongue.names.of(field) {
            Some(place) => Prose::new().code_link(field_anchor(place), own),
            None => Prose::new().code(own),
        };
        let name = self.explained(name, Some(field), None);
        Prose::of("the ").and(name).words(" of every entry of ").and(self.value(list))
    }

    fn arithmetic(&mut self, operator: ArithmeticOp, left: &Expr, right: &Expr) -> Prose {
        // `a + b + c` needs no parentheses; dates are said the other way round, and percents otherwise than factors.
        let goes_on = match (&left.kind, operator) {
            (ExprKind::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Subtract, first, _), ArithmeticOp::Add | ArithmeticOp::Subtract) => {
                left.ty != Type::Date && first.ty != Type::Date
            }
            (ExprKind::Arithmetic(ArithmeticOp::Multiply, first, _), ArithmeticOp::Multiply) => {
                first.ty != Type::Percent && left.ty != Type::Percent
            }
            _ => false,
        };
        let first = if goes_on { self.value(left) } else { self.operand(left) };
        let second = self.operand(right);
        match (operator, left.ty, right.ty) {
            (ArithmeticOp::Add, Type::Date, _) => second.words(" after ").and(first),
            (ArithmeticOp::Add, _, Type::Date) => first.words(" after ").and(second),
            (ArithmeticOp::Subtract, Type::Date, Type::Date) => Prose::of("the time from ").and(second).words(" to ").and(first),
            (ArithmeticOp::Subtract, Type::Date, _) => second.words(" before ").and(first),
            (ArithmeticOp::Multiply, Type::Percent, _) => first.words(" of ").and(second),
            (ArithmeticOp::Add, ..) => first.words(" plus ").and(second),
            (ArithmeticOp::Subtract, ..) => first.words(" minus ").and(second),
            (ArithmeticOp::Multiply, ..) => first.words(" times ").and(second),
            (ArithmeticOp::Divide, ..) => first.words(" divided by ").and(second),
        }
    }

    fn call(&mut self, function: Function, arguments: &[Expr]) -> Prose {
        if let (Function::Percent | Function::Number, [inner]) = (function, arguments) {
            let comma = if is_name(inner) { "" } else { "," };
            let what = if function == Function::Percent { "as a percentage" } else { "as a plain number" };
            return self.value(inner).words(format!("{comma} {what}"));
        }
        let mut said: Vec<Prose> = arguments.iter().map(|argument| self.operand(argument)).collect();
        let rest = said.split_off(1.min(said.len()));
        let first = said.pop().unwrap_or_default();
        let to = |words: &str, places: Vec<Prose>| match places.into_iter().next() {
            Some(places) => {
                let noun = if places.plain() == "1" { " decimal" } else { " decimals" };
                first.clone().words(format!("{words} to ")).and(places).words(noun)
            }
            None => first.clone().words(format!("{words} to a whole number")),
        };
        match function {
            Function::Min => Prose::of("the least of ").and(joined(std::iter::once(first).chain(rest).collect(), "and")),
            Function::Max => Prose::of("the greatest of ").and(joined(std::iter::once(first).chain(rest).collect(), "and")),
            Function::Abs => first.words(" without its sign"),
            Function::Round => to(" rounded", rest),
            Function::RoundDown => to(" rounded down", rest),
            Function::RoundUp => to(" rounded up", rest),
            Function::Clamp => first.words(", kept between ").and(joined(rest, "and")),
            Function::Percent | Function::Number => first,
        }
    }

    /// Goes into a list: what is said inside speaks of its entries.
    pub(super) fn enter(&mut self, binder: &Binder) {
        let record = match binder.list.ty {
            Type::List(id) => element_record(self.tongue.policy, id),
            _ => None,
        };
        self.binders.push(Scope { name: binder.name.clone(), record });
    }

    /// A text of a rule, with what will be put into it named.
    pub fn template(&mut self, template: &Template) -> Prose {
        let mut prose = Prose::new();
        for piece in &template.pieces {
            prose = match piece {
                Piece::Text(text) => prose.words(text.as_str()),
                Piece::Value(expr) => match &expr.kind {
                    ExprKind::Param(id) => {
                        let param = &self.tongue.program.params[id.index()];
                        prose.and(self.constant(&param.value, param.ty))
                    }
                    ExprKind::Constant(value) => prose.and(self.constant(value, expr.ty)),
                    _ => match self.leads_to(expr) {
                        Some(anchor) => prose.code_link(anchor, self.written(expr)),
                        None => prose.code(self.written(expr)),
                    },
                },
            };
        }
        prose
    }

    /// Where an expression leads that is a name and nothing else.
    fn leads_to(&self, expr: &Expr) -> Option<String> {
        let policy = self.tongue.policy;
        Some(match &expr.kind {
            ExprKind::Fact(FactPath { root: Root::Document(_), field: Some(field), .. }) => field_anchor(self.tongue.names.of(*field)?),
            ExprKind::Let(id) => rule_anchor(&policy.lets[id.index()].head),
            ExprKind::Check(id) | ExprKind::Points(id) => rule_anchor(&policy.items[id.index()].head),
            ExprKind::Score(id) | ExprKind::ScorePoints(id) => rule_anchor(&policy.scorecards[id.index()].head),
            ExprKind::Gate(id) => rule_anchor(&policy.gates[id.index()].head),
            ExprKind::Band(id) => rule_anchor(&policy.verdicts[id.index()].head),
            ExprKind::Limit(id) => rule_anchor(&policy.limits[id.index()].head),
            ExprKind::Trigger(id) => rule_anchor(&policy.triggers[id.index()].head),
            ExprKind::Column(id, _) => rule_anchor(&policy.tables[id.index()].head),
            _ => return None,
        })
    }

    /// An expression as it was typed, on one line.
    pub fn written(&self, expr: &Expr) -> String {
        self.tongue.sources.slice(expr.span).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A parameter of the policy by its name and, where it has one, its title.
pub(super) fn param_name(head: &Head) -> Prose {
    let name = named(head);
    if is_titled(head) { name.words(format!(" “{}”", head.title)) } else { name }
}

/// Whether a value is said by a name or a constant alone.
fn is_name(expr: &Expr) -> bool {
    let by_name = matches!(expr.kind, ExprKind::Param(_) | ExprKind::Let(_) | ExprKind::Fact(_) | ExprKind::Element(_));
    by_name || matches!(expr.kind, ExprKind::Constant(_) | ExprKind::Column(..))
}

/// Whether a condition is made of several, so that it needs parentheses among others.
pub(super) fn is_joined(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Quantified(..))
}

/// A few words on what a field is: the title of its type, or the beginning of its documentation where that says what the whole is.
pub(super) fn gloss(policy: &Policy, record: RecordId, leaf: u32) -> Option<String> {
    let leaf = policy.schema.record(record).leaves.get(leaf as usize)?;
    let title = match leaf.ty {
        Type::Enum(id) => policy.schema.enumeration(id).title.as_deref(),
        _ => None,
    };
    let words = match title {
        Some(title) => title,
        None => {
            let end = leaf.doc.find(['.', ';', ':', '\n']).unwrap_or(leaf.doc.len());
            // "Pilot: …" explains one case, not what the fact is.
            if leaf.doc[end..].starts_with(':') {
                return None;
            }
            &leaf.doc[..end]
        }
    }
    .trim();
    let names = [leaf.path.rsplit('.').next().unwrap_or_default(), leaf.path.as_str()];
    let says_more = !words.is_empty() && names.iter().all(|name| !words.eq_ignore_ascii_case(&name.replace(['_', '.'], " ")));
    (says_more && words.chars().count() <= LONGEST_GLOSS).then(|| uncapitalised(policy, words))
}

/// Words from the beginning of a sentence, for its middle. A first word keeps its capital where it has more of them, and where what the rules say of
/// facts writes it so within a sentence: then it is a name.
fn uncapitalised(policy: &Policy, words: &str) -> String {
    let mut chars = words.chars();
    let Some(first) = chars.next() else { return String::new() };
    let rest = chars.as_str();
    let word = words.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let has_more = word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    if has_more || is_name_of_something(policy, word) { words.to_string() } else { format!("{}{rest}", first.to_lowercase()) }
}

/// Whether the documentation of facts has a word behind another of the same sentence.
fn is_name_of_something(policy: &Policy, word: &str) -> bool {
    let is_within = |text: &str, at: usize| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let follows = before.ends_with(' ') && before.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == ',');
        follows && !after.starts_with(|c: char| c.is_alphanumeric())
    };
    let says = |text: &str| !word.is_empty() && text.match_indices(word).any(|(at, _)| is_within(text, at));
    policy.schema.records.iter().flat_map(|record| &record.leaves).any(|leaf| says(&leaf.doc))
}
