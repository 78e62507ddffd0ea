"""A playbook that does not hold together stops the start, with the line to mend."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from smbcases.playbook import UnknownPlaybook, get, keys
from smbcases.playbook.problems import PlaybookError


@register
def check_playbooks(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every playbook must load: cases opened under an earlier one are still worked by it."""
    found: list[CheckMessage] = []
    for key in dict.fromkeys([settings.PLAYBOOK, *keys()]):
        try:
            get(key)
        except UnknownPlaybook as error:
            found.append(Error(str(error), hint="Set PLAYBOOK to one of them.", id="playbook.E001"))
        except PlaybookError as error:
            found += [Error(str(problem), id="playbook.E002") for problem in error.problems]
    return found
