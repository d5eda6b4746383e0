//! Items, cards and their clauses.

use super::super::ast::{
    Band, BandWhen, Card, Check, Clauses, Context, Expr, Field, Function, Gate, Grade, Head, HitPolicy, Include, Item, Knot, Let, Measure,
    Name, Param, Path, Profile, Protocol, Provision, Ramp, Row, RowWhen, Rulebook, Scorecard, Setting, Subject, Template, Text, TypeExpr,
    TypeItem, TypeKind, Verdict,
};
use super::super::grammar::{Node, Rule};
use super::Builder;
use super::tables::Lines;
use super::trials::Steps;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::Quantity;

/// What a block belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum BlockKind {
    /// Fields of a subject, context or record.
    Fields,
    /// Cards of a scorecard.
    Cards,
    /// Bands of a verdict.
    Bands,
    /// Clauses of a check.
    Check,
    /// Clauses and rows of a grade.
    Grade,
    /// Clauses and knots of a ramp.
    Ramp,
    /// Clauses of a measure.
    Measure,
    /// Clauses of an include.
    Include,
    /// Clauses of a gate.
    Gate,
    /// Functions of a script.
    Functions,
    /// Steps of a test.
    Steps,
    /// Limits, triggers and reviews of a protocol.
    Protocol,
    /// Clauses of a limit.
    Limit,
    /// Clauses of a trigger.
    Trigger,
    /// Clauses of a review.
    Review,
    /// Lines of a table.
    Table,
    /// Settings of a profile.
    Profile,
}

impl BlockKind {
    /// With its article.
    pub fn noun(self) -> &'static str {
        match self {
            BlockKind::Fields => "a group of fields",
            BlockKind::Cards => "a scorecard",
            BlockKind::Bands => "a verdict",
            BlockKind::Check => "a check",
            BlockKind::Grade => "a grade",
            BlockKind::Ramp => "a ramp",
            BlockKind::Measure => "a measure",
            BlockKind::Include => "an include",
            BlockKind::Gate => "a gate",
            BlockKind::Functions => "a script",
            BlockKind::Steps => "a test",
            BlockKind::Protocol => "a protocol",
            BlockKind::Limit => "a limit",
            BlockKind::Trigger => "a trigger",
            BlockKind::Review => "a review",
            BlockKind::Table => "a table",
            BlockKind::Profile => "a profile",
        }
    }
}

/// What a block was found to hold. Which parts are used depends on its kind.
#[derive(Default)]
pub(in super::super) struct Parts {
    /// Fields.
    pub fields: Vec<Field>,
    /// Cards.
    pub cards: Vec<Card>,
    /// Bands.
    pub bands: Vec<Band>,
    /// Functions of a script.
    pub functions: Vec<Function>,
    /// Rows.
    pub rows: Vec<Row>,
    /// Knots.
    pub knots: Vec<Knot>,
    /// Clauses that any judged item may have.
    pub clauses: Clauses,
    /// `passes when`
    pub passes: Option<Expr>,
    /// `when`
    pub when: Option<Expr>,
    /// `at most`
    pub at_most: Option<Path>,
    /// Steps of a test.
    pub steps: Steps,
    /// `do`
    pub action: Option<Template>,
    /// Limits, triggers and reviews.
    pub provisions: Vec<Provision>,
    /// The lines of a table.
    pub table: Lines,
    /// `never waived`
    pub never_waived: Option<Span>,
    /// Settings.
    pub settings: Vec<Setting>,
    /// The clauses seen, for those that stand twice.
    seen: Vec<(&'static str, Span)>,
}

/// A title or name with what stands between it and the block.
#[derive(Default)]
pub(in super::super) struct Opening {
    pub(super) name: Option<Name>,
    pub(super) title: Option<Text>,
    worth: Option<Expr>,
    pub(super) on: Option<Expr>,
    path: Option<Path>,
    pub(super) ty: Option<TypeExpr>,
    pub(super) every: Option<(Quantity, Span)>,
    optional: Option<Span>,
    hit: Option<(HitPolicy, Span)>,
}

impl Opening {
    /// One of which only the title could be read.
    pub fn titled(title: Option<Text>) -> Opening {
        Opening { title, ..Opening::default() }
    }

    /// One of which only name and title could be read.
    pub fn of(name: Name, title: Option<Text>) -> Opening {
        Opening { name: Some(name), title, ..Opening::default() }
    }

