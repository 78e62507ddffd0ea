"""The Celery application. Every message is a wake-up; what there is to do lies in PostgreSQL."""

import os
import warnings

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]  # the stubs lack it
from celery.signals import worker_init, worker_process_init

from smbcases.embedded.processes import die_with_parent
from smbcases.readiness import get_ready
from smbcases.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smbcases.settings.local")

# It warns root of pickled messages; ours are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
# A later Celery will cancel running tasks when the broker goes; ours may finish, as they run twice safely.
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)

app = Celery("smbcases")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()


@worker_init.connect
def begin_ready(**_: object) -> None:
    """Before the pool's processes are made, which have it all from the start."""
    get_ready()


@worker_process_init.connect
def follow_the_worker(**_: object) -> None:
    """A pool process whose worker was killed would wait for work for ever."""
    die_with_parent()
