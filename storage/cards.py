"""Writing what the desk works with: review chats and cards, guarded lines, forms."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.editorial import Act, Proposal
from bot.core.places import ChatRef, UserRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from storage import audit
from storage.bodies import canonical
from storage.engine import upsert
from storage.proposals import row_of
from storage.schema import accounts, forms, guarded_lines, proposals, review_cards, review_chats


async def set_review_chat(connection: AsyncConnection, chat: ChatRef, act: Act, *, on: bool) -> None:
    """See `Newsroom.set_review_chat`."""
    # The private chat of somebody on Telegram has their number, and the log must hold nobody's.
    somebody = await connection.scalar(select(accounts.c.pseudonym).where(accounts.c.ref == str(chat)))
    if on:
        await upsert(connection, review_chats, [{"chat": str(chat), "at": act.at}])
    else:
        await connection.execute(delete(review_chats).where(review_chats.c.chat == str(chat)))
    await audit.append(connection, act, "set-review-chat" if on else "drop-review-chat", somebody or str(chat))


async def set_posted(connection: AsyncConnection, posted: Posted) -> None:
    """See `Newsroom.set_posted`."""
    # Locked, so that a decision made meanwhile either is seen here or finds the card.
    wanted = await connection.scalar(
        select(proposals.c.version).where(proposals.c.id == posted.proposal).with_for_update()
    )
    row: dict[str, object] = {
        "chat": str(posted.message.chat),
        "message": posted.message.id,
        "proposal": posted.proposal,
        "version": posted.version,
        "wanted": posted.version if wanted is None else wanted,
    }
    await upsert(connection, review_cards, [row], replace=("proposal", "version", "wanted"))


async def move_chat(connection: AsyncConnection, old: ChatRef, new: ChatRef) -> None:
    """See `Newsroom.move_chat`."""
    was = await connection.scalar(select(review_chats.c.at).where(review_chats.c.chat == str(old)))
    if was is not None:
        await upsert(connection, review_chats, [{"chat": str(new), "at": was}])
        await connection.execute(delete(review_chats).where(review_chats.c.chat == str(old)))
    group_before, group_now = (str(ChatRef(each.platform, each.id)) for each in (old, new))
    moved = update(guarded_lines).where(guarded_lines.c.chat == group_before).values(chat=group_now)
    await connection.execute(moved)
    await connection.execute(delete(review_cards).where(review_cards.c.chat == str(old)))


async def change(connection: AsyncConnection, proposal: Proposal) -> None:
    """Write a proposal's row anew, and have all its cards show that. The only way in which a proposal changes."""
    own = proposals.c.id == proposal.id
    await connection.execute(update(proposals).where(own).values(row_of(proposal)))
    shown = review_cards.c.proposal == proposal.id
    await connection.execute(update(review_cards).where(shown).values(wanted=proposal.version))


async def guard_line(connection: AsyncConnection, token: str, guarded: GuardedLine, at: str) -> None:
    """See `Newsroom.guard_line`. What a button does never changes; kept again it only lasts longer."""
    row: dict[str, object] = {
        "token": token,
        "line": guarded.line,
        "chat": str(guarded.chat),
        "actor": None if guarded.actor is None else str(guarded.actor),
        "at": at,
    }
    await upsert(connection, guarded_lines, [row], replace=("at",))


async def set_form(connection: AsyncConnection, user: UserRef, form: OpenForm | None, at: str) -> None:
    """See `Newsroom.set_form`."""
    if form is None:
        await connection.execute(delete(forms).where(forms.c.ref == str(user)))
        return
    row: dict[str, object] = {
        "ref": str(user),
        "line": form.line,
        "answers": canonical(form.answers),
        "asked": form.asked,
        "at": at,
    }
    await upsert(connection, forms, [row], replace=("line", "answers", "asked", "at"))
