"""The form of a step that must name coded reasons: tick, point at the part, say what is special.

All reasons at once, so that the subject is told everything in one go (一次性告知).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from wtforms import BooleanField, SelectField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import Optional

from forms.fields import Flagged, HouseForm, Paragraph
from workflow_app.domain.words import N_, Sentence


class CodedReason(Protocol):
    """What the form needs to know of a reason."""

    code: str
    title: str
    binds_to: str


class ReasonsForm(HouseForm):
    """The common part; `form_of` adds three fields for each reason."""

    coded: Sequence[CodedReason] = ()
    targets: Mapping[str, str] = {}

    @property
    def besides(self) -> list[Field]:
        """The fields that are not about a reason."""
        of_reasons = {f"{part}_{reason.code}" for reason in self.coded for part in ("tick", "target", "note")}
        return [field for field in self if field.name not in of_reasons]

    def given(self) -> list[dict[str, Any]]:
        """The reasons that were ticked, each with its target and note."""
        return [
            {
                "code": reason.code,
                "target": self[f"target_{reason.code}"].data or reason.binds_to,
                "note": self[f"note_{reason.code}"].data or "",
            }
            for reason in self.coded
            if self[f"tick_{reason.code}"].data
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one reason, and each says what is special about this case."""
        fits = super().validate(extra_validators)
        ticked = [reason for reason in self.coded if self[f"tick_{reason.code}"].data]
        if not ticked and self.coded:
            self.refuse(
                f"tick_{self.coded[0].code}", N_("请至少选择一条原因。所有需要修改的地方请一次选全。")
            )
            return False
        for reason in ticked:
            if not self[f"note_{reason.code}"].data:
                self.refuse(f"note_{reason.code}", N_("请写明这条原因在本件中的具体情况。"))
                fits = False
        return fits


def form_of(
    reasons: Sequence[CodedReason],
    targets: Mapping[str, str],
    title_of: Any,
    *,
    asked: type[HouseForm] | None = None,
) -> type[ReasonsForm]:
    """A form class for these reasons. `targets` are the parts that may be marked; `title_of` gives a reason's title.

    `asked` is what the step asks for besides, say the day from which one may apply again.
    """
    fields: dict[str, Any] = {"coded": reasons, "targets": targets}
    for reason in reasons:
        bound = {reason.binds_to: targets[reason.binds_to]} if reason.binds_to in targets else dict(targets)
        fields[f"tick_{reason.code}"] = BooleanField(title_of(reason))
        fields[f"target_{reason.code}"] = SelectField(
            Sentence(N_("指向的内容")),
            [Optional(), Flagged()],
            choices=[SelectChoice(name, Sentence(text)) for name, text in bound.items()],
        )
        fields[f"note_{reason.code}"] = Paragraph(N_("具体情况"), [Flagged()], most=500)
    bases = (ReasonsForm, asked) if asked else (ReasonsForm,)
    return type("ReasonsFormOfThisStep", bases, fields)
