"""Measuring: how often the right entry comes first, and how well what nothing answers is told from the rest."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bot.core.requests import Outcome
from bot.embedding import E5, PASSAGE, QUESTION, ship
from bot.services.indexing import sample_texts, texts_of
from storage.dossier import read_dossier, shipped_dossier, shipped_vectors
from tests.questions.sets import Asked, Stand, embedder, open_stand, read

LANGUAGES = ("it", "en", "ru", "ko")
GOALS = {"all": (0.90, 0.97), "each": (0.85, 0.95)}
REFUSED, ANSWERED = 0.90, 0.90


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a question. rank: of the first entry that answers, from 0; None where it was not found."""

    asked: Asked
    rank: int | None
    outcome: Outcome
    seconds: float


async def ship_vectors() -> None:
    """Write the vectors of the shipped dossier's texts."""
    dossier, faults = read_dossier(shipped_dossier())
    assert dossier is not None, faults
    texts = [(PASSAGE, text) for entry in dossier.entries for text in texts_of(entry).values()]
    texts += [(QUESTION, text) for each in dossier.questions for text in sample_texts(each.texts).values()]
    # What the file has already is not read again.
    ship(texts, embedder() if shipped_vectors().exists() else E5(), shipped_vectors())
    print(f"{shipped_vectors()}: {len(texts)} vectors, {shipped_vectors().stat().st_size:,} bytes", file=sys.stderr)


def _rank(asked: Asked, refs: Sequence[str]) -> int | None:
    return next((at for at, ref in enumerate(refs) if ref in asked.gold), None)


async def ask_all(stand: Stand, questions: Sequence[Asked], *, by_words_alone: bool = False) -> list[Result]:
    """The product's answers."""
    results = []
    for asked in questions:
        began = time.perf_counter()
        found = await stand.answering.weigh(asked.text, by_words_alone=by_words_alone)
        seconds = time.perf_counter() - began
        shown = () if found.outcome is Outcome.UNKNOWN else found.entries  # as the reader is shown nothing then
        results.append(Result(asked, _rank(asked, [each.ref for each in shown]), found.outcome, seconds))
    return results


async def _plain_search(stand: Stand, questions: Sequence[Asked]) -> list[Result]:
    """Full text alone, as `/search` ranks."""
    results = []
    for asked in questions:
        page = await stand.lookup.search(asked.text, asked.lang, offset=0, limit=30)
        outcome = Outcome.ANSWERED if page.items else Outcome.UNKNOWN
        results.append(Result(asked, _rank(asked, [each.ref for each in page.items]), outcome, 0.0))
    return results


async def _vectors_alone(stand: Stand, questions: Sequence[Asked]) -> list[Result]:
    """The nearest text by the model's own cosine, without samples, words or what was learnt."""
    import numpy as np

    standings = [each for each in await stand.store.meanings.standings() if each.id]
    kept = await stand.store.meanings.vectors(stand.indexing.model, [each.id for each in standings])
    parts = [(each.key, part.value) for each in standings for part in kept[each.id] if not part.part.startswith("?")]
    block = np.stack([np.frombuffer(value, dtype="<f2") for _, value in parts]).astype(np.float32)
    entries = await stand.lookup.entries([each.key for each in standings])
    results = []
    for asked in questions:
        vector = np.frombuffer(stand.indexing._embedder.questions([asked.text])[0], dtype="<f2").astype(np.float32)
        order = np.argsort(-(block @ vector))
        refs = list(dict.fromkeys(entries[parts[at][0]].ref for at in order[:60]))
        results.append(Result(asked, _rank(asked, refs), Outcome.ANSWERED, 0.0))
    return results


def _line(name: str, results: Sequence[Result]) -> str:
    hits = [each for each in results if each.asked.answerable]
    none = [each for each in results if not each.asked.answerable]
    first = mean(each.rank == 0 for each in hits)
    third = mean(each.rank is not None and each.rank < 3 for each in hits)
    mrr = mean(1 / (each.rank + 1) if each.rank is not None else 0 for each in hits)
    answered = mean(each.outcome is Outcome.ANSWERED for each in hits)
    refused = mean(each.outcome is not Outcome.ANSWERED for each in none)
    all_refused = [each for each in results if each.outcome is not Outcome.ANSWERED]
    precision = mean(not each.asked.answerable for each in all_refused) if all_refused else 0.0
    return f"{name:34} {first:6.3f} {third:6.3f} {mrr:6.3f} {answered:9.3f} {refused:8.3f} {precision:10.3f}"


HEAD = f"{'':34} {'hit@1':>6} {'hit@3':>6} {'MRR':>6} {'answered':>9} {'refused':>8} {'precision':>10}"


async def evaluate(path: Path) -> int:
    """Print the table; 1 where a goal is missed."""
    questions = read(path)
    async with open_stand() as stand:
        await stand.answering.weigh("warm up")
        ours = await ask_all(stand, questions)
        print(
            f"{path.name}: {len(questions)} questions, {sum(not each.answerable for each in questions)} without an answer"
        )
        print("answered: of what has an answer; refused: of what has none; precision: of what was refused, without one")
        print(HEAD)
        print(_line("all", ours))
        for language in LANGUAGES:
            print(_line(f"  {language}", [each for each in ours if each.asked.lang == language]))
        for style in dict.fromkeys(each.style for each in questions if each.answerable):
            of_style = [each for each in ours if each.asked.style == style or not each.asked.answerable]
            print(_line(f"  {style}", of_style))
        print(_line("words alone (/ask without vectors)", await ask_all(stand, questions, by_words_alone=True)))
        print(_line("full text alone (/search)", await _plain_search(stand, questions)))
        print(_line("vectors of texts alone", await _vectors_alone(stand, questions)))
        took = sorted(each.seconds for each in ours)
        print(
            f"time of a question: p50 {took[len(took) // 2] * 1000:.0f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms"
        )
    return 0 if _met(ours) else 1


def _met(results: Sequence[Result]) -> bool:
    def rates(part: Sequence[Result]) -> tuple[float, float]:
        hits = [each for each in part if each.asked.answerable]
        return mean(each.rank == 0 for each in hits), mean(each.rank is not None and each.rank < 3 for each in hits)

    groups = {"all": results} | {each: [one for one in results if one.asked.lang == each] for each in LANGUAGES}
    good = all(
        have >= want
        for name, part in groups.items()
        for have, want in zip(rates(part), GOALS["all" if name == "all" else "each"], strict=True)
    )
    hits = [each for each in results if each.asked.answerable]
    none = [each for each in results if not each.asked.answerable]
    answered = mean(each.outcome is Outcome.ANSWERED for each in hits) >= ANSWERED
    return good and answered and mean(each.outcome is not Outcome.ANSWERED for each in none) >= REFUSED
