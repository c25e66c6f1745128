#pragma once

#include <string_view>

namespace hotline::console {

/// A file of server/console that is built into the program, by its name. Throws std::logic_error for one that is not.
std::string_view resource(std::string_view name);

}  // namespace hotline::console
