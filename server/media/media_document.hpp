#pragma once

#include "crypto/secret.hpp"
#include "server/media/fetch.hpp"
#include "server/sms/media_ticket.hpp"
#include "storage/sealed_file.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::media {

/// The `media` object of docs/formats.md, before padding: the file that a ticket was for.
crypto::SecretBuffer picture_document(const sms::MediaTicket& ticket, DeskId desk, std::int64_t received_hour, const storage::StoredFile& file,
                                      std::string_view declared_type);
/// Or that it could not be fetched.
crypto::SecretBuffer failure_document(const sms::MediaTicket& ticket, DeskId desk, std::int64_t received_hour, Failure failure);

/// "image/jpeg; x=y" is "image/jpeg"; anything that is no media type is nothing.
std::string plain_type(std::string_view declared);
/// "picture.jpg": a name for a file of that type, by which programs know what to do with it.
std::string name_for(std::string_view type);

}  // namespace hotline::media
