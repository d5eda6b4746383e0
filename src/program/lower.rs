//! From a typed policy to a program: the parts of a policy in turn, and the names among its expressions.

use super::tables::LoweredTable;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, FactPath, Root};
use crate::value::{Leaf, List};

/// How many steps may rest on each other, counted through `let`s: evaluation follows them by recursion.
pub(super) const DEEPEST: usize = 512;

/// A policy on its way to a program.
pub(super) struct Lowerer<'a> {
    pub(super) policy: &'a Policy,
    pub(super) settings: &'a Settings,
    pub(super) program: Program,
    /// The profile in force.
    pub(super) profile: Option<&'a typed::Profile>,
    /// What was found in the part at hand.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What was found in `let`s and parameters. They are lowered where they are first needed, and what is wrong with them is wrong whoever needs them.
    set_aside: Vec<Diagnostic>,
    /// Parameters put in force so far.
    pub(super) params: Vec<Named<Param>>,
    /// `let`s lowered so far.
    lets: Vec<Named<LoweredLet>>,
    /// Tables lowered so far.
    pub(super) tables: Vec<Named<LoweredTable>>,
    /// For each kind of list, where in sheet 0 its unknown element stands.
    pub(super) unseen: Vec<u32>,
    /// Each field's leaf.
    leaves: Vec<Option<&'a Leaf>>,
    /// How many binders are around the expression at hand.
    pub(super) binders: u16,
    /// How many expressions are around the one at hand, `let`s that are lowered for it included.
    depth: usize,
    /// How many expressions rest on each other in what was lowered last, at the most.
    pub(super) height: usize,
}

/// Something with a name, which is lowered when it is first needed, so that constants fold through it.
#[derive(Clone)]
pub(super) enum Named<T> {
    Untouched,
    /// Being lowered: whoever needs it now stands in a circle.
    Open,
    Lowered(T),
}

#[derive(Clone, Copy)]
struct LoweredLet {
    value: ExprId,
    height: usize,
    /// What a number may be, whatever the facts say.
    reach: Interval,
}

pub(super) fn lower(policy: &Policy, settings: &Settings, asked: &[&typed::Expr]) -> Staged<Option<(Program, Vec<ExprId>)>> {
    let mut leaves: Vec<Option<&Leaf>> = vec![None; policy.schema.fields as usize];
    for leaf in policy.schema.records.iter().flat_map(|record| &record.leaves) {
        if let Some(entry) = leaves.get_mut(leaf.field.0 as usize) {
            *entry = Some(leaf);
        }
    }
    let mut lowerer = Lowerer {
        policy,
        settings,
        program: Program {
            today: settings.today,
            calendar: settings.calendar,
            profile: None,
            waivers: settings.waivers.clone(),
            rulebooks: policy.rulebooks.clone(),
            schema: policy.schema.clone(),
            documents: policy.documents.clone(),
            unseen: Vec::new(),
            params: Vec::new(),
            lets: Vec::new(),
            items: Vec::new(),
            scorecards: Vec::new(),
            gates: Vec::new(),
            verdicts: Vec::new(),
            protocols: Vec::new(),
            limits: Vec::new(),
            triggers: Vec::new(),
            reviews: Vec::new(),
            tables: Vec::new(),
            order: Vec::new(),
            consequences: Consequences::default(),
            fields: vec![FieldUse::default(); policy.schema.fields as usize],
            expressions: Vec::new(),
            fractions: Vec::new(),
            of_entries: Vec::new(),
            conditions: Vec::new(),
            collections: Vec::new(),
            walks: Walks::default(),
            functions: policy.functions.clone(),
            calls: 0,
        },
        profile: None,
        diagnostics: Vec::new(),
        set_aside: Vec::new(),
        params: vec![Named::Untouched; policy.params.len()],
        lets: vec![Named::Untouched; policy.lets.len()],
        tables: policy.tables.iter().map(|_| Named::Untouched).collect(),
        unseen: Vec::new(),
        leaves,
        binders: 0,
        depth: 0,
        height: 0,
    };
    lowerer.lay_out_unseen();
    lowerer.choose_profile();
    lowerer.lower_params();
    lowerer.lower_lets();
    lowerer.lower_tables();
    lowerer.lower_items();
    lowerer.lower_scorecards();
    lowerer.lower_gates();
    lowerer.lower_verdicts();
    lowerer.lower_protocols();
    let asked = asked.iter().map(|expr| lowerer.expression(expr)).collect();
    lowerer.finish().map_value(|program| program.map(|program| (program, asked)))
}

