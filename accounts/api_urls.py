"""API of events and of the book."""

from django.urls import path, re_path

from accounts.account_api import Accounts, OneAccount
from accounts.event_api import Events, OneEvent
from accounts.ownership.api import OneSweep, OwnershipSweeps, SweepPreview, SweepRows, UndoSweep
from accounts.segments.api import SegmentMoves

urlpatterns = [
    path("events", Events.as_view(), name="api_events"),
    re_path(r"^events/(?P<place>(?s:.+))\Z", OneEvent.as_view(), name="api_event"),  # any text may be an id
    path("accounts", Accounts.as_view(), name="api_accounts"),
    path("ownership-sweeps", OwnershipSweeps.as_view(), name="api_ownership_sweeps"),
    path("ownership-sweeps/preview", SweepPreview.as_view(), name="api_ownership_preview"),
    path("ownership-sweeps/<int:sweep>", OneSweep.as_view(), name="api_ownership_sweep"),
    path("ownership-sweeps/<int:sweep>/rows", SweepRows.as_view(), name="api_ownership_rows"),
    path("ownership-sweeps/<int:sweep>/undo", UndoSweep.as_view(), name="api_ownership_undo"),
    path("segment-moves", SegmentMoves.as_view(), name="api_segment_moves"),
    path("accounts/<path:external_id>", OneAccount.as_view(), name="api_account"),
]
