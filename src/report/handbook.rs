//! A handbook as a page of Markdown, or as one file of HTML.
//!
//! Rules are written by strangers, so whatever of theirs a page shows is escaped for where it stands: in Markdown here, in HTML by the templates.

mod html;
mod markdown;
#[cfg(test)]
mod tests;

pub use html::handbook_html;
pub use markdown::{handbook_markdown, handbook_rule};

/// The last words of every handbook.
const CLOSING: &str = "Made from the rules by plumb. The rules are the reader’s own; what they come to is an analysis of the facts supplied, and not investment advice.";

/// Whether a column holds figures, which line up on the right.
fn holds_figures(column: &str) -> bool {
    matches!(column, "Points" | "Worth" | "Share")
}
