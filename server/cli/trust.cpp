#include "server/cli/trust.hpp"

#include "crypto/fingerprint.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

namespace hotline::cli {
namespace {

crypto::MemberStatement statement_of(const storage::Member& member) {
  return {member.desk, member.id, member.sign_key, member.recipient};
}

bool is_vouched(const DeskView& desk, const storage::Member& member) {
  if (member.voucher.size() != 64) return false;
  const std::span<const Byte, 64> voucher(member.voucher.data(), 64);
  return crypto::verify_member(desk.desk.desk_key, statement_of(member), voucher).has_value();
}

}  // namespace

Outcome<void> check_desk(const DeskView& desk, const Keyring& keyring, const std::string& words) {
  const auto own = keyring.desk_key(desk.desk.id);
  if (own && own->public_key() != desk.desk.desk_key) {
    return Problem{"the server names another desk key than the one you hold: do not go on, tell your colleagues"};
  }
  if (!words.empty() && words != crypto::fingerprint_words(desk.desk.desk_key)) {
    return Problem{"the server's desk key does not have these words: do not go on, tell your admin"};
  }
  std::set<MemberId> ids;
  for (const auto& people : {std::cref(desk.members), std::cref(desk.former)}) {
    for (const storage::Member& member : people.get()) {
      // Of two rows with one id the one would be vouched for, and the other's keys sealed to.
      if (!ids.insert(member.id).second) return Problem{"the server names the member " + to_text(member.id) + " twice: do not go on, tell your admin"};
    }
  }
  for (const storage::Epoch& epoch : desk.epochs) {
    const crypto::EpochStatement statement{desk.desk.id, epoch.id, epoch.not_before, epoch.not_after, epoch.recipient};
    if (!crypto::verify_epoch(desk.desk.desk_key, statement, epoch.signature)) {
      return Problem{"the epoch " + to_text(epoch.id) + " is not signed by the desk key: do not go on, tell your admin"};
    }
  }
  return {};
}

std::vector<storage::Member> vouched_members(const DeskView& desk) {
  std::vector<storage::Member> members;
  std::ranges::copy_if(desk.members, std::back_inserter(members), [&](const storage::Member& member) { return is_vouched(desk, member); });
  return members;
}

std::vector<storage::Member> vouched_authors(const DeskView& desk) {
  auto authors = vouched_members(desk);
  std::ranges::copy_if(desk.former, std::back_inserter(authors), [&](const storage::Member& member) { return is_vouched(desk, member); });
  return authors;
}

std::string member_words(const storage::Member& member) {
  ByteVector keys = member.recipient;
  append(keys, member.sign_key);
  return crypto::fingerprint_words(keys);
}

Outcome<crypto::Signature> vouch_for(const storage::Member& member, const crypto::SigningKey& desk_key) {
  const auto voucher = crypto::sign_member(desk_key, statement_of(member));
  if (!voucher) return Problem{"the key of member " + member.name + " cannot be used: ask them to enrol again"};
  return *voucher;
}

}  // namespace hotline::cli
