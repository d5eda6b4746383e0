//! Why a thing came out as it did, for people: a tree that reads without colour, in 60 columns as in 100.

use anstyle::Style;

use super::Layout;
use super::human::provenance;
use super::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, Paint, STRONG, padding, shortened, visible, width_of};
use crate::diagnostic::counted;
use crate::explain::FactLine;
use crate::why::{Fact, Node, NodeKind, Tone, Why};

/// A piece of a rule longer than this is cut; its place says where the rest stands.
const LONGEST_TEXT: usize = 300;

/// The least room that a line of the tree has, however deep it stands.
const LEAST_ROOM: usize = 24;

/// The answers for several fact sheets, each with its tree.
pub fn whys(answers: &[Why], layout: Layout) -> String {
    let pages: Vec<String> = answers.iter().map(|why| page(why, layout)).collect();
    pages.join("\n")
}

fn page(why: &Why, layout: Layout) -> String {
    let mut writer = Writer { text: String::new(), width: layout.columns(), paint: layout.paint() };
    let day = match &why.profile {
        Some(profile) => format!("judged as of {}, profile {}", why.today, visible(profile)),
        None => format!("judged as of {}", why.today),
    };
    let title = visible(&why.title);
    if width_of(&title) + width_of(&day) + 2 <= writer.width {
        let gap = padding(&title, writer.width - width_of(&day));
        let line = format!("{}{gap}{}", writer.paint.paint(STRONG, &title), writer.paint.paint(FAINT, &day));
        writer.line(&line);
    } else {
        writer.flow("", "", &Flow::new().add(STRONG, &title));
        writer.flow("", "", &Flow::new().add(FAINT, &day));
    }
    writer.flow("", "", &Flow::new().add(FAINT, &why.file));
    writer.line("");
    writer.root(&why.root);
    writer.text
}

struct Writer {
    text: String,
    width: usize,
    paint: Paint,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wrapped words: `first` stands before the first line, `rest` before the others.
    fn flow(&mut self, first: &str, rest: &str, flow: &Flow) {
        let room = self.width.saturating_sub(width_of(first)).max(LEAST_ROOM);
        for (index, line) in flow.lines(room, self.paint).iter().enumerate() {
            let before = if index == 0 { first } else { rest };
            let line = format!("{}{line}", self.paint.paint(FAINT, before));
            self.line(&line);
        }
    }

    fn root(&mut self, node: &Node) {
        self.flow("", "", &heading(node));
        let below = told_below(node);
        self.beside(node, "", !below.is_empty());
        self.parts(&below, "");
    }

    fn parts(&mut self, parts: &[&Node], indent: &str) {
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let (first, rest) = if last { ("└ ", "  ") } else { ("├ ", "│ ") };
            let below = told_below(part);
            let under = format!("{indent}{rest}");
            let hang = format!("{under}{}", if below.is_empty() { "  " } else { "│ " });
            self.flow(&format!("{indent}{first}"), &hang, &heading(part));
            self.beside(part, &under, !below.is_empty());
            self.parts(&below, &under);
        }
    }

    /// What else is said of a node, below its first line.
    fn beside(&mut self, node: &Node, indent: &str, goes_on: bool) {
        let hang = format!("{indent}{}", if goes_on { "│ " } else { "  " });
        if let Some(fact) = node.fact.as_ref().filter(|_| !node.again) {
            self.claims(&fact.line, &hang);
            if let Some(bounds) = &fact.bounds {
                self.flow(&hang, &hang, &Flow::new().add(FAINT, "it can be").add(FAINT, bounds));
            }
        }
        for remark in &node.remarks {
            self.flow(&hang, &hang, &Flow::new().add(FAINT, remark));
        }
    }

    fn claims(&mut self, line: &FactLine, hang: &str) {
        for claim in &line.claims {
            let value = claim.missing.as_ref().unwrap_or(&claim.value);
            let mut flow = Flow::new().add(PLAIN, "one source says").add(PLAIN, &claim.value);
            if claim.missing.is_some() {
                flow = flow.dot(OPEN, value);
            }
            flow = flow.append(provenance(claim));
            if let Some(note) = &claim.note {
                flow = flow.dot(FAINT, "note:").add(FAINT, note);
            }
            self.flow(hang, hang, &flow);
        }
    }
}

