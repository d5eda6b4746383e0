//! What crosses the border between rules and scripts, and the two kinds of number that scripts have.

use std::sync::Arc;

use rhai::{Dynamic, Map};
use rust_decimal::Decimal;

use crate::value::Number;

/// A value as it goes into a script and comes out of it. There are no sets here: only what is exactly known reaches a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// True or false.
    Truth(bool),
    /// A number of any kind, as the rules hold it: a percent as its fraction, a duration in milliseconds.
    Number(Number),
    /// Words, or the name of a variant.
    Text(Arc<str>),
    /// Several values.
    List(Vec<Value>),
    /// Named values. A dotted name is that of a value in a group.
    Record(Arc<[String]>, Vec<Value>),
}

impl Value {
    /// How many entries it has, those of its records among them.
    pub(super) fn entries(&self) -> usize {
        match self {
            Value::Truth(_) | Value::Number(_) | Value::Text(_) => 0,
            Value::List(values) => values.len() + values.iter().map(Value::entries).sum::<usize>(),
            Value::Record(_, values) => values.len() + values.iter().map(Value::entries).sum::<usize>(),
        }
    }

    /// As rhai has it; the error says what can't be handed over.
    pub(super) fn to_dynamic(&self) -> Result<Dynamic, String> {
        Ok(match self {
            Value::Truth(truth) => (*truth).into(),
            Value::Number(number) => {
                canonical(*number).ok_or_else(|| format!("is given {number}, which has more digits than a script's numbers"))?
            }
            Value::Text(text) => text.as_ref().into(),
            Value::List(values) => Dynamic::from_array(values.iter().map(Value::to_dynamic).collect::<Result<_, _>>()?),
            Value::Record(names, values) => {
                let mut map = Map::new();
                for (name, value) in names.iter().zip(values) {
                    insert(&mut map, name, value.to_dynamic()?);
                }
                Dynamic::from_map(map)
            }
        })
    }

    /// What a script gave back; the error says why it is no value of the rules.
    pub(super) fn from_dynamic(value: &Dynamic) -> Result<Value, String> {
        if let Some(number) = as_number(value) {
            return number.map(Value::Number).map_err(|why| format!("gives back a number that {why}"));
        }
        if let Ok(truth) = value.as_bool() {
            return Ok(Value::Truth(truth));
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return Ok(Value::Text(Arc::from(text.as_str())));
        }
        let what = kind(value);
        Err(if value.is_unit() {
            format!("gives back {what}; the value in its last line is the result")
        } else {
            format!("gives back {what}")
        })
    }
}

/// Puts a value into the group that its dotted name leads to.
fn insert(map: &mut Map, name: &str, value: Dynamic) {
    match name.split_once('.') {
        None => {
            map.insert(name.into(), value);
        }
        Some((group, rest)) => {
            let inner = map.entry(group.into()).or_insert_with(|| Dynamic::from_map(Map::new()));
            if let Some(mut inner) = inner.write_lock::<Map>() {
                insert(&mut inner, rest, value);
            }
        }
    }
}

/// A number of the rules as a script's; none where it has too many digits. Of the two kinds that rhai has, a number that is whole is of the one that lists are
/// indexed by.
pub(super) fn canonical(number: Number) -> Option<Dynamic> {
    match number.to_i64() {
        Some(whole) => Some(whole.into()),
        None => decimal(number).map(Dynamic::from_decimal),
    }
}

fn decimal(number: Number) -> Option<Decimal> {
    let (mut units, mut scale) = (number.units(), Number::DECIMALS);
    loop {
        match Decimal::try_from_i128_with_scale(units, scale) {
            Ok(decimal) => return Some(decimal),
            Err(_) if scale > 0 && units % 10 == 0 => {
                units /= 10;
                scale -= 1;
            }
            Err(_) => return None,
        }
    }
}

/// A script's number as one of the rules; none for what is no number. Nothing is rounded: what has more decimals than the rules keep is refused.
pub(super) fn as_number(value: &Dynamic) -> Option<Result<Number, &'static str>> {
    if let Ok(whole) = value.as_int() {
        return Some(Ok(Number::whole(whole)));
    }
    value.as_decimal().ok().map(number)
}

/// As [`as_number`], of a decimal.
pub(super) fn number(value: Decimal) -> Result<Number, &'static str> {
    const TOO_FINE: &str = "has more than 12 decimals, and the rules keep 12";
    let (mut units, mut scale) = (value.mantissa(), value.scale());
    while scale > Number::DECIMALS {
        if units % 10 != 0 {
            return Err(TOO_FINE);
        }
        units /= 10;
        scale -= 1;
    }
    let factor = 10_i128.pow(Number::DECIMALS - scale);
    let too_large = "is further from 0 than the rules' numbers go";
    units.checked_mul(factor).and_then(|units| Number::from_units(units).ok()).ok_or(too_large)
}

/// What a value is, in words.
pub(super) fn kind(value: &Dynamic) -> &'static str {
    if as_number(value).is_some() {
        "a number"
    } else if value.is_bool() {
        "true or false"
    } else if value.is_string() {
        "a text"
    } else if value.is_array() {
        "a list"
    } else if value.is_map() {
        "a record"
    } else if value.is_unit() {
        "nothing"
    } else {
        "something that the rules have no type for"
    }
}
