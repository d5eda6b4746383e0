//! The HTML page. Its snapshots leave out the style and the script, which are files of their own.

use super::*;

fn html(explanations: &[Explanation]) -> String {
    let texts = texts();
    crate::report::html(&run(&program(&texts), &texts), explanations)
}

/// Two projects judged by one program, as those of a page are.
fn two(texts: &Texts) -> Vec<Explanation> {
    let mut other = open_project(texts);
    other.name = "other".into();
    other.title = "Another network".into();
    other.verdicts = decided_project(texts).verdicts;
    vec![open_project(texts), other]
}

/// The page without what stands between the tags of its style and of its script.
fn content(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    for (opening, closing) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let (before, behind) = rest.split_once(opening).expect("every report has a style and a script");
        let (_, after) = behind.split_once(closing).expect("it ends");
        kept.push_str(&format!("{before}{opening}…{closing}"));
        rest = after;
    }
    kept + rest
}

#[test]
fn one_project_in_full() {
    let page = content(&html(&[open_project(&texts())]));
    // The policy names digests of style and script, which change with every colour.
    let (before, behind) = page.split_once("<meta http-equiv=").expect("there is a policy");
    let (_, after) = behind.split_once('\n').expect("it ends");
    insta::assert_snapshot!("html_open", format!("{before}<meta …>\n{after}"));
}

#[test]
fn several_projects_side_by_side() {
    let page = html(&two(&texts()));
    let main = page.split_once("<main").expect("there is a main part").1;
    let until_projects = main.split_once("<article").expect("there are projects").0;
    insta::assert_snapshot!("html_side_by_side", until_projects);
}

#[test]
fn the_policy_lets_in_this_style_and_this_script_alone() {
    let page = html(&[open_project(&texts())]);
    let policy = page.split_once("Content-Security-Policy\" content=\"").expect("there is a policy").1.split_once('"').expect("it ends").0;
    assert!(policy.starts_with("default-src &#39;none&#39;; style-src &#39;sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    for forbidden in [" style=", " onclick=", " onload=", " onerror=", "src=", "<link", "<iframe", "<base", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_same_judgements_make_the_same_page_in_any_order() {
    let mut explanations = all(&texts());
    let page = html(&explanations);
    assert_eq!(page, html(&explanations));
    explanations.reverse();
    assert_eq!(page, html(&explanations));
}

#[test]
fn links_lead_to_something_on_the_page() {
    let page = html(&two(&texts()));
    let ids: std::collections::BTreeSet<&str> = values(&page, " id=\"").collect();
    assert_eq!(ids.len(), values(&page, " id=\"").count(), "an id stands for one thing");
    let inside: Vec<&str> = values(&page, "href=\"#").collect();
    assert!(inside.len() > 20);
    for id in inside {
        assert!(ids.contains(id), "nothing on the page is called {id}");
    }
}

/// The values of an attribute.
fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next())
}
