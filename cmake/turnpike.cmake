# How this project builds: the warning set, hardening, sanitizers, and the two functions every room uses.

option(TURNPIKE_TESTS "build the tests" ON)
option(TURNPIKE_PCH "precompile headers: the standard library's for rooms, GoogleTest's for tests" ON)
set(TURNPIKE_SANITIZE "" CACHE STRING "address | thread | fuzzer | empty")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(TURNPIKE_CCACHE ccache)
if(TURNPIKE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TURNPIKE_CCACHE})
endif()

add_library(turnpike_flags INTERFACE)
target_include_directories(turnpike_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(turnpike_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wnon-virtual-dtor -Werror
  -fno-omit-frame-pointer)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # Tests are compiled for speed of compiling; what they test is not.
  target_compile_options(turnpike_flags INTERFACE
    "$<IF:$<BOOL:$<TARGET_PROPERTY:TURNPIKE_TEST>>,-O0,-O2;-g1;-fstack-protector-strong;-D_FORTIFY_SOURCE=2>")
  target_link_options(turnpike_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
# Clang 14 cannot put the data of its check of function types in front of coroutines; GCC has no such check.
set(TURNPIKE_NO_FUNCTION_CHECK "$<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>")
if(TURNPIKE_SANITIZE STREQUAL "address")
  # Tests unoptimised, as in Release: compiling is what takes the time. So are rooms with Boost.Beast in
  # them, where the optimiser works for a minute on one file.
  target_compile_options(turnpike_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    ${TURNPIKE_NO_FUNCTION_CHECK} "$<$<OR:$<BOOL:$<TARGET_PROPERTY:TURNPIKE_TEST>>,$<BOOL:$<TARGET_PROPERTY:TURNPIKE_BEAST>>>:-O0>")
  target_link_options(turnpike_flags INTERFACE -fsanitize=address,undefined)
elseif(TURNPIKE_SANITIZE STREQUAL "thread")
  target_compile_options(turnpike_flags INTERFACE -fsanitize=thread)
  target_link_options(turnpike_flags INTERFACE -fsanitize=thread)
elseif(TURNPIKE_SANITIZE STREQUAL "fuzzer")
  target_compile_options(turnpike_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=all ${TURNPIKE_NO_FUNCTION_CHECK})
  target_link_options(turnpike_flags INTERFACE -fsanitize=address,undefined)
endif()

# turnpike_library(NAME room_name SOURCES a.cc b.cc LINKS other_room ... [BEAST] [NO_PCH])
# BEAST: it has Boost.Beast in it; NO_PCH: a library's macros do not go with the precompiled headers.
function(turnpike_library)
  cmake_parse_arguments(ARG "BEAST;NO_PCH" "NAME" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PUBLIC turnpike_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  if(ARG_BEAST)
    set_target_properties(${ARG_NAME} PROPERTIES TURNPIKE_BEAST ON)
  elseif(NOT ARG_NO_PCH)
    turnpike_precompile(${ARG_NAME})
  endif()
endfunction()

# A third of a room's compiling is the same standard headers. The clang preset, whose flags clang-tidy sees, does
# without, so that a file which relies on this is found.
function(turnpike_precompile target)
  if(NOT TURNPIKE_PCH)
    return()
  endif()
  if(NOT TARGET turnpike_room_pch)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/turnpike_room_pch.cc CONTENT "namespace {}\n")
    add_library(turnpike_room_pch STATIC ${CMAKE_BINARY_DIR}/generated/turnpike_room_pch.cc)
    target_link_libraries(turnpike_room_pch PRIVATE turnpike_flags fmt::fmt)
    target_precompile_headers(turnpike_room_pch PRIVATE <algorithm> <array> <chrono> <cstdint> <functional> <map>
      <memory> <optional> <set> <span> <string> <string_view> <utility> <vector> <fmt/format.h> <tl/expected.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM turnpike_room_pch)
endfunction()

# turnpike_test(NAME name SOURCES a_test.cc LINKS room ... [LABELS unit]): one GoogleTest program, one ctest entry per test.
# Half of all sources are tests, and half of their time is GoogleTest's headers.
function(turnpike_compile_as_test target)
  set_target_properties(${target} PROPERTIES TURNPIKE_TEST ON)
  if(NOT TURNPIKE_PCH)
    return()
  endif()
  if(NOT TARGET turnpike_test_pch)
    # A program like those that use it, so that the compiler's flags are the same.
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/turnpike_test_pch.cc CONTENT "int main() {}\n")
    add_executable(turnpike_test_pch ${CMAKE_BINARY_DIR}/generated/turnpike_test_pch.cc)
    set_target_properties(turnpike_test_pch PROPERTIES TURNPIKE_TEST ON)
    target_link_libraries(turnpike_test_pch PRIVATE turnpike_flags GTest::gmock GTest::gtest fmt::fmt)
    target_precompile_headers(turnpike_test_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM turnpike_test_pch)
endfunction()

function(turnpike_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE turnpike_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  turnpike_compile_as_test(${ARG_NAME})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # One entry per program keeps ctest quick; a failure prints GoogleTest's own report.
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
