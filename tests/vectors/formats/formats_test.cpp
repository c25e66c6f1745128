// Hotline's own code against the known answers that formats.mjs makes without it.
#include "crypto/age.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/encoding.hpp"
#include "crypto/fingerprint.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/member_keys.hpp"
#include "crypto/return_code.hpp"
#include "crypto/signing.hpp"
#include "storage/inbox.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hotline::crypto {
namespace {

namespace json = boost::json;

json::object vectors(std::string_view name) {
  std::ifstream file(std::string(HOTLINE_SOURCE_DIR "/tests/vectors/formats/").append(name) + ".json");
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}
std::string text_at(const json::object& object, std::string_view name) { return std::string(object.at(name).as_string()); }
ByteVector bytes_at(const json::object& object, std::string_view name) { return from_hex(text_at(object, name)).value(); }
template <std::size_t N>
ByteArray<N> array_at(const json::object& object, std::string_view name) {
  const ByteVector bytes = bytes_at(object, name);
  if (bytes.size() != N) throw std::runtime_error("wrong size: " + std::string(name));
  return to_array(Bytes(bytes).first<N>());
}

TEST(Formats, ReturnCode) {
  const json::array codes = vectors("return_code").at("codes").as_array();
  EXPECT_EQ(codes.size(), 4U);
  for (const json::value& value : codes) {
    const json::object& entry = value.as_object();
    EXPECT_EQ(ReturnCode::from_token(bytes_at(entry, "token")).to_text().reveal_text(), text_at(entry, "code"));
    EXPECT_TRUE(ReturnCode::parse(text_at(entry, "code")));
  }
}

TEST(Formats, Mailbox) {
  const json::array entries = vectors("mailbox").at("mailboxes").as_array();
  for (const json::value& value : entries) {
    const json::object& entry = value.as_object();
    const auto keys = derive_mailbox(*ReturnCode::parse(text_at(entry, "code")), DeskId{array_at<16>(entry, "desk")});
    ASSERT_TRUE(keys);
    EXPECT_EQ(to_hex(keys->key.reveal()), text_at(entry, "key"));
    EXPECT_EQ(to_hex(keys->seed.reveal()), text_at(entry, "seed"));
    for (const json::value& tag : entry.at("tags").as_array()) {
      const auto index = tag.as_object().at("index").to_number<std::uint32_t>();
      EXPECT_EQ(to_hex(mailbox_tag(keys->key.reveal(), index)), text_at(tag.as_object(), "tag")) << index;
    }
  }
}

TEST(Formats, MemberKeys) {
  const json::object entry = vectors("member_keys");
  const MemberId member{array_at<16>(entry, "member")};
  const auto keys = derive_passphrase_keys(as_bytes(text_at(entry, "passphrase")), array_at<16>(entry, "salt"));
  ASSERT_TRUE(keys);
  EXPECT_EQ(to_hex(keys->auth.reveal()), text_at(entry, "auth"));
  EXPECT_EQ(to_hex(keys->wrap.reveal()), text_at(entry, "wrap"));
  EXPECT_EQ(to_hex(auth_key_hash(keys->auth)), text_at(entry, "auth_hash"));
  const auto secret = unwrap_member_secret(keys->wrap, member, bytes_at(entry, "wrapped_secret"));
  ASSERT_TRUE(secret);
  EXPECT_EQ(to_hex(secret->reveal()), text_at(entry, "secret"));
  EXPECT_EQ(to_hex(member_identity_seed(*secret).reveal()), text_at(entry, "identity_seed"));
  EXPECT_EQ(to_hex(member_signing_seed(*secret).reveal()), text_at(entry, "signing_seed"));
  EXPECT_EQ(to_hex(SigningKey::from_seed(member_signing_seed(*secret)).public_key()), text_at(entry, "signing_key"));

  const auto recovery = RecoveryCode::parse(text_at(entry, "recovery_code"));
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->to_text().reveal_text(), text_at(entry, "recovery_code"));
  EXPECT_EQ(to_hex(recovery->wrap_key().reveal()), text_at(entry, "recovery_key"));
  EXPECT_EQ(to_hex(recovery->auth_key().reveal()), text_at(entry, "recovery_auth"));
  EXPECT_EQ(to_hex(auth_key_hash(recovery->auth_key())), text_at(entry, "recovery_auth_hash"));
  const auto recovered = unwrap_member_secret(recovery->wrap_key(), member, bytes_at(entry, "recovery_wrapped"));
  ASSERT_TRUE(recovered);
  EXPECT_TRUE(equal_in_constant_time(recovered->reveal(), secret->reveal()));
}

