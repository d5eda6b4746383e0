//! The shell that all HTML pages share: a head that lets nothing in from outside, and the way from a template to harmless text.
//!
//! Facts and rules are written by strangers. Templates escape markup wherever a value is put in; [`page`] spells out, over the whole page, the characters that
//! act rather than show, so that attributes and drawings are no exception.
//!
//! A page is a template that extends `base.html` and has a field `shell`.

use std::fmt::{self, Write};

use askama::Template;
use sha2::{Digest, Sha256};

use super::text::acts;

/// Colours, type, tables and print, for every page.
const STYLE: &str = include_str!("../../templates/base.css");

/// What `base.html` asks of a page.
pub(super) struct Shell {
    /// What the page is about; text, not markup.
    pub(super) title: String,
    /// The style sheets in order, one text.
    pub(super) style: String,
    /// The script that makes the page handier; empty if there is none.
    pub(super) script: &'static str,
    /// The content security policy: this style, this script, and nothing else from anywhere.
    pub(super) policy: String,
}

impl Shell {
    /// A shell whose page has a style of its own besides the common one, and perhaps a script, else empty.
    ///
    /// INVARIANT: style and script are constants of this program. Nothing that is judged enters them.
    pub(super) fn new(title: impl Into<String>, style: &'static str, script: &'static str) -> Shell {
        let style = format!("{STYLE}{style}");
        let scripts = if script.is_empty() { "'none'".to_string() } else { digest(script) };
        let policy = format!("default-src 'none'; style-src {}; script-src {scripts}; base-uri 'none'; form-action 'none'", digest(&style));
        Shell { title: title.into(), style, script, policy }
    }
}

/// The page of a template.
pub(super) fn page(template: &impl Template) -> String {
    let mut page = Harmless(String::with_capacity(1 << 16));
    // Writing to a text fails only if a value's `Display` does, and no page has such a value.
    let written = template.render_into(&mut page);
    debug_assert!(written.is_ok(), "{written:?}");
    page.0 + "\n"
}

/// A text in which nothing acts: line breaks and tabs stay, as markup does not heed them.
struct Harmless(String);

impl Write for Harmless {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '\n' | '\t' => self.0.push(c),
                '\r' => {}
                _ if acts(c) || c.is_control() => self.0.extend(c.escape_unicode()),
                _ => self.0.push(c),
            }
        }
        Ok(())
    }
}

/// The digest by which a browser knows an inline style or script: `'sha256-…'`.
fn digest(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Template)]
    #[template(source = "{% extends \"base.html\" %}{% block main %}<p title=\"{{ text }}\">{{ text }}</p>{% endblock %}", ext = "html")]
    struct Plain {
        shell: Shell,
        text: &'static str,
    }

    fn plain(text: &'static str, script: &'static str) -> String {
        page(&Plain { shell: Shell::new("A <page>", "", script), text })
    }

    #[test]
    fn digests_are_those_that_browsers_make() {
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(digest(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn what_is_put_in_neither_marks_up_nor_acts() {
        let page = plain("<b onclick=\"x()\">\u{202e}\u{1b}\u{0}&'", "");
        assert!(page.contains("<title>A &#60;page&#62;</title>"), "{page}");
        let shown = "&#60;b onclick=&#34;x()&#34;&#62;\\u{202e}\\u{1b}\\u{0}&#38;&#39;";
        assert!(page.contains(&format!("<p title=\"{shown}\">{shown}</p>")), "{page}");
    }

    #[test]
    fn a_page_without_a_script_allows_none() {
        let page = plain("", "");
        assert!(page.contains("script-src &#39;none&#39;"), "{page}");
        assert!(!page.contains("<script"), "{page}");
        assert!(plain("", "let here;").contains("<script>let here;</script>"));
    }
}
