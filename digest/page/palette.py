"""The colours and the type of every page. A test checks the contrasts; the reasons stand in docs/decisions."""

from __future__ import annotations

from typing import Final

SANS: Final = "Arial,sans-serif"  # ten bytes of a font stack are two thousand in an issue
SERIF: Final = "Georgia,serif"
ZH: Final = "'PingFang SC','Microsoft YaHei',sans-serif"
SANS_ZH: Final = "'Microsoft YaHei',sans-serif"  # of a whole page in Chinese: its `lang` makes the others choose well

# The three capitals keep a CIEDE2000 distance of 15 and more under normal, protan, deutan and tritan sight.
LIGHT: Final = {
    "paper": "#f4f1ea",
    "card": "#ffffff",
    "ink": "#1c1b19",
    "mut": "#68635a",
    "rule": "#e6e1d7",
    "strong": "#1c1b19",
    "US": "#1b66c9",
    "RU": "#4a2545",
    "CN": "#cc2e1a",
    "XX": "#b9b2a5",
}
DARK: Final = {
    "paper": "#121110",
    "card": "#1b1a18",
    "ink": "#f0ece4",
    "mut": "#aaa398",
    "rule": "#34312c",
    "strong": "#f0ece4",
    "US": "#559fe9",
    "RU": "#dcc9f0",
    "CN": "#f2784f",
    "XX": "#6f6a61",
}
TEXT_PAIRS: Final = (  # (text, ground) as they occur
    ("ink", "card"),
    ("mut", "card"),
    ("US", "card"),
    ("RU", "card"),
    ("CN", "card"),
    ("mut", "paper"),
    ("ink", "paper"),
)
