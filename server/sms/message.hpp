#pragma once

#include "crypto/secret.hpp"
#include "server/sms/asked.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::sms {

/// A picture or other file that came with a message: where the gateway keeps it.
struct Media {
  crypto::SecretBuffer url;
  crypto::SecretBuffer type;
};

/// A file that came inside the message.
struct InlineFile {
  crypto::SecretBuffer name;              ///< as the gateway called it, without folders; may be empty
  crypto::SecretBuffer type;
  crypto::SecretBuffer data;
};

/// Which part of a long text this is. Parts are stored as they come; the desk joins them.
struct Part {
  crypto::SecretBuffer reference;         ///< the same for all parts of one text
  int number = 0;                         ///< from 1
  int count = 0;                          ///< 2 to 255
};

/// A text as a gateway delivered it, in wiped memory.
struct Message {
  crypto::SecretBuffer from;              ///< normalised
  crypto::SecretBuffer to;                ///< normalised; empty when the gateway does not tell
  crypto::SecretBuffer id;                ///< the gateway's; empty when it has none
  crypto::SecretBuffer time;              ///< as the gateway writes it, only to tell messages apart; never stored
  crypto::SecretBuffer text;              ///< UTF-8, cleaned as http::clean_text does
  std::vector<Media> media;
  std::vector<InlineFile> files;
  std::optional<Part> part;
  /// What a caseworker should know: "opt-out", "opt-in", "text-repaired" (`raw` is the text before), "repeated-field", "late" (the gateway's clock says so), "unreadable"
  /// (`raw` is what came; `text` is its beginning unless a text was found), "cut" (`raw`, or `text`, is not all of it: a file is),
  /// "file-undecoded" (a file is kept in the base64 that came, which is none), "file-missing" (one was named that did not come).
  std::vector<std::string> flags;
  crypto::SecretBuffer raw;               ///< the request as received, when it could not be read; the text's bytes, when it was repaired; else empty
  crypto::SecretBuffer dedupe;            ///< what makes it one message of this gateway
};

/// The hint that goes beside the sealed text: 0 when the text holds DANGER or PELIGRO as a word, in any case, or is nothing
/// but "9", with or without a full stop; 3 otherwise.
std::uint8_t priority_of(std::string_view text) noexcept;

/// Whether it asks for no more texts: by its word, or as the gateway understood it. A part of a long text is not the whole, whatever it is.
bool asks_for_silence(const Message& message) noexcept;
/// Whether it asks for texts again. One that comes late or is not well readable does not: a newer STOP may stand.
bool asks_for_texts(const Message& message) noexcept;

/// Adds "opt-out" or "opt-in" to the flags of a text that is nothing but STOP or START: they hold for the desk as they do for us, whether
/// or not the gateway heeds them itself. Whoever reads a message from what a gateway brings calls it.
void flag_keyword(Message& message);

/// What has been done with a message's pictures before it is sealed.
struct KeptMedia {
  struct File {
    std::string id;                       ///< of the sealed file, in hex
    std::int64_t bytes = 0;
    std::string sha256;
  };
  std::vector<std::string> references;    ///< for each of Message::media: by which it will be known once fetched; empty: it is not fetched
  std::vector<File> files;                ///< of Message::files, the first ones
  bool left_out = false;                  ///< there were more than are kept
};

/// The `sms` object of docs/formats.md, before padding.
crypto::SecretBuffer to_json(const Message& message, std::string_view gateway, std::string_view desk_hex, std::int64_t received_hour,
                             const Asked& asked = {}, const KeptMedia& kept = {});

}  // namespace hotline::sms
