"""Where a treaty stood on a day, in a sentence."""

from __future__ import annotations

from bot.core.documents import Code, Inlines, inlines
from bot.core.entries import Instrument, InstrumentState
from bot.core.ports import Words


def state_line(instrument: Instrument, words: Words, day: str | None) -> Inlines:
    """Where a treaty stood on a day (None: stands), the date that made it so, and the facts that dispute its dates.

    A disputed date is disputed on either side of it: on the days before, it may have come already.
    """
    state = instrument.state_on(day or "9999-12-31")
    begins = ends = None
    match state:
        case InstrumentState.ENTERING | InstrumentState.IN_FORCE:
            moment, begins, ends = instrument.in_force, instrument.in_force_note, instrument.ended_note
        case InstrumentState.ENDING | InstrumentState.ENDED:
            moment, ends = instrument.ended, instrument.ended_note
        case InstrumentState.SIGNED | InstrumentState.SIGNED_UNKNOWN:
            moment, begins, ends = instrument.signed, instrument.in_force_note, instrument.ended_note
        case InstrumentState.NOT_YET_SIGNED | InstrumentState.SIGNING:
            moment = instrument.signed
    found = list(inlines(words.text(f"instrument-{state.value}", date=words.date(moment) if moment else "—")))
    if begins:
        found += inlines(" ", words.text("card-in-force-disputed"), " ", Code(f"/fact {begins}"))
    if ends:
        found += inlines(" ", words.text("card-ended-disputed"), " ", Code(f"/fact {ends}"))
    return tuple(found)
