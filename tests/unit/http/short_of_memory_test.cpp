#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/post.hpp>

#include <cstdlib>
#include <future>
#include <new>

// The thread sanitizer has allocators of its own, which let no others in.
#if !__has_feature(thread_sanitizer)

namespace {

/// So many allocations of this thread succeed, then one fails; below zero none does.
thread_local int succeed = -1;

}  // namespace

void* operator new(std::size_t size) {
  if (succeed >= 0 && succeed-- == 0) throw std::bad_alloc();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace hotline::http {
namespace {

class ShortOfMemory : public ServerTest {
 protected:
  /// On the thread that accepts.
  void let_succeed(int allocations) {
    std::promise<void> done;
    boost::asio::post(pool_->context(0), [&done, allocations] {
      succeed = allocations;
      done.set_value();
    });
    done.get_future().wait();
  }
};

TEST_F(ShortOfMemory, OneConnectionIsLostAndTheNextIsTaken) {
  start();
  for (int allocations = 0; allocations < 24; ++allocations) {
    let_succeed(allocations);
    {
      RawClient lost = connect();
      lost.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      static_cast<void>(lost.receive());
    }
    let_succeed(-1);
    EXPECT_EQ(get("/hello").body, "hello") << allocations;
  }
  server_->stop();
  EXPECT_EQ(server_->connections(), 0U) << "every place was given back";
}

}  // namespace
}  // namespace hotline::http

#endif
