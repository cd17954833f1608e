"""Each scenario of check_lifecycle.py ends clean. Slow: scratch databases are made."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("check_lifecycle.py")
SCENARIOS = (
    "alone:customer_care",
    "alone:complaint_handling",
    "alone:customer_archive",
    "alone:visit_planning",
    "orders",
    "data",
    "apps",
    "expenses",
)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_left(scenario):
    done = subprocess.run(
        [sys.executable, SCRIPT, scenario], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stdout[-5000:] + done.stderr[-3000:]
