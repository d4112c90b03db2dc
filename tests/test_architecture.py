"""What keeps the house in order, read from the source: who writes a state, who reads the clock, how long things grow.

Which layer may import which is checked by import-linter.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow_app"
MODULES = [*sorted(PACKAGE.rglob("*.py")), *sorted((ROOT / "forms").rglob("*.py"))]
VIEWS = ("get", "post", "route", "put", "delete")
WRITERS = {"add", "add_all", "delete", "merge", "commit", "perform", "put"}
LONGEST_MODULE, LONGEST_TEST, LONGEST_VIEW = 400, 500, 20


def tree(path):
    """The module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(path):
    """How a module is called in a message."""
    return str(path.relative_to(ROOT))


every_module = pytest.mark.parametrize("module", MODULES, ids=named)


def test_only_the_engine_writes_the_state_of_a_case():
    writers = {
        named(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert writers == {"workflow_app/services/engine/perform.py"}


def test_no_statement_sets_the_state_of_cases_past_the_engine():
    """`update(Case).values(state=…)` and `setattr(case, "state", …)` would be a second way."""
    found = [
        named(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (
            (
                called(node) == "values"
                and any(word.arg == "state" for word in node.keywords)
                and "update(Case" in ast.unparse(node)
            )
            or (called(node) == "setattr" and len(node.args) > 1 and ast.unparse(node.args[1]) == "'state'")
        )
    ]
    assert found == []


def test_only_the_clock_reads_the_time():
    """`time.monotonic` measures pauses and is free; our own certificate begins in the world's time, never in a test's."""
    readers = {
        named(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ("utcnow", "today")
            or (node.func.attr == "now" and ast.unparse(node.func.value) in ("datetime", "datetime.datetime"))
            or ast.unparse(node.func) in ("time.time", "time.localtime", "time.gmtime")
        )
    }
    assert readers <= {"workflow_app/domain/clock.py", "workflow_app/services/documents/own_keys.py"}


def test_only_edges_ask_the_clock():
    """`clock.now()` is called where a request, a command or a worker begins; below that the instant is an argument."""
    inner = [PACKAGE / layer for layer in ("domain", "workflows", "models", "services")]
    askers = {
        named(path)
        for folder in inner
        for path in folder.rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "clock.now"
    }
    assert askers == set()


@every_module
def test_no_module_grows_beyond_measure(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_no_test_module_grows_beyond_measure():
    long = {
        named(path): lines
        for path in (ROOT / "tests").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_TEST
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [named(path) for path in MODULES if path.stat().st_size and not ast.get_docstring(tree(path))]
    assert silent == []


def test_views_stay_thin():
    thick = {
        f"{named(path)}:{view.name}": lines
        for path, view in views()
        if (lines := lines_of_code(view)) > LONGEST_VIEW
    }
    assert thick == {}


def test_services_know_no_web_and_own_no_transaction():
    for path in (PACKAGE / "services").rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert "flask" not in ast.unparse(node), named(path)
            if isinstance(node, ast.Call):
                assert called(node) not in ("commit", "begin"), named(path)


def test_views_never_end_the_transaction():
    for path, view in views():
        assert "commit" not in calls(view), f"{named(path)}:{view.name}"


def test_reading_never_writes():
    """A view that answers GET alone calls nothing that writes."""
    writing = {
        f"{named(path)}:{view.name}": found
        for path, view in views()
        if not may_write(view) and (found := calls(view) & WRITERS)
    }
    assert writing == {}


def test_nothing_is_imported_inside_a_function():
    hidden = {
        f"{named(path)}:{function.name}"
        for path in MODULES
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_no_module_has_a_name_that_says_nothing():
    empty = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "manager",
        "managers",
        "data",
        "info",
        "misc",
        "base_views",
    }
    assert [named(path) for path in MODULES if path.stem in empty] == []


def views():
    """Every function of the web rooms that answers a route."""
    for path in sorted((PACKAGE / "web").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and any(is_route(each) for each in node.decorator_list):
                yield path, node


def is_route(decorator):
    """Whether a decorator such as `@room.get("/…")` makes a route."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in VIEWS
        and bool(decorator.args)
        and isinstance(decorator.args[0], ast.Constant)
        and str(decorator.args[0].value).startswith("/")
    )


def may_write(view):
    """Whether some route of the view takes more than GET."""
    routes = [each for each in view.decorator_list if is_route(each)]
    return any(each.func.attr in ("post", "put", "delete") or "POST" in ast.unparse(each) for each in routes)


def lines_of_code(function):
    """The lines of a function without its decorators and docstring."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    begin = (first.end_lineno or 0) + 1 if has_docstring else first.lineno
    return (function.end_lineno or 0) - begin + 1


def called(node):
    """The last word of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(function):
    """The last words of everything a function calls on a session, or bare."""
    return {
        called(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and (
            isinstance(node.func, ast.Name)
            or "session" in ast.unparse(node.func)
            or "perform" in ast.unparse(node.func)
        )
    }
