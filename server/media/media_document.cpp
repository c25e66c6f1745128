#include "server/media/media_document.hpp"

#include "crypto/encoding.hpp"
#include "crypto/secret_json.hpp"
#include "server/http/parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hotline::media {

namespace {

constexpr std::size_t type_bytes_max = 127;
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> names{{{"image/jpeg", "picture.jpg"},
                                                                              {"image/jpg", "picture.jpg"},
                                                                              {"image/png", "picture.png"},
                                                                              {"image/gif", "picture.gif"},
                                                                              {"image/webp", "picture.webp"},
                                                                              {"image/heic", "picture.heic"},
                                                                              {"video/mp4", "video.mp4"},
                                                                              {"video/3gpp", "video.3gp"},
                                                                              {"video/quicktime", "video.mov"},
                                                                              {"audio/amr", "sound.amr"},
                                                                              {"audio/mpeg", "sound.mp3"},
                                                                              {"audio/mp4", "sound.m4a"},
                                                                              {"audio/ogg", "sound.ogg"},
                                                                              {"application/pdf", "file.pdf"},
                                                                              {"text/vcard", "contact.vcf"},
                                                                              {"text/plain", "text.txt"}}};

crypto::SecretJson begin(const sms::MediaTicket& ticket, DeskId desk, std::int64_t received_hour) {
  crypto::SecretJson json(1024);
  json.begin_object().number("v", 1).string("type", "media").string("desk", to_text(desk)).number("received_hour", received_hour);
  json.string("gateway", ticket.gateway).string("reference", ticket.reference);
  return json;
}

}  // namespace

crypto::SecretBuffer picture_document(const sms::MediaTicket& ticket, DeskId desk, std::int64_t received_hour, const storage::StoredFile& file,
                                      std::string_view declared_type) {
  std::string type = plain_type(declared_type);
  // What the gateway said when it told of the picture counts when the answer says nothing.
  if (type.empty() || type == "application/octet-stream" || type == "binary/octet-stream") {
    if (std::string told = plain_type(ticket.type.reveal_text()); !told.empty()) type = std::move(told);
  }
  crypto::SecretJson json = begin(ticket, desk, received_hour);
  json.key("attachments").begin_array().begin_object();
  json.string("id", to_text(file.id)).string("name", name_for(type)).string("media_type", type);
  json.number("bytes", static_cast<std::int64_t>(file.bytes)).string("sha256", crypto::to_hex(file.sha256));
  json.end_object().end_array().end_object();
  return std::move(json).finish();
}

crypto::SecretBuffer failure_document(const sms::MediaTicket& ticket, DeskId desk, std::int64_t received_hour, Failure failure) {
  crypto::SecretJson json = begin(ticket, desk, received_hour);
  json.string("problem", name_of(failure)).key("attachments").begin_array().end_array().end_object();
  return std::move(json).finish();
}

std::string plain_type(std::string_view declared) {
  const std::string type = http::lower_case(http::trim(declared.substr(0, declared.find(';'))));
  const bool known = std::all_of(type.begin(), type.end(), [](char c) { return c == '/' || http::is_token_char(c); });
  return known && type.size() <= type_bytes_max && std::count(type.begin(), type.end(), '/') == 1 ? type : std::string();
}

std::string name_for(std::string_view type) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == type; });
  return std::string(found == names.end() ? "file" : found->second);
}

}  // namespace hotline::media
