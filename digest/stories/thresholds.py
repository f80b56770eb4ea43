"""Every number that copies and stories are decided by, each with its reason. One set for all data and languages."""

# -- copies: text that was taken over --------------------------------------------------------------------------------

# True reprints share only about 30 % of their shingles (Silcock 2023), so candidates are taken early and proven later.
WORDS_IN_SHINGLE = 3
HAN_IN_SHINGLE = 4  # Chinese sets no spaces; four characters are about two words
PERMUTATIONS, BANDS = 128, 64  # candidates from Jaccard .25 on: two rows a band (measured recall .998)
CANDIDATE = 0.25
CONTAINED = 0.4  # of the shorter text's long shingles, found in the longer one: shared quotes alone stay below .2
WORDS_IN_PROOF, HAN_IN_PROOF = 5, 8
SHORT_WORDS = 40  # below this shingles say nothing and the title decides
SHORT_TITLE = 0.8  # token Jaccard of two short texts' titles
SHORT_TITLE_WORDS = 4  # "Market wrap" is printed every day
COPY_DAYS = 4  # a text printed a week later is an archive page

# -- stories within one language -------------------------------------------------------------------------------------

TAU_DAYS = 3.0  # time decay exp(-d/3): the largest single gain on every representation measured
WINDOW_DAYS = 7
MERGE_HOURS = 72
FOLLOW_HOURS = 12  # of silence, after which the next report of an event begins a story of its own that follows it
# Without the decay of time: what would be one event if it had come the same hour. Surer than a join: readers see it.
FOLLOW = {"concepts": 0.44, "embedding": 0.46}
# Across languages: far above a link, for of each hundred events of the days before one is near by chance.
FOLLOW_ACROSS = {"concepts": 0.45, "embedding": 0.35}
# Between same and different events of full texts; different events that share their actors reach .35, two reports of
# one event begin at .36. An article joins what is nearest when it comes; the merge pass, which sees all and begins with
# the firmest pair, mends what was kept apart. On six newsrooms and headlines of five authors, with the space fitted
# without each: joins at .36 and merges at .38 give .946 and .943, at .40 and .36 .934 and .941.
JOIN = {"concepts": 0.36, "embedding": 0.36}
MERGE = {"concepts": 0.33, "embedding": 0.38}
THIN, THICK = 14, 50  # terms: a headline, and a headline with its lead and a sentence
# What the likeness of two headlines is worth as evidence of one event: they share their few words by chance, and
# different events with the same actors reach .6 of raw likeness. That holds on the beat; the fewer subjects of ours two
# headlines have, the more their rare words belong to one event alone (OG2021: 3,590 true pairs to 592 false ones above
# .4 with one subject; the triples: 40 false ones, nearly all with two or more).
THIN_WORTH, OFF_BEAT_WORTH = 0.58, 0.9
SAID = 3  # terms, below which a headline tells no event: "Tariffs" is near to all that name them
ON_BEAT = 2.0  # subjects in the poorer headline, from which it is wholly on the beat

# -- links across languages ------------------------------------------------------------------------------------------

# In tenths of standard deviations above both ends' background (background.py): one in fifty unrelated headlines
# reaches 2.0 with the model. Without it, subjects in common are the whole of the evidence, and more is asked.
LINK = {"concepts": 0.24, "embedding": 0.20}
LINK_MARGIN = 0.15  # below the best link of either end: the firmest are tied first, and UNITE keeps rivals out
FULL_WORTH = 0.75  # of a link between full texts, compared with one between headlines
UNITE = 0.7  # of JOIN: two clusters of one language may meet through a third when they are nearly alike themselves
# What a likeness by subjects alone is worth where the lexicon knows next to nothing of the two.
UNKNOWN_WORTH = 0.3
BACKGROUND = 64  # texts of another language that a text is measured against: their mean is good to an eighth deviation
BACKGROUND_PRIOR = 20  # texts that the ordinary is worth: a day with three texts does not know its own background
BACKGROUND_TOP = 2.5  # deviations above the ordinary, where a text stops being background
ORDINARY = {"concepts": (0.03, 0.09), "embedding": (0.09, 0.09)}  # mean, deviation: unrelated texts of one beat
# Of LINK or JOIN: near enough that a silence may not be printed. A silence of a side that spoke is the worst error and
# "not known" a safe answer. By words: far below what would join, and nearer to it where others tell the entry too.
POSSIBLE = 0.55
POSSIBLE_SHARED = 0.85
POSSIBLE_THROUGH = 0.85  # what a side's companions say is no word of its own
# Across languages and without vectors, of a report that nobody outside its side was found to tell. Either it is about
# something else, and then nearly nothing is shared, or it is what was not linked; the lexicon alone tells these apart
# only where it knows the words of both. Of 1,192 reports asked against two others of their event 2 are not heard.
POSSIBLE_UNTIED = 0.15
# Of two texts that both have the model's vector. What others tell too must come as near as would tie it to this event:
# of 1,836 reports and one companion of each, cut off from two others of their event, 3 are not heard. What nobody else
# tells: 10 of 1,192 (18 at 1.0). Companions are told apart by their own links; a fifth more than a tie is asked.
POSSIBLE_MEANT = 1.0
POSSIBLE_MEANT_ALONE = 0.85
POSSIBLE_MEANT_THROUGH = 1.2
# How much firmer the firmest tie inside each of two stories is than any between them where they are plainly two events.
# Of 506 events cut in two by force none reaches 1.4, nor of 10 that were woven in two; of 156 pairs of different events
# that come near each other 128 do.
POSSIBLE_FIRMER = 2.0
# What is asked of a headline alone, as a share of that: its few words say little of what it tells. It rises to the
# whole at half of a full text, below which the words are asked too, whatever the vectors say.
HEADLINE_HEARD = 0.5
HEADLINE_BELOW = 0.5
# And across languages, where a number or one name that sounds alike is shared by chance among hundreds of headlines:
# subjects in common, or two names. Of 337 reports, one by one, all are heard with .15; with .2 three are not.
POSSIBLE_SUBJECTS = 0.12
POSSIBLE_NAMES = 0.5

