"""What people on Telegram see: through the real library, a socket, and a server that keeps Telegram's limits."""

from __future__ import annotations

import asyncio

from bot.core.documents import Document, Heading, OpenLink, RunCommand, Strong, Text, paragraph
from bot.core.places import ChatKind
from bot.core.requests import Card, Origin, Outcome, Reply
from tests.adapters.fakes import FakeAnswers, echo
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, FORUM, GROUP, SUPERGROUP, TelegramApi
from tests.platforms.telegram_limits import units

PRIVATE = Reply(Document((paragraph("only for you"),)), private=True, locale="en")
REFUSED = Reply(Document((paragraph("not by you"),)), outcome=Outcome.REFUSED, locale="en")
MISTAKEN = Reply(Document((paragraph("not like this"),)), outcome=Outcome.MISTAKE, locale="en")
LONG_PRIVATE = Reply(Document((paragraph("only for you " * 30),)), private=True, locale="en")


async def test_a_person_writes_in_private(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Whatever a person writes to the bot in private is answered, commands or not, with the person's language known."""
    await connect()
    answer = await api.say("/treaty 4")
    assert answer.text == "you said: /treaty 4"
    assert answer.buttons == {"Next": "treaty 5"}
    assert (await api.say("what is article 4?")).text == "you said: what is article 4?"
    first = answers.requests[0]
    assert (str(first.actor.user), str(first.chat), first.kind) == (
        f"telegram:{ANNA}",
        f"telegram:{ANNA}",
        ChatKind.PRIVATE,
    )
    assert (first.platform_locale, first.addressed, first.origin) == ("en", True, Origin.TYPED)
    assert await first.actor.is_chat_admin()


async def test_a_group_hears_only_commands(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """In a group plain talk and other bots' commands are left alone; a command is answered where it was given."""
    await connect()
    for text in ("hello all", "/treaty@other_bot 4", "see /treaty 4", "/ 4", "/трактат"):
        await api.write(text, chat=GROUP)
    answer = await api.say("/treaty@Pactwatch_Bot 4", chat=GROUP)
    assert answer.text == "you said: /treaty 4"
    assert answer.params["reply_parameters"]["message_id"] == 6
    assert (await api.say("/treaty 5", chat=GROUP)).text == "you said: /treaty 5"
    assert [(request.line, request.addressed) for request in answers.requests] == [
        ("/treaty 4", True),
        ("/treaty 5", False),
    ]


async def test_a_topic_is_answered_in_the_topic(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """An answer in a forum stays in its topic, a button pressed there too."""
    await connect()
    forum = {"id": FORUM, "is_forum": True}
    answer = await api.say("/treaty 4", chat=forum, thread=7)
    assert answer.thread == 7
    await api.press(answer, "Next")
    assert [str(request.chat) for request in answers.requests] == [f"telegram:{FORUM}/7"] * 2


async def test_what_is_no_new_command_does_nothing(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Edited, forwarded and channel messages, and captions, never run a command."""
    await connect()
    await api.say("/treaty 1")
    await api.write("/treaty 2", edited=1, force=True)
    await api.write("/treaty 3", forwarded=True)
    await api.write(None, caption="/treaty 4")
    await api.write("/treaty 5", chat={"id": -1_000_000_000_700, "type": "channel"}, channel=True, force=True)
    assert (await api.say("/treaty 6")).text == "you said: /treaty 6"
    assert [request.line for request in answers.requests] == ["/treaty 1", "/treaty 6"]


async def test_administrators_are_asked_for_only_when_needed(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """Telegram tells who is an administrator of a group, and is asked only by who wants to know."""
    await connect()
    group = {"id": GROUP, "members": {ANNA: "administrator", 1002: "member"}}
    await api.say("/treaty", chat=group)
    await api.say("/treaty", chat=group, user=1002)
    assert not await api.records("getChatMember")
    assert [await request.actor.is_chat_admin() for request in answers.requests] == [True, False]
    await api.fault(method="getChatMember", status=400, description="Bad Request: user not found")
    assert not await answers.requests[0].actor.is_chat_admin()


async def test_an_answered_message_is_quoted(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A command given in answer to a message brings that message's text along, or the part that was marked."""
    await connect()
    claim = await api.write("Troops are obliged.", chat=GROUP)
    await api.say("/check", chat=GROUP, reply_to=claim["message_id"])
    await api.say("/check", chat=GROUP, reply_to=claim["message_id"], quote="obliged")
    picture = await api.write(None, caption="A map.", chat=GROUP)
    await api.say("/check", chat=GROUP, reply_to=picture["message_id"])
    assert [request.quoted for request in answers.requests] == ["Troops are obliged.", "obliged", "A map."]


async def test_a_button_changes_its_message(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Pressing a button shows the next page in the same message; pressing it once more is no fault."""
    await connect()
    answer = await api.say("/treaty 4")
    turned = await api.press(answer, "Next")
    assert (turned.method, turned.id, turned.text) == ("editMessageText", answer.id, "you said: treaty 5")
    again = len(await api.records())
    await api.push_button(turned, "Next")
    await api.records("answerCallbackQuery", since=again, wait=1)
    await api.records("editMessageText", since=again, wait=1)
    assert len(await api.sent()) == 1
    assert answers.requests[1].origin is Origin.BUTTON


async def test_a_button_of_a_lost_message_sends_a_new_one(api: TelegramApi, connect: Connect) -> None:
    """A button on a message that is too old or gone still brings its answer, as a new message."""
    await connect()
    answer = await api.say("/treaty 4")
    assert (await api.press(answer, "Next", inaccessible=True)).method == "sendMessage"
    await api.fault(method="editMessageText", status=400, description="Bad Request: message to edit not found")
    since = len(await api.records())
    await api.push_button(answer, "Next")
    assert (await api.sent(chat=ANNA, since=since, wait=1))[0].text == "you said: treaty 5"


async def test_a_silent_button_stops_spinning(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A button that has nothing to say is confirmed all the same, and its message stays."""
    await connect()
    answer = await api.say("/treaty 4")
    answers.reply = lambda _: None
    await api.push_button(answer, "Next")
    await api.records("answerCallbackQuery", wait=1)
    assert not await api.records("editMessageText")


async def test_a_message_of_inline_mode_is_edited_by_its_own_id(api: TelegramApi, connect: Connect) -> None:
    """Buttons work under messages that were sent through inline mode into chats the bot is not in."""
    await connect()
    await api.order("callback", user=ANNA, data="treaty 5", inline_message_id="AAQ1")
    (edit,) = await api.records("editMessageText", wait=1)
    assert (edit["params"]["inline_message_id"], edit["params"]["text"]) == ("AAQ1", "you said: treaty 5")


async def test_what_is_private_stays_private(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A private answer to a group's command comes in the private chat; who has none is told how to open one."""
    await connect()
    answers.reply = lambda _: PRIVATE
    await api.write("/settings", chat=GROUP)
    pointer = (await api.sent(chat=GROUP, wait=1))[0]
    assert pointer.text == "private-first (en)"
    assert pointer.buttons == {"@pactwatch_bot": "https://t.me/pactwatch_bot?start=settings"}
    await api.say("/start")
    since = len(await api.records())
    await api.write("/settings", chat=GROUP)
    assert (await api.sent(chat=ANNA, since=since, wait=1))[0].text == "only for you"
    assert not await api.sent(chat=GROUP, since=since)


async def test_a_private_answer_to_a_button_is_an_alert(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """A short private answer to a button in a group shows to who pressed it; a long one goes to the private chat."""
    await connect()
    answer = await api.say("/treaty 4", chat=GROUP)
    answers.reply = lambda _: PRIVATE
    await api.push_button(answer, "Next")
    (alert,) = await api.records("answerCallbackQuery", wait=1)
    assert (alert["params"]["text"], alert["params"]["show_alert"]) == ("only for you", "true")
    answers.reply = lambda _: LONG_PRIVATE
    await api.say("/start")
    await api.push_button(answer, "Next")
    assert (await api.records("answerCallbackQuery", wait=2))[1]["params"]["text"] == "private-pointer (en)"
    assert len(await api.sent(chat=ANNA)) == 2
    assert not await api.records("editMessageText")


async def test_a_refused_press_leaves_the_card_alone(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Whoever may not press a button in a group is told so alone, and the card stays as it is for the others."""
    await connect()
    card = await api.say("/queue", chat=SUPERGROUP)
    answers.reply = lambda _: REFUSED
    assert await api.alert(card, "Next", user=1002) == "not by you"
    answers.reply = lambda _: Reply(REFUSED.document, outcome=Outcome.REFUSED, private=True)
    assert await api.alert(card, "Next", user=1002) == "not by you"
    answers.reply = lambda _: MISTAKEN
    assert await api.alert(card, "Next", user=1002) == "not like this"
    answers.reply = lambda _: Reply(Document((paragraph("нет 👩 " * 60),)), outcome=Outcome.REFUSED)
    long = await api.alert(card, "Next", user=1002)
    assert 150 < units(long) <= 200
    assert long.endswith("…")
    await api.order("callback", user=ANNA, data="treaty 5", inline_message_id="AAQ1")
    await api.records("answerCallbackQuery", wait=5)
    assert not await api.records("editMessageText")
    assert len(await api.records("sendMessage")) == 1


async def test_a_refused_press_in_private(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """In private a refusal is an alert too, or a new message once it is too late for one; a mistake changes its card."""
    await connect()
    card = await api.say("/queue")
    answers.reply = lambda _: REFUSED
    assert await api.alert(card, "Next") == "not by you"
    await api.fault(method="answerCallbackQuery", status=400, description="Bad Request: query is too old")
    since = len(await api.records())
    await api.push_button(card, "Next")
    assert [sent.text for sent in await api.sent(chat=ANNA, since=since, wait=1)] == ["not by you"]
    assert not await api.records("editMessageText")
    assert len(await api.sent(chat=ANNA)) == 2
    answers.reply = lambda _: MISTAKEN
    assert (await api.press(card, "Next")).text == "not like this"


async def test_what_is_discreet_is_answered_in_place(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """An answer that other platforms show to one person alone stands where it was asked for, a press's in its message."""
    await connect()
    answers.reply = lambda request: Reply(echo(request).document, discreet=True)
    card = await api.say("/addfact", chat=GROUP)
    assert card.text == "you said: /addfact"
    assert (await api.press(card, "Next")).id == card.id
    assert not await api.sent(chat=ANNA)


async def test_deep_links(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A link t.me/bot?start=treaty_4 asks what it says; anything that is no such payload is an ordinary /start."""
    await connect()
    expected = {
        "/start treaty_4": ("treaty 4", Origin.LINK),
        "/start fact_troops-2024": ("fact troops-2024", Origin.LINK),
        "/start": ("/start", Origin.TYPED),
        "/start _": ("/start _", Origin.TYPED),
        "/start treaty 4": ("/start treaty 4", Origin.TYPED),
        "/start " + "a" * 65: ("/start " + "a" * 65, Origin.TYPED),
    }
    for text in expected:
        await api.say(text)
    assert [(request.line, request.origin) for request in answers.requests] == list(expected.values())


async def test_inline_mode_offers_cards(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Typing the bot's name in any chat offers cards with their text, form and buttons."""
    await connect()
    blocks = (Heading((Text("Art. 4"),)), paragraph("Mutual ", Strong("aid")))
    buttons = ((RunCommand("5", "treaty 5"), OpenLink("Text", "https://example.org/4")),)
    card = Card("a4", "Article 4", "Mutual aid", Reply(Document(blocks, buttons)))
    answers.found = lambda request: (card,) if request.origin is Origin.INLINE else ()
    (result,) = await api.inline("art 4")
    content = result["input_message_content"]
    assert (result["title"], result["description"]) == ("Article 4", "Mutual aid")
    assert content["message_text"] == "Art. 4\nMutual aid"
    assert [entity["type"] for entity in content["entities"]] == ["bold", "bold"]
    assert len(result["reply_markup"]["inline_keyboard"][0]) == 2
    answers.found = lambda _: ()
    assert await api.inline("nothing") == []


async def test_a_chat_keeps_its_order_and_holds_up_no_other(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """Answers of one chat come in the order of its questions; a slow one keeps nobody else waiting."""
    gate = asyncio.Event()

    async def slow(request) -> None:
        if request.line == "slow":
            await gate.wait()

    answers.slow = slow
    await connect()
    await api.write("slow")
    await api.write("quick")
    assert (await api.say("other", user=1002)).text == "you said: other"
    gate.set()
    await api.sent(chat=ANNA, wait=2)
    assert [sent.text for sent in await api.sent(chat=ANNA)] == ["you said: slow", "you said: quick"]


async def test_an_update_acts_once(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """An update that Telegram sends again, whatever its number, is not answered again."""
    await connect()
    await api.say("/treaty 4")
    (update,) = [1]
    message = {"message_id": 1, "date": 1, "text": "/treaty 9", "chat": {"id": ANNA, "type": "private"}}
    message["from"] = {"id": ANNA, "is_bot": False, "first_name": "A"}
    await api.order("raw", update={"update_id": update, "message": message})
    await api.order("raw", update={"update_id": 900_000_000, "message": message})
    await until(lambda: len(answers.requests) == 2)
    await api.order("raw", update={"update_id": 5, "message": message | {"text": "/treaty 7"}})
    await until(lambda: len(answers.requests) == 3)
    assert [request.line for request in answers.requests] == ["/treaty 4", "/treaty 9", "/treaty 7"]


async def test_an_unreadable_update_keeps_nobody_waiting(api: TelegramApi, connect: Connect) -> None:
    """An update the library can't make sense of is skipped; the next one is answered."""
    await connect()
    await api.order("raw", update={"message": {"message_id": "x"}})
    await api.order("raw", update={"message": 5})
    await api.order("raw", update={"some_new_kind": {}}, force=True)
    assert (await api.say("/treaty 4")).text == "you said: /treaty 4"


async def test_menus_are_registered_by_language_and_scope(api: TelegramApi, connect: Connect) -> None:
    """Each language sees what everybody may run and the bot's description in its own words; others see the default's."""
    await connect(story={"it": "Un patto", "en": "A pact", "ru": "Пакт"})
    await api.records("setMyDescription", "setMyShortDescription", wait=10)
    state = await api.state()
    scopes = {"all_private_chats", "all_group_chats"}
    assert set(state["commands"]) == {
        f"{scope}/{language}" for scope in scopes for language in ("", "it", "en", "ru", "ko")
    }
    assert state["commands"]["all_group_chats/ko"] == [
        {"command": "treaty", "description": "command-treaty (ko)"},
        {"command": "article", "description": "command-treaty (ko)"},
        {"command": "suggest", "description": "command-suggest (ko)"},
    ]
    assert state["commands"]["all_private_chats/"][0]["description"] == "command-treaty (it)"
    assert {each["command"] for each in state["commands"]["all_private_chats/"]} == {"treaty", "article", "suggest"}
    assert state["texts"]["description"]["ru"] == "bot-description (ru) story=Пакт"
    assert state["texts"]["short_description"][""] == "bot-short-description (it) story=Un patto"
