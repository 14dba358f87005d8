import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sim_client import Sim  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture
def sim(tmp_path):
    one = Sim(str(tmp_path / "sim"))
    yield one
    one.ask("DELETE", "/sim/faults")
    assert one.stop() == 0
