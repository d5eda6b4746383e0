//! Small policies and fact sheets as data, with the text that says the same: the tests go through the whole engine, from text on.
//!
//! The form of the sheet is fixed. Every value is a whole number in the unit of its field: quarters for numbers, sixteenths for percents, days for dates,
//! places for the rest. Constants of policies stand on even places, so that completions can lie on a threshold and just beside it.

use std::fmt::Write;

/// The day of judgement, 2026-06-01, counted from 1970-01-01.
pub const TODAY: i64 = 20_605;

/// How many days evidence about `pulse` counts.
pub const FRESH: i64 = 90;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Number,
    Percent,
    Day,
    Flag,
    Kind,
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub unit: Unit,
    pub declared: &'static str,
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// The distance between neighbouring values that the tests look at.
    pub step: i64,
}

const fn field(name: &'static str, unit: Unit, declared: &'static str, low: i64, high: i64, step: i64) -> Field {
    Field { name, unit, declared, low: Some(low), high: Some(high), step }
}

pub const RANK: usize = 0;
pub const LEVEL: usize = 1;
pub const OTHER: usize = 2;
pub const PULSE: usize = 3;
pub const QUOTA: usize = 4;
pub const SINCE: usize = 5;
pub const FLAG: usize = 6;
pub const KIND: usize = 8;

/// The facts of a sheet that are single values. The dates of `since` are declared by [`Policy::text`], which may shift them.
pub const OWN: [Field; 9] = [
    field("rank", Unit::Number, "whole in 0..6", 0, 24, 4),
    field("level", Unit::Number, "number in -4..4", -16, 16, 1),
    Field { name: "other", unit: Unit::Number, declared: "number", low: None, high: None, step: 1 },
    field("pulse", Unit::Number, "whole in 0..6 fresh for 90 days", 0, 24, 4),
    field("quota", Unit::Percent, "percent in 0%..100%", 0, 16, 1),
    field("since", Unit::Day, "", 20_089, 20_818, 1),
    field("flag", Unit::Flag, "bool", 0, 1, 1),
    field("extra", Unit::Flag, "bool", 0, 1, 1),
    field("kind", Unit::Kind, "one of alpha, beta, gamma", 0, 2, 1),
];

pub const MASS: usize = 0;
pub const DEPTH: usize = 1;
pub const SOLID: usize = 2;

/// The fields of an element; both lists have the same.
pub const ELEMENT: [Field; 3] = [
    field("mass", Unit::Number, "whole in 0..4", 0, 16, 4),
    field("depth", Unit::Number, "number in -2..3", -8, 12, 1),
    field("solid", Unit::Flag, "bool", 0, 1, 1),
];

pub struct ListField {
    pub name: &'static str,
    pub least: usize,
    pub most: usize,
}

pub const LINKS: usize = 1;

/// The lists: one that may be empty and one that never is.
pub const LISTS: [ListField; 2] = [ListField { name: "parts", least: 0, most: 3 }, ListField { name: "links", least: 1, most: 2 }];

const KINDS: [&str; 3] = ["alpha", "beta", "gamma"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Own(usize),
    /// The binder counts from the outermost.
    Element {
        binder: usize,
        field: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Count,
    Share,
    Sum,
    Min,
    Max,
    Mean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounded {
    Nearest,
    Down,
    Up,
}

/// A list as an expression reads it.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    pub list: usize,
    pub assumed_empty: bool,
}

#[derive(Clone, Debug)]
pub struct Aggregate {
    pub over: Over,
    pub list: Listed,
    pub binder: usize,
    pub filter: Option<Cond>,
    pub of: Option<Num>,
    pub none: Option<i64>,
}

/// What every policy can call: the same as two forms of the language.
pub const SCRIPT: &str = "fn clamped(x, low, high) {
    if x < low { low } else if x > high { high } else { x }
}

fn total(values) {
    let sum = 0;
    for value in values {
        sum += value;
    }
    sum
}
";

/// Its functions as rules know them.
const FUNCTIONS: &str = "script \"plain.rhai\" {
  fn clamped(x: number, low: number, high: number) -> number
  fn total(values: list of number) -> number
}

";

/// An expression that is a plain number.
#[derive(Clone, Debug)]
pub enum Num {
    Constant(i64),
    Fact(Place),
    Assuming(Place, i64),
    /// The age of `since` in units of so many days.
    Age(i64),
    Negate(Box<Num>),
    Add(Box<Num>, Box<Num>),
    Subtract(Box<Num>, Box<Num>),
    Multiply(Box<Num>, Box<Num>),
    Divide(Box<Num>, Box<Num>),
    Least(Box<Num>, Box<Num>),
    Greatest(Box<Num>, Box<Num>),
    Clamp(Box<Num>, i64, i64),
    Abs(Box<Num>),
    /// To so many decimals.
    Round(Rounded, Box<Num>, u32),
    /// The sum of the so many greatest values of a field.
    Top {
        list: usize,
        field: usize,
        count: usize,
        binder: usize,
    },
    If(Box<Cond>, Box<Num>, Box<Num>),
    Aggregate(Box<Aggregate>),
    /// A clamp or a sum, worked out by [`SCRIPT`].
    Scripted(Box<Num>),
    Let(usize),
    /// The number that a table yields.
    Column(usize),
    Points(usize),
    Score(usize),
    CardPoints(usize),
    Limit(usize),
}

