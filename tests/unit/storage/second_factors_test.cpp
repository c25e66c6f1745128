#include "storage/second_factors.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::FactorKind;
using storage::SecondFactor;

class SecondFactorsTest : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(5, "bea"))));
  }
  static SecondFactor totp(Byte id, Byte member = 4) {
    return {id_of<FactorId>(id), id_of<MemberId>(member), FactorKind::totp, "", 20'000, ByteVector(20, id), {}, 0, 100};
  }
  static SecondFactor passkey(Byte id, Byte member = 4) {
    return {id_of<FactorId>(id), id_of<MemberId>(member), FactorKind::passkey, "key", 20'000, ByteVector(64, id), ByteVector(32, id), -7, 0};
  }
  Result<void> add(SecondFactor factor) { return run_awaitable(stores->second_factors().add(std::move(factor), {})); }
  Result<void> use(Byte id, std::int64_t counter) { return run_awaitable(stores->second_factors().use(id_of<FactorId>(id), counter)); }
  Result<void> remove(Byte id, bool keep_one, Byte member = 4) {
    return run_awaitable(stores->second_factors().remove(id_of<MemberId>(member), id_of<FactorId>(id), keep_one, {}));
  }
  std::vector<SecondFactor> list(Byte member = 4) { return run_awaitable(stores->second_factors().of_member(id_of<MemberId>(member))).value(); }
};

TEST_F(SecondFactorsTest, ComeBackWholeAndInOrder) {
  ASSERT_TRUE(add(passkey(1)));
  ASSERT_TRUE(add(totp(2)));
  ASSERT_TRUE(add(totp(3, 5)));
  reopen();
  const auto factors = list();
  ASSERT_EQ(factors.size(), 2u);
  EXPECT_EQ(factors[0].kind, FactorKind::passkey);
  EXPECT_EQ(factors[0].name, "key");
  EXPECT_EQ(factors[0].key, ByteVector(64, 1));
  EXPECT_EQ(factors[0].credential, ByteVector(32, 1));
  EXPECT_EQ(factors[0].algorithm, -7);
  EXPECT_EQ(factors[1].id, id_of<FactorId>(2));
  EXPECT_EQ(factors[1].counter, 100);
}

TEST_F(SecondFactorsTest, ANewTotpTakesThePlaceOfTheOld) {
  ASSERT_TRUE(add(totp(1)));
  ASSERT_TRUE(add(totp(2)));
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0].id, id_of<FactorId>(2));
}

