//! Scorecards and what earns points in them.

use super::names::{is_titled, named, rule_anchor, titled};
use super::prose::{Block, Grid, Line, LineKnot, Prose};
use super::words::Speaker;
use super::writer::{Writer, clause, remarks};
use super::{Entry, Section};
use crate::policy::{Body, Expr, Knot, Row, RowWhen};
use crate::program;
use crate::trials::Owner;
use crate::value::{Fraction, show_fraction_percent, show_fraction_points, show_number};

impl Writer<'_> {
    /// A scorecard: its items with their shares, and then each in words.
    pub fn scorecard(&self, index: usize) -> Section {
        let (card, lowered) = (&self.tongue.policy.scorecards[index], &self.tongue.program.scorecards[index]);
        let mut blocks = remarks(&card.head.doc);
        let items = lowered.items.len();
        let of_items = if items == 1 { "its one item".to_string() } else { format!("its {items} items") };
        let whole = show_fraction_points(&lowered.worth);
        blocks.push(Block::Paragraph(
            Prose::of("Scorecard ").code(&card.head.code).words(", in ").code(self.tongue.sources.address(card.head.name_span)).words(
                format!(". The score is the points earned by {of_items}, out of {whole}; what does not apply is taken out of both."),
            ),
        ));
        let mut grid = Grid::new(format!("What counts in “{}”", card.head.title), &["Item", "Kind", "Worth", "Share"]);
        for id in &card.items {
            let (item, of) = (&self.tongue.policy.items[id.index()], &self.tongue.program.items[id.index()]);
            let share = match lowered.items.contains(id) {
                true => share(&of.worth, &lowered.worth),
                false => "not in force".into(),
            };
            let name = Prose::new().link(rule_anchor(&item.head), &item.head.title);
            grid.row(vec![name, Prose::of(kind(&item.body)), Prose::of(show_fraction_points(&of.worth)), Prose::of(share)]);
        }
        blocks.push(Block::Table(grid));
        let entries = card.items.iter().map(|id| self.item(id.index())).collect();
        let title =
            if is_titled(&card.head) { format!("Scorecard: {}", card.head.title) } else { format!("Scorecard {}", card.head.title) };
        Section { anchor: rule_anchor(&card.head), title, blocks, entries }
    }

    fn item(&self, index: usize) -> Entry {
        let (item, lowered) = (&self.tongue.policy.items[index], &self.tongue.program.items[index]);
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&item.head.doc);
        blocks.push(Block::Paragraph(self.worth(index)));
        blocks.extend(self.term(item.term));
        blocks.extend(self.applies(speaker, item.applies.as_ref()));
        match (&item.body, &lowered.body) {
            (Body::Check(condition), _) => blocks.push(clause(speaker, "It passes when ", condition)),
            (Body::Grade(operand, rows), program::Body::Grade(_, lowered)) => {
                let points: Vec<&Fraction> = lowered.iter().map(|row| &row.points).collect();
                blocks.extend(self.grade(speaker, operand.as_ref(), rows, &points));
            }
            (Body::Grade(operand, rows), program::Body::GradeWhen(lowered)) => {
                let points: Vec<&Fraction> = lowered.iter().map(|row| &row.points).collect();
                blocks.extend(self.grade(speaker, operand.as_ref(), rows, &points));
            }
            (Body::Ramp(operand, knots), program::Body::Ramp(_, lowered)) => {
                blocks.extend(self.ramp(speaker, &item.head.title, operand, knots, lowered));
            }
            (Body::Measure(expr), _) => {
                let most = show_fraction_points(&lowered.worth);
                let points = Prose::of("Its points are ").and(speaker.value(expr));
                blocks.push(Block::Paragraph(points.words(format!("; never below 0, and never above {most}."))));
            }
            (Body::Include(child), _) => {
                let child = &self.tongue.policy.scorecards[child.index()].head;
                let worth = show_fraction_points(&lowered.worth);
                let points = Prose::of("Its points are the score of ")
                    .and(titled(child))
                    .words(format!(", times {worth}: nothing is rounded on the way."));
                blocks.push(Block::Paragraph(points));
            }
            // The program has the policy's form; only a fault in it could lead here.
            (Body::Grade(..) | Body::Ramp(..), _) => {}
        }
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &item.head, Some(&item.words), Some(Owner::Item(index as u32))));
        self.entry(kind(&item.body), &item.head, blocks)
    }

    /// "A check worth 4 of the 62 points of “Technical viability” (6.5%)."
    fn worth(&self, index: usize) -> Prose {
        let item = &self.tongue.program.items[index];
        let card = &self.tongue.program.scorecards[item.scorecard.index()];
        let what = match &self.tongue.policy.items[index].body {
            Body::Check(_) => "A check worth ",
            Body::Grade(..) => "A grade worth up to ",
            Body::Ramp(..) => "A ramp worth up to ",
            Body::Measure(_) => "A measure worth up to ",
            Body::Include(_) => "A scorecard that counts as one item, worth up to ",
        };
        let worth = show_fraction_points(&item.worth);
        if !self.tongue.program.is_in_force(item.term) {
            let noun = if worth == "1" { "point" } else { "points" };
            return Prose::of(format!("{what}{worth} {noun} of ")).and(titled(&card.head)).words(" when it is in force.");
        }
        let whole = show_fraction_points(&card.worth);
        let of = if whole == worth { format!("{what}all {whole} points of ") } else { format!("{what}{worth} of the {whole} points of ") };
        Prose::of(of).and(titled(&card.head)).words(format!(" ({}).", share(&item.worth, &card.worth)))
    }

    fn grade(&self, speaker: &mut Speaker<'_>, operand: Option<&Expr>, rows: &[Row], points: &[&Fraction]) -> Vec<Block> {
        let lead = match operand {
            Some(operand) => {
                Prose::of("It looks at ").and(speaker.value(operand)).words(". The first row that fits, from the top, gives the points.")
            }
            None => Prose::of("The first row that holds, from the top, gives the points."),
        };
        let labelled = rows.iter().any(|row| row.label.is_some());
        let when = if operand.is_some() { "When it" } else { "When" };
        let columns: &[&str] = if labelled { &[when, "Points", "Said of it"] } else { &[when, "Points"] };
        let mut grid = Grid::new("Points, from the top", columns);
        for (row, points) in rows.iter().zip(points) {
            let when = match (&row.when, operand) {
                (RowWhen::Test(test), Some(operand)) => speaker.test(test, operand.ty),
                (RowWhen::When(condition), _) => speaker.condition(condition),
                (RowWhen::Otherwise | RowWhen::Test(_), _) => Prose::of("otherwise"),
            };
            let mut cells = vec![when, Prose::of(show_fraction_points(points))];
            if labelled {
                cells.push(row.label.as_ref().map(|label| speaker.template(label)).unwrap_or_default());
            }
            grid.row(cells);
        }
        vec![Block::Paragraph(lead), Block::Table(grid)]
    }

    fn ramp(&self, speaker: &mut Speaker<'_>, title: &str, operand: &Expr, knots: &[Knot], lowered: &[program::Knot]) -> Vec<Block> {
        let lead = Prose::of("It looks at ").and(speaker.value(operand));
        let lead = lead.words(
            ". Between two knots the points follow a straight line; below the first and above the last they stay as they are there.",
        );
        let labelled = knots.iter().any(|knot| knot.label.is_some());
        let columns: &[&str] = if labelled { &["At", "Points", "Said of it"] } else { &["At", "Points"] };
        let mut grid = Grid::new("Knots", columns);
        let mut line = Line { title: String::new(), knots: Vec::new() };
        for (knot, lowered) in knots.iter().zip(lowered) {
            let (at, points) = (show_number(lowered.at, operand.ty), show_fraction_points(&lowered.points));
            let mut cells = vec![speaker.value(&knot.at), Prose::of(&points)];
            if labelled {
                cells.push(knot.label.as_ref().map(|label| speaker.template(label)).unwrap_or_default());
            }
            grid.row(cells);
            line.knots.push(LineKnot { at: lowered.at, shown_at: at, points: lowered.points.clone(), shown_points: points });
        }
        let knots: Vec<String> = line.knots.iter().map(|knot| format!("{} points at {}", knot.shown_points, knot.shown_at)).collect();
        line.title = format!("{title}: {}", crate::diagnostic::listed(&knots, "and"));
        vec![Block::Paragraph(lead), Block::Table(grid), Block::Line(line)]
    }

    /// A named value.
    pub fn named_value(&self, index: usize) -> Entry {
        let written = &self.tongue.policy.lets[index];
        let mut speaker = self.speaker();
        let mut blocks = remarks(&written.head.doc);
        blocks.push(self.meaning(&mut speaker, index, ""));
        blocks.extend(self.used_by(&written.head.code));
        blocks.push(self.particulars(&mut speaker, &written.head, None, Some(Owner::Let(index as u32))));
        self.entry("named value", &written.head, blocks)
    }

    /// The rules that name something, by its code.
    fn used_by(&self, code: &str) -> Option<Block> {
        let users: Vec<Prose> = self.readers.users_of(code).map(named).collect();
        (!users.is_empty()).then(|| Block::Paragraph(Prose::of("Used by ").and(super::prose::joined(users, "and")).words(".")))
    }
}

pub(super) fn kind(body: &Body) -> &'static str {
    match body {
        Body::Check(_) => "check",
        Body::Grade(..) => "grade",
        Body::Ramp(..) => "ramp",
        Body::Measure(_) => "measure",
        Body::Include(_) => "scorecard",
    }
}

/// A worth as a share of a whole.
pub(super) fn share(part: &Fraction, whole: &Fraction) -> String {
    part.divide(whole).map_or_else(|| "none".into(), |share| show_fraction_percent(&share, &[]))
}
