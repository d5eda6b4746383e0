//! A project: its rows of the table, and what speaks against it.

use super::{TITLE, standing_word};
use crate::diagnostic::counted;
use crate::explain::{Explanation, FactLine, VerdictLine};
use crate::report::human::{self, narrows};
use crate::report::markdown::{Page, code, opening, text};
use crate::report::text::shortened;
use crate::report::{Run, concerns, edges, effect_words, requirement_words, summary};
use crate::requirements::Concern;
use crate::verdict::{Requirement, State};

/// The most lines of one list; of those beyond, it is said how many there are.
const MOST: usize = 25;
/// The most facts of a line.
const FACTS: usize = 4;

/// A row for each verdict.
pub(super) fn rows(explanation: &Explanation, standing: Requirement) -> String {
    let mut page = Page::default();
    for (place, verdict) in explanation.verdicts.iter().enumerate() {
        let first = place == 0;
        page.row(&[
            if first { text(&shortened(&explanation.title, TITLE)) } else { String::new() },
            text(&verdict.title),
            text(&summary::verdict_cell(Some(verdict))),
            text(&summary::score_words(verdict)),
            if first { standing_word(standing).to_string() } else { String::new() },
        ]);
    }
    page.text
}

/// What there is to say of it, folded away.
pub(super) fn details(run: &Run<'_>, explanation: &Explanation, standing: Requirement) -> String {
    let verdict = explanation.verdicts.first();
    let head = format!("{}: {}", shortened(&explanation.title, TITLE), summary::verdict_cell(verdict));
    let mut page = Page::default();
    page.details(&head, |page| {
        page.line(&format!("\n{}, judged as of {}.\n", code(&explanation.file), explanation.today));
        for verdict in &explanation.verdicts {
            page.line(&format!("- {}", opening(&verdict_words(verdict, explanation))));
        }
        let concerns = run.requirements.concerns(explanation);
        let (certain, possible): (Vec<&Concern<'_>>, Vec<&Concern<'_>>) = concerns.iter().partition(|concern| concern.certain);
        list(page, "Against it, whatever is not known", &certain, |concern| concern_words(concern));
        list(page, "Possibly against it", &possible, |concern| concern_words(concern));
        let is_open = standing == Requirement::Undecided || explanation.verdicts.iter().any(|verdict| verdict.state == State::Open);
        if is_open {
            list(page, "What would decide it, the most telling answer first", &explanation.questions, |question| {
                let effect = [Some(effect_words(question.effect).to_string()), narrows(question)];
                let effect: Vec<String> = effect.into_iter().flatten().collect();
                let ask = question.ask.as_deref().filter(|ask| !ask.trim().is_empty()).unwrap_or(&question.about);
                let ask = if ask.is_empty() { String::new() } else { format!(". {}", text(ask)) };
                format!("{}: {}{ask}", code(&question.fact.path), text(&effect.join(", ")))
            });
        }
        list(page, "Assumed for want of evidence", &explanation.assumptions, |assumption| {
            format!("{} taken as {}", code(&assumption.fact.path), text(&assumption.value))
        });
        list(page, "Faults in the rules", &explanation.faults, |fault| {
            format!("{}: {} ({})", code(&fault.code), text(&fault.message), code(&fault.rule.address))
        });
    });
    page.text
}

fn verdict_words(verdict: &VerdictLine, explanation: &Explanation) -> String {
    let edges = edges(&verdict.bands);
    let mut words = format!("**{}**: {}.", text(&verdict.title), text(&summary::verdict_cell(Some(verdict))));
    let flows = [human::score_words(verdict, &edges), human::gate_words(verdict, explanation), human::without_assumptions(verdict)];
    for said in flows.iter().map(|flow| flow.plain()).filter(|said| !said.is_empty()) {
        words.push_str(&format!(" {}", text(&said)));
    }
    if let Some((band, stands)) = &verdict.requirement {
        words.push_str(&format!(" Required is at least {}: {}.", text(band), requirement_words(*stands)));
    }
    words
}

fn concern_words(concern: &Concern<'_>) -> String {
    let mut words = format!("**{}** {}: {}", text(concern.title()), code(concern.code()), text(&concerns::message(concern)));
    if let Some(why) = concerns::acceptance(concern) {
        words.push_str(&format!(". Accepted: {}", text(&why)));
    }
    if let Some(advice) = concern.advice() {
        words.push_str(&format!("<br>→ {}", text(advice)));
    }
    let facts = concern.facts();
    let more = facts.len().saturating_sub(FACTS);
    let more = (more > 0).then(|| format!("and {}", counted(more, "further fact")));
    let places = std::iter::once(code(&concern.rule().address)).chain(facts.iter().take(FACTS).map(fact_words)).chain(more);
    words.push_str(&format!("<br><sub>{}</sub>", places.collect::<Vec<_>>().join(" · ")));
    words
}

fn fact_words(fact: &FactLine) -> String {
    let place = fact.at.as_ref().map(|at| format!(" ({})", code(&at.address))).unwrap_or_default();
    format!("{} {}{place}", code(&fact.path), text(&human::evidence_value(fact)))
}

/// A heading with a list below it, where there is anything to list.
fn list<T>(page: &mut Page, title: &str, all: &[T], words: impl Fn(&T) -> String) {
    if all.is_empty() {
        return;
    }
    page.line(&format!("\n**{title}**\n"));
    for one in all.iter().take(MOST) {
        page.line(&format!("- {}", words(one)));
    }
    if all.len() > MOST {
        page.line(&format!("- and {}", format_args!("{} more", all.len() - MOST)));
    }
}
