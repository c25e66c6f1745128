#include "server/http/form.hpp"

#include "server/http/percent.hpp"

namespace hotline::http {

const FormField* find_field(const std::vector<FormField>& fields, std::string_view name) {
  for (const FormField& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

FormParser::FormParser(std::size_t fields_max, std::size_t bytes_max) : fields_max_(fields_max), bytes_max_(bytes_max) {}

Result<void> FormParser::feed(Bytes piece) {
  for (const char c : as_text(piece)) {
    if (const Result<void> taken = take(c); !taken) return taken;
  }
  return {};
}

Result<std::vector<FormField>> FormParser::finish() {
  if (escape_digits_ >= 0) return Errc::malformed;
  return std::move(fields_);
}

Result<void> FormParser::take(char c) {
  if (escape_digits_ >= 0) {
    const int digit = hex_value(c);
    if (digit < 0) return Errc::malformed;
    if (escape_digits_ == 0) {
      escape_high_ = digit;
      escape_digits_ = 1;
      return {};
    }
    escape_digits_ = -1;
    return put(static_cast<char>(escape_high_ * 16 + digit));
  }
  switch (c) {
    case '&':
      open_ = false;
      in_value_ = false;
      return {};
    case '%':
      escape_digits_ = 0;
      return {};
    case '+':
      return put(' ');
    case '=':
      if (in_value_) return put(c);
      in_value_ = true;
      if (open_) return {};
      break;  // a field without a name
    default:
      return put(c);
  }
  if (fields_.size() == fields_max_) return Errc::too_large;
  fields_.emplace_back();
  open_ = true;
  return {};
}

Result<void> FormParser::put(char c) {
  if (!open_) {
    if (fields_.size() == fields_max_) return Errc::too_large;
    fields_.emplace_back();
    open_ = true;
  }
  if (bytes_ == bytes_max_) return Errc::too_large;
  ++bytes_;
  if (in_value_) {
    fields_.back().value.push_back(static_cast<Byte>(c));
  } else {
    fields_.back().name.push_back(c);
  }
  return {};
}

}  // namespace hotline::http
