# The components that Hotline is built on, as imported targets.
set(deps "${CMAKE_SOURCE_DIR}/build/deps")
foreach(component boost libsodium sqlcipher)
  if(NOT EXISTS "${deps}/${component}/.version")
    message(FATAL_ERROR "${component} is missing below build/deps. Run deploy/dependencies first.")
  endif()
endforeach()
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_program(MSGFMT msgfmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(date REQUIRED)  # time zones, of /usr/share/zoneinfo
find_library(BROTLI_ENCODER brotlienc REQUIRED)
find_library(BROTLI_COMMON brotlicommon REQUIRED)
find_library(BROTLI_DECODER brotlidec REQUIRED)   # tests
find_package(CURL 7.88 REQUIRED)   # hands calls by e-mail to a mail server
find_library(PHONENUMBER phonenumber REQUIRED)
find_library(PROTOBUF protobuf REQUIRED)          # in libphonenumber's headers
find_library(FIDO2 fido2 REQUIRED)                # passkeys
find_library(PROMETHEUS_CORE prometheus-cpp-core REQUIRED)   # metrics
find_library(SECCOMP seccomp REQUIRED)            # the filter of system calls
find_library(QRCODEGEN qrcodegencpp REQUIRED)

# Boost: headers only, the parts that have sources compiled once here.
add_library(hotline_boost STATIC
  "${CMAKE_SOURCE_DIR}/deploy/cmake/boost_asio.cpp" "${CMAKE_SOURCE_DIR}/deploy/cmake/boost_beast.cpp"
  "${CMAKE_SOURCE_DIR}/deploy/cmake/boost_json.cpp")
target_include_directories(hotline_boost SYSTEM PUBLIC "${deps}/boost/usr/include")
# Asio keeps the frames of ended coroutines for the next ones, with all that stood in them: short strings, what was moved from.
# Given back to the heap instead, they are wiped (server/app/wiping_heap).
target_compile_definitions(hotline_boost PUBLIC
  BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_TS_EXECUTORS
  BOOST_JSON_NO_LIB BOOST_ALL_NO_LIB)
target_link_libraries(hotline_boost PUBLIC hotline_options Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

set(triplet "${CMAKE_LIBRARY_ARCHITECTURE}")
add_library(hotline_sodium STATIC IMPORTED)
set_target_properties(hotline_sodium PROPERTIES
  IMPORTED_LOCATION "${deps}/libsodium/usr/lib/${triplet}/libsodium.a"
  INTERFACE_INCLUDE_DIRECTORIES "${deps}/libsodium/usr/include"
  INTERFACE_COMPILE_DEFINITIONS SODIUM_STATIC
  INTERFACE_LINK_LIBRARIES Threads::Threads)

add_library(hotline_sqlcipher STATIC IMPORTED)
set_target_properties(hotline_sqlcipher PROPERTIES
  IMPORTED_LOCATION "${deps}/sqlcipher/usr/lib/${triplet}/libsqlcipher.a"
  INTERFACE_INCLUDE_DIRECTORIES "${deps}/sqlcipher/usr/include"
  INTERFACE_COMPILE_DEFINITIONS SQLITE_HAS_CODEC
  INTERFACE_LINK_LIBRARIES "OpenSSL::Crypto;Threads::Threads;m;dl")