    /// One of an include of which only the path could be read.
    pub fn of_path(path: Path) -> Opening {
        Opening { path: Some(path), ..Opening::default() }
    }
}

impl Builder<'_> {
    /// A whole file.
    pub(in super::super) fn file(&mut self, node: Node<'_>, book: &mut Rulebook) {
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::header => self.header(part, book),
                Rule::EOI => {}
                _ => book.items.extend(self.item(part)),
            }
        }
    }

    /// The header.
    pub(in super::super) fn header(&mut self, node: Node<'_>, book: &mut Rulebook) {
        book.doc = self.documentation(self.base + node.as_span().start());
        let mut version_follows = false;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => book.name = Some(self.name(&part)),
                Rule::version_word => version_follows = true,
                Rule::text if version_follows => book.version = Some(self.plain_text(&part)),
                Rule::text => book.title = Some(self.plain_text(&part)),
                Rule::uses => self.uses(part, book),
                _ => {}
            }
        }
    }

    /// The names of rulebooks used.
    pub(in super::super) fn uses(&mut self, node: Node<'_>, book: &mut Rulebook) {
        let names = super::all_of(node, Rule::name);
        book.uses.extend(names.iter().map(|name| self.name(name)));
    }

    /// One item.
    pub(in super::super) fn item(&mut self, node: Node<'_>) -> Option<Item> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let rule = node.as_rule();
        let mut opening = Opening::default();
        let mut parts = Parts::default();
        let (mut ty, mut value) = (None, None);
        for part in node.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::subject_head
                | Rule::context_head
                | Rule::type_head
                | Rule::param_head
                | Rule::let_head
                | Rule::scorecard_head
                | Rule::gate_head
                | Rule::table_head
                | Rule::verdict_head
                | Rule::protocol_head
                | Rule::profile_head
                | Rule::script_head
                | Rule::trial_head => opening = self.opening(part),
                Rule::record if rule == Rule::subject => parts.fields = self.fields(part),
                Rule::record => ty = Some(TypeExpr { kind: TypeKind::Record(self.fields(part)), bounds: Vec::new(), span: place }),
                Rule::type_expression => ty = Some(self.type_expression(part)),
                Rule::data => value = Some(self.data(part)),
                Rule::expression => value = Some(self.expression(part)),
                Rule::open_block | Rule::close_block | Rule::colon | Rule::equals => {}
                _ => {
                    let kind = match rule {
                        Rule::scorecard => BlockKind::Cards,
                        Rule::verdict => BlockKind::Bands,
                        Rule::script => BlockKind::Functions,
                        Rule::trial => BlockKind::Steps,
                        Rule::protocol => BlockKind::Protocol,
                        Rule::table => BlockKind::Table,
                        Rule::profile => BlockKind::Profile,
                        _ => BlockKind::Gate,
                    };
                    self.entry(kind, part, &mut parts);
                }
            }
        }
        self.assembled_item(rule, opening, doc, span, parts, ty, value)
    }

    /// An item from its parts. What is missing for a mistake elsewhere is `Broken`.
    #[allow(clippy::too_many_arguments)]
    pub(in super::super) fn assembled_item(
        &mut self,
        rule: Rule,
        opening: Opening,
        doc: String,
        span: Span,
        parts: Parts,
        ty: Option<TypeExpr>,
        value: Option<Expr>,
    ) -> Option<Item> {
        if rule == Rule::script {
            return Some(Self::assembled_script(opening.title?, parts.functions, doc, span));
        }
        if rule == Rule::trial {
            return self.assembled_trial(opening, doc, span, parts);
        }
        let head = Head { name: opening.name?, title: opening.title, doc, span };
        Some(match rule {
            Rule::subject => Item::Subject(Subject { head, fields: parts.fields }),
            Rule::context => Item::Context(Context { head, optional: opening.optional, ty: ty.unwrap_or_else(|| self.broken_type(span)) }),
            Rule::type_item => Item::Type(TypeItem { head, ty: ty.unwrap_or_else(|| self.broken_type(span)) }),
            Rule::param => Item::Param(Param {
                head,
                ty: ty.unwrap_or_else(|| self.broken_type(span)),
                value: value.unwrap_or_else(|| self.broken(span)),
            }),
            Rule::let_item => Item::Let(Let { head, ty, value: value.unwrap_or_else(|| self.broken(span)) }),
            Rule::scorecard => Item::Scorecard(Scorecard { head, cards: parts.cards }),
            Rule::gate => Item::Gate(Gate {
                head,
                when: parts.when,
                at_most: parts.at_most,
                never_waived: parts.never_waived,
                clauses: parts.clauses,
            }),
            Rule::verdict => Item::Verdict(Verdict { head, on: opening.path, bands: parts.bands }),
            Rule::protocol => Item::Protocol(Protocol { head, provisions: parts.provisions }),
            Rule::table => Item::Table(parts.table.table(head, opening.hit)),
            Rule::profile => Item::Profile(Profile { head, settings: parts.settings }),
            _ => return None,
        })
    }

    /// What stands before a block: name, title, points, what is looked at.
    pub(in super::super) fn opening(&mut self, node: Node<'_>) -> Opening {
        let mut opening = Opening::default();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => opening.name = Some(self.name(&part)),
                Rule::text => opening.title = Some(self.plain_text(&part)),
                Rule::worth => {
                    let points = part.into_inner().find(|inner| inner.as_rule() == Rule::points);
                    opening.worth = points.map(|points| self.points(points));
                }
                Rule::expression => opening.on = Some(self.expression(part)),
                Rule::hit_policy => opening.hit = Some(self.hit_policy(part)),
                Rule::path => opening.path = Some(self.path(part)),
                Rule::type_expression => opening.ty = Some(self.type_expression(part)),
                Rule::numeral => opening.every = self.quantity(&part).map(|every| (every, self.span(&part))),
                Rule::optional_word => opening.optional = Some(self.span(&part)),
                _ => {}
            }
        }
        opening
    }

    /// Whatever may stand in a block of a kind.
    pub(in super::super) fn entry(&mut self, kind: BlockKind, node: Node<'_>, parts: &mut Parts) {
        match node.as_rule() {
            Rule::field => parts.fields.extend(self.field(node)),
            Rule::check | Rule::grade | Rule::ramp | Rule::measure | Rule::include => parts.cards.extend(self.card(node)),
            Rule::limit | Rule::trigger | Rule::review => parts.provisions.extend(self.provision(node)),
            Rule::band => parts.bands.extend(self.band(node)),
            Rule::function => parts.functions.extend(self.function(node)),
            Rule::row => parts.rows.extend(self.row(node)),
            Rule::knot => parts.knots.extend(self.knot(node)),
            Rule::given | Rule::with | Rule::on_day | Rule::with_profile | Rule::with_waivers | Rule::expect => {
                self.step(node, &mut parts.steps);
            }
            Rule::table_line => self.table_line(node, &mut parts.table),
            Rule::setting => parts.settings.extend(self.setting(node)),
            _ => self.clause(kind, node, parts),
        }
    }

    fn card(&mut self, node: Node<'_>) -> Option<Card> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let rule = node.as_rule();
        let mut opening = Opening::default();
        let mut parts = Parts::default();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::check_head | Rule::grade_head | Rule::ramp_head | Rule::measure_head | Rule::include_head => {
                    opening = self.opening(part)
                }
                Rule::open_block | Rule::close_block => {}
                _ => self.entry(card_kind(rule), part, &mut parts),
            }
        }
        self.assembled_card(rule, opening, doc, span, parts)
    }

    /// A card from its parts. What is missing for a mistake elsewhere is `Broken`.
    pub(in super::super) fn assembled_card(&mut self, rule: Rule, opening: Opening, doc: String, span: Span, parts: Parts) -> Option<Card> {
        let worth = opening.worth.unwrap_or_else(|| self.broken(span));
        if rule == Rule::include {
            return Some(Card::Include(Include { path: opening.path?, worth, doc, clauses: parts.clauses, span }));
        }
        let head = Head { name: opening.name?, title: opening.title, doc, span };
        let clauses = parts.clauses;
        Some(match rule {
            Rule::check => Card::Check(Check { head, worth, passes: parts.passes, clauses }),
            Rule::grade => Card::Grade(Grade { head, on: opening.on, rows: parts.rows, clauses }),
            Rule::ramp => Card::Ramp(Ramp { head, on: opening.on.unwrap_or_else(|| self.broken(span)), knots: parts.knots, clauses }),
            Rule::measure => Card::Measure(Measure { head, worth, value: opening.on.unwrap_or_else(|| self.broken(span)), clauses }),
            _ => return None,
        })
    }

    fn band(&mut self, node: Node<'_>) -> Option<Band> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let (mut name, mut title, mut when) = (None, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.plain_text(&part)),
                Rule::otherwise_word => when = Some(BandWhen::Otherwise(self.span(&part))),
                Rule::expression => when = Some(BandWhen::When(self.expression(part))),
                Rule::band_test => when = self.test(part).map(BandWhen::Test),
                _ => {}
            }
        }
        Some(Band { name: name?, title, doc, when, span })
    }

    fn row(&mut self, node: Node<'_>) -> Option<Row> {
        let span = self.span(&node);
        let (mut when, mut points, mut label) = (None, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::otherwise_word => when = Some(RowWhen::Otherwise(self.span(&part))),
                Rule::expression => when = Some(RowWhen::When(self.expression(part))),
                Rule::test => when = self.test(part).map(RowWhen::Test),
                Rule::points => points = Some(self.points(part)),
                Rule::label => label = self.label(part),
                _ => {}
            }
        }
        Some(Row { when: when?, points: points?, label, span })
    }

    fn knot(&mut self, node: Node<'_>) -> Option<Knot> {
        let span = self.span(&node);
        let (mut at, mut points, mut label) = (None, None, None);
        let mut sign: Option<Span> = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::minus => sign = Some(self.span(&part)),
                Rule::numeral => {
                    let value = self.primary(part);
                    at = Some(match sign.take() {
                        Some(sign) => {
                            let span = sign.to(value.span);
                            Expr { kind: super::ExprKind::Negate(Box::new(value)), span }
                        }
                        None => value,
                    });
                }
                Rule::points => points = Some(self.points(part)),
                Rule::label => label = self.label(part),
                _ => {}
            }
        }
        Some(Knot { at: at?, points: points?, label, span })
    }

    fn setting(&mut self, node: Node<'_>) -> Option<Setting> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let (mut path, mut value) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::path => path = Some(self.path(part)),
                Rule::data => value = Some(self.data(part)),
                _ => {}
            }
        }
        Some(Setting { path: path?, value: value?, doc, span })
    }

    fn label(&mut self, node: Node<'_>) -> Option<Template> {
        let text = node.into_inner().find(|part| part.as_rule() == Rule::text)?;
        Some(self.template(&text))
    }

    fn clause(&mut self, kind: BlockKind, node: Node<'_>, parts: &mut Parts) {
        let rule = node.as_rule();
        let Some(words) = clause_words(rule) else { return };
        let start = self.base + node.as_span().start();
        let place = self.place(start, start + words.len().min(node.as_str().len()));
        if !clause_fits(kind, rule) {
            let finding = Diagnostic::new(&codes::UNKNOWN_CLAUSE, place, format!("{} has no `{words}`", kind.noun()));
            self.report(finding.help(clause_advice(kind, rule)));
            return;
        }
        if let Some((_, first)) = parts.seen.iter().find(|(seen, _)| *seen == words) {
            let finding =
                Diagnostic::new(&codes::UNKNOWN_CLAUSE, place, format!("{} has one `{words}`, and this is the second", kind.noun()));
            self.report(finding.related(*first, "the first").help(second_clause_advice(rule)));
            return;
        }
        parts.seen.push((words, place));
        if rule == Rule::never_waived {
            parts.never_waived = Some(place);
        }
        for part in node.into_inner() {
            match (rule, part.as_rule()) {
                (Rule::passes, Rule::expression) => parts.passes = Some(self.expression(part)),
                (Rule::fires, Rule::expression) => parts.when = Some(self.expression(part)),
                (Rule::applies, Rule::expression) => parts.clauses.applies = Some(self.expression(part)),
                (Rule::at_most, Rule::path) => parts.at_most = Some(self.path(part)),
                (Rule::action, Rule::text) => parts.action = Some(self.template(&part)),
                (Rule::because, Rule::text) => parts.clauses.because = Some(self.template(&part)),
                (Rule::ask, Rule::text) => parts.clauses.ask = Some(self.template(&part)),
                (Rule::remedy, Rule::text) => parts.clauses.remedy = Some(self.template(&part)),
                (Rule::cite, Rule::text) => parts.clauses.cite = Some(self.template(&part)),
                (Rule::effective, Rule::numeral) if parts.clauses.from.is_none() => parts.clauses.from = Some(self.primary(part)),
                (Rule::effective | Rule::until, Rule::numeral) => self.until(kind, part, parts),
                _ => {}
            }
        }
    }

    /// The day after `until`, which may stand behind `effective from` or by itself.
    fn until(&mut self, kind: BlockKind, node: Node<'_>, parts: &mut Parts) {
        let day = self.primary(node);
        match &parts.clauses.until {
            None => parts.clauses.until = Some(day),
            Some(first) => {
                let message = format!("{} has one `until`, and this is the second", kind.noun());
                let finding = Diagnostic::new(&codes::UNKNOWN_CLAUSE, day.span, message);
                let finding = finding.related(first.span, "the first").help(second_clause_advice(Rule::until));
                self.report(finding);
            }
        }
    }

    /// Notes that a clause stands there although it could not be read, so that nothing says it is missing.
    pub(in super::super) fn broken_clause(&mut self, word: &str, span: Span, parts: &mut Parts) {
        match word {
            "passes" => parts.passes = Some(self.broken(span)),
            "when" => parts.when = Some(self.broken(span)),
            "do" => parts.action = Some(Template { pieces: Vec::new(), span }),
            "applies" => parts.clauses.applies = Some(self.broken(span)),
            _ => {}
        }
    }
}

