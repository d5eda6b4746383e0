//! The whole way of a pull request: a repository, a branch, and the step by which the GitHub Action judges it.

use std::process::Command;

use super::{Desk, Ended, ended};

/// A clone of a repository that holds the policy which `plumb new` makes, with a second project, on a branch.
struct Clone {
    origin: Desk,
    desk: Desk,
}

impl Clone {
    fn new() -> Clone {
        let (origin, desk) = (Desk::new(), Desk::new());
        origin.plumb(&["new", "policy", "--today", "2026-06-01"]);
        let settled = origin.text("policy/facts/example.yaml").replace("Example", "Settled") + "uptime: 99.95%\n";
        origin.put("policy/facts/settled.yaml", settled);
        origin.git(&["init", "-q"]);
        origin.commit();
        std::fs::remove_dir(desk.path("rules")).expect("a folder can be removed");
        desk.git(&["clone", "-q", &format!("file://{}", origin.0.display()), "."]);
        desk.git(&["switch", "-q", "-c", "change"]);
        Clone { origin, desk }
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.desk.text(file);
        assert!(text.contains(from), "{text}");
        self.desk.put(file, text.replace(from, to));
    }

    /// Runs the step of the Action that judges, with these inputs and the others as they are by default, as on a pull request.
    fn action(&self, inputs: &[(&str, &str)]) -> Ran {
        let root = env!("CARGO_MANIFEST_DIR");
        let text = std::fs::read_to_string(format!("{root}/action.yml")).expect("the Action can be read");
        let action: serde_yaml::Value = serde_yaml::from_str(&text).expect("the Action is YAML");
        let input = |name: &str| -> String {
            let default = action["inputs"][name]["default"].as_str().unwrap_or_else(|| panic!("the Action has no input `{name}`"));
            inputs.iter().find(|(given, _)| *given == name).map_or(default, |(_, value)| value).to_string()
        };
        for (name, _) in inputs {
            input(name);
        }
        let steps = action["runs"]["steps"].as_sequence().expect("the Action has steps");
        let step = steps.iter().find(|step| step["id"] == "judge").expect("one of them judges");
        for file in ["outputs", "summary"] {
            self.desk.put(&format!(".git/{file}"), "");
        }
        let mut command = Command::new("bash");
        command.args(["-c", step["run"].as_str().expect("the step runs something")]).current_dir(&self.desk.0);
        for (name, value) in step["env"].as_mapping().expect("the step has variables") {
            let (name, value) = (name.as_str().unwrap_or_default(), value.as_str().unwrap_or_default());
            let value = match value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")) {
                Some(name) => input(name),
                None if name == "PLUMB" => env!("CARGO_BIN_EXE_plumb").to_string(),
                None => value.replace("${{ github.action_path }}", root),
            };
            assert!(!value.contains("${{"), "{value}");
            command.env(name, value);
        }
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_BASE_REF", "main")
            .env("GITHUB_OUTPUT", self.desk.path(".git/outputs"))
            .env("GITHUB_STEP_SUMMARY", self.desk.path(".git/summary"))
            .env("PLUMB_TODAY", "2026-06-01");
        let ended = ended(command.output().expect("bash can be run"));
        let read = |file: &str| std::fs::read_to_string(self.desk.path(&format!("plumb-results/{file}"))).unwrap_or_default();
        Ran {
            outputs: self.desk.text(".git/outputs"),
            summary: self.desk.text(".git/summary"),
            json: serde_json::from_str(&read("eval.json")).unwrap_or_default(),
            sarif: serde_json::from_str(&read("eval.sarif")).unwrap_or_default(),
            markdown: read("eval.md"),
            junit: read("eval.xml"),
            ended,
        }
    }
}

/// What the step left behind.
struct Ran {
    ended: Ended,
    outputs: String,
    summary: String,
    json: serde_json::Value,
    sarif: serde_json::Value,
    markdown: String,
    junit: String,
}

impl Ran {
    /// What all three commands together come to.
    fn ended_with(&self, code: i32, standing: &str) {
        let said = format!("{}{}", self.ended.out, self.ended.err);
        assert_eq!(self.ended.code, code, "{said}");
        assert!(self.outputs.contains(&format!("standing={standing}\n")), "{}{said}", self.outputs);
        assert!(self.outputs.ends_with("results=plumb-results\n"), "{}", self.outputs);
    }

    /// The same, where it is the judgement that leads to it.
    fn is(&self, code: i32, standing: &str) {
        self.ended_with(code, standing);
        let standings = ["met", "not-met", "", "open"];
        assert_eq!(standings[code as usize], standing);
        let of_projects = self.json["projects"].as_array().expect("projects").iter().map(|project| project["standing"].clone());
        let gravest =
            ["not_met", "undecided"].into_iter().find(|one| of_projects.clone().any(|standing| standing == *one)).unwrap_or("met");
        assert_eq!(gravest, ["met", "not_met", "", "undecided"][code as usize], "{}", self.json);
    }

    fn projects(&self) -> Vec<&str> {
        let projects = self.json["projects"].as_array().map(Vec::as_slice).unwrap_or_default();
        projects.iter().map(|project| project["name"].as_str().unwrap_or_default()).collect()
    }

    /// Where the results of the SARIF log are, and how grave.
    fn results(&self) -> Vec<String> {
        let results = self.sarif["runs"][0]["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        let told = |result: &serde_json::Value| {
            let place = &result["locations"][0]["physicalLocation"];
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
            let (file, line) = (text(&place["artifactLocation"]["uri"]), place["region"]["startLine"].clone());
            format!("{} {} {file}:{line}", text(&result["level"]), text(&result["ruleId"]))
        };
        results.iter().map(told).collect()
    }
}

