//! Decision tables: inputs, outputs and rows get their types. Whether rows overlap or leave something out is seen only once parameters are set: see `program`.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, closest, codes, listed};
use crate::policy::{Collected, Column, Expr, ExprKind, HitPolicy, Input, Table, TableId, TableRow, Test};
use crate::source::Span;
use crate::syntax::ast::{self, TableWhen};
use crate::value::Type;

use super::names::duplicate;
use super::schema::Shape;
use super::{Checker, Expected, broken, is_broken};

impl<'a> Checker<'a> {
    pub(super) fn table(&mut self, definition: usize, index: usize, table: &'a ast::Table) -> Table {
        let head = self.head(self.book, &table.head);
        let name = &table.head.name;
        let missing = match (table.is_broken, table.inputs.is_empty(), table.rows.is_empty()) {
            (false, true, _) => Some("has no lines"),
            (false, false, true) => Some("has no rows"),
            _ => None,
        };
        if let Some(missing) = missing {
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, format!("the table `{}` {missing}", name.text))
                    .help("write its inputs and outputs as in `| layer || points: number |`, and rows below such as `| compute || 8 |`"),
            );
        }
        let inputs: Vec<Input> = table.inputs.iter().enumerate().map(|(place, written)| self.input(place, written)).collect();
        let (columns, types) = self.columns(table);
        let hit = table.hit.map_or(HitPolicy::Unique, |(hit, _)| hit);
        self.check_hit(table, &columns, &types);
        let (mut rows, mut otherwise) = (Vec::new(), None);
        for (place, row) in table.rows.iter().enumerate() {
            let cells = match &row.when {
                TableWhen::Cells(cells) => {
                    cells.iter().zip(table.inputs.iter().zip(&inputs)).map(|(cell, input)| self.cell(cell, input)).collect()
                }
                TableWhen::Otherwise(_) => Vec::new(),
            };
            let outputs = self.outputs(table, row, &types);
            let typed = TableRow { cells, outputs, span: row.span };
            match &row.when {
                TableWhen::Cells(_) => rows.push(typed),
                TableWhen::Otherwise(span) => {
                    if let Some(next) = table.rows.get(place + 1) {
                        let finding = Diagnostic::new(
                            &codes::SYNTAX,
                            *span,
                            "expected `otherwise` in the last row of the table, found it before another",
                        );
                        self.report(finding.related(next.span, "this row follows").help("move the row to the end"));
                    }
                    otherwise = Some(typed);
                }
            }
        }
        if !self.circular[definition] && !table.is_broken && table.hit.is_some() {
            self.column_types[index] = Some(types);
        }
        Table { head, hit, inputs, columns, rows, otherwise }
    }

    fn input(&mut self, place: usize, written: &'a ast::Expr) -> Input {
        let name = match self.shown(written) {
            Some(shown) => format!("`{shown}`"),
            None => format!("input {}", place + 1),
        };
        let value = self.expression(written, Expected::Nothing);
        let refused = match value.ty {
            _ if is_broken(&value) => None,
            Type::Months => Some(("calendar months and years only stand beside dates", "write a length in days")),
            Type::List(_) => Some(("a list can't be the input of a table", "ask `… is empty`, or count its entries")),
            _ => None,
        };
        let value = match refused {
            Some((message, help)) => self.refuse(Diagnostic::new(&codes::WRONG_TYPE, written.span, message).help(help)),
            None => value,
        };
        Input { value, name }
    }

    /// The outputs, and their types as expressions read them, as far as they are sound.
    fn columns(&mut self, table: &'a ast::Table) -> (Vec<Column>, Vec<Option<Type>>) {
        let (mut columns, mut types) = (Vec::new(), Vec::new());
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for column in &table.columns {
            let name = &column.name;
            self.check_style(name);
            match seen.get(name.text.as_str()) {
                Some(first) => self.report(duplicate("output", name, *first)),
                None => {
                    seen.insert(&name.text, name.span);
                }
            }
            let refuse = |checker: &mut Self, span: Span, message: &str, help: &str| {
                checker.report(Diagnostic::new(&codes::NOT_IN_THIS_VERSION, span, message).help(help));
                None
            };
            let ty = match self.shape(&column.ty, &format!("{}.{}", table.head.name.text, name.text)) {
                Shape::Value(ty, _) => match column.ty.bounds.first() {
                    None => Some(ty),
                    Some(bound) => {
                        let help = "leave the bound out; the rows say what the output can be";
                        refuse(self, bound.span, "bounds on an output of a table are not part of this version", help)
                    }
                },
                Shape::List(_) | Shape::Group(_) => {
                    refuse(self, column.ty.span, "an output of a table is a single value", "write one output for each value")
                }
                Shape::Broken => None,
            };
            columns.push(Column { name: name.text.clone(), ty: ty.unwrap_or(Type::Bool), span: name.span });
            types.push(ty);
        }
        (columns, types)
    }

    /// Whether the outputs suit the way in which rows are chosen.
    fn check_hit(&mut self, table: &ast::Table, columns: &[Column], types: &[Option<Type>]) {
        let Some((hit, span)) = table.hit else { return };
        if types.iter().any(Option::is_none) || types.is_empty() {
            return;
        }
        let finding = match hit {
            HitPolicy::Priority if !self.has_ranks(columns[0].ty) => {
                let message = format!(
                    "`priority` goes by the first output, and `{}` is {}",
                    columns[0].name,
                    self.policy.schema.describe(columns[0].ty)
                );
                Diagnostic::new(&codes::WRONG_TYPE, columns[0].span, message)
                    .related(span, "by the best output")
                    .help("let the first output be a number, an amount or one of several names, the best of which is declared first")
            }
            HitPolicy::Collect(Some(how)) if columns.iter().all(|column| hit.read_type(column.ty).is_none()) => {
                let (what, fit) = match how {
                    Collected::Sum => ("added up", "numbers, percents, amounts and durations"),
                    _ => ("compared", "numbers, percents, amounts, durations and dates"),
                };
                Diagnostic::new(&codes::WRONG_TYPE, span, format!("no output of `{}` can be {what}", table.head.name.text))
                    .help(format!("only {fit} can; write `collect` to have the rows listed in the report"))
            }
            _ => return,
        };
        self.report(finding);
    }

    /// Whether values of a type can be told better from worse.
    fn has_ranks(&self, ty: Type) -> bool {
        ty.is_ordered() || matches!(ty, Type::Bool | Type::Enum(_))
    }

    fn cell(&mut self, cell: &'a ast::Cell, input: (&'a ast::Expr, &Input)) -> (Option<Test>, Span) {
        let (written, input) = input;
        (cell.test.as_ref().map(|test| self.test(test, (&input.value, written))), cell.span)
    }

    fn outputs(&mut self, table: &'a ast::Table, row: &'a ast::TableRow, types: &[Option<Type>]) -> Vec<Expr> {
        // `otherwise` goes before no row, so what it yields may depend on facts.
        let is_ranked = matches!((table.hit, &row.when), (Some((HitPolicy::Priority, _)), TableWhen::Cells(_)));
        row.outputs
            .iter()
            .zip(table.columns.iter().zip(types))
            .enumerate()
            .map(|(place, (written, (column, ty)))| {
                let Some(ty) = ty else { return broken(self.expression(written, Expected::Broken).span) };
                let value = self.typed(written, *ty, &format!("for the output `{}`", column.name.text));
                if is_ranked && place == 0 { self.constant(value, "what `priority` goes by") } else { value }
            })
            .collect()
    }

    /// A column of a table, which the part `named` of a path names.
    pub(super) fn column(&mut self, id: TableId, table: &'a ast::Table, named: usize, path: &ast::Path, definition: usize) -> Expr {
        let Some(part) = path.parts.get(named) else {
            let shown = self.written(path);
            let finding = Diagnostic::new(&codes::WRONG_TYPE, path.span, format!("`{shown}` is a table, not a value"));
            return self.refuse(match table.columns.first() {
                Some(column) => finding.help(format!("name one of its outputs, such as `{shown}.{}`", column.name.text)),
                None => finding,
            });
        };
        let Some(place) = table.columns.iter().position(|column| column.name.text == part.text) else {
            return if table.is_broken { broken(path.span) } else { self.unknown_in_item(path, definition, named) };
        };
        if path.parts.len() > named + 1 {
            return self.beyond(path, named + 1);
        }
        let (Some(Some(types)), Some((hit, _))) = (self.column_types.get(id.index()), table.hit) else { return broken(path.span) };
        let Some(declared) = types[place] else { return broken(path.span) };
        let Some(ty) = hit.read_type(declared) else {
            let (words, name) = (hit.words(), self.written(path));
            let message = format!("several rows may hold, and `{words}` makes no one value of `{name}`");
            let advice = match hit {
                HitPolicy::Collect(None) => {
                    "write `collect sum`, `collect min`, `collect max` or `collect count`; the report lists the rows"
                }
                _ => "read another output; the report lists this one",
            };
            return self.refuse(
                Diagnostic::new(&codes::WRONG_TYPE, path.span, message).related(table.columns[place].name.span, "the output").help(advice),
            );
        };
        Expr { kind: ExprKind::Column(id, place as u32), ty, span: path.span }
    }

    /// Reports an output that a table does not have.
    pub(super) fn unknown_column(&mut self, path: &ast::Path, at: usize, table: &ast::Table) -> Expr {
        let part = &path.parts[at];
        let names = table.columns.iter().map(|column| column.name.text.as_str());
        let message = format!("`{}` is a table and has no output `{}`", table.head.name.text, part.text);
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, part.span, message);
        self.refuse(match closest(&part.text, names.clone()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(part.span, near),
            None => {
                let all: Vec<String> = names.take(6).map(|name| format!("`{name}`")).collect();
                finding.help(format!("its outputs are {}", listed(&all, "and")))
            }
        })
    }
}
