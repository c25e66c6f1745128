#pragma once

#include "server/cli/casebook.hpp"

#include <boost/json.hpp>

namespace hotline::cli {

/// Puts "+501 ••• ••34" in the place of every phone number that the thread's texts came from, wherever one stands alone in `value`. What a person
/// wrote stays as it is.
void cover_numbers(const Thread& thread, boost::json::value& value);

}  // namespace hotline::cli
