//! What verifying a chain of records came to: each record with its standing, the chain as a whole, and the digest to keep elsewhere.

use serde::Serialize;

use super::Layout;
use super::json::{SCHEMA_VERSION, written};
use super::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, Paint, STRONG, visible, width_of};
use crate::diagnostic::counted;

/// How a record stands, the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Judged again, it came out the same to the byte.
    Proven,
    /// It can't be judged again here.
    Undecided,
    /// It is not what was written, or not what its inputs lead to.
    Differs,
}

/// One record.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its file.
    pub file: String,
    /// Its number.
    pub number: u64,
    /// The fact sheet that was judged; empty where the record can't be read.
    pub subject: String,
    /// The day of the judgement; likewise.
    pub today: String,
    /// How it stands.
    pub standing: Standing,
    /// Why it stands no better, a sentence each.
    pub reasons: Vec<String>,
    /// What else is known of it.
    pub proven: Proven,
}

/// What is known of a record besides how it stands.
#[derive(Clone, Debug, Default)]
pub struct Proven {
    /// Whether it was judged again from its own copies.
    pub bundled: bool,
    /// Who signed it, as the list of signers has it.
    pub signed_by: Option<String>,
}

impl Proof {
    /// A record of which nothing is known against it.
    pub fn of(file: &str, number: u64) -> Proof {
        Proof {
            file: file.to_string(),
            number,
            subject: String::new(),
            today: String::new(),
            standing: Standing::Proven,
            reasons: Vec::new(),
            proven: Proven::default(),
        }
    }

    /// Says why it stands no better than this.
    pub fn reason(&mut self, standing: Standing, reason: String) {
        self.standing = self.standing.max(standing);
        self.reasons.push(reason);
    }
}

/// A chain that was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The records, in order.
    pub records: Vec<Proof>,
    /// Where the chain does not hold, a sentence each.
    pub troubles: Vec<String>,
    /// What is no fault and worth knowing, likewise.
    pub notes: Vec<String>,
    /// The digest of the last record; none if the chain does not hold or a record differs.
    pub head: Option<String>,
    /// Whether the last record is not counted yet.
    pub unfinished: bool,
}

impl Verified {
    /// How the whole stands: as its worst.
    pub fn standing(&self) -> Standing {
        let worst = self.records.iter().map(|proof| proof.standing).max().unwrap_or(Standing::Proven);
        if self.troubles.is_empty() { worst } else { Standing::Differs }
    }

    fn count(&self, standing: Standing) -> usize {
        self.records.iter().filter(|proof| proof.standing == standing).count()
    }
}

/// The report, ending with a line break. With `summary`, records that are proven are only counted.
pub fn verified(verified: &Verified, folder: &str, summary: bool, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), text: String::new() };
    for proof in verified.records.iter().filter(|proof| !summary || proof.standing != Standing::Proven) {
        page.proof(proof);
    }
    if !page.text.is_empty() {
        page.text.push('\n');
    }
    page.totals(verified);
    for trouble in &verified.troubles {
        page.flow("  - ", &Flow::new().add(PLAIN, trouble));
    }
    for note in &verified.notes {
        page.flow("", &Flow::new().add(FAINT, "Note:").add(PLAIN, note).close(PLAIN, "."));
    }
    if let Some(head) = &verified.head {
        page.text.push('\n');
        page.flow("", &Flow::new().add(PLAIN, "The head of the chain, to be kept in another place:"));
        // Never broken, however narrow the page: it is there to be copied.
        let head = page.paint.paint(STRONG, head);
        page.text.push_str(&format!("  {head}\n"));
        let words = "Whoever can write to the folder could write the whole chain anew, and only this digest or a signature would tell:";
        page.flow("", &Flow::new().add(PLAIN, words).add(PLAIN, &format!("`plumb verify {folder} --head DIGEST`.")));
    }
    page.text
}

struct Page {
    width: usize,
    paint: Paint,
    text: String,
}

impl Page {
    fn proof(&mut self, proof: &Proof) {
        let (style, word) = match proof.standing {
            Standing::Proven => (GOOD, "proven   "),
            Standing::Undecided => (OPEN, "undecided"),
            Standing::Differs => (BAD, "DIFFERS  "),
        };
        let mut words = Flow::new().whole(STRONG, &proof.file);
        if !proof.today.is_empty() {
            words = words.dot(PLAIN, &format!("as of {}", proof.today));
        }
        if proof.proven.bundled {
            words = words.dot(PLAIN, "from its own copies");
        }
        if let Some(signer) = &proof.proven.signed_by {
            words = words.dot(PLAIN, "signed by").whole(PLAIN, signer);
        }
        let mark = self.paint.paint(style, word);
        self.hang(&format!("  {mark}  "), 13, &words);
        for reason in &proof.reasons {
            self.flow("             - ", &Flow::new().add(PLAIN, reason));
        }
    }

