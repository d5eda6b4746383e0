//! What is declared and read by nothing.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{Field, FieldKind, RecordId, Type};

use super::{Checker, Kind};

impl<'a> Checker<'a> {
    /// Warns of names and facts that nothing reads. Where something is broken, what it would have read is not known, so nothing is said.
    pub(super) fn report_unused(&mut self) {
        if self.findings.iter().any(Diagnostic::is_error) {
            return;
        }
        let mut unused = Vec::new();
        for (place, definition) in self.definitions.iter().enumerate() {
            let advice = match definition.kind {
                Kind::Param(..) | Kind::Let(..) => "use it in a rule, or leave it out",
                Kind::Type(_) => "give it to a field or a parameter, or leave it out",
                Kind::Function(..) => "call it in a rule, or leave its line out",
                Kind::Context(_) => "read one of its facts in a rule, or leave it out",
                Kind::Subject(_) | Kind::Scorecard(..) | Kind::Gate(..) | Kind::Verdict(..) | Kind::Card(..) => continue,
                Kind::Protocol(_) | Kind::Limit(..) | Kind::Trigger(..) | Kind::Review(_) | Kind::Profile(_) => continue,
                // A report shows every table, read or not.
                Kind::Table(..) => continue,
            };
            if !self.used[place] {
                let name = definition.name;
                let message = format!("nothing uses {} `{}`", definition.kind.noun().replacen("a ", "the ", 1), name.text);
                unused.push(Diagnostic::new(&codes::UNUSED_NAME, name.span, message).help(advice));
            }
        }
        self.findings.extend(unused);
        self.report_unused_fields();
    }

    fn report_unused_fields(&mut self) {
        let Some(document) = self.subject.and_then(|subject| self.documents.get(&subject)) else { return };
        // A named group may be used in several places: a field of it is read if any of its places is.
        let schema = &self.policy.schema;
        let read: BTreeSet<Span> = schema
            .records
            .iter()
            .flat_map(|record| &record.leaves)
            .filter(|leaf| self.used_fields.contains(&leaf.field))
            .map(|leaf| leaf.span)
            .collect();
        let mut unread = Unread { checker: self, read: &read, seen: BTreeSet::new(), findings: Vec::new() };
        let record = self.policy.documents[document.index()].record;
        unread.record(record, "", false);
        let findings = unread.findings;
        self.findings.extend(findings);
    }
}

struct Unread<'c, 'a> {
    checker: &'c Checker<'a>,
    read: &'c BTreeSet<Span>,
    seen: BTreeSet<RecordId>,
    findings: Vec<Diagnostic>,
}

impl Unread<'_, '_> {
    fn record(&mut self, record: RecordId, prefix: &str, in_list: bool) {
        if self.seen.insert(record) {
            self.fields(record, &self.checker.policy.schema.record(record).fields, prefix, in_list);
        }
    }

    fn fields(&mut self, record: RecordId, fields: &[Field], prefix: &str, in_list: bool) {
        for field in fields {
            let path = if prefix.is_empty() { field.name.clone() } else { format!("{prefix}.{}", field.name) };
            match &field.kind {
                FieldKind::Group(inner) if !inner.is_empty() && self.all_unread(record, inner) => {
                    self.report(field, &path, "no rule reads a fact of")
                }
                FieldKind::Group(inner) => self.fields(record, inner, &path, in_list),
                FieldKind::Leaf(place) => {
                    let leaf = &self.checker.policy.schema.record(record).leaves[*place as usize];
                    let element = match leaf.ty {
                        Type::List(list) => match self.checker.policy.schema.list(list).element {
                            Type::Record(element) => Some(element),
                            _ => None,
                        },
                        _ => None,
                    };
                    // Words in a list tell its entries apart for those who read the sheet.
                    let for_readers = in_list && leaf.ty == Type::Text;
                    if !self.read.contains(&leaf.span) {
                        if !for_readers {
                            self.report(field, &path, "no rule reads");
                        }
                    } else if let Some(element) = element {
                        self.record(element, &path, true);
                    }
                }
            }
        }
    }

    fn all_unread(&self, record: RecordId, fields: &[Field]) -> bool {
        fields.iter().all(|field| match &field.kind {
            FieldKind::Leaf(place) => !self.read.contains(&self.checker.policy.schema.record(record).leaves[*place as usize].span),
            FieldKind::Group(inner) => self.all_unread(record, inner),
        })
    }

    fn report(&mut self, field: &Field, path: &str, words: &str) {
        self.findings.push(
            Diagnostic::new(&codes::UNUSED_FIELD, field.span, format!("{words} `{path}`"))
                .help("use it in a rule or a text, or don't ask for it on the fact sheet"),
        );
    }
}
