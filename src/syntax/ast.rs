//! What was written: the tree of a rule file, with a span on everything. Names are not resolved and types not known here.

mod protocols;
mod trials;

use std::sync::Arc;

pub use self::protocols::{Limit, Protocol, Provision, Review, Trigger};
pub use self::trials::{Expectation, Given, Outcome, Stated, StatedFact, StatedKind, Trial};
use crate::source::{FileId, Span};
pub use crate::value::Comparison;
use crate::value::Quantity;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The characters.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A dotted name: at least one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The parts, in order.
    pub parts: Vec<Name>,
    /// From the first to the last part.
    pub span: Span,
}

/// One rule file.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// The text it was read from.
    pub file: FileId,
    /// The `rulebook` header's name; files without a header have none.
    pub name: Option<Name>,
    /// The header's title.
    pub title: Option<Text>,
    /// The header's version.
    pub version: Option<Text>,
    /// The documentation before the header.
    pub doc: String,
    /// The rulebooks read.
    pub uses: Vec<Name>,
    /// Whether it is a file of tests, which holds nothing else and is not judged with.
    pub tests: bool,
    /// The items, in order. Those that could not be read are missing; a finding says so.
    pub items: Vec<Item>,
}

/// A string without interpolation, unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The characters, escapes resolved.
    pub text: String,
    /// With the quotes.
    pub span: Span,
}

/// A string with interpolated expressions.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
    /// With the quotes.
    pub span: Span,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Characters, escapes resolved.
    Text(String),
    /// `{expression}`.
    Value(Expr),
}

/// What every named item has.
#[derive(Clone, Debug)]
pub struct Head {
    /// The name.
    pub name: Name,
    /// The title, if any.
    pub title: Option<Text>,
    /// The `##` lines before the item (or after code on the item's first line), joined by newlines, without the marks.
    pub doc: String,
    /// The whole item.
    pub span: Span,
}

/// A top-level item.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a file has few items, and boxes would stand in the way of every reader")]
pub enum Item {
    /// `subject project "Project" { … }`
    Subject(Subject),
    /// `context thesis { … }` or `context peers: list of project`
    Context(Context),
    /// `type rail "Rail" = one of …`
    Type(TypeItem),
    /// `param min_uptime "…": percent = 99.5%`
    Param(Param),
    /// `let name = …`
    Let(Let),
    /// `scorecard viability "…" { … }`
    Scorecard(Scorecard),
    /// `gate unaudited "…" { … }`
    Gate(Gate),
    /// `verdict conviction_band "…" on conviction { … }`
    Verdict(Verdict),
    /// `script "scripts/concentration.rhai" { … }`
    Script(Script),
    /// `protocol sizing "…" { … }`
    Protocol(Protocol),
    /// `table defence "…" hit unique { … }`
    Table(Table),
    /// `profile conservative "…" { screening.min_uptime = 99.9% }`
    Profile(Profile),
    /// `test "…" { … }`
    Trial(Trial),
}

impl Item {
    /// Its name, title and documentation; scripts and tests have none of the kind.
    pub fn head(&self) -> Option<&Head> {
        Some(match self {
            Item::Subject(item) => &item.head,
            Item::Context(item) => &item.head,
            Item::Type(item) => &item.head,
            Item::Param(item) => &item.head,
            Item::Let(item) => &item.head,
            Item::Scorecard(item) => &item.head,
            Item::Gate(item) => &item.head,
            Item::Verdict(item) => &item.head,
            Item::Table(item) => &item.head,
            Item::Protocol(item) => &item.head,
            Item::Profile(item) => &item.head,
            Item::Script(_) | Item::Trial(_) => return None,
        })
    }

    /// What it declares, and where; a test declares nothing.
    pub fn declared(&self) -> Option<(&str, Span)> {
        match self {
            Item::Script(script) => Some((&script.path.text, script.path.span)),
            item => item.head().map(|head| (head.name.text.as_str(), head.name.span)),
        }
    }
}

/// The fact sheet of what is judged.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Name, title, documentation.
    pub head: Head,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// Another document.
#[derive(Clone, Debug)]
pub struct Context {
    /// Name, title, documentation.
    pub head: Head,
    /// `optional`: where it stands.
    pub optional: Option<Span>,
    /// Its form: a record spelled out, a named record or subject, or a list of one.
    pub ty: TypeExpr,
}

/// A named type.
#[derive(Clone, Debug)]
pub struct TypeItem {
    /// Name, title, documentation.
    pub head: Head,
    /// What the name stands for.
    pub ty: TypeExpr,
}

