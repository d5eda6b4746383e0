//! What the rules mean: every name resolved, every expression typed. A policy may be broken (an editor needs it all the same); see `program` for one that can't be.

mod protocols;
mod trials;

use std::sync::Arc;

pub use self::protocols::{Limit, Protocol, Review, Trigger};
pub use self::trials::{Expectation, ExpectationKind, GivenSheet, Judged, State, Stated, StatedFact, StatedKind, Trial};
use crate::scripts::Script;
use crate::source::{FileId, Span};
pub use crate::syntax::ast::{AggregateKind, ArithmeticOp, Collected, Comparison, HitPolicy, Quantifier};
use crate::value::{EnumId, FieldId, ListId, Possible, RecordId, Schema, Term, Type};

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident;)*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub u32);

            impl $name {
                /// The place in its list.
                pub fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

ids! {
    /// Which document: 0 is the subject, then the contexts in order of declaration.
    DocumentId;
    /// Which parameter.
    ParamId;
    /// Which `let`.
    LetId;
    /// Which check, grade, ramp, measure or include.
    ItemId;
    /// Which scorecard.
    ScorecardId;
    /// Which gate.
    GateId;
    /// Which verdict.
    VerdictId;
    /// Which function of a script.
    FunctionId;
    /// Which limit of a protocol.
    LimitId;
    /// Which trigger of a protocol.
    TriggerId;
    /// Which review of a protocol.
    ReviewId;
    /// Which table.
    TableId;
}

/// A policy as written, resolved and typed.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The rulebooks, in the order read.
    pub rulebooks: Vec<RulebookInfo>,
    /// All types.
    pub schema: Schema,
    /// The subject first (absent only in a broken policy), then the contexts.
    pub documents: Vec<Document>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Named expressions.
    pub lets: Vec<Let>,
    /// Everything that earns points, of all scorecards.
    pub items: Vec<Item>,
    /// Scorecards.
    pub scorecards: Vec<Scorecard>,
    /// Gates.
    pub gates: Vec<Gate>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
    /// Functions of scripts.
    pub functions: Vec<ScriptFunction>,
    /// Protocols.
    pub protocols: Vec<Protocol>,
    /// The limits of all protocols.
    pub limits: Vec<Limit>,
    /// The triggers of all protocols.
    pub triggers: Vec<Trigger>,
    /// The reviews of all protocols.
    pub reviews: Vec<Review>,
    /// Decision tables.
    pub tables: Vec<Table>,
    /// Profiles.
    pub profiles: Vec<Profile>,
    /// Tests of the rules.
    pub trials: Vec<Trial>,
}

/// A rulebook's header.
#[derive(Clone, Debug)]
pub struct RulebookInfo {
    /// Its name.
    pub name: String,
    /// Its title; the name where none is written.
    pub title: String,
    /// Its version, if any.
    pub version: Option<String>,
    /// Its documentation.
    pub doc: String,
    /// Its text.
    pub file: FileId,
    /// Whether it is a file of tests, which holds nothing else and is not judged with.
    pub tests: bool,
}

/// What every named thing has.
#[derive(Clone, Debug)]
pub struct Head {
    /// `rulebook.name`: the stable code that reports, waivers and tests use. An include's is `rulebook.scorecard.child`, e.g. `main.conviction.viability`.
    pub code: String,
    /// The title; the name where none is written.
    pub title: String,
    /// The documentation.
    pub doc: String,
    /// The name's place.
    pub name_span: Span,
    /// The whole item's place.
    pub span: Span,
}

