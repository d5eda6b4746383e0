//! A sheet as text, in the very form that is read: what it states comes back as it was.

use std::fmt::Write;

use super::Sheet;
use crate::policy::Document;
use crate::value::{Field, FieldKind, List, Number, Possible, RecordId, Schema, Texts, Truth, Type, Variants, civil_date, show_number};

impl Sheet {
    /// What the sheet states, as YAML: each fact for which there is evidence, in order of declaration, everything dated on the day given and laid to the
    /// source given where some fact asks for that. A range with an open end is not said, for no source could say it.
    pub fn write(&self, schema: &Schema, documents: &[Document], today: Number, source: &str) -> String {
        let mut writer = Writer { sheet: self, schema, text: String::new() };
        let (dated, sourced) = writer.evidence_asked();
        let evidence = Evidence { as_of: dated.then(|| civil_date(today)), source: sourced.then(|| quoted(source)) };
        let document = &documents[self.document.index()];
        match document.many {
            None => {
                writer.evidence(&evidence, 0);
                writer.record(document.record, 0, 0, false);
            }
            Some(_) => match self.slots.first() {
                Some(slot) if slot.known => {
                    if let Possible::List(list) = &slot.value {
                        writer.document_of_many(*list, &evidence);
                    }
                }
                _ => {}
            },
        }
        if writer.text.is_empty() && document.many.is_none() {
            writer.text.push_str("{}\n");
        }
        writer.text
    }
}

/// What stands at the top for all below.
struct Evidence {
    as_of: Option<String>,
    source: Option<String>,
}

struct Writer<'s> {
    sheet: &'s Sheet,
    schema: &'s Schema,
    text: String,
}

