from __future__ import annotations

from bot.app import Core
from bot.services.inbox import StoredInbox


async def test_an_update_is_new_once_even_after_a_restart(core: Core) -> None:
    """An update that comes again is known, in whatever order the numbers run, also to a bot started anew."""
    inbox = StoredInbox(core.store, core.clock, "telegram")
    await inbox.open()
    assert [inbox.take(number) for number in (900, 5, 900, 901, 5)] == [True, True, False, True, False]
    await inbox.kept()
    anew = StoredInbox(core.store, core.clock, "telegram")
    await anew.open()
    assert [anew.take(number) for number in (900, 5, 901, 902)] == [False, False, False, True]
    await anew.close()
    await inbox.close()


async def test_many_updates_are_noted_together(core: Core) -> None:
    """A thousand updates at once are all remembered."""
    inbox = StoredInbox(core.store, core.clock, "telegram")
    assert all(inbox.take(number) for number in range(1000))
    await inbox.kept()
    assert len(await core.store.seen("telegram")) == 1000
    await inbox.close()
