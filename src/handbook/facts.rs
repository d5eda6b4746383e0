//! The facts that sheets hold, and the parameters: what each is, and who reads it.

use super::names::{FieldPlace, document_anchor, field_anchor, is_titled, named, rule_anchor};
use super::prose::{Block, Grid, GridRow, Prose, joined};
use super::readers::Reader;
use super::writer::{Writer, flat, remarks};
use super::{Chapter, Section};
use crate::policy::DocumentId;
use crate::program::Origin;
use crate::value::{Leaf, Possible, Type};

impl Writer<'_> {
    /// All facts, document by document. Restricted to a rulebook: those that it declares, or that its rules read.
    pub fn facts(&self) -> Option<Chapter> {
        let policy = self.tongue.policy;
        let sections: Vec<Section> = (0..policy.documents.len()).filter_map(|index| self.document(DocumentId(index as u32))).collect();
        let lead = "What a fact sheet can say. A fact that is left out is not known, and counts neither for a project nor against it. \
                    Where a fact has bounds, a sheet that breaks them is refused.";
        let blocks = vec![Block::Paragraph(Prose::of(lead))];
        (!sections.is_empty()).then(|| Chapter { anchor: "facts".into(), title: "Facts".into(), blocks, sections })
    }

    fn document(&self, id: DocumentId) -> Option<Section> {
        let policy = self.tongue.policy;
        let document = &policy.documents[id.index()];
        let declared = self.material.only.is_none_or(|only| only.file == document.span.file);
        let by_field = self.readers.by_field();
        let read_here = |place: &&FieldPlace| {
            let readers = by_field.get(&self.leaf(place).field);
            readers.is_some_and(|(read, shown)| read.iter().chain(shown).any(|reader| self.describes(reader.head)))
        };
        let places: Vec<&FieldPlace> =
            self.tongue.names.places.iter().filter(|place| place.document == id).filter(|place| declared || read_here(place)).collect();
        let read_as_list = self.readers.rules.iter().any(|reader| self.describes(reader.head) && reader.reads.lists.contains(&id.0));
        if places.is_empty() && !declared && !read_as_list {
            return None;
        }
        let mut blocks = remarks(&document.doc);
        blocks.push(Block::Paragraph(self.about(id)));
        if !places.is_empty() {
            let columns = ["Fact", "What it can be", "Definition", "Evidence counts", "Read by"];
            let mut grid = Grid::new(format!("The facts of “{}”", document.title), &columns);
            for place in places {
                let (read, shown) = by_field.get(&self.leaf(place).field).cloned().unwrap_or_default();
                grid.rows.push(self.fact(place, &read, &shown));
            }
            blocks.push(Block::Table(grid));
        }
        Some(Section { anchor: document_anchor(document), title: document.title.clone(), blocks, entries: Vec::new() })
    }

    /// What kind of document it is.
    fn about(&self, id: DocumentId) -> Prose {
        let policy = self.tongue.policy;
        let document = &policy.documents[id.index()];
        let address = self.tongue.sources.address(document.span);
        let kind = if id == DocumentId(0) { "What is judged: " } else { "Shared by all judgements: " };
        let mut prose = Prose::of(kind).code(&document.name).words(", declared in ").code(address).words(".");
        if document.many.is_some() {
            prose = prose.words(" It is a list of such entries");
            let first = (0..id.index()).find(|index| policy.documents[*index].record == document.record);
            prose = match first.map(|index| &policy.documents[index]) {
                Some(first) => prose.words(", each in the form of ").link(document_anchor(first), &first.title).words("."),
                None => prose.words("."),
            };
        }
        if document.optional { prose.words(" A run may do without it; then nothing in it is known.") } else { prose }
    }

    fn leaf(&self, place: &FieldPlace) -> &Leaf {
        &self.tongue.policy.schema.record(place.record).leaves[place.leaf as usize]
    }

    fn fact(&self, place: &FieldPlace, read: &[&Reader<'_>], shown: &[&Reader<'_>]) -> GridRow {
        let leaf = self.leaf(place);
        let mut evidence = Vec::new();
        if let Some(fresh) = &leaf.fresh {
            evidence.push(Prose::of(format!("for {fresh}")));
        }
        if leaf.sourced {
            evidence.push(Prose::of("with a source only"));
        }
        let evidence = if evidence.is_empty() { Prose::of("at any age") } else { joined(evidence, "and") };
        let evidence = if leaf.fixed { evidence.words("; history, which nobody is asked to change") } else { evidence };
        let readers = joined(read.iter().map(|reader| named(reader.head)).collect(), "and");
        let showers = joined(shown.iter().map(|reader| named(reader.head)).collect(), "and");
        let readers = match (read.is_empty(), shown.is_empty()) {
            (true, true) => Prose::of("no rule"),
            (true, false) => Prose::of("no rule; shown by ").and(showers),
            (false, true) => readers,
            (false, false) => readers.words("; shown by ").and(showers),
        };
        let cells = vec![Prose::new().code(&place.path), self.kind_of(leaf), Prose::of(flat(&leaf.doc)), evidence, readers];
        GridRow { anchor: Some(field_anchor(place)), cells }
    }

    /// A field's type and bounds, in words.
    fn kind_of(&self, leaf: &Leaf) -> Prose {
        let schema = &self.tongue.policy.schema;
        let Type::List(id) = leaf.ty else { return self.kind_within(leaf.ty, &leaf.domain) };
        let list = schema.list(id);
        let of = match list.element {
            Type::Record(_) => Prose::of("a list of entries, with the facts below"),
            element => Prose::of("a list, each entry ").and(self.kind_within(element, &list.domain)),
        };
        match (list.least, list.most) {
            (0, None) => of,
            (least, None) => of.words(format!("; at least {least} of them")),
            (0, Some(most)) => of.words(format!("; at most {most} of them")),
            (least, Some(most)) => of.words(format!("; {least} to {most} of them")),
        }
    }

    /// A type with its bounds; of variants the names, too, by which sheets and rules call them.
    fn kind_within(&self, ty: Type, domain: &Possible) -> Prose {
        let (Type::Enum(id), Possible::Variants(variants)) = (ty, domain) else {
            return Prose::of(self.bounded(ty, domain, &self.speaker()));
        };
        let all = &self.tongue.policy.schema.enumeration(id).variants;
        let named = variants.iter().filter_map(|place| all.get(place)).map(|variant| match variant.title == variant.name {
            true => Prose::new().code(&variant.name),
            false => Prose::of(format!("“{}” ", variant.title)).and(Prose::new().code(&variant.name).bracketed()),
        });
        Prose::of("one of ").and(joined(named.collect(), "or"))
    }

    /// All parameters. Restricted to a rulebook: its own, and those that its rules read.
    pub fn parameters(&self) -> Option<Chapter> {
        let (policy, program) = (self.tongue.policy, self.tongue.program);
        let by_param = self.readers.by_param();
        let mut sections: Vec<Section> = Vec::new();
        for book in policy.rulebooks.iter().filter(|book| !book.tests) {
            let mut grid = Grid::new(format!("The parameters of “{}”", book.title), &["Parameter", "Value", "Bounds", "Why", "Read by"]);
            for (index, param) in policy.params.iter().enumerate().filter(|(_, param)| param.head.name_span.file == book.file) {
                let readers = by_param.get(&crate::policy::ParamId(index as u32)).cloned().unwrap_or_default();
                let shown = self.describes(&param.head) || readers.iter().any(|reader| self.describes(reader.head));
                if !shown {
                    continue;
                }
                let readers = match readers.is_empty() {
                    true => Prose::of("no rule"),
                    false => joined(readers.iter().map(|reader| named(reader.head)).collect(), "and"),
                };
                let mut name = Prose::new().code(&param.head.code);
                if is_titled(&param.head) {
                    name = name.words(format!(" {}", param.head.title));
                }
                let lowered = &program.params[index];
                let value = self.speaker().constant(&lowered.value, lowered.ty);
                let value = match &lowered.origin {
                    Origin::Rules => value,
                    Origin::Profile(_) => value.words(", by the profile; otherwise ").and(self.speaker().value(&param.value)),
                    Origin::Outside(by) => value.words(", by ").code(by).words("; otherwise ").and(self.speaker().value(&param.value)),
                };
                let bounds = Prose::of(self.bounded(param.ty, &param.domain, &self.speaker()));
                let cells = vec![name, value, bounds, Prose::of(flat(&param.head.doc)), readers];
                grid.rows.push(GridRow { anchor: Some(rule_anchor(&param.head)), cells });
            }
            if !grid.rows.is_empty() {
                let anchor = super::names::anchor("parameters", &book.name);
                sections.push(Section { anchor, title: book.title.clone(), blocks: vec![Block::Table(grid)], entries: Vec::new() });
            }
        }
        let lead = "Numbers and choices that the rules rest on, each in one place. A judgement can set others within the bounds; its report then says so.";
        let blocks = vec![Block::Paragraph(Prose::of(lead))];
        (!sections.is_empty()).then(|| Chapter { anchor: "parameters".into(), title: "Parameters".into(), blocks, sections })
    }
}
