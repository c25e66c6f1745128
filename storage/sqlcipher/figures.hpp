#pragma once

#include "storage/figures.hpp"
#include "storage/sqlcipher/readers.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherFigures final : public Figures {
 public:
  explicit SqlcipherFigures(Readers& readers) : readers_(readers) {}
  Awaitable<Result<FigureCounts>> counts(FiguresQuery query) override;

 private:
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
