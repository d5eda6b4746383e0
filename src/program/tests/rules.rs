//! A small policy to put expressions into, and a compact text of what becomes of them.

use std::cell::Cell;

use crate::diagnostic::Staged;
use crate::policy::{
    self, AggregateKind, ArithmeticOp, Binder, Body, Comparison, Document, DocumentId, Expr, ExprKind, FactPath, Function, Head, LetId,
    ParamId, Policy, Root, Row, RowWhen, RulebookInfo, ScorecardId, Test, Verdict, Words,
};
use crate::program::{self, Collection, CollectionId, Condition, ConditionId, ExprId, Place, Program, Settings, build};
use crate::source::{FileId, Sources, Span};
use crate::value::{
    DAY, EnumId, EnumType, Field, FieldId, FieldKind, Interval, Leaf, List, ListId, ListType, Number, Possible, RecordId, RecordType,
    Schema, Term, Texts, Truth, Type, Variant, Variants, show_possible,
};

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// A place that nothing else has.
pub fn somewhere() -> Span {
    let at = NEXT.with(|next| next.replace(next.get() + 2)) as usize;
    Span::new(file(), at, at + 1)
}

fn file() -> FileId {
    Sources::new().add("rules.plumb", "")
}

/// What the subject of every policy here has.
const FACTS: [(&str, Type); 9] = [
    ("x", Type::Number),
    ("share", Type::Percent),
    ("count", Type::Whole),
    ("since", Type::Date),
    ("flag", Type::Bool),
    ("kind", Type::Enum(EnumId(0))),
    ("name", Type::Text),
    ("audits", Type::List(ListId(0))),
    ("age", Type::Duration),
];

/// What every audit has.
const AUDIT: [(&str, Type); 2] = [("date", Type::Date), ("open", Type::Whole)];

pub struct Rules {
    pub policy: Policy,
    pub settings: Settings,
}

impl Rules {
    /// A subject with [`FACTS`], one scorecard `card`, and a verdict on it.
    pub fn new() -> Rules {
        let variants = |names: &[&str]| {
            names.iter().map(|name| Variant { name: name.to_string(), title: name.to_string(), span: somewhere() }).collect::<Vec<_>>()
        };
        let mut schema = Schema {
            enums: vec![
                EnumType { name: "kind".into(), title: None, variants: variants(&["red", "green", "blue"]), ordered: false },
                EnumType { name: "band".into(), title: None, variants: variants(&["good", "fair", "bad"]), ordered: true },
            ],
            ..Schema::default()
        };
        schema.lists.push(ListType { element: Type::Record(RecordId(1)), domain: Possible::List(List::UNKNOWN), least: 0, most: Some(9) });
        for (name, facts) in [("project", &FACTS[..]), ("audit", &AUDIT[..])] {
            let fields = facts.iter().enumerate().map(|(index, (name, _))| Field {
                name: name.to_string(),
                span: somewhere(),
                kind: FieldKind::Leaf(index as u32),
            });
            let fields = fields.collect();
            let leaves = facts.iter().map(|(path, ty)| {
                schema.fields += 1;
                let domain = match *path {
                    "share" => Possible::Range(Interval::closed(Number::ZERO, Number::ONE)),
                    "count" | "open" => Possible::Range(Interval { low: Number::ZERO, low_open: false, ..Interval::unbounded() }),
                    _ => Possible::anything(*ty, &schema),
                };
                Leaf {
                    path: path.to_string(),
                    field: FieldId(schema.fields - 1),
                    ty: *ty,
                    domain,
                    fresh: None,
                    sourced: false,
                    fixed: false,
                    doc: String::new(),
                    span: somewhere(),
                }
            });
            let leaves = leaves.collect();
            schema.records.push(RecordType { name: name.into(), fields, leaves });
        }
        let policy = Policy {
            rulebooks: vec![RulebookInfo {
                name: "main".into(),
                title: "Main".into(),
                version: None,
                doc: String::new(),
                file: file(),
                tests: false,
            }],
            schema,
            documents: vec![Document {
                name: "project".into(),
                title: "Project".into(),
                doc: String::new(),
                span: somewhere(),
                record: RecordId(0),
                optional: false,
                many: None,
            }],
            scorecards: vec![policy::Scorecard { head: head("card"), items: Vec::new() }],
            verdicts: vec![Verdict {
                head: head("band"),
                on: Some(ScorecardId(0)),
                bands: EnumId(1),
                edges: vec![policy::Edge::AtLeast(percent(75)), policy::Edge::AtLeast(percent(40)), policy::Edge::Otherwise],
                docs: vec![String::new(); 3],
            }],
            ..Policy::default()
        };
        Rules { policy, settings: Settings::on(Number::whole(20_000 * DAY)) }
    }

