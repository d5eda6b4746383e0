//! Text into a tree in which every node has its place and every scalar its exact text. The only file that knows the YAML parser.
//!
//! What makes YAML surprising is refused here: anchors, aliases, merge keys, tags, directives, further documents, keys that stand twice. The tree is built
//! with a stack of its own, so that nesting costs no call depth, and is limited in depth, in nodes and in bytes before anything else looks at it.

mod explain;
mod findings;

pub(crate) use findings::{Findings, clipped, nearest};

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Span};

/// The most bytes of a file.
const MOST_BYTES: usize = 16 << 20;

/// The deepest nesting.
const DEEPEST: usize = 64;

/// The most values, keys included.
const MOST_NODES: usize = 1_000_000;

/// What a file holds, for messages about it.
pub(crate) struct About {
    /// The file: "fact sheet".
    pub(crate) file: &'static str,
    /// What a name with its value is: "fact".
    pub(crate) one: &'static str,
    /// Several of them.
    pub(crate) many: &'static str,
    /// What to do about a name that stands twice.
    pub(crate) twice: &'static str,
    /// Why no tags are needed.
    pub(crate) untagged: &'static str,
}

/// A value with its place.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    /// From its first to its last character; between two characters where nothing is written.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) kind: Kind<'t>,
}

impl Node<'_> {
    /// Where it begins, to point at: the whole of a scalar, the first name or the bracket of what may run over many lines.
    pub(crate) fn beginning(&self) -> Span {
        // What does not begin with a plain name begins with a quote, a bracket or a dash, each of one byte.
        let first = Span { end: self.span.end.min(self.span.start + 1), ..self.span };
        match &self.kind {
            Kind::Scalar(_) | Kind::Refused => self.span,
            Kind::Mapping(entries) => {
                entries.first().map(|entry| entry.key_span).filter(|key| key.start == self.span.start).unwrap_or(first)
            }
            Kind::Sequence(_) => first,
        }
    }
}

/// The kinds of values.
#[derive(Debug)]
pub(crate) enum Kind<'t> {
    /// Words, a number, nothing.
    Scalar(Scalar<'t>),
    /// Entries in order.
    Sequence(Vec<Node<'t>>),
    /// Keys with values, in order; no key stands twice.
    Mapping(Vec<Entry<'t>>),
    /// Something that was refused, and is not looked at further.
    Refused,
}

/// A scalar; its type is for the rules to say.
#[derive(Debug)]
pub(crate) struct Scalar<'t> {
    /// Its text, without quotes.
    pub(crate) text: Cow<'t, str>,
    /// Whether it stands without quotes.
    pub(crate) plain: bool,
}

impl Scalar<'_> {
    /// Whether it says that there is no value: left empty, or written as YAML's null.
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
    }
}

/// A key with its value.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    /// The key.
    pub(crate) key: Cow<'t, str>,
    /// The key's place.
    pub(crate) key_span: Span,
    /// The value.
    pub(crate) value: Node<'t>,
}

/// Reads a text. None: there is no tree, and a finding says why. An empty text is an empty scalar.
pub(crate) fn parse<'t>(file: FileId, text: &'t str, about: &About, findings: &mut Findings) -> Option<Node<'t>> {
    if text.len() > MOST_BYTES {
        let message = format!("expected at most {} MiB, found a {} of {} bytes", MOST_BYTES >> 20, about.file, text.len());
        findings.add(Diagnostic::new(&codes::FILE_TOO_LARGE, Span::new(file, 0, 0), message));
        return None;
    }
    Tree { file, text, about, findings, open: Vec::new(), root: None, nodes: 0 }.build()
}

/// A tree in the making.
struct Tree<'t, 'f> {
    file: FileId,
    text: &'t str,
    about: &'f About,
    findings: &'f mut Findings,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    nodes: usize,
}

/// A collection whose end has not come.
struct Open<'t> {
    span: Span,
    flow: bool,
    content: Content<'t>,
}

