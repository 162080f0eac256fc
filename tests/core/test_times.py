"""A machine's clock that leaps, stands or is set right, and the time of day that a service goes by meanwhile."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.times import SteadyClock

YEARS = 10 * 365.25 * 86_400
START = 1_795_000_000.0


class Machine:
    """A machine whose two clocks a test has in its hands. off: by how much its time of day is wrong."""

    def __init__(self) -> None:
        self.steady, self.off, self.stands = 1_000.0, 0.0, False
        self.clock = SteadyClock(lambda: START + self.steady - 1_000.0 + self.off, lambda: self.steady)

    def passes(self, seconds: float, every: float = 1.0) -> None:
        """Time passes, and somebody looks at the clock each second."""
        for _ in range(int(seconds / every)):
            self.steady += every
            self.off -= every * self.stands
            self.clock.now()

    @property
    def wrong(self) -> float:
        """How many seconds the service is ahead of what the time really is."""
        return round(self.clock.now().timestamp() - (START + self.steady - 1_000.0), 3)


@pytest.mark.parametrize("leap", [YEARS, 86_400.0, 3_600.0, -3_600.0, -YEARS])
def test_a_leap_and_back_is_not_followed(leap: float, caplog: pytest.LogCaptureFixture) -> None:
    """A clock that is wrong for some minutes changes nothing, and is warned of once."""
    machine = Machine()
    machine.passes(60)
    machine.off = leap
    machine.passes(300)
    assert machine.wrong == 0
    machine.off = 0
    machine.passes(60)
    assert machine.wrong == 0
    assert len(caplog.records) == 1


@pytest.mark.parametrize("leap", [3_600.0, -3_600.0, 90 * 86_400.0])
def test_a_clock_that_was_set_right_is_believed(leap: float) -> None:
    """Where the new time proves to be no slip, the service goes by it within ten minutes or so."""
    machine = Machine()
    machine.off = leap
    machine.passes(590)
    assert machine.wrong == 0
    machine.passes(30)
    assert machine.wrong == leap


def test_corrections_are_followed(caplog: pytest.LogCaptureFixture) -> None:
    """A few minutes up or down are what keeping a clock right is like."""
    machine = Machine()
    for off in (2.0, -40.0, 200.0, 0.0):
        machine.off = off
        assert machine.wrong == off
    for hour in range(1, 13):
        machine.off = 200.0 * hour
        machine.passes(3_700, every=60)
    assert machine.wrong == 2_400.0
    assert not caplog.records


def test_a_clock_that_stands_holds_nothing_up() -> None:
    """A frozen clock costs some minutes once; then time goes on without it for as long as it stands."""
    machine = Machine()
    machine.stands = True
    machine.passes(6 * 3_600, every=5)
    assert -305 <= machine.wrong <= -295


def test_the_time_of_day_is_the_machines() -> None:
    """As long as nothing is wrong the service goes by the clock on the wall."""
    assert abs((SteadyClock().now() - datetime.now().astimezone()).total_seconds()) < 1