    pub fn param(&mut self, name: &str, ty: Type, domain: Possible, value: Expr) -> Expr {
        self.policy.params.push(policy::Param { head: head(name), ty, domain, value });
        expr(ExprKind::Param(ParamId(self.policy.params.len() as u32 - 1)), ty)
    }

    pub fn named(&mut self, name: &str, value: Expr) -> Expr {
        let ty = value.ty;
        self.policy.lets.push(policy::Let { head: head(name), value });
        expr(ExprKind::Let(LetId(self.policy.lets.len() as u32 - 1)), ty)
    }

    pub fn item(&mut self, name: &str, worth: Option<Expr>, body: Body) -> policy::ItemId {
        let id = policy::ItemId(self.policy.items.len() as u32);
        self.policy.items.push(policy::Item {
            head: head(name),
            scorecard: ScorecardId(0),
            worth,
            applies: None,
            term: Term::default(),
            body,
            words: Words::default(),
        });
        self.policy.scorecards[0].items.push(id);
        id
    }

    pub fn check(&mut self, name: &str, condition: Expr) -> policy::ItemId {
        self.item(name, Some(number(10)), Body::Check(condition))
    }

    /// A check of a scorecard of its own, which may read the first one and its verdict.
    pub fn check_elsewhere(&mut self, name: &str, condition: Expr) -> policy::ItemId {
        let id = self.check(name, condition);
        self.policy.scorecards[0].items.pop();
        self.policy.items[id.index()].scorecard = ScorecardId(self.policy.scorecards.len() as u32);
        self.policy.scorecards.push(policy::Scorecard { head: head(&format!("card_of_{name}")), items: vec![id] });
        id
    }

    pub fn gate(&mut self, name: &str, when: Expr) -> policy::GateId {
        let verdict = Some(policy::VerdictId(0));
        self.policy.gates.push(policy::Gate {
            head: head(name),
            applies: None,
            term: Term::default(),
            never_waived: None,
            when,
            verdict,
            at_most: 2,
            words: Words::default(),
        });
        policy::GateId(self.policy.gates.len() as u32 - 1)
    }

    pub fn build(&self) -> Staged<Option<Program>> {
        build(&self.policy, &self.settings)
    }

    pub fn program(&self) -> Program {
        let staged = self.build();
        assert_eq!(told(&staged), Vec::<String>::new());
        staged.value.expect("rules without findings run")
    }

    /// What is found, as `code: message`.
    pub fn findings(&self) -> Vec<String> {
        let staged = self.build();
        assert_eq!(staged.value.is_none(), staged.has_errors(), "errors, and only they, keep rules from running");
        told(&staged)
    }
}

fn told(staged: &Staged<Option<Program>>) -> Vec<String> {
    staged.diagnostics.iter().map(|finding| format!("{}: {}", finding.code.name, finding.message)).collect()
}

/// What a condition becomes.
pub fn lowered(condition: Expr) -> String {
    let mut rules = Rules::new();
    rules.check("c", condition);
    item(&rules.program(), 0)
}

/// What a value becomes.
pub fn lowered_value(value: Expr) -> String {
    let mut rules = Rules::new();
    rules.item("m", Some(number(10)), Body::Measure(value));
    item(&rules.program(), 0)
}

/// What is found in a condition.
pub fn found(condition: Expr) -> Vec<String> {
    let mut rules = Rules::new();
    rules.check("c", condition);
    rules.findings()
}

pub fn head(name: &str) -> Head {
    Head { code: format!("main.{name}"), title: name.into(), doc: String::new(), name_span: somewhere(), span: somewhere() }
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, span: somewhere() }
}

fn exact(value: Number, ty: Type) -> Expr {
    expr(ExprKind::Constant(Possible::Range(Interval::point(value))), ty)
}

pub fn number(value: i64) -> Expr {
    exact(Number::whole(value), Type::Number)
}