/// A kind of fact sheet.
#[derive(Clone, Debug)]
pub struct Document {
    /// `project`, `thesis`, `peers`.
    pub name: String,
    /// The title.
    pub title: String,
    /// The documentation.
    pub doc: String,
    /// The name's place.
    pub span: Span,
    /// Its form, or the form of each of its elements.
    pub record: RecordId,
    /// Whether a run may do without it. Then nothing in it is known.
    pub optional: bool,
    /// For `list of …`: the list. Its sheet holds the list in slot 0 and the elements behind it.
    pub many: Option<ListId>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Code, title, documentation.
    pub head: Head,
    /// Its type.
    pub ty: Type,
    /// What values it may take.
    pub domain: Possible,
    /// Its value unless set from outside; constant.
    pub value: Expr,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Let {
    /// Code, title, documentation.
    pub head: Head,
    /// Its value.
    pub value: Expr,
}

/// A function that a script defines, with its types at the border.
#[derive(Clone, Debug)]
pub struct ScriptFunction {
    /// Code, title, documentation; the name's place is that in the `fn` line.
    pub head: Head,
    /// Its name in the script.
    pub name: String,
    /// The script; none where it was not read, which only a policy without files has.
    pub script: Option<Script>,
    /// What goes in.
    pub parameters: Vec<Parameter>,
    /// The type of what comes out.
    pub result: Type,
    /// What it may come to: anything else is a fault.
    pub domain: Possible,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What may be given for it.
    pub kind: ParameterKind,
}

/// What may be given for a parameter: types, and the sets within which values have to lie.
#[derive(Clone, Debug)]
pub enum ParameterKind {
    /// One value.
    Value(Type, Possible),
    /// A list of single values.
    List(Type, Possible),
    /// A group of facts: the dotted names of its values, and what each is.
    Record(Arc<[String]>, Vec<(Type, Possible)>),
    /// A list of groups.
    Records(Arc<[String]>, Vec<(Type, Possible)>),
}

/// What is given for a parameter.
#[derive(Clone, Debug)]
pub enum Argument {
    /// One value or group.
    One(Given),
    /// A list of single values.
    List(Expr),
    /// A list of groups, and the leaves that the function sees of each.
    Records(Expr, Vec<u32>),
    /// A list made on the spot: `x.share for x in xs where …`.
    Each(Binder, Given),
}

/// A value, or a group value by value.
#[derive(Clone, Debug)]
pub enum Given {
    /// A value.
    Value(Expr),
    /// The values of a group, in the parameter's order.
    Record(Vec<Expr>),
}

impl Given {
    /// Its values.
    pub fn values(&self) -> &[Expr] {
        match self {
            Given::Value(value) => std::slice::from_ref(value),
            Given::Record(values) => values,
        }
    }
}

/// Something that earns points.
#[derive(Clone, Debug)]
pub struct Item {
    /// Code, title, documentation. An include has the title of its scorecard.
    pub head: Head,
    /// Where it counts.
    pub scorecard: ScorecardId,
    /// The points it is worth; constant, above zero. A grade's or ramp's is its most points and has no expression of its own.
    pub worth: Option<Expr>,
    /// When it counts at all.
    pub applies: Option<Expr>,
    /// The days on which it is in force.
    pub term: Term,
    /// What earns the points.
    pub body: Body,
    /// What is said about it.
    pub words: Words,
}

/// Texts of a judged item.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The reason.
    pub because: Option<Template>,
    /// The question that would settle it.
    pub ask: Option<Template>,
    /// What would mend it.
    pub remedy: Option<Template>,
    /// Where it comes from.
    pub cite: Option<Template>,
}

/// A text with interpolated values.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Where it stands.
    pub span: Span,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A value.
    Value(Expr),
}

/// What earns an item its points.
#[derive(Clone, Debug)]
pub enum Body {
    /// True earns the worth.
    Check(Expr),
    /// The first row that holds.
    Grade(Option<Expr>, Vec<Row>),
    /// Straight lines between knots.
    Ramp(Expr, Vec<Knot>),
    /// The expression, clamped to the worth.
    Measure(Expr),
    /// Another scorecard's score.
    Include(ScorecardId),
}

/// A row of a grade.
#[derive(Clone, Debug)]
pub struct Row {
    /// When it holds.
    pub when: RowWhen,
    /// Points; constant.
    pub points: Expr,
    /// Its reason.
    pub label: Option<Template>,
    /// The whole row.
    pub span: Span,
}

/// When a row holds.
#[derive(Clone, Debug)]
pub enum RowWhen {
    /// A test of the grade's operand.
    Test(Test),
    /// A condition.
    When(Expr),
    /// Always.
    Otherwise,
}

