//! Parameters, `let`s, gates and verdicts; and the order in which what has a name is checked.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{Edge, Expr, ExprKind, Let, Param, VerdictId};
use crate::policy::{Gate, Table, Verdict};
use crate::source::Span;
use crate::syntax::ast::{self, BandWhen, Comparison, TailKind, TestKind};
use crate::value::Type;

use super::schema::Shape;
use super::{Checker, Expected, Kind, broken, is_broken};

/// Why a gate leads to no band.
enum Aim {
    /// The verdict, and the place of its band.
    At(VerdictId, usize),
    /// A finding says why not.
    Missed(Box<Diagnostic>),
}

impl<'a> Checker<'a> {
    /// Types parameters, `let`s and tables, each after those it needs.
    pub(super) fn check_named_values(&mut self) {
        let mut params: Vec<Option<Param>> = vec![None; self.param_types.len()];
        let mut lets: Vec<Option<Let>> = vec![None; self.let_types.len()];
        let mut tables: Vec<Option<Table>> = vec![None; self.column_types.len()];
        for place in 0..self.order.len() {
            let definition = self.order[place];
            self.book = self.definitions[definition].book;
            match self.definitions[definition].kind {
                Kind::Param(id, param) => params[id.index()] = Some(self.param(id.index(), param)),
                Kind::Let(id, item) => lets[id.index()] = Some(self.let_item(definition, id.index(), item)),
                Kind::Table(id, table) => tables[id.index()] = Some(self.table(definition, id.index(), table)),
                _ => {}
            }
        }
        self.policy.params = params.into_iter().flatten().collect();
        self.policy.lets = lets.into_iter().flatten().collect();
        self.policy.tables = tables.into_iter().flatten().collect();
    }

    fn param(&mut self, index: usize, param: &'a ast::Param) -> Param {
        let head = self.head(self.book, &param.head);
        let name = &param.head.name.text;
        let (ty, domain, value) = match self.param_types[index].clone() {
            Some((ty, domain)) => {
                let value = self.typed(&param.value, ty, &format!("for the parameter `{name}`"));
                let value = self.constant(value, &format!("the parameter `{name}`"));
                (ty, domain, value)
            }
            None => {
                let value = self.expression(&param.value, Expected::Broken);
                let nothing = crate::value::Possible::anything(Type::Bool, &self.policy.schema);
                (Type::Bool, nothing, broken(value.span))
            }
        };
        Param { head, ty, domain, value }
    }

    fn let_item(&mut self, definition: usize, index: usize, item: &'a ast::Let) -> Let {
        let head = self.head(self.book, &item.head);
        let name = &item.head.name.text;
        let value = match &item.ty {
            None => self.expression(&item.value, Expected::Nothing),
            Some(ty) => match self.shape(ty, name) {
                Shape::Value(due, _) if ty.bounds.is_empty() => self.typed(&item.value, due, &format!("for `{name}`")),
                Shape::Value(..) => {
                    let span = ty.bounds.first().map_or(ty.span, |bound| bound.span);
                    let finding = Diagnostic::new(&codes::NOT_IN_THIS_VERSION, span, "bounds on a `let` are not part of this version")
                        .help("bound the facts and parameters that it reads, or write `clamp(…, least, most)`");
                    self.expression(&item.value, Expected::Broken);
                    self.refuse(finding)
                }
                Shape::List(_) | Shape::Group(_) => {
                    let finding = Diagnostic::new(&codes::NOT_IN_THIS_VERSION, ty.span, "the type of a `let` is one of single values")
                        .help("leave the type out; it is that of the expression");
                    self.expression(&item.value, Expected::Broken);
                    self.refuse(finding)
                }
                Shape::Broken => {
                    self.expression(&item.value, Expected::Broken);
                    broken(item.value.span)
                }
            },
        };
        let value = match value.ty {
            Type::Months if !is_broken(&value) => {
                let finding = Diagnostic::new(&codes::WRONG_TYPE, item.value.span, "calendar months and years only stand beside dates")
                    .help("give the length in days a name, or write the months where the date is");
                self.refuse(finding)
            }
            _ => value,
        };
        if !is_broken(&value) && !self.circular[definition] {
            self.let_types[index] = Some(value.ty);
            self.let_reads[index] = self.reads(&value);
        }
        Let { head, value }
    }

    /// Finds the verdict that each gate caps, by names alone.
    pub(super) fn assign_gates(&mut self) {
        for definition in 0..self.definitions.len() {
            if let Kind::Gate(_, gate) = self.definitions[definition].kind
                && let Some(path) = &gate.at_most
                && let Aim::At(verdict, _) = self.aim(path)
            {
                self.capped_by[verdict.index()].push(definition);
            }
        }
    }

