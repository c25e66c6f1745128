#include "server/cli/local_transport.hpp"

#include "config/clock.hpp"
#include "server/cli/local_database.hpp"
#include "server/console/console.hpp"
#include "server/http/memory_body.hpp"
#include "storage/wait.hpp"

namespace hotline::cli {
namespace {

http::Method method_of(std::string_view name) {
  if (name == "GET") return http::Method::get;
  if (name == "POST") return http::Method::post;
  if (name == "PUT") return http::Method::put;
  return http::Method::del;
}

class LocalTransport final : public Transport {
 public:
  explicit LocalTransport(LocalDatabase database)
      : database_(std::move(database)), console_(*database_.stores, clock_, database_.settings->limits, false, {.second_factor = console::SecondFactorRule::off, .origin = {}}) {}

  Outcome<Reply> send(std::string_view method, const std::string& target, const std::string& body, const Sink& sink) override {
    return storage::wait_for(answer(method, target, body, sink));
  }

 private:
  storage::Awaitable<Outcome<Reply>> answer(std::string_view method, const std::string& target, const std::string& body, const Sink& sink) {
    http::MemoryBody reader(as_bytes(body));
    http::Request request;
    request.method = method_of(method);
    const auto question = target.find('?');
    request.path = request.raw_path = target.substr(0, question);
    if (question != std::string::npos) request.raw_query = target.substr(question + 1);
    if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
    if (!session_.empty()) request.headers.emplace_back("cookie", session_);
    request.body = &reader;
    const http::Router::Match match = console_.router().find(request);
    if (match.handler == nullptr) co_return Problem{"this version's console has no such call"};
    http::Response response = co_await (*match.handler)(request);
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") session_ = value.substr(0, value.find(';'));
    }
    Reply reply{.status = response.status, .body = {}, .session = session_};
    if (auto* text = std::get_if<std::string>(&response.body)) reply.body = std::move(*text);
    if (auto* shared = std::get_if<http::Response::Shared>(&response.body); shared != nullptr && *shared) reply.body = **shared;
    if (auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body); source != nullptr && *source) {
      for (std::uint64_t passed = 0; passed < (*source)->size();) {
        const auto piece = co_await (*source)->next();
        if (!piece) co_return Problem{"reading the database failed: " + piece.error().message()};
        passed += piece->size();
        if (sink && !sink(as_text(*piece))) co_return Problem{"stopped"};
      }
    }
    co_return reply;
  }

  LocalDatabase database_;
  SystemClock clock_;
  console::Console console_;
  std::string session_;
};

}  // namespace

Outcome<std::unique_ptr<Transport>> open_local_console(const std::string& settings_file) {
  auto database = open_local_database(settings_file);
  if (!database) return database.error();
  return std::unique_ptr<Transport>(std::make_unique<LocalTransport>(std::move(*database)));
}

}  // namespace hotline::cli