/// What kind of block a card has.
pub(in super::super) fn card_kind(rule: Rule) -> BlockKind {
    match rule {
        Rule::check => BlockKind::Check,
        Rule::grade => BlockKind::Grade,
        Rule::ramp => BlockKind::Ramp,
        Rule::measure => BlockKind::Measure,
        _ => BlockKind::Include,
    }
}

fn clause_words(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::passes => "passes when",
        Rule::fires => "when",
        Rule::at_most => "at most",
        Rule::action => "do",
        Rule::applies => "applies when",
        Rule::because => "because",
        Rule::ask => "ask",
        Rule::remedy => "remedy",
        Rule::cite => "cite",
        Rule::effective => "effective from",
        Rule::until => "until",
        Rule::never_waived => "never waived",
        _ => return None,
    })
}

fn clause_fits(kind: BlockKind, rule: Rule) -> bool {
    match rule {
        Rule::passes => kind == BlockKind::Check,
        Rule::fires => matches!(kind, BlockKind::Gate | BlockKind::Trigger),
        Rule::at_most | Rule::never_waived => kind == BlockKind::Gate,
        Rule::action => kind == BlockKind::Trigger,
        Rule::effective | Rule::until => !matches!(kind, BlockKind::Limit | BlockKind::Trigger | BlockKind::Review),
        _ => true,
    }
}

