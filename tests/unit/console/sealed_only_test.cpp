#include "crypto/age.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using crypto::age::Identity;

/// What would be left if the server let everybody through: these tests ask the stores, where no role is looked at.
class SealedOnly : public StoreTest {
 protected:
  const CaseId file = id_of<CaseId>(0xc1);
  const MemberId ana = id_of<MemberId>(4);
  const MemberId carl = id_of<MemberId>(6);
  Identity ana_identity = Identity::generate();
  Identity carl_identity = Identity::generate();
  Identity epoch_identity = Identity::generate();
  Identity case_identity = Identity::generate();

  static ByteVector seal(const Identity& to, std::string_view words) {
    const auto recipient = to.recipient();
    return crypto::age::seal(std::span(&recipient, 1), as_bytes(words)).value();
  }
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(6, "carl"))));
    ASSERT_TRUE(add(new_report(seal(epoch_identity, "they keep our passports"))));
    const std::string_view epoch_seed(reinterpret_cast<const char*>(epoch_identity.reveal_seed().data()), 32);
    ASSERT_TRUE(run_awaitable(stores->grants().add({{storage::ScopeKind::epoch, epoch.bytes, ana, seal(ana_identity, epoch_seed)}})));
    const std::string_view case_seed(reinterpret_cast<const char*>(case_identity.reveal_seed().data()), 32);
    storage::NewCase made{{file, desk, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                          {{storage::ScopeKind::case_, file.bytes, ana, seal(ana_identity, case_seed)}},
                          {{0, id_of<EventId>(1), file, ana, hour, seal(case_identity, "call her at ten")}}};
    made.summary = storage::Summary{id_of<EventId>(2), ana, hour, seal(case_identity, "passports")};
    ASSERT_TRUE(run_awaitable(stores->cases().open(std::move(made))));
  }
  std::vector<storage::QueueItem> queue(MemberId member) {
    return std::move(run_awaitable(stores->queue().page({.desk = desk, .member = member, .now_hour = hour})).value().items);
  }
  static bool opens(const Identity& with, const ByteVector& sealed) { return crypto::age::open(std::span(&with, 1), sealed).has_value(); }
};

TEST_F(SealedOnly, WithoutAGrantNothingOpens) {
  const auto items = queue(carl);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_FALSE(opens(carl_identity, items[0].file ? items[1].report->sealed : items[0].report->sealed));
  const auto& view = items[0].file ? *items[0].file : *items[1].file;
  EXPECT_FALSE(view.grant) << "another's grant is not handed out";
  EXPECT_FALSE(opens(carl_identity, view.summary->sealed));
  EXPECT_FALSE(opens(carl_identity, run_awaitable(stores->cases().events(file)).value().at(0).sealed));
  EXPECT_TRUE(run_awaitable(stores->grants().of_member(carl))->empty());
  for (const auto& grant : run_awaitable(stores->grants().of_member(ana)).value()) EXPECT_FALSE(opens(carl_identity, grant.sealed)) << "nor would it help";
}

TEST_F(SealedOnly, WithOneItDoes) {
  const auto items = queue(ana);
  const auto& view = items[0].file ? *items[0].file : *items[1].file;
  const auto seed = crypto::age::open(std::span(&ana_identity, 1), view.grant.value()).value();
  const auto identity = Identity::from_seed(crypto::Secret<32>(std::span<const Byte, 32>(seed.reveal().data(), 32)));
  EXPECT_TRUE(opens(identity, view.summary->sealed));
  EXPECT_TRUE(opens(identity, run_awaitable(stores->cases().events(file)).value().at(0).sealed));
  EXPECT_FALSE(opens(identity, (items[0].report ? items[0] : items[1]).report->sealed)) << "a case's key is not the epoch's";
}

}  // namespace
}  // namespace hotline::test
