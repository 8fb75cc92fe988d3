"""A newcomer finds the same few names at the top, and names that mean something below."""

from pathlib import Path

from tests.rules.source import PACKAGES, ROOT, modules

TRACKED = {
    *("adapters", "bot", "conversations", "docs", "tests"),
    *("README.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "constraints.txt", "constraints-dev.txt"),
    *("Dockerfile", "docker-compose.yml", ".dockerignore"),
    *(".ci", ".editorconfig", ".gitattributes", ".gitignore"),
}
EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def test_the_top_of_the_tree_holds_only_what_is_listed_here() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    found = {path.name for path in ROOT.iterdir()} - {".git"}
    unknown = {name for name in found - TRACKED if not any(Path(name).match(one) for one in ignored)}
    assert unknown == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {(part, module.path) for module in modules(*PACKAGES, "tests") for part in module.path.split("/")}
    assert {path for part, path in parts if part.removesuffix(".py") in EMPTY_NAMES} == set()


def test_every_package_folder_can_be_imported() -> None:
    folders = {(ROOT / module.path).parent for module in modules() if "/versions/" not in module.path}
    assert {str(folder) for folder in folders if not (folder / "__init__.py").exists()} == set()
