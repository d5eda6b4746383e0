//! A complete, runnable policy: constants folded, names turned into places, items in the order of their needs.
//!
//! INVARIANT: only [`build`] makes a [`Program`], and only from a policy without errors. Evaluation therefore never meets an unknown name, a wrong type,
//! a worth of zero or bands out of order. The day of the judgement and all parameters are constants of a program.

mod bands;
mod calendar;
mod conditions;
mod consequences;
mod constants;
mod cuts;
mod entries;
mod expressions;
mod fractions;
mod grades;
mod lower;
mod order;
mod parameters;
mod profiles;
mod protocols;
mod reach;
mod scripts;
mod sets;
mod tables;
#[cfg(test)]
mod tests;
mod uses;
mod walks;

pub use self::protocols::{Gauge, Limit, Review, Trigger};
pub use calendar::{Coming, build_coming};
pub use consequences::{Affected, Cause, Consequences};
pub use cuts::Cut;
pub use entries::OfEntry;
pub use profiles::check_profiles;
pub use sets::Set;
use std::collections::BTreeSet;
use std::sync::Arc;
pub use walks::{Asks, Next, Question, Walk, Walks};

use crate::diagnostic::Staged;
use crate::policy::{
    self, AggregateKind, Column, Document, FunctionId, GateId, Head, HitPolicy, ItemId, LetId, LimitId, Policy, Protocol, Quantifier,
    ReviewId, RulebookInfo, ScorecardId, ScriptFunction, TableId, TriggerId, VerdictId,
};
use crate::sheet::Slot;
use crate::source::Span;
use crate::value::{Comparison, FieldId, Fraction, Interval, Number, Possible, Rounding, Schema, Term, Type, Variants};
use crate::waivers::Waivers;

macro_rules! nodes {
    ($($(#[$about:meta])* $name:ident;)*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub u32);
        )*
    };
}

nodes! {
    /// A node of [`Program::expressions`].
    ExprId;
    /// A node of [`Program::conditions`].
    ConditionId;
    /// A node of [`Program::collections`].
    CollectionId;
    /// A `let` or a table: what is evaluated by its name. The `let`s come before the tables.
    NamedId;
}

impl NamedId {
    /// The name of a `let`.
    pub fn of_let(id: LetId) -> NamedId {
        NamedId(id.0)
    }

    /// Its place among all names.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is set from outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The day of the judgement, as a date number: by it evidence counts or does not.
    pub today: Number,
    /// The day by which rules and waivers are in force or not. It is another than `today` only to see what is coming.
    pub calendar: Number,
    /// The profile in force: its code, or its name alone.
    pub profile: Option<Said>,
    /// Parameters set: of each its code, and the text of its value.
    pub parameters: Vec<(Said, Said)>,
    /// The waivers on file.
    pub waivers: Waivers,
}

impl Settings {
    /// A day, and nothing else set.
    pub fn on(today: Number) -> Settings {
        Settings { today, calendar: today, profile: None, parameters: Vec::new(), waivers: Waivers::NONE }
    }
}

/// Words from outside of rules and facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub words: String,
    /// What says them, as a reader should see it: `--set`, `plumb.yaml`.
    pub by: String,
    /// Where they stand, if they stand in a text.
    pub place: Option<Span>,
}

impl Said {
    /// Words that stand in no text.
    pub fn new(words: impl Into<String>, by: impl Into<String>) -> Said {
        Said { words: words.into(), by: by.into(), place: None }
    }
}

