#pragma once

// Only for server/sms/descriptor*.cpp: reading TOML with lines to complain about.
#include "config/settings_section.hpp"
#include "server/sms/descriptor.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::sms::descriptor_detail {

using settings_detail::Section;

template <class T>
using Choice = std::pair<std::string_view, T>;

/// One of a few words; complains about others. Nothing when absent.
template <class T, std::size_t N>
std::optional<T> choose(Section& section, std::string_view key, const std::array<Choice<T>, N>& choices) {
  const std::optional<std::string> text = section.text(key);
  if (!text) return std::nullopt;
  std::string words;
  for (const auto& [word, value] : choices) {
    if (*text == word) return value;
    words += (words.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  }
  section.complain(key, "must be one of " + words);
  return std::nullopt;
}

/// The same, complaining when it is absent.
template <class T, std::size_t N>
T choose_required(Section& section, std::string_view key, const std::array<Choice<T>, N>& choices) {
  if (section.present() && !section.has(key)) section.complain(key, "is missing; add it");
  return choose(section, key, choices).value_or(choices[0].second);
}

inline constexpr std::array<Choice<HashAlgorithm>, 5> hash_algorithms{{{"md5", HashAlgorithm::md5},
                                                                       {"sha1", HashAlgorithm::sha1},
                                                                       {"sha256", HashAlgorithm::sha256},
                                                                       {"sha384", HashAlgorithm::sha384},
                                                                       {"sha512", HashAlgorithm::sha512}}};
inline constexpr std::array<Choice<Meaning>, 4> meanings{{{"message", Meaning::message},
                                                          {"status", Meaning::status},
                                                          {"ignore", Meaning::ignore},
                                                          {"challenge", Meaning::challenge}}};
inline constexpr std::size_t name_bytes_max = 128;

/// Whether it has no control characters.
bool printable(std::string_view text);

/// "From", "field:From", "query:x" or "header:x"; complains under `key` about anything else.
std::optional<FieldRef> parse_field_ref(Section& section, std::string_view key, std::string_view text);
std::optional<FieldRef> read_field_ref(Section& section, std::string_view key);
std::vector<FieldRef> read_field_refs(Section& section, std::string_view key);
std::vector<http::Method> read_methods(Section& section);
std::vector<std::string> read_media_types(Section& section, std::string_view key);

/// Reads [message], [[text]], [part], [media] and [dedupe].
void read_contents(Section& root, Descriptor& into);

/// Reads [send] and [report].
void read_sending(Section& root, Descriptor& into);

/// Reads [[auth]], and sets what follows from it: needs_token, needs_path_token.
void read_auth(Section& root, Descriptor& into);

}  // namespace hotline::sms::descriptor_detail
