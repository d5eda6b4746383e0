use plumbrule::source::*;
fn main() {
    for p in std::env::args().skip(1) {
        let mut s = Sources::new();
        let t = std::fs::read_to_string(&p).unwrap();
        let f = s.add(p.clone(), t.clone());
        let r = plumbrule::syntax::parse(f, &t);
        println!("{p}: {} items", r.value.items.len());
        for d in r.diagnostics {
            println!("  {} {} {}: {:?}", s.address(d.primary.span), d.code.name, d.message, d.help);
        }
    }
}
