//! Policies and sheets out of a row of choices. Zero is the plainest choice everywhere, so a shorter row of smaller numbers is a simpler case, and proptest
//! can shrink what it knows nothing about.

use crate::model::{
    Aggregate, Body, Cell, Cond, ELEMENT, FLAG, Gate, Hit, Input, Item, KIND, LEVEL, LINKS, LISTS, Limit, ListState, Listed, Named, Num,
    OTHER, OWN, Operand, Operator, Over, PULSE, Place, Policy, QUOTA, RANK, Rounded, SINCE, SOLID, Set, Sheet, State, TODAY, Table,
    TableRow, Term, Test, Trigger, Unit, Verdict, Waiver,
};

pub struct Chooser<'a> {
    choices: &'a [u16],
    at: usize,
    /// Named expressions that may be read: numbers, truth values.
    numbers: Vec<usize>,
    truths: Vec<usize>,
    /// Tables that may be read, and whether one row of theirs counts.
    tables: Vec<bool>,
    /// What comes before: checks, items with points, scorecards, gates.
    checks: Vec<usize>,
    pointed: Vec<usize>,
    cards: usize,
    gates: usize,
    limits: usize,
    /// The verdict that may be read, and its bands.
    verdict: Option<(usize, usize)>,
    /// How many binders are in force.
    binders: usize,
    /// The numbers that rules speak of. Where they are few, guards, filters and items meet in the same facts.
    vocabulary: &'static [usize],
    /// Whether rules are about lists more often than not.
    listy: bool,
    /// Whether rules divide more often than is good for them.
    faulty: bool,
    /// Whether evidence itself may be asked about: `is known`, `assuming`.
    pub marks: bool,
    /// Whether the points and scores of others may be calculated with. They may be fractions that are no numbers.
    pub fractions: bool,
}

const OPERATORS: [Operator; 6] =
    [Operator::GreaterOrEqual, Operator::Greater, Operator::Less, Operator::LessOrEqual, Operator::Equal, Operator::NotEqual];

const ALL_NUMBERS: [usize; 6] = [RANK, LEVEL, LEVEL, OTHER, QUOTA, PULSE];