pub fn whole(value: i64) -> Expr {
    exact(Number::whole(value), Type::Whole)
}

pub fn decimal(text: &str, ty: Type) -> Expr {
    exact(Number::parse(text).expect("tests write numbers properly"), ty)
}

pub fn percent(value: i64) -> Expr {
    exact(Number::whole(value).divide(Number::whole(100)).expect("a hundred is not zero"), Type::Percent)
}

pub fn hours(value: i64) -> Expr {
    exact(Number::whole(value * 3_600_000), Type::Duration)
}

pub fn today() -> Expr {
    expr(ExprKind::Today, Type::Date)
}

pub fn truth(value: bool) -> Expr {
    expr(ExprKind::Constant(Possible::Truth(Truth::from(value))), Type::Bool)
}

pub fn text(value: &str) -> Expr {
    expr(ExprKind::Constant(Possible::Texts(Texts::One(value.into()))), Type::Text)
}

/// A variant of `kind`: 0 is red.
pub fn colour(index: usize) -> Expr {
    expr(ExprKind::Constant(Possible::Variants(Variants::one(index))), Type::Enum(EnumId(0)))
}

/// A band: 0 is good.
pub fn band(index: usize) -> Expr {
    expr(ExprKind::Constant(Possible::Variants(Variants::one(index))), Type::Enum(EnumId(1)))
}

fn path(name: &str) -> (FactPath, Type) {
    let place = FACTS.iter().position(|(fact, _)| *fact == name).expect("tests read facts there are");
    let path = FactPath { root: Root::Document(DocumentId(0)), leaf: place as u32, field: Some(FieldId(place as u32)) };
    (path, FACTS[place].1)
}

pub fn fact(name: &str) -> Expr {
    let (path, ty) = path(name);
    expr(ExprKind::Fact(path), ty)
}

pub fn known(name: &str) -> Expr {
    expr(ExprKind::IsKnown(path(name).0), Type::Bool)
}

pub fn assuming(name: &str, value: Expr) -> Expr {
    let (path, ty) = path(name);
    expr(ExprKind::Assuming(path, Some(Box::new(value))), ty)
}

/// A field of the audit that a binder runs over.
pub fn of_audit(binder: u32, name: &str) -> Expr {
    let place = AUDIT.iter().position(|(fact, _)| *fact == name).expect("tests read facts there are");
    let field = Some(FieldId((FACTS.len() + place) as u32));
    expr(ExprKind::Fact(FactPath { root: Root::Element(binder), leaf: place as u32, field }), AUDIT[place].1)
}

pub fn audits(filter: Option<Expr>) -> Binder {
    Binder { name: "a".into(), list: Box::new(fact("audits")), filter: filter.map(Box::new) }
}

pub fn aggregate(kind: AggregateKind, binder: Binder, of: Option<Expr>, if_none: Option<Expr>) -> Expr {
    let of = of.map(Box::new);
    let if_none = if_none.map(Box::new);
    expr(ExprKind::Aggregate(policy::Aggregate { kind, binder, of, if_none }), Type::Whole)
}

pub fn compare(left: Expr, operator: Comparison, right: Expr) -> Expr {
    expr(ExprKind::Compare(operator, Box::new(left), Box::new(right)), Type::Bool)
}

pub fn between(value: Expr, low: Expr, high: Expr) -> Expr {
    expr(ExprKind::Between(Box::new(value), Box::new(low), Box::new(high)), Type::Bool)
}

pub fn one_of(value: Expr, options: Vec<Expr>) -> Expr {
    expr(ExprKind::OneOf(Box::new(value), options), Type::Bool)
}

pub fn not(inner: Expr) -> Expr {
    expr(ExprKind::Not(Box::new(inner)), Type::Bool)
}

pub fn all(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::And(parts), Type::Bool)
}

pub fn any(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::Or(parts), Type::Bool)
}

pub fn arithmetic(left: Expr, operation: ArithmeticOp, right: Expr) -> Expr {
    let ty = match (operation, left.ty, right.ty) {
        (ArithmeticOp::Subtract, Type::Date, Type::Date) => Type::Duration,
        (_, Type::Date, _) | (_, _, Type::Date) => Type::Date,
        _ => left.ty,
    };
    expr(ExprKind::Arithmetic(operation, Box::new(left), Box::new(right)), ty)
}

