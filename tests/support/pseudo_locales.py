#!/usr/bin/env python3
"""Makes two languages that nobody speaks from the English texts: pseudo_locales.py FOLDER

en-XA.mo  accents on every letter, and each text 40 % longer, in brackets: what is cut off, overlaps or is not translatable shows.
ar-XB.mo  read from right to left, as a browser turns Arabic.

The server takes them from [languages] folder. Names in {braces} stay as they are.
"""
import os
import re
import subprocess
import sys

import po

HERE = os.path.dirname(os.path.abspath(__file__))
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
ACCENTS = str.maketrans(PLAIN, ACCENTED)
FILLER = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".translate(ACCENTS).split()
RIGHT_TO_LEFT, END = "\u202e", "\u202c"


def outside_braces(text, change):
    return "".join(part if part.startswith("{") else change(part) for part in re.split(r"(\{\w+\})", text))


def longer(text):
    """40 % more letters, as German or Maya may need."""
    wanted, words, number = round(len(text) * 0.4), "", 0
    while len(words) < wanted:
        words += " " + FILLER[number % len(FILLER)]
        number += 1
    return "[" + outside_braces(text, lambda part: part.translate(ACCENTS)) + words + "]"


def turned(text):
    return outside_braces(text, lambda part: RIGHT_TO_LEFT + part + END if part else "")


LOCALES = {"en-XA": (longer, "ltr", "Accents"), "ar-XB": (turned, "rtl", "Right to left")}


def make(language, texts):
    change, direction, name = LOCALES[language]
    made = {key: change(text) for key, text in texts.items()}
    made[""] = f"Language: {language}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
    made["language.dir"] = direction
    made["language.name"] = name
    return made


def main(folder):
    texts = po.read(os.path.join(HERE, "../../web/i18n/en.po"))
    os.makedirs(folder, exist_ok=True)
    for language in LOCALES:
        source = os.path.join(folder, language + ".po")
        po.write(source, make(language, texts))
        subprocess.run(["msgfmt", "--check-format", "-o", os.path.join(folder, language + ".mo"), source], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("use: pseudo_locales.py FOLDER")
    main(sys.argv[1])
