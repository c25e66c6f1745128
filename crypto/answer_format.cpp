#include "crypto/answer_format.hpp"

#include "config/utf8.hpp"
#include "crypto/age.hpp"
#include "crypto/random.hpp"
#include "crypto/secret_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace hotline::crypto {
namespace {

namespace json = boost::json;

/// Room for text beside the object's other members; text grows by escapes at most sixfold, so it is cut by its written size.
constexpr std::size_t part_text_written_max = 3800;

std::size_t written_size(unsigned char c) {
  if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') return 2;
  return c < 0x20 ? 6 : 1;
}

/// How much of the text fits one part, cut between characters.
std::size_t part_length(std::string_view text) {
  std::size_t written = 0;
  std::size_t whole = 0;    // end of the last whole character
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0) != 0x80) whole = i;
    written += written_size(c);
    if (written > part_text_written_max) return whole;
  }
  return text.size();
}

/// Which part of how many, and of which answer.
struct Place {
  ByteArray<16> id{};
  std::size_t part = 0;
  std::size_t parts = 1;
};

Result<ByteVector> seal_part(std::string_view text, const AnswerOptions& options, const Place& place, const age::Recipient& recipient) {
  SecretJson json(answer_padded_bytes);
  json.begin_object().number("v", 1).string("type", "reply").string("id", id_to_hex(place.id));
  json.number("part", static_cast<std::int64_t>(place.part)).number("parts", static_cast<std::int64_t>(place.parts));
  json.number("day", options.day);
  if (options.desk) json.string("desk", to_text(*options.desk));
  if (options.outcome) json.string("outcome", wish_outcome_name(*options.outcome));
  json.string("text", text).end_object();
  auto document = std::move(json).finish();
  if (document.size() > answer_padded_bytes) return Errc::too_large;
  const std::size_t written = document.size();
  document.resize(answer_padded_bytes);
  std::ranges::fill(document.reveal_mutable().subspan(written), Byte{' '});
  return age::seal(std::span(&recipient, 1), document.reveal());
}

/// Desk and outcome of a `reply`; what is not understood is passed over, so that the text is read all the same.
void read_options(const json::object& object, AnswerOptions& options) {
  const auto text = [&](std::string_view name) {
    const json::value* field = object.if_contains(name);
    return field != nullptr && field->is_string() ? std::string_view(field->get_string()) : std::string_view();
  };
  options.desk = parse_id<DeskId>(text("desk"));
  for (const WishOutcome outcome : {WishOutcome::deleted, WishOutcome::kept}) {
    if (text("outcome") == wish_outcome_name(outcome)) options.outcome = outcome;
  }
}

}  // namespace

std::string_view wish_outcome_name(WishOutcome outcome) noexcept { return outcome == WishOutcome::deleted ? "deleted" : "kept"; }

Result<std::vector<ByteVector>> seal_answer(std::string_view text, const AnswerOptions& options, const age::Recipient& recipient) {
  if (text.empty() || !is_utf8(text)) return Errc::malformed;
  if (text.size() > answer_text_bytes_max) return Errc::too_large;
  std::vector<std::string_view> pieces;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(pieces.back().size())) {
    pieces.push_back(rest.substr(0, part_length(rest)));
  }
  Place place{.id = {}, .part = 0, .parts = pieces.size()};
  random_bytes(place.id);
  std::vector<ByteVector> sealed;
  for (; place.part < pieces.size(); ++place.part) {
    auto part = seal_part(pieces[place.part], options, place, recipient);
    if (!part) return part.error();
    sealed.push_back(std::move(*part));
  }
  return sealed;
}

Result<AnswerPart> open_answer(const age::Identity& identity, Bytes sealed) {
  const auto document = age::open(std::span(&identity, 1), sealed);
  if (!document) return document.error();
  boost::system::error_code error;
  const json::value value = json::parse(document->reveal_text(), error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return Errc::malformed;
  const auto* type = object->if_contains("type");
  const auto* text = object->if_contains("text");
  const auto* id = object->if_contains("id");
  const auto number = [&](std::string_view name, std::int64_t otherwise) {
    const json::value* field = object->if_contains(name);
    return field != nullptr && field->is_int64() ? field->get_int64() : otherwise;
  };
  if (type == nullptr || *type != "reply" || text == nullptr || !text->is_string() || id == nullptr || !id->is_string()) {
    return Errc::malformed;
  }
  if (number("v", 0) != 1) return Errc::unsupported;
  AnswerPart part;
  if (!id_from_hex(id->get_string(), part.id)) return Errc::malformed;
  part.part = number("part", 0);
  part.parts = number("parts", 1);
  if (part.part < 0 || part.part >= part.parts) return Errc::malformed;
  part.options.day = number("day", 0);
  read_options(*object, part.options);
  part.text = SecretBuffer(std::string_view(text->get_string()));
  return part;
}

std::vector<JoinedAnswer> join_answers(std::vector<AnswerPart> parts) {
  std::vector<ByteArray<16>> order;
  std::map<ByteArray<16>, std::map<std::int64_t, AnswerPart*>> groups;
  for (AnswerPart& part : parts) {
    auto& group = groups[part.id];
    if (group.empty()) order.push_back(part.id);
    group.try_emplace(part.part, &part);
  }
  std::multimap<std::int64_t, JoinedAnswer> by_day;   // those of a day in order of appearance
  for (const auto& id : order) {
    const auto& group = groups[id];
    JoinedAnswer answer;
    answer.options = group.begin()->second->options;
    for (const auto& [number, part] : group) {
      answer.text.append(part->text.reveal());
      if (part->parts != static_cast<std::int64_t>(group.size())) answer.part_missing = true;
    }
    const std::int64_t day = answer.options.day;
    by_day.emplace(day, std::move(answer));
  }
  std::vector<JoinedAnswer> answers;
  for (auto& [day, answer] : by_day) answers.push_back(std::move(answer));
  return answers;
}

Result<ByteVector> make_filler() {
  const auto nobody = age::Identity::generate();
  return seal_part("", {}, {}, nobody.recipient());
}

std::size_t sealed_answer_bytes() {
  static const std::size_t size = make_filler().value().size();
  return size;
}

}  // namespace hotline::crypto
