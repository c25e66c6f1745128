#include "server/intake/form_epoch.hpp"

#include "crypto/age.hpp"
#include "crypto/return_code.hpp"
#include "server/http/memory_body.hpp"
#include "server/intake/desk_api.hpp"
#include "server/intake/mailbox_page.hpp"
#include "server/intake/tell.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/intake/form_body.hpp"
#include "tests/unit/intake/pages_fixture.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <algorithm>
#include <utility>

namespace hotline::intake {
namespace {

using test::id_of;
using test::run_awaitable;

/// Two desks, an epoch each; forms are posted to the routes as they come from a socket.
class FormEpochTest : public test::StoreTest {
 protected:
  void SetUp() override {
    open(true);
    add_desk(first, first_epoch, before);
    add_desk(second, id_of<EpochId>(0xe3), elsewhere);
    epochs.emplace(stores->desks(), clock);
    context.emplace(ReporterContext{*stores, *epochs, argon2, uploads, text, crowd, way_out, pages_of_two_desks(), questionnaire(), clock, limits, addressees, first});
    add_tell_routes(router, *context);
    add_mailbox_page_routes(router, *context);
    add_desk_api_routes(router, *context);
  }
  void add_desk(DeskId id, EpochId its_epoch, const crypto::age::Identity& identity) {
    ASSERT_TRUE(run_awaitable(stores->desks().add({id, to_text(id), test::filled<32>(1), false})));
    add_epoch(id, its_epoch, identity, 0);
  }
  void add_epoch(DeskId id, EpochId its_epoch, const crypto::age::Identity& identity, std::int64_t not_before) {
    const auto recipient = identity.recipient();
    const ByteVector bytes(recipient.bytes().begin(), recipient.bytes().end());
    ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({its_epoch, id, bytes, not_before, 4'000'000'000, test::filled<64>(3)})));
  }
  /// Somebody left: what comes from now on is sealed to another.
  void rotate() {
    add_epoch(first, id_of<EpochId>(0xe2), after, 1);
    epochs->look_again();
  }
  int post(std::string path, FormBody& body) { return answer(std::move(path), body).status; }
  http::Response answer(std::string path, http::BodyReader& body) {
    http::Request request;
    request.method = http::Method::post;
    request.path = std::move(path);
    request.sender = sender;
    request.headers.emplace_back("content-type", FormBody::content_type);
    request.body = &body;
    const auto match = router.find(request);
    return run_awaitable((*match.handler)(request));
  }
  /// Nothing that is taken, and to be given back all the same: six bytes of markup for each.
  static FormBody quotes(std::string_view field) {
    FormBody body;
    if (field != "code") body.field("code", new_code());
    body.field("q_safe_now", "perhaps");
    body.field(field, std::string(60'000, '"'));
    body.end();
    return body;
  }
  std::size_t room() {
    std::size_t steps = 0;
    http::TextSpace::Share rest(text, sender);
    while (rest.grow(http::TextSpace::own_bytes + (steps + 1) * step)) ++steps;
    return steps * step;
  }
  std::vector<storage::ReportRow> reports(DeskId of) { return run_awaitable(stores->inbox().list(of, 0, 10)).value(); }
  static bool opens(const storage::ReportRow& row, const crypto::age::Identity& identity) {
    return crypto::age::open(std::span(&identity, 1), row.sealed).has_value();
  }
  static std::string new_code() {
    return std::string(crypto::ReturnCode::from_token(crypto::random_secret<32>().reveal()).to_text().reveal_text());
  }

  const std::vector<OfferedDesk> offered{offered_desk(1, "Ministry"), offered_desk(2, "Shelter")};
  const DeskId first = offered[0].id;
  const DeskId second = offered[1].id;
  const EpochId first_epoch = id_of<EpochId>(0xe1);
  const crypto::age::Identity before = crypto::age::Identity::generate();
  const crypto::age::Identity after = crypto::age::Identity::generate();
  const crypto::age::Identity elsewhere = crypto::age::Identity::generate();
  static constexpr std::uint64_t sender = http::senders_begin + 1;
  static constexpr std::size_t step = 64 * 1024;
  const test::FixedClock clock{hour * 3600};
  const Addressees addressees{offered};
  Argon2Pool argon2{limits};
  http::UploadSlots uploads{limits};
  http::TextSpace text{limits};
  Crowd crowd{limits};
  WayOut way_out{"https://weather.example/"};
  std::optional<storage::CurrentEpochs> epochs;
  std::optional<ReporterContext> context;
  http::Router router{[](int status, const http::Request*, std::uint64_t) { return http::text_response(status, ""); }};
};

TEST_F(FormEpochTest, WordsAreSealedToTheEpochOfTheFilesThatCameBefore) {
  FormBody body;
  body.field("desk", to_text(first));
  body.field("q_story", "words");
  body.file_begins("photo.jpg");
  body.bytes(100);
  body.then([this] { rotate(); });
  body.bytes(100);
  body.end();
  ASSERT_EQ(post("/en/tell", body), 200);
  const auto rows = reports(first);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].epoch, first_epoch);
  EXPECT_TRUE(opens(rows[0], before));
}

TEST_F(FormEpochTest, WithoutFilesToTheEpochOfNow) {
  FormBody body;
  body.field("desk", to_text(first));
  body.then([this] { rotate(); });
  body.field("q_story", "words");
  body.end();
  ASSERT_EQ(post("/en/tell", body), 200);
  const auto rows = reports(first);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].epoch, id_of<EpochId>(0xe2));
  EXPECT_TRUE(opens(rows[0], after));
}

TEST_F(FormEpochTest, WhoWritesAgainToo) {
  FormBody body;
  body.field("code", new_code());
  body.field("desk", to_text(first));
  body.field("message", "and more");
  body.file_begins("photo.jpg");
  body.bytes(100);
  body.then([this] { rotate(); });
  body.end();
  ASSERT_EQ(post("/en/answers", body), 200);
  const auto rows = reports(first);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].epoch, first_epoch);
  EXPECT_TRUE(opens(rows[0], before));
}

