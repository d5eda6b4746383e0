//! What is said over lists: which entries decided it.

use std::collections::BTreeSet;

use super::{Node, NodeKind, Tone, Tracer};
use crate::diagnostic::{counted, listed};
use crate::eval::{Look, Members};
use crate::policy::{AggregateKind, Quantifier};
use crate::program::{Aggregate, Collection, CollectionId, ConditionId, ExprId};
use crate::value::{Possible, Truth};
use crate::verdict::{Address, Fault, FaultLevel};

/// How many of the entries that decide something alone are shown.
const MOST_DECIDING: usize = 3;

/// An entry of a list, and whether it counts.
struct Entry {
    name: String,
    kept: Truth,
    /// A fault in its filter.
    fault: Fault,
    /// Its filter, with what decided it.
    filter: Option<Node>,
}

impl Tracer<'_> {
    /// A list itself: how many entries it has, and whether there may be more.
    pub(super) fn list(&mut self, look: &mut Look<'_>, id: CollectionId) -> Vec<Node> {
        let program = self.program;
        match &program.collections[id.0 as usize] {
            Collection::Fact { place, assumed_empty, .. } => {
                let mut node = self.fact(look, *place);
                let seen = look.fact(*place);
                let open = matches!(seen.value, Possible::List(list) if list.more) || seen.mark != crate::sheet::Mark::Known;
                if *assumed_empty && open {
                    let words = match seen.mark {
                        crate::sheet::Mark::Known => "assumed to have no further entries",
                        _ => "assumed to be empty, as there is no evidence",
                    };
                    node.remark(words);
                    if let Some(fact) = &mut node.fact {
                        fact.assumed = Some("no entries beyond those on file".into());
                    }
                } else if open {
                    node.remark("there may be entries that are not on file");
                }
                vec![node]
            }
            Collection::FieldOfEach { list, .. } | Collection::Top { list, .. } => self.list(look, *list),
        }
    }

    /// A list of single values, with every one of them.
    pub(super) fn whole_list(&mut self, look: &mut Look<'_>, id: CollectionId) -> Vec<Node> {
        let mut nodes = self.list(look, id);
        nodes.extend(self.slots_of(look, id, None));
        nodes
    }

    /// A list of records, with some leaves of every one of them.
    pub(super) fn list_of_leaves(&mut self, look: &mut Look<'_>, id: CollectionId, leaves: &[u32]) -> Vec<Node> {
        let mut nodes = self.list(look, id);
        nodes.extend(self.slots_of(look, id, Some(leaves)));
        nodes
    }

    /// The facts that the entries of a list are made of.
    fn slots_of(&mut self, look: &mut Look<'_>, id: CollectionId, leaves: Option<&[u32]>) -> Vec<Node> {
        if let Collection::Top { list, .. } = &self.program.collections[id.0 as usize] {
            return self.slots_of(look, *list, leaves);
        }
        let members = look.members(id);
        let mut nodes = Vec::new();
        for index in 0..members.known() {
            let Some(address) = members.address(index) else { continue };
            let leaves = leaves.unwrap_or(&[0]);
            nodes.extend(leaves.iter().map(|leaf| self.fact_at(Address { slot: address.slot + leaf, ..address }, None)));
        }
        nodes
    }

    /// What an entry is called: `repos[2]`, `peers[akash]`.
    fn entry_name(&self, members: &Members, index: Option<u32>) -> String {
        let Some(index) = index else { return "an entry that is not on file".into() };
        match members.address(index) {
            Some(address) if address.sheet > 0 => {
                let sheet = self.dossier.sheets[address.sheet as usize - 1];
                sheet.element_path(&self.program.schema, &self.program.documents, sheet.element_at(address.slot))
            }
            _ => format!("number {} in order of size", index + 1),
        }
    }

    /// Whether the entry at hand counts.
    fn entry(&mut self, look: &mut Look<'_>, name: String, filter: Option<ConditionId>) -> Entry {
        let (kept, fault) = filter.map_or((Truth::True, Fault::NONE), |filter| look.truth(filter));
        let filter = filter.map(|filter| self.condition(look, filter, true));
        Entry { name, kept, fault, filter }
    }

    /// `some` and `every`: the entries that decide alone, or all of them where only all together do.
    #[expect(clippy::too_many_arguments, reason = "a condition and what it came to, taken apart by its caller")]
    pub(super) fn quantified(
        &mut self,
        look: &mut Look<'_>,
        quantifier: Quantifier,
        (list, binder): (CollectionId, u16),
        filter: Option<ConditionId>,
        satisfies: ConditionId,
        whole: bool,
        (truth, fault): (Truth, Fault),
        node: &mut Node,
    ) {
        let decisive = if quantifier == Quantifier::Some { Truth::True } else { Truth::False };
        node.parts = self.list(look, list);
        let members = look.members(list);
        let (mut deciding, mut out, mut not, mut open) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        look.open(&members, binder);
        for index in each(&members) {
            look.bind(&members, index);
            let name = self.entry_name(&members, index);
            let entry = self.entry(look, name, filter);
            if entry.kept == Truth::False && entry.fault.is_none() {
                out.push((entry, None));
                continue;
            }
            let guard = (entry.kept == Truth::Unknown).then(|| look.guard());
            let possible = guard.is_none() || filter.is_none_or(|filter| look.narrow(filter, true));
            let satisfied = possible.then(|| (look.truth(satisfies), self.condition(look, satisfies, whole || truth != Truth::Unknown)));
            if let Some(guard) = guard {
                look.unguard(guard);
            }
            let Some(((came_to, own_fault), satisfied)) = satisfied else {
                out.push((entry, None));
                continue;
            };
            let group = match (came_to, entry.kept) {
                _ if !own_fault.is_none() || !entry.fault.is_none() => &mut open,
                (came_to, Truth::True) if came_to == decisive => &mut deciding,
                (came_to, _) if came_to == decisive.not() => &mut not,
                _ => &mut open,
            };
            group.push((entry, Some(satisfied)));
        }
        look.close();
        if members.known() == 0 && !members.may_go_on() {
            node.remark("there are no entries");
        }
        let everything = fault.level == FaultLevel::Certain || (truth == Truth::Unknown && whole);
        let yes_no = |holds: bool| if holds { ("satisfies it", "satisfy it") } else { ("does not satisfy it", "do not satisfy it") };
        let decides = yes_no(decisive == Truth::True);
        let other = yes_no(decisive == Truth::False);
        if truth == decisive || everything {
            let rest = deciding.len().saturating_sub(MOST_DECIDING);
            for (entry, satisfied) in deciding.into_iter().take(MOST_DECIDING) {
                node.parts.push(self.told_entry(entry, satisfied, decides.0));
            }
            if rest > 0 {
                node.remark(format!("{} too", said_of(rest, decides)));
            }
        }
        if truth == Truth::Unknown || everything {
            for (entry, satisfied) in open {
                let words = if entry.kept == Truth::True { "may satisfy it or not" } else { "may count or not" };
                node.parts.push(self.told_entry(entry, satisfied, words));
            }
            if members.may_go_on() {
                node.remark("an entry that is not on file may change it");
            }
        } else if truth == decisive && !open.is_empty() {
            node.remark(format!("{} open", are(open.len())));
        }
        if truth == decisive.not() || everything {
            self.group(not, other, &mut node.parts);
            self.group(out, ("is left out", "are left out"), &mut node.parts);
        } else if not.len() + out.len() > 0 {
            let words = [(not.len(), other), (out.len(), ("is left out", "are left out"))];
            let words: Vec<String> = words.iter().filter(|(count, _)| *count > 0).map(|(count, words)| said_of(*count, *words)).collect();
            node.remark(listed(&words, "and"));
        }
    }

    /// An entry on its own.
    fn told_entry(&mut self, entry: Entry, satisfied: Option<Node>, words: &str) -> Node {
        let mut node = Node::new(NodeKind::Entries, entry.name).came_to(words, Tone::Plain);
        node.parts.extend(entry.filter);
        node.parts.extend(satisfied);
        node
    }

    /// Entries of which the same is to be said: one on its own with its conditions, several with the facts alone.
    fn group(&mut self, entries: Vec<(Entry, Option<Node>)>, (one, many): (&str, &str), parts: &mut Vec<Node>) {
        let failing = entries.iter().any(|(entry, _)| entry.kept == Truth::False);
        if entries.len() <= 1 {
            for (entry, satisfied) in entries {
                // What an entry that counts does not satisfy says all of it.
                let entry = if satisfied.is_some() && entry.kept == Truth::True { Entry { filter: None, ..entry } } else { entry };
                let node = self.told_entry(entry, satisfied, one);
                parts.push(node);
            }
            return;
        }
        let names: Vec<&str> = entries.iter().map(|(entry, _)| entry.name.as_str()).collect();
        let mut node = Node::new(NodeKind::Entries, listed(&names, "and")).came_to(many, Tone::Plain);
        let mut causes: BTreeSet<String> = BTreeSet::new();
        let mut below = Vec::new();
        for (entry, satisfied) in entries {
            let filter = entry.filter.filter(|_| satisfied.is_none() || entry.kept != Truth::True);
            for cause in filter.into_iter().chain(satisfied) {
                deciding_texts(&cause, &mut causes);
                below.push(cause);
            }
        }
        if failing && !causes.is_empty() {
            let causes: Vec<String> = causes.into_iter().collect();
            node.remark(format!("by {}", listed(&causes, "or")));
        }
        node.parts = flattened(below);
        parts.push(node);
    }

    /// `count`, `sum` and their like: the entries that count, those that may, and why the others don't.
    pub(super) fn aggregate(&mut self, look: &mut Look<'_>, id: ExprId, aggregate: &Aggregate, whole: bool, node: &mut Node) {
        node.parts = self.list(look, aggregate.list);
        if matches!(self.program.collections[aggregate.list.0 as usize], Collection::Top { .. }) {
            let slots = self.slots_of(look, aggregate.list, None);
            node.parts.extend(slots);
        }
        let members = look.members(aggregate.list);
        let total = look.value(id).0;
        let (mut inside, mut open, mut out) = (Vec::new(), Vec::new(), Vec::new());
        look.open(&members, aggregate.binder);
        for index in each(&members).filter(|_| aggregate.filter.is_some() || aggregate.of.is_some()) {
            look.bind(&members, index);
            let name = self.entry_name(&members, index);
            let entry = self.entry(look, name, aggregate.filter);
            if entry.kept == Truth::False && entry.fault.is_none() {
                out.push((entry, None));
                continue;
            }
            let guard = (entry.kept == Truth::Unknown).then(|| look.guard());
            let possible = guard.is_none() || aggregate.filter.is_none_or(|filter| look.narrow(filter, true));
            let of = aggregate.of.filter(|_| possible).map(|of| (look.value(of), self.operands(look, &[of], whole), of));
            if let Some(guard) = guard {
                look.unguard(guard);
            }
            // What is not on file may not be there at all.
            let counts = index.is_some() && entry.kept == Truth::True && entry.fault.is_none();
            let group = if counts { &mut inside } else { &mut open };
            group.push((entry, of));
        }
        look.close();
        // Whether perhaps, and whether certainly, there is nothing to take it of.
        let (may_be_none, none) = match aggregate.of {
            Some(_) => (inside.is_empty(), inside.is_empty() && open.is_empty()),
            None => (members.known() == 0, members.known() == 0 && !members.may_go_on()),
        };
        let extreme = matches!(aggregate.kind, AggregateKind::Min | AggregateKind::Max);
        let by_name = aggregate.of.is_none();
        if by_name && !inside.is_empty() {
            let inside = inside.drain(..).map(|(entry, _)| (entry, None)).collect::<Vec<_>>();
            self.group(inside, ("counts", "count"), &mut node.parts);
        }
        for (certain, (entry, of)) in inside.into_iter().map(|one| (true, one)).chain(open.into_iter().map(|one| (false, one))) {
            let mut told = Node::new(NodeKind::Entries, entry.name);
            let mut below: Vec<Node> = entry.filter.into_iter().collect();
            if let Some(((value, fault), parts, of)) = of {
                let shown = self.show(&value, fault, self.type_of(of));
                told.put_in = Some(if certain { shown } else { format!("{shown}, if it counts") });
                if extreme && certain && fault.is_none() && value == total && value.is_exact() {
                    told.remark("decides it");
                }
                below.extend(parts);
            } else {
                told.outcome = "may count or not".into();
            }
            told.tone = if certain { Tone::Plain } else { Tone::Open };
            told.parts = if certain { flattened(below) } else { below };
            node.parts.push(told);
        }
        self.group(out, ("is left out", "are left out"), &mut node.parts);
        if members.may_go_on() {
            node.remark("entries that are not on file may count too");
        }
        if let Some(if_none) = aggregate.if_none.filter(|_| may_be_none) {
            let span = self.program.expressions[if_none.0 as usize].1;
            let words = if none { "no entry counts, so it is" } else { "if no entry counts, it is" };
            node.remark(format!("{words} `{}`", self.text(span)));
            let parts = self.operands(look, &[if_none], whole);
            node.parts.extend(parts);
        }
    }

    /// What a script is given for each entry.
    pub(super) fn each_given(
        &mut self,
        look: &mut Look<'_>,
        (list, binder): (CollectionId, u16),
        filter: Option<ConditionId>,
        given: &[ExprId],
        whole: bool,
    ) -> Vec<Node> {
        let mut nodes = self.list(look, list);
        let members = look.members(list);
        let mut out = Vec::new();
        look.open(&members, binder);
        for index in each(&members) {
            look.bind(&members, index);
            let name = self.entry_name(&members, index);
            let entry = self.entry(look, name, filter);
            if entry.kept == Truth::False && entry.fault.is_none() {
                out.push((entry, None));
                continue;
            }
            let values: Vec<String> = given
                .iter()
                .map(|id| {
                    let (value, fault) = look.value(*id);
                    self.show(&value, fault, self.type_of(*id))
                })
                .collect();
            let certain = entry.kept == Truth::True;
            let words = if certain { values.join(", ") } else { format!("{}, if it counts", values.join(", ")) };
            let mut below: Vec<Node> = entry.filter.into_iter().collect();
            below.extend(self.operands(look, given, whole));
            let mut told = Node::new(NodeKind::Entries, entry.name).came_to("", if certain { Tone::Plain } else { Tone::Open });
            told.put_in = Some(words);
            told.parts = flattened(below);
            nodes.push(told);
        }
        look.close();
        self.group(out, ("is left out", "are left out"), &mut nodes);
        nodes
    }
}

