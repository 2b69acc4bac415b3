"""Texts as we store them: trimmed, in known form, and free of what PostgreSQL or a page cannot carry."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from oms.core.addresses import Address
from oms.core.errors import FieldError
from orders.placing.drafts import LineDraft, OrderDraft

# NUL and lone surrogates cannot be stored at all; other control characters mean a broken source.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LENGTHS = {
    "external_id": 200, "email": 254, "phone": 50, "customer_name": 200, "customer_external_id": 200,
    "customer_note": 5_000, "source": 40,
}  # fmt: skip
LINE_LENGTHS = {"sku": 100, "title": 500}
TAG_LENGTH = 60
# No text of an order has to be shorter than this.
SHORT = min(*LENGTHS.values(), *LINE_LENGTHS.values(), TAG_LENGTH)
ADDRESS_LENGTH = 1_000
ATTRIBUTES_SIZE = 10_000

V = TypeVar("V", OrderDraft, LineDraft, Address)
_ADDRESS_TEXTS = [field.name for field in dataclasses.fields(Address) if field.name not in ("latitude", "longitude")]


def clean_draft(draft: OrderDraft) -> OrderDraft:
    """The same draft, trimmed: e-mail in small letters, codes in capitals, each tag once."""
    clean = {
        "external_id": draft.external_id.strip(),
        "currency": draft.currency.strip().upper(),
        "email": draft.email.strip().lower(),
        "phone": draft.phone.strip(),
        "customer_name": draft.customer_name.strip(),
        "customer_external_id": draft.customer_external_id.strip(),
        "ship_to": clean_address(draft.ship_to),
        "bill_to": clean_address(draft.bill_to),
        "lines": tuple(_clean_line(line) for line in draft.lines),
        "tags": clean_tags(draft.tags),
    }
    return _changed(draft, clean)


def clean_tags(tags: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Small letters, single blanks, each once, in order."""
    return tuple(dict.fromkeys(tidy for tag in tags if (tidy := " ".join(tag.lower().split()))))


def clean_address(address: Address) -> Address:
    clean = {name: value.strip() for name, value in vars(address).items() if value and isinstance(value, str)}
    if "country" in clean:
        clean["country"] = clean["country"].upper()
    return _changed(address, clean)


def _clean_line(line: LineDraft) -> LineDraft:
    return _changed(line, {"sku": line.sku.strip(), "title": line.title.strip()})


def _changed(value: V, clean: Mapping) -> V:
    """The value itself when nothing changes, as nearly always: copying a frozen value costs ten times as much."""
    changes = {name: new for name, new in clean.items() if new != getattr(value, name)}
    return replace(value, **changes) if changes else value


def text_problems(draft: OrderDraft) -> list[FieldError]:
    """Texts that are too long, or hold characters that cannot be stored."""
    if _plainly_fine(draft):
        return []
    texts = list(_texts(draft))
    problems = [
        FieldError(path, "too_long", f"Shorten this to {most:,} characters; it has {len(text):,}.")
        for path, text, most in texts
        if len(text) > most
    ]
    return problems + [
        FieldError(path, "control_characters", "Remove the control characters from this text.")
        for path, text, _ in texts
        if UNSTORABLE.search(text)
    ]


def _plainly_fine(draft: OrderDraft) -> bool:
    """All texts are short and clean, as nearly always: one look at them together, a third of the time of each alone."""
    if draft.attributes:
        return False
    texts = [getattr(draft, name) for name in LENGTHS]
    texts += draft.tags
    for address in (draft.ship_to, draft.bill_to):
        texts += [value for value in vars(address).values() if isinstance(value, str)]
    for line in draft.lines:
        if line.attributes:
            return False
        texts += (line.sku, line.title)
    return len(max(texts, key=len)) <= SHORT and not UNSTORABLE.search("\n".join(texts))


def one_text_problem(path: str, text: str, most: int) -> list[FieldError]:
    """The same two checks for one text of its own, like a note."""
    if len(text) > most:
        return [FieldError(path, "too_long", f"Shorten this to {most:,} characters; it has {len(text):,}.")]
    if UNSTORABLE.search(text):
        return [FieldError(path, "control_characters", "Remove the control characters from this text.")]
    return []


def _texts(draft: OrderDraft) -> Iterator[tuple[str, str, int]]:
    for name, most in LENGTHS.items():
        yield name, getattr(draft, name), most
    for position, tag in enumerate(draft.tags):
        yield f"tags.{position}", tag, TAG_LENGTH
    yield from address_texts("ship_to", draft.ship_to)
    yield from address_texts("bill_to", draft.bill_to)
    yield from _attributes("attributes", draft.attributes)
    for position, line in enumerate(draft.lines):
        for name, most in LINE_LENGTHS.items():
            yield f"lines.{position}.{name}", getattr(line, name), most
        yield from _attributes(f"lines.{position}.attributes", line.attributes)


def address_texts(path: str, address: Address) -> Iterator[tuple[str, str, int]]:
    for name in _ADDRESS_TEXTS:
        value = getattr(address, name)
        if value:
            yield f"{path}.{name}", value, ADDRESS_LENGTH


def _attributes(path: str, attributes: Mapping) -> Iterator[tuple[str, str, int]]:
    if attributes:
        yield path, "\n".join(_leaves(attributes)), ATTRIBUTES_SIZE


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)