/// A parameter with its value unless set from outside.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name, title, documentation.
    pub head: Head,
    /// Its type and bounds.
    pub ty: TypeExpr,
    /// Its value.
    pub value: Expr,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Let {
    /// Name, title, documentation.
    pub head: Head,
    /// Its type, where one was written.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Expr,
}

/// A type as written, with its bounds.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// The type.
    pub kind: TypeKind,
    /// `in 0%..100%`, `>= 0`, `> 0 and < 5`: all must hold.
    pub bounds: Vec<Tail>,
    /// The whole.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `bool`
    Bool,
    /// `whole`
    Whole,
    /// `number`
    Number,
    /// `percent`
    Percent,
    /// `money USD`
    Money(Name),
    /// `duration`
    Duration,
    /// `date`
    Date,
    /// `size`
    Size,
    /// `text`
    Text,
    /// `one of a "A", b "B"`
    OneOf(Vec<(Name, Option<Text>)>),
    /// `list of T count in 0..200`; the bounds on the count are these tails.
    List(Box<TypeExpr>, Vec<Tail>),
    /// `{ … }`
    Record(Vec<Field>),
    /// A declared type or subject.
    Named(Path),
    /// It could not be read; a finding says so.
    Broken,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The documentation.
    pub doc: String,
    /// `name { … }` is a record type without flags.
    pub ty: TypeExpr,
    /// `fresh for 120 days`: the quantity, and where the flag stands.
    pub fresh: Option<(Quantity, Span)>,
    /// `sourced`.
    pub sourced: Option<Span>,
    /// `fixed`.
    pub fixed: Option<Span>,
    /// The whole field.
    pub span: Span,
}

/// A comparison's right side: a condition without its left side.
#[derive(Clone, Debug)]
pub struct Tail {
    /// What kind.
    pub kind: TailKind,
    /// From the operator to the end.
    pub span: Span,
}

/// The forms of a tail.
#[derive(Clone, Debug)]
pub enum TailKind {
    /// `>= 5`
    Compare(Comparison, Box<Expr>),
    /// `in a..b`, `in (a, b)`, `in xs`; true for `not in`.
    In(bool, Set),
    /// `is known`, `is not known`: what, and whether `not` stands there.
    Is(bool, IsWord),
}

/// What `in` looks into.
#[derive(Clone, Debug)]
pub enum Set {
    /// `a..b`, both ends included.
    Range(Box<Expr>, Box<Expr>),
    /// `(a, b, c)`; a single expression in parentheses is a tuple of one.
    Tuple(Vec<Expr>),
    /// A list.
    List(Box<Expr>),
}

/// The words after `is`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsWord {
    /// There is evidence.
    Known,
    /// There is none.
    Unknown,
    /// A list without elements.
    Empty,
}

/// A test: a condition without its left side. `or` of `and` of parts.
#[derive(Clone, Debug)]
pub struct Test {
    /// What kind.
    pub kind: TestKind,
    /// The whole.
    pub span: Span,
}

/// The forms of a test.
#[derive(Clone, Debug)]
pub enum TestKind {
    /// Any holds; at least two.
    Or(Vec<Test>),
    /// All hold; at least two.
    And(Vec<Test>),
    /// A comparison's right side.
    Tail(Tail),
    /// Equals this value; with `..`, lies between, both included.
    Value(Expr, Option<Expr>),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What kind.
    pub kind: ExprKind,
    /// From its first to its last token.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A number, percent, amount, quantity or date.
    Literal(Quantity),
    /// `true`, `false`
    Truth(bool),
    /// A string; interpolation is a finding in most places.
    Text(Template),
    /// `today`
    Today,
    /// A name.
    Path(Path),
    /// `name(a, b)`
    Call(Path, Vec<Expr>),
    /// `(e)`: kept, because lints ask whether parentheses stand there.
    Parenthesised(Box<Expr>),
    /// `not e`
    Not(Box<Expr>),
    /// `a and b and …`: at least two.
    And(Vec<Expr>),
    /// `a or b or …`: at least two.
    Or(Vec<Expr>),
    /// `a >= b`, `a in (b, c)`, `a is known`
    Condition(Box<Expr>, Tail),
    /// `a + b`
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>, Span),
    /// `-a`
    Negate(Box<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `some x in xs where c satisfies d`, `every …`
    Quantified(Quantifier, Binder, Box<Expr>),
    /// `count x in xs where c`, `share …`, `sum of e for x in xs where c if none v`
    Aggregate(Aggregate),
    /// `x assuming v`
    Assuming(Box<Expr>, Assumed),
    /// `e for x in xs where c`: a list of one value for each element, which only a script's function takes.
    Each(Box<Expr>, Binder),
    /// `unknown` standing as a value: only a test's `with` may have it.
    Unknown,
    /// `[a, b]` or `{ name: a }`: a list or record value, for parameters that hold one.
    List(Vec<Expr>),
    /// It could not be read; a finding says so.
    Broken,
}

