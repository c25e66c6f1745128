#include "server/console/case_api.hpp"

#include "server/console/json.hpp"
#include "server/console/records.hpp"
#include "server/http/query.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t page_reports_max = 200;
constexpr std::size_t events_max = 100;
constexpr std::size_t removed_cases_max = 100;
constexpr std::size_t removed_reports_max = 10'000;

/// A whole number of the query, or `otherwise` when it is not there or not a number.
std::int64_t query_number(const http::Request& request, std::string_view name, std::int64_t otherwise) {
  const auto pairs = http::parse_query(request.raw_query);
  if (!pairs) return otherwise;
  const auto value = http::find_pair(*pairs, name);
  if (!value) return otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  return error == std::errc() && end == value->data() + value->size() && number >= 0 ? number : otherwise;
}

http::Awaitable<http::Response> reports(http::Request& request, const Context& context, const SignedIn& who) {
  const std::int64_t after = query_number(request, "after", 0);
  const auto limit = static_cast<std::size_t>(query_number(request, "limit", page_reports_max));
  const auto rows = co_await context.stores.inbox().list(who.desk, after, std::clamp<std::size_t>(limit, 1, page_reports_max));
  if (!rows) co_return refusal(rows.error());
  json::array list;
  for (const storage::ReportRow& row : *rows) list.push_back(to_json(row));
  co_return http::json_response(200, json::serialize(json::object{{"reports", std::move(list)}}));
}

http::Awaitable<http::Response> report(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<ReportId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto row = co_await context.stores.inbox().get(who.desk, *id);
  if (!row) co_return refusal(row.error());
  co_return http::json_response(200, json::serialize(to_json(*row)));
}

/// A stored file, piece by piece.
class FileBody final : public http::BodySource {
 public:
  FileBody(storage::Blobs& blobs, storage::Blobs::Size size) : blobs_(blobs), size_(size) {}
  std::uint64_t size() const override { return size_.bytes; }
  http::Awaitable<Result<Bytes>> next() override {
    auto piece = co_await blobs_.piece(size_.handle, next_);
    if (!piece) co_return piece.error();
    ++next_;
    piece_ = std::move(*piece);
    co_return Bytes(piece_);
  }

 private:
  storage::Blobs& blobs_;
  storage::Blobs::Size size_;
  std::size_t next_ = 0;
  ByteVector piece_;
};

http::Awaitable<http::Response> file(http::Request& request, const Context& context, const SignedIn& who) {
  const auto report_id = parse_id<ReportId>(request.captured.at(0));
  const auto file_id = parse_id<BlobId>(request.captured.at(1));
  if (!report_id || !file_id) co_return refusal(Errc::not_found);
  const auto size = co_await context.stores.blobs().find(who.desk, *report_id, *file_id);
  if (!size) co_return refusal(size.error());
  http::Response response;
  response.content_type = "application/octet-stream";
  response.body = std::make_unique<FileBody>(context.stores.blobs(), *size);
  co_return response;
}

http::Awaitable<http::Response> answer(http::Request& request, const Context& context, std::size_t answer_bytes) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto tag = fixed_field<16>(*body, "tag");
  auto sealed = bytes_field(*body, "sealed", answer_bytes);
  if (!tag || !sealed || sealed->size() != answer_bytes) {
    co_return malformed("a tag of 16 bytes and an answer padded to 4 KiB and sealed to one recipient");
  }
  const auto put = co_await context.stores.mailboxes().put({*tag, std::move(*sealed)},
                                                           context.clock.day() + context.limits.mailbox_days);
  if (!put) co_return refusal(put.error());
  co_return http::json_response(201, R"({"stored":true})");
}

http::Awaitable<http::Response> cases(const Context& context, const SignedIn& who) {
  const auto all = co_await context.stores.cases().list(who.desk);
  if (!all) co_return refusal(all.error());
  json::array list;
  for (const storage::Case& entry : *all) list.push_back(to_json(entry));
  co_return http::json_response(200, json::serialize(json::object{{"cases", std::move(list)}}));
}

