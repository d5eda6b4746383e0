//! A tree into a sheet, led by the declarations: which names there are, which of them are groups, and what each fact is.
//!
//! The declarations also decide the order, so that two files that differ in the order of their lines give one sheet. Entries of lists are read once
//! all that stands before them has its slots, which keeps the entries of each list together. Only the nesting of groups is followed by calls, and that
//! is as deep as their declaration.

mod evidence;

use std::collections::VecDeque;

use super::values::{self, Misfit};
use crate::diagnostic::{Code, Diagnostic, codes, listed};
use crate::policy::{Document, DocumentId};
use crate::sheet::{Claim, Element, Evidence, Missing, Sheet, Slot};
use crate::source::{FileId, Span};
use crate::value::{Field, FieldId, FieldKind, Leaf, List, ListId, Number, Possible, RecordId, Schema, Type};
use crate::yaml::{Entry, Kind, Node};
use crate::yaml::{Findings, clipped, nearest};

use evidence::{Said, Wrapper, is_free};

/// Of a slot that no declared field stands for: a context that is itself a list.
pub(super) const NO_FIELD: FieldId = FieldId(u32::MAX);

/// The most slots of a sheet: a short text can name many entries, each of which holds a slot for every declared fact.
const MOST_SLOTS: usize = 4_000_000;

/// Reads a document's tree. The sheet is of use only if nothing was found.
#[expect(clippy::too_many_arguments, reason = "the one door from text to sheet hands all of it through")]
pub(super) fn read<'a>(
    root: &'a Node<'a>,
    file: FileId,
    name: &str,
    schema: &'a Schema,
    documents: &'a [Document],
    document: DocumentId,
    today: Number,
    findings: &'a mut Findings,
) -> Sheet {
    let sheet =
        Sheet { document, file, name: name.to_string(), slots: Vec::new(), evidence: vec![Evidence::absent()], elements: Vec::new() };
    let mut reader = Reader { schema, documents, today, findings, sheet, lists: VecDeque::new(), uncounted: VecDeque::new() };
    let declared = &documents[document.index()];
    match declared.many {
        Some(list) => reader.document_of_many(root, list, declared.span, name),
        None => {
            reader.sheet.elements.push(Element { first: 0, record: Some(declared.record), parent: None, label: None });
            reader.absent(declared.record);
            reader.record(root, declared.record, 0, &Said::default());
        }
    }
    reader.entries_of_lists();
    reader.sheet
}

/// A document of which nothing is known.
pub(super) fn nothing(file: FileId, schema: &Schema, documents: &[Document], document: DocumentId) -> Sheet {
    let name = documents[document.index()].name.clone();
    let sheet = Sheet { document, file, name, slots: Vec::new(), evidence: vec![Evidence::absent()], elements: Vec::new() };
    let mut findings = Findings::default();
    let lists = VecDeque::new();
    let mut reader = Reader { schema, documents, today: Number::ZERO, findings: &mut findings, sheet, lists, uncounted: VecDeque::new() };
    let declared = &documents[document.index()];
    match declared.many {
        Some(_) => reader.unknown_document_of_many(),
        None => {
            reader.sheet.elements.push(Element { first: 0, record: Some(declared.record), parent: None, label: None });
            reader.absent(declared.record);
        }
    }
    reader.sheet
}

/// What reads one document.
struct Reader<'a> {
    schema: &'a Schema,
    documents: &'a [Document],
    today: Number,
    findings: &'a mut Findings,
    sheet: Sheet,
    /// Lists whose entries have no slots yet.
    lists: VecDeque<Listed<'a>>,
    /// Lists that do not count as a whole: their entries are looked at for mistakes only.
    uncounted: VecDeque<Listed<'a>>,
}

/// A list whose entries are still to be read.
struct Listed<'a> {
    slot: u32,
    list: ListId,
    more: bool,
    nodes: &'a [Node<'a>],
    said: Said,
    /// Its declaration; none for a context that is itself a list.
    leaf: Option<&'a Leaf>,
    /// What its only entry is called, if it has a name.
    label: Option<String>,
}

