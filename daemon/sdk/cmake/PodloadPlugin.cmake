# How a plugin is built: here, and with find_package(podload) anywhere else.
set(PODLOAD_CMAKE ${CMAKE_CURRENT_LIST_DIR})
set(PODLOAD_PLUGIN_OUTPUT ${CMAKE_BINARY_DIR}/lib/podload/plugins)

# podload_unit_test(NAME SOURCES... LIBRARIES...): a Catch2 program, as the test unit.NAME. Its cases tagged [database],
# if it has any, are unit.NAME.database, which is skipped where PODLOAD_TEST_DATABASE is not set.
function(podload_unit_test name)
  if(DEFINED PODLOAD_TESTS AND NOT PODLOAD_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT TARGET podload_test_main)
    # Catch2's main takes ten seconds to compile: one object for all tests.
    find_package(Catch2 2.13 REQUIRED)
    set(main ${CMAKE_BINARY_DIR}/podload_test_main.cpp)
    file(GENERATE OUTPUT ${main} CONTENT "#define CATCH_CONFIG_MAIN\n#include <catch2/catch.hpp>\n")
    add_library(podload_test_main OBJECT ${main})
    target_link_libraries(podload_test_main PUBLIC Catch2::Catch2 PRIVATE podload_flags)
    if(TARGET podload_regex_flags)
      target_link_libraries(podload_test_main PRIVATE podload_regex_flags)
    endif()
  endif()
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE podload_test_main Catch2::Catch2 podload_flags ${TEST_LIBRARIES})
  target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  add_test(NAME unit.${name} COMMAND ${name}_test "~[database]")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${TEST_SOURCES})  # their tags are read here
  set(tagged "")
  foreach(source IN LISTS TEST_SOURCES)
    file(STRINGS ${source} lines REGEX "\\[database\\]" LIMIT_COUNT 1)
    list(APPEND tagged ${lines})
  endforeach()
  if(tagged)
    add_test(NAME unit.${name}.database COMMAND sh -c "test -n \"$PODLOAD_TEST_DATABASE\" || exit 77; exec \"$0\" \"$1\""
      $<TARGET_FILE:${name}_test> "[database]")
    set_tests_properties(unit.${name}.database PROPERTIES SKIP_RETURN_CODE 77)
  endif()
endfunction()

# The program that prints the ABI record of this compiler and these flags.
function(podload_need_abi)
  if(NOT TARGET podload_abi)
    add_executable(podload_abi ${PODLOAD_CMAKE}/print_abi.cpp)
    target_link_libraries(podload_abi PRIVATE podload_flags podload::sdk)
  endif()
endfunction()

# Sets `result` to the .cpp files in and below the current folder, without those that CMake made in a build folder there:
# this build's folder, whose CMakeCache.txt is only written when the first configuration ends, and those of other builds.
function(podload_find_sources result)
  if(CMAKE_BINARY_DIR STREQUAL CMAKE_SOURCE_DIR)
    message(FATAL_ERROR "podload: build in a folder of its own: cmake -B build")
  endif()
  file(GLOB_RECURSE found CONFIGURE_DEPENDS *.cpp)
  file(GLOB_RECURSE build_folders CMakeCache.txt)
  list(TRANSFORM build_folders REPLACE "/CMakeCache.txt$" "")
  list(APPEND build_folders ${CMAKE_BINARY_DIR})
  set(sources "")
  foreach(source IN LISTS found)
    set(generated FALSE)
    foreach(build_folder IN LISTS build_folders)
      cmake_path(IS_PREFIX build_folder ${source} here)
      if(here)
        set(generated TRUE)
      endif()
    endforeach()
    if(NOT generated)
      list(APPEND sources ${source})
    endif()
  endforeach()
  set(${result} "${sources}" PARENT_SCOPE)
endfunction()

