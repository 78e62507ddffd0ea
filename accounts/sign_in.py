"""The door: signing in and out, the demo's one-click door, and where each role begins its day."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import access
from accounts.access import Act, Reach
from accounts.models import Person, Role
from smbcases import playbook

DEMO_ROLES = [role for role in Role if role != Role.SALES_USER]


class SignInForm(AuthenticationForm):
    """E-mail and password. One sentence for every failure: who works here is not told to who does not."""

    error_messages = {
        "invalid_login": "That e-mail and password do not fit together. Check both and try again.",
        "inactive": "That e-mail and password do not fit together. Check both and try again.",
    }
    username = forms.CharField(
        label="E-mail",
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


@access.public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; whoever is signed in already goes on."""
    if request.headers.get("HX-Request"):  # a part of a page asked after the session had ended
        return HttpResponseClientRedirect(_back_to(request))
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request, request.POST or None)
    if form.is_valid():
        auth.login(request, form.get_user())
        return redirect(_next(request))
    demo = demo_people() if settings.DEMO else []
    context = {"form": form, "next": request.GET.get("next", ""), "demo": demo}
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@access.public
@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as the first active person of a role. There is no such door outside the demo."""
    if not settings.DEMO:
        raise Http404
    person = _first_of(request.POST.get("role", ""))
    if person is None:
        messages.error(request, "The demo book has nobody in that role.")
        return redirect("sign_in")
    auth.login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(_next(request))


@access.public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.info(request, "You are signed out.")
    return redirect("sign_in")


@access.page(Act.SIGNED_IN)
def home(request: access.SignedInRequest) -> HttpResponse:
    """Where the day begins for this role."""
    person = request.user
    if person.handles_cases:
        return redirect("my_cases")
    if person.role == Role.MANAGER:
        rules = playbook.active()
        territory = rules.territory_of(person.region) or next(iter(rules.territories))
        return redirect("team", territory)
    if access.reach(person, Act.SEE_CASES) is Reach.DEPARTMENT:
        return redirect("filed_cases")
    if access.may(person, Act.SEE_CASES):
        return redirect("cases")
    return render(request, "accounts/welcome.html")


def demo_people() -> list[Person]:
    """The first active person of each role, in the order of the roles."""
    found: dict[str, Person] = {}
    people = Person.objects.filter(is_active=True, role__in=DEMO_ROLES)
    for person in people.order_by("role", "id").distinct("role"):
        found[person.role] = person
    return [found[role] for role in DEMO_ROLES if role in found]


def _first_of(role: str) -> Person | None:
    if role not in DEMO_ROLES:
        return None
    return Person.objects.filter(is_active=True, role=role).order_by("id").first()


def _next(request: HttpRequest) -> str:
    """The page that was asked for before, if it is one of ours; else home."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked and ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def _back_to(request: HttpRequest) -> str:
    """Sign in, and come back to the page that is open in the browser."""
    return reverse("sign_in", query={"next": request.headers.get("HX-Current-URL", "")})
