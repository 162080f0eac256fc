"""What people write of an entry in one line: `<statement> | source: <url> | topic: … | date: …`, in four languages.

Pure reading: what the values mean, and whether they fit together, is for `bot.services.drafting`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit, urlunsplit

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
    FieldName.BY: "by who chi secondo кто автор 주장 주장한-쪽 발언자 누가",
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
    Status.CLAIMED: """claimed claim dichiarato dichiarata sostenuto affermato affermazione
        заявлено утверждается утверждение 주장 주장됨
        unconfirmed non-confermato non-confermata не-подтверждено 미확인""",
    Status.DISPUTED: "disputed contestato contestata controverso оспаривается спорно 논란 논란-있음 논쟁 다툼",
    Status.RETRACTED: "retracted ritrattato ritirato отозвано 철회 철회됨",
}
STATUS_WORDS = {word: status for status, words in _STATUSES.items() for word in words.split()}
_SEVERITIES = {
    Severity.FLASH: "flash urgent urgente lampo молния срочно 속보 긴급",
    Severity.NORMAL: "normal normale обычная обычно 보통 일반",
    Severity.QUIET: "quiet silenzioso silenziosa тихо тихая 조용히 조용",
}
SEVERITY_WORDS = {word: severity for severity, words in _SEVERITIES.items() for word in words.split()}

_NAMED = re.compile(r"\s*([^\W\d_][\w-]{0,24}(?:[\s-]+[^\W\d_]\w{0,14})?)\s*[:：]\s*(.*)", re.DOTALL)
# It begins a word, or a bracket or quote before it: `example.org/?to=https://other.org` is one address, not the second.
_ADDRESS = re.compile(r"(?<![^\s<(\[«“‘\"'])(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>]+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=://)", re.IGNORECASE)
# Names whose last part is letters, as every top-level domain is: browsers read 0x7f.1 or 127.1 as an IP number.
_HOST = re.compile(r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_PRIVATE = frozenset("local localhost localdomain internal intranet private onion lan home corp arpa".split())
"""Last parts of names that mean nothing to readers, or something else on every network (RFC 2606, 6761, 8375)."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEPT = "%/?#:@!$&'()*+,;=[]-._~"
"""What an address may hold as it is; all else is written as percent signs, so that one page has one spelling."""
_STOPS = ".,;:!?…»”’\"'"
_EDGES = " ,;:–—-<>"
_OPENING = {")": "(", "]": "["}
MAX_ADDRESS = 500
MAX_HOST = 253


@dataclass(frozen=True, slots=True)
class Given:
    """One field as written. `name` is None where no such field is known; `word` is what stood there."""

    name: FieldName | None
    word: str
    value: str


def fold_word(word: str) -> str:
    """The form in which words of fields and values are compared."""
    return "-".join(unicodedata.normalize("NFKC", word).casefold().split())


def read_parts(text: str) -> tuple[str, tuple[Given, ...]]:
    """Part a line at its bars into what stands before the first field, and the fields.

    People write colons and bars in statements: a part before the first field belongs to the statement, unless it reads
    like a field whose name is wrong. An address alone is a source.
    """
    lead: list[str] = []
    given: list[Given] = []
    for part in unicodedata.normalize("NFC", text).split("|"):
        bare = part.strip()
        match = _NAMED.fullmatch(bare)
        name = FIELD_WORDS.get(fold_word(match[1])) if match else None
        if match and name is not None:
            given.append(Given(name, match[1], match[2]))
        elif _ADDRESS.match(bare):
            given.append(Given(FieldName.SOURCE, "", bare))
        elif not given and not (match and lead):
            lead.append(bare)
        elif bare:
            given.append(Given(None, match[1] if match else bare, match[2] if match else ""))
    return " | ".join(filter(None, lead)), tuple(given)


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
    """The addresses in a text, each with the words that follow it. Raises Mistake for a text without a usable one.

    The words before the first are its title where none follow. A text without http:// or www. may begin with an
    address; further on, names with a dot are taken for words of a title.
    """
    found = list(_ADDRESS.finditer(text))
    if not found:
        first, _, title = text.strip().partition(" ")
        yield Citation(read_address(_trimmed(first)), _title(title))
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        title = _title(text[match.end() : end])
        before = "" if at else _title(text[: match.start()]).lstrip("[(").rstrip("]")
        yield Citation(read_address(_trimmed(match[0])), title or before)


def _title(text: str) -> str:
    """The words between two addresses without what opens or closes around those."""
    title = text.lstrip(_EDGES + ")]»”’").rstrip(_EDGES + "([«“‘")
    return title if any(each.isalnum() for each in title) else ""


def _trimmed(word: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while word and (word[-1] in _STOPS or word.count(word[-1]) > word.count(_OPENING.get(word[-1], word[-1]))):
        word = word[:-1]
    return word


def read_address(text: str) -> str:
    """An address of the web in one spelling, in ASCII. Raises Mistake for one that readers can't open and trust."""
    refused = Mistake("fault-source-form", value=text)
    typed = _SCHEME.match(text)
    scheme = typed[0].lower() if typed else "https"
    if scheme not in _DEFAULT_PORTS:
        raise Mistake("fault-source-scheme", value=text, scheme=scheme)
    # What can't be seen makes an address look like another one.
    if any(each.isspace() or unicodedata.category(each).startswith("C") for each in text):
        raise refused
    try:
        parts = urlsplit(text if typed else f"https://{text}")
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        raise refused from None
    # A login in an address misleads about the host.
    if not _is_public(host) or "@" in parts.netloc or port == 0:
        raise refused
    netloc = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    rest = (quote(each, safe=_KEPT) for each in (parts.path, parts.query, parts.fragment))
    url = urlunsplit((scheme, netloc, *rest))
    if len(url) > MAX_ADDRESS:
        raise refused
    return url


def _is_public(host: str) -> bool:
    """Whether a name can be a publisher's; one without a dot and a bare IP number can't."""
    return len(host) <= MAX_HOST and _HOST.fullmatch(host) is not None and host.rpartition(".")[2] not in _PRIVATE


def _ascii_host(host: str) -> str:
    """A host as browsers ask for it. Raises ValueError for letters that no name is written in.

    Python's own codec follows the rules of 2003, by which straße.de is strasse.de: another publisher.
    """
    labels = unicodedata.normalize("NFKC", host).lower().removesuffix(".").split(".")
    return ".".join(each if each.isascii() else _punycode(each) for each in labels)


def _punycode(label: str) -> str:
    if not all(each.isalnum() or each in "-_" for each in label):
        raise ValueError(label)
    return "xn--" + label.encode("punycode").decode("ascii")


def host_of(url: str) -> str:
    """The host of an address without its `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
