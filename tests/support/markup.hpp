#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::tests {

/// A start tag of a page.
struct Tag {
  std::string name;
  std::map<std::string, std::string, std::less<>> attributes;   ///< as written, entities not undone

  bool has(std::string_view attribute) const { return attributes.contains(attribute); }
  std::string get(std::string_view attribute) const {
    const auto found = attributes.find(attribute);
    return found == attributes.end() ? std::string() : found->second;
  }
};

/// A page taken apart, strictly: every attribute quoted, every tag closed in order, no raw '<' in text.
struct Markup {
  std::vector<Tag> tags;
  std::string text;         ///< everything between tags, entities as written
  std::string complaint;    ///< empty: well-formed

  static Markup read(std::string_view html);
  std::vector<Tag> named(std::string_view name) const {
    std::vector<Tag> found;
    for (const Tag& tag : tags) {
      if (tag.name == name) found.push_back(tag);
    }
    return found;
  }
};

inline Markup Markup::read(std::string_view html) {
  Markup markup;
  std::vector<std::string> open;
  const auto is_void = [](std::string_view name) {
    return name == "meta" || name == "link" || name == "input" || name == "br" || name == "hr" || name == "img";
  };
  const auto name_end = [&](std::size_t from) { return html.find_first_of(" \n\t>=/", from); };
  const auto fail = [&](std::string what, std::size_t at) {
    markup.complaint = std::move(what) + " at: " + std::string(html.substr(at, 60));
    return markup;
  };
  std::size_t at = 0;
  while (at < html.size()) {
    if (html[at] != '<') {
      if (html[at] == '>') return fail("a raw > in text", at);
      markup.text.push_back(html[at++]);
      continue;
    }
    markup.text.push_back(' ');
    if (html.substr(at).starts_with("<!doctype html>")) {
      at += 15;
      continue;
    }
    if (html.substr(at).starts_with("</")) {
      const std::size_t end = html.find('>', at);
      if (end == std::string_view::npos) return fail("an end tag without end", at);
      const std::string name(html.substr(at + 2, end - at - 2));
      if (open.empty() || open.back() != name) return fail("</" + name + "> closes " + (open.empty() ? "nothing" : open.back()), at);
      open.pop_back();
      at = end + 1;
      continue;
    }
    const std::size_t start = at;
    Tag tag;
    std::size_t end = name_end(at + 1);
    if (end == std::string_view::npos || end == at + 1) return fail("a raw < in text", start);
    tag.name = html.substr(at + 1, end - at - 1);
    at = end;
    while (at < html.size() && html[at] != '>') {
      if (html[at] == ' ' || html[at] == '\n' || html[at] == '\t') {
        ++at;
        continue;
      }
      end = name_end(at);
      if (end == std::string_view::npos || end == at) return fail("a broken attribute", start);
      std::string name(html.substr(at, end - at));
      if (tag.has(name)) return fail("the attribute " + name + " is there twice", start);
      at = end;
      std::string value;
      if (html[at] == '=') {
        if (at + 1 >= html.size() || html[at + 1] != '"') return fail("an attribute without quotes", start);
        const std::size_t close = html.find('"', at + 2);
        if (close == std::string_view::npos) return fail("an attribute without end", start);
        value = html.substr(at + 2, close - at - 2);
        if (value.find('<') != std::string::npos) return fail("a raw < in an attribute", start);
        at = close + 1;
      }
      tag.attributes.emplace(std::move(name), std::move(value));
    }
    if (at >= html.size()) return fail("a tag without end", start);
    ++at;
    if (!is_void(tag.name)) open.push_back(tag.name);
    markup.tags.push_back(std::move(tag));
  }
  if (!open.empty()) markup.complaint = "<" + open.back() + "> is not closed";
  return markup;
}

}  // namespace hotline::tests