/// A fact to be read: where it goes and what it must be.
#[derive(Clone, Copy)]
struct Target<'a> {
    slot: u32,
    ty: Type,
    domain: &'a Possible,
    /// The declaration of the fact, or of the list whose entry it is; none for a context that is itself a list.
    leaf: Option<&'a Leaf>,
    /// Where it is declared.
    declared: Span,
    /// What a finding about the whole fact points at: its name, or the beginning of its entry.
    at: Span,
}

/// The groups around a fact, from the inside.
struct Group<'g> {
    name: &'g str,
    around: Option<&'g Group<'g>>,
}

impl Group<'_> {
    fn path(&self) -> String {
        match self.around {
            Some(around) => format!("{}.{}", around.path(), self.name),
            None => self.name.to_string(),
        }
    }
}

impl<'a> Reader<'a> {
    /// A context that is a list: a sequence, with or without evidence around it, or one record.
    fn document_of_many(&mut self, root: &'a Node<'a>, list: ListId, declared: Span, name: &str) {
        self.unknown_document_of_many();
        let record =
            matches!(&root.kind, Kind::Mapping(entries) if !entries.iter().any(|entry| matches!(entry.key.as_ref(), "value" | "claims")));
        if record {
            self.list(0, list, None, std::slice::from_ref(root), root.span, Said::default(), false, Some(name.to_string()));
        } else {
            let target = Target { slot: 0, ty: Type::List(list), domain: NOTHING_ELSE, leaf: None, declared, at: root.beginning() };
            self.fact(root, target, &Said::default());
        }
    }

    /// The slot of a context that is a list, nothing being known of it.
    fn unknown_document_of_many(&mut self) {
        self.sheet.elements.push(Element { first: 0, record: None, parent: None, label: None });
        let unknown = Possible::List(List { sheet: self.sheet_number(), ..List::UNKNOWN });
        self.sheet.slots.push(Slot { value: unknown, known: false, exact: false, field: NO_FIELD, evidence: 0 });
    }

    /// A slot for every fact of a record, nothing being known of any.
    fn absent(&mut self, record: RecordId) {
        let unknown_list = List { sheet: self.sheet_number(), ..List::UNKNOWN };
        let slots = self.schema.record(record).leaves.iter().map(|leaf| {
            // How long an unknown list may be is for its type to say, which evaluation asks.
            let value = if matches!(leaf.ty, Type::List(_)) { Possible::List(unknown_list) } else { leaf.domain.clone() };
            let exact = value.is_exact();
            Slot { value, known: false, exact, field: leaf.field, evidence: 0 }
        });
        self.sheet.slots.extend(slots);
    }

    /// The number by which evaluation knows this sheet.
    fn sheet_number(&self) -> u16 {
        self.sheet.document.0 as u16 + 1
    }

    /// Reads the entries of all lists, level by level.
    fn entries_of_lists(&mut self) {
        while let Some(listed) = self.lists.pop_front() {
            self.entries(&listed);
        }
        let (slots, evidence, elements) = (self.sheet.slots.len(), self.sheet.evidence.len(), self.sheet.elements.len());
        while let Some(listed) = self.uncounted.pop_front() {
            self.entries(&listed);
            self.uncounted.append(&mut self.lists);
        }
        self.sheet.slots.truncate(slots);
        self.sheet.evidence.truncate(evidence);
        self.sheet.elements.truncate(elements);
    }

