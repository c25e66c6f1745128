#include "storage/grants.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Grant;
using storage::ScopeKind;

class GrantsTest : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);

  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(5, "bea"))));
  }
  Result<void> add_grants(std::vector<Grant> grants) { return run_awaitable(stores->grants().add(std::move(grants))); }
  std::vector<Grant> of(MemberId member) { return run_awaitable(stores->grants().of_member(member)).value(); }
};

TEST_F(GrantsTest, AreTheMembersOwn) {
  ASSERT_TRUE(add_grants({{ScopeKind::desk_key, filled<16>(1), ana, ByteVector(2000, 1)}, {ScopeKind::case_, filled<16>(2), bea, ByteVector(9, 2)}}));
  ASSERT_EQ(of(ana).size(), 1u);
  EXPECT_EQ(of(ana)[0].kind, ScopeKind::desk_key);
  EXPECT_EQ(of(ana)[0].scope, filled<16>(1));
  EXPECT_EQ(of(ana)[0].member, ana);
  EXPECT_EQ(of(ana)[0].sealed, ByteVector(2000, 1));
  EXPECT_EQ(of(bea)[0].kind, ScopeKind::case_);
  EXPECT_TRUE(of(id_of<MemberId>(9)).empty());
}

TEST_F(GrantsTest, AGrantThatIsThereIsLeftAsItIs) {
  ASSERT_TRUE(add_grants({{ScopeKind::epoch, filled<16>(1), ana, ByteVector(9, 1)}}));
  ASSERT_TRUE(add_grants({{ScopeKind::epoch, filled<16>(1), ana, ByteVector(9, 2)}, {ScopeKind::case_, filled<16>(1), ana, ByteVector(9, 3)}}));
  ASSERT_EQ(of(ana).size(), 2u);
  EXPECT_EQ(of(ana)[0].sealed, ByteVector(9, 1));
}

TEST_F(GrantsTest, AllOrNone) {
  EXPECT_EQ(add_grants({{ScopeKind::epoch, filled<16>(1), ana, ByteVector(9, 1)}, {ScopeKind::epoch, filled<16>(1), id_of<MemberId>(9), {}}}).error(),
            make_error_code(Errc::not_found));
  EXPECT_TRUE(of(ana).empty());
}

TEST_F(GrantsTest, AScopeIsShredded) {
  ASSERT_TRUE(add_grants({{ScopeKind::case_, filled<16>(1), ana, ByteVector(9, 1)},
                          {ScopeKind::case_, filled<16>(1), bea, ByteVector(9, 2)},
                          {ScopeKind::epoch, filled<16>(1), ana, ByteVector(9, 3)},
                          {ScopeKind::case_, filled<16>(2), ana, ByteVector(9, 4)}}));
  ASSERT_TRUE(run_awaitable(stores->grants().remove_scope(ScopeKind::case_, filled<16>(1))));
  EXPECT_TRUE(of(bea).empty());
  ASSERT_EQ(of(ana).size(), 2u);
  EXPECT_EQ(of(ana)[0].kind, ScopeKind::epoch);
  EXPECT_EQ(of(ana)[1].scope, filled<16>(2));
}

}  // namespace
}  // namespace hotline::test
