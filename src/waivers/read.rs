//! A file of waivers: a list whose entries say all six things. All mistakes are found in one go, each at its place.

use std::collections::BTreeMap;

use super::{Target, Waiver, Waivers};
use crate::diagnostic::{Diagnostic, Staged, codes, listed};
use crate::policy::{Body, GateId, Head, ItemId, Policy};
use crate::source::{FileId, Span};
use crate::value::{Force, Number, Term, Type, parse_date, show_number};
use crate::yaml::{self, About, Entry, Findings, Kind, Node, clipped, nearest};

/// What messages call such a file and what it holds.
const ABOUT: About = About {
    file: "file of waivers",
    one: "field",
    many: "fields",
    twice: "keep one of them",
    untagged: "leave the tag out: every field is a text or a day",
};

/// What every waiver says.
const FIELDS: [&str; 6] = ["code", "subject", "reason", "approver", "granted", "expires"];

/// Reads a file of waivers for a policy. `day` is that of the judgement: a waiver that has expired by then is worth a warning. Where a finding is an error
/// the waivers are of no use.
pub fn read(file: FileId, text: &str, policy: &Policy, day: Number) -> Staged<Waivers> {
    let mut findings = Findings::default();
    let Some(root) = yaml::parse(file, text, &ABOUT, &mut findings) else {
        return Staged::new(Waivers::NONE, findings.into_sorted());
    };
    let mut reader = Reader { rules: Rules::of(policy), findings, list: Vec::new() };
    match &root.kind {
        Kind::Sequence(entries) => entries.iter().for_each(|entry| reader.waiver(entry)),
        Kind::Scalar(scalar) if scalar.is_null() => {}
        Kind::Scalar(_) | Kind::Mapping(_) => reader.findings.add(
            Diagnostic::new(&codes::BAD_WAIVER, root.beginning(), "expected a list of waivers, found something else")
                .help("begin each waiver with `- code: …`"),
        ),
        Kind::Refused => {}
    }
    reader.find_doubles();
    reader.warn_of_expired(day);
    Staged::new(Waivers::new(reader.list), reader.findings.into_sorted())
}

/// What a reason code stands for, as far as waivers care.
#[derive(Clone, Copy)]
enum Rule {
    Waivable(Target),
    /// A gate that no waiver lifts: where it says so.
    NeverWaived(Span),
    /// Something else: what it is, where, and what to do.
    Other(&'static str, Span, &'static str),
}

/// The policy's codes.
struct Rules<'p> {
    by_code: BTreeMap<&'p str, Rule>,
}

impl<'p> Rules<'p> {
    fn of(policy: &'p Policy) -> Rules<'p> {
        let mut by_code = BTreeMap::new();
        let mut others = |heads: &mut dyn Iterator<Item = &'p Head>, what, help| {
            by_code.extend(heads.map(|head| (head.code.as_str(), Rule::Other(what, head.name_span, help))));
        };
        const GATES_OR_ITEMS: &str = "waive a gate, or an item of a scorecard";
        others(&mut policy.scorecards.iter().map(|scorecard| &scorecard.head), "a scorecard", "waive single items of it");
        others(&mut policy.verdicts.iter().map(|verdict| &verdict.head), "a verdict", "waive the gate that caps it");
        others(&mut policy.params.iter().map(|param| &param.head), "a parameter", GATES_OR_ITEMS);
        others(&mut policy.lets.iter().map(|named| &named.head), "a `let`", GATES_OR_ITEMS);
        others(&mut policy.profiles.iter().map(|profile| &profile.head), "a profile", GATES_OR_ITEMS);
        for (index, item) in policy.items.iter().enumerate() {
            let rule = match item.body {
                Body::Include(_) => Rule::Other("an include", item.head.name_span, "waive single items of the scorecard that it includes"),
                _ => Rule::Waivable(Target::Item(ItemId(index as u32))),
            };
            by_code.insert(item.head.code.as_str(), rule);
        }
        for (index, gate) in policy.gates.iter().enumerate() {
            let rule = match gate.never_waived {
                Some(span) => Rule::NeverWaived(span),
                None => Rule::Waivable(Target::Gate(GateId(index as u32))),
            };
            by_code.insert(gate.head.code.as_str(), rule);
        }
        Rules { by_code }
    }

