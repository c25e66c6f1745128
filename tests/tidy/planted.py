"""Violations, each planted in a tree of its own: the rule that it breaks must find it, and no rule may find anything in the clean tree."""
import os
import shutil
import tempfile

import rules

CLEAN = {
    "config/error.hpp": "#pragma once\nenum class Errc { malformed = 1 };\ntemplate <> struct is_error_code_enum<Errc> {};\n",
    "crypto/key.hpp": "#pragma once\n#include \"config/error.hpp\"\n",
    "server/http/page.cpp": "#include \"crypto/key.hpp\"\nint page() { return 1; }\n",
    "docs/page.md": "# Page\n[itself](#page) and `config/error.hpp`.\n",
    "web/form.mustache": "<form autocomplete=\"off\">\n<input name=\"a\" autocomplete=\"off\">\n</form>\n",
    "tool.sh": "#!/usr/bin/env bash\necho yes\n",
}
UNDONE = "TO" + "DO"
PLANTED = (
    ("arrows_point_down", "config/error.hpp", "#pragma once\n#include \"crypto/key.hpp\"\n"),
    ("arrows_point_down", "crypto/key.hpp", "#pragma once\n#include \"error.hpp\"\n"),
    ("headers_are_guarded", "crypto/key.hpp", "#include \"config/error.hpp\"\n"),
    ("files_are_short", "server/http/page.cpp", "int a;\n" * (rules.LINES_MAX + 1)),
    ("text_is_clean", "server/http/page.cpp", "int a; \n"),
    ("text_is_clean", "server/http/page.cpp", "\tint a;\n"),
    ("text_is_clean", "server/http/page.cpp", "int a;"),
    ("no_using_namespace", "server/http/page.cpp", "using namespace std;\n"),
    ("parsers_are_passed_whole", "server/http/page.cpp", "int a = async_read(stream, buffer, parser.get());\n"),
    ("only_operators_are_printed_to", "server/http/page.cpp", "void f() { std::cerr << 1; }\n"),
    ("logs_take_names_and_numbers", "server/http/page.cpp", "void f() { log_event(LogLevel::info, \"a\", {{\"b\", error.what()}}); }\n"),
    ("logs_take_names_and_numbers", "server/http/page.cpp", "void f() { log_event(LogLevel::info, name); }\n"),
    ("error_enums_start_at_one", "config/error.hpp",
     "#pragma once\nenum class Errc { malformed };\ntemplate <> struct is_error_code_enum<Errc> {};\n"),
    ("secrets_are_not_compared", "server/http/page.cpp", "bool f() { return a.reveal() == b; }\n"),
    ("tests_do_not_sleep", "tests/unit/a_test.cpp", "void f() { std::this_thread::sleep_for(a); }\n"),
    ("nothing_is_left_undone", "server/http/page.cpp", "// " + UNDONE + ": more\n"),
    ("the_tree_speaks_of_itself", "docs/page.md", "# Page\nfrom registry." + "npmjs.org\n"),
    ("links_resolve", "docs/page.md", "# Page\n[gone](gone.md)\n"),
    ("documents_name_files_that_are_there", "docs/page.md", "# Page\n`config/gone.hpp`\n"),
    ("settings_are_documented", "deploy/hotline.toml", "[public]\n"),
    ("events_are_documented", "server/http/page.cpp", "void f() { log_event(LogLevel::info, \"a\"); }\n"),
    ("events_are_documented", "docs/operations.md", "# Operations\n## Log\n| event |\n|---|\n| `gone` |\n"),
    ("fields_are_not_remembered", "web/form.mustache", "<input name=\"a\">\n"),
    ("scripts_are_sound", "tool.sh", "#!/usr/bin/env bash\nif true; then\n"),
    ("texts_are_sound", "web/en.po", "msgid \"a\"\nmsgid \"b\"\n"),
)


def findings(files):
    root = tempfile.mkdtemp(prefix="hotline-tidy-")
    try:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        tree = rules.Tree(root)
        return {(rule.__name__, path) for rule in rules.RULES for path, _, _ in rule(tree)}
    finally:
        shutil.rmtree(root)


def self_test():
    wrong = [f"the clean tree: {found}" for found in findings(CLEAN)]
    for rule, path, text in PLANTED:
        if (rule, path) not in findings({**CLEAN, path: text}):
            wrong.append(f"{rule} does not see what is wrong in {path}: {text[:60]!r}")
    unproved = {rule.__name__ for rule in rules.RULES} - {rule for rule, _, _ in PLANTED}
    wrong += [f"{rule} was never seen failing" for rule in sorted(unproved)]
    for line in wrong:
        print(line)
    print(f"{len(PLANTED)} violations planted, {len(wrong)} of the rules' answers wrong")
    return 1 if wrong else 0