    fn entries(&mut self, listed: &Listed<'a>) {
        let ty = self.schema.list(listed.list);
        let (first, record) = (self.sheet.slots.len(), if let Type::Record(record) = ty.element { Some(record) } else { None });
        let stride = record.map_or(1, |record| self.schema.record(record).leaves.len());
        if stride.saturating_mul(listed.nodes.len()).saturating_add(first) > MOST_SLOTS {
            let span = listed.nodes.first().map_or(Span { end: 0, start: 0, file: self.sheet.file }, |node| node.beginning());
            let message = format!("expected a fact sheet of at most {MOST_SLOTS} facts, found more in `{}`", self.path(listed.slot));
            self.findings.add(Diagnostic::new(&codes::FILE_TOO_LARGE, span, message));
            return;
        }
        for (place, _) in listed.nodes.iter().enumerate() {
            let parent = Some((listed.slot, place as u32));
            self.sheet.elements.push(Element { first: (first + place * stride) as u32, record, parent, label: listed.label.clone() });
            match record {
                Some(record) => self.absent(record),
                None => {
                    let field = listed.leaf.map_or(NO_FIELD, |leaf| leaf.field);
                    let exact = ty.domain.is_exact();
                    self.sheet.slots.push(Slot { value: ty.domain.clone(), known: false, exact, field, evidence: 0 });
                }
            }
        }
        let sheet = self.sheet_number();
        if let Some(slot) = self.sheet.slots.get_mut(listed.slot as usize)
            && slot.known
        {
            let known = listed.nodes.len() as u32;
            slot.value = Possible::List(List { sheet, first: if known == 0 { 0 } else { first as u32 }, known, more: listed.more });
        }
        for (place, node) in listed.nodes.iter().enumerate() {
            if self.findings.is_full() {
                return;
            }
            let slot = (first + place * stride) as u32;
            match record {
                Some(record) => self.record(node, record, slot, &listed.said),
                None => {
                    let declared = listed.leaf.map_or(node.span, |leaf| leaf.span);
                    let at = node.beginning();
                    let target = Target { slot, ty: ty.element, domain: &ty.domain, leaf: listed.leaf, declared, at };
                    self.fact(node, target, &listed.said);
                }
            }
        }
    }

    /// A document or an entry of a list.
    fn record(&mut self, node: &'a Node<'a>, record: RecordId, first: u32, said: &Said) {
        let record = self.schema.record(record);
        match &node.kind {
            Kind::Mapping(entries) => self.group(entries, &record.fields, &record.leaves, first, None, said),
            Kind::Refused => {}
            Kind::Scalar(scalar) if scalar.is_null() => {}
            Kind::Scalar(_) | Kind::Sequence(_) => {
                let name = self.record_path(first);
                let whole = if name.is_empty() { "a fact sheet".to_string() } else { format!("`{name}`") };
                let message = format!("{whole} needs facts with their names, found {}", found(node));
                let help = record.fields.first().map(|field| format!("write each fact on a line of its own, as `{}: …`", field.name));
                self.complain(&codes::WRONG_FACT_TYPE, node.beginning(), message, help);
            }
        }
    }

