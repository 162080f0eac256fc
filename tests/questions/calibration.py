"""Fitting the figures of `bot.core.answering` to the calibration set, and the curve that shows what they do.

Weights of signals: a conditional logit, in which an entry that answers is to score above all others. Outcomes: a
logistic regression of whether there is an answer at all. Both printed with what they come to on questions left out.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from bot.core.answering import Judgement, Signals, Weights, standout
from bot.core.retrieval import Near
from tests.questions.sets import CALIBRATION, Asked, Stand, open_stand, read

Floats = NDArray[np.float64]
FOLDS = 5
NAMES = tuple(each.name for each in fields(Weights))
JUDGED = ("score", "margin", "either", "unknown", "outside")
TO_REFUSE, TO_DISMISS = 0.92, 0.50
"""Shares of the questions without an answer that shall not be called answered, and of these that shall be unknown."""


def _row(each: Signals) -> list[float]:
    near = each.near or Near(each.key, 0.0, 0.0, 0.0)
    words = [each.text, each.asked, float(each.named), float(each.person), float(each.who)]
    return [near.middle, near.best, near.few, *words]


async def calibrate() -> None:
    """Print the figures and the curve."""
    questions = read(CALIBRATION)
    async with open_stand() as stand:
        for alone in (False, True):
            await _fit(stand, questions, by_words_alone=alone)


async def _fit(stand: Stand, questions: list[Asked], *, by_words_alone: bool) -> None:
    found = [await stand.answering.weigh(each.text, by_words_alone=by_words_alone) for each in questions]
    evidence = [await stand.store.meanings.evidence(each.text) for each in questions]
    rows = [np.array([_row(each) for each in one.signals]).reshape(-1, len(NAMES)) for one in found]
    gold = [
        np.array([entry.ref in asked.gold for entry in one.entries], dtype=bool)
        for asked, one in zip(questions, found, strict=True)
    ]
    used = [at for at, each in enumerate(gold) if each.any()]
    fold = np.arange(len(questions)) % FOLDS
    firsts, thirds = 0, 0
    for part in range(FOLDS):
        weights = _rank_weights([(rows[at], gold[at]) for at in used if fold[at] != part])
        for at in used:
            if fold[at] == part:
                order = np.argsort(-(rows[at] @ weights), kind="stable")
                firsts += bool(gold[at][order[0]])
                thirds += bool(gold[at][order[:3]].any())
    answerable = sum(each.answerable for each in questions)
    weights = _rank_weights([(rows[at], gold[at]) for at in used])
    print("BY_WORDS" if by_words_alone else "BY_MEANING")
    print("Weights(" + ", ".join(f"{name}={value:.2f}" for name, value in zip(NAMES, weights, strict=True)) + ")")
    print(f"left out: hit@1 {firsts / answerable:.3f}, hit@3 {thirds / answerable:.3f}")
    features, there = [], []
    for at, asked in enumerate(questions):
        if not found[at].signals or found[at].stands is None:
            continue
        scores = rows[at] @ weights
        order = np.argsort(-scores, kind="stable")
        below = scores[order[min(5, len(order) - 1)]] if len(order) > 1 else 0.0
        old = standout(list(found[at].signals), evidence[at], found[at].stands.outside)
        best = found[at].signals[order[0]]
        features.append([scores[order[0]], scores[order[0]] - below, best.either, old.unknown, old.outside or 0.0])
        there.append(asked.answerable)
    _judgement(np.array(features), np.array(there))


def _rank_weights(groups: list[tuple[Floats, NDArray[np.bool_]]], l2: float = 1e-3, steps: int = 400) -> Floats:
    longest, width = max(len(rows) for rows, _ in groups), groups[0][0].shape[1]
    block, wanted = np.zeros((len(groups), longest, width)), np.zeros((len(groups), longest), dtype=bool)
    there = np.zeros((len(groups), longest), dtype=bool)
    for at, (rows, gold) in enumerate(groups):
        block[at, : len(rows)], wanted[at, : len(rows)], there[at, : len(rows)] = rows, gold, True
    weights, first, second = np.zeros(width), np.zeros(width), np.zeros(width)
    for step in range(1, steps + 1):
        scores = np.where(there, block @ weights, -np.inf)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        right = shares * wanted
        right /= right.sum(axis=1, keepdims=True)
        slope = np.einsum("qn,qnf->f", right - shares, block) / len(groups) - l2 * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        weights = weights + 0.3 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def _logistic(features: Floats, there: NDArray[np.bool_], l2: float = 1e-3, steps: int = 4000) -> Floats:
    """Weights with a constant at the end, both classes counting alike."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-9
    block = np.c_[(features - mean) / deviation, np.ones(len(features))]
    share = np.where(there, 0.5 / there.mean(), 0.5 / (1 - there.mean()))
    weights = np.zeros(block.shape[1])
    for _ in range(steps):
        wrong = share * (1 / (1 + np.exp(-block @ weights)) - there)
        weights -= block.T @ wrong / len(there) + l2 * np.r_[weights[:-1], 0]
    plain = weights[:-1] / deviation
    return np.r_[plain, weights[-1] - plain @ mean]


def _judgement(features: Floats, there: NDArray[np.bool_]) -> None:
    fold, left_out = np.arange(len(there)) % FOLDS, np.zeros(len(there))
    for part in range(FOLDS):
        weights = _logistic(features[fold != part], there[fold != part])
        left_out[fold == part] = np.c_[features, np.ones(len(there))][fold == part] @ weights
    weights = _logistic(features, there)
    answered = float(np.quantile(left_out[~there], TO_REFUSE))
    closest = float(np.quantile(left_out[~there], TO_DISMISS))
    figures = dict(zip((*JUDGED, "constant"), weights, strict=True)) | {"answered": answered, "closest": closest}
    names = [each.name for each in fields(Judgement)]
    print("Judgement(" + ", ".join(f"{name}={figures[name]:.3f}" for name in names) + ")")
    above = np.mean(left_out[there][:, None] > left_out[~there][None])
    print(f"an answered question stands above one without an answer in {above:.3f} of all pairs (left out)")
    print(f"{'threshold':>10} {'answered':>9} {'refused':>8}")
    for bound in np.sort(np.r_[np.linspace(-4, 4, 17), answered, closest]):
        marks = "".join(f"  <- {name}" for name in ("answered", "closest") if bound == figures[name])
        has, lacks = (left_out[there] >= bound).mean(), (left_out[~there] < bound).mean()
        print(f"{bound:10.2f} {has:9.3f} {lacks:8.3f}  {'#' * round(has * 30):30} {'o' * round(lacks * 30):30}{marks}")