impl<'a> Lowerer<'a> {
    fn finish(mut self) -> Staged<Option<Program>> {
        for (param, lowered) in self.policy.params.iter().zip(self.params) {
            match lowered {
                Named::Lowered(lowered) => self.program.params.push(lowered),
                Named::Untouched | Named::Open => self.set_aside.push(circle(&param.head)),
            }
        }
        for (named, lowered) in self.policy.lets.iter().zip(self.lets) {
            match lowered {
                Named::Lowered(LoweredLet { value, .. }) => {
                    self.program.lets.push(Let { head: named.head.clone(), ty: named.value.ty, value });
                }
                Named::Untouched | Named::Open => self.set_aside.push(circle(&named.head)),
            }
        }
        for (table, lowered) in self.policy.tables.iter().zip(self.tables) {
            match lowered {
                Named::Lowered(lowered) => self.program.tables.push(lowered.table),
                Named::Untouched | Named::Open => self.set_aside.push(circle(&table.head)),
            }
        }
        let mut diagnostics = self.set_aside;
        diagnostics.append(&mut self.diagnostics);
        if !diagnostics.iter().any(Diagnostic::is_error) {
            let named = uses::gather(&mut self.program);
            self.program.fractions = fractions::find(&self.program);
            self.program.of_entries = entries::find(&self.program);
            diagnostics.extend(order::arrange(&mut self.program, &named));
            self.program.walks = Walks::of_program(&self.program);
        }
        let usable = !diagnostics.iter().any(Diagnostic::is_error);
        Staged::new(usable.then_some(self.program), diagnostics)
    }

