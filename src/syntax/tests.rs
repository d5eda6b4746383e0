//! Tests.
use super::*;
use crate::source::Sources;

#[test]
fn show() {
    let dir = "/tmp/cases";
    let mut paths: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        for (n, case) in text.split("\n=====\n").enumerate() {
            println!("--- {} {}\n{}", path.display(), n, case.chars().take(600).collect::<String>());
            let mut sources = Sources::new();
            let id = sources.add("f", case);
            let started = std::time::Instant::now();
            let staged = parse(id, &case);
            println!(">>> {} items {:?}", staged.value.items.len(), started.elapsed());
            for d in &staged.diagnostics {
                let lc = sources.line_column(d.primary.span);
                println!(
                    "  {}:{} {} `{}`: {}",
                    lc.line,
                    lc.column,
                    d.code.name,
                    sources.slice(d.primary.span).chars().take(50).collect::<String>(),
                    d.message
                );
                if !d.primary.text.is_empty() {
                    println!("        label: {}", d.primary.text);
                }
                for l in &d.secondary {
                    println!("        related {}: {}", sources.line_column(l.span).line, l.text);
                }
                for h in &d.help {
                    println!("        help: {h}");
                }
                if let Some(f) = &d.fix {
                    println!("        fix: `{}` -> `{}`", sources.slice(f.span), f.replacement);
                }
            }
        }
    }
}
