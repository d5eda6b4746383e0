#!/usr/bin/env python3
"""Has check-jsonschema, another's implementation, read the published schemas and what `plumb` writes.

    pip install check-jsonschema==0.39.0
    python3 tests/readers/json_schema.py target/debug/plumb
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
TODAY = ["--today", "2026-11-23"]
EXAMPLE = ["--rules", "fixtures/examples/after", "--no-config"]

# The schema, the folder, and what the command is asked.
ASKED = [
    ("eval", ".", ["eval", "fixtures/projects/akash.yaml", "fixtures/projects/render.yaml", "plumb.yaml", *TODAY]),
    ("eval", ".", ["eval", "fixtures/examples", *EXAMPLE, *TODAY]),
    ("eval", ".", ["eval", "nowhere.yaml", *EXAMPLE]),
    ("eval", "tests/hostile", ["eval", "sheet.yaml", "other.yaml", *TODAY]),
    ("check", ".", ["check", "fixtures/examples/after", "--no-config", *TODAY]),
    ("check", "tests/hostile", ["check", *TODAY]),
    ("test", ".", ["test", "--filter", "application"]),
    ("why", ".", ["why", "main.conviction_band", "fixtures/projects/akash.yaml", *TODAY]),
    ("whatif", "tests/hostile", ["whatif", "sheet.yaml", "--reach", "go", *TODAY]),
    ("compare", "tests/hostile", ["compare", "sheet.yaml", "other.yaml", *TODAY]),
    ("diff-facts", "tests/hostile", ["diff", "sheet.yaml", "other.yaml", *TODAY]),
    ("config", ".", ["config", *TODAY]),
]


def reads(arguments: list[str], quietly: bool = False) -> bool:
    """Whether check-jsonschema is content; what it says against it is shown, unless it is awaited."""
    ended = subprocess.run([sys.executable, "-m", "check_jsonschema", *arguments], capture_output=True, text=True)
    if ended.returncode != 0 and not quietly:
        print(ended.stdout[:3000], ended.stderr[:3000])
    return ended.returncode == 0


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    plumb = str(pathlib.Path(sys.argv[1]).resolve())
    schemas = sorted(SCHEMAS.glob("*.schema.json"))
    good = reads(["--check-metaschema", *map(str, schemas)])
    with tempfile.TemporaryDirectory() as folder:
        written: dict[str, list[str]] = {}
        for number, (schema, where, arguments) in enumerate(ASKED):
            formats = ["json", "jsonl"] if schema in ("eval", "check", "test") else ["json"]
            for format in formats:
                ended = subprocess.run([plumb, *arguments, "--format", format], cwd=ROOT / where, capture_output=True, text=True)
                texts = ended.stdout.splitlines() if format == "jsonl" else [ended.stdout]
                if not texts:
                    print(f"{arguments} writes nothing: {ended.stderr}")
                    good = False
                for line, text in enumerate(texts):
                    path = pathlib.Path(folder, f"{number}-{line}.{format}")
                    path.write_text(text)
                    written.setdefault("jsonl" if format == "jsonl" else schema, []).append(str(path))
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
    print(f"{len(schemas)} schemas and {count} documents: " + ("as they should be" if good else "NOT as they should be"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
