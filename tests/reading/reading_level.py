"""How hard the reporter's pages are to read.

English by Flesch-Kincaid (Kincaid et al. 1975): grade = 0.39 words/sentence + 11.8 syllables/word - 15.59; a page may have grade 6.
Spanish by Fernández-Huerta (1959, as corrected by Law 2011): ease = 206.84 - 60 syllables/word - 1.02 words/sentence; 55 at least.
Both are meant for running text. So a page counts as a whole: every text that can stand on it, each once. What has fewer than four words,
a heading or "Skip", is left out: it would only make the page look easier than it is. A colon ends no sentence.
An average can hide one bad sentence, so none may have more than WORDS_MAX words, nor more than LONG_WORDS_MAX words of four syllables.
Languages without a formula here are held to the bounds of the sentence alone.
"""
import os
import re
import sys
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
import po  # noqa: E402

GRADE_MAX = 6.0
EASE_MIN = 55.0
WORDS_MAX = {"en": 22, "es": 24}
LONG_WORDS_MAX = {"en": 2, "es": 5}
COUNTED_WORDS_MIN = 4

# What stands on a page: its templates, and texts that the server or the script puts in by their ids.
PAGES = {
    "first": (["first"], ["door.", "time."]),
    "check": (["check"], ["check.", "answer.", "SELF_CHECK"]),
    "tell": (["tell"], ["answer.", "section.", "desk.", "QUESTIONS"]),
    "sent": (["sent"], ["time."]),
    "answers": (["answers"], []),
    "found": (["answers_found", "reply", "no_reply"], ["found.", "desk.", "q_share."]),
    "messages": ([], ["message_sent.", "consents_kept.", "delete_asked."]),
    "problems": ([], ["problem."]),
    "errors": ([], ["error."]),
    "script": ([], ["script."]),
    "texts to phones": ([], ["sms."]),
}
NOT_READ = ("", "language.name", "language.dir", "page.title", "sms.code_words", "sms.tells")

# Where counting vowels goes wrong in English.
EXCEPTIONS = {"anyone": 3, "everyone": 3, "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "idea": 3, "video": 3, "videos": 3, "sexual": 3,
              "area": 3, "being": 2, "doing": 2, "going": 2, "real": 2, "quiet": 2, "science": 2, "poem": 2, "maybe": 2, "everything": 3, "people": 2,
              "safely": 2, "business": 2, "somebody": 3, "homeless": 2, "offline": 2, "online": 2, "phone's": 1, "wikipedia": 5}


def syllables_en(word):
    word = word.lower().replace("’", "'")
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    word = word.replace("'s", "s").replace("n't", "nt").replace("'", "")
    if re.fullmatch(r"[^aeiouy]+", word):
        return 1
    count = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouy]e$", word) and not re.search(r"[^aeiouy]le$", word):
        count -= 1                                              # the silent e of "phone", not of "little"
    elif re.search(r"[^aeiouydt]ed$", word):
        count -= 1                                              # "locked", not "wanted"
    elif re.search(r"[^aeiouyscgzx]es$", word) and not re.search(r"([^aeiouy]l|sh|ch)es$", word):
        count -= 1                                              # "times", not "pages"
    count += len(re.findall(r"[aeiouy]ing$", word))             # "see-ing"
    count += len(re.findall(r"(?<![tcsg])i[aou](?!us)", word)) if len(word) > 4 and not re.search(r"[tcsg]io", word) else 0
    return max(1, count)


def syllables_es(word):
    """Strong vowels (a e o, and i u with an accent) make syllables of their own; weak ones lean on them."""
    word = word.lower()
    word = re.sub(r"qu(?=[eéií])", "q", word)
    word = re.sub(r"gu(?=[eéií])", "g", word)
    word = re.sub(r"y$", "i", word)
    count = 0
    for group in re.findall(r"[aeiouáéíóúü]+", word):
        strong = len(re.findall(r"[aeoáéóíú]", group))
        count += max(1, strong)
    return max(1, count)


SYLLABLES = {"en": syllables_en, "es": syllables_es}


def words_of(sentence):
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+", sentence)


