//! For a comment on a pull request: how it stands, a table of the projects, and what speaks against each, folded away. Its first line is a mark by which a pipeline
//! finds its comment again.
//!
//! The standing comes first and is known last, so the rest waits for it; no more waits than a comment can hold. Those that stand worst are kept before others.

mod checks;
mod project;

use super::{Checked, Closing, Form, Stopped};
use crate::diagnostic::counted;
use crate::report::markdown::{Page, code, fenced, opening, sentence, text};
use crate::report::text::shortened;
use crate::report::{CLOSING, Layout, Run, Tested, findings, human, summary};
use crate::requirements::{Judged, Outcome};
use crate::verdict::{Requirement, State};

/// By this a pipeline finds its comment again.
const MARKER: &str = "<!-- plumb -->";
/// The most that a comment may hold on GitHub. It counts characters; bytes are never fewer.
const LIMIT: usize = 65_536;
/// What is kept free for the sentences that say what was left out.
const RESERVE: usize = 1_000;
/// The most of what was found of the run as a whole.
const FINDINGS: usize = 10_000;
/// The most of a title in a table.
const TITLE: usize = 120;

#[derive(Default)]
pub(super) struct Markdown {
    /// By standing, the worst first.
    shelves: [Shelf; 4],
    states: Vec<Option<State>>,
    unjudged: usize,
    /// Only the table.
    brief: bool,
}

impl Markdown {
    pub(super) fn new(brief: bool) -> Markdown {
        Markdown { brief, ..Markdown::default() }
    }
}

/// What projects of one standing have to show, as far as a comment could hold it.
#[derive(Default)]
struct Shelf {
    rows: Kept,
    details: Kept,
}

/// Texts up to the limit, and how many more there were.
#[derive(Default)]
struct Kept {
    texts: Vec<String>,
    bytes: usize,
    left_out: usize,
}

impl Kept {
    fn keep(&mut self, text: String) {
        if self.bytes + text.len() > LIMIT {
            self.left_out += 1;
            return;
        }
        self.bytes += text.len();
        self.texts.push(text);
    }
}

impl Form for Markdown {
    fn begin(&mut self, _: &Run<'_>) -> String {
        String::new()
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(..) if self.brief => String::new(),
            Outcome::Judged(explanation, standing) => project::details(run, explanation, *standing),
            Outcome::Rejected(found) => unjudged(&judged.file, "has errors", &findings::findings(found, &judged.sources, Layout::PLAIN)),
            Outcome::Unreadable(why) => unjudged(&judged.file, "can't be read", why),
        }
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        let shelf = &mut self.shelves[shelf_of(judged.standing())];
        match &judged.outcome {
            Outcome::Judged(explanation, standing) => {
                self.states.push(explanation.verdicts.first().map(|verdict| verdict.state));
                shelf.rows.keep(project::rows(explanation, *standing));
            }
            Outcome::Rejected(_) | Outcome::Unreadable(_) => {
                self.unjudged += 1;
                let file = code(&shortened(&judged.file, TITLE));
                shelf.rows.keep(format!("| {file} |  | not judged |  | {} |\n", standing_word(Requirement::Faulted)));
            }
        }
        shelf.details.keep(piece);
        String::new()
    }

    fn end(&mut self, run: &Run<'_>, closing: &Closing<'_>) -> String {
        let shelves = std::mem::take(&mut self.shelves);
        // As where only what a branch touched is judged, and it touched nothing.
        let is_empty = self.states.is_empty() && self.unjudged == 0;
        let total = summary::total(self.states.iter().copied(), self.unjudged);
        let mut page = Page::new(MARKER, if is_empty { "There was no project to judge" } else { &total });
        page.line(&format!("\n**{}**", headline(closing.standing)));
        if let Some((message, help)) = closing.trouble {
            page.line(&format!("\n{}", trouble(message, help)));
        }
        if let Some((found, sources)) = closing.findings {
            page.line(&format!("\n{}", fenced(&shortened(&findings::findings(found, sources, Layout::PLAIN), FINDINGS))));
        }
        let mut foot = Page::default();
        foot.line(&format!("\n<sub>{}</sub>", text(&human::basis(run).plain())));
        foot.line(&format!("\n<sub>{CLOSING}</sub>"));

        if is_empty {
            return page.text + &foot.text;
        }
        page.table(&["Project", "Verdict", "Outcome", "Score", "Requirements"]);
        let room = LIMIT - RESERVE - foot.text.len();
        // However many rows there are, some details stand below them.
        let left_out = page.fill(shelves.iter().map(|shelf| &shelf.rows), page.text.len() + (room - page.text.len().min(room)) / 2);
        if left_out > 0 {
            page.line(&format!("\nLeft out of this table: {}, which stand no worse.", counted(left_out, "more project")));
        }
        let left_out = page.fill(shelves.iter().map(|shelf| &shelf.details), room);
        if left_out > 0 {
            let details = if left_out == 1 { "The details of 1 project are" } else { &format!("The details of {left_out} projects are") };
            page.line(&format!("\n{details} left out: a comment holds {LIMIT} characters. `--format json` has them all."));
        }
        page.text + &foot.text
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        checks::checked(checked)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        checks::tested(tested)
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => {
                let mut page = Page::new(MARKER, "It could not be run");
                page.line(&format!("\n{}", trouble(message, *help)));
                page.text
            }
            Stopped::Findings(found, sources) => checks::found("It could not be run", found, sources),
        }
    }
}

impl Page {
    /// Adds texts as long as the page stays below a size, and says how many it leaves out.
    fn fill<'k>(&mut self, kept: impl Iterator<Item = &'k Kept>, most: usize) -> usize {
        let mut left_out = 0;
        for kept in kept {
            left_out += kept.left_out;
            for text in &kept.texts {
                match self.text.len() + text.len() <= most {
                    true => self.text.push_str(text),
                    false => left_out += 1,
                }
            }
        }
        left_out
    }
}

/// The page of a sheet without a judgement.
fn unjudged(file: &str, what: &str, why: &str) -> String {
    let mut page = Page::default();
    page.details(&format!("{} {what}, so it was not judged", shortened(file, TITLE)), |page| page.line(&format!("\n{}", fenced(why))));
    page.text
}

fn trouble(message: &str, help: Option<&str>) -> String {
    let message = opening(&sentence(&format!("{}.", message.trim_end_matches('.'))));
    help.map_or(message.clone(), |help| format!("{message}<br>{}", sentence(help)))
}

fn shelf_of(standing: Requirement) -> usize {
    match standing {
        Requirement::Faulted => 0,
        Requirement::NotMet => 1,
        Requirement::Undecided => 2,
        Requirement::Met => 3,
    }
}

fn headline(standing: Requirement) -> &'static str {
    match standing {
        Requirement::Met => "Nothing that was asked for is missed.",
        Requirement::NotMet => "What was asked for is not met.",
        Requirement::Undecided => "The evidence leaves open whether what was asked for is met.",
        Requirement::Faulted => "Not everything could be judged.",
    }
}

/// How one project stands to what was asked.
fn standing_word(standing: Requirement) -> &'static str {
    match standing {
        Requirement::Met => "met",
        Requirement::NotMet => "**not met**",
        Requirement::Undecided => "open",
        Requirement::Faulted => "**not answered**",
    }
}
