"""Who may do what by API: the same table as for pages, and for keys their scopes.

A view says for each method which act it is (`acts`) and which scope a key needs (`scopes`). What a view does
not say is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import BasePermission

from accounts import access
from accounts.access import Act
from accounts.keys import Machine
from accounts.models import Person
from accounts.models.keys import Scope

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Decided(BasePermission):
    """Let a person in by role and a key by scope; a key that acts for a person by both."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = _method(request, view)
        asking: object = request.user
        if isinstance(asking, Machine):
            _check_scope(asking, _declared(view, "scopes").get(method))
        person = actor(request)
        if person is not None:
            _check_act(person, _declared(view, "acts").get(method))
        return person is not None or isinstance(asking, Machine)


def actor(request: Request) -> Person | None:
    """In whose name a write is done: the person signed in, or the one that the key acts for."""
    asking: object = request.user
    if isinstance(asking, Machine):
        return asking.person
    return asking if isinstance(asking, Person) else None


def writer(request: Request) -> Person:
    """In whose name something is changed. Raises PermissionDenied for a key that acts for nobody."""
    person = actor(request)
    if person is None:
        raise PermissionDenied("This API key acts for nobody: it may read, not write. Make one with --for.")
    return person


def _method(request: Request, view: APIView) -> str:
    method = request.method or ""
    if method not in view.allowed_methods:
        raise MethodNotAllowed(method)
    return "GET" if method == "HEAD" else method


def _declared(view: APIView, name: str) -> Mapping[str, Act | Scope]:
    declared: Mapping[str, Act | Scope] = getattr(view, name, {})
    return declared


def _check_scope(machine: Machine, scope: Act | Scope | None) -> None:
    if scope is None:
        raise PermissionDenied("This cannot be done with an API key.")
    if scope not in machine.key.scopes:
        raise PermissionDenied(f"This API key lacks the scope {scope.value}.")


def _check_act(person: Person, act: Act | Scope | None) -> None:
    if not isinstance(act, Act):
        raise PermissionDenied("Nobody may do this.")
    if not access.may(person, act):
        raise PermissionDenied("Your role does not include this.")
