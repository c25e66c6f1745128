#pragma once

#include "server/console/records.hpp"
#include "storage/activity.hpp"
#include "storage/queue.hpp"
#include "storage/report_views.hpp"

#include <string>

namespace hotline::console {

/// How the queue, cases as one member has them, and activity look in the console's API; openapi.json has the schemas.
boost::json::object to_json(const storage::Summary& summary);
/// A case with the caller's own grant and its summary, where there are any.
boost::json::object to_json(const storage::CaseView& view);
boost::json::object to_json(const storage::QueueItem& item);
boost::json::object to_json(const storage::QueueCounts& counts);
boost::json::object to_json(const storage::ReportView& view);
boost::json::object to_json(const storage::ActivityRow& row);

std::string_view report_state_name(storage::ReportState state) noexcept;
std::string_view act_name(storage::Act act) noexcept;
std::string_view subject_kind_name(storage::SubjectKind kind) noexcept;
Result<storage::QueueView> queue_view_from(std::string_view name);

/// A cursor: "urgency.hour.c|r.number". Clients take it as it is.
std::string to_cursor(const storage::QueuePlace& place);
Result<storage::QueuePlace> cursor_from(std::string_view text);

inline constexpr std::size_t summary_bytes_max = 16 * 1024;   ///< one sealed summary
/// What a client gives of a summary: {"id","sealed"}. The server sets the rest.
Result<storage::Summary> summary_from(const boost::json::object& object);

}  // namespace hotline::console
