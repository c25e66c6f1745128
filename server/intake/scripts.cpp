#include "server/intake/scripts.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "web/resources.hpp"

#include <string>

namespace hotline::intake {
namespace {

constexpr std::size_t path_hash_bytes = 8;

std::string address(std::string_view content, std::string_view ending) {
  return "/s/" + crypto::to_hex(Bytes(crypto::sha256(as_bytes(content))).first(path_hash_bytes)) + std::string(ending);
}

ScriptFile file(const std::string& name) {
  const std::string_view source = web::resource(name);
  return {address(source, ".js"), "sha256-" + crypto::to_base64(crypto::sha256(as_bytes(source)), crypto::Base64::standard), source,
          web::resource(name + ".gz"), web::resource(name + ".br")};
}

std::array<ScriptFile, 3> built_in() { return {file("page.js"), file("seal.js"), file("worker.js")}; }

}  // namespace

Scripts::Scripts(const Questionnaire& questionnaire)
    : files_(built_in()), questions_(questionnaire.script_data()) {
  questions_path_ = address(questions_, ".json");
}

void Scripts::set(web::Data& data) const {
  data.set("script_page", page().path);
  data.set("script_page_integrity", page().integrity);
  data.set("script_seal", seal().path);
  data.set("script_seal_integrity", seal().integrity);
  data.set("script_worker", worker().path);
  data.set("script_questions", questions_path_);
}

std::string Scripts::content_security_policy() {
  std::string scripts;
  for (const ScriptFile& script : built_in()) scripts += "'" + script.integrity + "' ";
  return "default-src 'none'; script-src " + scripts +
         "'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; form-action 'self'; "
         "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types page";
}

}  // namespace hotline::intake
