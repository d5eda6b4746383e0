#!/usr/bin/env python3
"""Has check-jsonschema, another's implementation, read the published schemas and what `plumb` writes.

    python3 tests/readers/json_schema.py target/debug/plumb
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from asked import OF_ALL_FORMATS, ROOT, TODAY, ended, written as written_by

SCHEMAS = ROOT / "docs" / "schemas"

# The schema, the folder, the arguments, and the formats.
ASKED = [(arguments[0], where, arguments, ["json", "jsonl"]) for where, arguments in OF_ALL_FORMATS] + [
    ("why", ".", ["why", "main.conviction_band", "fixtures/projects/akash.yaml", *TODAY], ["json"]),
    ("whatif", "tests/hostile", ["whatif", "sheet.yaml", "--reach", "go", *TODAY], ["json"]),
    ("compare", "tests/hostile", ["compare", "sheet.yaml", "other.yaml", *TODAY], ["json"]),
    ("diff-facts", "tests/hostile", ["diff", "sheet.yaml", "other.yaml", *TODAY], ["json"]),
    ("config", ".", ["config", *TODAY], ["json"]),
]


def reads(arguments: list[str], quietly: bool = False) -> bool:
    """Whether check-jsonschema is content; what it says against it is shown, unless it is awaited."""
    checked = subprocess.run([sys.executable, "-m", "check_jsonschema", *arguments], capture_output=True, text=True)
    if checked.returncode != 0 and not quietly:
        print(checked.stdout[:3000], checked.stderr[:3000])
    return checked.returncode == 0


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    plumb = str(pathlib.Path(sys.argv[1]).resolve())
    schemas = sorted(SCHEMAS.glob("*.schema.json"))
    good = reads(["--check-metaschema", *map(str, schemas)])
    with tempfile.TemporaryDirectory() as folder:
        written: dict[str, list[str]] = {}
        for number, (schema, where, arguments, formats) in enumerate(ASKED):
            for form in formats:
                _, text = written_by(plumb, where, arguments, form)
                for line, text in enumerate(text.splitlines() if form == "jsonl" else [text]):
                    path = pathlib.Path(folder, f"{number}-{line}.{form}")
                    path.write_text(text, encoding="utf-8")
                    written.setdefault("jsonl" if form == "jsonl" else schema, []).append(str(path))
        for schema, paths in written.items():
            good &= reads(["--schemafile", str(SCHEMAS / f"{schema}.schema.json"), "--force-filetype", "json", *paths])

        # A reader that finds nothing to say may not have read at all.
        spoilt = json.loads(pathlib.Path(written["eval"][0]).read_text())
        spoilt["projects"][0]["standing"] = "splendid"
        path = pathlib.Path(folder, "spoilt.json")
        path.write_text(json.dumps(spoilt))
        if reads(["--schemafile", str(SCHEMAS / "eval.schema.json"), str(path)], quietly=True):
            print("a document that was spoilt on purpose is not refused")
            good = False
    count = sum(map(len, written.values()))
    return ended(f"{len(schemas)} schemas and {count} documents", good)


if __name__ == "__main__":
    sys.exit(main())
