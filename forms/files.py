"""File fields for a form whose papers are only known in the case: one multiple-file field for each paper."""

from collections.abc import Collection, Mapping
from typing import Any

from wtforms import MultipleFileField

from forms.fields import Flagged, HouseForm
from workflow_app.domain.words import N_, Sentence

PREFIX = "file_"
NEEDED = N_("请上传“%(paper)s”。拍照或扫描都可以。")
HINT = N_("PDF、JPG 或 PNG，每个不超过 10 MB，可以一次选择多个。")


def with_files(
    form: type[HouseForm], titles: Mapping[str, Sentence | str], *, required: Collection[str] = ()
) -> type[HouseForm]:
    """The form class with a file field `file_<field>` for each paper."""
    fields: dict[str, Any] = {
        f"{PREFIX}{name}": MultipleFileField(
            title,
            [Flagged()] if name in required else [],
            description=Sentence(HINT),
            render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
        )
        for name, title in titles.items()
    }
    return type(f"{form.__name__}WithFiles", (form,), fields) if fields else form
