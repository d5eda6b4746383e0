//! Values: facts with their evidence, names, and what expressions are made of.

use super::conditions::together;
use super::written::Constant;
use super::{Fact, Node, NodeKind, Opened, Told, Tone, Tracer};
use crate::eval::Look;
use crate::policy::{LetId, ParamId};
use crate::program::{Argument, ConditionId, Expr, ExprId, Origin, Place, ScriptCall, Step};
use crate::sheet::Mark;
use crate::source::Span;
use crate::value::{Fraction, Number, Possible, Schema, Truth, Type, show_fraction_percent, show_possible};
use crate::verdict::{Fault, FaultKind, FaultLevel, Site};

impl Tracer<'_> {
    /// The type of an expression.
    pub(super) fn type_of(&self, id: ExprId) -> Type {
        let program = self.program;
        let (expr, span) = &program.expressions[id.0 as usize];
        let own = match expr {
            Expr::Fact(place) | Expr::Assuming(place, _) => program.field_at(*place).and_then(|field| self.written.field(field)),
            Expr::Let(named) => Some(program.lets[named.index()].ty),
            Expr::Score(_) => Some(Type::Percent),
            Expr::Points(_) | Expr::ScorePoints(_) => Some(Type::Number),
            Expr::Limit(limit) => Some(program.limits[limit.index()].ty),
            Expr::Band(verdict) => Some(Type::Enum(self.policy.verdicts[verdict.index()].bands)),
            Expr::Script(call) => Some(program.functions[call.function.index()].result),
            Expr::Truth(_) => Some(Type::Bool),
            _ => None,
        };
        own.or_else(|| self.written.ty(*span)).unwrap_or(Type::Number)
    }

    /// An expression: what it came to, and what that rests on.
    pub(super) fn value(&mut self, look: &mut Look<'_>, id: ExprId, whole: bool) -> Node {
        let program = self.program;
        let (expr, span) = &program.expressions[id.0 as usize];
        match expr {
            Expr::Fact(place) => return self.fact(look, *place),
            Expr::Assuming(place, assumed) => return self.assuming(look, *place, assumed, self.type_of(id)),
            Expr::Let(named) => return self.named(look, *named, Some(*span)),
            Expr::Truth(condition) => return self.condition(look, *condition, whole),
            Expr::Points(item) => return self.step(look, Step::Item(*item)),
            Expr::Score(scorecard) | Expr::ScorePoints(scorecard) => return self.step(look, Step::Scorecard(*scorecard)),
            Expr::Band(verdict) => return self.step(look, Step::Verdict(*verdict)),
            Expr::Limit(limit) => return self.step(look, Step::Limit(*limit)),
            Expr::Column(table, column) => return self.column(look, *table, *column, *span),
            _ => {}
        }
        let (value, fault) = look.value(id);
        let ty = self.type_of(id);
        let tone = tone_of(&value, fault);
        let mut node = Node::new(NodeKind::Written, self.text(*span)).at(self.cite(*span)).came_to(self.show(&value, fault, ty), tone);
        if self.deeper(|tracer| tracer.fill_value(look, id, whole, &mut node)).is_none() {
            node.folded = true;
        }
        self.tell_fault(&mut node, fault, Site::Expression(id));
        node
    }

    fn fill_value(&mut self, look: &mut Look<'_>, id: ExprId, whole: bool, node: &mut Node) {
        let program = self.program;
        let (expr, span) = &program.expressions[id.0 as usize];
        match expr {
            Expr::Constant(_) => node.parts = self.constants(*span),
            Expr::Add(..) | Expr::Subtract(..) | Expr::Multiply(..) | Expr::Divide(..) => {
                let mut operands = Vec::new();
                self.flatten(id, &mut operands);
                node.parts = self.operands(look, &operands, whole);
            }
            Expr::Negate(inner) | Expr::Abs(inner) | Expr::Round(inner, ..) | Expr::AddMonths(inner, _) | Expr::FloorToDay(inner) => {
                node.parts = self.operands(look, &[*inner], whole);
            }
            Expr::Min(parts) | Expr::Max(parts) => node.parts = self.operands(look, parts, whole),
            Expr::Clamp(value, low, high) => node.parts = self.operands(look, &[*value, *low, *high], whole),
            Expr::If(condition, then, otherwise) => self.choice(look, (*condition, *then, *otherwise), whole, &mut node.parts),
            Expr::Aggregate(aggregate) => self.aggregate(look, id, aggregate, whole, node),
            Expr::Script(call) => self.script(look, id, call, whole, node),
            // The others have nodes of their own.
            Expr::Fact(_)
            | Expr::Assuming(..)
            | Expr::Let(_)
            | Expr::Truth(_)
            | Expr::Points(_)
            | Expr::Score(_)
            | Expr::ScorePoints(_)
            | Expr::Band(_)
            | Expr::Limit(_)
            | Expr::Column(..) => {}
        }
    }

    /// The operands of a sum of sums, of a product of products.
    fn flatten(&self, id: ExprId, operands: &mut Vec<ExprId>) {
        let both = match &self.program.expressions[id.0 as usize].0 {
            Expr::Add(left, right) | Expr::Subtract(left, right) => Some((*left, *right, true)),
            Expr::Multiply(left, right) | Expr::Divide(left, right) => Some((*left, *right, false)),
            _ => None,
        };
        let Some((left, right, sum)) = both else { return operands.push(id) };
        for side in [left, right] {
            let alike = match &self.program.expressions[side.0 as usize].0 {
                Expr::Add(..) | Expr::Subtract(..) => sum,
                Expr::Multiply(..) | Expr::Divide(..) => !sum,
                _ => false,
            };
            if alike { self.flatten(side, operands) } else { operands.push(side) }
        }
    }

    /// What several expressions rest on. Literals speak for themselves; other constants are told by their names.
    pub(super) fn operands(&mut self, look: &mut Look<'_>, ids: &[ExprId], whole: bool) -> Vec<Node> {
        let mut nodes = Vec::new();
        for id in ids {
            match &self.program.expressions[id.0 as usize] {
                (Expr::Constant(_), span) => nodes.extend(self.constants(*span)),
                (Expr::Fact(place), _) => nodes.extend(self.facts_of(look, *place)),
                _ => nodes.push(self.value(look, *id, whole)),
            }
        }
        nodes
    }

    /// `if` after `else if`: the conditions that failed, the one that holds, and its branch; of an open one both branches.
    fn choice(&mut self, look: &mut Look<'_>, choice: (ConditionId, ExprId, ExprId), whole: bool, parts: &mut Vec<Node>) {
        let (mut condition, mut then, mut otherwise) = choice;
        let mut conditions = Vec::new();
        loop {
            let (truth, _) = look.truth(condition);
            conditions.push(self.condition(look, condition, whole || truth == Truth::Unknown));
            match truth {
                Truth::False => match &self.program.expressions[otherwise.0 as usize].0 {
                    Expr::If(next, branch, rest) => (condition, then, otherwise) = (*next, *branch, *rest),
                    _ => {
                        parts.extend(together(conditions));
                        parts.push(self.branch(look, "so it is the last", otherwise, whole));
                        return;
                    }
                },
                Truth::True => {
                    parts.extend(together(conditions));
                    parts.push(self.branch(look, "so it is", then, whole));
                    return;
                }
                Truth::Unknown => {
                    parts.extend(together(conditions));
                    for (holds, words, branch) in [(true, "if it holds", then), (false, "if it fails", otherwise)] {
                        let guard = look.guard();
                        if look.narrow(condition, holds) {
                            parts.push(self.branch(look, words, branch, whole));
                        }
                        look.unguard(guard);
                    }
                    return;
                }
            }
        }
    }

    /// What an `if` comes to on one side.
    fn branch(&mut self, look: &mut Look<'_>, words: &str, id: ExprId, whole: bool) -> Node {
        let (value, fault) = look.value(id);
        let (expr, span) = &self.program.expressions[id.0 as usize];
        let text = self.text(*span);
        let shown = self.show(&value, fault, self.type_of(id));
        let mut node = Node::words(format!("{words}: `{text}`"));
        match expr {
            Expr::Constant(_) => {
                node.parts = self.constants(*span);
                if shown != text {
                    node.outcome = shown;
                }
            }
            _ => {
                let below = self.value(look, id, whole);
                if below.kind == NodeKind::Written && below.text == text {
                    (node.outcome, node.tone, node.remarks, node.folded) = (below.outcome, below.tone, below.remarks, below.folded);
                    node.parts = below.parts;
                } else {
                    node.parts = vec![below];
                }
            }
        }
        node
    }

    /// A fact, as it is in the scope at hand.
    pub(super) fn fact(&self, look: &Look<'_>, place: Place) -> Node {
        let seen = look.fact(place);
        let Some(address) = seen.address else {
            let shown = shown(&seen.value, Type::Number, &self.program.schema);
            return Node::words("the value of the entry").came_to(shown, Tone::Plain);
        };
        if address.sheet == 0 {
            let ty = self.program.field_at(place).and_then(|field| self.written.field(field)).unwrap_or(Type::Text);
            let shown = shown(&seen.value, ty, &self.program.schema);
            return Node::words("an entry that is not on file").came_to(shown, Tone::Open);
        }
        self.fact_at(address, Some(&seen.value))
    }

    /// A fact below the test that reads it; of an entry that nobody has listed the test says all there is.
    pub(super) fn facts_of(&self, look: &Look<'_>, place: Place) -> Vec<Node> {
        let node = self.fact(look, place);
        if node.kind == NodeKind::Fact { vec![node] } else { Vec::new() }
    }

    /// The fact at an address; `in_force` is what it may be in the scope at hand.
    pub(super) fn fact_at(&self, address: crate::verdict::Address, in_force: Option<&Possible>) -> Node {
        let line = self.facts.line(address);
        let slot = &self.dossier.sheets[address.sheet as usize - 1].slots[address.slot as usize];
        let mut node = Node::new(NodeKind::Fact, line.path.clone()).came_to(line.value.clone(), Tone::Plain);
        if !slot.known || !slot.exact {
            node.tone = Tone::Open;
        }
        let bounds = shown(&slot.value, self.facts.type_of(address), &self.program.schema);
        let bounds = Some(bounds).filter(|bounds| !slot.known && !matches!(slot.value, Possible::List(_)) && bounds != "not known");
        if let Some(in_force) = in_force.filter(|in_force| **in_force != slot.value) {
            let here = shown(in_force, self.facts.type_of(address), &self.program.schema);
            node.remark(format!("here it is {here}, for the condition before leaves no more of it"));
        }
        node.fact = Some(Fact { address, line, bounds, assumed: None });
        node
    }

    /// A fact, or what is assumed in its place.
    fn assuming(&mut self, look: &Look<'_>, place: Place, assumed: &Possible, ty: Type) -> Node {
        let mut node = self.fact(look, place);
        if look.fact(place).mark != Mark::Known {
            let shown = shown(assumed, ty, &self.program.schema);
            node.remark(format!("assumed to be {shown}, as there is no evidence"));
            if let Some(fact) = &mut node.fact {
                fact.assumed = Some(shown);
            }
        }
        node
    }

    /// A `let`, opened where it first comes to what it comes to here.
    pub(super) fn named(&mut self, look: &mut Look<'_>, id: LetId, used_at: Option<Span>) -> Node {
        let named = &self.program.lets[id.index()];
        let around = look.go_in();
        let (value, fault) = look.value(named.value);
        let shown = self.show(&value, fault, named.ty);
        let text = used_at.map_or_else(|| named.head.code.clone(), |span| self.text(span));
        let mut node = Node::new(NodeKind::Named, text).at(self.cite(named.head.name_span)).came_to(shown.clone(), tone_of(&value, fault));
        if matches!(value, Possible::Truth(_)) {
            let truth = if let Possible::Truth(truth) = value { truth } else { Truth::Unknown };
            node = node.judged(truth, fault);
        }
        if !self.open(Opened::Let(id), &shown) {
            node.again = true;
        } else {
            match self.deeper(|tracer| tracer.let_parts(look, id)) {
                Some(parts) => node.parts = parts,
                None => node.folded = true,
            }
        }
        look.come_out(around);
        node
    }

    fn let_parts(&mut self, look: &mut Look<'_>, id: LetId) -> Vec<Node> {
        let value = self.program.lets[id.index()].value;
        match &self.program.expressions[value.0 as usize] {
            (Expr::Constant(Possible::List(_)), _) => vec![],
            (Expr::Constant(_), span) => self.constants(*span),
            _ => vec![self.value(look, value, true)],
        }
    }

    /// A parameter.
    pub(super) fn parameter(&mut self, id: ParamId) -> Node {
        let param = &self.program.params[id.index()];
        let value = shown(&param.value, param.ty, &self.program.schema);
        let mut node = Node::new(NodeKind::Named, format!("parameter {}", param.head.code)).came_to(value, Tone::Plain);
        node.rule = Some(self.cite(param.head.name_span));
        match &param.origin {
            Origin::Rules => {}
            Origin::Profile(span) => {
                node.rule = Some(self.cite(*span));
                let profile = self.program.profile.as_ref().map_or("", |head| head.code.as_str());
                node.remark(format!("set by the profile {profile}"));
            }
            Origin::Outside(option) => node.remark(format!("set by {option}")),
        }
        node
    }

    /// The parameters and constant `let`s named in a piece of text, each once in the tree.
    pub(super) fn constants(&mut self, span: Span) -> Vec<Node> {
        let named: Vec<Constant> = self.written.names(span).map(|(_, name)| name).collect();
        let mut nodes = Vec::new();
        for name in named {
            match name {
                Constant::Param(id) if self.shown.insert(Told::Param(id)) => nodes.push(self.parameter(id)),
                Constant::Let(id) => {
                    let named = &self.program.lets[id.index()];
                    let Expr::Constant(value) = &self.program.expressions[named.value.0 as usize].0 else { continue };
                    if !self.shown.insert(Told::Let(id)) || matches!(value, Possible::List(_)) {
                        continue;
                    }
                    let shown = shown(value, named.ty, &self.program.schema);
                    let mut node = Node::new(NodeKind::Named, named.head.code.clone()).at(self.cite(named.head.name_span));
                    node.outcome = shown;
                    node.parts = self.constants(self.written.value_of(id));
                    nodes.push(node);
                }
                Constant::Param(_) => {}
            }
        }
        nodes
    }

    /// A call of a script: what it was given, and why it did not run if it did not.
    fn script(&mut self, look: &mut Look<'_>, id: ExprId, call: &ScriptCall, whole: bool, node: &mut Node) {
        let function = &self.program.functions[call.function.index()];
        let fault = look.value(id).1;
        let place = self.sources.address(function.head.name_span);
        match (fault.level, fault.kind) {
            (FaultLevel::None, _) => node.remark(format!("worked out by the script of `{}`, {place}", function.name)),
            (_, FaultKind::ScriptNotRun) if fault.site == Site::Expression(id) => {
                node.remark(format!("the script of `{}` ({place}) was not run: it works on exact values only", function.name));
            }
            _ => node.remark(format!("called as `{}`, {place}", function.name)),
        }
        if let Some(failure) = self.judgement.script_failures.get(&id).filter(|_| fault.kind == FaultKind::Script) {
            node.remark(format!("the script says so at {}", self.sources.address(failure.span)));
        }
        for (argument, parameter) in call.arguments.iter().zip(&function.parameters) {
            let mut given = Node::words(format!("given for `{}`", parameter.name));
            given.parts = match argument {
                Argument::One(given) => self.operands(look, given.values(), whole),
                Argument::List(list) => self.whole_list(look, *list),
                Argument::Records(list, leaves) => self.list_of_leaves(look, *list, leaves),
                Argument::Each { list, filter, given, binder } => self.each_given(look, (*list, *binder), *filter, given.values(), whole),
            };
            if !given.parts.is_empty() {
                node.parts.push(given);
            }
        }
    }
}

