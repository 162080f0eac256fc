"""The sentences of the article the story began with, and the entries that answer for each of them."""

from __future__ import annotations

from typing import NamedTuple


class SeedSentence(NamedTuple):
    """One sentence in short, and the references of the entries that cover it: facts first."""

    sentence: str
    refs: tuple[str, ...]


SEED_COVERAGE = (
    SeedSentence(
        "Title: defensive axis, strategic military alliance",
        ("fact:military-alliance-label",),
    ),
    SeedSentence(
        "Subtitle: mutual military assistance in case of war",
        ("fact:mutual-assistance-in-war", "article:treaty-2024/4"),
    ),
    SeedSentence(
        "The two leaders signed a mutual defence pact, new chapter",
        ("fact:signed-by-putin-and-kim", "fact:new-chapter-in-relations", "event:signing-2024"),
    ),
    SeedSentence(
        "In war each gives immediate support, «tutti i mezzi a sua disposizione senza indugio»",
        ("fact:all-means-without-delay", "fact:mutual-assistance-in-war", "article:treaty-2024/4"),
    ),
    SeedSentence(
        "Leaders describe a significant improvement; security, trade, investment, culture, humanitarian",
        (
            "fact:leaders-call-it-upgrade",
            "fact:scope-beyond-military",
            "article:treaty-2024/10",
            "article:treaty-2024/12",
        ),
    ),
    SeedSentence(
        "Heading: historic alliance",
        ("fact:alliance-historic-ties", "event:diplomatic-relations-1948"),
    ),
    SeedSentence(
        "Article 4 (KCNA) in line with Article 51; right of self-defence",
        ("fact:article4-cites-article51", "fact:article51-self-defence-right", "article:un-charter/51"),
    ),
    SeedSentence(
        "Echoes the 1961 treaty, but with wider strategic and military reach",
        ("fact:echoes-1961-treaty", "fact:broader-than-1961", "article:treaty-1961/1"),
    ),
    SeedSentence(
        "Mixed international reactions",
        ("fact:mixed-international-reactions", "event:japan-us-china-react"),
    ),
    SeedSentence(
        "US and allies concerned about military cooperation",
        ("fact:us-allies-concern-cooperation", "event:trilateral-statement"),
    ),
    SeedSentence(
        "Fear of arms and munitions for economic aid and technology; nuclear threat",
        ("fact:fear-arms-for-technology",),
    ),
    SeedSentence(
        "Podolyak asks for stricter isolation",
        ("fact:podolyak-wants-isolation", "event:podolyak-reaction"),
    ),
    SeedSentence(
        "Stronger arsenals threaten global stability",
        ("fact:arsenals-threat-to-stability",),
    ),
    SeedSentence(
        "Visit staged as a return to the Cold War; ceremonies, military parades, solidarity",
        ("fact:cold-war-staging", "fact:military-parades-in-pyongyang", "event:signing-2024"),
    ),
    SeedSentence(
        "Kim: Russia the most honest ally; Putin: peace and stability in the region",
        ("fact:kim-most-honest-ally", "fact:putin-peace-and-stability"),
    ),
    SeedSentence(
        "Replaces existing bilateral agreements, including the 2000 one, mainly non-military",
        ("fact:replaces-existing-agreements", "fact:treaty-2000-mostly-non-military", "article:treaty-2024/22"),
    ),
    SeedSentence(
        "Shift in geopolitics; mutual defence against sanctions and Western pressure",
        ("fact:shift-in-geopolitics", "fact:mutual-defence-against-sanctions", "article:treaty-2024/16"),
    ),
    SeedSentence(
        "Turning point with deep implications",
        ("fact:turning-point-global-security",),
    ),
    SeedSentence(
        "The world watches with concern",
        ("fact:world-watching-with-concern",),
    ),
)
