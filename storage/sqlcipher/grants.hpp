#pragma once

#include "storage/grants.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// Errc::not_found when a member is unknown; grants that are there already are left as they are.
Result<void> insert_grants(Database& database, const std::vector<Grant>& grants);

class SqlcipherGrants final : public Grants {
 public:
  SqlcipherGrants(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> add(std::vector<Grant> grants, ActivityLines lines) override;
  Awaitable<Result<std::vector<Grant>>> of_member(MemberId member) override;
  Awaitable<Result<void>> remove_scope(ScopeKind kind, ByteArray<16> scope) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
