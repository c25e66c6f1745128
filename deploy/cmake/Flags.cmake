# One INTERFACE target carries every option, so that no library can be built without it.
option(HOTLINE_FUZZ "Build the fuzz targets with libFuzzer" OFF)
option(HOTLINE_COVERAGE "Instrument for source coverage" OFF)
set(HOTLINE_SANITIZE "" CACHE STRING "Sanitizers, comma separated")

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  # g++ 12 destroys temporaries of co_await expressions twice; docs/decisions/0001-compiler.md.
  message(FATAL_ERROR "Hotline is built with clang 19 or later. Use a preset: cmake --preset release")
endif()

find_program(HOTLINE_CCACHE ccache)
if(HOTLINE_CCACHE)
  # Precompiled headers need these two leniencies; the compiler is told to leave time stamps out (-fno-pch-timestamp).
  set(launcher "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "${HOTLINE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_SANITIZE "-O0 -gline-tables-only -fno-omit-frame-pointer")
set(CMAKE_C_FLAGS_SANITIZE "-O0 -gline-tables-only -fno-omit-frame-pointer")
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -fuse-ld=lld-19")

# Calls and returns that the processor checks: an option of its own for each kind.
set(jumps_guarded -fcf-protection)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(jumps_guarded -mbranch-protection=standard)
endif()

add_library(hotline_options INTERFACE)
target_include_directories(hotline_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(hotline_options INTERFACE
  $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wimplicit-fallthrough -Werror>
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual -Xclang;-fno-pch-timestamp>
  $<$<COMPILE_LANGUAGE:C,CXX>:-fstack-protector-strong -fstack-clash-protection ${jumps_guarded} -ftrivial-auto-var-init=zero>)
# No folder of the machine that builds gets into the program: two builds in two folders are the same (deploy/reproduce).
target_compile_options(hotline_options INTERFACE "$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>")
target_compile_definitions(hotline_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(hotline_options INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)

if(HOTLINE_SANITIZE)
  target_compile_options(hotline_options INTERFACE -fsanitize=${HOTLINE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(hotline_options INTERFACE -fsanitize=${HOTLINE_SANITIZE})
  target_compile_definitions(hotline_options INTERFACE HOTLINE_SANITIZED)
  if(HOTLINE_FUZZ)
    target_compile_options(hotline_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(hotline_options INTERFACE _FORTIFY_SOURCE=3)
endif()
if(HOTLINE_COVERAGE)
  target_compile_definitions(hotline_options INTERFACE HOTLINE_COVERAGE)
  target_compile_options(hotline_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(hotline_options INTERFACE -fprofile-instr-generate)
endif()
