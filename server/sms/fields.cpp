#include "server/sms/fields.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace hotline::sms {

namespace {

namespace json = boost::json;

constexpr std::size_t json_depth_max = 32;
/// Of all names together. Each value has its whole path beside it, so that few bytes of a request could ask for very many here, and before
/// anything is proven. 128 for each of a batch's values: what gateways write has half of that.
constexpr std::size_t json_names_bytes_max = 512 * 1024;

/// Receives a document value by value, so that no tree of a person's words is ever built.
class Flattener {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using Error = boost::system::error_code;

  explicit Flattener(std::size_t fields_max) : fields_max_(fields_max) {}
  Fields take() { return std::move(fields_); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return enter(false); }
  bool on_object_end(std::size_t, Error&) { return leave(); }
  bool on_array_begin(Error&) { return enter(true); }
  bool on_array_end(std::size_t, Error&) { return leave(); }

  bool on_key_part(std::string_view part, std::size_t, Error&) {
    if (!naming_) start_name();
    path_.append(part);
    return true;
  }
  bool on_key(std::string_view part, std::size_t size, Error& error) {
    const bool taken = on_key_part(part, size, error);
    naming_ = false;
    return taken;
  }

  bool on_string_part(std::string_view part, std::size_t, Error& error) { return add(part, error); }
  bool on_string(std::string_view part, std::size_t, Error& error) { return add(part, error) && end_value(); }
  bool on_number_part(std::string_view part, Error& error) { return add(part, error); }
  bool on_int64(std::int64_t, std::string_view part, Error& error) { return add(part, error) && end_value(); }
  bool on_uint64(std::uint64_t, std::string_view part, Error& error) { return add(part, error) && end_value(); }
  bool on_double(double, std::string_view part, Error& error) { return add(part, error) && end_value(); }
  bool on_bool(bool value, Error& error) { return add(value ? "true" : "false", error) && end_value(); }
  bool on_null(Error&) {
    begin_element();
    return end_value();
  }
  bool on_comment_part(std::string_view, Error&) { return true; }
  bool on_comment(std::string_view, Error&) { return true; }

 private:
  struct Level {
    bool array;
    std::size_t path_bytes;       ///< of the path to this level
    std::size_t elements = 0;
  };

  void start_name() {
    naming_ = true;
    path_.resize(levels_.back().path_bytes);
    if (!path_.empty()) path_.push_back('.');
  }
  /// In an array the path to a value is its number.
  void begin_element() {
    if (levels_.empty() || !levels_.back().array) return;
    start_name();
    naming_ = false;
    path_.append(std::to_string(levels_.back().elements++));
  }
  bool enter(bool array) {
    begin_element();
    levels_.push_back({array, path_.size()});
    return true;
  }
  bool leave() {
    levels_.pop_back();
    return true;
  }
  bool add(std::string_view part, Error& error) {
    if (!in_value_) {
      begin_element();
      names_bytes_ += path_.size();
      if (fields_.size() == fields_max_ || names_bytes_ > json_names_bytes_max) {
        error = Errc::too_large;
        return false;
      }
      fields_.emplace_back().name = path_;
      in_value_ = true;
    }
    fields_.back().value.append(part);
    return true;
  }
  bool end_value() {
    in_value_ = false;
    return true;
  }

  std::size_t fields_max_;
  std::size_t names_bytes_ = 0;
  Fields fields_;
  std::vector<Level> levels_;
  std::string path_;
  bool naming_ = false;
  bool in_value_ = false;
};

std::string_view trim_json_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace

Result<Fields> parse_form_fields(Bytes text, std::size_t fields_max) {
  http::FormParser parser(fields_max, text.size());
  if (const Result<void> fed = parser.feed(text); !fed) return fed.error();
  return parser.finish();
}

Result<Fields> parse_json_fields(Bytes text, std::size_t fields_max) {
  const std::string_view document = trim_json_space(as_text(text));
  json::parse_options options;
  options.max_depth = json_depth_max;
  options.allow_invalid_utf8 = true;
  json::basic_parser<Flattener> parser(options, fields_max);
  boost::system::error_code error;
  const std::size_t taken = parser.write_some(false, document.data(), document.size(), error);
  crypto::wipe_stack();   // the parser hands over unescaped pieces from a buffer there
  if (error == Errc::too_large || error == json::error::too_deep) return Errc::too_large;
  if (error || taken != document.size() || !parser.done()) return Errc::malformed;
  return parser.handler().take();
}

}  // namespace hotline::sms
