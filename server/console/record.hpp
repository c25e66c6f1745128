#pragma once

#include "server/console/context.hpp"
#include "storage/activity.hpp"

namespace hotline::console {

/// A line of activity, now, by this member: for stores that write it in the commit of what it tells.
storage::Activity activity_of(const Context& context, storage::Act act, const SignedIn& who, storage::Subject subject = {},
                              const ByteArray<32>& detail = {});
/// The same by nobody who is known: a wrong passphrase at a desk.
storage::Activity activity_of_nobody(const Context& context, storage::Act act, DeskId desk);

}  // namespace hotline::console
