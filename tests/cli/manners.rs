//! How the command behaves in a terminal and between other programs: colour, width, closed pipes, interrupts.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr;

use super::{Desk, command, ended};

/// A desk whose texts are wide, and whose sheets leave something open.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("plumb.yaml", "facts: facts\n");
    desk.put("rules/main.plumb", RULES);
    desk.put("broken/main.plumb", RULES.replace("uptime >= floor", "uptme >= floor"));
    desk.put(
        "rules/tests/main_tests.plumb",
        "rulebook main_tests\nuse main\n\ntest \"分散型の計算ネットワークが長いあいだ止まらずに動き続けていることを確かめるための試験\" {\n  with uptime = 99%\n  today 2026-06-01\n  expect main.up\n}\n\ntest \"ひとつの失敗\" {\n  with uptime = 1%\n  today 2026-06-01\n  expect main.up\n}\n",
    );
    desk.put(
        "facts/one.yaml",
        "name: 東京分散計算ネットワーク財団と大阪推論処理共同体の合同事業\nuptime: { value: 50%, source: 公開されている稼働状況のページから読み取った値, as_of: 2026-05-01, note: 三か月の平均であり、短い停止は数えられていない }\n",
    );
    desk.put(
        "facts/two.yaml",
        "name: A network whose name is long but written in letters that take one column each\nspare: 30%\nfunded: true\n",
    );
    desk
}

const RULES: &str = "\
rulebook main \"信頼できる計算基盤かどうかを見るための最初の一覧\"

subject project {
  name: text
  uptime: percent in 0%..100%
  spare: percent in 0%..100%
  funded: bool
}

param floor \"稼働率の下限\": percent in 0%..100% = 99%

scorecard quality \"品質と信頼性についての総合的な評価\" {
  check up \"止まらずに動き続けていて、利用者が困ることがない\" worth 10 {
    passes when uptime >= floor
    because \"{name}は{uptime}の時間だけ動いていた。必要なのは{floor}であり、それより短い場合は利用者が別の場所を探すことになる\"
    ask \"直近の四半期に稼働状況のページは何を示していたのか。停止はいつ、どれだけ続いたのか\"
    remedy \"稼働状況を公開し、ひと四半期のあいだ{floor}を保つこと\"
  }
  check room \"予備の能力\" worth 10 { passes when spare >= 20% }
}

gate broke \"資金が尽きかけている\" { when not funded at most fair because \"資金がなければ、どれほど良い仕組みでも続かない\" }

verdict rating \"総合評価\" on quality {
  good \"安心して使える\" >= 80%
  fair \"試してみてもよい\" >= 40%
  poor \"見送る\" otherwise
}
";

/// Every command that says something to people.
const COMMANDS: [&str; 17] = [
    "eval",
    "eval facts/one.yaml",
    "eval --summary --require good --fail-on note",
    "eval nowhere.yaml",
    "why main.rating facts/one.yaml",
    "why main.broke facts/two.yaml",
    "whatif facts/one.yaml --reach good",
    "whatif facts/two.yaml",
    "compare facts/one.yaml facts/two.yaml",
    "check",
    "check broken",
    "test",
    "test --coverage --mutate",
    "diff rules other --facts facts/one.yaml",
    "config",
    "explain",
    "explain unknown-name",
];

