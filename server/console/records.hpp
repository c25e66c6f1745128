#pragma once

#include "storage/cases.hpp"
#include "storage/desks.hpp"
#include "storage/grants.hpp"
#include "storage/inbox.hpp"
#include "storage/members.hpp"
#include "storage/outbox.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace hotline::console {

/// How stored things look in the console's API: one function each way, used by the server and by the command line's client.
/// The schemas are those of openapi.json.
boost::json::object to_json(const storage::Desk& desk);
boost::json::object to_json(const storage::Epoch& epoch);
boost::json::object to_json(const storage::Grant& grant);
boost::json::object to_json(const storage::ReportRow& report);
boost::json::object to_json(const storage::Case& opened);
boost::json::object to_json(const storage::Event& event);
boost::json::object to_json(const storage::TextRow& text);
/// What other members may see: name, role and public keys.
boost::json::object to_json(const storage::Member& member);

Result<storage::Desk> desk_from(const boost::json::object& object);
Result<storage::Epoch> epoch_from(const boost::json::object& object, DeskId desk);
Result<storage::Grant> grant_from(const boost::json::object& object);
Result<storage::ReportRow> report_from(const boost::json::object& object);
Result<storage::Case> case_from(const boost::json::object& object, DeskId desk);
Result<storage::Event> event_from(const boost::json::object& object);
Result<storage::TextRow> text_from(const boost::json::object& object);
/// The public part.
Result<storage::Member> member_from(const boost::json::object& object, DeskId desk);

std::string_view role_name(storage::Role role) noexcept;
Result<storage::Role> role_from(std::string_view name);
/// "waiting", "sent", "delivered", "refused", "not-sent".
std::string_view text_state_name(storage::TextState state) noexcept;
/// Empty for none; "opted-out", "bad-number", and so on as openapi.json lists them.
std::string_view text_reason_name(storage::TextReason reason) noexcept;
/// Whether a list with commas between its entries holds kinds of grants only; and whether it holds that one.
bool grant_kinds_known(std::string_view list) noexcept;
bool names_grant_kind(std::string_view list, storage::ScopeKind kind) noexcept;
boost::json::object to_json(const storage::Hold& hold);
Result<storage::Hold> hold_from(const boost::json::object& object);
Result<storage::HoldStep> hold_step_from(std::string_view name);
Result<storage::CaseState> case_state_from(std::string_view name);
std::string_view channel_name(storage::Channel channel) noexcept;

inline constexpr std::size_t recipient_bytes = 1216;
inline constexpr std::size_t event_bytes_max = 256 * 1024;    ///< one sealed event
inline constexpr std::size_t grant_bytes_max = 8 * 1024;      ///< one sealed identity
inline constexpr std::size_t name_bytes_max = 64;

}  // namespace hotline::console
