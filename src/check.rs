//! From trees to meaning: every name is led to its declaration, every expression gets a type, every field its place in a record.
//!
//! The stage never stops: what is wrong is reported once and stands as `Broken` in the policy, and whatever holds something broken is broken in silence.
//! Values of constants are not looked at here, for parameters can be set from outside: see `program`.
//!
//! INVARIANT: a policy without error findings has nothing broken in it, no circles, and a type for every expression.

mod arithmetic;
mod bounds;
mod calls;
mod cards;
mod conditions;
mod constants;
mod expressions;
mod items;
mod lints;
mod names;
mod order;
mod paths;
mod profiles;
mod protocols;
mod schema;
mod scripts;
mod suggestions;
mod tables;
mod terms;
mod trials;
mod unused;
mod wording;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::diagnostic::{self, Diagnostic, Staged};
use crate::policy::{
    self, Expr, ExprKind, FunctionId, GateId, ItemId, LetId, LimitId, ParamId, Policy, ScorecardId, TableId, TriggerId, VerdictId,
};
use crate::scripts::Script;
use crate::source::{FileId, Span};
use crate::syntax::ast;
use crate::value::{EnumId, FieldId, ListId, Possible, RecordId, Type};

use self::schema::Shapes;

/// Resolves and types the rulebooks of one policy, which stand in the order in which `syntax::load` read them: the root is the last.
pub fn check(rulebooks: &[ast::Rulebook]) -> Staged<Policy> {
    let mut checker = Checker::new(rulebooks);
    checker.declare();
    checker.arrange();
    checker.lay_out_documents();
    checker.lay_out_functions();
    checker.lay_out_limits();
    checker.check_named_values();
    checker.check_items();
    checker.report_unused();
    // What only tests read is read by no rule, so tests come after.
    checker.check_trials();
    let Checker { mut policy, functions, mut findings, .. } = checker;
    // In a policy without errors there is none missing, so that each stands at the place of its identity.
    policy.functions = functions.into_iter().flatten().map(Rc::unwrap_or_clone).collect();
    diagnostic::sort(&mut findings);
    findings.dedup();
    Staged::new(policy, findings)
}

/// A declared name.
struct Definition<'a> {
    /// The rulebook it stands in.
    book: usize,
    /// The name.
    name: &'a ast::Name,
    /// What it names.
    kind: Kind<'a>,
}

