#pragma once

#include "storage/calls.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherCalls final : public Calls {
 public:
  SqlcipherCalls(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<Unopened>> unopened(DeskId desk, std::int64_t after) override;
  Awaitable<Result<std::optional<DeskCalls>>> load(DeskId desk) override;
  Awaitable<Result<void>> save(DeskCalls calls) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
