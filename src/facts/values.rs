//! Single values: a scalar's exact text, read as what its field declares, and checked against what the field allows.

use std::sync::Arc;

use crate::diagnostic::{Code, codes, listed};
use crate::value::{EnumType, Interval, Possible, Schema, Texts, Truth, Type, Variants, parse_quantity, show_possible};
use crate::yaml::Scalar;
use crate::yaml::{clipped, nearest};

/// Why a scalar is not a value of its field. The message goes on from the field's path.
pub(super) struct Misfit {
    pub(super) code: &'static Code,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// What to write instead, where that is certain enough for a machine.
    pub(super) replacement: Option<String>,
}

/// The value of a scalar that is not null.
pub(super) fn value(scalar: &Scalar, ty: Type, domain: &Possible, schema: &Schema) -> Result<Possible, Misfit> {
    // A text written below its name (`|`, `>`) ends in a line break, which only a text can have meant.
    let text = if ty == Type::Text { scalar.text.as_ref() } else { scalar.text.trim_end_matches('\n') };
    let value = match ty {
        Type::Bool => Possible::Truth(truth(text)?),
        Type::Text => Possible::Texts(Texts::One(Arc::from(text))),
        Type::Enum(id) => Possible::Variants(variant(text, schema.enumeration(id))?),
        Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Months | Type::Date | Type::Size => {
            Possible::Range(Interval::point(number(text, ty)?))
        }
        // A caller never asks for these, because no scalar is one.
        Type::List(_) | Type::Record(_) => return Err(wrong(format!("needs {}, found `{}`", schema.describe(ty), clipped(text)))),
    };
    if value.is_subset_of(domain) { Ok(value) } else { Err(out_of_bounds(text, ty, domain, schema)) }
}

fn wrong(message: String) -> Misfit {
    Misfit { code: &codes::WRONG_FACT_TYPE, message, help: None, replacement: None }
}

fn truth(text: &str) -> Result<Truth, Misfit> {
    match text {
        "true" => return Ok(Truth::True),
        "false" => return Ok(Truth::False),
        _ => {}
    }
    let meant = match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some("true"),
        "false" | "no" | "off" | "n" | "0" => Some("false"),
        _ => None,
    };
    Err(Misfit {
        help: meant.map(|meant| format!("write `{meant}`")),
        replacement: meant.map(str::to_string),
        ..wrong(format!("needs true or false, found `{}`", clipped(text)))
    })
}

fn variant(text: &str, enumeration: &EnumType) -> Result<Variants, Misfit> {
    if let Some(place) = enumeration.variants.iter().position(|variant| variant.name == text) {
        return Ok(Variants::one(place));
    }
    let names = || enumeration.variants.iter().map(|variant| variant.name.as_str());
    let titled = enumeration.variants.iter().find(|variant| variant.title.eq_ignore_ascii_case(text)).map(|variant| variant.name.as_str());
    let spelt = || nearest(&text.to_ascii_lowercase().replace([' ', '-'], "_"), names());
    let meant = titled.or_else(spelt);
    let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    Err(Misfit {
        help: meant.map(|meant| format!("did you mean `{meant}`?")),
        replacement: meant.map(str::to_string),
        ..wrong(format!("needs {}, found `{}`", listed(&all, "or"), clipped(text)))
    })
}

fn number(text: &str, ty: Type) -> Result<crate::value::Number, Misfit> {
    parse_quantity(text, ty).map_err(|error| {
        let message = error.message();
        let message = match message.strip_prefix("expected ") {
            Some(rest) => format!("needs {rest}"),
            None => format!("is not as it should be: {message}"),
        };
        let help = error.help();
        // A correction that a machine may apply is one that reads as a value of the type.
        let replacement = help
            .as_deref()
            .and_then(|help| help.strip_prefix("write `")?.split_once('`'))
            .map(|(written, _)| written.to_string())
            .filter(|written| parse_quantity(written, ty).is_ok());
        Misfit { help, replacement, ..wrong(message) }
    })
}

fn out_of_bounds(text: &str, ty: Type, domain: &Possible, schema: &Schema) -> Misfit {
    let allowed = show_possible(domain, ty, schema);
    let within = match domain {
        Possible::Range(range) if range.is_finite() && range.exact().is_none() => "within ",
        _ => "",
    };
    Misfit { code: &codes::FACT_OUT_OF_BOUNDS, ..wrong(format!("must be {within}{allowed}, found `{}`", clipped(text))) }
}
