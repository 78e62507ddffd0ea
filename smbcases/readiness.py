"""What a process does once before it works, so that the first piece of work does not wait for it."""

import gc

from django.urls import reverse

_ALLOCATIONS = (
    50_000  # between two rounds of the collector; a set of two thousand cases would start dozens by 700
)


def get_ready() -> None:
    """Load every page's module, and take what is loaded out of the garbage collector's rounds: it stays for good.

    The first link would load them all, a second or so, be it in a request or under a pool's lock. And each full round
    of the collector walks them again, tens of milliseconds in the middle of whatever is going on.
    """
    reverse("home")
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
