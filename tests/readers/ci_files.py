#!/usr/bin/env python3
"""Has the schemas of GitHub and GitLab, and pre-commit itself, read the files for pipelines.

    python3 tests/readers/ci_files.py
"""

import pathlib
import subprocess
import sys
import tempfile

from asked import ROOT, ended


def reads(module: str, *arguments: str, quietly: bool = False) -> bool:
    """Whether the reader is content; what it says against it is shown, unless it is awaited."""
    checked = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True)
    if checked.returncode != 0 and not quietly:
        print(checked.stdout[:3000], checked.stderr[:3000])
    return checked.returncode == 0


def main() -> int:
    good = True
    with tempfile.TemporaryDirectory() as folder:

        def put(name: str, text: str) -> str:
            path = pathlib.Path(folder, name)
            path.write_text(text, encoding="utf-8")
            return str(path)

        # A template of GitLab is two documents: what may be set, and the pipeline.
        head, _, pipeline = (ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8").partition("\n---\n")
        asked = [
            ("check_jsonschema", ["--builtin-schema", "vendor.github-actions"], ROOT / "action.yml", "runs:", "run:"),
            ("check_jsonschema", ["--builtin-schema", "vendor.github-workflows"], ROOT / "ci" / "github.yml", "runs-on:", "run-on:"),
            ("check_jsonschema", ["--builtin-schema", "vendor.gitlab-ci"], put("head.yml", head), "inputs:", "input:"),
            ("check_jsonschema", ["--builtin-schema", "vendor.gitlab-ci"], put("gitlab.yml", pipeline), "script:", "scripts:"),
            ("pre_commit", ["validate-manifest"], ROOT / ".pre-commit-hooks.yaml", "entry:", "enter:"),
        ]
        for number, (module, arguments, path, part, slip) in enumerate(asked):
            good &= reads(module, *arguments, str(path))
            # A reader that finds nothing to say may not have read at all.
            text = pathlib.Path(path).read_text(encoding="utf-8")
            spoilt = put(f"spoilt-{number}.yml", text.replace(part, slip))
            if part not in text or reads(module, *arguments, spoilt, quietly=True):
                print(f"{path} with `{slip}` is not refused")
                good = False
    return ended(f"{len(asked)} files for pipelines", good)


if __name__ == "__main__":
    sys.exit(main())
