"""Wiring that Django does at start."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SmbcasesConfig(AppConfig):
    name = "smbcases"
    default = True

    def ready(self) -> None:
        """Make our Celery application the current one; tasks of the apps belong to it."""
        from smbcases import celery  # noqa: F401, PLC0415  needs the settings, which are there only now
        from smbcases.playbook import checks  # noqa: F401, PLC0415  registers itself; needs the settings too


class HouseAdminConfig(admin_apps.AdminConfig):
    """Django's admin, opened by our roles."""

    default = False
    default_site = "accounts.administering.House"
