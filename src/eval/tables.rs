//! Decision tables. What the inputs may be is cut into cells such that in each a constant test comes out one way; what the table may yield is the join over
//! the cells. Where there would be too many of them, the rows are asked one by one, which is wider and just as sound.

use std::sync::Arc;

use super::conditions::All;
use super::merging::join_faults;
use super::splitting::pieces;
use super::{Judged, Run, Valued};
use crate::policy::{Collected, HitPolicy, TableId};
use crate::program::{Dimension, Set, Table, TableRow};
use crate::value::{Interval, Number, Possible, Texts, Truth, Type};
use crate::verdict::{Fault, FaultKind, FaultLevel, RowHeld, Site, TableOutcome};

/// How many cells are evaluated at the most.
const MOST_CELLS: usize = 256;

/// How each row's tests of one dimension come out, for values that no row tells apart: a bit for each row.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// Rows that accept these values.
    holds: Vec<u64>,
    /// Rows that may, those among them.
    may_hold: Vec<u64>,
}

/// The classes of what a dimension was last, for each dimension of a table. Most runs change other facts.
pub(super) type Remembered = Vec<Option<(Possible, Arc<Vec<Class>>)>>;

/// Rows that count in a cell: certainly, or possibly. `otherwise` stands behind the last row.
#[derive(Default)]
struct Hits {
    certain: Vec<usize>,
    possible: Vec<usize>,
    /// Where all that hold count: whether `otherwise` may stand in place of them.
    otherwise: bool,
    /// Whether there may be no row at all, nor an `otherwise`.
    none: bool,
}

impl Hits {
    fn may_count(&self, row: usize, rows: usize) -> bool {
        self.certain.contains(&row) || self.possible.contains(&row) || self.otherwise && row == rows
    }
}