    fn aim(&self, path: &ast::Path) -> Aim {
        let missed = |finding: Diagnostic| Aim::Missed(Box::new(finding));
        let verdicts = || {
            self.definitions.iter().filter_map(|definition| match definition.kind {
                Kind::Verdict(id, verdict) => Some((definition, id, verdict)),
                _ => None,
            })
        };
        let (book, owner, band) = match path.parts.as_slice() {
            [band] => (None, None, band),
            [owner, band] => (None, Some(owner), band),
            [book, owner, band] => (Some(book), Some(owner), band),
            _ => {
                let message = format!("expected a band after `at most`, found `{}`", self.written(path));
                return missed(Diagnostic::new(&codes::UNKNOWN_NAME, path.span, message));
            }
        };
        let mut owners: Vec<_> = verdicts()
            .filter(|(definition, _, _)| owner.is_none_or(|owner| owner.text == definition.name.text))
            .filter(|(definition, _, _)| book.is_none_or(|book| book.text == self.book_name(definition.book)))
            .collect();
        if owners.is_empty() {
            let shown = self.written(path);
            let (span, message) = match owner {
                Some(owner) => (owner.span, format!("there is no verdict `{}`", owner.text)),
                None => (path.span, format!("there is no verdict that could have a band `{shown}`")),
            };
            let finding = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
            if let (Some(book), Some(owner)) = (book, owner)
                && verdicts().any(|(definition, _, _)| definition.name.text == owner.text)
            {
                let meant = format!("{}.{}", owner.text, band.text);
                return missed(
                    finding.help(format!("`{}` has none of that name; did you mean `{meant}`?", book.text)).fix(path.span, meant),
                );
            }
            let near = owner.and_then(|owner| {
                crate::diagnostic::closest(&owner.text, verdicts().map(|(definition, _, _)| definition.name.text.as_str()))
            });
            return missed(match near {
                Some(near) => finding.help(format!("did you mean `{near}.{}`?", band.text)).fix(span, near),
                None => finding,
            });
        }
        let place = |verdict: &ast::Verdict| verdict.bands.iter().position(|other| other.name.text == band.text);
        let all: Vec<&str> = owners.iter().flat_map(|(_, _, verdict)| verdict.bands.iter().map(|band| band.name.text.as_str())).collect();
        owners.retain(|(_, _, verdict)| place(verdict).is_some());
        match owners.as_slice() {
            [(_, id, verdict)] => match place(verdict) {
                Some(place) => Aim::At(*id, place),
                None => missed(Diagnostic::new(&codes::UNKNOWN_NAME, band.span, format!("there is no band `{}`", band.text))),
            },
            [] => {
                let finding = Diagnostic::new(&codes::UNKNOWN_NAME, band.span, format!("there is no band `{}`", band.text));
                missed(match crate::diagnostic::closest(&band.text, all.iter().copied()) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(band.span, near),
                    None => {
                        let all: Vec<String> = all.iter().take(8).map(|band| format!("`{band}`")).collect();
                        finding.help(format!("the bands are {}", crate::diagnostic::listed(&all, "and")))
                    }
                })
            }
            [(first, ..), ..] => {
                let message = format!("`{}` is a band of several verdicts", band.text);
                let mut finding = Diagnostic::new(&codes::AMBIGUOUS_BAND, path.span, message)
                    .help(format!("name the verdict before it, as in `at most {}.{}`", first.name.text, band.text));
                for (_, _, verdict) in owners.iter().take(4) {
                    let span =
                        verdict.bands.iter().find(|other| other.name.text == band.text).map_or(verdict.head.span, |band| band.name.span);
                    finding = finding.related(span, format!("a band of `{}`", verdict.head.name.text));
                }
                missed(finding)
            }
        }
    }

    pub(super) fn gate(&mut self, gate: &'a ast::Gate) -> Gate {
        let head = self.head(self.book, &gate.head);
        let name = &gate.head.name;
        let when = match &gate.when {
            Some(when) => self.condition(when, "after `when`"),
            None => self.missing_clause(name, "gate", "when", "say when it fires: `when …`"),
        };
        let (verdict, at_most) = match gate.at_most.as_ref().map(|path| self.aim(path)) {
            Some(Aim::At(verdict, place)) => (Some(verdict), place as u32),
            Some(Aim::Missed(finding)) => {
                self.report(*finding);
                (None, 0)
            }
            None => {
                self.missing_clause(name, "gate", "at most", "say which band it leaves at most: `at most …`");
                (None, 0)
            }
        };
        let applies = self.applies(&gate.clauses);
        let term = self.term(&gate.clauses);
        let words = self.words(&gate.clauses);
        Gate { head, applies, term, never_waived: gate.never_waived, when, verdict, at_most, words }
    }

    pub(super) fn missing_clause(&mut self, name: &ast::Name, noun: &str, clause: &str, advice: &str) -> Expr {
        let message = format!("the {noun} `{}` has no `{clause}`", name.text);
        self.refuse(Diagnostic::new(&codes::MISSING_CLAUSE, name.span, message).help(advice))
    }

    pub(super) fn verdict(&mut self, id: VerdictId, verdict: &'a ast::Verdict) -> Verdict {
        let head = self.head(self.book, &verdict.head);
        let on = verdict.on.as_ref().and_then(|path| self.scorecard(path, "after `on`")).map(|(scorecard, _)| scorecard);
        let name = &verdict.head.name;
        if verdict.bands.is_empty() {
            let message = format!("the verdict `{}` has no bands", name.text);
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, message).help("write the best first, as in `good \"Good\" >= 75%`"),
            );
        }
        let mut edges = Vec::new();
        let mut otherwise: Option<Span> = None;
        for band in &verdict.bands {
            if let (Some(always), true) = (otherwise, band.when.is_some()) {
                self.report(
                    Diagnostic::new(&codes::UNREACHABLE_BAND, band.span, format!("the band `{}` is never reached", band.name.text))
                        .related(always, "this holds for every score left")
                        .help("put it before `otherwise`, or leave out when it is reached, so that only a gate leads there"),
                );
            }
            let edge = match &band.when {
                None => Edge::OnlyGated,
                Some(BandWhen::Otherwise(span)) => {
                    otherwise.get_or_insert(*span);
                    Edge::Otherwise
                }
                Some(BandWhen::When(condition)) => {
                    let condition_typed = self.condition(condition, "after `when`");
                    if verdict.on.is_some() {
                        let finding = Diagnostic::new(&codes::UNKNOWN_CLAUSE, condition.span, "a verdict on a scorecard has no `when`")
                            .help("write the least score of the band, as in `>= 60%`, or leave out `on` and its scorecard");
                        self.report(finding);
                        Edge::Broken
                    } else if is_broken(&condition_typed) {
                        Edge::Broken
                    } else {
                        Edge::When(condition_typed)
                    }
                }
                Some(BandWhen::Test(test)) => self.edge(verdict, band, test),
            };
            edges.push(edge);
        }
        if otherwise.is_none() && !verdict.bands.is_empty() {
            let left = if verdict.on.is_some() { "a score below all of them" } else { "what none of them holds for" };
            self.report(
                Diagnostic::new(&codes::MISSING_OTHERWISE, name.span, format!("the bands of `{}` have no name for {left}", name.text))
                    .help("end with a band such as `poor \"Poor\" otherwise`"),
            );
        }
        let docs = verdict.bands.iter().map(|band| band.doc.clone()).collect();
        Verdict { head, on, bands: self.bands[id.index()], edges, docs }
    }

    fn edge(&mut self, verdict: &'a ast::Verdict, band: &'a ast::Band, test: &'a ast::Test) -> Edge {
        if verdict.on.is_none() {
            let finding =
                Diagnostic::new(&codes::MISSING_CLAUSE, test.span, "a test of a score stands here, but the verdict is on no scorecard")
                    .help("name it before the bands, as in `on conviction`, or write `when` and a whole condition");
            self.report(finding);
            return Edge::Broken;
        }
        let TestKind::Tail(ast::Tail { kind: TailKind::Compare(Comparison::GreaterOrEqual, least), .. }) = &test.kind else {
            self.report(
                Diagnostic::new(
                    &codes::BANDS_OUT_OF_ORDER,
                    test.span,
                    format!("expected the least score of the band `{}`", band.name.text),
                )
                .help("bands run from the best down, each with its least score as in `>= 60%`, and the last says `otherwise`"),
            );
            return Edge::Broken;
        };
        let typed = self.typed(least, Type::Percent, "for the least score of a band");
        let typed = self.constant(typed, "the least score of a band");
        if is_broken(&typed) { Edge::Broken } else { Edge::AtLeast(typed) }
    }

    /// The scorecard that a path names.
    pub(super) fn scorecard(&mut self, path: &'a ast::Path, place: &str) -> Option<(crate::policy::ScorecardId, usize)> {
        let found = self.path(path, Expected::Nothing);
        match found.kind {
            ExprKind::Score(id) => {
                let definition =
                    self.definitions.iter().position(|definition| matches!(definition.kind, Kind::Scorecard(other, _) if other == id))?;
                Some((id, definition))
            }
            ExprKind::Broken => None,
            _ => {
                let what = match found.kind {
                    ExprKind::Check(_) => "a check",
                    ExprKind::Points(_) => "an item of a scorecard",
                    ExprKind::Gate(_) => "a gate",
                    ExprKind::Band(_) => "a verdict",
                    ExprKind::Let(_) => "a `let`",
                    ExprKind::Param(_) => "a parameter",
                    _ => "a fact",
                };
                let message = format!("expected a scorecard {place}, found `{}`, {what}", self.written(path));
                self.report(Diagnostic::new(&codes::WRONG_TYPE, path.span, message));
                None
            }
        }
    }
}
