#pragma once

#include "config/error.hpp"
#include "server/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a gateway's requests look like, as data. One TOML file describes one gateway; server/sms/gateways holds those that
/// are built in, and the settings may name a file of the operator's own. docs/gateways.md tells how to write one.
namespace hotline::sms {

enum class HashAlgorithm { md5, sha1, sha256, sha384, sha512 };
enum class BinaryText { hex, base64 };
enum class KeyEncoding { utf8, hex, base64 };

/// Where a value is found: "From" or "field:From" (a form's or a GET query's field, or a JSON value by its dotted path),
/// "query:name", "header:name", "request:body" (all of it). A "*" in a path stands for a number: see Descriptor::each.
struct FieldRef {
  enum class Source { field, query, header, body };
  Source source = Source::field;
  std::string name;             ///< headers in lower case
};

/// One part of the text that a signature is made over.
struct MessagePart {
  enum class Kind {
    url,                        ///< the public address with the query as received
    url_without_query,
    body,                       ///< as received
    parameters,                 ///< all fields, sorted by name: see ParameterRules
    query_parameters,           ///< those of the query as sorted name=value, joined by "&"
    secret,                     ///< the token itself
    literal,                    ///< `text`
    value,                      ///< of `field`; nothing when it is absent
    hash,                       ///< raw `algorithm` hash of the body
  };
  Kind kind = Kind::url;
  std::string text;
  FieldRef field;
  HashAlgorithm algorithm = HashAlgorithm::sha256;
};

/// How fields are joined: name, `assign`, value, with `between` from one to the next.
struct ParameterRules {
  enum class Repeated { sort, set, first, replace };   ///< all values sorted; without doubles; the first; the last
  Repeated repeated = Repeated::sort;
  std::string assign;
  std::string between;
  std::vector<std::string> exclude;
  std::string masked;                  ///< each of these characters in a value becomes "_"
};

/// A hash of the body that stands in a signed place, as Twilio's bodySHA256 in the query.
struct BodyHash {
  FieldRef in;
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  BinaryText encoding = BinaryText::hex;
};

/// When the gateway says that it sent the request. What proves itself but comes late is taken, and flagged.
struct Freshness {
  FieldRef at;                         ///< ten digits, or thirteen of milliseconds; anything else proves nothing
  bool milliseconds = false;
  std::int64_t seconds_max = 300;      ///< early or late
};

/// A signature over parts of the request.
struct SignatureAuth {
  enum class Scheme { hmac, hash, ed25519 };   ///< hash: without a key, over a message that holds the token
  Scheme scheme = Scheme::hmac;
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  KeyEncoding key = KeyEncoding::utf8;
  std::string key_prefix;              ///< stands before the token and is no part of the key, such as "whsec_"
  std::vector<MessagePart> message;
  ParameterRules parameters;
  bool url_with_either_port = false;   ///< the address is tried without its port, and with it or the scheme's own
  FieldRef signature;
  std::string prefix;                  ///< stands before the signature and is no part of it, such as "sha256="
  std::string between;                 ///< between several signatures, of which one must hold; empty: there is one
  BinaryText encoding = BinaryText::hex;
  std::optional<BodyHash> body_hash;
  std::optional<Freshness> fresh;
};

/// A JSON Web Token (RFC 7519) signed with the token by HMAC.
struct JwtAuth {
  std::vector<HashAlgorithm> algorithms;   ///< sha256 is HS256, and so on; no other is taken, whatever the header says
  FieldRef in;
  std::string prefix;                      ///< such as "Bearer "
  std::string issuer;                      ///< what `iss` must be; empty: anything
  bool audience_is_url = false;            ///< `aud` must be the public address with the query
  std::string body_claim;                  ///< holds the hex SHA-256 of the body; empty: none
  std::string url_claim;                   ///< of the public address with the query
  std::int64_t seconds_max = 300;          ///< how far `iat` may be from now, and `exp` and `nbf` on the wrong side of it
};

/// HTTP Basic (RFC 7617); the token is NAME:PASSWORD.
struct BasicAuth {};

/// The token itself is sent in a field.
struct EqualFieldAuth {
  FieldRef field;
};

/// No proof but the secret path: needs path_token in the settings.
struct PathOnlyAuth {};

enum class Meaning { message, status, ignore, challenge };

/// One way to prove that the gateway sent a request, and for which requests it counts.
struct Auth {
  std::vector<http::Method> methods;
  std::vector<std::string> accept;     ///< media types of bodies; all of the descriptor's when empty
  std::optional<Meaning> only;         ///< counts for requests of this meaning alone
  std::variant<SignatureAuth, JwtAuth, BasicAuth, EqualFieldAuth, PathOnlyAuth> check;
};

/// The first rule that fits tells what a request is; without one it is a message. Of a batch a rule whose field has a "*" is
/// asked for each message, and the others only when it holds none.
struct WhenRule {
  Meaning meaning = Meaning::message;  ///< challenge: the field's value is the answer
  FieldRef field;
  std::vector<std::string> equals;     ///< any of these; when empty the field is only to be there
  std::string flag;                    ///< told to the desk inside the sealed text; a message's only
};

/// Each names places to look in order.
struct MessageFields {
  std::vector<FieldRef> from, to, id, time, text;
  std::vector<FieldRef> subject;       ///< of an MMS: stands before the text, or instead of it
  bool to_required = true;             ///< when it has places
};

enum class Charset { utf8, utf16be, latin1, windows1252, gsm7 };
enum class Unpack { percent, hex, base64 };

/// How a text is written. The first rule that fits counts; its places go before those of MessageFields.
struct TextRule {
  std::optional<FieldRef> field;       ///< nothing: fits always
  std::vector<std::string> equals;     ///< in any case
  std::vector<FieldRef> text;
  std::vector<Unpack> unpack;          ///< in this order, before the characters are read
  Charset charset = Charset::utf8;
};

/// Where a part of a long text tells what it is a part of.
struct PartFields {
  FieldRef reference, number, count;
};

/// Where pictures and other files of a message are. Field names; {i} in them is the file's number.
struct MediaFields {
  enum class Login { none, basic, bearer, pair };   ///< of [sms.NAME.send]: account and secret; the secret; the secret, NAME:PASSWORD
  std::optional<FieldRef> count;       ///< without one, all numbers are tried
  std::vector<std::string> url;        ///< addresses at the gateway, to be fetched from
  std::string data;                    ///< or the file itself, in base64; empty: never in the message
  std::string type, name;              ///< may be empty
  std::size_t first = 0;               ///< number of the first
  /// From where files are fetched, by https: "host" or "*.suffix"; `redirect_hosts` may follow them. `login` is for the first address alone,
  /// at one of `hosts` or of the settings' media_origins.
  std::vector<std::string> hosts, redirect_hosts;
  Login login = Login::none;
};

enum class DedupeBy { id, from, to, time, text };

struct Reply {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// What a gateway says about a text of ours, in answers and in delivery reports.
struct TextCodes {
  std::vector<std::string> opted_out, bad_number, account, content;   ///< refused for that reason
  std::vector<std::string> later;                                      ///< to be tried again
};

/// How a text leaves: one HTTP request. Placeholders in `path`, `query`, `body`, `fields` and `headers`: {account}, {application} (what
/// stands behind the "/" of an account), {secret}, {from}, {to}, {text}, {id} (of the text, ours), {callback} (where delivery reports go),
/// {text_utf16} (in hex, UTF-16BE), each escaped as its place demands.
struct SendRules {
  enum class Login { none, basic, bearer, pair };   ///< basic: account and secret; pair: the secret is NAME:PASSWORD
  std::string url;                     ///< origin of the API; empty: the settings must name it
  std::string path;                    ///< may hold a query
  http::Method method = http::Method::post;
  Login login = Login::none;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> fields;   ///< of a form; or of the query when `method` is GET
  /// Besides, and instead of those of the same name, when the text has characters that GSM-7 lacks; a field without value is left out.
  std::vector<std::pair<std::string, std::string>> unicode_fields;
  std::string json;                    ///< a JSON body instead of `fields`
  std::string check;                   ///< a path that tells, asked by GET, whether the login holds, and changes nothing; empty: none is known
  bool digits_only = false;            ///< numbers go without "+"
  bool from_is_id = false;             ///< the settings' `from` is a number by which the gateway knows our phone, and is none that can be called
  bool repeatable = false;             ///< the gateway knows by {id} that it has a text already: a request may be made again
  bool needs_account = false;          ///< found from the placeholders
  bool needs_application = false;      ///< account is "ACCOUNT/APPLICATION"
  bool needs_secret = false;
  unsigned per_minute = 60;
  std::vector<std::string> success;    ///< HTTP statuses that may mean taken; empty: 200 to 299
  /// Where the answer names the text: a dotted path of its JSON; with a "*" each number there is a name, for a part; empty: see `id_between`.
  std::string id;
  /// Or what stands before and after the name in an answer that is no JSON; both empty: {id} is the text's name.
  std::string id_before, id_after;
  std::string status;                  ///< where the answer holds a code also when its HTTP status is 2xx, with a "*" one for each part; empty: nowhere
  std::vector<std::string> accepted;   ///< values at `status` that are not errors
  std::vector<std::string> error;      ///< where an answer that refuses holds the code, tried in order
  std::string error_before, error_after;   ///< or what stands before and after it in an answer that is no JSON
  TextCodes codes;
};

/// How a delivery report is read: a request of Meaning::status.
struct ReportRules {
  std::string each;                    ///< like Descriptor::each; empty: one
  std::vector<FieldRef> id, state, code;
  std::vector<std::string> delivered, refused;   ///< values at `state`, in any case; others say nothing new
  TextCodes codes;
};

struct Descriptor {
  std::string name;                    ///< for people
  std::string weak;                    ///< why what it proves is little; empty when it is not
  std::vector<std::string> advice;     ///< what to set at the gateway, a sentence each; shown by `hotline sms check`
  std::vector<http::Method> methods;   ///< get, post
  std::vector<std::string> accept;     ///< media types of POST bodies: form or JSON; others are only kept whole
  std::size_t body_bytes_max = 0;
  std::size_t parameters_max = 0;      ///< of a form or a query; JSON may hold json_values_max
  std::size_t token_bytes_min = 1;
  std::vector<Auth> auth;              ///< alternatives: one that fits and holds is enough
  std::vector<WhenRule> when;
  /// Path of the messages of a batch, such as "results.*"; the stars of other paths stand for the same numbers. Empty: one.
  std::string each;
  MessageFields message;
  std::vector<TextRule> texts;
  std::optional<PartFields> part;
  std::optional<MediaFields> media;
  std::vector<DedupeBy> dedupe_by;
  std::vector<DedupeBy> dedupe_otherwise;   ///< when what `dedupe_by` names is missing; empty: such a request is malformed
  Reply accepted, duplicate, ignored, overload;
  int retry_after_seconds = 5;         ///< with `overload`
  std::optional<SendRules> send;       ///< absent: texts only come in
  std::optional<ReportRules> report;   ///< absent: it sends none
  bool unsigned_again = false;         ///< a request without any proof is answered by `overload`: a signed one follows

  /// Whether some request would be taken without proof of its content, so that a path token must be set besides.
  bool needs_path_token = false;
  /// Whether some alternative uses the token.
  bool needs_token = false;
};

/// Values of one JSON request: a batch holds some ten for each text. What is one of them is looked up by its path, so there is an end to it.
inline constexpr std::size_t json_values_max = 4096;
/// Longest body of a gateway that sends batches, as far as its descriptor asks for it: what WhatsApp may send at once.
inline constexpr std::size_t batch_body_bytes_max = 3 * 1024 * 1024;

/// Longest descriptor file that is read.
inline constexpr std::size_t descriptor_bytes_max = 64 * 1024;

/// Reads a descriptor (TOML 1.0) without touching the disk. Fails with one line "FILE:LINE: what; what to do" for a key that
/// is not known, a value that is not allowed, or parts that contradict each other.
Outcome<Descriptor> parse_descriptor(std::string_view toml, std::string_view file_name);

/// The built-in descriptor of that name, such as "twilio"; a Problem that lists the names when there is none.
Outcome<Descriptor> built_in_descriptor(std::string_view name);
std::vector<std::string> built_in_descriptor_names();

}  // namespace hotline::sms
