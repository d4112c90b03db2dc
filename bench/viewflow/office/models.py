"""One commitment as viewflow's documentation builds a flow: signed by an owner, accepted, checked and reported on by a
handler, decided by a head. Every task asks for a permission, and a case is locked while a task is carried out.
"""

from viewflow import jsonstore, this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import CreateProcessView, UpdateProcessView
from viewflow.workflow.models import Process


class Commitment(Process):
    """What a commitment remembers, in viewflow's own table."""

    reason = jsonstore.CharField(max_length=500)
    contact_name = jsonstore.CharField(max_length=100)
    contact_mobile = jsonstore.CharField(max_length=20)
    publication_consent = jsonstore.BooleanField(default=False)
    unperformed = jsonstore.CharField(max_length=500)
    breach_facts = jsonstore.CharField(max_length=500)
    breach_basis = jsonstore.CharField(max_length=500)
    drop_reasons = jsonstore.CharField(max_length=500)

    class Meta:
        proxy = True
        permissions = (("sign", "sign"), ("handle", "handle"), ("decide", "decide"))


class CommitmentFlow(flow.Flow):
    """Sign, accept, start the check, propose, decide."""

    process_class = Commitment
    process_title = "Commitment"
    lock_impl = lock.select_for_update_lock

    sign = (
        flow.Start(
            CreateProcessView.as_view(
                fields=["reason", "contact_name", "contact_mobile", "publication_consent"]
            )
        )
        .Annotation(title="Sign")
        .Permission("office.sign")
        .Next(this.accept)
    )
    accept = (
        flow.View(UpdateProcessView.as_view(fields=[]))
        .Annotation(title="Accept")
        .Permission("office.handle")
        .Next(this.start_check)
    )
    start_check = (
        flow.View(UpdateProcessView.as_view(fields=[]))
        .Annotation(title="Start the check")
        .Permission("office.handle")
        .Next(this.propose)
    )
    propose = (
        flow.View(UpdateProcessView.as_view(fields=["unperformed", "breach_facts", "breach_basis"]))
        .Annotation(title="Propose")
        .Permission("office.handle")
        .Next(this.decide)
    )
    decide = (
        flow.View(UpdateProcessView.as_view(fields=["drop_reasons"]))
        .Annotation(title="Decide")
        .Permission("office.decide")
        .Next(this.end)
    )
    end = flow.End()
