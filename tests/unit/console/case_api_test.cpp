#include "server/console/case_api.hpp"

#include "crypto/random.hpp"
#include "server/console/json.hpp"
#include "server/http/memory_body.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <boost/json.hpp>

namespace hotline::test {
namespace {

namespace json = boost::json;

constexpr std::size_t answer_bytes = 100;

/// The case routes over a real database. Ana holds the keys of her desk, carl of the same desk holds none, bea is of another.
class CaseApi : public StoreTest {
 protected:
  const CaseId file = id_of<CaseId>(0xc1);
  const DeskId other_desk = id_of<DeskId>(0xd2);

  void SetUp() override {
    StoreTest::SetUp();
    add_desk(other_desk, id_of<EpochId>(0xe2), "second");
    join(4, "ana", desk);
    join(5, "bea", other_desk);
    join(6, "carl", desk);
    using storage::ScopeKind;
    ASSERT_TRUE(run_awaitable(stores->grants().add({{ScopeKind::epoch, epoch.bytes, id_of<MemberId>(4), ByteVector(9, 1)}})));
    ASSERT_TRUE(run_awaitable(stores->cases().open({file, desk, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                                                   {{ScopeKind::case_, file.bytes, id_of<MemberId>(4), ByteVector(9, 1)}},
                                                   {{0, id_of<EventId>(1), file, id_of<MemberId>(4), hour, ByteVector(300, 1)}})));
    report = add(new_report()).value();
    console::add_case_routes(router, context(), answer_bytes);
  }
  const console::Context& context() {
    if (!context_) context_.emplace(console::Context{*stores, sessions, clock, limits, {}, nullptr, false});
    return *context_;
  }
  void join(Byte fill, std::string name, DeskId at) {
    auto member = member_of(fill, std::move(name));
    member.desk = at;
    member.voucher = ByteVector(64, fill);
    ASSERT_TRUE(run_awaitable(stores->members().add(member)));
  }
  std::string session(Byte fill, DeskId at, storage::Role role = storage::Role::caseworker) {
    return sessions.open({id_of<MemberId>(fill), at, role, "name"});
  }
  std::string ana() { return session(4, desk, storage::Role::supervisor); }

  struct Answer {
    int status = 0;
    json::object body;
  };
  Answer call(const std::string& token, http::Method method, const std::string& path, const std::string& body = {}) {
    http::MemoryBody reader(as_bytes(body));
    http::Request request;
    request.method = method;
    request.path = request.raw_path = path;
    request.headers = {{"content-type", "application/json"}, {"cookie", "session=" + token}};
    request.body = &reader;
    const auto match = router.find(request);
    if (match.handler == nullptr) return {};
    const http::Response response = run_awaitable((*match.handler)(request));
    Answer answer{response.status, {}};
    if (const auto* text = std::get_if<std::string>(&response.body); text != nullptr && !text->empty()) answer.body = json::parse(*text).as_object();
    return answer;
  }
  Answer remove(const std::string& token, const std::string& body) { return call(token, http::Method::post, "/api/v1/deletions", body); }
  std::string everything() const { return R"({"cases":[")" + to_text(file) + R"("],"reports":[")" + to_text(report) + R"("]})"; }
  static std::string detail(const Answer& answer) { return std::string(answer.body.at("detail").as_string()); }

  FixedClock clock{hour * 3600};
  console::Sessions sessions{clock, limits};
  std::optional<console::Context> context_;
  http::Router router{[](int status, const http::Request*, std::uint64_t) { return http::problem_response(status, "", ""); }};
  ReportId report;
};

TEST_F(CaseApi, DeletesAndSaysHowMuch) {
  const auto gone = remove(ana(), everything());
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, (json::object{{"cases", 1}, {"reports", 1}, {"files", 0}}));
  EXPECT_EQ(count(), 0);
  const auto again = remove(ana(), everything());
  EXPECT_EQ(again.status, 404);
  EXPECT_NE(detail(again).find("deleted already"), std::string::npos);
  EXPECT_EQ(call(ana(), http::Method::get, "/api/v1/cases/" + to_text(file) + "/events").status, 404);
}

TEST_F(CaseApi, OnlyThoseWhoCanOpenItCanDeleteIt) {
  EXPECT_EQ(remove("no session", everything()).status, 401);
  EXPECT_EQ(remove(session(5, other_desk, storage::Role::supervisor), everything()).status, 404) << "as if it were not there";
  EXPECT_EQ(remove(session(4, desk), everything()).status, 403) << "caseworkers delete nothing";
  const auto without_key = remove(session(6, desk, storage::Role::supervisor), everything());
  EXPECT_EQ(without_key.status, 403);
  EXPECT_NE(detail(without_key).find("nothing was deleted"), std::string::npos);
  EXPECT_EQ(remove(session(6, desk, storage::Role::admin), everything()).status, 403) << "a role is no key";
  for (const auto role : {storage::Role::auditor, storage::Role::analyst, storage::Role::partner}) {
    EXPECT_EQ(remove(session(4, desk, role), everything()).status, 403);
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(CaseApi, DeletionsAreUnderstoodOrRefused) {
  const std::string id = "\"" + to_text(file) + "\"";
  std::string many = id;
  for (int i = 0; i < 100; ++i) many += "," + id;
  for (const std::string& body : {std::string("{}"), std::string(R"({"cases":[],"reports":[]})"), std::string(R"({"cases":["x"]})"),
                                  std::string(R"({"reports":[5]})"), "{\"cases\":" + id + "}", "{\"cases\":[" + many + "]}", std::string("[]")}) {
    EXPECT_EQ(remove(ana(), body).status, 422) << body.substr(0, 60);
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(CaseApi, TheSameAnswerMayBeSentAgain) {
  const auto put = [&](Byte fill) {
    const json::object body{{"tag", console::encoded(filled<16>(7))}, {"sealed", console::encoded(ByteVector(answer_bytes, fill))}};
    return call(ana(), http::Method::post, "/api/v1/answers", json::serialize(body)).status;
  };
  EXPECT_EQ(put(1), 201);
  EXPECT_EQ(put(1), 201);
  EXPECT_EQ(put(2), 409);
}

TEST_F(CaseApi, AnEventAfterAnOldStateIsRefused) {
  const auto append = [&](Byte fill, const std::string& after) {
    const std::string body = R"({"events":[{"id":")" + to_text(id_of<EventId>(fill)) + R"(","case":")" + to_text(file) + R"(","sealed":"AAAA"}])" + after + "}";
    return call(ana(), http::Method::post, "/api/v1/cases/" + to_text(file) + "/events", body);
  };
  EXPECT_EQ(append(2, R"(,"after":1)").status, 201);
  const auto late = append(3, R"(,"after":1)");
  EXPECT_EQ(late.status, 409);
  EXPECT_NE(detail(late).find("A colleague"), std::string::npos);
  EXPECT_EQ(append(3, "").status, 201) << "who does not say what they saw is not refused";
  for (const char* wrong : {R"(,"after":-1)", R"(,"after":"1")", R"(,"after":1.5)", R"(,"after":null)"}) {
    EXPECT_EQ(append(4, wrong).status, 422) << wrong;
  }
}

}  // namespace
}  // namespace hotline::test
