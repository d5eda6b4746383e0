//! A comparison for people, in a terminal.

use crate::diagnostic::listed;
use crate::diff::{Change, FactsCompared, Impact, Nature, ProjectImpact, VerdictImpact};

use super::{
    DiffHeading, Numbers, aspect_words, beside, bounds_points, count_words, fact_count_words, fact_units, fact_words, flip_words,
    is_graver, item_words, method_words, moved_from, moved_words, nature_word, provision_words, rule_units, score_words, share_words,
    shown, standing_words, unmoved,
};
use crate::report::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, PROVEN, Paint, STRONG, width_of};
use crate::report::{CLOSING, Layout};

/// What changed in the rules, and what that does to the projects given.
pub fn rules_diff(heading: &DiffHeading, changes: &[Change], impact: Option<&Impact>, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.heading("Rules", heading, &count_words(changes));
    page.changes(changes);
    if let Some(impact) = impact {
        page.impact(heading, impact, &rule_units(&impact.units, changes));
    }
    page.text
}

/// What changed on the sheet of a project, and what that does.
pub fn facts_diff(heading: &DiffHeading, compared: &FactsCompared, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.heading("Facts", heading, &fact_count_words(&compared.changes));
    if !compared.changes.is_empty() {
        page.line("");
    }
    for change in &compared.changes {
        let moved = change.old.as_ref().filter(|_| change.nature == Nature::Moved).map(|old| format!("was {}", old.path));
        let remark = moved.as_deref().unwrap_or(if change.judges { "" } else { "not in value" });
        let (old, new) = (fact_words(change.old.as_ref()), fact_words(change.new.as_ref()));
        let at = change.new.as_ref().or(change.old.as_ref()).and_then(|line| line.at.as_ref()).map_or("", |at| at.address.as_str());
        let name = Flow::new().whole(STRONG, &change.path);
        let mark = Mark { indent: 0, nature: change.nature };
        match change.nature {
            Nature::Removed => page.one(mark, name.close(PLAIN, ":").add(PLAIN, &old), remark, at),
            Nature::Added => page.one(mark, name.close(PLAIN, ":").add(PLAIN, &new), remark, at),
            _ if old == new => page.one(mark, name.close(PLAIN, ":").add(PLAIN, &new), remark, at),
            _ => page.two(mark, name, [&old, &new], remark, at),
        }
        for (part, old, new) in beside(change) {
            page.flow("    ", &Flow::new().add(FAINT, &format!("{part}: {old} → {new}")));
        }
    }
    page.impact(heading, &compared.impact, &fact_units(&compared.impact.units, &compared.changes));
    page.text
}

/// What stands before a change.
#[derive(Clone, Copy)]
struct Mark {
    indent: usize,
    nature: Nature,
}

impl Mark {
    fn style(self) -> anstyle::Style {
        match self.nature {
            Nature::Added => GOOD,
            Nature::Removed => BAD,
            Nature::Changed | Nature::Moved | Nature::Renamed => OPEN,
        }
    }
}

struct Page {
    width: usize,
    paint: Paint,
    text: String,
}