/// `x in xs where c`
#[derive(Clone, Debug)]
pub struct Binder {
    /// The name bound.
    pub name: Name,
    /// The list.
    pub list: Box<Expr>,
    /// The condition.
    pub filter: Option<Box<Expr>>,
    /// The whole.
    pub span: Span,
}

/// `some` and `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// All.
    Every,
}

/// `+ - * /`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// Functions over lists.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub kind: AggregateKind,
    /// `e`; none for `count` and `share`.
    pub of: Option<Box<Expr>>,
    /// `for x in xs where c`
    pub binder: Binder,
    /// `if none v`
    pub if_none: Option<Box<Expr>>,
}

/// Which function over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    /// How many elements satisfy the condition.
    Count,
    /// Which part of the elements does.
    Share,
    /// The sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The mean.
    Mean,
}

/// What `assuming` puts where there is no evidence.
#[derive(Clone, Debug)]
pub enum Assumed {
    /// `assuming []`
    EmptyList(Span),
    /// A constant.
    Value(Box<Expr>),
}

/// A scorecard.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Name, title, documentation.
    pub head: Head,
    /// What is scored.
    pub cards: Vec<Card>,
}

/// What stands in a scorecard.
#[derive(Clone, Debug)]
pub enum Card {
    /// `check load "…" worth 15 { passes when … }`
    Check(Check),
    /// `grade utilization "…" on e { rows }`
    Grade(Grade),
    /// `ramp spread "…" on e { knots }`
    Ramp(Ramp),
    /// `measure depth "…" worth 6 = e { … }`
    Measure(Measure),
    /// `include screening.viability worth 35 { … }`
    Include(Include),
}

/// Clauses that any judged item may have.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// `applies when`
    pub applies: Option<Expr>,
    /// `because`
    pub because: Option<Template>,
    /// `ask`
    pub ask: Option<Template>,
    /// `remedy`
    pub remedy: Option<Template>,
    /// `cite`
    pub cite: Option<Template>,
    /// `effective from`: the first day on which the item is in force.
    pub from: Option<Expr>,
    /// `until`: the first day on which it no longer is.
    pub until: Option<Expr>,
}

/// Passes or fails.
#[derive(Clone, Debug)]
pub struct Check {
    /// Name, title, documentation.
    pub head: Head,
    /// Points.
    pub worth: Expr,
    /// `passes when`; missing is a finding of the checker.
    pub passes: Option<Expr>,
    /// The rest.
    pub clauses: Clauses,
}

/// Rows of points.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Name, title, documentation.
    pub head: Head,
    /// What the tests look at.
    pub on: Option<Expr>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The rest.
    pub clauses: Clauses,
}

/// A row of a grade.
#[derive(Clone, Debug)]
pub struct Row {
    /// When it holds.
    pub when: RowWhen,
    /// A number or a parenthesised expression.
    pub points: Expr,
    /// Its reason.
    pub label: Option<Template>,
    /// The whole row.
    pub span: Span,
}

/// When a row holds.
#[derive(Clone, Debug)]
pub enum RowWhen {
    /// A test of the operand.
    Test(Test),
    /// `when condition`
    When(Expr),
    /// `otherwise`
    Otherwise(Span),
}

/// Straight lines between knots.
#[derive(Clone, Debug)]
pub struct Ramp {
    /// Name, title, documentation.
    pub head: Head,
    /// What is looked at.
    pub on: Expr,
    /// The knots.
    pub knots: Vec<Knot>,
    /// The rest.
    pub clauses: Clauses,
}

/// A knot of a ramp.
#[derive(Clone, Debug)]
pub struct Knot {
    /// Where: a literal, possibly negated.
    pub at: Expr,
    /// How many points there.
    pub points: Expr,
    /// Its reason.
    pub label: Option<Template>,
    /// The whole.
    pub span: Span,
}