/// The entries on file, and one that is not where there may be more.
fn each(members: &Members) -> impl Iterator<Item = Option<u32>> + use<> {
    (0..members.known()).map(Some).chain(members.may_go_on().then_some(None))
}

/// "2 further entries satisfy it"
fn said_of(count: usize, (one, many): (&str, &str)) -> String {
    let entries = if count == 1 { "1 further entry".to_string() } else { format!("{count} further entries") };
    format!("{entries} {}", if count == 1 { one } else { many })
}

fn are(count: usize) -> String {
    let entries = counted(count, "entry").replace("entrys", "entries");
    format!("{entries} {}", if count == 1 { "is" } else { "are" })
}

/// The innermost conditions of a node, as written.
fn deciding_texts(node: &Node, texts: &mut BTreeSet<String>) {
    let below: Vec<&Node> = node.parts.iter().filter(|part| part.kind == NodeKind::Written).collect();
    if below.is_empty() {
        if node.kind == NodeKind::Written {
            texts.insert(format!("`{}`", node.text));
        }
        return;
    }
    below.into_iter().for_each(|part| deciding_texts(part, texts));
}

/// What conditions rest on, without the conditions: facts, each once, and whatever has a code or name.
fn flattened(nodes: Vec<Node>) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    let mut pending: Vec<Node> = nodes.into_iter().rev().collect();
    while let Some(mut node) = pending.pop() {
        match node.kind {
            NodeKind::Fact => {
                if node.fact.as_ref().is_none_or(|fact| seen.insert(fact.address)) {
                    kept.push(node);
                }
            }
            NodeKind::Rule => kept.push(node),
            NodeKind::Named if node.parts.is_empty() => kept.push(node),
            // A name's value is what the entry has of it; the facts behind it tell the rest.
            NodeKind::Named | NodeKind::Written | NodeKind::Entries | NodeKind::Words => {
                if node.folded && node.parts.is_empty() {
                    kept.push(node);
                } else {
                    pending.extend(node.parts.drain(..).rev());
                }
            }
        }
    }
    kept
}
