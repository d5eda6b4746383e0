//! Tests.
use super::*;
use crate::source::Sources;

#[test]
fn shipped_rules() {
    let dir = "/work/main/rules";
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "plumb") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sources = Sources::new();
        let id = sources.add(path.display().to_string(), text.clone());
        let staged = parse(id, &text);
        println!("{} {} items", path.display(), staged.value.items.len());
        for d in &staged.diagnostics {
            println!("  {} {}: {}", sources.address(d.primary.span), d.code.name, d.message);
        }
    }
}