    /// What a code stands for.
    fn target(&self, code: &str, span: Span) -> Result<Target, Box<Diagnostic>> {
        let shown = clipped(code);
        match self.by_code.get(code) {
            Some(Rule::Waivable(target)) => Ok(*target),
            Some(Rule::NeverWaived(clause)) => {
                let message = format!("the gate `{shown}` can't be waived, as its rule says");
                let finding = Diagnostic::new(&codes::NOT_WAIVABLE, span, message).related(*clause, "the rule says so here");
                Err(Box::new(finding.help("take the waiver out; what the gate asks for has to be mended")))
            }
            Some(Rule::Other(what, declared, help)) => {
                let message = format!("expected a gate or an item, found `{shown}`, {what}");
                Err(Box::new(Diagnostic::new(&codes::NOT_WAIVABLE, span, message).related(*declared, "declared here").help(*help)))
            }
            None => {
                let finding = Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("no gate or item of the rules has the code `{shown}`"));
                let waivable = || self.by_code.iter().filter(|(_, rule)| matches!(rule, Rule::Waivable(_))).map(|(code, _)| *code);
                let same_end = waivable().find(|known| known.rsplit('.').next() == Some(code));
                Err(Box::new(match same_end.or_else(|| nearest(code, waivable())) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(span, near),
                    None => finding.help("a code is a rulebook's name and a gate's or item's, as reports show it"),
                }))
            }
        }
    }
}

struct Reader<'p> {
    rules: Rules<'p>,
    findings: Findings,
    list: Vec<Waiver>,
}