/// A condition on an operand that stands elsewhere.
#[derive(Clone, Debug)]
pub enum Test {
    /// Any of them.
    Any(Vec<Test>),
    /// All of them.
    All(Vec<Test>),
    /// Not it.
    Not(Box<Test>),
    /// A comparison with a value.
    Compare(Comparison, Expr),
    /// Between two values, both included.
    Between(Expr, Expr),
    /// One of some values.
    OneOf(Vec<Expr>),
    /// An element of a list.
    InList(Expr),
    /// There is evidence for the operand, which is a fact.
    Known,
    /// The operand, a list, is empty.
    Empty,
    /// A finding says what is wrong.
    Broken,
}

impl Test {
    /// Visits the values that it compares with, in order.
    pub fn each_value<'t>(&'t self, visit: &mut impl FnMut(&'t Expr)) {
        match self {
            Test::Any(parts) | Test::All(parts) => parts.iter().for_each(|part| part.each_value(visit)),
            Test::Not(inner) => inner.each_value(visit),
            Test::Compare(_, value) | Test::InList(value) => visit(value),
            Test::Between(low, high) => [low, high].into_iter().for_each(visit),
            Test::OneOf(values) => values.iter().for_each(visit),
            Test::Known | Test::Empty | Test::Broken => {}
        }
    }
}

/// A knot of a ramp.
#[derive(Clone, Debug)]
pub struct Knot {
    /// Where; constant.
    pub at: Expr,
    /// Points there; constant.
    pub points: Expr,
    /// Its reason.
    pub label: Option<Template>,
    /// The whole knot.
    pub span: Span,
}

/// A scorecard.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Code, title, documentation.
    pub head: Head,
    /// What counts, in order of declaration.
    pub items: Vec<ItemId>,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts at all.
    pub applies: Option<Expr>,
    /// The days on which it is in force.
    pub term: Term,
    /// Where it says that no waiver lifts it, if it does.
    pub never_waived: Option<Span>,
    /// When it fires.
    pub when: Expr,
    /// Whose band it caps; none in a broken policy.
    pub verdict: Option<VerdictId>,
    /// The cap, by its place among the verdict's bands.
    pub at_most: u32,
    /// What is said about it.
    pub words: Words,
}

/// Parameters that are set together.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Code, title, documentation.
    pub head: Head,
    /// What it sets, each parameter at most once.
    pub settings: Vec<Setting>,
}

/// A parameter with its value in a profile.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Which.
    pub param: ParamId,
    /// Its value; constant.
    pub value: Expr,
    /// Its documentation.
    pub doc: String,
    /// Where the parameter is named.
    pub span: Span,
}

/// A verdict. Its bands are the variants of `bands`, best first.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Code, title, documentation.
    pub head: Head,
    /// The scorecard; none: bands by conditions.
    pub on: Option<ScorecardId>,
    /// The ordered enumeration of its bands.
    pub bands: EnumId,
    /// How each band is reached, in the same order.
    pub edges: Vec<Edge>,
    /// What is said of each band, in the same order.
    pub docs: Vec<String>,
}

/// How a band is reached.
#[derive(Clone, Debug)]
pub enum Edge {
    /// The score is at least this; constant.
    AtLeast(Expr),
    /// The condition holds and no earlier one does.
    When(Expr),
    /// Nothing better is reached.
    Otherwise,
    /// Only a gate leads here.
    OnlyGated,
    /// A finding says what is wrong.
    Broken,
}

/// A decision table: outputs for combinations of inputs.
#[derive(Clone, Debug)]
pub struct Table {
    /// Code, title, documentation.
    pub head: Head,
    /// Which of the rows that hold count.
    pub hit: HitPolicy,
    /// What the cells test.
    pub inputs: Vec<Input>,
    /// What the rows yield.
    pub columns: Vec<Column>,
    /// The rows, as written.
    pub rows: Vec<TableRow>,
    /// What holds where no row does.
    pub otherwise: Option<TableRow>,
}

/// An input of a table.
#[derive(Clone, Debug)]
pub struct Input {
    /// The expression.
    pub value: Expr,
    /// As a finding names it: as it was typed, where it is short.
    pub name: String,
}

