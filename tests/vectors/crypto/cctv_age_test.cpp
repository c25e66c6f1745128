// The test vectors that the authors of the age format publish (npm package cctv-age, project C2SP/CCTV).
// tests/vectors/crypto/export_cctv.mjs has written them as files; ctest does that first.
//
// Many of them are sealed to X25519, which Hotline does not open. Where the stanza is not what the vector is about, the
// file key that stands in the vector takes its place, so that header, MAC, armor and payload are put to the test all the same.
#include "crypto/age.hpp"
#include "crypto/age_stream.hpp"
#include "crypto/armor.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace hotline::crypto::age {
namespace {

struct Vector {
  std::string name;
  std::string expect;
  std::string payload_sha256;
  ByteVector file_key;
  std::vector<Identity> identities;  // those of our type
  bool armored = false;
  ByteVector file;

  /// Vectors about stanzas of other types: what matters is that they do not open, and are not taken for something else.
  bool of_another_type() const {
    return name.starts_with("x25519") || name.starts_with("scrypt") || name == "armor_scrypt" ||
           name == "armor_no_match" || name == "hybrid_x25519_arg";
  }
};

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Vector> read_vectors() {
  const std::filesystem::path folder = std::filesystem::path(HOTLINE_BINARY_DIR) / "cctv";
  std::vector<Vector> vectors;
  if (!std::filesystem::exists(folder)) return vectors;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    Vector vector;
    vector.name = entry.path().stem();
    std::istringstream lines(read(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t colon = line.find(": ");
      const std::string key = line.substr(0, colon);
      const std::string value = line.substr(colon + 2);
      if (key == "expect") vector.expect = value;
      if (key == "payload") vector.payload_sha256 = value;
      if (key == "file key") vector.file_key = from_hex(value).value();
      if (key == "armored") vector.armored = value == "yes";
      if (key == "identity") {
        if (Result<Identity> identity = Identity::parse(value)) vector.identities.push_back(std::move(*identity));
      }
    }
    const std::string file = read(std::filesystem::path(entry.path()).replace_extension(".age"));
    vector.file.assign(file.begin(), file.end());
    vectors.push_back(std::move(vector));
  }
  std::sort(vectors.begin(), vectors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return vectors;
}

struct Outcome {
  Result<void> result;
  SecretBuffer released;
};

Outcome run(Opener opener, Bytes file, std::size_t piece_bytes) {
  Outcome outcome{{}, {}};
  while (!file.empty()) {
    const Bytes piece = file.first(std::min(piece_bytes, file.size()));
    outcome.result = opener.update(piece, outcome.released);
    if (!outcome.result) return outcome;
    file = file.subspan(piece.size());
  }
  outcome.result = opener.finish(outcome.released);
  return outcome;
}

Opener opener_for(const Vector& vector) {
  if (vector.identities.empty() && vector.file_key.size() == FileKey::size)
    return Opener::with_file_key(FileKey(Bytes(vector.file_key).first<FileKey::size>()));
  return Opener::create(vector.identities);
}

/// The binary file, if the armor is sound.
Result<ByteVector> binary(const Vector& vector) {
  if (vector.armored) return from_armor(as_text(vector.file));
  return vector.file;
}

void expect_error(const Outcome& outcome, Errc expected) {
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error(), expected);
}

/// That the failure is the one which the vector names, in the layer that it names.
void expect_named_outcome(const Vector& vector, const Outcome& outcome) {
  const std::string& expect = vector.expect;
  const Result<ByteVector> file = binary(vector);
  if (expect == "armor failure") {
    EXPECT_FALSE(file);
    return expect_error(outcome, Errc::malformed);
  }
  ASSERT_TRUE(file) << "the armor is sound";
  if (expect == "header failure") {
    EXPECT_TRUE(outcome.released.empty());
    return expect_error(outcome, Errc::malformed);
  }
  const Result<Header> header = parse_header(*file);
  ASSERT_TRUE(header) << "the header is sound";
  if (expect == "no match") {
    EXPECT_TRUE(outcome.released.empty());
    return expect_error(outcome, Errc::wrong_key);
  }
  const FileKey file_key(Bytes(vector.file_key).first<FileKey::size>());
  if (expect == "HMAC failure") {
    EXPECT_FALSE(verify_header(*header, *file, file_key));
    EXPECT_TRUE(outcome.released.empty());
    return expect_error(outcome, Errc::authentication_failed);
  }
  EXPECT_TRUE(verify_header(*header, *file, file_key)) << "the MAC is right";
  EXPECT_EQ(to_hex(sha256(outcome.released.reveal())), vector.payload_sha256) << "what was released";
  if (expect == "payload failure") return expect_error(outcome, Errc::authentication_failed);
  ASSERT_EQ(expect, "success");
  EXPECT_TRUE(outcome.result);

  // Written again, it is the same.
  EXPECT_EQ(write_header(header->stanzas, file_key), ByteVector(file->begin(), file->begin() + static_cast<std::ptrdiff_t>(header->size_bytes)));
  const Bytes payload = Bytes(*file).subspan(header->size_bytes);
  PayloadSealer sealer(payload_key(file_key, payload.first<payload_nonce_bytes>()));
  ByteVector chunks;
  sealer.update(outcome.released.reveal(), chunks);
  sealer.finish(chunks);
  EXPECT_TRUE(std::ranges::equal(chunks, payload.subspan(payload_nonce_bytes)));
  EXPECT_TRUE(can_be_chunks_size(chunks.size()));
  EXPECT_EQ(sealed_chunks_size(outcome.released.size()), chunks.size());
  if (vector.armored) EXPECT_EQ(from_armor(to_armor(*file)).value(), *file);
}

TEST(CctvAge, EveryVectorEndsAsItsAuthorsSay) {
  initialise();
  const std::vector<Vector> vectors = read_vectors();
  ASSERT_GE(vectors.size(), 143U) << "run through ctest, or run tests/npm/install and tests/vectors/crypto/export_cctv.mjs";
  std::size_t judged = 0;
  for (const Vector& vector : vectors) {
    if (vector.of_another_type()) continue;
    SCOPED_TRACE(vector.name + ": " + vector.expect);
    ++judged;
    const Outcome whole = run(opener_for(vector), vector.file, vector.file.size() + 1);
    expect_named_outcome(vector, whole);
    // How the file is cut into pieces changes nothing.
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{4093}, std::size_t{sealed_chunk_bytes}}) {
      if (piece_bytes == 1 && vector.file.size() > 300'000) continue;
      const Outcome pieces = run(opener_for(vector), vector.file, piece_bytes);
      EXPECT_EQ(pieces.result.has_value(), whole.result.has_value());
      if (!pieces.result && !whole.result) EXPECT_EQ(pieces.result.error(), whole.result.error());
      EXPECT_TRUE(std::ranges::equal(pieces.released.reveal(), whole.released.reveal()));
    }
  }
  std::cout << judged << " of " << vectors.size() << " vectors end as named\n";
  EXPECT_GE(judged, 101U);
}

