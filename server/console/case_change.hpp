#pragma once

#include "server/console/context.hpp"

#include <boost/json.hpp>

namespace hotline::console {

/// Reads what a client asks to be done to cases, with author, hour, activity and the rule of roles set by the server.
/// Errc::malformed: not as openapi.json describes it, or a grant or a case for somebody who is not of the desk or does not work on reports.

/// The body of POST /api/v1/cases.
http::Awaitable<Result<storage::NewCase>> new_case_of(const boost::json::object& body, const Context& context, const SignedIn& who);
/// The body of POST /api/v1/cases/{id}/events.
http::Awaitable<Result<storage::CaseChange>> case_change_of(const boost::json::object& body, const Context& context, const SignedIn& who, CaseId id);

/// Ids of a body's array, at most `count_max`; none when it is absent.
template <class IdType>
Result<std::vector<IdType>> ids_of(const boost::json::object& body, std::string_view name, std::size_t count_max) {
  std::vector<IdType> ids;
  const boost::json::value* list = body.if_contains(name);
  if (list == nullptr) return ids;
  if (!list->is_array() || list->get_array().size() > count_max) return Errc::malformed;
  for (const boost::json::value& entry : list->get_array()) {
    const auto id = entry.is_string() ? parse_id<IdType>(entry.get_string()) : std::nullopt;
    if (!id) return Errc::malformed;
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace hotline::console
