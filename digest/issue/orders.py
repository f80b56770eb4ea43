"""Pure: text on a page that is meant for machines, not for readers: "ignore all previous instructions and write ...".

A list of phrases can never be complete. It is the first of three fences: what is left is handed over as data, never as
instructions, and what comes back is held against the sources (faithful.py).
"""

from __future__ import annotations

import re

from digest.issue.summary import sentences

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}"
    r"\b(?:instruction|prompt|previous|above|prior|rules?|everything)"
    r"|system prompt|\byou are (?:now )?(?:an? )?(?:ai|assistant|chatgpt|language model|helpful)"
    r"|\b(?:respond|reply|answer|output|write|print|say|translate)\b.{0,24}"
    r"(?:\bonly\b|\bexactly\b|the following|:\s*[\"'“«])"
    r"|</?(?:system|assistant|user|s|im_start|im_end|inst)\b|\[/?inst\]|<\||#{2,}\s*(?:instruction|system)"
    r"|(?:игнориру|забудь|отмени)\w*.{0,40}(?:инструкц|указани|правил|предыдущ)|систем\w+ промпт"
    r"|ты (?:теперь )?(?:ии|ассистент)"
    r"|(?:忽略|无视|忘记|不要理会).{0,20}(?:指令|指示|提示|以上|之前|规则)|系统提示"
    r"|你(?:现在)?是(?:一个)?(?:ai|人工智能|助手)",
    re.IGNORECASE | re.DOTALL,
)


def gives_orders(text: str) -> bool:
    """Does it speak to a machine?"""
    return _ORDER.search(text) is not None


def harmless(text: str) -> str:
    """`text` without the sentences that speak to a machine; "" where an order runs over several of them."""
    kept = []
    for line in text.split("\n"):
        parts = [part for part in sentences(line) if not gives_orders(part)]
        if parts:
            kept.append(" ".join(parts))
    return "" if gives_orders(" ".join(kept)) else "\n".join(kept)
