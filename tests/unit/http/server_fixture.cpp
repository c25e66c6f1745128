#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

namespace hotline::http {
namespace {

namespace asio = boost::asio;

class Pieces final : public BodySource {
 public:
  explicit Pieces(bool whole) : whole_(whole) {}
  std::uint64_t size() const override { return 300000; }
  Awaitable<Result<Bytes>> next() override {
    if (given_ == 200000 && !whole_) co_return Errc::storage_failed;
    given_ += piece_.size();
    co_return as_bytes(piece_);
  }

 private:
  bool whole_;
  std::size_t given_ = 0;
  std::string piece_ = std::string(100000, 'p');
};

Router make_router() {
  return Router([](int status, const Request*, std::uint64_t) { return text_response(status, "error " + std::to_string(status) + "\n"); });
}

}  // namespace

Awaitable<void> Gate::pass() {
  auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  timer->expires_at(asio::steady_timer::time_point::max());
  {
    const std::lock_guard lock(mutex_);
    timers_.push_back(timer);
  }
  changed_.notify_all();
  co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
}

void Gate::wait_for(std::size_t waiting) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return timers_.size() >= waiting; });
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  for (const auto& timer : timers_) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
  timers_.clear();
}

void Gate::forget() {
  const std::lock_guard lock(mutex_);
  timers_.clear();
}

ServerTest::ServerTest() : router_(make_router()) {
  router_.add(Method::get, "/", {}, [page = std::make_shared<const std::string>(10240, 'x')](Request&) -> Awaitable<Response> {
    Response response;
    response.body = page;
    co_return response;
  });
  router_.add(Method::get, "/hello", {}, [this](Request&) -> Awaitable<Response> {
    ++requests_;
    co_return text_response(200, "hello");
  });
  router_.add(Method::post, "/echo", {1000, true}, [](Request& request) -> Awaitable<Response> {
    const Result<crypto::SecretBuffer> body = co_await read_all(*request.body, 1000);
    if (!body) co_return text_response(200, "a handler that minds no errors");
    co_return text_response(200, std::string(body->reveal_text()));
  });
  router_.add(Method::post, "/count", {8 * 1024 * 1024, true}, [](Request& request) -> Awaitable<Response> {
    std::size_t size = 0;
    for (;;) {
      const Result<Bytes> piece = co_await request.body->read_some();
      if (!piece) co_return text_response(422, "unread");
      if (piece->empty()) break;
      size += piece->size();
    }
    co_return text_response(200, std::to_string(size));
  });
  router_.add(Method::post, "/ignore", {1000, true}, [](Request&) -> Awaitable<Response> { co_return text_response(200, "ignored"); });
  router_.add(Method::post, "/deny", {1000, true}, [](Request&) -> Awaitable<Response> { co_return text_response(403, "denied"); });
  router_.add(Method::get, "/throw", {}, [](Request&) -> Awaitable<Response> {
    throw std::runtime_error("secret words");
    co_return Response{};
  });
  router_.add(Method::get, "/source", {}, [](Request&) -> Awaitable<Response> {
    Response response;
    response.body = std::make_unique<Pieces>(true);
    co_return response;
  });
  router_.add(Method::get, "/cut", {}, [](Request&) -> Awaitable<Response> {
    Response response;
    response.body = std::make_unique<Pieces>(false);
    co_return response;
  });
  router_.add(Method::get, "/inject", {}, [](Request&) -> Awaitable<Response> { co_return redirect_response("/a\r\nSet-Cookie: b=c"); });
  router_.add(Method::get, "/own", {}, [](Request&) -> Awaitable<Response> {
    Response response = text_response(200, "own");
    response.headers.emplace_back("Cache-Control", "public, max-age=60");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'self'");
    co_return response;
  });
  router_.add(Method::get, "/nothing", {}, [](Request&) -> Awaitable<Response> {
    Response response;
    response.status = 204;
    co_return response;
  });
  router_.add(Method::get, "/wait", {}, [this](Request&) -> Awaitable<Response> {
    co_await gate_.pass();
    co_return text_response(200, "waited");
  });
  router_.add(Method::get, "/smuggled", {}, [this](Request&) -> Awaitable<Response> {
    ++smuggled_;
    co_return text_response(200, "smuggled");
  });
}

ServerTest::~ServerTest() {
  if (server_) server_->stop();
  if (pool_) pool_->stop();
  gate_.forget();
  server_.reset();
  pool_.reset();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

void ServerTest::start(const Limits& limits, const HeaderProfile& profile, const std::string& address, std::shared_ptr<TlsContext> tls) {
  pool_ = std::make_unique<IoPool>(2);
  server_ = std::make_unique<HttpServer>(*pool_, limits, router_, profile);
  const Outcome<ListenAddress> bound = server_->listen(*parse_listen_address(address, "/"), std::move(tls));
  ASSERT_TRUE(bound) << bound.error().line;
  address_ = *bound;
}

RawResponse ServerTest::get(const std::string& path) {
  RawClient client = connect();
  client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto response = client.receive();
  EXPECT_TRUE(response);
  EXPECT_TRUE(client.ended());
  return response.value_or(RawResponse{});
}

const std::filesystem::path& ServerTest::folder() {
  if (folder_.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "hotline-http-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
    folder_ = pattern;
  }
  return folder_;
}

testing::AssertionResult has_security_headers(const RawResponse& response) {
  for (const char* name : {"content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy",
                           "cross-origin-embedder-policy", "cross-origin-resource-policy", "permissions-policy", "cache-control"}) {
    if (!response.headers.contains(name)) return testing::AssertionFailure() << name << " is missing";
  }
  for (const char* name : {"server", "date", "x-powered-by"}) {
    if (response.headers.contains(name)) return testing::AssertionFailure() << name << " tells too much";
  }
  return testing::AssertionSuccess();
}

}  // namespace hotline::http
