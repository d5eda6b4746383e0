//! Signatures as `ssh-keygen -Y` makes and verifies them, and the lists of those who may sign.

use ssh_key::public::KeyData;
use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

/// What signatures of records are made for: one made for another purpose, such as a commit or a letter, is none.
pub const NAMESPACE: &str = "plumb-record";

/// The kinds of keys that sign and are checked here.
const KINDS: [&str; 2] = ["ssh-ed25519", "ecdsa-sha2-nistp256"];

/// A private key to sign with.
pub struct Key(PrivateKey);

impl Key {
    /// Reads an OpenSSH private key.
    ///
    /// # Errors
    /// What is the matter with it, and what to do.
    pub fn read(text: &str) -> Result<Key, (String, String)> {
        let by_hand = format!("sign the record yourself: `ssh-keygen -Y sign -n {NAMESPACE} -f KEY RECORD` asks for what it needs");
        let key = PrivateKey::from_openssh(text).map_err(|_| {
            let help = "give an OpenSSH private key, as `ssh-keygen -t ed25519` makes one; the file that ends in .pub is the public half";
            ("is no OpenSSH private key".to_string(), help.to_string())
        })?;
        if key.is_encrypted() {
            return Err(("is locked by a passphrase, and nobody can be asked for it here".into(), by_hand));
        }
        match key.algorithm().as_str() {
            kind if KINDS.contains(&kind) => Ok(Key(key)),
            other => Err((format!("is a key of the kind {other}, and here only {} sign", KINDS.join(" and ")), by_hand)),
        }
    }

    /// The signature of a text, as the file beside it.
    ///
    /// # Errors
    /// When the key can't sign.
    pub fn sign(&self, text: &str) -> Result<String, String> {
        let signature = self.0.sign(NAMESPACE, HashAlg::Sha512, text.as_bytes()).and_then(|signature| signature.to_pem(LineEnding::LF));
        let mut pem = signature.map_err(|error| error.to_string())?;
        if !pem.ends_with('\n') {
            pem.push('\n');
        }
        Ok(pem)
    }
}

/// Those who may sign records: a file as `man ssh-keygen` describes it under ALLOWED SIGNERS.
pub struct Signers(Vec<Signer>);

struct Signer {
    principals: String,
    key: KeyData,
}

/// How a signature stands.
pub(super) enum Signed {
    /// It is that of one who may sign: the principals of the line.
    By(String),
    /// It is not, because of this.
    Not(String),
    /// Nobody can tell here, because of this.
    Unchecked(String),
}

impl Signers {
    /// Reads the lines that hold for records; those for other purposes are passed over.
    ///
    /// # Errors
    /// The line (from 1), what is wrong with it, and what to do. A line that restricts a key in a way that is not checked here is refused rather than half obeyed.
    pub fn parse(text: &str) -> Result<Signers, (usize, String, String)> {
        let mut signers = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            signers.extend(signer(line).map_err(|(message, help)| (index + 1, message, help))?);
        }
        Ok(Signers(signers))
    }

    /// Whether the signature is one of a text by one of them.
    pub(super) fn check(&self, text: &str, signature: &str) -> Signed {
        let signature = match SshSig::from_pem(signature) {
            Ok(signature) => signature,
            Err(error) => return Signed::Not(format!("its signature can't be read: {error}")),
        };
        let key = PublicKey::from(signature.public_key().clone());
        let shown = key.fingerprint(HashAlg::Sha256);
        if signature.namespace() != NAMESPACE {
            return Signed::Not(format!("its signature was made for another purpose than `{NAMESPACE}`"));
        }
        let Some(signer) = self.0.iter().find(|signer| signer.key == *key.key_data()) else {
            return Signed::Not(format!("it is signed by the key {shown}, which may not sign"));
        };
        let kind = key.algorithm();
        if !KINDS.contains(&kind.as_str()) {
            let words = "which is not checked here; this does:";
            return Signed::Unchecked(format!("it is signed by a key of the kind {kind}, {words} `ssh-keygen -Y verify -n {NAMESPACE}`"));
        }
        match key.verify(NAMESPACE, text.as_bytes(), &signature) {
            Ok(()) => Signed::By(signer.principals.clone()),
            Err(_) => Signed::Not(format!("the signature by {} is not one of this record", signer.principals)),
        }
    }
}

