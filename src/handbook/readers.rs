//! Who reads what: the facts and parameters that each rule rests on, itself and through named values and tables, and who only shows them.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::{Body, Edge, Expr, ExprKind, Head, Policy, RowWhen, Template, Words};
use crate::policy::{ParamId, Piece};
use crate::value::FieldId;

/// What a rule reads, in order of first reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    pub fields: Vec<FieldId>,
    pub params: Vec<ParamId>,
    /// Documents that are lists, read as a whole.
    pub lists: Vec<u32>,
}

/// The rules of a policy, each with what it reads and what its texts show besides.
pub(super) struct Readers<'p> {
    policy: &'p Policy,
    pub rules: Vec<Reader<'p>>,
}

/// A rule that reads.
pub(super) struct Reader<'p> {
    pub head: &'p Head,
    /// Whether it is a named value or a table, through which others read.
    pub named: bool,
    pub reads: Reads,
    /// Fields that only its texts show.
    pub shows: Vec<FieldId>,
    /// The named values, tables and functions that it names itself, by their codes.
    names: BTreeSet<&'p str>,
    /// The rules whose outcomes it reads, through named values too.
    pub rests_on: Vec<&'p Head>,
}

impl<'p> Readers<'p> {
    pub fn new(policy: &'p Policy) -> Readers<'p> {
        let mut readers = Readers { policy, rules: Vec::new() };
        readers.gather();
        readers
    }

    /// What the rule with a code reads.
    pub fn of(&self, code: &str) -> Option<&Reader<'p>> {
        self.rules.iter().find(|reader| reader.head.code == code)
    }

    /// The rules that name a named value, table or function themselves.
    pub fn users_of(&self, code: &str) -> impl Iterator<Item = &'p Head> {
        self.rules.iter().filter(move |reader| reader.names.contains(code)).map(|reader| reader.head)
    }

    fn gather(&mut self) {
        let policy = self.policy;
        for item in &policy.items {
            let mut walk = Walk::new(policy);
            walk.some(item.worth.as_ref());
            walk.some(item.applies.as_ref());
            walk.body(&item.body);
            self.add(&item.head, walk, Some(&item.words), &labels(&item.body));
        }
        for gate in &policy.gates {
            let mut walk = Walk::new(policy);
            walk.some(gate.applies.as_ref());
            walk.expr(&gate.when);
            self.add(&gate.head, walk, Some(&gate.words), &[]);
        }
        for verdict in &policy.verdicts {
            let mut walk = Walk::new(policy);
            for edge in &verdict.edges {
                if let Edge::AtLeast(expr) | Edge::When(expr) = edge {
                    walk.expr(expr);
                }
            }
            self.add(&verdict.head, walk, None, &[]);
        }
        for limit in &policy.limits {
            let mut walk = Walk::new(policy);
            walk.some(limit.applies.as_ref());
            walk.expr(&limit.value);
            self.add(&limit.head, walk, Some(&limit.words), &[]);
        }
        for trigger in &policy.triggers {
            let mut walk = Walk::new(policy);
            walk.some(trigger.applies.as_ref());
            walk.expr(&trigger.when);
            let action: Vec<&Template> = trigger.action.iter().collect();
            self.add(&trigger.head, walk, Some(&trigger.words), &action);
        }
        for review in &policy.reviews {
            let mut walk = Walk::new(policy);
            walk.some(review.applies.as_ref());
            self.add(&review.head, walk, Some(&review.words), &[]);
        }
        for (index, named) in policy.lets.iter().enumerate() {
            let mut walk = Walk::new(policy);
            walk.lets.insert(index);
            walk.expr(&named.value);
            self.add(&named.head, walk, None, &[]);
        }
        for (index, table) in policy.tables.iter().enumerate() {
            let mut walk = Walk::new(policy);
            walk.tables.insert(index);
            walk.table(index);
            self.add(&table.head, walk, None, &[]);
        }
        let named: BTreeSet<&str> = policy
            .lets
            .iter()
            .map(|named| named.head.code.as_str())
            .chain(policy.tables.iter().map(|table| table.head.code.as_str()))
            .collect();
        for reader in &mut self.rules {
            reader.named = named.contains(reader.head.code.as_str());
        }
    }

    fn add(&mut self, head: &'p Head, walk: Walk<'p>, words: Option<&Words>, others: &[&Template]) {
        let mut shown = Walk::new(self.policy);
        let texts = words.map_or([None; 4], |words| [&words.because, &words.ask, &words.remedy, &words.cite].map(Option::as_ref));
        for template in texts.into_iter().flatten().chain(others.iter().copied()) {
            for piece in &template.pieces {
                if let Piece::Value(expr) = piece {
                    shown.expr(expr);
                }
            }
        }
        let (reads, names, rests_on) = (walk.reads, walk.names, walk.rests_on);
        let shows = shown.reads.fields.into_iter().filter(|field| !reads.fields.contains(field)).collect();
        self.rules.push(Reader { head, named: false, reads, shows, names, rests_on });
    }

    /// The rules that read each field, and those that only show it.
    pub fn by_field(&self) -> BTreeMap<FieldId, (Vec<&Reader<'p>>, Vec<&Reader<'p>>)> {
        let mut by_field: BTreeMap<FieldId, (Vec<&Reader>, Vec<&Reader>)> = BTreeMap::new();
        for reader in self.rules.iter().filter(|reader| !reader.named) {
            reader.reads.fields.iter().for_each(|field| by_field.entry(*field).or_default().0.push(reader));
            reader.shows.iter().for_each(|field| by_field.entry(*field).or_default().1.push(reader));
        }
        by_field
    }

    /// The rules that read each parameter.
    pub fn by_param(&self) -> BTreeMap<ParamId, Vec<&Reader<'p>>> {
        let mut by_param: BTreeMap<ParamId, Vec<&Reader>> = BTreeMap::new();
        for reader in self.rules.iter().filter(|reader| !reader.named) {
            reader.reads.params.iter().for_each(|param| by_param.entry(*param).or_default().push(reader));
        }
        by_param
    }
}

