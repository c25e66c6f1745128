# hotline_library(<folder> [PCH base|server] LINKS …): every .cpp of the folder as one static library hotline_<folder>.
function(hotline_library name)
  cmake_parse_arguments(arg "" "PCH" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "*.cpp")
  add_library(hotline_${name} STATIC ${sources})
  target_link_libraries(hotline_${name} PUBLIC hotline_options ${arg_LINKS})
  if(arg_PCH)
    target_precompile_headers(hotline_${name} REUSE_FROM hotline_pch_${arg_PCH})
  endif()
endfunction()

# hotline_embed(<library> <symbol prefix> <files…>): the files become read-only data of the library.
# Each is found at run time by its path below the calling folder through web/resources.hpp.
function(hotline_embed library)
  set(assembly "${CMAKE_CURRENT_BINARY_DIR}/${library}_resources.S")
  set(text ".section .rodata\n")
  set(table "")
  set(index 0)
  foreach(file ${ARGN})
    cmake_path(IS_ABSOLUTE file absolute)
    if(absolute)
      get_filename_component(path "${file}" NAME)
      set(name "${path}")
      set(path "${file}")
    else()
      set(name "${file}")
      set(path "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    endif()
    string(APPEND text ".balign 16\n.Lname${index}: .asciz \"${name}\"\n.Ldata${index}: .incbin \"${path}\"\n.Lend${index}: .byte 0\n")
    string(APPEND table ".quad .Lname${index}, .Ldata${index}, .Lend${index} - .Ldata${index}\n")
    math(EXPR index "${index} + 1")
    list(APPEND inputs "${path}")
  endforeach()
  string(APPEND text ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl ${library}_resources\n${library}_resources:\n${table}.quad 0, 0, 0\n.section .note.GNU-stack,\"\",@progbits\n")
  file(GENERATE OUTPUT "${assembly}" CONTENT "${text}")
  target_sources(${library} PRIVATE "${assembly}")
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${inputs}" GENERATED TRUE)
endfunction()

# Two precompiled headers: the standard library with Boost's small parts, and that with Asio and Beast.
file(WRITE "${CMAKE_BINARY_DIR}/pch.cpp.in" "")
configure_file("${CMAKE_BINARY_DIR}/pch.cpp.in" "${CMAKE_BINARY_DIR}/pch_base.cpp" COPYONLY)
configure_file("${CMAKE_BINARY_DIR}/pch.cpp.in" "${CMAKE_BINARY_DIR}/pch_server.cpp" COPYONLY)
add_library(hotline_pch_base OBJECT "${CMAKE_BINARY_DIR}/pch_base.cpp")
target_link_libraries(hotline_pch_base PUBLIC hotline_options hotline_boost)
target_precompile_headers(hotline_pch_base PRIVATE
  <algorithm> <array> <chrono> <cstdint> <cstring> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
  <unordered_map> <utility> <variant> <vector> <boost/system/result.hpp>)
add_library(hotline_pch_server OBJECT "${CMAKE_BINARY_DIR}/pch_server.cpp")
target_link_libraries(hotline_pch_server PUBLIC hotline_options hotline_boost)
target_precompile_headers(hotline_pch_server PRIVATE
  <algorithm> <array> <chrono> <cstdint> <cstring> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
  <unordered_map> <utility> <variant> <vector> <boost/system/result.hpp> <boost/asio.hpp> <boost/json.hpp>)
