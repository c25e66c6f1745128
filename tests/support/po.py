"""Reads and writes the catalogues of web/i18n: symbolic ids, no contexts, no plurals (docs/languages.md)."""
import ast
import re


def read(path):
    """{id: text}, in the order of the file; the header is under ""."""
    texts, part, key = {}, None, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            found = re.match(r'(?:(msgid|msgstr) )?(".*")\s*$', line)
            if not found:
                continue
            words = ast.literal_eval(found.group(2))
            if found.group(1) == "msgid":
                key, part = words, "msgid"
            elif found.group(1) == "msgstr":
                texts[key], part = words, "msgstr"
            elif part == "msgid":
                key += words
            elif part == "msgstr":
                texts[key] += words
    return texts


def quoted(text):
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'


def write(path, texts):
    with open(path, "w", encoding="utf-8") as file:
        for key, text in texts.items():
            file.write(f"msgid {quoted(key)}\nmsgstr {quoted(text)}\n\n")
