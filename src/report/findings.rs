//! Findings with the lines they speak of. The only user of the snippet printer.
//!
//! The printer trusts its caller with everything, so it gets an excerpt made here: few lines, of bearable length, without characters that act on a terminal,
//! and with every place inside it.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Fix, Label, Severity, counted, listed};
use crate::policy::{Body, Policy};
use crate::source::{FileId, LineColumn, Sources, Span};

use super::text::{acts, visible};
use super::{Layout, text};

/// Findings shown at once; nobody reads more, and the record in JSON has them all.
const SHOWN: usize = 200;
/// Lines between two places beyond which they stand in separate excerpts.
const APART: u32 = 60;
/// Bytes of a line beyond which only the part around its places is shown.
const LONG_LINE: usize = 1_000;
/// Bytes shown before and behind a place on a long line.
const AROUND: usize = 200;

/// The findings one after another, then how many there are. Empty where there are none.
pub fn findings(diagnostics: &[Diagnostic], sources: &Sources, layout: Layout) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if layout.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(layout.columns()).decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text.push_str(&finding(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    if diagnostics.len() > SHOWN {
        text.push_str(&format!("{} more like these; the JSON report has them all\n\n", diagnostics.len() - SHOWN));
    }
    let style = if diagnostics.iter().any(Diagnostic::is_error) { text::BAD } else { text::OPEN };
    text.push_str(&layout.paint().paint(style, &count(diagnostics)));
    text.push('\n');
    text
}

/// One finding in words alone: what is wrong, and what to do.
pub(super) fn words(diagnostic: &Diagnostic) -> String {
    let lines: Vec<&str> = std::iter::once(diagnostic.message.as_str()).chain(diagnostic.help.iter().map(String::as_str)).collect();
    lines.join("\n")
}

/// One finding, where nobody looks at colours.
pub(super) fn alone(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let layout = Layout::PLAIN;
    finding(diagnostic, sources, &Renderer::plain().term_width(layout.columns()).decor_style(DecorStyle::Ascii))
}

/// What to say of rules in which nothing was found.
pub fn nothing_found(policy: &Policy) -> String {
    let mut parts = vec![
        counted(policy.items.iter().filter(|item| !matches!(item.body, Body::Include(_))).count(), "item"),
        counted(policy.gates.len(), "gate"),
        counted(policy.verdicts.len(), "verdict"),
    ];
    if !policy.protocols.is_empty() {
        parts.push(counted(policy.protocols.len(), "protocol"));
    }
    if !policy.trials.is_empty() {
        parts.push(counted(policy.trials.len(), "test"));
    }
    let rulebooks = policy.rulebooks.iter().filter(|rulebook| !rulebook.tests).count();
    format!("nothing to report: {} with {}\n", counted(rulebooks, "rulebook"), listed(&parts, "and"))
}

/// `2 errors, 1 warning`
pub(super) fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(*count, noun))
        .collect();
    parts.join(", ")
}

