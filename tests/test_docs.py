"""The pages of the documentation that are printed from the code are as new as the code."""

from pathlib import Path

from workflow_app.services.engine import declarations
from workflow_app.workflows import ALL

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_architecture_page_shows_the_workflows_as_they_are_declared():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- workflows -->\n")[2].partition("<!-- end of workflows -->")[0]
    assert shown == declarations.page(ALL), "run: flask --app wsgi workflows docs docs/architecture.md"


def test_every_page_that_the_readme_names_is_there():
    readme = DOCS.parent.joinpath("README.md").read_text(encoding="utf-8")
    named = {part.partition(")")[0] for part in readme.split("](")[1:] if not part.startswith(("#", "http"))}
    assert named
    assert [name for name in sorted(named) if not DOCS.parent.joinpath(name).exists()] == []