pub fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    let ty = arguments[0].ty;
    expr(ExprKind::Call(function, arguments), ty)
}

pub fn either(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    let ty = then.ty;
    expr(ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)), ty)
}

pub fn row(test: Test, points: i64) -> Row {
    Row { when: RowWhen::Test(test), points: number(points), label: None, span: somewhere() }
}

pub fn row_when(condition: Expr, points: i64) -> Row {
    Row { when: RowWhen::When(condition), points: number(points), label: None, span: somewhere() }
}

pub fn otherwise(points: i64) -> Row {
    Row { when: RowWhen::Otherwise, points: number(points), label: None, span: somewhere() }
}

/// What an item became, on one line.
pub fn item(program: &Program, index: usize) -> String {
    match &program.items[index].body {
        program::Body::Check(condition) => shown(program, *condition),
        program::Body::Measure(value) | program::Body::Ramp(value, _) => value_shown(program, *value),
        program::Body::Grade(operand, rows) => {
            let rows: Vec<String> = rows.iter().map(|row| accepted(program, &row.accepts)).collect();
            format!("{}: {}", value_shown(program, *operand), rows.join(" | "))
        }
        program::Body::GradeWhen(rows) => {
            let rows: Vec<String> = rows.iter().map(|row| row.when.map_or("otherwise".into(), |when| shown(program, when))).collect();
            rows.join(" | ")
        }
        program::Body::Include(child) => program.scorecards[child.index()].head.code.clone(),
    }
}

fn accepted(program: &Program, accepts: &program::Accepts) -> String {
    match accepts {
        program::Accepts::All => "all".into(),
        program::Accepts::Ranges(ranges) => {
            let ranges: Vec<String> = ranges.iter().map(|range| constant(&Possible::Range(*range))).collect();
            ranges.join(" or ")
        }
        program::Accepts::Variants(variants) => variants_shown(*variants),
        program::Accepts::Truth(truth) => truth.to_string(),
        program::Accepts::Condition(condition) => shown(program, *condition),
    }
}

/// A condition as nested calls.
pub fn shown(program: &Program, id: ConditionId) -> String {
    let value = |id: ExprId| value_shown(program, id);
    let parts = |name: &str, ids: &[ConditionId]| {
        let parts: Vec<String> = ids.iter().map(|id| shown(program, *id)).collect();
        format!("{name}({})", parts.join(", "))
    };
    match &program.conditions[id.0 as usize].0 {
        Condition::Constant(truth) => truth.to_string(),
        Condition::FactCompare(at, comparison, number) => format!("{} {} {number}", place(program, *at), symbol(*comparison)),
        Condition::FactAmong(at, variants) => format!("{} in {}", place(program, *at), variants_shown(*variants)),
        Condition::FactTrue(at) => place(program, *at),
        Condition::Value(inner) => format!("value({})", value(*inner)),
        Condition::Compare(comparison, left, right) => format!("compare({} {} {})", value(*left), symbol(*comparison), value(*right)),
        Condition::Between(inner, low, high) => format!("between({}, {}, {})", value(*inner), value(*low), value(*high)),
        Condition::Among(inner, variants) => format!("among({}, {})", value(*inner), variants_shown(*variants)),
        Condition::OneOf(inner, options) => {
            let options: Vec<String> = options.iter().map(|option| value(*option)).collect();
            format!("one_of({}; {})", value(*inner), options.join(", "))
        }
        Condition::InList(inner, list) => format!("in_list({}, {})", value(*inner), collection(program, *list)),
        Condition::Known(at) => format!("known({})", place(program, *at)),
        Condition::Empty(list) => format!("empty({})", collection(program, *list)),
        Condition::Check(item) => program.items[item.index()].head.code.clone(),
        Condition::Gate(gate) => program.gates[gate.index()].head.code.clone(),
        Condition::Trigger(trigger) => program.triggers[trigger.index()].head.code.clone(),
        Condition::Not(inner) => parts("not", &[*inner]),
        Condition::And(inner) => parts("and", inner),
        Condition::Or(inner) => parts("or", inner),
        Condition::Quantified { quantifier, list, filter, satisfies, binder } => {
            let filter = filter.map_or(String::new(), |filter| format!(" where {}", shown(program, filter)));
            format!("{quantifier:?}({binder} in {}{filter}: {})", collection(program, *list), shown(program, *satisfies))
        }
    }
}