/// Events of a body, with author and hour set by the server.
Result<std::vector<storage::Event>> events_of(const json::object& body, const Context& context, const SignedIn& who, CaseId id) {
  const auto list = array_field(body, "events", events_max);
  if (!list) return list.error();
  std::vector<storage::Event> events;
  for (const json::value& entry : **list) {
    auto event = event_from(entry.get_object());
    if (!event) return event.error();
    if (event->case_id != id) return Errc::malformed;
    event->author = who.member;
    event->recorded_hour = context.clock.hour();
    events.push_back(std::move(*event));
  }
  return events;
}

http::Awaitable<http::Response> open_case(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const json::value* object = body->if_contains("case");
  if (object == nullptr || !object->is_object()) co_return malformed("a case, its grants and its first events");
  auto opened = case_from(object->get_object(), who.desk);
  if (!opened) co_return malformed("a case, its grants and its first events");
  opened->created_hour = context.clock.hour();
  auto events = events_of(*body, context, who, opened->id);
  const auto list = array_field(*body, "grants", 1000);
  if (!events || !list) co_return malformed("a case, its grants and its first events");
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return refusal(members.error());
  std::vector<storage::Grant> grants;
  for (const json::value& entry : **list) {
    auto grant = grant_from(entry.get_object());
    const bool fits = grant && grant->kind == storage::ScopeKind::case_ && grant->scope == opened->id.bytes &&
                      std::ranges::any_of(*members, [&](const auto& member) { return member.id == grant->member; });
    if (!fits) co_return malformed("grants of this case to members of the desk");
    grants.push_back(std::move(*grant));
  }
  if (grants.empty()) co_return malformed("at least one grant: a case nobody can open is lost");
  const auto stored = co_await context.stores.cases().open(std::move(*opened), std::move(grants), std::move(*events));
  if (!stored) co_return refusal(stored.error());
  co_return http::json_response(201, R"({"opened":true})");
}

/// The case of the path, if it is the member's desk's.
http::Awaitable<Result<storage::Case>> own_case(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<CaseId>(request.captured.at(0));
  if (!id) co_return Errc::not_found;
  auto all = co_await context.stores.cases().list(who.desk);
  if (!all) co_return all.error();
  const auto found = std::ranges::find_if(*all, [&](const auto& entry) { return entry.id == *id; });
  if (found == all->end()) co_return Errc::not_found;
  co_return std::move(*found);
}

