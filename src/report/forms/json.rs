//! For programs: one document with all there is.

use super::{Checked, Closing, Form, Stopped};
use crate::report::json::{self, findings_json, tested_json, trouble_json};
use crate::report::{Run, Tested};
use crate::requirements::Judged;

#[derive(Default)]
pub(super) struct Json(json::Json);

impl Form for Json {
    fn begin(&mut self, run: &Run<'_>) -> String {
        self.0.begin(run)
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        self.0.piece(run, judged)
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        self.0.push(judged, piece)
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        self.0.end(closing)
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        findings_json(checked.findings, checked.sources)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        tested_json(tested)
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => trouble_json(message, *help),
            Stopped::Findings(found, sources) => findings_json(found, sources),
        }
    }
}
