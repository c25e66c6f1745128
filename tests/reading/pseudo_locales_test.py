#!/usr/bin/env python3
"""The two languages that nobody speaks are what the browser tests take them for."""
import os
import re
import sys
import tempfile
import unittest

from reading_level import ROOT, po

sys.path.insert(0, os.path.join(ROOT, "tests/support"))
import pseudo_locales  # noqa: E402

ENGLISH = po.read(os.path.join(ROOT, "web/i18n/en.po"))


class PseudoLocales(unittest.TestCase):
    def test_each_has_every_text_and_every_name_in_braces(self):
        for language in pseudo_locales.LOCALES:
            made = pseudo_locales.make(language, ENGLISH)
            self.assertEqual(set(made), set(ENGLISH))
            for key, text in ENGLISH.items():
                self.assertEqual(sorted(re.findall(r"\{\w+\}", made[key])), sorted(re.findall(r"\{\w+\}", text)), key)

    def test_the_accented_one_is_40_percent_longer_and_has_no_plain_letter(self):
        made = pseudo_locales.make("en-XA", ENGLISH)
        for key, text in ENGLISH.items():
            if key in ("", "language.dir", "language.name"):
                continue
            self.assertGreaterEqual(len(made[key]), len(text) * 1.4, key)
            self.assertIsNone(re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", made[key])), key)

    def test_the_other_is_read_from_right_to_left(self):
        self.assertEqual(pseudo_locales.make("ar-XB", ENGLISH)["language.dir"], "rtl")

    def test_what_is_written_is_read_back(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.po")
            texts = {"": "Language: x\n", "a": 'say "yes" \\ or\nno', "b": "‮é‬"}
            po.write(path, texts)
            self.assertEqual(po.read(path), texts)

    def test_catalogues_are_made(self):
        with tempfile.TemporaryDirectory() as folder:
            pseudo_locales.main(folder)
            for language in pseudo_locales.LOCALES:
                with open(os.path.join(folder, language + ".mo"), "rb") as file:
                    self.assertEqual(file.read(4), b"\xde\x12\x04\x95")


if __name__ == "__main__":
    unittest.main()