http::Awaitable<http::Response> events(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await own_case(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto all = co_await context.stores.cases().events(found->id);
  if (!all) co_return refusal(all.error());
  json::array list;
  for (const storage::Event& event : *all) list.push_back(to_json(event));
  co_return http::json_response(200, json::serialize(json::object{{"events", std::move(list)}}));
}

http::Awaitable<http::Response> append_events(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await own_case(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto list = events_of(*body, context, who, found->id);
  if (!list || list->empty()) co_return malformed("events of this case");
  std::optional<std::int64_t> last_seen;
  if (body->contains("after")) {
    const auto after = number_field(*body, "after", 0, std::numeric_limits<std::int64_t>::max());
    if (!after) co_return malformed("after: the number of the last event that was seen, or 0");
    last_seen = *after;
  }
  const auto stored = co_await context.stores.cases().append(std::move(*list), last_seen);
  if (!stored && last_seen && stored.error() == Errc::conflict) {
    co_return http::problem_response(409, "Conflict", "A colleague has written in this case at the same time. Read it again first.");
  }
  if (!stored) co_return refusal(stored.error());
  co_return http::json_response(201, R"({"recorded":true})");
}

http::Awaitable<http::Response> set_state(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await own_case(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto state = text_field(*body, "state", 16);
  const auto urgency = number_field(*body, "urgency", 0, 4);
  if (!state || (*state != "open" && *state != "closed") || !urgency) co_return malformed("state (open or closed) and urgency (0 to 4)");
  const auto stored = co_await context.stores.cases().set_state(
      found->id, *state == "open" ? storage::CaseState::open : storage::CaseState::closed, static_cast<std::uint8_t>(*urgency));
  if (!stored) co_return refusal(stored.error());
  co_return http::empty_response();
}

/// Ids of a body's array, at most `count_max`; none when it is absent.
template <class IdType>
Result<std::vector<IdType>> ids_of(const json::object& body, std::string_view name, std::size_t count_max) {
  std::vector<IdType> ids;
  const json::value* list = body.if_contains(name);
  if (list == nullptr) return ids;
  if (!list->is_array() || list->get_array().size() > count_max) return Errc::malformed;
  for (const json::value& entry : list->get_array()) {
    const auto id = entry.is_string() ? parse_id<IdType>(entry.get_string()) : std::nullopt;
    if (!id) return Errc::malformed;
    ids.push_back(*id);
  }
  return ids;
}

/// The server does not know which reports a case is about: the client, which opened them, names all that is to go together.
http::Awaitable<http::Response> remove(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto case_ids = ids_of<CaseId>(*body, "cases", removed_cases_max);
  auto report_ids = ids_of<ReportId>(*body, "reports", removed_reports_max);
  if (!case_ids || !report_ids || case_ids->size() + report_ids->size() == 0) {
    co_return malformed("cases and reports: arrays of ids, at least one id, at most 100 cases and 10,000 reports");
  }
  const auto removed = co_await context.stores.cases().remove({who.desk, who.member, std::move(*case_ids), std::move(*report_ids), context.clock.hour()});
  if (!removed && removed.error() == Errc::not_found) {
    co_return http::problem_response(404, "Not found", "None of this is there: it was deleted already, or it never was yours to see.");
  }
  if (!removed && removed.error() == Errc::forbidden) {
    co_return http::problem_response(403, "Forbidden", "You hold no key for a part of this. Only those who can open it can delete it; nothing was deleted.");
  }
  if (!removed) co_return refusal(removed.error());
  co_return http::json_response(200, json::serialize(json::object{{"cases", removed->cases}, {"reports", removed->reports}, {"files", removed->files}}));
}

}  // namespace

void add_case_routes(http::Router& router, const Context& context, std::size_t answer_bytes) {
  const http::RouteLimits with_body{.body_bytes_max = context.limits.api_body_bytes_max};
  const auto member = [&](auto function) {
    return desk_workers_only(context, [&context, function](http::Request& request, const SignedIn& who) {
      return function(request, context, who);
    });
  };
  router.add(http::Method::get, "/api/v1/reports", {}, member(reports));
  router.add(http::Method::get, "/api/v1/reports/{id}", {}, member(report));
  router.add(http::Method::get, "/api/v1/reports/{id}/files/{file}", {}, member(file));
  router.add(http::Method::post, "/api/v1/answers", with_body,
             desk_workers_only(context, [&context, answer_bytes](http::Request& request, const SignedIn&) {
               return answer(request, context, answer_bytes);
             }));
  router.add(http::Method::get, "/api/v1/cases", {},
             desk_workers_only(context, [&context](http::Request&, const SignedIn& who) { return cases(context, who); }));
  router.add(http::Method::post, "/api/v1/cases", with_body, member(open_case));
  router.add(http::Method::get, "/api/v1/cases/{id}/events", {}, member(events));
  router.add(http::Method::post, "/api/v1/cases/{id}/events", with_body, member(append_events));
  router.add(http::Method::put, "/api/v1/cases/{id}", {.body_bytes_max = 4096}, member(set_state));
  router.add(http::Method::post, "/api/v1/deletions", with_body, member(remove));
}

}  // namespace hotline::console
