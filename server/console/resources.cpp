#include "server/console/resources.hpp"

#include <cstdint>
#include <stdexcept>

namespace {

struct Entry {
  const char* name;
  const char* data;
  std::uint64_t size;
};

}  // namespace

extern "C" const Entry hotline_console_resources[];

namespace hotline::console {

std::string_view resource(std::string_view name) {
  for (const Entry* entry = hotline_console_resources; entry->name != nullptr; ++entry) {
    if (name == entry->name) return {entry->data, entry->size};
  }
  throw std::logic_error("a built-in file of the console is missing");
}

}  // namespace hotline::console
