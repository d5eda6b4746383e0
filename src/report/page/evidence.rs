//! Facts with who says so. A source becomes a link only where it is an address of the web or of a public repository; anything else stays text.

use std::borrow::Cow;

use crate::diagnostic::counted;
use crate::explain::FactLine;
use crate::report::human::evidence_value;
use crate::report::text::{acts, shortened};

/// The most letters of a link to a source; the link itself is whole.
const WIDEST_SOURCE: usize = 80;

/// A fact on the page.
pub(super) struct Fact<'a> {
    pub(super) path: &'a str,
    /// What it is, or why it does not count.
    pub(super) value: String,
    /// `missing` where no evidence counts, `open` where it is not one value, else `known`.
    pub(super) tone: &'static str,
    /// `2 sources disagree`
    pub(super) claimed: Option<String>,
    pub(super) day: Option<&'a str>,
    /// `line 132` of the project's own sheet, or the file and the line of another.
    pub(super) place: Option<String>,
    pub(super) source: Option<Source<'a>>,
    pub(super) note: Option<&'a str>,
    /// What each source says, where there are several.
    pub(super) claims: Vec<Fact<'a>>,
}

/// Who says so.
pub(super) struct Source<'a> {
    /// As the sheet has it; of a web address that becomes a link, as much as helps a reader.
    pub(super) words: Cow<'a, str>,
    /// Where to read it.
    pub(super) link: Option<String>,
}

impl<'a> Fact<'a> {
    /// A fact of a project whose sheet is `file`.
    pub(super) fn of(fact: &'a FactLine, file: &str) -> Fact<'a> {
        let stand = if fact.claims.iter().any(|claim| claim.value != fact.claims[0].value) { "disagree" } else { "agree" };
        Fact {
            path: &fact.path,
            value: evidence_value(fact),
            tone: match (fact.known && fact.missing.is_none(), fact.exact) {
                (false, _) => "missing",
                (true, false) => "open",
                (true, true) => "known",
            },
            claimed: (!fact.claims.is_empty()).then(|| format!("{} {stand}", counted(fact.claims.len(), "source"))),
            day: fact.as_of.as_deref(),
            place: fact.at.as_ref().map(|at| within(&at.address, file)),
            source: fact.source.as_deref().map(Source::of),
            note: fact.note.as_deref(),
            claims: Fact::all(&fact.claims, file),
        }
    }

    pub(super) fn all(facts: &'a [FactLine], file: &str) -> Vec<Fact<'a>> {
        facts.iter().map(|fact| Fact::of(fact, file)).collect()
    }

    /// Whether anything is said beyond the value.
    pub(super) fn has_provenance(&self) -> bool {
        self.claimed.is_some() || self.day.is_some() || self.place.is_some() || self.source.is_some()
    }
}

impl<'a> Source<'a> {
    fn of(words: &'a str) -> Source<'a> {
        match link(words.trim()) {
            Some(link) => {
                let bare = words.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
                Source { words: shortened(bare, WIDEST_SOURCE).into(), link: Some(link) }
            }
            None => Source { words: words.into(), link: None },
        }
    }
}

/// An address, less the file where that is the one given.
fn within(address: &str, file: &str) -> String {
    match address.strip_prefix(file).and_then(|rest| rest.strip_prefix(':')) {
        Some(line) => format!("line {line}"),
        None => address.to_string(),
    }
}

/// Where a source can be read: at a web address, or in a public repository, `github:owner/name/path@commit` or `github:owner/name@commit:path`.
fn link(source: &str) -> Option<String> {
    match source.strip_prefix("github:") {
        Some(place) => repository(place),
        None => is_web_address(source).then(|| source.to_string()),
    }
}

/// Whether a text is nothing but an address: `http` or `https`, a host without a user's name before it, and no character that would act, break the line or
/// be read differently by a browser.
fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain_host =
        host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    plain_host && rest.chars().all(|c| !c.is_whitespace() && !c.is_control() && !acts(c) && !"<>\"'\\`{}|^".contains(c))
}

fn repository(place: &str) -> Option<String> {
    let (left, right) = place.split_once('@')?;
    let (commit, path_behind) = match right.split_once(':') {
        Some((commit, path)) => (commit, Some(path)),
        None => (right, None),
    };
    let mut parts = left.splitn(3, '/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let path = path_behind.or(parts.next()).unwrap_or("");
    let is_name = |text: &str| {
        !text.is_empty() && text != "." && text != ".." && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    if !is_name(owner) || !is_name(name) || !is_name(commit) || path.split('/').any(|part| part == "..") {
        return None;
    }
    let repository = format!("https://github.com/{owner}/{name}");
    Some(if path.is_empty() { format!("{repository}/tree/{commit}") } else { format!("{repository}/blob/{commit}/{}", encoded(path)) })
}

/// A path as addresses have it.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links() {
        let same = ["https://example.org/a?b=c&d#e", "http://example.org", "https://example.org:8443/%20x"];
        for source in same {
            assert_eq!(link(source).as_deref(), Some(source));
        }
        let known = [
            ("github:a/b@0f1e", "https://github.com/a/b/tree/0f1e"),
            ("github:a/b/docs/x y.md@0f1e", "https://github.com/a/b/blob/0f1e/docs/x%20y.md"),
            ("github:a/b@0f1e:An Audit (1).pdf", "https://github.com/a/b/blob/0f1e/An%20Audit%20%281%29.pdf"),
        ];
        for (source, address) in known {
            assert_eq!(link(source).as_deref(), Some(address), "{source}");
        }
    }

    #[test]
    fn everything_else_stays_text() {
        let texts = [
            "own reading",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>1</script>",
            "file:///etc/passwd",
            "//example.org",
            "https://",
            "https:///x",
            "https://user@example.org",
            "https://example.org\\@other.org",
            "https://example.org/ and a remark",
            "https://example.org/\u{202e}gpj",
            "https://example.org/\"onclick=x",
            "see https://example.org",
            "github:a",
            "github:a/b",
            "github:a/../..@x",
            "github:a/b/../../c@x",
            "github:a/b@x/../../c",
            "github:<b>/b@x",
        ];
        for source in texts {
            assert_eq!(link(source), None, "{source}");
        }
    }
}
