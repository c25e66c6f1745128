#pragma once

// The one way to toml++: the library's inline code differs with these switches, and two kinds of it in one program get mixed up
// by the linker (seen: every key of a table was missing).
#ifdef TOML_EXCEPTIONS
#error "include config/toml.hpp, never toml++ itself"
#endif
#define TOML_EXCEPTIONS 0
// toml++ 3.3 asserts in parse_key() what the very next lines refuse properly: "[*]" would end the process instead of naming
// the line. With NDEBUG the library turns its assertions into promises to the compiler, which is worse.
#ifdef NDEBUG
#error "Hotline is built without NDEBUG: assertions stay on in release"
#endif
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>