    /// Notes a finding, once: what is lowered in two places is wrong in one.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Lowers something with a name, whose findings are its own.
    pub(super) fn apart<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.diagnostics);
        let (binders, height) = (std::mem::take(&mut self.binders), std::mem::take(&mut self.height));
        let made = lower(self);
        let own = std::mem::replace(&mut self.diagnostics, outer);
        self.set_aside.extend(own);
        (self.binders, self.height) = (binders, height);
        made
    }

    /// Lowers something one step further in. None: that is further than evaluation could follow.
    pub(super) fn nested<T>(&mut self, span: Span, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            self.too_deep(span);
            return None;
        }
        self.depth += 1;
        let beside = std::mem::take(&mut self.height);
        let made = lower(self);
        self.height = beside.max(self.height + 1);
        self.depth -= 1;
        Some(made)
    }

    fn too_deep(&mut self, span: Span) {
        self.report(
            Diagnostic::new(&codes::NESTED_TOO_DEEP, span, format!("more than {DEEPEST} steps rest on each other here"))
                .label("`let`s are followed to what they rest on")
                .help("let some of them rest on facts instead of on one another"),
        );
    }

    /// The leaf that a place stands for; none for single values in a list, and for a context that is itself a list.
    pub(super) fn leaf(&self, place: Place) -> Option<&'a Leaf> {
        let field = self.program.field_at(place)?;
        self.leaves.get(field.0 as usize).copied().flatten()
    }

    pub(super) fn place(&self, path: &FactPath) -> Place {
        match path.root {
            Root::Document(document) => {
                Place::Fixed { sheet: document.0 as u16 + 1, slot: if path.field.is_some() { path.leaf } else { 0 } }
            }
            Root::Element(binder) => Place::Element { binder: binder as u16, leaf: path.leaf, field: path.field },
        }
    }

    /// Sheet 0: one element of each kind of list, of which nothing is known.
    fn lay_out_unseen(&mut self) {
        for list in &self.policy.schema.lists {
            self.unseen.push(self.program.unseen.len() as u32);
            let slot = |value: &Possible, field: FieldId| Slot { value: value.clone(), known: false, exact: false, field, evidence: 0 };
            match list.element {
                Type::Record(record) => {
                    for leaf in &self.policy.schema.record(record).leaves {
                        let value = if matches!(leaf.ty, Type::List(_)) { Possible::List(List::UNKNOWN) } else { leaf.domain.clone() };
                        self.program.unseen.push(slot(&value, leaf.field));
                    }
                }
                _ => self.program.unseen.push(slot(&list.domain, FieldId(u32::MAX))),
            }
        }
    }

    fn lower_lets(&mut self) {
        for (index, named) in self.policy.lets.iter().enumerate() {
            self.lower_let(LetId(index as u32), named.head.name_span);
        }
    }

    /// The value of a `let`. None: a finding says what is wrong.
    pub(super) fn lower_let(&mut self, id: LetId, needed_at: Span) -> Option<ExprId> {
        let policy = self.policy;
        let named = &policy.lets[id.index()];
        let lowered = match self.lets[id.index()] {
            Named::Lowered(lowered) => lowered,
            Named::Open => {
                self.report(Diagnostic::new(&codes::CYCLE, needed_at, format!("`{}` needs itself", named.head.code)));
                return None;
            }
            Named::Untouched => {
                self.lets[id.index()] = Named::Open;
                let lowered = self.apart(|lowerer| {
                    let value = match named.value.ty {
                        Type::List(_) => lowerer.list_value(&named.value),
                        _ => lowerer.expression(&named.value),
                    };
                    LoweredLet { value, height: lowerer.height, reach: lowerer.reach(value) }
                });
                self.lets[id.index()] = Named::Lowered(lowered);
                lowered
            }
        };
        self.rest_on(lowered.height, needed_at).then_some(lowered.value)
    }

    /// Whether what is lowered may rest on something so high: evaluation follows it all the way.
    pub(super) fn rest_on(&mut self, height: usize, needed_at: Span) -> bool {
        if self.depth + height > DEEPEST {
            self.too_deep(needed_at);
            return false;
        }
        self.height = self.height.max(height);
        true
    }

    /// What a `let` may be, whatever the facts say.
    pub(super) fn reach_of_let(&self, id: LetId) -> Interval {
        match &self.lets[id.index()] {
            Named::Lowered(lowered) => lowered.reach,
            Named::Untouched | Named::Open => Interval::unbounded(),
        }
    }

    fn lower_items(&mut self) {
        for item in &self.policy.items {
            let applies = item.applies.as_ref().map(|condition| self.condition(condition));
            let never = applies.is_some_and(|applies| matches!(self.condition_node(applies), Condition::Constant(false)));
            let findings_before = self.diagnostics.len();
            let body = self.body(&item.head, &item.body);
            if never {
                // The body of an item that never counts is never evaluated, so it can't fault.
                self.absorb_faults(findings_before);
            }
            let worth = match &item.worth {
                Some(worth) => self.worth(worth, &item.head),
                None => self.most_points(&body, &item.head, findings_before),
            };
            let words = self.words(&item.words);
            self.program.items.push(Item {
                head: item.head.clone(),
                scorecard: item.scorecard,
                worth,
                applies,
                term: item.term,
                body,
                words,
                reads: Vec::new(),
                reads_script: false,
                tables: Vec::new(),
            });
        }
    }

    fn lower_scorecards(&mut self) {
        for scorecard in &self.policy.scorecards {
            let items: Vec<ItemId> = scorecard.items.iter().copied().filter(|item| self.program.is_taken(Step::Item(*item))).collect();
            let worth = items.iter().fold(Fraction::zero(), |sum, item| sum.add(&self.program.items[item.index()].worth));
            let includes = items
                .iter()
                .filter_map(|item| match self.program.items[item.index()].body {
                    Body::Include(child) => Some((*item, child)),
                    Body::Check(_) | Body::Grade(..) | Body::GradeWhen(_) | Body::Ramp(..) | Body::Measure(_) => None,
                })
                .collect();
            self.program.scorecards.push(Scorecard { head: scorecard.head.clone(), items, includes, worth });
        }
    }

    fn lower_gates(&mut self) {
        for gate in &self.policy.gates {
            let applies = gate.applies.as_ref().map(|condition| self.condition(condition));
            let never = applies.is_some_and(|applies| matches!(self.condition_node(applies), Condition::Constant(false)));
            let findings_before = self.diagnostics.len();
            let when = self.condition(&gate.when);
            if never {
                self.absorb_faults(findings_before);
            }
            let words = self.words(&gate.words);
            let Some(verdict) = gate.verdict else {
                self.not_understood(gate.head.name_span);
                continue;
            };
            self.program.gates.push(Gate {
                head: gate.head.clone(),
                applies,
                term: gate.term,
                when,
                verdict,
                at_most: gate.at_most,
                words,
                reads: Vec::new(),
                reads_script: false,
                tables: Vec::new(),
            });
        }
    }

    pub(super) fn words(&mut self, words: &typed::Words) -> Words {
        Words {
            because: words.because.as_ref().map(|template| self.template(template)),
            ask: words.ask.as_ref().map(|template| self.template(template)),
            remedy: words.remedy.as_ref().map(|template| self.template(template)),
            cite: words.cite.as_ref().map(|template| self.template(template)),
        }
    }

    pub(super) fn template(&mut self, template: &typed::Template) -> Template {
        let pieces = template
            .pieces
            .iter()
            .map(|piece| match piece {
                typed::Piece::Text(text) => Piece::Text(text.clone()),
                typed::Piece::Value(expr) => Piece::Value(self.expression(expr), expr.ty),
            })
            .collect();
        Template { pieces }
    }

    fn body(&mut self, head: &Head, body: &typed::Body) -> Body {
        match body {
            typed::Body::Check(condition) => Body::Check(self.condition(condition)),
            typed::Body::Grade(Some(operand), rows) => self.grade(head, operand, rows),
            typed::Body::Grade(None, rows) => self.grade_when(head, rows),
            typed::Body::Ramp(operand, knots) => self.ramp(operand, knots),
            typed::Body::Measure(value) => Body::Measure(self.expression(value)),
            typed::Body::Include(child) => Body::Include(*child),
        }
    }

    pub(super) fn constant(&mut self, value: Possible, span: Span) -> ExprId {
        self.push(Expr::Constant(value), span)
    }

    pub(super) fn push(&mut self, node: Expr, span: Span) -> ExprId {
        self.program.expressions.push((node, span));
        ExprId(self.program.expressions.len() as u32 - 1)
    }

    pub(super) fn push_condition(&mut self, node: Condition, span: Span) -> ConditionId {
        self.program.conditions.push((node, span));
        ConditionId(self.program.conditions.len() as u32 - 1)
    }

    pub(super) fn push_collection(&mut self, node: Collection) -> CollectionId {
        self.program.collections.push(node);
        CollectionId(self.program.collections.len() as u32 - 1)
    }

    pub(super) fn node(&self, id: ExprId) -> &Expr {
        &self.program.expressions[id.0 as usize].0
    }

    pub(super) fn condition_node(&self, id: ConditionId) -> &Condition {
        &self.program.conditions[id.0 as usize].0
    }

    pub(super) fn constant_of(&self, id: ExprId) -> Option<&Possible> {
        match self.node(id) {
            Expr::Constant(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn range_of(&self, id: ExprId) -> Option<Interval> {
        match self.constant_of(id) {
            Some(Possible::Range(range)) => Some(*range),
            _ => None,
        }
    }
}

/// Something that can't be had before itself.
fn circle(head: &Head) -> Diagnostic {
    Diagnostic::new(&codes::CYCLE, head.name_span, format!("`{}` needs itself", head.code))
}
