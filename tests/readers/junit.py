#!/usr/bin/env python3
"""Has junitparser read what `plumb` writes as JUnit, and libxml2 hold it against the schema of Jenkins.

    python3 tests/readers/junit.py target/debug/plumb junit-10.xsd
"""

import pathlib
import sys

import junitparser
from lxml import etree

from asked import OF_ALL_FORMATS, ended, written


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    plumb = str(pathlib.Path(sys.argv[1]).resolve())
    schema = etree.XMLSchema(etree.parse(sys.argv[2]))
    good = True
    cases = 0
    text = ""
    for where, arguments in OF_ALL_FORMATS:
        code, text = written(plumb, where, arguments, "junit")
        document = etree.fromstring(text.encode())
        if not schema.validate(document):
            print(f"{arguments}: {str(schema.error_log)[:2000]}")
            good = False
        # What the suites say of themselves is what stands in them, and they are red just where the code is not 0.
        red = 0
        for suite in junitparser.JUnitXml.fromstring(text.encode()):
            said = (suite.tests, suite.failures, suite.errors, suite.skipped)
            suite.update_statistics()
            counted = (suite.tests, suite.failures, suite.errors, suite.skipped)
            if said != counted:
                print(f"{arguments}: the suite {suite.name} says {said}, and holds {counted}")
                good = False
            cases += suite.tests
            red += suite.failures + suite.errors
        if (red > 0) != (code != 0):
            print(f"{arguments} ends with {code}, and {red} cases are red")
            good = False

    # A reader that finds nothing to say may not have read at all.
    if schema.validate(etree.fromstring(text.replace("<testcase ", "<testcase splendid='1' ").encode())):
        print("a document that was spoilt on purpose is not refused")
        good = False
    return ended(f"{len(OF_ALL_FORMATS)} JUnit documents with {cases} cases", good)


if __name__ == "__main__":
    sys.exit(main())
