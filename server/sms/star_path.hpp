#pragma once

#include "server/sms/descriptor.hpp"
#include "server/sms/fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::sms {

/// The numbers that stand for the stars of a path such as "entry.*.messages.*".
using StarNumbers = std::vector<std::string>;

/// The path with its stars replaced, from the first on; stars beyond the numbers stay.
std::string bind_stars(std::string_view path, const StarNumbers& numbers);
FieldRef bind_stars(const FieldRef& ref, const StarNumbers& numbers);

/// The numbers of each place that fits `pattern`, in the order of the fields; for an empty pattern one place without numbers.
std::vector<StarNumbers> star_numbers(std::string_view pattern, const Fields& fields);

}  // namespace hotline::sms
