//! A handbook in Markdown. Places that names lead to are empty `a` elements, since no two readers agree on the
//! anchors of headings.

use std::fmt::Write;

use super::super::markdown::{code, fenced, opening, text as escaped};
use super::{CLOSING, holds_figures};
use crate::handbook::{Block, Entry, Grid, Handbook, Inline, Prose};

/// The handbook as Markdown, ending with a line break.
pub fn handbook_markdown(handbook: &Handbook) -> String {
    let mut page = Page(String::new());
    page.paragraph(&format!("# {}", escaped(&handbook.title)));
    page.blocks(&handbook.front);
    page.contents(handbook);
    for chapter in &handbook.chapters {
        page.heading(2, &chapter.anchor, &escaped(&chapter.title));
        page.blocks(&chapter.blocks);
        for section in &chapter.sections {
            page.heading(3, &section.anchor, &escaped(&section.title));
            page.blocks(&section.blocks);
            for entry in &section.entries {
                page.heading(4, &entry.anchor, &written(&entry.title));
                page.entry(entry);
            }
        }
    }
    page.paragraph("---");
    page.paragraph(&escaped(CLOSING));
    page.ended()
}

/// One rule of a handbook as Markdown, ending with a line break.
pub fn handbook_rule(entry: &Entry) -> String {
    let mut page = Page(String::new());
    page.paragraph(&format!("# {}", written(&entry.title)));
    page.entry(entry);
    page.ended()
}

struct Page(String);

impl Page {
    /// The page, with one line break at its end.
    fn ended(mut self) -> String {
        self.0.truncate(self.0.trim_end().len());
        self.0.push('\n');
        self.0
    }

    /// A rule below its heading.
    fn entry(&mut self, entry: &Entry) {
        let place = format!("{} · {} · {}", entry.kind, code(&entry.code), code(&entry.address));
        self.paragraph(&place);
        self.blocks(&entry.blocks);
        self.paragraph(&fenced(&entry.rule));
    }

    fn paragraph(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push_str("\n\n");
    }

    fn heading(&mut self, level: usize, anchor: &str, title: &str) {
        self.paragraph(&format!("{} <a id=\"{anchor}\"></a>{title}", "#".repeat(level)));
    }

    fn contents(&mut self, handbook: &Handbook) {
        self.paragraph("## Contents");
        for chapter in &handbook.chapters {
            let _ = writeln!(self.0, "- [{}](#{})", escaped(&chapter.title), chapter.anchor);
            for section in &chapter.sections {
                let _ = writeln!(self.0, "  - [{}](#{})", escaped(&section.title), section.anchor);
            }
        }
        self.0.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(prose) => self.paragraph(&opening(&written(prose))),
                Block::Remark(text) => self.paragraph(&format!("> {}", opening(&escaped(text)))),
                Block::Points(lead, points) => {
                    self.paragraph(&opening(&written(lead)));
                    for point in points {
                        let _ = writeln!(self.0, "- {}", opening(&written(point)));
                    }
                    self.0.push('\n');
                }
                Block::Particulars(particulars) => self.particulars(particulars),
                Block::Table(grid) => self.table(grid),
                // The table beside it says the same.
                Block::Line(_) => {}
                Block::Text(text) => self.paragraph(&fenced(text)),
                Block::Blanks(names) => {
                    let _ = writeln!(self.0, "| {} |", names.join(" | "));
                    let _ = writeln!(self.0, "|{}", "---|".repeat(names.len()));
                    for _ in 0..3 {
                        let _ = writeln!(self.0, "|{}", " &nbsp; |".repeat(names.len()));
                    }
                    self.0.push('\n');
                }
            }
        }
    }

    fn particulars(&mut self, particulars: &[(&'static str, Vec<Prose>)]) {
        for (name, lines) in particulars {
            match lines.as_slice() {
                [line] => {
                    let _ = writeln!(self.0, "- **{name}**: {}", written(line));
                }
                lines => {
                    let _ = writeln!(self.0, "- **{name}**:");
                    for line in lines {
                        let _ = writeln!(self.0, "  - {}", opening(&written(line)));
                    }
                }
            }
        }
        self.0.push('\n');
    }

    fn table(&mut self, grid: &Grid) {
        let columns: Vec<String> = grid.columns.iter().map(|column| escaped(column)).collect();
        let _ = writeln!(self.0, "| {} |", columns.join(" | "));
        let rule: String = grid.columns.iter().map(|column| if holds_figures(column) { "---:|" } else { "---|" }).collect();
        let _ = writeln!(self.0, "|{rule}");
        for row in &grid.rows {
            let anchor = row.anchor.as_ref().map_or(String::new(), |anchor| format!("<a id=\"{anchor}\"></a>"));
            let cells: Vec<String> = row.cells.iter().map(written).collect();
            let _ = writeln!(self.0, "| {anchor}{} |", cells.join(" | "));
        }
        self.0.push('\n');
    }
}

fn written(prose: &Prose) -> String {
    prose
        .0
        .iter()
        .map(|piece| match piece {
            Inline::Words(text) => escaped(text),
            Inline::Code(text) => code(text),
            Inline::Link { to, text, code: true } => format!("[{}](#{to})", code(text)),
            Inline::Link { to, text, code: false } => format!("[{}](#{to})", escaped(text)),
        })
        .collect()
}
