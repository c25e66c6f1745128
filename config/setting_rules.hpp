#pragma once

#include <string_view>

namespace hotline::settings_detail {

/// "https://host[:port]" or "http://…": no path, no slash at the end, no user, no upper case.
bool is_origin(std::string_view text);
/// "http://" or "https://", 56 letters and digits, ".onion", perhaps a port: a version 3 onion service.
bool is_onion_origin(std::string_view text);
/// An http or https URL with a host: printable ASCII without spaces, quotes or angle brackets; at most 2,048 bytes.
bool is_url(std::string_view text);
/// A language tag as the files below web/i18n are named: "en", "es", "pt-BR".
bool is_language(std::string_view text);
/// Digits, +, spaces and dashes, at least one digit, at most 32 bytes.
bool is_phone(std::string_view text);
/// Letters, digits, - and _; 1 to 32.
bool is_name(std::string_view text);
/// 1 to 128 bytes without control characters.
bool is_label(std::string_view text);
/// 1 to 500 bytes without control characters: a sentence that people read.
bool is_sentence(std::string_view text);
/// What proves to somebody that it is us: 1 to 4,096 bytes without a zero among them.
bool is_token(std::string_view text);
/// 1 to 256 printable ASCII characters, as SMPP and the headers of gateways take them.
bool is_account(std::string_view text);
/// "name@host" as mail servers take it without quotes: printable ASCII, at most 254 bytes.
bool is_mail_address(std::string_view text);
/// A URL whose requests nobody on the way can read: https, or http to this machine itself.
bool is_private_url(std::string_view text);
/// A host that is this machine: "localhost", "127.…" or "::1".
bool is_this_machine(std::string_view host);
/// "age1pq1" and 1,952 lower-case letters and digits: the shape of a recipient that things are sealed to.
bool is_recipient(std::string_view text);
/// Letters, digits, - and _; 22 to 256, so that it can hold 128 random bits.
bool is_path_token(std::string_view text);

}  // namespace hotline::settings_detail
