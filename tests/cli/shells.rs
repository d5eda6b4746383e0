//! Completions and manual pages, made from the definitions of the commands.

use std::process::Command;

use super::Desk;

/// The commands, as the help lists them.
fn commands(desk: &Desk) -> Vec<String> {
    let help = desk.plumb(&["--help"]).out;
    let listed = help.split("Commands:\n").nth(1).expect("the help lists the commands").split("\n\n").next().unwrap_or_default();
    let named = listed.lines().filter(|line| !line.starts_with("    ")).filter_map(|line| line.split_whitespace().next());
    named.filter(|name| *name != "help").map(str::to_string).collect()
}

#[test]
fn completions_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = desk.plumb(&["completions", shell]);
        assert_eq!((script.code, script.err.as_str()), (0, ""), "{shell}");
        for command in commands(&desk) {
            assert!(script.out.contains(&command), "{shell} does not know `{command}`");
        }
        assert!(script.out.contains("fail-on"), "{shell}");
    }
}

#[test]
fn bash_completes_by_them() {
    let desk = Desk::new();
    desk.put("plumb.bash", desk.plumb(&["completions", "bash"]).out);
    let complete = |words: &[&str]| {
        let last = words.last().expect("there is a word to complete");
        let script = format!(
            "source plumb.bash; COMP_WORDS=({}); COMP_CWORD={}; _plumb plumb '{last}' '{}'; echo \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
            words[words.len() - 2]
        );
        let output = Command::new("bash").args(["-c", &script]).current_dir(&desk.0).output().expect("bash can be run");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    };
    assert_eq!(complete(&["plumb", "wha"]), "whatif");
    assert_eq!(complete(&["plumb", "eval", "--fail"]), "--fail-on");
    assert_eq!(complete(&["plumb", "eval", "--format", "ju"]), "junit");
}

#[test]
fn every_command_has_a_manual_page() {
    let desk = Desk::new();
    let written = desk.plumb(&["manual", "--out", "share/man1"]);
    assert_eq!(written.code, 0, "{}", written.err);
    let whole = desk.text("share/man1/plumb.1");
    assert_eq!(whole, desk.plumb(&["manual"]).out);
    for command in commands(&desk) {
        let page = desk.text(&format!("share/man1/plumb-{command}.1"));
        assert!(page.contains(&format!(".TH plumb-{command} 1")), "{page}");
        assert!(page.contains("Ends "), "`{command}` does not say how it ends");
        assert!(whole.contains(&format!("plumb\\-{command}(1)")), "the page of plumb does not lead to that of `{command}`");
    }
}