impl Page {
    fn new(layout: Layout) -> Page {
        Page { width: layout.columns(), paint: layout.paint(), text: String::new() }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wrapped words; `prefix` stands before the first line, and the others hang below its end.
    fn flow(&mut self, prefix: &str, flow: &Flow) {
        let indent = width_of(prefix);
        for (index, line) in flow.lines(self.width.saturating_sub(indent), self.paint).iter().enumerate() {
            let before = if index == 0 { prefix.to_string() } else { " ".repeat(indent) };
            self.line(&format!("{before}{line}"));
        }
    }

    fn heading(&mut self, what: &str, heading: &DiffHeading, count: &str) {
        let flow = Flow::new().add(STRONG, what).close(STRONG, ":").whole(PLAIN, &heading.old).add(PLAIN, "→").whole(PLAIN, &heading.new);
        self.flow("", &flow);
        self.flow("", &Flow::new().add(PLAIN, &super::capitalised(count)).close(PLAIN, "."));
    }

    fn changes(&mut self, changes: &[Change]) {
        let mut book = None;
        let mut code = None;
        for change in changes {
            if book != Some(&change.book) {
                book = Some(&change.book);
                self.line("");
            }
            if code != Some((&change.code, change.kind)) {
                code = Some((&change.code, change.kind));
                self.flow("", &subject(change));
            }
            self.change(change);
        }
    }

    fn change(&mut self, change: &Change) {
        let remark = if change.judges { "" } else { "moves no judgement" };
        let place = change.new.as_ref().or(change.old.as_ref()).map_or("", |written| written.place.address.as_str());
        let mark = Mark { indent: 2, nature: change.nature };
        let name = Flow::new().add(PLAIN, &aspect_words(change));
        let (old, new) = (shown(change, change.old.as_ref()), shown(change, change.new.as_ref()));
        match change.nature {
            Nature::Changed if old != new => self.two(mark, name, [&old, &new], remark, place),
            Nature::Changed => self.one(mark, name.add(PLAIN, "changed"), remark, place),
            Nature::Moved | Nature::Renamed => self.one(mark, name.add(PLAIN, &moved_from(change)), remark, place),
            Nature::Added | Nature::Removed => {
                let text = if change.nature == Nature::Added { &new } else { &old };
                let flow = match text.as_str() {
                    "" => name.add(PLAIN, nature_word(change.nature)),
                    // `sourced` is all there is to say of it.
                    text if text == aspect_words(change) => name,
                    text => name.close(PLAIN, ":").add(PLAIN, text),
                };
                self.one(mark, flow, remark, place);
            }
        }
    }

    /// A change in one flow behind its mark.
    fn one(&mut self, mark: Mark, flow: Flow, remark: &str, place: &str) {
        let flow = flow.dot(FAINT, remark).dot_whole(FAINT, place);
        let below = " ".repeat(mark.indent + 2);
        for (index, line) in flow.lines(self.width.saturating_sub(below.len()), self.paint).iter().enumerate() {
            match index {
                0 => self.line(&format!("{}{} {line}", " ".repeat(mark.indent), self.paint.paint(mark.style(), super::mark(mark.nature)))),
                _ => self.line(&format!("{below}{line}")),
            }
        }
    }

    /// A change from one text to another: beside each other where there is room, else below.
    fn two(&mut self, mark: Mark, name: Flow, [old, new]: [&str; 2], remark: &str, place: &str) {
        let below = " ".repeat(mark.indent + 2);
        let beside = name.clone().close(PLAIN, ":").whole(PLAIN, old).add(FAINT, "→").whole(PLAIN, new);
        if beside.lines(self.width.saturating_sub(below.len()), Paint { colour: false }).len() == 1 {
            return self.one(mark, beside, remark, place);
        }
        self.one(mark, name, remark, place);
        self.flow(&format!("{below}was  "), &Flow::new().add(PLAIN, old));
        self.flow(&format!("{below}now  "), &Flow::new().add(PLAIN, new));
    }

    fn impact(&mut self, heading: &DiffHeading, impact: &Impact, units: &[String]) {
        self.line("");
        let flow = Flow::new().add(STRONG, "What that does").dot(PLAIN, &format!("judged on {}", heading.today()));
        self.flow("", &flow);
        self.flow("", &Flow::new().add(PLAIN, &moved_words(&impact.projects)));
        let names_units = impact
            .projects
            .iter()
            .flat_map(|project| &project.verdicts)
            .any(|verdict| !verdict.shares.is_empty() || verdict.flip.is_some());
        let numbers = Numbers::of(impact);
        for (number, unit) in numbers.numbered(units) {
            self.flow(&format!("  [{number}] "), &Flow::new().add(PLAIN, unit));
        }
        if let Some(others) = numbers.others(units) {
            self.flow("", &Flow::new().add(PLAIN, &others));
        }
        for project in impact.projects.iter().filter(|project| project.is_moved()) {
            self.project(project, &numbers);
        }
        let unmoved = unmoved(&impact.projects);
        self.line("");
        if !unmoved.is_empty() && unmoved.len() < impact.projects.len() {
            self.flow("", &Flow::new().add(PLAIN, "As before:").add(PLAIN, &listed(&unmoved, "and")).close(PLAIN, "."));
        }
        if names_units {
            self.flow("", &Flow::new().add(FAINT, &method_words(impact)));
        }
        self.flow("", &Flow::new().add(FAINT, CLOSING));
    }

    fn project(&mut self, project: &ProjectImpact, numbers: &Numbers) {
        self.line("");
        self.flow("", &Flow::new().whole(STRONG, &project.name).dot_whole(FAINT, &project.file));
        for verdict in project.verdicts.iter().filter(|verdict| verdict.is_moved()) {
            self.verdict(verdict, numbers);
        }
        for item in &project.items {
            let words = format!("{} → {}", item_words(item.before.as_ref()), item_words(item.after.as_ref()));
            self.flow("  ", &Flow::new().whole(PLAIN, &item.code).close(PLAIN, ":").add(PLAIN, &words));
        }
        for provision in &project.provisions {
            let style = if is_graver(provision.before.as_ref(), provision.after.as_ref()) { BAD } else { PLAIN };
            let words = format!("{} → {}", provision_words(provision.before.as_ref()), provision_words(provision.after.as_ref()));
            let flow = Flow::new().add(PLAIN, provision.kind).whole(PLAIN, &provision.code).close(PLAIN, ":").add(style, &words);
            self.flow("  ", &flow);
        }
    }

    fn verdict(&mut self, verdict: &VerdictImpact, numbers: &Numbers) {
        let name = Flow::new().add(STRONG, &verdict.title);
        let (before, after) = (standing_words(verdict.before.as_ref()), standing_words(verdict.after.as_ref()));
        match verdict.is_flipped() {
            false => self.flow("  ", &name.close(PLAIN, ":").add(PLAIN, &format!("as before, {after}"))),
            true => {
                self.flow("  ", &name);
                self.flow("    was  ", &Flow::new().add(PLAIN, &before));
                self.flow("    now  ", &Flow::new().add(PROVEN, &after));
            }
        }
        if let Some(flip) = &verdict.flip {
            self.flow("    by   ", &Flow::new().add(PLAIN, &flip_words(flip, numbers)));
        }
        if let (Some(before), Some(after)) = (&verdict.before, &verdict.after)
            && let (Some(one), Some(other)) = (score_words(before), score_words(after))
            && (before.score != after.score || !verdict.shares.is_empty())
        {
            let flow = Flow::new().add(PLAIN, &format!("score {one} → {other}"));
            let flow = match verdict.difference() {
                Some((floor, ceiling)) => flow.close(PLAIN, ":").add(PLAIN, &bounds_points(&floor, &ceiling)),
                None => flow,
            };
            self.flow("    ", &flow);
            let mut parts = Flow::new();
            for share in &verdict.shares {
                parts = parts.dot_whole(PLAIN, &share_words(share, numbers));
            }
            self.flow("      of which ", &parts);
        }
    }
}

/// What changes are listed under: code, title, what it is.
fn subject(change: &Change) -> Flow {
    let flow = Flow::new().whole(STRONG, &change.code);
    match &change.title {
        Some(title) => flow.dot(PLAIN, title),
        None => flow,
    }
}
