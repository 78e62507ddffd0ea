"""Comments, questions and answers on a case's page, and whom to offer while a name is typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases import access
from cases.acting import Ask, act, forms_only
from cases.talk import audience, commenting, questions
from cases.talk.forms import AnswerForm, CommentForm


@page(Act.SEE_CASES)
@forms_only
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment, or with `is_question` a question. It stands beside whatever else was done to the case meanwhile."""
    by, now = person_of(request), timezone.now()
    case = access.get_case(by, pk)
    form = CommentForm(request.POST or None, case=case)
    asked = "is_question" in request.POST
    say = questions.ask if asked else commenting.comment
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template="cases/forms/comment.html", title="Comment", button="Comment"),
        do=lambda _version: say(case_id=pk, text=form.cleaned_data["text"], by=by, now=now),
        done="Asked. Who works the case is told." if asked else "Your comment is saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def answer(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    by, now = person_of(request), timezone.now()
    case = access.get_case(by, pk)
    form = AnswerForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/answer.html",
            title="Answer",
            button="Answer",
            context={"question": questions.get(case, question)},
        ),
        do=lambda _version: questions.answer(
            case_id=pk, question_id=question, text=form.cleaned_data["text"], by=by, now=now
        ),
        done="Answered. Who asked is told.",
    )


@page(Act.SEE_CASES)
@require_safe
def people(request: HttpRequest, pk: int) -> JsonResponse:
    """Who can be mentioned, by the beginning of a name: as JSON for the list below the text."""
    case = access.get_case(person_of(request), pk)
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = audience.find(case, words, by=person_of(request))
    return JsonResponse({"people": [_offered(person, found) for person in found]})


def _offered(person: Person, beside: list[Person]) -> dict[str, str]:
    """`insert` is what is typed for them: the name, or the address where two have it."""
    namesakes = [other for other in beside if other.name.casefold() == person.name.casefold()]
    return {
        "name": person.name,
        "initials": person.initials,
        "role": person.get_role_display(),
        "insert": person.name if len(namesakes) == 1 else person.email,
    }
