//! Canonical JSON: one text for one value, so that equal records are equal bytes.
//!
//! It is the form of RFC 8785 for what records hold. Names stand in the order of their UTF-16 units, each once; there is no space between tokens and no line
//! break at the end. Texts are UTF-8; `"`, `\` and the characters below U+0020 are escaped, by `\b \t \n \f \r` where there is such an escape and else by
//! `\u00` and two digits in lower case; nothing else is escaped. Numbers are whole, without sign zero, fraction or exponent, and no further from zero than
//! 2⁵³ − 1, so that no reader rounds them: exact amounts are texts.

use serde::Serialize;
use serde_json::Value;

/// The whole numbers that every reader of JSON holds exactly.
const EXACT: i64 = (1 << 53) - 1;

/// The canonical text of what has one.
///
/// # Errors
/// When a number in it is not whole or too large.
pub(super) fn text_of(value: &impl Serialize) -> Result<String, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    text(&value)
}

/// The canonical text of a value.
///
/// # Errors
/// When a number in it is not whole or too large.
pub(super) fn text(value: &Value) -> Result<String, String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(text)
}

/// Reads a text that must be canonical.
///
/// # Errors
/// When it is no JSON, or another text of the same value.
pub(super) fn read(written: &str) -> Result<Value, String> {
    let value: Value = serde_json::from_str(written).map_err(|error| format!("it is not JSON: {error}"))?;
    match text(&value)? == written {
        true => Ok(value),
        false => Err("it is not in canonical form: its JSON is written in another way than records are".into()),
    }
}

fn write(value: &Value, out: &mut String) -> Result<(), String> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => match number.as_i64().filter(|number| (-EXACT..=EXACT).contains(number)) {
            Some(number) => out.push_str(&number.to_string()),
            None => return Err(format!("the number {number} is not whole, or too large for a record")),
        },
        Value::String(text) => quote(text, out),
        Value::Array(entries) => {
            out.push('[');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(entry, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Where two values differ.
pub(super) struct Differences {
    /// The first of them: the path, what was recorded, what comes out now.
    pub first: Vec<(String, String, String)>,
    /// How many there are in all.
    pub all: usize,
}

/// The places in which two values differ, each the innermost, in the order of the canonical text. At most `most` are kept.
pub(super) fn differences(recorded: &Value, now: &Value, most: usize) -> Differences {
    let mut found = Differences { first: Vec::new(), all: 0 };
    compare(recorded, now, &mut String::new(), most, &mut found);
    found
}

fn compare(recorded: &Value, now: &Value, path: &mut String, most: usize, found: &mut Differences) {
    if recorded == now {
        return;
    }
    let before = path.len();
    match (recorded, now) {
        (Value::Object(old), Value::Object(new)) => {
            let mut names: Vec<&String> = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name))).collect();
            names.sort();
            for name in names {
                path.push_str(if before == 0 { "" } else { "." });
                path.push_str(name);
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => compare(old, new, path, most, found),
                    (old, new) => found.add(path, &member(old), &member(new), most),
                }
                path.truncate(before);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                path.push_str(&format!("[{index}]"));
                compare(old, new, path, most, found);
                path.truncate(before);
            }
            if old.len() != new.len() {
                found.add(path, &format!("{} entries", old.len()), &format!("{} entries", new.len()), most);
            }
        }
        (old, new) => found.add(path, &member(Some(old)), &member(Some(new)), most),
    }
}

fn member(value: Option<&Value>) -> String {
    match value {
        None => "nothing".into(),
        Some(Value::Object(_)) => "a group of members".into(),
        Some(Value::Array(entries)) => format!("{} entries", entries.len()),
        Some(value) => {
            let text = value.to_string();
            let mut short: String = text.chars().take(60).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        }
    }
}

impl Differences {
    fn add(&mut self, path: &str, recorded: &str, now: &str, most: usize) {
        self.all += 1;
        if self.first.len() < most {
            self.first.push((path.to_string(), recorded.to_string(), now.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_text_for_one_value() {
        let value: Value = serde_json::from_str(
            "{ \"b\": [1, -2, true, null, \"\"], \"a\": {\"\u{e000}\": 1, \"\u{10000}\": 2}, \"c\": \"\\u0041\\/ \\u0007\\u007f\u{202e}\\n\\\"\\\\\" }",
        )
        .expect("it is JSON");
        // U+10000 is two units from U+D800 on, and so stands before U+E000.
        let canonical =
            "{\"a\":{\"\u{10000}\":2,\"\u{e000}\":1},\"b\":[1,-2,true,null,\"\"],\"c\":\"A/ \\u0007\u{7f}\u{202e}\\n\\\"\\\\\"}";
        assert_eq!(text(&value).as_deref(), Ok(canonical));
        assert_eq!(read(canonical), Ok(value));
    }

    #[test]
    fn any_other_text_of_a_value_is_refused() {
        for other in [
            "{\"a\":1 }",
            "{\"a\":1}\n",
            "{\"b\":1,\"a\":1}",
            "{\"a\":1,\"a\":1}",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u000A\"",
            "-0",
            "1.0",
            "1e0",
        ] {
            assert!(read(other).is_err(), "{other}");
        }
        for number in ["9007199254740992", "-9007199254740992", "18446744073709551615", "0.5"] {
            assert!(read(number).is_err_and(|why| why.contains("not whole")), "{number}");
        }
        assert!(read("9007199254740991").is_ok() && read("-9007199254740991").is_ok());
    }

    #[test]
    fn differences_are_the_innermost_places() {
        let value = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        let old = value("{\"a\":[{\"b\":1,\"c\":\"x\"},2],\"d\":null,\"e\":{}}");
        let new = value("{\"a\":[{\"b\":2,\"c\":\"x\"}],\"d\":[1],\"f\":true}");
        let found = differences(&old, &new, 10);
        let shown: Vec<String> = found.first.iter().map(|(path, old, new)| format!("{path}: {old}, {new}")).collect();
        let expected =
            ["a[0].b: 1, 2", "a: 2 entries, 1 entries", "d: null, 1 entries", "e: a group of members, nothing", "f: nothing, true"];
        assert_eq!((shown, found.all), (expected.map(str::to_string).to_vec(), 5));
    }
}