/// A runnable policy.
#[derive(Clone, Debug)]
pub struct Program {
    /// The day of the judgement.
    pub today: Number,
    /// The day by which rules and waivers are in force or not.
    pub calendar: Number,
    /// The profile in force.
    pub profile: Option<Head>,
    /// The waivers on file, in force or not.
    pub waivers: Waivers,
    /// The rulebooks.
    pub rulebooks: Vec<RulebookInfo>,
    /// All types.
    pub schema: Schema,
    /// The subject, then the contexts. Document `d` has sheet `d + 1`.
    pub documents: Vec<Document>,
    /// Sheet 0: for each kind of list one element about which nothing is known.
    pub unseen: Vec<Slot>,
    /// Parameters in force.
    pub params: Vec<Param>,
    /// Named expressions.
    pub lets: Vec<Let>,
    /// Everything that earns points.
    pub items: Vec<Item>,
    /// Scorecards.
    pub scorecards: Vec<Scorecard>,
    /// Gates.
    pub gates: Vec<Gate>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
    /// Decision tables.
    pub tables: Vec<Table>,
    /// Protocols.
    pub protocols: Vec<Protocol>,
    /// The limits of all protocols.
    pub limits: Vec<Limit>,
    /// The triggers of all protocols.
    pub triggers: Vec<Trigger>,
    /// The reviews of all protocols.
    pub reviews: Vec<Review>,
    /// Everything that is judged, so that each comes after all that it reads. What is not in force has no step.
    pub order: Vec<Step>,
    /// What may change with each fact.
    pub consequences: Consequences,
    /// Uses of each field, by [`FieldId`].
    pub fields: Vec<FieldUse>,
    /// Expression nodes and where they stand.
    pub expressions: Vec<(Expr, Span)>,
    /// By [`ExprId`], whether the value may be a fraction that lies between two numbers, as scores may.
    pub fractions: Vec<bool>,
    /// By [`ExprId`], what reads one entry of a list alone.
    pub of_entries: Vec<Option<OfEntry>>,
    /// Condition nodes and where they stand.
    pub conditions: Vec<(Condition, Span)>,
    /// Collection nodes.
    pub collections: Vec<Collection>,
    /// The conditions, laid out to be asked quickly.
    pub walks: Walks,
    /// Functions of scripts.
    pub functions: Vec<ScriptFunction>,
    /// How many places call them.
    pub calls: u32,
}

/// Makes a policy runnable. There is no program where `policy` has errors, or constants turn out not to make sense: a worth of zero, points below it, edges
/// or knots out of order, a parameter out of its bounds, a setting that does not fit.
pub fn build(policy: &Policy, settings: &Settings) -> Staged<Option<Program>> {
    build_asking(policy, settings, &[]).map_value(|built| built.map(|(program, _)| program))
}

/// As [`build`], with expressions that the policy does not judge by, but that somebody asks of its outcomes: tests do. Each gets its place, in order.
pub fn build_asking(policy: &Policy, settings: &Settings, asked: &[&policy::Expr]) -> Staged<Option<(Program, Vec<ExprId>)>> {
    lower::lower(policy, settings, asked)
}

impl Program {
    /// The steps whose outcomes a step reads: those it names and those it is made of.
    pub fn needs(&self, step: Step) -> Vec<Step> {
        let mut needs = uses::needs(self, step);
        match step {
            Step::Scorecard(id) => {
                let scorecard = &self.scorecards[id.index()];
                needs.extend(scorecard.items.iter().map(|item| Step::Item(*item)));
                // Faults come from the scorecards that it includes, past the items that include them.
                needs.extend(scorecard.includes.iter().map(|(_, child)| Step::Scorecard(*child)));
            }
            Step::Verdict(id) => {
                let verdict = &self.verdicts[id.index()];
                needs.extend(verdict.gates.iter().map(|gate| Step::Gate(*gate)));
                if let Basis::Score(scorecard, _) = &verdict.basis {
                    needs.push(Step::Scorecard(*scorecard));
                }
            }
            Step::Item(id) => {
                if let Body::Include(child) = &self.items[id.index()].body {
                    needs.push(Step::Scorecard(*child));
                }
            }
            Step::Gate(_) | Step::Limit(_) | Step::Trigger(_) | Step::Review(_) => {}
        }
        needs
    }

    /// The facts that a step reads itself, through `let`s and tables.
    pub fn reads(&self, step: Step) -> &[Place] {
        match step {
            Step::Item(id) => &self.items[id.index()].reads,
            Step::Scorecard(_) => &[],
            Step::Gate(id) => &self.gates[id.index()].reads,
            Step::Verdict(id) => &self.verdicts[id.index()].reads,
            Step::Limit(id) => &self.limits[id.index()].reads,
            Step::Trigger(id) => &self.triggers[id.index()].reads,
            Step::Review(id) => &self.reviews[id.index()].reads,
        }
    }

    /// Everything that a step rests on, itself included, in the order of evaluation.
    pub fn cone(&self, step: Step) -> Vec<Step> {
        let mut met = BTreeSet::from([step]);
        let mut pending = vec![step];
        while let Some(step) = pending.pop() {
            pending.extend(self.needs(step).into_iter().filter(|needed| met.insert(*needed)));
        }
        self.order.iter().copied().filter(|step| met.contains(step)).collect()
    }

