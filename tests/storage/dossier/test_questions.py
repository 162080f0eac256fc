"""Sample questions as a file: what is wrong in it is told, and what is right comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.dossiers import SampleQuestions
from bot.services.indexing import sample_texts, texts_of
from storage.dossier import read_dossier, shipped_dossier, shipped_vectors, write_dossier
from tests.storage.dossier import samples

GOOD = "- entry: halves\n  questions: {it: [chi ha metà], en: [who gets half]}\n- questions: {en: [will it rain]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    samples.put(tmp_path, samples.small_dossier())
    return tmp_path


def faults(folder: Path, text: str) -> list[str]:
    (folder / "questions.yaml").write_text(text, encoding="utf-8")
    return [str(fault) for fault in read_dossier(folder)[1]]


def test_questions_come_back_as_they_were(folder: Path, tmp_path: Path):
    """What is read, written and read again is the same, and a dossier without questions leaves no old file behind."""
    assert faults(folder, GOOD) == []
    dossier, _ = read_dossier(folder)
    assert dossier is not None
    assert dossier.questions == (
        SampleQuestions("halves", {"it": ("chi ha metà",), "en": ("who gets half",)}),
        SampleQuestions("", {"en": ("will it rain",)}),
    )
    write_dossier(dossier, folder)
    assert read_dossier(folder)[0] == dossier
    (folder / "questions.yaml").unlink()
    plain, _ = read_dossier(folder)
    assert plain is not None
    assert plain.questions == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- entry: nobody\n  questions: {it: [chi]}\n", "'nobody' is no article or other entry"),
        ("- entry: pact-1950\n  questions: {it: [chi]}\n", "'pact-1950' is no article or other entry"),
        ("- entry: halves\n  questions: {it: [chi]}\n- entry: halves\n  questions: {it: [cosa]}\n", "stands twice"),
        ("- questions: {it: [chi]}\n- questions: {it: [cosa]}\n", "without an entry stands twice"),
        ("- entry: halves\n  questions: {fr: [qui]}\n", "unknown language"),
        ("- entry: halves\n  questions: {it: [chi, chi]}\n", "listed twice"),
        ("- entry: halves\n", "is missing"),
        ("- entry: halves\n  question: {it: [chi]}\n", "did you mean questions?"),
        ("halves: [chi]\n", "expected a list of entries"),
    ],
)
def test_a_slip_is_told_with_its_place(folder: Path, text: str, says: str):
    """Whoever writes sample questions hears of each slip with its file and what was expected."""
    found = faults(folder, text)
    assert any(says in each and "questions.yaml" in each for each in found), found


def test_the_shipped_vectors_are_of_the_shipped_texts():
    """After a change of the dossier nobody waits for minutes at a first start: its vectors were made anew."""
    import numpy as np

    from bot.embedding import MODEL, PASSAGE, QUESTION, digest

    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    with np.load(shipped_vectors(), allow_pickle=False) as file:
        known = {bytes(each) for each in file["digests"]}
        assert str(file["model"]) == MODEL
    texts = [(PASSAGE, text) for entry in dossier.entries for text in texts_of(entry).values()]
    texts += [(QUESTION, text) for each in dossier.questions for text in sample_texts(each.texts).values()]
    assert {digest(*each) for each in texts} == known, "run make vectors"


def test_no_question_of_the_sets_is_a_sample():
    """What the answers are judged by was not given to them beforehand, in no spelling of case and stops."""
    from bot.core.references import tokens
    from tests.questions.sets import CALIBRATION, TEST, read

    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    given = {" ".join(tokens(text)) for each in dossier.questions for texts in each.texts.values() for text in texts}
    test, calibration = ({" ".join(tokens(each.text)) for each in read(path)} for path in (TEST, CALIBRATION))
    assert not given & (test | calibration) - {""}
    assert not test & calibration - {""}
