"""The house rules, each a function that looks at the tree and yields what breaks it: (path, line or 0, what to do)."""
import os
import re
import shutil
import subprocess
import urllib.parse

LINES_MAX = 450
SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__", "hotline-data", ".cache"}
# Data that others made, or that is wrong on purpose: not ours to lay out.
DATA = ("tests/vectors/", "tests/fuzz/corpus/", "tests/fuzz/crashes/")
# Written by a program: tests/console/types.test.mjs.
GENERATED = ("web/console/src/api/schema.ts",)

# Who may include whom: a floor and all floors below it. Folders on one line of the picture do not know each other.
FLOORS = {
    "config": (),
    "crypto": ("config",),
    "storage": ("crypto", "config"),
    "web": ("config",),
    "server/http": ("web", "storage", "crypto", "config"),
    "server/sms": ("server/http", "web", "storage", "crypto", "config"),
    "server/smpp": ("server/sms", "server/http", "web", "storage", "crypto", "config"),
    "server/intake": ("server/http", "web", "storage", "crypto", "config"),
    "server/console": ("server/http", "web", "storage", "crypto", "config"),
    "server/conversation": ("server/sms", "server/http", "web", "storage", "crypto", "config"),
    "server/media": ("server/sms", "server/http", "web", "storage", "crypto", "config"),
    "server/texting": ("server/console", "server/conversation", "server/media", "server/smpp", "server/sms", "server/http", "web", "storage",
                       "crypto", "config"),
    "server/calling": ("server/http", "web", "storage", "crypto", "config"),
    "server/monitoring": ("server/http", "web", "storage", "crypto", "config"),
    "server/app": ("server/monitoring", "server/calling", "server/texting", "server/console", "server/conversation", "server/media", "server/intake", "server/smpp", "server/sms", "server/http", "web", "storage", "crypto", "config"),
    "server/cli": ("server/app", "server/monitoring", "server/calling", "server/texting", "server/console", "server/conversation", "server/media", "server/intake", "server/smpp", "server/sms", "server/http", "web", "storage", "crypto", "config"),
    "server": ("server/cli", "server/app"),
}
# Lines for the operator at the terminal: the commands, and what the server says while it starts.
PRINTERS = ("server/cli/", "server/app/server.cpp", "server/app/certificates.cpp", "server/main.cpp", "config/log.cpp")


class Tree:
    """The files of a work tree, read once."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.paths = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            inside = os.path.relpath(folder, self.root)
            self.paths += [os.path.normpath(os.path.join(inside, name)) for name in sorted(files)]
        self.texts = {}

    def absolute(self, path):
        return os.path.join(self.root, path)

    def text(self, path):
        if path not in self.texts:
            with open(self.absolute(path), "rb") as file:
                self.texts[path] = file.read().decode("utf-8", errors="replace")
        return self.texts[path]

    def named(self, *endings, data=False):
        return [path for path in self.paths if path.endswith(endings) and (data or not path.startswith(DATA))]

    def code(self):
        return self.named(".cpp", ".hpp")

    def product_code(self):
        return [path for path in self.code() if not path.startswith("tests/")]

    def scripts(self):
        """Shell scripts by their first line."""
        found = []
        for path in self.paths:
            if os.path.islink(self.absolute(path)) or path.startswith(DATA) or "." in os.path.basename(path) and not path.endswith((".sh", ".test", ".bash")):
                continue
            with open(self.absolute(path), "rb") as file:
                first = file.readline(80)
            if re.match(rb"#!.*\b(ba|da)?sh\b", first) or path.endswith((".sh", ".bash")):
                found.append(path)
        return found

    def written(self):
        """Everything that people wrote: what is text and not data."""
        endings = (".cpp", ".hpp", ".inc", ".py", ".mjs", ".js", ".ts", ".css", ".html", ".mustache", ".md", ".txt", ".toml", ".cmake", ".po", ".json",
                   ".test", ".bash", ".sh", ".yml", ".yaml", ".service", ".conf", ".npmrc", ".gitignore")
        return sorted({path for path in self.paths if path.endswith(endings) and not path.startswith(DATA)} | set(self.scripts()))


def without_comments(text):
    """Comments and the insides of strings blanked, lines kept."""
    def blank(match):
        found = match.group(0)
        if found.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matches(tree, paths, pattern, say, clean=True, flags=0):
    for path in paths:
        text = without_comments(tree.text(path)) if clean else tree.text(path)
        for match in re.finditer(pattern, text, flags):
            yield path, line_of(text, match.start()), say


# --- layout ----------------------------------------------------------------------------------------
def floor_of(path):
    return max((floor for floor in FLOORS if path.startswith(floor + "/")), key=len, default=None)


def arrows_point_down(tree):
    """Includes go to the same folder or to one below it, and are written from the root."""
    for path in tree.code():
        text = tree.text(path)
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', text, re.M):
            included, line = match.group(1), line_of(text, match.start())
            if not os.path.exists(tree.absolute(included)):
                yield path, line, f"{included} is not a path from the root"
                continue
            floor, below = floor_of(path), floor_of(included)
            if floor is None:
                continue     # tests stand above everything
            if below is None or (below != floor and below not in FLOORS[floor]):
                yield path, line, f"{floor} must not know {included}"


def headers_are_guarded(tree):
    """Every header begins with #pragma once."""
    for path in tree.named(".hpp"):
        if not tree.text(path).startswith("#pragma once\n"):
            yield path, 1, "begin with #pragma once"


