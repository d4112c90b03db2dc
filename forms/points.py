"""Points made one by one, and the answer to each: what somebody says against a listing and what the unit replies.

One box for each point, so that none is overlooked; more boxes are asked for with a button that is a submit like any
other and takes no step. Which points there are to answer is told at the edge with `offer`; a form sees no case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form
from wtforms.fields import Field

from forms.fields import HouseForm, Paragraph
from forms.parts import Parts
from workflow_app.domain.words import N_, Sentence

MOST, FIRST, FURTHER = 20, 3, 3
"""How many boxes there may be, stand there at first, and are added at a time."""
EACH = N_("第 %(place)s 点")
NOTHING_SAID = N_("请至少写明一点意见，一格写一点，单位会逐点答复。")
UNANSWERED = N_("请答复这一点：采纳的写明怎样采纳，不采纳的写明理由。")


class Box(Paragraph):
    """The box of one point."""

    def __init__(self, place: int, *, most: int, **more: Any) -> None:
        super().__init__(EACH, most=most, **more)
        self.label.text = Sentence(EACH, place=place)


def boxes(*, most: int) -> type[HouseForm]:
    """A form with a box for each place, named by the place."""
    return type("Boxes", (HouseForm,), {str(place): Box(place, most=most) for place in range(1, MOST + 1)})


class Numbered(Parts):
    """Boxes by their place, of which the first `count` are shown."""

    count = 0

    @property
    def shown(self) -> list[Field]:
        """The boxes that stand on the page."""
        return list(self)[: self.count]


class Points(Numbered):
    """What somebody has to say, point by point. In and out goes a tuple of texts; blank boxes are left out."""

    def __init__(self, label: str, *, most: int = 2000, **more: Any) -> None:
        super().__init__(label, boxes(most=most), **more)
        self.wants_more = False

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        """Read what was sent; as many boxes are shown as were sent, and some more where they were asked for."""
        told = data if isinstance(data, tuple | list) else ()
        super().process(formdata, {str(place): text for place, text in enumerate(told, 1)}, extra_filters)
        sent = [part.short_name for part in self if formdata and part.name in formdata]
        self.wants_more = bool(formdata) and self.more_name in formdata
        least = max(FIRST, len(told), *(int(place) for place in sent), 0)
        self.count = min(MOST, least + (FURTHER if self.wants_more else 0))

    @property
    def more_name(self) -> str:
        """The name of the button that asks for more boxes."""
        return f"{self.name}-more"

    @property
    def has_more(self) -> bool:
        """Whether more boxes can be asked for."""
        return self.count < MOST

    @property
    def data(self) -> tuple[str, ...]:
        """What was said, in order."""
        return tuple(part.data for part in self if part.data)

    def validate(self, form: Form, extra_validators: Sequence[Any] = ()) -> bool:
        """At least one point is made."""
        fits = super().validate(form, extra_validators)
        if fits and not self.data:
            self.own_errors = [Sentence(NOTHING_SAID)]
        return fits and bool(self.data)


class Answers(Numbered):
    """The answer to each point that was made. In and out goes a mapping from the place of the point to the text."""

    def __init__(self, label: str, *, most: int = 2000, **more: Any) -> None:
        super().__init__(label, boxes(most=most), **more)
        self.points: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        """Read what was sent, over what is stored."""
        super().process(formdata, dict(data) if isinstance(data, Mapping) else {}, extra_filters)

    def offer(self, points: Sequence[str], *, said: Mapping[str, str]) -> None:
        """The points to be answered, with what was answered before, as long as nothing else was typed."""
        self.points, self.count = tuple(points), min(len(points), MOST)
        for part, point in zip(self.shown, points, strict=False):
            part.description = point
            if not part.raw_data:
                part.data = said.get(part.short_name, "")

    @property
    def data(self) -> dict[str, str]:
        """The answers by place; blank ones are left out."""
        return {part.short_name: part.data for part in self.shown if part.data}

    def validate(self, form: Form, extra_validators: Sequence[Any] = ()) -> bool:
        """No point is left without an answer."""
        fits = super().validate(form, extra_validators)
        blank = [part for part in self.shown if not part.data and not part.errors]
        for part in blank:
            part.errors = [Sentence(UNANSWERED)]
        return fits and not blank
