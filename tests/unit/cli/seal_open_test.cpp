#include "server/cli/open_command.hpp"
#include "server/cli/seal_command.hpp"

#include "crypto/age.hpp"
#include "crypto/armor.hpp"
#include "server/cli/terminal.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace hotline::cli {
namespace {

namespace age = crypto::age;

/// A folder for the files of a test, and an identity.
class SealOpen : public testing::Test {
 protected:
  SealOpen() {
    crypto::initialise();
    std::string pattern = (std::filesystem::temp_directory_path() / "hotline-seal-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    write("key", "# made for a test\n\n" + std::string(identity_.to_text().reveal_text()) + "\r\n");
  }
  ~SealOpen() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, std::string_view content) const { std::ofstream(path(name), std::ios::binary) << content; }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }
  /// Runs a command with these files as standard input and output; keeps the line that it complains with.
  template <class Run>
  int with_files(const std::string& in, const std::string& out, Run run) {
    const int input = ::open(path(in).c_str(), O_RDONLY);
    const int output = ::open(path(out).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    testing::internal::CaptureStderr();
    const int code = run(input, output);
    complaint_ = testing::internal::GetCapturedStderr();
    ::close(input);
    ::close(output);
    return code;
  }
  int seal(const SealRequest& request, const std::string& in, const std::string& out) {
    return with_files(in, out, [&](int input, int output) { return run_seal(request, input, output); });
  }
  int open(const OpenRequest& request, const std::string& in = "key", const std::string& out = "out") {
    return with_files(in, out, [&](int input, int output) { return run_open(request, input, output); });
  }
  std::string recipient() const { return identity_.recipient().to_text(); }

  age::Identity identity_ = age::Identity::generate();
  std::string folder_;
  std::string complaint_;
};

TEST_F(SealOpen, PassesAFileThroughByStreamsAndByNames) {
  const std::string words(300'000, 'w');
  write("words", words);
  ASSERT_EQ(seal({{recipient()}, ""}, "words", "sealed"), Exit::done);
  ASSERT_EQ(open({path("sealed"), {path("key")}, ""}), Exit::done);
  EXPECT_EQ(read("out"), words);
  ASSERT_EQ(open({"-", {path("key")}, path("named")}, "sealed"), Exit::done);
  EXPECT_EQ(read("named"), words);
  struct stat status {};
  ASSERT_EQ(::stat(path("named").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(open({path("sealed"), {"-"}, ""}, "key"), Exit::done);
  EXPECT_EQ(read("out"), words);
  ASSERT_EQ(seal({{recipient()}, path("sealed")}, "words", "out"), Exit::done) << "a file is replaced";
  EXPECT_TRUE(read("out").empty());
  EXPECT_EQ(complaint_, "");
}

TEST_F(SealOpen, OpensArmor) {
  const age::Recipient to = identity_.recipient();
  write("sealed", age::to_armor(age::seal({&to, 1}, as_bytes("words")).value()));
  ASSERT_EQ(open({path("sealed"), {path("key")}, ""}), Exit::done);
  EXPECT_EQ(read("out"), "words");
}

TEST_F(SealOpen, ADamagedFileLeavesNoOutputAndSaysSo) {
  write("words", std::string(300'000, 'w'));
  ASSERT_EQ(seal({{recipient()}, ""}, "words", "sealed"), Exit::done);
  std::string damaged = read("sealed");
  damaged.pop_back();
  write("damaged", damaged);
  const std::size_t before = files();
  EXPECT_EQ(open({path("damaged"), {path("key")}, path("named")}, "key", "sealed"), Exit::failed);
  EXPECT_EQ(files(), before) << "nothing is left behind";
  EXPECT_NE(complaint_.find("cut off"), std::string::npos) << complaint_;
  EXPECT_EQ(complaint_.find("written already"), std::string::npos) << complaint_;

  EXPECT_EQ(open({path("damaged"), {path("key")}, ""}), Exit::failed);
  EXPECT_NE(complaint_.find("262144 bytes of it were written already"), std::string::npos) << complaint_;
  EXPECT_EQ(read("out"), std::string(262'144, 'w'));
}

TEST_F(SealOpen, ExplainsWhatIsWrongInOneLine) {
  write("words", "words");
  ASSERT_EQ(seal({{recipient()}, ""}, "words", "sealed"), Exit::done);
  write("other", std::string(age::Identity::generate().to_text().reveal_text()) + "\n");
  write("none", "# nothing here\n");
  write("bad", "# line one\nAGE-SECRET-KEY-PQ-1NONSENSE\n");
  write("old", "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n");
  const auto expect_complaint = [&](int code, int expected, const std::string& part) {
    EXPECT_EQ(code, expected);
    EXPECT_NE(complaint_.find(part), std::string::npos) << complaint_;
    EXPECT_EQ(std::count(complaint_.begin(), complaint_.end(), '\n'), 1) << complaint_;
    EXPECT_EQ(complaint_.find("NONSENSE"), std::string::npos) << "input is not repeated";
  };
  expect_complaint(open({path("sealed"), {path("other")}, ""}), Exit::failed, "another recipient");
  expect_complaint(open({path("words"), {path("key")}, ""}), Exit::failed, "not an age file");
  expect_complaint(open({path("missing"), {path("key")}, ""}), Exit::failed, "no such file");
  expect_complaint(open({path("sealed"), {path("missing")}, ""}), Exit::failed, "no such file");
  expect_complaint(open({path("sealed"), {path("none")}, ""}), Exit::failed, "holds no identity");
  expect_complaint(open({path("sealed"), {path("bad")}, ""}), Exit::failed, "line 2");
  expect_complaint(open({path("sealed"), {path("old")}, ""}), Exit::failed, "another kind");
  expect_complaint(open({"-", {"-"}, ""}), Exit::wrong_usage, "one file only");
  expect_complaint(seal({{recipient()}, path("no/such")}, "words", "out"), Exit::failed, "no such file or folder");
  expect_complaint(seal({{"age1pq1nonsense"}, ""}, "words", "out"), Exit::wrong_usage, "damaged");
  expect_complaint(seal({{"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"}, ""}, "words", "out"),
                   Exit::wrong_usage, "another kind");
  expect_complaint(seal({{}, ""}, "words", "out"), Exit::wrong_usage, "no recipient");
}

TEST_F(SealOpen, NeverReplacesWhatIsNotAFile) {
  write("words", "words");
  ASSERT_EQ(seal({{recipient()}, "/dev/null"}, "words", "out"), Exit::done);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace hotline::cli
