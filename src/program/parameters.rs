//! Parameters: their values in the rules, and what is set from outside, checked against type and bounds.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, closest, codes};
use crate::policy;
use crate::value::{Texts, Truth, parse_quantity, show_possible};

/// Puts every parameter in force.
pub(super) fn parameters(lowerer: &mut Lowerer, settings: &Settings) {
    let policy = lowerer.policy;
    for setting in &settings.parameters {
        if policy.params.iter().all(|param| !is_named(param, &setting.0)) {
            unknown(lowerer, &setting.0);
        }
    }
    for param in &policy.params {
        let id = lowerer.expression(&param.value);
        let written = match &lowerer.program.expressions[id.0 as usize].0 {
            Expr::Constant(value) => value.clone(),
            _ => {
                lowerer.report(
                    Diagnostic::new(&codes::NOT_CONSTANT, param.value.span, "a parameter's value must be known before any facts are")
                        .help("write a number, a percent, an amount, a date or a name here"),
                );
                param.domain.clone()
            }
        };
        if !written.is_subset_of(&param.domain) {
            let bounds = show_possible(&param.domain, param.ty, &policy.schema);
            lowerer.report(
                Diagnostic::new(&codes::OUT_OF_BOUNDS, param.value.span, format!("`{}` is declared as {bounds}", param.head.code))
                    .label(format!("this is {}", show_possible(&written, param.ty, &policy.schema))),
            );
        }
        // The last of several settings counts, as on every command line.
        let set = settings.parameters.iter().rfind(|(name, _, _)| is_named(param, name));
        let (value, origin) = match set {
            None => (written, None),
            Some((name, text, origin)) => match parse(text, param.ty, &policy.schema) {
                Ok(value) if value.is_subset_of(&param.domain) => (value, Some(origin.clone())),
                Ok(_) => {
                    let bounds = show_possible(&param.domain, param.ty, &policy.schema);
                    bad(lowerer, param, format!("`{name}` can't be `{text}`: it is declared as {bounds}"), None);
                    (written, None)
                }
                Err((message, help)) => {
                    bad(lowerer, param, format!("`{name}` can't be `{text}`: {message}"), help);
                    (written, None)
                }
            },
        };
        lowerer.program.params.push(Param { head: param.head.clone(), ty: param.ty, value, origin });
    }
}

/// Whether a setting means this parameter: by its code, or by its own name where that is enough.
fn is_named(param: &policy::Param, name: &str) -> bool {
    param.head.code == name
}

fn bad(lowerer: &mut Lowerer, param: &policy::Param, message: String, help: Option<String>) {
    let mut diagnostic = Diagnostic::new(&codes::BAD_SETTING, param.head.name_span, message).label("declared here");
    if let Some(help) = help {
        diagnostic = diagnostic.help(help);
    }
    lowerer.report(diagnostic);
}

fn unknown(lowerer: &mut Lowerer, name: &str) {
    let codes_known: Vec<&str> = lowerer.policy.params.iter().map(|param| param.head.code.as_str()).collect();
    let same_end = codes_known.iter().copied().find(|code| code.rsplit('.').next() == Some(name));
    let near = same_end.or_else(|| closest(name, codes_known.iter().copied()));
    // A setting stands in no text; the finding points at the first thing that could have been meant.
    let span = lowerer
        .policy
        .params
        .iter()
        .find(|param| near.is_none_or(|near| param.head.code == near))
        .map(|param| param.head.name_span)
        .or(lowerer.policy.rulebooks.first().map(|rulebook| Span::new(rulebook.file, 0, 0)));
    let Some(span) = span else { return };
    let diagnostic = Diagnostic::new(&codes::BAD_SETTING, span, format!("there is no parameter `{name}`"));
    lowerer.report(match near {
        Some(near) => diagnostic.label("this one?").help(format!("did you mean `{near}`?")),
        None => diagnostic.help("a parameter is set by its rulebook and name, as `screening.min_age`"),
    });
}

/// A value of a type, as an analyst writes it in rules.
fn parse(text: &str, ty: Type, schema: &Schema) -> Result<Possible, (String, Option<String>)> {
    match ty {
        Type::Bool => match text {
            "true" => Ok(Possible::Truth(Truth::True)),
            "false" => Ok(Possible::Truth(Truth::False)),
            _ => Err(("it is true or false".into(), None)),
        },
        Type::Text => Ok(Possible::Texts(Texts::One(text.into()))),
        Type::Enum(id) => {
            let variants = &schema.enumeration(id).variants;
            match variants.iter().position(|variant| variant.name == text) {
                Some(index) => Ok(Possible::Variants(Variants::one(index))),
                None => {
                    let near = closest(text, variants.iter().map(|variant| variant.name.as_str()));
                    Err((format!("it is {}", schema.describe(ty)), near.map(|near| format!("did you mean `{near}`?"))))
                }
            }
        }
        Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Date | Type::Size => {
            parse_quantity(text, ty).map(|number| Possible::Range(Interval::point(number))).map_err(|error| (error.message(), error.help()))
        }
        Type::Months | Type::List(_) | Type::Record(_) => Err(("parameters of this type can't be set from outside".into(), None)),
    }
}
