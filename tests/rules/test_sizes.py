"""Files and functions stay small enough to be read in one sitting."""

from tests.rules.source import PACKAGES, functions, modules

MODULE_LINES = 300
FUNCTION_LINES = 40


def test_every_module_has_fewer_than_300_lines() -> None:
    sizes = {module.path: len(module.text.splitlines()) for module in modules(*PACKAGES, "tests")}
    assert {path: size for path, size in sizes.items() if size >= MODULE_LINES} == {}


def test_no_function_has_more_than_40_lines() -> None:
    sizes = {
        f"{module.path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in modules(*PACKAGES, "tests")
        for node in functions(module)
    }
    assert {place: size for place, size in sizes.items() if size > FUNCTION_LINES} == {}
