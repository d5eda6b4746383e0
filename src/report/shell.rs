//! The shell that all HTML pages share: a head that lets nothing in from outside, and the way from a template to harmless text.
//!
//! Facts and rules are written by strangers. Templates escape markup wherever a value is put in; [`page`] spells out, over the whole page, the characters that
//! act rather than show, so that attributes and drawings are no exception.
//!
//! A page is a template that extends `base.html` and has a field `shell`.

use std::fmt::{self, Write};

use askama::Template;

use super::text::acts;
use crate::digest::Digest;

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
        let scripts = if script.is_empty() { "'none'".to_string() } else { quoted(script) };
        let policy = format!("default-src 'none'; style-src {}; script-src {scripts}; base-uri 'none'; form-action 'none'", quoted(&style));
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

/// How a policy names an inline style or script.
fn quoted(text: &str) -> String {
    format!("'{}'", Digest::of(text).for_browsers())
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
