#include "server/console/case_records.hpp"
#include "server/console/records.hpp"
#include "tests/fuzz/check.hpp"

using namespace hotline;
using namespace hotline::console;
namespace json = boost::json;

namespace {

/// What is taken looks the same when it is written and taken again.
template <class From>
void check(const json::object& object, From from) {
  const auto taken = from(object);
  if (!taken) return;
  const std::string written = json::serialize(to_json(*taken));
  const auto again = from(json::parse(written).as_object());
  FUZZ_CHECK(again && json::serialize(to_json(*again)) == written);
}

}  // namespace

/// What a console's clients send, and what a server answers to the command line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  static_cast<void>(cursor_from(text));
  static_cast<void>(queue_view_from(text));
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return 0;
  const json::object& object = value.get_object();
  check(object, [](const json::object& one) { return desk_from(one); });
  check(object, [](const json::object& one) { return epoch_from(one, {}); });
  check(object, [](const json::object& one) { return grant_from(one); });
  check(object, [](const json::object& one) { return report_from(one); });
  check(object, [](const json::object& one) { return case_from(one, {}); });
  check(object, [](const json::object& one) { return event_from(one); });
  check(object, [](const json::object& one) { return text_from(one); });
  check(object, [](const json::object& one) { return member_from(one, {}); });
  check(object, [](const json::object& one) { return hold_from(one); });
  static_cast<void>(summary_from(object));
  return 0;
}
