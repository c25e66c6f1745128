#!/usr/bin/env python3
"""The reporter's pages can be read by someone tired, in a language that may not be their own."""
import glob
import os
import unittest

from reading_level import COUNTED_WORDS_MIN, NOT_READ, ROOT, Measure, pages, po, report, sentences_of, syllables_en, syllables_es

CATALOGUES = {os.path.basename(path)[:-3]: po.read(path) for path in sorted(glob.glob(os.path.join(ROOT, "web/i18n/*.po")))}

HARD = {
    "en": "Individuals experiencing exploitation are encouraged to communicate the circumstances to the responsible authorities. "
          "Confidentiality is guaranteed notwithstanding applicable legal obligations.",
    "es": "Las personas que experimenten situaciones de explotación podrán comunicar las circunstancias a las autoridades competentes. "
          "La confidencialidad permanece garantizada independientemente de las obligaciones jurídicas correspondientes.",
}


class Counting(unittest.TestCase):
    def test_english_syllables(self):
        for word, count in {"phone": 1, "locked": 1, "wanted": 2, "times": 1, "pages": 2, "little": 2, "police": 2, "seeing": 2, "nurse": 1, "history": 3,
                            "immigration": 4, "computer": 3, "people": 2, "anyone": 3, "I'm": 1, "don't": 1, "can't": 1, "SMS": 1, "Labour": 2,
                            "services": 3, "media": 3, "social": 2, "used": 1, "deleted": 3, "agency": 3, "passport": 2, "migration": 3}.items():
            self.assertEqual(syllables_en(word), count, word)

    def test_spanish_syllables(self):
        for word, count in {"que": 1, "aquí": 2, "guía": 2, "teléfono": 4, "policía": 4, "migración": 3, "está": 2, "hay": 1, "muy": 1, "leer": 2, "día": 2,
                            "ahora": 3, "página": 3, "viuda": 2, "respuesta": 3, "niño": 2, "seguro": 3, "usted": 2, "país": 2}.items():
            self.assertEqual(syllables_es(word), count, word)

    def test_sentences(self):
        self.assertEqual(len(sentences_of("Are you safe? If not, go. {days} days")), 3)
        self.assertEqual(len(sentences_of("Small or big: both are fine.")), 1)

    def test_labels_do_not_make_a_page_look_easy(self):
        hard = Measure("en", [HARD["en"]])
        with_labels = Measure("en", [HARD["en"], "Yes", "No", "Skip", "Me"])
        self.assertEqual(hard.per_sentence(), with_labels.per_sentence())
        self.assertGreater(COUNTED_WORDS_MIN, 1)


class HardTexts(unittest.TestCase):
    """What would be wrong is seen to be wrong."""

    def test_a_hard_page(self):
        for language, text in HARD.items():
            complaints = list(Measure(language, [text]).complaints())
            self.assertTrue(any(word in complaints[0] for word in ("grade", "ease")), complaints)
            self.assertTrue(any("long words" in complaint for complaint in complaints), complaints)

    def test_one_endless_sentence_among_easy_ones(self):
        for language, word in (("en", "go"), ("es", "va")):
            easy = ["We go to the sea."] * 50
            self.assertEqual(list(Measure(language, easy).complaints()), [])
            self.assertTrue(list(Measure(language, [*easy, (word + " ") * 30 + "."]).complaints()))

    def test_a_hard_text_on_a_real_page(self):
        for language, text in HARD.items():
            texts = {**CATALOGUES[language], "first.what": text}
            first = dict(report(language, texts))["first"]
            self.assertTrue(any("long words" in complaint for complaint in first.complaints()))


class Catalogues(unittest.TestCase):
    def test_every_page_is_easy(self):
        self.assertIn("en", CATALOGUES)
        self.assertIn("es", CATALOGUES)
        for language, texts in CATALOGUES.items():
            for page, measure in report(language, texts):
                with self.subTest(language=language, page=page):
                    self.assertEqual(list(measure.complaints()), [])

    def test_every_text_is_measured(self):
        """No text escapes because no page is known to hold it, and none is kept that nobody reads."""
        measured = {key for ids in pages(CATALOGUES["en"]).values() for key in ids}
        for language, texts in CATALOGUES.items():
            self.assertEqual(set(texts) - measured - set(NOT_READ), set(), language)
        self.assertEqual(measured - set(CATALOGUES["en"]) - {f"{key}.{value}" for key in CATALOGUES["en"] for value in ("yes", "no", "unsure")}, set())

    def test_every_language_has_every_text(self):
        for language, texts in CATALOGUES.items():
            self.assertEqual(set(CATALOGUES["en"]) ^ set(texts), set(), language)
            self.assertEqual([key for key, text in texts.items() if not text.strip()], [], language)


if __name__ == "__main__":
    unittest.main()