/// An output of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Where it is declared.
    pub span: Span,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// One test for each input, and where it stands; no test: every value will do. None at all: no other row holds.
    pub cells: Vec<(Option<Test>, Span)>,
    /// One value for each output.
    pub outputs: Vec<Expr>,
    /// The whole row.
    pub span: Span,
}

impl HitPolicy {
    /// The type of a column as expressions read it; none where several rows may hold and nothing makes one value of them.
    pub fn read_type(self, column: Type) -> Option<Type> {
        match self {
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority => Some(column),
            HitPolicy::Collect(None) => None,
            HitPolicy::Collect(Some(Collected::Count)) => Some(Type::Whole),
            HitPolicy::Collect(Some(Collected::Min | Collected::Max)) => column.is_ordered().then_some(column),
            HitPolicy::Collect(Some(Collected::Sum)) => (column.is_ordered() && column != Type::Date).then_some(column),
        }
    }

    /// As rules write it.
    pub fn words(self) -> &'static str {
        match self {
            HitPolicy::Unique => "unique",
            HitPolicy::First => "first",
            HitPolicy::Any => "any",
            HitPolicy::Priority => "priority",
            HitPolicy::Collect(None) => "collect",
            HitPolicy::Collect(Some(Collected::Sum)) => "collect sum",
            HitPolicy::Collect(Some(Collected::Min)) => "collect min",
            HitPolicy::Collect(Some(Collected::Max)) => "collect max",
            HitPolicy::Collect(Some(Collected::Count)) => "collect count",
        }
    }
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What kind.
    pub kind: ExprKind,
    /// The type of its value; meaningless where broken.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// The expressions that this one is made of, in the order written.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Broken | ExprKind::Constant(_) | ExprKind::Months(_) | ExprKind::Today => Vec::new(),
            ExprKind::Param(_) | ExprKind::Let(_) | ExprKind::Fact(_) | ExprKind::Element(_) => Vec::new(),
            ExprKind::Check(_) | ExprKind::Points(_) | ExprKind::Score(_) | ExprKind::ScorePoints(_) => Vec::new(),
            ExprKind::Limit(_) | ExprKind::Trigger(_) | ExprKind::Column(..) => Vec::new(),
            ExprKind::Gate(_) | ExprKind::Band(_) | ExprKind::IsKnown(_) | ExprKind::Assuming(_, None) => Vec::new(),
            ExprKind::Script(_, arguments) => arguments.iter().flat_map(Argument::parts).collect(),
            ExprKind::Not(inner) | ExprKind::IsEmpty(inner) | ExprKind::Negate(inner) => vec![inner],
            ExprKind::Assuming(_, Some(inner)) | ExprKind::FieldOfEach(inner, ..) => vec![inner],
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Call(_, parts) => parts.iter().collect(),
            ExprKind::Compare(_, left, right) | ExprKind::Arithmetic(_, left, right) => vec![left, right],
            ExprKind::InList(left, right) | ExprKind::Top(left, right) => vec![left, right],
            ExprKind::Between(value, low, high) | ExprKind::If(value, low, high) => vec![value, low, high],
            ExprKind::OneOf(value, among) => std::iter::once(&**value).chain(among).collect(),
            ExprKind::Quantified(_, binder, body) => binder.parts().chain([&**body]).collect(),
            ExprKind::Aggregate(aggregate) => {
                aggregate.of.as_deref().into_iter().chain(aggregate.binder.parts()).chain(aggregate.if_none.as_deref()).collect()
            }
        }
    }

    /// Shows `met` this expression and everything in it, from the outside in.
    pub fn walk<'e>(&'e self, met: &mut dyn FnMut(&'e Expr)) {
        met(self);
        for part in self.parts() {
            part.walk(met);
        }
    }
}

/// Where a fact's record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// In a document.
    Document(DocumentId),
    /// In the element that a binder runs over; 0 is the outermost binder.
    Element(u32),
}

/// A fact, or a list of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactPath {
    /// The record.
    pub root: Root,
    /// The leaf of the record, by its place.
    pub leaf: u32,
    /// The leaf's identity; none for a context that is itself a list.
    pub field: Option<FieldId>,
}