impl Reader<'_> {
    fn waiver(&mut self, node: &Node<'_>) {
        // Whatever else is wrong would not be said, and looking for what was meant takes time.
        if self.findings.is_full() {
            return;
        }
        let entries = match &node.kind {
            Kind::Mapping(entries) => entries,
            Kind::Refused => return,
            Kind::Scalar(_) | Kind::Sequence(_) => {
                self.findings.add(
                    Diagnostic::new(&codes::BAD_WAIVER, node.beginning(), "expected a waiver, found a single value or a list")
                        .help(format!("say {}", listed(&FIELDS.map(|field| format!("`{field}`")), "and"))),
                );
                return;
            }
        };
        for entry in entries {
            if !FIELDS.contains(&entry.key.as_ref()) && !entry.key.starts_with("x-") {
                let finding =
                    Diagnostic::new(&codes::BAD_WAIVER, entry.key_span, format!("a waiver has no field `{}`", clipped(&entry.key)));
                self.findings.add(match nearest(&entry.key, FIELDS) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(entry.key_span, near),
                    None => finding.help(format!("its fields are {}", listed(&FIELDS.map(|field| format!("`{field}`")), "and"))),
                });
            }
        }
        let code = self.text(node, entries, "code");
        let subject = self.text(node, entries, "subject");
        let reason = self.text(node, entries, "reason");
        let approver = self.text(node, entries, "approver");
        let granted = self.day(node, entries, "granted");
        let expires = self.day(node, entries, "expires");
        let target = code.as_ref().and_then(|(code, span)| match self.rules.target(code, *span) {
            Ok(target) => Some(target),
            Err(finding) => {
                self.findings.add(*finding);
                None
            }
        });
        let (Some((granted, granted_at)), Some((expires, expires_at))) = (granted, expires) else { return };
        let term = Term { from: Some(granted), until: Some(expires) };
        if term.is_empty() {
            let (granted, expires) = (show_number(granted, Type::Date), show_number(expires, Type::Date));
            let message = format!("expected a day after {granted}, found {expires}, so that this waiver is never in force");
            self.findings.add(
                Diagnostic::new(&codes::BAD_WAIVER, expires_at, message)
                    .related(granted_at, "granted on this day")
                    .help("`expires` names the first day on which it no longer counts"),
            );
            return;
        }
        let (Some((code, span)), Some((subject, _)), Some((reason, _)), Some((approver, _)), Some(target)) =
            (code, subject, reason, approver, target)
        else {
            return;
        };
        self.list.push(Waiver { code, target, subject, reason, approver, term, span });
    }

    /// A field's words, with their place.
    fn text(&mut self, node: &Node<'_>, entries: &[Entry<'_>], field: &str) -> Option<(String, Span)> {
        let Some(entry) = entries.iter().find(|entry| entry.key == field) else {
            self.findings
                .add(Diagnostic::new(&codes::BAD_WAIVER, node.beginning(), format!("this waiver has no `{field}`")).help(purpose(field)));
            return None;
        };
        match &entry.value.kind {
            Kind::Scalar(scalar) if !scalar.is_null() && !scalar.text.trim().is_empty() => {
                // A line break within a text is a blank to whoever reads it in a report.
                let words: Vec<&str> = scalar.text.split_whitespace().collect();
                Some((words.join(" "), entry.value.span))
            }
            Kind::Scalar(_) => {
                let message = format!("expected words after `{field}`, found nothing");
                self.findings.add(Diagnostic::new(&codes::BAD_WAIVER, entry.key_span, message).help(purpose(field)));
                None
            }
            Kind::Sequence(_) | Kind::Mapping(_) => {
                let message = format!("expected words after `{field}`, found more than one value");
                self.findings.add(Diagnostic::new(&codes::BAD_WAIVER, entry.value.beginning(), message).help(purpose(field)));
                None
            }
            Kind::Refused => None,
        }
    }

    fn day(&mut self, node: &Node<'_>, entries: &[Entry<'_>], field: &str) -> Option<(Number, Span)> {
        let (text, span) = self.text(node, entries, field)?;
        match parse_date(&text) {
            Ok(day) => Some((day, span)),
            Err(error) => {
                let message = format!("expected a day after `{field}`, found `{}`", clipped(&text));
                let help = error.help().unwrap_or_else(|| "write it as 2026-11-23".into());
                self.findings.add(Diagnostic::new(&codes::BAD_WAIVER, span, message).help(help));
                None
            }
        }
    }

    /// Two waivers of one code and subject may follow each other, as a renewal does, but on no day may both be in force: nobody could say whose
    /// reason counts.
    fn find_doubles(&mut self) {
        for group in self.groups() {
            for pair in group.windows(2) {
                let (first, second) = (&self.list[pair[0]], &self.list[pair[1]]);
                if first.term.overlaps(second.term) {
                    let message = format!("`{}` is waived twice for `{}` on some days", clipped(&second.code), clipped(&second.subject));
                    self.findings.add(
                        Diagnostic::new(&codes::DUPLICATE_WAIVER, second.span, message)
                            .related(first.span, "the other")
                            .help("keep one of them, or let the later one be granted on the day on which the earlier one expires"),
                    );
                }
            }
        }
    }

    /// One that was renewed stays as a record and needs no mention.
    fn warn_of_expired(&mut self, day: Number) {
        for group in self.groups() {
            let Some(last) = group.last().map(|last| &self.list[*last]) else { continue };
            if let Force::NoLonger(expired) = last.term.on(day) {
                let on = show_number(expired, Type::Date);
                let message = format!("the waiver of `{}` for `{}` expired on {on}", clipped(&last.code), clipped(&last.subject));
                self.findings.add(
                    Diagnostic::new(&codes::WAIVER_EXPIRED, last.span, message)
                        .help("add a new one with its own reason and approver, or take this one out"),
                );
            }
        }
    }

    /// The waivers of each code and subject by the day they were granted.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (index, waiver) in self.list.iter().enumerate() {
            groups.entry((&waiver.code, &waiver.subject)).or_default().push(index);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|index| (self.list[*index].term.from, *index));
        }
        groups
    }
}

/// What a field is for.
fn purpose(field: &str) -> &'static str {
    match field {
        "code" => "name the gate or item, as in `code: risk.unaudited`",
        "subject" => "name the fact sheet without `.yaml`, as in `subject: akash`",
        "reason" => "say why what the rule asks for is accepted as it is",
        "approver" => "name whoever decided it",
        "granted" => "name the first day on which it counts, as in `granted: 2026-11-23`",
        _ => "name the first day on which it no longer counts, as in `expires: 2027-02-23`",
    }
}
