# Renders a table again and compares with a committed file: cmake -DTOOL= -DWHAT= -DFILE= -P compare_rendering.cmake
execute_process(COMMAND ${TOOL} ${WHAT} OUTPUT_VARIABLE rendered RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${TOOL} ${WHAT} failed: ${failed}")
endif()
file(READ ${FILE} committed)
if(NOT rendered STREQUAL committed)
  message(FATAL_ERROR "${FILE} is not what its table says; run: ${TOOL} ${WHAT} > ${FILE}")
endif()
