#pragma once

// Only for what reads TOML: config/settings*.cpp, server/sms/descriptor*.cpp and server/intake/questionnaire_file.cpp.
#include "config/error.hpp"
#include "config/local_text.hpp"
#include "config/setting_secret.hpp"
#include "config/toml.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::settings_detail {

/// What is wrong with one file; of several problems the one nearest to the file's top is told.
class Complaints {
 public:
  /// `shown_in`: where every key is explained; pointed to when one is not known.
  explicit Complaints(std::string_view file_name, std::string_view shown_in = "deploy/hotline.toml")
      : file_name_(file_name), shown_in_(shown_in) {}
  const std::string& shown_in() const { return shown_in_; }
  void add(std::uint32_t line, std::string text);
  bool any() const { return line_ != 0; }
  Problem first() const;

 private:
  std::string file_name_;
  std::string shown_in_;
  std::uint32_t line_ = 0;
  std::string text_;
};

/// One table of the file. Every key that is asked for becomes known; `finish()` complains about the others.
/// Getters give nothing when the key is absent or wrong; what is wrong is complained about.
class Section {
 public:
  /// `table` null: the section is absent, and every key with it.
  Section(Complaints& complaints, toml::table* table, std::string name, std::uint32_t line)
      : complaints_(complaints), table_(table), name_(std::move(name)), line_(line) {}

  bool present() const { return table_ != nullptr; }
  bool has(std::string_view key) const { return table_ != nullptr && table_->contains(key); }
  std::uint32_t line() const { return line_; }
  std::uint32_t line_of(std::string_view key) const;

  std::optional<std::string> text(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);   ///< one string or an array of strings
  /// A text for every language, or a table of texts by language tag: { en = "…", es = "…" }. Each must pass `rule`;
  /// `remedy` completes "KEY in [SECTION] …".
  std::optional<LocalText> local_text(std::string_view key, bool (*rule)(std::string_view), std::string_view remedy);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<std::filesystem::path> path(std::string_view key, const std::filesystem::path& folder);
  /// The characters stay in the TOML tree: the caller wipes them with wipe().
  std::optional<std::string_view> secret(std::string_view key);
  void wipe(std::string_view key);
  Section section(std::string_view key);
  std::vector<Section> sections(std::string_view key);                   ///< an array of tables
  std::vector<std::string> keys() const;                                 ///< in the order of the file

  void complain(std::string_view key, std::string_view text) { complaints_.add(line_of(key), named(key) + " " + std::string(text)); }
  void finish();

 private:
  toml::node* find(std::string_view key);
  std::string named(std::string_view key) const;

  Complaints& complaints_;
  toml::table* table_;
  std::string name_;
  std::uint32_t line_;
  std::vector<std::string> asked_;
};

using Rule = bool (*)(std::string_view);

/// The text under `key` when the rule holds for it; `remedy` completes "KEY in [SECTION] …".
std::optional<std::string> checked(Section& section, std::string_view key, Rule rule, std::string_view remedy);
/// The same for what is kept secret: it is wiped where it stood. Empty when the key is absent.
SettingSecret take_secret(Section& section, std::string_view key, Rule rule, std::string_view remedy);

}  // namespace hotline::settings_detail