impl Run<'_> {
    /// What a column may be.
    pub(super) fn column(&mut self, id: TableId, column: u32) -> Valued {
        let outcome = self.table(id);
        let fault = outcome.fault.join(outcome.faults[column as usize]);
        let value = outcome.columns[column as usize].clone();
        Valued { value: value.unwrap_or(Possible::Range(super::ANYTHING)), fault }
    }

    /// What a table came to.
    pub(super) fn table(&mut self, id: TableId) -> Arc<TableOutcome> {
        if let Some(outcome) = self.scratch.memory.of_table(id) {
            return outcome.clone();
        }
        // As with a `let`, the binders around its use are not around the table.
        let around = self.go_into(self.program.name_of_table(id));
        let outcome = Arc::new(self.evaluate_table(id));
        self.come_back(around);
        self.scratch.memory.keep_table(id, outcome.clone());
        outcome
    }

    fn evaluate_table(&mut self, id: TableId) -> TableOutcome {
        let program = self.program;
        let table = &program.tables[id.index()];
        let mut fault = Fault::NONE;
        let mut classes: Vec<Arc<Vec<Class>>> = Vec::with_capacity(table.dimensions.len());
        for (place, dimension) in table.dimensions.iter().enumerate() {
            let value = self.value(dimension.value);
            fault = fault.join(value.fault);
            classes.push(self.classes(id, place, dimension, value.value));
        }
        if !fault.is_none() {
            return self.faulted(table, fault);
        }
        let possible = classes.iter().map(|classes| joined(classes)).reduce(|so_far, class| so_far.and(&class));
        let conditions: Vec<Judged> = table
            .rows
            .iter()
            .enumerate()
            .map(|(row, content)| {
                let asked = !content.conditions.is_empty() && possible.as_ref().is_none_or(|class| class.truth(row) != Truth::False);
                if asked { self.conditions_of(content) } else { Judged::sure(Truth::True) }
            })
            .collect();
        let cells =
            classes.iter().try_fold(1_usize, |cells, classes| cells.checked_mul(classes.len()).filter(|cells| *cells <= MOST_CELLS));
        let by_rows = cells.is_none();
        if by_rows {
            classes = classes.iter().map(|classes| Arc::new(vec![joined(classes)])).collect();
        }
        let mut hits: Vec<Hits> = Vec::with_capacity(cells.unwrap_or(1));
        let mut fault: Option<Fault> = None;
        for cell in 0..cells.unwrap_or(1) {
            let mut rest = cell;
            let here = classes.iter().map(|classes| {
                let class = &classes[rest % classes.len()];
                rest /= classes.len();
                class
            });
            let here =
                here.fold(None, |so_far: Option<Class>, class| Some(so_far.map_or_else(|| class.clone(), |so_far| so_far.and(class))));
            let held = |row: usize| -> Judged {
                let truth = here.as_ref().map_or(Truth::True, |class| class.truth(row));
                if table.rows[row].conditions.is_empty() || truth == Truth::False {
                    return Judged::sure(truth);
                }
                let mut all = All::new();
                all.take(Judged::sure(truth));
                all.take(conditions[row]);
                all.result()
            };
            let (found, faulted) = match table.hit {
                HitPolicy::Unique | HitPolicy::Any | HitPolicy::First | HitPolicy::Priority => one_row(table, held),
                HitPolicy::Collect(_) => all_rows(table, held),
            };
            let faulted = if found.none && table.needs_a_row() {
                let sure = found.possible.is_empty();
                let level = if sure { FaultLevel::Certain } else { FaultLevel::Possible };
                faulted.join(Fault { level, kind: FaultKind::NoRow, site: Site::Table(id) })
            } else {
                faulted
            };
            fault = Some(fault.map_or(faulted, |so_far| join_faults(so_far, faulted)));
            hits.push(found);
        }
        let fault = fault.unwrap_or(Fault::NONE);
        let rows = table.rows.len() + usize::from(table.otherwise.is_some());
        let mut held: Vec<Option<RowHeld>> = vec![None; rows];
        let mut outputs: Vec<Vec<Valued>> = vec![Vec::new(); rows];
        for row in 0..rows {
            if !hits.iter().any(|hits| hits.may_count(row, table.rows.len())) {
                continue;
            }
            let always = hits.iter().all(|hits| hits.certain.contains(&row));
            let content = table.rows.get(row).or(table.otherwise.as_ref());
            outputs[row] = content.map(|content| self.outputs_of(content, always)).unwrap_or_default();
            let row_number = (row < table.rows.len()).then_some(row as u16);
            let shown = outputs[row].iter().map(|output| output.value.clone()).collect();
            held[row] = Some(RowHeld { row: row_number, always: always && fault.is_none(), outputs: shown });
        }
        let mut outcome = if fault.is_none() {
            let (columns, faults) = (0..table.columns.len()).map(|column| self.collected(id, table, column, &hits, &outputs)).unzip();
            TableOutcome { columns, faults, fault, rows: Vec::new(), by_rows }
        } else {
            self.faulted(table, fault)
        };
        outcome.rows = held.into_iter().flatten().collect();
        outcome.by_rows = by_rows;
        outcome
    }

    /// The classes of a dimension's value.
    fn classes(&mut self, id: TableId, place: usize, dimension: &Dimension, value: Possible) -> Arc<Vec<Class>> {
        let table = &self.program.tables[id.index()];
        let remembered = &mut self.scratch.classes[id.index()];
        remembered.resize(table.dimensions.len(), None);
        match &remembered[place] {
            Some((of, classes)) if *of == value => classes.clone(),
            _ => {
                let classes = Arc::new(classes_of(table, place, dimension, &value));
                remembered[place] = Some((value, classes.clone()));
                classes
            }
        }
    }

    /// With a fault every column is anything of its type.
    fn faulted(&self, table: &Table, fault: Fault) -> TableOutcome {
        let columns = table.columns.iter().map(|column| table.hit.read_type(column.ty).map(|ty| self.anything(ty))).collect();
        TableOutcome { columns, faults: vec![Fault::NONE; table.columns.len()], fault, rows: Vec::new(), by_rows: false }
    }

    fn anything(&self, ty: Type) -> Possible {
        Possible::anything(ty, &self.program.schema)
    }

    /// The tests of a row that only facts can tell.
    fn conditions_of(&mut self, row: &TableRow) -> Judged {
        let mut all = All::new();
        for condition in &row.conditions {
            all.take(self.truth(*condition));
            if all.is_decided() {
                break;
            }
        }
        all.result()
    }

    /// The outputs of a row. Where it only may hold, the facts that it tests are narrowed to what it accepts, unless a guard around it has narrowed some
    /// already: rows within guards within rows would multiply.
    fn outputs_of(&mut self, row: &TableRow, always: bool) -> Vec<Valued> {
        let guard = row.guard.filter(|_| !always && self.guards == 0);
        let Some(guard) = guard else { return row.outputs.iter().map(|output| self.value(*output)).collect() };
        let before = self.enter();
        let narrowed = self.narrow(guard, true).then(|| row.outputs.iter().map(|output| self.value(*output)).collect());
        self.leave(before);
        narrowed.unwrap_or_else(|| row.outputs.iter().map(|output| self.value(*output)).collect())
    }

    /// A column's value over all cells.
    fn collected(&self, id: TableId, table: &Table, column: usize, hits: &[Hits], outputs: &[Vec<Valued>]) -> (Option<Possible>, Fault) {
        let Some(ty) = table.hit.read_type(table.columns[column].ty) else { return (None, Fault::NONE) };
        let mut value: Option<Possible> = None;
        let mut fault: Option<Fault> = None;
        let mut take = |here: Possible, here_fault: Fault| {
            value = Some(value.take().map_or_else(|| here.clone(), |so_far| so_far.join(&here)));
            fault = Some(fault.map_or(here_fault, |so_far| join_faults(so_far, here_fault)));
        };
        for hits in hits {
            match table.hit {
                HitPolicy::Collect(how) => {
                    let range = |row: &usize| match &outputs[*row][column] {
                        Valued { value: Possible::Range(range), .. } => *range,
                        _ => super::ANYTHING,
                    };
                    let certain: Vec<Interval> = hits.certain.iter().map(range).collect();
                    let possible: Vec<Interval> = hits.possible.iter().map(range).collect();
                    let otherwise = hits.otherwise.then(|| match how {
                        Some(Collected::Count) => Interval::point(Number::ONE),
                        _ => range(&table.rows.len()),
                    });
                    let together = match how {
                        Some(Collected::Count) => Ok(count(&certain, &possible, otherwise.is_some())),
                        Some(Collected::Sum) => sum(&certain, &possible),
                        Some(Collected::Min) => Ok(extreme(&certain, &possible, Interval::min)),
                        Some(Collected::Max) => Ok(extreme(&certain, &possible, Interval::max)),
                        None => Ok(super::ANYTHING),
                    };
                    let together = together.map(|range| otherwise.map_or(range, |otherwise| range.hull(&otherwise)));
                    let others = hits.possible.iter().copied().chain(hits.otherwise.then_some(table.rows.len()));
                    let of_rows = hits.certain.iter().map(|row| outputs[*row][column].fault);
                    let of_others = others.map(|row| outputs[row][column].fault.at_most_possible());
                    let counts_only = how == Some(Collected::Count);
                    let within = of_rows.chain(of_others).filter(|_| !counts_only).fold(Fault::NONE, Fault::join);
                    match together {
                        Ok(range) if within.is_none() => take(Possible::Range(range), within),
                        Ok(_) => take(self.anything(ty), within),
                        Err(level) => {
                            take(self.anything(ty), within.join(Fault { level, kind: FaultKind::Overflow, site: Site::Table(id) }));
                        }
                    }
                }
                HitPolicy::Unique | HitPolicy::Any | HitPolicy::First | HitPolicy::Priority => {
                    for row in hits.certain.iter().chain(&hits.possible) {
                        let Valued { value, fault } = &outputs[*row][column];
                        take(value.clone(), *fault);
                    }
                }
            }
        }
        let fault = fault.unwrap_or(Fault::NONE);
        if fault.is_none() { (value, fault) } else { (Some(self.anything(ty)), fault) }
    }
}

