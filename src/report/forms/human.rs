//! For people: a page for each project, and the ranking of several.

use super::{Checked, Closing, Form, Stopped};
use crate::report::summary::{self, Row};
use crate::report::{Layout, Run, Tested, findings, human, nothing_found, tested, text, trouble};
use crate::requirements::{Judged, Outcome};

pub(super) struct Human {
    layout: Layout,
    /// Only the ranking.
    brief: bool,
    rows: Vec<Row>,
    unjudged: usize,
}

impl Human {
    pub(super) fn new(layout: Layout, brief: bool) -> Human {
        Human { layout, brief, rows: Vec::new(), unjudged: 0 }
    }

    /// Whether no sheet was told of yet.
    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.unjudged == 0
    }
}

impl Form for Human {
    fn begin(&mut self, _: &Run<'_>) -> String {
        String::new()
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(_, _) if self.brief => String::new(),
            Outcome::Judged(explanation, _) => human::human(run, explanation, self.layout),
            Outcome::Rejected(found) => findings(found, &judged.sources, self.layout),
            Outcome::Unreadable(why) => format!("error: {}\n", text::visible(why)),
        }
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        // A line between pages.
        let gap = if self.brief || self.is_empty() { "" } else { "\n" };
        match judged.explanation() {
            Some(explanation) => self.rows.push(Row::of(self.rows.len(), explanation)),
            None => self.unjudged += 1,
        }
        format!("{gap}{piece}")
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        let (is_empty, rows) = (self.is_empty(), std::mem::take(&mut self.rows));
        let mut text = String::new();
        if self.brief && !is_empty || rows.len() + self.unjudged > 1 {
            text.push_str(if self.brief { "" } else { "\n" });
            text.push_str(&summary::summary(rows, self.unjudged, self.layout));
        }
        if let Some((found, sources)) = closing.findings {
            text.push_str(if is_empty { "" } else { "\n" });
            text.push_str(&findings(found, sources, self.layout));
        }
        if let Some((message, help)) = closing.trouble {
            text.push_str(&trouble(message, help, self.layout));
        }
        text
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        match checked.findings {
            [] => {
                text::Flow::new()
                    .add(text::PLAIN, &nothing_found(checked.policy))
                    .lines(self.layout.columns(), self.layout.paint())
                    .join("\n")
                    + "\n"
            }
            found => findings(found, checked.sources, self.layout),
        }
    }

    fn tested(&self, results: &Tested<'_>) -> String {
        tested(results, self.layout)
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => trouble(message, *help, self.layout),
            Stopped::Findings(found, sources) => findings(found, sources, self.layout),
        }
    }
}
