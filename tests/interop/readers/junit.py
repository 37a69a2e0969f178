"""Reads a JUnit report with a third-party parser, and prints what it counts: what each suite says of itself, and what its cases show."""

import json
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

counted = {}
for suite in JUnitXml.fromfile(sys.argv[1]):
    said = [suite.tests, suite.failures, suite.errors, suite.skipped]
    cases = list(suite)
    results = [result for case in cases for result in case.result]
    kinds = [sum(isinstance(result, kind) for result in results) for kind in (Failure, Error, Skipped)]
    assert said == [len(cases), *kinds], (suite.name, said, len(cases), kinds)
    assert all(case.classname.startswith(suite.name + ".") for case in cases), suite.name
    counted[suite.name] = said
print(json.dumps(counted))