/// What to write instead of a clause that does not fit.
fn clause_advice(kind: BlockKind, rule: Rule) -> &'static str {
    match (kind, rule) {
        (BlockKind::Check, Rule::fires) => "write `passes when` for the condition of a check, or `applies when` for when it counts at all",
        (_, Rule::fires) => "write `applies when` for the condition under which the item counts",
        (BlockKind::Limit, Rule::at_most) => "the most is what stands behind the `=` of a limit",
        (BlockKind::Trigger, Rule::passes) => "write `when` for the condition under which a trigger fires",
        (_, Rule::effective | Rule::until) => "write `applies when today >= …` for the days on which it counts",
        (_, Rule::action) => "only a trigger says what to do; write `remedy` for what would mend it",
        (BlockKind::Gate, Rule::passes) => "write `when` for the condition under which a gate fires",
        (BlockKind::Grade, Rule::passes) => "a grade gives points by rows such as `when CONDITION -> POINTS`; a check passes or fails",
        (_, Rule::passes) => "only a check passes or fails; write `applies when` for the condition under which the item counts",
        (_, Rule::at_most) => "only a gate caps a verdict's band",
        (_, Rule::never_waived) => "only a gate can be lifted by a waiver; a waiver of anything else changes nothing",
        _ => "leave it out",
    }
}

fn second_clause_advice(rule: Rule) -> &'static str {
    match rule {
        Rule::passes | Rule::fires | Rule::applies => "join the two conditions by `and` or `or`",
        _ => "keep one of them",
    }
}
