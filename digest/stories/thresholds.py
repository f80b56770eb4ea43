"""Every number that copies and stories are decided by, each with its reason. One set for all data and languages."""

# -- copies: text that was taken over ---------------------------------------------------------------------------------
WORDS_IN_SHINGLE = 3  # true reprints share only about 30 % of them (Silcock 2023), so candidates are taken early
HAN_IN_SHINGLE = 4  # Chinese sets no spaces; four characters are about two words
PERMUTATIONS, BANDS = 128, 64  # candidates from Jaccard .25 on: 2 rows a band (measured recall .998)
CANDIDATE = 0.25
CONTAINED = 0.4  # share of the shorter text's 5-word shingles found in the longer one: quotes alone stay below .2
WORDS_IN_PROOF, HAN_IN_PROOF = 5, 8
SHORT_WORDS = 40  # below this shingles say nothing and the title decides
SHORT_TITLE = 0.8  # token Jaccard of two short texts' titles
COPY_DAYS = 4  # a text printed a week later is an archive page

# -- stories within one language --------------------------------------------------------------------------------------
TAU_DAYS = 3.0  # time decay exp(-d/3): the largest single gain on every representation measured
WINDOW_DAYS = 7
MERGE_HOURS = 72
JOIN = {"concepts": 0.30, "embedding": 0.36}
MERGE = {
    "concepts": 0.34,
    "embedding": 0.40,
}  # two clusters have more evidence than one article, and a bad merge costs more
# -- links across languages: their own thresholds
# -----------------------------------------------------------------------
LINK = {"concepts": 0.30, "embedding": 0.50}
LINK_MARGIN = 0.04  # a link must be the best of both its ends, or this near to it
PART_CONFLICT = 0.75  # what is left of a score where each side names a party that the other never mentions
REPRESENTATIVES = 6  # members compared for a cluster: bounded time when 5,000 articles tell one event
POSSIBLE = 0.8  # of LINK or JOIN: near enough that a silence may not be printed unread

# -- reading
# ------------------------------------------------------------------------------------------------------------
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 3, 2, 1  # the headline was chosen to say what happened
OPENING_SENTENCES = 5  # later paragraphs are background, which other events share
LEAD_ENOUGH = 120  # characters; a shorter lead is a teaser, and the text's first sentences say more
MODEL_BUDGET = 420.0  # in Latin characters: about 100 tokens and 70 ms; an event is said by then
HAN_COST, CYRILLIC_COST = 2.8, 1.2  # tokens per character, relative to Latin
SMOOTH = 30.0  # pretended documents, so that on a thin day a word seen once is not infinitely rare

# -- how the parts add up
# -------------------------------------------------------------------------------------------------
WITHIN = {"words": 0.55, "headline": 0.15, "concepts": 0.25, "figures": 0.05}
ACROSS = {"concepts": 0.80, "figures": 0.20, "names": 0.25}
WITHIN_VECTOR = 0.5  # half meaning, half words: equal errors in OG2021 (facts: within English the model adds little)
ACROSS_VECTOR = 0.75  # across languages the model is the better witness
FIGURES_FULL = 2.0  # two odd numbers in common are as much as numbers can say
NAMES_FULL = 10.0  # two rare names in common are as much as names can say
PRIOR_COUNT = 200  # articles that the shipped mean is worth; a day's news moves it, one article does not
# What each kind of concept says about which event it is: the three states are in every text here.
KIND_WEIGHT = {
    "state": 0.35,
    "bloc": 0.7,
    "office": 0.5,
    "ministry": 0.4,
    "body": 0.3,
    "person": 0.9,
    "place": 0.9,
    "company": 1.2,
    "commodity": 1.1,
    "weapon": 1.2,
    "currency": 0.8,
    "dollar": 0.8,
    "act": 0.8,
    "flow": 0.7,
    "deed": 0.45,
    "offtopic": 0.6,
    "market": 0.6,
    "politics": 0.8,
    "namesake": 0.3,
}
PARTY_KINDS = (("state", "bloc"), ("person",), ("company",), ("weapon",), ("commodity",))
UNITE = 0.75  # of JOIN: two clusters of one language may meet through a third when they are nearly alike themselves

# -- bounds on time
# -----------------------------------------------------------------------------------------------------
CANDIDATES = 16  # clusters compared for an article; the right one is nearly always among the first three
KEYS = 24  # rarest words that an article is looked up by
PENDING = 256  # vectors compared one by one before they are stacked
MERGE_PASSES = 4  # a pass merges disjoint pairs; what is left after four is a chain, not an event
PROOFS = 12  # candidates whose containment is computed for one text
SAME_TEXT = 0.9  # so alike that the newcomer need not be found by others: the first one stands for it