    /// The fields that these steps read for more than to compare them with constants: in calculations, ramps, scripts, against other facts.
    pub fn calculated(&self, steps: &[Step]) -> BTreeSet<FieldId> {
        uses::calculated(self, steps)
    }

    /// The name of a table, among all names.
    pub fn name_of_table(&self, id: TableId) -> NamedId {
        NamedId(self.lets.len() as u32 + id.0)
    }

    /// The field that stands at a place; none for a context that is itself a list, and for elements that are single values.
    pub fn field_at(&self, place: Place) -> Option<FieldId> {
        field_at(&self.schema, &self.documents, place)
    }
}

fn field_at(schema: &Schema, documents: &[Document], place: Place) -> Option<FieldId> {
    match place {
        Place::Element { field, .. } => field,
        Place::Fixed { sheet, slot } => {
            let document = documents.get((sheet as usize).checked_sub(1)?)?;
            let leaf = schema.record(document.record).leaves.get(slot as usize)?;
            document.many.is_none().then_some(leaf.field)
        }
    }
}

/// A parameter in force.
#[derive(Clone, Debug)]
pub struct Param {
    /// Code, title, documentation.
    pub head: Head,
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: Possible,
    /// Where the value came from.
    pub origin: Origin,
}

/// Where a parameter's value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The parameter's own line.
    Rules,
    /// The line of the profile in force.
    Profile(Span),
    /// From outside, such as "--set".
    Outside(String),
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Let {
    /// Code, title, documentation.
    pub head: Head,
    /// Its type.
    pub ty: Type,
    /// Its value. A truth value is an [`Expr::Truth`]; a list's is read through its collection.
    pub value: ExprId,
}

/// What a field is used for, over the whole policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldUse {
    /// In how many places it is read as a fact of a document, a `let` counting once for each place that reads it.
    pub reads: u32,
    /// In how many places it is read of the elements of a list: of another document's too, where both are of one form.
    pub element_reads: u32,
    /// The constants that it is compared with, rising, without repetition: edges of rows and ramps among them.
    pub thresholds: Vec<Number>,
    /// Where it is compared with constants and nothing else is done with its numbers: the cuts between numbers that something tells apart, rising, without
    /// repetition. Numbers with no cut between them are all one to the rules.
    pub cuts: Option<Vec<Cut>>,
    /// Whether `is known` asks for it somewhere.
    pub asked_if_known: bool,
    /// Whether something is assumed of it where there is no evidence.
    pub assumed: bool,
    /// Whether a table reads it that nothing else reads, so that it is only reported.
    pub reported: bool,
}

impl FieldUse {
    /// Whether something tells two numbers apart, the first below the second.
    pub(crate) fn tells_apart(&self, low: Number, high: Number) -> bool {
        self.cuts.as_ref().is_none_or(|cuts| {
            let cut = cuts.partition_point(|cut| !cut.is_above(low));
            cuts.get(cut).is_some_and(|cut| !cut.is_above(high))
        })
    }

    /// How often it is read at a slot, which is one of a list's element or a document's own.
    pub fn reads_at(&self, in_element: bool) -> u32 {
        if in_element { self.element_reads } else { self.reads }
    }
}

/// One step of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Judge an item.
    Item(ItemId),
    /// Add up a scorecard.
    Scorecard(ScorecardId),
    /// Ask a gate.
    Gate(GateId),
    /// Find the band of a verdict; its gates come before.
    Verdict(VerdictId),
    /// Work out a limit.
    Limit(LimitId),
    /// Ask a trigger.
    Trigger(TriggerId),
    /// Ask whether a review counts.
    Review(ReviewId),
}

/// Something that earns points.
#[derive(Clone, Debug)]
pub struct Item {
    /// Code, title, documentation.
    pub head: Head,
    /// Where it counts.
    pub scorecard: ScorecardId,
    /// The points it is worth, above zero.
    pub worth: Fraction,
    /// When it counts.
    pub applies: Option<ConditionId>,
    /// The days on which it is in force.
    pub term: Term,
    /// What earns the points.
    pub body: Body,
    /// What is said about it.
    pub words: Words,
    /// The facts that it reads, in order of first reading, through `let`s, tables and filters; `applies when` included.
    pub reads: Vec<Place>,
    /// Whether it reads the result of a script, itself or through `let`s.
    pub reads_script: bool,
    /// The tables that it reads, likewise.
    pub tables: Vec<TableId>,
}

