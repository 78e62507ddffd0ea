"""API of cases."""

from django.urls import include, path, register_converter

from cases import api, numbers
from cases.dashboards import api as dashboards
from cases.day import api as day
from cases.files import api as files
from cases.filing import api as filing
from cases.following import api as following
from cases.many import api as many

register_converter(numbers.InAddress, "case")

urlpatterns = [
    path("cases/<case:number>/attachments", files.Files.as_view(), name="api_case_files"),
    path("cases/<case:number>/attachments/<int:attachment>", files.OneFile.as_view(), name="api_case_file"),
    path("my-day", day.MyDay.as_view(), name="api_my_day"),
    path("", include("cases.agenda.api_urls")),
    path("", include("cases.opportunities.api_urls")),
    path("", include("cases.escalating.api_urls")),
    path("cases/bulk", many.Preview.as_view(), name="api_bulk"),
    path("cases/bulk/<uuid:run>", many.Run.as_view(), name="api_bulk_run"),
    path("cases/bulk/<uuid:run>/do", many.CarryOut.as_view(), name="api_bulk_do"),
    path("cases/bulk/<uuid:run>/undo", many.Undo.as_view(), name="api_bulk_undo"),
    path("cases", filing.Cases.as_view(), name="api_cases"),
    path("cases/<case:number>/follow", following.FollowCase.as_view(), name="api_case_follow"),
    path("cases/<case:number>/late", following.EscalateLate.as_view(), name="api_case_late"),
    path("cases/<case:number>", api.OneCase.as_view(), name="api_case"),
    path("cases/<case:number>/pick-up", api.PickUp.as_view(), name="api_case_pick_up"),
    path("cases/<case:number>/status", api.SetStatus.as_view(), name="api_case_status"),
    path("cases/<case:number>/next-steps", api.SetNextSteps.as_view(), name="api_case_next_steps"),
    path("cases/<case:number>/put-off", api.PutOff.as_view(), name="api_case_put_off"),
    path("cases/<case:number>/close", api.Close.as_view(), name="api_case_close"),
    path("cases/<case:number>/reopen", api.Reopen.as_view(), name="api_case_reopen"),
    path("cases/<case:number>/contact", api.SetContact.as_view(), name="api_case_contact"),
    path("cases/<case:number>/account", api.SetAccount.as_view(), name="api_case_account"),
    path("cases/<case:number>/opportunity", api.LinkOpportunity.as_view(), name="api_case_opportunity"),
    path("cases/<case:number>/activities", api.LogActivity.as_view(), name="api_case_activities"),
    path("dashboards/<slug:key>", dashboards.OneDashboard.as_view(), name="api_dashboard"),
    path("", include("cases.talk.api_urls")),
    path("", include("cases.mail.api_urls")),
    path("", include("cases.intake.api_urls")),
]
