//! `plumb new`: what it makes works as it stands.

use super::Desk;

#[test]
fn what_is_made_works() {
    let desk = Desk::new();
    let made = desk.plumb(&["new", "first/policy", "--today", "2026-09-15"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    insta::assert_snapshot!(made.out);
    let there = desk.path("first/policy");
    let plumb = |arguments: &[&str]| super::plumb_in(&there, arguments);

    let checked = plumb(&["check"]);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""));
    assert!(checked.out.starts_with("nothing to report"), "{}", checked.out);
    let tested = plumb(&["test"]);
    assert!(tested.code == 0 && tested.out.ends_with("all pass\n"), "{}", tested.out);
    let judged = plumb(&["eval", "--today", "2026-09-15"]);
    assert_eq!((judged.code, judged.err.as_str()), (0, ""));
    insta::assert_snapshot!(judged.out);
    // It shows what is particular here: missing evidence leaves a verdict open, and one answer decides it.
    assert_eq!(plumb(&["eval", "--today", "2026-09-15", "--require", "invest"]).code, 3);
    let sheet = desk.text("first/policy/facts/example.yaml");
    desk.put("first/policy/facts/example.yaml", sheet + "uptime: 99.95%\n");
    assert_eq!(plumb(&["eval", "--today", "2026-09-15", "--require", "invest"]).code, 0);
}

#[test]
fn an_empty_folder_will_do_and_no_other() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("empty")).expect("a folder can be made");
    let made = super::plumb_in(&desk.path("empty"), &["new", "."]);
    assert!(made.code == 0 && made.out.starts_with("A policy to begin with is here:\n"), "{}{}", made.out, made.err);
    let sheet = desk.text("empty/facts/example.yaml");
    desk.plumb(&["new", "empty"]).refuses(&["there is something in `empty` already", "name a folder that is not there yet"]);
    assert_eq!(desk.text("empty/facts/example.yaml"), sheet);
    desk.put("file", "");
    desk.plumb(&["new", "file/below"]).refuses(&["the folder `file/below", "a part of its path is a file"]);
    desk.plumb(&["new", "other", "--today", "soon"]).refuses(&["`--today soon` is not a day"]);
    assert!(!desk.path("other").exists());
}
