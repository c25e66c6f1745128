#include "server/console/founding.hpp"

#include "crypto/hash.hpp"
#include "crypto/signing.hpp"
#include "server/console/front_page.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"
#include "server/console/records.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t grants_max = 16;

http::Response not_ready(int status, const http::Request*, std::uint64_t) {
  if (status == 404 || status == 405) status = 503;
  auto response = http::problem_response(status, "Not ready yet", "There is no desk here yet. Found it by the link that hotline init has printed.");
  if (status == 503) response.headers.emplace_back("Retry-After", "2");
  return response;
}

http::Response no_such_code() {
  return http::problem_response(404, "Not found", "This link is unknown, used, or older than three days. The command hotline init makes a new one.");
}

Result<ByteArray<32>> hash_of(const http::Request& request) {
  ByteArray<32> hash;
  if (!id_from_hex(request.captured.at(0), hash)) return Errc::not_found;
  return hash;
}

/// The member, whose keys the desk key vouches for.
Result<storage::Member> first_admin(const json::object& body, const storage::Desk& desk, std::int64_t day) {
  const json::value* object = body.if_contains("member");
  if (object == nullptr || !object->is_object()) return Errc::malformed;
  auto member = member_from(object->get_object(), desk.id);
  const auto salt = fixed_field<16>(body, "salt");
  const auto auth_hash = fixed_field<32>(body, "auth_hash");
  const auto wrapped = fixed_field<72>(body, "wrapped_secret");
  const auto recovery_wrapped = fixed_field<72>(body, "recovery_wrapped");
  const auto recovery_hash = fixed_field<32>(body, "recovery_auth_hash");
  const auto voucher = fixed_field<64>(body, "voucher");
  if (!member || !salt || !auth_hash || !wrapped || !recovery_wrapped || !recovery_hash || !voucher || member->name.empty()) return Errc::malformed;
  const crypto::MemberStatement statement{desk.id, member->id, member->sign_key, member->recipient};
  if (!crypto::verify_member(desk.desk_key, statement, *voucher)) return Errc::malformed;
  member->role = storage::Role::admin;
  member->salt = *salt;
  member->auth_hash = *auth_hash;
  member->wrapped_secret.assign(wrapped->begin(), wrapped->end());
  member->recovery_wrapped.assign(recovery_wrapped->begin(), recovery_wrapped->end());
  member->recovery_hash.assign(recovery_hash->begin(), recovery_hash->end());
  member->voucher.assign(voucher->begin(), voucher->end());
  member->created_day = day;
  return member;
}

/// All of a desk, checked: what is signed is signed by the desk key, and its admin holds the desk key and the epoch.
Result<storage::Founding> founding_from(const json::object& body, std::int64_t day) {
  const json::value* desk_object = body.if_contains("desk");
  const json::value* epoch_object = body.if_contains("epoch");
  if (desk_object == nullptr || !desk_object->is_object() || epoch_object == nullptr || !epoch_object->is_object()) return Errc::malformed;
  auto desk = desk_from(desk_object->get_object());
  if (!desk || desk->name.empty()) return Errc::malformed;
  desk->demo = false;
  auto admin = first_admin(body, *desk, day);
  auto epoch = epoch_from(epoch_object->get_object(), desk->id);
  const auto list = array_field(body, "grants", grants_max);
  if (!admin || !epoch || !list) return Errc::malformed;
  const crypto::EpochStatement statement{desk->id, epoch->id, epoch->not_before, epoch->not_after, epoch->recipient};
  if (!crypto::verify_epoch(desk->desk_key, statement, epoch->signature)) return Errc::malformed;
  std::vector<storage::Grant> grants;
  for (const json::value& entry : **list) {
    auto grant = grant_from(entry.get_object());
    if (!grant || grant->member != admin->id) return Errc::malformed;
    grants.push_back(std::move(*grant));
  }
  const auto holds = [&](storage::ScopeKind kind, const ByteArray<16>& scope) {
    return std::ranges::any_of(grants, [&](const auto& grant) { return grant.kind == kind && grant.scope == scope; });
  };
  if (!holds(storage::ScopeKind::desk_key, desk->id.bytes) || !holds(storage::ScopeKind::epoch, epoch->id.bytes)) return Errc::malformed;
  return storage::Founding{std::move(*desk), std::move(*admin), std::move(*epoch), std::move(grants)};
}

http::Awaitable<http::Response> look(http::Request& request, const Context& context) {
  const auto hash = hash_of(request);
  const auto offered = hash ? co_await context.stores.foundings().offered(*hash, context.clock.hour()) : Result<void>(hash.error());
  if (!offered) co_return offered.error() == Errc::not_found ? no_such_code() : refusal(offered.error());
  co_return http::json_response(200, "{}");
}

http::Awaitable<http::Response> found(http::Request& request, const Context& context, const std::function<void()>& founded) {
  const auto hash = hash_of(request);
  const auto body = co_await read_json(request, stranger_body_bytes_max);
  if (!body) co_return refusal(body.error());
  if (!hash) co_return no_such_code();
  auto founding = founding_from(*body, context.clock.day());
  if (!founding) co_return malformed("a desk, its first admin, an epoch signed by the desk key, and the admin's grants");
  const SignedIn admin{founding->admin.id, founding->desk.id, founding->admin.role, founding->admin.name};
  founding->lines.push_back(activity_of(context, storage::Act::member_enrolled, admin, admin.member));
  const auto done = co_await context.stores.foundings().found_by_code(*hash, context.clock.hour(), std::move(*founding));
  if (!done) co_return done.error() == Errc::not_found ? no_such_code() : refusal(done.error());
  founded();
  co_return http::json_response(201, R"({"founded":true})");
}

}  // namespace

ByteArray<32> founding_code_hash(std::string_view code) { return crypto::blake2b({as_bytes("hotline/v1/founding"), as_bytes(code)}); }

FoundingConsole::FoundingConsole(storage::Stores& stores, const Clock& clock, const Limits& limits, std::function<void()> founded)
    : sessions_(clock, limits), context_{stores, sessions_, clock, limits, {}, nullptr, false, {}}, founded_(std::move(founded)), router_(not_ready) {
  add_front_page_routes(router_, context_);
  router_.add(http::Method::get, "/api/v1/foundings/{hash}", {},
              own_pages_only([this](http::Request& request) { return look(request, context_); }));
  router_.add(http::Method::post, "/api/v1/foundings/{hash}", {.body_bytes_max = stranger_body_bytes_max},
              own_pages_only([this](http::Request& request) { return found(request, context_, founded_); }));
}

}  // namespace hotline::console
