//! Decision tables: constant tests become sets for each dimension, and what rows leave out or share is found by cutting those sets, not by trying values.
//!
//! Every finding about rows is proven: it names inputs that show it, or says that nothing shows the opposite. Rows with tests that only facts can tell are
//! taken to hold wherever they may.

use super::lower::{Lowerer, Named};
use super::reach::FROM_ZERO;
use super::*;
use crate::diagnostic::{Diagnostic, codes, listed};
use crate::policy::{self as typed, Collected};
use crate::value::{Truth, show_possible};

/// A table with what others need to know of it.
pub(super) struct LoweredTable {
    pub(super) table: Table,
    height: usize,
    /// What each column may be, where it is a number.
    reach: Vec<Interval>,
}

/// How many steps a table counts for, because evaluating one takes more room than evaluating an operator.
const STEPS: usize = 4;

/// How many rows a table may have: every two of them are compared.
const MOST_ROWS: usize = 1000;

/// How many pieces of the inputs are looked at, at the most, to find what rows leave out. Beyond, nothing is said.
const MOST_STEPS: usize = 200_000;

/// A set for each dimension.
type Region = Vec<Set>;

impl Lowerer<'_> {
    pub(super) fn lower_tables(&mut self) {
        for (index, table) in self.policy.tables.iter().enumerate() {
            self.lower_table(TableId(index as u32), table.head.name_span);
        }
    }

    /// Sees to it that a table is lowered. False: a finding says what is wrong.
    pub(super) fn lower_table(&mut self, id: TableId, needed_at: Span) -> bool {
        let policy = self.policy;
        let table = &policy.tables[id.index()];
        let height = match &self.tables[id.index()] {
            Named::Lowered(lowered) => lowered.height,
            Named::Open => {
                self.report(Diagnostic::new(&codes::CYCLE, needed_at, format!("`{}` needs itself", table.head.code)));
                return false;
            }
            Named::Untouched => {
                self.tables[id.index()] = Named::Open;
                let lowered = self.apart(|lowerer| lowerer.table(table));
                let height = lowered.height;
                self.tables[id.index()] = Named::Lowered(lowered);
                height
            }
        };
        self.rest_on(height, needed_at)
    }

    /// What a column may be, whatever the facts say.
    pub(super) fn reach_of_column(&self, id: TableId, column: u32) -> Interval {
        match &self.tables[id.index()] {
            Named::Lowered(lowered) => lowered.reach.get(column as usize).copied().unwrap_or(Interval::unbounded()),
            Named::Untouched | Named::Open => Interval::unbounded(),
        }
    }

    fn table(&mut self, table: &typed::Table) -> LoweredTable {
        let inputs: Vec<Input> = table
            .inputs
            .iter()
            .map(|input| Input { value: self.expression(&input.value), ty: input.value.ty, span: input.value.span })
            .collect();
        let mut dimensions: Vec<Dimension> = Vec::new();
        let mut dimension_of: Vec<usize> = Vec::new();
        for input in &inputs {
            let same = dimensions.iter().position(|dimension| self.is_one_fact(dimension.value, input.value));
            dimension_of.push(same.unwrap_or(dimensions.len()));
            if same.is_none() {
                dimensions.push(Dimension { value: input.value, ty: input.ty, cuts: Vec::new(), texts: Vec::new() });
            }
        }
        let row = |lowerer: &mut Self, row: &typed::TableRow| lowerer.table_row(row, table, &inputs, &dimension_of, dimensions.len());
        let rows: Vec<TableRow> = table.rows.iter().map(|typed| row(self, typed)).collect();
        let otherwise = table.otherwise.as_ref().map(|typed| row(self, typed));
        for (place, dimension) in dimensions.iter_mut().enumerate() {
            for set in rows.iter().filter_map(|row| row.accepts[place].as_ref()) {
                match set {
                    Set::Ranges(ranges) => dimension.cuts.extend(ranges.iter().flat_map(|range| [range.low, range.high])),
                    Set::Texts(texts, _) => dimension.texts.extend(texts.iter().cloned()),
                    Set::Variants(_) | Set::Truths(..) => {}
                }
            }
            dimension.cuts.retain(|cut| *cut != Number::BELOW_ALL && *cut != Number::ABOVE_ALL);
            dimension.cuts.sort_unstable();
            dimension.cuts.dedup();
            dimension.texts.sort_unstable();
            dimension.texts.dedup();
        }
        let mut order: Vec<u16> = (0..rows.len().min(MOST_ROWS) as u16).collect();
        if table.hit == HitPolicy::Priority {
            order.sort_by_key(|row| rows[usize::from(*row)].outputs.first().map(|output| self.rank(*output)));
        }
        let lowered = Table {
            head: table.head.clone(),
            hit: table.hit,
            inputs,
            dimensions,
            columns: table.columns.clone(),
            rows,
            otherwise,
            order,
            reads: Vec::new(),
        };
        if let Some(beyond) = lowered.rows.get(MOST_ROWS) {
            let message = format!("the table has {} rows, and {MOST_ROWS} are the most there can be", lowered.rows.len());
            self.report(Diagnostic::new(&codes::TOO_MANY, beyond.span, message).label("the first too many"));
        } else if !self.diagnostics.iter().any(Diagnostic::is_error) {
            self.check_rows(table, &lowered);
        }
        let reach = (0..lowered.columns.len()).map(|column| self.reach_of_rows(&lowered, column)).collect();
        LoweredTable { table: lowered, height: self.height + STEPS, reach }
    }

    /// Whether two inputs are the same fact. Others are told apart although they may hang together.
    fn is_one_fact(&self, one: ExprId, other: ExprId) -> bool {
        match (self.node(one), self.node(other)) {
            (Expr::Fact(one), Expr::Fact(other)) => one == other,
            _ => false,
        }
    }

    fn table_row(
        &mut self,
        row: &typed::TableRow,
        table: &typed::Table,
        inputs: &[Input],
        dimension_of: &[usize],
        dimensions: usize,
    ) -> TableRow {
        let mut accepts: Vec<Option<Set>> = vec![None; dimensions];
        let mut conditions = Vec::new();
        let tests = || row.cells.iter().enumerate().filter_map(|(input, (test, _))| Some((input, test.as_ref()?)));
        for (input, test) in tests() {
            let operand = &table.inputs[input].value;
            match self.set(test, operand.ty) {
                Some(set) => {
                    let mine = &mut accepts[dimension_of[input]];
                    let set = match mine.take() {
                        Some(before) => before.intersection(&set),
                        None => set,
                    };
                    *mine = Some(set.on_grid(operand.ty));
                }
                None => conditions.push(self.test(test, operand, inputs[input].value)),
            }
        }
        let outputs: Vec<ExprId> = row.outputs.iter().map(|output| self.expression(output)).collect();
        let guard = outputs.iter().any(|output| self.constant_of(*output).is_none()).then(|| {
            let parts = tests().map(|(input, test)| self.test(test, &table.inputs[input].value, inputs[input].value)).collect();
            self.push_condition(Condition::And(parts), row.span)
        });
        TableRow { accepts, conditions, guard, outputs, cells: row.cells.iter().map(|(_, span)| *span).collect(), span: row.span }
    }

    /// Orders outputs from the best on: the greatest number, the variant declared first, true before false.
    fn rank(&self, output: ExprId) -> (std::cmp::Reverse<Number>, u32) {
        match self.constant_of(output) {
            Some(Possible::Range(range)) => (std::cmp::Reverse(range.low), 0),
            Some(Possible::Variants(variants)) => (std::cmp::Reverse(Number::ZERO), variants.0.trailing_zeros()),
            Some(Possible::Truth(truth)) => (std::cmp::Reverse(Number::ZERO), u32::from(*truth != Truth::True)),
            _ => (std::cmp::Reverse(Number::ZERO), 0),
        }
    }

    fn reach_of_rows(&self, table: &Table, column: usize) -> Interval {
        let outputs = table.rows.iter().chain(&table.otherwise).filter_map(|row| row.outputs.get(column));
        let all = outputs.map(|output| self.reach(*output)).reduce(|so_far, range| so_far.hull(&range)).unwrap_or(Interval::unbounded());
        match table.hit {
            HitPolicy::Collect(Some(Collected::Count)) => FROM_ZERO,
            HitPolicy::Collect(Some(Collected::Sum)) if all.low >= Number::ZERO => FROM_ZERO,
            HitPolicy::Collect(Some(Collected::Sum)) => Interval::unbounded(),
            _ => all,
        }
    }

    // ---- What rows share and leave out ------------------------------------------------------------------------------

    fn check_rows(&mut self, typed: &typed::Table, table: &Table) {
        let domains = table.dimensions.iter().map(|dimension| self.domain(dimension.value, dimension.ty));
        let Some(all) = domains.collect::<Option<Region>>() else { return };
        let space = Space { table, inputs: &typed.inputs, schema: &self.policy.schema, steps: std::cell::Cell::new(MOST_STEPS) };
        let regions: Vec<Region> = table.rows.iter().map(|row| space.region(row, &all)).collect();
        let mut findings = Vec::new();
        for (row, region) in table.rows.iter().zip(&regions) {
            if is_empty(region) {
                findings.push(unreachable(
                    row.span,
                    "it accepts nothing that its inputs can be",
                    "compare its cells with the bounds of the facts, or leave it out",
                ));
            }
        }
        match table.hit {
            HitPolicy::Unique | HitPolicy::Any => self.overlaps(&space, &regions, &mut findings),
            HitPolicy::First => {
                space.hidden(&regions, "rows are asked in order: put the narrower one first, or leave this one out", &mut findings);
            }
            HitPolicy::Priority => space.hidden(&regions, "give it a better output, or leave it out", &mut findings),
            HitPolicy::Collect(_) => {}
        }
        let rows = || table.rows.iter().zip(&regions);
        if let Some(otherwise) = &table.otherwise {
            let certain: Vec<&Region> = rows().filter(|(row, _)| row.conditions.is_empty()).map(|(_, region)| region).collect();
            if space.left(&all, &certain).is_some_and(|left| left.is_empty()) {
                findings.push(unreachable(otherwise.span, "the rows above take everything that its inputs can be", "leave it out"));
            }
        } else if table.needs_a_row() {
            let every: Vec<&Region> = rows().map(|(_, region)| region).collect();
            if let Some(witness) = space.left(&all, &every).into_iter().flatten().find_map(|left| space.witness(&left)) {
                let message = format!("no row of `{}` holds where {witness}", space.name());
                let finding = Diagnostic::new(&codes::UNCOVERED_INPUTS, table.head.name_span, message)
                    .help("add a row for it, or end with `| otherwise || … |`");
                findings.push(space.with_caution(finding));
            }
        }
        findings.into_iter().for_each(|finding| self.report(finding));
    }

    /// Rows that hold together: under `unique` none may, under `any` only such as say the same. Of each row the first such row before it is told.
    fn overlaps(&self, space: &Space<'_>, regions: &[Region], findings: &mut Vec<Diagnostic>) {
        let rows = &space.table.rows;
        let name = space.name();
        for (place, row) in rows.iter().enumerate() {
            for (other, region) in rows.iter().zip(regions).take(place) {
                let shared = space.shared(region, &regions[place]);
                let differ = match space.table.hit {
                    HitPolicy::Any => self.differ(other, row),
                    _ => Some(true),
                };
                if is_empty(&shared) || differ == Some(false) {
                    continue;
                }
                let constant = other.conditions.is_empty() && row.conditions.is_empty() && differ == Some(true);
                let witness = space.witness(&shared);
                let finding = match (&witness, constant, space.table.hit) {
                    // Between the two there is room for no value that could be written.
                    (None, true, _) => continue,
                    (Some(witness), true, HitPolicy::Any) => {
                        let message = format!("two rows of `{name}` hold where {witness}, and they do not say the same");
                        Diagnostic::new(&codes::OVERLAPPING_ROWS, row.span, message)
                            .help("let one of them leave that out, or write `hit first` if the first that holds should count")
                    }
                    (Some(witness), true, _) => {
                        let message = format!("two rows of `{name}` hold where {witness}, and `unique` allows one");
                        Diagnostic::new(&codes::OVERLAPPING_ROWS, row.span, message)
                            .help("let one of them leave that out, or write `hit first` if the first that holds should count")
                    }
                    _ => {
                        let what = if differ == Some(true) { "never hold together" } else { "say the same where they hold together" };
                        let message = format!("nothing shows that these two rows of `{name}` {what}");
                        Diagnostic::new(&codes::OVERLAPPING_ROWS, row.span, message)
                            .help("tell them apart by values that are known before any facts are, or write `hit first`")
                    }
                };
                let finding = if constant { space.with_caution(finding) } else { finding };
                findings.push(finding.related(other.span, "the other row"));
                break;
            }
        }
    }

    /// Whether two rows yield different values; none where that is not known before the facts are.
    fn differ(&self, one: &TableRow, other: &TableRow) -> Option<bool> {
        let mut unsure = false;
        for (one, other) in one.outputs.iter().zip(&other.outputs) {
            match (self.node(*one), self.node(*other)) {
                (Expr::Constant(one), Expr::Constant(other)) if one == other => {}
                (Expr::Constant(_), Expr::Constant(_)) => return Some(true),
                (Expr::Fact(one), Expr::Fact(other)) if one == other => {}
                (Expr::Let(one), Expr::Let(other)) if one == other => {}
                _ => unsure = true,
            }
        }
        (!unsure).then_some(false)
    }
}