    /// The facts of a record or group.
    fn group(&mut self, entries: &'a [Entry<'a>], fields: &'a [Field], leaves: &'a [Leaf], first: u32, group: Option<&Group>, said: &Said) {
        let said = self.said(entries, said, &|reader| reader.group_path(first, group));
        let mut read = 0;
        for field in fields {
            let Some(entry) = entries.iter().find(|entry| entry.key == field.name) else { continue };
            read += 1;
            match &field.kind {
                FieldKind::Leaf(index) => {
                    let Some(leaf) = leaves.get(*index as usize) else { continue };
                    let target = Target {
                        slot: first + index,
                        ty: leaf.ty,
                        domain: &leaf.domain,
                        leaf: Some(leaf),
                        declared: leaf.span,
                        at: entry.key_span,
                    };
                    self.fact(&entry.value, target, &said);
                }
                FieldKind::Group(inner) => {
                    let within = Group { name: &field.name, around: group };
                    match &entry.value.kind {
                        Kind::Mapping(entries) => self.group(entries, inner, leaves, first, Some(&within), &said),
                        Kind::Refused => {}
                        Kind::Scalar(scalar) if scalar.is_null() => {}
                        Kind::Scalar(_) | Kind::Sequence(_) => {
                            let path = self.group_path(first, Some(&within));
                            let message = format!("`{path}` is a group of facts, found {}", found(&entry.value));
                            let example = inner.first().map_or("name", |field| field.name.as_str());
                            self.findings.add(
                                Diagnostic::new(&codes::WRONG_FACT_TYPE, entry.key_span, message)
                                    .related(field.span, "the group is declared here")
                                    .help(format!("write its facts under it, indented, as `{example}: …`")),
                            );
                        }
                    }
                }
            }
        }
        if read < entries.len() {
            for entry in entries {
                let key = entry.key.as_ref();
                if is_free(key) || matches!(key, "source" | "as_of" | "note") || fields.iter().any(|field| field.name == key) {
                    continue;
                }
                if self.findings.is_full() {
                    return;
                }
                let before =
                    entries.iter().rev().find(|before| before.key_span.start < entry.key_span.start && before.key.parse::<u64>().is_err());
                let path = self.group_path(first, before.map(|before| Group { name: &before.key, around: group }).as_ref().or(group));
                if !self.torn_number(entry, entries, &path) {
                    self.unknown(entry, fields, leaves, first, group);
                }
            }
        }
    }

    /// A name that the declaration does not have.
    fn unknown(&mut self, entry: &Entry, fields: &[Field], leaves: &[Leaf], first: u32, group: Option<&Group>) {
        let key = entry.key.as_ref();
        let around = self.group_path(first, group);
        if matches!(key, "value" | "claims" | "complete") {
            let whole = if around.is_empty() { "a fact sheet".to_string() } else { format!("`{around}`") };
            let message = format!("{whole} holds several facts, and only a single fact has `{key}`");
            let help = "write `source:`, `as_of:` and `note:` for all of them here, and `value:` under each".to_string();
            self.complain(&codes::BAD_EVIDENCE, entry.key_span, message, Some(help));
            return;
        }
        let path = if around.is_empty() { clipped(key) } else { format!("{around}.{}", clipped(key)) };
        let mut finding = Diagnostic::new(&codes::UNKNOWN_FACT, entry.key_span, format!("the rules declare no fact `{path}`"));
        let elsewhere: Vec<String> = leaves
            .iter()
            .filter(|leaf| leaf.path.rsplit('.').next() == Some(key) || leaf.path.split('.').rev().skip(1).any(|part| part == key))
            .map(|leaf| {
                let end = leaf.path.split('.').take_while(|part| *part != key).map(|part| part.len() + 1).sum::<usize>() + key.len();
                format!("`{}`", leaf.path.get(..end).unwrap_or(&leaf.path))
            })
            .fold(Vec::new(), |mut paths, path| {
                if !paths.contains(&path) {
                    paths.push(path);
                }
                paths
            });
        let meant = nearest(key, fields.iter().map(|field| field.name.as_str()).chain(["source", "as_of", "note"]));
        if let Some(meant) = meant {
            finding = finding.help(format!("did you mean `{meant}`?")).fix(entry.key_span, meant);
            if let Some(field) = fields.iter().find(|field| field.name == meant) {
                finding = finding.related(field.span, format!("`{meant}` is declared here"));
            }
        } else if !elsewhere.is_empty() {
            finding = finding.help(format!("there is {}", listed(&elsewhere, "and")));
        } else {
            finding = finding.help(format!("declare it, or call it `x-{}` to keep it as a remark", clipped(key)));
        }
        self.findings.add(finding);
    }

    /// A fact, with or without evidence of its own.
    fn fact(&mut self, node: &'a Node<'a>, target: Target<'a>, said: &Said) {
        let wrapper = match &node.kind {
            Kind::Mapping(entries) => match self.wrapper(entries, &target, said) {
                Some(wrapper) => wrapper,
                None => return,
            },
            _ => Wrapper::bare(node, said),
        };
        if let Some(claims) = wrapper.claims {
            self.claims(claims, &target, &wrapper.said);
            return;
        }
        let Some(node) = wrapper.value else { return };
        match (&node.kind, target.ty) {
            (Kind::Refused, _) => {}
            (Kind::Scalar(scalar), _) if scalar.is_null() => self.left_out(node.span, &target, wrapper.own.then_some(wrapper.said)),
            (Kind::Sequence(nodes), Type::List(list)) => {
                self.list(target.slot, list, target.leaf, nodes, node.span, wrapper.said, wrapper.incomplete, None);
            }
            (Kind::Scalar(_), Type::List(_)) => {
                let help = "write its entries in `[ ]`, or each on a line that begins with `- `";
                self.misplaced(node, &target, help);
            }
            (Kind::Scalar(scalar), ty) => match values::value(scalar, ty, target.domain, self.schema) {
                Ok(value) => self.settle(node.span, &target, value, wrapper.said),
                Err(misfit) => self.misfit(node.span, &target, misfit, scalar.text.contains('\n')),
            },
            (Kind::Sequence(_), _) => self.misplaced(node, &target, "write one value; sources that disagree stand under `claims:`"),
            (Kind::Mapping(_), _) => self.misplaced(node, &target, "write one value under `value:`"),
        }
    }

    /// A fact with one value.
    fn settle(&mut self, span: Span, target: &Target, value: Possible, said: Said) {
        let missing = self.discounted(target.leaf, &said);
        let evidence = Evidence {
            span: Some(span),
            source: said.source,
            as_of: said.as_of,
            note: said.note,
            missing,
            last: missing.is_some().then(|| value.clone()),
            claims: Vec::new(),
        };
        self.put(target.slot, missing.is_none().then_some(value), evidence);
    }

    /// A fact of which the sheet says that it is not known; what it says beside is kept.
    fn left_out(&mut self, span: Span, target: &Target, said: Option<Said>) {
        if let Some(said) = said {
            let evidence = Evidence { span: Some(span), source: said.source, as_of: said.as_of, note: said.note, ..Evidence::absent() };
            self.put(target.slot, None, evidence);
        }
    }

    /// Fills a slot. Without a value that counts it keeps what the fact ranges over.
    fn put(&mut self, slot: u32, value: Option<Possible>, evidence: Evidence) {
        let index = self.sheet.evidence.len() as u32;
        self.sheet.evidence.push(evidence);
        if let Some(slot) = self.sheet.slots.get_mut(slot as usize) {
            slot.evidence = index;
            if let Some(value) = value {
                slot.exact = value.is_exact();
                slot.known = true;
                slot.value = value;
            }
        }
    }

    /// A list: its own evidence now, its entries once their turn comes.
    #[expect(clippy::too_many_arguments, reason = "all that a list is, at its only two places of birth")]
    fn list(
        &mut self,
        slot: u32,
        list: ListId,
        leaf: Option<&'a Leaf>,
        nodes: &'a [Node<'a>],
        span: Span,
        said: Said,
        more: bool,
        label: Option<String>,
    ) {
        let ty = self.schema.list(list);
        let (count, least, most) = (nodes.len(), ty.least as usize, ty.most.map_or(usize::MAX, |most| most as usize));
        if count > most || (count < least && !more) {
            let path = self.path(slot);
            let message = if count > most {
                format!("`{path}` has room for at most {}, found {count}", entries_in_words(most))
            } else {
                format!("`{path}` needs at least {}, found {count}", entries_in_words(least))
            };
            // One record in place of a list begins with a name, a list with a bracket or a dash.
            let at = match nodes {
                [only] if only.span == span => only.beginning(),
                _ => Span { end: span.end.min(span.start + 1), ..span },
            };
            let mut finding = Diagnostic::new(&codes::FACT_OUT_OF_BOUNDS, at, message);
            if let Some(leaf) = leaf {
                finding = finding.related(leaf.span, "declared here");
            }
            if count < least {
                finding = finding.help("add `complete: false` beside `value:` if there may be more");
            }
            self.findings.add(finding);
            return;
        }
        let missing = self.discounted(leaf, &said);
        let value = Possible::List(List { sheet: self.sheet_number(), first: 0, known: count as u32, more });
        let evidence = Evidence {
            span: Some(span),
            source: said.source.clone(),
            as_of: said.as_of,
            note: said.note.clone(),
            missing,
            last: missing.is_some().then(|| value.clone()),
            claims: Vec::new(),
        };
        self.put(slot, missing.is_none().then_some(value), evidence);
        let listed = Listed { slot, list, more, nodes, said, leaf, label };
        if missing.is_none() { self.lists.push_back(listed) } else { self.uncounted.push_back(listed) }
    }

    /// Sources that disagree. Each counts or does not on its own; those that do make up the range or set of what the fact may be.
    fn claims(&mut self, node: &'a Node<'a>, target: &Target<'a>, said: &Said) {
        let nodes = match &node.kind {
            Kind::Sequence(nodes) if !nodes.is_empty() => nodes,
            Kind::Refused => return,
            _ => {
                let message = format!("`{}` needs at least one entry under `claims`, found {}", self.path(target.slot), found(node));
                let help = "write each claim on a line of its own, as `- { value: …, source: …, as_of: … }`".to_string();
                self.complain(&codes::BAD_EVIDENCE, node.beginning(), message, Some(help));
                return;
            }
        };
        let claims: Vec<Claim> = nodes.iter().filter_map(|node| self.claim(node, target, said)).collect();
        let joined = |counts: &dyn Fn(&Claim) -> bool| {
            claims.iter().filter(|claim| counts(claim)).map(|claim| claim.value.clone()).reduce(|one, other| one.join(&other))
        };
        let value = joined(&|claim| claim.missing.is_none());
        let missing = if value.is_some() { None } else { claims.iter().filter_map(|claim| claim.missing).max_by_key(|why| telling(*why)) };
        let last = missing.and_then(|why| joined(&|claim| claim.missing.is_some_and(|other| telling(other).0 == telling(why).0)));
        let evidence = Evidence {
            span: Some(node.span),
            source: said.source.clone(),
            as_of: said.as_of,
            note: said.note.clone(),
            missing,
            last,
            claims,
        };
        self.put(target.slot, value, evidence);
    }

    fn claim(&mut self, node: &'a Node<'a>, target: &Target<'a>, said: &Said) -> Option<Claim> {
        let Kind::Mapping(entries) = &node.kind else {
            if !matches!(node.kind, Kind::Refused) {
                let message = format!("a claim on `{}` needs `value` and its source, found {}", self.path(target.slot), found(node));
                let help = "write it as `{ value: …, source: …, as_of: … }`".to_string();
                self.complain(&codes::BAD_EVIDENCE, node.beginning(), message, Some(help));
            }
            return None;
        };
        let said = self.said(entries, said, &|reader| reader.path(target.slot));
        for entry in entries {
            if !is_free(&entry.key) && !matches!(entry.key.as_ref(), "value" | "source" | "as_of" | "note") {
                self.strange_evidence(entry, entries, target, &["value", "source", "as_of", "note"]);
            }
        }
        let value = entries.iter().find(|entry| entry.key == "value").map(|entry| &entry.value);
        let (node, scalar) = match value {
            Some(node) => match &node.kind {
                Kind::Scalar(scalar) if !scalar.is_null() => (node, scalar),
                Kind::Scalar(_) => {
                    let message = format!("a claim on `{}` needs a value, found nothing", self.path(target.slot));
                    self.complain(&codes::BAD_EVIDENCE, node.beginning(), message, Some("leave the claim out".into()));
                    return None;
                }
                Kind::Sequence(_) | Kind::Mapping(_) => {
                    self.misplaced(node, target, "write one value for each claim");
                    return None;
                }
                Kind::Refused => return None,
            },
            None => {
                let message = format!("a claim on `{}` needs `value`, found none", self.path(target.slot));
                self.complain(&codes::BAD_EVIDENCE, node.beginning(), message, None);
                return None;
            }
        };
        match values::value(scalar, target.ty, target.domain, self.schema) {
            Ok(value) => {
                let missing = self.discounted(target.leaf, &said);
                Some(Claim { value, span: node.span, source: said.source, as_of: said.as_of, note: said.note, missing })
            }
            Err(misfit) => {
                self.misfit(node.span, target, misfit, scalar.text.contains('\n'));
                None
            }
        }
    }

    /// Why evidence does not count.
    fn discounted(&self, leaf: Option<&Leaf>, said: &Said) -> Option<Missing> {
        if said.as_of.is_some_and(|day| day > self.today) {
            return Some(Missing::Postdated);
        }
        let leaf = leaf?;
        if let Some(period) = leaf.fresh {
            let Some(day) = said.as_of else { return Some(Missing::Undated) };
            // A last day beyond the calendar never comes.
            if let Ok(last_day) = period.last_day(day)
                && last_day < self.today
            {
                return Some(Missing::Stale(last_day));
            }
        }
        (leaf.sourced && said.source.is_none()).then_some(Missing::Unsourced)
    }

    fn misfit(&mut self, span: Span, target: &Target, misfit: Misfit, several_lines: bool) {
        let message = format!("`{}` {}", self.path(target.slot), misfit.message);
        let declared = if misfit.code.name == codes::FACT_OUT_OF_BOUNDS.name {
            "its bounds are declared here".to_string()
        } else {
            format!("declared here as {}", self.schema.describe(target.ty))
        };
        let mut finding = Diagnostic::new(misfit.code, span, message).related(target.declared, declared);
        if let Some(help) = misfit.help {
            finding = finding.help(help);
        }
        // A text over several lines has marks before it that would have to go as well.
        if let Some(replacement) = misfit.replacement.filter(|_| !several_lines) {
            finding = finding.fix(span, replacement);
        }
        self.findings.add(finding);
    }

    /// A collection where a value is due, or the other way round.
    fn misplaced(&mut self, node: &Node, target: &Target, help: &str) {
        let ty = self.schema.describe(target.ty);
        let message = format!("`{}` needs {ty}, found {}", self.path(target.slot), found(node));
        let span = if matches!(node.kind, Kind::Scalar(_)) { node.span } else { target.at };
        self.findings.add(
            Diagnostic::new(&codes::WRONG_FACT_TYPE, span, message).related(target.declared, format!("declared here as {ty}")).help(help),
        );
    }

    fn complain(&mut self, code: &'static Code, span: Span, message: String, help: Option<String>) {
        let mut finding = Diagnostic::new(code, span, message);
        if let Some(help) = help {
            finding = finding.help(help);
        }
        self.findings.add(finding);
    }

    /// The path of a fact, for findings.
    fn path(&self, slot: u32) -> String {
        self.sheet.path(self.schema, self.documents, slot)
    }

    /// The path of the record whose first slot this is.
    fn record_path(&self, first: u32) -> String {
        self.sheet.element_path(self.schema, self.documents, self.sheet.element_at(first))
    }

    /// The path of a group within a record.
    fn group_path(&self, first: u32, group: Option<&Group>) -> String {
        let record = self.record_path(first);
        match group {
            None => record,
            Some(group) if record.is_empty() => group.path(),
            Some(group) => format!("{record}.{}", group.path()),
        }
    }
}

/// What a list may be is said by its length and its entries, so it has no bounds of its own.
static NOTHING_ELSE: &Possible = &Possible::List(List::UNKNOWN);

/// Which reason says most about a fact whose every claim fails: how long ago the last one counted, before what it lacks.
fn telling(why: Missing) -> (u8, Option<Number>) {
    match why {
        Missing::Stale(last_day) => (4, Some(last_day)),
        Missing::Postdated => (3, None),
        Missing::Undated => (2, None),
        Missing::Unsourced => (1, None),
        Missing::Absent => (0, None),
    }
}

/// What stands somewhere, in words.
fn found(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.is_null() => "nothing".into(),
        Kind::Scalar(scalar) => format!("`{}`", clipped(&scalar.text)),
        Kind::Sequence(nodes) if nodes.is_empty() => "an empty list".into(),
        Kind::Sequence(_) => "a list".into(),
        Kind::Mapping(_) => "several facts".into(),
        Kind::Refused => "something else".into(),
    }
}

fn entries_in_words(count: usize) -> String {
    if count == 1 { "1 entry".into() } else { format!("{count} entries") }
}
