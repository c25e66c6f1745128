#include "server/intake/form_epoch.hpp"

namespace hotline::intake {

http::Awaitable<Result<crypto::age::Recipient>> FormEpoch::begin(const Answers& so_far) {
  auto epoch = co_await context_.epochs.of(context_.addressees.choose(so_far).desk);
  if (!epoch) co_return epoch.error();
  epoch_ = std::move(*epoch);
  co_return epoch_->recipient;
}

http::Awaitable<Result<storage::CurrentEpoch>> FormEpoch::of(DeskId desk, const Submission& submission) const {
  if (epoch_ && !submission.files.empty()) co_return *epoch_;
  co_return co_await context_.epochs.of(desk);
}

}  // namespace hotline::intake