def files_are_short(tree):
    for path in tree.written():
        if path.endswith((".po", ".json", ".md", ".inc")) or path in GENERATED:
            continue
        lines = tree.text(path).count("\n")
        if lines > LINES_MAX:
            yield path, lines, f"{lines} lines, {LINES_MAX} at most: part it by noun"


def text_is_clean(tree):
    """UTF-8, LF, a line end at the end, no blanks before it, no tabs in code."""
    for path in tree.written():
        text = tree.text(path)
        if "\ufffd" in text and b"\xef\xbf\xbd" not in open(tree.absolute(path), "rb").read():
            yield path, 0, "is not UTF-8"
        for pattern, say in ((r"\r", "ends lines with CR"), (r"[ \t]+\n", "blanks at the end of a line")):
            match = re.search(pattern, text)
            if match and not (path.endswith(".md") and say.startswith("blanks")):
                yield path, line_of(text, match.start()), say
        if path.endswith((".cpp", ".hpp", ".py", ".mjs", ".mustache", ".css")) and "\t" in text:
            yield path, line_of(text, text.index("\t")), "a tab"
        if text and not text.endswith("\n"):
            yield path, 0, "ends without a line end"


# --- C++ -------------------------------------------------------------------------------------------
def no_using_namespace(tree):
    """Except for the literals of the standard library, which are meant to be used so, and in tests, which live in one room."""
    yield from matches(tree, tree.product_code(), r"\busing\s+namespace\s+(?!std::(\w+::)*\w*literals\s*;)", "name what is used, or open the namespace")


def parsers_are_passed_whole(tree):
    """parser.get() given to async_read makes another parser, which ignores the body limit."""
    yield from matches(tree, tree.code(), r"\basync_read(_header|_some)?\s*\([^;{]*\.get\(\)", "pass the parser itself: .get() ignores its body limit", flags=re.S)


def only_operators_are_printed_to(tree):
    """Nothing but log_event and the operator's lines writes anywhere: no free text can reach a log."""
    paths = [path for path in tree.product_code() if not path.startswith(PRINTERS)]
    yield from matches(tree, paths, r"\b(v?f?printf|f?puts|f?putc|putchar|perror|v?syslog|v?dprintf)\s*\(|\bstd::w?(cerr|cout|clog)\b",
                       "log_event with names and numbers, or a Problem for the operator")


def logs_take_names_and_numbers(tree):
    """log_event's names are literals, and no value is built from text; the types of config/log.hpp hold the same line."""
    for path in tree.product_code():
        text = without_comments(tree.text(path))
        if path.startswith("config/log."):
            continue
        for match in re.finditer(r"\blog_event\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", text):
            words = match.group(1)
            if re.search(r"\.what\(|\.message\(|\bto_text\b|\bto_string\b|\breveal|\.c_str\(|std::string|\.line\b", words):
                yield path, line_of(text, match.start()), "log a literal, a number or an error's number"
            if not re.match(r"\s*LogLevel::\w+\s*,\s*\"", words):
                yield path, line_of(text, match.start()), "the event's name is a literal"


