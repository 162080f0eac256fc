"""Time zones as people name them: `Asia/Seoul`, and cities in four languages, which are offered and never guessed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.services.names import Names

USUAL = (
    "Europe/Rome", "Europe/London", "Europe/Berlin", "Europe/Moscow", "Asia/Seoul", "Asia/Tokyo", "Asia/Pyongyang",
    "Asia/Vladivostok", "America/New_York", "America/Los_Angeles", "UTC",
)  # fmt: skip
"""Where most readers are; what is offered when nothing better is known."""

# Cities and countries by what readers of our languages call them, beyond the name the zone has anyway.
_CALLED = {
    "Europe/Rome": "Roma Milano Italia Italy Rome Рим Италия Милан 로마 이탈리아 밀라노",
    "Europe/Moscow": "Mosca Москва Россия Russia Петербург Pietroburgo Petersburg 모스크바 러시아",
    "Asia/Seoul": "Seul Сеул Korea Corea Корея 서울 한국 대한민국 부산 Busan",
    "Asia/Pyongyang": "Пхеньян 평양 북한 КНДР DPRK",
    "Asia/Tokyo": "Tokio Токио Japan Giappone Япония 도쿄 일본",
    "Asia/Shanghai": "Pechino Beijing Пекин Шанхай China Cina Китай 베이징 상하이 중국",
    "Asia/Hong_Kong": "Гонконг 홍콩",
    "Asia/Taipei": "Тайбэй 타이베이 Taiwan",
    "Asia/Vladivostok": "Владивосток 블라디보스토크",
    "Asia/Yekaterinburg": "Ekaterinburg Екатеринбург 예카테린부르크",
    "Asia/Novosibirsk": "Новосибирск 노보시비르스크",
    "Asia/Irkutsk": "Иркутск 이르쿠츠크",
    "Asia/Kamchatka": "Камчатка 캄차카",
    "Asia/Sakhalin": "Сахалин 사할린",
    "Asia/Almaty": "Алматы Казахстан Kazakhstan 알마티",
    "Asia/Tashkent": "Ташкент Узбекистан 타슈켄트",
    "Asia/Tbilisi": "Тбилиси Грузия 트빌리시",
    "Asia/Yerevan": "Ереван Армения 예레반",
    "Asia/Dubai": "Дубай 두바이",
    "Asia/Jerusalem": "Gerusalemme Иерусалим Israel Israele Израиль 예루살렘",
    "Asia/Bangkok": "Бангкок 방콕",
    "Asia/Singapore": "Сингапур 싱가포르",
    "Asia/Kolkata": "India Индия Дели Delhi 인도",
    "Australia/Sydney": "Сидней 시드니",
    "Europe/London": "Londra Лондон UK England Inghilterra Англия 런던 영국",
    "Europe/Paris": "Parigi Париж France Francia Франция 파리 프랑스",
    "Europe/Berlin": "Berlino Берлин Germany Germania Германия 베를린 독일",
    "Europe/Madrid": "Мадрид Spain Spagna Испания 마드리드 스페인",
    "Europe/Vienna": "Вена Austria Австрия 빈",
    "Europe/Zurich": "Zurigo Цюрих Geneva Ginevra Женева 취리히 제네바",
    "Europe/Brussels": "Bruxelles Брюссель 브뤼셀",
    "Europe/Warsaw": "Varsavia Варшава 바르샤바",
    "Europe/Kyiv": "Kiev Киев Київ Ucraina Ukraine Украина 키이우",
    "Europe/Minsk": "Минск 민스크",
    "Europe/Istanbul": "Стамбул Turkey Turchia Турция 이스탄불",
    "Europe/Kaliningrad": "Калининград 칼리닌그라드",
    "Europe/Samara": "Самара 사마라",
    "Europe/Riga": "Рига 리가",
    "Europe/Vilnius": "Вильнюс 빌뉴스",
    "Europe/Tallinn": "Таллин 탈린",
    "Europe/Helsinki": "Хельсинки 헬싱키",
    "Europe/Athens": "Atene Афины 아테네",
    "Europe/Lisbon": "Lisbona Лиссабон 리스본",
    "America/New_York": "Нью-Йорк Washington Вашингтон 뉴욕 워싱턴",
    "America/Chicago": "Чикаго 시카고",
    "America/Los_Angeles": "Лос-Анджелес Francisco 로스앤젤레스",
    "America/Toronto": "Торонто 토론토",
    "America/Sao_Paulo": "Сан-Паулу 상파울루",
}

_OFFSET = re.compile(
    r"(?:(?:utc|gmt|z)\s*)?(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?|etc/gmt.*|gmt|z",
    re.IGNORECASE,
)
LONGEST_NAME = 60


class Zones:
    """The zones of the tz database that belong to places; read when first asked for, since that takes a while."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._names = Names(())

    async def find(self, typed: str, now: datetime) -> tuple[str | None, tuple[str, ...]]:
        """The zone with this very name, else None; and zones that a city, a slip or a fixed offset may stand for.

        A fixed offset is no answer: it is wrong for half of the year where clocks change.
        """
        if not self._known:
            self._names, self._known = await asyncio.to_thread(_load)
        name = typed.strip()[:LONGEST_NAME]
        if (offset := _OFFSET.fullmatch(name)) is not None:
            return None, self._at(offset, now)
        key = self._known.get(name.casefold().replace(" ", "_"))
        if key is not None:
            return key, ()
        found = [*self._names.exact(name), *self._names.holding(name)]
        found += [each for _, each in self._names.near(name, len(USUAL))] if not found else []
        return None, tuple(dict.fromkeys(found))

    def _at(self, offset: re.Match[str], now: datetime) -> tuple[str, ...]:
        if not offset["sign"]:
            return ("UTC", "Europe/London")
        east = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        meant = east if offset["sign"] == "+" else -east
        places = dict.fromkeys((*USUAL, *_CALLED))
        return tuple(each for each in places if now.astimezone(ZoneInfo(each)).utcoffset() == meant)


def _load() -> tuple[Names, dict[str, str]]:
    """Names of zones by what they are called, and the zones by their folded key."""
    keys = sorted(key for key in available_timezones() if _is_place(key))
    names = Names((key, (key, *_names(key))) for key in keys)
    return names, {key.casefold(): key for key in keys}


def _is_place(key: str) -> bool:
    # `Etc/GMT-3`, `EST` and `posix/…` are fixed offsets or other names for the same.
    return key == "UTC" or (key.partition("/")[0] in _CONTINENTS and "/" in key)


def _names(key: str) -> Iterable[str]:
    yield key.rpartition("/")[2].replace("_", " ")
    yield from _CALLED.get(key, "").split()


_CONTINENTS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())