/// Texts of a judged item, with expressions to put in.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The reason.
    pub because: Option<Template>,
    /// The question.
    pub ask: Option<Template>,
    /// The cure.
    pub remedy: Option<Template>,
    /// The origin.
    pub cite: Option<Template>,
}

/// A text with values to put in.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A value of a type.
    Value(ExprId, Type),
}

/// What earns an item its points.
#[derive(Clone, Debug)]
pub enum Body {
    /// True earns the worth.
    Check(ConditionId),
    /// The first row that holds for the operand.
    Grade(ExprId, Vec<Row>),
    /// The first row whose condition holds.
    GradeWhen(Vec<RowWhen>),
    /// Straight lines between knots, which rise strictly.
    Ramp(ExprId, Vec<Knot>),
    /// The expression, clamped to the worth.
    Measure(ExprId),
    /// A scorecard's score, times the worth.
    Include(ScorecardId),
}

/// A row on an operand.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which operands satisfy it.
    pub accepts: Accepts,
    /// Points, not negative.
    pub points: Fraction,
    /// Its reason.
    pub label: Option<Template>,
    /// Where it stands.
    pub span: Span,
}

/// Which operands a row accepts.
#[derive(Clone, Debug)]
pub enum Accepts {
    /// Every one.
    All,
    /// Numbers in one of these ranges: sorted. Where the operand's type has neighbouring values, a range reaches up to the neighbours of those it accepts,
    /// without them.
    Ranges(Vec<Interval>),
    /// These variants.
    Variants(Variants),
    /// Truth values equal to this.
    Truth(bool),
    /// Whatever satisfies a condition that reads the operand through the grade's own operand expression: for tests that are not constant.
    Condition(ConditionId),
}

/// A row with a condition of its own.
#[derive(Clone, Debug)]
pub struct RowWhen {
    /// None: always.
    pub when: Option<ConditionId>,
    /// Points, not negative.
    pub points: Fraction,
    /// Its reason.
    pub label: Option<Template>,
    /// Where it stands.
    pub span: Span,
}

/// A knot of a ramp.
#[derive(Clone, Debug)]
pub struct Knot {
    /// Where.
    pub at: Number,
    /// Points there, not negative.
    pub points: Fraction,
    /// Its reason.
    pub label: Option<Template>,
    /// Where it stands.
    pub span: Span,
}

/// A scorecard.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Code, title, documentation.
    pub head: Head,
    /// What is in force of it.
    pub items: Vec<ItemId>,
    /// Those among them that are scorecards.
    pub includes: Vec<(ItemId, ScorecardId)>,
    /// The sum of their worths.
    pub worth: Fraction,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts.
    pub applies: Option<ConditionId>,
    /// The days on which it is in force.
    pub term: Term,
    /// When it fires.
    pub when: ConditionId,
    /// Whose band it caps.
    pub verdict: VerdictId,
    /// The best band left, by its place; 0 is the best of all.
    pub at_most: u32,
    /// What is said about it.
    pub words: Words,
    /// The facts that it reads.
    pub reads: Vec<Place>,
    /// Whether it reads the result of a script, itself or through `let`s.
    pub reads_script: bool,
    /// The tables that it reads.
    pub tables: Vec<TableId>,
}

/// A verdict.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Code, title, documentation.
    pub head: Head,
    /// The bands, best first.
    pub bands: Vec<Band>,
    /// How a band is found.
    pub basis: Basis,
    /// The gates in force that cap it.
    pub gates: Vec<GateId>,
    /// The facts that its own conditions read.
    pub reads: Vec<Place>,
    /// The `let`s and tables that read its band, themselves or through others.
    pub named_by: Vec<NamedId>,
}

/// A band.
#[derive(Clone, Debug)]
pub struct Band {
    /// As rules write it.
    pub name: String,
    /// As reports show it.
    pub title: String,
    /// Its least score, where it has one.
    pub edge: Option<Number>,
    /// Where it stands.
    pub span: Span,
}

