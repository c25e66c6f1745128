#include "server/console/report_api.hpp"

#include "crypto/hash.hpp"
#include "server/console/case_access.hpp"
#include "server/console/case_records.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t page_reports_max = 200;
constexpr std::size_t reports_by_id_max = 100;
constexpr std::size_t view_bytes_max = 16 * 1024;

http::Response list_of(const std::vector<storage::ReportRow>& rows) {
  json::array list;
  for (const storage::ReportRow& row : rows) list.push_back(to_json(row));
  return http::json_response(200, json::serialize(json::object{{"reports", std::move(list)}}));
}

/// "a,b,…" of the query.
Result<std::vector<ReportId>> ids_of_text(std::string_view text) {
  std::vector<ReportId> ids;
  while (ids.size() < reports_by_id_max) {
    const std::size_t comma = text.find(',');
    const auto id = parse_id<ReportId>(text.substr(0, comma));
    if (!id) return Errc::malformed;
    ids.push_back(*id);
    if (comma == std::string_view::npos) return ids;
    text.remove_prefix(comma + 1);
  }
  return Errc::malformed;
}

http::Awaitable<http::Response> reports(http::Request& request, const Context& context, const SignedIn& who) {
  if (const auto text = query_text(request, "ids")) {
    auto ids = ids_of_text(*text);
    if (!ids) co_return malformed("ids: 1 to 100 ids of reports with commas between them");
    const auto rows = co_await context.stores.inbox().find(who.desk, std::move(*ids));
    if (!rows) co_return refusal(rows.error());
    co_return list_of(*rows);
  }
  const auto after = query_number(request, "after");
  const auto limit = query_number(request, "limit");
  if (!after || !limit) co_return malformed("after and limit: whole numbers");
  const auto rows = co_await context.stores.inbox().list(who.desk, after->value_or(0),
                                                         std::clamp<std::size_t>(static_cast<std::size_t>(limit->value_or(page_reports_max)), 1, page_reports_max));
  if (!rows) co_return refusal(rows.error());
  co_return list_of(*rows);
}

http::Awaitable<http::Response> report(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<ReportId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto row = co_await context.stores.inbox().get(who.desk, *id);
  if (!row) co_return refusal(row.error());
  const auto recorded = co_await context.record_look(storage::Act::report_opened, who, *id);
  if (!recorded) co_return refusal(recorded.error());
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
  const auto recorded = co_await context.record_look(storage::Act::file_opened, who, *file_id);
  if (!recorded) co_return refusal(recorded.error());
  http::Response response;
  response.content_type = "application/octet-stream";
  response.body = std::make_unique<FileBody>(context.stores.blobs(), *size);
  co_return response;
}

http::Awaitable<http::Response> views(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<ReportId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto views = co_await context.stores.report_views().of(who.desk, *id);
  if (!views) co_return refusal(views.error());
  json::array list;
  for (const storage::ReportView& view : *views) list.push_back(to_json(view));
  co_return http::json_response(200, json::serialize(json::object{{"views", std::move(list)}}));
}

http::Awaitable<http::Response> add_view(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<ReportId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto view_id = id_field<EventId>(*body, "id");
  auto sealed = bytes_field(*body, "sealed", view_bytes_max);
  if (!view_id || !sealed || sealed->empty()) co_return malformed("id and sealed: an event of kind view, sealed to the report's epoch");
  const auto activity = activity_of(context, storage::Act::report_opened, who, *id, crypto::blake2b({*sealed}));
  const auto added = co_await context.stores.report_views().add(who.desk, *id, {*view_id, who.member, context.clock.hour(), std::move(*sealed)}, activity);
  if (!added) co_return refusal(added.error());
  co_return http::json_response(201, R"({"recorded":true})");
}

}  // namespace

void add_report_routes(http::Router& router, const Context& context) {
  const auto member = [&](auto function) {
    return those_who_may(context, Right::report_work, [&context, function](http::Request& request, const SignedIn& who) { return function(request, context, who); });
  };
  router.add(http::Method::get, "/api/v1/reports", {}, member(reports));
  router.add(http::Method::get, "/api/v1/reports/{id}", {}, member(report));
  router.add(http::Method::get, "/api/v1/reports/{id}/files/{file}", {}, member(file));
  router.add(http::Method::get, "/api/v1/reports/{id}/views", {}, member(views));
  router.add(http::Method::post, "/api/v1/reports/{id}/views", {.body_bytes_max = context.limits.api_body_bytes_max}, member(add_view));
}

}  // namespace hotline::console
