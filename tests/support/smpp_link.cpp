// An SMPP link for a test to steer: smpp_link HOST PORT SYSTEM_ID PASSWORD CHARSET [CA_FILE].
// One JSON object a line comes out for what happens. One command a line goes in:
//   send TO FROM TEXT…   sends; "-" for no sender
//   fail N               the next N deliveries fail
//   stop                 unbinds and ends, as the end of the input does
#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "server/http/tls.hpp"
#include "server/smpp/client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <set>
#include <string>

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace hotline;

void say(const json::object& what) {
  std::puts(json::serialize(what).c_str());
  std::fflush(stdout);
}

std::string text_of(const crypto::SecretBuffer& buffer) { return std::string(buffer.reveal_text()); }

struct Desk {
  std::set<std::string> seen;
  int failures = 0;

  asio::awaitable<Result<void>> deliver(sms::Message message) {
    const std::string key = text_of(message.dedupe);
    json::object out{{"event", "message"}, {"from", text_of(message.from)}, {"to", text_of(message.to)}, {"text", text_of(message.text)}};
    json::array flags;
    for (const std::string& flag : message.flags) flags.emplace_back(flag);
    out["flags"] = std::move(flags);
    if (message.part) {
      out["part"] = text_of(message.part->reference) + ":" + std::to_string(message.part->number) + "/" + std::to_string(message.part->count);
    }
    if (!message.raw.empty()) out["raw"] = crypto::to_hex(message.raw.reveal());
    if (failures > 0) {
      --failures;
      out["event"] = "failed";
      say(out);
      co_return Errc::storage_failed;
    }
    const bool fresh = seen.insert(key).second;
    if (!fresh) out["event"] = "duplicate";
    say(out);
    if (!fresh) co_return Errc::duplicate;
    co_return Result<void>();
  }

  asio::awaitable<Result<void>> report(smpp::Receipt receipt) {
    json::array ids;
    for (const std::string& id : smpp::spellings(receipt.id.reveal_text())) ids.emplace_back(id);
    say({{"event", "report"}, {"ids", std::move(ids)}, {"state", static_cast<int>(receipt.state)}, {"final", receipt.final()}, {"code", receipt.code}});
    co_return Result<void>();
  }
};

asio::awaitable<void> send(smpp::Client& client, std::string to, std::string from, std::string text) {
  crypto::SecretBuffer number(to);
  crypto::SecretBuffer sender(from == "-" ? "" : from);
  crypto::SecretBuffer words(text);
  const smpp::SendResult result = co_await client.submit(std::move(number), std::move(sender), std::move(words));
  json::array ids;
  for (const auto& id : result.ids) ids.emplace_back(smpp::spellings(id.reveal_text()).front());
  say({{"event", "sent"}, {"text", text}, {"kind", static_cast<int>(result.kind)}, {"reason", static_cast<int>(result.reason)},
       {"status", result.status}, {"ids", std::move(ids)}});
}

asio::awaitable<void> command(asio::io_context& context, smpp::Client& client, Desk& desk) {
  asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
  std::string buffer;
  for (;;) {
    const auto [error, size] = co_await asio::async_read_until(input, asio::dynamic_buffer(buffer), '\n', asio::as_tuple(asio::use_awaitable));
    if (error) break;
    const std::string line = buffer.substr(0, size - 1);
    buffer.erase(0, size);
    if (line.starts_with("fail ")) desk.failures = std::stoi(line.substr(5));
    if (line == "stop") break;
    if (line.starts_with("send ")) {
      const std::size_t to = 5;
      const std::size_t from = line.find(' ', to) + 1;
      const std::size_t text = line.find(' ', from) + 1;
      asio::co_spawn(context, send(client, line.substr(to, from - to - 1), line.substr(from, text - from - 1), line.substr(text)), asio::detached);
    }
  }
  client.stop();
}

}  // namespace

int main(int count, char** words) {
  if (count < 6) {
    std::fputs("usage: smpp_link HOST PORT SYSTEM_ID PASSWORD CHARSET [CA_FILE]\n", stderr);
    return 2;
  }
  crypto::initialise();
  std::signal(SIGPIPE, SIG_IGN);
  SmppSettings settings;
  settings.host = words[1];
  settings.port = static_cast<std::uint16_t>(std::stoi(words[2]));
  settings.system_id = words[3];
  settings.password = SettingSecret(words[4]);
  settings.charset = words[5];
  smpp::ClientOptions options;
  options.session.answer_within = std::chrono::seconds(3);
  options.session.enquire_every = std::chrono::seconds(1);
  options.pause_min = std::chrono::milliseconds(100);
  options.pause_max = std::chrono::milliseconds(400);
  if (count > 6) {
    auto tls = http::make_client_tls(words[6]);
    if (!tls) return 1;
    settings.tls = true;
    options.tls = std::move(*tls);
  }

  asio::io_context context(1);
  Desk desk;
  const SystemClock clock;
  smpp::ClientHooks hooks;
  hooks.deliver = [&desk](sms::Message message) { return desk.deliver(std::move(message)); };
  hooks.report = [&desk](smpp::Receipt receipt) { return desk.report(std::move(receipt)); };
  auto client = smpp::Client::create(context, settings, "BZ", std::move(hooks), clock, std::move(options));
  if (!client) {
    std::fprintf(stderr, "%s\n", client.error().line.c_str());
    return 1;
  }
  asio::co_spawn(context, (*client)->run(), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
    say({{"event", "ended"}});
  });
  asio::co_spawn(context, command(context, **client, desk), asio::detached);
  context.run();
  return 0;
}
