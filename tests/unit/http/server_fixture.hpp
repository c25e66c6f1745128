#pragma once

#include "server/http/http_server.hpp"
#include "tests/unit/http/raw_client.hpp"

#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace hotline::http {

/// Handlers that wait here stay until a test opens it.
class Gate {
 public:
  Awaitable<void> pass();
  /// Blocks until that many wait.
  void wait_for(std::size_t waiting);
  void open();
  /// Lets go of those who wait, before their threads and timers end.
  void forget();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<boost::asio::steady_timer>> timers_;
};

/// The real server on a free loopback port, with routes for tests:
/// GET / (10 KB, shared), GET /hello, POST /echo (≤ 1,000 bytes, gives them back), POST /count (≤ 8 MiB, gives the number),
/// POST /ignore (reads nothing), GET /throw, GET /source and /cut (produced piece by piece), GET /inject, GET /own,
/// GET /wait (at the gate), GET /smuggled (must never be reached).
class ServerTest : public testing::Test {
 protected:
  ServerTest();
  ~ServerTest() override;

  /// Starts with these limits; may be called again for another server.
  void start(const Limits& limits = {}, const HeaderProfile& profile = {}, const std::string& address = "127.0.0.1:0",
             std::shared_ptr<TlsContext> tls = nullptr);
  RawClient connect() { return RawClient(address_); }
  RawResponse get(const std::string& path);
  /// A fresh folder for the test, removed at its end.
  const std::filesystem::path& folder();

  Gate gate_;
  std::atomic<int> smuggled_{0};
  std::atomic<int> requests_{0};
  Router router_;
  std::unique_ptr<IoPool> pool_;
  std::unique_ptr<HttpServer> server_;
  ListenAddress address_;

 private:
  std::filesystem::path folder_;
};

/// Whether an answer carries all that every answer must.
testing::AssertionResult has_security_headers(const RawResponse& response);

}  // namespace hotline::http
