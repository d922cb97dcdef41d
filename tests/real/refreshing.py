"""A refresh in a process of its own, to be killed: python -m tests.real.refreshing DATA.

It says when it begins. Vectors are those of letters, so that a thousand posts are embedded in no time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from suggester.tasks import renewing, touched
from suggester.tasks.refreshing import RefreshReport
from suggester.tasks.service import Service
from tests.toys import LetterEncoder


def opened(data: Path) -> Service:
    """Open the services over a data folder."""
    return Service.open(data, load_encoder=LetterEncoder)


def refresh(service: Service) -> RefreshReport:
    """Refresh the only site; what is renewed in turn is left out, as it differs from one stop to the next."""
    touched.FEWEST_TURNS, touched.TURNS = 0, sys.maxsize
    renewing.IN_ONE_GO = 8
    return service.refresh("")


if __name__ == "__main__":
    service = opened(Path(sys.argv[1]))
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    refresh(service)
