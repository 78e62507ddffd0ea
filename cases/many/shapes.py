"""What an act on many cases takes, as the API is sent it; pages send the same."""

from __future__ import annotations

from rest_framework import serializers

from cases.serializers import ToClose

ONE_AT_A_TIME = (
    "Whether a customer will certainly churn is said of one case at a time: close that case on its own."
)


class ToCloseMany(ToClose):
    """One closure for all."""

    will_churn = serializers.BooleanField(default=False, help_text=ONE_AT_A_TIME)

    def validate_will_churn(self, said: bool) -> bool:  # noqa: FBT001  DRF's signature
        if said:
            raise serializers.ValidationError(ONE_AT_A_TIME)
        return said