/// How a band is found.
#[derive(Clone, Debug)]
pub enum Basis {
    /// From a score: band `i` is reached from `edges[i]` on. Strictly falling; one entry per band that a score reaches, the last reached by any score.
    Score(ScorecardId, Vec<(u32, Option<Number>)>),
    /// The band of the first condition that holds; none: always.
    Conditions(Vec<(u32, Option<ConditionId>)>),
}

/// A decision table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Code, title, documentation.
    pub head: Head,
    /// Which of the rows that hold count.
    pub hit: HitPolicy,
    /// What the cells test, as written.
    pub inputs: Vec<Input>,
    /// The inputs without repetition: those that are one fact are one dimension.
    pub dimensions: Vec<Dimension>,
    /// What the rows yield.
    pub columns: Vec<Column>,
    /// The rows, as written.
    pub rows: Vec<TableRow>,
    /// What holds where no row does.
    pub otherwise: Option<TableRow>,
    /// The rows, those that go before others first.
    pub order: Vec<u16>,
    /// The facts that it reads.
    pub reads: Vec<Place>,
}

/// An input of a table.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its value.
    pub value: ExprId,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// A value by which the rows of a table are told apart.
#[derive(Clone, Debug)]
pub struct Dimension {
    /// The value.
    pub value: ExprId,
    /// Its type.
    pub ty: Type,
    /// The ends of all ranges that rows accept: rising.
    pub cuts: Vec<Number>,
    /// All texts that rows name: sorted.
    pub texts: Vec<Arc<str>>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// What the row accepts of each dimension; none: everything.
    pub accepts: Vec<Option<Set>>,
    /// Tests that are not constant.
    pub conditions: Vec<ConditionId>,
    /// All tests as one condition, to narrow facts in outputs that read some; none where no output does.
    pub guard: Option<ConditionId>,
    /// One value for each column.
    pub outputs: Vec<ExprId>,
    /// Where the cells stand; none of `otherwise`.
    pub cells: Vec<Span>,
    /// The whole row.
    pub span: Span,
}

/// Where a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// At a slot of a document's sheet.
    Fixed {
        /// The sheet, counting from 0 as [`Program::unseen`].
        sheet: u16,
        /// The slot.
        slot: u32,
    },
    /// In the element that a binder runs over.
    Element {
        /// The binder, from the outermost.
        binder: u16,
        /// The leaf of the element's record; 0 for elements that are single values.
        leaf: u32,
        /// Which field it is, for narrowing and thresholds; none for elements that are single values.
        field: Option<FieldId>,
    },
}

/// An expression. Constants are folded: a node other than `Constant` reads a fact or an item.
#[derive(Clone, Debug)]
pub enum Expr {
    /// An exact value.
    Constant(Possible),
    /// A fact.
    Fact(Place),
    /// A fact, or this value where there is no evidence.
    Assuming(Place, Possible),
    /// A named expression.
    Let(LetId),
    /// The points of an item.
    Points(ItemId),
    /// The score of a scorecard.
    Score(ScorecardId),
    /// The points of a scorecard.
    ScorePoints(ScorecardId),
    /// The band of a verdict, as variants of its enumeration; waivers aside, so that they can lift a cap and do nothing else.
    Band(VerdictId),
    /// How much a limit allows.
    Limit(LimitId),
    /// A column of a table.
    Column(TableId, u32),
    /// A truth value.
    Truth(ConditionId),
    /// `-a`
    Negate(ExprId),
    /// `a + b`; a date and a duration, too.
    Add(ExprId, ExprId),
    /// `a - b`
    Subtract(ExprId, ExprId),
    /// `a * b`
    Multiply(ExprId, ExprId),
    /// `a / b`
    Divide(ExprId, ExprId),
    /// A date moved by calendar months.
    AddMonths(ExprId, i64),
    /// Down to a whole day: a date moved by a duration that may not be whole days.
    FloorToDay(ExprId),
    /// The least.
    Min(Vec<ExprId>),
    /// The greatest.
    Max(Vec<ExprId>),
    /// Without its sign.
    Abs(ExprId),
    /// To so many decimals.
    Round(ExprId, u32, Rounding),
    /// `clamp(x, low, high)`
    Clamp(ExprId, ExprId, ExprId),
    /// One or the other.
    If(ConditionId, ExprId, ExprId),
    /// A function over a list.
    Aggregate(Aggregate),
    /// A function of a script.
    Script(ScriptCall),
}

