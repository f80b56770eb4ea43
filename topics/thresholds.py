"""Every number that relevance is decided by, each with its reason. One set for all outlets, languages and data sets."""

# How firmly a hit of each kind stands for its country. Offices and leaders act for a state; a town is often only a
# dateline.
EVIDENCE = {
    "state": 1.0,
    "office": 1.0,
    "person": 1.0,
    "ministry": 1.0,
    "body": 1.0,
    "weapon": 0.85,
    "company": 0.8,
    "commodity": 0.7,
    "place": 0.7,
    "currency": 0.7,
    "dollar": 0.8,
}
# How much a word says that two states beside it are related: an act between states fully, trade and transport mostly.
RELATION = {"act": 1.0, "flow": 0.75, "politics": 1.0, "deed": 0.3}
FLOW = 0.75
WEAK = 0.6  # any evidence at all, for the gate before a page is fetched

# Two states in one sentence (.5) are not enough alone; with a verb that connects them (.3 * .45) they are.
EDGE = 0.55
SAME_SENTENCE = 0.5  # both named in one sentence, before any word of relation
ACROSS = 0.36  # one in the title, the other in the lead: weaker, they may be two subjects
RELATED = 0.45  # what a full word of relation adds
NEARBY = 0.8  # a relation word that stands in the neighbouring sentence counts a little less

# One word of sport or kitchen may be a figure of speech ("a match for Moscow"): a firm relation outweighs it.
OFF_FIRST = 0.3
OFF_MORE = 0.25  # each further one; two are a subject

BODY_SENTENCES = 40  # what a reader sees before giving up; later paragraphs are background
BODY_MIN = 3  # a body of one or two sentences is a caption
BODY_SCALE = 4.0  # a quarter of the sentences relating the two states is as good as a headline that does
# A body under a headline that names neither state must be plainer.
ANCHOR_BOTH, ANCHOR_ONE, ANCHOR_NONE = 1.0, 0.8, 0.6
