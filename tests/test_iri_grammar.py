"""Addresses are checked as before, and nobody waits for their grammar before one is."""

from __future__ import annotations

import subprocess
import sys

CHECKS = """
import sys
from workshop_kit.iri_grammar import put_off
put_off()
import jsonschema
print("lark" in sys.modules)
checker = jsonschema.FormatChecker()
print([checker.conforms(text, "iri") for text in ("https://exämple.org/ü", "not an address")])
print("lark" in sys.modules)
import rfc3987_syntax
print(rfc3987_syntax.is_valid_syntax("iri", "https://example.org"), bool(rfc3987_syntax.__file__))
put_off()
"""


def test_an_address_is_checked_with_the_real_grammar_which_is_built_only_then() -> None:
    done = subprocess.run([sys.executable, "-c", CHECKS], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["False", "[True, False]", "True", "True True"], done.stderr
