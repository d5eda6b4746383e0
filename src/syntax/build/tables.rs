//! Tables: lines of cells between bars.
//!
//! The grammar only finds the bars. What stands between two of them is read here by itself, so that no cell runs on into the next line, and bars and cells
//! that are missing are found by counting.

use super::super::ast::{Cell, Collected, Column, Expr, Head, HitPolicy, Table, TableRow, TableWhen, Test, TypeExpr};
use super::super::explain::{self, Place};
use super::super::grammar::{self, Node, Rule};
use super::Builder;
use crate::diagnostic::{Diagnostic, codes, counted};
use crate::source::Span;

/// The lines of a table that have been read.
#[derive(Default)]
pub(in super::super) struct Lines {
    /// The place of the head.
    head: Option<Span>,
    inputs: Vec<Expr>,
    columns: Vec<Column>,
    /// How many outputs the head has, whether or not they could be read.
    outputs: usize,
    rows: Vec<TableRow>,
    /// Whether some line could not be read.
    pub is_broken: bool,
}

impl Lines {
    /// The table that they make up.
    pub fn table(self, head: Head, hit: Option<(HitPolicy, Span)>) -> Table {
        Table { head, hit, inputs: self.inputs, columns: self.columns, rows: self.rows, is_broken: self.is_broken }
    }
}

/// What stands between two bars: from its first character to one past its last.
type Stretch = (usize, usize);

/// A line cut at its bars.
struct Line {
    span: Span,
    inputs: Vec<Stretch>,
    outputs: Vec<Stretch>,
}