def error_enums_start_at_one(tree):
    """An error enum that starts at 0 reads as success."""
    everything = {path: without_comments(tree.text(path)) for path in tree.code()}
    names = {match.group(1).split("::")[-1] for text in everything.values() for match in re.finditer(r"is_error_(?:code|condition)_enum<([\w:]+)>", text)}
    for path, text in everything.items():
        for match in re.finditer(r"\benum\s+class\s+(\w+)[^{;]*\{\s*\w+\s*(=\s*(-?\w+))?", text):
            if match.group(1) in names and match.group(3) in (None, "0"):
                yield path, line_of(text, match.start()), f"{match.group(1)} must start at 1"


def secrets_are_not_compared(tree):
    """What reveal() gives is compared by equal_in_constant_time only."""
    yield from matches(tree, tree.product_code(), r"\breveal\(\)\s*[!=]=[^=]|[^=][!=]=\s*[\w.>-]*\breveal\(\)|\bmemcmp\s*\(", "crypto::equal_in_constant_time")


def tests_do_not_sleep(tree):
    paths = [path for path in tree.code() if path.startswith(("tests/unit/", "tests/property/", "tests/vectors/"))]
    yield from matches(tree, paths, r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(", "wait for what is to happen, not for time to pass")


# --- words -----------------------------------------------------------------------------------------
def nothing_is_left_undone(tree):
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"))
    yield from matches(tree, tree.written(), rf"(?<![\w-])({marks})\b|\b[Nn]ot (?:yet )?imple" + r"mented\b", "finish it, or leave it out", clean=False)


def the_tree_speaks_of_itself(tree):
    """No package registry, no mirror, no folder of one machine."""
    hosts = r"\b(registry\.[\w.-]+\.\w+|(?:files\.)?pythonhosted\.org|pypi\.org|npmjs\.(?:org|com)|crates\.io|proxy\.golang\.org|rubygems\.org|(?:deb|security|ftp)\.debian\.org)\b"
    folders = r"(?<![\w.$}>/-])/(?:work|farm|root|home/\w+|tmp/(?!hotline)\w+)/\w+"
    paths = [path for path in tree.written() if not path.startswith("tests/tidy/")]
    yield from matches(tree, paths, hosts, "leave the address to the machine's own settings", clean=False)
    yield from matches(tree, paths, folders, "name no folder of one machine", clean=False)


def links_resolve(tree):
    """Links of the documents to files and headings."""
    def anchors(path):
        titles = re.findall(r"^#+ +(.*?) *$", re.sub(r"^```.*?^```", "", tree.text(path), flags=re.M | re.S), re.M)
        return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", title).lower()).replace(" ", "-") for title in titles}

    for path in tree.named(".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", lambda found: re.sub(r"[^\n]", " ", found.group(0)), tree.text(path), flags=re.S)
        for match in re.finditer(r"\[[^]\n]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)", text):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(name))) if name else path
            if not os.path.exists(tree.absolute(file)):
                yield path, line_of(text, match.start()), f"{target} is not there"
            elif anchor and file.endswith(".md") and anchor not in anchors(file):
                yield path, line_of(text, match.start()), f"{file} has no heading #{anchor}"


def documents_name_files_that_are_there(tree):
    """`folder/file.ext` in a document or a comment of the build is a file of the tree."""
    tops = {path.split("/")[0] for path in tree.paths if "/" in path} - {"build"}
    for path in tree.named(".md"):
        text = tree.text(path)
        for match in re.finditer(r"`([\w.-]+(?:/[\w.-]+)+)`", text):
            name = match.group(1)
            placeholder = re.search(r"\b[A-Z]{3,}\.\w+$", name)
            if name.split("/")[0] in tops and "." in os.path.basename(name) and not placeholder and not os.path.exists(tree.absolute(name)):
                yield path, line_of(text, match.start()), f"{name} is not there"


