"""What was answered to requests that may be sent again."""

from __future__ import annotations

from django.db import models
from django.http import HttpResponse


class KeptAnswer(models.Model):
    """The answer to a request with an `Idempotency-Key`, committed together with what the request did.

    `caller` is the API key or the person, such as key-3 or person-7. `digest` is of the request, so that the same
    key with another request is noticed. `status` is null only inside the transaction that carries it out.
    """

    caller = models.CharField(max_length=30)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_caller_and_key")
        ]
        indexes = [models.Index(fields=["at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"

    def keep(self, *, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.save(update_fields=["status", "headers", "body"])

    def again(self) -> HttpResponse:
        """The same answer once more, byte for byte."""
        return HttpResponse(bytes(self.body), status=self.status, headers=self.headers)
