"""Tests of the house itself: that it is built the way its words say."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import call_command
from typer.main import get_command

import firsthand
from firsthand.app import cli
from firsthand.app.config import Config
from firsthand.app.messages import catalogues, complaints
from firsthand.app.settings import FLOORS

HOUSE = Path(firsthand.__file__).parent
ROOT = HOUSE.parents[1]
DOCS = ROOT / "docs"
NAMED = re.findall(r"^    (\w+)  ", firsthand.__doc__ or "", re.MULTILINE)
EDGE = {"kit", "media", "faces", "rehearse", "app", "demo"}
DOMAIN = [file for floor in NAMED if floor not in EDGE for file in (HOUSE / floor).rglob("*.py")]
SECTION = re.compile(r"^-- ([a-z][a-z0-9_]*)\n(.*)$", re.MULTILINE)


def test_the_front_door_names_every_floor_from_the_ground_up() -> None:
    assert set(NAMED) == {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    apps = [name.removeprefix("firsthand.") for name in FLOORS]
    floors = [name for name in apps if "." not in name]
    assert floors == [name for name in NAMED if name in floors]


def test_the_readme_and_the_story_name_every_floor() -> None:
    for page in (ROOT / "README.md", DOCS / "story.md"):
        words = page.read_text(encoding="utf-8")
        missing = [floor for floor in NAMED if not re.search(rf"\b{floor}\b", words)]
        assert not missing, f"{page.name}: {missing}"


def test_every_query_is_named_once_and_says_what_it_is_for() -> None:
    for file in HOUSE.rglob("queries.sql"):
        names = SECTION.findall(file.read_text(encoding="utf-8"))
        assert names, file
        assert len({name for name, _ in names}) == len(names), f"a name twice in {file}"
        silent = [name for name, line in names if not line.startswith("-- ")]
        assert not silent, f"queries without a why in {file}: {silent}"


def test_every_query_is_asked_by_somebody() -> None:
    for file in HOUSE.rglob("queries.sql"):
        code = "".join(path.read_text(encoding="utf-8") for path in file.parent.rglob("*.py"))
        unasked = [
            name
            for name, _ in SECTION.findall(file.read_text(encoding="utf-8"))
            if f'"{name}"' not in code
        ]
        assert not unasked, f"{file}: {unasked}"


def test_nothing_below_the_faces_opens_or_ends_a_transaction() -> None:
    forbidden = {"atomic", "commit", "rollback", "set_autocommit", "on_commit"}
    for file in DOMAIN:
        if file.name in {"tasks.py", "admin.py"}:  # edges of their own: nobody stands above them
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not words & forbidden, file


def test_nothing_below_the_faces_is_async() -> None:
    kinds = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    for file in DOMAIN:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert not any(isinstance(node, kinds) for node in ast.walk(tree)), file


def test_nobody_is_called_utils_or_manager() -> None:
    banned = {"utils", "helpers", "manager", "service", "services", "common", "misc"}
    assert not [path for path in HOUSE.rglob("*.py") if path.stem in banned]


def test_every_setting_is_in_the_docs() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [f.metadata["env"] for f in fields(Config) if f"`{f.metadata['env']}`" not in page] == []


def test_every_command_is_in_the_docs() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    commands = get_command(cli.app).commands  # type: ignore[attr-defined]  # a group has them
    assert [name for name in commands if f"`firsthand {name}" not in page] == []


def events() -> list[str]:
    """Every event that a floor tells, with its version."""
    found = []
    for file in HOUSE.rglob("events.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            said = {
                line.target.id: line.value.value
                for line in node.body
                if isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and isinstance(line.value, ast.Constant)
            }
            if "name" in said:
                found.append(f"{said['name']!s}.v{said.get('version', 1)!s}")
    return found


def test_every_event_is_in_the_docs() -> None:
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    told = events()
    assert told
    assert [event for event in told if f"`{event}`" not in page] == []


def test_the_docs_lead_nowhere_that_is_not_there() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    broken = []
    for page in pages:
        for link in re.findall(r"\]\((?!http|#|mailto|/)([^)#\s]+)", page.read_text("utf-8")):
            if not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)} → {link}")
    assert broken == []


def test_translations_are_whole_and_keep_their_placeholders() -> None:
    assert [line for path in catalogues() for line in complaints(path)] == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    paths = re.compile(r"(?<![\w.])/(?:work|root|home)/[\w.-]+")
    guilty = []
    for pattern in ("*.py", "*.ts", "*.md", "*.toml", "*.sql", "*.html", "*.mjs"):
        for file in ROOT.rglob(pattern):
            if any(part in {".venv", "node_modules", "build", "built"} for part in file.parts):
                continue
            if file != Path(__file__) and paths.search(file.read_text(encoding="utf-8")):
                guilty.append(str(file.relative_to(ROOT)))
    assert guilty == []


@pytest.mark.django_db
def test_the_tables_are_what_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