# --- other files -----------------------------------------------------------------------------------
def settings_are_documented(tree):
    """Every key that the settings read is in deploy/hotline.toml, and every key there is read."""
    code = "".join(tree.text(path) for path in tree.paths if re.match(r"config/settings[\w]*\.cpp$", path))
    read = set(re.findall(r"\b(?:text|texts|local_text|path|section|sections|integer|number|boolean|has)\(\"(\w+)\"", code))
    read |= set(re.findall(r"\b(?:checked|take_secret|read|read_seconds|read_time|read_days)\(\s*\w+,\s*\"(\w+)\"", code))
    shown = set()
    example = "deploy/hotline.toml"
    for line in tree.text(example).splitlines() if example in tree.paths else ():
        table = re.match(r"(?:# )?\[+(\w+)(?:\.\w+(?:\.(\w+))?)?\]", line)
        if table:
            shown |= {part for part in table.groups() if part}
        elif re.match(r"(?:# +)?(?:\{ )?\w+ = ", line):
            # A text by language is a table of its own: { en = "…", es = "…" }
            flat = re.sub(r"\{ \w\w = .*?\}", "0", re.sub(r'"[^"]*"', '""', line))
            shown |= set(re.findall(r"(\w+) = ", flat))
    for key in sorted(read - shown):
        yield example, 0, f"show {key}, with its default and unit"
    for key in sorted(shown - read):
        yield example, 0, f"{key} is read nowhere"


def events_are_documented(tree):
    """Every event that is logged is in the table of docs/operations.md, and every one there is logged."""
    book = "docs/operations.md"
    chapter = re.search(r"^## Log$(.*?)(?=^## |\Z)", tree.text(book) if book in tree.paths else "", re.M | re.S)
    rows = [line.split("|")[1] for line in chapter.group(1).splitlines() if line.startswith("|")] if chapter else []
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    logged = set()
    for path in tree.product_code():
        for match in re.finditer(r"\blog_event\s*\(\s*LogLevel::\w+\s*,\s*\"(\w+)\"", tree.text(path)):
            logged.add(match.group(1))
            if match.group(1) not in told:
                yield path, line_of(tree.text(path), match.start()), f"say in the table of {book} what {match.group(1)} means"
    for name in sorted(told - logged):
        yield book, 0, f"{name} is logged nowhere"


def fields_are_not_remembered(tree):
    """Every field of a page that others may see on the same machine has autocomplete="off"."""
    for path in tree.named(".mustache", ".html"):
        text = tree.text(path)
        for match in re.finditer(r"<(input|textarea|select|form)\b[^>]*>", text):
            if 'autocomplete="off"' not in match.group(0) and not re.search(r'autocomplete="(current|new)-password"|type="submit"', match.group(0)):
                yield path, line_of(text, match.start()), f'{match.group(1)} without autocomplete="off"'


def run_each(tree, paths, command, say):
    for path in paths:
        done = subprocess.run([*command, tree.absolute(path)], capture_output=True, text=True)
        if done.returncode != 0:
            first = (done.stderr or done.stdout).strip().splitlines() or [""]
            yield path, 0, f"{say}: {first[0].replace(tree.root + '/', '')}"


def scripts_are_sound(tree):
    """bash -n, and shellcheck and node --check where they are installed."""
    yield from run_each(tree, tree.scripts(), ["bash", "-n"], "bash -n")
    if shutil.which("shellcheck"):
        for path in tree.scripts():
            done = subprocess.run(["shellcheck", "--severity=warning", "--format=gcc", "-x", tree.absolute(path)], capture_output=True, text=True,
                                  cwd=os.path.dirname(tree.absolute(path)))
            for line in done.stdout.splitlines():
                _, number, _, what = line.split(":", 3)
                yield path, int(number), f"shellcheck: {what.strip()}"
    if shutil.which("node"):
        yield from run_each(tree, tree.named(".mjs"), ["node", "--check"], "node --check")
    for path in tree.named(".py"):
        try:
            compile(tree.text(path), path, "exec")
        except SyntaxError as error:
            yield path, error.lineno or 0, "is not Python"


def texts_are_sound(tree):
    """msgfmt --check: header, formats, no key twice."""
    yield from run_each(tree, tree.named(".po"), ["msgfmt", "--check", "-o", os.devnull], "msgfmt")


RULES = (arrows_point_down, headers_are_guarded, files_are_short, text_is_clean, no_using_namespace, parsers_are_passed_whole,
         only_operators_are_printed_to, logs_take_names_and_numbers, error_enums_start_at_one, secrets_are_not_compared, tests_do_not_sleep,
         nothing_is_left_undone, the_tree_speaks_of_itself, links_resolve, documents_name_files_that_are_there, settings_are_documented,
         events_are_documented, fields_are_not_remembered, scripts_are_sound, texts_are_sound)
