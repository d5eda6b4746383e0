//! Parameters: their values in the rules, and what is set from outside, checked against type and bounds.

use super::lower::{Lowerer, Named};
use super::*;
use crate::diagnostic::{Diagnostic, closest, codes};
use crate::policy::{self, ParamId};
use crate::source::FileId;
use crate::value::{Texts, Truth, parse_quantity, show_possible};

impl Lowerer<'_> {
    /// Puts every parameter in force.
    pub(super) fn lower_params(&mut self) {
        let (policy, settings) = (self.policy, self.settings);
        for (name, _) in &settings.parameters {
            if policy.params.iter().all(|param| param.head.code != name.words) {
                self.unknown_setting(name);
            }
        }
        for (index, param) in policy.params.iter().enumerate() {
            self.param_value(ParamId(index as u32), param.head.name_span);
        }
    }

    /// The value of a parameter, which may rest on others. None: a finding says what is wrong.
    pub(super) fn param_value(&mut self, id: ParamId, needed_at: Span) -> Option<Possible> {
        let policy = self.policy;
        let param = &policy.params[id.index()];
        match &self.params[id.index()] {
            Named::Lowered(lowered) => return Some(lowered.value.clone()),
            Named::Open => {
                self.report(Diagnostic::new(&codes::CYCLE, needed_at, format!("`{}` needs itself", param.head.code)));
                return None;
            }
            Named::Untouched => self.params[id.index()] = Named::Open,
        }
        let (value, origin) = self.apart(|lowerer| {
            let written = lowerer.written(param);
            let by_profile = lowerer.setting_of(id).map(|setting| (lowerer.set_by_profile(param, setting), Origin::Profile(setting.span)));
            let outside = lowerer.set_from_outside(param).map(|(value, origin)| (value, Origin::Outside(origin)));
            outside.or(by_profile).unwrap_or((written, Origin::Rules))
        });
        self.params[id.index()] = Named::Lowered(Param { head: param.head.clone(), ty: param.ty, value: value.clone(), origin });
        Some(value)
    }

    /// The value that the rules give.
    fn written(&mut self, param: &policy::Param) -> Possible {
        let help = "give it a value within its bounds, or widen them";
        self.within_bounds(param, &param.value, |finding| finding.label("outside its own bounds").help(help))
    }

    /// The value that a profile gives.
    fn set_by_profile(&mut self, param: &policy::Param, setting: &policy::Setting) -> Possible {
        let declared = param.head.name_span;
        let help = "let the profile give it a value within its bounds, or widen them";
        self.within_bounds(param, &setting.value, |finding| {
            finding.label("outside the bounds of the parameter").related(declared, "declared here").help(help)
        })
    }

    /// A value written in the rules, with a finding if the parameter does not take it.
    fn within_bounds(&mut self, param: &policy::Param, expr: &policy::Expr, tell: impl FnOnce(Diagnostic) -> Diagnostic) -> Possible {
        let findings_before = self.diagnostics.len();
        let id = self.expression(expr);
        let Some(written) = self.constant_of(id).cloned() else {
            self.not_constant(expr.span);
            return param.domain.clone();
        };
        if self.diagnostics.len() > findings_before {
            return param.domain.clone();
        }
        if !written.is_subset_of(&param.domain) {
            let schema = &self.policy.schema;
            let (bounds, given) = (show_possible(&param.domain, param.ty, schema), show_possible(&written, param.ty, schema));
            let message = format!("expected `{}` to be {bounds}, found {given}", param.head.code);
            self.report(tell(Diagnostic::new(&codes::OUT_OF_BOUNDS, expr.span, message)));
        }
        written
    }

    /// The value set from outside, if there is a good one. Of several settings of one parameter the last counts, as on every command line.
    fn set_from_outside(&mut self, param: &policy::Param) -> Option<(Possible, String)> {
        let (name, value) = self.settings.parameters.iter().rfind(|(name, _)| name.words == param.head.code)?;
        let (schema, text) = (&self.policy.schema, value.words.as_str());
        let (reason, help) = match parse(text, param.ty, schema) {
            Ok(possible) if possible.is_subset_of(&param.domain) => return Some((possible, value.by.clone())),
            Ok(_) => {
                let bounds = show_possible(&param.domain, param.ty, schema);
                (
                    format!("expected {bounds}, found `{}`", clipped(text)),
                    Some("set it within the bounds that the rules declare".to_string()),
                )
            }
            Err(wrong) => wrong,
        };
        let message = format!("`{}` can't set `{}` so: {reason}", value.by, name.words);
        let declared = param.head.name_span;
        let finding = match value.place {
            Some(place) => Diagnostic::new(&codes::BAD_SETTING, place, message).related(declared, "declared here"),
            None => Diagnostic::new(&codes::BAD_SETTING, declared, message).label("declared here"),
        };
        self.report(match help {
            Some(help) => finding.help(help),
            None => finding,
        });
        None
    }

    fn unknown_setting(&mut self, name: &Said) {
        let heads: Vec<&Head> = self.policy.params.iter().map(|param| &param.head).collect();
        let example =
            || format!("a parameter is set by its rulebook and name, as `{}`", heads.first().map_or("", |head| head.code.as_str()));
        self.report(unknown(self.policy, name, "parameter", &heads, example));
    }
}

