"""Wiring that Django does at start."""

from django.apps import AppConfig


class SmbcasesConfig(AppConfig):
    name = "smbcases"

    def ready(self) -> None:
        """Make our Celery application the current one; tasks of the apps belong to it."""
        from smbcases import celery  # noqa: F401, PLC0415  needs the settings, which are there only now
        from smbcases.playbook import checks  # noqa: F401, PLC0415  registers itself; needs the settings too
