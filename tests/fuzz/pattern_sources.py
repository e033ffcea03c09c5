"""All regular expressions of packages: those of their modules' values, and those written inside functions.

Nothing has to be registered: modules are imported and their values searched; the calls of `re` inside
functions are found in the source and evaluated, with a word in place of each value that only a run knows.
"""

import ast
import builtins
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from worker.agencies.lazy_pattern import LazyPattern

FLAGS_AT = {"sub": 4, "subn": 4, "split": 3}  # position of the flags; the third for all others
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
AT_START = frozenset({"match", "fullmatch"})
UNKNOWN = ""  # in place of a method: a pattern is passed on, and may be used with any
DEPTH = 4  # of tables within tables
Names = dict[tuple[str, str], set[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """A regular expression with the name of its place, and the methods that it is used with."""

    name: str
    pattern: str | bytes
    flags: int
    methods: frozenset[str]

    @property
    def is_searched(self) -> bool:
        """Whether it is tried at each position of a text, not only at its start."""
        return not self.methods or not self.methods <= AT_START


class _Word(str):
    """Stands for a value that is known at run time only."""

    def __getattr__(self, _name: str) -> "_Word":
        return self

    def __call__(self, *_arguments: Any) -> "_Word":
        return self


class _Values(dict[str, Any]):
    """The values of a module and a function's simple assignments, and a word for each other name."""

    def __init__(self, module: ModuleType, function: ast.AST) -> None:
        super().__init__(vars(module), _longest=_longest)
        self._assigned = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }

    def __missing__(self, name: str) -> Any:
        assigned = self._assigned.pop(name, None)
        if assigned is not None:
            try:
                value = evaluate(assigned, self)
            except Exception:  # noqa: BLE001 - made of values that only a run knows
                value = None
            self[name] = _Word("ab") if value is None else value
            return self[name]
        return getattr(builtins, name, _Word("ab"))


def modules_of(*packages: str) -> Iterator[ModuleType]:
    """Import and yield all modules of packages, except those that only run as a program."""
    for package in packages:
        module = importlib.import_module(package)
        yield module
        for info in pkgutil.walk_packages(getattr(module, "__path__", ()), package + "."):
            if not info.name.endswith(".__main__"):
                yield importlib.import_module(info.name)


def sources_of(*packages: str) -> list[Source]:
    """Return each regular expression of packages once; ValueError names a call that cannot be evaluated."""
    modules = list(modules_of(*packages))
    trees = {module.__name__: _tree(module) for module in modules}
    methods = _methods(trees)
    found: dict[tuple[str | bytes, int], Source] = {}
    for module in modules:
        for one in (*_of_values(module, methods), *_of_functions(module, trees[module.__name__], methods)):
            known = found.setdefault((one.pattern, one.flags), one)
            if known is not one:
                both = known.methods | one.methods
                found[one.pattern, one.flags] = dataclasses.replace(known, methods=both)
    return list(found.values())


def _tree(module: ModuleType) -> ast.Module:
    try:
        return ast.parse(inspect.getsource(module))
    except (OSError, TypeError):  # a module without a source, such as a compiled one or an empty package
        return ast.Module([], [])


def _of_values(module: ModuleType, methods: Names) -> Iterator[Source]:
    for name, value in vars(module).items():
        used = methods.get((module.__name__ if name.startswith("_") else "", name), {UNKNOWN})
        known = frozenset(used & {*CALLS, UNKNOWN})
        for path, pattern, flags in _inside(value, DEPTH):
            yield Source(f"{module.__name__}.{name}{path}", pattern, flags, known)


def _inside(value: Any, depth: int) -> Iterator[tuple[str, str | bytes, int]]:
    if isinstance(value, LazyPattern):
        yield "", value.full_text, value.flags
        if value.loose and value.loose.pattern != value.full_text:
            yield ".loose", value.loose.pattern, value.flags
    elif isinstance(value, re.Pattern):
        yield "", value.pattern, value.flags
    elif depth:
        for key, item in _items(value):
            yield from ((key + path, pattern, flags) for path, pattern, flags in _inside(item, depth - 1))


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"[{str(key)[:20]}]", item) for key, item in value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{number}]", item) for number, item in enumerate(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from ((f".{one.name}", getattr(value, one.name, None)) for one in dataclasses.fields(value))


