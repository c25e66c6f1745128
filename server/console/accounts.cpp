#include "server/console/accounts.hpp"

#include "config/log.hpp"
#include "crypto/hash.hpp"
#include "server/console/record.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstring>

namespace hotline::console {
namespace {

http::Awaitable<Result<storage::Member>> nobody(const Context& context, std::string_view name) {
  const auto key = co_await context.stores.server_key("unknown-member-salt");
  if (!key) co_return key.error();
  storage::Member member;
  const auto hash = crypto::keyed_blake2b(key->reveal(), {as_bytes(name)});
  std::memcpy(member.salt.data(), hash.data(), member.salt.size());
  member.auth_hash = crypto::keyed_blake2b(key->reveal(), {as_bytes("no auth key has this hash"), as_bytes(name)});
  member.recovery_hash.assign(member.auth_hash.begin(), member.auth_hash.end());
  co_return member;
}

}  // namespace

http::Awaitable<Result<FoundMember>> look_up(const Context& context, std::string name) {
  auto stand_in = co_await nobody(context, name);
  if (!stand_in) co_return stand_in.error();
  auto member = co_await context.stores.members().find(name);
  if (member) {
    // A member of before there was such a proof is like nobody to whoever brings one.
    if (member->recovery_hash.empty()) member->recovery_hash = std::move(stand_in->recovery_hash);
    co_return FoundMember{std::move(*member), true};
  }
  if (member.error() != Errc::not_found) co_return member.error();
  co_return FoundMember{std::move(*stand_in), false};
}

http::Awaitable<bool> wait_and_record_refusal(const Context& context, Accounts& accounts, std::string_view account, const FoundMember& found) {
  // The time begins before the work: what the work takes does not show.
  const auto wait = accounts.wrong_answers.begin(account);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, wait.time);
  const auto desks = co_await context.stores.desks().list();
  if (desks && !desks->empty()) {
    const DeskId desk = found.exists ? found.member.desk : desks->front().id;
    const auto recorded = co_await context.stores.log().append_once_an_hour(activity_of_nobody(context, storage::Act::sign_in_refused, desk));
    if (!recorded) log_event(LogLevel::warning, "activity_not_recorded", {{"error", recorded.error()}});
  }
  if (!wait.place) co_return false;
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return true;
}

http::Awaitable<Result<bool>> is_demo(const Context& context, DeskId desk) {
  const auto desks = co_await context.stores.desks().list();
  if (!desks) co_return desks.error();
  for (const storage::Desk& entry : *desks) {
    if (entry.id == desk) co_return entry.demo;
  }
  co_return Errc::not_found;
}

http::Awaitable<Result<bool>> must_have_second_factor(const Context& context, DeskId desk) {
  if (context.access.second_factor != SecondFactorRule::required) co_return false;
  const auto demo = co_await is_demo(context, desk);
  if (!demo) co_return demo.error();
  co_return !*demo;
}

}  // namespace hotline::console