# podload_add_plugin(NAME [LIBRARIES...])
#
# Builds the plugin in the current folder: plugin.yaml, api.yaml, words.yaml and ui.json where they
# exist, and, if the folder or one below it has .cpp files, plugin.so with the one exported symbol (the
# ABI record is then added to plugin.yaml). The migrations in sql/ (in podload's own tree: in sql/NAME at the
# top) go along. The result is a folder that podloadd loads, in lib/podload/plugins/NAME of the build and of
# the installation. Files called *_test.cpp are Catch2 tests; they see the plugin's objects, podload::testing, and the
# folder as PODLOAD_FOLDER, for a House.
# Every plugin gets the test conformance.NAME: it is read, refuses bad configuration, migrates twice, starts
# and stops, and refuses anonymous callers. It needs PODLOAD_TEST_DATABASE, a superuser's libpq string.
function(podload_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "LIBRARIES" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "podload_add_plugin(${name}): unknown ${PLUGIN_UNPARSED_ARGUMENTS}; sources and tests are found in the folder")
  endif()
  podload_find_sources(PLUGIN_SOURCES)
  set(PLUGIN_TESTS ${PLUGIN_SOURCES})
  list(FILTER PLUGIN_TESTS INCLUDE REGEX "_test[.]cpp$")
  list(FILTER PLUGIN_SOURCES EXCLUDE REGEX "_test[.]cpp$")
  set(folder ${PODLOAD_PLUGIN_OUTPUT}/${name})
  set(installed lib/podload/plugins/${name})
  string(REPLACE "-" "_" target ${name})

  set(stamp "")
  if(PLUGIN_SOURCES)
    podload_need_abi()
    set(stamp -DABI=$<TARGET_FILE:podload_abi> "-DEXPECTED=${PODLOAD_ABI}")
    add_library(${target}_objects OBJECT ${PLUGIN_SOURCES})
    set_target_properties(${target}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${target}_objects PUBLIC podload::sdk podload_flags ${PLUGIN_LIBRARIES})
    add_library(${target}_plugin MODULE)
    target_link_libraries(${target}_plugin PRIVATE ${target}_objects)
    target_link_options(${target}_plugin PRIVATE -Wl,--version-script=${PODLOAD_CMAKE}/exports.map)
    set_target_properties(${target}_plugin PROPERTIES PREFIX "" OUTPUT_NAME plugin SUFFIX .so
      LIBRARY_OUTPUT_DIRECTORY ${folder} INSTALL_RPATH "$ORIGIN/../../..")
    install(TARGETS ${target}_plugin LIBRARY DESTINATION ${installed} COMPONENT runtime)
  endif()

  set(data "")
  foreach(file plugin.yaml api.yaml words.yaml ui.json)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    if(file STREQUAL plugin.yaml)
      set(needs ${PODLOAD_CMAKE}/write_manifest.cmake)
      if(PLUGIN_SOURCES)
        list(APPEND needs podload_abi)
      endif()
      add_custom_command(OUTPUT ${folder}/${file}
        COMMAND ${CMAKE_COMMAND} -DIN=${source} -DOUT=${folder}/${file} ${stamp} -P ${PODLOAD_CMAKE}/write_manifest.cmake
        DEPENDS ${source} ${needs} VERBATIM)
    elseif(EXISTS ${source})
      add_custom_command(OUTPUT ${folder}/${file}
        COMMAND ${CMAKE_COMMAND} -E copy ${source} ${folder}/${file} DEPENDS ${source} VERBATIM)
    else()
      continue()
    endif()
    list(APPEND data ${folder}/${file})
  endforeach()
  set(sql ${PROJECT_SOURCE_DIR}/sql/${name})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/sql)
    set(sql ${CMAKE_CURRENT_SOURCE_DIR}/sql)
  endif()
  file(GLOB migrations CONFIGURE_DEPENDS ${sql}/*.sql)
  set(copies "")
  if(migrations)
    # All at once, so that none is left of a file that has another name now.
    list(TRANSFORM migrations REPLACE "^.*/" "${folder}/sql/" OUTPUT_VARIABLE copies)
    add_custom_command(OUTPUT ${copies}
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}/sql
      COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}/sql
      COMMAND ${CMAKE_COMMAND} -E copy ${migrations} ${folder}/sql
      DEPENDS ${migrations} VERBATIM)
    install(FILES ${copies} DESTINATION ${installed}/sql COMPONENT runtime)
  endif()
  add_custom_target(${target}_data ALL DEPENDS ${data} ${copies})
  install(FILES ${data} DESTINATION ${installed} COMPONENT runtime)

  if(TARGET podload::conformance)
    add_test(NAME conformance.${name} COMMAND $<TARGET_FILE:podload::conformance> ${folder})
    set_tests_properties(conformance.${name} PROPERTIES SKIP_RETURN_CODE 77)
  endif()
  if(PLUGIN_TESTS)
    set(objects "")
    set(library "")
    if(PLUGIN_SOURCES)
      set(objects ${target}_objects)
      set(library ${target}_plugin)
    endif()
    podload_unit_test(${target} SOURCES ${PLUGIN_TESTS} LIBRARIES ${objects} podload::sdk podload::testing)
    if(TARGET ${target}_test)
      target_compile_definitions(${target}_test PRIVATE PODLOAD_SQL="${sql}" PODLOAD_FOLDER="${folder}")
      add_dependencies(${target}_test ${target}_data ${library})
    endif()
  endif()
endfunction()
