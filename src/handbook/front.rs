//! The title page: what the document describes, as of when, and who approved it; and how it is to be read.

use super::names::{book_anchor, is_titled, named};
use super::prose::{Block, Grid, Prose, joined};
use super::writer::Writer;
use crate::diagnostic::{counted, listed};
use crate::policy::RulebookInfo;
use crate::program::Origin;
use crate::value::civil_date;

impl Writer<'_> {
    /// The title of the policy, which is that of its main rulebook.
    pub fn title(&self) -> String {
        let main = self.material.policy.rulebooks.iter().rfind(|book| !book.tests);
        self.material.only.or(main).map_or_else(|| "Rules".into(), |book| book.title.clone())
    }

    pub fn front(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Paragraph(self.stated())];
        if let Some(only) = self.material.only {
            let words =
                format!("This document is restricted to the rulebook “{}”, with the facts and parameters that its rules read.", only.title);
            blocks.push(Block::Paragraph(Prose::of(words)));
        }
        blocks.push(Block::Table(self.books()));
        let counts = self.counts();
        if !counts.is_empty() {
            blocks.push(Block::Paragraph(Prose::of(format!("It describes {}. {}", listed(&counts, "and"), self.tested()))));
        }
        blocks.push(Block::Particulars(vec![
            ("The text counts", vec![Prose::of(
                "Each rule is described in words, with its text as the rule files have it beside it. Where the two seem to differ, the text counts.",
            )]),
            ("Missing evidence", vec![Prose::of(
                "Whatever is not known may be anything that its bounds allow. So every score has a floor, which the evidence proves, and a ceiling, which it does \
                 not rule out. A verdict is decided when both lead to the same band, and open otherwise.",
            )]),
            ("Points and gates", vec![Prose::of(
                "A score is the points earned, out of the points of all items that apply. A gate moves no points: it holds a verdict at a band or below, \
                 whatever the score.",
            )]),
            ("Names", vec![Prose::of("What is set ").code("like this").words(" stands so in the rule files and on fact sheets.")]),
        ]));
        blocks.push(Block::Blanks(vec!["Read and approved by", "Position", "Date", "Signature"]));
        blocks
    }

    /// As of which day, under which profile, and with which parameters set.
    fn stated(&self) -> Prose {
        let program = self.tongue.program;
        let mut prose = Prose::of(format!("The rules as they stand on {}, ", civil_date(program.today)));
        prose = match &program.profile {
            Some(head) if is_titled(head) => prose.words(format!("under the profile “{}” (", head.title)).and(named(head)).words(")"),
            Some(head) => prose.words("under the profile ").and(named(head)),
            None if self.tongue.policy.profiles.is_empty() => prose.words("in force for every judgement"),
            None => prose.words("under no profile"),
        };
        let set = program.params.iter().filter(|param| matches!(param.origin, Origin::Outside(_)));
        let set: Vec<Prose> =
            set.map(|param| named(&param.head).words(" = ").and(self.speaker().constant(&param.value, param.ty))).collect();
        if set.is_empty() { prose.words(".") } else { prose.words(", with ").and(joined(set, "and")).words(" set from outside.") }
    }

    /// The rulebooks, with their versions.
    fn books(&self) -> Grid {
        let mut grid = Grid::new("Rulebooks", &["Rulebook", "Name", "Version", "File"]);
        let books: Vec<&RulebookInfo> = super::books(self.material);
        for book in books {
            let version = book.version.clone().unwrap_or_else(|| "none given".into());
            let file = self.tongue.sources.name(book.file);
            grid.row(vec![
                Prose::new().link(book_anchor(&book.name), &book.title),
                Prose::new().code(&book.name),
                Prose::of(version),
                Prose::new().code(file),
            ]);
        }
        grid
    }

    /// How the tests came out, in a sentence.
    fn tested(&self) -> String {
        let outcomes = self.material.outcomes;
        let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
        match (outcomes.len(), failed) {
            (0, _) => "The rules have no tests.".into(),
            (1, 0) => "The rules have 1 test, which passes.".into(),
            (all, 0) => format!("The rules have {all} tests, all of which pass."),
            (all, failed) => {
                format!("Of the {} of the rules, {failed} {}.", counted(all, "test"), if failed == 1 { "fails" } else { "fail" })
            }
        }
    }
}
