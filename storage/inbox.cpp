#include "storage/inbox.hpp"

#include "crypto/hash.hpp"

namespace hotline::storage {

ReportId report_id(Bytes sealed) noexcept {
  const ByteArray<32> hash = crypto::blake2b({as_bytes("hotline/v1/report-id"), sealed});
  ReportId id;
  std::memcpy(id.bytes.data(), hash.data(), id.bytes.size());
  return id;
}

}  // namespace hotline::storage
