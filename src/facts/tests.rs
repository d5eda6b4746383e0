//! What sheets mean, case by case, on one small set of declarations.

mod findings;
mod hostile;
mod shipped;
mod values;

use super::{gather, read};
use crate::diagnostic::Diagnostic;
use crate::policy::{Document, DocumentId};
use crate::sheet::{Missing, Sheet};
use crate::source::{FileId, Sources, Span};
use crate::value::{
    Currency, EnumId, EnumType, Field, FieldId, FieldKind, Interval, Leaf, List, ListId, ListType, Number, Period, Possible, RecordId,
    RecordType, Schema, Type, Variant, civil_date, parse_date, show_possible,
};

const SUBJECT: DocumentId = DocumentId(0);
const THESIS: DocumentId = DocumentId(1);
const PEERS: DocumentId = DocumentId(2);

/// Declarations, and the texts that were read by them.
struct World {
    schema: Schema,
    documents: Vec<Document>,
    sources: Sources,
    rules: FileId,
    today: Number,
}

/// A field to be declared.
enum Draft {
    Leaf { name: &'static str, ty: Type, domain: Option<Interval>, fresh: Option<Period>, sourced: bool },
    Group(&'static str, Vec<Draft>),
}

fn leaf(name: &'static str, ty: Type) -> Draft {
    Draft::Leaf { name, ty, domain: None, fresh: None, sourced: false }
}

impl Draft {
    fn within(self, interval: Interval) -> Draft {
        match self {
            Draft::Leaf { name, ty, fresh, sourced, .. } => Draft::Leaf { name, ty, domain: Some(interval), fresh, sourced },
            group => group,
        }
    }

    fn fresh(self, period: Period) -> Draft {
        match self {
            Draft::Leaf { name, ty, domain, sourced, .. } => Draft::Leaf { name, ty, domain, fresh: Some(period), sourced },
            group => group,
        }
    }

    fn sourced(self) -> Draft {
        match self {
            Draft::Leaf { name, ty, domain, fresh, .. } => Draft::Leaf { name, ty, domain, fresh, sourced: true },
            group => group,
        }
    }
}

fn at_least(least: Number) -> Interval {
    Interval::new(least, false, Number::ABOVE_ALL, true).unwrap_or(Interval::unbounded())
}

fn day(text: &str) -> Number {
    parse_date(text).unwrap_or_else(|error| panic!("{}", error.message()))
}

impl World {
    /// The declarations that all cases share, judged on 2026-06-01.
    fn new() -> World {
        let mut sources = Sources::new();
        let rules = sources.add("rules/project.plumb", "subject project { … }");
        let mut world = World { schema: Schema::default(), documents: Vec::new(), sources, rules, today: day("2026-06-01") };
        let layer = world.enumeration("layer", &[("compute", "Compute"), ("data", "Data"), ("drop_in", "Hours")]);
        let share = Interval::closed(Number::ZERO, Number::ONE);
        let finding = world.record("audits.findings", vec![leaf("severity", Type::Whole), leaf("open", Type::Bool)]);
        let findings = world.list(Type::Record(finding), None, 0, None);
        let audit = world.record(
            "audits",
            vec![
                leaf("auditor", Type::Text),
                leaf("date", Type::Date).fresh(Period::Months(24)),
                leaf("findings", Type::List(findings)),
                Draft::Group("scope", vec![leaf("lines", Type::Whole), leaf("core", Type::Bool)]),
            ],
        );
        let audits = world.list(Type::Record(audit), None, 0, Some(3));
        let tags = world.list(Type::Text, None, 0, None);
        let shares = world.list(Type::Percent, Some(share), 1, Some(4));
        let project = world.record(
            "project",
            vec![
                leaf("name", Type::Text),
                leaf("layer", Type::Enum(layer)),
                Draft::Group(
                    "network",
                    vec![
                        leaf("since", Type::Date),
                        leaf("uptime", Type::Percent).within(share).fresh(Period::Days(120)),
                        leaf("operators", Type::Whole).within(at_least(Number::ZERO)).fresh(Period::Days(120)).sourced(),
                        leaf("validators", Type::Whole).within(at_least(Number::ZERO)),
                        leaf("holds_funds", Type::Bool),
                        Draft::Group("speed", vec![leaf("latency", Type::Duration), leaf("peak", Type::Number)]),
                    ],
                ),
                Draft::Group(
                    "market",
                    vec![
                        leaf("cap", Type::Money(Currency::USD)).within(at_least(Number::ONE)),
                        leaf("stored", Type::Size),
                        leaf("owner", Type::Text).sourced(),
                    ],
                ),
                leaf("audits", Type::List(audits)),
                leaf("tags", Type::List(tags)),
                leaf("shares", Type::List(shares)).fresh(Period::Days(30)),
            ],
        );
        let peers = world.list(Type::Record(project), None, 0, None);
        let thesis = world.record("thesis", vec![leaf("horizon", Type::Duration), leaf("layer", Type::Enum(layer))]);
        world.document("project", project, None);
        world.document("thesis", thesis, None);
        world.document("peers", project, Some(peers));
        world
    }

    fn declared(&self) -> Span {
        Span::new(self.rules, 0, 7)
    }

    fn enumeration(&mut self, name: &str, variants: &[(&str, &str)]) -> EnumId {
        let span = self.declared();
        let variants = variants.iter().map(|(name, title)| Variant { name: name.to_string(), title: title.to_string(), span }).collect();
        self.schema.enums.push(EnumType { name: name.into(), title: None, variants, ordered: false });
        EnumId(self.schema.enums.len() as u32 - 1)
    }

    fn list(&mut self, element: Type, domain: Option<Interval>, least: u32, most: Option<u32>) -> ListId {
        let domain = domain.map_or_else(|| Possible::anything(element, &self.schema), Possible::Range);
        self.schema.lists.push(ListType { element, domain, least, most });
        ListId(self.schema.lists.len() as u32 - 1)
    }

    fn record(&mut self, name: &str, drafts: Vec<Draft>) -> RecordId {
        let mut leaves = Vec::new();
        let fields = self.fields("", drafts, &mut leaves);
        self.schema.records.push(RecordType { name: name.into(), fields, leaves });
        RecordId(self.schema.records.len() as u32 - 1)
    }

    fn fields(&mut self, around: &str, drafts: Vec<Draft>, leaves: &mut Vec<Leaf>) -> Vec<Field> {
        let span = self.declared();
        let mut fields = Vec::new();
        for draft in drafts {
            let (name, kind) = match draft {
                Draft::Leaf { name, ty, domain, fresh, sourced } => {
                    let domain = domain.map_or_else(|| Possible::anything(ty, &self.schema), Possible::Range);
                    let field = FieldId(self.schema.fields);
                    self.schema.fields += 1;
                    leaves.push(Leaf {
                        path: format!("{around}{name}"),
                        field,
                        ty,
                        domain,
                        fresh,
                        sourced,
                        fixed: false,
                        doc: String::new(),
                        span,
                    });
                    (name, FieldKind::Leaf(leaves.len() as u32 - 1))
                }
                Draft::Group(name, inner) => (name, FieldKind::Group(self.fields(&format!("{around}{name}."), inner, leaves))),
            };
            fields.push(Field { name: name.to_string(), span, kind });
        }
        fields
    }

    fn document(&mut self, name: &str, record: RecordId, many: Option<ListId>) {
        let span = self.declared();
        self.documents.push(Document { name: name.into(), title: name.into(), doc: String::new(), span, record, optional: false, many });
    }

    fn read_as(&mut self, document: DocumentId, name: &str, text: &str) -> (Option<Sheet>, Vec<Diagnostic>) {
        let file = self.sources.add(format!("{name}.yaml"), text);
        let staged = read(file, name, text, &self.schema, &self.documents, document, self.today);
        assert_eq!(staged.value.is_none(), staged.has_errors(), "a sheet with an error is not used, any other is");
        (staged.value, staged.diagnostics)
    }

    /// The sheet of a text in which nothing is wrong.
    fn sheet_of(&mut self, document: DocumentId, text: &str) -> Sheet {
        let (sheet, findings) = self.read_as(document, "akash", text);
        let told = self.told(&findings);
        sheet.unwrap_or_else(|| panic!("{told}"))
    }

    fn sheet(&mut self, text: &str) -> Sheet {
        self.sheet_of(SUBJECT, text)
    }

    /// Findings, a line each: `code line:column text: message; help`.
    fn told(&self, findings: &[Diagnostic]) -> String {
        let mut told = String::new();
        for finding in findings {
            let place = self.sources.line_column(finding.primary.span);
            let slice = self.sources.slice(finding.primary.span);
            told.push_str(&format!("{} {}:{} [{slice}] {}", finding.code.name, place.line, place.column, finding.message));
            for help in &finding.help {
                told.push_str(&format!("; {help}"));
            }
            if let Some(fix) = &finding.fix {
                told.push_str(&format!(" -> {}", fix.replacement));
            }
            for label in &finding.secondary {
                let place = self.sources.line_column(label.span);
                told.push_str(&format!("; {}:{}:{} {}", self.sources.name(label.span.file), place.line, place.column, label.text));
            }
            told.push('\n');
        }
        told
    }

    fn findings_of(&mut self, document: DocumentId, text: &str) -> String {
        let (_, findings) = self.read_as(document, "akash", text);
        for finding in &findings {
            assert!(finding.message.starts_with(|first: char| !first.is_uppercase()), "{}", finding.message);
            assert!(!finding.message.contains('\n') && !finding.message.ends_with('.'), "{}", finding.message);
        }
        self.told(&findings)
    }

    /// Texts with what is said of each, for comparison with what was said before.
    fn page(&mut self, document: DocumentId, texts: &[&str]) -> String {
        let mut page = String::new();
        for text in texts {
            let findings = self.findings_of(document, text);
            page.push_str(&format!("{text:?}\n{findings}\n"));
        }
        page
    }

    /// One fact as a line: its value, its marks, and what stands beside it.
    fn fact(&self, sheet: &Sheet, path: &str) -> String {
        let Some(index) = (0..sheet.slots.len() as u32).find(|slot| sheet.path(&self.schema, &self.documents, *slot) == path) else {
            return "no such fact".into();
        };
        let slot = &sheet.slots[index as usize];
        let ty = self.type_at(sheet, index);
        let mut line = show_possible(&slot.value, ty, &self.schema);
        line.push_str(if slot.known { " known" } else { " missing" });
        line.push_str(if slot.exact { " exact" } else { " open" });
        let evidence = &sheet.evidence[slot.evidence as usize];
        if slot.evidence != 0 {
            line.push_str(&self.beside(evidence.source.as_deref(), evidence.as_of, evidence.note.as_deref(), evidence.missing));
            if let Some(last) = &evidence.last {
                line.push_str(&format!(" last {}", show_possible(last, ty, &self.schema)));
            }
            for claim in &evidence.claims {
                line.push_str(&format!(" | {}", show_possible(&claim.value, ty, &self.schema)));
                line.push_str(&self.beside(claim.source.as_deref(), claim.as_of, claim.note.as_deref(), claim.missing));
            }
        }
        line
    }

    fn beside(&self, source: Option<&str>, as_of: Option<Number>, note: Option<&str>, missing: Option<Missing>) -> String {
        let mut line = String::new();
        for (sign, text) in [("by", source.map(str::to_string)), ("on", as_of.map(civil_date)), ("note", note.map(str::to_string))] {
            if let Some(text) = text {
                line.push_str(&format!(" {sign} {text}"));
            }
        }
        match missing {
            None => {}
            Some(Missing::Stale(last)) => line.push_str(&format!(" stale after {}", civil_date(last))),
            Some(why) => line.push_str(&format!(" {}", format!("{why:?}").to_lowercase())),
        }
        line
    }

    fn type_at(&self, sheet: &Sheet, slot: u32) -> Type {
        if let Some(leaf) = sheet.leaf_at(&self.schema, slot) {
            return leaf.ty;
        }
        match sheet.element_at(slot).parent {
            Some((list, _)) => match self.type_at(sheet, list) {
                Type::List(list) => self.schema.list(list).element,
                other => other,
            },
            None => self.documents[sheet.document.index()].many.map_or(Type::Text, Type::List),
        }
    }

    /// Every fact of a sheet.
    fn facts(&self, sheet: &Sheet) -> Vec<String> {
        let path = |slot: u32| sheet.path(&self.schema, &self.documents, slot);
        (0..sheet.slots.len() as u32).map(|slot| format!("{}: {}", path(slot), self.fact(sheet, &path(slot)))).collect()
    }
}

/// What every sheet must be, whatever its text: evaluation relies on it.
fn check_form(world: &World, sheet: &Sheet) {
    let number = sheet.document.0 as u16 + 1;
    let mut lengths = Vec::new();
    for (index, element) in sheet.elements.iter().enumerate() {
        let next = sheet.elements.get(index + 1).map_or(sheet.slots.len() as u32, |next| next.first);
        let length = match (element.record, element.parent) {
            (Some(record), _) => world.schema.record(record).leaves.len() as u32,
            (None, Some(_)) => 1,
            (None, None) => 1,
        };
        lengths.push(length);
        assert_eq!(next - element.first, length, "elements stand one after another without a gap");
    }
    for (index, slot) in sheet.slots.iter().enumerate() {
        assert!((slot.evidence as usize) < sheet.evidence.len());
        assert!(slot.known || slot.evidence == 0 || sheet.evidence[slot.evidence as usize].missing.is_some());
        assert_eq!(slot.exact, slot.value.is_exact());
        if let Possible::List(List { sheet: of, first, known, more }) = slot.value {
            assert_eq!(of, number);
            assert!(slot.known || (known == 0 && more));
            let own: Vec<&crate::sheet::Element> =
                sheet.elements.iter().filter(|element| element.parent.is_some_and(|(list, _)| list as usize == index)).collect();
            assert_eq!(own.len(), known as usize, "every entry of a list has its place, and none stands there in vain");
            for (place, element) in own.iter().enumerate() {
                let stride = element.record.map_or(1, |record| world.schema.record(record).leaves.len() as u32);
                assert_eq!(element.first, first + place as u32 * stride);
                assert_eq!(element.parent, Some((index as u32, place as u32)));
            }
        }
    }
}