enum Content<'t> {
    Sequence(Vec<Node<'t>>),
    /// The entries so far, and the key that still lacks its value.
    Mapping(Vec<(Node<'t>, Node<'t>)>, Option<Node<'t>>),
}

/// Nothing more can be read; a finding says why.
struct Stopped;

impl<'t> Tree<'t, '_> {
    fn build(mut self) -> Option<Node<'t>> {
        let options = granit_parser::options! { disallow_directives: true, emit_unresolved_aliases: true, emit_anchor_events: true };
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, place) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    let bracket = self.open.last().filter(|open| open.flow).map(|open| open.span);
                    self.findings.add(explain::explain(self.file, self.text, self.about, at, error.kind(), bracket));
                    return None;
                }
            };
            let place_of = |place: granit_parser::Span| {
                let range = place.byte_range().unwrap_or(0..0);
                Span::new(self.file, range.start, range.end.max(range.start))
            };
            let tag = place.tag_span().map(place_of);
            let span = place_of(place);
            if matches!(event, Event::DocumentStart(..)) {
                documents += 1;
            }
            if documents > 1 {
                let sheet = self.about.file;
                let message = format!("expected one {sheet}, found a second document");
                self.refuse(span, &message, &format!("put each {sheet} into a file of its own"));
                return None;
            }
            self.event(event, span, tag).ok()?;
        }
        Some(
            self.root
                .unwrap_or(Node { span: Span::new(self.file, 0, 0), kind: Kind::Scalar(Scalar { text: Cow::Borrowed(""), plain: true }) }),
        )
    }

    fn event(&mut self, event: Event<'t>, span: Span, tag: Option<Span>) -> Result<(), Stopped> {
        if let Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, _, Some(_)) | Event::MappingStart(_, _, Some(_)) = event {
            let tag = tag.unwrap_or(span);
            let message = format!("expected a plain value, found the tag `{}`", clipped(self.slice(tag)));
            self.refuse(tag, &message, self.about.untagged);
        }
        match event {
            Event::Scalar(text, style, ..) => {
                // The parser gives `~` for a value that is left empty; nothing stands there.
                let plain = style == ScalarStyle::Plain;
                let text = if plain && span.start == span.end { Cow::Borrowed("") } else { text };
                self.node(Node { span: self.trimmed(span), kind: Kind::Scalar(Scalar { text, plain }) })
            }
            Event::SequenceStart(style, ..) => self.begin(span, style, Content::Sequence(Vec::new())),
            Event::MappingStart(style, ..) => self.begin(span, style, Content::Mapping(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Anchor(_, name) => {
                let message = format!("expected a value, found the anchor `&{}`", clipped(&name));
                self.refuse(
                    span,
                    &message,
                    &format!("write the {} out where they belong; a text that begins with `&` needs quotes", self.about.many),
                );
                Ok(())
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let message = format!("expected a value, found `{}`, which points to another place", clipped(self.slice(span)));
                self.refuse(span, &message, "write the value out; a text that begins with `*` needs quotes");
                self.node(Node { span, kind: Kind::Refused })
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, span: Span, style: StructureStyle, content: Content<'t>) -> Result<(), Stopped> {
        if self.open.len() >= DEEPEST {
            self.findings.add(explain::too_deep(Span { end: span.start.max(span.end), ..span }));
            return Err(Stopped);
        }
        self.open.push(Open { span, flow: style == StructureStyle::Flow, content });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Stopped> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // A block ends where its last value does; the parser tells only where the next thing begins.
        let (last, kind) = match open.content {
            Content::Sequence(nodes) => (nodes.last().map(|node| node.span.end), Kind::Sequence(nodes)),
            Content::Mapping(pairs, _) => {
                let last = pairs.last().map(|(key, value)| key.span.end.max(value.span.end));
                (last, Kind::Mapping(self.entries(pairs)))
            }
        };
        let end = if open.flow { span.end } else { last.unwrap_or(open.span.end) };
        self.node(Node { span: Span { end: end.max(open.span.start), ..open.span }, kind })
    }

    /// Puts a whole node where it belongs.
    fn node(&mut self, node: Node<'t>) -> Result<(), Stopped> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            let message = "expected at most 1,000,000 values, found more";
            self.findings.add(Diagnostic::new(&codes::FILE_TOO_LARGE, node.span, message).help(format!("split the {}", self.about.file)));
            return Err(Stopped);
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(nodes)) => nodes.push(node),
            Some(Content::Mapping(pairs, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => pairs.push((key, node)),
            },
        }
        Ok(())
    }

    /// The entries of a mapping whose keys are plain words; of equal keys the first.
    fn entries(&mut self, pairs: Vec<(Node<'t>, Node<'t>)>) -> Vec<Entry<'t>> {
        let mut entries: Vec<Entry<'t>> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            match key.kind {
                Kind::Scalar(scalar) if scalar.plain && scalar.text == "<<" => {
                    let message = format!("expected a {}, found the merge key `<<`", self.about.one);
                    self.refuse(key.span, &message, &format!("write the merged {} out", self.about.many));
                }
                Kind::Scalar(scalar) if scalar.is_null() => {
                    let message = format!("expected the name of a {} before the colon, found nothing", self.about.one);
                    self.refuse(key.span, &message, "write it as `name: value`");
                }
                Kind::Scalar(scalar) => entries.push(Entry { key: scalar.text, key_span: key.span, value }),
                Kind::Sequence(_) | Kind::Mapping(_) => {
                    let message = format!("expected the name of a {}, found a collection in its place", self.about.one);
                    self.refuse(key.span, &message, "write it as `name: value`");
                }
                Kind::Refused => {}
            }
        }
        let repeated = repeated(&entries);
        if !repeated.is_empty() {
            for (first, again) in &repeated {
                let message = format!("expected each key once, found `{}` again", clipped(&entries[*again].key));
                self.findings.add(
                    Diagnostic::new(&codes::DUPLICATE_KEY, entries[*again].key_span, message)
                        .related(entries[*first].key_span, "first written here")
                        .help(self.about.twice),
                );
            }
            let mut place = 0;
            entries.retain(|_| {
                place += 1;
                repeated.iter().all(|(_, again)| *again != place - 1)
            });
        }
        entries
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) {
        self.findings.add(Diagnostic::new(&codes::NOT_PLAIN_YAML, span, message).help(help));
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Without the blanks and line breaks after a scalar, which the parser may count in.
    fn trimmed(&self, span: Span) -> Span {
        Span { end: span.start + self.slice(span).trim_end().len() as u32, ..span }
    }
}

/// The places of keys that stood before, each with the place of the first, at most as many as are worth reporting. What `1,000,000` leaves behind
/// within braces are no keys.
fn repeated(entries: &[Entry]) -> Vec<(usize, usize)> {
    const FEW: usize = 24;
    const MOST: usize = 100;
    let mut found = Vec::new();
    if entries.len() <= FEW {
        for (place, entry) in entries.iter().enumerate() {
            if let Some(first) = entries[..place].iter().position(|before| before.key == entry.key)
                && !is_torn(entry)
            {
                found.push((first, place));
            }
        }
        return found;
    }
    let mut by_key: Vec<usize> = (0..entries.len()).collect();
    by_key.sort_by(|one, other| (&entries[*one].key, one).cmp(&(&entries[*other].key, other)));
    let mut first = 0;
    for at in 1..by_key.len() {
        if entries[by_key[at]].key != entries[by_key[first]].key {
            first = at;
        } else if found.len() < MOST && !is_torn(&entries[by_key[at]]) {
            found.push((by_key[first], by_key[at]));
        }
    }
    found
}

fn is_torn(entry: &Entry) -> bool {
    let empty = entry.value.span.start == entry.value.span.end;
    empty && entry.key.bytes().all(|byte| byte.is_ascii_digit())
}
