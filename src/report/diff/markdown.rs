//! A comparison as the comment on a pull request. Whatever comes from rules or facts is text there: no link, mention, formula or markup of theirs takes effect.

use crate::diagnostic::{counted, listed};
use crate::diff::{Change, FactsCompared, Impact, Nature, ProjectImpact, Written};
use crate::report::CLOSING;
use crate::report::markdown::{Page, code, text};

use super::{
    DiffHeading, Numbers, aspect_words, beside, bounds_points, count_words, fact_count_words, fact_units, fact_words, flip_words,
    item_words, method_words, moved_from, moved_words, nature_word, provision_words, rule_units, score_words, share_words, shown,
    standing_words, unmoved,
};

/// By this a pipeline finds its comment again.
const MARKER: &str = "<!-- plumb diff -->";

/// What changed in the rules, and what that does to the projects given.
pub fn rules_diff_markdown(heading: &DiffHeading, changes: &[Change], impact: Option<&Impact>) -> String {
    let mut page = headed("What changes in the rules", heading, &count_words(changes));
    let (judging, words): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| change.judges);
    page.changes(&judging);
    if !words.is_empty() {
        page.details(&format!("{} that can't move a judgement", counted(words.len(), "change")), |page| page.changes(&words));
    }
    if let Some(impact) = impact {
        page.impact(heading, impact, &rule_units(&impact.units, changes));
    }
    page.text
}

/// What changed on the sheet of a project, and what that does.
pub fn facts_diff_markdown(heading: &DiffHeading, compared: &FactsCompared) -> String {
    let mut page = headed("What changes in the facts", heading, &fact_count_words(&compared.changes));
    if !compared.changes.is_empty() {
        page.table(&["Fact", "", "Before", "After", "Beside it"]);
    }
    for change in &compared.changes {
        let said: Vec<String> = beside(change).iter().map(|(part, old, new)| format!("{part}: {} → {}", text(old), text(new))).collect();
        page.row(&[
            code(&change.path),
            nature_word(change.nature).to_string(),
            change.old.as_ref().map(|line| text(&fact_words(Some(line)))).unwrap_or_default(),
            change.new.as_ref().map(|line| text(&fact_words(Some(line)))).unwrap_or_default(),
            said.join("<br>"),
        ]);
    }
    page.impact(heading, &compared.impact, &fact_units(&compared.impact.units, &compared.changes));
    page.text
}

fn headed(title: &str, heading: &DiffHeading, count: &str) -> Page {
    let mut page = Page::new(MARKER, title);
    page.line(&format!("\n{} → {}: {}.", code(&heading.old), code(&heading.new), count));
    page
}

impl Page {
    fn changes(&mut self, changes: &[&Change]) {
        if changes.is_empty() {
            return;
        }
        self.table(&["Rule", "What", "Before", "After", "Where"]);
        for change in changes {
            let written = |written: Option<&Written>| match shown(change, written) {
                text if text.is_empty() => text,
                text => code(&text),
            };
            let (before, after) = match change.nature {
                Nature::Moved | Nature::Renamed => (change.old_code.as_deref().map(code).unwrap_or_default(), text(&moved_from(change))),
                Nature::Added | Nature::Removed | Nature::Changed => (written(change.old.as_ref()), written(change.new.as_ref())),
            };
            let place = change.new.as_ref().or(change.old.as_ref()).map(|written| code(&written.place.address)).unwrap_or_default();
            let title = change.title.as_deref().map(|title| format!("<br>{}", text(title))).unwrap_or_default();
            let what = match change.nature {
                Nature::Changed => text(&aspect_words(change)),
                nature => format!("{} {}", text(&aspect_words(change)), nature_word(nature)),
            };
            self.row(&[format!("{}{title}", code(&change.code)), what, before, after, place]);
        }
    }

    fn impact(&mut self, heading: &DiffHeading, impact: &Impact, units: &[String]) {
        self.line(&format!("\n#### What that does, judged on {}\n", heading.today()));
        self.line(&moved_words(&impact.projects));
        let moved: Vec<&ProjectImpact> = impact.projects.iter().filter(|project| project.is_moved()).collect();
        if !moved.is_empty() {
            let numbers = Numbers::of(impact);
            self.verdicts(&moved, &numbers);
            self.line("");
            for (number, unit) in numbers.numbered(units) {
                self.line(&format!("- \\[{number}\\] {}", text(unit)));
            }
            if let Some(others) = numbers.others(units) {
                self.line(&format!("\n{}", text(&others)));
            }
            self.details("Items, gates, limits and triggers that come out otherwise", |page| page.parts(&moved));
        }
        let unmoved: Vec<String> = unmoved(&impact.projects).iter().map(|name| text(name)).collect();
        if !unmoved.is_empty() && !moved.is_empty() {
            self.line(&format!("\nAs before: {}.", listed(&unmoved, "and")));
        }
        if !moved.is_empty() {
            self.line(&format!("\n<sub>{}</sub>", method_words(impact)));
        }
        self.line(&format!("\n<sub>{CLOSING}</sub>"));
    }

    fn verdicts(&mut self, moved: &[&ProjectImpact], numbers: &Numbers) {
        self.table(&["Project", "Verdict", "Before", "After", "Score", "By"]);
        for project in moved {
            for verdict in project.verdicts.iter().filter(|verdict| verdict.is_moved()) {
                let after = text(&standing_words(verdict.after.as_ref()));
                let after = if verdict.is_flipped() { format!("**{after}**") } else { after };
                let scores = [&verdict.before, &verdict.after].map(|standing| standing.as_ref().and_then(score_words));
                let score = match (scores, verdict.difference()) {
                    ([Some(one), Some(other)], Some((floor, ceiling))) if one != other || !verdict.shares.is_empty() => {
                        let shares: Vec<String> = verdict.shares.iter().map(|share| text(&share_words(share, numbers))).collect();
                        format!("{one} → {other}: {}<br>{}", bounds_points(&floor, &ceiling), shares.join("<br>"))
                    }
                    _ => String::new(),
                };
                let by = verdict.flip.as_ref().map(|flip| text(&flip_words(flip, numbers))).unwrap_or_default();
                self.row(&[text(&project.name), text(&verdict.title), text(&standing_words(verdict.before.as_ref())), after, score, by]);
            }
        }
    }

    fn parts(&mut self, moved: &[&ProjectImpact]) {
        self.table(&["Project", "What", "Before", "After"]);
        for project in moved {
            for item in &project.items {
                let (before, after) = (item_words(item.before.as_ref()), item_words(item.after.as_ref()));
                self.row(&[text(&project.name), code(&item.code), text(&before), text(&after)]);
            }
            for provision in &project.provisions {
                let (before, after) = (provision_words(provision.before.as_ref()), provision_words(provision.after.as_ref()));
                self.row(&[text(&project.name), format!("{} {}", provision.kind, code(&provision.code)), text(&before), text(&after)]);
            }
        }
    }
}
