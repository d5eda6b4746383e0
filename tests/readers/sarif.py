#!/usr/bin/env python3
"""Has Microsoft's SARIF multitool, and the schema that comes with it, read what `plumb` writes as SARIF.

    python3 tests/readers/sarif.py target/debug/plumb node_modules/@microsoft/sarif-multitool-linux
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from asked import OF_ALL_FORMATS, ended, written
from json_schema import reads

# Asks for an address on the network that says more of the tool; there is none.
NOT_ASKED = {"SARIF2005"}


def objections(multitool: pathlib.Path, path: pathlib.Path) -> list[str] | None:
    """The errors and warnings of the multitool, and none at all where it did not do its work."""
    arguments = [str(multitool / "Sarif.Multitool"), "validate", str(path), "--level", "Error;Warning", "--kind", "Fail"]
    # The multitool looks for languages of the system otherwise, which a small machine may not have.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    validated = subprocess.run(arguments, capture_output=True, text=True, env=environment)
    if "files scanned" not in validated.stdout:
        print(validated.stdout[:2000], validated.stderr[:2000])
        return None
    found = [line for line in validated.stdout.splitlines() if ": error " in line or ": warning " in line]
    return [line for line in found if not any(f"warning {rule}" in line for rule in NOT_ASKED)]


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    plumb = str(pathlib.Path(sys.argv[1]).resolve())
    multitool = pathlib.Path(sys.argv[2]).resolve()
    good = True
    results = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (where, arguments) in enumerate(OF_ALL_FORMATS):
            code, text = written(plumb, where, arguments, "sarif")
            path = pathlib.Path(folder, f"{number}.sarif")
            path.write_text(text, encoding="utf-8")
            paths.append(path)
            run = json.loads(text)["runs"][0]
            results += len(run["results"])
            known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
            for unknown in {result["ruleId"] for result in run["results"]} - known:
                print(f"{arguments}: nothing says what the rule {unknown} is")
                good = False
            # What `plumb` could not do, it says of itself; a check with errors did its work.
            if arguments[0] == "eval" and run["invocations"][0]["executionSuccessful"] != (code != 2):
                print(f"{arguments} ends with {code}, and its invocation says otherwise")
                good = False
            found = objections(multitool, path)
            good &= found == []
            print(*(found or []), sep="\n", end="\n" if found else "")
        schema = str(multitool / "sarif-2.1.0.json")
        good &= reads(["--schemafile", schema, "--force-filetype", "json", *map(str, paths)])

        # Readers that find nothing to say may not have read at all.
        spoilt = json.loads(paths[0].read_text())
        result = spoilt["runs"][0]["results"][0]
        path = pathlib.Path(folder, "spoilt.sarif")
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "not a place"
        path.write_text(json.dumps(spoilt))
        if not objections(multitool, path):
            print("the multitool does not refuse a log that was spoilt on purpose")
            good = False
        result["level"] = "splendid"
        path.write_text(json.dumps(spoilt))
        if reads(["--schemafile", schema, "--force-filetype", "json", str(path)], quietly=True):
            print("the schema does not refuse a log that was spoilt on purpose")
            good = False
    return ended(f"{len(paths)} SARIF logs with {results} results", good)


if __name__ == "__main__":
    sys.exit(main())
