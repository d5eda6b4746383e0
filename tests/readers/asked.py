"""What `plumb` is asked, so that readers who are not of this project can read what it writes."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TODAY = ["--today", "2026-11-23"]
EXAMPLE = ["--rules", "fixtures/examples/after", "--no-config"]

# The folder, and the arguments, of the commands that write every format: with nothing asked for, with something missed, with sheets that can't be judged or
# read, with texts that try to break out of their places, and where nothing can be run at all.
OF_ALL_FORMATS = [
    (".", ["eval", "fixtures/projects/akash.yaml", "fixtures/projects/render.yaml", "plumb.yaml", *TODAY]),
    (".", ["eval", "fixtures/projects", *TODAY, "--require", "conviction", "--fail-on", "error"]),
    (".", ["eval", "fixtures/examples", *EXAMPLE, *TODAY]),
    (".", ["eval", "nowhere.yaml", *EXAMPLE]),
    (".", ["eval", "fixtures/projects", *TODAY, "--require", "splendid"]),
    ("tests/hostile", ["eval", "sheet.yaml", "other.yaml", *TODAY, "--fail-on", "note"]),
    (".", ["check", "fixtures/examples/after", "--no-config", *TODAY]),
    ("tests/hostile", ["check", *TODAY]),
    (".", ["test", "--filter", "application", "--coverage"]),
]


def written(plumb: str, where: str, arguments: list[str], form: str) -> tuple[int, str]:
    """The exit code, and what stands on the standard output."""
    process = subprocess.run([plumb, *arguments, "--format", form], cwd=ROOT / where, capture_output=True, text=True, encoding="utf-8")
    if not process.stdout:
        raise SystemExit(f"{arguments} writes nothing as {form}: {process.stderr}")
    return process.returncode, process.stdout


def ended(what: str, good: bool) -> int:
    """Says what was read and how it was, and gives the exit code."""
    print(f"{what}: " + ("as they should be" if good else "NOT as they should be"))
    return 0 if good else 1
