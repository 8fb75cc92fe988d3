"""Every error says in a sentence what happened."""

import ast
import builtins

from tests.rules.source import modules


def is_builtin_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def error_classes() -> dict[str, ast.ClassDef]:
    """Every error that the project defines, by module and name; errors may stand on each other."""
    classes = {
        (m.path, n.name): n for m in modules() for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)
    }
    known: set[str] = set()
    while True:
        found = {
            key
            for key, node in classes.items()
            for base in node.bases
            if is_builtin_error(name := ast.unparse(base).rpartition(".")[2]) or name in known
        }
        if {name for _, name in found} == known:
            return {f"{path} {name}": classes[path, name] for path, name in found}
        known = {name for _, name in found}


def test_every_error_has_a_docstring_that_ends_in_a_full_stop() -> None:
    documented = {place: ast.get_docstring(node) or "" for place, node in error_classes().items()}
    assert {place for place, text in documented.items() if not text.rstrip().endswith(".")} == set()