impl Writer<'_> {
    /// Whether a stated fact counts only with a date, and whether one does only with a source.
    fn evidence_asked(&self) -> (bool, bool) {
        let mut asked = (false, false);
        for (place, slot) in self.sheet.slots.iter().enumerate().filter(|(_, slot)| slot.known) {
            let mut at = place as u32;
            // A declaration holds for everything below it, so those of the lists around count too.
            loop {
                let leaf = self.sheet.leaf_at(self.schema, at);
                asked.0 |= leaf.is_some_and(|leaf| leaf.fresh.is_some());
                asked.1 |= leaf.is_some_and(|leaf| leaf.sourced);
                match self.sheet.element_at(at).parent {
                    Some((list, _)) => at = list,
                    None => break,
                }
            }
            debug_assert!(slot.known);
        }
        asked
    }

    fn evidence(&mut self, evidence: &Evidence, indent: usize) {
        for (key, value) in [("as_of", &evidence.as_of), ("source", &evidence.source)] {
            if let Some(value) = value {
                let _ = writeln!(self.text, "{:indent$}{key}: {value}", "");
            }
        }
    }

    /// A context that is a list. What holds for all of it stands in each of its records.
    fn document_of_many(&mut self, list: List, evidence: &Evidence) {
        if list.known == 0 && !list.more {
            self.text.push_str("[]\n");
            return;
        }
        let indent = if list.more { 2 } else { 0 };
        if list.more {
            self.text.push_str(if list.known == 0 { "value: []\n" } else { "value:\n" });
        }
        for place in 0..list.known {
            self.entry(list, place, indent, Some(evidence));
        }
        if list.more {
            self.text.push_str("complete: false\n");
        }
    }

    /// The facts of a record or entry. `begun`: its first line has its dash already.
    fn record(&mut self, record: RecordId, first: u32, indent: usize, begun: bool) {
        let schema = self.schema;
        let before = self.text.len();
        self.fields(record, &schema.record(record).fields, first, indent);
        if begun {
            // The dash takes the place of the indent of the first line.
            let written = self.text.split_off(before);
            match written.get(indent..) {
                Some(facts) if !facts.is_empty() => self.text.push_str(facts),
                _ => self.text.push_str("{}\n"),
            }
        }
    }

    fn fields(&mut self, record: RecordId, fields: &[Field], first: u32, indent: usize) {
        for field in fields {
            match &field.kind {
                FieldKind::Leaf(leaf) => self.fact(record, *leaf, first + leaf, &field.name, indent),
                FieldKind::Group(inner) => {
                    let before = self.text.len();
                    let _ = writeln!(self.text, "{:indent$}{}:", "", field.name);
                    let header = self.text.len();
                    self.fields(record, inner, first, indent + 2);
                    if self.text.len() == header {
                        self.text.truncate(before);
                    }
                }
            }
        }
    }

    fn fact(&mut self, record: RecordId, leaf: u32, slot: u32, name: &str, indent: usize) {
        let Some(fact) = self.sheet.slots.get(slot as usize).filter(|slot| slot.known) else { return };
        let ty = self.schema.record(record).leaves[leaf as usize].ty;
        match &fact.value {
            Possible::List(list) => {
                let list = *list;
                let _ = write!(self.text, "{:indent$}{name}:", "");
                let within = if list.more { indent + 4 } else { indent + 2 };
                if list.more {
                    let _ = write!(self.text, "\n{:width$}value:", "", width = indent + 2);
                }
                self.text.push_str(if list.known == 0 { " []\n" } else { "\n" });
                for place in 0..list.known {
                    self.entry(list, place, within, None);
                }
                if list.more {
                    let _ = writeln!(self.text, "{:width$}complete: false", "", width = indent + 2);
                }
            }
            value => {
                if let Some(text) = self.value(value, ty) {
                    let _ = writeln!(self.text, "{:indent$}{name}: {text}", "");
                }
            }
        }
    }

    /// An entry of a list, after its dash.
    fn entry(&mut self, list: List, place: u32, indent: usize, evidence: Option<&Evidence>) {
        let sheet = self.sheet;
        let element = sheet.elements.iter().filter(|element| element.first >= list.first && element.parent.is_some()).nth(place as usize);
        let Some(element) = element else { return };
        let _ = write!(self.text, "{:indent$}- ", "");
        match element.record {
            Some(record) => {
                let before = self.text.len();
                if let Some(evidence) = evidence {
                    self.evidence(evidence, indent + 2);
                }
                if self.text.len() > before {
                    // What holds for the record comes first, so it is what follows the dash.
                    self.text.drain(before..before + indent + 2);
                    self.record(record, element.first, indent + 2, false);
                } else {
                    self.record(record, element.first, indent + 2, true);
                }
            }
            None => {
                let ty = element.parent.and_then(|(list, _)| sheet.leaf_at(self.schema, list)).map(|leaf| leaf.ty);
                let ty = if let Some(Type::List(list)) = ty { self.schema.list(list).element } else { Type::Text };
                let slot = &sheet.slots[element.first as usize];
                let text = if slot.known { self.value(&slot.value, ty) } else { None };
                let _ = writeln!(self.text, "{}", text.unwrap_or("null".into()));
            }
        }
    }

    /// A value as it is read; of several possible ones, a claim each.
    fn value(&self, value: &Possible, ty: Type) -> Option<String> {
        let claims = |claims: Vec<String>| {
            let claims: Vec<String> = claims.into_iter().map(|value| format!("{{ value: {value} }}")).collect();
            format!("{{ claims: [{}] }}", claims.join(", "))
        };
        match value {
            Possible::Truth(Truth::True) => Some("true".into()),
            Possible::Truth(Truth::False) => Some("false".into()),
            Possible::Truth(Truth::Unknown) => Some(claims(vec!["true".into(), "false".into()])),
            Possible::Range(range) => match range.exact() {
                Some(exact) => Some(number(exact, ty)),
                None if range.low_open || range.high_open => None,
                None => Some(claims(vec![number(range.low, ty), number(range.high, ty)])),
            },
            Possible::Variants(variants) => {
                let Type::Enum(id) = ty else { return None };
                let all = &self.schema.enumeration(id).variants;
                let name = |place: usize| all.get(place).map(|variant| word(&variant.name));
                match variants.single() {
                    Some(only) => name(only),
                    None => Some(claims(Variants::iter(*variants).filter_map(name).collect())),
                }
            }
            Possible::Texts(Texts::Any) | Possible::List(_) => None,
            Possible::Texts(texts) => match texts.single() {
                Some(text) => Some(word(text)),
                None => Some(claims(texts.listed().iter().map(|text| quoted(text)).collect())),
            },
        }
    }
}

/// A number as fact sheets write it: as readers see it, without marks between the thousands.
fn number(number: Number, ty: Type) -> String {
    show_number(number, ty).replace(',', "")
}

/// A text without quotes, where nobody could take it for anything else.
fn word(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, ' ' | '_' | '-'))
        && !matches!(text, "null" | "Null" | "NULL");
    if plain { text.to_string() } else { quoted(text) }
}

/// A text in quotes, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if character.is_control() || matches!(code, 0x2028 | 0x2029 | 0xfeff | 0xfffe | 0xffff) => {
                let _ = if code <= 0xff { write!(quoted, "\\x{code:02x}") } else { write!(quoted, "\\u{code:04x}") };
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
