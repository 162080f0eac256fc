"""Words that say nothing about what somebody looks for, folded as the analyzer folds them.

They are left out of queries only: a query of nothing else still finds what holds them.
"""

from __future__ import annotations

_ITALIAN = """a ad agli ai al alla alle allo anche c che chi ci come con cosa cui d da dagli dai dal dalla dalle dallo
degli dei del della delle dello di dove e ed era erano essere fa gli ha hanno i il in io l la le lo loro ma mi ne negli
nei nel nella nelle nello non o per perche piu po qual quale quali quando quanti quanto quell quella quelle quelli
quello quest questa queste questi questo sara se si sia sono stata stati stato su sugli sui sul sulla sulle sullo tra
un una uno dell all dall nell sull dice dicono successo"""
_ENGLISH = """a about an and any are as at be been but by can did do does for from had has have how if in into is it its
me not of on or s say says so such t tell than that the their them then there these they this to was were what when
where which who whom whose why will with would"""
_RUSSIAN = """а без бы был была были было в вам вас ведь во вот все всех вы где да для до его ее если есть еще же за и
из или им их к как какая какие каким какой ко когда кто ли между на над не него нее нет ни них но о об он она они оно от
по под после при про с со так такое такой там то того тоже только том у уж чем что чтобы чья эта эти это этого этой этом
этот"""
_KOREAN = """그 그것 그리고 것 누가 누구 누구인가 등 때 무엇 무엇을 무엇인가 무엇이 및 수 어느 어디 어디서 어떤 어떻게
언제 얼마나
왜 의 이 이것 저 제 중
대해 대한 대하여 관한 관련 있나 있는가 있는 있다 했나 했는가 하는 한 합니까 입니까 인가"""

STOP_WORDS = frozenset(f"{_ITALIAN} {_ENGLISH} {_RUSSIAN} {_KOREAN}".split())
