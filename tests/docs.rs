//! What the documentation shows is what happens. `just accept` rewrites the outputs; read the difference before committing.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The commands of the README and of the pages about single commands are run by the real binary, and print what is said there.
#[test]
fn the_readme_and_the_pages_of_commands_show_real_output() {
    let cases = trycmd::TestCases::new();
    // A job that runs the tests has a summary of its own.
    cases.env("GITHUB_STEP_SUMMARY", "");
    cases.case("README.md");
    cases.case("docs/configuration.md");
    cases.case("docs/formats.md");
    for page in fs::read_dir(root().join("docs/commands")).expect("the folder is there") {
        let path = page.expect("its entries can be read").path();
        let writes = WRITING.iter().any(|page| path.ends_with(page));
        if path.extension().is_some_and(|extension| extension == "md") && !writes {
            cases.case(path);
        }
    }
}

/// The pages whose commands write files.
const WRITING: [&str; 4] = ["commands/records.md", "install.md", "pipelines.md", "requirements.md"];

/// Each of them is run in a copy of what ships, which is gone afterwards.
#[test]
fn the_pages_whose_commands_write_show_real_output() {
    let desk = std::env::temp_dir().join(format!("plumb-docs-{}", std::process::id()));
    let mut failed = Vec::new();
    for name in WRITING {
        let page = root().join("docs").join(name);
        let copy = desk.join(page.file_name().expect("a page has a name"));
        let input = copy.with_extension("in");
        fs::create_dir_all(copy.with_extension("out")).expect("a folder can be made");
        for part in ["rules", "fixtures", "plumb.yaml"] {
            copy_all(&root().join(part), &input.join(part));
        }
        fs::copy(&page, &copy).expect("the page can be copied");
        let outcome = std::panic::catch_unwind(|| {
            let cases = trycmd::TestCases::new();
            for tool in ["cat", "git", "rm", "sed"] {
                cases.register_bin(tool, found(tool));
            }
            for (name, value) in
                [("AUTHOR_NAME", "A"), ("AUTHOR_EMAIL", "a@example.org"), ("COMMITTER_NAME", "A"), ("COMMITTER_EMAIL", "a@example.org")]
            {
                cases.env(format!("GIT_{name}"), value);
            }
            cases.env("GIT_CONFIG_GLOBAL", "/dev/null");
            cases.case(&copy).run();
        });
        if std::env::var_os("TRYCMD").is_some_and(|what| what == "overwrite") {
            fs::copy(&copy, &page).expect("the page can be written");
        }
        failed.extend(outcome.err().map(|_| name));
    }
    let _ = fs::remove_dir_all(&desk);
    assert!(failed.is_empty(), "{failed:?}");
}

/// Where a tool is.
fn found(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").expect("there is a path");
    std::env::split_paths(&path)
        .map(|folder| folder.join(tool))
        .find(|tool| tool.is_file())
        .unwrap_or_else(|| panic!("{tool} is not there"))
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder can be made");
        for entry in fs::read_dir(from).expect("the folder is there") {
            let entry = entry.expect("its entries can be read");
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::copy(from, to).expect("a file can be copied");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The reference's examples: every heading begins a policy of its own, and a `text` block behind it shows what `plumb` makes of it.
#[test]
fn the_language_reference_shows_real_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let page = fs::read_to_string(&path).expect("the reference can be read");
    let mut rewritten = String::new();
    let mut shown_outputs = 0;
    for section in sections(&page) {
        let blocks = support::blocks(section);
        if !blocks.iter().any(|block| block.is("plumb")) {
            rewritten.push_str(section);
            continue;
        }
        let outcome = support::run(&blocks);
        let wants_check = blocks.iter().any(|block| block.is("text") && block.text.starts_with("$ plumb check"));
        assert!(
            wants_check || outcome.findings.is_empty(),
            "{}\nmakes findings that it does not show:\n{}",
            section.lines().next().unwrap_or_default(),
            outcome.shown
        );
        let mut section = section.to_string();
        for block in blocks.iter().filter(|block| block.is("text")) {
            let Some(command) = block.text.lines().next().filter(|line| line.starts_with("$ plumb ")) else { continue };
            let written;
            let output = if let Some(band) = command.strip_prefix("$ plumb check --witness ") {
                written = real(&blocks, &["check", ".", "--witness", band]);
                &written
            } else if let Some(band) = command.strip_prefix("$ plumb whatif facts.yaml --reach ") {
                written = real(&blocks, &["whatif", "facts.yaml", "--reach", band]);
                &written
            } else if command.starts_with("$ plumb check") {
                &outcome.shown
            } else if command.starts_with("$ plumb test") {
                let [plain, full] = outcome.tests.as_ref().expect("an example that is tested has tests");
                if command.contains("--coverage --mutate") { full } else { plain }
            } else {
                outcome.report.as_ref().expect("an example that is judged has facts")
            };
            shown_outputs += 1;
            let now = format!("{command}\n{}\n", output.trim_end());
            section = section.replacen(&format!("```text\n{}```", block.text), &format!("```text\n{now}```"), 1);
        }
        rewritten.push_str(&section);
    }
    assert!(shown_outputs >= 10, "the reference shows outputs");
    if std::env::var_os("PLUMB_ACCEPT").is_some() {
        fs::write(&path, &rewritten).expect("the reference can be written");
    } else {
        assert!(
            page == rewritten,
            "docs/language.md shows other outputs than it makes; `just accept` rewrites them\n{}",
            first_difference(&page, &rewritten)
        );
    }
}

/// What the real command prints for an example with a subject of its own.
fn real(blocks: &[support::Block], arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example");
    fs::create_dir_all(&folder).expect("the folder for tests can be written to");
    let rules = blocks.iter().find(|block| block.is("plumb")).expect("an example has rules");
    fs::write(folder.join("main.plumb"), &rules.text).expect("the rules can be written");
    if let Some(facts) = blocks.iter().find(|block| block.is("yaml")) {
        fs::write(folder.join("facts.yaml"), &facts.text).expect("the facts can be written");
    }
    // It is no part of the project around it.
    fs::write(folder.join("plumb.yaml"), "rules: .\n").expect("the folder's file can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_plumb"))
        .args(arguments)
        .args(["--today", support::TODAY])
        .current_dir(&folder)
        .output()
        .expect("the command can be run");
    assert_eq!(output.stderr, b"", "it has nothing to complain about");
    String::from_utf8(output.stdout).expect("its output is text")
}

/// A page cut at its headings, which code blocks do not have.
fn sections(page: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut in_block = false;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        if line.starts_with("```") {
            in_block = !in_block;
        }
        if !in_block && line.starts_with('#') && at > 0 {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(page.len());
    starts.windows(2).map(|pair| &page[pair[0]..pair[1]]).collect()
}

fn first_difference(old: &str, new: &str) -> String {
    let pair = old.lines().zip(new.lines()).enumerate().find(|(_, (old, new))| old != new);
    pair.map(|(line, (old, new))| format!("line {}:\n- {old}\n+ {new}", line + 1)).unwrap_or_default()
}
