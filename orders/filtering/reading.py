"""From text to terms. Pure."""

import re
from dataclasses import dataclass

from oms.core.errors import FieldError, Invalid
from orders.placing.texts import UNSTORABLE

LENGTH_MAX = 500
TERMS_MAX = 20

# -field:op"value one",value2   or   -word   or   "some words"
_TERM = re.compile(
    r"""
    \s*(?P<minus>-)?
    (?:(?P<field>[A-Za-z_]+):(?P<op>>=|<=|>|<)?(?P<values>(?:"[^"]*"|[^\s",])(?:"[^"]*"|[^\s"])*)
      |"(?P<phrase>[^"]*)"
      |(?P<word>[^\s"]+))
    (?=\s|$)
    """,
    re.VERBOSE,
)
_VALUE = re.compile(r'"([^"]*)"|([^,"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """``field`` is empty for a plain word or phrase; ``raw`` is the term as typed, for messages."""

    raw: str
    values: tuple[str, ...]
    field: str = ""
    op: str = ""
    negated: bool = False


def wrong(term: str, message: str) -> Invalid:
    """A refusal that names the word and says what to try."""
    return Invalid(f"“{term}”: {message}", fields=[FieldError("q", "bad_filter", message)], term=term)


def read_terms(text: str) -> tuple[Term, ...]:
    """The terms in their order. Raises `Invalid` about ``q`` where the text cannot be read."""
    if len(text) > LENGTH_MAX:
        raise wrong(text[:20] + "…", f"Shorten the search to {LENGTH_MAX} characters.")
    if UNSTORABLE.search(text):
        raise wrong("?", "Remove the control characters from the search.")
    terms, position, text = [], 0, text.rstrip()
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            rest = text[position:].strip()
            raise wrong(rest, "A quotation mark is not closed, or something is missing after a colon.")
        terms.append(_term(match))
        position = match.end()
    if len(terms) > TERMS_MAX:
        raise wrong(terms[TERMS_MAX].raw, f"Use at most {TERMS_MAX} terms.")
    return tuple(terms)


def _term(match: re.Match[str]) -> Term:
    raw, negated = match[0].strip(), bool(match["minus"])
    if match["field"]:
        values = tuple(value for pair in _VALUE.findall(match["values"]) if (value := (pair[0] or pair[1]).strip()))
        if not values:
            raise wrong(raw, "Write a value after the colon.")
        return Term(raw, values, match["field"].lower(), match["op"] or "", negated)
    word = match["phrase"] if match["phrase"] is not None else match["word"]
    if word.endswith(":"):
        raise wrong(raw, "Write a value after the colon.")
    return Term(raw, (word,), negated=negated)
