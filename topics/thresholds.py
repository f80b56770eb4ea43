"""Every number that relevance is decided by, with its reason. One set for all outlets, languages and data sets."""

# How firmly a hit of each kind stands for its country. Offices and leaders act for a state; a town is often only a
# dateline, and an expert's passport says where he sits, not what he speaks of.
EVIDENCE = {
    "state": 1.0, "office": 1.0, "agency": 1.0, "person": 1.0, "ministry": 1.0, "body": 1.0, "weapon": 0.85,
    "company": 0.8, "place": 0.8, "dollar": 0.8, "commodity": 0.7, "currency": 0.7, "commentator": 0.3,
}  # fmt: skip
# How much a word says that two states beside it are related: an act between states fully, trade and transport mostly.
# Ministries of foreign affairs, armies and prosecutors deal with other states by trade, a president named beside one
# mostly does. Goods, arms and firms named beside towns of two states are mostly traded, aimed or at work there, and
# what is opened, stopped or raised beside two towns is mostly so between them.
RELATION = {
    "act": 1.0, "politics": 1.0, "agency": 0.9, "flow": 0.75, "commodity": 0.65, "deed": 0.65, "subject": 0.65,
    "company": 0.65, "weapon": 0.65, "ministry": 0.5, "office": 0.3, "person": 0.3,
}  # fmt: skip
FLOW = 0.75
WEAK = 0.6  # any evidence at all, for the gate before a page is fetched
BOND = 0.7  # New START says Russia and America as firmly as a town of either says its state
STAGE = 0.7  # the Taiwan Strait beside a US destroyer is China unnamed, as firmly as a town of its

# Two states in one sentence (.5) are just enough; two towns (.4) want a word that connects them (.8 * .65 * .45). At
# .55 one relation in twelve more is missed in sets that nobody had read, at .45 one item in twenty is wrongly taken.
EDGE = 0.5
SAME_SENTENCE = 0.5  # both named in one sentence, before any word of relation
ACROSS = 0.45  # one in the title, the other in the lead: weaker, they may be two subjects
RELATED = 0.45  # what a full word of relation adds
NEARBY = 0.8  # a relation word that stands in the neighbouring sentence counts a little less

OFF_TITLE = 0.25  # one word of sport or kitchen may be a figure of speech ("a match for Moscow")
OFF_SPORT = 0.4  # in the title: "U.S. edges China" is told of two states as if they were at odds
OFF_LEAD = 0.15  # in the lead it is often colour (sailors who play volleyball on a port call)
OFF_MORE = 0.2  # each further one; three are a subject
ACTS_ENOUGH, OFF_ACTS = 2, 0.5  # two political acts in the headline outweigh half of that

BODY_SENTENCES = 400  # a long analysis, whole; bounds the time that a hostile page can take
BODY_MIN = 3  # a body of one or two sentences is a caption
BODY_SCALE = 4.0  # a quarter of the sentences relating the two states is as good as a headline that does
BODY_EACH = 1.5  # both often named, each in sentences of its own, in a text full of relations
BODY_COUNT = 4.0  # sentences that relate two states: three in one text are no aside, however long it is
NAMED = 0.5  # a sentence that names both without a relation
SUPPORT = 0.3  # what a body that bears out its headline adds
# A body under a headline that names neither state must be plainer.
ANCHOR_BOTH, ANCHOR_ONE, ANCHOR_NONE = 1.0, 0.85, 0.7

ROLL = 4  # states in a row that make a roll, whatever is said of it; three do where nothing connects them (a ranking)
ROW = 28  # characters between two states named in one breath
RIVALS = 0.6  # taken from China-Russia where both are only what Washington acts against
AGAINST = frozenset({
    "threat", "threaten", "legislation", "hack", "cyberattack", "spy", "spying-for", "us-defense", "ban",
    "election-meddling",
})  # fmt: skip
JOINT = frozenset({
    "drills", "naval-drills", "joint-statement", "agreement", "ties", "talks", "summit", "meeting", "visit", "call",
    "parade",
})  # fmt: skip
# Of three states in one sentence, two that never stand next to each other are related through the third, unless the
# act is one that ties all three (secondary sanctions, prosecuted smuggling).
APART = 0.7
TRIAL = frozenset({"court", "charge", "convict", "acquit", "sentence", "smuggling", "prosecutors", "lawsuit"})
TRILATERAL = TRIAL | {"sanctions", "entity-listing", "entity-evasion", "us-treasury", "us-justice"}
# Punished by one state are firms of another for what they do with a third: the first sentences of the text say it.
PUNISHED = frozenset({
    "sanctions", "entity-listing", "entity-evasion", "us-treasury", "us-commerce", "export-control", "smuggling",
})  # fmt: skip
CAUSE_SENTENCES = 5
# The reader's own state, left unsaid: half a witness where it is guessed from the language; a weak one where the outlet
# is known: enough beside a foreign state and a political act, not beside trade or a foreign town.
IMPLIED, IMPLIED_KNOWN = 0.5, 0.58
# What is done at home just as often, so that nothing of the reader's state is in it. A politician accuses his own, a
# state as such accuses another.
AT_HOME = TRIAL | {
    "detain", "release-from-custody", "custody", "crime-net", "drug-trafficking", "parade", "legislation", "veto",
}  # fmt: skip
# Subjects that are a state's own affair where no other state is named beside it.
HOMELY = frozenset({
    "budget", "elections", "opinion-poll", "poll", "vote", "governor", "mayor", "elderly", "bankruptcy", "jury",
    "earthquake", "fire", "forest-fire", "jobs", "strike-of-workers", "inflation",
})  # fmt: skip
SPOKEN = frozenset({"protest", "appeal", "blame", "praise"})
UNKNOWN_PERSON = 0.6  # a name of Chinese form that the lexicon does not know
