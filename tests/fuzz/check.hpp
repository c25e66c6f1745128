#pragma once

#include <cstdio>
#include <cstdlib>

/// What must hold for every input; a fuzz target that finds otherwise stops as if it had crashed.
#define FUZZ_CHECK(condition)                                                                \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);    \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