#[derive(Clone, Debug)]
pub enum Cond {
    Compare(Operator, Num, Num),
    Between(Num, i64, i64),
    OneOf(Num, Vec<i64>, bool),
    /// Equal to a field of some element.
    InField(Num, usize, usize),
    /// A fact against a constant in the fact's own unit.
    Against(Place, Operator, i64),
    Within(Place, i64, i64),
    /// The age of `since` against so many days.
    Age(Operator, i64),
    Flag(Place),
    FlagAssuming(Place, bool),
    /// One of these variants, or not one.
    Among(Place, Vec<usize>, bool),
    AmongAssuming(Place, Vec<usize>, usize),
    Known(Place, bool),
    ListKnown(usize, bool),
    Empty(Listed, bool),
    Not(Box<Cond>),
    And(Vec<Cond>),
    Or(Vec<Cond>),
    If(Box<Cond>, Box<Cond>, Box<Cond>),
    Same(Box<Cond>, Box<Cond>, bool),
    Some {
        list: Listed,
        binder: usize,
        filter: Option<Box<Cond>>,
        satisfies: Box<Cond>,
    },
    Every {
        list: Listed,
        binder: usize,
        filter: Option<Box<Cond>>,
        satisfies: Box<Cond>,
    },
    Let(usize),
    /// The truth value that a table yields.
    Column(usize),
    Check(usize),
    Gate(usize),
    Trigger(usize),
    PointsAgainst(usize, Operator, i64),
    /// In sixteenths.
    ScoreAgainst(usize, Operator, i64),
    Band {
        verdict: usize,
        operator: Operator,
        band: usize,
    },
}

#[derive(Clone, Debug)]
pub enum Named {
    Number(Num),
    Truth(Cond),
}

/// What a grade or a ramp looks at. A fact keeps its own unit.
#[derive(Clone, Debug)]
pub enum Operand {
    Number(Num),
    Fact(Place),
}

/// A row's test of its operand, constants in the operand's unit.
#[derive(Clone, Debug)]
pub enum Test {
    Compare(Operator, i64),
    Between(i64, i64),
    Both((Operator, i64), (Operator, i64)),
    Either((Operator, i64), (Operator, i64)),
    Among(Vec<usize>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    First,
    Unique,
    Any,
    Priority,
    Sum,
    Min,
    Max,
    Count,
}

impl Hit {
    pub fn text(self) -> &'static str {
        match self {
            Hit::First => "first",
            Hit::Unique => "unique",
            Hit::Any => "any",
            Hit::Priority => "priority",
            Hit::Sum => "collect sum",
            Hit::Min => "collect min",
            Hit::Max => "collect max",
            Hit::Count => "collect count",
        }
    }

    /// Whether one row counts, so that its truth value can be read.
    pub fn is_one_row(self) -> bool {
        matches!(self, Hit::First | Hit::Unique | Hit::Any | Hit::Priority)
    }
}

#[derive(Clone, Debug)]
pub enum Input {
    Value(Operand),
    Truth(Cond),
}

#[derive(Clone, Debug)]
pub enum Cell {
    Any,
    Test(Test),
    Truth(bool),
    /// Against something that only facts tell.
    Against(Operator, Num),
}

#[derive(Clone, Debug)]
pub struct TableRow {
    pub cells: Vec<Cell>,
    pub value: Num,
    pub truth: bool,
}

/// A table with two outputs: a number and a truth value.
#[derive(Clone, Debug)]
pub struct Table {
    pub hit: Hit,
    pub inputs: Vec<Input>,
    pub rows: Vec<TableRow>,
    pub otherwise: Option<(Num, bool)>,
}

/// Points and worths are in halves.
#[derive(Clone, Debug)]
pub enum Body {
    Check(Cond),
    Grade(Operand, Vec<(Test, i64)>, i64),
    GradeWhen(Vec<(Cond, i64)>, i64),
    Ramp(Operand, Vec<(i64, i64)>),
    Measure(Num),
    Include(usize),
}

#[derive(Clone, Debug)]
pub struct Item {
    pub applies: Option<Cond>,
    pub worth: i64,
    pub body: Body,
}

