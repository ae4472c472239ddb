# How this project builds: the warning set, hardening, sanitizers, and the two functions every room uses.

option(TURNPIKE_TESTS "build the tests" ON)
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
  target_compile_options(turnpike_flags INTERFACE -O2 -g1 -fstack-protector-strong -D_FORTIFY_SOURCE=2)
  target_link_options(turnpike_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
if(TURNPIKE_SANITIZE STREQUAL "address")
  target_compile_options(turnpike_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(turnpike_flags INTERFACE -fsanitize=address,undefined)
elseif(TURNPIKE_SANITIZE STREQUAL "thread")
  target_compile_options(turnpike_flags INTERFACE -fsanitize=thread)
  target_link_options(turnpike_flags INTERFACE -fsanitize=thread)
elseif(TURNPIKE_SANITIZE STREQUAL "fuzzer")
  target_compile_options(turnpike_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=all)
  target_link_options(turnpike_flags INTERFACE -fsanitize=address,undefined)
endif()

# turnpike_library(NAME room_name SOURCES a.cc b.cc LINKS other_room ...)
function(turnpike_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PUBLIC turnpike_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# turnpike_test(NAME name SOURCES a_test.cc LINKS room ... [LABELS unit]): one GoogleTest program, one ctest entry per test.
function(turnpike_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE turnpike_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # One entry per program keeps ctest quick; a failure prints GoogleTest's own report.
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
