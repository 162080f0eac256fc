"""What people ask for in `/subscribe` and `/settings`, read in any order and in any of the four languages. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.core.subscriptions import DAY_MINUTES, Mode, QuietHours
from bot.services.lookup import Catalogue
from bot.services.names import MAX_WORDS
from bot.services.suggestions import find_topic, nearest

T = TypeVar("T")

LONGEST_PHRASE = 3
"""Words: `una volta alla settimana` and its like are not worth the search."""
MAX_WISHES = 60
"""Words that are looked at; there are not that many topics."""

MODE_WORDS: Mapping[str, Mode] = {
    **dict.fromkeys(
        (
            "instant", "instantly", "immediate", "immediately", "at once", "subito", "immediato", "immediata",
            "istantaneo", "istantanea", "сразу", "мгновенно", "немедленно", "즉시", "바로", "실시간",
        ),
        Mode.INSTANT,
    ),
    **dict.fromkeys(
        (
            "daily", "every day", "giornaliero", "giornaliera", "quotidiano", "quotidiana", "ogni giorno",
            "ежедневно", "ежедневный", "ежедневная", "каждый день", "매일", "일간", "하루 한 번",
        ),
        Mode.DAILY,
    ),
    **dict.fromkeys(
        (
            "weekly", "every week", "settimanale", "settimanalmente", "ogni settimana",
            "еженедельно", "еженедельный", "еженедельная", "каждую неделю", "раз в неделю", "매주", "주간",
        ),
        Mode.WEEKLY,
    ),
}  # fmt: skip
SILENT_WORDS = frozenset("silent silently quietly silenzioso silenziosa muto беззвучно тихо 무음 조용히".split()) | {
    "without a sound",
    "no sound",
    "senza suono",
    "без звука",
    "소리 없이",
}
EVERYTHING = frozenset("all everything tutto tutti всё все всего 전체 모두 전부".split())
JOINERS = frozenset("and & + e ed и 및 와 과 topic topics argomento argomenti тема темы 주제 /".split())
"""Words between topics that mean none."""

ON_WORDS = frozenset("on yes y true sì si attiva attivo acceso да вкл включить включено 켜기 켬 예 네".split())
OFF_WORDS = frozenset(
    "off no none never false - disattiva disattivo spento mai нет выкл выключить 끄기 끔 아니요 아니오 없음".split()
)

_CHAT = re.compile(r"@[A-Za-z]\w{3,31}|(?:telegram:|discord:)?-?\d{6,20}|<#\d{15,20}>")
_ADDRESS = re.compile(r"(?:https?://)?t\.me/(?P<name>[A-Za-z]\w{3,31})/?", re.IGNORECASE)


class Setting(StrEnum):
    """What `/settings` can set. The value is what buttons write."""

    LANGUAGE = "language"
    TIMEZONE = "timezone"
    DIGEST = "digest"
    QUIET = "quiet"
    SILENT = "silent"
    THREAD = "thread fallback"
    PAUSE = "pause"
    RESUME = "resume"


SETTING_WORDS: Mapping[str, Setting] = {
    **dict.fromkeys(("language", "lang", "lingua", "язык", "언어"), Setting.LANGUAGE),
    **dict.fromkeys(
        (
            "timezone", "time zone", "zone", "tz", "fuso", "fuso orario", "zona",
            "часовой пояс", "пояс", "시간대", "표준시",
        ),
        Setting.TIMEZONE,
    ),
    **dict.fromkeys(
        ("digest", "digests", "riepilogo", "riassunto", "дайджест", "сводка", "요약", "소식 모음", "모음"),
        Setting.DIGEST,
    ),
    **dict.fromkeys(
        (
            "quiet", "quiet hours", "do not disturb", "dnd", "silenzio", "ore di silenzio", "quiete", "ore di quiete",
            "non disturbare", "тишина", "тихие часы", "не беспокоить", "방해 금지", "방해금지", "조용한 시간",
        ),
        Setting.QUIET,
    ),
    **dict.fromkeys((*SILENT_WORDS, "silenziosi"), Setting.SILENT),
    **dict.fromkeys(
        (
            "thread fallback", "topic fallback", "fallback", "thread", "ripiego", "chat principale",
            "запасной чат", "основной чат", "ветка", "대체", "본 채팅방", "스레드",
        ),
        Setting.THREAD,
    ),
    **dict.fromkeys(("pause", "pausa", "sospendi", "пауза", "приостановить", "일시중지", "멈춤"), Setting.PAUSE),
    **dict.fromkeys(
        ("resume", "riprendi", "continua", "возобновить", "продолжить", "재개", "다시 시작"), Setting.RESUME
    ),
}  # fmt: skip

WEEKDAY_WORDS: Mapping[str, int] = {
    word: day
    for day, words in enumerate(
        (
            "monday mon lunedì lunedi lun понедельник пн 월요일 월",
            "tuesday tue tues martedì martedi mar вторник вт 화요일 화",
            "wednesday wed mercoledì mercoledi mer среда среду ср 수요일 수",
            "thursday thu thurs giovedì giovedi gio четверг чт 목요일 목",
            "friday fri venerdì venerdi ven пятница пятницу пт 금요일 금",
            "saturday sat sabato sab суббота субботу сб 토요일 토",
            "sunday sun domenica dom воскресенье вс 일요일 일",
        )
    )
    for word in words.split()
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As buttons write them; Monday is 0."""

