"""What is asked in the listing workflow. Form classes are named after the steps; EditForm fills in a draft.

Shape only: whether the list rests on a law, a measure stands in it or every point was answered is for the guards.
"""

from forms.fields import HouseForm, LegalDay, Line, OneOf, Paragraph, Ticks, needed
from forms.points import Answers, Points
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.listing_words import LABELS, SERVED

AS_THE_PROOF_SAYS = N_("按回证上写的日期填写，回证作为文件一并上传。")


def told(name: str, sentence: str, *, most: int = 2000, hint: str = "") -> Paragraph:
    """A fact that has to be written out; `sentence` says what to write."""
    return Paragraph(LABELS[name], [needed(sentence)], most=most, description=Sentence(hint) if hint else "")


def served_on(name: str) -> LegalDay:
    """The day that the proof of service shows."""
    sentence = N_("请填写送达回证上的日期，例如 2026-09-18。")
    return LegalDay(LABELS[name], [needed(sentence)], description=Sentence(AS_THE_PROOF_SAYS))


def served_how(name: str) -> OneOf:
    """How it was served."""
    return OneOf(LABELS[name], SERVED, N_("请选择送达方式。"))


class EditForm(HouseForm):
    """The facts, the basis and the measures; which list and which subject were chosen when the draft was opened."""

    behaviour = told(
        "behaviour",
        N_("请写明何时、何地、做了什么，造成什么后果，为什么符合列入条件。"),
        most=4000,
        hint=N_("当事人会在告知书上看到，列入后可能向社会公示，不要写个人信息。"),
    )
    basis = told(
        "basis", N_("请写明依据的法律、法规、规章的名称和具体条款。"), most=4000,
        hint=N_("写到条、款、项，例如“第五条第（一）项”。"),
    )  # fmt: skip
    evidence_no = Line(LABELS["evidence_no"], most=200)
    measures = Ticks(LABELS["measures"])


class ProveServiceForm(HouseForm):
    """When and how the notice reached the subject; what shows it goes with it as a file."""

    served_on = served_on("served_on")
    served_how = served_how("served_how")


class ReplyForm(HouseForm):
    """The subject's own account, point by point."""

    reply_points = Points(
        LABELS["reply_points"],
        description=Sentence(N_("一格写一点，单位会逐点核实、逐点答复。用不完的格留空。")),
    )


class EnterReplyForm(ReplyForm):
    """What the subject said on paper or in person, as it is written there; the paper goes with it as a file."""


class DropForm(HouseForm):
    """Why the subject is not listed."""

    drop_reasons = told("drop_reasons", N_("请写明不列入的理由。当事人会看到。"))


class ProposeDecisionForm(HouseForm):
    """The answer to each point, and what follows from the whole."""

    answers = Answers(LABELS["answers"])
    proposal = told("proposal", N_("请写明核实了什么材料、结果如何，为什么建议列入。"))


class SendBackForm(HouseForm):
    """What is to be looked into again."""

    send_back_note = told("send_back_note", N_("请写明哪些情况需要重新核实。"), most=1000)


class DecideForm(HouseForm):
    """Why the subject is listed; the decision says it to the subject."""

    decision_reasons = told(
        "decision_reasons", N_("请写明列入的理由，包括陈述申辩意见采纳或者不采纳的理由。决定书会写上。")
    )


class ProveDecisionServiceForm(HouseForm):
    """When and how the decision reached the subject; what shows it goes with it as a file."""

    decision_served_on = served_on("decision_served_on")
    decision_served_how = served_how("decision_served_how")


class PublishForm(HouseForm):
    """Where the entry is published; the exit will be told in the same place."""

    is_for_many = True

    channel = Line(
        LABELS["channel"],
        [needed(N_("请写明在哪里公布；不公开的名单写“不公开”。"))],
        most=500,
        description=Sentence(
            N_("移出时要在同一渠道公布，请写全，例如“信用中国”网站和本平台。不公开的名单写“不公开”。")
        ),
    )