def _methods(trees: dict[str, ast.Module]) -> Names:
    """Return the methods called on each name or on items of it; UNKNOWN for another use."""
    used: Names = defaultdict(set)
    for module, tree in trees.items():
        uses: dict[ast.AST, set[str]] = {}
        for node in ast.walk(tree):
            for name, methods in _uses(node).items():
                uses[name] = uses.get(name, set()) | methods
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used[module if node.id.startswith("_") else "", node.id] |= uses.get(node, {UNKNOWN})
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                used["", node.attr] |= uses.get(node, {UNKNOWN})
    return used


def _uses(node: ast.AST) -> dict[ast.AST, set[str]]:
    """Return the names in a node with the methods called: one.match, table[key].match, for one in table."""
    if isinstance(node, ast.Attribute):
        owner = node.value.value if isinstance(node.value, ast.Subscript) else node.value
        return {owner: {node.attr} - {"pattern", "flags"}}
    if isinstance(node, ast.Compare):
        return {side: set() for side in node.comparators}
    if isinstance(node, ast.For):
        return _loop_uses(node, node.target, node.iter)
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp):
        return _loop_uses(node, node.generators[0].target, node.generators[0].iter)
    return {}


def _loop_uses(loop: ast.AST, target: ast.expr, table: ast.expr) -> dict[ast.AST, set[str]]:
    """Return the methods that a loop calls on the first variable, for each table that it goes through."""
    first = target.elts[0] if isinstance(target, ast.Tuple) else target
    if not isinstance(first, ast.Name):
        return {}
    calls = [node for node in ast.walk(loop) if isinstance(node, ast.Attribute)]
    called = {node.value: node.attr for node in calls}
    names = [node for node in ast.walk(loop) if isinstance(node, ast.Name) and node.id == first.id]
    methods = {called.get(name, UNKNOWN) for name in names if name is not first}
    return dict.fromkeys(_tables(table), methods)


def _tables(table: ast.expr) -> Iterator[ast.AST]:
    if isinstance(table, ast.Tuple):
        for part in table.elts:
            yield from _tables(part.value if isinstance(part, ast.Starred) else part)
    elif isinstance(table, ast.IfExp):
        yield from (*_tables(table.body), *_tables(table.orelse))
    else:
        yield table


def _of_functions(module: ModuleType, tree: ast.Module, methods: Names) -> Iterator[Source]:
    kept = {
        node.value: methods.get(("", node.targets[0].attr), {UNKNOWN})
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _is_call_of_re(node):
                    source = _read_call(module, function, node)
                    yield dataclasses.replace(source, methods=frozenset(kept.get(node, source.methods)))


def _is_call_of_re(node: ast.Call) -> bool:
    to = node.func
    return (
        isinstance(to, ast.Attribute)
        and isinstance(to.value, ast.Name)
        and to.value.id == "re"
        and to.attr in CALLS
    )


def _read_call(module: ModuleType, function: ast.AST, node: ast.Call) -> Source:
    assert isinstance(node.func, ast.Attribute)
    method = node.func.attr
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    at = FLAGS_AT.get(method, 1 if method == "compile" else 2)
    flags = named.get("flags", node.args[at] if len(node.args) > at else ast.Constant(0))
    place = f"{module.__name__}.{getattr(function, 'name', 'lambda')}"
    values = _Values(module, function)
    try:
        pattern, bits = (evaluate(one, values) for one in (node.args[0], flags))
        if isinstance(pattern, re.Pattern):
            pattern, bits = pattern.pattern, pattern.flags
        compiled = re.compile(pattern, bits if isinstance(bits, int) else 0)
    except Exception as error:
        raise ValueError(f"{place}: {ast.unparse(node)[:200]} cannot be evaluated: {error}") from error
    used = frozenset({UNKNOWN if method == "compile" else method})
    return Source(place, compiled.pattern, compiled.flags, used)


class _AnyItem(ast.NodeTransformer):
    """Takes an item of a table in place of one by a key that only a run knows."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace `table[name]` by a call."""
        if isinstance(node.slice, ast.Name):
            return ast.Call(ast.Name("_longest", ast.Load()), [node.value, node.slice], [])
        return node


def _longest(table: Any, key: Any) -> Any:
    if not isinstance(table, dict) or key in table:
        return table[key]
    values = list(table.values())
    return max(values, key=len) if values and all(isinstance(value, str) for value in values) else values[0]


def evaluate(node: ast.expr, values: dict[str, Any]) -> Any:
    """Return the value of an expression with the given names."""
    expression = ast.fix_missing_locations(ast.Expression(_AnyItem().visit(node)))
    return eval(compile(expression, "pattern", "eval"), values)
