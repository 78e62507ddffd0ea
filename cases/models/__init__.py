"""The case and the history of everything that was done to it."""

from cases.models.carrying import CarryOver
from cases.models.case import Case, DueKind, Origin, Priority
from cases.models.escalations import Escalation, EscalationKind, EscalationState
from cases.models.files import Attachment
from cases.models.filing import DraftFile, Filing, FilingDraft
from cases.models.following import Follow, SavedView
from cases.models.history import History, Verb
from cases.models.mails import Mail, MailDraft, MailState, MailTemplate, MailTemplateVersion, TemplateGroup
from cases.models.many import BulkRow, BulkRun, RunState, Verdict
from cases.models.notices import Mailing, Notice, NoticeKind, NoticeSetting
from cases.models.received import (
    Door,
    JoinedBy,
    MailboxMark,
    MailFate,
    MailSort,
    MatchedBy,
    RawMail,
    ReceivedMail,
)
from cases.models.rooms import RoomSummary
from cases.models.settled import SettledChange, SettledWhat
from cases.models.talk import Question
from cases.models.tasks import CalendarFeed, Task

__all__ = [
    "Attachment",
    "BulkRow",
    "BulkRun",
    "CalendarFeed",
    "CarryOver",
    "Case",
    "Door",
    "DraftFile",
    "DueKind",
    "Escalation",
    "EscalationKind",
    "EscalationState",
    "Filing",
    "FilingDraft",
    "Follow",
    "History",
    "JoinedBy",
    "Mail",
    "MailDraft",
    "MailFate",
    "MailSort",
    "MailState",
    "MailTemplate",
    "MailTemplateVersion",
    "MailboxMark",
    "Mailing",
    "MatchedBy",
    "Notice",
    "NoticeKind",
    "NoticeSetting",
    "Origin",
    "Priority",
    "Question",
    "RawMail",
    "ReceivedMail",
    "RoomSummary",
    "RunState",
    "SavedView",
    "SettledChange",
    "SettledWhat",
    "Task",
    "TemplateGroup",
    "Verb",
    "Verdict",
]
