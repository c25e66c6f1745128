#pragma once

#include <map>
#include <string>
#include <string_view>

namespace hotline {

/// A text of the settings in several languages, or one for all of them.
class LocalText {
 public:
  LocalText() = default;
  explicit LocalText(std::string for_all) { set("", std::move(for_all)); }

  /// `language` empty: for every language that has none of its own.
  void set(std::string language, std::string text) { texts_[std::move(language)] = std::move(text); }
  bool empty() const { return texts_.empty(); }
  /// The language's own; else the one for all; else the fallback's; else any, so that what an operator wrote is shown.
  std::string_view in(std::string_view language, std::string_view fallback) const;
  /// The tags it has texts for, "" among them when there is one for all.
  const std::map<std::string, std::string, std::less<>>& texts() const { return texts_; }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace hotline
