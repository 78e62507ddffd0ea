"""What the API says of sweeps of ownership."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import OwnershipMove, OwnershipSweep


class SweepShape(serializers.ModelSerializer[OwnershipSweep]):
    by = serializers.EmailField(
        source="by.email", allow_null=True, default=None, help_text="Null: the clock."
    )
    undone_by = serializers.EmailField(source="undone_by.email", allow_null=True, default=None)

    class Meta:
        model = OwnershipSweep
        fields = (
            "id",
            "at",
            "by",
            "accounts",
            "opportunities",
            "left",
            "undone_at",
            "undone_by",
            "moved_back",
        )


class MoveShape(serializers.ModelSerializer[OwnershipMove]):
    account = serializers.CharField(source="account.external_id")
    opportunity = serializers.CharField(
        source="opportunity.external_id", allow_null=True, default=None, help_text="Null: the account itself."
    )
    owner_before = serializers.EmailField(source="owner_before.email")
    owner_after = serializers.EmailField(source="owner_after.email")
    stays = serializers.CharField(help_text="Why it was not moved back; empty where it was, or nobody asked.")

    class Meta:
        model = OwnershipMove
        fields = (
            "id",
            "account",
            "opportunity",
            "region",
            "owner_before",
            "owner_after",
            "moved_back",
            "stays",
        )


class HeldShape(serializers.Serializer[Any]):
    owner = serializers.EmailField()
    region = serializers.CharField(allow_blank=True)
    accounts = serializers.IntegerField()
    opportunities = serializers.IntegerField()
    goes_to = serializers.EmailField(
        allow_null=True, help_text="The region's Sales User; null: there is none."
    )


class PreviewShape(serializers.Serializer[Any]):
    would_move = serializers.IntegerField()
    would_stay = serializers.IntegerField()
    held = HeldShape(many=True, help_text="What stands in whose name, by person and region.")