_TIME = re.compile(
    r"(?<![\d:.])(?:(?P<noon>오전|오후)\s*)?(?P<hour>\d{1,2})"
    r"(?:[:.h](?P<minute>\d{2})|\s*시(?:\s*(?:(?P<korean>\d{1,2})\s*분|(?P<half>반)))?)?"
    r"(?:\s*(?P<letter>[ap])\.?m\b\.?)?(?![\d:])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a line asks for. chat: another chat that it is about. unknown: pieces that mean nothing we know."""

    topics: tuple[str, ...] = ()
    mode: Mode | None = None
    silent: bool = False
    everything: bool = False
    chat: str | None = None
    unknown: tuple[str, ...] = ()

    def line(self, name: str, *topics: str) -> str:
        """The command line that asks for the same, and for these topics too."""
        parts = [name, self.chat or "", *dict.fromkeys((*self.topics, *topics)), self.mode or ""]
        return " ".join(part for part in (*parts, "silent" if self.silent else "") if part)


def read_wish(text: str, catalogue: Catalogue) -> Wish:
    """Take a line of `/subscribe` apart."""
    topics: dict[str, None] = {}
    unknown: list[str] = []
    mode, silent, everything, chat = None, False, False, None
    for piece in re.split(r"[,;|]+", text):
        words = piece.split()[:MAX_WISHES]
        at, slip = 0, False
        while at < len(words):
            size, known = 1, True
            if (named := chat_name(words[at])) is not None:
                chat = named
            elif (found := _longest(words, at, MODE_WORDS)) is not None:
                mode, size = found
            elif (said := _longest(words, at, dict.fromkeys(SILENT_WORDS, True))) is not None:
                silent, size = said
            elif (topic := _topic(words, at, catalogue)) is not None:
                topics[topic[0]], size = None, topic[1]
            elif _plain(words[at]) in EVERYTHING:
                everything = True
            else:
                known = _plain(words[at]) in JOINERS
            if not known and slip:  # words side by side are one name, misspelt: `north corean trops`
                unknown[-1] += f" {words[at]}"
            elif not known:
                unknown.append(words[at])
            slip = not known
            at += size
    return Wish(tuple(topics), mode, silent, everything, chat, tuple(unknown))


def _longest(words: list[str], at: int, known: Mapping[str, T]) -> tuple[T, int] | None:
    """What the longest phrase at a place means, and how many words it has."""
    for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        if (found := known.get(_plain(" ".join(words[at : at + size])))) is not None:
            return found, size
    return None


def _topic(words: list[str], at: int, catalogue: Catalogue) -> tuple[str, int] | None:
    for size in range(min(MAX_WORDS, len(words) - at), 0, -1):
        if size > 1 and _plain(words[at + size - 1]) in JOINERS:
            continue
        phrase = " ".join(words[at : at + size])
        # A topic's own words are in no need of a guess, and the guess is what takes time.
        names = catalogue.topic_names
        if size > 1 and not names.exact(phrase) and not names.holding(phrase):
            continue
        if (found := find_topic(catalogue, phrase)[0]) is not None:
            return found, size
    return None


def guesses(typed: str, catalogue: Catalogue, limit: int) -> tuple[str, ...]:
    """Topics and modes that a slip may have been meant as: what to write for each."""
    _, topics = find_topic(catalogue, typed)
    modes = [MODE_WORDS[word].value for word in nearest(typed[:40], MODE_WORDS, 1)]
    return tuple(dict.fromkeys((*modes, *topics)))[:limit]


def chat_name(word: str) -> str | None:
    """`@name` or the number of a chat as people write it, also as an address; None for any other word."""
    if address := _ADDRESS.fullmatch(word):
        return f"@{address['name']}"
    if not _CHAT.fullmatch(word):
        return None
    return word.strip("<#>").removeprefix("telegram:").removeprefix("discord:")


def take_chat(text: str) -> tuple[str | None, str]:
    """The chat that a line names with one of its words, and the rest of the line."""
    words = text.split()
    named = next((word for word in words if chat_name(word)), None)
    if named is None:
        return None, text
    words.remove(named)
    return chat_name(named), " ".join(words)


def read_setting(text: str) -> tuple[Setting | None, str]:
    """Which setting a line is about, and what it is to be."""
    words = text.split()
    found = _longest(words, 0, SETTING_WORDS) if words else None
    return (found[0], " ".join(words[found[1] :])) if found else (None, text)


def near_settings(typed: str, limit: int) -> tuple[Setting, ...]:
    """Settings that a slip may have been meant as."""
    first = " ".join(typed[:40].split()[:1])
    return tuple(dict.fromkeys(SETTING_WORDS[word] for word in nearest(first, SETTING_WORDS, limit)))


def read_switch(text: str) -> bool | None:
    """Whether somebody says yes; None where they say neither yes nor no."""
    plain = _plain(text)
    return True if plain in ON_WORDS else False if plain in OFF_WORDS else None


def read_times(text: str) -> tuple[int, ...]:
    """The times of day in a text, as minutes after midnight; midnight at the end of a day is that of its beginning."""
    found = []
    for match in _TIME.finditer(_plain(text)):
        hour, minute = int(match["hour"]), int(match["minute"] or match["korean"] or 0)
        minute = 30 if match["half"] else minute
        later = match["letter"] == "p" or match["noon"] == "오후"
        if match["letter"] or match["noon"]:
            if not 1 <= hour <= 12:
                return ()
            hour = hour % 12 + (12 if later else 0)
        if minute >= 60 or hour * 60 + minute > DAY_MINUTES:
            return ()
        found.append((hour * 60 + minute) % DAY_MINUTES)
    return tuple(found)


def read_digest(text: str) -> tuple[int | None, int | None]:
    """The weekday and the time of day that a text names, each None where it names none."""
    days = [WEEKDAY_WORDS[word] for each in text.split() if (word := _plain(each).strip(".,")) in WEEKDAY_WORDS]
    times = read_times(text)
    return days[0] if len(days) == 1 else None, times[0] if len(times) == 1 else None


def read_quiet(text: str) -> QuietHours | None:
    """Quiet hours such as `22:00-7:00`, `dalle 22 alle 7`; None where a text names none. They never last all day."""
    times = read_times(text)
    if len(times) != 2 or times[0] == times[1]:
        return None
    return QuietHours(*times)


def clock_time(minute: int) -> str:
    """`07:30` of minutes after midnight."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip(" .!\"'«»“”‘’")
