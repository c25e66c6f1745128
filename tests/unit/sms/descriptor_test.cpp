#include "server/sms/descriptor.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;

const std::string good = R"(name = "Test"
methods = ["POST", "GET"]
accept = ["application/json"]

[[auth]]
kind = "hmac"
methods = ["POST"]
algorithm = "sha256"
message = ["body"]
signature = "header:x-signature"
encoding = "hex"

[[auth]]
kind = "equal"
methods = ["GET"]
field = "secret"

[message]
from = "from"
text = ["text", "body"]
id = "id"

[dedupe]
by = ["id"]

[respond.accepted]
body = "OK"
)";

std::string without(std::string text, const std::string& part, const std::string& instead = "") {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), instead);
}

std::string complaint(const std::string& toml) {
  const auto descriptor = parse_descriptor(toml, "mine.toml");
  return descriptor ? "none" : descriptor.error().line;
}

TEST(Descriptor, BuiltInOnesAreSound) {
  for (const std::string& name : built_in_descriptor_names()) {
    const auto descriptor = built_in_descriptor(name);
    ASSERT_TRUE(descriptor) << descriptor.error().line;
    // Whatever leaves a request unproved is told to the operator, but for the question whether the address is ours.
    if (descriptor->needs_path_token && name != "whatsapp") EXPECT_FALSE(descriptor->weak.empty()) << name;
    for (const std::string& sentence : descriptor->advice) EXPECT_TRUE(sentence.ends_with('.')) << name << ": " << sentence;
  }
  const auto twilio = built_in_descriptor("twilio");
  ASSERT_TRUE(twilio) << twilio.error().line;
  EXPECT_EQ(twilio->name, "Twilio");
  EXPECT_EQ(twilio->auth.size(), 3U);
  EXPECT_TRUE(twilio->needs_token);
  EXPECT_FALSE(twilio->needs_path_token);
  EXPECT_EQ(twilio->accepted.body, "<Response/>");
  EXPECT_EQ(twilio->duplicate.body, "<Response/>");
  EXPECT_EQ(twilio->overload.status, 503);
  const std::string none = built_in_descriptor("twillio").error().line;
  EXPECT_TRUE(none.starts_with("no gateway of that name is built in; there is africastalking, android, ")) << none;
  EXPECT_TRUE(none.ends_with(", whatsapp, or name a file of your own with descriptor = \"…\"")) << none;
}

TEST(Descriptor, DefaultsFillTheRest) {
  const auto descriptor = parse_descriptor(good, "mine.toml");
  ASSERT_TRUE(descriptor) << descriptor.error().line;
  EXPECT_EQ(descriptor->body_bytes_max, 64U * 1024);
  EXPECT_EQ(descriptor->accepted.status, 200);
  EXPECT_EQ(descriptor->ignored.body, "OK");
  EXPECT_EQ(descriptor->duplicate.body, "OK");
  EXPECT_EQ(descriptor->overload.status, 503);
  EXPECT_EQ(descriptor->message.text.size(), 2U);
  EXPECT_EQ(std::get<SignatureAuth>(descriptor->auth[0].check).signature.name, "x-signature");
}

TEST(Descriptor, ComplaintsNameTheLineAndTheRemedy) {
  EXPECT_EQ(complaint(good + "[dedup]\nby = 1\n"), "mine.toml:28: unknown key \"dedup\"; did you mean \"dedupe\"?");
  EXPECT_EQ(complaint(without(good, "encoding = \"hex\"", "encoding = \"hex\"\nencodding = 1")), "mine.toml:12: unknown key \"encodding\" in [auth]; did you mean \"encoding\"?");
  EXPECT_EQ(complaint(without(good, "\"sha256\"", "\"md4\"")), "mine.toml:8: algorithm in [auth] must be one of \"md5\", \"sha1\", \"sha256\", \"sha384\", \"sha512\"");
  EXPECT_EQ(complaint(without(good, "name = \"Test\"", "name = ")), "mine.toml:1: not valid TOML; text needs double quotes, lists square brackets");
}

struct Bad {
  const char *part, *instead, *says;
};

class DescriptorContradictions : public testing::TestWithParam<Bad> {};

