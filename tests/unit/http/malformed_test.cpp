#include "tests/unit/http/malformed_requests.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <set>

namespace hotline::http {
namespace {

const std::string next_request = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

class Malformed : public ServerTest {
 protected:
  void expect_refused(const MalformedRequest& request, const std::string& bytes) {
    SCOPED_TRACE(request.name);
    RawClient client = connect();
    client.send(bytes);
    client.end_sending();
    const std::optional<RawResponse> response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_GE(response->status, 400);
    EXPECT_LT(response->status, 500);
    EXPECT_EQ(response->body, "error " + std::to_string(response->status) + "\n");
    EXPECT_TRUE(has_security_headers(*response));
    EXPECT_EQ(response->headers.at("connection"), "close");
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_EQ(smuggled_, 0);
  }
};

TEST_F(Malformed, AreAtLeast150AndAllDifferent) {
  std::set<std::string> names;
  std::set<std::string> contents;
  for (const MalformedRequest& request : malformed_requests()) {
    EXPECT_TRUE(names.insert(request.name).second) << request.name;
    contents.insert(request.bytes);
  }
  EXPECT_GE(contents.size(), 150U);
}

TEST_F(Malformed, AloneAreRefusedOnce) {
  start();
  for (const MalformedRequest& request : malformed_requests()) expect_refused(request, request.bytes);
}

TEST_F(Malformed, WithAnotherRequestBehindAreRefusedOnce) {
  start();
  for (const MalformedRequest& request : malformed_requests()) {
    if (request.whole) expect_refused(request, request.bytes + next_request);
  }
}

TEST_F(Malformed, BehindAGoodRequestAreRefusedOnce) {
  start();
  for (const MalformedRequest& request : malformed_requests()) {
    SCOPED_TRACE(request.name);
    RawClient client = connect();
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" + request.bytes);
    client.end_sending();
    const auto good = client.receive();
    ASSERT_TRUE(good);
    EXPECT_EQ(good->status, 200);
    const auto bad = client.receive();
    ASSERT_TRUE(bad);
    EXPECT_GE(bad->status, 400);
    EXPECT_LT(bad->status, 500);
  }
}

TEST_F(Malformed, ByteByByteAreRefusedOnce) {
  start();
  std::size_t tried = 0;
  for (const MalformedRequest& request : malformed_requests()) {
    if (request.bytes.size() > 200) continue;
    SCOPED_TRACE(request.name);
    ++tried;
    RawClient client = connect();
    for (const char byte : request.bytes) {
      if (!client.send(std::string_view(&byte, 1))) break;
    }
    client.end_sending();
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_GE(response->status, 400);
    EXPECT_LT(response->status, 500);
  }
  EXPECT_GE(tried, 150U);
}

}  // namespace
}  // namespace hotline::http