#[test]
fn no_line_is_wider_than_the_terminal() {
    let desk = desk();
    desk.put("other/main.plumb", RULES.replace("= 99%", "= 98%").replace("\"予備の能力\" worth 10", "\"予備の能力\" worth 12"));
    let mut wide = Vec::new();
    for width in [60, 80, 100, 200] {
        for line in COMMANDS {
            let arguments: Vec<&str> = line.split_whitespace().collect();
            let arguments = match arguments[0] {
                "explain" | "config" | "test" => arguments,
                _ => [arguments.as_slice(), &["--today", "2026-06-01"]].concat(),
            };
            let ended = ended(command(&desk.0, &[("COLUMNS", &width.to_string())], &arguments).output().expect("it can be run"));
            let text = format!("{}{}", ended.out, ended.err);
            assert!(!text.trim().is_empty(), "plumb {line}");
            let wider = text.lines().filter(|shown| shown.width() > width);
            wide.extend(wider.map(|shown| format!("plumb {line}, at {width} columns, one of {}:\n{shown}", shown.width())));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

/// In a terminal that `script` makes.
fn in_terminal(desk: &Desk, variables: &[(&str, &str)], arguments: &str) -> String {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_plumb"));
    let mut script = Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .current_dir(&desk.0)
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        .envs(variables.iter().copied());
    ended(script.stdin(Stdio::null()).output().expect("`script` can be run")).out
}

#[test]
fn colour_is_for_terminals() {
    let desk = desk();
    let escape = '\u{1b}';
    for line in ["eval --today 2026-06-01", "check broken", "eval nowhere.yaml", "--help", "eval --nonsense"] {
        assert!(in_terminal(&desk, &[], line).contains(escape), "plumb {line}");
        assert!(!in_terminal(&desk, &[("NO_COLOR", "1")], line).contains(escape), "plumb {line}");
        assert!(!in_terminal(&desk, &[("TERM", "dumb")], line).contains(escape), "plumb {line}");
        assert!(!in_terminal(&desk, &[], &format!("--color never {line}")).contains(escape), "plumb {line}");
        assert!(in_terminal(&desk, &[("NO_COLOR", "1")], &format!("--color=always {line}")).contains(escape), "plumb {line}");
        let words: Vec<&str> = line.split_whitespace().collect();
        let piped = desk.plumb(&words);
        assert!(!piped.out.contains(escape) && !piped.err.contains(escape), "plumb {line}");
        let asked = desk.plumb(&[&["--color", "always"], words.as_slice()].concat());
        assert!(asked.out.contains(escape) || asked.err.contains(escape), "plumb {line}");
    }
}

#[test]
fn a_reader_who_has_gone_away_is_no_error() {
    let desk = desk();
    for (line, code) in
        [("eval --today 2026-06-01", 0), ("eval --require good --today 2026-06-01", 1), ("--help", 0), ("completions bash", 0)]
    {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut child = command(&desk.0, &[], &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be run");
        drop(child.stdout.take());
        let ended = ended(child.wait_with_output().expect("it ends"));
        assert_eq!((ended.code, ended.err.as_str()), (code, ""), "plumb {line}");
    }
}

#[test]
fn what_can_not_be_written_is_an_error() {
    let desk = desk();
    for line in ["eval --today 2026-06-01", "eval --today 2026-06-01 --format json", "check", "explain unknown-name", "manual", "--help"] {
        let full = File::options().write(true).open("/dev/full").expect("there is a device that is full");
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let ended = ended(command(&desk.0, &[], &arguments).stdout(full).output().expect("it can be run"));
        assert_eq!(ended.code, 2, "plumb {line}: {}", ended.err);
        if line != "--help" {
            assert_eq!(ended.err, "error: the result can't be written: there is no room left\n", "plumb {line}");
        }
    }
    let ended = desk.plumb(&["eval", "--output", "json=/dev/full"]);
    assert_eq!((ended.code, ended.err.as_str()), (2, "error: `/dev/full` can't be written: there is no room left\n"));
}

#[test]
fn an_interrupt_leaves_nothing_half_written() {
    let desk = desk();
    desk.put("out.json", "what was there");
    // The last sheet never comes.
    let made = Command::new("mkfifo").arg(desk.path("waits.yaml")).status().expect("`mkfifo` can be run");
    assert!(made.success());
    for (name, signal) in [("INT", 2), ("TERM", 15)] {
        let arguments = ["eval", "facts/one.yaml", "waits.yaml", "--jobs", "1", "--output", "json=out.json", "--output", "csv=new.csv"];
        let child = command(&desk.0, &[], &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be run");
        let begun = || {
            let names = std::fs::read_dir(&desk.0).expect("the folder can be read");
            names.filter(|name| name.as_ref().is_ok_and(|name| name.file_name().to_string_lossy().ends_with(".part"))).count()
        };
        let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while begun() < 2 {
            assert!(std::time::Instant::now() < limit, "no result is begun");
            std::thread::yield_now();
        }
        let kill = format!("kill -{name} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("`kill` can be run").success());
        let status = child.wait_with_output().expect("it ends").status;
        assert_eq!(status.signal(), Some(signal), "callers see the signal");
        assert_eq!(begun(), 0, "nothing is beside its place");
        assert_eq!(desk.text("out.json"), "what was there");
        assert!(!desk.path("new.csv").exists());
    }
}