fn labels(body: &Body) -> Vec<&Template> {
    match body {
        Body::Grade(_, rows) => rows.iter().filter_map(|row| row.label.as_ref()).collect(),
        Body::Ramp(_, knots) => knots.iter().filter_map(|knot| knot.label.as_ref()).collect(),
        Body::Check(_) | Body::Measure(_) | Body::Include(_) => Vec::new(),
    }
}

/// A walk over expressions that follows named values and tables, each once.
struct Walk<'p> {
    policy: &'p Policy,
    reads: Reads,
    lets: BTreeSet<usize>,
    tables: BTreeSet<usize>,
    params: BTreeSet<usize>,
    /// How many definitions it has followed to where it is.
    depth: usize,
    names: BTreeSet<&'p str>,
    rests_on: Vec<&'p Head>,
}

impl<'p> Walk<'p> {
    fn new(policy: &'p Policy) -> Walk<'p> {
        Walk {
            policy,
            rests_on: Vec::new(),
            reads: Reads::default(),
            lets: BTreeSet::new(),
            tables: BTreeSet::new(),
            params: BTreeSet::new(),
            depth: 0,
            names: BTreeSet::new(),
        }
    }

    fn some(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let policy = self.policy;
        let mut parts: Vec<&Expr> = Vec::new();
        expr.walk(&mut |part| parts.push(part));
        for part in parts {
            match &part.kind {
                ExprKind::Fact(path) | ExprKind::IsKnown(path) | ExprKind::Assuming(path, _) => match (path.field, path.root) {
                    (Some(field), _) => self.field(field),
                    (None, crate::policy::Root::Document(document)) if !self.reads.lists.contains(&document.0) => {
                        self.reads.lists.push(document.0);
                    }
                    (None, _) => {}
                },
                ExprKind::FieldOfEach(_, _, field) => self.field(*field),
                ExprKind::Param(id) => self.param(*id),
                ExprKind::Let(id) => {
                    self.meet(&policy.lets[id.index()].head);
                    if self.lets.insert(id.index()) {
                        self.follow(|walk| walk.expr(&policy.lets[id.index()].value));
                    }
                }
                ExprKind::Column(id, _) => {
                    self.meet(&policy.tables[id.index()].head);
                    if self.tables.insert(id.index()) {
                        self.follow(|walk| walk.table(id.index()));
                    }
                }
                ExprKind::Check(id) | ExprKind::Points(id) => self.rest_on(&policy.items[id.index()].head),
                ExprKind::Score(id) | ExprKind::ScorePoints(id) => self.rest_on(&policy.scorecards[id.index()].head),
                ExprKind::Gate(id) => self.rest_on(&policy.gates[id.index()].head),
                ExprKind::Band(id) => self.rest_on(&policy.verdicts[id.index()].head),
                ExprKind::Limit(id) => self.rest_on(&policy.limits[id.index()].head),
                ExprKind::Trigger(id) => self.rest_on(&policy.triggers[id.index()].head),
                ExprKind::Script(id, arguments) => {
                    self.meet(&policy.functions[id.index()].head);
                    self.arguments(arguments);
                }
                _ => {}
            }
        }
    }

    fn follow(&mut self, there: impl FnOnce(&mut Self)) {
        self.depth += 1;
        there(self);
        self.depth -= 1;
    }

    fn param(&mut self, id: ParamId) {
        if self.params.insert(id.index()) {
            self.reads.params.push(id);
            let policy = self.policy;
            self.follow(|walk| walk.expr(&policy.params[id.index()].value));
        }
    }

    fn rest_on(&mut self, head: &'p Head) {
        if self.rests_on.iter().all(|met| met.code != head.code) {
            self.rests_on.push(head);
        }
    }

    fn meet(&mut self, head: &'p Head) {
        if self.depth == 0 {
            self.names.insert(&head.code);
        }
    }

    /// Of lists of groups a script sees only some fields, and these stand in no expression.
    fn arguments(&mut self, arguments: &[crate::policy::Argument]) {
        let policy = self.policy;
        for argument in arguments {
            if let crate::policy::Argument::Records(list, leaves) = argument
                && let crate::value::Type::List(id) = list.ty
                && let Some(record) = super::names::element_record(policy, id)
            {
                let declared = &policy.schema.record(record).leaves;
                leaves.iter().filter_map(|leaf| declared.get(*leaf as usize)).for_each(|leaf| self.field(leaf.field));
            }
        }
    }

    fn field(&mut self, field: FieldId) {
        if !self.reads.fields.contains(&field) {
            self.reads.fields.push(field);
        }
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Check(expr) | Body::Measure(expr) => self.expr(expr),
            Body::Grade(operand, rows) => {
                self.some(operand.as_ref());
                for row in rows {
                    match &row.when {
                        RowWhen::When(condition) => self.expr(condition),
                        RowWhen::Test(test) => test.each_value(&mut |value| self.expr(value)),
                        RowWhen::Otherwise => {}
                    }
                    self.expr(&row.points);
                }
            }
            Body::Ramp(operand, knots) => {
                self.expr(operand);
                for knot in knots {
                    self.expr(&knot.at);
                    self.expr(&knot.points);
                }
            }
            Body::Include(_) => {}
        }
    }

    fn table(&mut self, table: usize) {
        let table = &self.policy.tables[table];
        table.inputs.iter().for_each(|input| self.expr(&input.value));
        for row in table.rows.iter().chain(&table.otherwise) {
            row.cells.iter().filter_map(|(test, _)| test.as_ref()).for_each(|test| test.each_value(&mut |value| self.expr(value)));
            row.outputs.iter().for_each(|output| self.expr(output));
        }
    }
}