TEST(Formats, Signing) {
  const json::object all = vectors("signing");
  const json::object& epoch = all.at("epoch").as_object();
  const SigningKey key = SigningKey::from_seed(Secret<32>(array_at<32>(epoch, "seed")));
  EXPECT_EQ(to_hex(key.public_key()), text_at(epoch, "key"));
  const ByteVector recipient = bytes_at(epoch, "recipient");
  const EpochStatement statement{DeskId{array_at<16>(epoch, "desk")}, EpochId{array_at<16>(epoch, "epoch")},
                                 epoch.at("not_before").as_int64(), epoch.at("not_after").as_int64(), recipient};
  EXPECT_EQ(to_hex(sign_epoch(key, statement).value()), text_at(epoch, "signature"));
  EXPECT_TRUE(verify_epoch(key.public_key(), statement, array_at<64>(epoch, "signature")));

  const json::object& member = all.at("member").as_object();
  const ByteVector member_recipient = bytes_at(member, "recipient");
  const MemberStatement voucher{DeskId{array_at<16>(member, "desk")}, MemberId{array_at<16>(member, "member")},
                                array_at<32>(member, "sign_key"), member_recipient};
  EXPECT_EQ(to_hex(sign_member(key, voucher).value()), text_at(member, "signature"));
  EXPECT_TRUE(verify_member(key.public_key(), voucher, array_at<64>(member, "signature")));

  const json::object& event = all.at("event").as_object();
  const std::string signed_text = text_at(event, "signed");
  EXPECT_EQ(to_base64(sign_event(key, as_bytes(signed_text)), Base64::url_unpadded), text_at(event, "signature"));
}

TEST(Formats, Reply) {
  initialise();
  const auto identity = age::Identity::generate();
  const auto recipient = identity.recipient();
  const json::array replies = vectors("reply").at("replies").as_array();
  EXPECT_EQ(replies.size(), 4U);
  for (const json::value& value : replies) {
    const json::object& entry = value.as_object();
    const std::string document = text_at(entry, "document");
    AnswerOptions options{.day = entry.at("day").as_int64(), .desk = std::nullopt, .outcome = std::nullopt};
    if (entry.contains("desk")) options.desk = DeskId{array_at<16>(entry, "desk")};
    if (entry.contains("outcome")) options.outcome = text_at(entry, "outcome") == "kept" ? WishOutcome::kept : WishOutcome::deleted;

    // Read: written by the other program.
    std::string padded = document;
    padded.resize(entry.at("padded_bytes").to_number<std::size_t>(), ' ');
    const auto part = open_answer(identity, age::seal(std::span(&recipient, 1), as_bytes(padded)).value());
    ASSERT_TRUE(part);
    EXPECT_EQ(to_hex(part->id), text_at(entry, "id"));
    EXPECT_EQ(part->text.reveal_text(), text_at(entry, "text"));
    EXPECT_EQ(part->options.day, options.day);
    EXPECT_EQ(part->options.desk, options.desk);
    EXPECT_EQ(part->options.outcome, options.outcome);

    // Written: the same bytes but for the random id.
    const auto sealed = seal_answer(text_at(entry, "text"), options, recipient).value();
    ASSERT_EQ(sealed.size(), 1U);
    const auto opened = age::open(std::span(&identity, 1), sealed.front()).value();
    std::string written(opened.reveal_text());
    EXPECT_EQ(written.size(), padded.size());
    const auto id_at = document.find(text_at(entry, "id"));
    written.replace(id_at, 32, text_at(entry, "id"));
    EXPECT_EQ(written, padded);
  }
}

TEST(Formats, Fingerprint) {
  const json::array entries = vectors("fingerprint").at("keys").as_array();
  for (const json::value& value : entries) {
    const json::object& entry = value.as_object();
    EXPECT_EQ(fingerprint_words(bytes_at(entry, "key")), text_at(entry, "words"));
    EXPECT_EQ(fingerprint_hex(bytes_at(entry, "key")), text_at(entry, "hex"));
  }
}

TEST(Formats, ReportId) {
  const json::array entries = vectors("report_id").at("reports").as_array();
  for (const json::value& value : entries) {
    const json::object& entry = value.as_object();
    EXPECT_EQ(to_text(storage::report_id(bytes_at(entry, "sealed"))), text_at(entry, "id"));
  }
}

}  // namespace
}  // namespace hotline::crypto
