"""Who pushes events in these tests, and who owns what nobody owns."""

import pytest

from accounts.models import Person, Role
from tests import factories
from tests.accounts import sending


@pytest.fixture
def secret(db: None) -> str:
    """An API key that may push and follow events."""
    return sending.secret_of()


@pytest.fixture
def sales_users(db: None) -> dict[str, Person]:
    """Each region's Sales User."""
    return {region: factories.person(Role.SALES_USER, region=region) for region in ("AMER", "EMEA", "APJ")}