TEST_F(FormEpochTest, ADeskThatIsNamedAfterTheFilesIsNotTheirs) {
  for (const char* path : {"/en/tell", "/en/answers"}) {
    FormBody body;
    body.field("code", new_code());
    body.field("q_story", "words");
    body.field("message", "words");
    body.file_begins("photo.jpg");
    body.bytes(100);
    body.field("desk", to_text(second));
    body.end();
    EXPECT_EQ(post(path, body), 400) << path;
  }
  EXPECT_EQ(count(), 0);
}

/// A body that does not come.
class NoBody final : public http::BodyReader {
 public:
  explicit NoBody(Errc why) : why_(why) {}
  http::Awaitable<Result<Bytes>> read_some() override { co_return why_; }
  std::optional<std::uint64_t> declared_size() const override { return std::nullopt; }

 private:
  const Errc why_;
};

TEST_F(FormEpochTest, ACodeThatDidNotArriveIsNotToldAsAWrongOne) {
  for (const auto& [why, status] : {std::pair(Errc::timed_out, 408), std::pair(Errc::closed, 400), std::pair(Errc::malformed, 400), std::pair(Errc::too_large, 413)}) {
    NoBody body(why);
    EXPECT_EQ(answer("/api/v1/return-code", body).status, status);
  }
  http::MemoryBody wrong(as_bytes(R"({"code":"K7QX"})"));
  EXPECT_EQ(answer("/api/v1/return-code", wrong).status, 422);
}

TEST_F(FormEpochTest, APageWithWhatWasTypedHasItsShareUntilItIsWritten) {
  const std::size_t before_it = room();
  for (const auto& [path, field] : {std::pair("/en/tell", "q_story"), std::pair("/en/answers", "message"), std::pair("/en/answers", "code")}) {
    FormBody body = quotes(field);
    std::optional<http::Response> page = answer(path, body);
    EXPECT_EQ(page->status, 422) << path;
    const std::size_t size = std::get<std::string>(page->body).size();
    ASSERT_GT(size, 360'000U) << path << ' ' << field;
    EXPECT_LE(room() + size, before_it + http::TextSpace::own_bytes) << path << ' ' << field;
    page.reset();
    EXPECT_EQ(room(), before_it) << path << ' ' << field;
  }
}

TEST_F(FormEpochTest, WhereThereIsNoRoomForItThePageIsSmall) {
  http::TextSpace::Share others(text, sender);
  ASSERT_TRUE(others.grow(http::TextSpace::own_bytes + room()));
  for (const auto& [path, field] : {std::pair("/en/tell", "q_story"), std::pair("/en/answers", "message"), std::pair("/en/answers", "code")}) {
    FormBody body = quotes(field);
    const http::Response page = answer(path, body);
    EXPECT_EQ(page.status, 503) << path << ' ' << field;
    EXPECT_LT(std::get<std::string>(page.body).size(), 100'000U) << path << ' ' << field;
    EXPECT_TRUE(std::ranges::any_of(page.headers, [](const auto& header) { return header.first == "Retry-After"; })) << path << ' ' << field;
  }
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace hotline::intake
