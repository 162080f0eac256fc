from __future__ import annotations

from dataclasses import dataclass

from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Request
from bot.services.flood import Flood, Rate, Verdict


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def asking(user: str = "1", chat: str = "1", platform: Platform = Platform.TELEGRAM) -> Request:
    return Request("/treaty", Actor(UserRef(platform, user)), ChatRef(platform, chat))


def test_a_person_may_ask_thirty_times_a_minute() -> None:
    """Thirty commands within a second are all answered."""
    flood = Flood(Seconds())
    assert [flood.admit(asking()) for _ in range(30)] == [Verdict.ANSWER] * 30


def test_who_floods_is_told_once_and_then_not_answered() -> None:
    """A flooding person hears "slow down" exactly once and others are answered as before."""
    flood = Flood(Seconds(), person=Rate(60, 5))
    verdicts = [flood.admit(asking()) for _ in range(50)]
    assert verdicts.count(Verdict.ANSWER) == 5
    assert verdicts.count(Verdict.SLOW_DOWN) == 1
    assert verdicts[6:] == [Verdict.SILENCE] * 44
    assert flood.admit(asking(user="2")) is Verdict.ANSWER


def test_who_calms_down_is_answered_again_and_may_be_warned_again() -> None:
    """After a quiet minute the bot answers again, and a second flood gets its own notice."""
    clock = Seconds()
    flood = Flood(clock, person=Rate(60, 5))
    for _ in range(10):
        flood.admit(asking())
    clock.now += 60
    again = [flood.admit(asking()) for _ in range(10)]
    assert again.count(Verdict.ANSWER) == 5
    assert again.count(Verdict.SLOW_DOWN) == 1


def test_many_people_in_one_chat_share_its_bucket() -> None:
    """Five hundred people shouting at once in a group get one notice there, not five hundred."""
    flood = Flood(Seconds(), chat=Rate(600, 300))
    verdicts = [flood.admit(asking(user=str(number), chat="-5")) for number in range(500)]
    assert verdicts.count(Verdict.ANSWER) == 300
    assert verdicts.count(Verdict.SLOW_DOWN) == 1


def test_the_terminal_is_never_told_to_slow_down() -> None:
    """A script at the terminal may ask as fast as it likes."""
    flood = Flood(Seconds())
    assert {flood.admit(asking(platform=Platform.TERMINAL)) for _ in range(1000)} == {Verdict.ANSWER}


def test_memory_is_bounded() -> None:
    """Ten thousand newcomers cost a bounded number of buckets."""
    flood = Flood(Seconds(), max_buckets=100)
    for number in range(10_000):
        flood.admit(asking(user=str(number), chat=str(number)))
    assert len(flood) == 100
