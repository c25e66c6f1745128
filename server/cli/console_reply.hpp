#pragma once

#include "server/cli/transport.hpp"
#include "server/console/records.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hotline::cli {

/// How answers of the console's API are read.

/// For what is not as openapi.json says.
Problem not_understood();

/// What the server said in its problem details, if it did.
std::string detail_of(const Reply& reply);

/// The array of that name, each entry read by `read`, which gives a Result or an Outcome.
template <class Read>
auto list_of(const boost::json::value& answer, std::string_view name, Read read)
    -> Outcome<std::vector<typename std::invoke_result_t<Read, const boost::json::object&>::value_type>> {
  std::vector<typename std::invoke_result_t<Read, const boost::json::object&>::value_type> list;
  const boost::json::object* object = answer.if_object();
  const boost::json::value* entries = object != nullptr ? object->if_contains(name) : nullptr;
  if (entries == nullptr || !entries->is_array()) return not_understood();
  for (const boost::json::value& entry : entries->get_array()) {
    if (!entry.is_object()) return not_understood();
    auto value = read(entry.get_object());
    if (!value) return not_understood();
    list.push_back(std::move(*value));
  }
  return list;
}

/// A report of a list. What of one cannot be read is left empty, and then it does not open: one row that is not as it should be must not
/// take the others from the desk. Only a row without a number or id, which cannot be told of, makes no sense.
Result<storage::ReportRow> report_of_list(const boost::json::object& entry);
/// The same of an event.
Result<storage::Event> event_of_list(const boost::json::object& entry);

/// What is to be sent, as an array.
template <class List>
boost::json::array array_of(const List& list) {
  boost::json::array array;
  for (const auto& entry : list) array.push_back(console::to_json(entry));
  return array;
}

}  // namespace hotline::cli
