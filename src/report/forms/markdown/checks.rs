//! What was found in rules, and what tests came to.

use super::{LIMIT, MARKER, RESERVE};
use crate::diagnostic::{Diagnostic, counted};
use crate::report::forms::Checked;
use crate::report::markdown::{Page, code, fenced, sentence, text};
use crate::report::{Tested, findings, nothing_found, trials};
use crate::source::Sources;
use crate::trials::{Failure, Outcome};

pub(super) fn checked(checked: &Checked<'_>) -> String {
    match checked.findings {
        [] => {
            let mut page = Page::new(MARKER, "Nothing was found in the rules");
            page.line(&format!("\n{}.", text(nothing_found(checked.policy).trim())));
            page.text
        }
        found => self::found("What was found in the rules", found, checked.sources),
    }
}

/// Findings, the errors first.
pub(super) fn found(title: &str, found: &[Diagnostic], sources: &Sources) -> String {
    let mut page = Page::new(MARKER, &format!("{title}: {}", findings::count(found)));
    let (errors, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = found.iter().partition(|finding| finding.is_error());
    let pieces = errors.into_iter().chain(others).map(|finding| {
        let mut piece = Page::default();
        let kind = if finding.is_error() { "error" } else { "warning" };
        let address = sources.address(finding.primary.span);
        piece.details(&format!("{kind}: {} ({address})", finding.message), |page| {
            page.line(&format!("\n{}", fenced(&findings::alone(finding, sources))))
        });
        piece.text
    });
    fill(&mut page, pieces, "finding");
    page.text
}

pub(super) fn tested(tested: &Tested<'_>) -> String {
    let mut page = Page::new(MARKER, &format!("Tests of the rules: {}", trials::count(tested)));
    let failing = tested.outcomes.iter().filter(|outcome| !outcome.failures.is_empty());
    fill(&mut page, failing.map(|outcome| failing_test(tested, outcome)), "failing test");
    if let Some(coverage) = tested.coverage {
        page.line(&format!("\nThe tests reach {} of {}.", coverage.reached, counted(coverage.all, "outcome")));
        page.line("");
        let gaps = coverage.gaps.iter().map(|gap| format!("- {} {} ({})\n", code(&gap.code), sentence(&gap.missing), code(&gap.rule)));
        fill(&mut page, gaps, "unreached outcome");
    }
    if let Some(mutation) = tested.mutation {
        page.line(&format!("\nOf {} of the rules the tests notice {}.", counted(mutation.tried, "alteration"), mutation.noticed));
        page.line("");
        let survivors = mutation.survivors.iter().map(|survivor| {
            let change = &survivor.change;
            format!("- {}: {} into {} ({})\n", code(&survivor.code), code(&change.from), code(&change.to), code(&survivor.rule))
        });
        fill(&mut page, survivors, "unnoticed alteration");
    }
    page.text
}

fn failing_test(tested: &Tested<'_>, outcome: &Outcome) -> String {
    let trial = tested.trial(outcome);
    let mut page = Page::default();
    page.details(&format!("fails: {} ({})", trial.title, tested.sources.address(trial.title_span)), |page| {
        page.line("");
        for failure in &outcome.failures {
            page.line(&failure_words(failure, tested.sources));
        }
    });
    page.text
}

fn failure_words(failure: &Failure, sources: &Sources) -> String {
    let place = code(&sources.address(failure.span));
    let mut words = format!("- expected {} ({place})<br>got {}", code(&failure.expected), sentence(&failure.got));
    for because in &failure.because {
        words.push_str(&format!("<br>because {} {}: {}", code(&because.code), text(&because.outcome), text(&because.reason)));
    }
    words
}

/// Adds pieces as long as the page holds them, and says how many it leaves out.
fn fill(page: &mut Page, pieces: impl Iterator<Item = String>, noun: &str) {
    let mut left_out = 0;
    for piece in pieces {
        match page.text.len() + piece.len() + RESERVE <= LIMIT {
            true => page.text.push_str(&piece),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        let verb = if left_out == 1 { "is" } else { "are" };
        let more = counted(left_out, &format!("more {noun}"));
        page.line(&format!("\n{more} {verb} left out: a comment holds {LIMIT} characters. `--format json` has them all."));
    }
}
