"""Every address of the product, and a body that its description says it takes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import get_resolver

# The addresses of packages and of development alone; nothing of a tenant is behind them.
NOT_OURS = ("account/", "styleguide/", "static/")
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Address:
    """A pattern like ``/m/<slug:slug>/jobs/<uuid:job_id>/`` and its parameters, each with its kind."""

    pattern: str
    parameters: dict[str, str]

    @property
    def in_api(self) -> bool:
        return self.pattern.startswith("/api/v1/")

    @property
    def of_merchant(self) -> bool:
        return self.pattern.startswith("/m/")

    @property
    def ids(self) -> tuple[str, ...]:
        """The parameters that name a record."""
        return tuple(
            name
            for name, kind in self.parameters.items()
            if kind in ("uuid", "int") or name.endswith(("_id", "number"))
        )

    def filled(self, id_of: Callable[[str], object], slug: str = "x") -> str:
        """The address with ``id_of(name)`` for every record, in the merchant ``slug``."""

        def value(match: re.Match) -> str:
            name = match["name"]
            return str(id_of(name)) if name in self.ids else slug if name == "slug" else "x"

        return PARAMETER.sub(value, self.pattern)


def addresses() -> list[Address]:
    return [each for each in _walk(get_resolver().url_patterns, "/") if not each.pattern[1:].startswith(NOT_OURS)]


def _walk(patterns: list, before: str) -> Iterator[Address]:
    for each in patterns:
        path = before + str(each.pattern).removeprefix("^").removesuffix(r"\Z")
        if hasattr(each, "url_patterns"):
            yield from _walk(each.url_patterns, path)
        else:
            yield Address(path, {found["name"]: found["kind"] or "str" for found in PARAMETER.finditer(path)})


@cache
def description() -> dict:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def body_for(address: Address, method: str, id_of: Callable[[str], object]) -> object:
    """What the API's description says this method takes, with ``id_of(field)`` wherever it wants an id."""
    path = address.filled(lambda name: "{" + name + "}")
    operation = description()["paths"].get(path, {}).get(method, {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return _example(content["schema"], "", id_of) if content else {}


def _example(schema: dict, name: str, id_of: Callable[[str], object]) -> object:
    if "$ref" in schema:
        return _example(description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name, id_of)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return _example(next(each for each in schema[several] if each.get("type") != "null"), name, id_of)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
    if kind == "object":
        return {key: _example(inner, key, id_of) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_example(schema["items"], name, id_of)]
    if kind == "string":
        return _text(schema, name, id_of)
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": True}[kind]


def _text(schema: dict, name: str, id_of: Callable[[str], object]) -> str:
    by_format = {
        "uuid": lambda: str(id_of(name)),
        "date-time": lambda: "2031-01-01T00:00:00Z",
        "date": lambda: "2031-01-01",
        "time": lambda: "12:00:00",
        "decimal": lambda: "1",
        "email": lambda: "someone@example.com",
    }
    return by_format.get(schema.get("format", ""), lambda: "x")()