impl Item {
    /// A grade's and a ramp's worth is their most points.
    pub fn worth(&self) -> i64 {
        let most = |points: &mut dyn Iterator<Item = i64>| points.max().unwrap_or(0);
        match &self.body {
            Body::Grade(_, rows, last) => most(&mut rows.iter().map(|row| row.1).chain([*last])),
            Body::GradeWhen(rows, last) => most(&mut rows.iter().map(|row| row.1).chain([*last])),
            Body::Ramp(_, knots) => most(&mut knots.iter().map(|knot| knot.1)),
            Body::Check(_) | Body::Measure(_) | Body::Include(_) => self.worth,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Gate {
    pub applies: Option<Cond>,
    pub when: Cond,
    pub verdict: usize,
    pub at_most: usize,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    /// On the last scorecard: falling edges in twentieths; one more band is the rest.
    Score(Vec<i64>),
    Conditions(Vec<Cond>),
}

impl Verdict {
    pub fn bands(&self) -> usize {
        1 + match self {
            Verdict::Score(edges) => edges.len(),
            Verdict::Conditions(rows) => rows.len(),
        }
    }
}

/// A limit of a protocol.
#[derive(Clone, Debug)]
pub struct Limit {
    pub applies: Option<Cond>,
    pub value: Num,
}

/// A trigger of a protocol.
#[derive(Clone, Debug)]
pub struct Trigger {
    pub applies: Option<Cond>,
    pub when: Cond,
}

/// The days on which something is in force: from the first on, and before the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Term {
    pub fn contains(self, day: i64) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// A waiver for the one subject there is: of a gate, or of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiver {
    pub gate: bool,
    pub index: usize,
    pub granted: i64,
    pub expires: i64,
}

/// A policy. Items read items and scorecards that come before them only; the last scorecard is the one that is judged.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub lets: Vec<Named>,
    /// Each reads those before it only, and no items.
    pub tables: Vec<Table>,
    pub items: Vec<Item>,
    /// The items of each scorecard, consecutive and in order.
    pub cards: Vec<Vec<usize>>,
    pub gates: Vec<Gate>,
    pub verdicts: Vec<Verdict>,
    /// Limits and triggers read what comes before them, limits first; nothing else reads them.
    pub limits: Vec<Limit>,
    pub triggers: Vec<Trigger>,
    /// Of items and gates that are in force for a while only; of the others nothing.
    pub item_terms: Vec<Term>,
    pub gate_terms: Vec<Term>,
    pub waivers: Vec<Waiver>,
}

impl Policy {
    /// Whether the language may know a number as whole.
    pub fn may_be_whole(&self, num: &Num) -> bool {
        let declared = |place: &Place| match place {
            Place::Own(field) => &OWN[*field],
            Place::Element { field, .. } => &ELEMENT[*field],
        };
        match num {
            Num::Constant(quarters) => quarters % 4 == 0,
            Num::Fact(place) | Num::Assuming(place, _) => declared(place).declared.starts_with("whole"),
            Num::Top { field, .. } => ELEMENT[*field].declared.starts_with("whole"),
            Num::Age(_) | Num::Divide(..) | Num::Scripted(_) | Num::Column(_) => false,
            Num::Points(_) | Num::Score(_) | Num::CardPoints(_) | Num::Limit(_) => false,
            Num::Negate(inner) | Num::Abs(inner) | Num::Clamp(inner, ..) => self.may_be_whole(inner),
            Num::Round(_, inner, places) => *places == 0 || self.may_be_whole(inner),
            Num::Add(one, other) | Num::Subtract(one, other) | Num::Multiply(one, other) => {
                self.may_be_whole(one) && self.may_be_whole(other)
            }
            Num::Least(one, other) | Num::Greatest(one, other) | Num::If(_, one, other) => {
                self.may_be_whole(one) && self.may_be_whole(other)
            }
            Num::Aggregate(aggregate) => match &aggregate.of {
                None => aggregate.over == Over::Count,
                Some(of) => !matches!(aggregate.over, Over::Share | Over::Mean) && self.may_be_whole(of),
            },
            Num::Let(index) => matches!(&self.lets[*index], Named::Number(num) if self.may_be_whole(num)),
        }
    }
}

/// What the sheet says of a fact: whether it says anything that counts, and what is possible.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub known: bool,
    pub set: Set,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    Range(Option<i64>, Option<i64>),
    /// Sorted, not empty.
    Among(Vec<i64>),
}

impl State {
    pub fn missing(field: &Field) -> State {
        State {
            known: false,
            set: match field.unit {
                Unit::Number | Unit::Percent | Unit::Day => Set::Range(field.low, field.high),
                Unit::Flag | Unit::Kind => Set::Among((0..=field.high.unwrap_or(0)).collect()),
            },
        }
    }

    pub fn exactly(field: &Field, value: i64) -> State {
        let set = match field.unit {
            Unit::Number | Unit::Percent | Unit::Day => Set::Range(Some(value), Some(value)),
            Unit::Flag | Unit::Kind => Set::Among(vec![value]),
        };
        State { known: true, set }
    }

    pub fn is_exact(&self) -> bool {
        match &self.set {
            Set::Range(low, high) => low.is_some() && low == high,
            Set::Among(values) => values.len() == 1,
        }
    }
}