/// What the tests of a dimension come to over all that its value may be: values that no row tells apart are one class.
fn classes_of(table: &Table, place: usize, dimension: &Dimension, value: &Possible) -> Vec<Class> {
    let of = |holds: &dyn Fn(&Set) -> Truth| {
        Class::of(table.rows.iter().map(|row| row.accepts[place].as_ref().map_or(Truth::True, holds)), table.rows.len())
    };
    let of_value = |value: Possible| of(&|set| set.contains(&value));
    let mut found: Vec<Class> = match value {
        Possible::Truth(Truth::Unknown) => [Truth::True, Truth::False].map(|truth| of_value(Possible::Truth(truth))).into(),
        Possible::Range(range) if range.exact().is_none() => {
            let grid = dimension.ty.grid();
            let cut = pieces(*range, &dimension.cuts);
            cut.into_iter().filter_map(|piece| piece.snapped(grid)).map(|piece| of_value(Possible::Range(piece))).collect()
        }
        Possible::Variants(variants) => {
            variants.iter().map(|variant| of_value(Possible::Variants(crate::value::Variants::one(variant)))).collect()
        }
        Possible::Texts(Texts::Any) => {
            let named = dimension.texts.iter().map(|text| of_value(Possible::Texts(Texts::One(text.clone()))));
            let other = of(&|set| match set {
                Set::Texts(_, listed) => Truth::from(!listed),
                _ => Truth::Unknown,
            });
            named.chain([other]).collect()
        }
        Possible::Texts(Texts::Few(texts)) => texts.iter().map(|text| of_value(Possible::Texts(Texts::One(text.clone())))).collect(),
        other => vec![of_value(other.clone())],
    };
    if found.is_empty() {
        found.push(of_value(value.clone()));
    }
    let mut apart: Vec<Class> = Vec::with_capacity(found.len());
    for class in found {
        if !apart.contains(&class) {
            apart.push(class);
        }
    }
    apart
}

