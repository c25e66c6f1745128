#include "server/cli/console_reply.hpp"

#include "server/cli/terminal.hpp"
#include "server/console/json.hpp"

#include <limits>

namespace hotline::cli {

namespace json = boost::json;

Problem not_understood() {
  return {"the server's answer makes no sense: is this the console listener of a Hotline of the same version?"};
}

Result<storage::ReportRow> report_of_list(const json::object& entry) {
  auto report = console::report_from(entry);
  if (report) return report;
  const auto number = console::number_field(entry, "number", 0, std::numeric_limits<std::int64_t>::max());
  const auto id = console::id_field<ReportId>(entry, "id");
  if (!number || !id) return Errc::malformed;
  storage::ReportRow row;
  row.number = *number;
  row.id = *id;
  return row;
}

Result<storage::Event> event_of_list(const json::object& entry) {
  auto event = console::event_from(entry);
  if (event) return event;
  const auto number = console::number_field(entry, "number", 0, std::numeric_limits<std::int64_t>::max());
  const auto id = console::id_field<EventId>(entry, "id");
  if (!number || !id) return Errc::malformed;
  storage::Event row;
  row.number = *number;
  row.id = *id;
  return row;
}

std::string detail_of(const Reply& reply) {
  boost::system::error_code error;
  const json::value value = json::parse(reply.body, error);
  const json::object* object = error ? nullptr : value.if_object();
  const json::value* detail = object != nullptr ? object->if_contains("detail") : nullptr;
  if (detail != nullptr && detail->is_string()) return printable(detail->get_string());
  return "the server answered with status " + std::to_string(reply.status);
}

}  // namespace hotline::cli
