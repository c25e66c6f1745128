#include "config/settings_section.hpp"

#include "config/setting_rules.hpp"

#include <algorithm>
#include <cstring>

namespace hotline::settings_detail {
namespace {

/// Edits (insert, remove, replace, swap of neighbours) that make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

/// What was typed, fit for one line of a terminal.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  return shown;
}

}  // namespace

void Complaints::add(std::uint32_t line, std::string text) {
  line = std::max(line, 1U);
  if (line_ != 0 && line_ <= line) return;
  line_ = line;
  text_ = std::move(text);
}

Problem Complaints::first() const { return {file_name_ + ":" + std::to_string(line_) + ": " + text_}; }

std::string Section::named(std::string_view key) const {
  return std::string(key) + (name_.empty() ? "" : " in [" + name_ + "]");
}

std::uint32_t Section::line_of(std::string_view key) const {
  if (table_ != nullptr) {
    if (const toml::node* node = table_->get(key)) return node->source().begin.line;
  }
  return line_;
}

toml::node* Section::find(std::string_view key) {
  asked_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::optional<std::string_view> Section::secret(std::string_view key) {
  toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    complain(key, "must be text in double quotes");
    return std::nullopt;
  }
  return std::string_view(value->get());
}

std::optional<std::string> Section::text(std::string_view key) {
  const std::optional<std::string_view> value = secret(key);
  if (!value) return std::nullopt;
  if (value->find('\0') != std::string_view::npos) {
    complain(key, "holds a zero byte; remove it");
    return std::nullopt;
  }
  return std::string(*value);
}

void Section::wipe(std::string_view key) {
  toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node == nullptr || node->as_string() == nullptr) return;
  std::string& value = node->as_string()->get();
  ::explicit_bzero(value.data(), value.size());
}

std::optional<std::vector<std::string>> Section::texts(std::string_view key) {
  toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> values;
  if (const auto* one = node->as_string()) values.push_back(one->get());
  if (const auto* many = node->as_array()) {
    for (const toml::node& element : *many) {
      if (element.as_string() == nullptr) {
        values.clear();
        break;
      }
      values.push_back(element.as_string()->get());
    }
  }
  if (values.empty()) {
    complain(key, "must be text in double quotes, or a list of such: [\"…\", \"…\"]");
    return std::nullopt;
  }
  return values;
}

std::optional<LocalText> Section::local_text(std::string_view key, bool (*rule)(std::string_view), std::string_view remedy) {
  toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  LocalText text;
  bool right = true;
  const auto take = [&](std::string tag, const toml::node& value) {
    const auto* one = value.as_string();
    right = right && one != nullptr && rule(one->get());
    if (right) text.set(std::move(tag), one->get());
  };
  if (const auto* table = node->as_table()) {
    for (const auto& [tag, value] : *table) {
      right = right && is_language(tag.str());
      take(std::string(tag.str()), value);
    }
    right = right && !table->empty();
  } else {
    take("", *node);
  }
  if (!right) {
    complain(key, std::string(remedy) + "; for several languages: { en = \"…\", es = \"…\" }");
    return std::nullopt;
  }
  return text;
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr || value->get() < min || value->get() > max) {
    complain(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return value->get();
}

std::optional<std::filesystem::path> Section::path(std::string_view key, const std::filesystem::path& folder) {
  const std::optional<std::string> value = text(key);
  if (!value) return std::nullopt;
  if (value->empty() || value->back() == '/') {
    complain(key, "must name a file");
    return std::nullopt;
  }
  return (folder / *value).lexically_normal();
}

Section Section::section(std::string_view key) {
  toml::node* node = find(key);
  const std::string name = name_.empty() ? std::string(key) : name_ + "." + std::string(key);
  if (node != nullptr && node->as_table() == nullptr) complain(key, "must be a table; write it as [" + name + "]");
  toml::table* table = node == nullptr ? nullptr : node->as_table();
  return {complaints_, table, name, node == nullptr ? line_ : node->source().begin.line};
}

std::vector<Section> Section::sections(std::string_view key) {
  toml::node* node = find(key);
  std::vector<Section> found;
  if (node == nullptr) return found;
  toml::array* list = node->as_array();
  if (list == nullptr || !std::all_of(list->begin(), list->end(), [](const toml::node& n) { return n.is_table(); })) {
    complain(key, "must be a list of tables: [{ … = \"…\" }]");
    return found;
  }
  for (toml::node& element : *list) {
    found.emplace_back(complaints_, element.as_table(), (name_.empty() ? "" : name_ + ".") + std::string(key),
                       element.source().begin.line);
  }
  return found;
}

std::vector<std::string> Section::keys() const {
  std::vector<std::pair<std::uint32_t, std::string>> found;
  if (table_ != nullptr) {
    for (auto&& [key, node] : *table_) found.emplace_back(node.source().begin.line, std::string(key.str()));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (auto& [line, name] : found) names.push_back(std::move(name));
  return names;
}

void Section::finish() {
  for (const std::string& key : keys()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    std::string text = "unknown key \"" + printable(key) + "\"" + (name_.empty() ? "" : " in [" + name_ + "]");
    const auto nearest = std::min_element(asked_.begin(), asked_.end(), [&](const std::string& a, const std::string& b) {
      return distance(key.substr(0, 64), a) < distance(key.substr(0, 64), b);
    });
    if (nearest != asked_.end() && distance(key.substr(0, 64), *nearest) <= 1 + nearest->size() / 4) {
      text += "; did you mean \"" + *nearest + "\"?";
    } else {
      text += "; remove it (" + complaints_.shown_in() + " shows every key)";
    }
    complaints_.add(line_of(key), std::move(text));
    return;  // keys come in the order of the file: this one is the first
  }
}

std::optional<std::string> checked(Section& section, std::string_view key, Rule rule, std::string_view remedy) {
  std::optional<std::string> value = section.text(key);
  if (value && !rule(*value)) {
    section.complain(key, remedy);
    return std::nullopt;
  }
  return value;
}

SettingSecret take_secret(Section& section, std::string_view key, Rule rule, std::string_view remedy) {
  const std::optional<std::string_view> value = section.secret(key);
  if (!value) return {};
  if (!rule(*value)) section.complain(key, remedy);
  SettingSecret secret(*value);
  section.wipe(key);
  return secret;
}

}  // namespace hotline::settings_detail
