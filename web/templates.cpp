#include "web/templates.hpp"

#include "web/html.hpp"
#include "web/resources.hpp"

#include <stdexcept>
#include <utility>

namespace hotline::web {
namespace {

/// Adds texts and partials to what the data holds, and refuses unknown names.
class Context : public kainjow::mustache::context<std::string> {
 public:
  Context(const Data& data, const Templates::Texts& texts, const std::map<std::string, Data, std::less<>>& partials)
      : context(&data), texts_(texts), partials_(partials) {}

  const Data* get(const std::string& name) const override {
    if (name.starts_with("_ ")) {
      const std::string key = kainjow::mustache::trim(name.substr(2));
      auto found = drawn_.find(key);
      if (found == drawn_.end()) found = drawn_.emplace(key, Data(texts_(key))).first;
      return &found->second;
    }
    const Data* data = context::get(name);
    if (data == nullptr) throw std::logic_error("a template asks for {{" + name + "}}, which the page does not give");
    return data;
  }

  const Data* get_partial(const std::string& name) const override {
    const auto found = partials_.find(name);
    if (found == partials_.end()) throw std::logic_error("a template includes {{>" + name + "}}, which is not there");
    return &found->second;
  }

 private:
  const Templates::Texts& texts_;
  const std::map<std::string, Data, std::less<>>& partials_;
  mutable std::map<std::string, Data> drawn_;
};

}  // namespace

Templates::Templates(std::string_view folder) {
  const std::string start = std::string(folder) + "/";
  const std::string_view end = ".mustache";
  for (std::string_view name : resource_names(start, end)) {
    const std::string source(resource(name));
    name.remove_prefix(start.size());
    name.remove_suffix(end.size());
    add(std::string(name), source);
  }
}

Templates::Templates(const std::map<std::string, std::string>& templates) {
  for (const auto& [name, source] : templates) add(name, source);
}

void Templates::add(const std::string& name, const std::string& source) {
  for (const char* refused : {"{{{", "{{&", "{{ &", "{{="}) {
    if (source.find(refused) != std::string::npos) throw std::logic_error("the template " + name + " has a tag that is not escaped");
  }
  kainjow::mustache::mustache parsed(source);
  if (!parsed.is_valid()) throw std::logic_error("the template " + name + " cannot be parsed: " + parsed.error_message());
  parsed.set_custom_escape([](const std::string& text) {
    // Marks of gaps pass through: they are cut out before anything is sent.
    std::string html;
    HtmlWriter writer(&html);
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i < text.size() && text[i] != '\x02' && text[i] != '\x03') continue;
      writer.text(std::string_view(text).substr(start, i - start));
      if (i < text.size()) writer.markup(std::string_view(text).substr(i, 1));
      start = i + 1;
    }
    return html;
  });
  parsed_.emplace(name, std::move(parsed));
  sources_.emplace(name, Data(source));
}

std::string Templates::draw(std::string_view name, const Data& data, const Texts& texts) {
  const auto found = parsed_.find(name);
  if (found == parsed_.end()) throw std::logic_error("no such template: " + std::string(name));
  Context context(data, texts, sources_);
  std::string drawn = found->second.render(context);
  if (!found->second.is_valid()) throw std::logic_error("the template " + std::string(name) + ": " + found->second.error_message());
  return drawn;
}

}  // namespace hotline::web