impl Table {
    /// Whether it has no value where no row holds.
    pub fn needs_a_row(&self) -> bool {
        !matches!(self.hit, HitPolicy::Collect(None | Some(Collected::Sum | Collected::Count)))
    }
}

fn is_empty(region: &Region) -> bool {
    region.iter().any(Set::is_empty)
}

fn unreachable(span: Span, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNREACHABLE_ROW, span, "this row is never reached").label(label).help(help)
}

/// All that the inputs of a table may be.
struct Space<'t> {
    table: &'t Table,
    inputs: &'t [typed::Input],
    schema: &'t Schema,
    /// How many more pieces may be looked at.
    steps: std::cell::Cell<usize>,
}

impl Space<'_> {
    fn name(&self) -> &str {
        let code = &self.table.head.code;
        code.rsplit('.').next().unwrap_or(code)
    }

    /// Where the constant tests of a row hold.
    fn region(&self, row: &TableRow, all: &Region) -> Region {
        let accepted = row.accepts.iter().zip(all).zip(&self.table.dimensions);
        accepted
            .map(|((accepted, all), dimension)| match accepted {
                Some(set) => all.intersection(set).on_grid(dimension.ty),
                None => all.clone(),
            })
            .collect()
    }

    fn shared(&self, one: &Region, other: &Region) -> Region {
        let sets = one.iter().zip(other).zip(&self.table.dimensions);
        sets.map(|((one, other), dimension)| one.intersection(other).on_grid(dimension.ty)).collect()
    }

    /// What of a region others leave, in pieces; none if that takes too long to tell.
    fn left(&self, of: &Region, taken: &[&Region]) -> Option<Vec<Region>> {
        let mut left = vec![of.clone()];
        for region in taken {
            let mut pieces = Vec::new();
            for piece in left {
                self.steps.set(self.steps.get().checked_sub(1)?);
                if is_empty(&self.shared(&piece, region)) {
                    pieces.push(piece);
                    continue;
                }
                let mut rest = piece;
                for (place, dimension) in self.table.dimensions.iter().enumerate() {
                    let outside = rest[place].without(&region[place]).on_grid(dimension.ty);
                    if !outside.is_empty() {
                        let mut piece = rest.clone();
                        piece[place] = outside;
                        pieces.push(piece);
                    }
                    rest[place] = rest[place].intersection(&region[place]).on_grid(dimension.ty);
                }
            }
            left = pieces;
        }
        Some(left)
    }

    /// Rows that those asked before them leave nothing.
    fn hidden(&self, regions: &[Region], help: &str, findings: &mut Vec<Diagnostic>) {
        let mut before: Vec<&Region> = Vec::new();
        for place in &self.table.order {
            let (row, region) = (&self.table.rows[usize::from(*place)], &regions[usize::from(*place)]);
            if is_empty(region) {
                continue;
            }
            if self.left(region, &before).is_some_and(|left| left.is_empty()) {
                findings.push(unreachable(row.span, "rows that go before it take everything that it accepts", help));
            }
            if row.conditions.is_empty() {
                before.push(region);
            }
        }
    }

    /// Values of all inputs that lie in a region, in words; none where no such values could be written.
    fn witness(&self, region: &Region) -> Option<String> {
        let mut parts = Vec::new();
        for (set, dimension) in region.iter().zip(&self.table.dimensions) {
            let value = set.sample(dimension.ty.grid())?;
            let name = self.table.inputs.iter().position(|input| input.value == dimension.value).map(|place| &self.inputs[place].name)?;
            let shown = show_possible(&value, dimension.ty, self.schema);
            parts.push(if dimension.ty == Type::Text { format!("{name} is \"{shown}\"") } else { format!("{name} is {shown}") });
        }
        Some(listed(&parts, "and"))
    }

    /// Inputs that are worked out may hang together in ways that are not seen here.
    fn with_caution(&self, finding: Diagnostic) -> Diagnostic {
        let plain = |dimension: &Dimension| {
            self.inputs.iter().zip(&self.table.inputs).any(|(typed, input)| {
                input.value == dimension.value
                    && matches!(typed.value.kind, typed::ExprKind::Fact(_) | typed::ExprKind::Let(_) | typed::ExprKind::Param(_))
            })
        };
        if self.table.dimensions.iter().all(plain) {
            finding
        } else {
            finding.help("inputs that are worked out count as independent of each other here")
        }
    }
}
