#include "web/resources.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace {

struct Entry {
  const char* name;
  const char* data;
  std::uint64_t size;
};

}  // namespace

/// Written by hotline_embed (deploy/cmake/Library.cmake); ends with a row of zeros.
extern "C" const Entry hotline_web_resources[];

namespace hotline::web {

std::string_view resource(std::string_view name) {
  for (const Entry* entry = hotline_web_resources; entry->name != nullptr; ++entry) {
    if (name == entry->name) return {entry->data, static_cast<std::size_t>(entry->size)};
  }
  throw std::logic_error("no such built-in file: " + std::string(name));
}

std::vector<std::string_view> resource_names(std::string_view start, std::string_view end) {
  std::vector<std::string_view> names;
  for (const Entry* entry = hotline_web_resources; entry->name != nullptr; ++entry) {
    const std::string_view name = entry->name;
    if (name.size() >= start.size() + end.size() && name.starts_with(start) && name.ends_with(end)) names.push_back(name);
  }
  return names;
}

}  // namespace hotline::web