impl<'a> Chooser<'a> {
    pub fn new(choices: &'a [u16]) -> Chooser<'a> {
        Chooser {
            choices,
            at: 0,
            numbers: Vec::new(),
            truths: Vec::new(),
            tables: Vec::new(),
            checks: Vec::new(),
            pointed: Vec::new(),
            cards: 0,
            gates: 0,
            limits: 0,
            verdict: None,
            binders: 0,
            vocabulary: &ALL_NUMBERS,
            listy: false,
            faulty: false,
            marks: true,
            fractions: true,
        }
    }

    /// For rules that speak of little else than lists.
    pub fn about_lists(choices: &'a [u16]) -> Chooser<'a> {
        Chooser { listy: true, vocabulary: &[LEVEL], ..Chooser::new(choices) }
    }

    /// A number below `count`.
    pub fn pick(&mut self, count: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(choice) * count) >> 16
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.pick(100) >= 100 - percent
    }

    fn among<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.pick(options.len())]
    }

    fn one_of(&mut self, list: impl Fn(&Self) -> &Vec<usize>) -> usize {
        let place = self.pick(list(self).len());
        list(self)[place]
    }

    /// Between, on even places.
    fn even(&mut self, low: i64, high: i64) -> i64 {
        let (low, high) = ((low + 1).div_euclid(2), high.div_euclid(2));
        2 * (low + self.pick((high - low + 1) as usize) as i64)
    }

    fn constant(&mut self) -> i64 {
        self.even(-12, 24)
    }

    fn operator(&mut self) -> Operator {
        self.among(&OPERATORS)
    }

    fn number_place(&mut self) -> Place {
        if self.binders > 0 && !self.chance(20) {
            let binder = self.binders - 1 - usize::from(self.binders > 1 && self.chance(30));
            let field = if self.listy && self.chance(70) { 0 } else { self.pick(2) };
            return Place::Element { binder, field };
        }
        Place::Own(self.among(self.vocabulary))
    }

    fn flag_place(&mut self) -> Place {
        if self.binders > 0 && !self.chance(20) {
            return Place::Element { binder: self.binders - 1, field: SOLID };
        }
        Place::Own(FLAG + self.pick(2))
    }

    fn threshold(&mut self, place: Place) -> i64 {
        let field = place.field();
        match field.unit {
            // Few, so that conditions on the same field shut each other out.
            Unit::Number if self.listy && matches!(place, Place::Element { .. }) => 4 * (1 + self.pick(3) as i64),
            Unit::Day => TODAY - 400 + 20 * self.pick(30) as i64 + self.pick(2) as i64,
            Unit::Flag | Unit::Kind => 0,
            // A little beyond the bounds on both sides, so that some tests are decided by the bounds alone.
            _ => self.even(field.low.unwrap_or(-16) - 2, field.high.unwrap_or(16) + 2),
        }
    }

    /// A constant that a fact itself could be.
    fn own_value(&mut self, place: Place) -> i64 {
        let field = place.field();
        let (low, high) = (field.low.unwrap_or(-16), field.high.unwrap_or(16));
        low + field.step * self.pick(((high - low) / field.step + 1) as usize) as i64
    }

    fn listed(&mut self) -> Listed {
        let list = usize::from(self.chance(if self.listy { 15 } else { 35 }));
        Listed { list, assumed_empty: self.marks && list != LINKS && self.chance(15) }
    }

    /// A number that is not a constant.
    pub fn num(&mut self, depth: usize) -> Num {
        if !self.tables.is_empty() && self.chance(15) {
            return Num::Column(self.pick(self.tables.len()));
        }
        if depth == 0 {
            return match self.pick(8) {
                6 if self.marks => {
                    let place = self.number_place();
                    Num::Assuming(place, self.own_value(place))
                }
                7 if self.binders == 0 => Num::Age(30 + 20 * self.pick(4) as i64),
                5 if !self.numbers.is_empty() => Num::Let(self.one_of(|chooser| &chooser.numbers)),
                _ => Num::Fact(self.number_place()),
            };
        }
        let less = depth - 1;
        if self.faulty && self.chance(30) {
            return Num::Divide(Box::new(self.operand(0)), Box::new(self.num(0)));
        }
        if self.listy && self.binders < 2 && self.chance(40) {
            return Num::Aggregate(Box::new(self.aggregate(less)));
        }
        match self.pick(19) {
            0 | 1 => self.num(0),
            2 => Num::Add(Box::new(self.num(less)), Box::new(self.operand(less))),
            3 => Num::Subtract(Box::new(self.operand(less)), Box::new(self.num(less))),
            4 | 5 => Num::Multiply(Box::new(self.num(less)), Box::new(self.operand(less))),
            6 | 7 => Num::Divide(Box::new(self.operand(less)), Box::new(self.num(less))),
            8 => Num::Least(Box::new(self.num(less)), Box::new(self.operand(less))),
            9 => Num::Greatest(Box::new(self.operand(less)), Box::new(self.num(less))),
            10 => {
                let (one, other) = (self.constant(), self.constant());
                let clamp = Num::Clamp(Box::new(self.num(less)), one.min(other), one.max(other));
                if self.chance(40) { Num::Scripted(Box::new(clamp)) } else { clamp }
            }
            11 | 12 => Num::If(Box::new(self.cond(less)), Box::new(self.num(less)), Box::new(self.operand(less))),
            13 if self.fractions && !self.pointed.is_empty() => Num::Points(self.one_of(|chooser| &chooser.pointed)),
            14 if self.fractions && self.cards > 0 => {
                let card = self.pick(self.cards);
                if self.chance(50) { Num::CardPoints(card) } else { Num::Score(card) }
            }
            15 if self.chance(50) => Num::Abs(Box::new(self.num(less))),
            15 => {
                let how = self.among(&[Rounded::Nearest, Rounded::Down, Rounded::Up]);
                Num::Round(how, Box::new(self.num(less)), self.pick(3) as u32)
            }
            16 if self.binders < 2 && self.chance(50) => {
                Num::Top { list: self.pick(2), field: self.pick(2), count: 1 + self.pick(3), binder: self.binders }
            }
            _ if self.binders < 2 => {
                let aggregate = self.aggregate(less);
                let scripted = aggregate.over == Over::Sum && self.chance(40);
                let num = Num::Aggregate(Box::new(aggregate));
                if scripted { Num::Scripted(Box::new(num)) } else { num }
            }
            _ => Num::Negate(Box::new(self.num(less))),
        }
    }

    fn operand(&mut self, depth: usize) -> Num {
        if self.chance(50) { self.num(depth) } else { Num::Constant(self.constant()) }
    }

    pub fn aggregate(&mut self, depth: usize) -> Aggregate {
        let list = self.listed();
        let over = self.among(&[Over::Count, Over::Sum, Over::Min, Over::Max, Over::Mean, Over::Share]);
        let over = if over == Over::Share && (list.list != LINKS || list.assumed_empty) { Over::Count } else { over };
        let binder = self.binders;
        self.binders += 1;
        let filter = (self.chance(60) || over == Over::Share).then(|| self.cond(depth.min(1)));
        let of = (!matches!(over, Over::Count | Over::Share)).then(|| self.num(depth.min(1)));
        self.binders -= 1;
        let may_be_none = list.list != LINKS || list.assumed_empty || filter.is_some();
        let none = (matches!(over, Over::Min | Over::Max | Over::Mean) && may_be_none).then(|| self.constant());
        Aggregate { over, list, binder, filter, of, none }
    }

    fn plain_cond(&mut self) -> Cond {
        let one_row: Vec<usize> = (0..self.tables.len()).filter(|table| self.tables[*table]).collect();
        if !one_row.is_empty() && self.chance(15) {
            return Cond::Column(one_row[self.pick(one_row.len())]);
        }
        if self.listy && self.binders > 0 && self.chance(50) {
            let place = self.number_place();
            return Cond::Against(place, self.operator(), self.threshold(place));
        }
        match self.pick(12) {
            1 => Cond::Flag(self.flag_place()),
            2 => Cond::Among(Place::Own(KIND), self.variants(), self.chance(40)),
            3 => {
                let place = Place::Own(SINCE);
                Cond::Against(place, self.operator(), self.threshold(place))
            }
            4 => Cond::Age(self.operator(), 20 * self.pick(20) as i64),
            5 => {
                let place = self.number_place();
                let (one, other) = (self.threshold(place), self.threshold(place));
                Cond::Within(place, one.min(other), one.max(other))
            }
            6 if self.marks => {
                let fields = OWN.len() + usize::from(self.binders > 0) * ELEMENT.len();
                let place = match self.pick(fields) {
                    own if own < OWN.len() => Place::Own(own),
                    element => Place::Element { binder: self.binders - 1, field: element - OWN.len() },
                };
                Cond::Known(place, self.chance(40))
            }
            7 if self.marks => match self.pick(4) {
                0 => Cond::ListKnown(self.pick(2), self.chance(40)),
                1 => Cond::AmongAssuming(Place::Own(KIND), self.variants(), self.pick(3)),
                _ => Cond::FlagAssuming(self.flag_place(), self.chance(50)),
            },
            8 if self.binders == 0 => Cond::Empty(self.listed(), self.chance(40)),
            9 if !self.truths.is_empty() => Cond::Let(self.one_of(|chooser| &chooser.truths)),
            10 => self.reference(),
            _ => {
                let place = self.number_place();
                Cond::Against(place, self.operator(), self.threshold(place))
            }
        }
    }

    /// What another item, scorecard, gate or verdict came to.
    fn reference(&mut self) -> Cond {
        match self.pick(5) {
            0 if !self.checks.is_empty() => Cond::Check(self.one_of(|chooser| &chooser.checks)),
            1 if !self.pointed.is_empty() => {
                Cond::PointsAgainst(self.one_of(|chooser| &chooser.pointed), self.operator(), 2 * self.pick(9) as i64)
            }
            2 if self.cards > 0 => Cond::ScoreAgainst(self.pick(self.cards), self.operator(), 2 * self.pick(9) as i64),
            3 if self.gates > 0 => Cond::Gate(self.pick(self.gates)),
            _ => match self.verdict {
                Some((verdict, bands)) => Cond::Band { verdict, operator: self.operator(), band: self.pick(bands) },
                None => {
                    let place = self.number_place();
                    Cond::Against(place, self.operator(), self.threshold(place))
                }
            },
        }
    }

    fn variants(&mut self) -> Vec<usize> {
        let bits = 1 + self.pick(6);
        (0..3).filter(|variant| bits & (1 << variant) != 0).collect()
    }

    pub fn cond(&mut self, depth: usize) -> Cond {
        if depth == 0 {
            return self.plain_cond();
        }
        let less = depth - 1;
        if self.listy && self.binders < 2 && self.chance(50) {
            return self.quantified(less);
        }
        match self.pick(18) {
            1..=3 => Cond::Compare(self.operator(), self.num(less), self.operand(less)),
            4 | 5 => Cond::And(self.conds(less)),
            6 | 7 => Cond::Or(self.conds(less)),
            8 => Cond::Not(Box::new(self.cond(less))),
            9 => Cond::If(Box::new(self.cond(less)), Box::new(self.cond(less)), Box::new(self.cond(less))),
            10 => {
                let (one, other) = (self.constant(), self.constant());
                Cond::Between(self.num(less), one.min(other), one.max(other))
            }
            11 => Cond::Same(Box::new(self.cond(less)), Box::new(self.cond(less)), self.chance(40)),
            14 => Cond::OneOf(self.num(less), vec![self.constant(), self.constant()], self.chance(40)),
            15 => Cond::InField(self.num(less), self.pick(2), self.pick(2)),
            12 | 13 if self.binders < 2 => self.quantified(less),
            _ => self.plain_cond(),
        }
    }

    fn quantified(&mut self, depth: usize) -> Cond {
        let list = self.listed();
        let binder = self.binders;
        self.binders += 1;
        let filter = self.chance(50).then(|| Box::new(self.cond(depth.min(1))));
        let satisfies = Box::new(self.cond(depth.min(1)));
        self.binders -= 1;
        if self.chance(50) { Cond::Every { list, binder, filter, satisfies } } else { Cond::Some { list, binder, filter, satisfies } }
    }

    fn conds(&mut self, depth: usize) -> Vec<Cond> {
        let count = 2 + usize::from(self.chance(25));
        (0..count).map(|_| self.cond(depth)).collect()
    }

    fn points(&mut self) -> i64 {
        self.pick(13) as i64
    }

    fn graded(&mut self) -> Operand {
        match self.pick(6) {
            1 => Operand::Fact(Place::Own(QUOTA)),
            2 => Operand::Fact(Place::Own(SINCE)),
            3 | 4 => Operand::Number(self.num(1)),
            _ => Operand::Fact(Place::Own(self.among(&[LEVEL, RANK, OTHER]))),
        }
    }

    fn edge(&mut self, operand: &Operand) -> i64 {
        match operand {
            Operand::Fact(place) => self.threshold(*place),
            Operand::Number(_) => self.constant(),
        }
    }

    fn test(&mut self, operand: &Operand) -> Test {
        let (one, other) = (self.edge(operand), self.edge(operand));
        match self.pick(6) {
            3 => Test::Between(one.min(other), one.max(other)),
            4 => Test::Both((Operator::Greater, one.min(other)), (Operator::LessOrEqual, one.max(other))),
            5 => Test::Either((Operator::Less, one.min(other)), (self.operator(), one.max(other))),
            _ => Test::Compare(self.operator(), one),
        }
    }

    pub fn grade(&mut self, operand: Operand) -> Body {
        let count = 1 + self.pick(4);
        let mut rows: Vec<(Test, i64)> = (0..count).map(|_| (self.test(&operand), self.points())).collect();
        rows[0].1 += 1;
        Body::Grade(operand, rows, self.points())
    }

    pub fn kind_grade(&mut self) -> Body {
        let count = 1 + self.pick(2);
        let mut rows: Vec<(Test, i64)> = (0..count).map(|_| (Test::Among(self.variants()), self.points())).collect();
        rows[0].1 += 1;
        Body::Grade(Operand::Fact(Place::Own(KIND)), rows, self.points())
    }

    pub fn ramp(&mut self, operand: Operand) -> Body {
        let count = 2 + self.pick(3);
        let mut at: Vec<i64> = (0..count).map(|_| self.edge(&operand)).collect();
        at.sort_unstable();
        at.dedup();
        if let [only] = at.as_slice() {
            at.push(only + 2);
        }
        let mut knots: Vec<(i64, i64)> = at.into_iter().map(|at| (at, self.points())).collect();
        knots[0].1 += 1;
        Body::Ramp(operand, knots)
    }

    fn body(&mut self, includable: &mut Vec<usize>) -> Body {
        match self.pick(12) {
            1 | 2 => {
                let operand = self.graded();
                self.grade(operand)
            }
            3 => self.kind_grade(),
            4 => {
                let count = 1 + self.pick(3);
                let mut rows: Vec<(Cond, i64)> = (0..count).map(|_| (self.cond(2), self.points())).collect();
                rows[0].1 += 1;
                Body::GradeWhen(rows, self.points())
            }
            5 | 6 => {
                let operand = self.graded();
                self.ramp(operand)
            }
            7 | 8 => Body::Measure(self.num(2)),
            9..=11 if !includable.is_empty() => Body::Include(includable.remove(self.pick(includable.len()))),
            _ => Body::Check(self.cond(2)),
        }
    }

    pub fn item(&mut self, includable: &mut Vec<usize>) -> Item {
        let body = self.body(includable);
        let worth = 1 + self.pick(12) as i64;
        let applies = self.chance(35).then(|| self.cond(1));
        Item { applies, worth, body }
    }

    /// Inputs, their rows, and how those are chosen. Rows that have to exclude each other are made by cutting one row again and again.
    pub fn table(&mut self, inputs: Vec<Input>) -> Table {
        let hit = self.among(&[Hit::First, Hit::Unique, Hit::Any, Hit::Priority, Hit::Sum, Hit::Min, Hit::Max, Hit::Count]);
        let mut rows = match hit {
            Hit::Unique | Hit::Any => self.cut_rows(&inputs),
            _ => (0..1 + self.pick(5)).map(|_| inputs.iter().map(|input| self.cell(input)).collect()).collect(),
        };
        for _ in 0..self.pick(3) {
            if rows.len() > 1 {
                rows.remove(self.pick(rows.len()));
            }
        }
        let is_constant = matches!(hit, Hit::Any | Hit::Priority);
        let mut rows: Vec<TableRow> = rows
            .into_iter()
            .map(|cells: Vec<Cell>| {
                let value = if is_constant || self.chance(70) { Num::Constant(2 * self.constant()) } else { self.num(1) };
                TableRow { cells, value, truth: self.chance(50) }
            })
            .collect();
        if hit == Hit::Any {
            // Rows that hold together, and say the same.
            let again = rows[self.pick(rows.len())].clone();
            rows.insert(self.pick(rows.len() + 1), again);
        }
        let otherwise =
            (!self.chance(25)).then(|| (if self.chance(70) { Num::Constant(self.constant()) } else { self.num(1) }, self.chance(50)));
        Table { hit, inputs, rows, otherwise }
    }

    fn inputs(&mut self) -> Vec<Input> {
        (0..1 + self.pick(3))
            .map(|_| match self.pick(10) {
                1 => Input::Truth(Cond::Flag(Place::Own(FLAG + self.pick(2)))),
                2 => Input::Value(Operand::Fact(Place::Own(KIND))),
                3 => Input::Truth(self.cond(1)),
                _ => Input::Value(self.graded()),
            })
            .collect()
    }

    fn cell(&mut self, input: &Input) -> Cell {
        if self.chance(35) {
            return Cell::Any;
        }
        match input {
            Input::Truth(_) => Cell::Truth(self.chance(50)),
            Input::Value(Operand::Fact(Place::Own(KIND))) => Cell::Test(Test::Among(self.variants())),
            Input::Value(operand) => {
                let is_number = match operand {
                    Operand::Fact(place) => place.field().unit == Unit::Number,
                    Operand::Number(_) => true,
                };
                if is_number && self.chance(15) { Cell::Against(self.operator(), self.num(1)) } else { Cell::Test(self.test(operand)) }
            }
        }
    }

    /// Rows that never hold together and leave nothing out.
    fn cut_rows(&mut self, inputs: &[Input]) -> Vec<Vec<Cell>> {
        let mut rows: Vec<Vec<Cell>> = vec![inputs.iter().map(|_| Cell::Any).collect()];
        for _ in 0..1 + self.pick(4) {
            let (row, column) = (self.pick(rows.len()), self.pick(inputs.len()));
            if !matches!(rows[row][column], Cell::Any) {
                continue;
            }
            let parts: Vec<Cell> = match &inputs[column] {
                Input::Truth(_) => vec![Cell::Truth(true), Cell::Truth(false)],
                Input::Value(Operand::Fact(Place::Own(KIND))) => {
                    let some = self.variants();
                    let others: Vec<usize> = (0..3).filter(|variant| !some.contains(variant)).collect();
                    vec![Cell::Test(Test::Among(some)), Cell::Test(Test::Among(others))]
                }
                Input::Value(operand) => {
                    let edge = self.edge(operand);
                    match self.pick(3) {
                        1 => [Operator::Less, Operator::Equal, Operator::Greater].map(|sign| Cell::Test(Test::Compare(sign, edge))).into(),
                        2 => [Operator::LessOrEqual, Operator::Greater].map(|sign| Cell::Test(Test::Compare(sign, edge))).into(),
                        _ => [Operator::Less, Operator::GreaterOrEqual].map(|sign| Cell::Test(Test::Compare(sign, edge))).into(),
                    }
                }
            };
            let whole = rows.remove(row);
            for part in parts {
                let mut cut = whole.clone();
                cut[column] = part;
                rows.push(cut);
            }
        }
        rows
    }

    pub fn policy(&mut self) -> Policy {
        let mut policy = Policy::default();
        // Drawn first, so that long policies have them too.
        let terms: Vec<Term> = if self.chance(30) { (0..7).map(|_| self.term()).collect() } else { Vec::new() };
        let waived: Vec<Option<(i64, i64)>> = if self.chance(30) {
            let days = |chooser: &mut Self| (chooser.day(), chooser.day());
            (0..6)
                .map(|_| self.chance(60).then(|| days(self)))
                .map(|days| days.map(|(one, other)| (one.min(other), one.max(other) + 1)))
                .collect()
        } else {
            Vec::new()
        };
        self.listy = self.chance(35);
        self.faulty = self.chance(25);
        if self.chance(50) {
            self.vocabulary = self.among(&[&[LEVEL], &[LEVEL, RANK], &[LEVEL, OTHER], &[QUOTA, PULSE]]);
        }
        for index in 0..self.pick(2) {
            if self.chance(50) {
                let value = Named::Truth(self.cond(2));
                policy.lets.push(value);
                self.truths.push(index);
            } else {
                let value = Named::Number(self.num(2));
                policy.lets.push(value);
                self.numbers.push(index);
            }
        }
        for _ in 0..self.pick(3) {
            let inputs = self.inputs();
            let table = self.table(inputs);
            self.tables.push(table.hit.is_one_row());
            policy.tables.push(table);
        }
        let cards = 1 + self.pick(3);
        for card in 0..cards {
            let mut includable: Vec<usize> = (0..card).collect();
            let mut here = Vec::new();
            if card > 0 {
                // The card before is always taken in, so that all are judged and some lie three deep.
                includable.pop();
                let applies = self.chance(30).then(|| self.cond(1));
                policy.items.push(Item { applies, worth: 1 + self.pick(12) as i64, body: Body::Include(card - 1) });
                here.push(policy.items.len() - 1);
            }
            for _ in 0..1 + self.pick(3) {
                let item = self.item(&mut includable);
                let index = policy.items.len();
                match item.body {
                    Body::Check(_) => self.checks.push(index),
                    Body::Include(_) => {}
                    _ => self.pointed.push(index),
                }
                policy.items.push(item);
                here.push(index);
            }
            policy.cards.push(here);
            self.cards += 1;
        }
        let mut edges: Vec<i64> = (0..2 + self.pick(2)).map(|_| self.among(&[10, 15, 5, 12, 8, 20, 18, 1])).collect();
        edges.sort_unstable_by(|one, other| other.cmp(one));
        edges.dedup();
        policy.verdicts.push(Verdict::Score(edges));
        self.gates_of(&mut policy, 0);
        self.verdict = Some((0, policy.verdicts[0].bands()));
        if self.chance(35) {
            let rows = (0..1 + self.pick(3)).map(|_| self.cond(2)).collect();
            policy.verdicts.push(Verdict::Conditions(rows));
            self.gates_of(&mut policy, 1);
        }
        if self.chance(50) {
            self.protocol(&mut policy);
        }
        policy.item_terms = terms.iter().cycle().take(if terms.is_empty() { 0 } else { policy.items.len() }).copied().collect();
        policy.gate_terms = terms.iter().rev().cycle().take(if terms.is_empty() { 0 } else { policy.gates.len() }).copied().collect();
        let waivable = |item: &usize| !matches!(policy.items[*item].body, Body::Include(_));
        let items = (0..policy.items.len()).filter(waivable).map(|index| (false, index));
        let all = (0..policy.gates.len()).map(|index| (true, index)).chain(items);
        policy.waivers = all
            .zip(waived)
            .filter_map(|((gate, index), days)| days.map(|(granted, expires)| Waiver { gate, index, granted, expires }))
            .collect();
        policy
    }

    /// Days about today, so that terms begin and end just before, on and just after it.
    fn day(&mut self) -> i64 {
        TODAY + self.among(&[0, 1, -1, 30, -30, 31, 400])
    }

    fn term(&mut self) -> Term {
        let (one, other) = (self.day(), self.day());
        match self.pick(6) {
            1 => Term { from: Some(one), until: None },
            2 => Term { from: None, until: Some(one) },
            3 => Term { from: Some(one.min(other)), until: Some(one.max(other) + 1) },
            _ => Term::default(),
        }
    }

    /// Limits and triggers. A step of bands is among them often, for that is what limits are mostly made of.
    fn protocol(&mut self, policy: &mut Policy) {
        for index in 0..self.pick(3) {
            let applies = self.chance(30).then(|| self.cond(1));
            let by_bands = self.chance(40);
            let value = match self.verdict {
                Some((verdict, bands)) if by_bands => {
                    let step = |chooser: &mut Self| Cond::Band { verdict, operator: chooser.operator(), band: chooser.pick(bands) };
                    let (one, other) = (step(self), step(self));
                    let rest = Num::If(Box::new(other), Box::new(self.num(1)), Box::new(Num::Constant(self.constant())));
                    Num::If(Box::new(one), Box::new(Num::Constant(self.constant())), Box::new(rest))
                }
                _ => self.num(2),
            };
            let value = match self.limits {
                0 => value,
                before => Num::Least(Box::new(value), Box::new(Num::Limit(self.pick(before)))),
            };
            policy.limits.push(Limit { applies, value });
            self.limits = index + 1;
        }
        for index in 0..self.pick(3) {
            let applies = self.chance(30).then(|| self.cond(1));
            let when = match self.limits {
                0 => self.cond(2),
                limits => Cond::Or(vec![self.cond(2), Cond::Compare(self.operator(), self.num(1), Num::Limit(self.pick(limits)))]),
            };
            let when = if index > 0 { Cond::And(vec![when, Cond::Trigger(self.pick(index))]) } else { when };
            policy.triggers.push(Trigger { applies, when });
        }
    }

    fn gates_of(&mut self, policy: &mut Policy, verdict: usize) {
        let bands = policy.verdicts[verdict].bands();
        for _ in 0..self.pick(3) {
            let applies = self.chance(30).then(|| self.cond(1));
            let when = self.cond(2);
            policy.gates.push(Gate { applies, when, verdict, at_most: self.pick(bands) });
            self.gates += 1;
        }
    }

    fn state(&mut self, field: &crate::model::Field, inexact: usize) -> State {
        let value = |chooser: &mut Self| {
            let (low, high) = (field.low.unwrap_or(-20), field.high.unwrap_or(20));
            let steps = (high - low) / field.step;
            low + field.step * chooser.pick(steps as usize + 1) as i64
        };
        if !self.chance(inexact) {
            return State::exactly(field, value(self));
        }
        if self.chance(50) {
            let (one, other) = (value(self), value(self));
            let set = match field.unit {
                Unit::Flag | Unit::Kind if one == other => Set::Among(vec![one]),
                Unit::Flag | Unit::Kind => Set::Among(vec![one.min(other), one.max(other)]),
                _ => Set::Range(Some(one.min(other)), Some(one.max(other))),
            };
            State { known: true, set }
        } else {
            State::missing(field)
        }
    }

    /// A sheet in which so many in a hundred facts are not exactly known.
    pub fn sheet(&mut self, inexact: usize) -> Sheet {
        let facts = OWN.iter().map(|field| self.state(field, inexact)).collect();
        let lists = LISTS
            .iter()
            .map(|list| {
                if self.chance(inexact) {
                    return ListState::Missing;
                }
                let count = list.least + self.pick(list.most - list.least + 1);
                let parts: Vec<[State; 3]> = (0..count).map(|_| [0, 1, 2].map(|field| self.state(&ELEMENT[field], inexact / 2))).collect();
                ListState::Listed { parts, complete: !self.chance(inexact / 2) }
            })
            .collect();
        Sheet { facts, lists }
    }
}