/// An expression that yields points.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name, title, documentation.
    pub head: Head,
    /// The most points.
    pub worth: Expr,
    /// The points.
    pub value: Expr,
    /// The rest.
    pub clauses: Clauses,
}

/// A scorecard within a scorecard.
#[derive(Clone, Debug)]
pub struct Include {
    /// Which.
    pub path: Path,
    /// Points.
    pub worth: Expr,
    /// The documentation.
    pub doc: String,
    /// The rest.
    pub clauses: Clauses,
    /// The whole.
    pub span: Span,
}

/// Caps a band.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Name, title, documentation.
    pub head: Head,
    /// When it fires; missing is a finding of the checker.
    pub when: Option<Expr>,
    /// `at most watch`; missing is a finding of the checker.
    pub at_most: Option<Path>,
    /// `never waived`
    pub never_waived: Option<Span>,
    /// The rest.
    pub clauses: Clauses,
}

/// Bands of a score.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Name, title, documentation.
    pub head: Head,
    /// The scorecard.
    pub on: Option<Path>,
    /// The bands, as written.
    pub bands: Vec<Band>,
}

/// A band.
#[derive(Clone, Debug)]
pub struct Band {
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Option<Text>,
    /// The documentation.
    pub doc: String,
    /// When it is reached; none: only a gate leads here.
    pub when: Option<BandWhen>,
    /// The whole.
    pub span: Span,
}

/// Values of parameters that belong together.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Name, title, documentation.
    pub head: Head,
    /// What it sets.
    pub settings: Vec<Setting>,
}

/// A parameter with its value in a profile.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Which.
    pub path: Path,
    /// Its value.
    pub value: Expr,
    /// The documentation.
    pub doc: String,
    /// The whole.
    pub span: Span,
}

/// When a band is reached.
#[derive(Clone, Debug)]
pub enum BandWhen {
    /// A test of the score.
    Test(Test),
    /// `when condition`, in verdicts without `on`.
    When(Expr),
    /// `otherwise`
    Otherwise(Span),
}

/// Functions that a script defines, as the rules know them.
#[derive(Clone, Debug)]
pub struct Script {
    /// The script's file, relative to the rule file.
    pub path: Text,
    /// The functions.
    pub functions: Vec<Function>,
    /// The script's text and its place among the sources; none where it could not be had, which a finding says, or was not asked for.
    pub text: Option<(FileId, Arc<str>)>,
    /// The documentation.
    pub doc: String,
    /// The whole.
    pub span: Span,
}

/// `fn hhi(own: money USD, others: list of money USD) -> number in 0..1`
#[derive(Clone, Debug)]
pub struct Function {
    /// The name, in the rules and in the script.
    pub name: Name,
    /// What goes in.
    pub parameters: Vec<Parameter>,
    /// What comes out.
    pub result: TypeExpr,
    /// The documentation.
    pub doc: String,
    /// The whole line.
    pub span: Span,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, for messages.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
}
/// Outputs for combinations of inputs.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name, title, documentation.
    pub head: Head,
    /// Which of the rows that hold count, and where that is said; none where it could not be read.
    pub hit: Option<(HitPolicy, Span)>,
    /// What the cells test.
    pub inputs: Vec<Expr>,
    /// What the rows yield.
    pub columns: Vec<Column>,
    /// The rows, as written.
    pub rows: Vec<TableRow>,
    /// Whether some line could not be read; a finding says so.
    pub is_broken: bool,
}

/// Which of the rows that hold count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitPolicy {
    /// At most one ever holds.
    Unique,
    /// The first.
    First,
    /// Whichever: those that hold together say the same.
    Any,
    /// The one with the best output.
    Priority,
    /// All of them, taken together if it says how.
    Collect(Option<Collected>),
}

/// How all rows that hold are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collected {
    /// The sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many they are.
    Count,
}

/// An output of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name.
    pub name: Name,
    /// What it is.
    pub ty: TypeExpr,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// When it holds.
    pub when: TableWhen,
    /// One value for each column.
    pub outputs: Vec<Expr>,
    /// The whole row.
    pub span: Span,
}

/// When a row of a table holds.
#[derive(Clone, Debug)]
pub enum TableWhen {
    /// All cells hold, one for each input.
    Cells(Vec<Cell>),
    /// No other row does.
    Otherwise(Span),
}

/// A cell: a condition on one input.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The condition; none: every value will do.
    pub test: Option<Test>,
    /// The whole cell.
    pub span: Span,
}
