"""What comes in and what goes out of the dispatcher, the same for every platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.authority import READER, Role, Standing
from bot.core.places import ChatKind, ChatRef, UserRef
from bot.core.subscriptions import PlaceKind

if TYPE_CHECKING:
    from bot.core.documents import Document
    from bot.core.errors import PactwatchError
    from bot.core.ports import Words


class Origin(StrEnum):
    """How the command line reached us: typed by a person, or carried by a button, a deep link or an inline query."""

    TYPED = "typed"
    BUTTON = "button"
    LINK = "link"
    INLINE = "inline"


class Dialog(StrEnum):
    """How a place can ask for several things at once: a form on the screen, one question after the other, or not."""

    NONE = "none"
    MODAL = "modal"
    STEPS = "steps"


async def _not_admin() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Administered:
    """A chat that somebody administers. `postable`: the bot may write there."""

    chat: ChatRef
    title: str
    postable: bool
    kind: PlaceKind = PlaceKind.CHANNEL


async def _no_chat(_name: str) -> Administered | None:
    return None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request.

    role: set where the place itself settles it (the terminal's `--as`); None leaves it to the store.
    accountable: False for identities that stand for many (anonymous admins, channels, webhooks): they read like
    anybody and never change anything.
    is_chat_admin: asks the platform, and only when somebody wants to change the chat's own settings. administers: asks
    it about another chat (`@name` or its number); None where the person is no administrator there.
    """

    user: UserRef
    role: Role | None = None
    accountable: bool = True
    is_chat_admin: Callable[[], Awaitable[bool]] = _not_admin
    administers: Callable[[str], Awaitable[Administered | None]] = _no_chat


@dataclass(frozen=True, slots=True)
class Request:
    """One command line from one person in one place.

    line: as typed, without the bot's name: `/treaty article4`, or a button's `treaty 5`.
    values: options a platform already took apart (Discord), by parameter name; `line` then holds the command only.
    platform_locale: what the platform says about the person's language, e.g. `pt-BR`; often missing.
    addressed: the person clearly spoke to this bot, so silence would be rude (private chat, `/x@name`, a button).
    quoted: text of the message replied to, for commands that look at one; quoted_links: where that message stands and
    what it links to, the best source first. dialog: how the place can ask for more. place: what sort of place it is for
    messages nobody asked for; space: the server that a Discord channel belongs to.
    """

    line: str
    actor: Actor
    chat: ChatRef
    kind: ChatKind = ChatKind.PRIVATE
    origin: Origin = Origin.TYPED
    values: dict[str, str] | None = None
    platform_locale: str | None = None
    addressed: bool = True
    quoted: str | None = None
    quoted_links: tuple[str, ...] = ()
    dialog: Dialog = Dialog.NONE
    place: PlaceKind = PlaceKind.PRIVATE
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to a handler: the reader's language is settled and the words for it are at hand.

    pinned: the language was asked for this one answer (`treaty 4 in:ru`), so its buttons must carry it on. standing:
    what the person may do, looked up when the command ran; READER where a command asks no more.
    """

    request: Request
    locale: str
    words: Words
    standing: Standing = READER
    pinned: bool = False


class Outcome(StrEnum):
    """What became of a request; the public names of `chat --json`."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing a form asks for. `name` is the parameter it fills; `long`: several lines may be written.

    choices: what may be picked, as (value, label); empty for free text.
    """

    name: str
    label: str
    question: str
    required: bool = False
    long: bool = False
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What a command wants to know, for platforms with a dialog. `line`: the command that the answers belong to.

    check: what is wrong with the answers so far, each fault with the `field` it is about; asked after each step.
    A modal of Discord holds five fields, so it shows the first five only.
    """

    line: str
    title: str
    fields: tuple[FormField, ...]
    check: Callable[[Mapping[str, str]], Awaitable[tuple[PactwatchError, ...]]] | None = None


@dataclass(frozen=True, slots=True)
class Shows:
    """That a message shows a proposal, at one of its versions, and is to be changed when it moves on."""

    proposal: int
    version: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a reply: text in UTF-8, which a place without files shows instead of the document."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """The answer to one request.

    refs: the entries shown, best first. private: for the person's eyes only. discreet: shown to nobody else where the
    platform can do that in place, and in place elsewhere. command: the command that answered. form: what to ask for
    where the place has a dialog; the document then stands for it elsewhere. below: sent as a message of its own, also
    where a button was pressed. shows: the proposal that the message stands for; who sends it tells `Answers.shown`.
    file: sent as a message of its own after the others.
    locale: the language it is in, where that is not the one asked in. lasting: False for an answer that is only true
    today, so that it is not served again from memory.
    renderings: what each platform's renderer made of it. A reply served again from memory is rendered once; that
    is most of what an answer to `/treaty 4` costs.
    """

    document: Document
    outcome: Outcome = Outcome.ANSWERED
    refs: tuple[str, ...] = ()
    private: bool = False
    discreet: bool = False
    form: Form | None = None
    below: bool = False
    shows: Shows | None = None
    file: File | None = None
    command: str = ""
    locale: str = ""
    lasting: bool = True
    renderings: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the request was carried out (an honest "nothing on this" counts)."""
        return self.outcome not in (Outcome.REFUSED, Outcome.MISTAKE)


@dataclass(frozen=True, slots=True)
class Card:
    """One result of an inline query: a title and a line to choose it by, and the document it then posts."""

    id: str
    title: str
    summary: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion while somebody types an option: what they see and what is sent."""

    label: str
    value: str
