"""What carries the outbox: our own loop on SQLite; procrastinate on PostgreSQL, with as many workers as are started.

A worker of procrastinate hears of a new job at once (LISTEN), shows a sign of life every few seconds, and runs one
job at a time in one thread of its own, because a page may be printed by one thread only. It goes to the database
itself, past any pooler: what is announced reaches only a connection that stays. The jobs say when to look;
what is due, how often it is tried again and when it is given up is said by the outbox alone.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
from flask import Flask
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from . import worker
from .config import BadSettings, Settings
from .extensions import db
from .services.delivery.jobs import DEAD_AFTER, DELIVER, QUEUE

log = logging.getLogger(__name__)
SIGN_OF_LIFE_EVERY = 5.0
LOOK_EVERY = 5.0  # seconds; jobs are announced, this is for when the announcement was missed
STOP_LOOK_EVERY = 0.3
TRY_AGAIN_AFTER = 2.0
EVERY_5_SECONDS, EVERY_MINUTE = "* * * * * */5", "* * * * *"
WHICH_DATABASE = (
    "SELECT control.system_identifier, base.oid FROM pg_control_system() AS control, pg_database AS base"
    " WHERE base.datname = current_database()"
)
SOON = 10  # the priority of what must not wait behind a long queue

Stop = Callable[[], bool]


def run(app: Flask, *, stop: Stop) -> None:
    """Deliver, tend and sweep until told to stop; then finish the job at hand and return."""
    settings = app.extensions["settings"]
    if settings.is_sqlite:
        worker.run(app, stop=stop)
        return
    if settings.pooler_url:
        check_pooler(app, settings)
    asyncio.run(serve(jobs_of(app, settings.database_url), stop))


def check_pooler(app: Flask, settings: Settings) -> None:
    """Refuse a pooler that leads to another database: jobs would be written there, and nobody would ever hear of them.

    While the database is away nothing can be said; a worker waits for it as always.
    """
    with suppress(OperationalError, psycopg.OperationalError), app.app_context():
        through = db.session.execute(text(WHICH_DATABASE)).one()
        with psycopg.connect(**connection_to(settings.database_url)) as direct:
            itself = direct.execute(WHICH_DATABASE).fetchone()
        if itself != tuple(through):
            raise BadSettings("POOLER_URL leads to another database than DATABASE_URL. Mend one of them.")


async def serve(jobs: App, stop: Stop) -> None:
    """Work until told to stop; when the database goes away, wait until it is back."""
    while not stop():
        try:
            async with jobs.open_async():
                await work(jobs, stop)
        except (ConnectorException, psycopg.Error) as error:
            log.warning("the worker lost the database and will try again: %s", error.__cause__ or error)
            await asyncio.sleep(TRY_AGAIN_AFTER)


async def work(jobs: App, stop: Stop) -> None:
    """Run one worker of procrastinate until told to stop or until it ends by itself."""
    at_work = asyncio.create_task(
        jobs.run_worker_async(
            queues=[QUEUE],
            name=worker.own_name(),
            fetch_job_polling_interval=LOOK_EVERY,
            update_heartbeat_interval=SIGN_OF_LIFE_EVERY,
            stalled_worker_timeout=DEAD_AFTER,
            delete_jobs="always",
            install_signal_handlers=False,
        )
    )
    while not at_work.done() and not stop():
        await asyncio.wait({at_work}, timeout=STOP_LOOK_EVERY)
    at_work.cancel()  # means: take no other job, and end when this one is done
    with suppress(asyncio.CancelledError):
        await at_work


def jobs_of(app: Flask, database_url: str) -> App:
    """The three jobs: deliver a message, look after those that nobody holds, sweep the deadlines.

    A failed job is dropped: the outbox knows what is still to be done. The two that come by the clock are written
    once for each tick, whatever the number of workers, and not at all while the one before still waits.
    """
    jobs = App(connector=PsycopgConnector(kwargs=connection_to(database_url), min_size=1, max_size=2))
    hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hand")
    house = app.extensions["house"]

    async def by_hand(verb: Callable[..., object], *arguments: object) -> None:
        def in_context() -> None:
            with app.app_context():
                verb(*arguments)

        await asyncio.get_running_loop().run_in_executor(hand, in_context)

    @jobs.task(name=DELIVER, queue=QUEUE)
    async def deliver(message: int) -> None:
        await by_hand(worker.deliver_one, house, message)

    @jobs.periodic(cron=EVERY_5_SECONDS)
    @jobs.task(name="tend", queue=QUEUE, queueing_lock="tend", priority=SOON)
    async def tend(timestamp: int) -> None:
        await by_hand(worker.tend)

    @jobs.periodic(cron=EVERY_MINUTE)
    @jobs.task(name="sweep", queue=QUEUE, queueing_lock="sweep", priority=SOON)
    async def sweep(timestamp: int) -> None:
        await by_hand(worker.sweep_all, house)

    return jobs


def connection_to(database_url: str) -> dict[str, Any]:
    """The same address, as the driver itself takes it."""
    url = make_url(database_url)
    return {**url.translate_connect_args(username="user", database="dbname"), **url.query}
