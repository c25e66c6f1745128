#include "server/console/record.hpp"

namespace hotline::console {

storage::Activity activity_of(const Context& context, storage::Act act, const SignedIn& who, storage::Subject subject, const ByteArray<32>& detail) {
  return {act, who.desk, who.member, context.clock.hour(), subject, detail};
}

storage::Activity activity_of_nobody(const Context& context, storage::Act act, DeskId desk) { return {act, desk, {}, context.clock.hour(), {}, {}}; }

http::Awaitable<Result<void>> Context::record(storage::Act act, const SignedIn& who, storage::Subject subject) const {
  return stores.log().append(activity_of(*this, act, who, subject));
}

http::Awaitable<Result<void>> Context::record_look(storage::Act act, const SignedIn& who, storage::Subject subject) const {
  return stores.log().append_once_an_hour(activity_of(*this, act, who, subject));
}

}  // namespace hotline::console
