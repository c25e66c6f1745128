#pragma once

#include "storage/members.hpp"

#include <optional>
#include <utility>

namespace hotline::test {

/// Members of whom nothing can be read, or who cannot come back, for a while.
class InterruptedMembers final : public storage::Members {
 public:
  template <class T>
  using Answer = storage::Awaitable<Result<T>>;

  explicit InterruptedMembers(storage::Members& inside) : inside_(inside) {}
  Answer<storage::Member> get(MemberId id) override {
    if (failure) co_return *failure;
    co_return co_await inside_.get(id);
  }
  Answer<void> recover(MemberId id, ByteArray<32> hash, storage::NewPassphrase fresh, ByteVector wrapped, ByteArray<32> new_hash, storage::ActivityLines lines) override {
    if (failure_of_recover) co_return *failure_of_recover;
    co_return co_await inside_.recover(id, hash, std::move(fresh), std::move(wrapped), new_hash, std::move(lines));
  }

  Answer<void> add(storage::Member member) override { return inside_.add(std::move(member)); }
  Answer<storage::Member> find(std::string_view name) override { return inside_.find(name); }
  Answer<std::vector<storage::Member>> list(DeskId desk) override { return inside_.list(desk); }
  Answer<storage::Roster> roster(DeskId desk) override { return inside_.roster(desk); }
  Answer<void> change_passphrase(MemberId id, ByteArray<32> hash, storage::NewPassphrase fresh, storage::ActivityLines lines) override {
    return inside_.change_passphrase(id, hash, std::move(fresh), std::move(lines));
  }
  Answer<void> renew_paper_code(MemberId id, ByteArray<32> hash, storage::NewPaperCode fresh, storage::ActivityLines lines) override {
    return inside_.renew_paper_code(id, hash, std::move(fresh), std::move(lines));
  }
  Answer<void> vouch(MemberId id, ByteArray<64> voucher, storage::ActivityLines lines) override { return inside_.vouch(id, voucher, std::move(lines)); }
  Answer<void> remove(MemberId id, storage::ActivityLines lines) override { return inside_.remove(id, std::move(lines)); }
  Answer<void> invite(storage::Invitation invitation, storage::ActivityLines lines) override { return inside_.invite(std::move(invitation), std::move(lines)); }
  Answer<storage::Invitation> invitation(ByteArray<32> code_hash, std::int64_t hour) override { return inside_.invitation(code_hash, hour); }
  Answer<std::vector<storage::Invitation>> invitations(DeskId desk, std::int64_t hour) override { return inside_.invitations(desk, hour); }
  Answer<void> withdraw(DeskId desk, InvitationId id, storage::ActivityLines lines) override { return inside_.withdraw(desk, id, std::move(lines)); }
  Answer<void> enrol(ByteArray<32> code_hash, std::int64_t hour, storage::Member member, storage::ActivityLines lines) override {
    return inside_.enrol(code_hash, hour, std::move(member), std::move(lines));
  }

  std::optional<Errc> failure;
  std::optional<Errc> failure_of_recover;

 private:
  storage::Members& inside_;
};

}  // namespace hotline::test
