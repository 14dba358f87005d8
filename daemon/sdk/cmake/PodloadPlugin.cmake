# podload_add_plugin(NAME SOURCES... LIBRARIES... TESTS...)
#
# Builds the plugin in the current folder: plugin.so with the one exported symbol, and beside it
# plugin.yaml (with the ABI record added), api.yaml, words.yaml and ui.json where they exist. The
# result is a folder that podloadd loads. TESTS are Catch2 sources; they see the plugin's objects.
function(podload_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LIBRARIES;TESTS" ${ARGN})
  set(folder ${PODLOAD_PLUGIN_OUTPUT}/${name})
  string(REPLACE "-" "_" target ${name})

  add_library(${target}_objects OBJECT ${PLUGIN_SOURCES})
  target_include_directories(${target}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target}_objects PUBLIC podload::sdk podload_flags ${PLUGIN_LIBRARIES})

  add_library(${target}_plugin MODULE)
  target_link_libraries(${target}_plugin PRIVATE ${target}_objects)
  target_link_options(${target}_plugin PRIVATE -Wl,--version-script=${PODLOAD_PLUGIN_EXPORTS})
  set_target_properties(${target}_plugin PROPERTIES PREFIX "" OUTPUT_NAME plugin SUFFIX .so
    LIBRARY_OUTPUT_DIRECTORY ${folder} INSTALL_RPATH "$ORIGIN/../../..")

  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/plugin.yaml)
  add_custom_command(OUTPUT ${folder}/plugin.yaml
    COMMAND ${CMAKE_COMMAND} -DIN=${manifest} -DOUT=${folder}/plugin.yaml -DABI=$<TARGET_FILE:podload::abi>
            -P ${PODLOAD_STAMP_ABI}
    DEPENDS ${manifest} podload::abi ${PODLOAD_STAMP_ABI} VERBATIM)
  set(data ${folder}/plugin.yaml)
  foreach(file api.yaml words.yaml ui.json)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
      add_custom_command(OUTPUT ${folder}/${file}
        COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${folder}/${file}
        DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} VERBATIM)
      list(APPEND data ${folder}/${file})
    endif()
  endforeach()
  add_custom_target(${target}_data ALL DEPENDS ${data})

  install(TARGETS ${target}_plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR_PODLOAD}/plugins/${name})
  install(FILES ${data} DESTINATION ${CMAKE_INSTALL_LIBDIR_PODLOAD}/plugins/${name})

  if(PLUGIN_TESTS)
    podload_unit_test(${target} SOURCES ${PLUGIN_TESTS} LIBRARIES ${target}_objects)
  endif()
  if(TARGET ${target}_test)
    target_link_libraries(${target}_test PRIVATE podload::testing)
    target_compile_definitions(${target}_test PRIVATE PODLOAD_SQL="${PROJECT_SOURCE_DIR}/sql/${name}")
  endif()
endfunction()
