"""Claims: what may only be said on air together with what proves it. Pure.

Everything said on air is true, and the house can prove it. Most talking points are plain
facts. Those that claim to be the best, the first or the only one are what shops are fined
for (the Advertising Law of China, article 9, names such words), and what buyers complain of
first: such a point needs its evidence beside it before it may stand in a run sheet.
"""

import re

_ABSOLUTE_ZH = re.compile(
    "最(?!近|后|初|终|多可|少可|大可|高可)|第一(?!手|步|次|批|眼|个)|唯一|首个|首家|首款|独家|国家级|世界级|顶级|极致|"
    "100%|百分之百|永久|永不|绝对|万能|零风险|无敌|史上|全网|全球领先|行业领先"
)
_ABSOLUTE_EN = re.compile(
    r"\b(?:best|first ever|number one|no\. ?1|only one|the only|world[- ]class|unbeatable|"
    r"perfect|never (?:fails|breaks)|forever|100 ?%|guaranteed|lowest|fastest|strongest|"
    r"most \w+|industry[- ]leading|world'?s)\b",
    re.IGNORECASE,
)


def needs_proof(text_zh: str, text_en: str = "") -> str:
    """The first word of a point that claims too much to stand alone; empty if there is none.

    >>> needs_proof("全网最轻的手机"), needs_proof("重 186 克"), needs_proof("", "The best lamp")
    ('全网', '', 'best')
    >>> needs_proof("一手工厂，第一批 11 月发货")
    ''
    """
    found = _ABSOLUTE_ZH.search(text_zh) or _ABSOLUTE_EN.search(text_en)
    return found[0] if found else ""