TEST_F(SecondFactorsTest, ACredentialIsThereOnceAndSixteenAreEnough) {
  ASSERT_TRUE(add(passkey(1)));
  auto same = passkey(2, 5);
  same.credential = ByteVector(32, 1);
  EXPECT_EQ(add(same).error(), make_error_code(Errc::conflict));
  for (Byte id = 2; id <= 16; ++id) ASSERT_TRUE(add(passkey(id)));
  EXPECT_EQ(add(passkey(17)).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(add(totp(18, 99)).error(), make_error_code(Errc::not_found));
}

TEST_F(SecondFactorsTest, ACounterOnlyGoesUp) {
  ASSERT_TRUE(add(totp(1)));
  EXPECT_TRUE(use(1, 101));
  EXPECT_EQ(use(1, 101).error(), make_error_code(Errc::duplicate));
  EXPECT_EQ(use(1, 100).error(), make_error_code(Errc::duplicate));
  EXPECT_TRUE(use(1, 105));
  EXPECT_EQ(use(9, 1).error(), make_error_code(Errc::not_found));
  ASSERT_TRUE(add(passkey(2)));
  EXPECT_TRUE(use(2, 0)) << "one that does not count";
  EXPECT_TRUE(use(2, 0));
  EXPECT_TRUE(use(2, 7));
  EXPECT_EQ(use(2, 0).error(), make_error_code(Errc::duplicate)) << "and does no more";
}

TEST_F(SecondFactorsTest, TheLastOneStaysWhereItMust) {
  ASSERT_TRUE(add(totp(1)));
  EXPECT_EQ(remove(1, true).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(remove(1, true, 5).error(), make_error_code(Errc::not_found)) << "a colleague's";
  ASSERT_TRUE(add(passkey(2)));
  EXPECT_TRUE(remove(1, true));
  EXPECT_TRUE(remove(2, false));
  EXPECT_TRUE(list().empty());
}

TEST_F(SecondFactorsTest, GoWithTheirMemberAndWithARecovery) {
  ASSERT_TRUE(add(totp(1)));
  ASSERT_TRUE(add(passkey(2)));
  ASSERT_TRUE(add(totp(3, 5)));
  auto carl = member_of(6, "carl");
  carl.recovery_hash = ByteVector(32, 6);
  ASSERT_TRUE(run_awaitable(stores->members().add(carl)));
  ASSERT_TRUE(add(totp(4, 6)));
  const auto recover = [&](Byte old) {
    return run_awaitable(stores->members().recover(carl.id, filled<32>(old), {filled<16>(1), filled<32>(7), ByteVector(72, 7)}, ByteVector(72, 8), filled<32>(8)));
  };
  EXPECT_EQ(recover(5).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(list(6).size(), 1u) << "a refusal changes nothing";
  EXPECT_TRUE(recover(6));
  EXPECT_TRUE(list(6).empty());
  EXPECT_EQ(run_awaitable(stores->members().get(carl.id))->auth_hash, filled<32>(7));
  EXPECT_EQ(recover(6).error(), make_error_code(Errc::conflict)) << "the old code";
  ASSERT_TRUE(run_awaitable(stores->members().remove(ana)));
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(list(5).size(), 1u);
  ASSERT_TRUE(run_awaitable(stores->second_factors().remove_all(id_of<MemberId>(5), {})));
  EXPECT_TRUE(list(5).empty());
}

TEST_F(SecondFactorsTest, APassphraseChangesOnlyFromTheOneThatIs) {
  const auto change = [&](Byte old) {
    return run_awaitable(stores->members().change_passphrase(ana, filled<32>(old), {filled<16>(1), filled<32>(7), ByteVector(72, 7)}));
  };
  EXPECT_EQ(change(9).error(), make_error_code(Errc::conflict));
  EXPECT_TRUE(change(4));
  EXPECT_EQ(change(4).error(), make_error_code(Errc::conflict));
  const auto member = run_awaitable(stores->members().find("ana"));
  EXPECT_EQ(member->wrapped_secret, ByteVector(72, 7));
  EXPECT_EQ(member->recovery_wrapped, ByteVector(72, 5)) << "the paper code stays";
}

/// A database without a desk.
class FoundingsTest : public StoreTest {
 protected:
  void SetUp() override { open(true); }
  storage::Founding founding(Byte fill) const {
    auto admin = member_of(fill, "olga");
    admin.role = storage::Role::admin;
    return {{desk, "first", filled<32>(1), false},
            admin,
            {epoch, desk, ByteVector(1216, 2), 0, 1'000'000, filled<64>(3)},
            {{storage::ScopeKind::epoch, epoch.bytes, admin.id, ByteVector(9, 1)}}};
  }
  Result<void> offer(Byte code) { return run_awaitable(stores->foundings().offer(filled<32>(code), hour + 72)); }
  Result<void> offered(Byte code, std::int64_t at) { return run_awaitable(stores->foundings().offered(filled<32>(code), at)); }
  Result<void> found(Byte code, storage::Founding what, std::int64_t at) {
    return run_awaitable(stores->foundings().found_by_code(filled<32>(code), at, std::move(what)));
  }
};

TEST_F(FoundingsTest, ACodeFoundsOnce) {
  ASSERT_TRUE(offer(1));
  ASSERT_TRUE(offer(2));
  EXPECT_EQ(offered(1, hour).error(), make_error_code(Errc::not_found)) << "a new one ends the one before";
  EXPECT_TRUE(offered(2, hour + 71));
  EXPECT_EQ(offered(2, hour + 72).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(found(2, founding(4), hour + 72).error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(found(2, founding(4), hour));
  EXPECT_EQ(offered(2, hour).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(found(2, founding(5), hour).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(offer(3).error(), make_error_code(Errc::conflict)) << "there is a desk";
  EXPECT_EQ(run_awaitable(stores->members().list(desk))->size(), 1u);
}

TEST_F(FoundingsTest, OneThatFailsLeavesNothing) {
  ASSERT_TRUE(offer(1));
  auto wrong = founding(4);
  wrong.grants.push_back({storage::ScopeKind::epoch, epoch.bytes, id_of<MemberId>(9), ByteVector(9, 1)});
  EXPECT_EQ(found(1, std::move(wrong), hour).error(), make_error_code(Errc::not_found)) << "a grant to nobody";
  EXPECT_TRUE(run_awaitable(stores->desks().list())->empty());
  EXPECT_TRUE(offered(1, hour));
  EXPECT_TRUE(found(1, founding(4), hour));
}

TEST_F(FoundingsTest, ADeskMadeByCommandEndsTheCode) {
  ASSERT_TRUE(offer(1));
  ASSERT_TRUE(run_awaitable(stores->foundings().found(founding(4))));
  EXPECT_EQ(offered(1, hour).error(), make_error_code(Errc::not_found));
}

}  // namespace
}  // namespace hotline::test