const ASKED: [(&str, &str); 2] = [("config", "policy/plumb.yaml"), ("arguments", "--require invest --fail-on error")];

#[test]
fn a_branch_is_judged_by_what_it_touched() {
    let clone = Clone::new();
    // Nothing yet. What is on the other branch by now is none of its business.
    let rules = clone.origin.text("policy/rules/main.plumb");
    clone.origin.put("policy/rules/main.plumb", rules.replace("worth 4", "worth 5"));
    clone.origin.commit();
    clone.desk.git(&["fetch", "-q"]);
    let ran = clone.action(&ASKED);
    ran.is(0, "met");
    assert_eq!(ran.projects(), [""; 0]);
    assert!(ran.ended.err.contains("nothing to judge: of 2 projects"), "{}", ran.ended.err);

    // A fact that keeps the project from its band.
    clone.replace("policy/facts/settled.yaml", "uptime: 99.95%", "uptime: 60%");
    clone.desk.commit();
    let ran = clone.action(&ASKED);
    ran.is(1, "not-met");
    assert_eq!(ran.projects(), ["settled"]);
    insta::assert_snapshot!("a_changed_fact", told(&clone, &ran));

    // It is mended, and a rule is changed: now everybody is judged, by the rule as it is on the branch.
    clone.replace("policy/facts/settled.yaml", "uptime: 60%", "uptime: 99.95%");
    clone.replace("policy/rules/main.plumb", ">= 10 -> 2", ">= 20 -> 2");
    clone.desk.commit();
    let ran = clone.action(&ASKED);
    ran.is(3, "open");
    assert_eq!(ran.projects(), ["example", "settled"]);
    insta::assert_snapshot!("a_changed_rule", told(&clone, &ran));
    assert!(
        ran.ended.err.contains("judging both projects, because `policy/rules/main.plumb` was changed since `origin/main`"),
        "{}",
        ran.ended.err
    );
    clone.action(&[&ASKED[..], &[("open", "pass")]].concat()).ended_with(0, "open");

    // A slip of the keyboard.
    clone.replace("policy/rules/main.plumb", "uptime >= floor", "uptime >= flor");
    let ran = clone.action(&ASKED);
    ran.ended_with(2, "could-not-run");
    insta::assert_snapshot!("a_broken_rule", told(&clone, &ran));
    assert_eq!(ran.projects(), [""; 0]);

    // A test that fails counts as well, though everybody is fine.
    clone.desk.git(&["checkout", "-q", "."]);
    clone.replace("policy/rules/tests/main_tests.plumb", "is 50%..100%", "is 60%..100%");
    let ran = clone.action(&ASKED[..1]);
    ran.ended_with(1, "not-met");
    assert!(ran.ended.out.contains("::error file=policy/rules/tests/main_tests.plumb,line="), "{}", ran.ended.out);
    assert_eq!(ran.json["standing"], "met");
}

#[test]
fn hooks_stop_a_commit_that_breaks_something() {
    let desk = Desk::new();
    std::fs::remove_dir(desk.path("rules")).expect("a folder can be removed");
    desk.plumb(&["new", ".", "--today", "2026-06-01"]);
    desk.git(&["init", "-q"]);
    desk.commit();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).expect("the hooks can be read");
    let hooks: Vec<serde_yaml::Value> = serde_yaml::from_str(&text).expect("the hooks are YAML");
    let run = || -> Vec<(String, i32)> {
        let entries = hooks.iter().map(|hook| hook["entry"].as_str().expect("a hook runs something"));
        let words = entries.map(|entry| entry.split_whitespace().collect::<Vec<_>>());
        words.map(|words| (words[1].to_string(), desk.plumb(&words[1..]).code)).collect()
    };
    let expected = |codes: [i32; 3]| ["check", "test", "eval"].map(str::to_string).into_iter().zip(codes).collect::<Vec<_>>();
    assert_eq!(run(), expected([0, 0, 0]));
    let (rules, tests) = (desk.text("rules/main.plumb"), desk.text("rules/tests/main_tests.plumb"));
    desk.put("rules/main.plumb", rules.replace("uptime >= floor", "uptime >= flor"));
    assert_eq!(run(), expected([1, 2, 2]));
    desk.put("rules/main.plumb", rules);
    desk.put("rules/tests/main_tests.plumb", tests.replace("is 50%..100%", "is 60%..100%"));
    assert_eq!(run(), expected([0, 1, 0]));
    desk.put("plumb.yaml", desk.text("plumb.yaml") + "require: invest\n");
    assert_eq!(run(), expected([0, 1, 3]));
}

/// What the step said and wrote, for readers of this test.
fn told(clone: &Clone, ran: &Ran) -> String {
    let cases = ran.junit.lines().filter(|line| {
        line.contains("<testsuites") || line.contains("<testsuite ") || line.contains("<failure") || line.contains("<error")
    });
    let parts = [
        ("the log", ran.ended.out.clone()),
        ("stderr", ran.ended.err.clone()),
        ("outputs", ran.outputs.clone()),
        ("results of eval.sarif", ran.results().join("\n")),
        ("eval.xml, in part", cases.collect::<Vec<_>>().join("\n")),
        ("eval.md", ran.markdown.clone()),
        ("the summary of the job, less what eval.md says", ran.summary.replace(&ran.markdown, "…\n")),
    ];
    let text: String = parts.iter().map(|(name, text)| format!("---- {name} ----\n{}\n", text.trim_end())).collect();
    text.replace(&clone.desk.0.display().to_string(), "HERE")
}
