"""The book: accounts and what hangs on them, each known by the external id of the CRM.

`as_of` is the CRM's own time of what it told last: an event older than it is kept on file and not applied.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower, Upper

from accounts.models.people import Region


class Segment(models.TextChoices):
    SMB = "smb", "SMB"
    MID_MARKET = "mid_market", "Mid-Market"
    ENTERPRISE = "enterprise", "Enterprise"


class Plan(models.TextChoices):
    FREE = "free", "Free"
    PREMIUM = "premium", "Premium"
    ULTIMATE = "ultimate", "Ultimate"


class Kind(models.TextChoices):
    RENEWAL = "renewal", "Renewal"
    ADD_ON = "add_on", "Add-On"
    GROWTH = "growth", "Growth"
    FIRST_ORDER = "first_order", "First Order"
    QSR = "qsr", "QSR"


class Stage(models.TextChoices):
    PENDING = "0_pending", "0 Pending acceptance"
    DISCOVERY = "1_discovery", "1 Discovery"
    SCOPING = "2_scoping", "2 Scoping"
    EVALUATION = "3_evaluation", "3 Technical evaluation"
    PROPOSAL = "4_proposal", "4 Proposal"
    NEGOTIATION = "5_negotiation", "5 Negotiation"
    AWAITING = "6_awaiting", "6 Awaiting signature"
    CLOSED_WON = "closed_won", "Closed Won"
    CLOSED_LOST = "closed_lost", "Closed Lost"


CLOSED_STAGES = frozenset({Stage.CLOSED_WON, Stage.CLOSED_LOST})


class Risk(models.TextChoices):
    NONE = "none", "No risk"
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    WILL_CHURN = "will_churn", "Will churn"


class LeadStatus(models.TextChoices):
    NEW = "new", "New"
    WORKING = "working", "Working"
    CONVERTED = "converted", "Converted"
    DISQUALIFIED = "disqualified", "Disqualified"


class ActivityKind(models.TextChoices):
    EMAIL = "email", "Mail"
    CALL = "call", "Call"
    MEETING = "meeting", "Meeting"
    LINKEDIN = "linkedin", "LinkedIn"
    IQM = "iqm", "Initial qualifying meeting"


STARS = [MinValueValidator(1), MaxValueValidator(5)]


def prefix_index(field: str, name: str) -> models.Index:
    """An index that answers `istartswith`: Django asks `UPPER(field) LIKE UPPER('abc%')`."""
    return models.Index(OpClass(Upper(field), name="text_pattern_ops"), name=name)


def words_index(field: str, name: str) -> models.Index:
    """An index of the words in a field, each found by its beginning: `SearchVector(field, config="simple")`."""
    return GinIndex(SearchVector(field, config="simple"), name=name)


class Record(models.Model):
    """What every CRM record has: its id there, and the CRM's time of the state we hold."""

    external_id = models.CharField(max_length=64, unique=True)
    as_of = models.DateTimeField(
        help_text="The CRM's time of what is held here; older events are not applied."
    )
    # Kept by `accounts.desk_changes`; the CRM's writes do not name it, so that its default is the database's too.
    changed_here = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        editable=False,
        help_text="The columns that were changed at the desk, each with when.",
    )

    class Meta:
        abstract = True


