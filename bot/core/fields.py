"""What people write of an entry in one line: `<statement> | source: <url> | topic: … | date: …`, in four languages.

Pure reading: what the values mean, and whether they fit together, is for `bot.services.drafting`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from bot.core.editorial import Severity
from bot.core.entries import LOCALES, Status
from bot.core.errors import Mistake


class FieldName(StrEnum):
    """The parts of an entry that people can write. A language's code is the text in that language."""

    STATEMENT = "statement"
    TITLE = "title"
    SOURCE = "source"
    TOPIC = "topic"
    ARTICLE = "article"
    DATE = "date"
    STATUS = "status"
    BY = "by"
    AGAINST = "against"
    AGAINST_BY = "against-by"
    AGAINST_SOURCE = "against-source"
    SEVERITY = "severity"
    NOTE = "note"
    IT = "it"
    EN = "en"
    RU = "ru"
    KO = "ko"


TEXTS = frozenset(FieldName(locale) for locale in LOCALES)
REPEATED = frozenset({FieldName.SOURCE, FieldName.AGAINST_SOURCE, FieldName.TOPIC, FieldName.ARTICLE})
"""Fields that may be given more than once."""

_WORDS = {
    FieldName.STATEMENT: "statement text fact testo affermazione dichiarazione текст утверждение факт 진술 내용 본문",
    FieldName.TITLE: "title titolo заголовок название 제목",
    FieldName.SOURCE: "source sources fonte fonti источник источники 출처",
    FieldName.TOPIC: "topic topics tema argomento тема темы 주제",
    FieldName.ARTICLE: "article art articolo articoli статья ст 조항 조",
    FieldName.DATE: "date data дата 날짜 일자",
    FieldName.STATUS: "status stato статус 상태",
    FieldName.BY: "by who chi secondo кто автор 주장 발언자 누가",
    FieldName.AGAINST: "against contro против возражение 반론",
    FieldName.AGAINST_BY: "against-by contro-chi contro-secondo против-кто возражает 반론자",
    FieldName.AGAINST_SOURCE: "against-source contro-fonte против-источник 반론출처 반론-출처",
    FieldName.SEVERITY: "severity gravità gravita urgenza срочность важность 긴급도 중요도",
    FieldName.NOTE: "note nota заметка примечание 메모 비고",
    FieldName.IT: "it italiano italian итальянский 이탈리아어",
    FieldName.EN: "en english inglese английский 영어",
    FieldName.RU: "ru russian russo русский 러시아어",
    FieldName.KO: "ko korean coreano корейский 한국어",
}
FIELD_WORDS = {word: name for name, words in _WORDS.items() for word in words.split()}
"""What people call the fields, folded, in the four languages."""

_STATUSES = {
    Status.CONFIRMED: "confirmed confermato confermata подтверждено подтвержден подтверждён 확인 확인됨",
    Status.CLAIMED: "claimed claim dichiarato dichiarata sostenuto affermato заявлено утверждается 주장 주장됨",
    Status.DISPUTED: "disputed contestato contestata controverso оспаривается спорно 논란 논쟁 다툼",
    Status.RETRACTED: "retracted ritrattato ritirato отозвано 철회 철회됨",
}
STATUS_WORDS = {word: status for status, words in _STATUSES.items() for word in words.split()}
_SEVERITIES = {
    Severity.FLASH: "flash urgent urgente lampo молния срочно 속보 긴급",
    Severity.NORMAL: "normal normale обычная обычно 보통 일반",
    Severity.QUIET: "quiet silenzioso silenziosa тихо тихая 조용히 조용",
}
SEVERITY_WORDS = {word: severity for severity, words in _SEVERITIES.items() for word in words.split()}

_NAMED = re.compile(r"\s*([^\W\d_][\w-]{0,24}(?:[ -][^\W\d_]\w{0,14})?)\s*[:：]\s*(.*)", re.DOTALL)
_ADDRESS = re.compile(r"\S*://\S+|(?:www\.)\S+", re.IGNORECASE)
MAX_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Given:
    """One field as written. `name` is None where no such field is known; `word` is what stood there."""

    name: FieldName | None
    word: str
    value: str


def fold_word(word: str) -> str:
    """The form in which words of fields and values are compared."""
    return unicodedata.normalize("NFKC", word).casefold().strip().replace(" ", "-")


def read_parts(text: str) -> tuple[str, tuple[Given, ...]]:
    """Part a line at its bars into what stands before the first field, and the fields.

    A part before the first field that has no known name belongs to the statement, bars and all: people write colons.
    """
    lead: list[str] = []
    given: list[Given] = []
    for at, part in enumerate(text.split("|")):
        match = _NAMED.fullmatch(part)
        name = FIELD_WORDS.get(fold_word(match[1])) if match else None
        if match and name is not None:
            given.append(Given(name, match[1], match[2].strip()))
        elif at == 0:
            lead.append(part.strip())
        elif part.strip():
            given.append(Given(None, match[1] if match else part.strip(), match[2].strip() if match else ""))
    return " ".join(lead), tuple(given)


def language_of(text: str, locale: str) -> str:
    """The language a text is most likely written in, by its script; the writer's own where that says nothing."""
    letters = [unicodedata.name(each, "").partition(" ")[0] for each in text if each.isalpha()]
    for script, language in (("HANGUL", "ko"), ("CYRILLIC", "ru")):
        if letters.count(script) * 2 > len(letters):
            return language
    if locale in ("ru", "ko") and letters.count("LATIN") * 2 > len(letters):
        return "en"
    return locale


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as an editor names it: an address, and what they wrote beside it."""

    url: str
    title: str = ""


def citations(text: str) -> Iterator[Citation]:
    """The addresses in a text, each with the words that follow it. Raises Mistake for a text without a usable one."""
    found = list(_ADDRESS.finditer(text))
    if not found:
        raise Mistake("fault-source-form", value=text)
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        yield Citation(read_address(match[0].rstrip(",;")), text[match.end() : end].strip(" ,;–—-"))


def read_address(text: str) -> str:
    """An address of the web in one spelling. Raises Mistake where it is none that readers can open and trust."""
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Mistake("fault-source-form", value=text) from None
    if parts.scheme.lower() not in ("http", "https"):
        raise Mistake("fault-source-scheme", value=text, scheme=parts.scheme)
    # A login in an address misleads about the host; a name without a dot or a bare number is no publisher.
    if "@" in parts.netloc or not _is_public_name(host) or len(text) > MAX_ADDRESS or port == 0:
        raise Mistake("fault-source-form", value=text)
    netloc = _ascii_host(host) + (f":{port}" if port else "")
    return SplitResult(parts.scheme.lower(), netloc, parts.path, parts.query, parts.fragment).geturl()


def _is_public_name(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    last = labels[-1]
    usable = all(label and len(label) <= 63 and not label.startswith("-") for label in labels)
    known = last not in ("local", "localhost", "internal", "onion", "lan", "home", "corp")
    return len(labels) > 1 and usable and known and not last.isdigit() and re.fullmatch(r"[\w.-]+", host) is not None


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Mistake("fault-source-form", value=host) from None


def host_of(url: str) -> str:
    """The host of an address without its `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
