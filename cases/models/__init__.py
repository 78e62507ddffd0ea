"""The case and the history of everything that was done to it."""

from cases.models.case import Case, DueKind, Origin, Priority
from cases.models.history import History, Verb
from cases.models.mails import Mail, MailDraft, MailState, MailTemplate, MailTemplateVersion, TemplateGroup
from cases.models.notices import Mailing, Notice, NoticeKind, NoticeSetting
from cases.models.talk import Question

__all__ = [
    "Case",
    "DueKind",
    "History",
    "Mail",
    "MailDraft",
    "MailState",
    "MailTemplate",
    "MailTemplateVersion",
    "Mailing",
    "Notice",
    "NoticeKind",
    "NoticeSetting",
    "Origin",
    "Priority",
    "Question",
    "TemplateGroup",
    "Verb",
]