TEST_P(DescriptorContradictions, AreNamed) {
  const auto& bad = GetParam();
  const std::string line = complaint(without(good, bad.part, bad.instead));
  EXPECT_TRUE(line.starts_with("mine.toml:")) << line;
  EXPECT_NE(line.find(bad.says), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, DescriptorContradictions,
    testing::Values(
        Bad{"name = \"Test\"", "", "name must be"},
        Bad{"name = \"Test\"", "name = \"Test\"\nadvice = [\"two\\nlines\"]", "advice must be short lines"},
        Bad{"methods = [\"POST\", \"GET\"]", "", "methods is missing"},
        Bad{"methods = [\"POST\", \"GET\"]", "methods = [\"PUT\"]", "methods must be"},
        Bad{"methods = [\"POST\", \"GET\"]", "methods = [\"GET\"]", "accept is for POST alone"},
        Bad{"methods = [\"POST\", \"GET\"]", "methods = [\"POST\"]", "names one that the descriptor does not take"},
        Bad{"accept = [\"application/json\"]", "", "accept is missing"},
        Bad{"accept = [\"application/json\"]", "accept = [\"text/html\"]", "accept must be"},
        Bad{"kind = \"equal\"\nmethods = [\"GET\"]", "kind = \"equal\"\nmethods = [\"POST\"]", "takes GET, but no [[auth]]"},
        Bad{"methods = [\"POST\"]\nalgorithm", "methods = [\"GET\"]\nalgorithm", "takes application/json, but no [[auth]]"},
        Bad{"kind = \"hmac\"\n", "", "kind in [auth] is missing"},
        Bad{"kind = \"hmac\"", "kind = \"magic\"", "must be one of \"hmac\", \"hash\", \"ed25519\", \"jwt\", \"basic\", \"equal\", \"none\""},
        Bad{"algorithm = \"sha256\"\n", "", "algorithm in [auth] is missing"},
        Bad{"message = [\"body\"]", "", "message in [auth] is missing"},
        Bad{"message = [\"body\"]", "message = [\"bodies\"]", "a part that is not known"},
        Bad{"message = [\"body\"]", "message = [\"literal:\"]", "a part that is not known"},
        Bad{"message = [\"body\"]", "message = [\"header:a b\"]", "must be the name of a field"},
        Bad{"message = [\"body\"]", "message = [\"body\"]\nurl_port = \"either\"", "message has no part \"url\""},
        Bad{"message = [\"body\"]", "message = [\"body\"]\nparameters = { repeated = \"set\" }", "message has no part \"parameters\""},
        Bad{"message = [\"body\"]", "message = [\"url\"]\nbody_hash = { in = \"header:x\", algorithm = \"sha256\", encoding = \"hex\" }", "does not cover"},
        Bad{"message = [\"body\"]\nsignature = \"header:x-signature\"", "message = [\"parameters\"]\nsignature = \"sig\"", "add it to parameters.exclude"},
        Bad{"signature = \"header:x-signature\"\n", "", "signature in [auth] is missing"},
        Bad{"encoding = \"hex\"", "encoding = \"base32\"", "must be one of \"hex\", \"base64\""},
        Bad{"field = \"secret\"", "", "field in [auth] is missing"},
        Bad{"kind = \"hmac\"", "kind = \"hash\"", "anybody could make the hash"},
        Bad{"kind = \"hmac\"", "kind = \"ed25519\"", "key in [auth] is missing"},
        Bad{"kind = \"equal\"", "kind = \"jwt\"", "algorithms in [auth] is missing"},
        Bad{"kind = \"equal\"", "kind = \"jwt\"\ntoken = \"header:t\"\nalgorithms = [\"none\"]", "must be of \"HS256\", \"HS384\", \"HS512\""},
        Bad{"kind = \"equal\"", "kind = \"jwt\"\nalgorithms = [\"HS256\"]", "token in [auth] is missing"},
        Bad{"encoding = \"hex\"", "encoding = \"hex\"\nfresh = { at = \"header:x-time\" }", "does not cover; add it to message"},
        Bad{"encoding = \"hex\"", "encoding = \"hex\"\nfresh = { unit = \"h\" }", "at in [auth.fresh] is missing"},
        Bad{"[message]", "[message]\nto_required = \"maybe\"", "must be one of \"yes\", \"no\""},
        Bad{"from = \"from\"", "from = \"a.*.from\"", "more * than each has"},
        Bad{"accept = [\"application/json\"]", "accept = [\"application/json\"]\neach = \"results\"", "must be a path that ends in *"},
        Bad{"[dedupe]", "[[text]]\nequals = \"x\"\n[dedupe]", "is given without field"},
        Bad{"[dedupe]", "[[text]]\nunpack = \"zip\"\n[dedupe]", "must be of \"percent\", \"hex\", \"base64\""},
        Bad{"[dedupe]", "[[text]]\ncharset = \"ebcdic\"\n[dedupe]", "must be one of \"utf-8\", \"utf-16be\""},
        Bad{"[dedupe]", "[part]\nnumber = \"n\"\ncount = \"c\"\n[dedupe]", "reference in [part] is missing"},
        Bad{"from = \"from\"", "", "from in [message] is missing"},
        Bad{"id = \"id\"", "", "names \"id\", which [message] does not"},
        Bad{"by = [\"id\"]", "", "by in [dedupe] is missing"},
        Bad{"by = [\"id\"]", "by = [\"colour\"]", "must be of \"id\""},
        Bad{"[respond.accepted]\nbody = \"OK\"", "", "accepted in [respond] is missing"},
        Bad{"body = \"OK\"", "status = 404", "status in [respond.accepted]"},
        Bad{"body = \"OK\"", "body = \"OK\"\n[respond.overload]\nstatus = 430", "must be 429 or 500 to 599"},
        Bad{"body = \"OK\"", "type = \"a\\nb\"", "must be a media type"},
        Bad{"[dedupe]", "[media]\ncount = \"n\"\nurl = \"u{i}\"\ntype = \"t\"\n[dedupe]", "type in [media] must be a field name with {i}"},
        Bad{"[dedupe]", "[media]\ndata = \"d\"\n[dedupe]", "data in [media] must be a field name with {i}"},
        Bad{"[dedupe]", "[media]\ntype = \"t{i}\"\n[dedupe]", "url in [media] is missing"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nlogin = \"basic\"\n[dedupe]", "hosts in [media] is missing"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"*.com\"]\n[dedupe]", "hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"*\"]\n[dedupe]", "hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"a.*.org\"]\n[dedupe]", "hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"127.0.0.1\"]\n[dedupe]", "hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"https://a.org\"]\n[dedupe]", "hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[media]\nurl = \"u\"\nhosts = [\"a.org\"]\nredirect_hosts = [\"a.org:8\"]\n[dedupe]", "redirect_hosts in [media] must be a list of names"},
        Bad{"[dedupe]", "[limits]\nbody_bytes = 65537\n[dedupe]", "body_bytes over 65536 is for requests that bring pictures or several texts"},
        Bad{"[dedupe]", "[[when]]\nis = \"status\"\nfield = \"s\"\nflag = \"x\"\n[dedupe]", "is for messages alone"},
        Bad{"[dedupe]", "[[when]]\nis = \"status\"\n[dedupe]", "field in [when] is missing"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nid = \"id\"\nfields = { to = \"{to}\" }\n[dedupe]", "must hold {text}"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nfields = { to = \"{to}\", text = \"{text}\" }\n[dedupe]", "id in [send] is missing"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nid = \"id\"\nfields = { to = \"{to}\", text = \"{txt}\" }\n[dedupe]", "holds {txt}"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nid = \"id\"\nheaders = { \"X Y\" = \"1\" }\nfields = { to = \"{to}\", text = \"{text}\" }\n[dedupe]", "must have names of letters"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nid = \"id\"\nsuccess = [\"2xx\"]\nfields = { to = \"{to}\", text = \"{text}\" }\n[dedupe]", "must be HTTP statuses"},
        Bad{"[dedupe]", "[send]\npath = \"/m\"\nid = \"id\"\ncheck = \"m\"\nfields = { to = \"{to}\", text = \"{text}\" }\n[dedupe]", "check in [send] must begin with /"},
        Bad{"[dedupe]", "[report]\nid = \"id\"\nstate = \"s\"\ndelivered = [\"d\"]\n[dedupe]", "needs a [[when]] rule"},
        Bad{"[dedupe]", "[limits]\nbody_bytes = 9999999\n[dedupe]", "body_bytes in [limits] must be"}));

TEST(Descriptor, ProofsThatDoNotCoverTheContentNeedASecretPath) {
  const auto needs = [](const std::string& toml) {
    const auto descriptor = parse_descriptor(toml, "mine.toml");
    EXPECT_TRUE(descriptor) << (descriptor ? "" : descriptor.error().line);
    return descriptor->needs_path_token;
  };
  EXPECT_FALSE(needs(good));
  EXPECT_TRUE(needs(without(good, "message = [\"body\"]", "message = [\"url\", \"header:nonce\"]")));
  EXPECT_FALSE(needs(without(good, "message = [\"body\"]", "message = [\"sha256:body\"]")));
  EXPECT_TRUE(needs(without(good, "kind = \"equal\"\nmethods = [\"GET\"]\nfield = \"secret\"", "kind = \"none\"\nmethods = [\"GET\"]")));
}

TEST(Descriptor, TheGuideHoldsForAllOfThem) {
  std::ifstream file(HOTLINE_SOURCE_DIR "/docs/gateways.md");
  const std::string guide(std::istreambuf_iterator<char>(file), {});
  for (const char* name : {"name = \"Local operator\"", "name = \"Rana\""}) {
    const std::size_t from = guide.find(name);
    ASSERT_NE(from, std::string::npos);
    const auto descriptor = parse_descriptor(guide.substr(from, guide.find("```", from) - from), "docs/gateways.md");
    ASSERT_TRUE(descriptor) << descriptor.error().line;
    EXPECT_FALSE(descriptor->needs_path_token);
  }
  // The table names every gateway, and says what it needs.
  for (const std::string& name : built_in_descriptor_names()) {
    const std::size_t row = guide.find("`" + name + "`");
    ASSERT_NE(row, std::string::npos) << name;
    const std::string line = guide.substr(row, guide.find('\n', row) - row);
    const Descriptor descriptor = built_in_descriptor(name).value();
    EXPECT_EQ(line.find("path") != std::string::npos, descriptor.needs_path_token) << line;
    EXPECT_EQ(line.find(" * |") != std::string::npos, !descriptor.weak.empty()) << line;
  }
}

TEST(Descriptor, LongFilesAreNotRead) {
  EXPECT_NE(complaint(std::string(descriptor_bytes_max + 1, '#')).find("is longer than 65536 bytes"), std::string::npos);
}

}  // namespace
