"""Take out of a page's tree what is visibly not its article, before the extractor weighs it. Pure; changes the tree.

Three general signs: the page hides it, its class says what it is, or it is nothing but a link to somewhere else.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawler import furniture

_HIDDEN = etree.XPath(
    './/*[@hidden or contains(translate(@style," ",""),"display:none")'
    ' or contains(translate(@style," ",""),"visibility:hidden")]'
)
_BOXES = frozenset(
    {"div", "section", "aside", "ul", "ol", "form", "figure", "p", "span", "header", "footer", "nav", "dl"}
)
# Words that front-end authors give to boxes beside the article. Whole words of a class or id, so that "shared" or
# "promotion" inside a body's own class does no harm.
_BOX_NAME = re.compile(
    r"(?:^|[\s_-])(?:news-?letters?|sign-?up|subscri(?:be|ption)s?|recirc(?:ulation)?|related(?:-?(?:articles?|content|"
    r"stor(?:y|ies)|links?|posts?|news))?|most-?(?:read|popular|viewed)|read-?(?:more|next|also)|see-?also|trending|"
    r"recommend(?:ed|ations?)|outbrain|taboola|social(?:-?(?:share|links|bar))?|share(?:-?(?:bar|buttons?|tools|links))?|sharing|cookies?|consent|gdpr|breadcrumbs?|"
    r"post-?navigation|comments?|disqus|author-?(?:bio|box|info)|about-?(?:the-)?author|advert(?:isement)?s?|"
    r"sponsor(?:ed)?|promo(?:box|tion)?|cta|donat(?:e|ion)|app-?promo|jump-?(?:to|links)|skip-?(?:to|link)s?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PROSE = 250  # characters of a paragraph that tells something; a box with two of them is kept, whatever its name
_LARGEST_SHARE = 0.25  # of the page's text: whatever its name says, a box that large may be the article's own
_LINK_LINE = 220  # characters of a block that is one link
_LINKED = 0.9  # share of a paragraph's text that is link text
_LISTED = 0.6  # the same for a list: items often carry a kicker or a date before the linked headline


def prune(tree: Any) -> Any:
    """The tree without hidden parts, boxes named as furniture, and blocks that are only a link elsewhere."""
    body = tree.find("body")
    if body is None:
        return tree
    whole = max(1, len(body.text_content()))
    _drop(_HIDDEN(body), whole)
    _drop([element for element in body.iter(*_BOXES) if _named_as_furniture(element)], whole)
    _drop_link_blocks(body)
    return tree


def _drop(elements: list[Any], whole: int) -> None:
    for element in elements:
        if element.getparent() is None or element.tag in ("body", "main", "article"):
            continue
        if len(element.text_content()) < _LARGEST_SHARE * whole and not element.xpath("boolean(.//h1)"):
            element.drop_tree()


def _named_as_furniture(element: Any) -> bool:
    name = element.get("class"), element.get("id")
    if not any(value and len(value) < 300 and _BOX_NAME.search(value) for value in name):
        return False
    return sum(len(paragraph.text_content()) > _PROSE for paragraph in element.iter("p")) < 2


def _drop_link_blocks(body: Any) -> None:
    """Paragraphs and lists that are only links: "Also read", "More on this", lists of other headlines."""
    for block in list(body.iter("p", "ul", "ol")):
        if block.getparent() is None:
            continue
        text = " ".join(block.text_content().split())
        listed = block.tag != "p"
        if not text or len(text) > (_LINK_LINE * 8 if listed else _LINK_LINE):
            continue
        linked = sum(len(" ".join(anchor.text_content().split())) for anchor in block.iter("a"))
        if linked >= (_LISTED if listed else _LINKED) * len(text) and len(text) > 12 and not furniture.is_credit(text):
            block.drop_tree()
