#include "server/console/case_access.hpp"

#include "server/console/roles.hpp"
#include "server/http/query.hpp"

#include <charconv>

namespace hotline::console {

http::Awaitable<Result<storage::CaseView>> case_of_path(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<CaseId>(request.captured.at(0));
  if (!id) co_return Errc::not_found;
  auto found = co_await context.stores.cases().find(who.desk, *id, who.member);
  if (!found) co_return found.error();
  if (!may_work_on(who.role, who.member, found->file)) co_return Errc::forbidden;
  co_return std::move(*found);
}

std::optional<std::string> query_text(const http::Request& request, std::string_view name) {
  const auto pairs = http::parse_query(request.raw_query);
  if (!pairs) return std::nullopt;
  const auto value = http::find_pair(*pairs, name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

Result<std::optional<std::int64_t>> query_number(const http::Request& request, std::string_view name) {
  const auto text = query_text(request, name);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 0) return Errc::malformed;
  return std::optional(number);
}

}  // namespace hotline::console