TEST(CctvAge, TypesThatWeDoNotOpenMatchNoIdentity) {
  initialise();
  const std::vector<Vector> vectors = read_vectors();
  ASSERT_FALSE(vectors.empty());
  std::size_t skipped = 0;
  for (const Vector& vector : vectors) {
    if (!vector.of_another_type()) continue;
    SCOPED_TRACE(vector.name + ": " + vector.expect);
    ++skipped;
    std::vector<Identity> identities;
    identities.push_back(Identity::generate());
    const Outcome outcome = run(Opener::create(identities), vector.file, vector.file.size());
    EXPECT_TRUE(outcome.released.empty());
    // Headers that no reader may take are refused as such; the rest is simply not for us.
    const Result<ByteVector> file = binary(vector);
    ASSERT_TRUE(file);
    const Result<Header> header = parse_header(*file);
    EXPECT_TRUE(header || vector.expect == "header failure");
    expect_error(outcome, header ? Errc::wrong_key : Errc::malformed);
    const Result<void> checked = check_header(*file);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error(), header ? Errc::unsupported : Errc::malformed);
    std::string why = "X25519 stanzas are not opened";
    if (vector.name.find("scrypt") != std::string::npos) why = "scrypt stanzas are not opened";
    if (vector.expect != "success") {
      std::cout << "skipped: " << vector.name << " (" << why << ")\n";
      continue;
    }
    const FileKey file_key(Bytes(vector.file_key).first<FileKey::size>());
    expect_named_outcome(vector, run(Opener::with_file_key(file_key.duplicate()), vector.file, 1000));
  }
  EXPECT_GT(skipped, 0U);
}

}  // namespace
}  // namespace hotline::crypto::age