    fn totals(&mut self, verified: &Verified) {
        let all = verified.records.len();
        if all == 0 && verified.troubles.is_empty() {
            return self.flow("", &Flow::new().add(PLAIN, "A chain with no record yet."));
        }
        let mut words = Flow::new().add(STRONG, &counted(all, "record")).close(STRONG, ":");
        let proven = verified.count(Standing::Proven);
        words = match proven == all {
            true => words.add(PLAIN, "each comes out the same when judged again, to the byte"),
            false => words.add(PLAIN, &format!("{proven} proven")),
        };
        for (standing, word) in [(Standing::Undecided, "undecided"), (Standing::Differs, "not what was written")] {
            let count = verified.count(standing);
            if count > 0 {
                words = words.close(PLAIN, ",").add(PLAIN, &format!("{count} {word}"));
            }
        }
        self.flow("", &words.close(PLAIN, "."));
        let (style, word) = match verified.troubles.is_empty() {
            true => (GOOD, "The chain holds: none was removed, added, edited or moved."),
            false => (BAD, "THE CHAIN DOES NOT HOLD:"),
        };
        self.flow("", &Flow::new().add(style, word));
    }

    fn flow(&mut self, prefix: &str, flow: &Flow) {
        self.hang(prefix, width_of(prefix), flow);
    }

    /// Wrapped words behind a prefix of so many columns.
    fn hang(&mut self, prefix: &str, columns: usize, flow: &Flow) {
        for (index, line) in flow.lines(self.width.saturating_sub(columns), self.paint).iter().enumerate() {
            self.text.push_str(&if index == 0 { prefix.to_string() } else { " ".repeat(columns) });
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Chain<'a> {
    schema_version: u32,
    standing: &'static str,
    chain: Links<'a>,
    records: Vec<One<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Links<'a> {
    holds: bool,
    head: Option<&'a str>,
    unfinished_append: bool,
    troubles: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct One<'a> {
    file: &'a str,
    number: u64,
    subject: &'a str,
    today: &'a str,
    standing: &'static str,
    bundled: bool,
    signed_by: Option<&'a str>,
    reasons: &'a [String],
}

/// The same for programs.
pub fn verified_json(verified: &Verified) -> String {
    written(&Chain {
        schema_version: SCHEMA_VERSION,
        standing: key(verified.standing()),
        chain: Links {
            holds: verified.troubles.is_empty(),
            head: verified.head.as_deref(),
            unfinished_append: verified.unfinished,
            troubles: &verified.troubles,
        },
        records: verified
            .records
            .iter()
            .map(|proof| One {
                file: &proof.file,
                number: proof.number,
                subject: &proof.subject,
                today: &proof.today,
                standing: key(proof.standing),
                bundled: proof.proven.bundled,
                signed_by: proof.proven.signed_by.as_deref(),
                reasons: &proof.reasons,
            })
            .collect(),
        notes: &verified.notes,
    })
}

fn key(standing: Standing) -> &'static str {
    match standing {
        Standing::Proven => "proven",
        Standing::Undecided => "undecided",
        Standing::Differs => "differs",
    }
}

/// What was recorded, for people who see it beside the result. It ends with a line break.
pub fn recorded(first: &str, last: &str, count: usize, folder: &str, head: &str) -> String {
    let names = if count == 1 { visible(first).into_owned() } else { format!("{} to {}", visible(first), visible(last)) };
    format!("{} recorded in {}: {names}\nhead {head}\n", counted(count, "judgement"), visible(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record may come from anybody, with any words in it.
    #[test]
    fn words_of_records_do_not_act_on_the_reader() {
        let mut proof = Proof::of("000001-a\u{202e}b.json", 1);
        proof.today = "\u{1b}[31m2026".into();
        proof.proven.signed_by = Some("Ada\u{2066}".into());
        proof.reason(Standing::Differs, "`a\u{1b}[2J` is\nanother".into());
        let mut chain = Verified {
            records: vec![proof],
            troubles: vec!["`\u{200f}`".into()],
            notes: vec!["a note\u{7}".into()],
            head: None,
            unfinished: false,
        };
        let text = verified(&chain, "records", false, Layout { width: 40, colour: false });
        let expected = "  DIFFERS    000001-a\\u{202e}b.json · as
             of \\u{1b}[31m2026 · signed
             by Ada\\u{2066}
             - `a\\u{1b}[2J` is another

1 record: 0 proven, 1 not what was
written.
THE CHAIN DOES NOT HOLD:
  - `\\u{200f}`
Note: a note\\u{7}.
";
        assert_eq!(text, expected);
        let json = verified_json(&chain);
        assert!(!json.chars().any(|c| c != '\n' && (c.is_control() || super::super::text::acts(c))), "{json}");
        chain.records.clear();
        chain.troubles.clear();
        assert!(verified(&chain, "records", true, Layout::PLAIN).starts_with("A chain with no record yet."));
    }
}