/// A line: principals, perhaps options, the kind of key and the key. None: it is for another purpose.
fn signer(line: &str) -> Result<Option<Signer>, (String, String)> {
    let shape =
        || ("it is not `NAME KIND KEY`".to_string(), "a line reads `ada@example.org ssh-ed25519 AAAA…`, as in a .pub file".to_string());
    let (principals, rest) = word(line).ok_or_else(shape)?;
    let (next, after) = word(rest).ok_or_else(shape)?;
    let (options, key) = if is_kind(next) { ("", rest) } else { (next, after) };
    let mut unchecked = None;
    for option in split(options) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        match name.to_ascii_lowercase().as_str() {
            "namespaces" if !listed(NAMESPACE, value.trim_matches('"')) => return Ok(None),
            "namespaces" => {}
            _ => unchecked = Some(name.to_string()),
        }
    }
    if let Some(name) = unchecked {
        let help = match name.to_ascii_lowercase().as_str() {
            "valid-after" | "valid-before" => "a record does not prove on which day it was signed; leave keys out that may no longer sign",
            _ => "name each key that may sign on a line of its own, with no option but `namespaces=`",
        };
        return Err((format!("`{name}` is not checked here"), help.into()));
    }
    let key = PublicKey::from_openssh(key.trim()).map_err(|error| (format!("its key can't be read: {error}"), shape().1))?;
    Ok(Some(Signer { principals: principals.trim_matches('"').to_string(), key: key.key_data().clone() }))
}

/// The kinds of keys begin like this, options never do.
fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-", "rsa-"].iter().any(|prefix| word.starts_with(prefix))
}

/// The first word, which may hold spaces between quotes, and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (!word.is_empty() && !quoted).then_some((word, rest))
}

/// The parts between commas that are not quoted.
fn split(options: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in options.chars() {
        quoted ^= c == '"';
        match parts.last_mut() {
            Some(part) if c != ',' || quoted => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a name is in a list of patterns: one of them has to match, and none that begins with `!` may.
fn listed(name: &str, patterns: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(name.as_bytes(), pattern.as_bytes()) => return false,
            Some(_) => {}
            None => found |= matches(name.as_bytes(), pattern.as_bytes()),
        }
    }
    found
}

/// Whether a pattern with `*` and `?` covers a name. It goes back to the last `*` only, so its work is bounded by the product of the lengths.
fn matches(name: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(place) {
            Some(b'*') => {
                star = Some((place, at));
                place += 1;
            }
            Some(c) if *c == b'?' || *c == name[at] => {
                at += 1;
                place += 1;
            }
            _ => match &mut star {
                Some((before, covered)) => {
                    *covered += 1;
                    (place, at) = (*before + 1, *covered);
                }
                None => return false,
            },
        }
    }
    pattern[place..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_ssh() {
        for (patterns, holds) in [
            ("plumb-record", true),
            ("*", true),
            ("git,plumb-*", true),
            ("plumb?record", true),
            ("*-*c*d", true),
            ("plumb-*,!*record", false),
            ("plumb", false),
            ("plumb-record?", false),
            ("", false),
            ("!git", false),
        ] {
            assert_eq!(listed(NAMESPACE, patterns), holds, "{patterns}");
        }
    }

    #[test]
    fn lines_are_read_or_refused_by_number() {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
        let of = |text: &str| Signers::parse(text).map(|signers| signers.0.into_iter().map(|signer| signer.principals).collect::<Vec<_>>());
        let text = format!(
            "# those who may\n\n \"Ada L\" {key} a comment\neve@x,*@y namespaces=\"a,plumb-record\" {key}\ngit-only namespaces=\"git\",cert-authority {key}\n"
        );
        assert_eq!(of(&text), Ok(vec!["Ada L".to_string(), "eve@x,*@y".to_string()]));
        for (line, word) in [
            (format!("ada cert-authority {key}"), "`cert-authority` is not checked"),
            (format!("ada valid-after=\"20250101\" {key}"), "`valid-after` is not checked"),
            (format!("ada namespaces=\"*\",valid-before=\"2025\" {key}"), "`valid-before` is not checked"),
            ("ada".into(), "not `NAME KIND KEY`"),
            (format!("\"ada {key}"), "not `NAME KIND KEY`"),
            ("ada ssh-ed25519 AAAA".into(), "can't be read"),
        ] {
            let (number, message, _) = of(&format!("\n{line}\n")).expect_err(&line);
            assert!(number == 2 && message.contains(word), "{line}: {number}: {message}");
        }
    }
}
