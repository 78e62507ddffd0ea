"""People, their roles, and the region's Sales User that owns every SMB account."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    ADVOCATE = "advocate", "SMB Advocate"
    TEAM_LEAD = "team_lead", "Team Lead"
    MANAGER = "manager", "Regional Manager"
    OPS = "ops", "SMB Ops"
    STAKEHOLDER = "stakeholder", "Stakeholder"
    RENEWALS_MANAGER = "renewals_manager", "Renewals Manager"
    NEW_LOGO_AE = "new_logo_ae", "New Logo AE"
    BDR = "bdr", "BDR"
    NEW_LOGO_ASM = "new_logo_asm", "New Logo ASM"
    SALES_USER = "sales_user", "Sales User"


class Region(models.TextChoices):
    AMER = "AMER", "AMER"
    EMEA = "EMEA", "EMEA"
    APJ = "APJ", "APJ"


class Department(models.TextChoices):
    """Who files cases: each department has its own subjects to choose from."""

    SMB = "smb", "SMB Sales"
    SUPPORT = "support", "Support"
    PARTNER = "partner", "Partner"
    SALES = "sales", "Sales"
    COMMUNITY = "community", "Community"
    BILLING = "billing", "AR / Billing"
    SDR = "sdr", "SDR"
    RENEWALS = "renewals", "Renewals"
    NEW_LOGO = "new_logo", "New Logo"


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/Berlin.")


class People(BaseUserManager["Person"]):
    """Creates people by e-mail address; the address is compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        if not email:
            raise ValueError("A person needs an e-mail address.")
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        defaults = {
            "name": email,
            "initials": email[:2].upper(),
            "role": Role.OPS,
            "is_superuser": True,
        }
        return self.create_user(email, password, **{**defaults, **fields})

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, or the region's Sales User, which owns the book and never signs in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    initials = models.CharField(max_length=4, help_text="Put in front of every next step, such as MS.")
    role = models.CharField(max_length=20, choices=Role, db_index=True)
    department = models.CharField(max_length=20, choices=Department, default=Department.SMB)
    region = models.CharField(max_length=4, choices=Region, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8),
        default=list,
        blank=True,
        help_text="Codes: en, de, ja.",
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="team")
    external_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "initials", "role"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_once_whatever_the_case",
                violation_error_message="Somebody signs in with this address already.",
            ),
            models.UniqueConstraint(
                "region",
                condition=models.Q(role=Role.SALES_USER),
                name="person_one_sales_user_a_region",
                violation_error_message="This region has its Sales User already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens at all; what it shows inside is decided in `accounts.access`."""
        return self.is_superuser or self.role == Role.OPS

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def handles_cases(self) -> bool:
        return self.role in {Role.ADVOCATE, Role.TEAM_LEAD}

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name