impl Builder<'_> {
    /// Which of the rows that hold count.
    pub(super) fn hit_policy(&mut self, node: Node<'_>) -> (HitPolicy, Span) {
        let span = self.span(&node);
        let mut policy = HitPolicy::Unique;
        for part in node.into_inner() {
            policy = match part.as_rule() {
                Rule::first_word => HitPolicy::First,
                Rule::any_word => HitPolicy::Any,
                Rule::priority_word => HitPolicy::Priority,
                Rule::collect_word => HitPolicy::Collect(None),
                Rule::sum_word => HitPolicy::Collect(Some(Collected::Sum)),
                Rule::min_word => HitPolicy::Collect(Some(Collected::Min)),
                Rule::max_word => HitPolicy::Collect(Some(Collected::Max)),
                Rule::count_word => HitPolicy::Collect(Some(Collected::Count)),
                _ => policy,
            };
        }
        (policy, span)
    }

    /// One line: the head if it is the first.
    pub(super) fn table_line(&mut self, node: Node<'_>, lines: &mut Lines) {
        let is_head = lines.head.is_none() && !lines.is_broken;
        let read = self.cut(node).and_then(|line| if is_head { self.table_head(&line, lines) } else { self.table_row(&line, lines) });
        lines.is_broken |= read.is_none();
    }

    /// Cuts a line at its bars. None: a finding says what is wrong with them.
    fn cut(&mut self, node: Node<'_>) -> Option<Line> {
        let span = self.span(&node);
        let mut bars: Vec<(bool, Span, Option<Stretch>)> = Vec::new();
        for part in node.into_inner() {
            let (start, end) = (self.base + part.as_span().start(), self.base + part.as_span().end());
            match (part.as_rule(), bars.last_mut()) {
                (Rule::cell_text, Some((_, _, cell))) => *cell = Some((start, start + self.text[start..end].trim_end().len())),
                _ => bars.push((part.as_str() == "||", self.place(start, end), None)),
            }
        }
        let uneven = |span: Span, message: &str| Diagnostic::new(&codes::UNEVEN_ROW, span, message);
        let (_, last, open) = bars.pop()?;
        if let Some((start, end)) = open {
            let place = self.place(start, end);
            let finding = uneven(place, "expected `|` after the last cell of this line, found the end of the line");
            self.report(finding.fix(place, format!("{} |", &self.text[start..end])));
            return None;
        }
        if let Some(empty) = bars.iter().position(|(_, _, cell)| cell.is_none()) {
            let (_, bar, _) = bars[empty];
            let next = bars.get(empty + 1).map_or(last, |(_, next, _)| *next);
            let finding =
                uneven(bar.to(next), "a cell of this line is empty").help("write `any` into a cell for which every value will do");
            self.report(finding);
            return None;
        }
        let parted: Vec<usize> = (0..bars.len()).filter(|bar| bars[*bar].0).collect();
        let message = match parted.as_slice() {
            [0] => "expected an input before `||`, found none",
            [at] => {
                let cells = |part: &[(bool, Span, Option<Stretch>)]| part.iter().filter_map(|(_, _, cell)| *cell).collect();
                return Some(Line { span, inputs: cells(&bars[..*at]), outputs: cells(&bars[*at..]) });
            }
            [] => "expected `||` between the inputs and the outputs of this line, found none",
            _ => "expected one `||` between the inputs and the outputs of this line, found several",
        };
        self.report(uneven(span, message).help("write inputs and outputs as in `| layer | uptime || points: number |`"));
        None
    }

    fn table_head(&mut self, line: &Line, lines: &mut Lines) -> Option<()> {
        (lines.head, lines.outputs) = (Some(line.span), line.outputs.len());
        lines.inputs = line.inputs.iter().map(|cell| self.cell_expression(*cell)).collect();
        let columns: Vec<Option<Column>> = line.outputs.iter().map(|cell| self.column(*cell)).collect();
        lines.columns = columns.into_iter().collect::<Option<Vec<Column>>>()?;
        Some(())
    }

    fn table_row(&mut self, line: &Line, lines: &mut Lines) -> Option<()> {
        let head = lines.head?;
        let words = |cell: &Stretch| &self.text[cell.0..cell.1];
        let otherwise = line.inputs.iter().find(|cell| words(cell) == "otherwise").copied();
        let message = match (otherwise, line.inputs.len(), line.outputs.len()) {
            (Some(_), 2.., _) => "`otherwise` stands for all inputs of a row, and this row has other cells beside it".to_string(),
            (None, inputs, _) if inputs != lines.inputs.len() => {
                format!("this row has {} before `||`, and the table has {}", counted(inputs, "cell"), counted(lines.inputs.len(), "input"))
            }
            (_, _, outputs) if outputs != lines.outputs => {
                format!("this row has {} after `||`, and the table has {}", counted(outputs, "cell"), counted(lines.outputs, "output"))
            }
            _ => String::new(),
        };
        if !message.is_empty() {
            let finding = Diagnostic::new(&codes::UNEVEN_ROW, line.span, message).related(head, "the inputs and outputs of the table");
            self.report(match otherwise {
                Some(_) => finding.help("write `| otherwise || …` with one value for each output"),
                None => finding.help("give every input a cell, `any` where every value will do, and every output a value"),
            });
            return None;
        }
        let when = match otherwise {
            Some((start, end)) => TableWhen::Otherwise(self.place(start, end)),
            None => {
                let cells: Vec<Option<Cell>> = line.inputs.iter().map(|cell| self.cell(*cell)).collect();
                TableWhen::Cells(cells.into_iter().collect::<Option<Vec<Cell>>>()?)
            }
        };
        let outputs = line.outputs.iter().map(|cell| self.cell_expression(*cell)).collect();
        lines.rows.push(TableRow { when, outputs, span: line.span });
        Some(())
    }

    /// A condition on an input. None: a finding says why it can't be read.
    fn cell(&mut self, cell: Stretch) -> Option<Cell> {
        let span = self.place(cell.0, cell.1);
        let mut test: Option<Option<Test>> = None;
        self.within(cell, Rule::lone_cell, |builder, part| match part.as_rule() {
            Rule::any_word => test = Some(None),
            Rule::test => test = builder.test(part).map(Some),
            _ => {}
        })?;
        Some(Cell { test: test?, span })
    }

    /// A cell that is a value.
    fn cell_expression(&mut self, cell: Stretch) -> Expr {
        let mut value: Option<Expr> = None;
        let read = self.within(cell, Rule::lone_expression, |builder, part| {
            if part.as_rule() == Rule::expression {
                value = Some(builder.expression(part));
            }
        });
        match (read, value) {
            (Some(()), Some(value)) => value,
            _ => {
                let span = self.place(cell.0, cell.1);
                self.broken(span)
            }
        }
    }

    /// An output in the head.
    fn column(&mut self, cell: Stretch) -> Option<Column> {
        let (mut name, mut ty): (_, Option<TypeExpr>) = (None, None);
        self.within(cell, Rule::lone_column, |builder, part| match part.as_rule() {
            Rule::new_name => name = Some(builder.name(&part)),
            Rule::type_expression => ty = Some(builder.type_expression(part)),
            _ => {}
        })?;
        Some(Column { name: name?, ty: ty? })
    }

    /// Reads one cell by a rule of its own, and hands on its parts.
    fn within(&mut self, (start, end): Stretch, rule: Rule, mut take: impl FnMut(&mut Self, Node<'_>)) -> Option<()> {
        let text = self.text;
        match grammar::read(rule, text, start, end) {
            Ok(nodes) => {
                let outer = std::mem::replace(&mut self.base, start);
                nodes.flat_map(Node::into_inner).for_each(|part| take(self, part));
                self.base = outer;
                Some(())
            }
            Err(failure) => {
                let finding = explain::explain(self, &failure, start, end, Place::Cell).finding;
                self.report(finding);
                None
            }
        }
    }
}