/// A call of a script's function.
#[derive(Clone, Debug)]
pub struct ScriptCall {
    /// The function.
    pub function: FunctionId,
    /// What is given for its parameters.
    pub arguments: Vec<Argument>,
    /// Which call it is, below [`Program::calls`].
    pub place: u32,
}

/// What is given for a parameter.
#[derive(Clone, Debug)]
pub enum Argument {
    /// One value or group.
    One(Given),
    /// A list of single values.
    List(CollectionId),
    /// A list of groups, and the leaves that the function sees of each.
    Records(CollectionId, Vec<u32>),
    /// A value or group for each element of a list.
    Each {
        /// The list.
        list: CollectionId,
        /// Which elements count.
        filter: Option<ConditionId>,
        /// What is given for each.
        given: Given,
        /// The binder's depth.
        binder: u16,
    },
}

/// A value, or a group value by value.
#[derive(Clone, Debug)]
pub enum Given {
    /// A value.
    Value(ExprId),
    /// The values of a group.
    Record(Vec<ExprId>),
}

impl Given {
    /// Its values.
    pub fn values(&self) -> &[ExprId] {
        match self {
            Given::Value(value) => std::slice::from_ref(value),
            Given::Record(values) => values,
        }
    }
}

/// A function over a list.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub kind: AggregateKind,
    /// The list; the binder is the next one inwards.
    pub list: CollectionId,
    /// Which elements count.
    pub filter: Option<ConditionId>,
    /// What is summed or compared.
    pub of: Option<ExprId>,
    /// What it is for no elements.
    pub if_none: Option<ExprId>,
    /// The binder's depth.
    pub binder: u16,
}

/// A condition. Comparisons of a fact with a constant have nodes of their own: they are most of a policy, and they are what narrowing and splitting look at.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Known before any fact is.
    Constant(bool),
    /// A fact compared with a constant.
    FactCompare(Place, Comparison, Number),
    /// A fact among some variants.
    FactAmong(Place, Variants),
    /// A fact that is a truth value.
    FactTrue(Place),
    /// An expression that is a truth value: an `if`, a `let`, an `assuming`.
    Value(ExprId),
    /// Two ordered values, texts, variants or truth values.
    Compare(Comparison, ExprId, ExprId),
    /// Between two values, both included.
    Between(ExprId, ExprId, ExprId),
    /// An expression among some variants (an enumeration; bands, too).
    Among(ExprId, Variants),
    /// Equal to one of these.
    OneOf(ExprId, Vec<ExprId>),
    /// Equal to an element of a list of single values.
    InList(ExprId, CollectionId),
    /// There is evidence.
    Known(Place),
    /// A list has no elements.
    Empty(CollectionId),
    /// Whether a check passes.
    Check(ItemId),
    /// Whether a gate fires.
    Gate(GateId),
    /// Whether a trigger fires.
    Trigger(TriggerId),
    /// It does not hold.
    Not(ConditionId),
    /// All hold.
    And(Vec<ConditionId>),
    /// Any holds.
    Or(Vec<ConditionId>),
    /// `some` and `every`; the filter and the condition are about the binder's element.
    Quantified {
        /// Which.
        quantifier: Quantifier,
        /// The list.
        list: CollectionId,
        /// Which elements count.
        filter: Option<ConditionId>,
        /// What they satisfy.
        satisfies: ConditionId,
        /// The binder's depth.
        binder: u16,
    },
}

/// A list to run over.
#[derive(Clone, Debug)]
pub enum Collection {
    /// A list that is a fact.
    Fact {
        /// Where the list stands.
        place: Place,
        /// Slots per element.
        stride: u32,
        /// The first slot in sheet 0 of the element about which nothing is known.
        unseen: u32,
        /// The least number of elements declared.
        least: u32,
        /// The greatest number of elements declared.
        most: Option<u32>,
        /// The value where there is no evidence: an empty list.
        assumed_empty: bool,
    },
    /// One field of every element of a list of records.
    FieldOfEach {
        /// The list.
        list: CollectionId,
        /// The leaf.
        leaf: u32,
    },
    /// The so many greatest elements of a list of ordered values.
    Top {
        /// How many.
        count: u32,
        /// The list.
        list: CollectionId,
    },
}