/// What the tests come to if it is not known which class the value is of.
fn joined(classes: &[Class]) -> Class {
    let all = classes.iter().cloned().reduce(|so_far, class| Class {
        holds: combined(&so_far.holds, &class.holds, |one, other| one & other),
        may_hold: combined(&so_far.may_hold, &class.may_hold, |one, other| one | other),
    });
    all.unwrap_or(Class { holds: Vec::new(), may_hold: Vec::new() })
}

impl Class {
    fn of(truths: impl Iterator<Item = Truth>, rows: usize) -> Class {
        let words = rows.div_ceil(64);
        let mut class = Class { holds: vec![0; words], may_hold: vec![0; words] };
        for (row, truth) in truths.enumerate() {
            let bit = 1 << (row % 64);
            class.holds[row / 64] |= if truth == Truth::True { bit } else { 0 };
            class.may_hold[row / 64] |= if truth == Truth::False { 0 } else { bit };
        }
        class
    }

    fn truth(&self, row: usize) -> Truth {
        let is_in = |bits: &[u64]| bits.get(row / 64).is_some_and(|word| word & (1 << (row % 64)) != 0);
        match (is_in(&self.holds), is_in(&self.may_hold)) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        }
    }

    /// The tests of two dimensions together.
    fn and(&self, other: &Class) -> Class {
        let both = |one: &[u64], other: &[u64]| combined(one, other, |one, other| one & other);
        Class { holds: both(&self.holds, &other.holds), may_hold: both(&self.may_hold, &other.may_hold) }
    }
}

