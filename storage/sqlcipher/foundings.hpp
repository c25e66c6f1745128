#pragma once

#include "storage/foundings.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherFoundings final : public Foundings {
 public:
  SqlcipherFoundings(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> found(Founding founding) override;
  Awaitable<Result<void>> offer(ByteArray<32> code_hash, std::int64_t expiry_hour) override;
  Awaitable<Result<void>> offered(ByteArray<32> code_hash, std::int64_t now_hour) override;
  Awaitable<Result<void>> found_by_code(ByteArray<32> code_hash, std::int64_t now_hour, Founding founding) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
