# Flags of our own builds, in an interface target that is linked privately and never exported.
# SPDX-License-Identifier: Apache-2.0
add_library(txcb_flags INTERFACE)
target_compile_features(txcb_flags INTERFACE cxx_std_20)
target_compile_options(txcb_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(TXCB_WERROR)
  target_compile_options(txcb_flags INTERFACE -Werror)
endif()
if(TXCB_SANITIZE)
  # Everything that is linked together must agree, so this one is directory-wide.
  add_compile_options(-fsanitize=${TXCB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TXCB_SANITIZE})
  if(TXCB_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)   # Asio's fences, which the sanitizer does not see, are beside mutexes that it does
  endif()
endif()

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  find_program(TXCB_CCACHE ccache)
  if(TXCB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${TXCB_CCACHE})
  endif()
endif()