fn tone_of(value: &Possible, fault: Fault) -> Tone {
    if fault.level == FaultLevel::Certain {
        Tone::Faulted
    } else if value.is_exact() {
        Tone::Plain
    } else {
        Tone::Open
    }
}

/// A value in words.
pub(super) fn shown(value: &Possible, ty: Type, schema: &Schema) -> String {
    shown_beside(value, ty, schema, &[])
}

/// A value in words. A worked-out percent has as many decimals as there are; it is rounded, but onto no edge that it does not reach.
pub(super) fn shown_beside(value: &Possible, ty: Type, schema: &Schema, edges: &[Number]) -> String {
    match (value, ty) {
        (Possible::Range(range), Type::Percent) if range.is_finite() && !is_short(range.low) | !is_short(range.high) => {
            let percent = |number: Number| show_fraction_percent(&Fraction::from_number(number), edges);
            let (low, high) = (percent(range.low), percent(range.high));
            if low == high { low } else { format!("{low} to {high}") }
        }
        (Possible::Texts(crate::value::Texts::One(text)), _) => format!("\"{text}\""),
        _ => show_possible(value, ty, schema),
    }
}

/// Whether a share has no more than two decimals as a percent.
fn is_short(number: Number) -> bool {
    number.multiply(Number::whole(10_000)).is_ok_and(Number::is_whole)
}
