"""The addresses and the WSGI application, which says of each request what it cost; and, started as a program, the tables,
so many people of each kind (0: they are there), and so many open tasks: `python served.py PEOPLE TASKS`. It runs in
a copy of this folder, because Django writes its migrations beside the models.
"""

import os
import sys
import threading
import time
from datetime import timedelta

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Permission, User  # noqa: E402
from django.utils import timezone  # noqa: E402
from office.models import Commitment, CommitmentFlow  # noqa: E402
from viewflow.contrib.auth import AuthViewset  # noqa: E402
from viewflow.urls import Site  # noqa: E402
from viewflow.workflow.flow import FlowAppViewset  # noqa: E402
from viewflow.workflow.models import Task  # noqa: E402
from viewflow.workflow.status import PROCESS, STATUS  # noqa: E402

PORTION = 5000
TAKEN = 40
RIGHTS = {
    "owner": ("sign", "view_commitment"),
    "handler": ("handle", "view_commitment"),
    "head": ("decide", "view_commitment"),
}
SITE = Site(title="Office", viewsets=[FlowAppViewset(CommitmentFlow, icon="assignment")])
urlpatterns = [path("accounts/", AuthViewset(with_profile_view=False).urls), path("", SITE.urls)]
counted = threading.local()


def count(execute, *asked):
    """One more statement of this thread."""
    counted.statements = getattr(counted, "statements", 0) + 1
    return execute(*asked)


def watch(connection, **_given):
    """Count what goes through a new connection."""
    connection.execute_wrappers.append(count)


def application(environ, start_response):
    """Django's application; each answer says how many statements and how much processor time it took."""
    counted.statements, began = 0, time.thread_time()

    def started(status, headers, *more):
        spent = f"{(time.thread_time() - began) * 1000:.3f}"
        return start_response(
            status, [*headers, ("X-Statements", str(counted.statements)), ("X-Spent", spent)], *more
        )

    return django_application(environ, started)


def settle(width):
    """Empty tables, and so many people of each kind."""
    call_command("makemigrations", "office", verbosity=0)
    call_command("migrate", verbosity=0)
    hashed = make_password("bench-2026-office")
    for kind, names in RIGHTS.items():
        for number in range(width):
            user = User.objects.create(username=f"{kind}{number}", password=hashed)
            user.user_permissions.set(Permission.objects.filter(codename__in=names))


def open_tasks(wanted):
    """So many commitments that wait to be accepted; the newest few are in the hands of the first handler."""
    handler, now, start = User.objects.get(username="handler0"), timezone.now(), Task.objects.count() // 2
    for first in range(start, wanted, PORTION):
        ages = [now - timedelta(seconds=wanted - each) for each in range(first, min(first + PORTION, wanted))]
        processes = Commitment.objects.bulk_create(
            Commitment(
                flow_class=CommitmentFlow, status=PROCESS.NEW, created=age,
                data={"reason": "Renewal of a permit", "contact_name": "Zhou", "contact_mobile": "19900000001"},
            )
            for age in ages
        )  # fmt: skip
        signed = Task.objects.bulk_create(
            task(process, "sign", "HUMAN_START", status=STATUS.DONE, finished=process.created)
            for process in processes
        )
        waiting = Task.objects.bulk_create(
            task(process, "accept", "HUMAN", owner_permission="office.handle", **hands(process, now, handler))
            for process in processes
        )
        link = Task.previous.through
        link.objects.bulk_create(
            link(from_task_id=after.pk, to_task_id=before.pk)
            for before, after in zip(signed, waiting, strict=True)
        )


def hands(process, now, handler):
    """In whose hands a waiting task is."""
    if now - process.created > timedelta(seconds=TAKEN):
        return {"status": STATUS.NEW}
    return {"status": STATUS.ASSIGNED, "owner": handler, "assigned": process.created}


def task(process, node, kind, **more):
    """One task of a commitment."""
    return Task(
        process_id=process.pk, flow_task=getattr(CommitmentFlow.instance, node), flow_task_type=kind,
        created=process.created, **more,
    )  # fmt: skip


connection_created.connect(watch)
django_application = get_wsgi_application()

if __name__ == "__main__":
    people, tasks = (int(word) for word in sys.argv[1:])
    if people:
        settle(people)
    open_tasks(tasks)
