"""The words that the noun-phrase finder knows: things that ladders are about, verbs, small words."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTEFACTS = _set(
    """
    abstraction adapter algorithm api app application architecture backend block build change
    client codebase component connector controller core dashboard database datastore device
    domain driver bugfix fix endpoint engine enhancement environment feature firmware flow foundation
    framework frontend function functionality gateway handler implementation improvement
    infrastructure integration interface job kernel language layer library mechanism
    microservice migration model module package page part piece pipeline platform plugin
    primitive product program project proposal protocol prototype queue refactoring release
    renderer report repository runtime schema screen script sdk service server site software
    solution stack stream structure subsystem system technique technology template tool
    toolchain tooling upgrade utility version view website widget workflow
    """
)
SUBJECTS = _set(
    """
    language framework technology stack platform tool toolchain library runtime compiler
    database cloud area field domain protocol paradigm specialty ecosystem technique
    environment
    """
)
RUNNING = _set(
    """
    service system codebase component module product application app pipeline infrastructure
    stack architecture domain subsystem
    """
)
SOURCES = frozenset({"code", "guideline", "standard", "convention", "change", "guide", "practice"})
FAULTS = _set(
    """
    bug defect problem issue failure error fault regression crash vulnerability incident
    bottleneck leak outage
    """
)
TASKS = frozenset({"ticket", "task", "story", "item", "issue", "feature", "change"})
TESTS = frozenset({"test", "framework", "suite", "change", "code", "feature"})
MASS = _set(
    """
    code software infrastructure tooling functionality automation firmware hardware logic
    middleware documentation work debt quality value knowledge expertise excellence
    """
)
# Words that praise or define a thing away: a draft says them anew, or does without.
PRAISE = _set(
    """
    complete high-quality good great excellent clean working quality robust elegant successful
    impactful well-described well-defined well-scoped well-specified tightly-scoped well-tested
    well-written strong solid whole entire clear
    """
)
BAD_HEADS = _set(
    """
    thing things way ways impact lot person people others ability order variety number range
    amount level levels flow business value values time times work quality set sets kind kinds
    type types result results outcome outcomes goal goals team teams need needs contribution
    contributions excellence knowledge expertise best goals scale debt days weeks months years
    is
    """
)
_OTHER = _set(
    """
    codebase member engineer colleague customer user team company organisation organization
    department group day week month year line example case end review request question answer
    decision metric alert log trace skill principle pattern resource data debugger editor
    assistant certificate certification exam course market register table level size period
    """
)
_IRREGULAR = {
    "person": "people",
    "index": "indices",
    "criterion": "criteria",
    "analysis": "analyses",
}

DETERMINERS = _set(
    """
    the a an any some all each every its their our your his her my this these those most many
    several multiple various both one two three four five six at least more few no single
    other another
    """
)
AMOUNTS = _set(
    """
    any some all most many several multiple various both two three four five six least more few
    other another each every
    """
)
STOPS = _set(
    """
    of in on at by for from to with without within into onto across through throughout over
    under between among against about after before during until till since via per as than
    like near and or but nor yet so if when while whilst where whether because although though
    unless once that which who whom whose what how why is are was were be been being has have
    had do does did can could may might must shall should will would not it they them he she
    you we i us him beyond upon toward towards around despite using including such based up
    out off regardless outside inside below above behind along apart there here rather instead
    even just only both either neither
    """
)
ADVERBS = _set(
    """
    well fast alone often always never also too soon early late ahead daily weekly together
    again already almost quite very rather further independently end-to-end hard better best
    more most least less enough now then later today sometimes elsewhere everywhere
    """
)
ADJECTIVES_TOO = frozenset(
    {"hard", "fast", "early", "late", "better", "best", "daily", "elsewhere"}
)
_VERBS = _set(
    """
    accelerate acquire adapt add address adhere adjust adopt advance analyse analyze apply
    architect assemble automate author back bring build champion change check choose close
    code commit complete configure construct contribute convert create craft cut cross depend debug define
    delete deliver deploy deprecate design develop diagnose document drive eliminate enhance
    ensure establish evolve execute explore extend extract find finish fix follow generalise
    generalize generate handle have hold implement improve increase innovate instrument
    integrate introduce invent investigate keep know launch lead learn leverage maintain make
    manage master merge migrate modernise modernize modify move operate optimise optimize own
    package patch perform pick pioneer plan port produce program propose prototype provide
    publish push raise reach redesign reduce refactor release remove repair replace research
    resolve restructure reuse rewrite run scale script secure select set ship show simplify
    solve speed split start streamline study submit support tackle take test troubleshoot tune
    understand unblock update upgrade use utilise utilize work write
    """
)
_FORMS = {
    "has": "have", "wrote": "write", "written": "write", "built": "build", "made": "make",
    "knew": "know", "known": "know", "led": "lead", "kept": "keep", "ran": "run", "took": "take",
    "understood": "understand", "chose": "choose", "held": "hold",
}  # fmt: skip


def _plural(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


_PLURALS = {
    word: _plural(word)
    for word in ARTEFACTS | SUBJECTS | SOURCES | FAULTS | TASKS | TESTS | _OTHER
    if word not in MASS
}
_SINGULARS = {plural: word for word, plural in _PLURALS.items()}


def plural_of(word: str) -> str:
    """The plural of a thing in the lists, in lower case; empty where the word is none."""
    return _PLURALS.get(word.lower(), "")


def singular_of(word: str) -> str | None:
    """The singular of a plural in the lists; None where the word is none."""
    return _SINGULARS.get(word.lower())


def third_person(verb: str) -> str:
    """The verb as it stands after "it": carries, crosses, has."""
    return "has" if verb == "have" else _plural(verb)


def verb_of(word: str) -> str:
    """The plain form of a verb in the lists, whatever form it stands in; empty where it is none."""
    form = word.lower()
    if form in _FORMS:
        return _FORMS[form]
    stems = (form, form[:-1], form[:-2], form[:-3] + "y", form[:-3], form[:-3] + "e", form[:-4])
    endings = ("", "s", "es", "ies", "ing", "ing", "ing")
    for stem, ending in zip(stems, endings, strict=True):
        if form.endswith(ending) and stem in _VERBS:
            return stem
    past = (form[:-1], form[:-2], form[:-3] + "y", form[:-3])
    return next((s for s in past if form.endswith("ed") and s in _VERBS), "")
