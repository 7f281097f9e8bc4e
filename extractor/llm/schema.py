r"""The JSON Schema that goes out with a request: one reply type, two dialects.

``openai``: the subset that OpenAI's strict structured outputs accept ("Structured Outputs: supported schemas",
platform.openai.com, February 2026): every field required, ``additionalProperties`` false, no ``maxLength``, no
``default``, nothing beside a ``$ref``; fine-tuned models take no bounds at all. A keyword outside the subset is a 400.

``bounded``: everything pydantic says. llama.cpp, vLLM and Ollama turn it into a grammar, and there the bounds are what
keeps a small model from looping until the token cap, so a string without ``maxLength``, an array without ``maxItems``
or a number without ``maximum`` (endless digits) is refused here, and so is a ``\d`` in a pattern, which llama.cpp
silently weakens to "any string".

Both drop titles and class docstrings: they would cost tokens, and an edited docstring would change a published prompt.
Whatever the endpoint makes of the schema, each reply is validated against the reply type itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

Dialect = Literal["openai", "openai-fine-tuned", "bounded"]
Schema = dict[str, Any]

_STRUCTURE = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref"}
_STRUCTURE |= {"$defs", "description"}
_BOUNDS = {"pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_BOUNDS |= {"minItems", "maxItems"}
_KEPT: dict[Dialect, set[str]] = {"openai": _STRUCTURE | _BOUNDS, "openai-fine-tuned": _STRUCTURE}


def reply_schema(reply: type[BaseModel], dialect: Dialect) -> Schema:
    """Return the JSON Schema of ``reply`` in ``dialect``.

    Raises:
        TypeError: ``reply`` admits inf and nan, or, in dialect ``bounded``, an unbounded string, list or number or a
            pattern that llama.cpp would weaken.
    """
    if reply.model_config.get("allow_inf_nan", True):
        raise TypeError(f"reply type {reply.__name__} must set allow_inf_nan=False")
    schema = reply.model_json_schema()
    if dialect == "bounded":
        problems = list(_unbounded(schema, reply.__name__))
        if problems:
            raise TypeError("a small model could loop on " + "; ".join(problems))
        return _map(schema, _without_prose)
    return _map(schema, lambda node: _strict(node, _KEPT[dialect]))


def narrowed(schema: Schema, choices: Mapping[str, Sequence[str]]) -> Schema:
    """Return ``schema`` with the fields named in ``choices`` limited to those phrases, or null where there are none.

    Lists of words become lists of the phrases. Only top-level fields are narrowed; a field that the schema lacks is a
    KeyError, because a typing error here would silently lift the limit.
    """
    properties = dict(schema["properties"])
    for name, phrases in choices.items():
        field = properties[name]
        if field.get("type") == "array":
            limit = {"items": {"enum": list(phrases)}} if phrases else {"items": {"type": "null"}, "maxItems": 0}
            properties[name] = field | limit
        else:
            properties[name] = {"enum": [*phrases, None]}
    return schema | {"properties": properties}


def _children(node: Schema) -> list[tuple[str, Schema]]:
    """Return the schemas directly below ``node`` with their names; property names are never mistaken for keywords."""
    found = [(name, child) for key in ("properties", "$defs") for name, child in node.get(key, {}).items()]
    found += [(key, child) for key in ("anyOf", "oneOf", "allOf") for child in node.get(key, [])]
    return [*found, ("items", node["items"])] if "items" in node else found


def _map(node: Schema, change: Any) -> Schema:  # noqa: ANN401 - a function of one schema node, see the two callers
    """Apply ``change`` to every schema node, children first."""
    node = dict(node)
    for key in ("properties", "$defs"):
        if key in node:
            node[key] = {name: _map(child, change) for name, child in node[key].items()}
    for key in ("anyOf", "oneOf", "allOf"):
        if key in node:
            node[key] = [_map(child, change) for child in node[key]]
    if "items" in node:
        node["items"] = _map(node["items"], change)
    changed: Schema = change(node)
    return changed


def _without_prose(node: Schema) -> Schema:
    prose = {"title", "description"} if "properties" in node or "enum" in node else {"title"}
    return {key: value for key, value in node.items() if key not in prose}


def _strict(node: Schema, kept: set[str]) -> Schema:
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    node = _without_prose(node)
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
    if "properties" in node:
        node |= {"required": list(node["properties"]), "additionalProperties": False}
    return {key: value for key, value in node.items() if key in kept}


def _unbounded(node: Schema, path: str) -> list[str]:
    """Name every string, list and number at or below ``node`` that has no upper bound, and every weak pattern."""
    found = []
    if node.get("type") == "string" and not {"maxLength", "enum", "const", "pattern", "format"} & node.keys():
        found.append(f"{path}: a string without max_length")
    if node.get("type") == "array" and "maxItems" not in node:
        found.append(f"{path}: a list without max_length")
    if node.get("type") in ("integer", "number") and not {"maximum", "exclusiveMaximum", "enum", "const"} & node.keys():
        found.append(f"{path}: a number without an upper bound")
    if re.search(r"\\[dDsSwW]", node.get("pattern", "")):
        found.append(f"{path}: pattern {node['pattern']!r} (write [0-9] for \\d)")
    for name, child in _children(node):
        found += _unbounded(child, f"{path}.{name}")
    return found