def sentences_of(text):
    """Names of numbers count as one word each; what stands in (parentheses) belongs to the sentence."""
    text = re.sub(r"\{\w+\}", "10", text)
    return [part for part in re.split(r"(?<=[.?!…])[\"»)]?\s+|(?<=[.?!])$", text) if words_of(part)]


class Measure:
    """Counts of a page."""

    def __init__(self, language, texts):
        self.language = language
        self.sentences = [s for text in texts for s in sentences_of(text)]
        counted = [words_of(s) for s in self.sentences if len(words_of(s)) >= COUNTED_WORDS_MIN]
        self.sentence_count = len(counted)
        self.words = [word for sentence in counted for word in sentence]

    def per_word(self):
        count = SYLLABLES[self.language]
        return sum(count(word) for word in self.words) / len(self.words)

    def per_sentence(self):
        return len(self.words) / self.sentence_count

    def complaints(self):
        if self.words and self.language == "en":
            grade = 0.39 * self.per_sentence() + 11.8 * self.per_word() - 15.59
            if grade > GRADE_MAX:
                yield f"grade {grade:.1f}, {GRADE_MAX} at most"
        if self.words and self.language == "es":
            ease = 206.84 - 60 * self.per_word() - 1.02 * self.per_sentence()
            if ease < EASE_MIN:
                yield f"ease {ease:.1f}, {EASE_MIN} at least"
        for sentence in self.sentences:
            words = words_of(sentence)
            most = WORDS_MAX.get(self.language, max(WORDS_MAX.values()))
            if len(words) > most:
                yield f"a sentence of {len(words)} words, {most} at most: {sentence}"
            if self.language in SYLLABLES:
                long_words = [word for word in words if SYLLABLES[self.language](word) >= 4]
                if len(long_words) > LONG_WORDS_MAX[self.language]:
                    yield f"long words {', '.join(long_words)} in: {sentence}"


def template_ids(name, seen=None):
    """Ids of a template and of its partials."""
    seen = seen if seen is not None else set()
    path = os.path.join(ROOT, "web/reporter", name + ".mustache")
    if name in seen or name.startswith("script_") or not os.path.exists(path):
        return []
    seen.add(name)
    ids = []
    with open(path, encoding="utf-8") as file:
        for tag, word in re.findall(r"\{\{(_|>) *([\w.]+) *\}\}", file.read()):
            ids += template_ids(word, seen) if tag == ">" else [word]
    return ids


def question_ids(only_self_check):
    with open(os.path.join(ROOT, "web/reporter/questionnaire.toml"), "rb") as file:
        questions = tomllib.load(file)["question"]
    ids = []
    for question in questions:
        if only_self_check and not question.get("self_check"):
            continue
        key = question["key"]
        ids += [*question.get("before", []), key, *([question["hint"]] if "hint" in question else [])]
        ids += [f"{key}.{option}" for option in question.get("options", [])]
    return ids


def pages(texts):
    """{page: ids}: every id of the catalogue that stands on it, each once."""
    found = {}
    for page, (templates, more) in PAGES.items():
        ids = [key for name in templates for key in template_ids(name)]
        for start in more:
            if start in ("QUESTIONS", "SELF_CHECK"):
                ids += question_ids(start == "SELF_CHECK")
            else:
                ids += [key for key in texts if key.startswith(start)]
        found[page] = list(dict.fromkeys(key for key in ids if key not in NOT_READ))
    return found


def report(language, texts):
    """[(page, measure)] of a catalogue."""
    return [(page, Measure(language, [texts[key] for key in ids if key in texts])) for page, ids in pages(texts).items()]


if __name__ == "__main__":
    for name in sys.argv[1:] or ["en", "es"]:
        for page_name, measure in report(name, po.read(os.path.join(ROOT, "web/i18n", name + ".po"))):
            if not measure.words:
                continue
            w, s = measure.per_word(), measure.per_sentence()
            value = 0.39 * s + 11.8 * w - 15.59 if name == "en" else 206.84 - 60 * w - 1.02 * s
            print(f"{name} {page_name:9} {value:6.2f}  {s:5.2f} words a sentence, {w:.2f} syllables a word, {len(measure.words)} words")
            for complaint in measure.complaints():
                print("   ", complaint)
