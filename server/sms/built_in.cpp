#include "server/sms/descriptor.hpp"

#include <string>

extern "C" {
struct HotlineSmsResource {
  const char* name;
  const char* data;
  std::size_t size;
};
/// Made by the build from server/sms/gateways; a row of zeros ends it.
extern const HotlineSmsResource hotline_sms_resources[];
}

namespace hotline::sms {

namespace {

/// "gateways/twilio.toml" → "twilio".
std::string_view short_name(const HotlineSmsResource& resource) {
  std::string_view name = resource.name;
  name.remove_prefix(name.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

}  // namespace

std::vector<std::string> built_in_descriptor_names() {
  std::vector<std::string> names;
  for (const auto* resource = hotline_sms_resources; resource->name != nullptr; ++resource) names.emplace_back(short_name(*resource));
  return names;
}

Outcome<Descriptor> built_in_descriptor(std::string_view name) {
  std::string names;
  for (const auto* resource = hotline_sms_resources; resource->name != nullptr; ++resource) {
    if (short_name(*resource) == name) return parse_descriptor({resource->data, resource->size}, resource->name);
    names += (names.empty() ? "" : ", ") + std::string(short_name(*resource));
  }
  return Problem{"no gateway of that name is built in; there is " + names + ", or name a file of your own with descriptor = \"…\""};
}

}  // namespace hotline::sms
