"""API of talk and notices."""

from django.urls import path

from cases.talk import api, wishes_api

urlpatterns = [
    path("cases/<case:number>/comments", api.Comments.as_view(), name="api_case_comments"),
    path("cases/<case:number>/comment", api.Comment.as_view(), name="api_case_comment"),
    path("cases/<case:number>/questions", api.Questions.as_view(), name="api_case_questions"),
    path("cases/<case:number>/ask", api.Ask.as_view(), name="api_case_ask"),
    path("cases/<case:number>/answer", api.Answer.as_view(), name="api_case_answer"),
    path("notices", api.Notices.as_view(), name="api_notices"),
    path("notices/wishes", wishes_api.NoticeWishes.as_view(), name="api_notice_wishes"),
    path("notices/read", api.ReadNotices.as_view(), name="api_notices_read"),
]