class Account(Record):
    name = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=4, choices=Region, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, such as DE.")
    language = models.CharField(
        max_length=8,
        blank=True,
        help_text="Language that the customer needs, if not English.",
    )
    billing_street = models.CharField(max_length=255, blank=True)
    billing_city = models.CharField(max_length=255, blank=True)
    billing_postal_code = models.CharField(max_length=32, blank=True)
    billing_country = models.CharField(max_length=2, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    carr = models.DecimalField("cARR", max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="USD")
    lam = models.PositiveIntegerField("LAM", default=0, help_text="Developers who could use the product.")
    pte = models.PositiveSmallIntegerField("PtE", null=True, blank=True, validators=STARS)
    ptc = models.PositiveSmallIntegerField("PtC", null=True, blank=True, validators=STARS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    gitlab_admin = models.ForeignKey("Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    gitlab_admin_awaited = models.CharField(
        max_length=64,
        blank=True,
        help_text="The CRM names this contact, which has not come yet.",
    )

    # Kept by us: by playbook (segment, tier), by approval (high value), by the closing of a High Value case.
    segment = models.CharField(max_length=12, choices=Segment, default=Segment.SMB)
    tier = models.PositiveSmallIntegerField(default=3)
    outgrew_on = models.DateField(
        null=True,
        blank=True,
        help_text="When it crossed the SMB line; moves next quarter.",
    )
    # Their defaults are the database's too: the CRM's writes name neither, on insert or on update.
    high_value = models.BooleanField(default=False, db_default=False)
    high_value_stopped = models.BooleanField(
        default=False,
        db_default=False,
        help_text="No High Value case is opened any more.",
    )

    class Meta:
        indexes = [
            prefix_index("name", "account_name_prefix"),
            models.Index(fields=["name", "id"], name="account_by_name"),
            prefix_index("domain", "account_domain_prefix"),
            prefix_index("external_id", "account_external_id_prefix"),
            words_index("name", "account_name_words"),
            models.Index(fields=["pte"], name="account_pte_high", condition=models.Q(pte=5)),
            models.Index(fields=["ptc"], name="account_ptc_high", condition=models.Q(ptc=5)),
            models.Index(
                fields=["id"],
                name="account_high_value",
                condition=models.Q(high_value=True),
            ),
            models.Index(
                fields=["outgrew_on"],
                name="account_outgrown",
                condition=models.Q(outgrew_on__isnull=False),
            ),
            models.Index(
                fields=["gitlab_admin_awaited"],
                name="account_gitlab_admin_awaited",
                condition=~models.Q(gitlab_admin_awaited=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def billing_address_is_complete(self) -> bool:
        return all(
            [
                self.billing_street,
                self.billing_city,
                self.billing_postal_code,
                self.billing_country,
            ]
        )


class Contact(Record):
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="contacts")
    name = models.CharField(max_length=255)
    email = models.EmailField(max_length=255, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes = [
            models.Index(Lower("email"), name="contact_email"),
            prefix_index("name", "contact_name_prefix"),
            prefix_index("email", "contact_email_prefix"),
            prefix_index("external_id", "contact_external_id_prefix"),
            words_index("name", "contact_name_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Lead(Record):
    name = models.CharField(max_length=255)
    email = models.EmailField(max_length=255, blank=True)
    company = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=255, blank=True)
    matched_account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="leads")
    status = models.CharField(max_length=12, choices=LeadStatus, default=LeadStatus.NEW)
    converted_contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    # Kept by us; the CRM's writes do not name it, so that its default is the database's too.
    disqualified_because = models.CharField(max_length=500, blank=True, default="", db_default="")
    created_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(Lower("email"), name="lead_email"),
            prefix_index("name", "lead_name_prefix"),
            prefix_index("email", "lead_email_prefix"),
            prefix_index("company", "lead_company_prefix"),
            prefix_index("external_id", "lead_external_id_prefix"),
            words_index("name", "lead_name_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_converted(self) -> bool:
        return self.status == LeadStatus.CONVERTED


class Opportunity(Record):
    account = models.ForeignKey(Account, models.CASCADE, related_name="opportunities")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, choices=Kind)
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.PENDING)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="USD")
    close_on = models.DateField(null=True, blank=True)
    plan = models.CharField(max_length=10, choices=Plan, blank=True)
    users = models.PositiveIntegerField(default=0)
    term_months = models.PositiveSmallIntegerField(default=12)
    po_required = models.BooleanField("PO required", default=False)
    has_duo = models.BooleanField(default=False)
    is_eoa = models.BooleanField("end of availability", default=False)
    auto_renew = models.BooleanField(default=True)
    will_fail = models.BooleanField(default=False, help_text="The automatic renewal is expected to fail.")
    payment_failed = models.BooleanField(default=False)
    via_partner = models.BooleanField(default=False)
    risk = models.CharField("renewal risk", max_length=12, choices=Risk, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    renewals_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="renewal_opportunities",
    )

    # Kept by us, when it is closed at the desk; the CRM's writes name neither.
    lost_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "opportunities"
        indexes = [
            models.Index(
                fields=["closed_by"],
                name="opportunity_closed_by",
                condition=models.Q(closed_by__isnull=False),
            ),
            models.Index(
                fields=["close_on"],
                name="opportunity_open_by_close",
                condition=~models.Q(stage__in=["closed_won", "closed_lost"]),
            ),
            models.Index(
                fields=["id"],
                name="opportunity_won",
                include=["kind", "currency", "amount"],
                condition=models.Q(stage="closed_won"),
            ),
            # Where large ones begin is the playbook's to say; the many small ones are never among them.
            models.Index(
                fields=["amount"],
                name="opportunity_by_amount",
                include=["currency", "stage", "close_on"],
                condition=models.Q(amount__gte=5000),
            ),
            prefix_index("name", "opportunity_name_prefix"),
            prefix_index("external_id", "opportunity_external_id_prefix"),
            words_index("name", "opportunity_name_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED_STAGES


class Subscription(Record):
    account = models.ForeignKey(Account, models.CASCADE, related_name="subscriptions")
    plan = models.CharField(max_length=10, choices=Plan, default=Plan.PREMIUM)
    seats = models.PositiveIntegerField(default=0)
    seats_used = models.PositiveIntegerField(default=0)
    starts_on = models.DateField()
    renews_on = models.DateField()
    term_months = models.PositiveSmallIntegerField(default=12)
    auto_renew = models.BooleanField(default=True)
    auto_renew_off_on = models.DateField(null=True, blank=True)
    qsr_enabled = models.BooleanField("QSR enabled", default=True)
    has_duo = models.BooleanField(default=False)
    is_eoa = models.BooleanField("end of availability", default=False)
    po_required = models.BooleanField("PO required", default=False)

    class Meta:
        indexes = [
            models.Index(fields=["renews_on"], name="subscription_by_renewal"),
            models.Index(
                fields=["auto_renew_off_on"],
                name="subscription_auto_renew_off",
                condition=models.Q(auto_renew_off_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_plan_display()}, {self.seats} seats"


class Activity(Record):
    """A touch: a mail, a call, a meeting. Logged on the account, and the contact where there is one."""

    external_id = models.CharField(max_length=64, unique=True, null=True, blank=True)  # type: ignore[assignment]  # a touch that we logged has none
    account = models.ForeignKey(Account, models.CASCADE, related_name="activities")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="activities")
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="activities"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(max_length=10, choices=ActivityKind)
    inbound = models.BooleanField(default=False, help_text="From the customer to us.")
    subject = models.CharField(max_length=255, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["account", "-happened_at"], name="activity_latest_of_account")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