/// What a name can stand for.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Subject(&'a ast::Subject),
    Context(&'a ast::Context),
    Type(&'a ast::TypeItem),
    Param(ParamId, &'a ast::Param),
    Let(LetId, &'a ast::Let),
    Scorecard(ScorecardId, &'a ast::Scorecard),
    Gate(GateId, &'a ast::Gate),
    Verdict(VerdictId, &'a ast::Verdict),
    Protocol(&'a ast::Protocol),
    Limit(LimitId, &'a ast::Limit),
    Trigger(TriggerId, &'a ast::Trigger),
    Review(&'a ast::Review),
    Card(ItemId, &'a ast::Card),
    Function(FunctionId, &'a ast::Script, &'a ast::Function),
    Table(TableId, &'a ast::Table),
    Profile(&'a ast::Profile),
}

/// What a binder runs over.
#[derive(Clone, Copy)]
enum Element {
    /// Records.
    Record(RecordId),
    /// Single values.
    Value(Type),
    /// A finding says what is wrong.
    Broken,
}

/// A binder in scope.
struct Bound {
    name: String,
    span: Span,
    element: Element,
}

/// What the place of an expression says about its type, for names that only a type can explain.
#[derive(Clone, Copy)]
enum Expected {
    /// Nothing.
    Nothing,
    /// This type, if all is well.
    Type(Type),
    /// What would say it is broken, and a finding says so.
    Broken,
}

/// The work in progress.
struct Checker<'a> {
    books: &'a [ast::Rulebook],
    policy: Policy,
    findings: Vec<Diagnostic>,
    definitions: Vec<Definition<'a>>,
    /// The definitions of each rulebook by name; of duplicates the first.
    names: Vec<BTreeMap<&'a str, usize>>,
    /// The rulebooks by name.
    book_names: BTreeMap<&'a str, usize>,
    /// The definition of the subject.
    subject: Option<usize>,
    /// The definitions of contexts, which are visible everywhere; of duplicates the first.
    contexts: BTreeMap<&'a str, usize>,
    /// The document that a subject's or context's definition became.
    documents: BTreeMap<usize, policy::DocumentId>,
    /// The items of each scorecard, includes among them.
    cards: Vec<Vec<ItemId>>,
    card_count: u32,
    gate_count: u32,
    trigger_count: u32,
    /// Definitions so that each comes after those it needs, as far as there are no circles.
    order: Vec<usize>,
    /// Definitions that depend on themselves.
    circular: Vec<bool>,
    /// Definitions that something reads.
    used: Vec<bool>,
    used_fields: BTreeSet<FieldId>,
    broken_fields: BTreeSet<FieldId>,
    /// The enumeration of each verdict's bands.
    bands: Vec<EnumId>,
    /// The gates that cap each verdict, by definition.
    capped_by: Vec<Vec<usize>>,
    shapes: Shapes,
    /// Types and domains of parameters; none where broken.
    param_types: Vec<Option<(Type, Possible)>>,
    /// Types of limits; none where broken.
    limit_types: Vec<Option<Type>>,
    /// Types of `let`s; none where broken.
    let_types: Vec<Option<Type>>,
    /// The types of each table's columns as expressions read them; none where the table or the column is broken.
    column_types: Vec<Option<Vec<Option<Type>>>>,
    /// What a `let` reads that only facts tell.
    let_reads: Vec<Option<&'static str>>,
    /// The functions of scripts; none where broken.
    functions: Vec<Option<Rc<policy::ScriptFunction>>>,
    /// The scripts read so far; none where broken.
    scripts: BTreeMap<FileId, Option<Script>>,
    /// Lists made from lists, so that each is made once.
    derived_lists: BTreeMap<Derived, ListId>,
    /// For how many more names a close one is looked for: rules with more mistakes than that are not rules.
    suggestions_left: u32,
    /// The rulebook being checked.
    book: usize,
    /// The binders in scope, the outermost first.
    binders: Vec<Bound>,
}

/// How one list is made from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Derived {
    /// One field of every element.
    FieldOfEach(ListId, FieldId),
    /// Its greatest elements, this many where the number is written out.
    Top(ListId, Option<u32>),
    /// Empty where nothing is known.
    MaybeEmpty(ListId),
}

impl<'a> Checker<'a> {
    fn new(books: &'a [ast::Rulebook]) -> Checker<'a> {
        Checker {
            books,
            policy: Policy::default(),
            findings: Vec::new(),
            definitions: Vec::new(),
            names: books.iter().map(|_| BTreeMap::new()).collect(),
            book_names: BTreeMap::new(),
            subject: None,
            contexts: BTreeMap::new(),
            documents: BTreeMap::new(),
            cards: Vec::new(),
            card_count: 0,
            gate_count: 0,
            trigger_count: 0,
            order: Vec::new(),
            circular: Vec::new(),
            used: Vec::new(),
            used_fields: BTreeSet::new(),
            broken_fields: BTreeSet::new(),
            bands: Vec::new(),
            capped_by: Vec::new(),
            shapes: Shapes::default(),
            param_types: Vec::new(),
            limit_types: Vec::new(),
            let_types: Vec::new(),
            column_types: Vec::new(),
            let_reads: Vec::new(),
            functions: Vec::new(),
            scripts: BTreeMap::new(),
            derived_lists: BTreeMap::new(),
            suggestions_left: 500,
            book: 0,
            binders: Vec::new(),
        }
    }

    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Reports, and gives what then stands in the expression's place.
    fn refuse(&mut self, finding: Diagnostic) -> Expr {
        let span = finding.primary.span;
        self.findings.push(finding);
        broken(span)
    }

    /// The name of a rulebook; the root may do without a header.
    fn book_name(&self, book: usize) -> &'a str {
        self.books[book].name.as_ref().map_or("main", |name| &name.text)
    }
}

/// What stands where a finding says what is wrong.
fn broken(span: Span) -> Expr {
    Expr { kind: ExprKind::Broken, ty: Type::Bool, span }
}

fn is_broken(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Broken)
}
