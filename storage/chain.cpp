#include "storage/chain.hpp"

#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"

namespace hotline::storage {
namespace {

/// Fields one after the other, numbers as 8 bytes with the highest first.
class FixedForm {
 public:
  FixedForm() { bytes_.reserve(192); }
  FixedForm& number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<Byte>(bits >> shift));
    return *this;
  }
  FixedForm& byte(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  FixedForm& bytes(Bytes value) {
    append(bytes_, value);
    return *this;
  }
  ChainHash leaf() const noexcept { return crypto::merkle_leaf(bytes_); }

 private:
  ByteVector bytes_;
};

}  // namespace

ChainHash leaf_of(const ActivityRow& row) noexcept {
  const Activity& activity = row.activity;
  FixedForm form;
  form.number(row.number).bytes(activity.desk.bytes).bytes(activity.member.bytes).number(activity.hour);
  form.byte(static_cast<std::uint8_t>(activity.act)).byte(static_cast<std::uint8_t>(activity.subject.kind));
  return form.bytes(activity.subject.id).bytes(activity.detail).leaf();
}

ChainHash leaf_of(const Event& event, const ByteArray<32>& sealed_hash) noexcept {
  FixedForm form;
  form.number(event.number).bytes(event.id.bytes).bytes(event.case_id.bytes).bytes(event.author.bytes);
  return form.number(event.recorded_hour).bytes(sealed_hash).leaf();
}

ChainHash next_link(std::string_view chain, const ChainHash& before, const ChainHash& leaf) noexcept {
  return crypto::blake2b({as_bytes("hotline/v1/"), as_bytes(chain), before, leaf});
}

}  // namespace hotline::storage
