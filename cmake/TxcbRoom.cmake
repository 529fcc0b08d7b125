# A room is a static library of every .cpp in its folder: CONFIGURE_DEPENDS, so that no file can be forgotten.
# SPDX-License-Identifier: Apache-2.0
function(txcb_room name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp ${PROJECT_SOURCE_DIR}/${name}/detail/*.cpp)
  list(FILTER sources EXCLUDE REGEX ${TXCB_LEFT_OUT})
  add_library(txcb_${name} STATIC ${sources})
  set_target_properties(txcb_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(txcb_${name} PRIVATE $<BUILD_INTERFACE:txcb_flags>)
  target_compile_features(txcb_${name} PUBLIC cxx_std_20)
  target_include_directories(txcb_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
endfunction()

# The public headers, spelled <txcouchbase/...> in the build tree as they are once installed.
set(TXCB_PUBLIC_HEADERS
  protocol/error.hpp
  client/async_result.hpp
  client/connection.hpp
  client/deferred.hpp
  client/deferred_list.hpp
  client/deferred_sync.hpp
  client/exceptions.hpp
  client/failure.hpp
  client/json.hpp
  client/multi.hpp
  client/log.hpp
  client/operations.hpp
  client/results.hpp
  client/txcouchbase.hpp)
file(GLOB TXCB_DETAIL_HEADERS CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/client/detail/*.hpp)

function(txcb_public_headers target)
  foreach(header IN LISTS TXCB_PUBLIC_HEADERS)
    cmake_path(GET header FILENAME name)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/txcouchbase/${name}
      CONTENT "#include \"${PROJECT_SOURCE_DIR}/${header}\"\n")
  endforeach()
  foreach(header IN LISTS TXCB_DETAIL_HEADERS)
    cmake_path(GET header FILENAME name)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/txcouchbase/detail/${name}
      CONTENT "#include \"${PROJECT_SOURCE_DIR}/${header}\"\n")
  endforeach()
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
endfunction()