/// A value as nested calls.
pub fn value_shown(program: &Program, id: ExprId) -> String {
    use program::Expr as Node;
    let calls = |name: &str, ids: &[ExprId]| {
        let parts: Vec<String> = ids.iter().map(|id| value_shown(program, *id)).collect();
        format!("{name}({})", parts.join(", "))
    };
    match &program.expressions[id.0 as usize].0 {
        Node::Constant(value) => constant(value),
        Node::Fact(at) => place(program, *at),
        Node::Assuming(at, value) => format!("assuming({}, {})", place(program, *at), constant(value)),
        Node::Let(id) => program.lets[id.index()].head.code.clone(),
        Node::Points(item) => format!("points({})", program.items[item.index()].head.code),
        Node::Score(card) => format!("score({})", program.scorecards[card.index()].head.code),
        Node::ScorePoints(card) => format!("score_points({})", program.scorecards[card.index()].head.code),
        Node::Band(verdict) => format!("band({})", program.verdicts[verdict.index()].head.code),
        Node::Limit(limit) => program.limits[limit.index()].head.code.clone(),
        Node::Column(table, column) => {
            let table = &program.tables[table.index()];
            format!("{}.{}", table.head.code, table.columns[*column as usize].name)
        }
        Node::Truth(condition) => shown(program, *condition),
        Node::Negate(inner) => calls("negate", &[*inner]),
        Node::Add(left, right) => calls("add", &[*left, *right]),
        Node::Subtract(left, right) => calls("subtract", &[*left, *right]),
        Node::Multiply(left, right) => calls("multiply", &[*left, *right]),
        Node::Divide(left, right) => calls("divide", &[*left, *right]),
        Node::AddMonths(date, months) => format!("add_months({}, {months})", value_shown(program, *date)),
        Node::FloorToDay(date) => calls("floor_to_day", &[*date]),
        Node::Min(parts) => calls("min", parts),
        Node::Max(parts) => calls("max", parts),
        Node::Abs(inner) => calls("abs", &[*inner]),
        Node::Round(inner, places, _) => format!("round({}, {places})", value_shown(program, *inner)),
        Node::Clamp(value, low, high) => calls("clamp", &[*value, *low, *high]),
        Node::If(condition, then, otherwise) => format!("if({}, {})", shown(program, *condition), calls("", &[*then, *otherwise])),
        Node::Script(call) => format!("script {}", program.functions[call.function.index()].name),
        Node::Aggregate(aggregate) => {
            let filter = aggregate.filter.map_or(String::new(), |filter| format!(" where {}", shown(program, filter)));
            let of = aggregate.of.map_or(String::new(), |of| format!(": {}", value_shown(program, of)));
            format!("{:?}({} in {}{filter}{of})", aggregate.kind, aggregate.binder, collection(program, aggregate.list))
        }
    }
}

fn collection(program: &Program, id: CollectionId) -> String {
    match &program.collections[id.0 as usize] {
        Collection::Fact { place: at, assumed_empty: false, .. } => place(program, *at),
        Collection::Fact { place: at, .. } => format!("{} assuming []", place(program, *at)),
        Collection::FieldOfEach { list, leaf } => format!("{}.{}", collection(program, *list), AUDIT[*leaf as usize].0),
        Collection::Top { count, list } => format!("top({count}, {})", collection(program, *list)),
    }
}

fn place(program: &Program, place: Place) -> String {
    match (place, program.field_at(place)) {
        (Place::Fixed { sheet: 1, slot }, _) => FACTS[slot as usize].0.to_string(),
        (Place::Element { binder, leaf, field: Some(_) }, _) => format!("{binder}.{}", AUDIT[leaf as usize].0),
        (other, _) => format!("{other:?}"),
    }
}

fn constant(value: &Possible) -> String {
    match value {
        Possible::Variants(variants) => variants_shown(*variants),
        Possible::Texts(_) => format!("{:?}", show_possible(value, Type::Text, &Schema::default())),
        other => show_possible(other, Type::Number, &Schema::default()),
    }
}

fn variants_shown(variants: Variants) -> String {
    let places: Vec<String> = variants.iter().map(|place| place.to_string()).collect();
    format!("{{{}}}", places.join(" "))
}

fn symbol(comparison: Comparison) -> &'static str {
    comparison.symbol()
}