/// The parts that get lines. A fact shown before adds nothing below a test that says what it is.
fn told_below(node: &Node) -> Vec<&Node> {
    let tells = node.kind == NodeKind::Written && node.put_in.is_some();
    node.parts.iter().filter(|part| !(tells && part.again && part.fact.is_some() && part.remarks.is_empty())).collect()
}

fn heading(node: &Node) -> Flow {
    match node.kind {
        NodeKind::Fact => fact(node),
        NodeKind::Rule => rule(node),
        NodeKind::Named => {
            let mut flow = Flow::new().add(STRONG, &node.text);
            flow = flow.close(PLAIN, ":").add(style(node.tone), &node.outcome);
            seen(node, placed(node, flow))
        }
        NodeKind::Written => written(node),
        NodeKind::Entries => {
            let flow = Flow::new().add(STRONG, &node.text).add(PLAIN, &node.outcome);
            match &node.put_in {
                Some(value) => flow.add(FAINT, "→").add(style(node.tone), value),
                None => flow,
            }
        }
        NodeKind::Words => {
            let mut flow = Flow::new().add(PLAIN, &node.text);
            if let Some(put_in) = &node.put_in {
                flow = flow.add(PLAIN, put_in);
            }
            if !node.outcome.is_empty() {
                flow = flow.close(PLAIN, ":").add(style(node.tone), &node.outcome);
            }
            flow
        }
    }
}

fn rule(node: &Node) -> Flow {
    let flow = Flow::new().add(STRONG, &node.text).close(PLAIN, ":").add(style(node.tone), &node.outcome);
    seen(node, placed(node, flow))
}

fn placed(node: &Node, flow: Flow) -> Flow {
    match &node.rule {
        Some(rule) => flow.dot_whole(FAINT, &rule.address),
        None => flow,
    }
}

fn seen(node: &Node, flow: Flow) -> Flow {
    if node.again { flow.dot(FAINT, "see above") } else { flow }
}

fn written(node: &Node) -> Flow {
    let text = shortened(&node.text, LONGEST_TEXT);
    let mut flow = Flow::new().add(PLAIN, &format!("`{text}`"));
    if let Some(put_in) = &node.put_in {
        flow = flow.add(FAINT, "→").add(STRONG, put_in);
    }
    if !node.outcome.is_empty() {
        flow = flow.close(PLAIN, ":").add(style(node.tone), &node.outcome);
    }
    if node.folded {
        flow = flow.dot(FAINT, "not opened further");
    }
    flow
}

fn fact(node: &Node) -> Flow {
    let flow = Flow::new().add(STRONG, &node.text).close(PLAIN, ":");
    let Some(Fact { line, .. }) = &node.fact else { return flow.add(PLAIN, &node.outcome) };
    if node.again {
        return flow.add(style(node.tone), &line.value).dot(FAINT, "see above");
    }
    let mut flow = flow.add(style(node.tone), &line.value);
    if let Some(missing) = &line.missing {
        flow = flow.close(PLAIN, ":").add(OPEN, missing);
    }
    if !line.claims.is_empty() {
        let stand = if line.claims.iter().any(|claim| claim.value != line.claims[0].value) { "disagree" } else { "agree" };
        flow = flow.dot(OPEN, &format!("{} {stand}", counted(line.claims.len(), "source")));
    }
    flow = flow.append(provenance(line));
    if let Some(note) = &line.note {
        flow = flow.dot(FAINT, "note:").add(FAINT, note);
    }
    flow
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Holds => GOOD,
        Tone::Fails | Tone::Faulted => BAD,
        Tone::Open => OPEN,
        Tone::Plain => STRONG,
    }
}
