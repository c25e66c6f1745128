#pragma once

#include "storage/second_factors.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherSecondFactors final : public SecondFactors {
 public:
  SqlcipherSecondFactors(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<std::vector<SecondFactor>>> of_member(MemberId member) override;
  Awaitable<Result<void>> add(SecondFactor factor, ActivityLines lines) override;
  Awaitable<Result<void>> use(FactorId id, std::int64_t counter) override;
  Awaitable<Result<void>> remove(MemberId member, FactorId id, bool keep_one, ActivityLines lines) override;
  Awaitable<Result<void>> remove_all(MemberId member, ActivityLines lines) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
