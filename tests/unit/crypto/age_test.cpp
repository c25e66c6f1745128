#include "crypto/age.hpp"

#include "crypto/age_stanza.hpp"
#include "crypto/age_stream.hpp"
#include "crypto/armor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace hotline::crypto::age {
namespace {

constexpr std::string_view words = "They keep my passport in the office.";

/// One identity that fits the files of a test, and one that does not.
class Age : public testing::Test {
 protected:
  Age() : recipient_(identity_.recipient()) {
    initialise();
    identities_.push_back(identity_.duplicate());
    strangers_.push_back(Identity::generate());
  }
  ByteVector sealed(Bytes plaintext) const { return seal({&recipient_, 1}, plaintext).value(); }
  Errc open_error(Bytes file) const { return Errc(open(identities_, file).error().value()); }

  Identity identity_ = Identity::generate();
  Recipient recipient_;
  std::vector<Identity> identities_;
  std::vector<Identity> strangers_;
};

TEST_F(Age, OpensWhatItSealed) {
  const auto opened = open(identities_, sealed(as_bytes(words)));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->reveal_text(), words);
}

TEST_F(Age, HoldsNothingOfThePlaintextAndIsNewEachTime) {
  const ByteVector one = sealed(as_bytes(words));
  EXPECT_EQ(as_text(one).find("passport"), std::string_view::npos);
  EXPECT_NE(one, sealed(as_bytes(words)));
}

TEST_F(Age, AnyOfSeveralIdentitiesOpensAnyOfSeveralRecipients) {
  const std::array recipients{Identity::generate().recipient(), recipient_, Identity::generate().recipient()};
  const auto file = seal(recipients, as_bytes(words));
  ASSERT_TRUE(file);
  std::vector<Identity> held;
  held.push_back(Identity::generate());
  held.push_back(identity_.duplicate());
  EXPECT_EQ(open(held, *file)->reveal_text(), words);
}