/// The forms of a typed expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A finding says what is wrong.
    Broken,
    /// An exact value.
    Constant(Possible),
    /// Calendar months, which only stand beside dates.
    Months(i64),
    /// The day of the judgement.
    Today,
    /// A parameter.
    Param(ParamId),
    /// A named expression.
    Let(LetId),
    /// A fact, of whatever type, lists included.
    Fact(FactPath),
    /// The element that a binder runs over, where elements are not records.
    Element(u32),
    /// Whether a check passes.
    Check(ItemId),
    /// The points of a grade, ramp or measure.
    Points(ItemId),
    /// The score of a scorecard, a percent.
    Score(ScorecardId),
    /// The points of a scorecard.
    ScorePoints(ScorecardId),
    /// Whether a gate fires.
    Gate(GateId),
    /// The band of a verdict.
    Band(VerdictId),
    /// How much a limit allows.
    Limit(LimitId),
    /// Whether a trigger fires.
    Trigger(TriggerId),
    /// A column of a table.
    Column(TableId, u32),
    /// Negation.
    Not(Box<Expr>),
    /// All hold.
    And(Vec<Expr>),
    /// Any holds.
    Or(Vec<Expr>),
    /// A comparison of two values of one type (`whole` with `number` is fine).
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `in a..b`, both ends included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `in (a, b)`
    OneOf(Box<Expr>, Vec<Expr>),
    /// `in xs`
    InList(Box<Expr>, Box<Expr>),
    /// There is evidence.
    IsKnown(FactPath),
    /// A list has no elements.
    IsEmpty(Box<Expr>),
    /// Arithmetic; the types of the sides say what is meant.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// The negative.
    Negate(Box<Expr>),
    /// A function.
    Call(Function, Vec<Expr>),
    /// One or the other.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `some`, `every`.
    Quantified(Quantifier, Binder, Box<Expr>),
    /// A function over a list.
    Aggregate(Aggregate),
    /// A value where there is no evidence for the fact; the value is constant, an empty list has none.
    Assuming(FactPath, Option<Box<Expr>>),
    /// One field of every element of a list, itself a list: `competitors.share`.
    FieldOfEach(Box<Expr>, u32, FieldId),
    /// The so many greatest elements of a list of ordered values: `top(3, competitors.share)`.
    Top(Box<Expr>, Box<Expr>),
    /// A call of a script's function.
    Script(FunctionId, Vec<Argument>),
}

/// `x in xs where c`; inside, [`Root::Element`] and [`ExprKind::Element`] count binders from the outermost.
#[derive(Clone, Debug)]
pub struct Binder {
    /// The name, for explanations.
    pub name: String,
    /// The list.
    pub list: Box<Expr>,
    /// The condition.
    pub filter: Option<Box<Expr>>,
}

impl Argument {
    /// The expressions that it is made of.
    fn parts(&self) -> Vec<&Expr> {
        match self {
            Argument::One(given) => given.values().iter().collect(),
            Argument::List(list) | Argument::Records(list, _) => vec![list],
            Argument::Each(binder, given) => binder.parts().chain(given.values()).collect(),
        }
    }
}

impl Binder {
    fn parts(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&*self.list).chain(self.filter.as_deref())
    }
}

/// A function over a list.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub kind: AggregateKind,
    /// The binder.
    pub binder: Binder,
    /// What is summed or compared; none for `count` and `share`.
    pub of: Option<Box<Expr>>,
    /// What it is for no elements.
    pub if_none: Option<Box<Expr>>,
}

/// Functions of values. `percent` and `number` only change the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The least of its arguments, at least two.
    Min,
    /// The greatest of its arguments, at least two.
    Max,
    /// Without its sign.
    Abs,
    /// To so many decimals (none: 0), halves to even. A percent is rounded as it is written: `round(12.345%, 1)` is 12.3 %.
    Round,
    /// Down.
    RoundDown,
    /// Up.
    RoundUp,
    /// `clamp(x, low, high)`
    Clamp,
    /// A number as a percent: `percent(0.5)` is 50 %.
    Percent,
    /// A percent or whole number as a number.
    Number,
}
