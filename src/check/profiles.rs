//! Profiles: parameters set together. What a profile sets has to be a parameter, once, and its value of the parameter's type; bounds are looked at where a
//! program is built under the profile, because they may rest on other parameters.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{ExprKind, ParamId, Profile, Setting};
use crate::source::Span;
use crate::syntax::ast;

use super::{Checker, Expected};

impl<'a> Checker<'a> {
    pub(super) fn profile(&mut self, profile: &'a ast::Profile) -> Profile {
        let head = self.head(self.book, &profile.head);
        let name = &profile.head.name.text;
        let mut settings: Vec<Setting> = Vec::new();
        if profile.settings.is_empty() {
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, profile.head.name.span, format!("the profile `{name}` sets nothing"))
                    .help("write a parameter and its value, as in `screening.min_age = 2 years`"),
            );
        }
        for written in &profile.settings {
            let Some((param, ty)) = self.parameter(&written.path) else {
                self.expression(&written.value, Expected::Broken);
                continue;
            };
            let path = self.written(&written.path);
            let value = self.typed(&written.value, ty, &format!("for the parameter `{path}`"));
            let value = self.constant(value, &format!("what the profile `{name}` sets"));
            match settings.iter().find(|setting| setting.param == param) {
                Some(first) => {
                    let first: Span = first.span;
                    self.report(
                        Diagnostic::new(
                            &codes::DUPLICATE_NAME,
                            written.path.span,
                            format!("the profile `{name}` sets the parameter `{path}` twice"),
                        )
                        .related(first, "the first")
                        .help("keep one of them"),
                    );
                }
                None => settings.push(Setting { param, value, doc: written.doc.clone(), span: written.path.span }),
            }
        }
        Profile { head, settings }
    }

    /// The parameter that a path names, with its type. To be set is not to be used.
    fn parameter(&mut self, path: &'a ast::Path) -> Option<(ParamId, crate::value::Type)> {
        let used = self.used.clone();
        let found = self.path(path, Expected::Nothing);
        self.used = used;
        match found.kind {
            ExprKind::Param(id) => Some((id, found.ty)),
            ExprKind::Broken => None,
            _ => {
                let message = format!("expected a parameter, found `{}`, {}", self.written(path), named(&found.kind));
                self.report(
                    Diagnostic::new(&codes::NOT_A_PARAMETER, path.span, message)
                        .help("a profile sets parameters; make a `param` of what should differ between profiles"),
                );
                None
            }
        }
    }
}

/// What a name that is no parameter stands for.
fn named(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Check(_) => "a check",
        ExprKind::Points(_) => "an item of a scorecard",
        ExprKind::Score(_) | ExprKind::ScorePoints(_) => "a scorecard",
        ExprKind::Gate(_) => "a gate",
        ExprKind::Band(_) => "a verdict",
        ExprKind::Let(_) => "a `let`",
        _ => "a fact",
    }
}