TEST_F(Age, SaysWhyItDoesNotOpen) {
  ByteVector file = sealed(as_bytes(words));
  EXPECT_EQ(open(strangers_, file).error(), Errc::wrong_key);
  EXPECT_EQ(open({}, file).error(), Errc::wrong_key);
  EXPECT_EQ(open_error({}), Errc::malformed);
  EXPECT_EQ(open_error(as_bytes("no age file at all")), Errc::malformed);
  const std::string endless = "age-encryption.org/v1\n-> a " + std::string(100'000, 'a');
  EXPECT_EQ(open_error(as_bytes(endless)), Errc::too_large);
  file.back() ^= 1;
  EXPECT_EQ(open_error(file), Errc::authentication_failed);
}

TEST_F(Age, NeedsOneRecipientAndNotTooMany) {
  EXPECT_EQ(seal({}, {}).error(), Errc::malformed);
  const std::vector<Recipient> many(60, recipient_);
  EXPECT_EQ(seal(many, {}).error(), Errc::too_large);
  const std::vector<Recipient> some(35, recipient_);
  EXPECT_TRUE(open(identities_, *seal(some, as_bytes(words))));
}

TEST_F(Age, EveryCutAndEveryByteMoreIsRefused) {
  const ByteVector file = sealed(as_bytes(words));
  for (std::size_t size = 0; size < file.size(); ++size) ASSERT_FALSE(open(identities_, Bytes(file).first(size))) << size;
  ByteVector longer = file;
  longer.push_back(0);
  EXPECT_EQ(open_error(longer), Errc::authentication_failed);
}

TEST_F(Age, EveryFlippedByteIsRefused) {
  const ByteVector file = sealed(as_bytes("yes"));
  for (std::size_t i = 0; i < file.size(); ++i) {
    ByteVector changed = file;
    changed[i] ^= static_cast<Byte>(1U << (i % 8));
    ASSERT_FALSE(open(identities_, changed)) << i;
  }
}

TEST_F(Age, ReadsArmor) {
  const ByteVector file = sealed(as_bytes(words));
  const std::string armored = "\n \r\n" + to_armor(file) + "\n";
  EXPECT_EQ(open(identities_, as_bytes(armored))->reveal_text(), words);
  const std::string damaged = armored.substr(0, armored.size() - 12);
  EXPECT_EQ(open_error(as_bytes(damaged)), Errc::malformed);
}

TEST_F(Age, PassesLargeFilesThroughInSmallMemory) {
  constexpr std::size_t size = 5 * chunk_bytes + 17;
  auto sealer = Sealer::create({&recipient_, 1});
  ASSERT_TRUE(sealer);
  Opener opener = Opener::create(identities_);
  ByteVector piece(10'007);
  ByteVector sealed_piece;
  SecretBuffer opened_piece;
  std::size_t opened_bytes = 0;
  std::size_t most = 0;
  const auto pass = [&] {
    ASSERT_TRUE(opener.update(sealed_piece, opened_piece));
    for (const Byte byte : opened_piece.reveal()) ASSERT_EQ(byte, static_cast<Byte>(opened_bytes++ * 7));
    most = std::max({most, sealed_piece.size(), opened_piece.size()});
    sealed_piece.clear();
    opened_piece.clear();
  };
  for (std::size_t at = 0; at < size; at += piece.size()) {
    piece.resize(std::min(piece.size(), size - at));
    for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<Byte>((at + i) * 7);
    sealer->update(piece, sealed_piece);
    pass();
  }
  sealer->finish(sealed_piece);
  pass();
  ASSERT_TRUE(opener.finish(opened_piece));
  EXPECT_EQ(opened_bytes + opened_piece.size(), size);
  EXPECT_LE(most, 2 * sealed_chunk_bytes);
}

TEST_F(Age, AnErrorIsFinal) {
  ByteVector file = sealed(as_bytes(words));
  file.back() ^= 1;
  Opener opener = Opener::create(identities_);
  SecretBuffer out;
  ASSERT_TRUE(opener.update(file, out));
  EXPECT_FALSE(opener.finish(out));
  EXPECT_EQ(opener.finish(out).error(), Errc::authentication_failed);
  EXPECT_EQ(opener.update(file, out).error(), Errc::authentication_failed);
  EXPECT_TRUE(out.empty());
}

TEST_F(Age, TheMacBindsTheWholeHeader) {
  const ByteVector file = sealed(as_bytes(words));
  // A stanza is put in after sealing: the right identity still finds its own, the MAC does not hold.
  const std::string text(as_text(file));
  const std::string changed = text.substr(0, 22) + "-> grease\n\n" + text.substr(22);
  EXPECT_EQ(open_error(as_bytes(changed)), Errc::authentication_failed);
}

TEST_F(Age, CheckHeaderTakesWhatOpensAndNothingElse) {
  const ByteVector file = sealed(as_bytes(words));
  EXPECT_TRUE(check_header(file));
  EXPECT_EQ(check_header(as_bytes(to_armor(file))).error(), Errc::malformed);
  const std::size_t head = parse_header(file)->size_bytes + payload_nonce_bytes;
  for (std::size_t size = 0; size < head + chunk_tag_bytes; ++size) ASSERT_FALSE(check_header(Bytes(file).first(size))) << size;
  EXPECT_TRUE(check_header(Bytes(file).first(head + chunk_tag_bytes)));
  // The beginning alone, when the file is still on its way.
  EXPECT_TRUE(check_header(Bytes(file).first(head), head + sealed_chunk_bytes));
  EXPECT_TRUE(check_header(Bytes(file).first(head), head + sealed_chunk_bytes + 17));
  for (std::uint64_t more = 1; more <= chunk_tag_bytes; ++more)
    EXPECT_FALSE(check_header(Bytes(file).first(head), head + sealed_chunk_bytes + more)) << more;
}

TEST_F(Age, CheckHeaderRefusesOtherStanzas) {
  const FileKey file_key;
  const Stanza ours = wrap_file_key(recipient_, file_key).value();
  const auto checked = [&](std::vector<Stanza> stanzas) {
    ByteVector file = write_header(stanzas, file_key);
    file.resize(file.size() + payload_nonce_bytes + chunk_tag_bytes + 5);
    return check_header(file);
  };
  EXPECT_TRUE(checked({ours}));
  EXPECT_TRUE(checked({ours, ours}));
  EXPECT_EQ(checked({ours, {{"X25519", "TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc"}, ByteVector(32)}}).error(), Errc::unsupported);
  EXPECT_EQ(checked({{{"grease"}, {}}}).error(), Errc::unsupported);
  Stanza long_body = ours;
  long_body.body.push_back(0);
  EXPECT_EQ(checked({long_body}).error(), Errc::malformed);
  Stanza more_arguments = ours;
  more_arguments.arguments.push_back("x");
  EXPECT_EQ(checked({more_arguments}).error(), Errc::malformed);
  Stanza short_key = ours;
  short_key.arguments[1].pop_back();
  EXPECT_EQ(checked({short_key}).error(), Errc::malformed);
}

}  // namespace
}  // namespace hotline::crypto::age
