//! The record of why a thing came out as it did.

use serde::Serialize;

#[cfg(test)]
use super::words;
use super::{Fact, Position, SCHEMA_VERSION, Writer, written};
use crate::source::Sources;
use crate::why::{Node, NodeKind, Tone, Why};

/// The answers for several fact sheets, for programs.
pub fn whys_json(answers: &[Why], sources: &Sources) -> String {
    let writer = Writer { sources };
    written(&Record {
        schema_version: SCHEMA_VERSION,
        answers: answers
            .iter()
            .map(|why| Answer {
                code: &why.code,
                name: &why.name,
                title: &why.title,
                file: &why.file,
                today: &why.today,
                profile: why.profile.as_deref(),
                faulted: why.faulted,
                why: part(&why.root, writer),
            })
            .collect(),
    })
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Record<'a> {
    schema_version: u32,
    answers: Vec<Answer<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Answer<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    file: &'a str,
    today: &'a str,
    profile: Option<&'a str>,
    faulted: bool,
    why: Part<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Part<'a> {
    #[cfg_attr(test, schemars(with = "words::PartKind"))]
    kind: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_values: Option<&'a str>,
    outcome: &'a str,
    #[cfg_attr(test, schemars(with = "words::PartState"))]
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Position<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<Fact<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remarks: &'a [String],
    /// Named here, not opened: ask for it by its code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    folded: bool,
    /// Opened or shown with its evidence elsewhere in the tree.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    again: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part<'a>>,
}

fn part<'a>(node: &'a Node, writer: Writer<'a>) -> Part<'a> {
    Part {
        kind: match node.kind {
            NodeKind::Rule => "rule",
            NodeKind::Written => "written",
            NodeKind::Named => "named",
            NodeKind::Fact => "fact",
            NodeKind::Entries => "entries",
            NodeKind::Words => "words",
        },
        text: &node.text,
        with_values: node.put_in.as_deref(),
        outcome: &node.outcome,
        state: match node.tone {
            Tone::Holds => "holds",
            Tone::Fails => "fails",
            Tone::Open => "open",
            Tone::Faulted => "faulted",
            Tone::Plain => "plain",
        },
        rule: node.rule.as_ref().map(|rule| writer.position(rule)),
        fact: node.fact.as_ref().map(|fact| writer.fact(&fact.line)),
        bounds: node.fact.as_ref().and_then(|fact| fact.bounds.as_deref()),
        assumed: node.fact.as_ref().and_then(|fact| fact.assumed.as_deref()),
        remarks: &node.remarks,
        folded: node.folded,
        again: node.again,
        parts: node.parts.iter().map(|below| part(below, writer)).collect(),
    }
}
