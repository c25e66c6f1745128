#pragma once

#include <string_view>
#include <vector>

namespace hotline::web {

/// A file of web/ that was built into the program, by its path below web/ ("reporter/first.mustache"),
/// a compiled catalogue by its name ("en.mo"). Lives as long as the program; any thread.
/// Throws std::logic_error for a name that is not there: only our own code asks.
std::string_view resource(std::string_view name);

/// The names that start and end so, in the order they were built in.
std::vector<std::string_view> resource_names(std::string_view start, std::string_view end);

}  // namespace hotline::web
