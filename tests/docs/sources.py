"""What the sources themselves say about refusals and findings, read without running them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("voting", "ballots", "deliberation", "web")


def modules(*floors: str) -> list[Path]:
    """The Python files of these floors."""
    found = [path for floor in floors for path in sorted((ROOT / floor).rglob("*.py"))]
    return [path for path in found if "node_modules" not in path.parts]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts(value: ast.expr) -> list[str]:
    """The strings that an expression can be: a constant, or either side of a choice."""
    if isinstance(value, ast.IfExp):
        return [*texts(value.body), *texts(value.orelse)]
    return [value.value] if isinstance(value, ast.Constant) and isinstance(value.value, str) else []


def called(node: ast.Call) -> str:
    """The last name of what is called: `polls.void(…)` → `void`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def refusals(*floors: str) -> set[str]:
    """Every code with which something is refused."""
    calls = [
        node for path in modules(*floors) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)
    ]
    return {code for call in calls if called(call) == "Refused" and call.args for code in texts(call.args[0])}


def findings() -> set[str]:
    """Every code of a finding in a bundle."""
    position = {"Finding": 0, "_at": 1}
    return {
        code
        for path in modules("ballots", "deliberation")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and called(node) in position and len(node.args) > 1
        for code in texts(node.args[position[called(node)]])
    }


@cache
def functions() -> dict[tuple[str, str], ast.FunctionDef]:
    """The functions that can refuse an act in the fold, and the methods of its classes, by module and name."""
    return {
        (path.stem, node.name): node
        for path in modules("deliberation")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
    }


@cache
def imported(module: str) -> dict[str, str]:
    """The names that a module of the fold has from others of it: name → module."""
    tree = parsed(ROOT / "deliberation" / f"{module}.py")
    return {
        alias.asname or alias.name: node.module.removeprefix("deliberation.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deliberation.")
        for alias in node.names
        if node.module is not None
    }


def refusals_of(module: str, function: str) -> list[str]:
    """The codes with which a function can refuse, itself or through what it calls, in the order of the source."""
    return list(dict.fromkeys(_codes((module, function), ())))


def _codes(function: tuple[str, str], above: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if function not in functions() or function in above:
        return
    for node in in_order(functions()[function]):
        if isinstance(node, ast.Call) and called(node) == "Refused":
            yield from texts(node.args[0])
        elif isinstance(node, ast.Call):
            yield from _codes(_meant(function[0], node), (*above, function))


def _meant(module: str, call: ast.Call) -> tuple[str, str]:
    """Which function is called: of this module, of another one, or a method of the state."""
    name = called(call)
    if isinstance(call.func, ast.Name):
        return (imported(module).get(name, module), name)
    of = getattr(getattr(call.func, "value", None), "id", "")
    if of == "self":
        return (module, name)
    return (of if (of, name) in functions() else "state", name)


def in_order(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, an argument before its call, decorators left out."""
    if isinstance(node, ast.FunctionDef):
        children: list[ast.AST] = list(node.body)
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from in_order(child)
    yield node
