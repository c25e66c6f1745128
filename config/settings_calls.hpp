#pragma once

#include "config/call_settings.hpp"
#include "config/settings_section.hpp"

#include <optional>
#include <vector>

namespace hotline::settings_detail {

/// `[mail]`; nothing when it is absent.
std::optional<MailSettings> read_mail(Section section, const std::filesystem::path& folder);

/// Every `[[call]]`. `fallback`: the language of those that name none, where there are words for it.
std::vector<CallSettings> read_calls(std::vector<Section> sections, const std::filesystem::path& folder, bool has_mail, const std::string& fallback);

}  // namespace hotline::settings_detail
