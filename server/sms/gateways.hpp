#pragma once

#include "config/settings.hpp"
#include "server/sms/gateway.hpp"
#include "storage/desks.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::sms {

/// All gateways of the settings that call us, by name; links to operators are not among them.
class Gateways {
 public:
  /// Descriptor files are read here. Fails with one line.
  static Outcome<Gateways> create(const std::vector<SmsSettings>& settings);

  /// Fails with one line when a gateway's desk is not among these.
  Outcome<void> check_desks(const std::vector<storage::Desk>& desks) const;

  /// Null when there is none of that name.
  const Gateway* find(std::string_view name) const noexcept;
  bool empty() const noexcept { return by_name_.empty(); }
  const std::map<std::string, Gateway, std::less<>>& all() const noexcept { return by_name_; }

 private:
  std::map<std::string, Gateway, std::less<>> by_name_;
};

}  // namespace hotline::sms
