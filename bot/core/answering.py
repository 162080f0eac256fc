"""Which entry answers a question, and how surely: from signals to a score, and from scores to an outcome. Pure.

Similarity alone tells neither apart: entries on one subject lie close together, and a question that nothing answers
lies as close to the nearest of them as one that something does. So words count beside meaning; and a question is also
compared with questions that are known to have no answer here. The figures below are fitted to the calibration set by
`python -m tests.questions calibrate`, which prints them with their curve; `make eval` measures on another set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.entries import EntryKind
from bot.core.references import tokens
from bot.core.requests import Outcome
from bot.core.retrieval import Evidence, Near

WHO = frozenset(
    """
    chi who whos whom кто кого кому кем ком
    누구 누구야 누구예요 누구에요 누구인가요 누구죠 누구지 누군가요 누군지 누가 누군데
    """.split()
)
"""Words that ask for a person: else somebody's own entry says less of what they did than the entry about it."""
MEANT, MENTIONED = 0.45, 0.6
"""What makes a new entry an answer to an older question: as a cosine, and as the share of its words."""
NEARER = 0.14, 0.03
"""By how much the best sample question, and the best three, lie nearer to what is asked than an entry's middle."""
RANKED_BELOW = 5
"""A score says most by how far it stands above the sixth: an answer stands out, a mere neighbourhood does not."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one entry.

    near: None without vectors. text, asked: the share of the question's words that stand in its text, and in its sample
    questions; either: in one of them. named: it is an article that the question names. person: it is a person's; who:
    and the question asks for one.
    """

    key: str
    near: Near | None
    text: float
    asked: float
    either: float
    named: bool = False
    person: bool = False
    who: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts. person: of somebody's own entry, where the question asks for no person."""

    middle: float
    best: float
    few: float
    text: float
    asked: float
    named: float
    person: float
    who: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """How surely the best entry answers, as a sum that grows with it; and from which sums on it does, or may do so."""

    score: float
    margin: float
    either: float
    unknown: float
    outside: float
    constant: float
    answered: float
    closest: float


BY_MEANING = Weights(middle=8.82, best=4.92, few=4.99, text=1.95, asked=4.71, named=1.81, person=-1.78, who=2.39)
BY_WORDS = Weights(middle=0.0, best=0.0, few=0.0, text=6.13, asked=11.29, named=4.52, person=-0.37, who=3.97)
OF_MEANING = Judgement(
    score=0.697,
    margin=0.098,
    either=1.233,
    unknown=-3.291,
    outside=-15.670,
    constant=-0.556,
    answered=-0.330,
    closest=-4.200,
)
OF_WORDS = Judgement(
    score=-0.110,
    margin=0.297,
    either=6.321,
    unknown=-2.951,
    outside=0.0,
    constant=-2.807,
    answered=1.024,
    closest=-1.726,
)


def asks_for_a_person(question: str) -> bool:
    """Whether a question asks who somebody is, or who did something."""
    return not WHO.isdisjoint(tokens(question)[:60])


def signals(key: str, kind: EntryKind, near: Near | None, evidence: Evidence, *, named: bool, who: bool) -> Signals:
    """Put together what speaks for an entry."""
    text, asked = (held.get(key, frozenset()) for held in (evidence.in_text, evidence.in_questions))
    if near is not None and not near.sampled:
        # Nobody has written yet how people ask for it: its text has to speak for that, too.
        asked = text
        near = replace(near, best=near.best + NEARER[0], few=near.few + NEARER[1])
    share, person = evidence.share, kind is EntryKind.PERSON
    return Signals(key, near, share(text), share(asked), share(text | asked), named, person, person and who)


def score(each: Signals) -> float:
    """How much speaks for an entry; of two entries the one with more is the better answer."""
    weights = BY_WORDS if each.near is None else BY_MEANING
    near = each.near or Near(each.key, 0.0, 0.0, 0.0)
    of_meaning = weights.middle * near.middle + weights.best * near.best + weights.few * near.few
    of_words = weights.text * each.text + weights.asked * each.asked
    return of_meaning + of_words + weights.named * each.named + weights.person * each.person + weights.who * each.who


@dataclass(frozen=True, slots=True)
class Standout:
    """How the best entry stands.

    margin: above the one `RANKED_BELOW`. unknown: the share of the question's words that stand nowhere. outside: as in
    `Surroundings`; None without vectors.
    """

    score: float
    margin: float
    either: float
    unknown: float
    outside: float | None


def standout(ranked: list[Signals], evidence: Evidence, outside: float | None) -> Standout:
    """How the first of some entries stands; they are ranked, and at least one."""
    scores = [score(each) for each in ranked]
    below = scores[min(RANKED_BELOW, len(scores) - 1)] if len(scores) > 1 else 0.0
    unknown = 1 - evidence.share(evidence.known) if evidence.words else 1.0
    return Standout(scores[0], scores[0] - below, ranked[0].either, unknown, outside)


def plausibility(stands: Standout) -> float:
    """How surely an entry answers, as a sum that grows with it."""
    by = OF_WORDS if stands.outside is None else OF_MEANING
    return (
        by.score * stands.score
        + by.margin * stands.margin
        + by.either * stands.either
        + by.unknown * stands.unknown
        + by.outside * (stands.outside or 0.0)
        + by.constant
    )


def outcome(stands: Standout) -> Outcome:
    """Whether the best entry answers, is merely the closest, or has nothing to do with the question."""
    by, sure = OF_WORDS if stands.outside is None else OF_MEANING, plausibility(stands)
    if sure >= by.answered:
        return Outcome.ANSWERED
    return Outcome.CLOSEST if sure >= by.closest else Outcome.UNKNOWN


def answers_anew(best: Signals) -> bool:
    """Whether an entry that was published after a question, and fits it best, was written about just that.

    It has no sample questions yet and stands on its text alone; and the question may be among those known to have no
    answer, which is true no more.
    """
    meant = best.near is not None and best.near.middle >= MEANT
    return meant or best.either >= MENTIONED
