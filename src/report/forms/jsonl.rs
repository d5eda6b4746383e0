//! For programs that read while it goes on: one JSON object a line.

use super::{Checked, Closing, Form, Stopped};
use crate::report::json::Lines;
use crate::report::{Run, Tested};
use crate::requirements::Judged;

#[derive(Default)]
pub(super) struct JsonLines(Lines);

impl Form for JsonLines {
    fn begin(&mut self, run: &Run<'_>) -> String {
        Lines::begin(run)
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        Lines::piece(run, judged)
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        self.0.count(judged);
        piece
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        self.0.end(closing)
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        Lines::findings(checked.findings, checked.sources)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        Lines::tests(tested)
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => Lines::trouble(message, *help),
            Stopped::Findings(found, sources) => Lines::findings(found, sources),
        }
    }
}