#[derive(Clone, Debug)]
pub enum ListState {
    Missing,
    Listed { parts: Vec<[State; 3]>, complete: bool },
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub facts: Vec<State>,
    pub lists: Vec<ListState>,
}

impl Place {
    pub fn field(self) -> &'static Field {
        match self {
            Place::Own(index) => &OWN[index],
            Place::Element { field, .. } => &ELEMENT[field],
        }
    }

    pub fn text(self) -> String {
        match self {
            Place::Own(index) => OWN[index].name.to_string(),
            Place::Element { binder, field } => format!("x{binder}.{}", ELEMENT[field].name),
        }
    }
}

impl Operator {
    pub fn text(self) -> &'static str {
        match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        }
    }

    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Operator::Equal => left == right,
            Operator::NotEqual => left != right,
            Operator::Less => left < right,
            Operator::LessOrEqual => left <= right,
            Operator::Greater => left > right,
            Operator::GreaterOrEqual => left >= right,
        }
    }
}

/// A number of `parts` to the whole, as decimals; exact for the parts used here.
fn decimals(value: i64, parts: i64) -> String {
    let millionths = value * 1_000_000 / parts;
    let sign = if millionths < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:06}", millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A day as year, month and day of the Gregorian calendar.
pub fn date(day: i64) -> String {
    let (mut year, mut left) = (1970, day);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < days {
            break;
        }
        left -= days;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

/// Writes everything; `shift` moves all dates by so many days.
#[derive(Clone, Copy)]
struct Printer {
    shift: i64,
    /// Whether the operands of `and` and `or` stand in reverse.
    reversed: bool,
}

impl Policy {
    pub fn text(&self) -> String {
        self.print(Printer { shift: 0, reversed: false })
    }

    pub fn shifted(&self, days: i64) -> String {
        self.print(Printer { shift: days, reversed: false })
    }

    pub fn reversed(&self) -> String {
        self.print(Printer { shift: 0, reversed: true })
    }

    pub fn item_term(&self, item: usize) -> Term {
        self.item_terms.get(item).copied().unwrap_or_default()
    }

    pub fn gate_term(&self, gate: usize) -> Term {
        self.gate_terms.get(gate).copied().unwrap_or_default()
    }

    pub fn is_lifted(&self, gate: usize, day: i64) -> bool {
        let waived = |waiver: &Waiver| waiver.gate && waiver.index == gate && waiver.granted <= day && day < waiver.expires;
        self.waivers.iter().any(waived)
    }

    /// The file of waivers, with all dates moved by so many days; `reversed` turns the order of keys.
    pub fn waivers_text(&self, shift: i64, reversed: bool) -> String {
        let mut text = String::new();
        for waiver in &self.waivers {
            let code = format!("trial.{}_{}", if waiver.gate { "gate" } else { "item" }, waiver.index);
            let mut keys = [
                format!("code: {code}"),
                "subject: trial".to_string(),
                "reason: It is accepted".to_string(),
                "approver: The committee".to_string(),
                format!("granted: {}", date(waiver.granted + shift)),
                format!("expires: {}", date(waiver.expires + shift)),
            ];
            if reversed {
                keys.reverse();
            }
            let _ = writeln!(text, "- {}", keys.join("\n  "));
        }
        text
    }

    fn print(&self, printer: Printer) -> String {
        let mut text = String::from("rulebook trial \"Trial\"\n\ntype piece = {\n");
        for field in &ELEMENT {
            let _ = writeln!(text, "  {}: {}", field.name, field.declared);
        }
        text.push_str("}\n\nsubject thing \"Thing\" {\n");
        for field in &OWN {
            match field.unit {
                Unit::Day => {
                    let (low, high) = (field.low.unwrap_or(0), field.high.unwrap_or(0));
                    let _ = writeln!(text, "  {}: date in {}..{}", field.name, date(low + printer.shift), date(high + printer.shift));
                }
                _ => {
                    let _ = writeln!(text, "  {}: {}", field.name, field.declared);
                }
            }
        }
        for list in &LISTS {
            let _ = writeln!(text, "  {}: list of piece count in {}..{}", list.name, list.least, list.most);
        }
        text.push_str("}\n\n");
        text.push_str(FUNCTIONS);
        for (index, named) in self.lets.iter().enumerate() {
            let value = match named {
                Named::Number(num) => printer.num(num),
                Named::Truth(cond) => printer.cond(cond),
            };
            let _ = writeln!(text, "let named_{index} = {value}");
        }
        for (index, table) in self.tables.iter().enumerate() {
            printer.table(&mut text, index, table);
        }
        for (index, items) in self.cards.iter().enumerate() {
            let _ = writeln!(text, "\nscorecard card_{index} {{");
            for item in items {
                printer.item(&mut text, *item, &self.items[*item], self.item_term(*item));
            }
            text.push_str("}\n");
        }
        for (index, gate) in self.gates.iter().enumerate() {
            let _ = writeln!(text, "\ngate gate_{index} {{");
            if let Some(applies) = &gate.applies {
                let _ = writeln!(text, "  applies when {}", printer.cond(applies));
            }
            printer.term(&mut text, self.gate_term(index));
            let _ = writeln!(text, "  when {}\n  at most band_{}_{}\n}}", printer.cond(&gate.when), gate.verdict, gate.at_most);
        }
        for (index, verdict) in self.verdicts.iter().enumerate() {
            match verdict {
                Verdict::Score(edges) => {
                    let _ = writeln!(text, "\nverdict verdict_{index} on card_{} {{", self.cards.len() - 1);
                    for (band, edge) in edges.iter().enumerate() {
                        let _ = writeln!(text, "  band_{index}_{band} >= {}%", edge * 5);
                    }
                }
                Verdict::Conditions(rows) => {
                    let _ = writeln!(text, "\nverdict verdict_{index} {{");
                    for (band, row) in rows.iter().enumerate() {
                        let _ = writeln!(text, "  band_{index}_{band} when {}", printer.cond(row));
                    }
                }
            }
            let _ = writeln!(text, "  band_{index}_{} otherwise\n}}", verdict.bands() - 1);
        }
        if !self.limits.is_empty() || !self.triggers.is_empty() {
            text.push_str("\nprotocol holding {\n");
            for (index, limit) in self.limits.iter().enumerate() {
                let _ = writeln!(text, "  limit limit_{index}: number = {}", printer.num(&limit.value));
                if let Some(applies) = &limit.applies {
                    let _ = writeln!(text, "  {{ applies when {} }}", printer.cond(applies));
                }
            }
            for (index, trigger) in self.triggers.iter().enumerate() {
                let _ = writeln!(text, "  trigger trigger_{index} {{\n    when {}\n    do \"act\"", printer.cond(&trigger.when));
                if let Some(applies) = &trigger.applies {
                    let _ = writeln!(text, "    applies when {}", printer.cond(applies));
                }
                text.push_str("  }\n");
            }
            text.push_str("}\n");
        }
        text
    }
}

impl Printer {
    fn constant(self, unit: Unit, value: i64) -> String {
        match unit {
            Unit::Number => decimals(value, 4),
            Unit::Percent => format!("{}%", decimals(value * 100, 16)),
            Unit::Day => date(value + self.shift),
            Unit::Flag => (value != 0).to_string(),
            Unit::Kind => KINDS[value as usize % KINDS.len()].to_string(),
        }
    }

    /// A constant in an expression. Odd days are said as so many before or after today.
    fn operand(self, unit: Unit, value: i64) -> String {
        match unit {
            Unit::Day if value % 2 != 0 && value <= TODAY => format!("(today - {} days)", TODAY - value),
            Unit::Day if value % 2 != 0 => format!("(today + {} days)", value - TODAY),
            _ if value < 0 => format!("({})", self.constant(unit, value)),
            _ => self.constant(unit, value),
        }
    }

    fn listed(self, list: Listed) -> String {
        format!("{}{}", LISTS[list.list].name, if list.assumed_empty { " assuming []" } else { "" })
    }

    fn place_as_number(self, place: Place, text: String) -> String {
        match place.field().unit {
            Unit::Percent => format!("number({text})"),
            _ => text,
        }
    }

    fn num(self, num: &Num) -> String {
        let two = |left: &Num, sign: &str, right: &Num| format!("({} {sign} {})", self.num(left), self.num(right));
        match num {
            Num::Constant(value) => self.operand(Unit::Number, *value),
            Num::Fact(place) => self.place_as_number(*place, place.text()),
            Num::Assuming(place, value) => {
                let text = format!("({} assuming {})", place.text(), self.operand(place.field().unit, *value));
                self.place_as_number(*place, text)
            }
            Num::Age(days) => format!("((today - since) / {days} days)"),
            Num::Negate(inner) => format!("(-({}))", self.num(inner)),
            Num::Add(left, right) => two(left, "+", right),
            Num::Subtract(left, right) => two(left, "-", right),
            Num::Multiply(left, right) => two(left, "*", right),
            Num::Divide(left, right) => two(left, "/", right),
            Num::Least(left, right) => format!("min({}, {})", self.num(left), self.num(right)),
            Num::Greatest(left, right) => format!("max({}, {})", self.num(left), self.num(right)),
            Num::Clamp(inner, low, high) => {
                format!("clamp({}, {}, {})", self.num(inner), self.operand(Unit::Number, *low), self.operand(Unit::Number, *high))
            }
            Num::Abs(inner) => format!("abs({})", self.num(inner)),
            Num::Round(Rounded::Nearest, inner, places) => format!("round({}, {places})", self.num(inner)),
            Num::Round(Rounded::Down, inner, places) => format!("round_down({}, {places})", self.num(inner)),
            Num::Round(Rounded::Up, inner, places) => format!("round_up({}, {places})", self.num(inner)),
            Num::Top { list, field, count, binder } => {
                format!("(sum of x{binder} for x{binder} in top({count}, {}.{}))", LISTS[*list].name, ELEMENT[*field].name)
            }
            Num::If(cond, then, other) => format!("(if {} then {} else {})", self.cond(cond), self.num(then), self.num(other)),
            Num::Aggregate(aggregate) => self.aggregate(aggregate),
            Num::Scripted(inner) => self.scripted(inner),
            Num::Let(index) => format!("named_{index}"),
            Num::Column(table) => format!("table_{table}.value"),
            Num::Points(item) => format!("item_{item}"),
            Num::Score(card) => format!("number(card_{card})"),
            Num::CardPoints(card) => format!("card_{card}.points"),
            Num::Limit(limit) => format!("limit_{limit}"),
        }
    }

    fn scripted(self, num: &Num) -> String {
        match num {
            Num::Clamp(inner, low, high) => {
                format!("clamped({}, {}, {})", self.num(inner), self.operand(Unit::Number, *low), self.operand(Unit::Number, *high))
            }
            Num::Aggregate(aggregate) => {
                let filter = aggregate.filter.as_ref().map(|filter| format!(" where {}", self.cond(filter))).unwrap_or_default();
                let of = aggregate.of.as_ref().map(|of| self.num(of)).unwrap_or_default();
                format!("total({of} for x{} in {}{filter})", aggregate.binder, self.listed(aggregate.list))
            }
            other => self.num(other),
        }
    }

    fn aggregate(self, aggregate: &Aggregate) -> String {
        let filter = aggregate.filter.as_ref().map(|filter| format!(" where {}", self.cond(filter))).unwrap_or_default();
        let binder = format!("x{} in {}{filter}", aggregate.binder, self.listed(aggregate.list));
        let none = aggregate.none.map(|none| format!(" if none {}", self.operand(Unit::Number, none))).unwrap_or_default();
        let of = aggregate.of.as_ref().map(|of| self.num(of)).unwrap_or_default();
        match aggregate.over {
            Over::Count => format!("(count {binder})"),
            Over::Share => format!("number(share {binder})"),
            Over::Sum => format!("(sum of {of} for {binder}{none})"),
            Over::Min => format!("(min of {of} for {binder}{none})"),
            Over::Max => format!("(max of {of} for {binder}{none})"),
            Over::Mean => format!("(mean of {of} for {binder}{none})"),
        }
    }

    fn joined(self, conds: &[Cond], word: &str) -> String {
        let mut parts: Vec<String> = conds.iter().map(|cond| self.cond(cond)).collect();
        if self.reversed {
            parts.reverse();
        }
        format!("({})", parts.join(word))
    }

    fn quantified(self, word: &str, list: Listed, binder: usize, filter: Option<&Cond>, satisfies: &Cond) -> String {
        let filter = filter.map(|filter| format!(" where {}", self.cond(filter))).unwrap_or_default();
        format!("({word} x{binder} in {}{filter} satisfies {})", self.listed(list), self.cond(satisfies))
    }

    fn variants(self, variants: &[usize]) -> String {
        let names: Vec<&str> = variants.iter().map(|variant| KINDS[*variant]).collect();
        names.join(", ")
    }

    fn cond(self, cond: &Cond) -> String {
        let not = |negated: &bool| if *negated { "not " } else { "" };
        match cond {
            Cond::Compare(operator, left, right) => format!("({} {} {})", self.num(left), operator.text(), self.num(right)),
            Cond::Between(num, low, high) => {
                format!("({} in {}..{})", self.num(num), self.constant(Unit::Number, *low), self.constant(Unit::Number, *high))
            }
            Cond::OneOf(num, values, negated) => {
                let values: Vec<String> = values.iter().map(|value| self.operand(Unit::Number, *value)).collect();
                format!("({} {}in ({}))", self.num(num), not(negated), values.join(", "))
            }
            Cond::InField(num, list, field) => format!("({} in {}.{})", self.num(num), LISTS[*list].name, ELEMENT[*field].name),
            Cond::Against(place, operator, value) => {
                format!("({} {} {})", place.text(), operator.text(), self.operand(place.field().unit, *value))
            }
            Cond::Within(place, low, high) => {
                let unit = place.field().unit;
                format!("({} in {}..{})", place.text(), self.constant(unit, *low), self.constant(unit, *high))
            }
            Cond::Age(operator, days) => format!("(today - since {} {days} days)", operator.text()),
            Cond::Flag(place) => place.text(),
            Cond::FlagAssuming(place, value) => format!("({} assuming {value})", place.text()),
            Cond::Among(place, variants, negated) => match variants.as_slice() {
                [only] => format!("({} {} {})", place.text(), if *negated { "!=" } else { "==" }, KINDS[*only]),
                several => format!("({} {}in ({}))", place.text(), not(negated), self.variants(several)),
            },
            Cond::AmongAssuming(place, variants, value) => match variants.as_slice() {
                [only] => format!("(({} assuming {}) == {})", place.text(), KINDS[*value], KINDS[*only]),
                several => format!("(({} assuming {}) in ({}))", place.text(), KINDS[*value], self.variants(several)),
            },
            Cond::Known(place, negated) => format!("({} is {}known)", place.text(), not(negated)),
            Cond::ListKnown(list, negated) => format!("({} is {}known)", LISTS[*list].name, not(negated)),
            Cond::Empty(list, negated) if list.assumed_empty => format!("(({}) is {}empty)", self.listed(*list), not(negated)),
            Cond::Empty(list, negated) => format!("({} is {}empty)", self.listed(*list), not(negated)),
            Cond::Not(inner) => format!("(not ({}))", self.cond(inner)),
            Cond::And(conds) => self.joined(conds, " and "),
            Cond::Or(conds) => self.joined(conds, " or "),
            Cond::If(cond, then, other) => format!("(if {} then {} else {})", self.cond(cond), self.cond(then), self.cond(other)),
            Cond::Same(left, right, negated) => {
                format!("(({}) {} ({}))", self.cond(left), if *negated { "!=" } else { "==" }, self.cond(right))
            }
            Cond::Some { list, binder, filter, satisfies } => self.quantified("some", *list, *binder, filter.as_deref(), satisfies),
            Cond::Every { list, binder, filter, satisfies } => self.quantified("every", *list, *binder, filter.as_deref(), satisfies),
            Cond::Let(index) => format!("named_{index}"),
            Cond::Column(table) => format!("table_{table}.truth"),
            Cond::Check(item) => format!("item_{item}"),
            Cond::Gate(gate) => format!("gate_{gate}"),
            Cond::Trigger(trigger) => format!("trigger_{trigger}"),
            Cond::PointsAgainst(item, operator, points) => {
                format!("(item_{item} {} {})", operator.text(), self.constant(Unit::Number, *points))
            }
            Cond::ScoreAgainst(card, operator, score) => {
                format!("(card_{card} {} {})", operator.text(), self.constant(Unit::Percent, *score))
            }
            Cond::Band { verdict, operator, band } => format!("(verdict_{verdict} {} band_{verdict}_{band})", operator.text()),
        }
    }

    fn test(self, unit: Unit, test: &Test) -> String {
        let compare = |(operator, value): &(Operator, i64)| format!("{} {}", operator.text(), self.operand(unit, *value));
        match test {
            Test::Compare(operator, value) => compare(&(*operator, *value)),
            Test::Between(low, high) => format!("in {}..{}", self.constant(unit, *low), self.constant(unit, *high)),
            Test::Both(one, other) => format!("{} and {}", compare(one), compare(other)),
            Test::Either(one, other) => format!("{} or {}", compare(one), compare(other)),
            Test::Among(variants) => match variants.as_slice() {
                [only] => KINDS[*only].to_string(),
                several => format!("in ({})", self.variants(several)),
            },
        }
    }

    fn table(self, text: &mut String, index: usize, table: &Table) {
        let inputs: Vec<String> = table
            .inputs
            .iter()
            .map(|input| match input {
                Input::Value(operand) => self.operand_text(operand).0,
                Input::Truth(cond) => self.cond(cond),
            })
            .collect();
        let _ = writeln!(
            text,
            "\ntable table_{index} hit {} {{\n  | {} || value: number | truth: bool |",
            table.hit.text(),
            inputs.join(" | ")
        );
        for row in &table.rows {
            let cells: Vec<String> = row
                .cells
                .iter()
                .zip(&table.inputs)
                .map(|(cell, input)| match (cell, input) {
                    (Cell::Any, _) => "any".to_string(),
                    (Cell::Truth(truth), _) => truth.to_string(),
                    (Cell::Test(test), Input::Value(operand)) => self.test(self.operand_text(operand).1, test),
                    (Cell::Test(_), Input::Truth(_)) => unreachable!("truth values are not compared"),
                    (Cell::Against(operator, num), _) => format!("{} {}", operator.text(), self.num(num)),
                })
                .collect();
            let _ = writeln!(text, "  | {} || {} | {} |", cells.join(" | "), self.num(&row.value), row.truth);
        }
        if let Some((value, truth)) = &table.otherwise {
            let _ = writeln!(text, "  | otherwise || {} | {truth} |", self.num(value));
        }
        text.push_str("}\n");
    }

    fn operand_text(self, operand: &Operand) -> (String, Unit) {
        match operand {
            Operand::Number(num) => (self.num(num), Unit::Number),
            Operand::Fact(place) => (place.text(), place.field().unit),
        }
    }

    /// The clauses of a term, each in one of the ways to write it.
    fn term(self, text: &mut String, term: Term) {
        let day = |day: i64| date(day + self.shift);
        let _ = match (term.from, term.until) {
            (None, None) => Ok(()),
            (Some(from), None) => writeln!(text, "    effective from {}", day(from)),
            (None, Some(until)) => writeln!(text, "    until {}", day(until)),
            (Some(from), Some(until)) if self.reversed => writeln!(text, "    until {}\n    effective from {}", day(until), day(from)),
            (Some(from), Some(until)) => writeln!(text, "    effective from {} until {}", day(from), day(until)),
        };
    }

    fn item(self, text: &mut String, index: usize, item: &Item, term: Term) {
        let worth = decimals(item.worth, 2);
        let points = |points: &i64| decimals(*points, 2);
        let _ = match &item.body {
            Body::Check(_) => writeln!(text, "  check item_{index} worth {worth} {{"),
            Body::Grade(operand, ..) => writeln!(text, "  grade item_{index} on {} {{", self.operand_text(operand).0),
            Body::GradeWhen(..) => writeln!(text, "  grade item_{index} {{"),
            Body::Ramp(operand, _) => writeln!(text, "  ramp item_{index} on {} {{", self.operand_text(operand).0),
            Body::Measure(num) => writeln!(text, "  measure item_{index} worth {worth} = {} {{", self.num(num)),
            Body::Include(card) => writeln!(text, "  include card_{card} worth {worth} {{"),
        };
        if let Some(applies) = &item.applies {
            let _ = writeln!(text, "    applies when {}", self.cond(applies));
        }
        self.term(text, term);
        match &item.body {
            Body::Check(cond) => {
                let _ = writeln!(text, "    passes when {}", self.cond(cond));
            }
            Body::Grade(operand, rows, last) => {
                let unit = self.operand_text(operand).1;
                for row in rows {
                    let _ = writeln!(text, "    {} -> {}", self.test(unit, &row.0), points(&row.1));
                }
                let _ = writeln!(text, "    otherwise -> {}", points(last));
            }
            Body::GradeWhen(rows, last) => {
                for row in rows {
                    let _ = writeln!(text, "    when {} -> {}", self.cond(&row.0), points(&row.1));
                }
                let _ = writeln!(text, "    otherwise -> {}", points(last));
            }
            Body::Ramp(operand, knots) => {
                let unit = self.operand_text(operand).1;
                for knot in knots {
                    let _ = writeln!(text, "    {} -> {}", self.constant(unit, knot.0), points(&knot.1));
                }
            }
            Body::Measure(_) | Body::Include(_) => {}
        }
        text.push_str("  }\n");
    }
}

impl Sheet {
    pub fn text(&self) -> String {
        self.print(0, false)
    }

    pub fn shifted(&self, days: i64) -> String {
        self.print(days, false)
    }

    /// The same with the keys of every mapping in reverse.
    pub fn reversed(&self) -> String {
        self.print(0, true)
    }

    fn print(&self, shift: i64, reversed: bool) -> String {
        let printer = Printer { shift, reversed: false };
        let as_of = format!("as_of: {}", date(TODAY - 10 + shift));
        let ordered = |mut lines: Vec<String>| {
            if reversed {
                lines.reverse();
            }
            lines
        };
        let wrapped = |pairs: Vec<String>| format!("{{ {} }}", ordered(pairs).join(", "));
        let fact = |field: &Field, state: &State| -> Option<String> {
            if !state.known {
                return None;
            }
            let dated = |pair: String| {
                let mut pairs = vec![pair];
                if field.declared.contains("fresh") {
                    pairs.push(as_of.clone());
                }
                wrapped(pairs)
            };
            let values: Vec<i64> = match &state.set {
                Set::Range(Some(low), Some(high)) if low == high => vec![*low],
                Set::Range(low, high) => low.iter().chain(high).copied().collect(),
                Set::Among(values) => values.clone(),
            };
            let text = match values.as_slice() {
                [only] if !field.declared.contains("fresh") => printer.constant(field.unit, *only),
                [only] => dated(format!("value: {}", printer.constant(field.unit, *only))),
                several => {
                    let claims: Vec<String> =
                        several.iter().map(|value| dated(format!("value: {}", printer.constant(field.unit, *value)))).collect();
                    format!("{{ claims: [{}] }}", claims.join(", "))
                }
            };
            Some(format!("{}: {text}", field.name))
        };
        let mut lines: Vec<String> = OWN.iter().zip(&self.facts).filter_map(|(field, state)| fact(field, state)).collect();
        for (field, list) in LISTS.iter().zip(&self.lists) {
            let ListState::Listed { parts, complete } = list else { continue };
            let parts: Vec<String> = parts
                .iter()
                .map(|part| wrapped(ELEMENT.iter().zip(part).filter_map(|(field, state)| fact(field, state)).collect()))
                .collect();
            lines.push(match complete {
                true => format!("{}: [{}]", field.name, parts.join(", ")),
                false => format!("{}: {}", field.name, wrapped(vec![format!("value: [{}]", parts.join(", ")), "complete: false".into()])),
            });
        }
        if lines.is_empty() {
            return "{}\n".to_string();
        }
        let mut text = ordered(lines).join("\n");
        text.push('\n');
        text
    }
}
