#include "server/sms/gateways.hpp"

#include "server/sms/number.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace hotline::sms {

namespace {

Outcome<Descriptor> load_descriptor(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(descriptor_bytes_max + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof() && !file) return Problem{path.string() + ": cannot be read; check that the file is there and who may read it"};
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_descriptor(text, path.string());
}

}  // namespace

Outcome<Gateways> Gateways::create(const std::vector<SmsSettings>& settings) {
  Gateways gateways;
  if (!settings.empty()) load_number_tables();
  for (const SmsSettings& one : settings) {
    if (one.smpp) continue;
    auto descriptor = one.descriptor.empty() ? built_in_descriptor(one.gateway) : load_descriptor(one.descriptor);
    if (!descriptor) {
      if (!one.descriptor.empty()) return descriptor.error();
      return Problem{"[sms." + one.name + "] gateway: " + descriptor.error().line};
    }
    auto gateway = Gateway::create(std::move(*descriptor), one);
    if (!gateway) return gateway.error();
    gateways.by_name_.emplace(one.name, std::move(*gateway));
  }
  return gateways;
}

Outcome<void> Gateways::check_desks(const std::vector<storage::Desk>& desks) const {
  for (const auto& [name, gateway] : by_name_) {
    const std::string& wanted = gateway.desk_name();
    if (wanted.empty() || std::any_of(desks.begin(), desks.end(), [&](const auto& desk) { return desk.name == wanted; })) continue;
    return Problem{"[sms." + name + "] desk: there is no desk of that name; hotline desk list shows them"};
  }
  return {};
}

const Gateway* Gateways::find(std::string_view name) const noexcept {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

}  // namespace hotline::sms