/// A finding about a name from outside that the rules do not have, where `kind` says what it should be the name of. `otherwise` says what to do where no
/// name that there is comes near.
pub(super) fn unknown(policy: &Policy, name: &Said, kind: &str, heads: &[&Head], otherwise: impl FnOnce() -> String) -> Diagnostic {
    let end = |head: &Head| head.code.rsplit('.').next().unwrap_or_default().to_string();
    let of_code = |code: &str| heads.iter().find(|head| head.code == code).copied();
    let ends: Vec<String> = heads.iter().map(|head| end(head)).collect();
    let of_end = |near: &str| ends.iter().position(|end| end == near).map(|index| heads[index]);
    let near = of_end(&name.words)
        .or_else(|| closest(&name.words, heads.iter().map(|head| head.code.as_str())).and_then(of_code))
        .or_else(|| closest(&name.words, ends.iter().map(String::as_str)).and_then(of_end));
    let message = format!("`{}` names `{}`, and the rules have no such {kind}", name.by, clipped(&name.words));
    let finding = match (name.place, near) {
        (Some(place), Some(near)) => Diagnostic::new(&codes::BAD_SETTING, place, message).related(near.name_span, "this one?"),
        (Some(place), None) => Diagnostic::new(&codes::BAD_SETTING, place, message),
        (None, Some(near)) => Diagnostic::new(&codes::BAD_SETTING, near.name_span, message).label("this one?"),
        (None, None) => {
            let first = policy.rulebooks.first().map_or(Span::new(FileId::FIRST, 0, 0), |book| Span::new(book.file, 0, 0));
            Diagnostic::new(&codes::BAD_SETTING, first, message)
        }
    };
    match near {
        Some(near) => finding.help(format!("did you mean `{}`?", near.code)),
        None if heads.is_empty() => finding.help(format!("these rules have no {kind}s")),
        None => finding.help(otherwise()),
    }
}

/// A value of a type, as an analyst writes it in rules; or what is wrong with it, and what to write instead.
fn parse(text: &str, ty: Type, schema: &Schema) -> Result<Possible, (String, Option<String>)> {
    let expected = |what: &str| format!("expected {what}, found `{}`", clipped(text));
    match ty {
        Type::Bool => match text {
            "true" => Ok(Possible::Truth(Truth::True)),
            "false" => Ok(Possible::Truth(Truth::False)),
            _ => Err((expected("`true` or `false`"), None)),
        },
        Type::Text => Ok(Possible::Texts(Texts::One(text.into()))),
        Type::Enum(id) => {
            let variants = &schema.enumeration(id).variants;
            match variants.iter().position(|variant| variant.name == text) {
                Some(index) => Ok(Possible::Variants(Variants::one(index))),
                None => {
                    let near = closest(text, variants.iter().map(|variant| variant.name.as_str()));
                    Err((expected(&schema.describe(ty)), near.map(|near| format!("did you mean `{near}`?"))))
                }
            }
        }
        Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Date | Type::Size => {
            parse_quantity(text, ty).map(|number| Possible::Range(Interval::point(number))).map_err(|error| (error.message(), error.help()))
        }
        Type::Months | Type::List(_) | Type::Record(_) => {
            Err((format!("{} can only be written in the rules", schema.describe(ty)), Some("change the value in the rules".to_string())))
        }
    }
}

/// A setting as a message shows it: on one short line, whatever was typed.
pub(super) fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}