fn combined(one: &[u64], other: &[u64], of_words: fn(u64, u64) -> u64) -> Vec<u64> {
    one.iter().zip(other).map(|(one, other)| of_words(*one, *other)).collect()
}

/// The one row that counts, or those of which one does.
fn one_row(table: &Table, held: impl Fn(usize) -> Judged) -> (Hits, Fault) {
    let rows = || table.order.iter().map(|row| usize::from(*row));
    // Rows that never hold together, or that then say the same, may be asked in any order: one that holds decides.
    if matches!(table.hit, HitPolicy::Unique | HitPolicy::Any)
        && let Some(row) = rows().find(|row| held(*row).truth == Truth::True)
    {
        return (Hits { certain: vec![row], ..Hits::default() }, Fault::NONE);
    }
    let mut hits = Hits::default();
    let mut fault = Fault::NONE;
    let mut certain_so_far = true;
    for row in rows() {
        let judged = held(row);
        fault = fault.join(if certain_so_far { judged.fault } else { judged.fault.at_most_possible() });
        match judged.truth {
            Truth::False => continue,
            Truth::Unknown => {
                hits.possible.push(row);
                certain_so_far = false;
            }
            Truth::True => {
                settle(&mut hits, row);
                return (hits, fault);
            }
        }
    }
    match table.otherwise {
        Some(_) => settle(&mut hits, table.rows.len()),
        None => hits.none = true,
    }
    (hits, fault)
}

/// A row that holds where none before it does.
fn settle(hits: &mut Hits, row: usize) {
    if hits.possible.is_empty() { hits.certain.push(row) } else { hits.possible.push(row) }
}

/// Every row that holds, or may.
fn all_rows(table: &Table, held: impl Fn(usize) -> Judged) -> (Hits, Fault) {
    let mut hits = Hits::default();
    let mut fault = Fault::NONE;
    for row in 0..table.rows.len() {
        let judged = held(row);
        fault = fault.join(judged.fault);
        match judged.truth {
            Truth::False => {}
            Truth::Unknown => hits.possible.push(row),
            Truth::True => hits.certain.push(row),
        }
    }
    if hits.certain.is_empty() {
        match (&table.otherwise, hits.possible.is_empty()) {
            (Some(_), true) => hits.certain.push(table.rows.len()),
            (Some(_), false) => hits.otherwise = true,
            (None, _) => hits.none = true,
        }
    }
    (hits, fault)
}

fn whole(count: usize) -> Number {
    Number::whole(count as i64)
}

/// How many there are; with something in their place where there are none, at least one.
fn count(certain: &[Interval], possible: &[Interval], replaced: bool) -> Interval {
    Interval::closed(whole(certain.len().max(usize::from(replaced))), whole(certain.len() + possible.len()))
}

/// The sum of the certain ranges and any of the possible ones.
fn sum(certain: &[Interval], possible: &[Interval]) -> Result<Interval, FaultLevel> {
    let zero = Interval::point(Number::ZERO);
    let terms = certain.iter().copied().chain(possible.iter().map(|range| range.hull(&zero)));
    terms
        .into_iter()
        .try_fold(zero, |sum, term| sum.add(&term))
        .map_err(|fault| if fault.certain && possible.is_empty() { FaultLevel::Certain } else { FaultLevel::Possible })
}

/// The least (or greatest) of the certain ranges and any of the possible ones; of the possible ones alone at least one is taken.
fn extreme(certain: &[Interval], possible: &[Interval], of_two: fn(&Interval, &Interval) -> Interval) -> Interval {
    let of_certain = certain.iter().copied().reduce(|so_far, range| of_two(&so_far, &range));
    match of_certain {
        Some(of_certain) => possible.iter().fold(of_certain, |so_far, range| so_far.hull(&of_two(&of_certain, range))),
        None => possible.iter().copied().reduce(|so_far, range| so_far.hull(&range)).unwrap_or(super::ANYTHING),
    }
}
