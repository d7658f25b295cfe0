"""XML as nested dictionaries, like the JSON of the same format; document types and entities are refused."""

from typing import Any
from xml.parsers import expat

from voting.formats.errors import FormatError

Node = dict[str, Any]
"""Members by local name: text, a Node, or a list of them; `@id`, `@type` from the attributes; `#line`."""

LINE = "#line"
_DEEPEST = 50
_ATTRIBUTES = {"ObjectId": "@id", "type": "@type"}


def parse(document: str) -> Node:
    """Read a document.

    Raises:
        FormatError: it is not well-formed, nests too deep, or has a document type or entities.
    """
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    root: Node = {}
    open_nodes: list[tuple[Node, list[str]]] = [(root, [])]

    def start(_tag: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > _DEEPEST:
            raise FormatError("large", parser.CurrentLineNumber, most=_DEEPEST)
        node: Node = {LINE: parser.CurrentLineNumber}
        for name, value in attributes.items():
            local = _local(name)
            node[_ATTRIBUTES.get(local, local)] = value
        open_nodes.append((node, []))

    def end(tag: str) -> None:
        node, texts = open_nodes.pop()
        _add(open_nodes[-1][0], _local(tag), "".join(texts).strip() if set(node) == {LINE} else node)

    def text_of(data: str) -> None:
        open_nodes[-1][1].append(data)

    def refuse(*_: object) -> None:
        raise FormatError("forbidden", parser.CurrentLineNumber, found="DOCTYPE")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text_of
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(document.encode(), True)
    except expat.ExpatError as error:
        raise FormatError("syntax", error.lineno, found=expat.ErrorString(error.code)) from None
    return root


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _add(node: Node, name: str, value: object) -> None:
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]
