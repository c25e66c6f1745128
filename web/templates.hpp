#pragma once

#include <kainjow/mustache.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hotline::web {

using Data = kainjow::mustache::data;
using DataList = kainjow::mustache::list;

/// The mustache templates of one folder of web/. Two additions: {{_ key}} is a text of the reader's language, and a name
/// that the data does not hold is an error. Everything is escaped; the unescaped forms of mustache are refused.
/// Used at start, by one thread: what changes with each request is a gap (web/sheet.hpp).
class Templates {
 public:
  /// The text of a key in the language of the page, not yet escaped.
  using Texts = std::function<std::string(std::string_view key)>;

  /// Throws std::logic_error for a template that cannot be parsed or has an unescaped tag.
  explicit Templates(std::string_view folder);
  /// `templates`: name and source, for tests.
  explicit Templates(const std::map<std::string, std::string>& templates);

  /// Throws std::logic_error for a template or a name that is not there.
  std::string draw(std::string_view name, const Data& data, const Texts& texts);

 private:
  void add(const std::string& name, const std::string& source);

  std::map<std::string, kainjow::mustache::mustache, std::less<>> parsed_;
  std::map<std::string, Data, std::less<>> sources_;      ///< for {{>partials}}
};

}  // namespace hotline::web
