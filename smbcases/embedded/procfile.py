"""The Procfile: a line a program, `name: command`, with $NAMES from the environment."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from string import Template

from smbcases.embedded.processes import Program


class BadProcfile(Exception):
    """A line that is no `name: command`, or that names an unknown variable."""


def read(file: Path, *, environment: Mapping[str, str]) -> list[Program]:
    """Programs that start in the Procfile's folder.

    Split into words before variables are put in, so that a path with spaces stays one word.
    """
    lines = file.read_text().splitlines()
    return [
        _program(line, folder=file.parent, environment=environment)
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


def _program(line: str, *, folder: Path, environment: Mapping[str, str]) -> Program:
    name, colon, command = line.partition(":")
    if not colon or not command.strip():
        raise BadProcfile(f"Procfile: not of the form `name: command`: {line}")
    try:
        words = [Template(word).substitute(environment) for word in shlex.split(command)]
    except (KeyError, ValueError) as error:
        raise BadProcfile(f"Procfile: {error} in: {line}") from None
    return Program(name=name.strip(), command=words, folder=folder, environment=environment)