fn finding(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut excerpts = excerpts(diagnostic, sources);
    let fix = diagnostic.fix.as_ref().map(|fix| (fix, correction(fix, sources)));
    let mut helps: Vec<String> = diagnostic.help.iter().map(|help| visible(help).into_owned()).collect();
    let instead = fix.as_ref().map(|_| helps.pop().unwrap_or_else(|| "write it like this".to_string()));

    let moved: Vec<(String, String)> = excerpts.iter_mut().filter_map(|excerpt| excerpt.moved.take()).collect();
    let mut main: Group<'_> =
        level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.name).elements(excerpts.iter().map(Excerpt::snippet));
    for help in &helps {
        main = main.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![main];
    if let (Some((_, Some(correction))), Some(instead)) = (&fix, &instead) {
        let patch = Patch::new(correction.places[0].range.clone(), correction.places[0].text.as_str());
        let snippet = Snippet::source(correction.text.as_str())
            .path(correction.path.as_str())
            .line_start(correction.first_line as usize)
            .patch(patch);
        groups.push(Level::HELP.secondary_title(instead.as_str()).element(snippet));
    }
    let mut text = renderer.render(&groups);
    for (shown, meant) in moved {
        text = text.replacen(&shown, &meant, 1);
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Some lines of one file, as they are shown.
struct Excerpt {
    path: String,
    first_line: u32,
    text: String,
    places: Vec<Place>,
    /// Where the line of the first place was cut on its left: the address that the printer will make up, and the true one.
    moved: Option<(String, String)>,
}

/// A label within an excerpt.
struct Place {
    range: Range<usize>,
    text: String,
    primary: bool,
}

impl Excerpt {
    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let annotations = self.places.iter().map(|place| {
            let kind = if place.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = (!place.text.is_empty()).then_some(place.text.as_str());
            kind.span(place.range.clone()).label(label)
        });
        Snippet::source(self.text.as_str()).path(self.path.as_str()).line_start(self.first_line as usize).annotations(annotations)
    }
}

/// The lines that the labels speak of: those of the culprit's file first, near ones together.
fn excerpts(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Excerpt> {
    let labels: Vec<Located<'_>> = std::iter::once((&diagnostic.primary, true))
        .chain(diagnostic.secondary.iter().map(|label| (label, false)))
        .map(|(label, primary)| Located::new(label, primary, sources))
        .collect();
    let mut excerpts = Vec::new();
    let mut waiting: Vec<&Located<'_>> = labels.iter().collect();
    // Every round takes the first label that waits, the culprit in the first, and all that stand near one already taken.
    while !waiting.is_empty() {
        let mut together = vec![waiting.remove(0)];
        while let Some(found) = waiting.iter().position(|next| together.iter().any(|taken| taken.is_near(next))) {
            together.push(waiting.remove(found));
        }
        excerpts.push(excerpt(&together, sources));
    }
    excerpts
}

/// A label with its lines; its span is within the text and on character boundaries.
struct Located<'a> {
    label: &'a Label,
    primary: bool,
    span: Span,
    first: u32,
    last: u32,
}

impl<'a> Located<'a> {
    fn new(label: &'a Label, primary: bool, sources: &Sources) -> Located<'a> {
        let span = clipped(label.span, sources);
        let first = sources.line_column(span).line;
        let last_byte = Span { start: span.end.max(span.start + 1) - 1, ..span };
        let last = sources.line_column(clipped(last_byte, sources)).line.max(first);
        Located { label, primary, span, first, last }
    }

    fn is_near(&self, other: &Located<'_>) -> bool {
        self.span.file == other.span.file
            && self.first <= other.last.saturating_add(APART)
            && other.first <= self.last.saturating_add(APART)
    }
}

/// The span moved inside its text, onto boundaries of characters.
pub(super) fn clipped(span: Span, sources: &Sources) -> Span {
    let text = sources.text(span.file);
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.ceil_char_boundary((span.end as usize).min(text.len())).max(start);
    Span::new(span.file, start, end)
}

/// Where a span begins and where it ends, as far as it lies in its text.
pub(super) fn place(span: Span, sources: &Sources) -> (LineColumn, LineColumn) {
    let span = clipped(span, sources);
    (sources.line_column(span), sources.line_column(Span { start: span.end, ..span }))
}

fn excerpt(labels: &[&Located<'_>], sources: &Sources) -> Excerpt {
    let file = labels[0].span.file;
    let first_line = labels.iter().map(|label| label.first).min().unwrap_or(1);
    let begins = labels.iter().map(|label| line_start(file, label.span.start as usize, sources)).min().unwrap_or(0);
    let last_line = labels.iter().map(|label| label.last).max().unwrap_or(first_line);

    let mut writer = Writer {
        text: String::new(),
        marks: labels.iter().flat_map(|label| [label.span.start, label.span.end]).map(|at| (at as usize, None)).collect(),
        cut: 0,
    };
    let whole = sources.text(file);
    let mut at = begins;
    for line in first_line..=last_line {
        let end = whole[at..].find('\n').map_or(whole.len(), |length| at + length);
        // The printer folds what lies between the lines of interest; empty lines keep its count right and cost nothing.
        let wanted = labels.iter().any(|label| {
            line.abs_diff(label.first) <= 1
                || line.abs_diff(label.last) <= 1
                || (label.last - label.first < 6 && (label.first..=label.last).contains(&line))
        });
        writer.line(whole, at..end, wanted, labels);
        at = (end + 1).min(whole.len());
    }
    let Writer { text, marks, cut } = writer;
    let end = text.trim_end_matches('\n').len().max(usize::from(!text.is_empty())).min(text.len());
    let end = text.floor_char_boundary(end);
    let mark = |index: usize| marks.get(index).and_then(|(_, place)| *place).unwrap_or(end).min(text.len());
    let places: Vec<Place> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| Place {
            range: mark(2 * index)..mark(2 * index + 1).max(mark(2 * index)),
            text: visible(&label.label.text).into_owned(),
            primary: label.primary,
        })
        .collect();
    let path = visible(sources.name(file)).into_owned();
    let moved = (cut > 0).then(|| {
        let meant = sources.line_column(labels[0].span);
        let shown = text[..places[0].range.start].rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (format!("{path}:{}:{shown}", meant.line), format!("{path}:{}:{}", meant.line, meant.column))
    });
    Excerpt { path, first_line, text, places, moved }
}

fn line_start(file: FileId, at: usize, sources: &Sources) -> usize {
    sources.text(file)[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Copies lines and remembers where the marked bytes went.
struct Writer {
    text: String,
    marks: Vec<(usize, Option<usize>)>,
    /// Bytes left out on the left of the first label's line.
    cut: usize,
}

impl Writer {
    fn line(&mut self, whole: &str, line: Range<usize>, wanted: bool, labels: &[&Located<'_>]) {
        let kept = if !wanted {
            line.start..line.start
        } else if line.len() <= LONG_LINE {
            line.clone()
        } else {
            // The first label on the line is the one to see: the culprit, if it stands here.
            let within = |at: u32| (line.start..=line.end).contains(&(at as usize));
            let shown =
                labels.iter().find(|label| within(label.span.start)).map(|label| label.span.start as usize..label.span.end as usize);
            let shown = shown.or_else(|| {
                labels.iter().find(|label| within(label.span.end)).map(|label| label.span.end as usize..label.span.end as usize)
            });
            let shown = shown.unwrap_or(line.start..line.start);
            let from = whole.floor_char_boundary(shown.start.saturating_sub(AROUND)).max(line.start);
            let to = whole.ceil_char_boundary((shown.end.min(shown.start + LONG_LINE) + AROUND).min(line.end)).min(line.end);
            from..to.max(from)
        };
        if (line.start..=line.end).contains(&(labels[0].span.start as usize)) {
            self.cut = kept.start - line.start;
        }
        for (at, place) in &mut self.marks {
            if place.is_none() && *at >= line.start && *at < kept.start {
                *place = Some(self.text.len());
            }
        }
        for (offset, c) in whole[kept.clone()].char_indices() {
            self.mark(kept.start + offset);
            self.text.push(shown_as(c));
        }
        // A mark at the line's end, or in what was cut from it, stands behind its last character.
        let end = self.text.len();
        for (at, place) in &mut self.marks {
            if place.is_none() && *at >= kept.start && *at <= line.end {
                *place = Some(end);
            }
        }
        self.text.push('\n');
    }

    fn mark(&mut self, at: usize) {
        let here = self.text.len();
        for (_, place) in self.marks.iter_mut().filter(|(marked, place)| *marked == at && place.is_none()) {
            *place = Some(here);
        }
    }
}

/// One character for one, so that places keep their columns.
fn shown_as(c: char) -> char {
    match c {
        '\t' => '\t',
        '\r' => ' ',
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32('␀' as u32 + c as u32).unwrap_or('\u{fffd}'),
        _ if acts(c) || c.is_control() => '\u{fffd}',
        _ => c,
    }
}

/// The line with the correction. None where it would change nothing, or the line is too long to show a change in.
fn correction(fix: &Fix, sources: &Sources) -> Option<Excerpt> {
    let span = clipped(fix.span, sources);
    if sources.slice(span) == fix.replacement {
        return None;
    }
    let label = Label { span, text: String::new() };
    let located = Located::new(&label, true, sources);
    if located.last - located.first > 20 {
        return None;
    }
    let mut excerpt = excerpt(&[&located], sources);
    if excerpt.text.len() > LONG_LINE * 2 {
        return None;
    }
    excerpt.places[0].text = fix.replacement.chars().map(|c| if c == '\n' { c } else { shown_as(c) }).collect();
    Some(excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    fn source(text: &str) -> (Sources, FileId) {
        let mut sources = Sources::new();
        let file = sources.add("rules/screening.plumb", text);
        (sources, file)
    }

    fn place(sources: &Sources, file: FileId, needle: &str) -> Span {
        let at = sources.text(file).find(needle).unwrap_or_else(|| panic!("`{needle}` is not in the text"));
        Span::new(file, at, at + needle.len())
    }

    const RULES: &str = "rulebook screening \"Mechanical viability\"

scorecard viability {
  check uptime \"Stays up\" worth 8 {
    passes when network.uptime >= 99%
  }
  check uptime \"Stays up, again\" worth 2 {
    passes when network.status_page
  }
}
";

    #[test]
    fn a_finding_shows_culprit_other_party_help_and_fix() {
        let (mut facts, file) = source(RULES);
        let sheet = facts.add("rules/project.plumb", "subject project {\n  network {\n    uptime_90d: percent\n  }\n}\n");
        let found = [
            Diagnostic::new(&codes::UNKNOWN_NAME, place(&facts, file, "uptime >= "), "nothing in `network` is called `uptime`")
                .label("not a field of `network`")
                .related(place(&facts, sheet, "uptime_90d"), "this one is close")
                .help("`plumb facts` lists every field")
                .help("there is a field with a similar name")
                .fix(Span { end: place(&facts, file, "uptime >= ").end - 4, ..place(&facts, file, "uptime >= ") }, "uptime_90d"),
            Diagnostic::new(
                &codes::DUPLICATE_NAME,
                place(&facts, file, "uptime \"Stays up, again\""),
                "`screening.uptime` is declared twice",
            )
            .related(place(&facts, file, "uptime \"Stays up\""), "first declared here"),
            Diagnostic::new(&codes::UNUSED_FIELD, place(&facts, sheet, "uptime_90d"), "no rule reads `network.uptime_90d`"),
        ];
        insta::assert_snapshot!("findings", findings(&found, &facts, Layout::PLAIN));
        assert!(findings(&found, &facts, Layout { colour: true, ..Layout::PLAIN }).contains("\u{1b}["));
    }

    #[test]
    fn rules_without_findings_are_counted() {
        assert_eq!(nothing_found(&Policy::default()), "nothing to report: 0 rulebooks with 0 items, 0 gates and 0 verdicts\n");
    }

    #[test]
    fn no_findings_say_nothing() {
        let (sources, _) = source(RULES);
        assert_eq!(findings(&[], &sources, Layout::PLAIN), "");
    }

    #[test]
    fn places_outside_the_text_or_inside_a_character_are_moved() {
        let text = "name: 北京\n";
        let (sources, file) = source(text);
        let (empty, nothing) = source("");
        for start in 0..text.len() as u32 + 5 {
            for end in start..text.len() as u32 + 9 {
                let found = [Diagnostic::new(&codes::SYNTAX, Span { file, start, end }, "something")
                    .label("here")
                    .fix(Span { file, start, end }, "x")];
                assert!(findings(&found, &sources, Layout::PLAIN).contains("here"), "{start}..{end}");
            }
            let found = [Diagnostic::new(&codes::SYNTAX, Span { file: nothing, start, end: start }, "something").label("here")];
            assert!(findings(&found, &empty, Layout::PLAIN).contains("something"));
        }
    }

    #[test]
    fn a_line_of_a_megabyte_is_trimmed_and_its_column_kept() {
        let text = format!("first\n{}culprit{}\nlast\n", "é ".repeat(300_000), " y".repeat(300_000));
        let (sources, file) = source(&text);
        let found = [Diagnostic::new(&codes::SYNTAX, place(&sources, file, "culprit"), "something is wrong").label("here")];
        let shown = findings(&found, &sources, Layout::PLAIN);
        assert!(shown.contains("rules/screening.plumb:2:600001"), "{shown}");
        assert!(shown.contains("culprit") && shown.contains("^^^^^^^ here"), "{shown}");
        assert!(shown.lines().all(|line| super::super::text::width_of(line) <= 100), "{shown}");
        assert!(shown.len() < 1_000, "{shown}");
    }

    #[test]
    fn a_span_over_a_whole_long_file_shows_its_ends() {
        let text = "line\n".repeat(50_000);
        let (sources, file) = source(&text);
        let found = [Diagnostic::new(&codes::MISSING_BRACE, Span::new(file, 0, text.len()), "a block is not closed").label("opens here")];
        let shown = findings(&found, &sources, Layout::PLAIN);
        assert!(shown.lines().count() < 20, "{shown}");
    }

    #[test]
    fn characters_that_act_on_a_terminal_do_not_reach_it() {
        let (sources, file) = source("name: \u{1b}[31mred\u{202e}evil\u{7}\r\n");
        let found = [Diagnostic::new(&codes::SYNTAX, place(&sources, file, "evil"), "bad \u{1b}[2J text")
            .label("\u{202e}label")
            .help("\u{9b}help")
            .fix(place(&sources, file, "evil"), "\u{1b}good")];
        let shown = findings(&found, &sources, Layout::PLAIN);
        assert!(shown.chars().all(|c| c == '\n' || !(c.is_control() || acts(c))), "{shown:?}");
        assert!(shown.contains("\\u{1b}[2J"), "{shown}");
    }

    #[test]
    fn far_places_of_one_file_stand_apart() {
        let text = format!("alpha\n{}omega\n", "line\n".repeat(5_000));
        let (sources, file) = source(&text);
        let found = [Diagnostic::new(&codes::DUPLICATE_NAME, place(&sources, file, "omega"), "declared twice")
            .related(place(&sources, file, "alpha"), "first here")];
        let shown = findings(&found, &sources, Layout::PLAIN);
        assert!(shown.contains(":5002:1") && shown.contains(":1:1") && shown.lines().count() < 14, "{shown}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

        /// Spans may overlap, nest, touch the end and run over lines; the page keeps its width and lets nothing through.
        #[test]
        fn any_places_in_any_text_can_be_shown(
            text in "[ a{}\t\r\n\n\u{301}北é\u{202e}\u{1b}]{0,80}",
            places in proptest::collection::vec((0u32..200, 0u32..200), 1..5),
            fix in proptest::option::of(("[a\n\t北]{0,6}", 0u32..200, 0u32..60)),
        ) {
            let (sources, file) = source(&text);
            let span = |start: u32, length: u32| Span { file, start, end: start + length };
            let mut found = Diagnostic::new(&codes::SYNTAX, span(places[0].0, places[0].1), "something").label("here");
            for (start, length) in &places[1..] {
                found = found.related(span(*start, *length), "there");
            }
            if let Some((replacement, start, length)) = fix {
                found = found.fix(span(start, length), replacement);
            }
            let shown = findings(&[found.clone()], &sources, Layout::PLAIN);
            proptest::prop_assert!(shown.starts_with("error[syntax]: something\n"), "{}", shown);
            proptest::prop_assert!(shown.chars().all(|c| c == '\n' || !(c.is_control() || acts(c))), "{:?}", shown);
            super::super::findings_json(&[found], &sources);
        }
    }

    #[test]
    fn very_many_findings_are_counted_in_full() {
        let (sources, file) = source(RULES);
        let found: Vec<Diagnostic> = (0..500).map(|_| Diagnostic::new(&codes::SYNTAX, Span::new(file, 0, 4), "something")).collect();
        let shown = findings(&found, &sources, Layout::PLAIN);
        assert!(shown.contains("300 more like these"));
        assert!(shown.ends_with("500 errors\n"));
    }
}