# -- reading --------------------------------------------------------------------------------------------------

TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 3, 2, 1  # the headline was chosen to say what happened
OPENING_SENTENCES = 5  # later paragraphs are background, which other events share
OPENING_LENGTH = 6000  # characters: a text without full stops is one sentence of 200 kB
LEAD_ENOUGH = 120  # characters; a shorter lead is a teaser, and the text's first sentences say more
MODEL_BUDGET = 420.0  # in Latin characters: about 100 tokens and 70 ms; an event is said by then
HAN_COST, CYRILLIC_COST = 2.8, 1.2  # tokens per character, relative to Latin
IMPLIED_WEIGHT = 0.5  # of a state that only its towns, offices or people stand for
# Of two texts' words, from which they are of one crowd, which counts for no more than REPRESENTATIVES texts when words
# are counted: reports of one event share that much, texts of one beat half of it. What an event's own words are worth
# then does not sink with how many tell it.
CROWD = 0.15
SMOOTH = 30.0  # pretended documents, so that on a thin day a word seen once is not infinitely rare

# -- how the parts add up --------------------------------------------------------------------------------------------

# Shares of the parts that are known; unknown ones (no model, nothing of the lexicon) leave theirs to the others. A
# logistic regression on pairs of three sets gave meaning and subjects about equal weight, and words as much within a
# language; nothing was learned beyond that (weights learned on a small set gave one giant cluster, facts of 2026-11).
WITHIN = {"words": 0.35, "headline": 0.05, "concepts": 0.35, "figures": 0.05, "meaning": 0.35}
ACROSS = {"concepts": 0.45, "names": 0.15, "figures": 0.08}
ADDED = {"concepts": 0.4, "names": 0.15, "figures": 0.1}  # to the model's 0..1 across languages
BONUS = ("names", "figures")  # their absence says nothing: two reports need not spell one name or give one figure
SUBJECTS_ENOUGH = 4.0  # subjects of the lexicon in the poorer of two texts, from which their likeness can be judged
VAGUE_KINDS = ("state", "bloc", "deed", "body", "offtopic", "market", "namesake")  # in every text, or in any
FIGURES_FULL = 2.0  # two odd numbers in common are as much as numbers can say
NAMES_FULL = 10.0  # two rare names in common are as much as names can say
PRIOR_COUNT = 200  # articles that the shipped mean is worth; a day's news moves it, one article does not
# What each kind of concept says about which event it is: the three states are in every text here.
KIND_WEIGHT = {
    "state": 0.35,
    "bloc": 0.7,
    "office": 0.5,
    "agency": 0.5,
    "ministry": 0.4,
    "body": 0.3,
    "person": 0.9,
    "place": 0.9,
    "stage": 0.9,
    "company": 1.2,
    "commodity": 1.1,
    "weapon": 1.2,
    "currency": 0.8,
    "dollar": 0.8,
    "act": 0.8,
    "flow": 0.7,
    "deed": 0.45,
    "subject": 0.4,  # what many stories are about: it tells events apart less than who and what is named in them
    "word": 0.6,  # of a headline alone; in a full text general words say nothing
    "commentator": 0.3,
    "offtopic": 0.6,
    "market": 0.6,
    "politics": 0.8,
    "namesake": 0.3,
}
# What is left of a score where each headline names one of a kind that the other text never mentions: gas to China is
# not gas to Turkey.
PARTY_KINDS = (
    (("state", "bloc"), 0.6),
    (("person",), 0.75),
    (("company",), 0.75),
    (("weapon",), 0.75),
    (("commodity",), 0.75),
)

# -- bounds on time --------------------------------------------------------------------------------------------------

REPRESENTATIVES = 6  # members compared for a cluster, also when 5,000 articles tell one event
CANDIDATES = 16  # clusters compared for an article; the right one is nearly always among the first three
KEYS = 24  # rarest words that an article is looked up by
POSTINGS = 2000  # newest clusters looked at for one key, however common the word: a week may hold 100,000 articles
PENDING = 256  # vectors compared one by one before they are stacked
PROOFS = 12  # candidates whose containment is computed for one text
CHAIN = 64  # newest texts looked at for one band of a signature: what 5,000 reprint is found by any few of them
SAME_TEXT = 0.9  # so alike that the newcomer need not be found by others: the first one stands for it
